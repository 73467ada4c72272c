"""The numbers on either side of those that conditions compare a count with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.conditions import Around, Count, Several

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.policy.conditions import Condition


def numbers_near(conditions: Iterable[Condition | None], fact: str) -> list[int]:
    """One, and every number compared with this fact, with those next to it; sorted."""
    found = {1}
    for condition in conditions:
        for atom in () if condition is None else _counts(condition):
            if atom.fact == fact:
                bounds = [each for each in (atom.at_least, atom.at_most) if each is not None]
                found |= {each + off for each in bounds for off in (-1, 0, 1)}
    return sorted(number for number in found if number >= 0)


def _counts(condition: Condition) -> Iterator[Count]:
    if isinstance(condition, Count):
        yield condition
    elif isinstance(condition, Several):
        for item in condition.items:
            yield from _counts(item)
    elif isinstance(condition, Around):
        yield from _counts(condition.item)
