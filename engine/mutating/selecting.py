"""Which trials a mutant can fail: those that had to do with what it changes, as seen when they were told unchanged.

A limit that never ran under the policy as it is does not run under one in which only that limit differs, as long as
nothing else can start it; an event that nobody tried is judged by no rule. Where that cannot be told (the case is
migrated, the log corrected, or an entry refused out of its order), a trial has to do with everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cases.events import CORRECTION
from engine.cases.program import program_of
from engine.replay import IntakeTrial, RowTrial
from engine.replay.scenario import Happens, Looks, as_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.cases import Case
    from engine.mutating.mutant import Concern
    from engine.policy.model import Policy
    from engine.replay import StoryTrial, Told
    from engine.replay.scenario import Story

NOT_LISTED = frozenset(("points",))
# What a `then` names limits under.
_LIMITS_LISTED = ("overdue", "met", "running", "paused", "lapsed", "extended")
_LIMITS_MAPPED = ("due", "ledger")


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a trial had to do with; see `Concern` for the words."""

    limits: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    asks: bool = False
    everything: bool = False

    def meets(self, concern: Concern) -> bool:
        """Whether the trial may fail under a mutant of this concern."""
        return (
            self.everything
            or concern.everything
            or (self.asks and concern.asks)
            or not self.limits.isdisjoint(concern.limits)
            or not self.events.isdisjoint(concern.events)
            or not self.stages.isdisjoint(concern.stages)
            or not self.facts.isdisjoint(concern.facts)
        )

    @property
    def size(self) -> int:
        """How much it had to do with: what is told of little is told quickly."""
        return len(self.limits) + len(self.events) + (1000 if self.everything else 0)


def footprint_of(told: Told) -> Footprint:
    """What a trial that passes had to do with, from how it was told."""
    trial = told.trial
    if isinstance(trial, IntakeTrial):
        return Footprint(everything=True)
    if isinstance(trial, RowTrial):
        return Footprint(limits=frozenset((trial.timetable.limit,)))
    if _is_beyond_telling(trial.story):
        return Footprint(everything=True)
    return _of_story(trial, told)


def _is_beyond_telling(story: Story) -> bool:
    """Whether what was seen may not be all that was tried."""
    if story.migrates:
        return True
    latest = None
    for step in story.steps:
        if isinstance(step, Looks):
            continue
        if step.despite or step.event == CORRECTION:
            return True
        if step.refused is not None and latest is not None and step.at < latest:
            return True
        latest = step.at if latest is None else max(latest, step.at)
    return False


def _of_story(trial: StoryTrial, told: Told) -> Footprint:
    policy, story = trial.policies[0], trial.story
    happened = [step for step in story.steps if isinstance(step, Happens)]
    events = _with_presumed(policy, {step.event for step in happened})
    refused = {step.event for step in happened if step.refused is not None}
    limits = set(_named(story)) | _touched(policy, refused)
    stages: set[str] = set()
    until = told.until
    for case in _cases(told):
        view = case.at(until) if until is not None else None
        if view is not None:
            limits |= {cycle.id for cycle in view.cycles}
            stages |= {move.stage for move in view.path}
    facts = {fact for step in happened for fact in step.data} | set(story.given)
    asks = any(isinstance(step, Looks) and "allowed" in step.expected for step in story.steps)
    return Footprint(frozenset(limits), events, frozenset(stages), frozenset(facts - NOT_LISTED), asks=asks)


def _cases(told: Told) -> list[Case]:
    """Every case that stood at some time, each once."""
    found = [each.after for each in told.happened if each.refused is None]
    return (
        [*found, told.case] if told.case is not None and (not found or found[-1] is not told.case) else found
    )


def _with_presumed(policy: Policy, events: set[str]) -> frozenset[str]:
    """The events, and those presumed after one of them."""
    while True:
        more = {each.id for each in policy.events.values() if each.presumed_from in events} - events
        if not more:
            return frozenset(events)
        events = events | more


def _touched(policy: Policy, events: Iterable[str]) -> set[str]:
    """The limits that these events could meet, restart, extend or pause: a refusal may speak of them."""
    plans = program_of(policy).events
    return {touch.limit.id for event in events if event in plans for touch in plans[event].touches}


def _named(story: Story) -> Iterator[str]:
    """The limits that are looked at."""
    for step in story.steps:
        if isinstance(step, Looks):
            for key in _LIMITS_LISTED:
                yield from as_texts(step.expected.get(key, ()))
            for key in _LIMITS_MAPPED:
                yield from step.expected.get(key, ())
