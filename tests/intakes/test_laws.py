"""Laws of deciding, over intakes and answers by chance; the first compares with a decision worked out by trying.

`DUECOURSE_EXAMPLES=5000` tries so many for each law, other ones every time.
"""

from __future__ import annotations

import json
import os
import random
import re
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as some

from engine import PolicyLibrary, decide
from tests.intakes.random_intakes import (
    CHOICES,
    OVER_FROM,
    RECEIVED,
    STARTS,
    built,
    condition,
    data_of,
    random_facts,
    random_intake,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine import Decision
    from engine.intakes import Answer

EXAMPLES = int(os.environ.get("DUECOURSE_EXAMPLES", "0"))
POINTS = ((), ("a",), ("a", "b"), ("c", "a", "b"))


class Tried(NamedTuple):
    """An intake by chance, answers by chance, and what is decided."""

    data: dict[str, Any]
    points: tuple[str, ...]
    facts: dict[str, Any]
    decision: Decision
    chance: random.Random

    def again(self, facts: dict[str, Any], points: tuple[str, ...] | None = None) -> Decision:
        intake = self.decision.intake
        return decide(intake, facts, received=RECEIVED, points=self.points if points is None else points)


@some.composite
def tried(draw: some.DrawFn) -> Tried:
    number = draw(some.integers(0, 10**6 if EXAMPLES else 150))
    chance = random.Random(draw(some.integers(0, 10**6)))  # noqa: S311
    data, points = data_of(number), chance.choice(POINTS)
    facts = random_facts(chance, data, points, chance.choice([0.2, 0.5, 0.8, 1.0]))
    return Tried(
        data, points, facts, decide(random_intake(number), facts, received=RECEIVED, points=points), chance
    )


def a_law(law: Callable[[Tried], None]) -> Callable[[], None]:
    return settings(max_examples=EXAMPLES or 150, deadline=None, derandomize=not EXAMPLES)(
        given(tried())(law)
    )


# --- The decision worked out by trying every value of what is not known ---------------------------------------------


def at_point(data: dict[str, Any], facts: dict[str, Any], point: str | None) -> dict[str, Any]:
    """What is known for one point, each fact with one value."""
    known = {}
    for name, value in facts.items():
        if not isinstance(value, dict):
            known[name] = value
        elif point in value:
            known[name] = value[point]
    return known


def names_in(condition: dict[str, Any]) -> Iterator[str]:
    """The facts of a condition in the order in which they are written."""
    for key, value in condition.items():
        if key == "not":
            yield from names_in(value)
        elif key in ("all_of", "any_of"):
            for part in value:
                yield from names_in(part)
        else:
            yield key


def is_so(condition: dict[str, Any], facts: dict[str, Any]) -> bool:
    """Whether a condition holds when everything it asks is known."""
    for key, value in condition.items():
        if key == "not":
            holds = not is_so(value, facts)
        elif key == "all_of":
            holds = all(is_so(part, facts) for part in value)
        elif key == "any_of":
            holds = any(is_so(part, facts) for part in value)
        elif isinstance(value, dict):
            holds = value.get("at_least", 0) <= facts[key] <= value.get("at_most", 99)
        else:
            holds = facts[key] in value if isinstance(value, list) else facts[key] == value
        if not holds:
            return False
    return True


def possible(data: dict[str, Any], condition: dict[str, Any], known: dict[str, Any]) -> set[bool]:
    """Whether a condition can hold, and can fail, for some values of what is not known."""
    return {is_so(condition, facts) for facts in completed(data, set(names_in(condition)), known)}


def completed(data: dict[str, Any], names: set[str], known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    unknown = sorted(names - known.keys())
    for values in product(*(values_of(data["facts"][name]) for name in unknown)):
        yield {**known, **dict(zip(unknown, values, strict=True))}


def that_matter(data: dict[str, Any], condition: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """The unknown facts of which some value makes a difference to a condition, in the order they are written."""
    found = []
    for name in dict.fromkeys(names_in(condition)):
        others = set(names_in(condition)) - {name}
        if name not in known and any(
            len({is_so(condition, {**facts, name: value}) for value in values_of(data["facts"][name])}) > 1
            for facts in completed(data, others, known)
        ):
            found.append(name)
    return found


class Expected(NamedTuple):
    """What an answer must be."""

    outcome: str
    route: str | None = None
    grounds: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    letters: frozenset[str] = frozenset()


def expected(data: dict[str, Any], known: dict[str, Any]) -> Expected:
    """The answer for a point of which this is known."""
    open_routes = []
    for name, route in data["routes"].items():
        found = possible(data, route["if"], known)
        if found == {True}:
            return on_route(data, known, name)
        if True in found:
            open_routes.append(route["if"])
    if not open_routes:
        return Expected("no_route")
    return Expected(
        "needs_facts", needs=sort(data, [that_matter(data, each, known)[0] for each in open_routes])
    )


def on_route(data: dict[str, Any], known: dict[str, Any], name: str) -> Expected:
    route = data["routes"][name]
    if "refer_to" in route:
        return Expected("redirected", name, letters=texts(route.get("send")))
    grounds, aside, needs = set(), set(), []
    for each, spec in data["exclusions"].items():
        if "of" in spec and route["accept_under"] not in spec["of"]:
            continue
        holds = [possible(data, spec["if"], known)] if "if" in spec else []
        for limit in spec.get("after", ()):
            begins = known.get(STARTS[limit])
            holds.append({True, False} if begins is None else {begins <= OVER_FROM[limit]})
        spared = possible(data, spec["unless"], known) if "unless" in spec else {False}
        if {False} in holds:
            continue
        if all(found == {True} for found in holds):
            if spared == {False}:
                grounds.add(each)
            elif spared == {True}:
                aside.add(each)
            else:
                needs += that_matter(data, spec["unless"], known)
        elif spared != {True}:
            first = that_matter(data, spec["if"], known)[:1] if "if" in spec else []
            needs += first or [STARTS[limit] for limit in spec["after"] if STARTS[limit] not in known]
    if grounds:
        letters = frozenset().union(*(texts(data["exclusions"][each]["send"]) for each in grounds))
        return Expected("not_considered", name, frozenset(grounds), frozenset(aside), letters=letters)
    if needs:
        return Expected("needs_facts", name, set_aside=frozenset(aside), needs=sort(data, needs))
    return Expected("accepted", name, set_aside=frozenset(aside), letters=texts(route.get("send")))


def texts(value: Any) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())


def sort(data: dict[str, Any], needs: list[str]) -> tuple[str, ...]:
    return tuple(name for name in data["facts"] if name in needs)


def seen(answer: Answer) -> Expected:
    return Expected(
        answer.outcome,
        answer.route,
        frozenset(ground.exclusion for ground in answer.grounds),
        frozenset(ground.exclusion for ground in answer.set_aside),
        tuple(need.fact for need in answer.needs),
        frozenset(answer.letters),
    )


@a_law
def test_a_decision_is_what_trying_every_value_of_what_is_unknown_shows(case):
    for answer in case.decision.answers:
        assert seen(answer) == expected(case.data, at_point(case.data, case.facts, answer.point))


def test_the_intakes_by_chance_come_to_every_outcome():
    outcomes: dict[str, int] = {}
    aside = discretions = 0
    for number in range(150):
        chance, data = random.Random(number), data_of(number)  # noqa: S311
        for points in POINTS:
            facts = random_facts(chance, data, points, 0.7)
            decision = decide(random_intake(number), facts, received=RECEIVED, points=points)
            for answer in decision.answers:
                outcomes[answer.outcome] = outcomes.get(answer.outcome, 0) + 1
                aside += bool(answer.set_aside)
                discretions += any(len(ground.reasons) > 1 for ground in answer.grounds)
    assert set(outcomes) == {"accepted", "redirected", "not_considered", "needs_facts", "no_route"}
    assert min(*outcomes.values(), aside, discretions) > 15, (outcomes, aside, discretions)


# --- Facts that become known ----------------------------------------------------------------------------------------


@a_law
def test_what_is_decided_stays_decided_whatever_else_becomes_known(case):
    more = random_facts(case.chance, case.data, case.points, 0.7)
    both = joined(case.points, more, case.facts)  # what was known stays as it was
    for before, after in zip(case.decision.answers, case.again(both).answers, strict=True):
        if before.outcome != "needs_facts":
            assert (after.outcome, after.route, after.needs) == (before.outcome, before.route, ())
        if before.outcome == "redirected":
            assert after.letters == before.letters
        assert seen(before).grounds <= seen(after).grounds
        assert seen(before).set_aside <= seen(after).set_aside


def joined(points: tuple[str, ...], first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Facts of both, the second counting where both say something of a point."""
    result = dict(first)
    for name, value in second.items():
        old = result.get(name)
        if isinstance(value, dict) and old is not None:
            result[name] = {**(old if isinstance(old, dict) else dict.fromkeys(points, old)), **value}
        else:
            result[name] = value
    return result


@a_law
def test_answering_what_is_asked_comes_to_an_end(case):
    decision, asked = case.decision, set()
    while decision.needs:
        need = case.chance.choice(decision.needs)
        assert need not in asked
        asked.add(need)
        value = case.chance.choice(values_of(case.data["facts"][need.fact]))
        decision = decision.again({need.fact: {need.point: value} if need.point else value})
    assert decision.is_complete
    assert "needs_facts" not in {answer.outcome for answer in decision.answers}


@a_law
def test_whatever_is_asked_can_make_a_difference(case):
    for answer in case.decision.answers:
        known = at_point(case.data, case.facts, answer.point)
        for need in answer.needs:
            assert need.fact not in known
            assert makes_a_difference(case, known, need.fact), need


def makes_a_difference(case: Tried, known: dict[str, Any], name: str) -> bool:
    """Whether for some values of the other facts two values of this one lead to different answers."""
    for _ in range(600):
        others = {**random_facts(case.chance, case.data, (), 1.0), **known}
        values = values_of(case.data["facts"][name])
        answers = {case.again({**others, name: value}, ()).answers for value in values}
        if len(answers) > 1:
            return True
    return False


@a_law
def test_no_discretion_is_exercised_by_silence(case):
    spared = {name for spec in case.data["exclusions"].values() for name in names_in(spec.get("unless", {}))}
    silent = {name: value for name, value in case.facts.items() if name not in spared}
    for answer in case.again(silent).answers:
        for ground in answer.set_aside:
            condition = case.data["exclusions"][ground.exclusion]["unless"]
            # Only what holds whatever is answered could set it aside, and no such condition is made here.
            assert not set(names_in(condition))


# --- Where order and company do not matter --------------------------------------------------------------------------


@a_law
def test_the_order_of_maps_decides_nothing(case):
    data = {
        **case.data,
        **{key: mixed(case.chance, case.data[key]) for key in ("routes", "exclusions", "limits")},
    }
    facts = {
        name: mixed(case.chance, value) if isinstance(value, dict) else value
        for name, value in mixed(case.chance, case.facts).items()
    }
    other = decide(built(data), facts, received=RECEIVED, points=case.points)
    points = case.decision.points
    assert [seen(other.answer(point)) for point in points or [None]] == [
        seen(answer) for answer in case.decision.answers
    ]


def mixed(chance: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    return dict(chance.sample(list(value.items()), len(value)))


@a_law
def test_each_point_is_decided_as_if_it_were_alone(case):
    for answer in case.decision.answers:
        if answer.point is None:
            continue
        known = at_point(case.data, case.facts, answer.point)
        (alone,) = case.again(known, (answer.point,)).answers
        assert alone == answer
        (whole,) = case.again(known, ()).answers
        assert seen(whole) == seen(answer)


@a_law
def test_deciding_again_is_deciding_on_all_that_is_known(case):
    more = random_facts(case.chance, case.data, case.decision.points, 0.4)
    again = case.decision.again(more)
    both = joined(case.decision.points, case.facts, more)
    assert again == case.again(both, case.decision.points)
    assert again.again({}) == again
    changed = dict(enumerate(again.answers)).items() - dict(enumerate(case.decision.answers)).items()
    assert [after for _, after in again.changed_from(case.decision)] == [
        answer for _, answer in sorted(changed, key=lambda each: each[0])
    ]


# --- The checker ----------------------------------------------------------------------------------------------------


@settings(max_examples=EXAMPLES or 80, deadline=None, derandomize=not EXAMPLES)
@given(some.integers(0, 10**6))
def test_the_checker_finds_the_routes_that_meet_and_the_gaps_between_them(number):
    chance, data = random.Random(number), data_of(number % 500)  # noqa: S311
    names = ["subject", *CHOICES[:2], "number"]
    for route in data["routes"].values():
        route["if"] = condition(chance, data["facts"], chance.sample(names, chance.randint(1, 3)))
    conditions = {name: route["if"] for name, route in data["routes"].items()}
    asked = {name for each in conditions.values() for name in names_in(each)}
    meeting, gap = set(), False
    for facts in completed(data, asked, {}):
        held = [name for name, each in conditions.items() if is_so(each, facts)]
        meeting.update((first, second) for first in held for second in held if first < second)
        gap = gap or not held
    problems = PolicyLibrary().examine_text(json.dumps(data), "lab/intake.yaml").problems
    told = {
        tuple(sorted(re.findall('"(route_[0-9])"', problem.message)))
        for problem in problems
        if problem.name == "overlapping-routes"
    }
    assert told == meeting
    assert ("no-route" in {problem.name for problem in problems}) == gap
