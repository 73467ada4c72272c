"""From what a finding claims to the shortest story in which it happens."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.program import program_of
from engine.probing.answers import POINT, Answers, Trials
from engine.probing.days import next_working_day
from engine.probing.endings import TELLING, refusal_seen, seen, tried
from engine.probing.explorer import event_moves
from engine.probing.telling import Move, NotOver, Scene, Step, event_steps, is_over, later, moved, waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.cases import WhyNot
    from engine.policy.model import Fact
    from engine.probing.search import Search, Story
    from engine.problems import Claim

# In how many ways the facts are tried that an event needs and a claim leaves open.
MOST_DATA = 64
A_YEAR = timedelta(days=365)


def story_of_claim(search: Search, claim: Claim) -> Story | None:
    """The shortest story found in which the claim comes true; `None` if none was found."""
    if claim.stage not in search.policy.stages:
        return None
    if claim.ring:
        return search.round_in(claim.stage, frozenset(claim.ring), lambda scene: _back_in(scene, claim.stage))
    limits = [*claim.passed, *([claim.limit] if claim.limit else [])]
    if not set(limits) <= search.policy.limits.keys():
        return None
    return search.first(
        limits,
        lambda node: node.stage == claim.stage,
        lambda scene: _ending(scene, claim),
        goes_on=claim.event is not None,
    )


# --- How a story ends ------------------------------------------------------------------------------------------


def _ending(scene: Scene, claim: Claim) -> Story | None:
    """The story from here to what the claim says; `None` if it does not come about."""
    for ready in _readied(scene, claim):
        if ready.view.stage != claim.stage:
            continue
        story = _OUTCOMES[claim.outcome](ready, claim)
        if story is not None:
            return story
    return None


def _readied(scene: Scene, claim: Claim) -> Iterator[Scene]:
    """The scene with the facts on record and the due dates over, then the ceilings too: facts first, and days first."""
    for longest in (False, True) if claim.passed else (False,):
        for facts_first in (True, False) if claim.passed and claim.facts else (True,):
            try:
                if facts_first:
                    yield _passed(_recorded(scene, claim), claim.passed, longest=longest)
                else:
                    yield _recorded(_passed(scene, claim.passed, longest=longest), claim)
            except (EventRefused, NotOver):
                continue


def _recorded(scene: Scene, claim: Claim) -> Scene:
    """With the claim's facts on record, those left out that the event brings. Raises `NotOver` for what cannot be."""
    view, policy = scene.view, scene.case.policy
    kind = policy.events.get(claim.event or "")
    brought = {need.name for need in kind.needs} if kind else set()
    facts: dict[str, Any] = {}
    points: tuple[str, ...] = ()
    for name, value in claim.facts:
        if value is None:
            if name in view.facts:
                raise NotOver(name)
            continue
        fact = policy.facts[name]
        said = _on_points(fact, value, view.points)
        if fact.per_point:
            points = points or tuple(said)
        if name not in brought and view.facts.get(name) != _plain(said):
            facts[name] = said
    if not facts:
        return scene
    new_points = (
        points if any(policy.facts[name].per_point for name in facts) and points != view.points else ()
    )
    return moved(scene, Move(answers=Answers(facts, new_points)))


