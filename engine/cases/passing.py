"""What time does by itself: chained limits start, overdue rules fire, presumed events happen, each on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from engine.cases.machine import overdue_trigger
from engine.cases.measure import due_on, iso
from engine.cases.moving import Attempt, move
from engine.cases.refusal import Refused
from engine.cases.starting import start_limits
from engine.cases.state import Node, Notice, Pending
from engine.cases.touching import touch_limits
from engine.deadlines import NEVER, due_day
from engine.documents import likely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.calendars import Length
    from engine.cases.program import EventPlan, LimitPlan, Program
    from engine.cases.state import Cycle, State
    from engine.policy.model import EventType, Rule

CHAIN, OVERDUE, PRESUMPTION = 0, 1, 2


class Happening(NamedTuple):
    """What time does next. Compares in the order in which one day's happenings come."""

    day: int
    kind: int
    due: int
    id: str


NO_HAPPENING = Happening(NEVER, 9, NEVER, "")


class Foresight(Protocol):
    """What is known of entries to come: presumptions give way to a real event, even one recorded later."""

    def forestalls(self, presumed: str, trigger: str, day: int, cause: str) -> bool:
        """Whether a real one is known from the trigger (of that day, with that cause) up to the next such trigger."""
        ...


def advance(program: Program, state: State, day: int, foresight: Foresight | None = None) -> State:
    """The state after all that time does up to and on `day`."""
    while state.wake <= day:
        happening = next_happening(program, state)
        state = _HAPPEN[happening.kind](program, state, happening, foresight)
    return state


def next_happening(program: Program, state: State) -> Happening:
    """The smallest happening to come: by day, then kind, due date and id."""
    best = NO_HAPPENING
    open_cycles = state.open
    for plan in program.chains:
        cycle = open_cycles.get(plan.id)
        if cycle is not None and cycle.due < NEVER:
            for other in plan.chained:
                if other.id not in cycle.used:
                    due, first = ripe(cycle, state)
                    best = min(best, Happening(first, CHAIN, due, other.id))
    for limit, rules in program.stages[state.stage].overdue:
        cycle = open_cycles.get(limit)
        if cycle is not None and cycle.due < NEVER and not _all_fired(cycle, rules):
            due, first = ripe(cycle, state)
            best = min(best, Happening(max(first, state.entered + 1), OVERDUE, due, limit))
    for pending in state.pending:
        best = min(best, Happening(pending.day, PRESUMPTION, pending.day, pending.event))
    return best


def _all_fired(cycle: Cycle, rules: tuple[Rule, ...]) -> bool:
    fired = cycle.fired
    return bool(fired) and all(rule.id in fired for rule in rules)


def ripe(cycle: Cycle, state: State) -> tuple[int, int]:
    """The due date, and the first day on which it is over, known and not held up by a pause; `NEVER` if held."""
    if cycle.hold == NEVER:
        return cycle.due, NEVER
    due = due_on(cycle, state, cycle.hold)
    if due >= NEVER:
        return due, NEVER
    return due, max(due, cycle.given, cycle.hold) + 1


def _chain(program: Program, state: State, happening: Happening, _foresight: Foresight | None) -> State:
    """`{due: x}`: the end of x's due date starts the limit that waits for it."""
    plan = program.limits[happening.id]
    new = state.copy()
    new.tick += 1
    for source in plan.due_sources:
        cycle = state.open.get(source)
        if cycle is None or plan.id in cycle.used or ripe(cycle, state)[1] != happening.day:
            continue
        new.open = {**new.open, source: cycle._replace(used=(*cycle.used, plan.id))}
        new.last = {**new.last, f"due {source}": (happening.due, new.tick)}
        if not _chain_barred(plan, cycle, state):
            cause = f"due {source} {iso(happening.day)}"
            start_limits(program, new, (plan,), happening.day, cause, {("due", source)}, happening.due)
        break
    return _settled(program, new)


def _chain_barred(plan: LimitPlan, cycle: Cycle, state: State) -> bool:
    """Whether what x's due date would start is done already, or its stage is behind us."""
    since = cycle.tick
    met = any(state.last.get(event, (0, -1))[1] > since for event in plan.limit.met_by)
    left = any(state.last.get(f"left {stage}", (0, -1))[1] > since for stage in plan.limit.stages or ())
    return met or left


