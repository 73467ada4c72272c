"""The ledger of one run of a limit: what started it, what it cites, every day counted or left out, and the due date."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.calendars import Ledger, LedgerLine, day_text, roll_lines, stretches, whole_run
from engine.cases import measure
from engine.cases.readings import read_cycle
from engine.deadlines import NEVER, UNKNOWN, Stretch, due_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.calendars import Length
    from engine.cases.events import Event
    from engine.cases.state import Closed, Cycle, PauseRun, State
    from engine.policy.model import Limit, Policy


NO_ENTRIES: Mapping[str, str] = MappingProxyType({})


def cycle_ledger(
    policy: Policy,
    cycle: Cycle,
    closed: Closed | None,
    state: State,
    day: int,
    entries: Mapping[str, str] = NO_ENTRIES,
    opening: Event | None = None,
) -> Ledger:
    """The ledger of a run as it stands on `day`. Raises `CalendarUnknown` if its due date is beyond the calendar.

    `entries` says in words what the entries of the log are, by their ids; `opening` is the event that started the
    run, if one did, so that the cutoff can be told.
    """
    limit = cycle.plan.limit
    until = closed.day if closed is not None else day
    case, length = cycle.case, measure.length_of_case(limit, cycle.case)
    due = cycle.due if closed is not None else measure.due_on(cycle, state, day)
    if due == UNKNOWN:
        # Ask again where nothing is caught: the error names the year and the region.
        limit.calendar.unrolled(
            cycle.start, limit.up_to if cycle.to_ceiling and limit.up_to else length, limit.same_day
        )
        _known_date(limit, due)
    paused = measure.stretches(cycle.pauses, until)
    lines = [
        *_beginning(policy, cycle, length, case, state, entries, opening),
        *_counting(cycle, length, due, paused),
        *_changes(cycle, state, paused, due),
    ]
    if due < NEVER:
        lines.append(LedgerLine("due", day_text(_date(due)), _date(due), _date(due)))
    else:
        lines.append(
            LedgerLine(
                "open_ended",
                "no due date: it stays open until it is met",
                _date(cycle.start),
                _date(cycle.start),
            )
        )
    lines.append(_standing(cycle, closed, state, day, entries))
    return Ledger(limit.id, length, _date(cycle.start), _date(due) if due < NEVER else None, tuple(lines))


def _standing(
    cycle: Cycle,
    closed: Closed | None,
    state: State,
    day: int,
    entries: Mapping[str, str],
) -> LedgerLine:
    """How the run ended, by what and when; or how it stands on `day`."""
    text = read_cycle(cycle, closed, state, day, 1).text
    if closed is None:
        return LedgerLine("status", f"on {day_text(_date(day))}: {text}", _date(day), _date(day))
    ended = _date(closed.day)
    return LedgerLine("ended", f"{day_text(ended)}, {cause_text(closed.by, entries)}: {text}", ended, ended)


def _beginning(
    policy: Policy,
    cycle: Cycle,
    length: Length,
    case: str | None,
    state: State,
    entries: Mapping[str, str],
    opening: Event | None,
) -> Iterator[LedgerLine]:
    limit, start = cycle.plan.limit, _date(cycle.start)
    by = cause_text(cycle.opened, entries)
    verb = "counted_back_from" if limit.before else "start"
    yield LedgerLine(verb, f"{day_text(start)}, {_started_by(limit, by)}", start, start)
    yield from _cutoff(cycle, opening)
    chosen = f" (case {case})" if case else ""
    ceiling = f", at most {limit.up_to} from the same start" if limit.up_to else ""
    yield LedgerLine("rule", f"{length}{chosen}{ceiling} ({limit.force})", start, start)
    if case is None:
        for each in limit.cases:
            is_known = each.condition.holds(state.facts, state.points) is False
            word = "it does not hold that" if is_known else "it is not known whether"
            yield LedgerLine("rule", f"not {each.length}: {word} {each.condition}", start, start)
    for citation in limit.about.citations:
        yield LedgerLine("source", str(citation), start, start)
    place = policy.place("limits", limit.id)
    yield LedgerLine("policy", f"{place}", start, start)


def _cutoff(cycle: Cycle, opening: Event | None) -> Iterator[LedgerLine]:
    """That the run starts a day later because what started it came after the calendar's cutoff."""
    calendar = cycle.plan.limit.calendar
    if opening is None or opening.at is None or calendar.cutoff is None or opening.day == cycle.start:
        return
    if calendar.start_day(opening.day, opening.second) == cycle.start:
        came = f"{day_text(opening.on)}, {opening.at:%H:%M}"
        text = f"{came} is after {calendar.cutoff:%H:%M}, and counts as the next day"
        yield LedgerLine("cutoff", text, opening.on, _date(cycle.start))


def _started_by(limit: Limit, by: str) -> str:
    if limit.before:
        return limit.before
    names = [str(start) for start in limit.starts]
    if len(names) == 1:
        # The event has the name of what starts the limit: once is enough.
        return f"{names[0]} ({by.replace(f', {names[0]}', '').removeprefix(f'{names[0]} ')})"
    return f"the {limit.mode} of {', '.join(names)} ({by})"


