"""Answers said where they are asked: a story records no other answer later, where the first could have been that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.cases import Case, EventRefused
from engine.cases.events import FACT_RECORDED
from engine.probing.search import Story
from engine.probing.telling import Scene, later, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.policy.model import Policy
    from engine.probing.telling import Step


def said_where_asked(story: Story) -> Story:
    """The story with each answer that it puts on record said by the event that brought another; as it is if that tells."""
    number = 0
    while number < len(story.steps):
        steps = _said_earlier(story.steps, number)
        shorter = None if steps is None else Story(story.policy, steps)
        if shorter is not None and _told_alike(story, shorter):
            story = shorter
        else:
            number += 1
    return story


def _said_earlier(steps: Sequence[Step], number: int) -> tuple[Step, ...] | None:
    """The steps without this one, its facts brought by earlier events; `None` if not all of them are brought by one."""
    if steps[number].event != FACT_RECORDED:
        return None
    earlier = list(steps[:number])
    for name, value in steps[number].data.items():
        places = [place for place, step in enumerate(earlier) if _brings(step, name)]
        if not places:
            return None
        step = earlier[places[-1]]
        earlier[places[-1]] = replace(step, data={**step.data, name: _merged(step.data[name], value)})
    return (*earlier, *steps[number + 1 :])


def _brings(step: Step, name: str) -> bool:
    return step.event not in (None, FACT_RECORDED) and step.refused is None and name in step.data


def _merged(old: Any, new: Any) -> Any:
    return {**old, **new} if hasattr(old, "items") and hasattr(new, "items") else new


def _told_alike(story: Story, other: Story) -> bool:
    """Whether both can be told, and end with the same behind them, facts and all."""
    seen = _end_of(story.policy, story.steps)
    return seen is not None and seen == _end_of(other.policy, other.steps)


def _end_of(policy: Policy, steps: Sequence[Step]) -> Mapping[str, Any] | None:
    """What is to be seen at the end of a story; `None` if it goes another way than its steps say."""
    scene = Scene(Case.open(policy), steps[0].at)
    for step in steps:
        if step.then is not None:
            scene = later(scene, step.at)
            continue
        try:
            after = told(scene, step)
        except EventRefused as refused:
            if step.refused is None or not refused.why.reason.startswith(step.refused):
                return None
            scene = later(scene, step.at)
        else:
            if step.refused is not None:
                return None
            scene = after
    view = scene.view
    return {
        "path": [(move.stage, move.on, move.rule) for move in view.path],
        "limits": [(run.id, run.number, run.status, run.due, run.extended) for run in view.cycles],
        "letters": [letter.id for letter in view.letters_due],
        "facts": dict(view.facts),
        "points": view.points,
        "last_rule": view.last_rule,
    }
