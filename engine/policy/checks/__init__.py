"""What a schema cannot see: references that lead nowhere, and policies that mean something impossible.

Each check is one generator function; the two tables list them. A check is added by writing one and giving it a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.checks.intakes import INTAKE_CHECKS, INTAKE_NAME_CHECKS
from engine.policy.checks.limits import LIMIT_CHECKS
from engine.policy.checks.loosening import LOOSENING_CHECKS
from engine.policy.checks.people import PEOPLE_CHECKS
from engine.policy.checks.references import INTAKE, INTAKE_REFERENCE_CHECKS, REFERENCE_CHECKS
from engine.policy.checks.rules import RULE_CHECKS
from engine.policy.checks.stages import STAGE_CHECKS
from engine.policy.checks.versions import versions_problems
from engine.policy.checks.whole import WHOLE_CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.checks.intakes import Versions
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.policy.overlay import Source
    from engine.problems import Problem

__all__ = [
    "intake_problems",
    "intake_reference_problems",
    "meaning_problems",
    "reference_problems",
    "versions_problems",
]

MEANING_CHECKS = (*STAGE_CHECKS, *RULE_CHECKS, *LIMIT_CHECKS, *PEOPLE_CHECKS, *LOOSENING_CHECKS)


def reference_problems(source: Source) -> Iterator[Problem]:
    """Elements that are not whole, and names that lead nowhere, in the merged data."""
    whole = [problem for check in WHOLE_CHECKS for problem in check(source)]
    yield from whole
    if not whole:
        for check in REFERENCE_CHECKS:
            yield from check(source)


def meaning_problems(policy: Policy) -> Iterator[Problem]:
    """What a policy whose names all resolve still gets wrong."""
    for check in MEANING_CHECKS:
        yield from check(policy)


def intake_reference_problems(source: Source) -> Iterator[Problem]:
    """Elements of an intake that are not whole, and names in it that lead nowhere, in the merged data."""
    whole = [problem for check in WHOLE_CHECKS for problem in check(source)]
    yield from whole
    if not whole:
        for check in INTAKE_REFERENCE_CHECKS:
            yield from check(source, INTAKE)
        for named in INTAKE_NAME_CHECKS:
            yield from named(source)


def intake_problems(intake: Intake, versions: Versions) -> Iterator[Problem]:
    """What an intake whose names all resolve still gets wrong; `versions` looks up the procedures it leads to."""
    for check in INTAKE_CHECKS:
        yield from check(intake, versions)