def cause_text(cause: str, entries: Mapping[str, str] = NO_ENTRIES) -> str:
    """What caused something, in words: an entry of the log, or what time did."""
    if cause.isdecimal():
        return f"entry {cause}" + (f", {entries[cause]}" if cause in entries else "")
    kind, _, rest = cause.partition(" ")
    name, _, on = rest.partition(" ")
    return (
        _BY_TIME[kind].format(name=name, on=day_text(date.fromisoformat(on))) if kind in _BY_TIME else cause
    )


_BY_TIME = {
    "presumed": "{name} presumed on {on}",
    "overdue": "{name} overdue on {on}",
    "due": "{name} not met by its due date, on {on}",
}


def _counting(cycle: Cycle, length: Length, due: int, paused: Sequence[Stretch]) -> Iterable[LedgerLine]:
    limit, calendar = cycle.plan.limit, cycle.plan.limit.calendar
    if due >= NEVER:
        return []
    start = _date(cycle.start)
    if limit.before is not None:
        return [
            line
            for line in stretches(calendar, _date(due), start)
            if line.kind not in ("counting", "counted", "moved")
        ]
    if not length.in_working_days:
        unrolled = calendar.unrolled(cycle.start, length, limit.same_day)
        run = whole_run(start, _date(unrolled), length, same_day=limit.same_day)
        return [run, *_added(paused, cycle), *roll_lines(calendar, *_before_roll(cycle, length, paused))]
    skipped = [stretch for stretch in paused if stretch.skips]
    counted = measure.due_in_run(limit, length, cycle.start, skipped)
    end = _known_date(limit, due if not _adds(paused) else counted)
    same_day = limit.same_day and length.unit == "working_days"
    return [
        *stretches(calendar, start, end, _spans(cycle.pauses, skipped, end.toordinal()), same_day=same_day),
        *_added(paused, cycle),
    ]


def _before_roll(cycle: Cycle, length: Length, paused: Sequence[Stretch]) -> tuple[date, date]:
    limit = cycle.plan.limit
    unrolled = due_day(
        limit.calendar, length, cycle.start, same_day=limit.same_day, roll="stays", paused=paused
    )
    rolled = measure.due_in_run(limit, length, cycle.start, paused)
    return _known_date(limit, unrolled), _known_date(limit, rolled)


def _adds(paused: Sequence[Stretch]) -> bool:
    return any(not stretch.skips for stretch in paused)


def _added(paused: Sequence[Stretch], cycle: Cycle) -> Iterator[LedgerLine]:
    for stretch in paused:
        first = max(stretch.begin, cycle.start) + 1
        if not stretch.skips and stretch.end >= first:
            days = stretch.end - first + 1
            text = f"{days} days added: {day_text(_date(first))} to {day_text(_date(stretch.end))}"
            yield LedgerLine("paused", text, _date(first), _date(stretch.end), days)


def _spans(runs: Sequence[PauseRun], skipped: Sequence[Stretch], end: int) -> list[tuple[date, date, str]]:
    """The paused dates that do not count, both ends included, each with the name of its pause."""
    names = {run.begin: run.id for run in runs}
    return [
        (
            _date(stretch.begin + 1),
            _date(min(stretch.end, end)),
            f"paused: {names.get(stretch.begin, 'pause')}",
        )
        for stretch in skipped
        if min(stretch.end, end) > stretch.begin
    ]


def _changes(cycle: Cycle, state: State, paused: Sequence[Stretch], due: int) -> Iterator[LedgerLine]:
    limit = cycle.plan.limit
    given = _date(cycle.given)
    agreed = state.facts.get(limit.due_on) if limit.due_on else None
    if agreed is not None:
        yield LedgerLine("agreed", f"{limit.due_on}: {day_text(agreed)}", agreed, agreed)
    elif cycle.to_ceiling or cycle.extension is not None:
        yield LedgerLine(
            "extended",
            f"on {day_text(given)}, to {day_text(_date(due)) if due < NEVER else 'no known date'}",
            given,
            given,
        )
    if limit.up_to is not None and (agreed is not None or cycle.to_ceiling or cycle.extension is not None):
        length = measure.length_of_case(limit, cycle.case)
        base = measure.due_in_run(limit, length, cycle.start, paused)
        ceiling = measure.ceiling_of(cycle, base, paused)
        if ceiling < NEVER:
            yield LedgerLine(
                "ceiling", f"{limit.up_to}: {day_text(_date(ceiling))}", _date(ceiling), _date(ceiling)
            )


def _known_date(limit: Limit, day: int) -> date:
    """The date. Raises `CalendarUnknown` if it lies beyond the known years."""
    table = limit.calendar.table
    return _date(day if day < NEVER else table.known(table.last + 1))


def _date(day: int) -> date:
    return date.fromordinal(day)
