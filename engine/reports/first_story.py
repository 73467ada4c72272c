"""A first scenario file: how a case under a policy begins; what an intake asks, and a complaint that it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.cases import Case, Event, EventRefused
from engine.intakes import decide
from engine.reports.policies import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from engine.cases import Allowed, View
    from engine.policy.intake import Intake
    from engine.policy.model import Fact, Policy

COMPLAINT = "complaint_received"


def first_story(policy: Policy, day: date, schema: str) -> str | None:
    """A scenario file in which a case begins on this day; `None` if no event begins one.

    Raises `CalendarUnknown` if the years of the due dates have no bank holidays.
    """
    opening = Case.open(policy)
    for allowed in sorted(opening.at(day).allowed(), key=lambda each: each.event != COMPLAINT):
        brought = _brought(policy, allowed, day)
        by = allowed.by[0] if allowed.by else None
        try:
            begun = opening.apply(Event(allowed.event, on=day, by=by, data=brought))
        except EventRefused:
            continue
        happens = {"at": day.isoformat(), "when": allowed.event, "with": brought, "by": by}
        looks = {"at": day.isoformat(), "then": _reached(begun.at(day))}
        return _FILE.format(
            schema=schema,
            policy=scalar(policy.id),
            happens=flow({key: value for key, value in happens.items() if value}),
            looks=flow(looks),
        )
    return None


_FILE = """\
# yaml-language-server: $schema={schema}
scenarios_for: {policy}
scenarios:
  # How a case begins. The due dates are those of the policy as it was made: count them on a calendar, day by day, and
  # write down what your page says before you change the policy.
  - name: How a case begins
    steps:
      - {happens}
      - {looks}
"""


def _brought(policy: Policy, allowed: Allowed, day: date) -> dict[str, Any]:
    """What an event needs, so answered that it is complete."""
    fillers: dict[str, Any] = {"text": "text", "date": day.isoformat(), "confirmed": "confirmed"}
    brought: dict[str, Any] = {
        name: _answer(policy, name, day) if kind == "fact" else fillers[kind]
        for name, kind in allowed.needs
        if kind != "points"
    }
    asks_points = any(kind == "points" for _, kind in allowed.needs)
    return {"points": ["point_1"], **brought} if asks_points else brought


def _answer(policy: Policy, name: str, day: date) -> Any:
    """The first answer to a fact; for each point, for the only one."""
    fact = policy.facts[name]
    first = _answers(fact, day)[0]
    return {"point_1": first} if fact.per_point else first


def _answers(fact: Fact, day: date) -> Sequence[Any]:
    """What may be answered: the answers there are, one of a count, the day itself."""
    return fact.answers or ((1,) if fact.kind == "count" else (day.isoformat(),))


def _reached(view: View) -> dict[str, Any]:
    """The stage reached, and the due date of every limit that runs."""
    due = {name: _due(reading) for name, reading in view.limits.items() if reading.is_open}
    return {"stage": view.stage, "due": due} if due else {"stage": view.stage}


def _due(reading: Any) -> str:
    if reading.due is not None:
        return str(reading.due.isoformat())
    return "unknown" if reading.due_unknown else "as soon as possible"


# --- Of an intake ----------------------------------------------------------------------------------------------


def first_decisions(intake: Intake, day: date, schema: str) -> str:
    """A scenario file in which a complaint received on this day is decided: with nothing known, and if possible accepted.

    Raises `CalendarUnknown` if the years of the due dates have no bank holidays.
    """
    needed = [need.fact for need in decide(intake, {}, received=day).needs]
    scenarios = [_decided("What is asked first", day, {}, {"needs": needed})] if needed else []
    facts = next(_accepted(intake, {}, day, iter(range(_MOST_TRIALS))), None)
    if facts is not None:
        under = decide(intake, facts, received=day).answer().under or ""
        accepted = {"accepted": under.removeprefix(f"{intake.id}/")}
        scenarios.append(_decided("A complaint that is accepted", day, facts, accepted))
    return _INTAKE_FILE.format(schema=schema, intake=scalar(intake.id), scenarios="\n".join(scenarios))


_MOST_TRIALS = 2000
_INTAKE_FILE = """\
# yaml-language-server: $schema={schema}
intake_for: {intake}
scenarios:
{scenarios}
"""


def _accepted(
    intake: Intake, facts: Mapping[str, Any], day: date, trials: Iterator[int]
) -> Iterator[dict[str, Any]]:
    """Facts with which a complaint is accepted: the answers tried in their order, as far as the trials go."""
    decision = decide(intake, facts, received=day)
    if decision.is_complete:
        if decision.answer().outcome == "accepted":
            yield dict(facts)
        return
    fact = intake.facts[decision.needs[0].fact]
    for answer in _answers(fact, day):
        if next(trials, None) is not None:
            yield from _accepted(intake, {**facts, fact.id: answer}, day, trials)


def _decided(name: str, day: date, given: Mapping[str, Any], decision: Mapping[str, Any]) -> str:
    lines = [f"  - name: {name}", f'    received: "{day}"']
    if given:
        lines += ["    given:", *(f"      {fact}: {flow(value)}" for fact, value in given.items())]
    return "\n".join([*lines, f"    decision: {flow(dict(decision))}"])
