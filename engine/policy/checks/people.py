"""Roles about whom something is said that nothing in the policy can ever look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy
    from engine.problems import Problem


def never_appointed(policy: Policy) -> Iterator[Problem]:
    """`nobody-appoints`: `never` and `not_also` are looked at when somebody is appointed, and nobody is to this role."""
    appointed = {kind.appoints for kind in policy.events.values() if kind.appoints is not None}
    appointed |= {chair for role in appointed if (chair := policy.people[role].chair) is not None}
    named = {other for role in policy.people.values() if role.id in appointed for other in role.not_also}
    for role in policy.people.values():
        if role.id in appointed:
            continue
        key = "never" if role.never else "not_also" if role.not_also else None
        if key is None and role.id not in named:
            continue
        lost = f"its `{key}` is never looked at" if key else "nobody is ever refused for being this as well"
        yield policy.source.problem(
            ("people", role.id, *((key,) if key else ())), "nobody-appoints",
            f'no event appoints "{role.id}", so that {lost}',
            key=True, severity="warning",
            notes=(f"let an event do it: `appoints: {role.id}`; it then carries who it is",),
        )  # fmt: skip


PEOPLE_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (never_appointed,)
