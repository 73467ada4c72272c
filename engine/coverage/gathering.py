"""What was shown while scenarios were told, gathered version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.coverage.coverage import Coverage, Item
from engine.coverage.intakes import shown_by_decisions
from engine.coverage.rows import shown_by_row
from engine.coverage.stories import shown_by_story
from engine.probing.aims import aims_of_any
from engine.replay.trials import IntakeTrial, RowTrial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.probing.aims import Aim
    from engine.replay.trials import Told


class Gathering:
    """Hears what is told, and keeps what each scenario that passed shows of each version it is told under."""

    def __init__(self) -> None:
        self._shown: dict[Policy | Intake, dict[Aim, dict[str, str]]] = {}
        self._told: dict[Policy | Intake, int] = {}

    def hear(self, told: Told) -> None:
        """Take one scenario or row into account; of one that did not pass, or proves nothing, only what it is about."""
        subjects = _subjects(told)
        for subject in subjects:
            self._shown.setdefault(subject, {})
        if not proves(told):
            return
        for subject in subjects:
            self._told[subject] = self._told.get(subject, 0) + 1
        place = str(told.trial.place)
        for subject, aim in shown_by_told(told):
            self._shown.setdefault(subject, {}).setdefault(aim, {})[place] = told.trial.name

    def coverage(self) -> tuple[Coverage, ...]:
        """What was covered of each version told: policies first, by id and first day, then intakes."""
        found = sorted(
            self._shown, key=lambda each: (type(each).__name__ == "Intake", each.id, each.in_force_from)
        )
        return tuple(self._coverage(subject) for subject in found)

    def _coverage(self, subject: Policy | Intake) -> Coverage:
        shown = self._shown[subject]
        items = (Item(aim, tuple(shown.get(aim, {}).values())) for aim in aims_of_any(subject))
        return Coverage(subject, tuple(items), self._told.get(subject, 0))


def proves(told: Told) -> bool:
    """Whether a scenario counts: it passed, and a person has written or confirmed what it expects."""
    return told.verdict.outcome == "passed" and not told.trial.unconfirmed


def _subjects(told: Told) -> tuple[Policy | Intake, ...]:
    """The version that a scenario begins under."""
    trial = told.trial
    if isinstance(trial, IntakeTrial):
        return (trial.intake,)
    return (trial.policy,) if isinstance(trial, RowTrial) else trial.policies[:1]


def shown_by_told(told: Told) -> Iterator[tuple[Policy | Intake, Aim]]:
    """What one scenario or row shows, whether or not it proves anything, each with the version of which it does."""
    if isinstance(told.trial, IntakeTrial):
        yield from ((told.trial.intake, aim) for aim in shown_by_decisions(told))
    elif isinstance(told.trial, RowTrial):
        yield from ((told.trial.policy, aim) for aim in shown_by_row(told.trial))
    else:
        yield from shown_by_story(told)
