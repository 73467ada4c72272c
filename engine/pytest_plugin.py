"""A plugin for pytest: every scenario and every row of a timetable in `*.scenarios.yaml` is a test of its own.

pytest loads this module in every run, so nothing of the engine is imported before there is a scenario file. What is
said of a failure is what `duecourse replay` prints. PYTEST_DONT_REWRITE: there is no assertion here to explain.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.replay import Told, Trial, Verdict, Versions

SUFFIX = ".scenarios.yaml"  # as in engine.replay.scenario, which is not imported for a name
POLICIES = "duecourse_policies"
UNCONFIRMED = "duecourse_unconfirmed"
_MARK = re.compile(r"[A-Za-z_]\w*")
_OF_EXPRESSIONS = frozenset({"and", "or", "not", "True", "False", "None"})


# --- What pytest asks --------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """The folders of policies, one a line, from the folder that pytest calls rootdir."""
    words = "Folders in which scenario files find their policies (left out: policies; the shipped ones come last)."
    parser.addini(POLICIES, words, type="linelist")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that is not there before anything is collected."""
    for folder in config.getini(POLICIES):
        if not (config.rootpath / folder).is_dir():
            raise pytest.UsageError(f"{POLICIES}: {config.rootpath / folder} is not a folder of policies")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """A scenario file, found in a folder or named."""
    if file_path.name.endswith(SUFFIX):
        found: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
        return found
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With scenarios among the tests, an unknown name after `-m` is a tag that none of them has, which is no mistake."""
    if config.option.markexpr and any(isinstance(item, ScenarioItem) for item in items):
        _register(config, _MARK.findall(config.option.markexpr))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many scenarios passed that were generated and that nobody has confirmed."""
    passed = terminalreporter.stats.get("passed", ())
    number = sum((UNCONFIRMED, True) in map(tuple, report.user_properties) for report in passed)
    if number:
        what = "1 scenario that passed was" if number == 1 else f"{number} scenarios that passed were"
        terminalreporter.write_line(f"duecourse: {what} generated, and nobody has confirmed the dates")


# --- Files and scenarios -----------------------------------------------------------------------------------------


