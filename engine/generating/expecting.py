"""What a scenario that is made expects at its end: enough to be worth confirming."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.cases import Case, Event
from engine.cases.events import FACT_RECORDED
from engine.replay.expectations import Sight, deciding_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.probing import Step, Story


def case_of(story: Story, steps: Iterable[Step] | None = None) -> Case:
    """The case that the steps of a story make, or some of them."""
    case = Case.open(story.policy)
    for step in story.steps if steps is None else steps:
        if step.then is None and step.refused is None:
            case = case.apply(Event(step.event or FACT_RECORDED, on=step.at, by=step.by, data=step.data))
    return case


def with_expectations(story: Story, limit: str | None = None, letters: Sequence[str] = ()) -> Story:
    """The story with all that its last step should expect: the stage, the rule, due dates, what is overdue, letters.

    `limit`: one whose due date is expected although it has ended. `letters`: those that are due without a rule's word.
    """
    last = story.steps[-1]
    expected = expectation(case_of(story), last, limit, letters)
    return replace(story, steps=(*story.steps[:-1], replace(last, then=expected)))


def expectation(
    case: Case, looks: Step, limit: str | None = None, letters: Sequence[str] = ()
) -> Mapping[str, Any]:
    """What a `then` expects of a case on its day, with what it expects already."""
    view = case.at(looks.at)
    said = looks.then or {}
    rule = deciding_rule(Sight(view, case, None, exhaustive=False))
    overdue = [reading.id for reading in view.limits.values() if reading.status == "overdue"]
    due = {
        reading.id: reading.due_text
        for reading in view.limits.values()
        if reading.is_open or (reading.id == limit and reading.number)
    }
    called_for = [
        letter.id for letter in view.letters_due if letter.id in letters or letter.id in view.called_for
    ]
    everything: dict[str, Any] = {
        "stage": view.stage,
        "ended": view.ended,
        "by_rule": rule if rule is not None and "." in rule else None,
        "due": due,
        "overdue": overdue,
        "letters": called_for,
    }
    told = {key: value for key, value in everything.items() if value}
    return {**told, **{key: value for key, value in said.items() if key not in told}}
