"""Stories found by search, as the text of scenario files."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from engine.generating import remarks_on
from engine.probing.telling import written
from engine.reports.policies import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.generating import Made, MadeDecision, Recorded
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.probing import Story
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


def story_lines(
    name: str, story: Story, tags: Iterable[str] = (), *, generated: bool = False
) -> Iterator[str]:
    """One scenario of a file, as lines. `generated`: it says that nobody has confirmed what it expects."""
    yield f"  - name: {scalar(name)}"
    told = list(tags)
    if told:
        yield f"    tags: {flow(told)}"
    if generated:
        yield "    generated: true"
    yield "    steps:"
    for step in story.steps:
        yield from step_lines(written(step))


def step_lines(step: Mapping[str, Any]) -> Iterator[str]:
    """A step on one line; one that is too long for that, with a line for each thing that it expects or says."""
    whole = f"      - {flow(dict(step))}"
    if len(whole) <= WIDTH:
        yield whole
        return
    for number, (key, value) in enumerate(step.items()):
        yield from _key_lines(f"      {' ' if number else '-'} ", key, value)


def _key_lines(begin: str, key: str, value: Any) -> Iterator[str]:
    """A key with its value on one line, or if that is too long with a line for each key of the value."""
    whole = f"{begin}{scalar(key)}: {flow(value)}"
    if len(whole) <= WIDTH or not isinstance(value, dict):
        yield whole
        return
    yield f"{begin}{scalar(key)}:"
    for inner, each in value.items():
        yield from _key_lines(f"{' ' * len(begin)}  ", inner, each)


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


def _remark(text: str, width: int = WIDTH) -> list[str]:
    return [f"# {line}" for line in wrap(text, width - 2, break_long_words=False, break_on_hyphens=False)]


# --- What was generated ------------------------------------------------------------------------------------------

GENERATED = (
    "Written by the engine, not by a person: what is expected here is what the engine says, so it proves nothing yet. "
    "Check every date on a calendar and every outcome against the page of the authority; then write into the scenario, "
    "below `generated: true`, who did and when, without a name:"
)
REVIEWED = "#   reviewed_by: complaints manager, 3 May 2026"
LEFT_OUT = "Until then `replay` says that nobody has confirmed it, and coverage and mutation leave it out."


def generated_file(policy: Policy, stories: Iterable[Made], version: str = "") -> str:
    """A scenario file with stories that were made, each marked as generated. `version`: its first day, to pin it."""
    scenarios = (
        [*_remarked(made.remark), *story_lines(made.name, made.story, _tags(made), generated=True)]
        for made in stories
    )
    return unconfirmed_file(f"scenarios_for: {scalar(policy.id + version)}", scenarios)


def generated_intake_file(intake: Intake, decisions: Iterable[MadeDecision]) -> str:
    """A scenario file with complaints that were made, and what is decided on each; each marked as generated."""
    scenarios = ([*_remarked(made.remark), *_decision_lines(made)] for made in decisions)
    return unconfirmed_file(f"intake_for: {scalar(intake.id)}", scenarios)


def recorded_file(recorded: Recorded) -> str:
    """A scenario file with a recorded case, marked as generated, and what was done to it said above."""
    remarks = [line for text in remarks_on(recorded) for line in _remarked(text)]
    scenario = [
        *remarks,
        f"  - name: {scalar(recorded.name)}",
        "    tags: [recorded]",
        "    generated: true",
        "    steps:",
        *(line for step in recorded.steps for line in step_lines(step)),
    ]
    return unconfirmed_file(f"scenarios_for: {scalar(recorded.policy.id)}", [scenario])


def unconfirmed_file(subject: str, scenarios: Iterable[Iterable[str]]) -> str:
    """A file of scenarios that are marked as generated, below what a person has to do about that.

    `subject`: the lines that say what it is about.
    """
    lines = [*_remark(GENERATED), REVIEWED, *_remark(LEFT_OUT), subject, "scenarios:"]
    for each in scenarios:
        lines.extend((*each, ""))
    return "\n".join(lines).rstrip("\n") + "\n"


def _remarked(text: str) -> Iterator[str]:
    return (f"  {line}" for line in _remark(text, WIDTH - 2))


def _decision_lines(made: MadeDecision) -> Iterator[str]:
    yield f"  - name: {scalar(made.name)}"
    yield f"    tags: {flow(_tags(made))}"
    yield "    generated: true"
    yield f'    received: "{made.received}"'
    if made.given:
        yield "    given:"
        yield from (f"      {fact}: {flow(value)}" for fact, value in made.given.items())
    yield from _key_lines("    ", "decision", dict(made.decision))


def _tags(made: Made | MadeDecision) -> list[str]:
    """What a scenario is about, as tags: of each aim its kind, and its subject if that can be a tag."""
    words = [
        word for aim in made.aims for word in (aim.kind, *([aim.subject] if aim.kind == "limit" else []))
    ]
    return list(dict.fromkeys(words))
