"""From paths as typed to the files behind them and every problem found in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.finding import (
    YAML,
    folders_of,
    is_file_name,
    library_around,
    library_of,
    standard_input,
)
from engine.commands.output import with_progress
from engine.documents import read_file, read_text
from engine.errors import PolicyInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.documents import Document
    from engine.policy.library import PolicyLibrary
    from engine.problems import Problem

SCENARIOS = (".scenarios.yaml", ".scenarios.yml")
STDIN, STDIN_SHOWN = "-", "<stdin>"
# Files that are checked once their part of the language is there.
LATER: frozenset[str] = frozenset()


def examine(paths: Sequence[str], folders: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """The files checked, and every problem in them, each once, by place."""
    examiner = _Examiner(folders)
    for path in paths or _default_paths(folders):
        examiner.take(path)
    return list(examiner.files), sorted(examiner.problems)


def _default_paths(folders: Sequence[str]) -> list[str]:
    return list(folders) or [str(folders_of(())[0])]


class _Examiner:
    """Takes paths one after the other; keeps a library for each folder, so that a base is read once."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = folders
        self.files: dict[str, None] = {}
        self.problems: set[Problem] = set()
        self._usual: PolicyLibrary | None = None
        self._libraries: dict[Path, PolicyLibrary] = {}

    def take(self, path: str) -> None:
        """Examine one path: standard input, a folder, a file or a policy's name."""
        if path == STDIN:
            self._found(STDIN_SHOWN, self._text(standard_input()))
        elif Path(path).is_dir():
            for file in with_progress(list(_files_in(Path(path))), "checking"):
                self._found(str(file), self._file(file))
        elif is_file_name(path):
            self._found(path, self._file(Path(path)))
        else:
            for examined in self._usual_library().examine(path):
                self._found(examined.path, examined.problems)

    def _found(self, file: str, problems: Iterable[Problem]) -> None:
        self.files[file] = None
        self.problems.update(problems)

    def _file(self, file: Path) -> Iterable[Problem]:
        if not file.name.endswith(SCENARIOS):
            return self._library(file).examine_file(file).problems
        try:
            return self._scenarios(read_file(file))
        except PolicyInvalid as invalid:
            return invalid.problems

    def _text(self, text: str) -> Iterable[Problem]:
        try:
            document = read_text(text, STDIN_SHOWN)
        except PolicyInvalid as invalid:
            return invalid.problems
        if document.data.keys() & {"scenarios_for", "intake_for", "scenarios"}:
            return self._scenarios(document)
        return self._usual_library().examine_text(text, STDIN_SHOWN).problems

    def _scenarios(self, document: Document) -> Iterable[Problem]:
        from engine.replay import problems_in

        return problems_in(document, self._usual_library())

    def _usual_library(self) -> PolicyLibrary:
        if self._usual is None:
            self._usual = library_of(self.folders)
        return self._usual

    def _library(self, file: Path) -> PolicyLibrary:
        folder = file.resolve().parent.parent
        if folder not in self._libraries:
            self._libraries[folder] = library_around(file, self.folders)
        return self._libraries[folder]


def _files_in(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.suffix in YAML and file.is_file() and not hidden and file.name not in LATER:
            yield file
