"""A graph as SVG: text as text, with a title and a description, light and dark, every form with a word beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.drawing.layout import PHONE, laid_out
from engine.drawing.markup import escaped, number, tag
from engine.drawing.palette import variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.drawing.graph import Exit, Graph, Marks
    from engine.drawing.layout import Box, Label, Layout, Point, Text, Wire

FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'
STYLE = (
    f".drawing{{font-family:{FONT};font-size:12.5px;max-width:100%;height:auto}}"
    ".drawing text{fill:var(--ink);white-space:pre}"
    ".drawing .title{font-size:15px;font-weight:600}"
    ".drawing .event,.drawing text.missing{font-weight:600}"
    ".drawing .word,.drawing .condition{fill:var(--soft)}"
    ".drawing .condition{font-style:italic}"
    ".drawing .box{fill:var(--stage);stroke:var(--stage-edge);stroke-width:1.5}"
    ".drawing .start .box{fill:var(--panel);stroke:var(--line)}"
    ".drawing .aside .box{stroke-dasharray:7 4}"
    ".drawing .end .box{fill:var(--end);stroke:var(--end-edge)}"
    ".drawing .inner{fill:none;stroke:var(--end-edge);stroke-width:1}"
    ".drawing .several .box{fill:var(--several);stroke:var(--several-edge);stroke-dasharray:2 3}"
    ".drawing .wire{fill:none;stroke:var(--line);stroke-width:1.5;stroke-linejoin:round}"
    ".drawing .by-time{stroke-dasharray:5 3}"
    ".drawing .arrow,.drawing .joint{fill:var(--line)}"
    ".drawing .covered .box{fill:var(--covered);stroke:var(--covered-edge)}"
    ".drawing .partly .box{fill:var(--partly);stroke:var(--partly-edge);stroke-dasharray:10 3 2 3}"
    ".drawing .missing .box{fill:var(--missing);stroke:var(--missing-edge);stroke-width:2.5;stroke-dasharray:4 4}"
    ".drawing text.covered{fill:var(--covered-ink)}"
    ".drawing text.partly{fill:var(--partly-ink)}"
    ".drawing text.missing,.drawing .missing .event{fill:var(--missing-ink)}"
)
LEGEND = (
    "→ 7: leads to box 7, further down; ↑ 7: further up; ↓ 7: the next box. ↻: the case stays where it is. A broken line "
    "to a label: time alone does it. A double frame is an end."
)


def graph_svg(graph: Graph, marks: Marks | None = None, *, width: float = PHONE) -> str:
    """A file of its own, with its colours."""
    style = variables(".drawing") + ".drawing>.paper{fill:var(--paper)}" + STYLE
    layout = laid_out(graph, width, marks, legend=LEGEND)
    return _drawing(layout, marks or {}, "picture", style) + "\n"


def graph_element(
    graph: Graph, marks: Marks | None = None, *, width: float = PHONE, key: str = "picture"
) -> str:
    """The picture as an element of a page that has `STYLE`; `key` begins its ids, so that several can stand there."""
    return _drawing(laid_out(graph, width, marks), marks or {}, key, None)


def _drawing(layout: Layout, marks: Marks, key: str, style: str | None) -> str:
    wide, high = number(layout.width), number(layout.height)
    graph = layout.graph
    return tag(
        "svg",
        tag("title", escaped(f"{graph.title}: the stages and how they follow each other"), id=f"{key}-title"),
        tag("desc", escaped(description(graph)), id=f"{key}-desc"),
        tag("style", style) + tag("rect", class_="paper", width=wide, height=high) if style else "",
        "".join(map(_text, layout.remarks)),
        "".join(_wires(layout)),
        "".join(_box(box, marks) for box in layout.boxes),
        "".join(_label(label, marks) for label in layout.labels),
        xmlns="http://www.w3.org/2000/svg" if style else None,
        class_="drawing",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        viewBox=f"0 0 {wide} {high}",
        width=wide,
        height=high,
        lang="en-GB",
    )


def description(graph: Graph) -> str:
    """What is in the picture, in a sentence or two."""
    stages = sum(node.kind in ("stage", "aside") for node in graph.nodes)
    ends = sum(node.kind == "end" for node in graph.nodes)
    rules = len({each.id for each in graph.exits})
    first = graph.nodes[0].title
    return (
        f"{graph.subtitle}. From “{first}”, {stages} boxes for what is under way and {ends} for how it ends, one below "
        f"the other, with {rules} rules as lines between them. The same as text: the outline of this picture."
    )


def _box(box: Box, marks: Marks) -> str:
    area, mark = box.area, marks.get(box.node.id)
    rounded = {"start": 18, "end": 3, "several": 3}.get(box.node.kind, 8)
    frame = _rect("box", area.x, area.y, area.width, area.height, rounded)
    is_end = box.node.kind == "end"
    inner = _rect("inner", area.x + 3, area.y + 3, area.width - 6, area.height - 6, 1) if is_end else ""
    standing = f" {mark.standing}" if mark is not None else ""
    return tag(
        "g",
        tag("title", escaped(box.node.id)),
        frame,
        inner,
        "".join(map(_text, box.lines)),
        class_=f"node {box.node.kind}{standing}",
        data_node=box.node.id,
    )


def _rect(class_: str, x: float, y: float, width: float, height: float, rounded: float) -> str:
    return tag(
        "rect",
        class_=class_,
        x=number(x),
        y=number(y),
        width=number(width),
        height=number(height),
        rx=rounded,
    )


def _text(line: Text) -> str:
    return tag("text", escaped(line.text), class_=line.role, x=number(line.at.x), y=number(line.at.y))


def _label(label: Label, marks: Marks) -> str:
    mark = marks.get(label.exit.id)
    standing = f" {mark.standing}" if mark is not None and mark.standing != "covered" else ""
    return tag(
        "g",
        tag("title", escaped(label.exit.id)),
        "".join(map(_text, label.lines)),
        class_=f"exit{standing}",
        data_rule=label.exit.id,
    )


# --- Lines -------------------------------------------------------------------------------------------------------


def _wires(layout: Layout) -> Iterator[str]:
    """The lines of each exit; what several share is drawn once, with one arrow, and a dot where each joins."""
    longest: dict[tuple[str | None, str], Wire] = {}
    for wire in layout.wires:
        yield _line(wire.own, wire.exit)
        if wire.after_label:
            yield _line(wire.after_label, wire.exit)
            yield tag(
                "circle", class_="joint", cx=number(wire.shared[0].x), cy=number(wire.shared[0].y), r="2.6"
            )
        if wire.shared:
            held = longest.setdefault((wire.exit.target, wire.way), wire)
            if _length(wire.shared) > _length(held.shared):
                longest[wire.exit.target, wire.way] = wire
    for wire in longest.values():
        yield tag("path", class_="wire", d=_path(wire.shared))
        yield _arrow(wire.shared[-2], wire.shared[-1])


def _length(points: Sequence[Point]) -> float:
    return sum(abs(one.x - other.x) + abs(one.y - other.y) for one, other in pairwise(points))


def _line(points: Sequence[Point], each: Exit) -> str:
    return tag("path", class_="wire by-time" if each.by_time else "wire", d=_path(points))


def _path(points: Sequence[Point]) -> str:
    first, *rest = points
    steps, before = [f"M{number(first.x)} {number(first.y)}"], first
    for point in rest:
        steps.append(f"V{number(point.y)}" if point.x == before.x else f"H{number(point.x)}")
        before = point
    return "".join(steps)


def _arrow(before: Point, tip: Point) -> str:
    """A triangle at the end of a line, pointing as the line runs."""
    x, y = number(tip.x), number(tip.y)
    if before.x == tip.x:
        return tag("path", class_="arrow", d=f"M{x} {y}l-4.5 -9h9z")
    turn = "9" if before.x > tip.x else "-9"
    return tag("path", class_="arrow", d=f"M{x} {y}l{turn} -4.5v9z")
