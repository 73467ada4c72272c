"""Reading what an event carries: facts, points, appointments and what it needs, each checked before it counts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from engine.cases import events as built_in
from engine.cases.refusal import Refused
from engine.documents import likely

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engine.cases.events import Event
    from engine.cases.program import EventPlan, Program
    from engine.cases.state import State
    from engine.policy.model import EventType, Fact, Need, Policy, Role

# Keys of data that every event may carry beside facts and what it needs.
OPEN_KEYS = frozenset(
    {"points", "add_points", "channel", "until", "person", "kinds", "reason", "text", "letter", "point"},
)


def read_data(program: Program, new: State, plan: EventPlan | None, event: Event) -> Collection[str]:
    """Take the event's data into the new state; the ids of facts that changed are returned.

    `plan` is `None` for a built-in event, whose facts must come from the role that decides them.
    Raises `Refused` for unknown keys, impossible values, missing needs and appointments that break a rule.
    """
    policy, data = program.policy, event.data
    points_before = new.points
    if "points" in data or "add_points" in data or event.name in _CHANGE_POINTS:
        _read_points(new, event)
    changed: set[str] = set()
    facts = None
    needs = plan.type.needs if plan is not None else ()
    for key, value in data.items():
        fact = policy.facts.get(key)
        if fact is None:
            if key not in OPEN_KEYS and not key.startswith("x_") and all(need.name != key for need in needs):
                raise Refused(
                    "unknown_data", f'the data has "{key}", which is no fact and nothing it needs', word=key
                )
            continue
        if plan is None:
            _check_decider(policy, fact, event)
        facts = facts if facts is not None else dict(new.facts)
        facts[key] = _read_fact(fact, value, new, facts.get(key))
        changed.add(key)
    if facts is not None:
        new.facts = facts
    if plan is not None:
        for need in needs:
            _check_need(policy, need, new, data)
        if plan.type.appoints is not None:
            _appoint(policy, plan.type, new, event)
        elif "person" in data or "kinds" in data:
            _refuse_person(plan.type, needs, data)
    if new.points != points_before:
        changed |= program.facts_per_point
    return changed


def _refuse_person(kind: EventType, needs: Collection[Need], data: Mapping[str, Any]) -> None:
    """A person named to no effect: whoever records it believes that the engine now knows who it is."""
    for key in ("person", "kinds"):
        if key in data and all(need.name != key for need in needs):
            raise Refused("unknown_data", f"`{key}` says nothing here: {kind.id} appoints nobody", word=key)


def read_fact_value(fact: Fact, value: Any) -> Any:
    """One value of a fact as conditions see it: an answer, a count, or a date. Raises `Refused`."""
    return _KINDS[fact.kind](fact, value)


def _read_fact(fact: Fact, value: Any, new: State, before: Any) -> Any:
    if not fact.per_point:
        return read_fact_value(fact, value)
    if not hasattr(value, "items"):
        raise Refused("wrong_data", f"{fact.id} is asked on each point: give a value for each, by point")
    unknown = [point for point in value if point not in new.points]
    if unknown:
        known = ", ".join(new.points) or "none"
        raise Refused("wrong_data", f'{fact.id} names the point "{unknown[0]}"; the points are: {known}')
    return {**(before or {}), **{point: read_fact_value(fact, each) for point, each in value.items()}}


def _choice(fact: Fact, value: Any) -> str:
    if isinstance(value, str) and value in fact.answers:
        return value
    raise Refused("wrong_data", f'{fact.id} cannot be "{value}"; the answers are: {", ".join(fact.answers)}')


def _count(fact: Fact, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise Refused("wrong_data", f'{fact.id} is a whole number from 0 up, not "{value}"')


def _date(fact: Fact, value: Any) -> date:
    return read_date(fact.id, value)


_KINDS = {"choice": _choice, "count": _count, "date": _date}


def read_date(name: str, value: Any) -> date:
    """A date given as its ISO text, year, month and day with hyphens. Raises `Refused`."""
    try:
        read = date.fromisoformat(value)
    except (TypeError, ValueError):
        read = None
    if read is None or read.isoformat() != value:
        raise Refused("wrong_data", f'{name} is a date such as 2026-05-01, not "{value}"')
    return read


def _read_points(new: State, event: Event) -> None:
    """`points` sets the points of the complaint, `add_points` adds some; a built-in event adds or removes its own."""
    data = event.data
    if event.name in _CHANGE_POINTS:
        named = (*_texts("points", data.get("points", ())), *_texts("add_points", data.get("add_points", ())))
        if "point" in data:
            named = (*named, *_texts("point", (data["point"],)))
        new.points = _CHANGE_POINTS[event.name](new.points, named)
        return
    if "points" in data:
        new.points = tuple(dict.fromkeys(_texts("points", data["points"])))
    if "add_points" in data:
        new.points = _added(new.points, _texts("add_points", data["add_points"]))


def _added(points: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*points, *named)))


def _removed(points: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    missing = sorted(set(named).difference(points))
    if missing:
        raise Refused("wrong_data", f'there is no point "{missing[0]}"; the points are: {", ".join(points)}')
    return tuple(point for point in points if point not in named)


_CHANGE_POINTS = {built_in.POINT_ADDED: _added, built_in.POINT_REMOVED: _removed}


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple):
        for item in value:
            if not isinstance(item, str) or not item:
                break
        else:
            return value
    raise Refused("wrong_data", f"{name} is a list of texts such as [point_1, point_2]")


def _check_decider(policy: Policy, fact: Fact, event: Event) -> None:
    by = event.by
    if by is None or not fact.decided_by or by in fact.decided_by:
        return
    if not any(role in fact.decided_by for role in _acting_for(policy, by)):
        raise Refused("wrong_role", f"{fact.id} is decided by {' or '.join(fact.decided_by)}, not by {by}")


def _acting_for(policy: Policy, by: str) -> list[str]:
    """The roles that this one acts for, and those that they act for."""
    chain = [by]
    while chain[-1] in policy.people:
        other = policy.people[chain[-1]].acts_for
        if other is None or other in chain:
            break
        chain.append(other)
    return chain


def _check_need(policy: Policy, need: Need, new: State, data: Mapping[str, Any]) -> None:
    if need.kind == "fact":
        _check_known(policy.facts[need.name], new)
        return
    if need.kind == "points":
        if not new.points:
            raise Refused("missing_data", f"it needs the points of the complaint: `{need.name}`, a list")
        return
    if need.name not in data:
        raise Refused("missing_data", f"it needs {need.name}: {_WANTED[need.kind]}")
    _check_need_value(need, data[need.name])


_WANTED = {
    "text": "a text",
    "date": "a date such as 2026-05-01",
    "confirmed": 'the word "confirmed"',
}


def _check_need_value(need: Need, value: Any) -> None:
    if need.kind == "date":
        read_date(need.name, value)
    elif need.kind == "confirmed" and value != "confirmed":
        raise Refused("wrong_data", f'{need.name} must be "confirmed", not "{value}"')
    elif need.kind == "text" and not (isinstance(value, str) and value.strip()):
        raise Refused("wrong_data", f"{need.name} must be a text")


def _check_known(fact: Fact, new: State) -> None:
    value = new.facts.get(fact.id)
    if fact.per_point:
        if not new.points:
            raise Refused(
                "missing_data", f"it needs {fact.id} on every point, and no points are recorded: `points`"
            )
        missing = [point for point in new.points if point not in (value or {})]
        if missing:
            raise Refused("missing_data", f"it needs {fact.id} on every point; missing: {', '.join(missing)}")
    elif value is None:
        wanted = {"choice": f"one of {', '.join(fact.answers)}", "count": "a whole number", "date": "a date"}
        raise Refused("missing_data", f"it needs {fact.id} ({fact.ask}): {wanted[fact.kind]}")


def _appoint(policy: Policy, kind: EventType, new: State, event: Event) -> None:
    role, data, by = policy.people[kind.appoints or ""], event.data, event.by
    if by is not None and role.appointed_by is not None and role.appointed_by not in _acting_for(policy, by):
        raise Refused("wrong_role", f"{role.id} is appointed by {role.appointed_by}, not by {by}")
    persons = data.get("person")
    people = (persons,) if isinstance(persons, str) else persons
    if (
        not isinstance(people, tuple)
        or not people
        or not all(isinstance(person, str) and person for person in people)
    ):
        raise Refused(
            "missing_data",
            f"it appoints {role.id}: it needs `person`, a short name made up for them such as p1 (for a panel, a list)",
        )
    kinds = _kinds(policy, role, people, data.get("kinds"))
    if len(set(people)) != (role.members or 1) or len(people) != (role.members or 1):
        raise Refused("wrong_data", f"{role.id} has {role.members or 1} members, each a different person")
    holders = {**new.holders, role.id: people}
    if role.chair is not None:
        holders[role.chair] = people[:1]
        chair = {people[0]: kinds[people[0]]}
        _check_appointment(policy, policy.people[role.chair], chair, new.holders, role.id)
    _check_appointment(policy, role, kinds, new.holders, role.chair)
    new.holders = holders


def _kinds(policy: Policy, role: Role, people: tuple[str, ...], given: Any) -> dict[str, tuple[str, ...]]:
    """What each person appointed is: one list for all of them, or a list for each."""
    if given is None:
        raise Refused(
            "missing_data",
            f"it appoints {role.id}: it needs `kinds`, what the person is in the matter (an empty list if nothing)",
        )
    by_person = dict(given) if hasattr(given, "items") else dict.fromkeys(people, given)
    if set(by_person) != set(people):
        raise Refused("wrong_data", f"`kinds` by person is a list for each of {', '.join(people)}")
    return {person: _known_kinds(policy, _list_of_kinds(each)) for person, each in by_person.items()}


def _list_of_kinds(value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple) and all(isinstance(kind, str) and kind for kind in value):
        return value
    raise Refused(
        "wrong_data",
        "`kinds` is a list such as [councillor], or one for each person: {p1: [councillor], p2: []}",
    )


def _known_kinds(policy: Policy, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds, none of them one that a role bars and that was misspelt: a bar must not be passed by a slip."""
    barred = {kind for role in policy.people.values() for kind in role.never}
    for kind in kinds:
        meant = likely(kind, barred) if kind not in barred else None
        if meant is not None:
            raise Refused(
                "wrong_data",
                f'there is no kind "{kind}" in this procedure; did you mean "{meant}"?',
                word=kind,
            )
    return kinds


def _check_appointment(
    policy: Policy,
    role: Role,
    kinds: Mapping[str, tuple[str, ...]],
    holders: Mapping[str, tuple[str, ...]],
    own: str | None,
) -> None:
    """Refuse a kind that the role must never be, and a person who holds a role that excludes it (either way).

    `kinds` is what each person appointed is.
    """
    barred = [kind for each in kinds.values() for kind in each if kind in role.never]
    if barred:
        raise Refused("wrong_person", f"{role.id} must never be {barred[0]}")
    for other, held in holders.items():
        if other in (role.id, own):
            continue
        excluded = other in role.not_also or role.id in policy.people[other].not_also
        if excluded and set(held).intersection(kinds):
            raise Refused("wrong_person", f"one person cannot be both {role.id} and {other}")
