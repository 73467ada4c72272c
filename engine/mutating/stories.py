"""The stories that come by what a mutant changes, as those who generate scenarios find them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, get_args

from engine.cases.events import FACT_RECORDED
from engine.mutating.budget import A_STORY
from engine.mutating.scripts import script_of
from engine.probing.aims import Aim
from engine.probing.days import first_day
from engine.probing.limit_endings import Near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.mutating.mutant import Mutant
    from engine.mutating.scripts import Script
    from engine.policy.model import Policy
    from engine.probing import Plan, Prober, Story

# Working days before bank holidays of one nation or another, and before the turn of the year.
_BEFORE_DAYS_OFF = ((12, 18), (3, 26), (4, 24), (5, 18), (7, 6), (7, 27), (8, 24), (11, 25))
_BY_DAYS_OFF = frozenset(("calendar", "day_one", "roll"))


def stories_for(
    prober: Prober, mutant: Mutant, aims: Sequence[Aim], spend: Callable[[int], bool]
) -> Iterator[Story]:
    """Stories for the limits, rules and events that a mutant concerns; where days off matter, also across some.

    `aims`: all of the policy's; `spend` says whether another may be looked for.
    """
    for aim in aims:
        if _is_near(aim, mutant) and spend(A_STORY):
            story = prober.story_for(aim)
            if story is not None:
                yield story
    for limit in sorted(mutant.concern.limits & prober.policy.limits.keys()):
        for near in get_args(Near):
            plan = prober.plan_near(limit, near) if spend(A_STORY) else None
            story = None if plan is None else prober.told_from(plan)
            if story is not None:
                yield story
    if mutant.operator in _BY_DAYS_OFF:
        yield from _across_days_off(prober, mutant, spend)


def _across_days_off(prober: Prober, mutant: Mutant, spend: Callable[[int], bool]) -> Iterator[Story]:
    for limit in _limits(prober.policy, mutant):
        for shown in ("started", "extended") if prober.policy.limits[limit].extended_by else ("started",):
            plan = prober.plan_for(Aim("limit", limit, shown))
            if plan is not None:
                yield from _told_from(prober, plan, spend)


def _told_from(prober: Prober, plan: Plan, spend: Callable[[int], bool]) -> Iterator[Story]:
    for day in _days(prober.policy):
        story = prober.told_from(plan, day) if spend(1) else None
        if story is not None:
            yield story


def _days(policy: Policy) -> Iterator[date]:
    """The days before days off, in the year in which stories are told and the next; and every day of one week."""
    begins = first_day(policy)
    for year in (begins.year, begins.year + 1):
        for month, day in _BEFORE_DAYS_OFF:
            found = date(year, month, day)
            until = policy.in_force_until
            if found >= policy.in_force_from and (until is None or found <= until):
                yield found
    yield from (begins + timedelta(days=offset) for offset in range(1, 7))


def _limits(policy: Policy, mutant: Mutant) -> list[str]:
    """The limits concerned; of a calendar, those counted by it."""
    if mutant.path[0] == "calendars":
        return [limit.id for limit in policy.limits.values() if limit.calendar_id == mutant.element]
    return sorted(mutant.concern.limits & policy.limits.keys())


def _is_near(aim: Aim, mutant: Mutant) -> bool:
    """Whether what an aim shows has to do with what is changed."""
    if aim.kind == "limit":
        return aim.subject in mutant.concern.limits
    if aim.kind == "rule":
        return aim.subject == mutant.element
    return aim.kind == "refusal" and aim.subject in mutant.concern.events


# --- Times of day --------------------------------------------------------------------------------------------------

_HALF_AN_HOUR = timedelta(minutes=30)


def timed_scripts(prober: Prober, mutant: Mutant) -> Iterator[Script]:
    """For a cutoff: stories in which the last thing comes half an hour before or after it, or after another one."""
    if mutant.operator != "cutoff":
        return
    cutoff = prober.policy.calendars[mutant.element].cutoff
    assert cutoff is not None
    for limit in _limits(prober.policy, mutant):
        story = prober.story_for(Aim("limit", limit, "started"))
        steps = [] if story is None else [step for step in story.steps if step.then is None]
        if steps and steps[-1].event != FACT_RECORDED:
            script = script_of(steps)
            for minutes in (-_HALF_AN_HOUR, _HALF_AN_HOUR):
                last: dict[str, Any] = {**script.steps[-1], "time": _moved(cutoff, minutes)}
                yield script.with_steps((*script.steps[:-1], last))


def _moved(clock: time, by: timedelta) -> str:
    return f"{datetime.combine(date(2000, 1, 2), clock) + by:%H:%M}"
