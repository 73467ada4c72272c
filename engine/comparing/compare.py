"""Two policies compared by meaning: every difference, and what it means for the person who complains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.comparing.calendars import calendar_differences
from engine.comparing.difference import GROUPS, Comparison
from engine.comparing.limits import limit_differences
from engine.comparing.parts import event_differences, fact_differences, letter_differences, people_differences
from engine.comparing.renames import in_new_names, renaming_differences
from engine.comparing.rules import stage_differences
from engine.comparing.sides import sides_of
from engine.comparing.wording import wording_differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.comparing.difference import Difference
    from engine.comparing.sides import Sides
    from engine.policy.model import Policy

_COMPARED: tuple[Callable[[Sides], Iterator[Difference]], ...] = (
    limit_differences,
    stage_differences,
    event_differences,
    fact_differences,
    letter_differences,
    people_differences,
    calendar_differences,
)


def compare(old: Policy, new: Policy) -> Comparison:
    """Every difference from the old policy to the new, two versions of one or two policies of different authorities.

    Effects are for the person who complains, judged from the policies alone. Lengths are compared by the dates they
    give, over every start day of eight years from the later policy's first. In which days a policy is in force, and
    what it is called by, is no difference.
    """
    renamed, names = in_new_names(old, new)
    sides = sides_of(renamed, new)
    found = [
        *renaming_differences(names),
        *(difference for compared in _COMPARED for difference in compared(sides)),
        *wording_differences(old.source.data, new.source.data, names),
    ]
    ordered = [difference for group in GROUPS for difference in found if difference.group == group]
    return Comparison(old, new, tuple(ordered))
