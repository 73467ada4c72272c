"""A graph in the language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing.edges import merged, numbered
from engine.drawing.measure import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.drawing.edges import Merged
    from engine.drawing.graph import Graph, Node

_SHAPES = {
    "start": "shape=oval",
    "stage": 'shape=box, style="rounded"',
    "aside": 'shape=box, style="rounded,dashed"',
    "several": 'shape=note, style="dotted"',
    "end": "shape=box, peripheries=2",
}
_ROOM = 30.0  # in widths of a sign


def graph_dot(graph: Graph) -> str:
    """The graph; `dot -Tsvg` draws it."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield f"digraph {_quoted(graph.name)} {{"
    heading = _quoted(f"{graph.title}\n{graph.subtitle}")
    yield f"  label={heading}; labelloc=t;"
    yield "  rankdir=TB; fontname=sans; node [fontname=sans, fontsize=11]; edge [fontname=sans, fontsize=9];"
    names = numbered(graph)
    for node in graph.nodes:
        yield f"  {names[node.id]} [{_SHAPES[node.kind]}, label={_quoted(_node_text(graph, node))}, tooltip={_quoted(node.id)}];"
    for edge in merged(graph):
        text = _quoted("\n".join(each for label in edge.labels for each in _broken(label)))
        yield f"  {names[edge.source]} -> {names[edge.target]} [label={text}{_style(edge)}];"
    yield "}"


def _node_text(graph: Graph, node: Node) -> str:
    words = [
        f"{graph.places[node.id] + 1} {node.title}",
        *([f"[{node.word}]"] if node.kind != "stage" else []),
        *node.lines,
    ]
    return "\n".join(line for each in words for line in _broken(each))


def _style(edge: Merged) -> str:
    tooltip = f", tooltip={_quoted(', '.join(edge.rules))}"
    return (
        tooltip + (", style=dashed" if edge.by_time else "") + (", constraint=false" if edge.is_back else "")
    )


def _broken(text: str) -> tuple[str, ...]:
    return wrapped(text, _ROOM * 0.62, 1.0)


def _quoted(text: str) -> str:
    """A text in quotes, its lines ended as dot ends them; only ends of lines are an escape of ours."""
    safe = "".join(sign if sign == "\n" or sign.isprintable() else " " for sign in text)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
