"""The fold: one entry after another over a state, as the language's exact semantics lay down.

`advance` lets time pass; `step` tries one event; each returns a new state, and a refused event leaves the old one
untouched. Order within a step: data become facts; the rule is chosen; limits are met, restarted, extended,
paused; the case moves; limits end; limits start, judged in the stage reached; letters fall due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from engine.cases import events as built_in
from engine.cases.data import read_data, read_date
from engine.cases.machine import BACK, AmbiguousRules, overdue_trigger
from engine.cases.measure import (
    cap_of,
    ceiling_of,
    due_on,
    is_overdue,
    is_paused,
    length_of,
    longest,
    measured,
    stretches,
)
from engine.cases.refusal import Refused
from engine.cases.state import (
    Closed,
    Cycle,
    LetterDue,
    LetterOut,
    Move,
    Node,
    Notice,
    PauseRun,
    Pending,
    State,
)
from engine.deadlines import NEVER, due_day, extension_until

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from engine.calendars import Length
    from engine.cases.events import Event
    from engine.cases.program import EventPlan, LimitPlan, Program, StagePlan, Touch
    from engine.policy.model import DueRef, EventType, Rule

MET, MET_LATE, MISSED, LAPSED, REPLACED = "met", "met_late", "missed", "lapsed", "replaced"
CHAIN, OVERDUE, PRESUMPTION = 0, 1, 2


class Happening(NamedTuple):
    """What time does next. Compares in the order in which one day's happenings come."""

    day: int
    kind: int
    due: int
    id: str


NO_HAPPENING = Happening(NEVER, 9, NEVER, "")
NOT_MEASURED = -1


class Attempt:
    """One event or overdue limit being tried in a stage: the model that the machine's trigger moves."""

    __slots__ = ("back", "day", "facts", "old", "points", "state")

    def __init__(self, new: State, old: State, day: int) -> None:
        self.state = new.stage
        self.facts = new.facts
        self.points = new.points
        self.back = new.back
        self.old = old
        self.day = day

    def due(self, ref: DueRef) -> int | None:
        """The due date (or ceiling) in force before the event, of the limit's latest cycle whatever its state."""
        return due_before(self.old, ref, self.day)


def due_before(state: State, ref: DueRef, day: int) -> int | None:
    """The due date that `within` and `after` compare with; `None` if the limit never started."""
    cycle = state.open.get(ref.limit)
    if cycle is None:
        closed = state.latest.get(ref.limit)
        if closed is None:
            return None
        cycle, day = closed.cycle, closed.day
    return longest(cycle, state, day) if ref.longest else due_on(cycle, state, day)


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an accepted event: the state after it, the rule that took it (`None`: a mark), and a flag."""

    state: State
    rule: Rule | None
    stands: str | None = None


class Foresight(Protocol):
    """What is known of entries to come: presumptions give way to a real event, even one recorded later."""

    def forestalls(self, presumed: str, trigger: str, day: int, cause: str) -> bool:
        """Whether a real one is known from the trigger (of that day, with that cause) up to the next such trigger."""
        ...


# --- Time ------------------------------------------------------------------------------------------------------


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
                    due, ripe = _ripe(cycle, state)
                    best = min(best, Happening(ripe, CHAIN, due, other.id))
    for limit, rules in program.stages[state.stage].overdue:
        cycle = open_cycles.get(limit)
        if cycle is not None and cycle.due < NEVER and not _all_fired(cycle, rules):
            due, ripe = _ripe(cycle, state)
            best = min(best, Happening(max(ripe, state.entered + 1), OVERDUE, due, limit))
    for pending in state.pending:
        best = min(best, Happening(pending.day, PRESUMPTION, pending.day, pending.event))
    return best


def _all_fired(cycle: Cycle, rules: tuple[Rule, ...]) -> bool:
    fired = cycle.fired
    return bool(fired) and all(rule.id in fired for rule in rules)


def _ripe(cycle: Cycle, state: State) -> tuple[int, int]:
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
        if cycle is None or plan.id in cycle.used or _ripe(cycle, state)[1] != happening.day:
            continue
        new.open = {**new.open, source: cycle._replace(used=(*cycle.used, plan.id))}
        new.last = {**new.last, f"due {source}": (happening.due, new.tick)}
        if not _chain_barred(plan, cycle, state):
            cause = f"due {source} {_iso(happening.day)}"
            _start(program, new, (plan,), happening.day, cause, {("due", source)}, happening.due)
        break
    return _settled(program, new)


def _chain_barred(plan: LimitPlan, cycle: Cycle, state: State) -> bool:
    """Whether what x's due date would start is done already, or its stage is behind us."""
    since = cycle.tick
    met = any(state.last.get(event, (0, -1))[1] > since for event in plan.limit.met_by)
    left = any(state.last.get(f"left {stage}", (0, -1))[1] > since for stage in plan.limit.stages or ())
    return met or left


