"""A graph as an outline: every node with its exits, to be read aloud or in 80 columns."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from engine.documents import unturned
from engine.drawing.edges import LEADS_IN_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.drawing.graph import Exit, Graph, Marks, Node

_WIDTH = 80


def graph_text(graph: Graph, marks: Marks | None = None) -> str:
    """The outline, with ids, so that what the picture shows can be found in the file."""
    blocks = ["\n".join([*_filled(graph.title), *_filled(graph.subtitle)])]
    blocks += ["\n".join(_node_lines(graph, node, marks or {})) for node in graph.nodes]
    return "\n\n".join(blocks) + "\n"


def _node_lines(graph: Graph, node: Node, marks: Marks) -> Iterator[str]:
    yield from _filled(f"{graph.places[node.id] + 1}. {node.title}", rest="   ")
    yield from _filled(f"{node.id}; {node.word}" if node.kind != "stage" else node.id, first="   ")
    for line in node.lines:
        yield from _filled(line, first="   ")
    if node.id in marks:
        yield from _filled(marks[node.id].text, first="   ")
    for each in graph.exits_of(node.id):
        yield from _filled(f"- {_told(graph, each)}", first="   ", rest="     ")
        mark = f"; {marks[each.id].text}" if each.id in marks else ""
        yield from _filled(f"rule {each.id}{mark}", first="     ")


def _told(graph: Graph, each: Exit) -> str:
    if each.target is None:
        return f"{each.label}: {LEADS_IN_WORDS[each.leads]}"
    place = graph.places[each.target]
    back = "back to " if graph.is_back(each) else "to "
    return f"{each.label}: {back}{place + 1}, {graph.nodes[place].title}"


def _filled(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    further = first if rest is None else rest
    lines = wrap(
        unturned(text), _WIDTH, initial_indent=first, subsequent_indent=further, break_on_hyphens=False
    )
    return lines or [first]
