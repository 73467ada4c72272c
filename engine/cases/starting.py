"""How limits start, and how those that run are measured anew when facts change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cases.measure import cap_of, is_overdue
from engine.cases.state import Cycle, PauseRun
from engine.cases.touching import with_due
from engine.deadlines import due_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.cases.events import Event
    from engine.cases.program import EventPlan, LimitPlan, Program
    from engine.cases.state import State

NOT_MEASURED = -1


def re_measure(new: State, old: State, changed: Collection[str], day: int) -> None:
    """Facts changed: measure anew the open limits that look at them and are not past due.

    A new value of the date fact that a limit counts from moves it even past its due date.
    """
    cycles = None
    for limit, cycle in new.open.items():
        plan = cycle.plan
        if plan.moved_by.isdisjoint(changed):
            continue
        start = cycle.start
        from_fact = not plan.start_facts.isdisjoint(changed)
        if not from_fact and is_overdue(cycle, new, day):
            continue
        if from_fact:
            start = _fact_start(plan, new, old, cycle)
        again = with_due(cycle._replace(start=start), new, day)
        if again is not cycle:
            cycles = cycles if cycles is not None else dict(new.open)
            cycles[limit] = again
    if cycles is not None:
        new.open = cycles


def _fact_start(plan: LimitPlan, new: State, old: State, cycle: Cycle) -> int:
    """The start after a date fact changed: the new date, if the run counts from that fact."""
    limit = plan.limit
    if limit.before is not None:
        return int(new.facts[limit.before].toordinal())
    if limit.mode == "latest":
        return max(day for day in _come(plan, new) if day is not None)
    for start in limit.starts:
        before = old.facts.get(start.id) if start.kind == "fact" else None
        if before is not None and before.toordinal() == cycle.start:
            return int(new.facts[start.id].toordinal())
    return cycle.start


def start_from_event(
    program: Program,
    new: State,
    plan: EventPlan,
    changed: Collection[str],
    moved: bool,
    event: Event,
    second: int,
    entry: str,
    met: Collection[str],
) -> None:
    """Start what the event, its date facts and the stage reached start."""
    come = {("event", event.name)}
    plans = plan.starts
    if moved:
        come.add(("entering", new.stage))
        key = (event.name, new.stage)
        found = program.starts_on_arrival.get(key)
        if found is None:
            entry_starts = program.stages[new.stage].entry_starts
            found = program.starts_on_arrival[key] = tuple(
                sorted({*plan.starts, *entry_starts}, key=lambda each: each.id),
            )
        plans = found
    if changed and not program.moving_facts.isdisjoint(changed):
        dated = [each for fact in changed for each in program.fact_starts.get(fact, ())]
        if dated:
            come.update(("fact", fact) for fact in changed)
            plans = tuple(sorted({*plans, *dated}, key=lambda each: each.id))
    if plans:
        start_limits(program, new, plans, event.day, entry, come, event.day, met, second)


def start_limits(
    program: Program,
    new: State,
    plans: Iterable[LimitPlan],
    day: int,
    opened: str,
    come: Collection[tuple[str, str]],
    start: int,
    met: Collection[str] = (),
    second: int = 0,
) -> None:
    """Open a run of each of these limits that may start here; `start` is the day the cause counts from."""
    stage = program.stages[new.stage]
    for plan in plans:
        limit = plan.limit
        if plan.id in new.open or (stage.end and not limit.outlives):
            continue
        if limit.stages is not None and new.stage not in limit.stages:
            continue
        if plan.due_sources and _used_up(plan, new, met):
            continue
        first = start if plan.starts_plainly else _first_day(plan, new, come, start, second)
        if first is not None:
            _open(new, plan, day, opened, first)


def _used_up(plan: LimitPlan, new: State, met: Collection[str]) -> bool:
    """One run of x starts at most one run of y: by its due date, or by the event that meets it."""
    for source in plan.due_sources:
        if source in met:
            closed = new.latest[source]
            if plan.id in closed.cycle.used:
                return True
            used = closed._replace(cycle=closed.cycle._replace(used=(*closed.cycle.used, plan.id)))
            new.latest = {**new.latest, source: used}
    return False


def _first_day(
    plan: LimitPlan,
    new: State,
    come: Collection[tuple[str, str]],
    start: int,
    second: int,
) -> int | None:
    """The day the run counts from, or `None` if what must come first has not."""
    limit = plan.limit
    if limit.before is not None:
        agreed = new.facts.get(limit.before)
        return None if agreed is None else int(agreed.toordinal())
    if second and limit.calendar.cutoff is not None:
        start = limit.calendar.start_day(start, second)
    if limit.mode == "latest":
        days = _come(plan, new, come, start)
        return None if None in days else max(day for day in days if day is not None)
    days = [_day_of(each.kind, each.id, new, start) for each in limit.starts if (each.kind, each.id) in come]
    if not days and limit.restarted_by:
        days = [start]
    return min((day for day in days if day is not None), default=None)


def _day_of(kind: str, name: str, new: State, start: int) -> int | None:
    if kind != "fact":
        return start
    value = new.facts.get(name)
    return None if value is None else int(value.toordinal())


def _come(
    plan: LimitPlan,
    new: State,
    come: Collection[tuple[str, str]] = (),
    start: int = 0,
) -> list[int | None]:
    """For each thing a `latest_of` waits for, the day it last came, or `None`."""
    days: list[int | None] = []
    for each in plan.limit.starts:
        if (each.kind, each.id) in come:
            days.append(_day_of(each.kind, each.id, new, start))
        elif each.kind == "fact":
            days.append(_day_of("fact", each.id, new, start))
        else:
            key = each.id if each.kind == "event" else f"{each.kind} {each.id}"
            last = new.last.get(key)
            days.append(None if last is None else last[0])
    return days


def _open(new: State, plan: LimitPlan, day: int, opened: str, start: int) -> None:
    limit = plan.limit
    pauses = _pauses_open_at(plan, new, day) if limit.pauses and new.last else ()
    if plan.measured_plainly and not pauses:
        due = due_day(limit.calendar, limit.length, start, same_day=limit.same_day, roll=limit.roll)
        cycle = Cycle(plan, opened, new.tick, start, due, day, None, None, False, (), 0, (), (), day)
    else:
        hold = max((pause.cap for pause in pauses), default=0)
        cycle = Cycle(
            plan, opened, new.tick, start, NOT_MEASURED, day, None, None, False, pauses, hold, (), (), day
        )
        cycle = with_due(cycle, new, day)
    new.open = {**new.open, plan.id: cycle}


def _pauses_open_at(plan: LimitPlan, new: State, day: int) -> tuple[PauseRun, ...]:
    """The pauses of a limit that are open when it starts: begun by an event since which none has ended them."""
    runs = []
    for pause in plan.limit.pauses:
        begun = max((new.last.get(event, (0, -1)) for event in pause.when), key=_by_tick)
        ended = max((new.last.get(event, (0, -1)) for event in pause.until), key=_by_tick)
        if begun[1] > ended[1]:
            cap = cap_of(plan, pause.id, begun[0])
            if cap > day:
                runs.append(PauseRun(pause.id, begun[0], None, cap, pause.counting == "skip_working_days"))
    return tuple(runs)


def _by_tick(last: tuple[int, int]) -> int:
    return last[1]
