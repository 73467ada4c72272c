"""The search for a story: the nearest case that fits, and the story told again on days that read well."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from engine.cases import EventRefused
from engine.probing.days import first_day, next_working_day
from engine.probing.explorer import MOST_MOVES, Explorer
from engine.probing.telling import NotOver, Scene, Step, later, moved, opened
from engine.probing.usual import UsualExplorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from engine.cases import View
    from engine.policy.model import Policy
    from engine.probing.explorer import Node

    # The story from a scene to its end; `None` if from there it does not end so.
    Ending = Callable[[Scene], "Story | None"]

# From how many cases in a stage a way round is sought.
MOST_BEGINNINGS = 8
# Every limit may ask for a walk of its own, so where there are more than this each goes less far.
MOST_LIMITS = 20


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


class Search:
    """The walks under one policy, each made once, and the stories that they lead to."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._explorers: dict[tuple[bool, frozenset[str]], Explorer] = {}

    def explorer(self, limits: Iterable[str] = (), *, usual: bool = False) -> Explorer:
        """The walk that tells these limits apart wherever a case stands; without any, the plain one.

        It comes first to what takes fewest moves; with `usual` to what is most usual.
        """
        named = frozenset(limits)
        if (usual, named) not in self._explorers:
            many = max(1, len(self.policy.limits) // MOST_LIMITS) if named else 1
            walk = UsualExplorer if usual else Explorer
            self._explorers[usual, named] = walk(self.policy, named, MOST_MOVES // many)
        return self._explorers[usual, named]

    def first(
        self,
        limits: Sequence[str],
        fits: Callable[[Node], bool],
        ending: Ending,
        *,
        goes_on: bool = False,
    ) -> Story | None:
        """The nearest case that fits and from which the story ends so, in the plain walk, then in that of the limits."""
        for walk in dict.fromkeys((frozenset[str](), frozenset(limits))):
            for node in self.explorer(walk).nodes():
                if fits(node) and ending(node.scene) is not None:
                    return self.retold(node, ending, goes_on=goes_on)
        return None

    def round_in(self, stage: str, ring: frozenset[str], ending: Ending) -> Story | None:
        """The nearest case in the stage that leaves it and comes back to it within these stages, told to this ending."""
        explorer = self.explorer()
        for node in islice((node for node in explorer.nodes() if node.stage == stage), MOST_BEGINNINGS):
            back = explorer.round_from(node, ring)
            if back is not None:
                return self.retold(back, ending)
        return None

    def retold(
        self,
        node: Node,
        ending: Ending,
        *,
        goes_on: bool = False,
        first: date | None = None,
        same_way: bool = False,
    ) -> Story | None:
        """The story with a working day between events, where that changes nothing; else as it was found.

        With `goes_on` something is still recorded in the end, a working day later too. With `first` it begins on that
        day; `None` if it goes another way then. With `same_way` more may change, so long as it goes by the same rules
        through the same stages and ends so.
        """
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
            if self._is_same(each.view, node.view, same_way=same_way):
                story = ending(each)
                if story is not None:
                    return story
        return as_found(node.scene)

    def _is_same(self, view: View, found: View, *, same_way: bool) -> bool:
        watch = self.explorer().watch
        return watch.key(view) == watch.key(found) or (same_way and _way(view) == _way(found))

    def _next_day(self, scene: Scene) -> Scene:
        return later(scene, next_working_day(self.policy, scene.day))


def _way(view: View) -> list[tuple[str, str]]:
    return [(move.stage, move.rule) for move in view.path]


def _no_story(_scene: Scene) -> None:
    """The ending of a story that is told from a day on which it goes another way."""
