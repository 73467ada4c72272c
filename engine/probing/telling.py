"""A story as it is told: what is recorded on which day, with all that an event needs, and what is seen then."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.cases import Case, Event
from engine.cases.events import FACT_RECORDED
from engine.probing.answers import POINT, Answers
from engine.probing.days import ceiling, next_working_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.cases import View
    from engine.policy.model import EventType, Fact, Need, Policy

# A date that somebody fixes lies a fortnight ahead, and one before which something is to be done six weeks; a date from
# which a limit counts lies a fortnight back, if it is not over by then. An extension without a ceiling goes a week past
# the due date.
AHEAD = timedelta(days=14)
FAR_AHEAD = timedelta(days=42)
LONGER = timedelta(days=7)
NO_ANSWERS = Answers({})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an event with its data (refused, if `refused` says with which words), or what is seen (`then`).

    An event named `fact_recorded` puts facts on record. `by`: who records it, where that matters.
    """

    at: date
    event: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    then: Mapping[str, Any] | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What is done next, whatever the day: an event, facts put on record, or waiting until a due date is over.

    `event` with `answers`; or `answers` alone; or `limit`, and with `longest` its ceiling.
    """

    event: str | None = None
    answers: Answers = NO_ANSWERS
    limit: str | None = None
    longest: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a story stands: the case, the day, and the steps so far."""

    case: Case
    day: date
    steps: tuple[Step, ...] = ()

    @property
    def view(self) -> View:
        """The case on that day."""
        return self.case.at(self.day)


def opened(policy: Policy, day: date) -> Scene:
    """A story that has not begun."""
    return Scene(Case.open(policy), day)


def moved(scene: Scene, move: Move) -> Scene:
    """The scene after a move. Raises `EventRefused` if it is not accepted, `NotOver` if a date never comes."""
    if move.limit is not None:
        return waited(scene, move.limit, longest=move.longest)
    if move.event is None:
        return told(scene, facts_step(scene, move.answers))
    for step in event_steps(scene, move.event, move.answers):
        scene = told(scene, step)
    return scene


def told(scene: Scene, step: Step) -> Scene:
    """The scene after one step is recorded. Raises `EventRefused`."""
    case = scene.case.apply(Event(step.event or FACT_RECORDED, on=step.at, by=step.by, data=step.data))
    return Scene(case, step.at, (*scene.steps, step))


def later(scene: Scene, day: date) -> Scene:
    """The scene on another day, nothing recorded."""
    return replace(scene, day=day)


class NotOver(Exception):
    """A limit has not started, or has no due date that could be over."""


def waited(scene: Scene, limit: str, *, longest: bool = False) -> Scene:
    """The scene on the first working day after a due date (or after its ceiling), or after today if it is over.

    Raises `NotOver`.
    """
    due = _last_day(scene.view, limit, longest=longest)
    if due is None or due >= date.max - LONGER:
        raise NotOver(limit)
    return later(scene, next_working_day(scene.case.policy, max(due, scene.day)))


def is_over(view: View, limit: str, *, longest: bool = False) -> bool:
    """Whether the due date (or ceiling) of a limit's latest run is over, however it ended."""
    due = _last_day(view, limit, longest=longest)
    return due is not None and due < view.as_of


def _last_day(view: View, limit: str, *, longest: bool) -> date | None:
    reading = view.limits[limit]
    return ceiling(view.policy.limits[limit], reading) if longest else reading.due


