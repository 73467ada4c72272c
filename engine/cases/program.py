"""A policy compiled for driving cases: for each stage and event, what to judge and what to touch.

Compiled once a policy, kept with it, shared by every case and thread; nothing here changes afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from engine.cases.machine import StageMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.policy.model import EventType, Limit, Policy, Rule, Stage

T = TypeVar("T")
FAR_FUTURE = 10**9


class Touch(NamedTuple):
    """What one event does to one limit, in the order it is done."""

    limit: LimitPlan
    meets: bool
    restarts: bool
    extends: bool
    resumes: tuple[str, ...]
    pauses: tuple[str, ...]


class LimitPlan:
    """A limit with what the fold looks up: its dependants and the facts that can move it."""

    __slots__ = (
        "chained", "due_sources", "id", "limit", "measured_plainly", "moved_by", "start_facts", "starts_plainly",
    )  # fmt: skip

    def __init__(self, limit: Limit) -> None:
        self.id = limit.id
        self.limit = limit
        self.chained: tuple[LimitPlan, ...] = ()
        self.due_sources = tuple(start.id for start in limit.starts if start.kind == "due")
        self.start_facts = frozenset(
            [start.id for start in limit.starts if start.kind == "fact"]
            + ([limit.before] if limit.before else []),
        )
        facts = {fact for case in limit.cases for fact in case.condition.facts_used()}
        if limit.due_on:
            facts.add(limit.due_on)
        self.moved_by = frozenset(facts | self.start_facts)
        # What most limits are: due a length after the day of what starts them, whatever the facts.
        self.measured_plainly = not (limit.cases or limit.due_on or limit.before)
        self.starts_plainly = (
            limit.mode == "earliest" and not self.start_facts and limit.calendar.cutoff is None
        )

    def __repr__(self) -> str:
        return f"LimitPlan({self.id})"


class EventPlan:
    """An event type with all it touches."""

    __slots__ = (
        "checks_data", "discharges", "id", "is_step", "presumed_from", "presumes", "roles", "starts", "touches",
        "tracked", "type",
    )  # fmt: skip

    def __init__(self, kind: EventType, policy: Policy) -> None:
        self.id = kind.id
        self.type = kind
        self.roles = _roles(kind.by, policy)
        self.presumed_from = kind.presumed_from
        self.is_step = False
        self.tracked = False
        self.checks_data = bool(kind.needs or kind.appoints)
        self.touches: tuple[Touch, ...] = ()
        self.starts: tuple[LimitPlan, ...] = ()
        self.presumes: tuple[EventType, ...] = ()
        self.discharges: tuple[str, ...] = ()


class StagePlan:
    """A stage: which limits may run in it, and its overdue rules by limit."""

    __slots__ = ("aside", "end", "entry_starts", "id", "overdue", "rules")

    def __init__(self, stage: Stage, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        self.id = stage.id
        self.end = stage.end is not None
        self.aside = stage.aside
        self.rules = rules
        self.overdue: tuple[tuple[str, tuple[Rule, ...]], ...] = ()
        self.entry_starts: tuple[LimitPlan, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Everything the fold looks up about one policy."""

    policy: Policy
    machine: StageMachine
    events: Mapping[str, EventPlan]
    stages: Mapping[str, StagePlan]
    limits: Mapping[str, LimitPlan]
    chains: tuple[LimitPlan, ...]
    fact_starts: Mapping[str, tuple[LimitPlan, ...]]
    listed: frozenset[str]
    tracked_stages: frozenset[str]
    from_day: int
    until_day: int
    starts_on_arrival: dict[tuple[str, str], tuple[LimitPlan, ...]]
    facts_per_point: frozenset[str]
    moving_facts: frozenset[str]
    watched: frozenset[str]
    presumes_in_chains: bool


def program_of(policy: Policy) -> Program:
    """The compiled form of a policy, made on first use."""
    program: Program | None = policy.cache.get("program")
    if program is None:
        program = policy.cache["program"] = _compile(policy)
    return program


def rules_for(policy: Policy, stage: str) -> dict[str, tuple[Rule, ...]]:
    """For each event, the rules that judge it in this stage: the stage's own, else those of `anywhere`."""
    by_event: dict[str, list[Rule]] = {}
    for rule in policy.stages[stage].rules:
        for event in rule.when:
            by_event.setdefault(event, []).append(rule)
    own = frozenset(by_event)
    for rule in policy.anywhere:
        if stage in rule.reaches:
            for event in rule.when:
                if event not in own:
                    by_event.setdefault(event, []).append(rule)
    return {event: tuple(rules) for event, rules in by_event.items()}


def overdue_rules_for(policy: Policy, stage: str) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """For each limit, the rules of this stage that fire when it is overdue; the stage's own before `anywhere`'s."""
    own: dict[str, list[Rule]] = {}
    for rule in policy.stages[stage].rules:
        if rule.overdue:
            own.setdefault(rule.overdue, []).append(rule)
    shared: dict[str, list[Rule]] = {}
    for rule in policy.anywhere:
        if rule.overdue and stage in rule.reaches and rule.overdue not in own:
            shared.setdefault(rule.overdue, []).append(rule)
    return tuple((limit, tuple(rules)) for limit, rules in sorted((own | shared).items()))