def _on_points(fact: Fact, value: Any, points: tuple[str, ...]) -> Any:
    """A fact's value as it is recorded: on every point, if it is asked on each."""
    if not fact.per_point or hasattr(value, "items"):
        return _plain(value)
    return dict.fromkeys(points or (POINT,), _plain(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _passed(scene: Scene, limits: Sequence[str], *, longest: bool = False) -> Scene:
    """On a day on which the due dates (or ceilings) of the limits are over. Raises `NotOver`."""
    for limit in limits:
        if not is_over(scene.view, limit, longest=longest):
            scene = waited(scene, limit, longest=longest)
    return scene


def _refused(scene: Scene, claim: Claim) -> Story | None:
    for step, before, why in _tried(scene, claim):
        if why is not None and why.kind in TELLING:
            return refusal_seen(before, step, why) if before.view.stage == claim.stage else None
    return None


def _accepted(scene: Scene, claim: Claim) -> Story | None:
    for _, after, why in _tried(scene, claim):
        if why is None:
            rule = after.view.last_rule
            return seen(after, {"by_rule": rule} if rule is not None else {})
    return None


def _overdue(scene: Scene, claim: Claim) -> Story | None:
    """The limit overdue on the working day after its due date, and so a year later, in the same stage."""
    if claim.limit is None:
        return None
    try:
        scene = waited(scene, claim.limit) if not _is_overdue(scene, claim.limit) else scene
    except NotOver:
        return None
    then = {"stage": claim.stage, "overdue": [claim.limit]}
    return _twice(
        scene, then, lambda each: each.view.stage == claim.stage and _is_overdue(each, claim.limit or "")
    )


def _stays(scene: Scene, claim: Claim) -> Story | None:
    """The case in the stage, and so a year later: nothing that time does leads on.

    In an end to which the limits passed lead, it has been brought there by one of them, not by what somebody did.
    """
    if claim.passed and scene.case.policy.stages[claim.stage].end is not None:
        taken = {rule.id: rule.overdue for rule in scene.case.policy.rules()}
        if not scene.view.path or taken.get(scene.view.path[-1].rule) not in claim.passed:
            return None
    then: dict[str, Any] = {"stage": claim.stage, "ended": scene.view.ended is not None}
    return _twice(scene, then, lambda each: each.view.stage == claim.stage)


_OUTCOMES: Mapping[str, Callable[[Scene, Claim], Story | None]] = {
    "refused": _refused,
    "accepted": _accepted,
    "overdue": _overdue,
    "stays": _stays,
}


def _back_in(scene: Scene, stage: str) -> Story | None:
    return seen(scene, {"ended": False}) if scene.view.stage == stage else None


def _is_overdue(scene: Scene, limit: str) -> bool:
    return scene.view.limits[limit].status == "overdue"


def _twice(scene: Scene, then: Mapping[str, Any], holds: Callable[[Scene], bool]) -> Story | None:
    """What is seen now, and a year later still."""
    much_later = later(scene, next_working_day(scene.case.policy, scene.day + A_YEAR))
    if not (holds(scene) and holds(much_later)):
        return None
    return seen(Scene(scene.case, much_later.day, (*scene.steps, Step(scene.day, then=then))), then)


# --- Trying an event -------------------------------------------------------------------------------------------


def _tried(scene: Scene, claim: Claim) -> Iterator[tuple[Step, Scene, WhyNot | None]]:
    """The event's step in every way that matters, with the scene after it and `None`, or before it and why it is refused."""
    for steps in _tries(scene, claim):
        try:
            after, why = tried(scene, steps)
        except EventRefused:
            continue
        yield steps[-1], after, why


def _tries(scene: Scene, claim: Claim) -> Iterator[tuple[Step, ...]]:
    """The event with its data, as the claim has it, and as far as that leaves it open in every way that matters."""
    policy, view = scene.case.policy, scene.view
    kind = policy.events.get(claim.event or "")
    if kind is None:
        return
    needed = [policy.facts[need.name] for need in kind.needs if need.kind == "fact"]
    said = {name: value for name, value in claim.facts if value is not None}
    open_facts = [fact for fact in needed if fact.id not in said and fact.answers]
    fixed = {fact.id: _on_points(fact, said[fact.id], view.points) for fact in needed if fact.id in said}
    ways = product(*(fact.answers for fact in open_facts))
    for chosen in islice(ways, MOST_DATA):
        facts = {
            **fixed,
            **{
                fact.id: _on_points(fact, value, view.points)
                for fact, value in zip(open_facts, chosen, strict=True)
            },
        }
        per_point = [value for name, value in facts.items() if policy.facts[name].per_point]
        points = tuple(per_point[0]) if per_point and not view.points else ()
        yield event_steps(scene, kind.id, Answers(facts, points))
    if claim.outcome == "accepted":
        rules = program_of(policy).stages[view.stage].rules.get(kind.id, ())
        for move in event_moves(view, kind.id, rules, Trials(), said):
            if all(
                move.answers.facts.get(name, view.facts.get(name)) in (value, None)
                for name, value in said.items()
            ):
                yield event_steps(scene, kind.id, move.answers)
