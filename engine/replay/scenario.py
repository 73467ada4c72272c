"""A scenario file as values: stories with steps, and timetables with rows, each knowing where it stands.

Read from a document that has the shape of a scenario file; names are checked elsewhere (`references`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

from engine.cases.events import FACT_RECORDED, MIGRATED, NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.documents import Document

SUFFIX = ".scenarios.yaml"


@dataclass(frozen=True, slots=True)
class Happens:
    """A step in which something is recorded: an event, or facts. `path` is where it stands in the file.

    `recorded` is the text of the file: a date, or a moment, local unless it names its zone. `refused` is `True`
    or words of the reason if the engine must refuse it. `despite` names steps that may no longer fit after it.
    """

    path: tuple[str | int, ...]
    id: str | None
    at: date
    time: time | None
    recorded: str | None
    event: str
    data: Mapping[str, Any]
    by: str | None
    refused: str | bool | None
    despite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """A step that looks at the case on the evening of `at` and says what must be so.

    `recorded`: look with what was known by then only. `exhaustive`: what is named is all there is of its kind.
    """

    path: tuple[str | int, ...]
    at: date
    recorded: str | None
    expected: Mapping[str, Any]
    exhaustive: bool


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """Why a scenario fails for the time being, and the last day on which that is accepted."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario with steps, in the order in which they were recorded.

    `unconfirmed`: what it expects was generated, and no person has confirmed it; so of the others below.
    """

    number: int
    name: str
    tags: tuple[str, ...]
    given: Mapping[str, Any]
    steps: tuple[Happens | Looks, ...]
    known_failure: KnownFailure | None
    unconfirmed: bool = False

    @property
    def begins(self) -> date:
        """The earliest date of a step: from then on what is given holds."""
        return min(step.at for step in self.steps)

    @property
    def migrates(self) -> bool:
        """Whether the case is migrated to another version of its policy."""
        return any(isinstance(step, Happens) and step.event == MIGRATED for step in self.steps)

    @property
    def first_event(self) -> date:
        """The date of the first event, which says under which version of the policy the story is told."""
        return next(
            (step.at for step in self.steps if isinstance(step, Happens) and step.event != FACT_RECORDED),
            self.steps[0].at,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a timetable: a test of its own. `due` is an ISO date, `unknown` or `as soon as possible`."""

    path: tuple[str | int, ...]
    title: str
    start: date
    time: time | None
    given: Mapping[str, Any]
    due: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """A scenario that gives starts and due dates of one limit."""

    number: int
    name: str
    tags: tuple[str, ...]
    limit: str
    rows: tuple[Row, ...]
    known_failure: KnownFailure | None
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A file of scenarios about one policy. `policy` is its name; `pinned` the first day of the version named.

    `despite` names errors of meaning that the policy may have all the same.
    """

    document: Document
    policy: str
    pinned: date | None
    as_known_on: date | None
    scenarios: tuple[Story | Timetable, ...]
    despite: tuple[str, ...] = ()


def scenario_file(document: Document) -> ScenarioFile:
    """The scenarios in a document of the right shape that is about a policy."""
    data = document.data
    name, _, pinned = data["scenarios_for"].partition("@")
    return ScenarioFile(
        document,
        name,
        date.fromisoformat(pinned) if pinned else None,
        _date(data.get("as_known_on")),
        tuple(
            _scenario(number, each)
            for number, each in enumerate(data["scenarios"])
            if "steps" in each or "limit" in each
        ),
        tuple(data.get("despite", ())),
    )


def _scenario(number: int, data: Mapping[str, Any]) -> Story | Timetable:
    known_failure = known_failure_of(data)
    tags = as_texts(data.get("tags", ()))
    given = own(data.get("given", NOTHING))
    if "limit" in data:
        path = ("scenarios", number, "rows")
        rows = tuple(
            _row((*path, place), each, data["name"], given) for place, each in enumerate(data["rows"])
        )
        return Timetable(number, data["name"], tags, data["limit"], rows, known_failure, is_unconfirmed(data))
    path = ("scenarios", number, "steps")
    steps = tuple(_step((*path, place), each) for place, each in enumerate(data["steps"]))
    return Story(number, data["name"], tags, given, steps, known_failure, is_unconfirmed(data))


def known_failure_of(data: Mapping[str, Any]) -> KnownFailure | None:
    """Why a scenario is known to fail, if it is."""
    known = data.get("known_failure")
    return KnownFailure(known["reason"], date.fromisoformat(known["until"])) if known else None


def is_unconfirmed(data: Mapping[str, Any]) -> bool:
    """Whether what a scenario expects was generated and nobody has signed that it is right."""
    return data.get("generated") is True and "reviewed_by" not in data


def _step(path: tuple[str | int, ...], data: Mapping[str, Any]) -> Happens | Looks:
    at = date.fromisoformat(data["at"])
    if "then" in data:
        then = data["then"]
        exhaustive = bool(data.get("nothing_else") or then.get("nothing_else"))
        expected = {
            key: value for key, value in then.items() if key != "nothing_else" and not key.startswith("x_")
        }
        return Looks(path, at, data.get("recorded"), expected, exhaustive)
    clock = data.get("time")
    return Happens(
        path,
        data.get("id"),
        at,
        time.fromisoformat(clock) if clock else None,
        data.get("recorded"),
        data.get("when", FACT_RECORDED),
        own(data["record"]) if "record" in data else data.get("with", NOTHING),
        data.get("by"),
        data.get("refused"),
        as_texts(data.get("despite", ())),
    )


def _row(path: tuple[str | int, ...], data: Mapping[str, Any], name: str, given: Mapping[str, Any]) -> Row:
    clock = data.get("time")
    facts = {**given, **own(data.get("given", NOTHING))}
    return Row(
        path,
        f"{name}: {data.get('name') or _row_title(data)}",
        date.fromisoformat(data["from"]),
        time.fromisoformat(clock) if clock else None,
        facts,
        data["due"],
    )


def _row_title(data: Mapping[str, Any]) -> str:
    moment = f"from {data['from']}" + (f" {data['time']}" if "time" in data else "")
    facts = [
        f"{fact} {value}" for fact, value in data.get("given", NOTHING).items() if not isinstance(value, dict)
    ]
    return ", ".join([moment, *facts])


def own(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is ours of a map: keys beginning `x_` are for other tools."""
    if any(key.startswith("x_") for key in data):
        return {key: value for key, value in data.items() if not key.startswith("x_")}
    return data


def as_texts(value: Any) -> tuple[str, ...]:
    """One text or several, as several."""
    return (value,) if isinstance(value, str) else tuple(value)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
