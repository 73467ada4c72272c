"""Complaints found by search: on which facts an intake decides so that something of it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from engine.coverage.intakes import shown_by
from engine.errors import EngineError
from engine.intakes import decide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.intakes import Decision
    from engine.policy.intake import Intake
    from engine.policy.model import Fact
    from engine.probing.aims import Aim

# A day whose bank holidays are known.
USUAL = date(2026, 3, 2)
# How many decisions are tried for one intake: the shipped ones need some hundreds. Each judges every route and exclusion,
# so an intake with very many has fewer.
MOST_DECISIONS = 4_000
MOST_JUDGED = 1_000_000
# How long ago a date lies of which "late" is said.
LONG_AGO = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint received on a day, with the facts on which it is decided."""

    received: date
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        told = ", ".join(f"{fact}: {value}" for fact, value in self.facts.items())
        return f"a complaint received {self.received} with {told or 'nothing known'}"


class Complaints:
    """Complaints to one intake, the next fact that is asked answered in every way, fewest facts first.

    Of complaints of which the same is judged, decided and asked only one is followed further.
    """

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        last = intake.in_force_until
        in_force = intake.in_force_from <= USUAL and (last is None or last >= USUAL)
        self.received = USUAL if in_force else intake.in_force_from
        judged = 1 + len(intake.routes) + len(intake.exclusions)
        self._most = min(MOST_DECISIONS, MOST_JUDGED // judged)
        self._found: dict[Aim, Complaint] = {}
        self._walk = self._walked()

    def showing(self, aim: Aim) -> Complaint | None:
        """The complaint with fewest facts that shows an aim; `None` if none was found."""
        while aim not in self._found and next(self._walk, None) is not None:
            pass
        return self._found.get(aim)

    def _walked(self) -> Iterator[Decision]:
        waiting: list[dict[str, Any]] = [{}]
        followed = set()
        for facts in waiting:
            try:
                decision = decide(self.intake, facts, received=self.received)
            except EngineError:
                continue
            shown = frozenset(shown_by(decision))
            for aim in shown:
                self._found.setdefault(aim, Complaint(self.received, facts))
            yield decision
            # An answer that only asks does not say of what; what has been judged on the way does.
            mark = (decision.answers, shown)
            if mark not in followed:
                followed.add(mark)
                waiting.extend(islice(self._answered(decision, facts), max(0, self._most - len(waiting))))

    def _answered(self, decision: Decision, facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for need in decision.needs[:1]:
            for value in self._values(self.intake.facts[need.fact]):
                yield {**facts, need.fact: value}

    def _values(self, fact: Fact) -> list[Any]:
        if fact.kind == "choice":
            return list(fact.answers)
        if fact.kind == "count":
            return [0, 1, 5, 100]
        return [self.received.isoformat(), (self.received - LONG_AGO).isoformat()]