def _fire_overdue(program: Program, state: State, happening: Happening, _foresight: Foresight | None) -> State:
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
        cause = f"overdue {limit} {_iso(day)}"
        _move(program, new, rule, target, day, cause)
        if rule.go_to is not None:
            _start(program, new, program.stages[target].entry_starts, day, cause, {("entering", target)}, day)
    else:
        names = " and ".join(rule.id for rule in waiting)
        why = "more than one of them matches" if moved else "its condition does not hold"
        text = f"{limit} was overdue on {_iso(day)}, but {names} did nothing: {why}"
        new.notices = Node(new.notices, Notice("spent", day, limit, text))
    return _settled(program, new)


def _presume(program: Program, state: State, happening: Happening, foresight: Foresight | None) -> State:
    """A presumed event happens: a mark at the start of its date, never refused."""
    event, day = happening.id, happening.day
    new = state.copy()
    new.tick += 1
    new.pending = tuple(each for each in state.pending if each.event != event or each.day != day)
    plan = program.events[event]
    cause = f"presumed {event} {_iso(day)}"
    met = _touch(program, new, plan, day, cause, {}, None)
    if plan.tracked:
        new.last = {**new.last, event: (day, new.tick)}
    _schedule(program, new, plan, day, cause, {}, foresight)
    _start(program, new, plan.starts, day, cause, {("event", event)}, day, met)
    return _settled(program, new)


_HAPPEN = {CHAIN: _chain, OVERDUE: _fire_overdue, PRESUMPTION: _presume}


def _settled(program: Program, new: State) -> State:
    new.wake = next_happening(program, new).day
    return new


# --- One event -------------------------------------------------------------------------------------------------


def step(
    program: Program,
    state: State,
    event: Event,
    second: int,
    entry: str,
    recorded_rule: str | None = None,
    foresight: Foresight | None = None,
) -> Step:
    """Try one event on a state to which time has already brought its day.

    `second`: its time of day. `recorded_rule`: the rule that accepted it when it was recorded, which may stand
    although its date no longer fits. `foresight`: the known entries to come, if there are any.
    Raises `Refused`; the state given is never changed.
    """
    plan = program.events.get(event.name)
    if plan is None:
        return _built_in_step(program, state, event, entry)
    day = event.day
    rules = program.stages[state.stage].rules.get(event.name, ())
    if plan.is_step and not rules and plan.presumed_from is None:
        # Before all else: in another stage, nothing that the event carries would help it.
        raise Refused("no_rule", "no rule in this stage")
    _check_role(program, plan, event)
    new = state.copy()
    new.tick += 1
    changed: Collection[str] = ()
    if event.data or plan.checks_data:
        changed = read_data(program, new, plan, event)
    rule, target, stands = _choose(program, plan, new, state, day, recorded_rule)
    if changed and not program.moving_facts.isdisjoint(changed):
        _re_measure(new, state, changed, day)
    met: Collection[str] = ()
    if rule is None or not rule.turns_down:
        if plan.touches:
            met = _touch(program, new, plan, day, entry, event.data, event)
        if rule is None and plan.presumed_from is None:
            _check_mark(plan, state, met)
    moved = False
    if rule is not None:
        if not new.pinned:
            _check_in_force(program, event)
            new.pinned = True
        if rule.go_to is not None or rule.send:
            moved = _move(program, new, rule, target, day, entry)
    if plan.discharges and new.letters:
        new.letters = {
            letter: why for letter, why in new.letters.items() if letter not in plan.discharges or why.cause == entry
        }
    if plan.tracked:
        new.last = {**new.last, event.name: (day, new.tick)}
    if rule is None or not rule.turns_down:
        _start_all(program, new, plan, changed, moved, event, second, entry, met)
    elif moved:
        _start(program, new, program.stages[target].entry_starts, day, entry, {("entering", target)}, day)
    if plan.presumes or plan.presumed_from:
        new.pending = tuple(each for each in new.pending if each.event != event.name or each.settled)
        _schedule(program, new, plan, day, entry, event.data, foresight)
    new.wake = next_happening(program, new).day
    return Step(new, rule, stands)


