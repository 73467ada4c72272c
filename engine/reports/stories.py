"""Stories found by search, as the text of scenario files."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from engine.cases.events import FACT_RECORDED
from engine.reports.policies import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.probing import Step, Story
    from engine.problems import Claim, Problem

WIDTH = 118
TAG = "counter_example"
HAPPENING = (
    "# A case in which it happens, found by search; once the policy is put right it no longer replays."
)
# Nobody need act in a stage of a right policy either, and a stage that has a way out can be gone round too.
STAYING = "# Found by search, it shows where a case can stand; it proves nothing by itself: a right policy may replay it too."


def counter_example(problem: Problem, story: Story, despite: Iterable[str] = ()) -> str:
    """A scenario file in which what a finding claims comes about.

    `despite`: the names of the errors of its policy, which would keep it from being replayed.
    """
    assert problem.claim is not None
    overlooked = sorted(set(despite))
    lines = [
        *_remark(f"{problem.name}: {problem.message}"),
        STAYING if problem.claim.outcome == "stays" and not story.ends else HAPPENING,
        f"scenarios_for: {scalar(story.policy.id)}",
        *([f"despite: {flow(overlooked)}"] if overlooked else []),
        "scenarios:",
        *story_lines(claim_name(problem.claim), story, [TAG, problem.name.replace("-", "_")]),
    ]
    return "\n".join(lines) + "\n"


def story_lines(name: str, story: Story, tags: Iterable[str] = ()) -> Iterator[str]:
    """One scenario of a file, as lines."""
    yield f"  - name: {scalar(name)}"
    told = list(tags)
    if told:
        yield f"    tags: {flow(told)}"
    yield "    steps:"
    for step in story.steps:
        yield f"      - {flow(_step(step))}"


def claim_name(claim: Claim) -> str:
    """What a claim says, as the name of a scenario."""
    facts = " and ".join(_fact(name, value) for name, value in claim.facts if value is not None)
    given = f" with {facts}" if facts else ""
    over = f" once {' and '.join(claim.passed)} {'is' if len(claim.passed) == 1 else 'are'} over"
    when = over if claim.passed else ""
    if claim.event is not None:
        return f"{claim.event} is {claim.outcome} in {claim.stage}{given}{when}"
    if claim.outcome == "overdue":
        return f"{claim.limit} goes overdue in {claim.stage} and a year later nothing has ended it"
    if claim.ring:
        return f"A case goes round in {claim.stage} and comes back to it, with no end reached"
    return f"A case stays in {claim.stage} for a year if nothing is recorded{when}"


def _fact(name: str, value: Any) -> str:
    if hasattr(value, "items"):
        return " and ".join(f"{name} of {point} {each}" for point, each in value.items())
    return f"{name} {value}"


def _step(step: Step) -> dict[str, Any]:
    """A step in the words of a scenario file."""
    told: dict[str, Any] = {"at": step.at.isoformat()}
    if step.then is not None:
        return {**told, "then": _plain(step.then)}
    if step.event == FACT_RECORDED:
        return {**told, "record": _plain(step.data)}
    told["when"] = step.event
    if step.data:
        told["with"] = _plain(step.data)
    if step.refused is not None:
        told["refused"] = step.refused
    return told


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) if hasattr(value, "items") else value for key, value in data.items()}


def _remark(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False)]
