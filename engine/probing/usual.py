"""The usual course of a procedure: a walk that prefers it to the shortest, as stories for people should.

What is usual is told from how the language is built, never from what a policy names:

* what a stage's own rules say comes before what `anywhere` says, and that before what it says of nearly every stage;
* of several ways out of a stage, and of several events that meet a limit, the one written first is the usual one;
* what meets a limit comes when one runs that it meets, so what begins such a run comes before it;
* a case that somebody has ended is not reopened (one that time has ended may be), and nothing more is recorded of it;
* a case is not put aside, sent back to where it was, or kept waiting until a date is over.

None of this is forbidden: each costs more, and the walk goes the cheapest way first.
"""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from engine.cases.program import program_of
from engine.probing.explorer import MOST_MOVES, Edge, Explorer, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.cases import View
    from engine.policy.model import Limit, Policy, Rule, Stage
    from engine.probing.telling import Move, Scene

# What anything costs that is recorded, and waiting until a due date or a ceiling is over.
A_MOVE = 1
WAITING = 3
# Beside that, by the rule that takes it: another way out of its stage than the first, one of `anywhere` that reaches so
# few stages that it is nearly their own, and one that reaches more.
ANOTHER_WAY = 1
IN_FEW_STAGES = 1
FEW = 3
ANYWHERE = 4
# An event that meets limits of which none runs; one that meets none as the first it names. Running limits that a stage
# waits for and that the case leaves behind unmet: each.
UNASKED = 2
NOT_FIRST = 5
LEFT_BEHIND = 1
# Stages: entering one that is `aside`; coming to one where the case has been; recording something in an end.
ASIDE = 3
AGAIN = 4
AFTER_THE_END = 3
# Going on from an end to what is none: where time ended the case; else back to a stage where it has been, which is as
# much as going through several stages; or to another, which is as much as going through a whole procedure.
REOPENED_LATE = 2
REOPENED = 10
REOPENED_ELSEWHERE = 24