def _check_role(program: Program, plan: EventPlan, event: Event) -> None:
    by = event.by
    if by is None or (plan.roles is not None and by in plan.roles):
        return
    if by not in program.policy.people:
        raise Refused("unknown_role", f'nobody in this procedure is called "{by}"', word=by)
    if plan.roles is not None:
        raise Refused("wrong_role", f"{event.name} is recorded by {' or '.join(plan.type.by)}, not by {by}")


def _choose(
    program: Program, plan: EventPlan, new: State, old: State, day: int, recorded_rule: str | None,
) -> tuple[Rule | None, str, str | None]:
    """The rule that takes the event, the stage it leads to, and a word if it stands although late."""
    name = plan.id
    if plan.is_step:
        attempt = Attempt(new, old, day)
        try:
            rule = program.machine.trigger(name, attempt)
        except AmbiguousRules as both:
            raise Refused("two_rules", f"two rules match {name} here: {both}", rules=both.rules) from None
        if rule is not None:
            return rule, attempt.state, None
        if recorded_rule is not None:
            standing = _standing(program, attempt, name, recorded_rule)
            if standing is not None:
                target = standing.go_to or new.stage
                return standing, (new.back[-1] if target == BACK else target), standing.id
    if plan.presumed_from is not None:
        if plan.presumed_from in old.last:
            return None, new.stage, None
        raise Refused("not_yet", f"{name} comes after {plan.presumed_from}, which has not happened")
    if plan.is_step:
        raise Refused("no_rule_matches", "no rule in this stage matches it")
    return None, new.stage, None


def _standing(program: Program, attempt: Attempt, name: str, recorded_rule: str) -> Rule | None:
    """The rule that took this entry when it was recorded, if it fails by `within` or `after` alone."""
    for rule in program.stages[attempt.state].rules.get(name, ()):
        if rule.id == recorded_rule and (rule.within or rule.after):
            holds = rule.condition is None or rule.condition.holds(attempt.facts, attempt.points) is True
            if holds and (rule.go_to != BACK or attempt.back):
                return rule
    return None


def _check_mark(plan: EventPlan, old: State, met: Collection[str]) -> None:
    if met:
        return
    for touch in plan.touches:
        if _running_or_missed(old, touch.limit.id):
            return
    raise Refused("nothing_to_mark", "no limit that it meets, extends, pauses or resumes is running or missed")


def _running_or_missed(state: State, limit: str) -> bool:
    if limit in state.open:
        return True
    closed = state.latest.get(limit)
    return closed is not None and closed.result == MISSED


def _check_in_force(program: Program, event: Event) -> None:
    if program.from_day <= event.day <= program.until_day:
        return
    policy = program.policy
    until = f" until {policy.in_force_until}" if policy.in_force_until else ""
    raise Refused(
        "not_in_force",
        f"{policy.id} is in force from {policy.in_force_from}{until}, "
        f"and the first event of a case must lie in force; {event.on} does not",
    )


# --- Limits ----------------------------------------------------------------------------------------------------


def _re_measure(new: State, old: State, changed: Collection[str], day: int) -> None:
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
        again = _with_due(cycle._replace(start=start), new, day)
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


def _with_due(cycle: Cycle, state: State, day: int) -> Cycle:
    """The cycle measured anew; a changed due date is given on `day` and its overdue rules may fire again."""
    due, case = measured(cycle, state, day)
    if due == cycle.due:
        return cycle if case == cycle.case else cycle._replace(case=case)
    return cycle._replace(due=due, case=case, given=day, fired=())


