"""From paths as typed to the files behind them and every problem found in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.finding import (
    YAML,
    folders_of,
    is_file_name,
    library_around,
    library_of,
    standard_input,
)
from engine.commands.output import with_progress
from engine.documents import read_file, read_text, text_of
from engine.errors import PolicyInvalid
from engine.policy.checks.remarks import heeded
from engine.reports.problems import Findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.documents import Document
    from engine.policy.library import Examined, PolicyLibrary
    from engine.problems import Problem

    Look = Callable[[Examined[Any], PolicyLibrary], Iterable[Problem]]

SCENARIOS = (".scenarios.yaml", ".scenarios.yml")
STDIN, STDIN_SHOWN = "-", "<stdin>"
MARK = "duecourse"  # what every remark to this program holds


def examine(
    paths: Sequence[str], folders: Sequence[str], sought: Iterable[str] = (), also: Sequence[Look] = ()
) -> Findings:
    """The files checked, and every problem in them, each once, by place; those set apart that a remark silences.

    `sought` are the options that let more be looked for, such as `--sources`; `also` looks at every policy and intake,
    with the library it stands in, and yields what more there is to say of it.
    """
    examiner = _Examiner(folders, also)
    for path in paths or default_paths(folders):
        examiner.take(path)
    heed = heeded(examiner.problems, examiner.files, examiner.document, frozenset(sought))
    return Findings(tuple(examiner.files), heed.problems, heed.ignored)


def default_paths(folders: Sequence[str]) -> list[str]:
    """What is checked if no path is given."""
    return list(folders) or [str(folders_of(())[0])]


class _Examiner:
    """Takes paths one after the other; keeps a library for each folder, so that a base is read once."""

    def __init__(self, folders: Sequence[str], also: Sequence[Look] = ()) -> None:
        self.folders = folders
        self.also = also
        self.files: dict[str, None] = {}
        self.problems: set[Problem] = set()
        self.piped = ""
        self._usual: PolicyLibrary | None = None
        self._libraries: dict[Path, PolicyLibrary] = {}

    def take(self, path: str) -> None:
        """Examine one path: standard input, a folder, a file or a policy's name."""
        if path == STDIN:
            self.piped = standard_input()
            self._found(STDIN_SHOWN, self._text(self.piped))
        elif Path(path).is_dir():
            for file in with_progress(list(_files_in(Path(path))), "checking"):
                self._found(str(file), self._file(file))
        elif is_file_name(path):
            self._found(path, self._file(Path(path)))
        else:
            library = self._usual_library()
            for examined in library.examine(path):
                self._found(examined.path, self._all_of(examined, library))

    def document(self, path: str) -> Document | None:
        """A file as read, for its remarks; `None` if there can be none in it."""
        try:
            text = self.piped if path == STDIN_SHOWN else text_of(Path(path), path)
            return read_text(text, path) if MARK in text else None
        except PolicyInvalid:
            return None

    def _found(self, file: str, problems: Iterable[Problem]) -> None:
        self.files[file] = None
        self.problems.update(problems)

    def _all_of(self, examined: Examined[Any], library: PolicyLibrary) -> Iterable[Problem]:
        """The problems of a policy or an intake, and what else there is to say of it."""
        return [*examined.problems, *(problem for look in self.also for problem in look(examined, library))]

    def _file(self, file: Path) -> Iterable[Problem]:
        if not file.name.endswith(SCENARIOS):
            library = self._library(file)
            return self._all_of(library.examine_file(file), library)
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
        library = self._usual_library()
        return self._all_of(library.examine_text(text, STDIN_SHOWN), library)

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
        if file.suffix in YAML and file.is_file() and not hidden:
            yield file
