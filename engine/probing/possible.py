"""What can come about under a policy, told from its structure: where a limit can run and how it ends, what is refused.

Every condition is thought to hold on some facts, and every due date to come, unless the policy itself shows otherwise:
what is said to be impossible is.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from engine.cases.machine import BACK
from engine.cases.program import program_of
from engine.policy.checks.overlap import recorded_answers, values_of
from engine.policy.checks.ways import ways_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.policy.conditions import Condition
    from engine.policy.model import DueRef, EventType, Limit, Policy, Rule, Start

# How much is tried for one question, and for one policy; what cannot be tried to the end is thought possible.
MOST_TRIALS = 2_000
MOST_TRIALS_IN_ALL = 200_000


class Possible:
    """What can come about under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.program = program_of(policy)
        self.ways = ways_of(policy)
        self.stages = [stage for stage in policy.stages if stage in self.ways.from_opening]
        self.left = MOST_TRIALS_IN_ALL
        self._open_in: dict[str, frozenset[str]] = {}
        self._in_time_in: dict[str, frozenset[str]] = {}
        self._lapse_in: dict[str, bool] = {}

    def rule(self, rule: Rule) -> bool:
        """Whether a rule is judged in a stage that can be reached, and what it waits for can be."""
        if rule.overdue is not None:
            limit = self.policy.limits[rule.overdue]
            firing = self._firing.get(rule.id, ())
            return self.missed(limit) and any(stage in self.open_in(limit) for stage in firing)
        return rule.id in self._judged

    @cached_property
    def _judged(self) -> frozenset[str]:
        """The rules that judge some event in a stage that can be reached."""
        judging = (rules for stage in self.stages for rules in self._judging(stage).values())
        return frozenset(rule.id for rules in judging for rule in rules)

    @cached_property
    def _firing(self) -> Mapping[str, list[str]]:
        """For each overdue rule the stages that can be reached in which it fires."""
        found: dict[str, list[str]] = {}
        for stage in self.stages:
            for _, rules in self.program.stages[stage].overdue:
                for rule in rules:
                    found.setdefault(rule.id, []).append(stage)
        return found

    def _judging(self, stage: str) -> Mapping[str, tuple[Rule, ...]]:
        return self.program.stages[stage].rules

    # --- Limits ------------------------------------------------------------------------------------------------

    def open_in(self, limit: Limit) -> frozenset[str]:
        """The stages in which a run of a limit can be open."""
        if limit.id not in self._open_in:
            self._follow(limit)
        return self._open_in[limit.id]

    def lapsed(self, limit: Limit) -> bool:
        """Whether a run can end before its due date without being met."""
        self.open_in(limit)
        return self._lapse_in[limit.id]

    def missed(self, limit: Limit) -> bool:
        """Whether a run has a due date that can go by."""
        lengths = [limit.length, *(case.length for case in limit.cases)]
        dated = limit.due_on is not None or bool(limit.extended_by)
        return dated or any(not length.is_open_ended for length in lengths)

    def met(self, limit: Limit) -> bool:
        """Whether what meets it can come while it runs, in time."""
        return any(self._comes_while_running(limit, event) for event in limit.met_by)

    def extended(self, limit: Limit) -> bool:
        """Whether what extends it can come while it runs, and does not meet it."""
        events = set(limit.extended_by) - {*limit.met_by, *limit.restarted_by}
        return any(self._comes_while_running(limit, event) for event in sorted(events))

    def paused(self, limit: Limit) -> bool:
        """Whether what pauses it can come while it runs, and does not meet it."""
        if limit.before is not None or not self.missed(limit):
            return False
        events = {event for pause in limit.pauses for event in pause.when}
        return any(
            self._comes_while_running(limit, event)
            for event in sorted(events - {*limit.met_by, *limit.restarted_by})
        )

    def _comes_while_running(self, limit: Limit, event: str) -> bool:
        plan = self.program.events[event]
        self.open_in(limit)
        places = self._in_time_in[limit.id]
        if not plan.is_step or plan.presumed_from is not None:
            return bool(places)
        return any(
            not rule.turns_down and not _is_after(rule, limit)
            for stage in places
            for rule in self._judging(stage).get(event, ())
        )

    def _follow(self, limit: Limit) -> None:
        """Find where a run can be open, and not be over, from where it begins on; and whether it can lapse on the way."""
        revived = limit.late_extension or any(start.kind == "fact" for start in limit.starts)
        revived = revived or limit.due_on is not None or limit.before is not None
        late = _begins_late(limit) and not revived
        begin = [(stage, late) for stage in sorted(self._beginnings(limit)) if self._may_run(limit, stage)]
        found, waiting, lapses = set(begin), begin, False
        while waiting:
            stage, over = waiting.pop()
            for rule in self._moving_on(stage, limit):
                over_then = (over or _is_after(rule, limit)) and not revived
                for target in self.ways.leads_to(stage, rule):
                    aside = self.policy.stages[target].aside and rule.go_to != BACK
                    if not aside and self._ends(limit, target):
                        lapses = lapses or not (over or _is_after(rule, limit))
                    elif (target, over_then) not in found:
                        found.add((target, over_then))
                        waiting.append((target, over_then))
        self._open_in[limit.id] = frozenset(stage for stage, _ in found)
        self._in_time_in[limit.id] = frozenset(stage for stage, over in found if not over)
        self._lapse_in[limit.id] = lapses

    def _moving_on(self, stage: str, limit: Limit) -> Iterator[Rule]:
        """The rules that move a case out of a stage with the limit still running."""
        ending = {*limit.met_by, *limit.restarted_by}
        for event, rules in self._judging(stage).items():
            yield from (
                rule for rule in rules if rule.go_to is not None and (rule.turns_down or event not in ending)
            )
        for _, rules in self.program.stages[stage].overdue:
            yield from (rule for rule in rules if rule.go_to is not None)

    def _ends(self, limit: Limit, target: str) -> bool:
        """Whether a run ends when a case enters this stage."""
        if self.policy.stages[target].end is not None:
            return not limit.outlives
        return limit.stages is not None and target not in limit.stages

    def _may_run(self, limit: Limit, stage: str) -> bool:
        if self.policy.stages[stage].end is not None and not limit.outlives:
            return False
        return limit.stages is None or stage in limit.stages

    def _beginnings(self, limit: Limit) -> set[str]:
        """The stages in which a run can begin, or be thought to."""
        if limit.before is not None:
            return set(self.stages)
        found: set[str] = set()
        for start in limit.starts:
            found |= self._places(start)
        for event in limit.restarted_by:
            found |= self._arrivals(event)
        return found

    def _places(self, start: Start) -> set[str]:
        if start.kind == "entering":
            return {start.id} & set(self.stages)
        return self._arrivals(start.id) if start.kind == "event" else set(self.stages)

    def _arrivals(self, event: str) -> set[str]:
        """Where a case can stand after an event that starts limits; where it is only a mark, anywhere."""
        plan = self.program.events[event]
        if not plan.is_step or plan.presumed_from is not None:
            return set(self.stages)
        return {
            target
            for stage in self.stages
            for rule in self._judging(stage).get(event, ())
            if not rule.turns_down
            for target in (self.ways.leads_to(stage, rule) if rule.go_to is not None else (stage,))
        }

    # --- Refusals ----------------------------------------------------------------------------------------------

    def refusals(self, event: EventType) -> Iterator[str]:
        """The ways in which an event can be refused that show something of the procedure."""
        plan = self.program.events[event.id]
        taken = [(stage, self._judging(stage).get(event.id, ())) for stage in self.stages]
        places = [(stage, rules) for stage, rules in taken if rules]
        if plan.is_step and event.presumed_from is None:
            if len(places) < len(taken):
                yield "out_of_turn"
            found = {detail for stage, rules in places for detail in self._kept_out(event, stage, rules)}
            yield from (detail for detail in ("too_late", "too_early", "condition") if detail in found)
        barred = plan.roles is not None and not self.policy.people.keys() <= plan.roles
        if barred and (places or not plan.is_step):
            yield "wrong_role"

    def _kept_out(self, event: EventType, stage: str, rules: Sequence[Rule]) -> Iterator[str]:
        """What can keep some rule of a stage from taking the event; once nothing more may be tried, whatever they have."""
        if self.left > 0:
            yield from self._unmatched(event, stage, rules)
        if self.left <= 0:
            yield from _parts_of(rules)

    def _unmatched(self, event: EventType, stage: str, rules: Sequence[Rule]) -> Iterator[str]:
        """What alone can keep some rule of a stage from taking the event on a day on which no other takes it."""
        refs = list(dict.fromkeys(ref for rule in rules for ref in (*rule.within, *rule.after)))
        for over in self._dates(stage, refs):
            self.left -= len(rules) + len(refs)
            in_time = [rule for rule in rules if not _late(rule, over) and not _early(rule, over)]
            for rule in rules:
                late, early = _late(rule, over), _early(rule, over)
                if late != early and self._leaves_out(event, rule.condition, in_time):
                    yield "too_late" if late else "too_early"
                asked = rule.condition if rule in in_time else None
                if asked is not None and self._leaves_out(event, None, in_time, unless=asked):
                    yield "condition"

    def _dates(self, stage: str, refs: Sequence[DueRef]) -> Iterator[frozenset[DueRef]]:
        """Which of these dates can be over at once in a stage, as far as may be tried: a due date is when its ceiling is."""
        movable = [ref for ref in refs if self._can_be_over(ref, stage)]
        for chosen in islice(product((False, True), repeat=len(movable)), MOST_TRIALS):
            over = frozenset(ref for ref, is_over in zip(movable, chosen, strict=True) if is_over)
            ceilings = {ref.limit for ref in over if ref.longest}
            if self.left <= 0:
                return
            if all(ref in over or ref.limit not in ceilings for ref in movable):
                yield over

    def _can_be_over(self, ref: DueRef, stage: str) -> bool:
        limit = self.policy.limits[ref.limit]
        firing = (rules for name, rules in self.program.stages[stage].overdue if name == limit.id)
        moved_on = any(
            rule.condition is None and rule.go_to not in (None, stage) for rules in firing for rule in rules
        )
        return self.missed(limit) and (ref.longest or not moved_on)

    def _leaves_out(
        self,
        event: EventType,
        wanted: Condition | None,
        others: Sequence[Rule],
        unless: Condition | None = None,
    ) -> bool:
        """Whether on some facts the condition wanted is true (and the other is not), and no other rule's is.

        True as well if nothing more may be tried.
        """
        if any(other.condition is None for other in others):
            return False
        if self.left <= 0:
            return True
        conditions = [other.condition for other in others if other.condition is not None]
        told = [each for each in (wanted, unless) if each is not None]
        for facts, points in self._tried(event, [*conditions, *told]):
            self.left -= 1 + len(conditions)
            if wanted is not None and wanted.holds(facts, points) is not True:
                continue
            if unless is not None and unless.holds(facts, points) is True:
                continue
            if not any(condition.holds(facts, points) is True for condition in conditions):
                return True
        return False

    def _tried(
        self, event: EventType, conditions: Sequence[Condition]
    ) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
        """Facts on record when an event is judged: one that it needs is always known."""
        facts = self.policy.facts
        used = sorted({fact for condition in conditions for fact in condition.facts_used()})
        needed = {need.name for need in event.needs if need.kind == "fact"}
        values = {
            fact: [
                value
                for value in values_of(facts[fact], list(conditions))
                if value is not None or fact not in needed
            ]
            for fact in used
        }
        whole = [fact for fact in used if not facts[fact].per_point]
        each = [fact for fact in used if facts[fact].per_point]
        return islice(recorded_answers(whole, each, values), MOST_TRIALS)