def _touch(
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
                _close(new, cycle, day, MET_LATE if is_overdue(cycle, new, day) else MET, entry)
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
            _close(new, cycle, day, REPLACED, entry)
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


def _close(new: State, cycle: Cycle, day: int, result: str, entry: str) -> None:
    limit = cycle.plan.id
    if cycle.hold:
        cycle = cycle._replace(due=due_on(cycle, new, day))
    closed = Closed(new.closed, cycle, day, result, entry)
    open_cycles = dict(new.open)
    del open_cycles[limit]
    new.open = open_cycles
    new.latest = {**new.latest, limit: closed}
    new.closed = closed


def _extend(new: State, cycle: Cycle, day: int, data: Mapping[str, Any]) -> str | None:
    """Extend an open run; the reason it may not be extended otherwise."""
    limit = cycle.plan.limit
    if limit.extend_if is not None and limit.extend_if.holds(new.facts, new.points) is not True:
        return f"it may be extended only if {limit.extend_if}"
    due = due_on(cycle, new, day)
    if is_overdue(cycle, new, day) and not limit.late_extension:
        return f"its due date, {_iso(due)}, is over; a late extension is not allowed"
    paused = stretches(cycle.pauses, day)
    length, _ = length_of(limit, new.facts, new.points)
    base = due_day(
        limit.calendar, length, cycle.start, same_day=limit.same_day, roll=limit.roll, paused=paused,
    )
    ceiling = ceiling_of(cycle, base, paused)
    until = _until(data)
    if until is None:
        if limit.up_to is None:
            return "it has no ceiling: the extension must say until when (`until`)"
        changed = cycle._replace(to_ceiling=True, extension=None)
    elif until > ceiling:
        return f"{_iso(until)} lies beyond its ceiling, {_iso(ceiling)}"
    elif until < cycle.start:
        return f"{_iso(until)} lies before its start, {_iso(cycle.start)}"
    elif until < due < NEVER:
        return f"{_iso(until)} lies before its due date, {_iso(due)}"
    else:
        extension = extension_until(
            limit.calendar, length, cycle.start, until, same_day=limit.same_day, paused=paused,
        )
        changed = cycle._replace(extension=extension, to_ceiling=False)
    new.open = {**new.open, cycle.plan.id: _with_due(changed, new, day)}
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
                each._replace(end=each.cap) if each.id == pause.id and each.end is None else each for each in pauses
            ]
            cap = cap_of(cycle.plan, pause.id, day)
            pauses.append(PauseRun(pause.id, day, None, cap, pause.counting == "skip_working_days"))
    if len(pauses) != len(cycle.pauses):
        hold = max(pause.cap for pause in pauses if pause.end is None)
        begun = cycle._replace(pauses=tuple(pauses), hold=hold)
        new.open = {**new.open, cycle.plan.id: _with_due(begun, new, day)}


# --- Moving ----------------------------------------------------------------------------------------------------


def _move(program: Program, new: State, rule: Rule, target: str, day: int, cause: str) -> bool:
    """Carry out what a rule says besides limits: close what ends, enter the stage, owe the letters."""
    if rule.send:
        new.letters = {**new.letters, **{letter: LetterDue(rule.id, day, cause) for letter in rule.send}}
    if rule.go_to is None:
        return False
    stage = program.stages[target]
    if rule.go_to == BACK:
        _leave(program, new, stage, day, cause)
        new.back = new.back[:-1]
    elif stage.aside:
        new.back = (*new.back, new.stage)
    else:
        _leave(program, new, stage, day, cause)
        new.back = ()
    if new.stage in program.tracked_stages:
        new.last = {**new.last, f"left {new.stage}": (day, new.tick)}
    if target in program.tracked_stages:
        new.last = {**new.last, f"entering {target}": (day, new.tick)}
    new.stage = target
    new.entered = day
    new.path = Move(new.path, target, day, rule.id, cause)
    return True


def _leave(program: Program, new: State, stage: StagePlan, day: int, cause: str) -> None:
    """Close the limits that the stage entered does not carry on: missed if overdue, else lapsed."""
    listed = program.listed
    for limit in sorted(new.open):
        cycle = new.open[limit]
        if stage.end:
            ends = not cycle.plan.limit.outlives
        else:
            ends = limit in listed and stage.id not in (cycle.plan.limit.stages or ())
        if ends:
            _close(new, cycle, day, MISSED if is_overdue(cycle, new, day) else LAPSED, cause)


