"""A breadth-first walk over the cases that a policy allows, nearest first: the same for the same policy, and bounded.

Two cases count as one if they stand in the same stage, remember the same, and the limits that rules look at stand
alike. Facts are left out of that: whatever is on record, another answer can be recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.machine import BACK
from engine.cases.program import program_of
from engine.probing.answers import Answers, Asked, Trials, answers_for
from engine.probing.days import ceiling, first_day
from engine.probing.telling import Move, NotOver, Scene, date_answers, moved, opened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from engine.cases import View
    from engine.policy.model import DueRef, Limit, Policy, Rule

# How many moves one walk may try: the shipped procedures need some hundreds.
MOST_MOVES = 6_000
MOST_MOVES_DEEP = 40
# A move reads every limit, so a policy with very many has fewer moves.
MOST_READINGS = 400_000
# In a policy of more stages every limit is held to matter everywhere.
MOST_STAGES = 300


@dataclass(frozen=True, slots=True)
class Node:
    """A case that can be reached: the scene, the moves that lead there, what tells it from others, and its reading.

    `cost`: how far it is, where a walk weighs its moves.
    """

    scene: Scene
    moves: tuple[Move, ...]
    key: tuple[Any, ...]
    stage: str
    view: View
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A move that was accepted: from where, to where, and the rules that took it (time may have fired several)."""

    before: Node
    after: Node
    rules: tuple[str, ...]


