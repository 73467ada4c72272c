"""Every mutant of a policy or an intake, in the order of its merged data; each operator is a generator in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.mutating.calendars import CALENDAR_OPERATORS
from engine.mutating.events import EVENT_OPERATORS
from engine.mutating.intakes import INTAKE_OPERATORS
from engine.mutating.limits import LIMIT_OPERATORS
from engine.mutating.rules import RULE_OPERATORS
from engine.policy.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.mutating.mutant import Mutant
    from engine.policy.model import Policy

POLICY_OPERATORS: tuple[Callable[[Policy], Iterator[Mutant]], ...] = (
    *CALENDAR_OPERATORS,
    *EVENT_OPERATORS,
    *LIMIT_OPERATORS,
    *RULE_OPERATORS,
)


def mutants_of(subject: Policy | Intake) -> tuple[Mutant, ...]:
    """Every change that is tried, also those that will turn out to be refused by the checks or to change nothing."""
    if isinstance(subject, Intake):
        return tuple(mutant for operator in INTAKE_OPERATORS for mutant in operator(subject))
    return tuple(mutant for operator in POLICY_OPERATORS for mutant in operator(subject))


# What makes an element what it is: whoever writes this of it, writes the element.
_CORE = ("when", "overdue", "is", "from", "before", "region", "if", "of", "after")


def is_inherited(subject: Policy | Intake, mutant: Mutant) -> bool:
    """Whether what is changed is written by a policy that this one extends, so that it is that one's to prove.

    An element taken as a whole, and a key that nobody writes, belong to the file that says what the element is.
    """
    source, path = subject.source, mutant.path
    value = source.value(*path)
    if value is not None and not isinstance(value, dict):
        return source.inherited(path)
    while path:
        inner = source.value(*path)
        if isinstance(inner, dict):
            core = next((key for key in _CORE if key in inner), None)
            if core is not None:
                return source.inherited((*path, core))
            if value is not None:
                return source.inherited(path)
        path = path[:-1]
    return source.inherited(mutant.path)
