"""What `replay --watch` does: after each save, replay what the saved file can have changed, and say what came out."""

from __future__ import annotations

import gc
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, NamedTuple

from engine.commands.clock import today
from engine.commands.finding import library_of
from engine.commands.output import complain, paint, say, with_progress
from engine.documents import read_file, shape_problems
from engine.errors import EngineError, PolicyInvalid, UsageError
from engine.policy.building import building_on, links_of, name_of_file
from engine.policy.requirements import ENDING
from engine.replay import FileVerdicts, Replay, Versions, scenario_files
from engine.replay.checking import checked_names
from engine.replay.run import replay_checked, scenario_files_in, wanted_by
from engine.replay.scenario import SUFFIX
from engine.reports.updates import Change, Update, change_text, saved_text, update_text
from engine.reports.verdicts import FORMATS as REPORTS
from engine.reports.verdicts import repeat_options

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from engine.documents import Document
    from engine.policy.library import PolicyLibrary
    from engine.problems import Problem
    from engine.replay import Verdict
    from engine.replay.run import Wanted

# In seconds: between two looks, and between those that see a file still being written.
BETWEEN_LOOKS, WHILE_WRITTEN, MOST_WHILE_WRITTEN = 0.05, 0.02, 20
FORMATS = ("text", "quiet")

# What tells that a file was saved: when it was last written, its size, and which file on the disk it is.
Stamp = tuple[int, int, int]


class Seen(NamedTuple):
    """The files there are, each with its stamp: scenario files in the order of replaying, and files of policies."""

    scenarios: dict[Path, Stamp]
    policies: dict[Path, Stamp]


class Saved(NamedTuple):
    """All scenario files there are now, and the files that were saved, made or removed."""

    files: tuple[Path, ...]
    scenarios: tuple[Path, ...]
    policies: tuple[Path, ...]


def see(paths: Sequence[Path], folders: Iterable[Path]) -> Seen:
    """A look at the files meant, in folders those that are there now."""
    scenarios = (file for path in paths for file in (scenario_files_in(path) if path.is_dir() else [path]))
    policies = (file for folder in folders for file in folder.glob("*/*.yaml") if not is_scenario(file))
    return Seen(dict(_stamped(scenarios)), dict(_stamped(policies)))


def is_scenario(path: Path) -> bool:
    """Whether a file holds scenarios, by its name."""
    return path.name.endswith(SUFFIX)


