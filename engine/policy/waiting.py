"""Who has to act in a stage, what leaves it, and which limits bound how long a case can stay there.

Conditions and dates are left out of account, so that a limit is thought to run in more stages than it may, and a stay
to be bounded where it may be. What is said to be unbounded here is unbounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.build import OPENING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.policy.model import Limit, Policy, Rule, Start

BACK = "back"
# How many rules may be followed for one policy, all limits together.
MOST_STEPS = 300_000


class Waiting:
    """One policy seen by who waits for whom. Once `steps_left` are used up, every limit is thought to run anywhere.

    `openers` are the roles whose event opens the case, and those acting for them; what they owe is an opportunity.
    `steps` are the events that some rule names, `moving` those that some rule moves the case by.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.steps_left = MOST_STEPS
        self.openers = _openers(policy)
        self.rules_in: dict[str, dict[str, list[Rule]]] = {}
        self.overdue_in: dict[str, list[Rule]] = {}
        self.entered_from: dict[str, set[str]] = {}
        for stage in policy.stages:
            self.rules_in[stage], self.overdue_in[stage] = {}, []
        for stage_rules in policy.stages.values():
            for rule in stage_rules.rules:
                self._note(rule, stage_rules.id, rule.when)
        own = {stage: frozenset(rules) for stage, rules in self.rules_in.items()}
        for rule in policy.anywhere:
            for stage in rule.reaches:
                if stage in own:
                    self._note(rule, stage, [event for event in rule.when if event not in own[stage]])
        self.steps = frozenset(event for rule in policy.rules() for event in rule.when)
        self.moving = frozenset(event for rule in policy.rules() if rule.go_to for event in rule.when)
        self._running: dict[str, frozenset[str]] = {}
        self._limits_in: dict[str, list[Limit]] | None = None

    def _note(self, rule: Rule, stage: str, events: Iterable[str]) -> None:
        for event in events:
            self.rules_in[stage].setdefault(event, []).append(rule)
        if rule.overdue is not None:
            self.overdue_in[stage].append(rule)
        if rule.go_to is not None and rule.go_to != BACK:
            self.entered_from.setdefault(rule.go_to, set()).add(stage)

    def is_theirs(self, event: str) -> bool:
        """Whether somebody whose event opens cases may record this one; so too if anybody may."""
        by = self.policy.events[event].by
        return not by or not self.openers.isdisjoint(by)

    def is_duty(self, limit: Limit) -> bool:
        """Whether somebody else than those who open cases owes it by a date."""
        return (
            limit.owed_by is not None
            and limit.owed_by not in self.openers
            and limit.force != "external"
            and not limit.length.is_open_ended
        )

    def stays(self, stage: str, event: str) -> bool:
        """Whether the event can happen here and the case stay, met limits and all."""
        if event not in self.steps or self.policy.events[event].presumed_from is not None:
            return event not in self.rules_in[stage]
        return any(rule.go_to is None and not rule.turns_down for rule in self.rules_in[stage].get(event, ()))

    def ends_the_stay(self, limit: Limit, stage: str) -> bool:
        """Whether a case has to have left this stage for the limit to be kept: it cannot be met while it stays.

        One that nothing meets, which is told elsewhere, is taken to be one.
        """
        return not any(self.stays(stage, event) for event in limit.met_by)

    def can_go_on(self, stage: str) -> bool:
        """Whether those who open cases can take one on from here, whenever they like, to a stage that is no end."""
        return any(
            not rule.after
            and self.is_theirs(event)
            and any(self.policy.stages[target].end is None for target in self.targets(stage, rule) - {stage})
            for event, rules in self.rules_in[stage].items()
            for rule in rules
        )

    def targets(self, stage: str, rule: Rule) -> frozenset[str]:
        """The stages this rule leads to from here; none if the case stays."""
        if rule.go_to == BACK:
            return frozenset(self.entered_from.get(stage, ()))
        return frozenset() if rule.go_to is None else frozenset({rule.go_to})

    def is_discretion(self, stage: str) -> bool:
        """Whether others decide here on a fact: it is left by one event, for an end or to go on as that is answered."""
        leaving = [rule for rule in self.policy.stages[stage].rules if rule.go_to is not None]
        events = {event for rule in leaving for event in rule.when}
        if len(events) != 1 or any(rule.condition is None or rule.overdue is not None for rule in leaving):
            return False
        goals = [goal for rule in leaving for goal in self.targets(stage, rule)]
        ends = [self.policy.stages[goal].end is not None for goal in goals]
        return not self.is_theirs(min(events)) and any(ends) and not all(ends)

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more may be followed."""
        return self.steps_left <= 0

    def limits_in(self, stage: str) -> list[Limit]:
        """The limits that can be open here and not over, in the policy's order; not all if steps are used up."""
        if self._limits_in is None:
            self._limits_in = {}
            for limit in self.policy.limits.values():
                for place in () if self.is_used_up else self.running_in(limit):
                    self._limits_in.setdefault(place, []).append(limit)
        return self._limits_in.get(stage, [])

    def running_in(self, limit: Limit) -> frozenset[str]:
        """The stages in which a run of the limit can be open and not be over."""
        return self._running_in(limit, frozenset())

    def _running_in(self, limit: Limit, seen: frozenset[str]) -> frozenset[str]:
        if limit.id not in self._running:
            if limit.id in seen or len(seen) > 50 or self.steps_left <= 0:
                return frozenset(self.policy.stages)
            found = self._onward(limit, self._beginnings(limit, seen | {limit.id}))
            if seen:
                return found
            self._running[limit.id] = found
        return self._running[limit.id]

    def _beginnings(self, limit: Limit, seen: frozenset[str]) -> set[str]:
        if limit.before is not None:
            return set(self.policy.stages)
        return {stage for start in limit.starts for stage in self._after(start, seen)}

    def _after(self, start: Start, seen: frozenset[str]) -> Iterable[str]:
        """The stages a case can be in once this has come about."""
        if start.kind == "entering":
            return (start.id,)
        if start.kind == "due":
            return self._running_in(self.policy.limits[start.id], seen)
        if start.kind == "fact" or self.policy.events[start.id].presumed_from is not None:
            return self.policy.stages
        return self._arrivals(start.id)

    def _arrivals(self, event: str) -> Iterable[str]:
        if event not in self.steps:
            return self.policy.stages
        found: set[str] = set()
        for stage, rules in self.rules_in.items():
            for rule in rules.get(event, ()):
                found |= self.targets(stage, rule) or {stage}
        self.steps_left -= len(self.rules_in)
        return found

    def _onward(self, limit: Limit, begin: Iterable[str]) -> frozenset[str]:
        allowed = limit.stages
        found = {stage for stage in begin if allowed is None or stage in allowed}
        waiting = list(found)
        while waiting and self.steps_left > 0:
            stage = waiting.pop()
            for rule, events in self._leaving(stage):
                self.steps_left -= 1
                if self._is_over(limit, rule, events):
                    continue
                for target in self.targets(stage, rule) - found:
                    other = self.policy.stages[target]
                    if other.end is None and (allowed is None or target in allowed or other.aside):
                        found.add(target)
                        waiting.append(target)
        return frozenset(found) if self.steps_left > 0 else frozenset(self.policy.stages)

    def _leaving(self, stage: str) -> Iterable[tuple[Rule, tuple[str, ...]]]:
        for event, rules in self.rules_in[stage].items():
            for rule in rules:
                if rule.go_to is not None:
                    yield rule, (event,)
        for rule in self.overdue_in[stage]:
            if rule.go_to is not None:
                yield rule, ()

    @staticmethod
    def _is_over(limit: Limit, rule: Rule, events: tuple[str, ...]) -> bool:
        """Whether the run is met, or past its due date, once this rule has moved the case."""
        met = not rule.turns_down and any(event in limit.met_by for event in events)
        return met or rule.overdue == limit.id or any(ref.limit == limit.id for ref in rule.after)


def waiting_in(policy: Policy) -> Waiting:
    """How one policy makes people wait; worked out once for each policy."""
    found = policy.cache.get("waiting")
    if not isinstance(found, Waiting):
        found = policy.cache["waiting"] = Waiting(policy)
    return found


def _openers(policy: Policy) -> frozenset[str]:
    opening = policy.stages[OPENING].rules
    first = {role for rule in opening for event in rule.when for role in policy.events[event].by[:1]}
    acting = {role.id for role in policy.people.values() if role.acts_for in first}
    return frozenset(first | acting)
