"""What `check` does beyond its checks, when asked: sources held against copies, and stories of what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.counter_examples import CounterExamples

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from engine.policy.library import Examined, PolicyLibrary
    from engine.problems import Problem

    Look = Callable[[Examined[Any], PolicyLibrary], Iterable[Problem]]


class More:
    """What is asked for beside the checks: `looks` take part in the checking, `done` ends it."""

    def __init__(self, copies: str | None, stories: str | None) -> None:
        """`copies`: a folder of source texts; `stories`: the folder to write scenarios to. Raises `UsageError`."""
        self.evidence = None if copies is None else Evidence(copies)
        self.stories = stories
        self.counter_examples = CounterExamples()
        self.looks: list[Look] = []
        self.sought: list[str] = []
        if self.evidence is not None:
            self.looks.append(self.evidence.look)
            self.sought.append("--sources")
        if stories is not None:
            self.looks.append(self.counter_examples.take)

    def done(self, told: Collection[Problem]) -> Iterator[str]:
        """What was done, in lines; the scenarios of the findings that are told are written now."""
        if self.evidence is not None:
            yield self.evidence.held.summary(self.evidence.folder)
        if self.stories is not None:
            yield from self.counter_examples.write(Path(self.stories), told)


class Evidence:
    """The copies of the sources in a folder, and what was held against them."""

    def __init__(self, folder: str) -> None:
        """Raises `UsageError` if it is no folder."""
        from engine.evidence import Copies, Held

        self.folder = folder
        self.copies = Copies(Path(folder))
        self.held = Held()

    def look(self, examined: Examined[Any], _library: PolicyLibrary) -> Iterator[Problem]:
        """What the copies do not say of all that a policy cites."""
        from engine.evidence import evidence_problems

        if examined.policy is not None:
            yield from evidence_problems(examined.policy, self.copies, self.held)
