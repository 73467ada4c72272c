"""The due date of one run of a limit, from its length, facts, pauses, extension and ceiling."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from engine.deadlines import NEVER, Stretch, counted_back, due_day, extended_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.calendars import Length
    from engine.cases.program import LimitPlan
    from engine.cases.state import Cycle, PauseRun, State
    from engine.policy.model import Limit


def length_of(limit: Limit, facts: dict[str, Any], points: tuple[str, ...]) -> tuple[Length, str | None]:
    """The length that applies on these facts, and the id of the case that gave it (`None`: `is`).

    The checker proves that at most one case can hold; should two, the first in the order of ids counts.
    """
    for case in limit.cases:
        if case.condition.holds(facts, points) is True:
            return case.length, case.id
    return limit.length, None


def length_of_case(limit: Limit, case: str | None) -> Length:
    """The length of a case by its id; `is` for `None`."""
    return next((each.length for each in limit.cases if each.id == case), limit.length)


def due_in_run(limit: Limit, length: Length, start: int, paused: Sequence[Stretch]) -> int:
    """When a length from `start` falls due, counted as this limit counts and moved by the pauses."""
    return due_day(limit.calendar, length, start, same_day=limit.same_day, roll=limit.roll, paused=paused)


def stretches(pauses: Sequence[PauseRun], day: int) -> list[Stretch]:
    """The paused stretches as known on `day`: an open pause is projected to end on it, or at its cap."""
    return [
        Stretch(pause.begin, min(day if pause.end is None else pause.end, pause.cap), pause.skips)
        for pause in pauses
    ]


def measured(cycle: Cycle, state: State, day: int) -> tuple[int, str | None]:
    """The due date in force on `day`, and the case whose length applies."""
    limit = cycle.plan.limit
    length, case = length_of(limit, state.facts, state.points)
    if limit.before is not None:
        return counted_back(limit.calendar, length, cycle.start, limit.roll), case
    paused = stretches(cycle.pauses, day) if cycle.pauses else ()
    due = due_in_run(limit, length, cycle.start, paused)
    agreed = state.facts.get(limit.due_on) if limit.due_on else None
    if agreed is None and cycle.extension is None and not cycle.to_ceiling:
        return due, case
    ceiling = ceiling_of(cycle, due, paused)
    if agreed is not None:
        return min(agreed.toordinal(), ceiling), case
    if cycle.to_ceiling or cycle.extension is None:
        return ceiling, case
    extended = extended_day(
        limit.calendar, cycle.extension, length, cycle.start,
        same_day=limit.same_day, roll=limit.roll, paused=paused,
    )  # fmt: skip
    later = max(due, extended)
    return (later if ceiling == NEVER else min(later, ceiling)), case


def ceiling_of(cycle: Cycle, due: int, paused: Sequence[Stretch]) -> int:
    """The day beyond which no extension goes: `up_to` from the same start, never before `due`; else `NEVER`."""
    limit = cycle.plan.limit
    if limit.up_to is None:
        return NEVER
    return max(due, due_in_run(limit, limit.up_to, cycle.start, () if limit.ceiling_fixed else paused))


def longest(cycle: Cycle, state: State, day: int) -> int:
    """The ceiling in force on `day`; for a limit with none, its due date."""
    limit = cycle.plan.limit
    if limit.up_to is None:
        return due_on(cycle, state, day)
    length = length_of_case(limit, cycle.case)
    paused = stretches(cycle.pauses, day)
    return ceiling_of(cycle, due_in_run(limit, length, cycle.start, paused), paused)


def due_on(cycle: Cycle, state: State, day: int) -> int:
    """The due date of an open run as it stands on `day`, an open pause projected to it."""
    return measured(cycle, state, day)[0] if cycle.hold and cycle.due < NEVER else cycle.due


def is_paused(cycle: Cycle, day: int) -> bool:
    """Whether a pause keeps the run from counting on `day`."""
    return cycle.hold >= day and cycle.hold > 0


def is_overdue(cycle: Cycle, state: State, day: int) -> bool:
    """Whether the run's due date is over on `day`; never while it is paused."""
    return not is_paused(cycle, day) and due_on(cycle, state, day) < day


def cap_of(plan: LimitPlan, pause_id: str, begin: int) -> int:
    """The last day a pause that begins on `begin` can last, by its `at_most`; else `NEVER`."""
    limit = plan.limit
    at_most = next(pause.at_most for pause in limit.pauses if pause.id == pause_id)
    if at_most is None:
        return NEVER
    return min(NEVER, due_day(limit.calendar, at_most, begin, same_day=False, roll="stays"))


def iso(day: int) -> str:
    """The ISO text of a day."""
    return date.fromordinal(day).isoformat()
