"""A recorded case as a scenario: its dates moved by whole weeks, and everything that could say whose it was taken out.

Kept are the events with their weekdays and the days between them, roles, answers, counts and appointments. Out go the
reference, actors, texts, the names of persons and points, moments of recording and the keys of other tools.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from engine.cases import Case, Event, EventRefused
from engine.cases.data import read_fact_value
from engine.cases.events import BUILT_IN, CORRECTION, FACT_RECORDED, LETTER_SENT, MIGRATED, plain
from engine.cases.refusal import Refused
from engine.errors import CalendarUnknown, EngineError
from engine.generating.expecting import expectation
from engine.policy.build import OPENING
from engine.probing import Step
from engine.probing.days import calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.calendars import Calendar
    from engine.cases.log import Entry
    from engine.policy.model import Fact, Policy

TEXT = "Text"
CONFIRMED = "confirmed"
A_WEEK = timedelta(weeks=1)
# By how many weeks a case is moved: a year or two first, since the same bank holidays then lie about as they did; never
# by less than a month, so that nobody recognises the days.
FIRST_SHIFTS = (52, -52, 104, -104, 156, -156)
LEAST_WEEKS, MOST_WEEKS = 4, 208
# Of a correction, what names a day or a time in the words of a scenario.
_STEP_WORDS = {"on": "at", "at": "time"}
MOST_TOLD = 8


@dataclass(frozen=True, slots=True)
class Recorded:
    """A case as a scenario: its steps in the words of a scenario file, and what came out otherwise than in the case."""

    policy: Policy
    name: str
    steps: tuple[Mapping[str, Any], ...]
    differences: tuple[str, ...]


def recorded_scenario(case: Case) -> Recorded | None:
    """The scenario of a case; `None` if by whatever shift the policy does not take it as it took the case.

    The first shift after which the engine says the same but for the dates; if there is none, that with which it says
    least otherwise, since bank holidays do not move along.
    """
    clean = _Cleaning(case)
    best: _Moved | None = None
    for weeks in _shifts():
        moved = _moved(case, clean, weeks)
        if moved is not None and (best is None or len(moved.differences) < len(best.differences)):
            best = moved
            if not moved.differences:
                break
    if best is None:
        return None
    stage = best.case.at(best.last).stage
    return Recorded(
        best.case.versions[0], f"A recorded case that comes to {stage}", tuple(best.steps()), best.differences
    )


def _shifts() -> Iterator[int]:
    yield from FIRST_SHIFTS
    for weeks in range(LEAST_WEEKS, MOST_WEEKS + 1):
        yield from (each for each in (weeks, -weeks) if each not in FIRST_SHIFTS)


# --- What may say whose case it is -----------------------------------------------------------------------------------


class _Cleaning:
    """One case being made anonymous: the same person or point gets the same new name throughout."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.entries = {entry.position: entry for entry in case.log}
        self.roles = {role for policy in case.versions for role in policy.people}
        self.channels = {
            channel
            for policy in case.versions
            for kind in policy.events.values()
            for channel in kind.channels
        }
        barred = {kind for policy in case.versions for role in policy.people.values() for kind in role.never}
        self.kinds = barred | self.roles
        self.persons: dict[str, str] = {}
        self.points: dict[str, str] = {}

    def event(self, entry: Entry, shift: timedelta) -> Event:
        """The event of an entry, moved and with nothing of the case left."""
        event = entry.event
        return Event(
            event.name,
            on=event.on + shift,
            by=event.by if event.by in self.roles else None,
            data=self.data(event.name, event.data, shift),
            at=event.at,
        )

    def data(self, event: str, data: Mapping[str, Any], shift: timedelta) -> dict[str, Any]:
        """The data of an event, key by key; what no policy reads is left out."""
        said = ((key, self._value(event, key, value, data, shift)) for key, value in data.items())
        return {key: value for key, value in said if value is not None}

    def _value(self, event: str, key: str, value: Any, data: Mapping[str, Any], shift: timedelta) -> Any:
        if event == CORRECTION:
            return self._corrected(key, value, data, shift)
        if event == MIGRATED:
            return None if key not in ("to", "stage") else value
        if key in ("points", "add_points"):
            return [self._point(each) for each in value]
        if key == "point":
            return self._point(value)
        if key == "person":
            return self._person(value) if isinstance(value, str) else [self._person(each) for each in value]
        if key == "kinds":
            return self._kinds(value)
        if key == "channel":
            return value if isinstance(value, str) and value in self.channels else None
        if key == "letter" and event == LETTER_SENT:
            return value
        if key == "until":
            return _later(value, shift)
        return self._stated(event, key, value, shift)

    def _stated(self, event: str, key: str, value: Any, shift: timedelta) -> Any:
        """A fact, or what the event needs beside facts: a date moved, a text gone."""
        for policy in self.case.versions:
            if key in policy.facts:
                fact = policy.facts[key]
                if hasattr(value, "items"):
                    by_point = {self._point(point): _fact(fact, each, shift) for point, each in value.items()}
                    return {point: each for point, each in by_point.items() if each is not None}
                return _fact(fact, value, shift)
        needs = {
            need.name: need.kind
            for policy in self.case.versions
            if event in policy.events
            for need in policy.events[event].needs
        }
        kind = needs.get(key, "text" if key in ("reason", "text") else None)
        kept: dict[str | None, Any] = {"date": _later(value, shift), "confirmed": CONFIRMED, "text": TEXT}
        return kept.get(kind)

    def _corrected(self, key: str, value: Any, data: Mapping[str, Any], shift: timedelta) -> Any:
        if key in ("target", "strike"):
            return value if isinstance(value, int) else None
        if key == "at":
            return _time(value)
        if key == "by":
            return value if isinstance(value, str) and value in self.roles else None
        if key == "on":
            return _later(value, shift)
        if key == "data" and hasattr(value, "items"):
            target = self.entries.get(data.get("target", 0))
            return self.data(target.event.name if target is not None else FACT_RECORDED, value, shift)
        return TEXT if key in ("reason", "text") else None

    def _kinds(self, value: Any) -> Any:
        """What those appointed are, by the words that the policy has for it: one list, or a list for each person."""
        if hasattr(value, "items"):
            return {self._person(person): self._kinds(each) for person, each in value.items()}
        return [kind for kind in value if kind in self.kinds] if isinstance(value, (tuple, list)) else None

    def _person(self, name: Any) -> str:
        return self.persons.setdefault(str(name), f"p{len(self.persons) + 1}")

    def _point(self, name: Any) -> str:
        return self.points.setdefault(str(name), f"point_{len(self.points) + 1}")