def _stamped(files: Iterable[Path]) -> Iterator[tuple[Path, Stamp]]:
    for file in files:
        try:
            stat = file.stat()
        except OSError:  # gone since it was found, or never there
            continue
        yield file, (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def watch(
    seen: Seen, look: Callable[[], Seen], wait: Callable[[float], None], heed: Callable[[Saved], None]
) -> None:
    """Look again and again, and have what was saved since heeded, until interrupted (Ctrl-C).

    `seen` is what was there when everything was replayed; `wait` is given seconds.
    """
    try:
        while True:
            wait(BETWEEN_LOOKS)
            now = look()
            if now != seen:
                now = _settled(now, look, wait)
                scenarios, policies = (
                    _changed(before, after) for before, after in zip(seen, now, strict=True)
                )
                seen = now
                if scenarios or policies:
                    heed(Saved(tuple(now.scenarios), scenarios, policies))
    except KeyboardInterrupt:
        return


def _settled(now: Seen, look: Callable[[], Seen], wait: Callable[[float], None]) -> Seen:
    """What is there once two looks agree: an editor may empty a file first, or put a new one in its place."""
    for _ in range(MOST_WHILE_WRITTEN):
        wait(WHILE_WRITTEN)
        before, now = now, look()
        if before == now:
            break
    return now


def _changed(before: dict[Path, Stamp], now: dict[Path, Stamp]) -> tuple[Path, ...]:
    """The files that are new, gone or saved."""
    return tuple(path for path in dict.fromkeys((*before, *now)) if before.get(path) != now.get(path))


def replay_and_watch(
    paths: Sequence[Path], folders: Sequence[str], only: str | None, tags: Sequence[str], form: str
) -> int:
    """Replay everything, then watch; the exit status when it is interrupted: how the files stood last.

    Raises `UsageError` as `scenario_files` does, and for a format that is not for reading along.
    """
    if form not in FORMATS:
        raise UsageError(f"--watch has the formats {' and '.join(FORMATS)}, not {form}")
    library = library_of(folders)
    seen, repeat_with = see(paths, library.folders), repeat_options(folders)
    watched = Watched(library, wanted_by(only, tags), today)
    say(REPORTS[form](watched.begin(with_progress(scenario_files(paths), "replaying")), repeat_with, paint()))
    complain(f"{_watching(seen)}; Ctrl-C ends it")
    gc.freeze()  # what was read is kept: there is nothing in it to collect

    unheeded: list[Saved] = []

    def heed(saved: Saved) -> None:
        saved = _together(unheeded, saved)
        unheeded.clear()
        try:
            tell(saved)
        except (EngineError, OSError) as error:
            # Such as a folder that is gone while a branch is switched: it may be back at the next look.
            unheeded.append(saved)
            complain(f"error: {error}; watching goes on")

    def tell(saved: Saved) -> None:
        changes = []
        say(f"\n{saved_text(map(str, (*saved.scenarios, *saved.policies)))}")
        for change in watched.changes(saved):
            say(change_text(change, paint()))
            changes.append(change)
        say(update_text(Update(tuple(changes), watched.replay, watched.untold(saved)), repeat_with, paint()))

    watch(seen, lambda: see(paths, library.folders), sleep, heed)
    return 2 if unheeded or watched.replay.problems else int(not watched.replay.all_passed)


def _watching(seen: Seen) -> str:
    """What is watched, in words."""
    scenarios, policies = len(seen.scenarios), len(seen.policies)
    files = "scenario file" if scenarios == 1 else "scenario files"
    return f"watching {scenarios} {files} and {policies} {'file' if policies == 1 else 'files'} of policies"


def _together(unheeded: Iterable[Saved], saved: Saved) -> Saved:
    """What was saved just now, and before, when it could not be heeded."""
    every = [*unheeded, saved]
    return Saved(
        saved.files,
        tuple(dict.fromkeys(path for each in every for path in each.scenarios)),
        tuple(dict.fromkeys(path for each in every for path in each.policies)),
    )


class Watched:
    """What was said of the scenario files as they were last replayed, with all that was read for it."""

    def __init__(self, library: PolicyLibrary, wanted: Wanted, today: Callable[[], date]) -> None:
        """Nothing replayed yet. `today` is asked for each time, for a watch may last."""
        self._versions = Versions(library)
        self._wanted = wanted
        self._today = today
        self._links = links_of(library)
        self._documents: dict[Path, Document] = {}
        self._said: dict[Path, FileVerdicts] = {}
        self._last: dict[Path, tuple[Verdict, ...]] = {}

    @property
    def replay(self) -> Replay:
        """The verdicts on all files as they are now."""
        return Replay(tuple(self._said.values()))

    def begin(self, files: Iterable[Path]) -> Replay:
        """Replay every file."""
        for file in files:
            self._said[file] = self._verdicts(file)
        return self.replay

    def changes(self, saved: Saved) -> Iterator[Change]:
        """Replay what can have changed, first what the saved files themselves are about; each file as it is done."""
        named, touched = (
            self._renew(saved.policies) if saved.policies else (frozenset[str](), frozenset[str]())
        )
        for file in saved.scenarios:
            self._documents.pop(file, None)
        before = self._said
        told: dict[Path, FileVerdicts] = {}
        fresh = {*saved.scenarios, *(file for file in saved.files if file not in before)}
        again = [file for file in saved.files if file in fresh or self._about(file) in touched]
        for file in sorted(again, key=lambda file: self._about(file) not in named):
            told[file] = self._verdicts(file)
            yield Change(self._compared(file), told[file], file in saved.scenarios)
        yield from (
            Change(self._compared(file), None, saved=True) for file in before if file not in saved.files
        )
        self._said = {file: told.get(file) or before[file] for file in saved.files}

    def untold(self, saved: Saved) -> tuple[Problem, ...]:
        """The errors in the files of policies that were saved that no scenario file has told."""
        library = self._versions.library
        stating = {
            *library.files(),
            *(file for file in saved.policies if file.name.endswith(ENDING) and file.is_file()),
        }
        errors = {
            error for file in saved.policies if file in stating for error in library.examine_file(file).errors
        }
        return tuple(sorted(errors.difference(self.replay.problems)))

    def _about(self, file: Path) -> str | None:
        """The policy or the intake that a file was about; `None` if it could not be read."""
        said = self._said.get(file)
        return None if said is None else f"{said.intake}/intake" if said.intake is not None else said.policy

    def _compared(self, file: Path) -> FileVerdicts | None:
        """What was said of a file before; while it cannot be replayed, with the last verdicts there were."""
        before = self._said.get(file)
        if before is not None and not before.problems:
            self._last[file] = before.verdicts
        return None if before is None else replace(before, verdicts=self._last.get(file, ()))

    def _verdicts(self, file: Path) -> FileVerdicts:
        try:
            document = self._document(file)
        except PolicyInvalid as invalid:
            return FileVerdicts(str(file), None, (), invalid.problems)
        found = checked_names(document, self._versions)
        return replay_checked(document, found, wanted=self._wanted, today=self._today())

    def _document(self, file: Path) -> Document:
        """A scenario file of the right shape, read once. Raises `PolicyInvalid` with its problems."""
        if file not in self._documents:
            document = read_file(file)
            problems = shape_problems(document, "scenarios")
            if problems:
                raise PolicyInvalid(problems)
            self._documents[file] = document
        return self._documents[file]

    def _renew(self, changed: Collection[Path]) -> tuple[frozenset[str], frozenset[str]]:
        """Forget what these files said. The names that they state; all they can change, by the links before or now."""
        library = self._versions.library.renewed(changed)
        before, self._links = self._links, links_of(library)
        self._versions = Versions(library)
        names = frozenset(map(name_of_file, changed))
        return names, building_on(names, before) | building_on(names, self._links)
