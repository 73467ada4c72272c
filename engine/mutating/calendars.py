"""Which days count, changed in one thing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from engine.calendars.bank_holidays import names_in
from engine.mutating.changing import DROPPED
from engine.mutating.mutant import Mutant
from engine.policy.intake import Intake
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy

OTHER_DAY_ONE = {"day_after": "same_day", "same_day": "day_after"}
DAY_ONE_IN_WORDS = {"day_after": "the day after its start as day 1", "same_day": "its start as day 1"}
_OTHER_START = {"counts_from_next": "moves_to_next", "moves_to_next": "counts_from_next"}
_AN_HOUR = timedelta(hours=1)


def calendars_changed(subject: Policy | Intake) -> Iterator[Mutant]:
    """Day one moved, no bank holidays or those of elsewhere, the cutoff moved or left out, special days left out."""
    for calendar, spec in subject.source.data.get("calendars", {}).items():
        path = ("calendars", calendar)
        days_off = not (isinstance(subject, Intake) and _counts_every_day(subject, calendar))
        if not _says_day_one_itself(subject, calendar):
            yield from _day_one(calendar, path, spec)
        if days_off:
            yield from _starts(calendar, path, spec)
            yield from _regions(calendar, path, spec)
        yield from _cutoff(calendar, path, spec)
        for key in ("closed", "open"):
            if key in spec and days_off:
                says = f"calendar {calendar} had no days of its own that are {key}"
                yield Mutant("calendar", calendar, (*path, key), says, DROPPED)


def _says_day_one_itself(subject: Policy | Intake, calendar: str) -> bool:
    """Whether each limit counted by this calendar says what its day 1 is, so that the calendar's own is never asked."""
    specs = subject.source.data.get("limits", {})
    counted = [limit.id for limit in subject.limits.values() if limit.calendar_id == calendar]
    return bool(counted) and all("day_one" in specs[limit] for limit in counted)


def _counts_every_day(intake: Intake, calendar: str) -> bool:
    """Whether no limit of an intake asks this calendar which days are off: in months or years, say, and no roll."""
    bars = [bar for bar in intake.limits.values() if bar.calendar_id == calendar]
    return not any(bar.length.in_working_days or bar.roll not in (None, "stays") for bar in bars)


def _day_one(calendar: str, path: tuple[str, ...], spec: dict[str, Any]) -> Iterator[Mutant]:
    other = OTHER_DAY_ONE[spec["day_one"]]
    says = f"calendar {calendar} counted {DAY_ONE_IN_WORDS[other].replace('its', 'the')}"
    yield Mutant("day_one", calendar, (*path, "day_one"), says, other)


def _starts(calendar: str, path: tuple[str, ...], spec: dict[str, Any]) -> Iterator[Mutant]:
    moved = _OTHER_START[spec.get("non_working_start", "counts_from_next")]
    words = {
        "moves_to_next": "moved a start on a day off to the next working day",
        "counts_from_next": "left a start on a day off where it is",
    }
    yield Mutant(
        "day_one", calendar, (*path, "non_working_start"), f"calendar {calendar} {words[moved]}", moved
    )


def _regions(calendar: str, path: tuple[str, ...], spec: dict[str, Any]) -> Iterator[Mutant]:
    regions = tuple(as_list(spec["region"]))
    all_open = {day.isoformat(): f"no {name}" for day, name in names_in(regions)}
    yield Mutant("calendar", calendar, (*path, "open"), f"calendar {calendar} had no bank holidays", all_open)
    elsewhere = "scotland" if "scotland" not in regions else "england"
    if len(regions) == 1:
        says = f"calendar {calendar} had the bank holidays of {elsewhere} instead of {regions[0]}"
        yield Mutant("calendar", calendar, (*path, "region"), says, elsewhere)
    for region in regions if len(regions) > 1 else ():
        rest = [each for each in regions if each != region]
        says = f"calendar {calendar} did not have the bank holidays of {region}"
        yield Mutant("calendar", calendar, (*path, "region"), says, rest)


def _cutoff(calendar: str, path: tuple[str, ...], spec: dict[str, Any]) -> Iterator[Mutant]:
    if "cutoff" not in spec:
        return
    here = (*path, "cutoff")
    yield Mutant("cutoff", calendar, here, f"calendar {calendar} had no cutoff", DROPPED)
    now = datetime.combine(date.min + timedelta(days=1), time.fromisoformat(spec["cutoff"]))
    for moved in (now + _AN_HOUR, now - _AN_HOUR):
        if moved.date() == now.date():
            text = f"{moved:%H:%M}"
            says = f"the cutoff of calendar {calendar} were {text} instead of {spec['cutoff']}"
            yield Mutant("cutoff", calendar, here, says, text)


CALENDAR_OPERATORS: tuple[Callable[[Any], Iterator[Mutant]], ...] = (calendars_changed,)