def _fact(fact: Fact, value: Any, shift: timedelta) -> Any:
    """A value of a fact, a date moved; `None` for one that the fact cannot have, in which anything may be written."""
    try:
        read = read_fact_value(fact, value)
    except Refused:
        return None
    return _later(value, shift) if isinstance(read, date) else read


def _later(value: Any, shift: timedelta) -> Any:
    """A date moved; `None` for what is no date, in which anything may be written."""
    try:
        return (date.fromisoformat(value) + shift).isoformat()
    except (TypeError, ValueError, OverflowError):
        return None


def _time(value: Any) -> Any:
    """A time of day as it is; `None` for what is none."""
    try:
        time.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return value


# --- The case moved --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry of the moved case: its event, the case after it, and what it was recorded in spite of or refused for."""

    position: int
    event: Event
    case: Case
    recorded: date | None = None
    despite: tuple[int, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class _Moved:
    """The case moved by some weeks, entry by entry, and where it says otherwise than the case did."""

    case: Case
    told: tuple[_Told, ...]
    last: date
    differences: tuple[str, ...]

    def steps(self) -> Iterator[dict[str, Any]]:
        """The steps of the scenario: what was recorded, the stage each time it changes, and all that is so at the end."""
        named = {position for each in self.told for position in each.despite}
        latest, stage = date.min, OPENING
        for number, each in enumerate(self.told):
            yield _step(each, named)
            in_order_so_far = each.event.on >= latest
            latest = max(latest, each.event.on)
            view = each.case.at(latest)
            is_last = number == len(self.told) - 1
            if in_order_so_far and view.stage != stage and not is_last and each.refused is None:
                due = {
                    limit.id: limit.due.isoformat()
                    for limit in view.limits.values()
                    if limit.is_open and limit.due
                }
                then = {"stage": view.stage, **({"due": due} if due else {})}
                yield {"at": latest.isoformat(), "then": then}
            stage = view.stage
        yield {"at": self.last.isoformat(), "then": dict(_at_the_end(self.case, self.last))}


def _at_the_end(case: Case, day: date) -> Mapping[str, Any]:
    """All that is to be seen of the case on its last day, but for the rule, which late entries make hard to say."""
    view = case.at(day)
    ended: dict[str, Any] = {
        word: [limit.id for limit in view.limits.values() if limit.status in statuses]
        for word, statuses in {
            "met": ("met", "met_late"),
            "paused": ("paused",),
            "lapsed": ("lapsed",),
        }.items()
    }
    said = {"stage": view.stage, **{word: limits for word, limits in ended.items() if limits}}
    return {key: value for key, value in expectation(case, Step(day, then=said)).items() if key != "by_rule"}


def _step(told: _Told, named: Iterable[int]) -> dict[str, Any]:
    """An entry in the words of a scenario."""
    event = told.event
    step: dict[str, Any] = {"id": f"step_{told.position}"} if told.position in named else {}
    step["at"] = event.on.isoformat()
    if event.at is not None:
        step["time"] = event.at.strftime("%H:%M")
    if told.recorded is not None:
        step["recorded"] = told.recorded.isoformat()
    if event.name == FACT_RECORDED and event.data:
        step["record"] = plain(event.data)
    else:
        step["when"] = event.name
        if event.data:
            step["with"] = _correction(event.data) if event.name == CORRECTION else plain(event.data)
    if event.by is not None:
        step["by"] = event.by
    if told.despite:
        step["despite"] = [f"step_{position}" for position in told.despite]
    if told.refused is not None:
        step["refused"] = told.refused
    return step


def _correction(data: Mapping[str, Any]) -> dict[str, Any]:
    return {_STEP_WORDS.get(key, key): plain(value) for key, value in data.items()}


def _moved(case: Case, clean: _Cleaning, weeks: int) -> _Moved | None:
    """The case moved by so many weeks; `None` if the policy does not take it so."""
    shift = weeks * A_WEEK
    try:
        told = tuple(_told_again(case, clean, shift))
        days = [each.event.on for each in told if each.refused is None and each.event.name != CORRECTION]
        if not days or not _under_the_same(told[-1].case, case, shift):
            return None
        last = max(days)
        return _Moved(told[-1].case, told, last, tuple(_differences(case, told[-1].case, last, shift)))
    except (EngineError, OverflowError):
        return None


def _under_the_same(moved: Case, case: Case, shift: timedelta) -> bool:
    """Whether a scenario is told under the version the case began under: that of the day of its first event."""
    first = next((entry.event.on for entry in case.log if entry.event.name not in BUILT_IN), None)
    begun = case.versions[0]
    if first is None:
        return False
    day = first + shift
    return begun.in_force_from <= day <= (begun.in_force_until or date.max) and moved.versions[0] == begun


def _told_again(case: Case, clean: _Cleaning, shift: timedelta) -> Iterator[_Told]:
    """Each entry told again on its moved day. Raises `EventRefused` for one that is refused and was not before."""
    misfits = {conflict.entry for conflict in case.conflicts}
    again = Case.open(case.versions[0]).knowing(*case.versions)
    positions: dict[int, int] = {}
    for entry in case.log:
        event = clean.event(entry, shift)
        recorded = _recorded(entry, shift)
        despite: tuple[int, ...] = ()
        try:
            again = again.apply(event)
        except EventRefused as refused:
            if refused.broken:
                despite = refused.broken
                again = again.apply(event, despite=despite)
            elif entry.position in misfits:
                yield _Told(
                    entry.position, event, again, recorded, refused=refused.why.kind.replace("_", " ")
                )
                continue
            else:
                raise
        positions[again.count] = entry.position
        yield _Told(entry.position, event, again, recorded, tuple(positions[each] for each in despite))


def _recorded(entry: Entry, shift: timedelta) -> date | None:
    """The day on which an entry was written down, if that was later than its own; moved."""
    day = date.fromordinal(entry.instant // 86_400)
    return day + shift if day > entry.event.on and entry.event.name != CORRECTION else None


def _differences(case: Case, moved: Case, last: date, shift: timedelta) -> Iterator[str]:
    """What the engine says of the moved case otherwise than of the case, its dates moved alike."""
    before, after = case.at(last - shift), moved.at(last)
    calendar = calendar_of(moved.policy)
    for day in dict.fromkeys(entry.event.on for entry in case.log):
        if _counts(calendar, day) and not _counts(calendar, day + shift):
            yield f"{day + shift} is a bank holiday, and what was recorded then was not recorded on one"
    if [move.stage for move in before.path] != [move.stage for move in after.path]:
        yield "it goes through other stages than the case did"
    elif before.stage != after.stage:
        yield f"it ends in {after.stage}, not where the case ended"
    runs = {(run.id, run.number): run for run in after.cycles}
    for run in before.cycles:
        other = runs.get((run.id, run.number))
        if other is None:
            yield f"{run.id} does not start as it did in the case"
            continue
        if other.status != run.status:
            yield f"{run.id} is {other.status.replace('_', ' ')}, in the case it was {run.status.replace('_', ' ')}"
        if run.due is not None and other.due is not None and other.due != run.due + shift:
            days = (other.due - run.due - shift).days
            word = "later" if days > 0 else "earlier"
            yield f"{run.id} is due {abs(days)} day{'' if abs(days) == 1 else 's'} {word}, since bank holidays lie otherwise"


def _counts(calendar: Calendar, day: date) -> bool:
    try:
        return calendar.is_working_day(day)
    except CalendarUnknown:
        return True


def remarks_on(recorded: Recorded) -> Sequence[str]:
    """What is to be said above the scenario of a recorded case: that its dates were moved, and what differs for it."""
    told = list(dict.fromkeys(recorded.differences))
    more = [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
    moved = (
        "From a recorded case. All its dates were moved by the same number of whole weeks, so that weekdays are as they "
        "were; the reference, texts, and the names of persons and points were taken out."
    )
    if not told:
        return (moved, "Moved so, the engine says the same of it as of the case, dates apart.")
    return (
        moved,
        f"What bank holidays that do not move along have changed: {'; '.join([*told[:MOST_TOLD], *more])}.",
    )