class ScenarioFile(pytest.File):
    """A scenario file. Its policies are read when it is collected, so that telling a scenario reads nothing."""

    def collect(self) -> Iterator[ScenarioItem]:
        """Each scenario, and each row of a timetable. Raises `PolicyInvalid` with all problems of the file."""
        from engine.documents import read_file
        from engine.errors import PolicyInvalid
        from engine.replay import checked, trials_in

        policies = _policies_of(self.config)
        document = read_file(self.path, _as_typed(self.path))
        found = checked(document, policies.versions)
        if found.problems:
            raise PolicyInvalid(found.problems)
        trials = tuple(trials_in(document, found))
        _register(self.config, (tag for trial in trials for tag in trial.tags))
        busy = _busy_marks(self.config)
        for trial, name in zip(trials, _names(trials), strict=True):
            item: ScenarioItem = ScenarioItem.from_parent(
                self, name=name, trial=trial, beside=_beside(trial, trials)
            )
            for tag in trial.tags:
                if tag not in busy and tag not in _OF_EXPRESSIONS:
                    item.add_marker(tag)
            yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The problems, as `replay` and `check` print them."""
        from engine.errors import PolicyInvalid
        from engine.reports.problems import problems_text

        if isinstance(excinfo.value, PolicyInvalid):
            return problems_text(excinfo.value.problems)
        return super().repr_failure(excinfo)


class ScenarioItem(pytest.Item):
    """A scenario, or a row of a timetable.

    `beside` are all rows of its timetable if that is known to fail, which is then a matter of them all.
    """

    def __init__(self, *, trial: Trial, beside: Sequence[Trial], **rest: Any) -> None:
        super().__init__(**rest)
        self.trial = trial
        self.beside = beside

    def runtest(self) -> None:
        """Tell it. Raises `NotAsExpected` if it fails, and pytest's own exception if it is known to."""
        verdict = self._verdict()
        if verdict.unconfirmed:
            self.user_properties.append((UNCONFIRMED, True))
        if verdict.outcome == "known_failure" and verdict.known is not None:
            from engine.reports.verdicts import known_text

            # With --runxfail this does nothing, and the scenario fails as if nothing were known.
            pytest.xfail(known_text(verdict.known))
        if verdict.outcome != "passed":
            raise NotAsExpected(verdict)

    def _verdict(self) -> Verdict:
        from engine.commands.clock import today
        from engine.replay.run import with_known_failure

        tellings: list[Told] = [trial.told() for trial in self.beside]
        verdicts = with_known_failure(tellings, today())
        return next(
            verdict for told, verdict in zip(tellings, verdicts, strict=True) if told.trial is self.trial
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What `replay` prints of it."""
        from engine.reports.verdicts import verdict_text

        if isinstance(excinfo.value, NotAsExpected):
            return verdict_text(excinfo.value.verdict, _policies_of(self.config).repeat_with)
        if isinstance(excinfo.value, pytest.xfail.Exception):
            return str(excinfo.value.msg)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The file, the line on which it begins (from 0), and its name."""
        return self.path, self.trial.place.line - 1, self.name


class NotAsExpected(Exception):
    """A scenario failed; `verdict` says how."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict


def _beside(trial: Trial, trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """What has to be told for the verdict on a trial: itself, or all rows of a timetable that is known to fail."""
    if trial.known_failure is None:
        return (trial,)
    return tuple(each for each in trials if each.number == trial.number)


def _names(trials: Iterable[Trial]) -> Iterator[str]:
    """A name for each that no other has, on one line, and without the `::` that ends a name for pytest."""
    from engine.documents import on_one_line

    used: dict[str, int] = {}
    for trial in trials:
        name = on_one_line(" ".join(trial.name.replace("::", ": :").split()))
        used[name] = used.get(name, 0) + 1
        yield name if used[name] == 1 else f"{name} ({used[name]})"


# --- Policies ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Policies:
    """Where a run finds its policies, and what the command line needs to find the same."""

    versions: Versions
    repeat_with: str


_KEPT = pytest.StashKey[_Policies]()


def _policies_of(config: pytest.Config) -> _Policies:
    """The policies of this run, each read once."""
    kept = config.stash.get(_KEPT, None)
    if kept is None:
        kept = config.stash[_KEPT] = _found_policies(config)
    return kept


def _found_policies(config: pytest.Config) -> _Policies:
    from engine.commands.finding import folders_of, own_folders_of
    from engine.policy.library import PolicyLibrary
    from engine.replay import Versions
    from engine.reports.verdicts import repeat_options

    here = Path(_as_typed(config.rootpath))
    stated: list[str] = config.getini(POLICIES)
    own = own_folders_of(stated, here)
    typed = [] if own == own_folders_of(()) else own
    return _Policies(
        Versions(PolicyLibrary(folders_of(stated, here))), repeat_options(str(folder) for folder in typed)
    )


def _as_typed(path: Path) -> str:
    """A path as one would type it here."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return str(path)


# --- Tags as marks -----------------------------------------------------------------------------------------------


def _register(config: pytest.Config, names: Iterable[str]) -> None:
    """Make marks of these names known, since tags are not declared as marks are; `--strict-markers` then takes them."""
    known = {_mark_name(line) for line in config.getini("markers")}
    for name in dict.fromkeys(names):
        if name not in known and name not in _OF_EXPRESSIONS:
            config.addinivalue_line("markers", f"{name}: a tag of scenarios")


def _busy_marks(config: pytest.Config) -> frozenset[str]:
    """The marks that take arguments, and so do something: a tag called `skip` must not skip its scenario."""
    return frozenset(_mark_name(line) for line in config.getini("markers") if "(" in line.partition(":")[0])


def _mark_name(line: str) -> str:
    return re.split(r"[:(]", line, maxsplit=1)[0].strip()
