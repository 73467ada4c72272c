"""The answers on record when a condition is judged, as aims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.probing.aims import Aim, answer_is, answers_told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.policy.conditions import Condition
    from engine.policy.model import Fact


def answers_in(
    facts: Mapping[str, Fact], conditions: Iterable[Condition | None], recorded: Mapping[str, Any]
) -> Iterator[Aim]:
    """The answers on record to what these conditions ask; of a fact asked on each point, on any of them.

    A value that is a text where a choice is asked counts as it is written.
    """
    for condition in conditions:
        if condition is not None:
            for name in dict.fromkeys(condition.facts_used()):
                yield from _answers(facts[name], condition, recorded.get(name))


def _answers(fact: Fact, condition: Condition, value: Any) -> Iterator[Aim]:
    values = value.values() if hasattr(value, "items") else () if value is None else (value,)
    for answer in answers_told_apart(fact, [condition]):
        if any(answer_is(answer, each) for each in values):
            yield Aim("answer", fact.id, answer)
