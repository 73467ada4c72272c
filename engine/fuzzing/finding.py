"""An invariant broken in a history, and the shortest story in which it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.probing import Step, Story

if TYPE_CHECKING:
    from engine.fuzzing.invariants import Breach, Invariant
    from engine.fuzzing.looks import Look
    from engine.problems import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of an invariant, the story that shows it, and the place in the policy.

    `history`: the number of the history in which it was met first, from 1.
    """

    invariant: Invariant
    breach: Breach
    story: Story
    place: Place
    history: int


def story_of(look: Look, breach: Breach) -> Story:
    """The story up to a look, with what is seen in the end."""
    steps = list(look.steps)
    if look.refusal is not None and look.step is not None:
        steps.append(Step(look.step.at, look.step.event, look.step.data, refused=breach.refused))
    if breach.before is not None:
        steps.insert(-1, Step(steps[-1].at, then=breach.before))
    steps.append(Step(look.day, then=breach.then))
    if breach.lasts is not None:
        steps.append(Step(look.a_year_later, then=breach.lasts))
    return Story(look.policy, tuple(steps))
