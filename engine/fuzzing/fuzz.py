"""Histories of one policy, found by search and told by chance in turn, each held against every invariant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.fuzzing.finding import Finding, story_of
from engine.fuzzing.invariants import INVARIANTS
from engine.fuzzing.looks import looks, one_by_one
from engine.fuzzing.reaching import Ways
from engine.fuzzing.shrinking import History, Shrinker
from engine.fuzzing.walking import Walker
from engine.policy.build import OPENING
from engine.probing.explorer import Explorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from engine.fuzzing.invariants import Breach, Invariant
    from engine.fuzzing.looks import Look, Next
    from engine.policy.model import Policy


# How many histories are told; fewer where the policy is so large that each takes long.
HISTORIES, FEWEST_HISTORIES, MOST_READ = 1_000, 50, 300_000


def histories_for(policy: Policy) -> int:
    """How many histories to tell of a policy: a look at one reads every limit, and asks of every event."""
    read = 1 + len(policy.limits) + len(policy.events)
    return max(FEWEST_HISTORIES, min(HISTORIES, MOST_READ // read))


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What was tried and found.

    `searched` of the `histories` were found by search; `steps` counts what was tried, of which `refused` were not
    accepted; `stages` were reached. `undecided`: invariants, with the stage or limit they were asked of, that could not
    be decided in some case, because the search ran out of tries.
    """

    policy: Policy
    seed: int
    histories: int
    searched: int
    steps: int
    refused: int
    stages: frozenset[str]
    invariants: tuple[Invariant, ...]
    findings: tuple[Finding, ...]
    undecided: tuple[tuple[str, ...], ...] = ()


class Fuzzing:
    """The histories of one policy, one after another: the same for the same seed, however many are told."""

    def __init__(self, policy: Policy, seed: int = 0, invariants: Sequence[Invariant] = INVARIANTS) -> None:
        self.policy = policy
        self.seed = seed
        self.invariants = tuple(invariants)
        self.histories = self.searched = self.steps = self.refused = 0
        self.findings: list[Finding] = []
        self._stages = {OPENING}
        self._ways = Ways(policy)
        self._search = _found_by_search(policy)
        self._search_is_over = False
        self._found: list[History] = []

    def tell_next(self) -> None:
        """Tell one more history, and hold every invariant against it."""
        self.histories += 1
        following, until, known = self._next()
        for look in looks(self.policy, following, until, known):
            self.steps += look.step is not None
            self.refused += look.refusal is not None
            self._stages.add(look.view.stage)
            for invariant in self.invariants:
                for breach in invariant.breaches(look, self._ways):
                    self._take(invariant, breach, look)

    def told(self) -> Fuzzed:
        """What has been tried and found so far."""
        order = {invariant.name: place for place, invariant in enumerate(self.invariants)}
        findings = sorted(self.findings, key=lambda each: order[each.invariant.name])
        return Fuzzed(
            self.policy, self.seed, self.histories, self.searched, self.steps, self.refused,
            frozenset(self._stages), self.invariants, tuple(findings), self._ways.undecided,
        )  # fmt: skip

    def _next(self) -> tuple[Next, date | None, int]:
        """A history found by search and one told by chance, in turn; by chance only, once the search is over."""
        if self.histories % 2 and not self._search_is_over:
            found = next(self._search, None)
            if found is not None:
                self.searched += 1
                history, known = found
                self._found.append(history)
                return one_by_one(history.steps), history.day, known
            self._search_is_over = True
        return Walker(self.policy, f"{self.seed} {self.histories}", self._found), None, 0

    def _take(self, invariant: Invariant, breach: Breach, look: Look) -> None:
        """Keep the first breach of its kind, with the shortest story found."""
        kind = (invariant.name, breach.subject)
        if kind in self._ways.told:
            return
        refused = (look.step,) if look.refusal is not None and look.step is not None else ()
        history = History((*look.steps, *refused), look.day)
        shortest = Shrinker(self.policy, invariant, breach.subject, self._ways).shortest(history)
        self._ways.told.add(kind)
        found, worst = shortest or (look, breach)
        self.findings.append(
            Finding(
                invariant,
                worst,
                story_of(found, worst),
                self.policy.source.place(worst.path, key=bool(worst.path)),
                self.histories,
            )
        )


def _found_by_search(policy: Policy) -> Iterator[tuple[History, int]]:
    """The moves of a plain walk, nearest first, then of one that tells every limit apart.

    With each, how many of its steps another one has told.
    """
    for limits in ((), tuple(policy.limits)):
        for edge in Explorer(policy, limits).edges():
            scene = edge.after.scene
            if scene.steps:
                yield History(scene.steps, scene.day), len(edge.before.scene.steps)
