"""Laws of comparing, over every pair of shipped versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from engine import PolicyLibrary, compare
from engine.calendars import Calendar, Length
from engine.comparing.difference import turned

if TYPE_CHECKING:
    from engine import Comparison, Policy

LIBRARY = PolicyLibrary()
VERSIONS = {
    f"{policy.id}@{policy.in_force_from}": policy
    for name in LIBRARY.names()
    for policy in LIBRARY.versions(name)
}
LENGTHS = [
    "3 working days",
    "5 working days",
    "20 working days",
    "7 calendar days",
    "1 month",
    "as soon as possible",
]


@cache
def compared(old: str, new: str) -> Comparison:
    return compare(VERSIONS[old], VERSIONS[new])


@pytest.mark.parametrize("name", VERSIONS)
def test_a_policy_is_no_different_from_itself(name: str) -> None:
    assert compare(VERSIONS[name], VERSIONS[name]).differences == ()


@pytest.mark.parametrize("name", VERSIONS)
def test_every_other_policy_can_be_compared_with_it_and_says_how_it_differs(name: str) -> None:
    for other in VERSIONS.keys() - {name}:
        comparison = compared(name, other)
        assert comparison.differences, other
        for each in comparison.differences:
            assert each.before != each.after, (other, each)
            assert (each.before is None) == (each.kind == "added"), (other, each)
            assert (each.after is None) == (each.kind == "removed"), (other, each)
            said = f"{each.before or ''}{each.after or ''}{each.why}"
            assert not any(slip in said for slip in ("None", "()", "frozenset", "  ")), (other, each)


@pytest.mark.parametrize("name", VERSIONS)
def test_backwards_better_is_worse_wherever_both_have_the_limit(name: str) -> None:
    for other in VERSIONS.keys() - {name}:
        there = {each.path: each.effect for each in compared(name, other).in_group("limits")}
        back = {each.path: each.effect for each in compared(other, name).in_group("limits")}
        assert {path: turned(effect) for path, effect in there.items()} == back, other


@pytest.mark.parametrize(("before", "after"), list(permutations(LENGTHS, 2)))
def test_a_length_is_judged_by_the_days_it_gives(before: str, after: str) -> None:
    policy = LIBRARY.policy("england/corporate")
    old, new = (_with_length(policy, text) for text in (before, after))
    (found,) = compare(old, new).differences
    shift = [_later(old, new, day) for day in _days()]
    expected = "depends" if True in shift and False in shift else "worse" if True in shift else "better"
    assert (found.path, found.effect) == (("limits", "acknowledgement", "is"), expected)


def _with_length(policy: Policy, text: str) -> Policy:
    limit = policy.limits["acknowledgement"]
    changed = replace(limit, length=Length.parse(text), roll=None if "working" in text else "stays")
    return replace(policy, limits={**policy.limits, limit.id: changed}, cache={})


def _days() -> list[date]:
    return [date(2025, 1, 1) + timedelta(days=number) for number in range(3 * 365)]


def _later(old: Policy, new: Policy, day: date) -> bool | None:
    """Whether the new length falls due later (True), sooner (False) or on the same day (None)."""
    calendar = Calendar(region="england", day_one="day_after")
    was, now = (
        calendar.due(day, policy.limits["acknowledgement"].length).due or date.max for policy in (old, new)
    )
    return None if was == now else now > was
