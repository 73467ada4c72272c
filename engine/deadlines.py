"""The arithmetic of one limit: length, pauses, extension and ceiling to a due date, in day ordinals.

Pure functions on integers (`date.toordinal`), so that a due date costs a few look-ups. A stretch paused is given
as (begin, end): the dates after `begin`, up to and including `end`, do not count, because the day a pause
begins still counts and the day it ends does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.calendars import Length
from engine.errors import CalendarUnknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.calendars import Calendar

# Later than every date: a limit with no date to be overdue after, and one whose date no calendar knows.
NEVER = 10**9
UNKNOWN = NEVER + 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of paused dates after `begin`, up to and including `end`; `skips`: its working days do not count."""

    begin: int
    end: int
    skips: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """What an extension made of the length: so many working days, or calendar days after the start."""

    days: int
    working: bool


def due_day(
    calendar: Calendar,
    length: Length,
    start: int,
    *,
    same_day: bool,
    roll: str | None,
    paused: Sequence[Stretch] = (),
) -> int:
    """The day on which a length from `start` falls due, or `NEVER`, or `UNKNOWN` beyond the calendar's years."""
    if length.is_open_ended:
        return NEVER
    try:
        if not paused:
            unrolled = calendar.unrolled(start, length, same_day)
            return unrolled if roll is None else calendar.rolled(unrolled, roll)
        return _paused_due(calendar, length, start, same_day, roll, paused)
    except CalendarUnknown:
        return UNKNOWN


def counted_back(calendar: Calendar, length: Length, end: int, roll: str | None) -> int:
    """The day so long before `end`, which is day 0; `UNKNOWN` beyond the calendar's years."""
    try:
        day = calendar.unrolled_before(end, length)
        return day if length.in_working_days else calendar.rolled(day, roll)
    except CalendarUnknown:
        return UNKNOWN


def _paused_due(
    calendar: Calendar,
    length: Length,
    start: int,
    same_day: bool,
    roll: str | None,
    paused: Sequence[Stretch],
) -> int:
    base = counting_from(calendar, length, start, same_day)
    working = length.in_working_days
    roll = roll or ("next_working_day" if working else None)
    unrolled = calendar.unrolled(start, length, same_day)
    amount, added = length.amount, 0
    due = calendar.rolled(unrolled, roll)
    for stretch in _apart(paused, base):
        if stretch.begin >= due:
            break
        if working and stretch.skips:
            amount += calendar.table.between(stretch.begin, stretch.end)
            unrolled = calendar.table.after(base, amount)
        else:
            added += stretch.end - stretch.begin
        due = calendar.rolled(unrolled + added, roll)
    return due


def counting_from(calendar: Calendar, length: Length, start: int, same_day: bool) -> int:
    """The day after which the run's days are counted: the start, or the day before it if that is day 1."""
    if length.in_working_days and calendar.non_working_start == "moves_to_next":
        start = calendar.rolled(start, "next_working_day")
    if same_day and length.unit != "end_of_next_working_day" and length.amount:
        return start - 1
    return start


def _apart(paused: Iterable[Stretch], base: int) -> list[Stretch]:
    """The stretches cut to the run and made disjoint, in order; where two overlap, the one that skips prevails."""
    cut = [
        Stretch(max(stretch.begin, base), stretch.end, stretch.skips)
        for stretch in paused
        if stretch.end > max(stretch.begin, base)
    ]
    skipping = _merged(stretch for stretch in cut if stretch.skips)
    adding = _merged(stretch for stretch in cut if not stretch.skips)
    for taken in skipping:
        adding = [piece for stretch in adding for piece in _without(stretch, taken)]
    return sorted(skipping + adding, key=lambda stretch: stretch.begin)


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda each: each.begin):
        if merged and stretch.begin < merged[-1].end:
            last = merged.pop()
            merged.append(Stretch(last.begin, max(last.end, stretch.end), stretch.skips))
        else:
            merged.append(stretch)
    return merged


def _without(stretch: Stretch, taken: Stretch) -> list[Stretch]:
    pieces = (
        Stretch(stretch.begin, min(stretch.end, taken.begin), stretch.skips),
        Stretch(max(stretch.begin, taken.end), stretch.end, stretch.skips),
    )
    return [piece for piece in pieces if piece.end > piece.begin]


def extension_until(
    calendar: Calendar,
    length: Length,
    start: int,
    until: int,
    *,
    same_day: bool,
    paused: Sequence[Stretch],
) -> Extension:
    """An agreed date as a length from the start, so that later pauses can move it.

    In working days, a date that does not count becomes the last one before it that does. Where the calendar
    knows no working days, the date stands as so many calendar days.
    """
    try:
        base = counting_from(calendar, length, start, same_day)
        stretches = _until(paused, base, until)
        if length.in_working_days:
            skipped = sum(calendar.table.between(each.begin, each.end) for each in stretches if each.skips)
            added = sum(each.end - each.begin for each in stretches if not each.skips)
            days = calendar.table.between(base, until - added) - skipped
            return Extension(max(days, 0), working=True)
    except CalendarUnknown:
        stretches = _until(paused, start, until)
    days = until - start - sum(each.end - each.begin for each in stretches)
    return Extension(max(days, 0), working=False)


def _until(paused: Sequence[Stretch], base: int, until: int) -> list[Stretch]:
    """The disjoint stretches of a run that begins after `base`, cut off after `until`."""
    return [
        Stretch(stretch.begin, min(stretch.end, until), stretch.skips)
        for stretch in _apart(paused, base)
        if stretch.begin < until
    ]


def extended_day(
    calendar: Calendar,
    extension: Extension,
    length: Length,
    start: int,
    *,
    same_day: bool,
    roll: str | None,
    paused: Sequence[Stretch],
) -> int:
    """The day an extension gives, moved by the pauses."""
    if extension.working:
        extended = Length(extension.days, "working_days")
        return due_day(calendar, extended, start, same_day=same_day, roll=roll, paused=paused)
    due = unrolled = start + extension.days
    try:
        base = counting_from(calendar, length, start, same_day)
        for stretch in _apart(paused, base):
            if stretch.begin >= due:
                break
            unrolled += stretch.end - stretch.begin
            due = calendar.rolled(unrolled, roll)
    except CalendarUnknown:
        return UNKNOWN
    return due
