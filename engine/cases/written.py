"""What people write for a case on one line or in one file: `complexity=complex`, and files of events.

A file of events is YAML (a list of maps, or a map with `events`) or CSV (a heading, then a row for each event), in
the order in which the events were recorded. Keys or columns are `on`, `event`, `by`, `at`, `recorded` and `actor`;
in YAML the event's data stand under `with`, in CSV every further column is a key of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.cases.data import OPEN_KEYS
from engine.cases.events import BUILT_IN, CORRECTION, MIGRATED, Event
from engine.cases.log import CORRECTION_KEYS
from engine.cases.migrating import DATA_KEYS, version_in
from engine.cases.view import unknown
from engine.documents import Document, hidden_characters, likely, read_text, text_of
from engine.errors import PolicyInvalid, UsageError
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.policy.model import Fact, Policy

KEYS = ("on", "event", "by", "at", "recorded", "actor", "with")
COLUMNS = KEYS[:-1]
LISTS = frozenset({"points", "add_points", "kinds"})

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_BETWEEN = re.compile(r" *[;,] *")


# --- One line ----------------------------------------------------------------------------------------------------


def data_from_text(facts: Mapping[str, Fact], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Data as an event carries it, from names and texts; `finding.point_1` is a fact's value on one point.

    Counts become numbers, `points`, `add_points` and `kinds` lists (items apart by comma or semicolon).
    Whether the values are right is for the engine to say. Raises `UsageError` for a value and points of one fact.
    """
    data: dict[str, Any] = {}
    for name, text in pairs:
        base, dot, point = name.partition(".")
        value = _value(facts.get(base), base, text)
        if base in data and isinstance(data[base], dict) != bool(dot):
            raise UsageError(f"{base} is given as one value and by point: give one or the other")
        if dot:
            data.setdefault(base, {})[point] = value
        else:
            data[base] = value
    return data


def check_names(policy: Policy, names: Iterable[str], event: str | None = None) -> None:
    """Raise `UsageError` for a name that is no fact, nothing the event needs and no key every event may carry."""
    known: set[str] = set(policy.facts)
    if event is not None:
        known |= OPEN_KEYS
        kind = policy.events.get(event)
        known |= {need.name for need in kind.needs} if kind else set()
        known |= {CORRECTION: CORRECTION_KEYS, MIGRATED: DATA_KEYS}.get(event, set())
    for name in names:
        if name not in known and not name.startswith("x_"):
            raise UsageError(unknown("fact", name, dict.fromkeys(known)))


def check_event(policy: Policy, event: str) -> None:
    """Raise `UsageError` for an event that the policy does not have."""
    if event not in policy.events and event not in BUILT_IN:
        raise UsageError(unknown("event", event, {**policy.events, **dict.fromkeys(BUILT_IN)}))


def _value(fact: Fact | None, name: str, text: str) -> Any:
    if name in LISTS or (name == "person" and _BETWEEN.search(text)):
        return [item for item in _BETWEEN.split(text) if item]
    if (name == "target" or (fact is not None and fact.kind == "count")) and _NUMBER.fullmatch(text):
        return int(text)
    if name == "strike" and text == "true":
        return True
    return text


# --- A file of events ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the file, for messages."""

    event: Event
    place: Place
    line_text: str

    def problem(self, name: str, message: str, notes: tuple[str, ...] = ()) -> Problem:
        """A problem with this event."""
        return Problem(self.place, name, message, notes=notes, line_text=self.line_text)


@dataclass(frozen=True, slots=True)
class _Row:
    """An event as written: its values by key, `with` not yet typed where they come from CSV."""

    values: Mapping[str, Any]
    place: Place
    line_text: str
    typed: bool

    @property
    def migrates_to(self) -> str | None:
        """The first day of the version that it migrates to, if it does."""
        first_day = self.values.get("with", {}).get("to") if self.values["event"] == MIGRATED else None
        return first_day if isinstance(first_day, str) else None


