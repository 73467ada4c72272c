"""What is drawn, with nothing of how: stages as nodes, rules as exits from one node to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

# `several` stands for the stages in which an `anywhere` rule can apply, so that the rule is told once.
NodeKind = Literal["start", "stage", "aside", "several", "end"]
# Where an exit leads: to a node, back to the stage before, nowhere, or nowhere because something is turned down.
Leads = Literal["to", "back", "stays", "turns_down"]
Standing = Literal["covered", "partly", "missing"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of a node or an exit beside what it is, such as whether scenarios cover it; `text` in words."""

    standing: Standing
    text: str


# Marks by the id of a stage, or of a rule; for an intake of a route or an exclusion.
Marks = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `word` says in words what its form says; `lines` are what else stands in it: owner, limits."""

    id: str
    kind: NodeKind
    title: str
    word: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exit:
    """A rule as an edge: `text` is the event, or what is overdue; `condition` in words, or empty; `note` what follows.

    `id` is the rule's; a rule of several stages that is drawn from each has an exit from each. `target` is set
    exactly when it leads `to` a node.
    """

    id: str
    source: str
    leads: Leads
    target: str | None
    text: str
    condition: str = ""
    note: str = ""
    by_time: bool = False

    @property
    def label(self) -> str:
        """Everything said of it, on one line."""
        condition = f", {self.condition}" if self.condition else ""
        note = f" ({self.note})" if self.note else ""
        return f"{self.text}{condition}{note}"


@dataclass(frozen=True)
class Graph:
    """Nodes in the order in which they are to be read, the first being where all begins, and their exits."""

    name: str
    title: str
    subtitle: str
    nodes: tuple[Node, ...]
    exits: tuple[Exit, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each node, from 0."""
        return {node.id: place for place, node in enumerate(self.nodes)}

    @cached_property
    def _by_source(self) -> Mapping[str, tuple[Exit, ...]]:
        found: dict[str, list[Exit]] = {node.id: [] for node in self.nodes}
        for each in self.exits:
            found[each.source].append(each)
        return {source: tuple(exits) for source, exits in found.items()}

    def exits_of(self, node: str) -> tuple[Exit, ...]:
        """The exits of a node, in their order."""
        return self._by_source[node]

    def is_back(self, each: Exit) -> bool:
        """Whether an exit leads to a node read before its own, or to its own."""
        return each.target is not None and self.places[each.target] <= self.places[each.source]
