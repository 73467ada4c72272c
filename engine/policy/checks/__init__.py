"""What a schema cannot see: references that lead nowhere, and policies that mean something impossible.

Each check is one generator function; the two tables list them. A check is added by writing one and giving it a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.checks.limits import LIMIT_CHECKS
from engine.policy.checks.loosening import LOOSENING_CHECKS
from engine.policy.checks.references import REFERENCE_CHECKS
from engine.policy.checks.rules import RULE_CHECKS
from engine.policy.checks.stages import STAGE_CHECKS
from engine.policy.checks.whole import WHOLE_CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.model import Policy
    from engine.policy.overlay import Source
    from engine.problems import Problem

MEANING_CHECKS = (*STAGE_CHECKS, *RULE_CHECKS, *LIMIT_CHECKS, *LOOSENING_CHECKS)


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