@dataclass(frozen=True, slots=True)
class EventFile:
    """The events of one file as written; a policy is needed to make `Event` of them."""

    path: str
    rows: tuple[_Row, ...]

    @property
    def first_day(self) -> date | None:
        """The date of the earliest event that is no built-in one, which says under which version the case is."""
        days = [
            date.fromisoformat(row.values["on"]) for row in self.rows if row.values["event"] not in BUILT_IN
        ]
        return min(days, default=None)

    @property
    def migrates_to(self) -> tuple[str, ...]:
        """The first days, as ISO text, of the versions that events of the file migrate to."""
        named = [row.migrates_to for row in self.rows]
        return tuple(dict.fromkeys(day for day in named if day is not None))

    def events(self, policy: Policy, *versions: Policy) -> tuple[Recorded, ...]:
        """The events, in the order of the file; after one that migrates, as that one of the `versions` reads them.

        Raises `PolicyInvalid` with every value that cannot be one.
        """
        made: list[Recorded] = []
        problems: list[Problem] = []
        for row in self.rows:
            try:
                made.append(Recorded(_event(row, policy), row.place, row.line_text))
            except UsageError as error:
                problems.append(Problem(row.place, "wrong-event", str(error), line_text=row.line_text))
            policy = version_in(versions, row.migrates_to) or policy
        if problems:
            raise PolicyInvalid(problems)
        return tuple(made)


def read_events(path: Path, shown_as: str | None = None) -> EventFile:
    """The events in a file, CSV by its ending and else YAML. Raises `PolicyInvalid` with every problem found."""
    shown = shown_as or str(path)
    text = text_of(path, shown)
    return events_from_csv(text, shown) if path.suffix.lower() == ".csv" else events_from_yaml(text, shown)


def events_from_yaml(text: str, path: str) -> EventFile:
    """The events in a YAML text: a list of maps, or a map whose `events` is one."""
    shift = _begins_with_list(text)
    document = _read(f"events:\n{text}" if shift else text, path, int(shift))
    problems: list[Problem] = []
    rows = []
    for where, item in _items(document, problems):
        found = [*_wrong_keys(document, where, item), *_wrong_values(document, where, item)]
        problems += found
        if not found:
            place = document.place((*where, "event"))
            rows.append(_Row(item, place, document.line_text(place.line), typed=True))
    if problems:
        raise PolicyInvalid([_shifted(problem, int(shift)) for problem in problems])
    shifted = tuple(replace(row, place=_up(row.place, int(shift))) for row in rows)
    return EventFile(path, shifted)


def events_from_csv(text: str, path: str) -> EventFile:
    """The events in a CSV text with a heading. Empty cells are left out."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    problems = list(hidden_characters(text, path))
    if problems:
        raise PolicyInvalid(problems)
    reader = csv.DictReader(io.StringIO(text), strict=True)
    lines = text.split("\n")
    rows: list[_Row] = []
    try:
        heading = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = heading
        problems += _wrong_heading(heading, path, lines)
        for cells in reader if not problems else ():
            line = reader.line_num
            problems += _csv_row(cells, path, line, lines[line - 1], rows)
    except csv.Error as error:
        problems.append(Problem(Place(path, max(1, reader.line_num)), "not-csv", f"this is no CSV: {error}"))
    if problems:
        raise PolicyInvalid(problems)
    return EventFile(path, tuple(rows))


def _wrong_heading(heading: list[str], path: str, lines: list[str]) -> Iterator[Problem]:
    first = lines[0] if lines else ""
    for needed in ("on", "event"):
        if needed not in heading:
            message = f'the heading has no column "{needed}"'
            meant = likely(needed, heading)
            notes = (f"columns: {', '.join(COLUMNS)}; any other is a fact or what the event needs",)
            yield Problem(Place(path, 1, 1, max(1, len(first))), "missing-column", message, notes=notes, line_text=first,
                          instead=needed if meant else None)  # fmt: skip
    repeated = sorted(name for name, times in Counter(heading).items() if times > 1)
    if repeated:
        yield Problem(
            Place(path), "duplicate-column", f'the column "{repeated[0]}" is there twice', line_text=first
        )


def _csv_row(cells: dict[Any, Any], path: str, line: int, text: str, rows: list[_Row]) -> Iterator[Problem]:
    place = Place(path, line, 1, max(1, len(text)))
    if None in cells:
        yield Problem(place, "too-many-cells", "the row has more cells than the heading", line_text=text)
        return
    given = {name: cell.strip() for name, cell in cells.items() if cell is not None and cell.strip()}
    if not given:
        return
    values: dict[str, Any] = {name: cell for name, cell in given.items() if name in COLUMNS}
    values["with"] = {name: cell for name, cell in given.items() if name not in COLUMNS}
    found = [message for key, value in values.items() if (message := _wrong(key, value))]
    found += [f'an event needs "{needed}"' for needed in ("on", "event") if needed not in values]
    if found:
        yield from (Problem(place, "wrong-event", message, line_text=text) for message in found)
    else:
        rows.append(_Row(values, place, text, typed=False))


def _begins_with_list(text: str) -> bool:
    """Whether the first line that says anything begins a list, which the reader of documents does not take."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#") and line.rstrip() != "---":
            return line.startswith(("- ", "["))
    return False


