"""Scenarios written by the engine: from the model of a policy or an intake, or from a case that was recorded.

What they expect is what the engine says, so it proves nothing until a person has confirmed it.
"""

from __future__ import annotations

from engine.generating.intakes import MadeDecision, complaints_around
from engine.generating.made import Made
from engine.generating.recorded import Recorded, recorded_scenario, remarks_on
from engine.generating.stories import near_stories, stories_around, story_after, story_before, story_on

__all__ = [
    "Made",
    "MadeDecision",
    "Recorded",
    "complaints_around",
    "near_stories",
    "recorded_scenario",
    "remarks_on",
    "stories_around",
    "story_after",
    "story_before",
    "story_on",
]