class Explorer:
    """The walk under one policy, as far as somebody has asked for it.

    `limits`: further limits that are to be told apart by how they stand, beside those that rules look at.
    `most`: how many moves are tried in all.
    """

    def __init__(self, policy: Policy, limits: Iterable[str] = (), most: int = MOST_MOVES) -> None:
        self.policy = policy
        self.watch = _Watch(policy, frozenset(limits))
        self.left = min(most, MOST_READINGS // _cost(policy))
        self.trials = Trials()
        root = self._node(opened(policy, first_day(policy)), ())
        self.found: list[Node] = [root]
        self._seen = {root.key}
        self._edges: list[Edge] = []
        self._walk = self._walked()

    def nodes(self) -> Iterator[Node]:
        """The cases that differ, nearest first."""
        place = 0
        while True:
            while place >= len(self.found):
                if not self._further():
                    return
            yield self.found[place]
            place += 1

    def edges(self) -> Iterator[Edge]:
        """Every move accepted, nearest first, also those that lead to a case that is known."""
        place = 0
        while True:
            while place >= len(self._edges):
                if not self._further():
                    return
            yield self._edges[place]
            place += 1

    def round_from(self, begin: Node, ring: Collection[str]) -> Node | None:
        """The nearest case in which the stage of `begin` is left and come back to, through stages of the ring only."""
        waiting, seen = [begin], {begin.key}
        for node in waiting:
            for move in self._moves(node):
                edge = self._tried(node, move) if self.left > 0 else None
                self.left -= 1
                if edge is None or edge.after.stage not in ring:
                    continue
                if node.stage != begin.stage == edge.after.stage:
                    return edge.after
                if edge.after.key not in seen:
                    seen.add(edge.after.key)
                    waiting.append(edge.after)
        return None

    def _further(self) -> bool:
        edge = next(self._walk, None)
        if edge is not None:
            self._edges.append(edge)
        return edge is not None

    def _walked(self) -> Iterator[Edge]:
        place = 0
        while place < len(self.found) and self.left > 0:
            for _, edge in self._edges_from(self.found[place]):
                if edge.after.key not in self._seen:
                    self._seen.add(edge.after.key)
                    self.found.append(edge.after)
                yield edge
            place += 1

    def _edges_from(self, node: Node) -> Iterator[tuple[Move, Edge]]:
        """The moves from a case that are accepted, while tries are left."""
        if len(node.moves) >= MOST_MOVES_DEEP:
            return
        for move in self._moves(node):
            if self.left <= 0:
                return
            self.left -= 1
            edge = self._tried(node, move)
            if edge is not None:
                yield move, edge

    def _tried(self, node: Node, move: Move) -> Edge | None:
        try:
            scene = moved(node.scene, move)
        except (EventRefused, NotOver):
            return None
        if scene.day == node.scene.day and scene.case is node.scene.case:
            return None
        after = self._node(scene, (*node.moves, move))
        return Edge(node, after, _rules_taken(node.view, after.view, move))

    def _node(self, scene: Scene, moves: tuple[Move, ...]) -> Node:
        view = scene.view
        return Node(scene, moves, (*self.watch.key(view), *self.watch.memory(moves)), view.stage, view)

    # --- What can be done next -------------------------------------------------------------------------------

    def _moves(self, node: Node) -> Iterator[Move]:
        """What to try: events that rules name, marks that touch a limit watched, dates, and waiting."""
        view = node.view
        rules = program_of(self.policy).stages[node.stage].rules
        for event in sorted(rules):
            yield from event_moves(view, event, rules[event], self.trials)
        if view.path:
            for event in self._marks(node.stage):
                if event not in rules:
                    yield Move(event)
            yield from self._dates(view)
        firing = self.watch.firing[node.stage]
        for limit in self.watch.matters[node.stage]:
            due = view.limits[limit].due
            if due is not None and (due >= view.as_of or limit in firing):
                yield Move(limit=limit)
            if limit in self.watch.ceilings and due is not None:
                last = ceiling(self.policy.limits[limit], view.limits[limit])
                if last is not None and last > due and last >= view.as_of:
                    yield Move(limit=limit, longest=True)

    def _marks(self, _stage: str) -> Sequence[str]:
        """The events without a rule that are tried in a stage."""
        return self.watch.marks

    def _dates(self, view: View) -> Iterator[Move]:
        for fact in self.watch.date_facts:
            if fact not in view.facts:
                yield Move(answers=date_answers(self.policy.facts[fact], view, view.as_of))


def _cost(policy: Policy) -> int:
    """What a move costs: every limit is read, and where many can be overdue, one may be fired after another."""
    overdue = sum(rule.overdue is not None for rule in policy.rules())
    return 1 + len(policy.limits) * (1 + overdue // 20)


def event_moves(
    view: View,
    event: str,
    rules: Sequence[Rule],
    trials: Trials,
    preferred: Mapping[str, Any] | None = None,
) -> Iterator[Move]:
    """An event so answered that a rule takes it, for each of the rules that judge it here, dates permitting."""
    policy = view.policy
    kind = policy.events[event]
    needed = frozenset(need.name for need in kind.needs if need.kind == "fact")
    in_time = [rule for rule in rules if _date_fits(rule, view)]
    told: list[Answers] = []
    for rule in in_time:
        wanted = [rule.condition] if rule.condition is not None else []
        rivals = [other.condition for other in in_time if other is not rule and other.condition is not None]
        for answers in answers_for(policy, wanted, rivals, _asked(view, needed, preferred or {}), trials):
            if answers not in told:
                told.append(answers)
                yield Move(event, answers)


def _asked(view: View, needed: frozenset[str], preferred: Mapping[str, Any]) -> Asked:
    return Asked(view.facts, view.points, needed, preferred)


def _date_fits(rule: Rule, view: View) -> bool:
    """Whether the day is within, and after, what the rule names, as far as readings tell."""
    policy, day = view.policy, view.as_of
    within = [due_of(policy, view, ref) for ref in rule.within]
    after = [due_of(policy, view, ref) for ref in rule.after]
    if within and not any(due is None or day <= due for due in within):
        return False
    return all(due is not None and due < day for due in after)


def due_of(policy: Policy, view: View, ref: DueRef) -> date | None:
    """The due date, or the ceiling, of a limit's latest run; `None` if there is none."""
    reading = view.limits[ref.limit]
    return ceiling(policy.limits[ref.limit], reading) if ref.longest else reading.due


def _rules_taken(before: View, after: View, move: Move) -> tuple[str, ...]:
    moves = after.path[len(before.path) :]
    fired = [each.rule for each in moves]
    if move.event is not None:
        rule = after.last_rule
        if rule is not None and rule not in fired:
            fired.append(rule)
    return tuple(fired)


# --- What tells two cases apart --------------------------------------------------------------------------------


class _Watch:
    """What of a case matters to what may follow: the limits that rules look at, and events remembered."""

    def __init__(self, policy: Policy, limits: frozenset[str]) -> None:
        self.policy = policy
        self.ceilings = frozenset(ref.limit for ref in _refs(policy) if ref.longest)
        named = {ref.limit for ref in _refs(policy)} | limits
        named |= {rule.overdue for rule in policy.rules() if rule.overdue}
        self.limits = _with_sources(policy, named)
        watched = [policy.limits[limit] for limit in sorted(self.limits)]
        awaited = {start for limit in watched if limit.mode == "latest" for start in limit.starts}
        self.compared = (
            {ref.limit for ref in _refs(policy)}
            | limits
            | {start.id for start in awaited if start.kind == "due"}
        )
        self.entered = frozenset(start.id for start in awaited if start.kind == "entering")
        self.marks = tuple(
            sorted({event for limit in watched for event in _touching(limit)} | _presumed(policy))
        )
        self.awaited = frozenset(start.id for start in awaited if start.kind == "event")
        self.triggers = frozenset(each.presumed_from for each in policy.events.values() if each.presumed_from)
        self.date_facts = tuple(
            sorted(
                {start.id for limit in watched for start in limit.starts if start.kind == "fact"}
                | {limit.before for limit in watched if limit.before}
            )
        )

        self.firing = {
            stage.id: frozenset(limit for limit, _ in stage.overdue)
            for stage in program_of(policy).stages.values()
        }
        ahead = _limits_ahead(policy)
        sources = {named: _with_sources(policy, limits | named) for named in set(ahead.values())}
        self.matters = {stage: tuple(sorted(self.limits & sources[named])) for stage, named in ahead.items()}

    def key(self, view: View) -> tuple[Any, ...]:
        """What tells a case from others."""
        asides = tuple(move.stage for move in view.path[-2:-1] if self.policy.stages[view.stage].aside)
        entered = frozenset(move.stage for move in view.path if move.stage in self.entered)
        limits = tuple(self._standing(view, limit) for limit in self.matters[view.stage])
        return (view.stage, asides, entered, limits)

    def memory(self, moves: Sequence[Move]) -> tuple[Any, ...]:
        """Which events that a limit waits for have come, and the last from which another is presumed."""
        events = [move.event for move in moves if move.event is not None]
        last = next((event for event in reversed(events) if event in self.triggers), None)
        return frozenset(events) & self.awaited, last

    def _standing(self, view: View, limit: str) -> tuple[bool, bool, bool, bool]:
        """Whether it runs and is over; of one that ended only what a rule that compares dates would still see."""
        reading = view.limits[limit]
        if not reading.is_open and limit not in self.compared:
            return False, False, False, False
        due = reading.due
        over = due is not None and due < view.as_of
        last = ceiling(self.policy.limits[limit], reading) if over and limit in self.ceilings else None
        return reading.is_open, due is not None, over, last is not None and last < view.as_of


def _refs(policy: Policy) -> Iterator[DueRef]:
    for rule in policy.rules():
        yield from (*rule.within, *rule.after)


def _limits_ahead(policy: Policy) -> dict[str, frozenset[str]]:
    """For each stage, the limits that rules look at there or in any stage that can follow; all, if stages are many."""
    if len(policy.stages) > MOST_STAGES:
        return dict.fromkeys(policy.stages, frozenset(policy.limits))
    leads: dict[str, set[str]] = {stage: set() for stage in policy.stages}
    named: dict[str, set[str]] = {stage: set() for stage in policy.stages}
    for rule in policy.rules():
        limits = {ref.limit for ref in (*rule.within, *rule.after)} | (
            {rule.overdue} if rule.overdue else set()
        )
        for stage in rule.reaches:
            named[stage] |= limits
            if rule.go_to == BACK:
                leads[stage] |= leads.keys()
            elif rule.go_to is not None:
                leads[stage].add(rule.go_to)
    return {stage: frozenset().union(*(named[each] for each in _closure(leads, stage))) for stage in leads}


def _closure(leads: Mapping[str, set[str]], stage: str) -> set[str]:
    found, waiting = {stage}, [stage]
    while waiting:
        new = leads[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return found


def _with_sources(policy: Policy, limits: Iterable[str]) -> frozenset[str]:
    """The limits, and those whose due dates start them."""
    found = set(limits)
    waiting = sorted(found)
    while waiting:
        for start in policy.limits[waiting.pop()].starts:
            if start.kind == "due" and start.id not in found:
                found.add(start.id)
                waiting.append(start.id)
    return frozenset(found)


def _touching(limit: Limit) -> Iterator[str]:
    """The events that begin or end a run of a limit."""
    yield from (*limit.met_by, *limit.restarted_by)
    yield from (start.id for start in limit.starts if start.kind == "event")


def _presumed(policy: Policy) -> set[str]:
    return {event.id for event in policy.events.values() if event.presumed_from}