def _read(text: str, path: str, shift: int) -> Document:
    try:
        return read_text(text, path)
    except PolicyInvalid as invalid:
        raise PolicyInvalid([_shifted(problem, shift) for problem in invalid.problems]) from None


def _items(document: Document, problems: list[Problem]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    for key in document.data:
        if key != "events" and not key.startswith("x_") and key != "note":
            message = f'a file of events has no key "{key}"'
            meant = likely(key, ["events"])
            problems.append(document.problem((key,), "unknown-key", message, key=True, instead=meant,
                                             notes=("it is a list of events, or a map with `events`",)))  # fmt: skip
    events = document.data.get("events", [])
    if not isinstance(events, list):
        problems.append(document.problem(("events",), "wrong-type", "`events` is a list"))
        return
    for index, item in enumerate(events):
        if isinstance(item, dict):
            yield ("events", index), item
        else:
            message = 'an event is a map such as {on: "2026-05-01", event: complaint_received}'
            problems.append(document.problem(("events", index), "wrong-type", message))


def _wrong_keys(document: Document, where: tuple[str, int], item: dict[str, Any]) -> Iterator[Problem]:
    for key in item:
        if key not in KEYS and not key.startswith("x_"):
            meant = _OTHER_WORDS.get(key) or likely(key, KEYS)
            notes = (f"keys of an event: {', '.join(sorted(KEYS))}",)
            message = f'an event has no key "{key}"'
            yield document.problem(
                (*where, key), "unknown-key", message, key=True, instead=meant, notes=notes
            )
    misspelt = {_OTHER_WORDS.get(key) or likely(key, KEYS) for key in item if key not in KEYS}
    for key in ("on", "event"):
        if key not in item and key not in misspelt:
            yield document.problem(where, "missing-key", f'an event needs the key "{key}"')


_OTHER_WORDS = {"date": "on", "when": "event", "name": "event", "data": "with", "facts": "with", "time": "at"}


def _wrong_values(document: Document, where: tuple[str, int], item: dict[str, Any]) -> Iterator[Problem]:
    for key, value in item.items():
        message = _wrong(key, value)
        if message is not None:
            yield document.problem((*where, key), "wrong-value", message)


def _wrong(key: str, value: Any) -> str | None:
    """What is wrong with the value of a key, if anything."""
    if key == "with":
        return None if isinstance(value, dict) else "`with` is a map of facts and what the event needs"
    if key not in KEYS:
        return None
    if not isinstance(value, str):
        return f'"{key}" is text, not {value!r}: put it in quotes'
    try:
        return _WRONG[key](value) if key in _WRONG else None
    except ValueError as error:
        return str(error)


def _on(text: str) -> None:
    if not _is_date(text):
        raise ValueError(f'"{text}" is not a date: write it as 2026-05-01')


def _at(text: str) -> None:
    if not _TIME.fullmatch(text):
        raise ValueError(f'"{text}" is not a time of day: write it as 15:30')


def _recorded(text: str) -> None:
    instant(text)


_WRONG = {"on": _on, "at": _at, "recorded": _recorded}


def instant(text: str) -> datetime:
    """The instant a text names: a date and time, in London time unless it says its zone; a date alone is its end.

    Raises `ValueError` that says what to write.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f'"{text}" is not a moment: write it as 2026-05-01T15:30, or with a zone as …T15:30Z'
        ) from None
    if _DATE.fullmatch(text):
        moment = moment.replace(hour=23, minute=59, second=59)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo("Europe/London"))
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f'"{text}" lies beyond the years that a calendar has') from None


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _event(row: _Row, policy: Policy) -> Event:
    values = row.values
    data = values.get("with", {})
    return Event(
        values["event"],
        on=date.fromisoformat(values["on"]),
        by=values.get("by"),
        data=data if row.typed else data_from_text(policy.facts, data.items()),
        at=time.fromisoformat(values["at"]) if "at" in values else None,
        recorded=instant(values["recorded"]) if "recorded" in values else None,
        actor=values.get("actor"),
    )


def _shifted(problem: Problem, lines: int) -> Problem:
    if not lines:
        return problem
    # The line put before the list is no part of the file, and so no part of the way to a place.
    related = tuple((_up(place, lines), text) for place, text in problem.related)
    breadcrumb = problem.breadcrumb[1:] if problem.breadcrumb[:1] == ("events",) else problem.breadcrumb
    return replace(problem, place=_up(problem.place, lines), related=related, breadcrumb=breadcrumb)


def _up(place: Place, lines: int) -> Place:
    return replace(place, line=max(1, place.line - lines))
