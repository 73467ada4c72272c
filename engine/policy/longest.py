"""The longest and the shortest time from receipt to each end, for every way through the stages.

No stage is entered twice on a way; what going round a loop once more adds is told apart. Ways that open only when a
duty is missed are left out, as are those through an end: `beyond` names the ends that only they reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import UsageError
from engine.policy.build import OPENING
from engine.policy.lasting import Impossible, Lasting, Move, Reckoner, onward
from engine.policy.waiting import BACK, waiting_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.calendars import Calendar
    from engine.policy.model import Limit, Policy
    from engine.policy.waiting import Waiting

# How many ways, begun or ended, are followed; and how many stages a way may have.
MOST_WAYS = 4_000
MOST_STAGES = 40


@dataclass(frozen=True, slots=True)
class Route:
    """A way from receipt to an end, by its stages, the end last. `begins` is its first event.

    `days` and `least` count working days; `days` leaves out the stays in `longest.unbounded`, which nothing bounds.
    """

    begins: str
    stages: tuple[str, ...]
    moves: tuple[Move, ...]
    days: int
    least: int
    longest: Lasting
    shortest: Lasting

    @property
    def end(self) -> str:
        """The stage in which it ends."""
        return self.stages[-1]


@dataclass(frozen=True, slots=True)
class Loop:
    """A way back to an earlier stage, and the working days it adds each time; `None` if nothing bounds them."""

    stages: tuple[str, ...]
    event: str | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Longest:
    """All routes of a policy, by end in the policy's order, the longest first.

    `pausing` are the limits on them that can stand still, which is not counted; `undated` those that count from a
    date which only a fact gives, which are left out. `is_cut`: there are more ways than were followed.
    """

    policy: Policy
    start: date
    calendar: Calendar
    routes: tuple[Route, ...]
    loops: tuple[Loop, ...]
    beyond: tuple[str, ...]
    pausing: tuple[str, ...]
    undated: tuple[str, ...]
    is_cut: bool


def longest_routes(policy: Policy, start: date | None = None) -> Longest:
    """Every route of the policy from `start`, or else from its first day.

    Raises `UsageError` for a start outside the calendar's years.
    """
    return _Search(policy, start or policy.in_force_from).found()


class _Search:
    def __init__(self, policy: Policy, start: date) -> None:
        self.policy = policy
        self.start = start
        self.waiting: Waiting = waiting_in(policy)
        self.slow = Reckoner(policy, self.waiting, latest=True)
        self.quick = Reckoner(policy, self.waiting, latest=False)
        self.table = self.slow.calendar.table
        self.left = MOST_WAYS
        self.is_cut = False
        self.routes: dict[tuple[str, ...], Route] = {}
        self.loops: dict[tuple[tuple[str, ...], str | None], Loop] = {}

    def found(self) -> Longest:
        first = self.start.toordinal()
        if not self.table.first <= first <= self.table.last:
            raise UsageError(f"no working days are known for {self.start.year}")
        for rule in self.policy.stages[OPENING].rules:
            for event in rule.when:
                if rule.go_to is not None and rule.go_to != BACK:
                    self._follow([Move(rule, event, rule.go_to)])
        order = {stage: place for place, stage in enumerate(self.policy.stages)}
        routes = sorted(
            self.routes.values(),
            key=lambda route: (order[route.end], -len(route.longest.unbounded), -route.days, -route.least, route.stages),
        )  # fmt: skip
        ends = {route.end for route in routes}
        ran = {name for route in routes for name, _, _ in route.longest.runs}
        return Longest(
            self.policy, self.start, self.slow.calendar, tuple(routes), self._told_loops(),
            tuple(stage.id for stage in self.policy.stages.values() if stage.end and stage.id not in ends),
            tuple(limit.id for limit in self.policy.limits.values() if limit.pauses and limit.id in ran),
            tuple(limit.id for limit in self.policy.limits.values() if _is_undated(limit)),
            self.is_cut or self.left <= 0,
        )  # fmt: skip

    def _follow(self, moves: list[Move]) -> None:
        """Go on from the last move in every way, deepest first, without recursion deeper than a way is long."""
        waiting = [moves]
        while waiting and self.left > 0:
            moves = waiting.pop()
            self.left -= 1
            try:
                lasting = self.slow.lasts(moves, self.start.toordinal())
            except Impossible:
                continue
            stage = moves[-1].target
            if self.policy.stages[stage].end is not None:
                self._keep(moves, lasting)
                continue
            visited = [move.target for move in moves]
            came_from = visited[-2] if len(visited) > 1 else None
            for move in onward(self.policy, self.waiting, stage, came_from):
                if move.target in visited:
                    self._note_loop(moves, move, visited)
                elif len(moves) < MOST_STAGES:
                    waiting.append([*moves, move])
                else:
                    self.is_cut = True

    def _keep(self, moves: list[Move], lasting: Lasting) -> None:
        try:
            quickest = self.quick.lasts(moves, lasting.start)
        except Impossible:
            quickest = lasting
        stages = tuple(move.target for move in moves)
        days = self._days(lasting)
        least = self._days(quickest)
        known = self.routes.get(stages)
        if known is not None:
            quickest, least = min((known.shortest, known.least), (quickest, least), key=lambda each: each[1])
            if self._rank(known.longest) >= self._rank(lasting):
                moves, lasting, days = list(known.moves), known.longest, known.days
        self.routes[stages] = Route(
            moves[0].event or "", stages, tuple(moves), days, least, lasting, quickest
        )

    def _rank(self, lasting: Lasting) -> tuple[int, int]:
        return len(lasting.unbounded), lasting.end

    def _days(self, lasting: Lasting) -> int:
        return self.table.between(lasting.start, min(lasting.counted_to, self.table.last))

    # --- Loops ---------------------------------------------------------------------------------------------------

    def _note_loop(self, moves: list[Move], back: Move, visited: Sequence[str]) -> None:
        if back.target == visited[-1]:
            return
        begin = visited.index(back.target)
        stages = (*visited[begin:], back.target)
        key = (stages, back.event)
        if self.left <= 0:
            return
        self.left -= 1
        round_again = [*moves, back, *moves[begin + 1 :], back]
        try:
            once = self.slow.lasts([*moves, back], self.start.toordinal())
            twice = self.slow.lasts(round_again, self.start.toordinal())
        except Impossible:
            return
        added: int | None = self.table.between(once.end, min(twice.end, self.table.last))
        if len(twice.unbounded) > len(once.unbounded):
            added = None
        known = self.loops.get(key)
        if known is None or (known.days is not None and (added is None or added > known.days)):
            self.loops[key] = Loop(stages, back.event, added)

    def _told_loops(self) -> tuple[Loop, ...]:
        """Each loop once, whichever of its stages the way came by first."""
        told: dict[frozenset[str], Loop] = {}
        for loop in sorted(self.loops.values(), key=_size):
            key = frozenset(loop.stages)
            if key not in told:
                told[key] = loop
        return tuple(told.values())


def _is_undated(limit: Limit) -> bool:
    """Whether it waits for a date fact; one that outlives the case bounds no stay at any rate."""
    return not limit.outlives and (
        limit.before is not None or any(start.kind == "fact" for start in limit.starts)
    )


def _size(loop: Loop) -> tuple[int, int, tuple[str, ...]]:
    return len(loop.stages), -(loop.days if loop.days is not None else 10**9), loop.stages
