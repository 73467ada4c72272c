"""Scenarios about an intake: read, their names looked up, and replayed by deciding on the facts given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cases.events import NOTHING
from engine.errors import EngineError
from engine.intakes import decide
from engine.intakes.words import answer_lines
from engine.replay.references import MOST_PROBLEMS, POINTS, Lookup
from engine.replay.scenario import KnownFailure, as_texts, is_unconfirmed, known_failure_of, own
from engine.replay.verdict import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from engine.documents import Document
    from engine.intakes import Answer, Decision
    from engine.policy.intake import Intake
    from engine.policy.model import Fact
    from engine.problems import Problem

    Path = tuple[str | int, ...]

NONE = "none"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decided:
    """A scenario about an intake: facts, and what must be decided on them, then on others.

    `refused`: words with which the facts must be refused. `turns`: the facts and the decision expected, the first
    of the complaint as received, the others when it is decided again; each with its path in the file.
    """

    number: int
    name: str
    tags: tuple[str, ...]
    received: date
    refused: str | None
    turns: tuple[Turn, ...]
    known_failure: KnownFailure | None
    unconfirmed: bool = False


class Turn(NamedTuple):
    """Facts, and what is then decided."""

    path: Path
    given: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IntakeFile:
    """A file of scenarios about the intake of an authority."""

    authority: str
    as_known_on: date | None
    scenarios: tuple[Decided, ...]


def intake_file(document: Document) -> IntakeFile:
    """The scenarios in a document of the right shape that is about an intake."""
    data = document.data
    known = data.get("as_known_on")
    return IntakeFile(
        data["intake_for"],
        date.fromisoformat(known) if known else None,
        tuple(_decided(number, each) for number, each in enumerate(data["scenarios"]) if "received" in each),
    )


def _decided(number: int, data: Mapping[str, Any]) -> Decided:
    path: Path = ("scenarios", number)
    first = Turn(path, own(data.get("given", NOTHING)), own(data.get("decision", NOTHING)))
    later = (
        Turn((*path, "again", place), own(each["given"]), own(each["decision"]))
        for place, each in enumerate(data.get("again", ()))
    )
    return Decided(
        number,
        data["name"],
        as_texts(data.get("tags", ())),
        date.fromisoformat(data["received"]),
        data.get("refused"),
        (first, *later),
        known_failure_of(data),
        is_unconfirmed(data),
    )


# --- Names ---------------------------------------------------------------------------------------------------------


class Names(NamedTuple):
    """The names that an intake knows, by kind; a procedure of the authority also by its bare name."""

    fact: Mapping[str, Fact]
    limit: Collection[str]
    letter: Collection[str]
    route: Collection[str]
    exclusion: Collection[str]
    procedure: Collection[str]
    body: Collection[str]


# What each expectation names, as in the references of a policy's scenarios.
_NAMED = {
    "accepted": "procedure",
    "redirected": "body",
    "not_considered": "exclusion",
    "needs": "fact",
    "route": "route",
    "set_aside": "exclusion",
    "letters": "letter",
    "come_back": "limit",
    "cases": "procedure",
}


def intake_problems_of(document: Document, scenario: Decided, intake: Intake) -> list[Problem]:
    """What is wrong with the names of one scenario about an intake."""
    return list(islice(_Checker(document, _names_of(intake)).scenario(scenario), MOST_PROBLEMS))


def _names_of(intake: Intake) -> Names:
    under = [route.accept_under for route in intake.routes.values() if route.accept_under is not None]
    own_ones = [name.removeprefix(f"{intake.id}/") for name in under]
    bodies = [route.refer_to for route in intake.routes.values() if route.refer_to is not None]
    return Names(
        intake.facts,
        intake.limits.keys(),
        intake.letters.keys(),
        intake.routes.keys(),
        intake.exclusions.keys(),
        dict.fromkeys((*own_ones, *under)),
        dict.fromkeys(bodies),
    )


class _Checker(Lookup):
    """Looks up the names of one scenario about an intake."""

    def scenario(self, scenario: Decided) -> Iterator[Problem]:
        points: dict[str, None] = {}
        for number, turn in enumerate(scenario.turns):
            if number and POINTS in turn.given:
                yield self.document.problem(
                    (*turn.path, "given", POINTS), "not-together",
                    "`points` stands in the first `given`: deciding again is about the same points", key=True,
                )  # fmt: skip
            points |= dict.fromkeys(_points_in(turn.given))
            if scenario.refused is None:
                yield from self.facts((*turn.path, "given"), turn.given)
            yield from self.decision((*turn.path, "decision"), turn.expected, points)

    def facts(self, path: Path, facts: Mapping[str, Any]) -> Iterator[Problem]:
        """Facts with values they can have: one, or one for each point where it is asked on each."""
        for name, value in facts.items():
            fact = self.names.fact.get(name)
            if fact is None:
                if name != POINTS:
                    yield self.unknown((*path, name), "fact", name, (*self.names.fact, POINTS), key=True)
            elif fact.per_point and isinstance(value, dict):
                for point, each in value.items():
                    yield from self.answer((*path, name, point), fact, each)
            else:
                yield from self.answer((*path, name), fact, value)

    def decision(self, path: Path, expected: Mapping[str, Any], points: Collection[str]) -> Iterator[Problem]:
        """The names in what is expected."""
        for key, value in expected.items():
            if key == "points":
                for point, each in own(value).items():
                    if point not in points:
                        yield self.unknown((*path, key, point), "point", point, points, key=True)
                    yield from self.decision((*path, key, point), own(each), points)
            elif key in _NAMED:
                yield from self.expected((*path, key), _NAMED[key], value)


def _points_in(given: Mapping[str, Any]) -> Iterator[str]:
    yield from (point for point in _points_given(given) if isinstance(point, str))
    for name, value in given.items():
        if name != POINTS and isinstance(value, dict):
            yield from value


def _points_given(given: Mapping[str, Any]) -> list[Any]:
    """What `points` lists, one thing as a list of it; what is no text is for `decide` to refuse."""
    value = given.get(POINTS, [])
    return value if isinstance(value, list) else [value]


# --- Replaying -----------------------------------------------------------------------------------------------------


def decided_told(
    document: Document, intake: Intake, scenario: Decided
) -> tuple[tuple[Failure, ...], tuple[Decision, ...]]:
    """What was not as expected of a scenario about an intake that knows all its names, and every decision made."""
    replayed = _Replayed(document, intake, scenario)
    failures = tuple(replayed.failures())
    return failures, tuple(replayed.decisions)


class _Replayed:
    """One scenario being replayed."""

    def __init__(self, document: Document, intake: Intake, scenario: Decided) -> None:
        self.document = document
        self.intake = intake
        self.scenario = scenario
        self.decisions: list[Decision] = []

    def failures(self) -> Iterator[Failure]:
        decision = None
        for turn in self.scenario.turns:
            facts = {name: value for name, value in turn.given.items() if name != POINTS}
            try:
                if decision is None:
                    points = _points_given(turn.given)
                    decision = decide(self.intake, facts, received=self.scenario.received, points=points)
                else:
                    decision = decision.again(facts)
            except EngineError as error:
                yield from self._refused(turn, str(error))
                return
            self.decisions.append(decision)
            if self.scenario.refused is not None:
                got = "; ".join(str(answer) for answer in decision.answers)
                yield self._failure(
                    (*turn.path, "refused"), "the facts", _refusal(self.scenario.refused), got
                )
                return
            yield from self._compared(turn, decision)

    def _refused(self, turn: Turn, got: str) -> Iterator[Failure]:
        wanted = self.scenario.refused
        if wanted is None:
            yield self._failure(turn.path, "the facts", "a decision", f"refused: {got}")
        elif wanted.casefold() not in got.casefold():
            yield self._failure((*turn.path, "refused"), "the facts", _refusal(wanted), f"refused: {got}")

    def _compared(self, turn: Turn, decision: Decision) -> Iterator[Failure]:
        path: Path = (*turn.path, "decision")
        for key, expected in turn.expected.items():
            if key == "points":
                for point, each in own(expected).items():
                    answer = decision.answer(point)
                    yield from self._answer((*path, key, point), answer, own(each), f" of {point}")
            elif key == "cases":
                got = {procedure: sorted(points) for procedure, points in decision.cases.items()}
                wanted = {self._full(name): sorted(points) for name, points in own(expected).items()}
                if got != wanted:
                    yield self._failure((*path, key), "cases", _cases(wanted), _cases(got))
        whole = {key: value for key, value in turn.expected.items() if key not in ("points", "cases")}
        for answer in decision.answers:
            where = "" if answer.point is None else f" of {answer.point}"
            yield from self._answer(path, answer, whole, where)

    def _answer(
        self, path: Path, answer: Answer, expected: Mapping[str, Any], where: str
    ) -> Iterator[Failure]:
        for key, value in expected.items():
            wanted, got = _COMPARED[key](self, answer, value)
            if wanted != got:
                yield self._failure((*path, key), f"{key}{where}", wanted, got, answer)

    def _full(self, procedure: str) -> str:
        return procedure if "/" in procedure else f"{self.intake.id}/{procedure}"

    def _failure(
        self, path: Path, what: str, expected: str, got: str, answer: Answer | None = None
    ) -> Failure:
        why = answer_lines(self.intake, answer) if answer is not None else ()
        place = None
        if answer is not None and answer.grounds:
            place = self.intake.place("exclusions", answer.grounds[0].exclusion)
        elif answer is not None and answer.route is not None:
            place = self.intake.place("routes", answer.route)
        return Failure(what, expected, got, why, self.document.place(path), place)

    # One function an expectation: what is expected and what was decided, as texts that are equal if all is well.

    def accepted(self, answer: Answer, value: str) -> tuple[str, str]:
        return f"accepted under {self._full(value)}", str(answer)

    def redirected(self, answer: Answer, value: str) -> tuple[str, str]:
        return f"redirected to {value}", str(answer)

    def not_considered(self, answer: Answer, value: Any) -> tuple[str, str]:
        wanted = f"not considered: {_sorted(as_texts(value))}"
        if answer.outcome != "not_considered":
            return wanted, str(answer)
        return wanted, f"not considered: {_sorted(ground.exclusion for ground in answer.grounds)}"

    def needs(self, answer: Answer, value: Any) -> tuple[str, str]:
        wanted = f"needs to be known: {', '.join(value)}"
        if answer.outcome != "needs_facts":
            return wanted, str(answer)
        return wanted, f"needs to be known: {', '.join(dict.fromkeys(need.fact for need in answer.needs))}"

    def no_route(self, answer: Answer, _value: Any) -> tuple[str, str]:
        return "no_route", answer.outcome if answer.outcome == "no_route" else str(answer)

    def route(self, answer: Answer, value: str) -> tuple[str, str]:
        return value, answer.route or NONE

    def set_aside(self, answer: Answer, value: Any) -> tuple[str, str]:
        return _sorted(as_texts(value)), _sorted(ground.exclusion for ground in answer.set_aside)

    def letters(self, answer: Answer, value: Any) -> tuple[str, str]:
        return _sorted(as_texts(value)), _sorted(answer.letters)

    def instead(self, answer: Answer, value: Any) -> tuple[str, str]:
        got = (ground.instead for ground in answer.grounds if ground.instead is not None)
        return _sorted(as_texts(value)), _sorted(dict.fromkeys(got))

    def come_back(self, answer: Answer, value: Mapping[str, str]) -> tuple[str, str]:
        backs = {ground.come_back.limit: ground.come_back for ground in answer.grounds if ground.come_back}
        got = {
            limit: UNKNOWN if backs[limit].until is None else str(backs[limit].until)
            for limit in own(value)
            if limit in backs
        }
        wanted = ", ".join(f"{limit} {day}" for limit, day in own(value).items())
        return wanted, ", ".join(f"{limit} {got.get(limit, NONE)}" for limit in own(value))


_COMPARED: dict[str, Callable[[_Replayed, Answer, Any], tuple[str, str]]] = {
    "accepted": _Replayed.accepted,
    "redirected": _Replayed.redirected,
    "not_considered": _Replayed.not_considered,
    "needs": _Replayed.needs,
    "no_route": _Replayed.no_route,
    "route": _Replayed.route,
    "set_aside": _Replayed.set_aside,
    "letters": _Replayed.letters,
    "instead": _Replayed.instead,
    "come_back": _Replayed.come_back,
}


def _refusal(words: str) -> str:
    return f'refused: "{words}"'


def _sorted(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or NONE


def _cases(cases: Mapping[str, Iterable[str]]) -> str:
    told = (f"{name} ({', '.join(points)})" if points else name for name, points in sorted(cases.items()))
    return "; ".join(told) or NONE