# --- Starting --------------------------------------------------------------------------------------------------


def _start_all(
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
        _start(program, new, plans, event.day, entry, come, event.day, met, second)


def _start(
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
    plan: LimitPlan, new: State, come: Collection[tuple[str, str]], start: int, second: int,
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
    plan: LimitPlan, new: State, come: Collection[tuple[str, str]] = (), start: int = 0,
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
        cycle = Cycle(plan, opened, new.tick, start, NOT_MEASURED, day, None, None, False, pauses, hold, (), (), day)
        cycle = _with_due(cycle, new, day)
    new.open = {**new.open, plan.id: cycle}


def _pauses_open_at(plan: LimitPlan, new: State, day: int) -> tuple[PauseRun, ...]:
    """The pauses of a limit that are open when it starts: begun by an event since which none has ended them."""
    runs = []
    for pause in plan.limit.pauses:
        begun = max((new.last.get(event, (0, -1)) for event in pause.when), key=_by_tick)
        ended = max((new.last.get(event, (0, -1)) for event in pause.until), key=_by_tick)
        if begun[1] > ended[1] >= -1 and begun[1] >= 0:
            cap = cap_of(plan, pause.id, begun[0])
            if cap > day:
                runs.append(PauseRun(pause.id, begun[0], None, cap, pause.counting == "skip_working_days"))
    return tuple(runs)


def _by_tick(last: tuple[int, int]) -> int:
    return last[1]


def _schedule(
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
    channel = data.get("channel")
    length = presumed.channels.get(channel, presumed.after) if isinstance(channel, str) else presumed.after
    if length is None:
        known = ", ".join(sorted(presumed.channels))
        raise Refused("missing_data", f"it must say by which channel it went: `channel`, one of {known}")
    return length


# --- Built-in events -------------------------------------------------------------------------------------------


def _built_in_step(program: Program, state: State, event: Event, entry: str) -> Step:
    """An event that every policy knows: it moves no stage, but facts it records can move a due date."""
    handle = _BUILT_IN.get(event.name)
    if handle is None:
        raise Refused("unknown_event", f'this procedure has no event "{event.name}"', word=event.name)
    if event.by is not None and event.by not in program.policy.people:
        raise Refused("unknown_role", f'nobody in this procedure is called "{event.by}"', word=event.by)
    new = state.copy()
    new.tick += 1
    handle(program, new, event, entry)
    new.wake = next_happening(program, new).day
    return Step(new, None)


def _record_facts(program: Program, new: State, event: Event, entry: str) -> None:
    old = new.copy()
    changed = read_data(program, new, None, event)
    _re_measure(new, old, changed, event.day)
    dated = {plan for fact in changed for plan in program.fact_starts.get(fact, ())}
    if dated:
        plans = sorted(dated, key=lambda plan: plan.id)
        _start(program, new, plans, event.day, entry, {("fact", fact) for fact in changed}, event.day)


def _send_letter(program: Program, new: State, event: Event, entry: str) -> None:
    letter = str(event.data.get("letter"))
    if not isinstance(letter, str) or letter not in program.policy.letters:
        raise Refused("unknown_letter", f'this procedure has no letter "{letter}"', word=letter)
    new.sent = Node(new.sent, LetterOut(letter, event.day, entry, new.letters.get(letter)))
    new.letters = {each: why for each, why in new.letters.items() if each != letter}


def _change_points(program: Program, new: State, event: Event, _entry: str) -> None:
    old = new.copy()
    changed = read_data(program, new, None, event)
    _re_measure(new, old, changed, event.day)


def _nothing(_program: Program, _new: State, _event: Event, _entry: str) -> None:
    """A note changes nothing."""


_BUILT_IN = {
    built_in.FACT_RECORDED: _record_facts,
    built_in.LETTER_SENT: _send_letter,
    built_in.POINT_ADDED: _change_points,
    built_in.POINT_REMOVED: _change_points,
    built_in.NOTE: _nothing,
}


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