def _fire_overdue(
    program: Program, state: State, happening: Happening, _foresight: Foresight | None
) -> State:
    """An overdue rule of this stage: the only one of its limit whose condition is true fires; else it is spent."""
    day, limit = happening.day, happening.id
    rules = next(rules for each, rules in program.stages[state.stage].overdue if each == limit)
    cycle = state.open[limit]
    waiting = [rule for rule in rules if rule.id not in cycle.fired]
    new = state.copy()
    new.tick += 1
    new.open = {**new.open, limit: cycle._replace(fired=(*cycle.fired, *(rule.id for rule in waiting)))}
    moved: list[tuple[Rule, str]] = []
    for rule in waiting:
        attempt = Attempt(new, state, day)
        if program.machine.trigger(overdue_trigger(rule), attempt) is not None:
            moved.append((rule, attempt.state))
    if len(moved) == 1:
        rule, target = moved[0]
        cause = f"overdue {limit} {iso(day)}"
        move(program, new, rule, target, day, cause)
        if rule.go_to is not None:
            start_limits(
                program, new, program.stages[target].entry_starts, day, cause, {("entering", target)}, day
            )
    else:
        names = " and ".join(rule.id for rule in waiting)
        why = "more than one of them matches" if moved else "its condition does not hold"
        text = f"{limit} was overdue on {iso(day)}, but {names} did nothing: {why}"
        new.notices = Node(new.notices, Notice("spent", day, limit, text))
    return _settled(program, new)


def _presume(program: Program, state: State, happening: Happening, foresight: Foresight | None) -> State:
    """A presumed event happens: a mark at the start of its date, never refused."""
    event, day = happening.id, happening.day
    new = state.copy()
    new.tick += 1
    new.pending = tuple(each for each in state.pending if each.event != event or each.day != day)
    plan = program.events[event]
    cause = f"presumed {event} {iso(day)}"
    met = touch_limits(program, new, plan, day, cause, {}, None)
    # Tracked or not: a version that the case is migrated to may ask when it last happened.
    new.last = {**new.last, event: (day, new.tick)}
    schedule(program, new, plan, day, cause, {}, foresight)
    start_limits(program, new, plan.starts, day, cause, {("event", event)}, day, met)
    return _settled(program, new)


_HAPPEN = {CHAIN: _chain, OVERDUE: _fire_overdue, PRESUMPTION: _presume}


def _settled(program: Program, new: State) -> State:
    new.wake = next_happening(program, new).day
    return new


def schedule(
    program: Program,
    new: State,
    plan: EventPlan,
    day: int,
    entry: str,
    data: Mapping[str, Any],
    foresight: Foresight | None,
) -> None:
    """Presume what follows from this event, unless a real one is known to have come."""
    for presumed in plan.presumes:
        length = _delay_of(presumed, data)
        pending = tuple(
            each._replace(settled=True) if each.event == presumed.id and not each.settled else each
            for each in new.pending
        )
        if foresight is None or not foresight.forestalls(presumed.id, plan.id, day, entry):
            calendar = program.policy.calendars[program.policy.source.data["calendar"]]
            on = due_day(calendar, length, day, same_day=False, roll="stays")
            if on < NEVER:
                pending = (*pending, Pending(on, presumed.id, entry))
        new.pending = pending


def _delay_of(presumed: EventType, data: Mapping[str, Any]) -> Length:
    """How long after its trigger an event is presumed: by the channel it went, else as the policy says for any."""
    channel = data.get("channel")
    if channel is not None and not isinstance(channel, str):
        raise Refused("wrong_data", f"channel is a text such as post, not {channel!r}")
    meant = likely(channel, presumed.channels) if channel and channel not in presumed.channels else None
    if meant is not None:
        raise Refused(
            "wrong_data", f'there is no channel "{channel}" here; did you mean "{meant}"?', word=channel
        )
    length = presumed.channels.get(channel or "", presumed.after)
    if length is None:
        known = ", ".join(sorted(presumed.channels))
        raise Refused("missing_data", f"it must say by which channel it went: `channel`, one of {known}")
    return length
