"""For a mutant that no scenario notices: a scenario that would, which passes under the policy and fails under the mutant.

First the scenarios there are, looked at more closely; then stories that reach what was changed; then every case that a
bounded walk comes by, with the events concerned tried in it. What is found is replayed both ways before it is given out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from engine.cases import Case, EventRefused
from engine.mutating.budget import Budget
from engine.mutating.decisions import IntakeKillers
from engine.mutating.looking import Glance, days_of_interest, differences, glance, stage_and_rule
from engine.mutating.scripts import Script, script_of, trial_of
from engine.mutating.stories import stories_for, timed_scripts
from engine.mutating.tries import tries
from engine.policy.intake import Intake
from engine.probing import Prober
from engine.probing.aims import aims_of
from engine.probing.telling import Scene, Step, later, told
from engine.replay import StoryTrial
from engine.replay.scenario import Happens
from engine.replay.story import Telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.cases import View
    from engine.mutating.mutant import Concern, Mutant
    from engine.mutating.selecting import Footprint
    from engine.policy.model import Policy
    from engine.replay import Told
    from engine.replay.story import Happened

# In how many cases of one stage the events concerned are tried, and how many cases of a walk are compared.
MOST_CASES = 4
MOST_NODES = 400
# For a roll a case is tried in which more days were begun on, since few of them end on a day off.
MOST_CASES_FOR_DAYS = 30
# How many moves of the walk that tells one limit apart are compared.
MOST_EDGES = 600


def killers_of(
    subject: Policy | Intake, told: Sequence[Told], footprints: Sequence[Footprint]
) -> PolicyKillers | IntakeKillers:
    """The search for what would kill mutants of a policy or intake, given its scenarios as they were told."""
    if isinstance(subject, Intake):
        return IntakeKillers(subject, told)
    return PolicyKillers(subject, told, footprints)


class PolicyKillers:
    """Searches among the scenarios and stories of one policy; what one search has told, the next need not tell again."""

    def __init__(self, policy: Policy, tellings: Sequence[Told], footprints: Sequence[Footprint]) -> None:
        self.policy = policy
        self.prober = Prober(policy)
        self.budget = Budget(policy)
        self._aims = aims_of(policy)
        tales = [
            (Tale(policy, each), footprint)
            for each, footprint in zip(tellings, footprints, strict=True)
            if isinstance(each.trial, StoryTrial)
        ]
        self._tales = sorted(tales, key=lambda tale: len(tale[0].happened))
        self._scenes: list[Scene] | None = None

    def killer(self, mutant: Mutant, changed: Any) -> Script | None:
        """A scenario that passes and would fail under the mutant; `None` if none was found within bounds.

        Raises `Spent` if the tries for all mutants are used up.
        """
        self.budget.begin()
        for script in self._candidates(mutant, changed):
            if self.budget.spend() and kills(script, self.policy, changed):
                return script
        return None

    def _candidates(self, mutant: Mutant, changed: Policy) -> Iterator[Script]:
        asks = mutant.concern.asks
        for tale, footprint in self._tales:
            if footprint.meets(mutant.concern) and self.budget.spend():
                yield from tale.looks(changed, mutant.concern)
        scenes = []
        for script in timed_scripts(self.prober, mutant):
            yield from self._seen_in(script, changed, mutant.concern)
        for story in stories_for(self.prober, mutant, self._aims, self.budget.spend):
            yield script_of(story.steps)
            scene = _before_the_end(self.policy, story.steps)
            if scene is not None:
                scenes.append(scene)
        most = MOST_CASES_FOR_DAYS if mutant.operator == "roll" else MOST_CASES
        near = (scene for scene in self._walked() if _concerned(scene, mutant.concern))
        tried: Counter[str] = Counter()
        for scene in chain(scenes, near, self._come_back(mutant.concern)):
            if not self.budget.spend():
                return
            other = _retold(changed, scene)
            if other is None:
                yield _shown(scene)
                continue
            yield from _compared(scene.steps, scene, other, mutant.concern, asks=asks)
            stage = scene.view.stage
            if tried[stage] < most:
                tried[stage] += 1
                yield from tries(scene, other, mutant, self.budget.spend)

    def _seen_in(self, script: Script, changed: Policy, concern: Concern) -> Iterator[Script]:
        """What a scenario that passes shows if it is looked at more closely."""
        told = trial_of(script, self.policy).told()
        if not told.verdict.failures:
            for found in Tale(self.policy, told).looks(changed, concern):
                yield replace(found, based_on=None)

    def _come_back(self, concern: Concern) -> Iterator[Scene]:
        """Where a limit concerned runs, begins or is over in another way, also in a stage that a case comes back to."""
        for limit in sorted(concern.limits & self.policy.limits.keys()):
            seen = set()
            for edge in islice(self.prober.edges((limit,)), MOST_EDGES):
                reading = edge.after.view.limits[limit]
                mark = edge.before.stage, edge.after.stage, edge.rules, reading.status, min(reading.number, 2)
                if mark not in seen:
                    seen.add(mark)
                    yield edge.after.scene

    def _walked(self) -> list[Scene]:
        """The cases of the plain walk, nearest first."""
        if self._scenes is None:
            nodes = islice(self.prober.nodes(), MOST_NODES)
            self._scenes = [node.scene for node in nodes]
        return self._scenes


def kills(script: Script, policy: Policy, changed: Policy) -> bool:
    """Whether a scenario passes under a policy and fails under the changed one."""
    trial = trial_of(script, policy)
    return not trial.fails() and trial.under(changed).fails()


@dataclass(slots=True)
class Tale:
    """A scenario there is, with its case after each step, to be looked at more closely than it looks itself."""

    policy: Policy
    trial: StoryTrial
    happened: tuple[Happened, ...]
    views: dict[tuple[int, date, bool, bool], tuple[View, Glance]]

    def __init__(self, policy: Policy, told: Told) -> None:
        assert isinstance(told.trial, StoryTrial)
        self.policy = policy
        self.trial = told.trial
        self.happened = told.happened
        self.views = {}

    def looks(self, changed: Policy, concern: Concern) -> Iterator[Script]:
        """The beginnings of the story after which the two differ, each with a look that shows it."""
        telling = Telling(self.trial.document, self.trial.under(changed).policies)
        for _ in telling.failures(self.trial.story):
            return
        for number, (own, other) in enumerate(zip(self.happened, telling.happened, strict=True)):
            is_last = number == len(self.happened) - 1
            later = None if is_last else self.happened[number + 1].step.at
            for day in days_of_interest(own.after, own.step.at, concern, last=is_last or later is None):
                fully = day == own.step.at
                view, glanced = self._own(number, day, fully=fully, asks=concern.asks)
                seen = other.after.at(day)
                if glance(seen, fully=fully, asks=concern.asks) != glanced:
                    for expected in differences(view, seen, asks=concern.asks):
                        yield self._script(number, day, expected.then, exhaustive=expected.exhaustive)

    def _own(self, number: int, day: date, *, fully: bool, asks: bool) -> tuple[View, Glance]:
        key = number, day, fully, asks
        if key not in self.views:
            view = self.happened[number].after.at(day)
            self.views[key] = view, glance(view, fully=fully, asks=asks)
        return self.views[key]

    def _script(self, number: int, day: date, then: dict[str, Any], *, exhaustive: bool) -> Script:
        story, data = self.trial.story, self.trial.document.data["scenarios"][self.trial.number]
        steps = [each for each in story.steps if isinstance(each, Happens)]
        written = [data["steps"][each.path[-1]] for each in steps[: number + 1]]
        return Script(tuple(written), data.get("given", {}), self.trial.name).looking(
            day, then, exhaustive=exhaustive
        )


def _before_the_end(policy: Policy, steps: Iterable[Step]) -> Scene | None:
    """The scene after what is recorded in a story, on its last day; `None` if one of its steps is refused."""
    scene = Scene(Case.open(policy), date.min)
    try:
        for step in steps:
            if step.then is None and step.refused is None:
                scene = told(scene, step)
            elif step.at > scene.day:
                scene = later(scene, step.at)
    except EventRefused:
        return None
    return scene if scene.steps else None


def _retold(changed: Policy, scene: Scene) -> Scene | None:
    """The same steps under the changed policy, on the same day; `None` if one is refused."""
    other = Scene(Case.open(changed), scene.day)
    try:
        for step in scene.steps:
            other = told(other, step)
    except EventRefused:
        return None
    return later(other, scene.day)


def _concerned(scene: Scene, concern: Concern) -> bool:
    """Whether a case of a walk has to do with what was changed, or something that has can be tried in it."""
    if concern.everything or concern.asks:
        return True
    view = scene.view
    return (
        not concern.limits.isdisjoint(cycle.id for cycle in view.cycles)
        or not concern.events.isdisjoint(step.event or "" for step in scene.steps)
        or not concern.stages.isdisjoint(move.stage for move in view.path)
    )


def _shown(scene: Scene) -> Script:
    """The story with where it leads."""
    return script_of(scene.steps).looking(scene.day, stage_and_rule(scene.view))


def _compared(
    steps: Sequence[Step], own: Scene, other: Scene, concern: Concern, *, asks: bool
) -> Iterator[Script]:
    for day in days_of_interest(own.case, own.day, concern, last=True):
        view, seen = own.case.at(day), other.case.at(day)
        fully = day == own.day
        if glance(view, fully=fully, asks=asks) != glance(seen, fully=fully, asks=asks):
            for expected in differences(view, seen, asks=asks):
                yield script_of(steps).looking(day, expected.then, exhaustive=expected.exhaustive)
