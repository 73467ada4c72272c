"""Whether a scenario file can be replayed, and under which version of its policy each scenario is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.documents import likely, shape_problems
from engine.errors import PolicyInvalid, PolicyNotFound
from engine.replay.intakes import Decided, intake_file, intake_problems_of
from engine.replay.references import MOST_PROBLEMS, problems_of, whole_file_problems
from engine.replay.scenario import Story, scenario_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from engine.documents import Document
    from engine.policy.intake import Intake
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Policy
    from engine.problems import Problem
    from engine.replay.scenario import ScenarioFile, Timetable


class Checked(NamedTuple):
    """A file's scenarios unless there are problems.

    `policy` or `intake` is the name in the file. In `scenarios` each has its version of the policy, a timetable one
    for each row, and a story that migrates the others after it; in `decided` each has its version of the intake.
    """

    policy: str | None
    scenarios: tuple[tuple[Story | Timetable, tuple[Policy, ...]], ...]
    problems: tuple[Problem, ...]
    intake: str | None = None
    decided: tuple[tuple[Decided, Intake], ...] = ()


def problems_in(document: Document, library: PolicyLibrary) -> list[Problem]:
    """Every problem of a scenario file: its shape, then the names that its policy does not know; sorted."""
    return list(checked(document, Versions(library)).problems)


def checked(document: Document, versions: Versions) -> Checked:
    """A scenario file with its shape and its names checked against its policy."""
    problems = shape_problems(document, "scenarios")
    return Checked(None, (), tuple(problems)) if problems else checked_names(document, versions)


def checked_names(document: Document, versions: Versions) -> Checked:
    """A scenario file of the right shape with its names checked against its policy."""
    if "intake_for" in document.data:
        return _checked_intake(document, versions)
    file = scenario_file(document)
    problems = list(whole_file_problems(document))
    told: list[tuple[Story | Timetable, tuple[Policy, ...]]] = []
    try:
        for scenario in file.scenarios:
            if len(problems) >= MOST_PROBLEMS:
                break
            policies = tuple(versions.policy(file, first) for first in _first_dates(scenario))
            if isinstance(scenario, Story) and scenario.migrates:
                policies = tuple(dict.fromkeys((*policies, *versions.library.versions(file.policy))))
                problems.extend(problems_of(document, scenario, *policies))
            else:
                for policy in dict.fromkeys(policies):
                    problems.extend(problems_of(document, scenario, policy))
            told.append((scenario, policies))
    except PolicyNotFound as missing:
        names = versions.library.names()
        problems.append(_not_found(document, "scenarios_for", file.policy, missing, names))
    except PolicyInvalid as invalid:
        message = f"{file.policy} has problems of its own"
        problems += [document.problem(("scenarios_for",), "policy-has-problems", message), *invalid.problems]
    return Checked(file.policy, () if problems else tuple(told), tuple(sorted(problems)))


def _checked_intake(document: Document, versions: Versions) -> Checked:
    """A scenario file about an intake, its names checked against the intake."""
    file = intake_file(document)
    problems = list(whole_file_problems(document))
    if "despite" in document.data:
        message = "`despite` is for scenarios about a policy"
        problems.append(document.problem(("despite",), "not-together", message, key=True))
    told: list[tuple[Decided, Intake]] = []
    try:
        for scenario in file.scenarios:
            if len(problems) >= MOST_PROBLEMS:
                break
            intake = versions.intake(file.authority, file.as_known_on or scenario.received)
            problems.extend(intake_problems_of(document, scenario, intake))
            told.append((scenario, intake))
    except PolicyNotFound as missing:
        names = versions.library.authorities()
        problems.append(_not_found(document, "intake_for", file.authority, missing, names))
    except PolicyInvalid as invalid:
        message = f"the intake of {file.authority} has problems of its own"
        problems += [document.problem(("intake_for",), "policy-has-problems", message), *invalid.problems]
    return Checked(None, (), tuple(sorted(problems)), file.authority, () if problems else tuple(told))


class Versions:
    """Which version of a policy counts, looked up once for each date."""

    def __init__(self, library: PolicyLibrary) -> None:
        self.library = library
        self._found: dict[tuple[str, date, tuple[str, ...]], Policy] = {}

    def policy(self, file: ScenarioFile, first: date) -> Policy:
        """The version the file names, or known on the date it names, or in force on the scenario's first date.

        Raises `PolicyNotFound` if there is no such policy, `PolicyInvalid` if it has errors that the file does not
        name.
        """
        on = file.pinned or file.as_known_on or first
        key = file.policy, on, file.despite
        if key not in self._found:
            self._found[key] = (
                self._draft(file.policy, on, file.despite) if file.despite else self._nearest(file.policy, on)
            )
        return self._found[key]

    def intake(self, authority: str, on: date) -> Intake:
        """The version of an intake in force on a date, or the nearest one, which then says that it is not.

        Raises `PolicyNotFound` if there is no such intake, `PolicyInvalid` if it has errors.
        """
        versions = self.library.intakes(authority)
        try:
            return self.library.intake(authority, on)
        except PolicyNotFound:
            return versions[0] if on < versions[0].in_force_from else versions[-1]

    def _nearest(self, name: str, on: date) -> Policy:
        versions = self.library.versions(name)
        try:
            return self.library.policy(name, on)
        except PolicyNotFound:
            # The case then refuses the event and says when the version is in force; that can be what is tested.
            return versions[0] if on < versions[0].in_force_from else versions[-1]

    def _draft(self, name: str, on: date, despite: Collection[str]) -> Policy:
        """As `_nearest`, of a policy whose errors of these names are what the stories are about."""
        versions = self.library.drafts(name, despite)
        begun = [policy for policy in versions if policy.in_force_from <= on]
        return begun[-1] if begun else versions[0]


def _first_dates(scenario: Story | Timetable) -> list[date]:
    return [scenario.first_event] if isinstance(scenario, Story) else [row.start for row in scenario.rows]


def _not_found(
    document: Document, key: str, name: str, missing: PolicyNotFound, known: Iterable[str]
) -> Problem:
    meant = likely(name, known)
    notes = () if meant else (f"there are: {', '.join(known) or 'none'}",)
    message = str(missing).split(";", maxsplit=1)[0]
    return document.problem((key,), "unknown-policy", message, instead=meant, notes=notes)
