"""What a reading of a case tells: limits, letters, moves and possible events, each as a small value."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.calendars import Length, day_text
from engine.cases.measure import due_on, is_overdue, is_paused, stretches
from engine.cases.state import cycles_of, values_of
from engine.deadlines import NEVER, counting_from, due_day
from engine.errors import CalendarUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cases.state import Closed, Cycle, State
    from engine.policy.model import Limit, Policy, Warn

# Past its due date by the force of the limit; a limit that bends ("practicable") reads gentler whatever its force.
PAST = {
    "must": "overdue",
    "will": "overdue",
    "aim": "past the aim",
    "recommended": "past the aim",
    "external": "over",
}
PAST_NORMAL = "past the normal limit"


@dataclass(frozen=True, slots=True)
class LimitReading:
    """One run of a limit as it stands at a date. `number` counts its runs from 1.

    `status`: not_started, running, paused, overdue, over (a limit that is computed, never judged), met, met_late,
    missed, lapsed or replaced. `start` is the day it counts from (for a limit that counts back, the day its date
    became known). `due` is `None` if it has no date or none is known (`due_unknown`). `days` are in
    `unit`: left while running (0 on the due date), past while overdue or met late. `text` says it in words.
    """

    id: str
    number: int
    status: str
    text: str
    start: date | None = None
    due: date | None = None
    due_unknown: bool = False
    ended: date | None = None
    days: int | None = None
    unit: str = "working days"
    extended: bool = False
    force: str = "must"
    owed_by: str | None = None
    told: bool = True

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be met."""
        return self.status in ("running", "paused", "overdue", "over")

    @property
    def due_text(self) -> str:
        """The due date as scenario files write it; a limit that has not started says so."""
        if self.due is not None:
            return self.due.isoformat()
        if self.status == "not_started":
            return self.text
        return "unknown" if self.due_unknown else "as soon as possible"

    @property
    def is_breach(self) -> bool:
        """Whether a duty (`must` or `will`) was not kept in time."""
        return self.force in ("must", "will") and self.status in ("overdue", "met_late", "missed")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.id,
            "number": self.number,
            "status": self.status,
            "text": self.text,
            "start": _iso(self.start),
            "due": _iso(self.due),
            "due_unknown": self.due_unknown,
            "ended": _iso(self.ended),
            "days": self.days,
            "unit": self.unit,
            "extended": self.extended,
            "force": self.force,
            "owed_by": self.owed_by,
            "told": self.told,
        }


@dataclass(frozen=True, slots=True)
class LetterReading:
    """A letter: `status` is due, sent, or withdrawn (sent, but nothing calls for it any more)."""

    id: str
    status: str
    to: tuple[str, ...]
    must_say: tuple[str, ...]
    because: str
    since: date | None
    by: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.id,
            "status": self.status,
            "to": list(self.to),
            "must_say": list(self.must_say),
            "because": self.because,
            "since": _iso(self.since),
            "by": _iso(self.by),
        }


@dataclass(frozen=True, slots=True)
class MoveReading:
    """A stage entered: when, by which rule, and what caused it (an entry's id, or what time did)."""

    stage: str
    on: date
    rule: str
    cause: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"stage": self.stage, "on": self.on.isoformat(), "rule": self.rule, "cause": self.cause}


@dataclass(frozen=True, slots=True)
class Allowed:
    """An event that may be recorded at a date: by whom, with what, and which rules could take it.

    `certain`: on the facts recorded, it would be accepted, once it says what it needs and, if it extends a limit, a day
    until which that may be; else it depends on what the event brings.
    """

    event: str
    title: str
    by: tuple[str, ...]
    needs: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    certain: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "event": self.event,
            "title": self.title,
            "by": list(self.by),
            "needs": dict(self.needs),
            "rules": list(self.rules),
            "certain": self.certain,
        }


def limit_readings(state: State, day: int) -> Iterator[LimitReading]:
    """Every run of every limit that has started, as it stands on `day`."""
    numbers: dict[str, int] = {}
    for cycle, closed in cycles_of(state):
        number = numbers[cycle.plan.id] = numbers.get(cycle.plan.id, 0) + 1
        yield read_cycle(cycle, closed, state, day, number)


def read_cycle(cycle: Cycle, closed: Closed | None, state: State, day: int, number: int) -> LimitReading:
    """One run as it stands on `day`."""
    limit = cycle.plan.limit
    due = cycle.due if closed is not None else due_on(cycle, state, day)
    status = closed.result if closed is not None else _open_status(cycle, state, day, limit)
    until = closed.day if closed is not None else day
    days = _days(limit, due, until) if status in _COUNTING else None
    working = limit.length.in_working_days
    return LimitReading(
        id=limit.id,
        number=number,
        status=status,
        text=_TEXT[status](limit, days, due),
        start=date.fromordinal(cycle.on if limit.before is not None else cycle.start),
        due=date.fromordinal(due) if due < NEVER else None,
        due_unknown=due > NEVER,
        ended=date.fromordinal(closed.day) if closed is not None else None,
        days=days,
        unit="working days" if working else "calendar days",
        extended=cycle.to_ceiling or cycle.extension is not None,
        force=limit.force,
        owed_by=limit.owed_by,
        told=limit.told,
    )


def not_started(limit: Limit) -> LimitReading:
    """The reading of a limit that has not started."""
    return LimitReading(
        limit.id,
        0,
        "not_started",
        "not started",
        force=limit.force,
        owed_by=limit.owed_by,
        told=limit.told,
    )


_COUNTING = frozenset({"running", "overdue", "over", "met_late", "missed"})


