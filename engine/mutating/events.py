"""What can happen, changed in one thing: who may record it, what must be said, and when it is presumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.mutating.changing import DROPPED
from engine.mutating.lengths import other_lengths
from engine.mutating.mutant import Concern, Mutant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy


def anybody_records(policy: Policy) -> Iterator[Mutant]:
    """Whoever may record an event, everybody may."""
    for event in policy.events.values():
        if event.by:
            says = f"anybody could record {event.id}, not only {' or '.join(event.by)}"
            concern = Concern(events=frozenset((event.id,)), asks=True)
            yield Mutant("role", event.id, ("events", event.id, "by"), says, DROPPED, concern)


def needs_dropped(policy: Policy) -> Iterator[Mutant]:
    """One thing less to be said with an event."""
    data = policy.source.data
    for event in policy.events.values():
        for place, need in enumerate(event.needs):
            written = data["events"][event.id]["needs"]
            step = need.name if isinstance(written, dict) else place
            says = f"{event.id} could be recorded without {need.name}"
            concern = Concern(events=frozenset((event.id,)), asks=True)
            yield Mutant("need", event.id, ("events", event.id, "needs", step), says, DROPPED, concern)


def presumed_otherwise(policy: Policy) -> Iterator[Mutant]:
    """A presumption that comes a day sooner or later."""
    for event in policy.events.values():
        if event.presumed_from is None:
            continue
        spec = policy.source.data["events"][event.id]
        concern = Concern(events=frozenset((event.id, event.presumed_from)), asks=True)
        after = [((), spec["after"], "")] if "after" in spec else []
        by_channel = [
            ((channel,), text, f" by {channel}") for channel, text in spec.get("channel", {}).items()
        ]
        for steps, text, where in (*after, *by_channel):
            path = ("events", event.id, *(("channel", *steps) if steps else ("after",)))
            for other, words in other_lengths(text):
                says = f"{event.id}{where} were presumed after {words}"
                yield Mutant("length", event.id, path, says, other, concern)


EVENT_OPERATORS: tuple[Callable[[Policy], Iterator[Mutant]], ...] = (
    anybody_records,
    needs_dropped,
    presumed_otherwise,
)
