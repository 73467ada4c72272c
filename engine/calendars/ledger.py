"""How a due date came about, day by day, in words: what was counted, what was left out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import time

    from engine.calendars.calendar import Calendar
    from engine.calendars.lengths import Length

WIDTH = 80
"""The columns a ledger fills at most when it is shown to people."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_LABELS = {
    "bank_holiday": "left out",
    "closed": "left out",
    "weekends": "left out",
    "open": "counts",
}
"""The words before a line where they are not the kind itself."""

_DAY_ONE_IN_WORDS = {
    False: "the start is day 0",
    True: "the start is day 1 if it counts",
}


def day_text(day: date) -> str:
    """A date as every ledger writes it, in any locale: "Mon 18 May 2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def span_text(first: date, last: date) -> str:
    """Dates from the first to the last, or the one there is."""
    return day_text(first) if first == last else f"{day_text(first)} to {day_text(last)}"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line: `text` for people, from `start` to `end` (both included); `days` is how many it is about.

    In a `counted` line these are the days that count, elsewhere the dates left out, paused or passed over.
    """

    kind: str
    text: str
    start: date
    end: date
    days: int = 0

    @property
    def label(self) -> str:
        """What stands before the text: the kind, or plainer words for it."""
        return _LABELS.get(self.kind, self.kind.replace("_", " "))

    def to_dict(self) -> dict[str, Any]:
        """The line in JSON-ready values, dates as ISO text."""
        return {
            "kind": self.kind,
            "text": self.text,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "days": self.days,
        }


@dataclass(frozen=True, slots=True)
class Ledger:
    """A due date (None: there is none) with all it rests on; `str()` for people, `to_dict()` for programs."""

    title: str
    length: Length
    start: date
    due: date | None
    lines: tuple[LedgerLine, ...]

    def __str__(self) -> str:
        due = f"due {day_text(self.due)}" if self.due else "no due date"
        width = max((len(line.label) for line in self.lines), default=0)
        return "\n".join([*wrap(f"{self.title}: {due}", WIDTH), *_laid_out(self.lines, width)])

    def to_dict(self) -> dict[str, Any]:
        """The ledger in JSON-ready values, dates as ISO text."""
        return {
            "title": self.title,
            "length": str(self.length),
            "start": self.start.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "lines": [line.to_dict() for line in self.lines],
        }


class Paused(NamedTuple):
    """Dates, both included, on which the clock stood still, and why."""

    first: date
    last: date
    reason: str = "the clock stood still"


def explained(
    calendar: Calendar,
    start: date,
    length: Length,
    *,
    same_day: bool,
    roll: str | None = None,
    at: time | None = None,
) -> Ledger:
    """The ledger of one length from one start, with nothing extended or paused."""
    begun = _begun(calendar, start, at)
    lines = [*start_lines(calendar, start, at=at)]
    if length.is_open_ended:
        due = None
        lines.append(LedgerLine("open_ended", "no due date: it stays open until it is met", begun, begun))
    else:
        due, counted = _counted(calendar, begun, length, same_day=same_day, roll=roll)
        lines += [*counted, LedgerLine("due", day_text(due), due, due)]
    return Ledger(f"{length} from {day_text(start)}", length, start, due, tuple(lines))


def start_lines(calendar: Calendar, start: date, *, at: time | None = None) -> Iterator[LedgerLine]:
    """The start, and what the cutoff makes of it."""
    moment = day_text(start) if at is None else f"{day_text(start)}, {at:%H:%M}"
    yield LedgerLine("start", moment, start, start)
    begun = _begun(calendar, start, at)
    if begun != start:
        yield LedgerLine("cutoff", f"after {calendar.cutoff:%H:%M}: as if on {day_text(begun)}", start, begun)


def _begun(calendar: Calendar, start: date, at: time | None) -> date:
    """The date that a start at this local time stands for."""
    if at is None:
        return start
    # A fraction of a second is later than the second before it.
    second = 3600 * at.hour + 60 * at.minute + at.second + (at.microsecond > 0)
    return date.fromordinal(calendar.start_day(start.toordinal(), second))


def stretches(
    calendar: Calendar,
    start: date,
    due: date,
    paused: Iterable[tuple[date, date] | tuple[date, date, str]] = (),
    *,
    same_day: bool | None = None,
) -> list[LedgerLine]:
    """The working days from `start` (cutoff applied) to `due`, numbered, and every other day named.

    Bank holidays, closures and pauses stand where they fall; weekends follow on one line. `paused` gives
    first and last dates, both included, and perhaps a reason. `same_day` overrides the calendar's `day_one`.
    """
    inclusive = calendar.day_one == "same_day" if same_day is None else same_day
    pauses = [Paused(*pause) for pause in paused]
    rule = f"working days in {calendar.region_text}; {_DAY_ONE_IN_WORDS[inclusive]}"
    lines = [LedgerLine("counting", rule, start, due), *_moved(calendar, start, same_day=inclusive)]
    first = calendar.first_day(start.toordinal(), inclusive)
    days = [_judged(calendar, day, pauses) for day in range(first, due.toordinal() + 1)]
    return [*lines, *_runs(days), *_opened(days), *_weekends(days)]


def roll_lines(calendar: Calendar, unrolled: date, due: date) -> Iterator[LedgerLine]:
    """Why a date that is no working day gave way to another, with every day passed over."""
    if unrolled == due:
        return
    step = 1 if due > unrolled else -1
    passed = [date.fromordinal(day) for day in range(unrolled.toordinal(), due.toordinal(), step)]
    reasons = "; ".join(f"{day_text(day)}, {calendar.skipped(day)}" for day in passed)
    which = "next" if step > 0 else "previous"
    text = f"{reasons}: moves to the {which} working day, {day_text(due)}"
    yield LedgerLine("rolled", text, min(unrolled, due), max(unrolled, due), len(passed))


