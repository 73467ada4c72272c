"""From which day a story is told so that bank holidays fall into the runs of its limits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from engine.generating.expecting import case_of
from engine.probing.days import USUAL, calendar_of, first_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.model import Limit, Policy
    from engine.probing import Plan, Prober, Story

# How far ahead bank holidays are looked for, and how many beginnings are tried.
MOST_DAYS = 540
MOST_BEGINNINGS = 60
SATURDAY = 5
LEADS = (1, 2, 3, 5, 8, 13)


class Crossing(NamedTuple):
    """A story, and the days off that fall into the run of its limit: each with its name."""

    story: Story
    days_off: tuple[tuple[date, str], ...] = ()


def across_holidays(prober: Prober, plan: Plan, turn: int = 0) -> Crossing | None:
    """The story of a plan, told so that the run of its limit, or the story itself, crosses a bank holiday.

    `turn`: with which bank holiday to begin trying, so that not every story is told at Easter. On quiet days if no
    beginning crosses one; `None` if it cannot be told at all.
    """
    quiet = prober.told_from(plan)
    if quiet is None:
        return None
    policy = prober.policy
    limit = policy.limits[plan.limit] if plan.limit is not None else None
    if _run(quiet, limit) is None:
        limit = None
    lead = _days_to_run(quiet, limit)
    for first in _beginnings(policy, limit, lead, turn):
        story = prober.told_from(plan, first)
        if story is not None:
            days_off = _days_off(story, limit)
            if days_off:
                return Crossing(story, days_off)
    return Crossing(quiet, _days_off(quiet, limit))


def _days_to_run(story: Story, limit: Limit | None) -> int:
    """How many days after its first a story comes to the run of the limit."""
    span = _run(story, limit)
    return (span[0] - story.steps[0].at).days if span is not None else 0


def _run(story: Story, limit: Limit | None) -> tuple[date, date] | None:
    """The first and the last day of the limit's run, or of the story; of a run that counts back, from when it is known."""
    last = story.steps[-1].at
    view = case_of(story).at(last)
    if limit is None:
        dues = [each.due for each in view.limits.values() if each.is_open and each.due]
        return story.steps[0].at, max([last, *dues])
    reading = view.limits[limit.id]
    if reading.start is None or reading.due is None:
        return None
    ends = [reading.due]
    if limit.before is not None:
        ends.append(view.facts[limit.before])
    return reading.start, max(ends)


def _days_off(story: Story, limit: Limit | None) -> tuple[tuple[date, str], ...]:
    """The bank holidays from Monday to Friday in the run, each with its name."""
    span = _run(story, limit)
    if span is None:
        return ()
    off = (limit.calendar if limit is not None else calendar_of(story.policy)).table.left_out
    return tuple(
        (date.fromordinal(day), off[day].reason)
        for day in range(span[0].toordinal() + 1, span[1].toordinal() + 1)
        if day in off and date.fromordinal(day).weekday() < SATURDAY
    )


def _beginnings(policy: Policy, limit: Limit | None, lead: int, turn: int) -> Iterator[date]:
    """First days with which a run begins a little before a bank holiday; working days on which the policy is in force."""
    calendar = limit.calendar if limit is not None else calendar_of(policy)
    since = first_day(policy)
    begin = max(USUAL, policy.in_force_from) if since >= USUAL else since
    last = min(policy.in_force_until or date.max, begin + timedelta(days=MOST_DAYS))
    holidays = [
        date.fromordinal(day)
        for day in sorted(calendar.table.left_out)
        if begin.toordinal() < day <= last.toordinal() and date.fromordinal(day).weekday() < SATURDAY
    ]
    if not holidays:
        return
    tried = 0
    start = turn % len(holidays)
    for holiday in (*holidays[start:], *holidays[:start]):
        for before in LEADS:
            first = holiday - timedelta(days=before + lead)
            if begin <= first <= last and calendar.is_working_day(first):
                yield first
                tried += 1
                if tried >= MOST_BEGINNINGS:
                    return
