"""Whether two rules can match at once: proved by structure where that is plain, else by trying every answer.

Facts have listed answers and conditions compare counts with a few numbers, so trying is exact: each answer, each
count on either side of a number compared with, and unknown. Points are tried in every mixture of up to three.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, islice, product
from typing import TYPE_CHECKING, Any

from engine.policy.conditions import AllOf, Answer, AnyOf, Count, EveryPoint, Not, SomePoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.policy.conditions import Condition
    from engine.policy.model import DueRef, Fact, Policy, Rule

MOST_TRIALS = 20_000
MOST_TRIALS_IN_ALL = 100_000
MOST_POINTS = 3


class Trials:
    """How much trying one policy may still cost, and the pairs of rules that could not be tried to the end."""

    def __init__(self) -> None:
        self.left = MOST_TRIALS_IN_ALL
        self.given_up: list[tuple[str, str]] = []

    @property
    def are_used_up(self) -> bool:
        """Whether nothing more may be tried."""
        return self.left <= 0


def both_hold(policy: Policy, first: Rule, second: Rule, trials: Trials) -> str | None:
    """An example in words of both rules matching one event on one day; `None` if they cannot, or none was found."""
    trials.left -= 1
    if _dates_exclude(first, second) or _dates_exclude(second, first):
        return None
    conditions = [rule.condition for rule in (first, second) if rule.condition is not None]
    if len(conditions) == 2 and _exclude(conditions[0], conditions[1]):
        return None
    if not conditions:
        return (
            "nothing tells them apart"
            if not (first.within or second.within or first.after or second.after)
            else "there are dates on which both match"
        )
    example, is_complete = example_of(policy.facts, conditions, trials)
    if not is_complete:
        trials.given_up.append((first.id, second.id))
    return None if example is None else f"for example {example}"


def _dates_exclude(first: Rule, second: Rule) -> bool:
    """Whether one asks for a date within what the other asks to be after.

    `within` a due date and `after` it, or after its ceiling, exclude each other; `within` a ceiling and `after` the
    due date below it do not. A list in `within` needs any of its dates and a list in `after` all, so each that would
    be enough for the one must be ruled out by some that the other needs.
    """
    return bool(first.within) and all(
        any(_excludes(within, after) for after in second.after) for within in first.within
    )


def _excludes(within: DueRef, after: DueRef) -> bool:
    return within.limit == after.limit and (after.longest or not within.longest)


def _exclude(first: Condition, second: Condition) -> bool:
    """Whether the structure alone shows that both cannot hold."""
    for one in _parts(first):
        for other in _parts(second):
            if _opposed(one, other) or _opposed(other, one):
                return True
    return False


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.items if isinstance(condition, AllOf) else (condition,)


def _opposed(one: Condition, other: Condition) -> bool:
    if isinstance(one, Not):
        return one.item == other
    if isinstance(one, Answer) and isinstance(other, Answer):
        return one.fact == other.fact and not one.per_point and one.answers.isdisjoint(other.answers)
    if isinstance(one, Count) and isinstance(other, Count) and one.fact == other.fact and not one.per_point:
        return one.at_most is not None and other.at_least is not None and one.at_most < other.at_least
    return False


def example_of(
    facts: Mapping[str, Fact], conditions: list[Condition], trials: Trials
) -> tuple[str | None, bool]:
    """An example of all holding, and whether everything was tried that there is to try."""
    used = sorted({fact for condition in conditions for fact in condition.facts_used()})
    whole = [fact for fact in used if not facts[fact].per_point]
    each = [fact for fact in used if facts[fact].per_point]
    values = {fact: values_of(facts[fact], conditions) for fact in used}
    for number, (recorded, points) in enumerate(_trials(whole, each, values), start=1):
        if number > MOST_TRIALS or trials.are_used_up:
            return None, False
        trials.left -= 1
        # What an intake asks on a point is judged for the first; rules ask inside `some_point` and `every_point`.
        if all(condition.holds(recorded, points, points[0]) is True for condition in conditions):
            return _in_words(recorded, points), True
    return None, True


def _trials(
    whole: list[str],
    each: list[str],
    values: Mapping[str, list[Any]],
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    # More kinds of points than may be tried need not even be listed.
    kinds = list(islice(product(*(values[fact] for fact in each)), MOST_TRIALS + 1)) if each else []
    for answers in product(*(values[fact] for fact in whole)):
        recorded = {fact: value for fact, value in zip(whole, answers, strict=True) if value is not None}
        if not each:
            yield recorded, ("point_1",)
            continue
        for number in range(1, MOST_POINTS + 1):
            for mixture in combinations_with_replacement(kinds, number):
                points = tuple(f"point_{index}" for index in range(1, number + 1))
                by_fact = {
                    fact: {
                        point: kind[index]
                        for point, kind in zip(points, mixture, strict=True)
                        if kind[index] is not None
                    }
                    for index, fact in enumerate(each)
                }
                yield {**recorded, **by_fact}, points


def values_of(fact: Fact, conditions: list[Condition]) -> list[Any]:
    """Every value of a fact that these conditions can tell apart, and `None` for unknown."""
    if fact.kind == "choice":
        return [*fact.answers, None]
    bounds = {bound for condition in conditions for bound in _bounds(condition, fact.id)}
    return [*sorted({max(0, bound + step) for bound in bounds for step in (-1, 0, 1)}), None]


def _bounds(condition: Condition, fact: str) -> Iterator[int]:
    if isinstance(condition, Count) and condition.fact == fact:
        yield from (bound for bound in (condition.at_least, condition.at_most) if bound is not None)
    elif isinstance(condition, (AllOf, AnyOf)):
        for item in condition.items:
            yield from _bounds(item, fact)
    elif isinstance(condition, (Not, SomePoint, EveryPoint)):
        yield from _bounds(condition.item, fact)


def _in_words(recorded: Mapping[str, Any], points: tuple[str, ...]) -> str:
    parts: list[str] = []
    for fact, value in recorded.items():
        if isinstance(value, dict):
            parts.extend(f"{fact} of {point} {answer}" for point, answer in sorted(value.items()))
        else:
            parts.append(f"{fact} {value}")
    return "with " + ", ".join(parts) if parts else "with nothing recorded"
