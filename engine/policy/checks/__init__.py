"""What a schema cannot see: references that lead nowhere, and policies that mean something impossible.

Each check is one generator function; the two tables list them. A check is added by writing one and giving it a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.checks.bounds import bounded
from engine.policy.checks.facts import FACT_CHECKS, INTAKE_FACT_CHECKS, facts_not_used
from engine.policy.checks.gaps import GAP_CHECKS
from engine.policy.checks.intakes import INTAKE_CHECKS, INTAKE_NAME_CHECKS
from engine.policy.checks.law import intake_law_problems, policy_law_problems
from engine.policy.checks.letters import INTAKE_LETTER_CHECKS, LETTER_CHECKS
from engine.policy.checks.limits import LIMIT_CHECKS
from engine.policy.checks.loops import INTAKE_LOOP_CHECKS, LOOP_CHECKS
from engine.policy.checks.loosening import LOOSENING_CHECKS
from engine.policy.checks.people import PEOPLE_CHECKS
from engine.policy.checks.references import INTAKE, INTAKE_REFERENCE_CHECKS, REFERENCE_CHECKS
from engine.policy.checks.roles import ROLE_CHECKS
from engine.policy.checks.rules import RULE_CHECKS
from engine.policy.checks.stages import STAGE_CHECKS
from engine.policy.checks.times import TIME_CHECKS
from engine.policy.checks.versions import versions_problems
from engine.policy.checks.whole import WHOLE_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.checks.intakes import Versions
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.policy.overlay import Source
    from engine.problems import Problem

__all__ = [
    "intake_law_problems",
    "intake_problems",
    "intake_reference_problems",
    "meaning_errors",
    "meaning_problems",
    "policy_law_problems",
    "reference_problems",
    "versions_problems",
]

MEANING_CHECKS = (
    *STAGE_CHECKS,
    *RULE_CHECKS,
    *LIMIT_CHECKS,
    *PEOPLE_CHECKS,
    *GAP_CHECKS,
    *LOOP_CHECKS,
    *LETTER_CHECKS,
    *FACT_CHECKS,
    *ROLE_CHECKS,
    *TIME_CHECKS,
    *LOOSENING_CHECKS,
)
# The tables in which a check may find an error; what the others find is a warning or less.
ERROR_CHECKS = (*STAGE_CHECKS, *RULE_CHECKS, *LIMIT_CHECKS)


def reference_problems(source: Source) -> Iterator[Problem]:
    """Elements that are not whole, and names that lead nowhere, in the merged data."""
    whole = [problem for check in WHOLE_CHECKS for problem in bounded(check(source))]
    yield from whole
    if not whole:
        for check in REFERENCE_CHECKS:
            yield from bounded(check(source))


def meaning_problems(policy: Policy, handed_on: Callable[[], frozenset[str]]) -> Iterator[Problem]:
    """What a policy whose names all resolve still gets wrong. `handed_on`: the facts that an intake hands on."""
    for check in MEANING_CHECKS:
        yield from bounded(check(policy))
    yield from bounded(facts_not_used(policy, handed_on))


def meaning_errors(policy: Policy) -> Iterator[Problem]:
    """Of the problems of meaning those that keep a policy from being used, which are much quicker to find."""
    for check in ERROR_CHECKS:
        yield from (problem for problem in bounded(check(policy)) if problem.severity == "error")


def intake_reference_problems(source: Source) -> Iterator[Problem]:
    """Elements of an intake that are not whole, and names in it that lead nowhere, in the merged data."""
    whole = [problem for check in WHOLE_CHECKS for problem in bounded(check(source))]
    yield from whole
    if not whole:
        for check in INTAKE_REFERENCE_CHECKS:
            yield from bounded(check(source, INTAKE))
        for named in INTAKE_NAME_CHECKS:
            yield from bounded(named(source))


def intake_problems(intake: Intake, versions: Versions) -> Iterator[Problem]:
    """What an intake whose names all resolve still gets wrong; `versions` looks up the procedures it leads to."""
    for check in (*INTAKE_CHECKS, *INTAKE_LOOP_CHECKS, *INTAKE_LETTER_CHECKS, *INTAKE_FACT_CHECKS):
        yield from bounded(check(intake, versions))
