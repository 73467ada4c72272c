"""A graph in the language of mermaid, which code hosts draw in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing.edges import merged, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.drawing.graph import Graph, Node

_SHAPES = {
    "start": ("([", "])"),
    "stage": ("[", "]"),
    "aside": ("[/", "/]"),
    "several": ("{{", "}}"),
    "end": ("[[", "]]"),
}
# Signs that mean something to mermaid, to Markdown within its labels, or to HTML.
_SIGNS = {ord(sign): f"#{ord(sign)};" for sign in '"#<>&`*_\\[]{}()|;~@$%'}


def graph_mermaid(graph: Graph) -> str:
    """The flowchart, to be put between ```` ```mermaid ```` and ```` ``` ````."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield "flowchart TD"
    yield f"  accTitle: {_plain(graph.title)}"
    yield f"  accDescr: {_plain(graph.subtitle)}"
    names = numbered(graph)
    for node in graph.nodes:
        opened, closed = _SHAPES[node.kind]
        yield f'  {names[node.id]}{opened}"{_node_text(graph, node)}"{closed}'
    for edge in merged(graph):
        arrow = "-.->" if edge.by_time else "-->"
        text = "<br/>".join(map(_safe, edge.labels))
        yield f'  {names[edge.source]} {arrow}|"{text}"| {names[edge.target]}'


def _node_text(graph: Graph, node: Node) -> str:
    words = [
        f"{graph.places[node.id] + 1} {node.title}",
        *([f"({node.word})"] if node.kind != "stage" else []),
        *node.lines,
    ]
    return "<br/>".join(map(_safe, words))


def _safe(text: str) -> str:
    """A text in which no sign means anything to mermaid."""
    return " ".join(text.split()).translate(_SIGNS)


def _plain(text: str) -> str:
    """A text for a line that mermaid takes as it is, up to its end; it knows no escapes there."""
    return "".join(sign if sign.isprintable() and sign not in ";#{}<>%" else " " for sign in text)
