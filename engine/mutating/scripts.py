"""A scenario as its file would write it, made by the engine and not yet confirmed by anybody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.documents import Document
from engine.documents.document import Spot
from engine.probing.telling import written
from engine.replay import StoryTrial
from engine.replay.scenario import Story, scenario_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from engine.policy.model import Policy
    from engine.probing import Step

NAME = "What nothing notices yet"


@dataclass(frozen=True, slots=True)
class Script:
    """The steps of a scenario, each as a file writes it. `based_on`: the scenario there is that it goes along with."""

    steps: tuple[Mapping[str, Any], ...]
    given: Mapping[str, Any] = field(default_factory=dict)
    based_on: str | None = None

    def looking(self, day: date, then: Mapping[str, Any], *, exhaustive: bool = False) -> Script:
        """The same with a look at its end."""
        step: dict[str, Any] = {"at": day.isoformat(), "then": then}
        if exhaustive:
            step["nothing_else"] = True
        return replace(self, steps=(*self.steps, step))

    def with_steps(self, steps: tuple[Mapping[str, Any], ...]) -> Script:
        """The same with other steps."""
        return replace(self, steps=steps)

    def turned_away(self, reason: str | bool) -> Script:
        """The same, its last step to be refused, for this reason if one is named."""
        return replace(self, steps=(*self.steps[:-1], {**self.steps[-1], "refused": reason}))

    def scenario(self, name: str) -> dict[str, Any]:
        """The scenario under this name, marked as generated."""
        given = {"given": dict(self.given)} if self.given else {}
        return {"name": name, "generated": True, **given, "steps": list(self.steps)}


def script_of(steps: Iterable[Step]) -> Script:
    """Steps found by search, as a file writes them."""
    return Script(tuple(map(written, steps)))


def document_of(data: dict[str, Any]) -> Document:
    """A scenario file that was never written: no place in it is ever told."""
    return Document(NAME, "", data, Spot((0, 0, 0, 1), {}))


def trial_of(script: Script, policy: Policy) -> StoryTrial:
    """The scenario, to be told under a policy."""
    document = document_of({"scenarios_for": policy.id, "scenarios": [script.scenario(NAME)]})
    story = scenario_file(document).scenarios[0]
    assert isinstance(story, Story)
    return StoryTrial(document, story, (policy,))