def _open_status(cycle: Cycle, state: State, day: int, limit: Limit) -> str:
    if is_paused(cycle, day):
        return "paused"
    if not is_overdue(cycle, state, day):
        return "running"
    return "over" if limit.force == "external" else "overdue"


def _days(limit: Limit, due: int, day: int) -> int | None:
    """The days between the due date and `day`, whichever comes first, in the limit's unit; `None` if not known."""
    if due >= NEVER:
        return None
    first, last = min(due, day), max(due, day)
    if not limit.length.in_working_days:
        return last - first
    try:
        return limit.calendar.table.between(first, last)
    except CalendarUnknown:
        return None


def _count(days: int | None, limit: Limit) -> str:
    unit = "working day" if limit.length.in_working_days else "day"
    if days is None:
        return f"an unknown number of {unit}s"
    return f"{days} {unit}{'' if days == 1 else 's'}"


def _running(limit: Limit, days: int | None, due: int) -> str:
    if due > NEVER:
        return "running; its due date lies beyond the years for which bank holidays are known"
    if due == NEVER:
        return "running, to be met as soon as possible"
    left = "due today" if days == 0 else f"{_count(days, limit)} left"
    return f"running, {left}"


def _overdue(limit: Limit, days: int | None, due: int) -> str:
    word = PAST_NORMAL if limit.practicable else PAST[limit.force]
    return f"{word} by {_count(days, limit)}"


def _met_late(limit: Limit, days: int | None, due: int) -> str:
    return f"met, {_count(days, limit)} late"


def _missed(limit: Limit, days: int | None, due: int) -> str:
    return f"missed; {_count(days, limit)} past due when it ended" if days else "missed"


_TEXT = {
    "running": _running,
    "paused": lambda *_: "paused",
    "overdue": _overdue,
    "over": lambda limit, days, due: f"over since {day_text(date.fromordinal(due))}",
    "met": lambda *_: "met in time",
    "met_late": _met_late,
    "missed": _missed,
    "lapsed": lambda *_: "lapsed: no longer needed",
    "replaced": lambda *_: "replaced by a new run",
}


@dataclass(frozen=True, slots=True)
class WarningReading:
    """A rung of a limit's warning ladder: the day it comes, and whether it has come at the reading's date."""

    limit: str
    rung: str
    on: date
    reached: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"limit": self.limit, "rung": self.rung, "on": self.on.isoformat(), "reached": self.reached}


def warning_readings(state: State, day: int) -> Iterator[WarningReading]:
    """The rungs of every open limit that has a due date, by limit and day. While it is paused, as projected."""
    for limit_id in sorted(state.open):
        cycle = state.open[limit_id]
        due = due_on(cycle, state, day)
        if due < NEVER:
            for on, text in sorted(_rungs(cycle, due, day)):
                yield WarningReading(limit_id, text, date.fromordinal(on), on <= day)


def _rungs(cycle: Cycle, due: int, day: int) -> Iterator[tuple[int, str]]:
    """The day and the text of each rung; one beyond the years for which bank holidays are known is left out."""
    for warn in cycle.plan.limit.warn:
        with suppress(CalendarUnknown):
            yield _rung_day(cycle, warn, due, day), warn.text


def _rung_day(cycle: Cycle, warn: Warn, due: int, day: int) -> int:
    """The day of a rung: an offset from the due date, or the day on which that share of the run is used up."""
    limit = cycle.plan.limit
    if warn.share is not None:
        return _share_day(cycle, warn.share, due, day)
    if not warn.working or warn.offset == 0:
        return due + warn.offset
    table = limit.calendar.table
    return table.after(due, warn.offset) if warn.offset > 0 else table.before(due, -warn.offset)


def _share_day(cycle: Cycle, share: int, due: int, day: int) -> int:
    limit = cycle.plan.limit
    if not limit.length.in_working_days:
        return cycle.start + -(-(due - cycle.start) * share // 100)
    paused = stretches(cycle.pauses, day)
    base = counting_from(limit.calendar, limit.length, cycle.start, limit.same_day)
    table = limit.calendar.table
    skipped = sum(
        table.between(max(each.begin, base), min(each.end, due))
        for each in paused
        if each.skips and each.end > base
    )
    used = -(-(table.between(base, due) - skipped) * share // 100)
    part = Length(max(used, 1), "working_days")
    return due_day(limit.calendar, part, cycle.start, same_day=limit.same_day, roll=None, paused=paused)


def letter_readings(
    policy: Policy, state: State, limits: dict[str, LimitReading], earlier: tuple[Policy, ...] = ()
) -> Iterator[LetterReading]:
    """The letters due, then those sent, by id. `earlier`: versions under which letters may have been sent."""
    for letter_id, letter in sorted(policy.letters.items()):
        why = state.letters.get(letter_id)
        if why is not None:
            yield LetterReading(
                letter_id,
                "due",
                letter.to,
                letter.must_say,
                f"sent by rule {why.rule}",
                date.fromordinal(why.day),
            )
            continue
        for limit_id, reading in sorted(limits.items()):
            if reading.is_open and set(letter.sent_by).intersection(policy.limits[limit_id].met_by):
                yield LetterReading(
                    letter_id,
                    "due",
                    letter.to,
                    letter.must_say,
                    f"owed while {limit_id} runs",
                    reading.start,
                    reading.due,
                )
                break
    for out in values_of(state.sent):
        letter = next(each for each in (policy, *earlier) if out.letter in each.letters).letters[out.letter]
        status = "sent" if out.due is not None else "withdrawn"
        because = f"sent by rule {out.due.rule}" if out.due is not None else "nothing calls for it"
        yield LetterReading(
            out.letter, status, letter.to, letter.must_say, because, date.fromordinal(out.day)
        )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
