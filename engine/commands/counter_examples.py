"""Writing what `check` finds as scenario files: a story for every finding of which one can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.writing import write_new
from engine.errors import PolicyNotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from engine.policy.library import Examined, PolicyLibrary
    from engine.policy.model import Policy
    from engine.problems import Problem


@dataclass(frozen=True, slots=True)
class CounterExamples:
    """The findings met so far whose claims a story could show, each with its policy and the errors of that."""

    found: list[tuple[Policy, Problem, frozenset[str]]] = field(default_factory=list)

    def take(self, examined: Examined[Any], library: PolicyLibrary) -> Iterator[Problem]:
        """Keep the findings of one file that claim something; nothing more is found."""
        claiming = [problem for problem in examined.problems if problem.claim is not None]
        policy = (examined.policy or library.draft(Path(examined.path))) if claiming else None
        if policy is not None:
            errors = _errors_of(policy, examined, library)
            self.found.extend((policy, problem, errors) for problem in claiming)
        yield from ()

    def write(self, folder: Path, told_of: Collection[Problem]) -> list[str]:
        """Write a file for each finding (of those told of) of which a story was found; what was done, a line each.

        A file that is there is left as it is. Raises `UsageError` if the folder cannot be written to.
        """
        from engine.probing import Prober
        from engine.reports.stories import counter_example

        told: list[str] = []
        untold: list[str] = []
        probers: dict[Policy, Prober] = {}
        numbers: dict[str, int] = {}
        shown = frozenset(told_of)
        for policy, problem, errors in self.found:
            if problem not in shown:
                continue
            assert problem.claim is not None
            story = probers.setdefault(policy, Prober(policy)).story_of(problem.claim)
            if story is None:
                untold.append(f"no story was found for {problem.name} at {problem.place}")
                continue
            stem = f"{policy.id.replace('/', '-')}-{problem.name}"
            numbers[stem] = numbers.get(stem, 0) + 1
            file = folder / f"{stem}-{numbers[stem]}.scenarios.yaml"
            told.append(write_new(file, counter_example(problem, story, errors)))
        return [*told, *untold] or ["nothing was found of which a story could be told"]


def _errors_of(policy: Policy, examined: Examined[Any], library: PolicyLibrary) -> frozenset[str]:
    """The names of the errors in every version of a policy: each would keep its stories from being replayed."""
    try:
        versions: Iterable[Examined[Any]] = library.examine(policy.id)
    except PolicyNotFound:
        versions = ()
    return frozenset(error.name for each in (examined, *versions) for error in each.errors)
