"""What replaying says: a verdict for each scenario or row, and for each failure what was expected, got, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.problems import Place, Problem
    from engine.replay.scenario import KnownFailure

Outcome = Literal["passed", "failed", "known_failure"]
Kind = Literal["scenario", "row"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that was not met.

    `what` names it (`due stage_1 on Fri 1 May 2026`); `why` are lines for people: the ledger of the limit
    concerned, or the rules considered. `place` is in the scenario file, `policy` the place in the policy that decided.
    """

    what: str
    expected: str
    got: str
    why: tuple[str, ...]
    place: Place
    policy: Place | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one scenario, or one row of a timetable, went. `name` picks it out again; `place` is where it begins.

    `known` is set if it is known to fail: it then has the outcome `known_failure`, or has failed because it passed
    or because the date is over. `left_out` counts the steps after an event that was refused unexpectedly.
    `unconfirmed`: what it expects was generated and confirmed by nobody, so that it proves nothing yet.
    """

    kind: Kind
    name: str
    place: Place
    outcome: Outcome
    failures: tuple[Failure, ...] = ()
    known: KnownFailure | None = None
    left_out: int = 0
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class FileVerdicts:
    """The verdicts on a file, in its order; or, if `problems` are found, none.

    `policy` is the policy it is about, or `intake` the authority whose intake it is about.
    """

    path: str
    policy: str | None
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...] = ()
    intake: str | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """The verdicts on all files, sorted by path."""

    files: tuple[FileVerdicts, ...] = field(default=())

    @property
    def verdicts(self) -> Iterator[Verdict]:
        """Every verdict of every file."""
        return (verdict for file in self.files for verdict in file.verdicts)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all files; those of a policy that several files use stand once."""
        return tuple(dict.fromkeys(problem for file in self.files for problem in file.problems))

    def count(self, outcome: Outcome) -> int:
        """How many scenarios and rows have this outcome."""
        return sum(verdict.outcome == outcome for verdict in self.verdicts)

    @property
    def unconfirmed(self) -> int:
        """How many scenarios and rows were generated and confirmed by nobody."""
        return sum(verdict.unconfirmed for verdict in self.verdicts)

    def count_kind(self, kind: Kind) -> int:
        """How many scenarios, or rows, there are."""
        return sum(verdict.kind == kind for verdict in self.verdicts)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was replayed and nothing was wrong with the files: no scenario was wanted."""
        return not self.problems and not any(file.verdicts for file in self.files)

    @property
    def all_passed(self) -> bool:
        """Whether nothing failed and every file could be replayed."""
        return not self.count("failed") and not self.problems
