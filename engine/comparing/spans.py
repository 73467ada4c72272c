"""When limits fall due under two policies, compared exactly: over every start day of several years.

Lengths of different units have no order ("10 working days" and "2 weeks"), but their due dates have. What is said
to be always so is so from every day of `YEARS` years, weekends and bank holidays included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.calendars import KNOWN_YEARS, day_text
from engine.comparing.difference import Judged
from engine.deadlines import NEVER, UNKNOWN, counted_back, due_day

if TYPE_CHECKING:
    from engine.calendars import Calendar, Length
    from engine.comparing.difference import Effect
    from engine.policy.model import Limit, Policy, Start

YEARS = 8
# Years kept free at both ends of the calendar, so that a due date does not leave it.
_MARGIN = 2

# From the day something starts to the day it falls due, as ordinals.
Due = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Example:
    """One start day, and when the limit falls due from it before and after, as ordinals."""

    start: int
    before: int
    after: int

    def __str__(self) -> str:
        return f"from {_day(self.start)}, {_day(self.after)} instead of {_day(self.before)}"


@dataclass(frozen=True, slots=True)
class Shift:
    """How due dates move: from how many start days sooner, later and not at all, with the first of the moved ones."""

    sooner: int
    later: int
    same: int
    first_sooner: Example | None
    first_later: Example | None

    @property
    def example(self) -> Example | None:
        """A start day from which the due date moves."""
        return self.first_sooner or self.first_later

    def effect(self, *, opportunity: bool) -> Effect:
        """What the move means: a duty is better sooner, an opportunity better later."""
        if self.sooner and self.later:
            return "depends"
        if not self.sooner and not self.later:
            return "neither"
        return "better" if bool(self.later) == opportunity else "worse"

    def words(self) -> str:
        """The move in words, with an example wherever it moves."""
        if self.first_sooner and self.first_later:
            return f"sooner from some days ({self.first_sooner}), later from others ({self.first_later})"
        if self.example is None:
            return "the same whatever day it starts"
        way, never = ("sooner", "later") if self.sooner else ("later", "sooner")
        often = f"never {never}, and {way} from some days" if self.same else f"always {way}"
        return f"{often}: {self.example}"


def shift_of(before: Due, after: Due, first_day: date, calendar: Calendar) -> Shift:
    """How due dates move from every day of `YEARS` years. Days from which one of them is not known are left out.

    The examples start on a day that counts in `calendar`, unless only others move.
    """
    first = _within_reach(first_day)
    sooner = later = same = 0
    first_sooner: Example | None = None
    first_later: Example | None = None
    counts = calendar.table.counts
    for start in range(first.toordinal(), first.toordinal() + YEARS * 365):
        old, new = before(start), after(start)
        if UNKNOWN in (old, new):
            continue
        if new < old:
            sooner += 1
            if first_sooner is None or (not counts(first_sooner.start) and counts(start)):
                first_sooner = Example(start, old, new)
        elif new > old:
            later += 1
            if first_later is None or (not counts(first_later.start) and counts(start)):
                first_later = Example(start, old, new)
        else:
            same += 1
    return Shift(sooner, later, same, first_sooner, first_later)


def _within_reach(day: date) -> date:
    """The day, or the nearest from which a due date does not leave the calendar's years."""
    earliest = date(KNOWN_YEARS[0] + _MARGIN, 1, 1)
    return max(earliest, min(day, date(KNOWN_YEARS[1] - YEARS - _MARGIN, 1, 1)))


def counted(limit: Limit, length: Length) -> Due:
    """When this length falls due, counted as the limit counts: forwards from a start, or back from a date."""
    if limit.before is not None:
        return lambda day: counted_back(limit.calendar, length, day, limit.roll)
    return lambda day: due_day(limit.calendar, length, day, same_day=limit.same_day, roll=limit.roll)


def at_the_latest(policy: Policy, limit: Limit, length: Length, root: Start) -> Due | None:
    """When a length of this limit falls due at the latest once `root` has come about; `None` if nothing bounds it.

    What starts a limit may itself be a due date: "10 working days from the acknowledgement, or from when that was
    due" is at the latest so long after what the acknowledgement counts from.
    """
    begins = _begins(policy, limit, root, frozenset({limit.id}))
    if begins is None:
        return None
    due = counted(limit, length)

    def chained(day: int) -> int:
        start = begins(day)
        return start if start >= NEVER else due(start)

    return chained


def common_roots(old: Policy, before: Limit, new: Policy, after: Limit) -> list[Start]:
    """What bounds both limits: everything either counts from, itself or through due dates, in the old one's order."""
    theirs = set(_roots(new, after, frozenset()))
    return [root for root in dict.fromkeys(_roots(old, before, frozenset())) if root in theirs]


def judged_shift(shift: Shift, *, opportunity: bool) -> Judged:
    """The effect of a move, and the move in words."""
    return Judged(shift.effect(opportunity=opportunity), shift.words())


def _begins(policy: Policy, limit: Limit, root: Start, seen: frozenset[str]) -> Due | None:
    known = [_begin(policy, start, root, seen) for start in limit.starts]
    bounds = [bound for bound in known if bound is not None]
    if not bounds or (limit.mode == "latest" and len(bounds) < len(known)):
        return None
    choose: Callable[..., int] = max if limit.mode == "latest" else min
    return lambda day: choose(tuple(bound(day) for bound in bounds))


def _begin(policy: Policy, start: Start, root: Start, seen: frozenset[str]) -> Due | None:
    if start == root:
        return lambda day: day
    other = policy.limits.get(start.id) if start.kind == "due" else None
    if other is None or other.id in seen or not _is_fixed(other):
        return None
    begins = _begins(policy, other, root, seen | {other.id})
    if begins is None:
        return None
    due = counted(other, other.length)
    return lambda day: due(begins(day))


def _is_fixed(limit: Limit) -> bool:
    """Whether nothing but its start decides when the limit is due."""
    return not (
        limit.cases
        or limit.extended_by
        or limit.pauses
        or limit.due_on
        or limit.before
        or limit.length.is_open_ended
    )


def _roots(policy: Policy, limit: Limit, seen: frozenset[str]) -> list[Start]:
    found = []
    for start in limit.starts:
        if start.kind != "due":
            found.append(start)
        elif start.id in policy.limits and start.id not in seen:
            found += _roots(policy, policy.limits[start.id], seen | {limit.id})
    return found


def _day(day: int) -> str:
    return "no date" if day >= NEVER else day_text(date.fromordinal(day))
