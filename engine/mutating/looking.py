"""How a scenario looks at a case: on which days, what it can see then, and what of that differs under a mutant.

A look is on the day something happened, and on and after the due dates that matter. A difference is put as a `then`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cases.events import plain
from engine.deadlines import due_day
from engine.errors import EngineError
from engine.probing.days import calendar_of, next_working_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cases import Case, View
    from engine.mutating.mutant import Concern
    from engine.policy.model import Policy

# The words of a `then` for how a limit stands, each with the statuses it means.
_STANDING = {
    "running": ("running",),
    "overdue": ("overdue",),
    "paused": ("paused",),
    "met": ("met", "met_late"),
    "lapsed": ("lapsed",),
}
_NOT_STARTED = "not_started"
_MOST_LISTED = 6
_A_DAY = timedelta(days=1)
# A due date farther off than this is not gone to.
_FAR = timedelta(days=366 * 8)


def days_of_interest(case: Case, day: date, concern: Concern, *, last: bool) -> list[date]:
    """The day itself; the due dates of the limits concerned (of all that run, if it is the last); and after them.

    After them is the next working day; the days after a due date that are no working days come last. Where a presumption is
    concerned, the days on which something recorded today would be presumed too.
    """
    found, days_off = {day, *_presumed(case.policy, day, concern)}, set()
    for reading in case.at(day).cycles:
        due = reading.due if reading.is_open and (last or reading.id in concern.limits) else None
        if due is not None and day - _A_DAY <= due <= day + _FAR:
            found |= {due, next_working_day(case.policy, due)}
            days_off.add(due + _A_DAY)
    return [
        *sorted(each for each in found if each >= day),
        *sorted(each for each in days_off - found if each >= day),
    ]


def _presumed(policy: Policy, day: date, concern: Concern) -> Iterator[date]:
    for name in policy.events.keys() if concern.everything else concern.events & policy.events.keys():
        event = policy.events[name]
        lengths = [*event.channels.values(), event.after] if event.presumed_from else ()
        for length in lengths:
            if length is not None:
                on = due_day(calendar_of(policy), length, day.toordinal(), same_day=False, roll="stays")
                if on < (day + _FAR).toordinal():
                    yield date.fromordinal(on)


class Expected(NamedTuple):
    """What a `then` says; with `exhaustive` it names all there is."""

    then: dict[str, Any]
    exhaustive: bool = False


class Glance(NamedTuple):
    """What tells two readings of a case apart for a scenario; `letters` and `allowed` only where they were asked for."""

    stage: str
    rule: str | None
    runs: tuple[Any, ...]
    notices: tuple[str, ...]
    letters: tuple[tuple[str, str], ...]
    allowed: tuple[str, ...]


def glance(view: View, *, fully: bool, asks: bool) -> Glance:
    """A reading in short: `fully` with letters, which are dear; `asks`: with what may happen next, dearer still."""
    runs = tuple(
        (
            run.id,
            run.number,
            run.status,
            run.due,
            run.due_unknown,
            run.extended,
            run.start,
            run.text,
            run.force,
        )
        for run in view.cycles
    )
    return Glance(
        view.stage,
        view.last_rule,
        runs,
        tuple(notice.text for notice in view.notices),
        tuple((letter.id, letter.status) for letter in view.letters) if fully else (),
        tuple(each.event for each in view.allowed()) if fully and asks else (),
    )


def stage_and_rule(view: View) -> dict[str, Any]:
    """Where a case stands and the rule that took what came last, as a `then`."""
    return {"stage": view.stage, **({"by_rule": view.last_rule} if view.last_rule else {})}


def differences(own: View, other: View, *, asks: bool) -> Iterator[Expected]:
    """What the policy shows and the changed one does not, the plainest first; with `asks` also what may happen next."""
    if own.stage != other.stage:
        yield Expected({"stage": own.stage})
    if own.ended != other.ended:
        yield Expected({"ended": own.ended or False})
    if own.last_rule != other.last_rule and own.last_rule is not None:
        yield Expected({"by_rule": own.last_rule})
    yield from _dues(own, other)
    yield from _standings(own, other)
    yield from _lists("extended", _extended(own), _extended(other))
    yield from _lists("letters", _letters(own), _letters(other))
    if asks:
        allowed, others = ({each.event for each in view.allowed()} for view in (own, other))
        yield from _lists("allowed", allowed, others)
    if own.facts != other.facts:
        yield Expected(
            {"facts": {name: _written(value) for name, value in own.facts.items()}}, exhaustive=True
        )
    yield from _notices(own, other)
    yield from _ledgers(own, other)


def _dues(own: View, other: View) -> Iterator[Expected]:
    """Other due dates; that a limit has not started is no due date, and shows in how the limits stand."""
    for limit, reading in own.limits.items():
        there = other.limits.get(limit)
        if there is None or reading.status == _NOT_STARTED:
            continue
        if there.status == _NOT_STARTED or reading.due_text != there.due_text:
            yield Expected({"due": {limit: reading.due_text}})


def _standings(own: View, other: View) -> Iterator[Expected]:
    for word, statuses in _STANDING.items():
        here, there = (
            {limit for limit, reading in view.limits.items() if reading.status in statuses}
            for view in (own, other)
        )
        yield from _lists(word, here, there)


def _extended(view: View) -> set[str]:
    return {limit for limit, reading in view.limits.items() if reading.extended}


def _letters(view: View) -> set[str]:
    return {letter.id for letter in view.letters_due}


def _lists(word: str, here: set[str], there: set[str]) -> Iterator[Expected]:
    """Names that are there; or, if the changed policy has more, all there are."""
    if here - there:
        yield Expected({word: [min(here - there)]})
    elif there - here and len(here) <= _MOST_LISTED:
        yield Expected({word: sorted(here)}, exhaustive=True)


def _notices(own: View, other: View) -> Iterator[Expected]:
    texts = {notice.text for notice in other.notices}
    for notice in own.notices:
        if notice.text not in texts:
            yield Expected({"notices": notice.text})
    if not own.notices and other.notices:
        yield Expected({"notices": []})


def _ledgers(own: View, other: View) -> Iterator[Expected]:
    """A line of a ledger: how binding the limit is, or how it stands."""
    for limit, reading in own.limits.items():
        there = other.limits.get(limit)
        if there is None or _NOT_STARTED in (reading.status, there.status):
            continue
        if (reading.force, reading.text, reading.start) == (there.force, there.text, there.start):
            continue
        for line in _lines(own, limit):
            if line not in _lines(other, limit):
                yield Expected({"ledger": {limit: line}})


def _lines(view: View, limit: str) -> list[str]:
    try:
        return [line.text for line in view.explain(limit).lines if line.kind not in ("policy", "source")]
    except EngineError:
        return []


def _written(value: Any) -> Any:
    if hasattr(value, "items"):
        return {key: _written(each) for key, each in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else plain(value)
