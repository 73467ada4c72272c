"""Where an event can be refused in each way that shows something of the procedure, and how a story ends with that."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from engine.cases.program import program_of
from engine.policy.conditions import Not
from engine.probing.answers import Answers, Asked, Trials, answers_for
from engine.probing.endings import refused_with
from engine.probing.telling import NO_ANSWERS, NotOver, is_over, waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.cases import WhyNot
    from engine.cases.refusal import Considered
    from engine.policy.conditions import Condition
    from engine.policy.model import DueRef, Policy, Rule
    from engine.probing.explorer import Node
    from engine.probing.search import Ending, Story
    from engine.probing.telling import Scene

    # The cases to begin with, how the story ends from there, and the limits that are to be told apart.
    Refusal = tuple[Callable[[Node], bool], Ending, tuple[str, ...]]


def _rules_here(scene: Scene, event: str) -> tuple[Rule, ...]:
    return program_of(scene.case.policy).stages[scene.view.stage].rules.get(event, ())


def _out_of_turn(policy: Policy, event: str) -> Refusal:
    stages = program_of(policy).stages

    def ending(scene: Scene) -> Story | None:
        return refused_with(scene, event, NO_ANSWERS, lambda why: why.kind == "no_rule")

    return lambda node: event not in stages[node.stage].rules, ending, ()


def _wrong_role(policy: Policy, event: str) -> Refusal:
    plan = program_of(policy).events[event]
    barred = (role for role in policy.people if plan.roles is not None and role not in plan.roles)
    role = next(barred, None)
    stages = program_of(policy).stages

    def ending(scene: Scene) -> Story | None:
        if role is None:
            return None
        return refused_with(scene, event, NO_ANSWERS, lambda why: why.kind == "wrong_role", by=role)

    return lambda node: event in stages[node.stage].rules or not plan.is_step, ending, ()


def _condition(policy: Policy, event: str) -> Refusal:
    """No rule of the stage takes the event because of what is on record: answered against them, or not answered."""
    stages = program_of(policy).stages

    def ending(scene: Scene) -> Story | None:
        conditions = [rule.condition for rule in _rules_here(scene, event) if rule.condition is not None]
        for answers in chain(_against(scene, event, conditions), (NO_ANSWERS,)):
            story = refused_with(scene, event, answers, lambda why: _fails_by(why, _CONDITION))
            if story is not None:
                return story
        return None

    def fits(node: Node) -> bool:
        return any(rule.condition is not None for rule in stages[node.stage].rules.get(event, ()))

    return fits, ending, ()


def _against(scene: Scene, event: str, conditions: Sequence[Condition]) -> Iterator[Answers]:
    """Answers with which none of the conditions holds; of some at least, where all cannot fail."""
    policy, asked = scene.case.policy, _asked(scene, event)
    for wanted in (conditions, *([each] for each in conditions)):
        yield from answers_for(policy, [Not(each) for each in wanted], (), asked, Trials())


def _asked(scene: Scene, event: str) -> Asked:
    """What is on record, and what the event needs."""
    needs = scene.case.policy.events[event].needs
    needed = frozenset(need.name for need in needs if need.kind == "fact")
    return Asked(scene.view.facts, scene.view.points, needed, {})


def _untimely(policy: Policy, event: str, *, late: bool) -> Refusal:
    """The event refused on a day on which a rule would take it but for `within` (late) or `after` (early)."""
    rules = [rule for rule in policy.rules() if event in rule.when and (rule.within if late else rule.after)]
    stages = {stage for rule in rules for stage in rule.reaches}
    limits = tuple(
        dict.fromkeys(ref.limit for rule in rules for ref in (rule.within if late else rule.after))
    )
    part = _WITHIN if late else _AFTER

    def ending(scene: Scene) -> Story | None:
        for rule in rules:
            stories = _untimely_stories(scene, event, rule, part, late=late)
            story = next(filter(None, stories), None)
            if story is not None:
                return story
        return None

    return lambda node: node.stage in stages, ending, limits


def _untimely_stories(
    scene: Scene, event: str, rule: Rule, part: str, *, late: bool
) -> Iterator[Story | None]:
    refs = [*rule.within, *rule.after] if late else rule.within
    try:
        there = _all_over(scene, refs) if late else scene
    except NotOver:
        return
    if rule not in _rules_here(there, event):
        return
    wanted = [] if rule.condition is None else [rule.condition]
    others = [
        each.condition
        for each in _rules_here(there, event)
        if each is not rule and each.condition is not None
    ]
    for answers in answers_for(there.case.policy, wanted, others, _asked(there, event), Trials()):
        yield refused_with(there, event, answers, lambda why: _fails_by(why, part, rule.id))


def _all_over(scene: Scene, refs: Iterable[DueRef]) -> Scene:
    """The scene on a day on which all these due dates are over. Raises `NotOver`."""
    for ref in refs:
        if not is_over(scene.view, ref.limit, longest=ref.longest):
            scene = waited(scene, ref.limit, longest=ref.longest)
    return scene


# The parts of a rule, as a reason's text begins; a condition has no word of its own.
_WITHIN, _AFTER, _BACK, _CONDITION = "within ", "after ", "back to ", ""


def _fails_by(why: WhyNot, part: str, rule: str | None = None) -> bool:
    """Whether no rule matches, and of this rule, or of some, every part that does not hold is of this kind."""
    return why.kind == "no_rule_matches" and any(
        each.here and rule in (None, each.id) and _only(each, part) for each in why.considered
    )


def _only(considered: Considered, part: str) -> bool:
    failing = [reason.text for reason in considered.reasons if reason.holds is not True]
    return bool(failing) and all(_part_of(text) == part for text in failing)


def _part_of(text: str) -> str:
    return next((part for part in (_WITHIN, _AFTER, _BACK) if text.startswith(part)), _CONDITION)


REFUSALS: Mapping[str, Callable[[Policy, str], Refusal]] = {
    "out_of_turn": _out_of_turn,
    "wrong_role": _wrong_role,
    "condition": _condition,
    "too_late": lambda policy, event: _untimely(policy, event, late=True),
    "too_early": lambda policy, event: _untimely(policy, event, late=False),
}
