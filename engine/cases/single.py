"""One due date on its own: a limit started on a given date with given facts, measured as a case measures it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.calendars import Ledger
from engine.cases import measure
from engine.cases.data import read_fact_value
from engine.cases.events import NOTHING, Event
from engine.cases.explain import cycle_ledger
from engine.cases.program import program_of
from engine.cases.refusal import Refused
from engine.cases.state import Cycle, initial_state
from engine.cases.view import unknown
from engine.deadlines import NEVER
from engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time

    from engine.cases.state import State
    from engine.policy.model import Policy


def due_of(
    policy: Policy,
    limit: str,
    start: date,
    facts: Mapping[str, Any] = NOTHING,
    *,
    at: time | None = None,
    as_of: date | None = None,
) -> Ledger:
    """The ledger of a limit that starts on `start`, whatever starts it in a case; its `due` is the due date.

    `start` is the date of the event, the date fact or the due date that it counts from; for a limit that counts
    back (`before`), the date it must be done before. `facts` choose the length and agree a date; a fact asked on
    each point is a mapping from point to value. `at` is the local time of the start, for the calendar's cutoff.
    With `as_of` the ledger ends with how the limit stands then. Nothing is extended or paused.
    Raises `UsageError` for an unknown limit, fact or answer, `CalendarUnknown` beyond the known years.
    """
    plan = program_of(policy).limits.get(limit)
    if plan is None:
        raise UsageError(unknown("limit", limit, policy.limits))
    if isinstance(start, datetime) or not isinstance(start, date):
        raise UsageError(f"`start` is a date such as date(2026, 5, 1), not {start!r}")
    opening = Event("note", on=start, at=at)
    begun = _start_day(policy, limit, opening)
    state = _state_with(policy, facts)
    day = begun if as_of is None else as_of.toordinal()
    cycle = Cycle(plan, "given", 0, begun, NEVER, begun, None, None, False, (), 0, (), (), begun)
    due, case = measure.measured(cycle, state, day)
    ledger = cycle_ledger(policy, cycle._replace(due=due, case=case), None, state, day, opening=opening)
    if as_of is not None:
        return ledger
    lines = tuple(line for line in ledger.lines if line.kind != "status")
    return Ledger(ledger.title, ledger.length, ledger.start, ledger.due, lines)


def case_of(policy: Policy, limit: str, facts: Mapping[str, Any] = NOTHING) -> str | None:
    """The id of the length that applies to a limit on these facts; `None`: the usual one. Raises as `due_of` does."""
    state = _state_with(policy, facts)
    return measure.length_of(policy.limits[limit], state.facts, state.points)[1]


def _start_day(policy: Policy, limit: str, event: Event) -> int:
    chosen = policy.limits[limit]
    if event.second < 0 or chosen.before is not None:
        return event.day
    return chosen.calendar.start_day(event.day, event.second)


def _state_with(policy: Policy, facts: Mapping[str, Any]) -> State:
    """A state with these facts and nothing else, as the fold would hold them."""
    state = initial_state(program_of(policy), next(iter(policy.stages)))
    # An event checks that the values are plain JSON values, and turns dates into text.
    given = Event("fact_recorded", on=policy.in_force_from, data=facts).data
    try:
        for name, value in given.items():
            _take_fact(policy, state, name, value)
    except Refused as refused:
        raise UsageError(refused.text) from None
    return state


def _take_fact(policy: Policy, state: State, name: str, value: Any) -> None:
    fact = policy.facts.get(name)
    if fact is None:
        raise UsageError(unknown("fact", name, policy.facts))
    if not fact.per_point:
        state.facts[name] = read_fact_value(fact, value)
        return
    if not hasattr(value, "items"):
        raise UsageError(f"{name} is asked on each point: give a value for each, by point")
    state.facts[name] = {point: read_fact_value(fact, each) for point, each in value.items()}
    state.points = tuple(dict.fromkeys((*state.points, *value)))
