"""A history that breaks an invariant made shorter, as long as it still does: fewer steps, days closer, data simpler.

The same history gives the same story: nothing is drawn by lot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.fuzzing.looks import Look, looks, one_by_one
from engine.probing.days import first_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.fuzzing.invariants import Breach, Invariant
    from engine.fuzzing.reaching import Ways
    from engine.policy.model import Policy
    from engine.probing import Step

# How often a history may be told while it is made shorter, and how many times over all is tried again.
MOST_TELLINGS = 1_500
MOST_ROUNDS = 6
WEEK = 7


@dataclass(frozen=True, slots=True)
class History:
    """Steps as they are recorded, and the day on which the case is looked at in the end."""

    steps: tuple[Step, ...]
    day: date


class Shrinker:
    """Makes one history shorter in which an invariant is broken of one subject."""

    def __init__(self, policy: Policy, invariant: Invariant, subject: str, ways: Ways) -> None:
        self.policy = policy
        self.invariant = invariant
        self.subject = subject
        self.ways = ways
        self.left = MOST_TELLINGS

    def shortest(self, history: History) -> tuple[Look, Breach] | None:
        """The look and the breach at the end of the shortest history found; `None` if the first does not break it."""
        best = self._told(history)
        if best is None:
            return None
        for _ in range(MOST_ROUNDS):
            before = _history(best[0])
            for shorten in (self._fewer, self._sooner, self._closer, self._simpler):
                best = shorten(best)
            if _history(best[0]) == before or self.left <= 0:
                break
        return best

    def _told(self, history: History) -> tuple[Look, Breach] | None:
        """The first look at the history in which it is broken."""
        if self.left <= 0:
            return None
        self.left -= 1
        for look in looks(self.policy, one_by_one(history.steps), history.day):
            for breach in self.invariant.breaches(look, self.ways):
                if breach.subject == self.subject:
                    return look, breach
        return None

    def _fewer(self, best: tuple[Look, Breach]) -> tuple[Look, Breach]:
        """Steps left out: half of them, a quarter, and so on to single ones."""
        size = max(1, len(_history(best[0]).steps) // 2)
        while True:
            begin = 0
            while begin < len(_history(best[0]).steps):
                history = _history(best[0])
                kept = history.steps[:begin] + history.steps[begin + size :]
                told = self._told(replace(history, steps=kept)) if kept else None
                if told is None:
                    begin += size
                else:
                    best = told
            if size == 1:
                return best
            size //= 2

    def _sooner(self, best: tuple[Look, Breach]) -> tuple[Look, Breach]:
        """The whole story begun on the first day of stories found by search, or so many weeks later."""
        history = _history(best[0])
        away = min(step.at for step in history.steps) - first_day(self.policy)
        for days in (away, timedelta(days=away.days // WEEK * WEEK)):
            told = self._told(_moved(history, 0, -days)) if days > timedelta() else None
            if told is not None:
                return told
        return best

    def _closer(self, best: tuple[Look, Breach]) -> tuple[Look, Breach]:
        """Each step, with all that follow, as soon after the one before as can be; then the day of the look."""
        place = 1
        while place <= len(_history(best[0]).steps):
            best = self._closest(best, place)
            place += 1
        return best

    def _closest(self, best: tuple[Look, Breach], place: int) -> tuple[Look, Breach]:
        """The gap before one step (or before the look) halved until it cannot be made smaller."""
        history = _history(best[0])
        days = [*(step.at for step in history.steps), history.day]
        gap = (days[place] - max(days[:place])).days
        if gap < 0:
            # Recorded late: in order, if that will do.
            return self._told(_moved(history, place, timedelta(days=-gap), only=True)) or best
        least, most = 0, gap
        while least < most:
            middle = (least + most) // 2
            told = self._told(_moved(history, place, timedelta(days=middle - gap)))
            if told is None:
                least = middle + 1
            else:
                best, most = told, middle
        return best

    def _simpler(self, best: tuple[Look, Breach]) -> tuple[Look, Breach]:
        """Each piece of data left out, or with the first answer there is."""
        for place in range(len(_history(best[0]).steps)):
            steps = _history(best[0]).steps
            for name in list(steps[place].data) if place < len(steps) else ():
                best = self._simplest(best, place, name)
        return best

    def _simplest(self, best: tuple[Look, Breach], place: int, name: str) -> tuple[Look, Breach]:
        history = _history(best[0])
        if place >= len(history.steps) or name not in history.steps[place].data:
            return best
        step = history.steps[place]
        for data in self._simpler_data(step.data, name):
            told = self._with_data(history, place, data)
            if told is not None:
                return told
        day = _date_in(step.data[name])
        return best if day is None else self._soonest(best, place, name, day)

    def _soonest(self, best: tuple[Look, Breach], place: int, name: str, day: date) -> tuple[Look, Breach]:
        """A date said with a step brought near the day of the step, half the way each time."""
        history = _history(best[0])
        step = history.steps[place]
        least, most = 0, (day - step.at).days
        while least < most:
            middle = (least + most) // 2
            data = {**step.data, name: (step.at + timedelta(days=middle)).isoformat()}
            told = self._with_data(history, place, data)
            if told is None:
                least = middle + 1
            else:
                best, most = told, middle
        return best

    def _with_data(self, history: History, place: int, data: dict[str, Any]) -> tuple[Look, Breach] | None:
        """The history told with other data in one step, if no step falls out by that."""
        step = replace(history.steps[place], data=data)
        steps = (*history.steps[:place], step, *history.steps[place + 1 :])
        told = self._told(replace(history, steps=steps))
        return told if told is not None and len(_history(told[0]).steps) == len(steps) else None

    def _simpler_data(self, data: Any, name: str) -> Iterator[dict[str, Any]]:
        """The data without one piece; with its points down to one; with an answer that comes earlier in the policy."""
        yield {key: value for key, value in data.items() if key != name}
        value, fact = data[name], self.policy.facts.get(name)
        if name == "points" and len(value) > 1:
            yield _on_one_point(data, value[0])
        if fact is not None and not fact.per_point and value in fact.answers:
            yield from ({**data, name: answer} for answer in fact.answers[: fact.answers.index(value)])


def _history(look: Look) -> History:
    """The history up to a look, with the step that was refused at its end."""
    refused = (look.step,) if look.refusal is not None and look.step is not None else ()
    return History((*look.steps, *refused), look.day)


def _moved(history: History, place: int, by: timedelta, *, only: bool = False) -> History:
    """The steps from this place on moved by so many days, with the day of the look; or only the one there."""
    last = place if only else len(history.steps)
    steps = tuple(
        replace(step, at=step.at + by, data=_later_data(step.data, by)) if place <= each <= last else step
        for each, step in enumerate(history.steps)
    )
    return History(steps, history.day if only else history.day + by)


def _later_data(data: Any, by: timedelta) -> dict[str, Any]:
    """The data with every date in it moved."""
    return {
        key: value if (day := _date_in(value)) is None else (day + by).isoformat()
        for key, value in data.items()
    }


def _date_in(value: Any) -> date | None:
    """The date that a value is the ISO text of."""
    try:
        return (
            date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-01-01") else None
        )
    except ValueError:
        return None


def _on_one_point(data: Any, point: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, value in data.items():
        if key == "points":
            told[key] = [point]
        else:
            told[key] = {point: value[point]} if hasattr(value, "items") and point in value else value
    return told