def _counted(
    calendar: Calendar,
    start: date,
    length: Length,
    *,
    same_day: bool,
    roll: str | None,
) -> tuple[date, list[LedgerLine]]:
    """The due date and how it was counted from `start`."""
    unrolled = date.fromordinal(calendar.unrolled(start.toordinal(), length, same_day))
    if length.in_working_days:
        inclusive = same_day and length.unit == "working_days"
        return unrolled, stretches(calendar, start, unrolled, same_day=inclusive)
    due = date.fromordinal(calendar.rolled(unrolled.toordinal(), roll))
    counted = whole_run(start, unrolled, length, same_day=same_day)
    return due, [counted, *roll_lines(calendar, unrolled, due)]


def whole_run(start: date, end: date, length: Length, *, same_day: bool) -> LedgerLine:
    """Calendar days, weeks, months, years: every day counts, so one line says it all."""
    if length.amount == 0:
        return LedgerLine("counted", f"{length}: the start itself", start, end)
    first = start if same_day else date.fromordinal(start.toordinal() + 1)
    text = f"{length}, {span_text(first, end)}" + (", the start being day 1" if same_day else "")
    if length.unit in ("months", "years") and start.day > _last_of_month(end) == end.day:
        text += f" ({_MONTHS[end.month - 1]} {end.year} has no day {start.day})"
    return LedgerLine("counted", text, first, end, end.toordinal() - first.toordinal() + 1)


def _last_of_month(day: date) -> int:
    next_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(next_month.toordinal() - 1).day


class _Day(NamedTuple):
    """A date and what it is: counted, bank_holiday, closed, weekends or paused; and why, if that is odd."""

    day: date
    kind: str
    reason: str = ""


def _judged(calendar: Calendar, ordinal: int, paused: Sequence[Paused]) -> _Day:
    day = date.fromordinal(ordinal)
    for pause in paused:
        if pause.first <= day <= pause.last:
            return _Day(day, "paused", pause.reason)
    if calendar.table.counts(ordinal):
        return _Day(day, "counted", calendar.table.opened.get(ordinal, ""))
    left_out = calendar.table.left_out.get(ordinal)
    return _Day(day, left_out.kind, left_out.reason) if left_out else _Day(day, "weekends")


def _runs(days: Iterable[_Day]) -> Iterator[LedgerLine]:
    """Neighbouring days of one kind and reason as one line, weekends passed over, counted days numbered."""
    counted_before = 0
    run: list[_Day] = []
    for day in days:
        if day.kind == "weekends":
            continue
        if run and not _belongs(run[0], day):
            yield _run_line(run, counted_before)
            counted_before += len(run) if run[0].kind == "counted" else 0
            run = []
        run.append(day)
    if run:
        yield _run_line(run, counted_before)


def _belongs(first: _Day, day: _Day) -> bool:
    return first.kind == day.kind and (first.kind == "counted" or first.reason == day.reason)


def _run_line(run: Sequence[_Day], counted_before: int) -> LedgerLine:
    kind, first, last = run[0].kind, run[0].day, run[-1].day
    if kind != "counted":
        return LedgerLine(kind, f"{span_text(first, last)}, {run[0].reason}", first, last, len(run))
    numbered = f"day {counted_before + 1} {day_text(first)}"
    if last != first:
        numbered += f" to day {counted_before + len(run)} {day_text(last)}"
    return LedgerLine(kind, numbered, first, last, len(run))


def _opened(days: Iterable[_Day]) -> Iterator[LedgerLine]:
    """Days that count only because they were declared open."""
    for day in days:
        if day.kind == "counted" and day.reason:
            yield LedgerLine("open", f"{day_text(day.day)}, open: {day.reason}", day.day, day.day, 1)


def _weekends(days: Iterable[_Day]) -> Iterator[LedgerLine]:
    weekend = [day.day for day in days if day.kind == "weekends"]
    if not weekend:
        return
    if len(weekend) == 1:
        text = day_text(weekend[0])
    elif weekend[-1].toordinal() - weekend[0].toordinal() == 1:
        text = f"the weekend of {day_text(weekend[0])} and {day_text(weekend[-1])}"
    else:
        text = f"{len(weekend)} weekend days from {span_text(weekend[0], weekend[-1])}"
    yield LedgerLine("weekends", text, weekend[0], weekend[-1], len(weekend))


def _moved(calendar: Calendar, start: date, *, same_day: bool) -> Iterator[LedgerLine]:
    """The start that is no working day and goes to the next one."""
    reason = calendar.skipped(start)
    moves = calendar.non_working_start == "moves_to_next"
    if reason is None or not (moves or same_day):
        return
    moved = date.fromordinal(calendar.table.on_or_after(start.toordinal()))
    role = "day 1" if same_day else "day 0"
    text = f"the start is no working day ({reason}): {day_text(moved)} is {role}"
    days = moved.toordinal() - start.toordinal()
    yield LedgerLine("moved", text, start, moved, days)


def _laid_out(lines: Iterable[LedgerLine], width: int) -> Iterator[str]:
    """Labels in one column, texts in another, wrapped."""
    indent = " " * (width + 4)
    for line in lines:
        yield from wrap(
            f"  {line.label:<{width}}  {line.text}",
            WIDTH,
            subsequent_indent=indent,
            break_long_words=False,
        )
