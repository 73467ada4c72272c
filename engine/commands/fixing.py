"""Mending a file by edits that are safe, each kept only if the file is no worse for it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.checking import SCENARIOS
from engine.commands.finding import library_around, library_of
from engine.documents import read_text, text_of
from engine.documents.edits import edited, safe_edit
from engine.errors import PolicyInvalid
from engine.policy.checks.pages import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.documents.edits import Edit
    from engine.policy.library import PolicyLibrary
    from engine.problems import Problem

    Check = Callable[[str], list[Problem]]

MOST_CHECKS = 50
MOST_TOLD = 100  # of so many problems of one kind no more are told
MARK = "\ufeff"
# What comes first keeps what comes later from being looked for.
_PHASES = {"files": 0, "syntax": 0, "structure": 1, "references": 2, "bases": 2, "scenarios": 2}
_LAST_PHASE = 3
_WORD = re.compile(r"[a-z0-9_]+(?:[-/.][a-z0-9_-]+)*")
_LEADS_TO = re.compile(r"^(?:extends|scenarios_for|intake_for): *[\"']?([a-z0-9/-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mended:
    """A file with its safe edits: its text before and after, byte order mark included, and what is still wrong."""

    path: str
    before: str
    after: str
    edits: int
    remaining: tuple[Problem, ...]

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        lines = (text.removeprefix(MARK).removesuffix("\n").split("\n") for text in (self.before, self.after))
        before, after = ([f"{line.removesuffix(chr(13))}\n" for line in each] for each in lines)
        return "".join(unified_diff(before, after, self.path, self.path, n=1)).rstrip("\n")


def mend(path: str, folders: Sequence[str]) -> Mended:
    """A file with every safe edit made that leaves it no worse. Raises `PolicyInvalid` if it cannot be read."""
    file = Path(path)
    whole = text_of(file, path)
    text = whole.removeprefix(MARK)
    mark = whole[: len(whole) - len(text)]
    library = library_of(folders) if path.endswith(SCENARIOS) else library_around(file, folders)
    check = _check_of(path, library)
    words = frozenset(_words(text, library))
    mending = _Mending(text, path, check, words)
    mending.run()
    return Mended(path, whole, mark + mending.text, mending.made, tuple(mending.problems))


class _Mending:
    """One text with the edits made so far, and what is wrong with it; a bounded number of checks."""

    def __init__(self, text: str, path: str, check: Check, words: frozenset[str]) -> None:
        self.text = text
        self.path = path
        self.check = check
        self.words = words
        self.problems = check(text)
        self.made = 0
        self.checks_left = MOST_CHECKS
        self.refused: set[Edit] = set()

    def run(self) -> None:
        """Round after round, since mending a key lets names be looked at."""
        while self.checks_left > 0:
            found = dict.fromkeys(
                edit
                for problem in self.problems
                if problem.place.path == self.path
                and (edit := safe_edit(problem, self.text, self.words)) is not None
            )
            edits = sorted(edit for edit in found if edit not in self.refused)
            if not edits:
                return
            self.make(edits)

    def make(self, edits: list[Edit]) -> None:
        """Make these edits; if the file is the worse for it, each half by itself, down to those that do it."""
        if not edits or self.checks_left <= 0:
            return
        text = edited(self.text, edits)
        self.checks_left -= 1
        problems = self.check(text)
        if not _is_worse(self.problems, problems, {edit.line for edit in edits}):
            self.text, self.problems, self.made = text, problems, self.made + len(edits)
        elif len(edits) == 1:
            self.refused.update(edits)
        else:
            middle = len(edits) // 2
            self.make(edits[middle:])  # the later half first, so that what comes before keeps its place
            self.make(edits[:middle])


def _is_worse(before: list[Problem], after: list[Problem], lines: set[int]) -> bool:
    """Whether there are new errors, or none fewer. Those that only now are looked for, or told, are not new.

    Of very many problems not all are told; then only the lines that were edited count.
    """
    old, new = _errors(before), _errors(after)
    gone, come = old - new, new - old
    if not gone:
        return True
    looked_at = max(_phase(name) for name, _ in old)
    in_full = len(before) < MOST_TOLD
    counted = {(each.name, each.message) for each in after if in_full or each.place.line in lines}
    return any(_phase(each[0]) <= looked_at and each in counted for each in come)


def _errors(problems: list[Problem]) -> Counter[tuple[str, str]]:
    return Counter((problem.name, problem.message) for problem in problems if problem.severity == "error")


def _phase(name: str) -> int:
    page = pages().get(name)
    return _PHASES.get(page.family, _LAST_PHASE) if page is not None else _LAST_PHASE


def _check_of(path: str, library: PolicyLibrary) -> Check:
    def check(text: str) -> list[Problem]:
        if not path.endswith(SCENARIOS):
            return list(library.examine_text(text, path).problems)
        from engine.replay import problems_in

        try:
            return problems_in(read_text(text, path), library)
        except PolicyInvalid as invalid:
            return list(invalid.problems)

    return check


def _words(text: str, library: PolicyLibrary) -> Iterator[str]:
    """Every word of a file and of what it extends or speaks of, which somebody could have meant."""
    files: dict[str, list[Path]] = {}
    for file in library.files():
        stem = file.stem.partition("@")[0]
        for name in (f"{file.parent.name}/{stem}", *((file.parent.name,) if stem == "intake" else ())):
            files.setdefault(name, []).append(file)
    yield from files
    seen: set[Path] = set()
    texts = [text]
    while texts:
        here = texts.pop()
        yield from _WORD.findall(here)
        for name in _LEADS_TO.findall(here):
            for file in files.get(name, ()):
                if file not in seen:
                    seen.add(file)
                    texts.append(_text(file))


def _text(file: Path) -> str:
    try:
        return text_of(file, str(file))
    except PolicyInvalid:
        return ""
