"""Whether something can still come about in a case: sought by trying everything that may be recorded, and waiting.

A search that finds a way has shown it. One that has tried everything twice, the second time with every answer to
every fact, has found none, and there is none from any case that it met either; one that ran out of tries says nothing. A
case that has ended is not thought to be opened again: nobody can count on that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.program import program_of
from engine.errors import UsageError
from engine.policy.model import rule_path
from engine.probing.answers import Answers, Trials
from engine.probing.days import ceiling
from engine.probing.explorer import Explorer, event_moves
from engine.probing.telling import Move, NotOver, Scene, date_answers, event_steps, later, moved, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from engine.cases import View
    from engine.policy.model import Policy

    Goal = Callable[[View], bool]
    # What is asked: the name of the invariant, and of which stage or limit.
    Question = tuple[str, ...]

# How many moves one search may try: at first, and when nothing was found and everything is tried.
MOST_TRIES, MOST_TRIES_THOROUGHLY = 1_500, 6_000
# After so many searches for the same that ran out of tries, no more are made for it.
MOST_UNDECIDED = 4
# How many moves all searches together may try, and how many readings of limits those may cost.
MOST_TRIES_IN_ALL, MOST_READINGS = 120_000, 2_000_000
A_WHILE = (timedelta(days=7), timedelta(days=60))
LONG = timedelta(days=400)
DAY = timedelta(days=1)
# Beyond this many years after the beginning no search waits.
FAR = timedelta(days=20 * 366)
OMBUDSMAN = "ombudsman"


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A case met in a search, what tells it from others, roughly and finely, and from where it was reached."""

    scene: Scene
    view: View
    done: frozenset[str]
    rough: tuple[Any, ...]
    fine: tuple[Any, ...]
    before: _Place | None


