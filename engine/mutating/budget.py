"""How much looking a search may cost in all: counted in tries, shared by every mutant, the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.mutating.mutant import Mutant
    from engine.policy.intake import Intake
    from engine.policy.model import Policy

# The shipped policies need some tens of thousands, without any scenario.
MOST_TRIES = 200_000
# What one mutant may take of them.
MOST_TRIES_EACH = 12_000
# So many things that a policy states make each try dearer by one; limits more, since all are read each time.
THINGS_A_TRY = 100
LIMITS_A_TRY = 50
# A story found by search costs as much as so many tries.
A_STORY = 10
# How many things are built in all, each mutant anew: of a policy that is larger only some mutants are tried.
MOST_BUILT = 1_000_000


class Spent(Exception):
    """The tries are used up: nothing more is sought."""


class Budget:
    """The tries that are left, in all and for the mutant that is looked at."""

    def __init__(self, subject: Policy | Intake, most: int = MOST_TRIES) -> None:
        self._each = 1 + things_in(subject) // THINGS_A_TRY + len(subject.limits) // LIMITS_A_TRY
        self._left = most
        self._here = 0

    def begin(self) -> None:
        """Turn to another mutant. Raises `Spent` if nothing is left for it."""
        if self._left <= 0:
            raise Spent
        self._here = MOST_TRIES_EACH

    def spend(self, tries: int = 1) -> bool:
        """Use up tries; `False` if this mutant has had its share. Raises `Spent` if nothing is left for any."""
        self._left -= tries * self._each
        self._here -= tries
        if self._left <= 0:
            raise Spent
        return self._here > 0


def affordable(subject: Policy | Intake, mutants: Sequence[Mutant]) -> list[Mutant]:
    """As many of the mutants as can be built in fair time, spread evenly: of all but very large policies, all."""
    most = max(1, MOST_BUILT // max(1, things_in(subject)))
    every = -(-len(mutants) // most)
    return list(mutants[:: max(1, every)])


def things_in(subject: Policy | Intake) -> int:
    """How much a policy or an intake states, each stage, limit, event, fact, route and exclusion counted."""
    names = ("stages", "limits", "events", "facts", "routes", "exclusions")
    return sum(len(getattr(subject, name, ())) for name in names)
