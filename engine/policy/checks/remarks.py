"""Findings that a remark in the file silences, and remarks that silence nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.documents.remarks import remarks_in
from engine.policy.checks.pages import likely_page, pages
from engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from engine.documents import Document
    from engine.documents.remarks import Remark
    from engine.problems import Place

EXTENDED = "extended here"  # how a problem with what a base wrote names the file that extends it


@dataclass(frozen=True, slots=True, order=True)
class Ignored:
    """A finding that a remark silences: the finding, why, and where the remark stands."""

    problem: Problem
    reason: str
    remark: Place


@dataclass(frozen=True, slots=True)
class Heeded:
    """What is left to tell, and what is not told because a remark says so; both sorted."""

    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...]


def heeded(
    problems: Iterable[Problem],
    files: Collection[str],
    document_of: Callable[[str], Document | None],
    sought: Collection[str] = (),
) -> Heeded:
    """The problems with the remarks of the files heeded.

    `files` are the files examined: of their remarks those that silence nothing are told, unless the file has errors, by
    which other checks are kept from looking. `document_of` gives a file as read, `None` if it cannot be; files that
    only a problem names are asked for as well. `sought` are the options of `check` that were given, since a remark about
    what nobody looked for is not in vain.
    """
    return _Heeding(tuple(dict.fromkeys(problems)), tuple(files), document_of, sought).result()


class _Heeding:
    """One run over all problems and remarks."""

    def __init__(
        self,
        problems: tuple[Problem, ...],
        files: tuple[str, ...],
        document_of: Callable[[str], Document | None],
        sought: Collection[str],
    ) -> None:
        self.problems = problems
        self.files = files
        self.sought = sought
        self.strange: list[Problem] = []
        self.used: set[tuple[Place, str]] = set()
        self.by_line: dict[tuple[str, int], list[Remark]] = {}
        self.remarks: dict[str, list[Remark]] = {}
        places = (place.path for problem in problems for place in _places(problem))
        for path in dict.fromkeys((*files, *places)):
            document = document_of(path)
            if document is not None:
                self.read(document)

    def read(self, document: Document) -> None:
        remarks, strange = remarks_in(document)
        self.remarks[document.path] = remarks
        for remark in remarks:
            self.by_line.setdefault((document.path, remark.line), []).append(remark)
        if document.path in self.files:
            self.strange += strange

    def result(self) -> Heeded:
        told: list[Problem] = []
        ignored: list[Ignored] = []
        for problem in self.problems:
            remark = self.silencing(problem)
            if remark is None:
                told.append(problem)
            elif problem.severity == "error":
                told += [problem, _not_silenced(problem, remark)]
            else:
                ignored.append(Ignored(problem, remark.reason, remark.place))
        faulty = {problem.place.path for problem in self.problems if problem.severity == "error"}
        for path in self.files:
            if path not in faulty:
                told += self.in_vain(path)
        return Heeded(tuple(sorted({*told, *self.strange})), tuple(sorted(ignored)))

    def silencing(self, problem: Problem) -> Remark | None:
        """The remark that silences a problem: on its line, or on the line that extends the file it is in."""
        for place in _places(problem):
            for remark in self.by_line.get((place.path, place.line), ()):
                for name, where in remark.names:
                    if name == problem.name:
                        self.used.add((where, name))
                        return remark
        return None

    def in_vain(self, path: str) -> Iterator[Problem]:
        """The names in remarks that silence nothing."""
        for remark in self.remarks.get(path, ()):
            for name, place in remark.names:
                page = pages().get(name)
                if (place, name) in self.used or (
                    page and page.only_with and page.only_with not in self.sought
                ):
                    continue
                message = f'there is no "{name}" on line {remark.line} to be silenced: take the remark out'
                meant = None
                if page is None:
                    message, meant = f'there is no check "{name}"', likely_page(name)
                yield Problem(
                    place, "unused-ignore", message, "warning", instead=meant, line_text=remark.line_text
                )


def _places(problem: Problem) -> Iterator[Place]:
    """Where a remark may stand that silences a problem."""
    yield problem.place
    yield from (place for place, word in problem.related if word == EXTENDED)


def _not_silenced(problem: Problem, remark: Remark) -> Problem:
    where = next(place for name, place in remark.names if name == problem.name)
    return Problem(
        where, "cannot-ignore", f'"{problem.name}" is an error, which no remark can silence',
        "warning", line_text=remark.line_text,
    )  # fmt: skip
