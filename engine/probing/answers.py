"""What a person must have decided for a rule to match: answers to facts, tried in an order, never drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations_with_replacement, islice, product
from typing import TYPE_CHECKING, Any

from engine.policy.checks.overlap import known_values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.policy.conditions import Condition
    from engine.policy.model import Fact, Policy

# How many answers are tried for one rule, and in one walk.
MOST_TRIALS = 2_000
MOST_TRIALS_IN_ALL = 400_000
MOST_ANSWERS = 4
MOST_POINTS = 2
POINT = "point_1"


class Trials:
    """How much trying one walk may still cost."""

    def __init__(self, most: int = MOST_TRIALS_IN_ALL) -> None:
        self.left = most


@dataclass(frozen=True, slots=True)
class Answers:
    """Facts to put on record, by id; one asked on each point holds a value for each of `points`.

    `points` is empty if the points of the complaint need not be said.
    """

    facts: Mapping[str, Any]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is on record, which facts must be on record in the end, and the values to try first."""

    facts: Mapping[str, Any]
    points: tuple[str, ...]
    needed: frozenset[str]
    preferred: Mapping[str, Any]


def answers_for(
    policy: Policy, wanted: Sequence[Condition], others: Sequence[Condition], asked: Asked, budget: Trials
) -> tuple[Answers, ...]:
    """The first few answers with which every wanted condition holds: those first with which fewest of the others do.

    Date facts are left out: a day is chosen when the story is told. Nothing if none was found in `MOST_TRIALS`.
    """
    used = {fact for condition in (*wanted, *others) for fact in condition.facts_used()}
    needed = {fact for fact in asked.needed if policy.facts[fact].kind != "date"}
    found: list[tuple[int, Answers]] = []
    trials = _trials(policy, sorted(used | needed), [*wanted, *others], asked)
    for answers in islice(trials, min(MOST_TRIALS, budget.left)):
        budget.left -= 1
        facts, points = on_record(asked, answers)
        if all(condition.holds(facts, points) is True for condition in wanted):
            rivals = sum(condition.holds(facts, points) is True for condition in others)
            found.append((rivals, answers))
            if rivals == 0 and len(found) >= MOST_ANSWERS:
                break
    found.sort(key=lambda each: each[0])
    return tuple(answers for _, answers in found[:MOST_ANSWERS])


def on_record(asked: Asked, answers: Answers) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts and points on record once these answers are."""
    return {**asked.facts, **answers.facts}, answers.points or asked.points


def _trials(
    policy: Policy, names: Sequence[str], conditions: list[Condition], asked: Asked
) -> Iterator[Answers]:
    whole = [policy.facts[name] for name in names if not policy.facts[name].per_point]
    each = [policy.facts[name] for name in names if policy.facts[name].per_point]
    values = {fact.id: _values(fact, conditions, asked) for fact in (*whole, *each)}
    per_point = list(islice(_on_points(each, values, asked), MOST_TRIALS))
    for chosen in product(*(values[fact.id] for fact in whole)):
        facts = {fact.id: value for fact, value in zip(whole, chosen, strict=True) if value is not None}
        for points, by_fact in per_point:
            new = {
                name: value for name, value in {**facts, **by_fact}.items() if asked.facts.get(name) != value
            }
            said = points if by_fact and points != asked.points else ()
            yield Answers(new, said)


def _on_points(
    each: Sequence[Fact], values: Mapping[str, list[Any]], asked: Asked
) -> Iterator[tuple[tuple[str, ...], dict[str, dict[str, Any]]]]:
    """Points, and a value on every one of them: all alike first, then mixed."""
    if not each:
        yield (), {}
        return
    kinds = list(islice(product(*(values[fact.id] for fact in each)), MOST_TRIALS))
    fixed = next((tuple(v) for v in asked.preferred.values() if hasattr(v, "items")), None)
    for points in [fixed] if fixed else _point_lists(asked.points):
        uniform = [(kind,) * len(points) for kind in kinds]
        mixtures = combinations_with_replacement(kinds, len(points))
        mixed = (mixture for mixture in mixtures if any(kind != mixture[0] for kind in mixture))
        for mixture in chain(uniform, mixed):
            by_fact = {
                fact.id: {point: _at(kind[index], point) for point, kind in zip(points, mixture, strict=True)}
                for index, fact in enumerate(each)
            }
            known = {
                name: {point: value for point, value in by_point.items() if value is not None}
                for name, by_point in by_fact.items()
            }
            yield points, {name: by_point for name, by_point in known.items() if by_point}


def _point_lists(recorded: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The points on record, or one; then one more at a time, up to `MOST_POINTS`."""
    points = recorded or (POINT,)
    yield points
    while len(points) < MOST_POINTS:
        number = next(each for each in range(1, MOST_POINTS + 1) if f"point_{each}" not in points)
        points = (*points, f"point_{number}")
        yield points


def _at(value: Any, point: str) -> Any:
    """A value that is the same on every point, or that one of this point."""
    return value.get(point) if hasattr(value, "items") else value


def _values(fact: Fact, conditions: list[Condition], asked: Asked) -> list[Any]:
    """The values to try: what is preferred or on record first; `None`, left unsaid, where that is allowed."""
    preferred, recorded = asked.preferred.get(fact.id), asked.facts.get(fact.id)
    if recorded is not None and fact.per_point:
        recorded = None if len({*recorded.values()}) != 1 else next(iter(recorded.values()))
    known = [value for value in (preferred, recorded) if value is not None]
    told = known_values_of(fact, conditions)
    if fact.id in asked.needed:
        return _once([*known, *told])
    if fact.id in asked.facts:
        return _once([*known[::-1], *told])
    return _once([None, *known, *told])


def _once(values: list[Any]) -> list[Any]:
    return [value for place, value in enumerate(values) if value not in values[:place]]
