"""Replaying scenario files against their policies, every file and every scenario to its end.

Every failure is reported, not only the first; nothing here prints or reads a clock.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.documents import read_file
from engine.errors import PolicyInvalid, UsageError
from engine.replay.checking import Versions, checked
from engine.replay.scenario import SUFFIX
from engine.replay.trials import trials_in
from engine.replay.verdict import Failure, FileVerdicts, Replay, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from engine.documents import Document
    from engine.policy.library import PolicyLibrary
    from engine.replay.checking import Checked
    from engine.replay.scenario import KnownFailure
    from engine.replay.trials import Told, Trial

    # Whether a scenario or row of this name, with these tags, is to be replayed.
    Wanted = Callable[[str, Sequence[str]], bool]
    Hearing = Callable[[Told], None]


def scenario_files(paths: Iterable[Path]) -> list[Path]:
    """The files meant: those named, and every `*.scenarios.yaml` in the folders named, however deep; each once.

    Raises `UsageError` for a path that is not there and for a folder that holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = scenario_files_in(path)
            if not inside:
                raise UsageError(f"{path} holds no scenario file (their names end in {SUFFIX})")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"there is no file or folder {path}")
    return list(found)


def scenario_files_in(folder: Path) -> list[Path]:
    """Every `*.scenarios.yaml` in a folder, however deep, by path; none if there is none."""
    return sorted(folder.rglob(f"*{SUFFIX}"))


def replay(
    files: Iterable[Path],
    library: PolicyLibrary,
    *,
    today: date,
    only: str | None = None,
    tags: Sequence[str] = (),
    heard: Hearing | None = None,
) -> Replay:
    """The verdicts on these files.

    `only`: the scenarios and rows whose name contains this text, in small or capital letters; `tags`: those that
    have one of these. `today` says whether the date of a known failure is over (the date itself is still in time).
    `heard` is called with each scenario and row told, its verdict as it stands in the result.
    Raises nothing for what a file holds: its problems stand in its `FileVerdicts`.
    """
    versions, wanted = Versions(library), wanted_by(only, tags)
    return Replay(tuple(_file_verdicts(path, versions, wanted, today, heard) for path in files))


def wanted_by(only: str | None, tags: Sequence[str]) -> Wanted:
    """Whether a name with its tags is wanted."""
    text = None if only is None else only.casefold()

    def wanted(name: str, has: Sequence[str]) -> bool:
        return (text is None or text in name.casefold()) and (not tags or not set(tags).isdisjoint(has))

    return wanted


def _file_verdicts(
    path: Path, versions: Versions, wanted: Wanted, today: date, heard: Hearing | None
) -> FileVerdicts:
    """The verdicts on one file, or its problems."""
    try:
        document = read_file(path)
    except PolicyInvalid as invalid:
        return FileVerdicts(str(path), None, (), invalid.problems)
    return replay_checked(document, checked(document, versions), wanted=wanted, today=today, heard=heard)


def replay_checked(
    document: Document, found: Checked, *, wanted: Wanted, today: date, heard: Hearing | None = None
) -> FileVerdicts:
    """The verdicts on what was found in a file, or its problems; the arguments are as for `replay`."""
    verdicts = [
        verdict
        for trials in _by_scenario(trials_in(document, found))
        for verdict in _verdicts(trials, wanted, today, heard)
    ]
    return FileVerdicts(document.path, found.policy, tuple(verdicts), found.problems, found.intake)


def _by_scenario(trials: Iterable[Trial]) -> Iterator[list[Trial]]:
    """The rows of one timetable together, any other trial on its own."""
    for _, together in groupby(trials, lambda trial: trial.number):
        yield list(together)


def _verdicts(
    trials: Sequence[Trial], wanted: Wanted, today: date, heard: Hearing | None
) -> Iterator[Verdict]:
    """The verdicts wanted on a story, on a decision, or on all rows of a timetable."""
    if not any(wanted(trial.name, trial.tags) for trial in trials):
        return
    # Every row, wanted or not: whether a known failure still fails is a matter of the whole timetable.
    tellings = [trial.told() for trial in trials]
    for telling, verdict in zip(tellings, with_known_failure(tellings, today), strict=True):
        if wanted(verdict.name, telling.trial.tags):
            if heard is not None:
                heard(replace(telling, verdict=verdict))
            yield verdict


def with_known_failure(tellings: Sequence[Told], today: date) -> Iterator[Verdict]:
    """The verdicts on one scenario: of a timetable known to fail one row must fail, and its other rows may pass."""
    failing = any(told.verdict.failures for told in tellings)
    for place, told in enumerate(tellings):
        concerned = told.verdict.failures or (not failing and place == 0)
        yield _with_known_failure(told.verdict, told.trial.known_failure if concerned else None, today)


def _with_known_failure(verdict: Verdict, known: KnownFailure | None, today: date) -> Verdict:
    """A known failure counts as one until its date is over; that it passes is itself a failure."""
    if known is None:
        return verdict
    if not verdict.failures:
        passes = _about_known(verdict, known, "it passes: take `known_failure` out")
        return replace(verdict, outcome="failed", failures=(passes,), known=known)
    if today > known.until:
        over = _about_known(verdict, known, f"its date, {day_text(known.until)}, is over")
        return replace(verdict, outcome="failed", failures=(over, *verdict.failures), known=known)
    return replace(verdict, outcome="known_failure", known=known)


def _about_known(verdict: Verdict, known: KnownFailure, got: str) -> Failure:
    return Failure("known_failure", f"it fails: {known.reason}", got, (), verdict.place, None)
