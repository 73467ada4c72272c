"""For a mutant of an intake that no scenario notices: facts on which the two decide otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.intakes import decide
from engine.mutating.budget import Budget
from engine.mutating.scripts import NAME, document_of
from engine.policy.checks.overlap import known_values_of
from engine.replay import IntakeTrial
from engine.replay.intakes import intake_file
from engine.replay.references import POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from engine.calendars import Length
    from engine.intakes import Answer, Decision
    from engine.mutating.mutant import Mutant
    from engine.policy.conditions import Condition
    from engine.policy.intake import Bar, Intake
    from engine.policy.model import Fact, Policy
    from engine.replay import Told

_A_DAY = timedelta(days=1)
_MOST_DAYS = 1200
_BY_DAYS_OFF = frozenset(("roll", "day_one", "calendar"))
# How many sets of facts are come by when each question is answered in every way.
_MOST_ASKED = 1_500


@dataclass(frozen=True, slots=True)
class DecisionScript:
    """A scenario about an intake as its file would write it. `based_on`: the scenario that it varies in one fact."""

    received: date
    given: Mapping[str, Any]
    decision: Mapping[str, Any]
    based_on: str | None = None

    def scenario(self, name: str) -> dict[str, Any]:
        """The scenario under this name, marked as generated."""
        return {
            "name": name,
            "generated": True,
            "received": self.received.isoformat(),
            **({"given": dict(self.given)} if self.given else {}),
            "decision": dict(self.decision),
        }


class IntakeKillers:
    """Searches among the facts of the scenarios there are, each varied in one fact."""

    def __init__(self, intake: Intake, tellings: Sequence[Told]) -> None:
        self.intake = intake
        self.trials = [told.trial for told in tellings if isinstance(told.trial, IntakeTrial)]
        self._known: dict[tuple[int, date], list[tuple[dict[str, Any], Decision | None]]] = {}
        self.budget = Budget(intake)
        self._asked: list[tuple[dict[str, Any], Decision]] | None = None

    def killer(self, mutant: Mutant, changed: Policy | Intake) -> DecisionScript | None:
        """Facts on which the policy decides one way and the mutant another; `None` if none was found.

        Raises `Spent` if the tries for all mutants are used up.
        """
        self.budget.begin()
        for number, trial in enumerate(self.trials):
            for received in _days(trial.decided.received, mutant):
                for given, own in self._decided(number, received, mutant, changed):
                    if not self.budget.spend():
                        return None
                    for decision in _differing(own, decided(changed, given, received)):
                        script = DecisionScript(received, given, decision, trial.name)
                        if kills(script, self.intake, changed):
                            return script
        return self._by_asking(changed)

    def _decided(
        self, number: int, received: date, mutant: Mutant, changed: Any
    ) -> Iterator[tuple[dict[str, Any], Decision | None]]:
        """The facts of a scenario, and the same with one fact otherwise, with what is decided on them."""
        trial = self.trials[number]
        if (number, received) not in self._known:
            self._known[number, received] = [
                (given, decided(self.intake, given, received))
                for given in self._givens(trial, received, self.intake)
            ]
        yield from self._known[number, received]
        if mutant.path[0] in ("limits", "calendars"):
            for given in self._givens(trial, received, changed):
                yield given, decided(self.intake, given, received)

    def _by_asking(self, changed: Any) -> DecisionScript | None:
        """Facts given as they are asked for, in every way that was come by."""
        received = self._received()
        for given, own in self._asked_in_turn(received):
            if not self.budget.spend():
                return None
            for decision in _differing(own, decided(changed, given, received)):
                script = DecisionScript(received, given, decision)
                if kills(script, self.intake, changed):
                    return script
        return None

    def _received(self) -> date:
        return self.trials[0].decided.received if self.trials else self.intake.in_force_from

    def _asked_in_turn(self, received: date) -> list[tuple[dict[str, Any], Decision]]:
        """Nothing known, then each answer to what is asked first, breadth first and bounded; with what is decided."""
        if self._asked is None:
            self._asked = []
            waiting: list[dict[str, Any]] = [{}]
            for given in waiting:
                own = decided(self.intake, given, received)
                if own is None:
                    continue
                self._asked.append((given, own))
                need = next((need.fact for answer in own.answers for need in answer.needs), None)
                if need is not None and len(waiting) < _MOST_ASKED:
                    fact = self.intake.facts[need]
                    values = self._values(fact, received, self.intake)
                    waiting += [{**given, need: value} for value in values]
        return self._asked

    def _givens(self, trial: IntakeTrial, received: date, changed: Any) -> Iterator[dict[str, Any]]:
        """The facts of a scenario, and the same with one fact answered otherwise; dates by the limits of `changed`."""
        given: dict[str, Any] = {}
        for turn in trial.decided.turns:
            given = {**given, **turn.given}
            yield given
        for fact in self.intake.facts.values():
            for value in self._values(fact, received, changed):
                if given.get(fact.id) != value:
                    yield {**given, fact.id: value}
            if fact.id in given:
                yield {name: value for name, value in given.items() if name != fact.id}

    def _values(self, fact: Fact, received: date, changed: Any) -> Iterator[Any]:
        if fact.kind == "date":
            days = dict.fromkeys(
                day for bar in changed.limits.values() if bar.start == fact.id
                for day in last_starts(bar, received)
            )  # fmt: skip
            yield from (day.isoformat() for day in days)
        else:
            yield from known_values_of(fact, _conditions(self.intake))


def _days(received: date, mutant: Mutant) -> Iterator[date]:
    """The day of receipt; where days off matter, also the Sunday and the Monday after it."""
    yield received
    if mutant.operator in _BY_DAYS_OFF:
        sunday = received + timedelta(days=6 - received.weekday())
        yield from (sunday, sunday + _A_DAY)


def decided(intake: Any, given: Mapping[str, Any], received: date) -> Decision | None:
    """The decision on these facts; `None` if they are refused."""
    facts = {name: value for name, value in given.items() if name != POINTS}
    points = given.get(POINTS, [])
    try:
        return decide(
            intake, facts, received=received, points=points if isinstance(points, list) else [points]
        )
    except EngineError:
        return None


def last_starts(bar: Bar, received: date) -> tuple[date, ...]:
    """The first day from which a complaint received on this day is in time, and the day before it."""
    if bar.length.is_open_ended:
        return ()
    days = _days_at_least(bar.length)
    for offset in range(days, days + _MOST_DAYS):
        try:
            start = received - timedelta(days=offset)
            is_late = bar.due(start) < received.toordinal()
        except (EngineError, OverflowError):  # before all bank holidays known, or all days
            return ()
        if is_late:
            return start + _A_DAY, start
    return ()


_DAYS = {"calendar_days": 1, "working_days": 1, "weeks": 7, "months": 28, "years": 365}


def _days_at_least(length: Length) -> int:
    """No more days than the length has."""
    return max(0, length.amount * _DAYS.get(length.unit, 0) - 3)


def _conditions(intake: Intake) -> Iterator[Condition | None]:
    yield from (route.condition for route in intake.routes.values())
    for exclusion in intake.exclusions.values():
        yield from (exclusion.condition, exclusion.unless)


def kills(script: DecisionScript, intake: Intake, changed: Any) -> bool:
    """Whether a scenario passes under an intake and fails under the changed one."""
    document = document_of({"intake_for": intake.id, "scenarios": [script.scenario(NAME)]})
    trial = IntakeTrial(document, intake_file(document).scenarios[0], intake)
    return not trial.fails() and trial.under(changed).fails()


def _differing(own: Decision | None, other: Decision | None) -> Iterator[dict[str, Any]]:
    """What to expect so that the difference shows: of the whole complaint, or of one point."""
    if own is None:
        return
    there = {} if other is None else {answer.point: answer for answer in other.answers}
    for answer in own.answers:
        same = there.get(answer.point)
        known = [] if same is None else list(_expected(same))
        outcome, *others = _expected(answer)
        for key, value in (outcome, *others):
            if (key, value) not in known:
                said = dict((outcome, (key, value)))
                yield said if answer.point is None else {"points": {answer.point: said}}


def _expected(answer: Answer) -> Iterator[tuple[str, Any]]:
    """Everything that a scenario can say of an answer, the outcome first."""
    if answer.outcome == "accepted":
        yield "accepted", answer.under
    elif answer.outcome == "redirected":
        yield "redirected", answer.body
    elif answer.outcome == "not_considered":
        yield "not_considered", [ground.exclusion for ground in answer.grounds]
    elif answer.outcome == "needs_facts":
        yield "needs", list(dict.fromkeys(need.fact for need in answer.needs))
    else:
        yield "no_route", True
    if answer.route is not None:
        yield "route", answer.route
    yield "set_aside", [ground.exclusion for ground in answer.set_aside]
    yield "letters", list(answer.letters)
    yield "instead", list(dict.fromkeys(each.instead for each in answer.grounds if each.instead is not None))
    backs = {
        ground.come_back.limit: "unknown" if ground.come_back.until is None else str(ground.come_back.until)
        for ground in answer.grounds
        if ground.come_back is not None
    }
    if backs:
        yield "come_back", backs
