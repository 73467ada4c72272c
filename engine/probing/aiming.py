"""From an aim to a story that shows it: the most usual found, told on quiet days or from a day that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from engine.cases.events import FACT_RECORDED
from engine.probing.aims import CASE
from engine.probing.answer_endings import asks, extended_with, judged_with, recorded_with
from engine.probing.claims import story_of_claim
from engine.probing.endings import is_due, letter_due, letter_sent, seen
from engine.probing.limit_endings import (
    LIMIT_ENDINGS,
    is_open,
    measured_anew,
    measured_by,
    near_due_date,
    with_due,
)
from engine.probing.refusals import REFUSALS
from engine.probing.saying import said_where_asked
from engine.probing.search import Search
from engine.probing.telling import later, told
from engine.probing.usual import usual_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from engine.cases import LimitReading
    from engine.policy.model import Limit, Policy
    from engine.probing.aims import Aim
    from engine.probing.explorer import Edge, Node
    from engine.probing.limit_endings import Near
    from engine.probing.search import Ending, Story
    from engine.probing.telling import Scene
    from engine.problems import Claim

# How many cases that differ are tried for one aim, in each walk.
MOST_PLACES = 120
# With how many more cases the first that ends so is compared, to find the most usual.
MOST_COMPARED = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """How a story goes, whatever day it begins on: the case it leads to, and how it ends from there.

    `goes_on`: in the end something is still recorded. `limit`: the limit that it is about, if it is about one.
    """

    node: Node
    ending: Ending
    goes_on: bool = False
    limit: str | None = None


class Prober:
    """Finds stories under one policy; what one search has walked, the next need not walk again."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._search = Search(policy)
        self._plans: dict[tuple[str, ...], Plan | None] = {}
        self._usual = True

    def nodes(self) -> Iterator[Node]:
        """Every case that the plain walk comes by and that differs from those before it, nearest first."""
        return self._search.explorer().nodes()

    def edges(self, limits: Iterable[str] = ()) -> Iterator[Edge]:
        """Every move of the walk that tells these limits apart, nearest first, also one to a case that is known."""
        return self._search.explorer(limits).edges()

    def story_of(self, claim: Claim) -> Story | None:
        """The shortest story found in which a claim comes true; `None` if none was found within bounds."""
        return story_of_claim(self._search, claim)

    def story_for(self, aim: Aim) -> Story | None:
        """The most usual story found that shows an aim, its last step a `then`; `None` if none was found within bounds."""
        plan = self.plan_for(aim)
        return None if plan is None else self.told_from(plan)

    def plan_for(self, aim: Aim) -> Plan | None:
        """How a story goes that shows an aim, to be told from any day; `None` if none was found."""
        found = _PLANS.get(aim.kind)
        if found is None:
            return None
        return self._kept(tuple(aim), lambda: found(self, aim))

    def plan_near(self, limit: str, near: Near) -> Plan | None:
        """How a story goes to the due date of a limit: met on the working day before or on it; not met, the day after.

        A limit that nothing meets is only looked at. `None` if none was found, or it has no due date.
        """
        stated = self.policy.limits[limit]
        lengths = (stated.length, *(case.length for case in stated.cases))
        if all(length.is_open_ended for length in lengths) and stated.due_on is None:
            return None
        return self._kept(
            ("near", limit, near),
            lambda: self._limit_plans(limit, with_due, near_due_date(limit, near)),
        )

    def told_from(self, plan: Plan, first: date | None = None) -> Story | None:
        """The story of a plan, from a quiet Monday, or from `first`; `None` if it goes another way then."""
        story = self._search.retold(plan.node, plan.ending, goes_on=plan.goes_on, first=first, same_way=True)
        return None if story is None else said_where_asked(story)

    def _kept(self, name: tuple[str, ...], found: Callable[[], Iterator[Plan]]) -> Plan | None:
        """The most usual plan found; where that walk comes to none within its bounds, the shortest."""
        if name not in self._plans:
            for self._usual in (True, False):
                self._plans[name] = next(found(), None)
                if self._plans[name] is not None:
                    break
        return self._plans[name]

    # --- Where to begin ------------------------------------------------------------------------------------------

    def _places(self, limits: Iterable[str]) -> Iterator[Node]:
        """Every case that a walk comes by, nearest first; those also that differ in nothing that it looks at."""
        explorer = self._search.explorer(limits, usual=self._usual)
        return chain(explorer.found[:1], (edge.after for edge in explorer.edges()))

    def _found(
        self,
        fits: Callable[[Node], bool],
        ending: Ending,
        *,
        limits: Sequence[str] = (),
        goes_on: bool = False,
    ) -> Iterator[Plan]:
        """Plans from the cases that fit and from which the story ends so: the plain walk, then that of the limits."""
        for walk in dict.fromkeys((frozenset[str](), frozenset(limits))):
            nodes = self._fitting(walk, fits, limits)
            node = self._most_usual(nodes, ending) if self._usual else _first(nodes, ending)
            if node is not None:
                yield Plan(node, ending, goes_on, limits[0] if limits else None)

    def _most_usual(self, nodes: Iterator[Node], ending: Ending) -> Node | None:
        """The case from which the whole story is most usual, its end with it: of the first that end so, a few compared."""
        best: tuple[int, Node] | None = None
        left = MOST_COMPARED
        for node in nodes:
            if best is not None and (node.cost >= best[0] or not left):
                break
            left -= best is not None
            story = ending(node.scene)
            if story is not None:
                cost = node.cost + self._cost_of_ending(node, story)
                best = (cost, node) if best is None or cost < best[0] else best
        return None if best is None else best[1]

    def _fitting(
        self, walk: frozenset[str], fits: Callable[[Node], bool], limits: Sequence[str]
    ) -> Iterator[Node]:
        """The cases of a walk that fit and differ in how these limits stand: the first few."""
        tried = set()
        for node in self._places(walk):
            if not fits(node):
                continue
            mark = (node.key, tuple(_standing(node.view.limits[limit]) for limit in limits))
            if mark not in tried:
                tried.add(mark)
                if len(tried) > MOST_PLACES:
                    return
                yield node

    def _cost_of_ending(self, node: Node, story: Story) -> int:
        """How far from the usual course it is by which a story ends from a case that a walk came to."""
        cost, scene = 0, node.scene
        for step in story.steps[len(scene.steps) :]:
            if step.then is None and step.refused is None:
                after = told(scene, step)
                before = later(scene, step.at).view
                event = None if step.event == FACT_RECORDED else step.event
                cost += usual_of(self.policy).of_event(before, after.view, event)
                scene = after
        return cost

    def _stage_plans(self, aim: Aim) -> Iterator[Plan]:
        return self._found(lambda node: node.stage == aim.subject, seen)

    def _rule_plans(self, aim: Aim) -> Iterator[Plan]:
        for edge in self._search.explorer(usual=self._usual).edges():
            if aim.subject in edge.rules:
                yield Plan(edge.after, _by_rule(edge.after.stage, edge.rules, aim.subject))

    def _letter_plans(self, aim: Aim) -> Iterator[Plan]:
        """A letter due; or sent, if it can be when it is due, else although nothing calls for it."""
        letter, sending = aim.subject, set(self.policy.letters[aim.subject].sent_by)
        owing = tuple(limit.id for limit in self.policy.limits.values() if sending.intersection(limit.met_by))

        def sent(scene: Scene) -> Story | None:
            return letter_sent(scene, letter)

        def owed(node: Node) -> bool:
            return is_due(node.view, letter)

        if aim.detail == "due":
            return self._found(owed, lambda scene: letter_due(scene, letter), limits=owing)
        return chain(
            self._found(owed, sent, limits=owing, goes_on=True),
            self._found(lambda node: bool(node.view.path), sent, goes_on=True),
        )

    def _limit_plans(
        self, limit: str, fits: Callable[[LimitReading], bool], ending: Ending, *, goes_on: bool = False
    ) -> Iterator[Plan]:
        """Plans from the runs that fit."""
        return self._found(
            lambda node: fits(node.view.limits[limit]), ending, limits=(limit,), goes_on=goes_on
        )

    def _plans_of_limit(self, aim: Aim) -> Iterator[Plan]:
        limit = self.policy.limits[aim.subject]
        if aim.detail.startswith(CASE):
            return self._case_plans(limit, aim.detail.removeprefix(CASE))
        fits, ending, goes_on = LIMIT_ENDINGS[aim.detail](limit)
        return self._limit_plans(limit.id, fits, ending, goes_on=goes_on)

    def _case_plans(self, limit: Limit, case: str) -> Iterator[Plan]:
        """A run measured by the length of a case: with what is on record anyway, else with answers that bring it."""
        return chain(
            self._limit_plans(limit.id, is_open, lambda scene: measured_by(scene, limit, case)),
            self._limit_plans(
                limit.id, is_open, lambda scene: measured_anew(scene, limit, case), goes_on=True
            ),
        )

    def _refusal_plans(self, aim: Aim) -> Iterator[Plan]:
        fits, ending, limits = REFUSALS[aim.detail](self.policy, aim.subject)
        goes_on = aim.detail not in ("too_late", "too_early")
        begun = self._found(
            lambda node: bool(node.view.path) and fits(node), ending, limits=limits, goes_on=goes_on
        )
        return chain(begun, self._found(fits, ending, limits=limits, goes_on=goes_on))

    def _answer_plans(self, aim: Aim) -> Iterator[Plan]:
        """A rule that asks it, or an extension, judged with the answer; else it recorded while a limit asks it."""
        fact = self.policy.facts[aim.subject]
        asking = [rule for rule in self.policy.rules() if asks(rule.condition, fact.id)]
        stages = {stage for rule in asking for stage in rule.reaches}
        limits = list(self.policy.limits.values())

        def judged(scene: Scene) -> Story | None:
            return judged_with(scene, fact, aim.detail, asking)

        def recorded(scene: Scene) -> Story | None:
            return recorded_with(scene, fact, aim.detail)

        if stages:
            yield from self._found(lambda node: node.stage in stages, judged, goes_on=True)
        for limit in limits:
            if any(asks(case.condition, fact.id) for case in limit.cases):
                yield from self._limit_plans(limit.id, is_open, recorded, goes_on=True)
            if asks(limit.extend_if, fact.id):
                extended = extended_with(fact, aim.detail, limit)
                yield from self._limit_plans(limit.id, is_open, extended, goes_on=True)


_PLANS: Mapping[str, Callable[[Prober, Aim], Iterator[Plan]]] = {
    "stage": Prober._stage_plans,
    "rule": Prober._rule_plans,
    "letter": Prober._letter_plans,
    "limit": Prober._plans_of_limit,
    "refusal": Prober._refusal_plans,
    "answer": Prober._answer_plans,
}


def _first(nodes: Iterable[Node], ending: Ending) -> Node | None:
    return next((node for node in nodes if ending(node.scene) is not None), None)


def _standing(reading: LimitReading) -> tuple[str, bool]:
    return reading.status, reading.extended


def _by_rule(stage: str, rules: Sequence[str], rule: str) -> Ending:
    """What is seen after a move; the rule itself, if it was the last that time or the event fired."""
    then = {"by_rule": rule} if rules[-1] == rule else {}
    return lambda scene: seen(scene, then) if scene.view.stage == stage else None
