"""The one place that knows `transitions`: a policy's stages and rules as one machine, shared by all its cases.

The machine has no model and no automatic transitions, and no text of a policy is ever handed to it where it would
be looked up or imported: conditions are callables. Its documented extension points `event_cls` and
`transition_cls` replace the stock trigger, which takes the first transition that fits, by one that judges them all
and refuses two. See engine/README.md for what was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from transitions import Event as StockEvent
from transitions import Machine, Transition

from engine.deadlines import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.policy.model import DueRef, Policy, Rule

    Judge = Callable[["Attempt"], bool]

BACK = "back"
# Before every event id in the machine, which refuses a trigger called like its own attribute `state`.
STEP = "step "


class Attempt(Protocol):
    """One event (or one overdue limit) being tried: what a judge may look at, and `state`, which a trigger moves."""

    state: str
    day: int
    facts: Any
    points: Any
    back: tuple[str, ...]

    def due(self, ref: DueRef) -> int | None:
        """The due date in force before the event (latest cycle), or `None` if the limit never started."""
        ...


class AmbiguousRules(Exception):
    """Two rules match one event; `rules` are both."""

    def __init__(self, first: Rule, second: Rule) -> None:
        self.rules = (first, second)
        super().__init__(f"{first.id} and {second.id}")


class RuleTransition(Transition):
    """A transition that knows the rule it carries out; it has one condition, the rule's judge, or none."""

    # The library's stubs do not say that a transition without a destination is an internal one.
    def __init__(self, source: str, dest: Any, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(source, dest, *args, **kwargs)
        self.rule = rule
        self.judge: Any = self.conditions[0].func if self.conditions else None


class JudgingEvent(StockEvent):
    """An event whose trigger judges every transition of the model's state and moves it by the only one that fits."""

    # Returns the rule instead of the library's true or false: a rule is true, no rule is false.
    def trigger(self, model: Any, *_args: Any, **_kwargs: Any) -> Any:
        """Move `state` of the model, an `Attempt`, by the matching rule and return the rule; `None` if none matches.

        Raises `AmbiguousRules` if two match. The model is untouched unless exactly one does.
        """
        chosen: Any = None
        transition: Any
        for transition in self.transitions[model.state]:
            if transition.judge is None or transition.judge(model):
                if chosen is not None:
                    raise AmbiguousRules(chosen.rule, transition.rule)
                chosen = transition
        if chosen is None:
            return None
        if chosen.dest is not None:
            model.state = chosen.dest
        return chosen.rule


class RuleMachine(Machine):
    """A `Machine` of judging events."""

    event_cls = JudgingEvent
    transition_cls = RuleTransition


class StageMachine:
    """The machine of one policy. `trigger` is the only way a case changes its stage."""

    __slots__ = ("_triggers",)

    def __init__(self, policy: Policy, rules: Mapping[str, Mapping[str, tuple[Rule, ...]]]) -> None:
        machine = RuleMachine(
            model=None,
            states=list(policy.stages),
            initial=next(iter(policy.stages)),
            auto_transitions=False,
            send_event=True,
        )
        returns = _returns(policy)
        for stage, by_event in rules.items():
            for event, candidates in by_event.items():
                for rule in candidates:
                    _add(machine, STEP + event, stage, rule, returns)
        for rule in policy.rules():
            if rule.overdue:
                for stage in rule.reaches:
                    _add(machine, overdue_trigger(rule), stage, rule, returns)
        self._triggers: dict[str, Callable[[Attempt], Any]] = {
            name.removeprefix(STEP): event.trigger for name, event in machine.events.items()
        }

    def trigger(self, name: str, attempt: Attempt) -> Rule | None:
        """Carry out the one rule that matches, moving `attempt.state`; `None` if no rule does."""
        trigger = self._triggers.get(name)
        rule: Rule | None = None if trigger is None else trigger(attempt)
        return rule


def overdue_trigger(rule: Rule) -> str:
    """The machine's name for this overdue rule's firing; no event id can be spelt like it."""
    return f"overdue {rule.id}"


def judge_of(rule: Rule) -> Judge | None:
    """The rule's condition and dates as one callable; `None` if it always matches."""
    condition, within, after = rule.condition, rule.within, rule.after
    if not (within or after):
        if condition is None:
            return None
        holds = condition.holds
        return lambda attempt: holds(attempt.facts, attempt.points) is True
    return lambda attempt: (
        (not within or any(is_within(attempt.due(ref), attempt.day) for ref in within))
        and (not after or all(is_after(attempt.due(ref), attempt.day) for ref in after))
        and (condition is None or condition.holds(attempt.facts, attempt.points) is True)
    )


def is_within(due: int | None, day: int) -> bool:
    """Whether `day` is not later than the due date; true of a limit that never started or has no known date."""
    return due is None or day <= due


def is_after(due: int | None, day: int) -> bool:
    """Whether `day` is later than the due date; false of a limit that never started or has no known date."""
    return due is not None and due < NEVER and day > due


def _add(
    machine: Machine, trigger: str, stage: str, rule: Rule, returns: Mapping[str, frozenset[str]]
) -> None:
    judge = judge_of(rule)
    if rule.go_to != BACK:
        machine.add_transition(trigger, stage, rule.go_to, conditions=judge, rule=rule)
        return
    for target in sorted(returns.get(stage, ())):
        machine.add_transition(trigger, stage, target, conditions=_returning(judge, target), rule=rule)


def _returning(judge: Judge | None, target: str) -> Judge:
    return lambda attempt: attempt.back[-1:] == (target,) and (judge is None or judge(attempt))


def _returns(policy: Policy) -> dict[str, frozenset[str]]:
    """For each stage that is aside, the stages it can be entered from."""
    sources: dict[str, set[str]] = {}
    for rule in policy.rules():
        target = policy.stages.get(rule.go_to or "")
        if target is not None and target.aside:
            sources.setdefault(target.id, set()).update(rule.reaches)
    return {stage: frozenset(reached) for stage, reached in sources.items()}
