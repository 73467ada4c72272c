"""What policies and intakes have in common, from merged data to values: facts, roles, letters, calendars, conditions.

The data has passed the schema; its references need not hold yet, so this never fails on an unknown id.
"""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeVar

from engine.calendars import Calendar, Length
from engine.policy import conditions as c
from engine.policy.model import About, Citation, Fact, Letter, Role
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.policy.conditions import Condition
    from engine.policy.overlay import Path, Source

T = TypeVar("T")


def each_of(data: dict[str, Any], name: str, make: Callable[[str, dict[str, Any]], T]) -> dict[str, T]:
    """What `make` makes of each entry of a map of the data, by its id."""
    return {key: make(key, spec) for key, spec in data.get(name, {}).items()}


def texts(value: Any) -> tuple[str, ...]:
    """A text or several, as several; nothing is none."""
    return tuple(as_list(value))


def date_or_none(text: str | None) -> date | None:
    """A date from its ISO text."""
    return date.fromisoformat(text) if text is not None else None


def length_or_none(text: str | None) -> Length | None:
    """A length from its text."""
    return Length.parse(text) if text is not None else None


def about_of(source: Source, path: Path, spec: dict[str, Any]) -> About:
    """What an element at this path says about itself."""
    return About(
        title=spec.get("title"),
        note=spec.get("note"),
        basis=spec.get("basis"),
        citations=tuple(
            _citation(source, (*path, "cite"), each, where) for each, where in spec.get("cite", {}).items()
        ),
    )


def _citation(source: Source, path: Path, name: str, where: str) -> Citation:
    """A citation, its source looked up in the file that writes it, then in the bases of that file."""
    described = cited_source(source, path, name) or {}
    return Citation(name, where, described.get("title", name), described.get("url"), described.get("kind"))


def cited_source(source: Source, path: Path, name: str) -> dict[str, Any] | None:
    """The entry of `sources` that a cite at this path means, or `None` if there is none."""
    document, _ = source.origin(path)
    position = source.documents.index(document)
    for each in source.documents[position:]:
        found: dict[str, Any] | None = each.data.get("sources", {}).get(name)
        if found is not None:
            return found
    return None


def calendar_of(spec: dict[str, Any]) -> Calendar:
    """The calendar that this data describes."""
    closed, closed_yearly = _special_days(spec.get("closed"))
    opened, open_yearly = _special_days(spec.get("open"))
    cutoff = spec.get("cutoff")
    return Calendar(
        region=spec["region"],
        day_one=spec["day_one"],
        non_working_start=spec.get("non_working_start", "counts_from_next"),
        cutoff=time.fromisoformat(cutoff) if cutoff else None,
        closed=closed,
        open=opened,
        closed_yearly=closed_yearly,
        open_yearly=open_yearly,
    )


def _special_days(spec: Any) -> tuple[dict[date, str], list[tuple[str, str, str]]]:
    """Dates with reasons, and yearly rules as (from, until, reason) with days as "MM-DD"."""
    dates: dict[date, str] = {}
    yearly: list[tuple[str, str, str]] = []
    if isinstance(spec, dict) and "between" not in spec:
        dates = {date.fromisoformat(day): reason for day, reason in spec.items()}
        return dates, yearly
    for item in as_list(spec):
        if "between" in item:
            first, last = item["between"]
            yearly.append((first, last, item["reason"]))
        else:
            dates[date.fromisoformat(item["date"])] = item["reason"]
    return dates, yearly


def fact_of(source: Source, name: str, spec: dict[str, Any]) -> Fact:
    """The fact that this data describes."""
    return Fact(
        id=name,
        ask=spec.get("ask", ""),
        kind=spec.get("kind", "choice"),
        answers=texts(spec.get("answers")),
        per_point=spec.get("per") == "point",
        decided_by=texts(spec.get("decided_by")),
        about=about_of(source, ("facts", name), spec),
    )


def role_of(source: Source, name: str, spec: dict[str, Any]) -> Role:
    """The role that this data describes."""
    return Role(
        id=name,
        acts_for=spec.get("acts_for"),
        appointed_by=spec.get("appointed_by"),
        never=texts(spec.get("never")),
        not_also=texts(spec.get("not_also")),
        members=spec.get("members"),
        chair=spec.get("chair"),
        about=about_of(source, ("people", name), spec),
    )


def letter_of(source: Source, name: str, spec: dict[str, Any]) -> Letter:
    """The letter that this data describes."""
    return Letter(
        id=name,
        to=texts(spec.get("to")),
        sent_by=texts(spec.get("sent_by")),
        must_say=texts(spec.get("must_say")),
        about=about_of(source, ("letters", name), spec),
    )


def condition(facts: Mapping[str, Fact], spec: dict[str, Any]) -> Condition:
    """The condition that this data states."""
    items = [_term(facts, key, value) for key, value in spec.items()]
    return items[0] if len(items) == 1 else c.AllOf(tuple(items))


def _term(facts: Mapping[str, Fact], key: str, value: Any) -> Condition:
    combine = _COMBINE.get(key)
    if combine is not None:
        return combine(facts, value)
    per_point = key in facts and facts[key].per_point
    if isinstance(value, dict):
        return c.Count(key, value.get("at_least"), value.get("at_most"), per_point)
    return c.Answer(key, frozenset(as_list(value)), per_point)


_COMBINE: dict[str, Callable[[Mapping[str, Fact], Any], Condition]] = {
    "all_of": lambda facts, items: c.AllOf(tuple(condition(facts, item) for item in items)),
    "any_of": lambda facts, items: c.AnyOf(tuple(condition(facts, item) for item in items)),
    "not": lambda facts, item: c.Not(condition(facts, item)),
    "some_point": lambda facts, item: c.SomePoint(condition(facts, item)),
    "every_point": lambda facts, item: c.EveryPoint(condition(facts, item)),
}