def _compile(policy: Policy) -> Program:
    limits = {limit.id: LimitPlan(limit) for limit in policy.limits.values()}
    for source, chained in _by_name(limits, lambda plan: plan.due_sources).items():
        limits[source].chained = chained
    events = {event.id: EventPlan(event, policy) for event in policy.events.values()}
    _place_events(policy, events, limits)
    entry_starts = _by_name(limits, lambda plan: _names_of_starts(plan.limit, "entering"))
    stages = {
        stage.id: _stage_plan(policy, stage, entry_starts.get(stage.id, ()))
        for stage in policy.stages.values()
    }
    chains = tuple(plan for plan in limits.values() if plan.chained)
    dependants = [other for plan in chains for other in plan.chained]
    return Program(
        policy=policy,
        machine=StageMachine(policy, {stage: plan.rules for stage, plan in stages.items()}),
        events=events,
        stages=stages,
        limits=limits,
        chains=chains,
        fact_starts=_by_name(limits, lambda plan: plan.start_facts),
        listed=frozenset(plan.id for plan in limits.values() if plan.limit.stages is not None),
        tracked_stages=frozenset(stage for plan in dependants for stage in plan.limit.stages or ())
        | _entered_by_latest(limits),
        from_day=policy.in_force_from.toordinal(),
        until_day=policy.in_force_until.toordinal() if policy.in_force_until else FAR_FUTURE,
        starts_on_arrival={},
        moving_facts=frozenset(fact for plan in limits.values() for fact in plan.moved_by),
        facts_per_point=frozenset(fact.id for fact in policy.facts.values() if fact.per_point),
        watched=frozenset(
            name
            for event in policy.events.values()
            if event.presumed_from
            for name in (event.id, event.presumed_from)
        ),
        presumes_in_chains=any(
            event.presumed_from is not None and policy.events[event.presumed_from].presumed_from is not None
            for event in policy.events.values()
        ),
    )


def _by_name(elements: Mapping[str, T], names_of: Callable[[T], Iterable[str]]) -> dict[str, tuple[T, ...]]:
    """For each name that some element names, the elements that do, by id."""
    found: dict[str, list[T]] = {}
    for _, element in sorted(elements.items()):
        for name in dict.fromkeys(names_of(element)):
            found.setdefault(name, []).append(element)
    return {name: tuple(naming) for name, naming in found.items()}


def _names_of_starts(limit: Limit, kind: str) -> Iterator[str]:
    return (start.id for start in limit.starts if start.kind == kind)


def _place_events(policy: Policy, events: dict[str, EventPlan], limits: dict[str, LimitPlan]) -> None:
    for rule in policy.rules():
        for name in rule.when:
            events[name].is_step = True
    touched = _by_name(limits, lambda plan: _events_that_touch(plan.limit))
    started = _by_name(
        limits, lambda plan: (*plan.limit.restarted_by, *_names_of_starts(plan.limit, "event"))
    )
    presumed = _by_name(policy.events, lambda kind: (kind.presumed_from,) if kind.presumed_from else ())
    discharged = _by_name(policy.letters, lambda letter: letter.sent_by)
    for event in events.values():
        event.touches = tuple(_touch(event.id, plan) for plan in touched.get(event.id, ()))
        event.starts = started.get(event.id, ())
        event.presumes = presumed.get(event.id, ())
        event.discharges = tuple(letter.id for letter in discharged.get(event.id, ()))
    for event_id in _tracked(policy, limits):
        events[event_id].tracked = True


def _tracked(policy: Policy, limits: Mapping[str, LimitPlan]) -> Iterable[str]:
    """The events whose last date matters later."""
    for plan in limits.values():
        if plan.limit.mode == "latest":
            yield from (start.id for start in plan.limit.starts if start.kind == "event")
        if plan.due_sources:
            yield from plan.limit.met_by
        for pause in plan.limit.pauses:
            yield from pause.when
            yield from pause.until
    for event in policy.events.values():
        if event.presumed_from:
            yield event.presumed_from


def _entered_by_latest(limits: Mapping[str, LimitPlan]) -> frozenset[str]:
    return frozenset(
        start.id
        for plan in limits.values()
        if plan.limit.mode == "latest"
        for start in plan.limit.starts
        if start.kind == "entering"
    )


def _events_that_touch(limit: Limit) -> Iterator[str]:
    yield from (*limit.met_by, *limit.restarted_by, *limit.extended_by)
    for pause in limit.pauses:
        yield from (*pause.when, *pause.until)


def _touch(event: str, plan: LimitPlan) -> Touch:
    limit = plan.limit
    return Touch(
        plan,
        event in limit.met_by,
        event in limit.restarted_by,
        event in limit.extended_by,
        tuple(pause.id for pause in limit.pauses if event in pause.until),
        tuple(pause.id for pause in limit.pauses if event in pause.when),
    )


def _stage_plan(policy: Policy, stage: Stage, entry_starts: tuple[LimitPlan, ...]) -> StagePlan:
    plan = StagePlan(stage, rules_for(policy, stage.id))
    plan.overdue = overdue_rules_for(policy, stage.id)
    plan.entry_starts = entry_starts
    return plan


def _roles(by: tuple[str, ...], policy: Policy) -> frozenset[str] | None:
    """Who may record: the roles named and those who act for them; `None`: anybody declared."""
    if not by:
        return None
    acting = set(by)
    while True:
        more = {role.id for role in policy.people.values() if role.acts_for in acting} - acting
        if not more:
            return frozenset(acting)
        acting |= more
