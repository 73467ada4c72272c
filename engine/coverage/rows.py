"""What a row of a timetable shows: a limit that starts, and the length that its facts choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cases.single import case_of
from engine.coverage.answers import answers_in
from engine.probing.aims import CASE, Aim
from engine.replay.references import POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.replay.trials import RowTrial


def shown_by_row(trial: RowTrial) -> Iterator[Aim]:
    """The aims that a row shows."""
    limit = trial.policy.limits[trial.timetable.limit]
    yield Aim("limit", limit.id, "started")
    facts = {fact: value for fact, value in trial.row.given.items() if fact != POINTS}
    case = case_of(trial.policy, limit.id, facts)
    if case is not None:
        yield Aim("limit", limit.id, f"{CASE}{case}")
    yield from answers_in(trial.policy.facts, (each.condition for each in limit.cases), facts)
