"""One difference between two policies, what it means for the person who complains, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from engine.policy.model import Policy

Effect = Literal["better", "worse", "neither", "depends"]
Kind = Literal["changed", "added", "removed", "renamed"]
Group = Literal["limits", "stages", "events", "facts", "letters", "people", "calendars", "wording"]

EFFECTS: tuple[Effect, ...] = get_args(Effect)
GROUPS: tuple[Group, ...] = get_args(Group)

_TURNED: dict[Effect, Effect] = {"better": "worse", "worse": "better"}


class Judged(NamedTuple):
    """An effect with its reason in words; the reason is empty where the change speaks for itself."""

    effect: Effect
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, by the path of what differs in the resolved file.

    `before` and `after` say it in words; what was added has no `before`, what was removed no `after`. `effect` is
    for the person who complains: better, worse, neither, or depends (it cannot be told from the policies alone).
    """

    group: Group
    path: tuple[str, ...]
    kind: Kind
    before: str | None
    after: str | None
    effect: Effect
    why: str

    @property
    def element(self) -> str:
        """What differs as cases and messages name it: `stage_1`, `stage_2.answered`, `anywhere.withdrawn`."""
        if self.path[0] == "anywhere":
            return ".".join(self.path[:2])
        return ".".join(self.path[1 : self._depth : 2]) or self.path[0]

    @property
    def key(self) -> str:
        """The key of the element that differs, dotted; empty if it is the element itself."""
        return ".".join(self.path[self._depth :])

    @property
    def _depth(self) -> int:
        """How much of the path names the element: a rule of a stage lies two steps further down."""
        return 4 if self.path[0] == "stages" and self.path[2:3] == ("next",) else 2

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "group": self.group,
            "path": list(self.path),
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "effect": self.effect,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every difference between two policies, in the order of `GROUPS`, changes of wording last."""

    old: Policy
    new: Policy
    differences: tuple[Difference, ...]

    def count(self, effect: Effect, group: Group | None = None) -> int:
        """How many differences have this effect, in one group or in all."""
        return sum(each.effect == effect and group in (None, each.group) for each in self.differences)

    def in_group(self, group: Group) -> tuple[Difference, ...]:
        """The differences of one group."""
        return tuple(each for each in self.differences if each.group == group)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "old": _named(self.old),
            "new": _named(self.new),
            "differences": [each.to_dict() for each in self.differences],
            "counts": {effect: self.count(effect) for effect in EFFECTS},
        }


def turned(effect: Effect) -> Effect:
    """The effect of the opposite change."""
    return _TURNED.get(effect, effect)


def together(*effects: Effect) -> Effect:
    """The effect of several changes at once: what all that matter agree on, else it depends."""
    matter = set(effects) - {"neither"}
    if not matter:
        return "neither"
    return matter.pop() if len(matter) == 1 else "depends"


def of_change(gained: object, lost: object, gain: Effect) -> Effect:
    """The effect of a list that gained and lost items, `gain` being that of gaining one."""
    if gained and lost:
        return "neither" if gain == "neither" else "depends"
    return gain if gained else turned(gain)


def _named(policy: Policy) -> dict[str, Any]:
    until = policy.in_force_until
    return {
        "policy": policy.id,
        "title": policy.title,
        "in_force_from": policy.in_force_from.isoformat(),
        "in_force_until": until.isoformat() if until else None,
    }
