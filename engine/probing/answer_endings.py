"""How a story ends in which an answer to a fact matters: an event judged with it, or it recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.program import program_of
from engine.probing.aims import answer_is, value_of
from engine.probing.answers import POINT, Answers
from engine.probing.endings import TELLING, done, refused_with, seen
from engine.probing.limit_endings import limit_stands
from engine.probing.telling import NO_ANSWERS, Move, moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cases import View
    from engine.policy.conditions import Condition
    from engine.policy.model import Fact, Limit, Rule
    from engine.probing.search import Ending, Story
    from engine.probing.telling import Scene


def asks(condition: Condition | None, fact: str) -> bool:
    """Whether a condition asks this fact."""
    return condition is not None and fact in condition.facts_used()


def _on_record(fact: Fact, answer: str, view: View) -> bool:
    value = view.facts.get(fact.id)
    if value is None:
        return False
    return any(answer_is(answer, each) for each in (value.values() if fact.per_point else (value,)))


def _value(fact: Fact, answer: str) -> str | int:
    """What is put on record for an answer: a choice as it is, of a side of a number that number."""
    return value_of(answer) if fact.kind == "count" else answer


def _answer(fact: Fact, answer: str, points: Sequence[str]) -> Answers:
    value = _value(fact, answer)
    if not fact.per_point:
        return Answers({fact.id: value})
    return Answers({fact.id: dict.fromkeys(points or (POINT,), value)}, () if points else (POINT,))


def _fact_seen(scene: Scene, fact: Fact) -> dict[str, Any]:
    value = scene.view.facts[fact.id]
    return {"facts": {fact.id: dict(value) if fact.per_point else value}}


def judged_with(scene: Scene, fact: Fact, answer: str, asking: Sequence[Rule]) -> Story | None:
    """An event judged by a rule that asks the fact, with this answer: accepted if it can be, else refused for it."""
    here = program_of(scene.case.policy).stages[scene.view.stage].rules
    events = [event for event, rules in here.items() if any(rule in asking for rule in rules)]
    for each in done(scene, events, {fact.id: _value(fact, answer)}):
        if _on_record(fact, answer, each.view):
            return seen(each, {**_fact_seen(each, fact), **_rule_seen(each)})
    for event in events:
        said = _answer(fact, answer, scene.view.points)
        story = refused_with(scene, event, said, lambda why: why.kind in TELLING)
        if story is not None:
            return story
    return None


def _rule_seen(scene: Scene) -> dict[str, Any]:
    rule = scene.view.last_rule
    return {"by_rule": rule} if rule is not None else {}


def recorded_with(scene: Scene, fact: Fact, answer: str) -> Story | None:
    """The answer put on record; `None` if it is not taken."""
    try:
        after = moved(scene, Move(answers=_answer(fact, answer, scene.view.points)))
    except EventRefused:
        return None
    return seen(after, _fact_seen(after, fact))


def extended_with(fact: Fact, answer: str, limit: Limit) -> Ending:
    """An extension asked for with this answer on record: given if it can be, else refused."""

    def ending(scene: Scene) -> Story | None:
        try:
            ready = moved(scene, Move(answers=_answer(fact, answer, scene.view.points)))
        except EventRefused:
            return None
        for after in done(ready, limit.extended_by):
            if after.view.limits[limit.id].extended and _on_record(fact, answer, after.view):
                return seen(after, {**_fact_seen(after, fact), **limit_stands(after.view.limits[limit.id])})
        stories = (
            refused_with(ready, event, NO_ANSWERS, lambda why: why.kind == "cannot_extend")
            for event in limit.extended_by
        )
        return next(filter(None, stories), None)

    return ending
