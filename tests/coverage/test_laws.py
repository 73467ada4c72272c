"""A law, tried on chance policies and stories: nothing ever happens that is held to be impossible."""

from __future__ import annotations

from engine import EventRefused
from engine.coverage.stories import Looks, refused_as
from engine.probing.aims import Aim, aims_of
from tests.properties.laws import a_law


def shown(story):
    """Everything that is to be seen of a story's case on the days of its entries, and every refusal on the way."""
    for day in story.dates():
        for _, aims in Looks().seen_in(story.case.at(day)):
            yield from aims
    yield from (Aim("rule", entry.rule) for entry in story.case.log if entry.rule is not None)
    for call in story.calls:
        if isinstance(call.refusal, EventRefused) and call.single is not None:
            event = call.refusal.event.name
            if event in story.policy.events:
                details = refused_as(story.policy, call.refusal.why)
                yield from (Aim("refusal", event, detail) for detail in details)


@a_law
def test_nothing_happens_that_is_held_to_be_impossible(story):
    assert set(shown(story)) <= set(aims_of(story.policy))