class Usual:
    """How far from the usual course anything under one policy is, and what prepares for what."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._program = program_of(policy)
        self._by_rule = {rule.id: _rank(rule) for rule in policy.rules()}
        self._by_time = frozenset(rule.id for rule in policy.rules() if rule.overdue is not None)
        for stage in policy.stages.values():
            self._by_rule.update({rule.id: ANOTHER_WAY for rule in _ways_out(stage)[1:]})
        self._meets: dict[str, list[Limit]] = {}
        for limit in policy.limits.values():
            for event in limit.met_by:
                self._meets.setdefault(event, []).append(limit)
        self._leading_on = {stage: frozenset(self._events_leading_on(stage)) for stage in policy.stages}
        self.prepared = {stage: tuple(self._prepared_in(stage)) for stage in policy.stages}
        self.marks = {
            stage: tuple(
                sorted({event for limit in limits for event in _begun_by(limit) if self._is_mark(event)})
            )
            for stage, limits in self.prepared.items()
        }

    def of_move(self, before: View, after: View, move: Move) -> int:
        """What a move costs, from how the case stood to how it stands."""
        if move.limit is not None:
            return WAITING + self._of_stages(before, after)
        return self.of_event(before, after, move.event)

    def of_event(self, before: View, after: View, event: str | None) -> int:
        """What recording something costs; `None` for facts."""
        cost = A_MOVE + self._of_stages(before, after)
        if event is not None:
            cost += self._by_rule.get(after.last_rule or "", 0) + self._of_meeting(before, event)
        return cost

    def begun(self, view: View) -> tuple[str, ...]:
        """The limits that run and that something which leads on from here meets."""
        return tuple(limit.id for limit in self.prepared[view.stage] if view.limits[limit.id].is_open)

    def _of_meeting(self, before: View, event: str) -> int:
        meets = self._meets.get(event)
        if not meets:
            return 0
        asked = [limit for limit in meets if before.limits[limit.id].is_open]
        if not asked:
            return UNASKED
        return 0 if any(limit.met_by[0] == event for limit in asked) else NOT_FIRST

    def _of_stages(self, before: View, after: View) -> int:
        stages = self.policy.stages
        path = after.path
        new = len(path) - len(before.path)
        if not new:
            return AFTER_THE_END if stages[before.stage].end is not None else 0
        earlier = {"opening", *(move.stage for move in before.path)}
        cost = LEFT_BEHIND * sum(1 for _ in self._left_behind(before, after))
        by_time = bool(before.path) and before.path[-1].rule in self._by_time
        left = stages[before.stage]
        for move in path[-new:]:
            come_to = stages[move.stage]
            if left.end is not None and come_to.end is None:
                back = REOPENED if come_to.id in earlier else REOPENED_ELSEWHERE
                cost += REOPENED_LATE if by_time else back
            elif come_to.id in earlier and not left.aside:
                cost += AGAIN
            cost += ASIDE * come_to.aside
            earlier.add(come_to.id)
            left, by_time = come_to, move.rule in self._by_time
        return cost

    def _left_behind(self, before: View, after: View) -> Iterator[str]:
        """The limits that the stage left waits for, and that lapsed with it."""
        for reading in before.limits.values():
            if reading.is_open and after.limits[reading.id].status == "lapsed":
                limit = self.policy.limits[reading.id]
                if not self._leading_on[before.stage].isdisjoint(limit.met_by):
                    yield limit.id

    # --- What prepares for what --------------------------------------------------------------------------------

    def _events_leading_on(self, stage: str) -> Iterator[str]:
        for event, rules in self._program.stages[stage].rules.items():
            if any(rule.go_to is not None for rule in rules):
                yield event

    def _prepared_in(self, stage: str) -> Iterator[Limit]:
        """The limits met by what leads on from a stage, that can begin there without leaving it."""
        rules = self._program.stages[stage].rules
        for limit in self.policy.limits.values():
            if not self._leading_on[stage].isdisjoint(limit.met_by) and any(
                self._is_mark(event) or any(rule.go_to is None for rule in rules.get(event, ()))
                for event in _begun_by(limit)
            ):
                yield limit

    def _is_mark(self, event: str) -> bool:
        return not self._program.events[event].is_step


def _rank(rule: Rule) -> int:
    if not rule.id.startswith("anywhere."):
        return 0
    return IN_FEW_STAGES if len(rule.reaches) <= FEW else ANYWHERE


def _ways_out(stage: Stage) -> list[Rule]:
    """The rules of a stage by which somebody leads on from it, in the order of the policy."""
    return [rule for rule in stage.rules if rule.when and rule.go_to is not None]


def _begun_by(limit: Limit) -> Iterator[str]:
    return (start.id for start in limit.starts if start.kind == "event")


class UsualExplorer(Explorer):
    """The walk under one policy that comes first to what is most usual; otherwise as `Explorer`.

    Cases are also told apart by which limits run that lead on from where they stand.
    """

    def __init__(self, policy: Policy, limits: Iterable[str] = (), most: int = MOST_MOVES) -> None:
        self.usual = usual_of(policy)
        super().__init__(policy, limits, most)

    def _walked(self) -> Iterator[Edge]:
        waiting: list[tuple[int, int, Edge]] = []
        number = 0
        for edge in self._from(self.found[0]):
            number += 1
            heappush(waiting, (edge.after.cost, number, edge))
        while waiting:
            _, _, come = heappop(waiting)
            is_new = come.after.key not in self._seen
            if is_new:
                self._seen.add(come.after.key)
                self.found.append(come.after)
            yield come
            for edge in self._from(come.after) if is_new else ():
                number += 1
                heappush(waiting, (edge.after.cost, number, edge))

    def _from(self, node: Node) -> Iterator[Edge]:
        for move, edge in self._edges_from(node):
            cost = node.cost + self.usual.of_move(node.view, edge.after.view, move)
            yield Edge(node, replace(edge.after, cost=cost), edge.rules)

    def _node(self, scene: Scene, moves: tuple[Move, ...]) -> Node:
        node = super()._node(scene, moves)
        return replace(node, key=(*node.key, self.usual.begun(node.view)))

    def _marks(self, stage: str) -> Sequence[str]:
        return tuple(dict.fromkeys((*super()._marks(stage), *self.usual.marks[stage])))


def usual_of(policy: Policy) -> Usual:
    """What is usual under a policy; made once."""
    found: Usual | None = policy.cache.get("usual")
    if found is None:
        found = policy.cache["usual"] = Usual(policy)
    return found
