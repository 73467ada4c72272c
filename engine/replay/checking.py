"""Whether a scenario file can be replayed, and under which version of its policy each scenario is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.documents import likely, shape_problems
from engine.errors import PolicyInvalid, PolicyNotFound
from engine.replay.references import intake_problem, problems_of, whole_file_problems
from engine.replay.scenario import Story, scenario_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.documents import Document
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Policy
    from engine.problems import Problem
    from engine.replay.scenario import ScenarioFile, Timetable


class Checked(NamedTuple):
    """A file's scenarios unless there are problems, each with its version of the policy; a timetable with one a row.

    `policy` is the name in the file.
    """

    policy: str | None
    scenarios: tuple[tuple[Story | Timetable, tuple[Policy, ...]], ...]
    problems: tuple[Problem, ...]


def problems_in(document: Document, library: PolicyLibrary) -> list[Problem]:
    """Every problem of a scenario file: its shape, then the names that its policy does not know; sorted."""
    return list(checked(document, Versions(library)).problems)


def checked(document: Document, versions: Versions) -> Checked:
    """A scenario file with its shape and its names checked against its policy."""
    problems = shape_problems(document, "scenarios")
    if problems:
        return Checked(None, (), tuple(problems))
    if "intake_for" in document.data:
        return Checked(None, (), (intake_problem(document),))
    file = scenario_file(document)
    problems = list(whole_file_problems(document))
    told: list[tuple[Story | Timetable, tuple[Policy, ...]]] = []
    try:
        for scenario in file.scenarios:
            policies = tuple(versions.policy(file, first) for first in _first_dates(scenario))
            for policy in dict.fromkeys(policies):
                problems.extend(problems_of(document, scenario, policy))
            told.append((scenario, policies))
    except PolicyNotFound as missing:
        problems.append(_not_found(document, file, missing, versions.library.names()))
    except PolicyInvalid as invalid:
        message = f"{file.policy} has problems of its own"
        problems += [document.problem(("scenarios_for",), "policy-has-problems", message), *invalid.problems]
    return Checked(file.policy, () if problems else tuple(told), tuple(sorted(problems)))


class Versions:
    """Which version of a policy counts, looked up once for each date."""

    def __init__(self, library: PolicyLibrary) -> None:
        self.library = library
        self._found: dict[tuple[str, date], Policy] = {}

    def policy(self, file: ScenarioFile, first: date) -> Policy:
        """The version the file names, or known on the date it names, or in force on the scenario's first date.

        Raises `PolicyNotFound` if there is no such policy, `PolicyInvalid` if it has errors.
        """
        on = file.pinned or file.as_known_on or first
        key = file.policy, on
        if key not in self._found:
            self._found[key] = self._nearest(file.policy, on)
        return self._found[key]

    def _nearest(self, name: str, on: date) -> Policy:
        versions = self.library.versions(name)
        try:
            return self.library.policy(name, on)
        except PolicyNotFound:
            # The case then refuses the event and says when the version is in force; that can be what is tested.
            return versions[0] if on < versions[0].in_force_from else versions[-1]


def _first_dates(scenario: Story | Timetable) -> list[date]:
    return [scenario.first_event] if isinstance(scenario, Story) else [row.start for row in scenario.rows]


def _not_found(
    document: Document, file: ScenarioFile, missing: PolicyNotFound, known: Iterable[str]
) -> Problem:
    meant = likely(file.policy, known)
    notes = () if meant else (f"there are: {', '.join(known) or 'none'}",)
    message = str(missing).split(";", maxsplit=1)[0]
    return document.problem(("scenarios_for",), "unknown-policy", message, instead=meant, notes=notes)
