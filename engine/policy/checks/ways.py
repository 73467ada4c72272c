"""Where a case can come to, and what can have happened by then: the ground on which checks of meaning stand.

Conditions and dates are left out of account unless facts are given, so that a case is thought to come further than it
may. What is said to be impossible here is impossible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.build import OPENING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from engine.policy.model import Limit, Policy, Rule, Start

BACK = "back"
# How many rules may be followed for one policy, all ways together.
MOST_STEPS = 400_000


class Ways:
    """The ways through one policy. Following them costs `steps_left`; once they are used up, all is thought possible."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.steps_left = MOST_STEPS
        self.all = frozenset(policy.stages)
        self.leaving: dict[str, list[Rule]] = {stage: [] for stage in policy.stages}
        self.naming: dict[str, list[Rule]] = {}
        for rule in policy.rules():
            for event in rule.when:
                self.naming.setdefault(event, []).append(rule)
            if rule.go_to is not None:
                for stage in rule.reaches:
                    self.leaving[stage].append(rule)
        self._entered_from: dict[str, set[str]] = {}
        for stage, rules in self.leaving.items():
            for rule in rules:
                if rule.go_to is not None and rule.go_to != BACK:
                    self._entered_from.setdefault(rule.go_to, set()).add(stage)
        self._begun: dict[str, frozenset[str]] = {}
        self.from_opening = self.onward([OPENING])

    @property
    def are_used_up(self) -> bool:
        """Whether no further way may be followed."""
        return self.steps_left <= 0

    def leads_to(self, stage: str, rule: Rule) -> Iterable[str]:
        """The stages to which a rule that moves the case leads from this one."""
        if rule.go_to == BACK:
            return self._entered_from.get(stage, ())
        return (rule.go_to,) if rule.go_to is not None else ()

    def onward(self, begin: Iterable[str], facts: Mapping[str, Any] | None = None) -> frozenset[str]:
        """These stages and all that can follow; with facts, only by rules whose condition these do not make false."""
        points = _points(facts or {})
        reached = set(begin)
        waiting = list(reached)
        while waiting:
            stage = waiting.pop()
            self.steps_left -= len(self.leaving[stage]) + 1
            if self.are_used_up:
                return self.all
            for rule in self.leaving[stage]:
                if facts and rule.condition is not None and rule.condition.holds(facts, points) is False:
                    continue
                for other in self.leads_to(stage, rule):
                    if other not in reached:
                        reached.add(other)
                        waiting.append(other)
        return frozenset(reached)

    def begun_by(self, limit: Limit) -> frozenset[str]:
        """The stages in which a run of the limit can have begun, then or before."""
        if limit.id not in self._begun:
            places = self.all if limit.before is not None else self._beginnings(limit, frozenset())
            self._begun[limit.id] = self.all if places == self.all else self.onward(places)
        return self._begun[limit.id]

    def _beginnings(self, limit: Limit, seen: frozenset[str]) -> frozenset[str]:
        if limit.id in seen or len(seen) > 100:
            return self.all
        found: set[str] = set()
        for start in limit.starts:
            found |= self._places(start, seen | {limit.id})
        return frozenset(found if limit.stages is None else found & limit.stages)

    def _places(self, start: Start, seen: frozenset[str]) -> frozenset[str]:
        """The stages in which a case can be right after this start has come about."""
        if start.kind == "entering":
            return frozenset({start.id})
        if start.kind == "due":
            other = self.policy.limits[start.id]
            return self.all if other.before is not None else self.onward(self._beginnings(other, seen))
        return self._arrivals(start.id, 0) if start.kind == "event" else self.all

    def _arrivals(self, event: str, depth: int) -> frozenset[str]:
        """The stages in which a case can be right after this event; one that is only a mark can come in any."""
        kind = self.policy.events[event]
        found: set[str] = set()
        if kind.presumed_from is not None:
            if depth > 100:
                return self.all
            found |= self.onward(self._arrivals(kind.presumed_from, depth + 1))
        elif event not in self.naming:
            return self.all
        for rule in self.naming.get(event, ()):
            for stage in rule.reaches:
                found.update(self.leads_to(stage, rule) if rule.go_to is not None else (stage,))
        return frozenset(found)

    def can_be_over(self, limit: Limit, stage: str) -> bool:
        """Whether an event in this stage can come after the due date of some run of the limit.

        Where nothing but its being overdue is needed to move the case on, no event finds the case still there.
        """
        lengths = [limit.length, *(case.length for case in limit.cases)]
        has_end = limit.due_on is not None or any(not length.is_open_ended for length in lengths)
        moved_on = any(
            rule.overdue == limit.id and rule.condition is None and rule.go_to != stage
            for rule in self.leaving[stage]
        )
        return has_end and not moved_on and stage in self.begun_by(limit)


def ways_of(policy: Policy) -> Ways:
    """The ways through a policy, made once for all checks of it."""
    ways = policy.cache.get("ways")
    if not isinstance(ways, Ways):
        ways = policy.cache["ways"] = Ways(policy)
    return ways


def _points(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The points on which these facts are answered; one where none is, so that what asks of points stays unknown."""
    return next((tuple(value) for value in facts.values() if isinstance(value, dict)), ("point_1",))
