"""Whether two rules can match at once: proved by structure where that is plain, else by trying every answer.

Facts have listed answers and conditions compare counts with a few numbers, so trying is exact: each answer, each
count on either side of a number compared with, and unknown. Points are tried in every mixture of up to three.
"""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, islice, product
from typing import TYPE_CHECKING, Any

from engine.policy.conditions import AllOf, Answer, AnyOf, Count, EveryPoint, Not, Several, SomePoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sized

    from engine.policy.conditions import Condition
    from engine.policy.model import DueRef, Fact, Policy, Rule

MOST_TRIALS = 20_000
MOST_TRIALS_IN_ALL = 100_000
MOST_POINTS = 3


class Trials:
    """How much trying one file may still cost, and the pairs of rules (or routes) that could not be tried to the end."""

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
    if dates_exclude(first, second) or dates_exclude(second, first):
        return None
    conditions = [rule.condition for rule in (first, second) if rule.condition is not None]
    if exclude(conditions):
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


def dates_exclude(first: Rule, second: Rule) -> bool:
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


def exclude(conditions: list[Condition]) -> bool:
    """Whether the structure alone shows that the conditions cannot all hold, for one point where they ask of one."""
    return any(
        _opposed(one, other) or _opposed(other, one)
        for first, second in combinations(conditions, 2)
        for one in parts_of(first)
        for other in parts_of(second)
    )


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What must all hold for the condition to hold."""
    return condition.items if isinstance(condition, AllOf) else (condition,)


def _opposed(one: Condition, other: Condition) -> bool:
    if isinstance(one, Not):
        return one.item == other
    if isinstance(one, Answer) and isinstance(other, Answer):
        return one.fact == other.fact and one.answers.isdisjoint(other.answers)
    if isinstance(one, Count) and isinstance(other, Count) and one.fact == other.fact:
        return one.at_most is not None and other.at_least is not None and one.at_most < other.at_least
    return False


def example_of(
    facts: Mapping[str, Fact], conditions: list[Condition], trials: Trials
) -> tuple[str | None, bool]:
    """An example of all holding, and whether everything was tried that there is to try.

    What an intake asks on a point is judged for each in turn; rules ask inside `some_point` and `every_point` only.
    """
    judged = MOST_POINTS if any(map(_asks_of_a_point, conditions)) else 1
    used = sorted({fact for condition in conditions for fact in condition.facts_used()})
    whole = [fact for fact in used if not facts[fact].per_point]
    each = [fact for fact in used if facts[fact].per_point]
    values = {fact: values_of(facts[fact], conditions) for fact in used}
    for number, (recorded, points) in enumerate(recorded_answers(whole, each, values), start=1):
        if number > MOST_TRIALS or trials.are_used_up:
            return None, False
        trials.left -= effort_of(used)
        for point in points[:judged]:
            if all(condition.holds(recorded, points, point) is True for condition in conditions):
                return in_words(recorded, points), True
    return None, True


def effort_of(facts: Sized) -> int:
    """What one trial with so many facts counts for: a trial with hundreds of them takes that much longer."""
    return 1 + len(facts) // 20


def answers_for(policy: Policy, condition: Condition | None) -> dict[str, Any]:
    """The first answers found that make a condition true; none where there is nothing to make true, or none is found."""
    if condition is None:
        return {}
    used = sorted(set(condition.facts_used()))
    whole = [fact for fact in used if not policy.facts[fact].per_point]
    each = [fact for fact in used if policy.facts[fact].per_point]
    values = {fact: values_of(policy.facts[fact], [condition]) for fact in used}
    tried = islice(recorded_answers(whole, each, values), MOST_TRIALS)
    return next((facts for facts, points in tried if condition.holds(facts, points) is True), {})


def _asks_of_a_point(condition: Condition) -> bool:
    """Whether it asks of the point that is judged, and not only of some point or of every one."""
    if isinstance(condition, (Answer, Count)):
        return condition.per_point
    if isinstance(condition, Not):
        return _asks_of_a_point(condition.item)
    return isinstance(condition, Several) and any(map(_asks_of_a_point, condition.items))


def recorded_answers(
    whole: list[str],
    each: list[str],
    values: Mapping[str, list[Any]],
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Every combination of these values, with the points: facts of the whole case, and of `each` point a mixture."""
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


def known_values_of(fact: Fact, conditions: Iterable[Condition | None]) -> list[Any]:
    """The same without unknown, for conditions of which some may be missing; 1 for a count that none of them asks."""
    told = values_of(fact, [condition for condition in conditions if condition is not None])
    return [value for value in told if value is not None] or [1]


def _bounds(condition: Condition, fact: str) -> Iterator[int]:
    if isinstance(condition, Count) and condition.fact == fact:
        yield from (bound for bound in (condition.at_least, condition.at_most) if bound is not None)
    elif isinstance(condition, (AllOf, AnyOf)):
        for item in condition.items:
            yield from _bounds(item, fact)
    elif isinstance(condition, (Not, SomePoint, EveryPoint)):
        yield from _bounds(condition.item, fact)


def in_words(recorded: Mapping[str, Any], points: tuple[str, ...]) -> str:
    """What is recorded, as words that follow an event or "for example"."""
    parts: list[str] = []
    for fact, value in recorded.items():
        if isinstance(value, dict):
            parts.extend(f"{fact} of {point} {answer}" for point, answer in sorted(value.items()))
        else:
            parts.append(f"{fact} {value}")
    return "with " + ", ".join(parts) if parts else "with nothing recorded"
