"""Limits that never start, that can never be met, and that wait for each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.build import OPENING
from engine.policy.checks.stages import reachable_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.policy.model import Limit, Policy, Rule, Start
    from engine.problems import Problem


def never_starts(policy: Policy) -> Iterator[Problem]:
    """`limit-never-starts`: nothing that it counts from can come about in a stage where it may run."""
    accepted = accepted_events(policy)
    reached = reachable_stages(policy)
    by_event = _rules_by_event(policy)
    for limit in policy.limits.values():
        if limit.before is not None:
            continue
        reasons = [_cannot_come(policy, limit, start, accepted, reached, by_event) for start in limit.starts]
        wanted = all(reasons) if limit.mode == "earliest" else any(reasons)
        if wanted:
            yield policy.source.problem(
                ("limits", limit.id, "from"), "limit-never-starts", f'the limit "{limit.id}" never starts',
                key=True, notes=tuple(dict.fromkeys(reason for reason in reasons if reason)),
            )  # fmt: skip


def never_met(policy: Policy) -> Iterator[Problem]:
    """`limit-never-met`: no event that meets it can be accepted while it runs. One that is only computed is exempt."""
    accepted = accepted_events(policy)
    watched = (
        {rule.overdue for rule in policy.rules()}
        | {start.id for limit in policy.limits.values() for start in limit.starts if start.kind == "due"}
        | {ref.limit for rule in policy.rules() for ref in (*rule.within, *rule.after)}
    )
    for limit in policy.limits.values():
        if not limit.met_by:
            if limit.force != "external" and limit.id not in watched:
                yield policy.source.problem(
                    ("limits", limit.id), "limit-never-met", f'nothing meets the limit "{limit.id}"',
                    key=True, notes=("name the event that does with `met_by`",),
                )  # fmt: skip
            continue
        running = limit.stages
        possible = any(
            running is None or bool(accepted.get(event, frozenset()) & running)
            for event in limit.met_by
            if event in accepted
        )
        if not possible:
            where = f" in {' or '.join(sorted(running))}, where it runs" if running else ""
            yield policy.source.problem(
                ("limits", limit.id, "met_by"), "limit-never-met", f'the limit "{limit.id}" can never be met',
                key=True, notes=(f"{' or '.join(limit.met_by)} is never accepted{where}",),
            )  # fmt: skip


def in_a_circle(policy: Policy) -> Iterator[Problem]:
    """`limits-in-a-circle`, `presumed-in-a-circle`: each waits for the other, so none ever comes."""
    limits = {
        limit.id: tuple(start.id for start in limit.starts if start.kind == "due")
        for limit in policy.limits.values()
    }
    for name in _in_circles(limits):
        yield policy.source.problem(
            ("limits", name, "from"), "limits-in-a-circle", f'"{name}" starts at the due date of a limit that waits for it',
            key=True,
        )  # fmt: skip
    presumed = {
        event.id: (event.presumed_from,) if event.presumed_from else () for event in policy.events.values()
    }
    for name in _in_circles(presumed):
        yield policy.source.problem(
            ("events", name, "presumed_from"), "presumed-in-a-circle", f'"{name}" is presumed from an event that is presumed from it',
            key=True,
        )  # fmt: skip


def skips_without_working_days(policy: Policy) -> Iterator[Problem]:
    """`nothing-to-skip`: a pause that skips working days, of a limit that is not counted in them."""
    for limit in policy.limits.values():
        for pause in limit.pauses:
            if (
                pause.counting == "skip_working_days"
                and not limit.length.in_working_days
                and not limit.length.is_open_ended
            ):
                yield policy.source.problem(
                    ("limits", limit.id, "pauses", pause.id, "counting"), "nothing-to-skip",
                    f'the limit "{limit.id}" is not in working days, so its pause has none to skip',
                    instead="add_calendar_days",
                )  # fmt: skip


def ceiling_without_effect(policy: Policy) -> Iterator[Problem]:
    """`ceiling-without-effect`: `up_to` is no longer than a length it is to be the ceiling of, so it gives that length."""
    for limit in policy.limits.values():
        ceiling = limit.up_to
        if ceiling is None:
            continue
        lengths = [limit.length, *(case.length for case in limit.cases)]
        shorter = [each for each in lengths if each.unit == ceiling.unit and each.amount > ceiling.amount]
        if ceiling.is_open_ended or shorter:
            why = "has no end" if ceiling.is_open_ended else f"is shorter than {shorter[0]}"
            yield policy.source.problem(
                ("limits", limit.id, "up_to"), "ceiling-without-effect",
                f'the ceiling of "{limit.id}", {ceiling}, {why}', severity="warning",
                notes=("`up_to` is the whole time from the start with every extension, never added to it",),
            )  # fmt: skip


def start_as_day_one(policy: Policy) -> Iterator[Problem]:
    """`start-counts-as-day-1`: a time given to the person who complains loses the day on which somebody else acts.

    A page that says "the day it reaches us is day 1" means what reaches the authority. A limit that says so itself
    (`day_one`) is taken to mean it.
    """
    complainants = {
        role
        for rule in policy.stages[OPENING].rules
        for event in rule.when
        for role in policy.events[event].by[:1]
    }
    for limit in policy.limits.values():
        if limit.owed_by not in complainants or not limit.same_day or limit.length.amount == 0:
            continue
        if policy.source.value("limits", limit.id, "day_one") is not None:
            continue
        others = [
            start.id
            for start in limit.starts
            if start.kind == "event" and limit.owed_by not in policy.events[start.id].by
        ]
        if others:
            yield policy.source.problem(
                ("limits", limit.id), "start-counts-as-day-1",
                f'in "{limit.id}" the day of {others[0]} is day 1, so that the {limit.owed_by} has one day less',
                key=True, severity="warning",
                notes=(
                    "give it a calendar with `day_one: day_after`, or say `day_one: same_day` here if that is meant",
                ),
                related=((policy.place("calendars", limit.calendar_id, "day_one"), "the calendar"),),
            )  # fmt: skip


LIMIT_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (
    never_starts,
    never_met,
    in_a_circle,
    skips_without_working_days,
    ceiling_without_effect,
    start_as_day_one,
)


def accepted_events(policy: Policy) -> dict[str, frozenset[str]]:
    """For each event that can be accepted at all, the stages where it can be, by the state before it."""
    anywhere = frozenset(policy.stages)
    accepted: dict[str, set[str]] = {}
    for rule in policy.rules():
        for event in rule.when:
            accepted.setdefault(event, set()).update(rule.reaches)
    for kind in policy.events.values():
        if kind.presumed_from is not None:
            accepted[kind.id] = set(anywhere)
    marks = _marks(policy).difference(accepted)
    return {event: frozenset(stages) for event, stages in accepted.items()} | dict.fromkeys(marks, anywhere)


def _marks(policy: Policy) -> frozenset[str]:
    """The events that some limit is met, extended, paused, resumed or restarted by."""
    return frozenset(
        event
        for limit in policy.limits.values()
        for events in (
            limit.met_by,
            limit.extended_by,
            limit.restarted_by,
            *(names for pause in limit.pauses for names in (pause.when, pause.until)),
        )
        for event in events
    )


def _cannot_come(
    policy: Policy,
    limit: Limit,
    start: Start,
    accepted: Mapping[str, frozenset[str]],
    reached: frozenset[str],
    by_event: Mapping[str, list[Rule]],
) -> str | None:
    """Why this start can never open the limit; `None` if it can."""
    running = limit.stages
    if start.kind == "event":
        if start.id not in accepted:
            return f'no rule names "{start.id}" and no limit is met by it, so it is never accepted'
        arrivals = _arrivals(policy, start.id, by_event.get(start.id, []))
        if running is not None and arrivals is not None and not arrivals & running:
            return f'"{start.id}" leads to {" or ".join(sorted(arrivals)) or "no stage"}; the limit runs only in {" or ".join(sorted(running))}'
        return None
    if start.kind == "entering":
        if start.id not in reached:
            return f'the stage "{start.id}" cannot be reached'
        if running is not None and start.id not in running:
            return f'the stage "{start.id}" does not list it in `due`'
        return None
    if start.kind == "due" and policy.limits[start.id].length.is_open_ended:
        return f'"{start.id}" is as soon as possible: it has no due date to wait for'
    return None


def _rules_by_event(policy: Policy) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in policy.rules():
        for event in rule.when:
            found.setdefault(event, []).append(rule)
    return found


def _arrivals(policy: Policy, event: str, rules: list[Rule]) -> frozenset[str] | None:
    """The stages a case can be in right after a step; `None` (any) for a mark or a presumed event."""
    if policy.events[event].presumed_from is not None:
        return None
    if not rules or any(rule.go_to == "back" for rule in rules):
        return None
    return frozenset(
        stage for rule in rules for stage in ((rule.go_to,) if rule.go_to is not None else rule.reaches)
    )


def _in_circles(waits: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names that wait, directly or not, for themselves."""
    waited_for: dict[str, list[str]] = {}
    for name, others in waits.items():
        for other in others:
            waited_for.setdefault(other, []).append(name)
    # Kosaraju's way, because a file can hold thousands: groups whose names all wait for each other.
    grouped: set[str] = set()
    found: set[str] = set()
    for name in reversed(_after_what_they_wait_for(waits)):
        group = []
        waiting = [name]
        while waiting:
            other = waiting.pop()
            if other not in grouped:
                grouped.add(other)
                group.append(other)
                waiting.extend(waited_for.get(other, ()))
        if len(group) > 1 or name in waits.get(name, ()):
            found.update(group)
    return [name for name in waits if name in found]


def _after_what_they_wait_for(waits: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names, each after those it waits for, as far as that can be."""
    order: list[str] = []
    seen: set[str] = set()
    for first in waits:
        ahead = [(first, False)]
        while ahead:
            name, is_done = ahead.pop()
            if is_done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                ahead.append((name, True))
                ahead.extend((other, False) for other in waits.get(name, ()))
    return order
