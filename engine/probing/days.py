"""Days for stories: a Monday to begin on, the working day after another, and a limit's ceiling."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.deadlines import NEVER, due_day
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.calendars import Calendar
    from engine.cases import LimitReading
    from engine.policy.model import Limit, Policy

# Stories are told in a year whose bank holidays are proclaimed, if the policy is in force in it.
USUAL = date(2026, 1, 1)
# How many days after the first are free of bank holidays: as many as can be had.
QUIET = (56, 28, 14)
BEFORE = 7
MOST_MONDAYS = 60
WEEK = 7
LONGEST_BREAK = 30


def first_day(policy: Policy) -> date:
    """A Monday in force with no bank holiday near; a day in force at any rate."""
    calendar = calendar_of(policy)
    mondays = list(_mondays(policy))
    for days in QUIET:
        for monday in mondays:
            if _is_quiet(calendar, monday, days):
                return monday
    return mondays[0] if mondays else policy.in_force_from


def _mondays(policy: Policy) -> Iterator[date]:
    begin, until = policy.in_force_from, policy.in_force_until
    if begin < USUAL and (until is None or until >= USUAL):
        begin = USUAL
    monday = begin + timedelta(days=-begin.weekday() % WEEK)
    for _ in range(MOST_MONDAYS):
        if until is not None and monday > until:
            return
        yield monday
        monday += timedelta(days=WEEK)


def _is_quiet(calendar: Calendar, monday: date, days: int) -> bool:
    """Whether every day from Monday to Friday counts, from a week before to so many days after."""
    try:
        return all(
            calendar.is_working_day(day)
            for day in (monday + timedelta(days=offset) for offset in range(-BEFORE, days + 1))
            if day.weekday() < 5
        )
    except EngineError:
        return False


def next_working_day(policy: Policy, day: date) -> date:
    """The first working day after `day`; the day after it, where none is known."""
    calendar = calendar_of(policy)
    try:
        for offset in range(1, LONGEST_BREAK):
            if calendar.is_working_day(day + timedelta(days=offset)):
                return day + timedelta(days=offset)
    except (EngineError, OverflowError):
        pass
    return day + timedelta(days=1) if day < date.max else day


def working_day_before(policy: Policy, day: date) -> date:
    """The last working day before `day`; the day before it, where none is known."""
    calendar = calendar_of(policy)
    try:
        for offset in range(1, LONGEST_BREAK):
            if calendar.is_working_day(day - timedelta(days=offset)):
                return day - timedelta(days=offset)
    except (EngineError, OverflowError):
        pass
    return day - timedelta(days=1) if day > date.min else day


def ceiling(limit: Limit, reading: LimitReading) -> date | None:
    """The last day to which a run can be extended, pauses left out of account; its due date if it cannot be."""
    if limit.up_to is None or reading.start is None or reading.due is None:
        return reading.due
    start = reading.start.toordinal()
    last = due_day(limit.calendar, limit.up_to, start, same_day=limit.same_day, roll=limit.roll)
    return max(reading.due, date.fromordinal(last)) if last < NEVER else reading.due


def calendar_of(policy: Policy) -> Calendar:
    """The calendar by which a policy counts, unless a limit of it names another."""
    return policy.calendars[policy.source.data["calendar"]]
