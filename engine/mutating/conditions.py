"""A condition changed in one thing: an answer swapped, a count moved, a part left out, some points instead of every."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.mutating.mutant import Operator
    from engine.policy.model import Fact

_LISTS = ("all_of", "any_of")
_OTHER_POINTS = {"some_point": "every_point", "every_point": "some_point"}


class Asked(NamedTuple):
    """Another condition; `says` goes on from "… asked"."""

    operator: Operator
    value: dict[str, Any]
    says: str


def other_conditions(facts: Mapping[str, Fact], spec: Mapping[str, Any]) -> Iterator[Asked]:
    """Every condition that differs from this one in one thing, first to last."""
    for key, value in spec.items():
        for each in _other_terms(facts, key, value):
            yield each._replace(value=_with(spec, key, each.value))
        if len(spec) > 1:
            rest = {other: it for other, it in spec.items() if other != key}
            yield Asked("guard_part", rest, f"nothing about {_named(key, value)}")


def _with(spec: Mapping[str, Any], key: str, term: Mapping[str, Any]) -> dict[str, Any]:
    """The condition with another term in the place of one, in its place."""
    other: dict[str, Any] = {}
    for each, value in spec.items():
        other.update(term if each == key else {each: value})
    return other


def _other_terms(facts: Mapping[str, Fact], key: str, value: Any) -> Iterator[Asked]:
    if key in _LISTS:
        yield from _other_lists(facts, key, value)
    elif key in _OTHER_POINTS:
        other = _OTHER_POINTS[key]
        yield Asked("guard_part", {other: value}, f"about {_points(other)} instead of {_points(key)}")
        for each in other_conditions(facts, value):
            yield each._replace(value={key: each.value})
    elif key == "not":
        for each in other_conditions(facts, value):
            yield each._replace(value={key: each.value})
    elif isinstance(value, dict):
        yield from _other_counts(key, value)
    else:
        yield from _other_answers(facts[key], as_list(value))


def _other_lists(facts: Mapping[str, Fact], key: str, items: list[Any]) -> Iterator[Asked]:
    for place, item in enumerate(items):
        for each in other_conditions(facts, item):
            yield each._replace(value={key: [*items[:place], each.value, *items[place + 1 :]]})
        if len(items) > 1:
            rest = [*items[:place], *items[place + 1 :]]
            named = " and ".join(_named(*term) for term in item.items())
            yield Asked("guard_part", {key: rest}, f"nothing about {named}")


def _other_counts(fact: str, bounds: Mapping[str, int]) -> Iterator[Asked]:
    for side, number in bounds.items():
        for other in (number + 1, number - 1):
            if other >= 0:
                words = side.replace("_", " ")
                yield Asked(
                    "answer",
                    {fact: {**bounds, side: other}},
                    f"for {fact} {words} {other} instead of {number}",
                )


def _other_answers(fact: Fact, asked: list[str]) -> Iterator[Asked]:
    """Of one answer, the next that is not asked for; of several, one left out at a time."""
    others = [answer for answer in fact.answers if answer not in asked]
    if len(asked) == 1 and others:
        after = fact.answers.index(asked[0]) if asked[0] in fact.answers else 0
        swapped = next((each for each in fact.answers[after:] if each in others), others[0])
        yield Asked("answer", {fact.id: swapped}, f"for {fact.id} {swapped} instead of {asked[0]}")
    for answer in asked if len(asked) > 1 else ():
        rest = [each for each in asked if each != answer]
        value = rest if len(rest) > 1 else rest[0]
        yield Asked("answer", {fact.id: value}, f"for {fact.id} {_either(rest)}, {answer} left out")


def _named(key: str, value: Any) -> str:
    """The facts that a term asks about."""
    if key in _LISTS:
        return " and ".join(_named(*term) for item in value for term in item.items())
    if key in _OTHER_POINTS or key == "not":
        return " and ".join(_named(*term) for term in value.items())
    return key


def _points(key: str) -> str:
    return key.replace("_", " ")


def _either(names: Iterable[str]) -> str:
    """Names as alternatives: "upheld, partly_upheld or no_finding"."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
