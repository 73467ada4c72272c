"""Mutants tried against scenarios: killed by the first that fails, or alive, with what would have killed them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.coverage.gathering import proves
from engine.mutating.budget import Spent
from engine.mutating.killers import killers_of
from engine.mutating.selecting import footprint_of
from engine.policy.build import build
from engine.policy.checks import (
    intake_problems,
    intake_reference_problems,
    meaning_errors,
    reference_problems,
)
from engine.policy.intake import Intake, build_intake
from engine.replay import IntakeTrial, RowTrial

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.mutating.decisions import DecisionScript
    from engine.mutating.mutant import Mutant
    from engine.mutating.scripts import Script
    from engine.policy.checks.intakes import Versions
    from engine.policy.model import Policy
    from engine.policy.overlay import Source
    from engine.problems import Problem
    from engine.replay import Told, Trial

Fate = Literal["killed", "survived", "alike", "refused", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant.

    `killed`: `by` names the scenario or row that failed. `survived`: `killer` is a scenario that would fail; there is
    none if the tries for all mutants were used up and none was sought. `alike`: no story was found that tells it from
    the policy. `refused`: `check` finds an error in it. `unchanged`: nothing that is resolved differs.
    """

    mutant: Mutant
    fate: Fate
    by: str | None = None
    killer: Script | DecisionScript | None = None

    @property
    def is_unsought(self) -> bool:
        """Whether no scenario notices it, and none that would was sought."""
        return self.fate == "survived" and self.killer is None


@dataclass(frozen=True, slots=True)
class Mutation:
    """Every mutant of one version of a policy or intake, tried against its scenarios.

    `trials`: how many scenarios and rows were replayed; `left_out`: how many were not, since they do not pass or
    nobody has confirmed them. `inherited`: how many changes of what a policy below it writes were not tried.
    `passed_over`: how many more were not, since a policy so large has too many. `files`: the paths of those replayed;
    `unsigned`: the files with generated scenarios that nobody signed, and how many.
    """

    subject: Policy | Intake
    trials: int
    left_out: int
    inherited: int
    outcomes: tuple[Outcome, ...]
    passed_over: int = 0
    files: tuple[str, ...] = ()
    unsigned: tuple[tuple[str, int], ...] = ()

    @property
    def unsought(self) -> int:
        """How many mutants no scenario notices and none was sought for."""
        return sum(outcome.is_unsought for outcome in self.outcomes)

    def of(self, fate: Fate) -> tuple[Outcome, ...]:
        """The outcomes of one fate, in the order of the mutants."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate == fate)

    def count(self, fate: Fate) -> int:
        """How many mutants had this fate."""
        return sum(outcome.fate == fate for outcome in self.outcomes)

    @property
    def score(self) -> float:
        """The share of killed mutants of those that can be told from the policy, from 0 to 1; 1 if there are none."""
        killed, survived = self.count("killed"), self.count("survived")
        return killed / (killed + survived) if killed + survived else 1.0


class Trying:
    """The scenarios about one version of a policy or intake, told once, and every mutant tried against them.

    `versions` looks up the procedures that an intake leads to.
    """

    def __init__(self, subject: Policy | Intake, trials: Iterable[Trial], versions: Versions) -> None:
        self.subject = subject
        self._versions = versions
        told = [each.told() for each in trials if concerns(each, subject)]
        counted = [each for each in told if _counts(each)]
        self.left_out = len(told) - len(counted)
        self._unsigned = Counter(each.trial.place.path for each in told if each.trial.unconfirmed)
        self.told = tuple(counted)
        self._footprints = [footprint_of(each) for each in counted]
        self._kills: Counter[int] = Counter()
        self._killers = killers_of(subject, self.told, self._footprints)

    def tried(self, mutant: Mutant, *, killers: bool = True) -> Outcome:
        """What becomes of a mutant; with `killers`, what would kill one that survives is looked for."""
        changed = self.changed(mutant)
        if changed is None:
            return Outcome(mutant, "refused")
        if _is_same(self.subject, changed):
            return Outcome(mutant, "unchanged")
        for number in self.chosen(mutant):
            trial = self.told[number].trial
            if fails(trial, changed):
                self._kills[number] += 1
                return Outcome(mutant, "killed", trial.name)
        if not killers:
            return Outcome(mutant, "survived")
        try:
            killer = self._killers.killer(mutant, changed)
        except Spent:
            return Outcome(mutant, "survived")
        return Outcome(mutant, "alike" if killer is None else "survived", killer=killer)

    def changed(self, mutant: Mutant) -> Policy | Intake | None:
        """The mutant built; `None` if `check` would find an error in it."""
        source = mutant.source(self.subject.source)
        if isinstance(self.subject, Intake):
            return _intake(source, self._versions)
        if _has_error(reference_problems(source)):
            return None
        changed = build(source)
        return None if _has_error(meaning_errors(changed)) else changed

    def chosen(self, mutant: Mutant) -> list[int]:
        """The numbers of the trials that may fail, those first that killed most, then those that are told quickly."""
        affected = [number for number, each in enumerate(self._footprints) if each.meets(mutant.concern)]
        return sorted(affected, key=lambda number: (-self._kills[number], self._footprints[number].size))

    def mutation(
        self,
        outcomes: Iterable[Outcome],
        *,
        inherited: int = 0,
        passed_over: int = 0,
        files: Iterable[str] = (),
    ) -> Mutation:
        """The outcomes together; see `Mutation` for the rest."""
        told = len(self.told)
        return Mutation(
            self.subject,
            told,
            self.left_out,
            inherited,
            tuple(outcomes),
            passed_over,
            tuple(files),
            tuple(sorted(self._unsigned.items())),
        )


def concerns(trial: Trial, subject: Policy | Intake) -> bool:
    """Whether a trial is told under this version."""
    if isinstance(trial, IntakeTrial):
        return trial.intake == subject
    if isinstance(trial, RowTrial):
        return trial.policy == subject
    return subject in trial.policies


def fails(trial: Trial, changed: Policy | Intake) -> bool:
    """Whether a trial fails under a changed policy or intake."""
    if isinstance(trial, IntakeTrial):
        return isinstance(changed, Intake) and trial.under(changed).fails()
    return not isinstance(changed, Intake) and trial.under(changed).fails()


def _counts(told: Told) -> bool:
    """Whether it proves anything, as for coverage; one that is known to fail and passes is out of date."""
    return proves(told) and told.trial.known_failure is None


def _intake(source: Source, versions: Versions) -> Intake | None:
    """The intake stated; `None` if it has errors."""
    if _has_error(intake_reference_problems(source)):
        return None
    intake = build_intake(source)
    return None if _has_error(intake_problems(intake, versions)) else intake


def _has_error(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


_RESOLVED = ("facts", "people", "events", "letters", "limits", "stages", "anywhere", "calendars")
_INTAKE_RESOLVED = ("facts", "people", "letters", "limits", "routes", "exclusions", "calendars")


def _is_same(subject: Policy | Intake, changed: Policy | Intake) -> bool:
    """Whether the two mean the same, however they are written."""
    names = _INTAKE_RESOLVED if isinstance(subject, Intake) else _RESOLVED
    return all(getattr(subject, name) == getattr(changed, name) for name in names)
