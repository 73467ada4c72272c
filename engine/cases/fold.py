"""The fold: one entry after another over a state, as the language's exact semantics lay down.

`step` tries one event and gives a new state; a refused event leaves the old one untouched. Order within a step: data
become facts; the rule is chosen; limits are met, restarted, extended, paused; the case moves; limits end; limits start,
judged in the stage reached; letters fall due. What time does between events is in `passing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cases import events as built_in
from engine.cases.data import read_data
from engine.cases.machine import BACK, AmbiguousRules
from engine.cases.moving import Attempt, move
from engine.cases.passing import next_happening, schedule
from engine.cases.refusal import Refused
from engine.cases.starting import re_measure, start_from_event, start_limits
from engine.cases.state import LetterOut, Node
from engine.cases.touching import running_or_missed, touch_limits

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.cases.events import Event
    from engine.cases.passing import Foresight
    from engine.cases.program import EventPlan, Program
    from engine.cases.state import State
    from engine.policy.model import Rule


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an accepted event: the state after it, the rule that took it (`None`: a mark), and a flag."""

    state: State
    rule: Rule | None
    stands: str | None = None


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
        re_measure(new, state, changed, day)
    met: Collection[str] = ()
    if rule is None or not rule.turns_down:
        if plan.touches:
            met = touch_limits(program, new, plan, day, entry, event.data, event)
        if rule is None and plan.presumed_from is None:
            _check_mark(plan, state, met)
    moved = False
    if rule is not None:
        if not new.pinned:
            _check_in_force(program, event)
            new.pinned = True
        if rule.go_to is not None or rule.send:
            moved = move(program, new, rule, target, day, entry)
    if plan.discharges and new.letters:
        new.letters = {
            letter: why
            for letter, why in new.letters.items()
            if letter not in plan.discharges or why.cause == entry
        }
    if plan.tracked:
        new.last = {**new.last, event.name: (day, new.tick)}
    if rule is None or not rule.turns_down:
        start_from_event(program, new, plan, changed, moved, event, second, entry, met)
    elif moved:
        come = {("entering", target)}
        start_limits(program, new, program.stages[target].entry_starts, day, entry, come, day, (), second)
    if plan.presumes or plan.presumed_from:
        new.pending = tuple(each for each in new.pending if each.event != event.name or each.settled)
        schedule(program, new, plan, day, entry, event.data, foresight)
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
    program: Program,
    plan: EventPlan,
    new: State,
    old: State,
    day: int,
    recorded_rule: str | None,
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
        if running_or_missed(old, touch.limit.id):
            return
    raise Refused(
        "nothing_to_mark", "no limit that it meets, extends, pauses or resumes is running or missed"
    )


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
    re_measure(new, old, changed, event.day)
    dated = {plan for fact in changed for plan in program.fact_starts.get(fact, ())}
    if dated:
        plans = sorted(dated, key=lambda plan: plan.id)
        start_limits(program, new, plans, event.day, entry, {("fact", fact) for fact in changed}, event.day)


def _send_letter(program: Program, new: State, event: Event, entry: str) -> None:
    letter = str(event.data.get("letter"))
    if letter not in program.policy.letters:
        raise Refused("unknown_letter", f'this procedure has no letter "{letter}"', word=letter)
    new.sent = Node(new.sent, LetterOut(letter, event.day, entry, new.letters.get(letter)))
    new.letters = {each: why for each, why in new.letters.items() if each != letter}


def _change_points(program: Program, new: State, event: Event, _entry: str) -> None:
    old = new.copy()
    changed = read_data(program, new, None, event)
    re_measure(new, old, changed, event.day)


def _nothing(_program: Program, _new: State, _event: Event, _entry: str) -> None:
    """A note changes nothing."""


_BUILT_IN = {
    built_in.FACT_RECORDED: _record_facts,
    built_in.LETTER_SENT: _send_letter,
    built_in.POINT_ADDED: _change_points,
    built_in.POINT_REMOVED: _change_points,
    built_in.NOTE: _nothing,
}
