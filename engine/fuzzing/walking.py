"""Histories by chance: allowed events and others, on days around due dates, with facts answered anyhow, some late.

The same policy and the same word give the same history on every machine.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from engine.cases.program import program_of
from engine.policy.checks.overlap import known_values_of
from engine.probing.answers import Answers
from engine.probing.days import first_day
from engine.probing.telling import Scene, event_steps, facts_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.cases import Case, View
    from engine.fuzzing.shrinking import History
    from engine.policy.model import Fact, Limit, Policy
    from engine.probing import Step

# The first day of a history lies up to so many days after the first day of stories found by search.
SPREAD = 730
SHORTEST, LONGEST = 3, 16
# How many more events are tried once a case has ended.
AFTER_THE_END = 2
# In percent: events that nothing in the stage takes, facts by themselves, entries recorded late, facts said anew.
OUT_OF_TURN, FACTS, LATE, ANEW = 10, 6, 6, 20
# In percent: histories that go on from one found by search; events that some rule takes, where others may come too.
BEGUN, STEPS = 60, 60
# In percent: extensions until a day that is no later than the due date.
EARLIER = 40
POINTS = ("point_1", "point_2")
DATES = (0, 5, 20, 60, -30, -400)
UNTIL = (0, 3, 7, 14, 28, 60, -3, -7, -14)
AROUND = (-1, 0, 1)
# Days until the next step, by the percentage up to which they are drawn; `None`: around a due date.
GAPS = (
    (30, (0,)),
    (48, (1,)),
    (62, tuple(range(2, 10))),
    (90, None),
    (97, tuple(range(10, 61))),
    (100, (400,)),
)


class Walker:
    """Says what is recorded next; made for one history. Called with the case and the day reached so far.

    `begun`: histories one of which it may begin with, on other days.
    """

    def __init__(self, policy: Policy, word: str, begun: Sequence[History] = ()) -> None:
        self.policy = policy
        self.chance = Random(word)  # noqa: S311
        self.left = self.chance.randint(SHORTEST, LONGEST)
        self._waiting = self._begun(begun) if begun and self._percent(BEGUN) else []

    def __call__(self, case: Case, today: date | None) -> Step | None:
        """The next step, or `None` once the history is long enough."""
        if self._waiting:
            return self._waiting.pop(0)
        if self.left <= 0:
            return None
        self.left -= 1
        day = self._first_day() if today is None else self._day(case, today)
        view = case.at(day)
        if view.ended is not None:
            self.left = min(self.left, AFTER_THE_END)
        self._waiting = self._steps(Scene(case, day), view)
        return self._waiting.pop(0) if self._waiting else None

    def _begun(self, begun: Sequence[History]) -> list[Step]:
        """The steps of one of these histories, on days as far apart as there."""
        history = self.chance.choice(begun)
        away = self._first_day() - history.steps[0].at
        return [replace(step, at=step.at + away) for step in history.steps]

    # --- Days ----------------------------------------------------------------------------------------------------

    def _first_day(self) -> date:
        begin = first_day(self.policy)
        until = self.policy.in_force_until
        last = SPREAD if until is None else max(0, min(SPREAD, (until - begin).days))
        return begin + timedelta(days=self.chance.randint(0, last))

    def _day(self, case: Case, today: date) -> date:
        if self._percent(LATE) and case.log:
            first = min(entry.event.on for entry in case.log)
            return first + timedelta(days=self.chance.randint(0, max(0, (today - first).days)))
        drawn = self.chance.randrange(100)
        gaps = next(gaps for share, gaps in GAPS if drawn < share)
        if gaps is not None:
            return today + timedelta(days=self.chance.choice(gaps))
        dues = sorted({each.due for each in case.at(today).limits.values() if each.is_open and each.due})
        ahead = [due for due in dues if due >= today]
        if not ahead:
            return today + timedelta(days=1)
        return max(today, self.chance.choice(ahead) + timedelta(days=self.chance.choice(AROUND)))

    # --- What happens --------------------------------------------------------------------------------------------

    def _steps(self, scene: Scene, view: View) -> list[Step]:
        policy, started = self.policy, bool(view.path)
        if started and policy.facts and self._percent(FACTS):
            asked = self.chance.sample(sorted(policy.facts), 1)
            return [facts_step(scene, self._answers(view, asked))]
        names = [each.event for each in view.allowed()]
        if self._percent(STEPS):
            names = [each.event for each in view.allowed() if each.rules] or names
        if not names or self._percent(OUT_OF_TURN):
            names = sorted(policy.events)
        event = self.chance.choice(names)
        *before, last = event_steps(scene, event, self._answers(view, self._asked(view, event)))
        return [*before, replace(last, data=self._data(view, event, last.data))]

    def _asked(self, view: View, event: str) -> list[str]:
        """The facts that the event brings, and those that its rules ask and that are not on record, or are said anew."""
        policy = self.policy
        needed = {need.name for need in policy.events[event].needs if need.kind == "fact"}
        rules = program_of(policy).stages[view.stage].rules.get(event, ())
        used = {fact for rule in rules if rule.condition for fact in rule.condition.facts_used()}
        anew = [fact for fact in sorted(used - needed) if fact not in view.facts or self._percent(ANEW)]
        return [*sorted(needed), *anew]

    def _answers(self, view: View, asked: Iterable[str]) -> Answers:
        facts = [self.policy.facts[name] for name in asked]
        points = view.points
        if not points and any(fact.per_point for fact in facts):
            points = POINTS[: self.chance.randint(1, len(POINTS))]
        return Answers(
            {fact.id: self._answer(view, fact, points) for fact in facts},
            points if points != view.points else (),
        )

    def _answer(self, view: View, fact: Fact, points: tuple[str, ...]) -> Any:
        if fact.per_point:
            return {point: self._value(view, fact) for point in points}
        return self._value(view, fact)

    def _value(self, view: View, fact: Fact) -> Any:
        if fact.kind == "date":
            return (view.as_of + timedelta(days=self.chance.choice(DATES))).isoformat()
        return self.chance.choice(known_values_of(fact, (rule.condition for rule in self.policy.rules())))

    def _data(self, view: View, event: str, data: Any) -> dict[str, Any]:
        """What the event brings, with another day until which it extends and another channel, by chance."""
        said = dict(data)
        extended = [limit for limit in self.policy.limits.values() if event in limit.extended_by]
        if extended and ("until" in said or self._percent(50)):
            said["until"] = self._until(view, self.chance.choice(extended)).isoformat()
        channels = sorted(
            {
                channel
                for each in self.policy.events.values()
                if each.presumed_from == event
                for channel in each.channels
            }
        )
        if channels:
            said["channel"] = self.chance.choice(channels)
        return said

    def _until(self, view: View, limit: Limit) -> date:
        due = view.limits[limit.id].due
        if due is not None and due > view.as_of and self._percent(EARLIER):
            return view.as_of + timedelta(days=self.chance.randint(0, (due - view.as_of).days))
        return (due or view.as_of) + timedelta(days=self.chance.choice(UNTIL))

    def _percent(self, share: int) -> bool:
        return self.chance.randrange(100) < share
