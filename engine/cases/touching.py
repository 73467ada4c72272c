"""What an event does to the runs of limits it touches: meet, restart, extend, pause, resume; and how a run ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.cases.data import read_date
from engine.cases.measure import (
    cap_of,
    ceiling_of,
    due_in_run,
    due_on,
    is_overdue,
    is_paused,
    iso,
    length_of,
    measured,
    stretches,
)
from engine.cases.refusal import Refused
from engine.cases.state import Closed, PauseRun
from engine.deadlines import NEVER, extension_until

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engine.cases.events import Event
    from engine.cases.program import EventPlan, Program, Touch
    from engine.cases.state import Cycle, State

MET, MET_LATE, MISSED, LAPSED, REPLACED = "met", "met_late", "missed", "lapsed", "replaced"


def with_due(cycle: Cycle, state: State, day: int) -> Cycle:
    """The cycle measured anew; a changed due date is given on `day` and its overdue rules may fire again."""
    due, case = measured(cycle, state, day)
    if due == cycle.due:
        return cycle if case == cycle.case else cycle._replace(case=case)
    return cycle._replace(due=due, case=case, given=day, fired=())


def touch_limits(
    program: Program,
    new: State,
    plan: EventPlan,
    day: int,
    entry: str,
    data: Mapping[str, Any],
    event: Event | None,
) -> Collection[str]:
    """Meet, restart, extend, resume and pause, limit by limit; the ids of the limits met are returned."""
    met: list[str] = []
    refusals: list[tuple[str, str]] = []
    extended = False
    for touch in plan.touches:
        limit = touch.limit.id
        cycle = new.open.get(limit)
        if touch.meets:
            if cycle is not None:
                close_run(new, cycle, day, MET_LATE if is_overdue(cycle, new, day) else MET, entry)
                met.append(limit)
                cycle = None
            elif limit in new.latest and new.latest[limit].result == MISSED:
                missed = new.latest[limit]
                closed = Closed(new.closed, missed.cycle, day, MET_LATE, entry)
                new.latest = {**new.latest, limit: closed}
                new.closed = closed
                met.append(limit)
        if cycle is None:
            continue
        if touch.restarts:
            close_run(new, cycle, day, REPLACED, entry)
            continue
        if touch.extends:
            refusal = None if event is None else _extend(new, cycle, day, data)
            if refusal is None:
                extended = True
            else:
                refusals.append((limit, refusal))
            cycle = new.open[limit]
        if touch.resumes:
            cycle = _resume(new, cycle, touch, day)
        if touch.pauses:
            _pause(new, cycle, touch, day)
    if refusals and not extended:
        why = "; ".join(f"{limit}: {refusal}" for limit, refusal in refusals)
        raise Refused("cannot_extend", f"it can extend no limit: {why}", limits=tuple(refusals))
    return met


def close_run(new: State, cycle: Cycle, day: int, result: str, entry: str) -> None:
    """End an open run with this result; `entry` is what ended it."""
    limit = cycle.plan.id
    if cycle.hold:
        cycle = cycle._replace(due=due_on(cycle, new, day))
    closed = Closed(new.closed, cycle, day, result, entry)
    open_cycles = dict(new.open)
    del open_cycles[limit]
    new.open = open_cycles
    new.latest = {**new.latest, limit: closed}
    new.closed = closed


def could_extend(state: State, plan: EventPlan, day: int) -> bool | None:
    """Whether an event is not refused for the limits it extends; `None` if that depends on facts it brings itself.

    Until when it extends is left out of account. True if it extends none that runs.
    """
    brought = {need.name for need in plan.type.needs if need.kind == "fact"}
    runs = (
        state.open.get(touch.limit.id)
        for touch in plan.touches
        if touch.extends and not touch.meets and not touch.restarts
    )
    truths = [_could_be_extended(cycle, state, day, brought) for cycle in runs if cycle is not None]
    if not truths or True in truths:
        return True
    return None if None in truths else False


def _could_be_extended(cycle: Cycle, state: State, day: int, brought: Collection[str]) -> bool | None:
    limit = cycle.plan.limit
    if is_overdue(cycle, state, day) and not limit.late_extension:
        return False if cycle.plan.moved_by.isdisjoint(brought) else None
    if limit.extend_if is None:
        return True
    facts = {fact: value for fact, value in state.facts.items() if fact not in brought}
    return limit.extend_if.holds(facts, state.points)


def _extend(new: State, cycle: Cycle, day: int, data: Mapping[str, Any]) -> str | None:
    """Extend an open run; the reason it may not be extended otherwise."""
    limit = cycle.plan.limit
    if limit.extend_if is not None and limit.extend_if.holds(new.facts, new.points) is not True:
        return f"it may be extended only if {limit.extend_if}"
    due = due_on(cycle, new, day)
    if is_overdue(cycle, new, day) and not limit.late_extension:
        return f"its due date, {iso(due)}, is over; a late extension is not allowed"
    paused = stretches(cycle.pauses, day)
    length, _ = length_of(limit, new.facts, new.points)
    ceiling = ceiling_of(cycle, due_in_run(limit, length, cycle.start, paused), paused)
    until = _until(data)
    if until is None:
        if limit.up_to is None:
            return "it has no ceiling: the extension must say until when (`until`)"
        changed = cycle._replace(to_ceiling=True, extension=None)
    elif until > ceiling:
        return f"{iso(until)} lies beyond its ceiling, {iso(ceiling)}"
    elif until < cycle.start:
        return f"{iso(until)} lies before its start, {iso(cycle.start)}"
    elif until < due < NEVER:
        return f"{iso(until)} lies before its due date, {iso(due)}"
    else:
        extension = extension_until(
            limit.calendar,
            length,
            cycle.start,
            until,
            same_day=limit.same_day,
            paused=paused,
        )
        changed = cycle._replace(extension=extension, to_ceiling=False)
    new.open = {**new.open, cycle.plan.id: with_due(changed, new, day)}
    return None


def _until(data: Mapping[str, Any]) -> int | None:
    text = data.get("until")
    return None if text is None else read_date("until", text).toordinal()


def _resume(new: State, cycle: Cycle, touch: Touch, day: int) -> Cycle:
    """End the open pauses that this event ends. One whose cap is over has let the clock resume by itself."""
    pauses = tuple(
        pause._replace(end=min(day, pause.cap)) if pause.end is None and pause.id in touch.resumes else pause
        for pause in cycle.pauses
    )
    if pauses == cycle.pauses:
        return cycle
    held = is_paused(cycle, day)
    hold = max((pause.cap for pause in pauses if pause.end is None), default=0)
    ended = cycle._replace(pauses=pauses, hold=hold)
    due, case = measured(ended, new, day)
    if held:
        ended = ended._replace(due=due, case=case, given=day, fired=())
    else:
        ended = ended._replace(due=due, case=case, given=max(cycle.given, cycle.hold))
    new.open = {**new.open, cycle.plan.id: ended}
    return ended


def _pause(new: State, cycle: Cycle, touch: Touch, day: int) -> None:
    if cycle.due >= NEVER or due_on(cycle, new, day) <= day:
        return  # one beginning on or after the due date changes nothing
    pauses = list(cycle.pauses)
    for pause in cycle.plan.limit.pauses:
        running = any(each.id == pause.id and each.end is None and each.cap >= day for each in pauses)
        if pause.id in touch.pauses and not running:
            pauses = [
                each._replace(end=each.cap) if each.id == pause.id and each.end is None else each
                for each in pauses
            ]
            cap = cap_of(cycle.plan, pause.id, day)
            pauses.append(PauseRun(pause.id, day, None, cap, pause.counting == "skip_working_days"))
    if len(pauses) != len(cycle.pauses):
        hold = max(pause.cap for pause in pauses if pause.end is None)
        begun = cycle._replace(pauses=tuple(pauses), hold=hold)
        new.open = {**new.open, cycle.plan.id: with_due(begun, new, day)}


def running_or_missed(state: State, limit: str) -> bool:
    """Whether a mark may still touch the limit: it is open, or its latest run was missed."""
    if limit in state.open:
        return True
    closed = state.latest.get(limit)
    return closed is not None and closed.result == MISSED
