"""Why an event is accepted or not: every rule considered, what each part of it found, and what it would take.

Nothing here decides: it asks the fold, then puts into words what the fold looked at.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.cases.data import read_data
from engine.cases.events import BUILT_IN
from engine.cases.fold import step
from engine.cases.machine import is_after, is_within
from engine.cases.migrating import migrated
from engine.cases.moving import due_before
from engine.cases.refusal import Considered, Reason, Refused, WhyNot
from engine.deadlines import NEVER
from engine.documents import likely
from engine.policy.conditions import AllOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.cases.events import Event
    from engine.cases.program import EventPlan, Program
    from engine.cases.state import State
    from engine.policy.conditions import Condition
    from engine.policy.model import DueRef, Policy, Rule


def why_not(program: Program, state: State, event: Event) -> WhyNot:
    """Whether this event would be accepted on this state, and why. The state must have reached the event's day."""
    try:
        taken = step(program, state, event, max(event.second, 0), "?")
    except Refused as refused:
        return why_refused(program, state, event, max(event.second, 0), refused)
    if taken.rule is None:
        text = (
            "it is recorded; no rule names it"
            if event.name in BUILT_IN
            else "it touches a limit that runs or was missed"
        )
        return WhyNot(event.name, state.stage, "accepted", text)
    considered = tuple(_considered(program, state, event, program.events[event.name]))
    return WhyNot(event.name, state.stage, "accepted", f"by rule {taken.rule.id}", considered)


def why_not_migrated(state: State, event: Event, versions: Sequence[Policy]) -> WhyNot:
    """Whether a case in this state would be migrated to the version that the event names, and why."""
    try:
        after = migrated(state, event, "?", versions)
    except Refused as refused:
        return why_refused(state.program, state, event, max(event.second, 0), refused)
    policy = after.program.policy
    text = f"from then on it stands under the version in force from {policy.in_force_from}"
    return WhyNot(event.name, state.stage, "accepted", text)


def why_refused(program: Program, state: State, event: Event, second: int, refused: Refused) -> WhyNot:
    """The full account of a refusal that the fold found on this state."""
    plan = program.events.get(event.name)
    considered: tuple[Considered, ...] = ()
    if plan is not None and refused.kind in _JUDGED:
        considered = tuple(_considered(program, state, event, plan))
    elif plan is not None and refused.kind in _ABOUT_LIMITS:
        considered = tuple(_limits(program, state, plan, dict(refused.limits)))
    advice = tuple(_advice(program, state, event, plan, refused))
    return WhyNot(event.name, state.stage, refused.kind, refused.text, considered, advice)


_JUDGED = frozenset({"no_rule", "no_rule_matches", "two_rules", "not_in_force"})
_ABOUT_LIMITS = frozenset({"nothing_to_mark", "cannot_extend"})


def _considered(program: Program, state: State, event: Event, plan: EventPlan) -> Iterator[Considered]:
    """The rules that name the event: those that apply in this stage first, judged; then the others."""
    policy = program.policy
    trial = state.copy()
    try:
        read_data(program, trial, plan, event)
    except Refused:
        trial = state.copy()
    here = program.stages[state.stage].rules.get(event.name, ())
    for rule in here:
        yield Considered(
            rule.id, True, tuple(_judged(rule, trial, state, event.day)), policy.rule_place(rule.id)
        )
    for rule in policy.rules():
        if event.name in rule.when and rule not in here:
            where = ", ".join(rule.reaches) or "no stage"
            yield Considered(
                rule.id, False, (Reason(False, f"it applies in: {where}"),), policy.rule_place(rule.id)
            )


def _judged(rule: Rule, trial: State, state: State, day: int) -> Iterator[Reason]:
    if rule.condition is not None:
        parts = rule.condition.items if isinstance(rule.condition, AllOf) else (rule.condition,)
        for part in parts:
            yield Reason(part.holds(trial.facts, trial.points), f"{part} ({_recorded(part, trial)})")
    if rule.within:
        found = [_within(state, ref, day) for ref in rule.within]
        yield Reason(any(reason.holds for reason in found), " or ".join(reason.text for reason in found))
    for ref in rule.after:
        yield _after(state, ref, day)
    if rule.go_to == "back":
        yield Reason(
            bool(state.back),
            f"back to {state.back[-1] if state.back else 'nowhere: no stage was left aside'}",
        )
    if rule.condition is None and not rule.within and not rule.after and rule.go_to != "back":
        yield Reason(True, "it asks for nothing further")


def _within(state: State, ref: DueRef, day: int) -> Reason:
    due = due_before(state, ref, day)
    if due is None:
        return Reason(True, f"within {ref}, which has not started")
    return Reason(is_within(due, day), f"within {ref}: {_dated(due)}")


def _after(state: State, ref: DueRef, day: int) -> Reason:
    due = due_before(state, ref, day)
    if due is None:
        return Reason(False, f"after {ref}, which has not started")
    return Reason(is_after(due, day), f"after {ref}: {_dated(due)}")


def _dated(due: int) -> str:
    if due == NEVER:
        return "it has no due date"
    return "due date unknown" if due > NEVER else f"due {day_text(date.fromordinal(due))}"


def _recorded(part: Condition, trial: State) -> str:
    known = []
    for fact in sorted(set(part.facts_used())):
        value = trial.facts.get(fact)
        if value is None:
            known.append(f"{fact}: not recorded")
        elif hasattr(value, "items"):
            known.append(
                f"{fact}: " + ", ".join(f"{point} {answer}" for point, answer in sorted(value.items()))
            )
        else:
            known.append(f"{fact}: {value}")
    return "; ".join(known)


def _limits(
    program: Program,
    state: State,
    plan: EventPlan,
    refusals: dict[str, str],
) -> Iterator[Considered]:
    for touch in plan.touches:
        limit = touch.limit.id
        reason = refusals.get(limit)
        if reason is None:
            closed = state.latest.get(limit)
            running = limit in state.open
            reason = (
                "it is running" if running else f"it is {closed.result}" if closed else "it has not started"
            )
        yield Considered(limit, True, (Reason(False, reason),), program.policy.place("limits", limit))


def _advice(
    program: Program,
    state: State,
    event: Event,
    plan: EventPlan | None,
    refused: Refused,
) -> Iterator[str]:
    policy = program.policy
    if refused.word is not None and refused.kind in _KNOWN:
        found = likely(refused.word, _KNOWN[refused.kind](policy, plan))
        if found is not None:
            yield f'did you mean "{found}"?'
    if refused.kind == "no_rule" and plan is not None:
        stages = sorted(
            {stage for rule in policy.rules() if event.name in rule.when for stage in rule.reaches}
        )
        if stages:
            yield f"it is accepted in: {', '.join(stages)}"
    if refused.kind == "no_rule_matches":
        for rule in program.stages[state.stage].rules.get(event.name, ()):
            for ref in rule.after:
                due = due_before(state, ref, event.day)
                if due is not None and due < NEVER and event.day <= due:
                    yield f"{rule.id} would take it from {day_text(date.fromordinal(due + 1))} on"


_KNOWN: dict[str, Callable[[Policy, EventPlan | None], Iterable[str]]] = {
    "unknown_event": lambda policy, _plan: [*policy.events, *BUILT_IN],
    "unknown_role": lambda policy, _plan: policy.people,
    "unknown_letter": lambda policy, _plan: policy.letters,
    "unknown_data": lambda policy, plan: [
        *policy.facts,
        *((need.name for need in plan.type.needs) if plan else ()),
        "points",
        "until",
        "reason",
        "channel",
    ],
}
