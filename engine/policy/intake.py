"""An intake as a value: which complaints an authority considers, under which procedure, and by when.

First the routes say to which procedure, or to which other body, a point belongs; at most one may hold. Then the
exclusions say whether it is considered; every one that holds is reported. Everything here is immutable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.calendars import Calendar, Length
from engine.policy.elements import (
    about_of,
    calendar_of,
    condition,
    date_or_none,
    each_of,
    fact_of,
    letter_of,
    role_of,
    texts,
)
from engine.policy.model import Resolved
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.policy.conditions import Condition
    from engine.policy.model import About, Fact, Force, Letter, Role
    from engine.policy.overlay import Source


@dataclass(frozen=True, slots=True)
class Bar:
    """A time limit on complaining, counted from the date fact `start`. `same_day`: that date is day 1."""

    id: str
    length: Length
    start: str
    same_day: bool
    roll: str | None
    calendar_id: str
    calendar: Calendar
    owed_by: str | None
    force: Force
    about: About

    def due(self, start: date) -> int:
        """The last day in time, counted from a day, as an ordinal, which no date may have; of a length that has an end.

        Raises `CalendarUnknown` beyond the years for which bank holidays are known.
        """
        unrolled = self.calendar.unrolled(start.toordinal(), self.length, self.same_day)
        return unrolled if self.roll is None else self.calendar.rolled(unrolled, self.roll)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a point belongs: under a procedure (`accept_under`, as `authority/procedure`) or to a body (`refer_to`)."""

    id: str
    condition: Condition | None
    accept_under: str | None
    refer_to: str | None
    send: tuple[str, ...]
    about: About


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a point is not considered: the condition holds and the complaint came after every limit of `after`.

    `of`: the procedures it concerns, as `authority/procedure`; empty: every one. `unless` is the discretion: what
    somebody must decide for the point to be considered all the same. `come_back`: the limit within which the
    person may come again.
    """

    id: str
    of: tuple[str, ...]
    condition: Condition | None
    after: tuple[str, ...]
    unless: Condition | None
    instead: str | None
    come_back: str | None
    send: tuple[str, ...]
    about: About

    def concerns(self, procedure: str) -> bool:
        """Whether it is judged for a point that belongs to this procedure."""
        return not self.of or procedure in self.of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Intake(Resolved):
    """One version of one authority's intake, resolved and checked.

    `id` is the authority. `facts`, `people`, `letters`, `limits`, `routes` and `exclusions` are by id.
    """

    id: str
    about: About
    in_force_from: date
    in_force_until: date | None
    withdrawn: bool
    facts: Mapping[str, Fact]
    people: Mapping[str, Role]
    letters: Mapping[str, Letter]
    limits: Mapping[str, Bar]
    routes: Mapping[str, Route]
    exclusions: Mapping[str, Exclusion]
    calendars: Mapping[str, Calendar]
    source: Source

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the source; what is built from it is made anew."""
        return build_intake, (self.source,)


def build_intake(source: Source) -> Intake:
    """The intake that this source states. Its references need not hold yet; its shape must."""
    data = source.data
    authority = data["intake"]
    facts = each_of(data, "facts", partial(fact_of, source))
    calendars = each_of(data, "calendars", lambda _, spec: calendar_of(spec))
    return Intake(
        id=authority,
        about=about_of(source, (), data),
        in_force_from=date.fromisoformat(data["in_force"]["from"]),
        in_force_until=date_or_none(data["in_force"].get("until")),
        withdrawn=bool(data.get("withdrawn", False)),
        facts=facts,
        people=each_of(data, "people", partial(role_of, source)),
        letters=each_of(data, "letters", partial(letter_of, source)),
        limits=each_of(data, "limits", partial(_bar, source, calendars)),
        routes=each_of(data, "routes", partial(_route, source, authority, facts)),
        exclusions=each_of(data, "exclusions", partial(_exclusion, source, authority, facts)),
        calendars=calendars,
        source=source,
    )


def procedure_named(authority: str, name: str) -> str:
    """A procedure as `authority/procedure`: a bare name is one of the authority's own."""
    return name if "/" in name else f"{authority}/{name}"


def _bar(source: Source, calendars: Mapping[str, Calendar], name: str, spec: dict[str, Any]) -> Bar:
    calendar_id = spec.get("calendar") or source.data.get("calendar") or next(iter(calendars), "")
    calendar = calendars.get(calendar_id) or Calendar(region="england", day_one="day_after")
    return Bar(
        id=name,
        length=Length.parse(spec["is"]),
        start=spec["from"],
        same_day=(spec.get("day_one") or calendar.day_one) == "same_day",
        roll=spec.get("roll"),
        calendar_id=calendar_id,
        calendar=calendar,
        owed_by=spec.get("owed_by"),
        force=spec.get("force", "must"),
        about=about_of(source, ("limits", name), spec),
    )


def _route(
    source: Source, authority: str, facts: Mapping[str, Fact], name: str, spec: dict[str, Any]
) -> Route:
    under = spec.get("accept_under")
    return Route(
        id=name,
        condition=_condition(facts, spec, "if"),
        accept_under=None if under is None else procedure_named(authority, under),
        refer_to=spec.get("refer_to"),
        send=texts(spec.get("send")),
        about=about_of(source, ("routes", name), spec),
    )


def _exclusion(
    source: Source, authority: str, facts: Mapping[str, Fact], name: str, spec: dict[str, Any]
) -> Exclusion:
    return Exclusion(
        id=name,
        of=tuple(procedure_named(authority, each) for each in as_list(spec.get("of"))),
        condition=_condition(facts, spec, "if"),
        after=texts(spec.get("after")),
        unless=_condition(facts, spec, "unless"),
        instead=spec.get("instead"),
        come_back=spec.get("come_back"),
        send=texts(spec.get("send")),
        about=about_of(source, ("exclusions", name), spec),
    )


def _condition(facts: Mapping[str, Fact], spec: dict[str, Any], key: str) -> Condition | None:
    return condition(facts, spec[key]) if key in spec else None