def written(step: Step) -> dict[str, Any]:
    """A step as a scenario file writes it."""
    words: dict[str, Any] = {"at": step.at.isoformat()}
    if step.then is not None:
        return {**words, "then": _plain(step.then)}
    if step.event == FACT_RECORDED:
        return {**words, "record": _plain(step.data)}
    words["when"] = step.event
    if step.by is not None:
        words["by"] = step.by
    if step.data:
        words["with"] = _plain(step.data)
    if step.refused is not None:
        words["refused"] = step.refused
    return words


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as ordinary dictionaries, in their order."""
    return {key: _plain(value) if hasattr(value, "items") else value for key, value in data.items()}


# --- What an event brings --------------------------------------------------------------------------------------


def event_steps(scene: Scene, event: str, answers: Answers) -> tuple[Step, ...]:
    """The event with what it needs; before it, what is answered and the event does not bring, put on record."""
    policy = scene.case.policy
    kind = policy.events[event]
    asked = {need.name for need in kind.needs if need.kind == "fact"}
    brought = {name: value for name, value in answers.facts.items() if name in asked}
    others = {name: value for name, value in answers.facts.items() if name not in asked}
    steps: tuple[Step, ...] = ()
    points = answers.points
    if others:
        steps = (facts_step(scene, Answers(others, points)),)
        points = ()
    view = scene.view
    data = {**({"points": list(points)} if points else {}), **_fixed(policy, kind, view)}
    known = bool(points or answers.points or view.points)
    for need in kind.needs:
        data.update(_filled(scene, kind, need, brought, points_known=known))
    return (*steps, Step(scene.day, event, data))


def facts_step(scene: Scene, answers: Answers) -> Step:
    """Facts put on record, with the points they are about."""
    points = {"points": list(answers.points)} if answers.points else {}
    return Step(scene.day, FACT_RECORDED, {**points, **answers.facts})


def _filled(
    scene: Scene, kind: EventType, need: Need, brought: Mapping[str, Any], *, points_known: bool
) -> dict[str, Any]:
    """What an event needs under one name; nothing if that is on record already."""
    view = scene.view
    if need.kind == "points":
        return {} if points_known else {"points": [POINT]}
    if need.kind == "fact":
        if need.name in brought:
            return {need.name: brought[need.name]}
        fact = view.policy.facts[need.name]
        return {} if need.name in view.facts else _first_answer(fact, view, scene.day)
    if need.kind == "date":
        return {need.name: _date_for(view, kind, need).isoformat()}
    return {need.name: "confirmed" if need.kind == "confirmed" else _words(need.name)}


def _first_answer(fact: Fact, view: View, day: date) -> dict[str, Any]:
    value: Any = fact.answers[0] if fact.answers else 1 if fact.kind == "count" else _day_of(fact, view, day)
    if not fact.per_point:
        return {fact.id: value}
    points = view.points or (POINT,)
    return {
        **({} if view.points else {"points": list(points)}),
        fact.id: dict.fromkeys(points, value),
    }


def _day_of(fact: Fact, view: View, day: date) -> str:
    """A day for a date fact, as limits use it."""
    limits = view.policy.limits.values()
    if any(limit.before == fact.id for limit in limits):
        return (day + FAR_AHEAD).isoformat()
    counted = [
        limit.length
        for limit in limits
        for start in limit.starts
        if (start.kind, start.id) == ("fact", fact.id)
    ]
    past = counted and all(length.amount * _DAYS.get(length.unit, 1) > AHEAD.days for length in counted)
    return (day - AHEAD if past else day + AHEAD).isoformat()


# About how many days a unit has: enough to say whether a limit is over within a fortnight.
_DAYS = {"weeks": 7, "months": 30, "years": 365}


def date_answers(fact: Fact, view: View, day: date) -> Answers:
    """A date fact answered: a day some time ahead."""
    said = _first_answer(fact, view, day)
    points = said.pop("points", ())
    return Answers(said, tuple(points))


def _date_for(view: View, kind: EventType, need: Need) -> date:
    """The date an event carries: for an extension the latest that is allowed, else some time ahead."""
    latest = []
    for limit in view.policy.limits.values():
        reading = view.limits[limit.id]
        if need.name == "until" and kind.id in limit.extended_by and reading.is_open and reading.due:
            last = ceiling(limit, reading)
            latest.append(last if last and last > reading.due else reading.due + LONGER)
    return min(latest) if latest else view.as_of + AHEAD


def _words(name: str) -> str:
    return f"{name[:1].upper()}{name[1:].replace('_', ' ')}, as an example"


def _fixed(policy: Policy, kind: EventType, view: View) -> dict[str, Any]:
    """Who is appointed, and how a letter went, where that must be said."""
    data: dict[str, Any] = dict(_appointed(policy, kind))
    for presumed in policy.events.values():
        if presumed.presumed_from == kind.id and presumed.after is None and presumed.channels:
            data["channel"] = next(iter(presumed.channels))
    return data


def _appointed(policy: Policy, kind: EventType) -> Iterator[tuple[str, Any]]:
    """A person for each seat, with nothing that bars them; each role has persons of its own."""
    if kind.appoints is None:
        return
    number = 1
    for role in dict.fromkeys(event.appoints for event in policy.events.values() if event.appoints):
        seats = policy.people[role].members or 1
        if role == kind.appoints:
            people = [f"p{each}" for each in range(number, number + seats)]
            yield "person", people if seats > 1 else people[0]
            yield "kinds", []
            return
        number += seats
