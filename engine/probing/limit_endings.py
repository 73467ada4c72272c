"""How a story ends in which a limit does something: started, met, missed, extended, paused, lapsed, near its due date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from engine.cases.measure import length_of
from engine.cases.program import program_of
from engine.probing.days import next_working_day, working_day_before
from engine.probing.endings import answered, done, seen
from engine.probing.telling import NotOver, later, waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.cases import LimitReading
    from engine.policy.model import Limit
    from engine.probing.search import Ending, Story
    from engine.probing.telling import Scene

# On the working day before a due date, on it, and on the day after it.
Near = Literal["before", "on", "after"]
A_DAY = timedelta(days=1)
_STATUS_WORDS = frozenset({"overdue", "met", "paused", "lapsed"})


def is_open(reading: LimitReading) -> bool:
    """Whether a run still waits to be met."""
    return reading.is_open


def with_due(reading: LimitReading) -> bool:
    """Whether a run is open and has a due date."""
    return reading.is_open and reading.due is not None


def limit_stands(reading: LimitReading) -> dict[str, Any]:
    """How a run of a limit stands, as a `then` says it; a run that was missed has only its due date."""
    word = "met" if reading.status == "met_late" else reading.status
    said: dict[str, Any] = {word: [reading.id]} if word in _STATUS_WORDS else {}
    if reading.extended:
        said["extended"] = [reading.id]
    if reading.is_open or not said:
        said = {"due": {reading.id: reading.due_text}, **said}
    return said


def _limit_seen(scene: Scene, limit: str, *statuses: str) -> Story | None:
    reading = scene.view.limits[limit]
    return seen(scene, limit_stands(reading)) if not statuses or reading.status in statuses else None


def _after_events(limit: str, events: Iterable[str], holds: Callable[[LimitReading], bool]) -> Ending:
    """The first way in which one of these events leaves the limit so, seen that evening or on the next working day."""

    def ending(scene: Scene) -> Story | None:
        for after in done(scene, events):
            for each in (after, later(after, next_working_day(after.case.policy, after.day))):
                if holds(each.view.limits[limit]):
                    return _limit_seen(each, limit)
        return None

    return ending


def _lapsed(limit: str) -> Ending:
    """The limit lapsed; or open, and lapsed by something that can be recorded now."""

    def ending(scene: Scene) -> Story | None:
        story = _limit_seen(scene, limit, "lapsed")
        if story is not None or not scene.view.limits[limit].is_open:
            return story
        events = sorted(program_of(scene.case.policy).stages[scene.view.stage].rules)
        stories = (_limit_seen(after, limit, "lapsed") for after in done(scene, events))
        return next(filter(None, stories), None)

    return ending


def _missed(limit: str) -> Ending:
    def ending(scene: Scene) -> Story | None:
        try:
            return _limit_seen(waited(scene, limit), limit, "overdue", "over", "missed", "met_late")
        except NotOver:
            return None

    return ending


def near_due_date(limit: str, near: Near) -> Ending:
    """Met on the working day before the due date or on it; the day after, what was not met is looked at."""

    def ending(scene: Scene) -> Story | None:
        reading, policy = scene.view.limits[limit], scene.case.policy
        if reading.due is None:
            return None
        day = {
            "before": working_day_before(policy, reading.due),
            "on": reading.due,
            "after": reading.due + A_DAY,
        }
        there = later(scene, day[near])
        if there.day < scene.day or there.view.limits[limit].due != reading.due:
            return None
        if near == "after":
            return _limit_seen(there, limit, "overdue", "over", "missed")
        if not there.view.limits[limit].is_open:
            return None
        met_by = policy.limits[limit].met_by
        for after in done(there, met_by):
            if after.view.limits[limit].status == "met":
                return _limit_seen(after, limit)
        return None if met_by else _limit_seen(there, limit, "running")

    return ending


def measured_by(scene: Scene, limit: Limit, case: str) -> Story | None:
    """The limit running by the length of a case, on what is on record; `None` if by another length."""
    view = scene.view
    _, found = length_of(limit, dict(view.facts), view.points)
    return _limit_seen(scene, limit.id, "running", "paused") if found == case else None


def measured_anew(scene: Scene, limit: Limit, case: str) -> Story | None:
    """The limit running by the length of a case, once answers are on record that choose it."""
    wanted = [each.condition for each in limit.cases if each.id == case]
    others = [each.condition for each in limit.cases if each.id != case]
    stories = (measured_by(after, limit, case) for after in answered(scene, wanted, others))
    return next(filter(None, stories), None)


LimitEnding = tuple["Callable[[LimitReading], bool]", "Ending", bool]

# For each thing that a limit can do: the runs to begin with, how the story ends, and whether it goes on.
LIMIT_ENDINGS: Mapping[str, Callable[[Limit], LimitEnding]] = {
    "started": lambda limit: (
        lambda reading: reading.number > 0,
        lambda scene: _limit_seen(scene, limit.id) if scene.view.limits[limit.id].number else None,
        False,
    ),
    "met": lambda limit: (
        is_open,
        _after_events(limit.id, limit.met_by, lambda reading: reading.status == "met"),
        True,
    ),
    "missed": lambda limit: (with_due, _missed(limit.id), False),
    "extended": lambda limit: (
        is_open,
        _after_events(limit.id, limit.extended_by, lambda reading: reading.extended),
        True,
    ),
    "paused": lambda limit: (
        with_due,
        _after_events(
            limit.id,
            dict.fromkeys(event for pause in limit.pauses for event in pause.when),
            lambda reading: reading.status == "paused",
        ),
        True,
    ),
    "lapsed": lambda limit: (
        lambda reading: reading.status in ("lapsed", "running"),
        _lapsed(limit.id),
        False,
    ),
}
