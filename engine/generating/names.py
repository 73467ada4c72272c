"""Names of scenarios that are made: sentences, with the ids that the policy uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.probing.aims import CASE, answer_as_said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.policy.model import Policy
    from engine.probing import Story
    from engine.probing.aims import Aim


def name_of(aim: Aim, story: Story) -> str:
    """What a story made for an aim shows, as a sentence."""
    return _NAMES[aim.kind](aim, story)


def _rule(aim: Aim, story: Story) -> str:
    rule = story.policy.rule(aim.subject)
    assert rule is not None
    where = f" and the case goes to {rule.go_to}" if rule.go_to not in (None, "back") else ""
    if rule.overdue is not None:
        return f"{rule.overdue} goes overdue, {rule.id} decides{where}"
    event = next((step.event for step in reversed(story.steps) if step.event in rule.when), rule.when[0])
    return f"{event} is decided by {rule.id}{where}"


def _answer(aim: Aim, story: Story) -> str:
    said = answer_as_said(aim.detail)
    refused = next((step for step in reversed(story.steps) if step.refused is not None), None)
    if refused is not None:
        return f"{refused.event} is refused although {aim.subject} is {said}"
    return f"What follows when {aim.subject} is {said}"


def _limit(aim: Aim, _story: Story) -> str:
    if aim.detail.startswith(CASE):
        return f"{aim.subject} has the length for {aim.detail.removeprefix(CASE)}"
    return f"{aim.subject} {_LIMIT[aim.detail]}"


_LIMIT = {
    "started": "starts and gets its due date",
    "met": "is met in time",
    "missed": "is not met in time",
    "extended": "is extended to a later date",
    "paused": "is paused",
    "lapsed": "lapses: nothing waits for it any more",
}


def _refusal(aim: Aim, story: Story) -> str:
    stage = (story.steps[-1].then or {})["stage"]
    refused = next(step for step in story.steps if step.refused is not None)
    return f"{aim.subject} is refused in {stage} {_REFUSED[aim.detail](refused.by)}"


_REFUSED: Mapping[str, Callable[[str | None], str]] = {
    "out_of_turn": lambda _: "where no rule takes it",
    "too_late": lambda _: "because it comes too late",
    "too_early": lambda _: "because it comes too early",
    "condition": lambda _: "because of what is on record",
    "wrong_role": lambda role: f"when {role} records it",
}

_NAMES: Mapping[str, Callable[[Aim, Story], str]] = {
    "stage": lambda aim, _: f"A case comes to {aim.subject}",
    "rule": _rule,
    "answer": _answer,
    "limit": _limit,
    "refusal": _refusal,
    "letter": lambda aim, _: f"The letter {aim.subject} is {aim.detail}",
}


def near_name(policy: Policy, limit: str, near: str) -> str:
    """The name of a story about the due date of a limit."""
    is_met = bool(policy.limits[limit].met_by)
    return f"{limit} {_NEAR[near, is_met]}"


_NEAR = {
    ("before", True): "is met on the working day before its due date",
    ("before", False): "runs on the working day before its due date",
    ("on", True): "is met on its due date, which is in time",
    ("on", False): "still runs on its due date",
    ("after", True): "is not met, and over the day after its due date",
    ("after", False): "is over the day after its due date",
}
