"""What a saved file changed in the verdicts on scenario files, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.documents import on_one_line
from engine.reports.paint import plain
from engine.reports.problems import problems_text
from engine.reports.verdicts import WORDS, summary, verdict_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.problems import Problem
    from engine.replay import FileVerdicts, Replay, Verdict
    from engine.reports.paint import Paint

MOST_IN_FULL = 3


class Change(NamedTuple):
    """What was said of a scenario file before and is said now, `None` where there was or is none.

    `saved`: it was saved itself, and not only what its policy rests on.
    """

    before: FileVerdicts | None
    now: FileVerdicts | None
    saved: bool

    @property
    def path(self) -> str:
        """The file, as it was typed."""
        return next(each.path for each in (self.now, self.before) if each is not None)


class Update(NamedTuple):
    """What came of saving some files: the files replayed again, the whole as it now is, and problems besides."""

    changes: tuple[Change, ...]
    whole: Replay
    problems: tuple[Problem, ...] = ()


class _Line(NamedTuple):
    """A verdict to be told, and what was said before."""

    verdict: Verdict
    before: str


def saved_text(paths: Iterable[str]) -> str:
    """The files saved."""
    return "\n".join(f"saved: {path}" for path in paths)


def change_text(change: Change, paint: Paint = plain) -> str:
    """Each result of a file that is another one now, and of a file saved itself all that fails; nothing if none is."""
    told = [
        f"  {paint(*WORDS[line.verdict.outcome])}  {on_one_line(line.verdict.name)}{line.before}"
        for line in _lines(change)
    ]
    told += [f"  gone    {on_one_line(name)}" for name in _gone(change)]
    return "\n".join(("", paint(change.path, "strong"), *told)) if told else ""


def update_text(update: Update, repeat_with: str = "", paint: Paint = plain) -> str:
    """What comes after each change: the first failures in full, problems, and the sum of all files."""
    failed = [
        line.verdict
        for change in update.changes
        for line in _lines(change)
        if line.verdict.outcome == "failed"
    ]
    blocks = [verdict_text(verdict, repeat_with, paint) for verdict in failed[:MOST_IN_FULL]]
    if len(failed) > MOST_IN_FULL:
        blocks.append(f"{len(failed) - MOST_IN_FULL} more failed; `duecourse replay` tells them in full")
    problems = tuple(dict.fromkeys((*_problems(update), *update.problems)))
    if problems:
        blocks.append(problems_text(problems, paint))
    return "\n".join(("", "\n\n".join([*blocks, f"{_again(update)}{summary(update.whole, paint)}"])))


def _again(update: Update) -> str:
    number = sum(change.now is not None for change in update.changes)
    if number:
        return f"replayed {number} {'file' if number == 1 else 'files'} again\n"
    return "" if update.changes else "no scenario file is about that\n"


def _lines(change: Change) -> Iterator[_Line]:
    """The verdicts that are other ones than before; of a file saved itself also all that failed."""
    known = {_key(number, each): each for number, each in _numbered(change.before)}
    for number, verdict in _numbered(change.now):
        old = known.get(_key(number, verdict))
        if old is None:
            yield _Line(verdict, "")
        elif _what(old) != _what(verdict):
            yield _Line(verdict, f" ({WORDS[old.outcome][0].strip().lower()} before)")
        elif change.saved and verdict.outcome == "failed":
            yield _Line(verdict, " (as before)")


def _gone(change: Change) -> list[str]:
    """The names that are no longer there, unless the file has problems, and so no verdicts."""
    if change.now is not None and change.now.problems:
        return []
    left = {_key(number, each) for number, each in _numbered(change.now)}
    return [each.name for number, each in _numbered(change.before) if _key(number, each) not in left]


def _numbered(file: FileVerdicts | None) -> Iterator[tuple[int, Verdict]]:
    """Each verdict with the number of those of the same name before it: rows may share one."""
    seen: dict[str, int] = {}
    for verdict in file.verdicts if file is not None else ():
        yield seen.get(verdict.name, 0), verdict
        seen[verdict.name] = seen.get(verdict.name, 0) + 1


def _key(number: int, verdict: Verdict) -> tuple[str, int]:
    return verdict.name, number


def _what(verdict: Verdict) -> tuple[object, ...]:
    """What counts as another result: not where it stands."""
    return verdict.outcome, tuple((each.what, each.expected, each.got) for each in verdict.failures)


def _problems(update: Update) -> Iterator[Problem]:
    """The problems that a file has now; those it had before only if it was saved itself."""
    for change in update.changes:
        old = () if change.before is None or change.saved else change.before.problems
        problems = () if change.now is None else change.now.problems
        yield from (problem for problem in problems if problem not in old)
