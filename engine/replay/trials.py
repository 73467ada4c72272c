"""What can be replayed on its own: a story, a row of a timetable, a decision; and what was seen while it was told.

A trial knows the version of its policy or intake and can be told under another one, which is how policies are tried
that differ in one thing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.replay.intakes import decided_told
from engine.replay.scenario import Story
from engine.replay.story import Telling
from engine.replay.timetable import row_verdict
from engine.replay.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from engine.cases import Case
    from engine.documents import Document
    from engine.intakes import Decision
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.problems import Place
    from engine.replay.checking import Checked
    from engine.replay.intakes import Decided
    from engine.replay.scenario import KnownFailure, Row, Timetable
    from engine.replay.story import Happened


@dataclass(frozen=True, slots=True)
class StoryTrial:
    """A story under the version of its policy that counts, the first, and those it may be migrated to."""

    document: Document
    story: Story
    policies: tuple[Policy, ...]

    @property
    def name(self) -> str:
        """The name of the scenario."""
        return self.story.name

    @property
    def number(self) -> int:
        """The place of the scenario in its file, from 0."""
        return self.story.number

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the scenario."""
        return self.story.tags

    @property
    def known_failure(self) -> KnownFailure | None:
        """Why it is known to fail, if it is."""
        return self.story.known_failure

    @property
    def unconfirmed(self) -> bool:
        """Whether what it expects was generated and confirmed by nobody."""
        return self.story.unconfirmed

    @property
    def place(self) -> Place:
        """Where it begins in its file."""
        return self.document.place(("scenarios", self.number))

    def under(self, policy: Policy) -> StoryTrial:
        """The same story with this policy in the place of the version of the same first day."""
        versions = (policy if each.in_force_from == policy.in_force_from else each for each in self.policies)
        return replace(self, policies=tuple(versions))

    def told(self) -> Told:
        """How it goes. Raises nothing for what the story holds."""
        telling = Telling(self.document, self.policies)
        failures, left_out = telling.tell(self.story)
        outcome = Verdict(
            "scenario", self.name, self.place, "failed" if failures else "passed", tuple(failures), left_out=left_out,
            unconfirmed=self.unconfirmed,
        )  # fmt: skip
        return Told(self, outcome, tuple(telling.happened), telling.case)

    def fails(self) -> bool:
        """Whether anything is not as expected; told no further than that."""
        return any(True for _ in Telling(self.document, self.policies).failures(self.story))


@dataclass(frozen=True, slots=True)
class RowTrial:
    """A row of a timetable under the version of its policy that counts on the day the row starts."""

    document: Document
    timetable: Timetable
    row: Row
    policy: Policy

    @property
    def name(self) -> str:
        """The name of the timetable, and what tells the row from others."""
        return self.row.title

    @property
    def number(self) -> int:
        """The place of the scenario in its file, from 0."""
        return self.timetable.number

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the timetable."""
        return self.timetable.tags

    @property
    def known_failure(self) -> KnownFailure | None:
        """Why the timetable is known to fail, if it is; a row of it may pass all the same."""
        return self.timetable.known_failure

    @property
    def unconfirmed(self) -> bool:
        """Whether what it expects was generated and confirmed by nobody."""
        return self.timetable.unconfirmed

    @property
    def place(self) -> Place:
        """Where the row stands in its file."""
        return self.document.place(self.row.path)

    def under(self, policy: Policy) -> RowTrial:
        """The same row with this policy in the place of the version of the same first day."""
        return replace(self, policy=policy) if self.policy.in_force_from == policy.in_force_from else self

    def told(self) -> Told:
        """How it goes."""
        verdict = row_verdict(self.document, self.policy, self.timetable.limit, self.row)
        return Told(self, replace(verdict, unconfirmed=self.unconfirmed))

    def fails(self) -> bool:
        """Whether it is due on another day."""
        return bool(row_verdict(self.document, self.policy, self.timetable.limit, self.row).failures)


@dataclass(frozen=True, slots=True)
class IntakeTrial:
    """A scenario about the intake of an authority, under the version that counts."""

    document: Document
    decided: Decided
    intake: Intake

    @property
    def name(self) -> str:
        """The name of the scenario."""
        return self.decided.name

    @property
    def number(self) -> int:
        """The place of the scenario in its file, from 0."""
        return self.decided.number

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the scenario."""
        return self.decided.tags

    @property
    def known_failure(self) -> KnownFailure | None:
        """Why it is known to fail, if it is."""
        return self.decided.known_failure

    @property
    def unconfirmed(self) -> bool:
        """Whether what it expects was generated and confirmed by nobody."""
        return self.decided.unconfirmed

    @property
    def place(self) -> Place:
        """Where it begins in its file."""
        return self.document.place(("scenarios", self.number))

    def under(self, intake: Intake) -> IntakeTrial:
        """The same scenario with this intake in the place of the version of the same first day."""
        return replace(self, intake=intake) if self.intake.in_force_from == intake.in_force_from else self

    def told(self) -> Told:
        """How it goes."""
        failures, decisions = decided_told(self.document, self.intake, self.decided)
        verdict = Verdict(
            "scenario", self.name, self.place, "failed" if failures else "passed", failures,
            unconfirmed=self.unconfirmed,
        )  # fmt: skip
        return Told(self, verdict, decisions=decisions)

    def fails(self) -> bool:
        """Whether anything is decided otherwise than expected."""
        return bool(decided_told(self.document, self.intake, self.decided)[0])


Trial = StoryTrial | RowTrial | IntakeTrial


@dataclass(frozen=True, slots=True)
class Told:
    """A trial once it was told: its verdict, whether or not it is known to fail, and what was seen on the way.

    `happened`: the steps of a story in which something was recorded or refused, in their order, as far as it was told;
    `case`: the case at its end. `decisions`: what an intake decided, first on the complaint as received.
    """

    trial: Trial
    verdict: Verdict
    happened: tuple[Happened, ...] = ()
    case: Case | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def until(self) -> date | None:
        """The latest day of a story, on which its case can be read as the story leaves it."""
        story = getattr(self.trial, "story", None)
        return max(step.at for step in story.steps) if isinstance(story, Story) else None


def trials_in(document: Document, found: Checked) -> Iterator[Trial]:
    """What can be replayed in a checked file, in its order; every row of a timetable on its own."""
    for scenario, policies in found.scenarios:
        if isinstance(scenario, Story):
            yield StoryTrial(document, scenario, policies)
        else:
            for policy, row in zip(policies, scenario.rows, strict=True):
                yield RowTrial(document, scenario, row, policy)
    for decided, intake in found.decided:
        yield IntakeTrial(document, decided, intake)
