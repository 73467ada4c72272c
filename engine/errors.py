"""What the engine raises: everything derives from `EngineError`, and every message says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.problems import Problem


class EngineError(Exception):
    """The root of all errors of this package."""


class UsageError(EngineError):
    """A caller broke a contract: a wrong argument, an unknown name, a `datetime` where a `date` is meant."""


class CalendarUnknown(EngineError):
    """A date lies outside the years for which bank holidays are known; `year` and `region` say which."""

    def __init__(self, year: int, region: str, known: tuple[int, int]) -> None:
        self.year = year
        self.region = region
        self.known = known
        super().__init__(
            f"no bank holidays are known for {year} in {region}: the table covers {known[0]} to {known[1]}",
        )

    def __reduce__(self) -> tuple[type[CalendarUnknown], tuple[int, str, tuple[int, int]]]:
        """Pickle by the arguments, not by the message."""
        return type(self), (self.year, self.region, self.known)


class PolicyInvalid(EngineError):
    """A policy, intake or scenario file has problems; `problems` lists them all, sorted by place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[PolicyInvalid], tuple[tuple[Problem, ...]]]:
        """Pickle by the problems, not by the message."""
        return type(self), (self.problems,)


class PolicyNotFound(EngineError):
    """No policy has this name, or none is in force on the date; the message names what there is."""
