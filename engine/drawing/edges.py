"""A graph for languages that lay it out themselves: short names for nodes, one edge for all rules between two nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.drawing.graph import Exit, Graph

LEADS_IN_WORDS = {"back": "back to the stage before", "stays": "stays", "turns_down": "turned down"}


class Merged(NamedTuple):
    """The rules from one node to another; what leads nowhere, or to the stage before, is an edge to the node itself.

    `by_time`: all of them apply by time alone. `is_back`: it leads to a node read before, or to its own.
    """

    source: str
    target: str
    labels: tuple[str, ...]
    rules: tuple[str, ...]
    by_time: bool
    is_back: bool


def numbered(graph: Graph) -> Mapping[str, str]:
    """A name for each node that any language takes: `n1`, `n2` and so on."""
    return {node.id: f"n{place}" for place, node in enumerate(graph.nodes, start=1)}


def merged(graph: Graph) -> list[Merged]:
    """One edge for each pair of nodes that rules join, in the order of the nodes."""
    groups: dict[tuple[str, str], list[Exit]] = {}
    for node in graph.nodes:
        for each in graph.exits_of(node.id):
            groups.setdefault((node.id, each.target or node.id), []).append(each)
    return [
        Merged(
            source,
            target,
            tuple(map(edge_text, exits)),
            tuple(each.id for each in exits),
            all(each.by_time for each in exits),
            graph.places[target] <= graph.places[source],
        )
        for (source, target), exits in groups.items()
    ]


def edge_text(each: Exit) -> str:
    """What is said of a rule on an edge; one that leads to no node says so."""
    return each.label if each.target is not None else f"{each.label}: {LEADS_IN_WORDS[each.leads]}"
