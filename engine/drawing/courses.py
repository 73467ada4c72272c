"""What happened in a scenario, as a course through days: what was recorded, how long each limit ran, which days are off."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from engine.calendars import day_text
from engine.cases.timeline import timeline
from engine.errors import CalendarUnknown
from engine.replay.timetable import row_ledger
from engine.replay.trials import IntakeTrial, RowTrial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.calendars import Calendar
    from engine.cases import LimitReading, View
    from engine.cases.timeline import Moment
    from engine.intakes import Decision
    from engine.replay.story import Happened
    from engine.replay.trials import Told

OccasionKind = Literal["event", "time", "refused"]

_LEAST_ROOM, _MOST_SHARE = 7, 0.4
_MOST_DAYS = 1200


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened, was refused, or that time did. `result`: what followed, or why it was refused."""

    number: int
    on: date
    kind: OccasionKind
    what: str
    by: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a limit. `until` is the day it ended, or the last day looked at; `pauses` are first and last days.

    `standing`: open, met, missed or lapsed. `text` says it in words.
    """

    name: str
    text: str
    start: date | None
    due: date | None
    until: date | None
    standing: Literal["open", "met", "missed", "lapsed"]
    pauses: tuple[tuple[date, date], ...] = ()

    @property
    def late_until(self) -> date | None:
        """The last day of the part after the due date, if it ran so long."""
        is_late = self.due is not None and self.until is not None and self.until > self.due
        return self.until if is_late and self.standing != "lapsed" else None


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which the calendar does not count, and why."""

    on: date
    reason: str

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return self.on.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Course:
    """Days from the first to the last, both included, what happened on them and what ran."""

    first: date
    last: date
    occasions: tuple[Occasion, ...]
    runs: tuple[Run, ...]
    days_off: tuple[DayOff, ...]

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def shows_days_off(self) -> bool:
        """Whether it is short enough for single days to be seen."""
        return self.days <= _MOST_DAYS

    @property
    def holidays(self) -> tuple[DayOff, ...]:
        """The days off that are no weekends."""
        return tuple(day for day in self.days_off if not day.is_weekend)


def course_of(told: Told) -> Course | None:
    """The course of what was told; `None` if nothing was recorded."""
    if isinstance(told.trial, RowTrial):
        return _course_of_row(told.trial)
    if isinstance(told.trial, IntakeTrial):
        return _course_of_decisions(told.decisions)
    return _course_of_story(told)


# --- A story -----------------------------------------------------------------------------------------------------


def _course_of_story(told: Told) -> Course | None:
    case, until = told.case, told.until
    if case is None or until is None:
        return None
    view = case.at(until)
    occasions = _numbered([*map(_occasion, timeline(case, view)), *_refused(told.happened)])
    if not occasions and not view.cycles:
        return None
    runs = tuple(_run(view, reading) for reading in view.cycles)
    return _course(occasions, runs, until, _calendar(view))


def _occasion(moment: Moment) -> Occasion:
    parts = [
        f"rule {moment.rule}" if moment.rule else "",
        f"to {moment.stage}" if moment.stage else "",
        moment.note or "",
    ]
    kind: OccasionKind = (
        "time" if moment.kind == "time" else "refused" if moment.kind == "conflict" else "event"
    )
    return Occasion(0, moment.on, kind, moment.what, moment.by or "", ", ".join(filter(None, parts)))


def _refused(happened: Sequence[Happened]) -> Iterator[Occasion]:
    for each in happened:
        if each.refused is not None:
            step = each.step
            yield Occasion(
                0, step.at, "refused", step.event, step.by or "", f"refused: {each.refused.reason}"
            )


def _numbered(occasions: Sequence[Occasion]) -> tuple[Occasion, ...]:
    in_order = sorted(occasions, key=lambda each: each.on)
    return tuple(replace(each, number=number) for number, each in enumerate(in_order, start=1))


_STANDINGS: dict[str, Literal["open", "met", "missed", "lapsed"]] = {
    "met": "met",
    "met_late": "met",
    "missed": "missed",
    "lapsed": "lapsed",
    "replaced": "lapsed",
}


def _run(view: View, reading: LimitReading) -> Run:
    name = reading.id if reading.number == 1 else f"{reading.id} ({reading.number})"
    return Run(
        name,
        reading.text + (", extended" if reading.extended else ""),
        reading.start,
        reading.due,
        reading.ended or view.as_of,
        _STANDINGS.get(reading.status, "open"),
        tuple(_pauses(view, reading)),
    )


def _pauses(view: View, reading: LimitReading) -> Iterator[tuple[date, date]]:
    limit = view.policy.limits.get(reading.id)
    if limit is None or not limit.pauses:
        return
    with suppress(CalendarUnknown):
        for line in view.explain(reading.id, reading.number).lines:
            if line.kind == "paused":
                yield line.start, line.end


def _calendar(view: View) -> Calendar | None:
    limits = view.policy.limits
    run = [limits[reading.id].calendar for reading in view.cycles if reading.id in limits]
    return next(iter(run or view.policy.calendars.values()), None)


# --- A row and a decision ----------------------------------------------------------------------------------------


def _course_of_row(trial: RowTrial) -> Course:
    row, limit = trial.row, trial.policy.limits[trial.timetable.limit]
    try:
        due = row_ledger(trial.policy, limit.id, row).due
        said = "to be met as soon as possible" if due is None else f"due {day_text(due)}"
    except CalendarUnknown as unknown:
        due, said = None, str(unknown)
    run = Run(limit.id, said, row.start, due, due, "open")
    return _course(
        (Occasion(1, row.start, "event", f"{limit.id} starts"),), (run,), due or row.start, limit.calendar
    )


def _course_of_decisions(decisions: Sequence[Decision]) -> Course | None:
    """When the complaint came, and every date that is a fact of it."""
    if not decisions:
        return None
    last = decisions[-1]
    dates = {fact: value for fact, value in last.facts.items() if isinstance(value, date)}
    occasions = [
        Occasion(0, last.received, "event", "the complaint is received"),
        *(Occasion(0, value, "event", fact) for fact, value in dates.items()),
    ]
    calendar = next(iter(last.intake.calendars.values()), None)
    return _course(_numbered(occasions), (), max(each.on for each in occasions), calendar)


# --- The days ----------------------------------------------------------------------------------------------------


def _course(
    occasions: tuple[Occasion, ...], runs: tuple[Run, ...], until: date, calendar: Calendar | None
) -> Course:
    """The course over the days that matter: a due date long after everything else is left to the words."""
    days = [*(each.on for each in occasions), *(run.start for run in runs if run.start is not None)]
    first, last = min(days, default=until), max([*days, until])
    room = max(_LEAST_ROOM, int((last - first).days * _MOST_SHARE))
    dues = (run.due for run in runs if run.due is not None)
    last = max([last, *(due for due in dues if (due - last).days <= room)])
    course = Course(first, last, occasions, runs, ())
    return replace(course, days_off=tuple(_days_off(calendar, course)))


def _days_off(calendar: Calendar | None, course: Course) -> Iterator[DayOff]:
    """The days off, as far as bank holidays are known."""
    if calendar is None or not course.shows_days_off:
        return
    for day in range(course.first.toordinal(), course.last.toordinal() + 1):
        with suppress(CalendarUnknown):
            reason = calendar.reason(day)
            if reason is not None:
                yield DayOff(date.fromordinal(day), reason)
