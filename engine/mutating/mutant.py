"""A policy or intake with one thing changed, as a small value: what was changed, where, and what can notice it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from engine.mutating.changing import changed
from engine.policy.overlay import Source

if TYPE_CHECKING:
    from engine.policy.overlay import Path

Operator = Literal[
    "length", "start", "event_dropped", "guard_dropped", "guard_negated", "guard_part", "answer", "target",
    "rule_dropped", "turns_down", "letter", "force", "ceiling", "day_one", "roll", "cutoff", "calendar", "pause",
    "role", "need", "practicable", "outlives", "late_extension", "route_dropped", "procedure", "exclusion_dropped",
    "discretion", "bar_dropped",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concern:
    """What a trial must have to do with to notice a mutant: any one of these.

    `limits`: a run of one, or a word about it; `events`: one of them recorded, refused or presumed; `stages`: one
    entered; `facts`: one recorded; `asks`: what may happen next is asked for. `everything`: any trial may.
    """

    limits: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    asks: bool = False
    everything: bool = False


EVERYTHING = Concern(everything=True)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the merged data: `value` in the place of what stands at `path`.

    `element` is the id of what is changed: a limit, event or calendar, a rule as `stage.rule`, a route or an exclusion.
    `says` is the change as the end of a sentence that begins with "If": "stage_1 were 11 working days instead of 10".
    """

    operator: Operator
    element: str
    path: Path
    says: str
    value: Any = field(hash=False)
    concern: Concern = EVERYTHING

    @property
    def sentence(self) -> str:
        """What it means that no scenario fails."""
        return f"If {self.says}, no scenario would notice."

    def source(self, base: Source) -> Source:
        """The source of the changed policy or intake; its places are those of the base."""
        return Source(base.documents, changed(base.data, self.path, self.value))