class Ways:
    """The searches under one policy; what one has found the next need not seek.

    `told`: invariants with the subjects of which they are known to be broken: nobody need ask for those again.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.told: set[tuple[str, str]] = set()
        self._watch = Explorer(policy, policy.limits).watch
        self._found: dict[Question, set[tuple[Any, ...]]] = {}
        self._not_found: dict[Question, dict[tuple[Any, ...], bool | None]] = {}
        self._undecided: dict[Question, int] = {}
        self._left = min(MOST_TRIES_IN_ALL, MOST_READINGS // (1 + len(policy.limits)))
        self._choices = [
            (fact.id, answer)
            for fact in policy.facts.values()
            for answer in fact.answers
            if not fact.per_point
        ]
        self._for_every_stage = frozenset(
            rule.id for rule in policy.anywhere if policy.source.value(*rule_path(rule.id), "in") is None
        )
        self.to_ombudsman = frozenset(stage.id for stage in policy.stages.values() if stage.end == OMBUDSMAN)

    def leads_on(self, scene: Scene, view: View) -> bool | None:
        """Whether a rule written for the stage the case is in can take it out; those for every stage do not count."""
        stage, known = view.stage, len(view.path)
        return self._can(("way-on", stage), scene, view, lambda each: self._is_left(each, stage, known))

    def comes_to_ombudsman(self, scene: Scene, view: View) -> bool | None:
        """Whether the case can come to a stage that ends with the Ombudsman."""
        return self._can((OMBUDSMAN,), scene, view, lambda each: each.stage in self.to_ombudsman)

    def ends(self, scene: Scene, view: View, limit: str) -> bool | None:
        """Whether the open run of a limit can end: be met, lapse or be given up as missed."""
        number = view.limits[limit].number

        def is_over(each: View) -> bool:
            reading = each.limits[limit]
            return reading.number > number or not reading.is_open

        return self._can(("duty-ends", limit), scene, view, is_over)

    @property
    def undecided(self) -> tuple[Question, ...]:
        """What was asked of some case and not answered, because the tries ran out; without what is told."""
        return tuple(sorted(name for name in self._undecided if name not in self.told))

    def _can(self, name: Question, scene: Scene, view: View, goal: Goal) -> bool | None:
        begin = self._place(scene, view, frozenset(entry.event.name for entry in scene.case.log), None)
        found = self._found.setdefault(name, set())
        if begin.rough in found:
            return True
        not_found = self._not_found.setdefault(name, {})
        if begin.fine not in not_found:
            answer = self._sought(name, begin, goal, found)
            if answer:
                return True
            not_found[begin.fine] = answer
        return not_found[begin.fine]

    def _sought(self, name: Question, begin: _Place, goal: Goal, found: set[tuple[Any, ...]]) -> bool | None:
        """The answer for a case that is not known; `None` without a search if too many have led to nothing."""
        answer: bool | None = None
        if self._left > 0 and self._undecided.get(name, 0) < MOST_UNDECIDED:
            answer = self._search(begin, goal, found, set())
            if answer is False:
                met: set[tuple[Any, ...]] = set()
                answer = self._search(begin, goal, found, met, thorough=True)
                if answer is False:
                    self._not_found[name].update(dict.fromkeys(met, False))
        if answer is None:
            self._undecided[name] = self._undecided.get(name, 0) + 1
        return answer

    def _is_left(self, view: View, stage: str, known: int) -> bool:
        """Whether after so many moves, which led to the stage, a rule written for it has led out of it."""
        source = stage
        for move in view.path[known:]:
            if source == stage != move.stage and move.rule not in self._for_every_stage:
                return True
            source = move.stage
        return False

    def _search(
        self,
        begin: _Place,
        goal: Goal,
        found: set[tuple[Any, ...]],
        seen: set[tuple[Any, ...]],
        *,
        thorough: bool = False,
    ) -> bool | None:
        """One search. `seen` takes what tells the cases that it meets from others, roughly or finely."""
        left = MOST_TRIES_THOROUGHLY if thorough else MOST_TRIES
        latest = begin.scene.day + FAR
        trials = Trials()
        waiting = [begin]
        seen.add(begin.fine if thorough else begin.rough)
        for place in waiting:
            for scene, event in self._onward(place, trials, thorough=thorough):
                left -= 1
                self._left -= 1
                if left < 0 or self._left < 0 or trials.left <= 0:
                    return None
                if scene is None or scene.day > latest:
                    continue
                done = place.done if event is None else place.done | {event}
                after = self._place(scene, scene.view, done, place)
                if place.view.ended is not None and after.view.ended is None:
                    continue
                if goal(after.view) or after.rough in found:
                    found.update(_roughly(place))
                    return True
                key = after.fine if thorough else after.rough
                if key not in seen:
                    seen.add(key)
                    waiting.append(after)
        return False

    def _place(self, scene: Scene, view: View, done: frozenset[str], before: _Place | None) -> _Place:
        readings = view.limits.values()
        # A limit that was missed can still be met late, and one whose clock stands still never goes overdue.
        kept = frozenset((each.id, each.status) for each in readings if each.status in ("missed", "paused"))
        rough = (*self._watch.key(view), done & self._watch.awaited, kept)
        facts = tuple(sorted((name, repr(value)) for name, value in view.facts.items()))
        return _Place(scene, view, done, rough, (*rough, done, facts, view.points), before)

    def _onward(
        self, place: _Place, trials: Trials, *, thorough: bool
    ) -> Iterator[tuple[Scene | None, str | None]]:
        """The case after each thing that may be tried; `None` for what is refused."""
        for move in self._moves(place.view, trials, thorough=thorough):
            yield _tried(place, move), move.event
        for day in _days(place.view, thorough=thorough):
            yield later(place.scene, day), None

    def _moves(self, view: View, trials: Trials, *, thorough: bool) -> Iterator[Move]:
        policy = self.policy
        rules = program_of(policy).stages[view.stage].rules
        for event in sorted(rules):
            told = False
            for move in event_moves(view, event, rules[event], trials):
                told = True
                yield move
            if not told:
                yield Move(event)
        for each in view.allowed():
            if each.event not in rules:
                yield Move(each.event)
        for name in self._watch.date_facts:
            if name not in view.facts:
                yield Move(answers=date_answers(policy.facts[name], view, view.as_of))
        if thorough:
            for name, answer in self._choices:
                if view.facts.get(name) != answer:
                    yield Move(answers=Answers({name: answer}))


def _tried(place: _Place, move: Move) -> Scene | None:
    """The case after a move, with a day until which it extends where only that is missing; `None` if it is refused."""
    try:
        return moved(place.scene, move)
    except EventRefused as refused:
        if refused.why.kind != "cannot_extend" or move.event is None:
            return None
    except (NotOver, UsageError):
        return None
    *before, last = event_steps(place.scene, move.event, move.answers)
    for day in _longer(place.view, move.event):
        try:
            scene = place.scene
            for step in (*before, replace(last, data={**last.data, "until": day.isoformat()})):
                scene = told(scene, step)
        except (EventRefused, UsageError):
            continue
        return scene
    return None


def _longer(view: View, event: str) -> Iterator[date]:
    """Days until which an event could extend the limits that run."""
    for limit in view.policy.limits.values():
        reading = view.limits[limit.id]
        if event in limit.extended_by and reading.is_open and reading.due is not None:
            yield from (reading.due, reading.due + A_WHILE[0])


def _roughly(place: _Place | None) -> Iterator[tuple[Any, ...]]:
    """What tells the places on the way here from others."""
    while place is not None:
        yield place.rough
        place = place.before


def _days(view: View, *, thorough: bool) -> list[date]:
    """Days to wait for: after each due date and ceiling that is to come, and a long time."""
    found = {view.as_of + LONG}
    for reading in view.limits.values():
        limit = view.policy.limits.get(reading.id)
        if reading.due is None or limit is None:
            continue
        found |= {
            day + DAY
            for day in (reading.due, ceiling(limit, reading))
            if day is not None and day >= view.as_of
        }
    if thorough:
        found |= {view.as_of + wait for wait in A_WHILE}
    return sorted(found)