def _begins_late(limit: Limit) -> bool:
    """Whether a run is over on the day it begins: one of no length at all, begun by the end of another's due date."""
    if any(start.kind != "due" for start in limit.starts) or not limit.starts or limit.restarted_by:
        return False
    lengths = [limit.length, *(case.length for case in limit.cases)]
    return limit.roll in (None, "stays") and all(length.amount == 0 for length in lengths)


def _is_after(rule: Rule, limit: Limit) -> bool:
    """Whether a rule matches only when this limit is over."""
    return rule.overdue == limit.id or any(ref.limit == limit.id for ref in rule.after)


def _parts_of(rules: Iterable[Rule]) -> Iterator[str]:
    """What these rules ask beside their event, each of which may keep one of them from taking it."""
    for rule in rules:
        yield from ["too_late"] * bool(rule.within)
        yield from ["too_early"] * bool(rule.after)
        yield from ["condition"] * (rule.condition is not None)


def _late(rule: Rule, over: frozenset[DueRef]) -> bool:
    """Whether none of the dates that it must be within is still to come."""
    return bool(rule.within) and all(ref in over for ref in rule.within)


def _early(rule: Rule, over: frozenset[DueRef]) -> bool:
    """Whether some date that it must be after is still to come."""
    return any(ref not in over for ref in rule.after)
