"""From what a finding claims to the shortest story in which it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.program import program_of
from engine.probing.answers import POINT, Answers, Trials
from engine.probing.days import first_day, next_working_day
from engine.probing.explorer import MOST_MOVES, Explorer, event_moves
from engine.probing.telling import (
    Move,
    NotOver,
    Scene,
    Step,
    event_steps,
    is_over,
    later,
    moved,
    opened,
    told,
    waited,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.cases import WhyNot
    from engine.policy.model import Fact, Policy
    from engine.probing.explorer import Node
    from engine.problems import Claim

    Ending = Callable[[Scene], "Story | None"]

# Refusals that show something of the procedure, and not that the event was recorded wrongly.
TELLING = frozenset(
    {"no_rule", "no_rule_matches", "two_rules", "nothing_to_mark", "not_yet", "cannot_extend"}
)
MOST_DATA = 64
# From how many cases in a stage a way round is sought.
MOST_BEGINNINGS = 8
MOST_LIMITS = 20
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Story:
    """A story that the engine has told to its end: steps in order, under a policy, from the first day of `steps`."""

    policy: Policy
    steps: tuple[Step, ...]

    @property
    def ends(self) -> bool:
        """Whether at its end the case stands in an end."""
        then = self.steps[-1].then or {}
        return self.policy.stages[then["stage"]].end is not None


class ClaimProber:
    """Finds stories under one policy; what one search has walked, the next need not walk again."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._explorers: dict[frozenset[str], Explorer] = {}

    def story_of(self, claim: Claim) -> Story | None:
        """The shortest story found in which the claim comes true; `None` if none was found."""
        if claim.stage not in self.policy.stages:
            return None
        if claim.ring:
            return self._round(claim.stage, frozenset(claim.ring))
        limits = [*claim.passed, *([claim.limit] if claim.limit else [])]
        if not set(limits) <= self.policy.limits.keys():
            return None
        return self._first(
            limits,
            lambda node: node.stage == claim.stage,
            lambda scene: _ending(scene, claim),
            goes_on=claim.event is not None,
        )

    def story_to_stage(self, stage: str) -> Story | None:
        """The shortest story found that leads into a stage, at the end of which the case stands in it."""
        return self._first((), lambda node: node.stage == stage, lambda scene: _seen(scene, {"stage": stage}))

    def story_by_rule(self, rule: str) -> Story | None:
        """The shortest story found that ends with what this rule decides."""
        edge = next((edge for edge in self._explorer(()).edges() if rule in edge.rules), None)
        if edge is None:
            return None
        then: dict[str, Any] = {"stage": edge.after.stage}
        if edge.rules[-1] == rule:
            then["by_rule"] = rule
        return self._retold(edge.after, lambda scene: _seen(scene, then))

    def story_of_limit(self, limit: str, status: str) -> Story | None:
        """The shortest story found after which a limit stands so: running, overdue, met, met_late, missed or lapsed."""
        for edge in self._explorer((limit,)).edges():
            if edge.after.scene.view.limits[limit].status == status:
                return self._retold(edge.after, lambda scene: _limit_seen(scene, limit, status))
        return None

    def nodes(self) -> Iterator[Node]:
        """Every case that the plain walk comes by and that differs from those before it, nearest first."""
        return self._explorer(()).nodes()

    # --- Searching -------------------------------------------------------------------------------------------

    def _explorer(self, limits: Iterable[str]) -> Explorer:
        """The walk that tells these limits apart wherever a case stands; without any, the plain one."""
        named = frozenset(limits)
        if named not in self._explorers:
            # Every limit may ask for a walk of its own, so where there are many each goes less far.
            many = max(1, len(self.policy.limits) // MOST_LIMITS) if named else 1
            self._explorers[named] = Explorer(self.policy, named, MOST_MOVES // many)
        return self._explorers[named]

    def _first(
        self,
        limits: Sequence[str],
        fits: Callable[[Node], bool],
        ending: Ending,
        *,
        goes_on: bool = False,
    ) -> Story | None:
        """The nearest case that fits and from which the story ends so, in the plain walk, then in that of the limits."""
        for walk in dict.fromkeys((frozenset[str](), frozenset(limits))):
            for node in self._explorer(walk).nodes():
                if fits(node) and ending(node.scene) is not None:
                    return self._retold(node, ending, goes_on=goes_on)
        return None

    def _round(self, stage: str, ring: frozenset[str]) -> Story | None:
        """The nearest case in the stage that leaves it and comes back to it within these stages."""
        explorer = self._explorer(())
        then = {"stage": stage, "ended": False}
        for node in islice((node for node in explorer.nodes() if node.stage == stage), MOST_BEGINNINGS):
            back = explorer.round_from(node, ring)
            if back is not None:
                return self._retold(back, lambda scene: _seen(scene, then))
        return None

    def _retold(
        self, node: Node, ending: Ending, *, goes_on: bool = False, first: date | None = None
    ) -> Story | None:
        """The story with a working day between events, where that changes nothing; else as it was found.

        With `goes_on` something is still recorded in the end, a working day later too. With `first` it begins on that
        day; `None` if it goes another way then.
        """
        watch = self._explorer(()).watch
        as_found = ending if first is None else _no_story
        try:
            scene = opened(self.policy, first or first_day(self.policy))
            last_waited = True
            for move in node.moves:
                waits = move.limit is not None
                scene = moved(scene if waits or last_waited else self._next_day(scene), move)
                last_waited = waits
        except (EventRefused, NotOver):
            return as_found(node.scene)
        for each in (self._next_day(scene), scene) if goes_on else (scene,):
            if watch.key(each.view) == watch.key(node.view):
                story = ending(each)
                if story is not None:
                    return story
        return as_found(node.scene)

    def _next_day(self, scene: Scene) -> Scene:
        return later(scene, next_working_day(self.policy, scene.day))


# --- How a story ends ------------------------------------------------------------------------------------------


def _no_story(_scene: Scene) -> None:
    """Nothing."""


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
    for steps in _tries(scene, claim):
        why = _tried(scene, steps)
        if why is not None and why.kind in TELLING:
            last = steps[-1]
            refused = Step(last.at, last.event, last.data, refused=why.reason.partition(":")[0])
            before = _all_told(scene, steps[:-1])
            return _seen(Scene(before.case, scene.day, before.steps), {"stage": claim.stage}, refused)
    return None


def _accepted(scene: Scene, claim: Claim) -> Story | None:
    for steps in _tries(scene, claim):
        if _tried(scene, steps) is None:
            after = _all_told(scene, steps)
            then: dict[str, Any] = {"stage": after.view.stage}
            if after.view.last_rule is not None:
                then["by_rule"] = after.view.last_rule
            return _seen(after, then)
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


def _is_overdue(scene: Scene, limit: str) -> bool:
    return scene.view.limits[limit].status == "overdue"


def _twice(scene: Scene, then: Mapping[str, Any], holds: Callable[[Scene], bool]) -> Story | None:
    """What is seen now, and a year later still."""
    much_later = later(scene, next_working_day(scene.case.policy, scene.day + A_YEAR))
    if not (holds(scene) and holds(much_later)):
        return None
    return _seen(Scene(scene.case, much_later.day, (*scene.steps, Step(scene.day, then=then))), then)


def _limit_seen(scene: Scene, limit: str, status: str) -> Story | None:
    words = {"met_late": "met", "running": "running", "overdue": "overdue", "met": "met", "lapsed": "lapsed"}
    then: dict[str, Any] = {"stage": scene.view.stage}
    if status in words:
        then[words[status]] = [limit]
    return _seen(scene, then) if scene.view.limits[limit].status == status else None


def _seen(scene: Scene, then: Mapping[str, Any], *more: Step) -> Story | None:
    """The story with what is seen at its end; `more` steps come before that."""
    if scene.view.stage != then["stage"]:
        return None
    return Story(scene.case.policy, (*scene.steps, *more, Step(scene.day, then=then)))


# --- Trying an event -------------------------------------------------------------------------------------------


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


def _tried(scene: Scene, steps: Sequence[Step]) -> WhyNot | None:
    """Why the last of these steps is refused; `None` if all are accepted."""
    try:
        _all_told(scene, steps)
    except EventRefused as refused:
        return refused.why
    return None


def _all_told(scene: Scene, steps: Sequence[Step]) -> Scene:
    for step in steps:
        scene = told(scene, step)
    return scene
