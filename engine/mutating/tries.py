"""An event concerned tried in a case in every way that matters: where the policy and the mutant part, that is a scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.program import program_of
from engine.mutating.looking import days_of_interest, differences, glance, stage_and_rule
from engine.mutating.scripts import script_of
from engine.policy.checks.overlap import known_values_of
from engine.probing.answers import POINT, Answers
from engine.probing.days import ceiling, next_working_day
from engine.probing.telling import NotOver, Scene, Step, event_steps, later, told, waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.mutating.mutant import Mutant
    from engine.mutating.scripts import Script
    from engine.policy.conditions import Condition
    from engine.policy.model import EventType, Fact, Policy

MOST_WAYS = 40
SATURDAY = 5
OTHER_POINT = "other_point"
# What decides until when a limit can be extended.
_ABOUT_EXTENSIONS = frozenset(("length", "ceiling", "late_extension", "pause", "roll"))
# What is asked on each point may be answered in one way on some and in another on others.
_BY_POINTS = frozenset(("guard_part", "guard_negated", "guard_dropped", "answer"))


def tries(own: Scene, other: Scene, mutant: Mutant, spend: Callable[[], bool]) -> Iterator[Script]:
    """The scenarios in which something tried here goes another way under the mutant; `spend` says whether one more may be."""
    policy = own.case.policy
    for event in sorted(_events(policy, mutant)):
        for scene in _days(own, mutant):
            for steps in islice(_ways(scene, event, mutant), MOST_WAYS):
                if not spend():
                    return
                yield from _parted(scene, replace(other, day=scene.day), steps, mutant)


def _events(policy: Policy, mutant: Mutant) -> set[str]:
    """What to try: the events of the rule or event that is changed, and those that touch the limits."""
    found = set(mutant.concern.events & policy.events.keys())
    if _is_of_days_off(mutant):
        found |= {each.presumed_from for each in policy.events.values() if each.presumed_from}
    for name in mutant.concern.limits & policy.limits.keys():
        limit = policy.limits[name]
        found |= {*limit.extended_by, *limit.restarted_by, *limit.met_by}
        for pause in limit.pauses:
            found |= {*pause.when, *pause.until}
    return found


def _days(scene: Scene, mutant: Mutant) -> Iterator[Scene]:
    """Today, and the day after a due date that is changed; a Saturday for what counts days off in another way."""
    yield scene
    if _is_of_days_off(mutant):
        yield later(scene, scene.day + timedelta(days=(SATURDAY - scene.day.weekday()) % 7))
    for limit in sorted(mutant.concern.limits & scene.case.policy.limits.keys()):
        try:
            over = waited(scene, limit)
        except NotOver:
            continue
        if over.day > scene.day:
            yield over


def _is_of_days_off(mutant: Mutant) -> bool:
    return mutant.operator == "day_one" and mutant.path[0] == "calendars"


def _ways(scene: Scene, event: str, mutant: Mutant) -> Iterator[tuple[Step, ...]]:
    """The event with its data, as far as answers to what is asked leave that open."""
    policy = scene.case.policy
    asked = list(_asked(policy, scene, event, mutant))
    choices = [list(_values(policy, fact, scene, mutant)) for fact in asked]
    for chosen in islice(product(*choices), MOST_WAYS):
        facts = {fact.id: value for fact, value in zip(asked, chosen, strict=True) if value is not None}
        per_point = [value for value in facts.values() if isinstance(value, dict)]
        points = tuple(per_point[0]) if per_point and len(per_point[0]) > len(scene.view.points) else ()
        steps = event_steps(scene, event, Answers(facts, points))
        yield steps
        yield from _otherwise(scene, steps, event, mutant)


def _otherwise(
    scene: Scene, steps: tuple[Step, ...], event: str, mutant: Mutant
) -> Iterator[tuple[Step, ...]]:
    """The same by somebody else, with something left unsaid, or until another day."""
    policy, last = scene.case.policy, steps[-1]
    if mutant.operator == "role":
        roles = program_of(policy).events[event].roles or frozenset()
        yield from ((*steps[:-1], replace(last, by=role)) for role in policy.people if role not in roles)
    if mutant.operator == "need":
        for need in policy.events[event].needs:
            data = {name: value for name, value in last.data.items() if name != need.name}
            yield (*steps[:-1], replace(last, data=data))
    for presumed in policy.events.values() if _is_of_days_off(mutant) else _changed(policy, mutant):
        if presumed.presumed_from == event:
            for channel in presumed.channels:
                yield (*steps[:-1], replace(last, data={**last.data, "channel": channel}))
    if mutant.operator in _ABOUT_EXTENSIONS:
        for name in sorted(mutant.concern.limits & policy.limits.keys()):
            reading, limit = scene.view.limits[name], policy.limits[name]
            if event in limit.extended_by and reading.due is not None:
                end = ceiling(limit, reading) or reading.due
                for until in (
                    end,
                    next_working_day(policy, end),
                    next_working_day(policy, next_working_day(policy, end)),
                ):
                    yield (*steps[:-1], replace(last, data={**last.data, "until": until.isoformat()}))


def _changed(policy: Policy, mutant: Mutant) -> Iterator[EventType]:
    if mutant.element in policy.events:
        yield policy.events[mutant.element]


def _asked(policy: Policy, scene: Scene, event: str, mutant: Mutant) -> Iterator[Fact]:
    """The facts that decide what becomes of the event here."""
    kind = policy.events[event]
    names = [need.name for need in kind.needs if need.kind == "fact"]
    rules = program_of(policy).stages[scene.view.stage].rules.get(event, ())
    conditions: list[Condition | None] = [rule.condition for rule in rules]
    for name in mutant.concern.limits & policy.limits.keys():
        conditions += [policy.limits[name].extend_if, *(case.condition for case in policy.limits[name].cases)]
    names += [name for each in conditions if each is not None for name in each.facts_used()]
    for name in dict.fromkeys(names):
        if policy.facts[name].kind != "date":
            yield policy.facts[name]


def _values(policy: Policy, fact: Fact, scene: Scene, mutant: Mutant) -> Iterator[Any]:
    """Each answer, or the numbers on either side of those compared with; on two points if it is asked on each."""
    single = known_values_of(fact, _conditions(policy))
    if not fact.per_point:
        yield from single
        return
    points = scene.view.points[:2] or (POINT, OTHER_POINT)
    if mutant.operator in _BY_POINTS and len(points) == 1:
        points = (*points, OTHER_POINT)
    for chosen in product(single, repeat=len(points)):
        yield dict(zip(points, chosen, strict=True))


def _conditions(policy: Policy) -> Iterator[Condition | None]:
    yield from (rule.condition for rule in policy.rules())
    for limit in policy.limits.values():
        yield limit.extend_if
        yield from (case.condition for case in limit.cases)


def _parted(own: Scene, other: Scene, steps: tuple[Step, ...], mutant: Mutant) -> Iterator[Script]:
    """The scenario, if one accepts what the other refuses, or both accept it and differ then."""
    here, there = _taken(own, steps), _taken(other, steps)
    if isinstance(here, str):
        # The same refusal for another reason is a difference too: the words of a scenario can name the reason.
        if here != there and isinstance(_taken(own, steps[:-1]), Scene):
            refused: str | bool = here if isinstance(there, str) else True
            yield script_of((*own.steps, *steps)).turned_away(refused)
        return
    told_so_far = script_of(here.steps)
    if isinstance(there, str):
        yield told_so_far.looking(here.day, stage_and_rule(here.view))
        return
    for day in days_of_interest(here.case, here.day, mutant.concern, last=True):
        view, seen = here.case.at(day), there.case.at(day)
        fully = day == here.day
        if glance(view, fully=fully, asks=False) != glance(seen, fully=fully, asks=False):
            for expected in differences(view, seen, asks=mutant.concern.asks):
                yield told_so_far.looking(day, expected.then, exhaustive=expected.exhaustive)


def _taken(scene: Scene, steps: Iterable[Step]) -> Scene | str:
    """The scene after these steps; the kind of the refusal, if one is refused."""
    try:
        for step in steps:
            scene = told(scene, step)
    except EventRefused as refused:
        return refused.why.kind
    return scene
