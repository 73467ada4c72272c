"""Calendars compared, one setting at a time, by what each does to the limits that are counted in them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.calendars import Calendar, day_text
from engine.comparing.difference import Judged, together
from engine.comparing.sides import difference, differences_in, listed
from engine.comparing.spans import Shift, counted, shift_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.comparing.difference import Difference, Effect
    from engine.comparing.sides import Sides
    from engine.policy.model import Limit


def calendar_differences(sides: Sides) -> Iterator[Difference]:
    """Every setting that differs, with the limits that move for it."""
    judged = Judged("neither", "see the limits that are counted in it")
    return differences_in(
        "calendars", sides.old.calendars, sides.new.calendars, calendar_words,
        changes=partial(_setting_changes, sides), added=lambda _: judged, removed=lambda _: judged,
    )  # fmt: skip


def _setting_changes(sides: Sides, name: str, before: Calendar, after: Calendar) -> Iterator[Difference]:
    for key, words in _SETTINGS.items():
        if words(before) != words(after):
            judged = _judged(sides, name, key, before, after)
            yield difference("calendars", ("calendars", name, key), words(before), words(after), judged)


def calendar_words(calendar: Calendar) -> str:
    """A calendar in one line: every setting that is no default."""
    said = [f"{key.replace('_', ' ')}: {words(calendar)}" for key, words in _SETTINGS.items()]
    return ", ".join(each for each in said if not each.endswith((": nothing", ": none")))


def _dates(single: tuple[tuple[object, str], ...], yearly: tuple[object, ...]) -> str:
    days = [f"{day_text(day)} ({reason})" for day, reason in single]  # type: ignore[arg-type]
    spans = [f"{rule.first} to {rule.last} each year ({rule.reason})" for rule in yearly]  # type: ignore[attr-defined]
    return listed([*spans, *days])


_SETTINGS: dict[str, Callable[[Calendar], str]] = {
    "region": lambda calendar: calendar.region_text,
    "day_one": lambda calendar: calendar.day_one.replace("_", " "),
    "non_working_start": lambda calendar: calendar.non_working_start.replace("_", " "),
    "cutoff": lambda calendar: f"{calendar.cutoff:%H:%M}" if calendar.cutoff else "none",
    "closed": lambda calendar: _dates(calendar.days_off.closed, calendar.days_off.closed_yearly),
    "open": lambda calendar: _dates(calendar.days_off.open, calendar.days_off.open_yearly),
}


def _with(calendar: Calendar, key: str, other: Calendar) -> Calendar:
    """The calendar with one setting of the other."""
    chosen = {each: other if each == key else calendar for each in _SETTINGS}
    return Calendar(
        region=chosen["region"].regions,
        day_one=chosen["day_one"].day_one,
        non_working_start=chosen["non_working_start"].non_working_start,
        cutoff=chosen["cutoff"].cutoff,
        closed=dict(chosen["closed"].days_off.closed),
        open=dict(chosen["open"].days_off.open),
        closed_yearly=chosen["closed"].days_off.closed_yearly,
        open_yearly=chosen["open"].days_off.open_yearly,
    )


def _judged(sides: Sides, name: str, key: str, before: Calendar, after: Calendar) -> Judged:
    counting = [
        limit for limit in sides.old.limits.values()
        if limit.calendar_id == name and limit.id in sides.new.limits and not limit.length.is_open_ended
    ]  # fmt: skip
    moved = [
        (limit, shift)
        for limit in counting
        for shift in [_shift(sides, limit, key, before, after)]
        if shift.example
    ]
    if not moved:
        return Judged("neither", "no limit falls due on another day")
    effects: list[Effect] = [
        shift.effect(opportunity=sides.is_opportunity(limit.owed_by)) for limit, shift in moved
    ]
    ways: dict[tuple[str, Effect], list[str]] = {}
    for (limit, shift), effect in zip(moved, effects, strict=True):
        ways.setdefault((_way(shift), effect), []).append(limit.id)
    said = "; ".join(f"{way}: {listed(names)} ({effect})" for (way, effect), names in ways.items())
    late = " for what comes between the two times of day" if key == "cutoff" else ""
    limit, shift = moved[0]
    return Judged(together(*effects), f"due {said}{late}. For example {limit.id} {shift.example}")


def _way(shift: Shift) -> str:
    return "sooner or later" if shift.sooner and shift.later else "sooner" if shift.sooner else "later"


def _shift(sides: Sides, limit: Limit, key: str, before: Calendar, after: Calendar) -> Shift:
    """How one setting moves a limit; a cutoff moves what comes late in the day to the next."""
    if key == "cutoff":
        due = counted(limit, limit.length)
        if limit.before is not None:
            return shift_of(due, due, sides.first_day, limit.calendar)

        def late(day: int) -> int:
            return due(day + 1)

        later = before.cutoff is None or (after.cutoff is not None and after.cutoff < before.cutoff)
        return shift_of(due if later else late, late if later else due, sides.first_day, limit.calendar)
    changed = _with(before, key, after)
    own = limit.same_day != (before.day_one == "same_day")
    same_day = limit.same_day if own else changed.day_one == "same_day"
    moved = replace(limit, calendar=changed, same_day=same_day)
    return shift_of(
        counted(limit, limit.length), counted(moved, limit.length), sides.first_day, limit.calendar
    )
