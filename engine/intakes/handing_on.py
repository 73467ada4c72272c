"""From a decision to the cases it opens: for each procedure its version in force, its points and the facts it shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.intakes.decision import Decision
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Fact, Policy


@dataclass(frozen=True, slots=True)
class AcceptedCase:
    """A case to open: the policy in force on the day of receipt, the points accepted under it, and the data.

    `data` is what the event that opens the case can carry: the facts that the policy shares with the intake, and
    the points if there are any. Cases of one decision are linked by the host.
    """

    policy: Policy
    points: tuple[str, ...]
    data: Mapping[str, Any]


def accepted_cases(decision: Decision, library: PolicyLibrary) -> tuple[AcceptedCase, ...]:
    """The cases that a decision opens, one for each procedure under which some point was accepted.

    Raises `PolicyNotFound` if a procedure has no version in force on the day of receipt, and `PolicyInvalid` if it
    has errors.
    """
    return tuple(
        _case(decision, library.policy(procedure, decision.received), points)
        for procedure, points in decision.cases.items()
    )


def _case(decision: Decision, policy: Policy, points: tuple[str, ...]) -> AcceptedCase:
    shared = {
        name: _handed(decision.intake.facts[name], value, points)
        for name, value in decision.facts.items()
        if name in policy.facts
        and policy.facts[name].takes_answers_of(decision.intake.facts[name])
        and (points or not decision.intake.facts[name].per_point)
    }
    # What is known of other points only is nothing to this case.
    told = {name: value for name, value in shared.items() if value != {}}
    return AcceptedCase(policy, points, {**({"points": list(points)} if points else {}), **told})


def _handed(fact: Fact, value: Any, points: tuple[str, ...]) -> Any:
    """A value as an event carries it, of the points accepted only."""
    if fact.per_point:
        by_point = value if hasattr(value, "items") else dict.fromkeys(points, value)
        return {point: _plain(each) for point, each in by_point.items() if point in points}
    return _plain(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
