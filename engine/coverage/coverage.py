"""Coverage as a value: every aim of one version of a policy or an intake, and the scenarios that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.probing.aims import KINDS, Aim

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.probing.aims import AimKind

ALL = 100.0


@dataclass(frozen=True, slots=True)
class Item:
    """An aim, and the names of the scenarios and rows that passed and show it, in the order replayed."""

    aim: Aim
    covered_by: tuple[str, ...] = ()

    @property
    def is_covered(self) -> bool:
        """Whether some scenario shows it."""
        return bool(self.covered_by)


@dataclass(frozen=True)
class Coverage:
    """What scenarios show of one version of a policy, or of an intake. `told`: how many that passed are about it.

    `others`: items that are known and not counted.
    """

    subject: Policy | Intake
    items: tuple[Item, ...]
    told: int = 0
    others: tuple[Item, ...] = ()

    @cached_property
    def by_aim(self) -> Mapping[Aim, Item]:
        """The items by what they are about, those also that are left out of account."""
        return {item.aim: item for item in (*self.items, *self.others)}

    def only(self, kinds: Collection[AimKind]) -> Coverage:
        """The same with the items of these kinds alone counted; with no kinds, all."""
        if not kinds:
            return self
        told = tuple(item for item in self.items if item.aim.kind in kinds)
        others = tuple(item for item in self.items if item.aim.kind not in kinds)
        return replace(self, items=told, others=(*self.others, *others))

    @property
    def missing(self) -> tuple[Item, ...]:
        """The items that no scenario shows."""
        return tuple(item for item in self.items if not item.is_covered)

    @property
    def kinds(self) -> tuple[AimKind, ...]:
        """The kinds of items there are."""
        found = {item.aim.kind for item in self.items}
        return tuple(kind for kind in KINDS if kind in found)

    def of_kind(self, kind: AimKind | None = None) -> tuple[Item, ...]:
        """The items of one kind; without one, all."""
        return tuple(item for item in self.items if kind in (None, item.aim.kind))

    def share(self, kind: AimKind | None = None) -> float:
        """How many of the items, or of those of one kind, are covered, in percent; of none, all."""
        items = self.of_kind(kind)
        return ALL * sum(item.is_covered for item in items) / len(items) if items else ALL

    def covering(self, kind: AimKind, subject: str, detail: str = "") -> tuple[str, ...]:
        """The names of the scenarios that show this; none for what is no aim."""
        item = self.by_aim.get(Aim(kind, subject, detail))
        return () if item is None else item.covered_by


def share_of(coverages: Sequence[Coverage]) -> float:
    """How much of all that these are about is covered, in percent; of nothing, all."""
    items = [item for coverage in coverages for item in coverage.items]
    return ALL * sum(item.is_covered for item in items) / len(items) if items else ALL
