"""Conditions of the policy language: data in, one of three truths out.

A condition is *true*, *false* or *unknown* (`None`): a fact that nobody has recorded is unknown, and a rule
matches only on true. Facts are a mapping from fact id to value; a fact per point is a mapping from point to
value. No condition is ever text that is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Facts = Mapping[str, Any]
    Points = Sequence[str]

Truth = bool | None


class Condition(Protocol):
    """What every condition can do."""

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """True, false or unknown (`None`) on these facts; `point` is set inside `some_point` and `every_point`."""
        ...

    def facts_used(self) -> Iterator[str]:
        """The ids of all facts this condition looks at."""
        ...

    def __str__(self) -> str:
        """The condition in words."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The fact's answer is one of these."""

    fact: str
    answers: frozenset[str]
    per_point: bool = False

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        value = facts.get(self.fact)
        if self.per_point and value is not None:
            value = value.get(point)
        return None if value is None else value in self.answers

    def facts_used(self) -> Iterator[str]:
        """See `Condition.facts_used`."""
        yield self.fact

    def __str__(self) -> str:
        return f"{self.fact} is {' or '.join(sorted(self.answers))}"


@dataclass(frozen=True, slots=True)
class Count:
    """The counted fact lies between these, ends included."""

    fact: str
    at_least: int | None = None
    at_most: int | None = None
    per_point: bool = False

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        value = facts.get(self.fact)
        if self.per_point and value is not None:
            value = value.get(point)
        if value is None:
            return None
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )

    def facts_used(self) -> Iterator[str]:
        """See `Condition.facts_used`."""
        yield self.fact

    def __str__(self) -> str:
        parts = []
        if self.at_least is not None:
            parts.append(f"at least {self.at_least}")
        if self.at_most is not None:
            parts.append(f"at most {self.at_most}")
        return f"{self.fact} is {' and '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Several:
    """A condition made of several."""

    items: tuple[Condition, ...]

    def facts_used(self) -> Iterator[str]:
        """See `Condition.facts_used`."""
        for item in self.items:
            yield from item.facts_used()


@dataclass(frozen=True, slots=True)
class Around:
    """A condition around another."""

    item: Condition

    def facts_used(self) -> Iterator[str]:
        """See `Condition.facts_used`."""
        return self.item.facts_used()


@dataclass(frozen=True, slots=True)
class AllOf(Several):
    """Every one holds."""

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        truth: Truth = True
        for item in self.items:
            one = item.holds(facts, points, point)
            if one is False:
                return False
            if one is None:
                truth = None
        return truth

    def __str__(self) -> str:
        return " and ".join(map(_bracketed, self.items))


@dataclass(frozen=True, slots=True)
class AnyOf(Several):
    """At least one holds."""

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        truth: Truth = False
        for item in self.items:
            one = item.holds(facts, points, point)
            if one is True:
                return True
            if one is None:
                truth = None
        return truth

    def __str__(self) -> str:
        return " or ".join(map(_bracketed, self.items))


@dataclass(frozen=True, slots=True)
class Not(Around):
    """It does not hold; unknown stays unknown."""

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        one = self.item.holds(facts, points, point)
        return None if one is None else not one

    def __str__(self) -> str:
        return f"not ({self.item})"


@dataclass(frozen=True, slots=True)
class SomePoint(Around):
    """It holds for at least one point; with no points, unknown."""

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        if not points:
            return None
        truths = [self.item.holds(facts, points, each) for each in points]
        return True if True in truths else None if None in truths else False

    def __str__(self) -> str:
        return f"for some point, {self.item}"


@dataclass(frozen=True, slots=True)
class EveryPoint(Around):
    """It holds for every point; with no points, unknown."""

    def holds(self, facts: Facts, points: Points, point: str | None = None) -> Truth:
        """See `Condition.holds`."""
        if not points:
            return None
        truths = [self.item.holds(facts, points, each) for each in points]
        return False if False in truths else None if None in truths else True

    def __str__(self) -> str:
        return f"for every point, {self.item}"


def _bracketed(item: Condition) -> str:
    return f"({item})" if isinstance(item, (AllOf, AnyOf)) else str(item)


def unknown_facts(
    condition: Condition, facts: Facts, points: Points, point: str | None = None, *, in_turn: bool = False
) -> Iterator[tuple[str, str | None]]:
    """The facts that could still make an unknown condition true or false, each with the point it is asked on.

    With `in_turn` only those to find out next: the parts of a condition are asked after in the order they are
    written, a later one only when those before it leave it open, so that nobody is asked what may never matter.
    Nothing for a condition that is true or false already. A fact may be named more than once.
    """
    if condition.holds(facts, points, point) is not None:
        return
    if isinstance(condition, (Answer, Count)):
        yield condition.fact, point if condition.per_point else None
    elif isinstance(condition, Several):
        unknown = [item for item in condition.items if item.holds(facts, points, point) is None]
        for item in unknown[:1] if in_turn else unknown:
            yield from unknown_facts(item, facts, points, point, in_turn=in_turn)
    elif isinstance(condition, Not):
        yield from unknown_facts(condition.item, facts, points, point, in_turn=in_turn)
    elif isinstance(condition, Around):
        for each in points:
            yield from unknown_facts(condition.item, facts, points, each, in_turn=in_turn)
