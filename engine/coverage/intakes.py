"""What a scenario about an intake shows: where complaints belong, why they are not considered, what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.coverage.answers import answers_in
from engine.intakes import lateness
from engine.probing.aims import Aim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.intakes import Answer, Decision
    from engine.replay.trials import Told


def shown_by_decisions(told: Told) -> Iterator[Aim]:
    """The aims that the decisions of a scenario show."""
    for decision in told.decisions:
        yield from shown_by(decision)


def shown_by(decision: Decision) -> Iterator[Aim]:
    """The aims that one decision shows."""
    for answer in decision.answers:
        yield from _shown(decision, answer)


def _shown(decision: Decision, answer: Answer) -> Iterator[Aim]:
    intake = decision.intake
    facts = _facts_of(decision, answer.point)
    yield from answers_in(intake.facts, (route.condition for route in intake.routes.values()), facts)
    yield from (Aim("letter", letter, "due") for letter in answer.letters)
    if answer.route is None:
        return
    yield Aim("route", answer.route)
    if answer.under is None:
        return
    yield from (Aim("exclusion", ground.exclusion, "applies") for ground in answer.grounds)
    yield from (Aim("exclusion", ground.exclusion, "set_aside") for ground in answer.set_aside)
    would_hold = {ground.exclusion for ground in (*answer.grounds, *answer.set_aside)}
    for exclusion in intake.exclusions.values():
        if exclusion.concerns(answer.under):
            unless = exclusion.unless if exclusion.id in would_hold else None
            yield from answers_in(intake.facts, (exclusion.condition, unless), facts)
    for limit, late in lateness(decision, answer):
        yield Aim("limit", limit, "missed" if late else "met")


def _facts_of(decision: Decision, point: str | None) -> Mapping[str, Any]:
    """The facts on record for one point."""
    return {
        name: value.get(point) if hasattr(value, "items") else value for name, value in decision.facts.items()
    }
