"""Where everything stands in a picture: boxes in one column, exits listed below each, lines beside the column.

A procedure is mostly a line from top to bottom, so every node is a box of the full width, in the order of the graph, and
a picture is as narrow as a phone. Below a box hangs a stem with a label for each exit. An exit to the next box goes on
down the stem. Any other leaves its label to the right, for a node further down, or the stem to the left, for one further
up, and joins the line of its target: all that lead to one node share one line and one arrow. So lines of one side are
as many as targets are open at once, labels never lie on a box, and nothing crosses a text.

Measures are in units of the picture, from its top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from engine.drawing.measure import width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.drawing.graph import Exit, Graph, Marks, Node

PHONE, DESK = 390.0, 760.0
SIGNS = {"covered": "✓", "partly": "◐", "missing": "✗"}
BOLD = frozenset({"title", "event", "missing"})

TITLE, SMALL = 15.0, 12.5
TITLE_LINE, SMALL_LINE = 19.0, 16.5
MARGIN = 8.0
LANE = 11.0
_PADDING = 10.0
_LEAST_BOX = 210.0
_STEM = 18.0
_TEXT = 20.0  # from the stem to the label
_GAP = 7.0
_BESIDE = 15.0  # from the boxes to the first lane
_BELOW = 15.0
_FOR_ARROW = 12.0
_ENTRY = 17.0  # where lines enter a box, from its top


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, its left end on the base line; `role` says how it looks."""

    at: Point
    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def overlaps(self, other: Area) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place."""

    node: Node
    area: Area
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """An exit's words in their place."""

    exit: Exit
    area: Area
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """The line of an exit from its source to its target, corner by corner; one that leads nowhere ends at its label.

    `shared` is the part from the place where it joins the line of its target, whose arrow all exits to it share.
    `way`: `next`, `on`, `back` or `none`.
    """

    exit: Exit
    way: str
    own: tuple[Point, ...]
    after_label: tuple[Point, ...]
    shared: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """A picture: its size, its boxes, labels and lines."""

    graph: Graph
    width: float
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    wires: tuple[Wire, ...]
    remarks: tuple[Text, ...] = ()

    @cached_property
    def box_of(self) -> Mapping[str, Box]:
        """The box of each node by its id."""
        return {box.node.id: box for box in self.boxes}


def laid_out(
    graph: Graph, width: float = PHONE, marks: Marks | None = None, *, legend: str | None = None
) -> Layout:
    """The picture of a graph, `width` wide, or wider if that many lines run beside the boxes.

    With a `legend` it is a sheet of its own: the title stands above it, the legend below.
    """
    return _Drawer(graph, width, marks or {}).drawn(legend)


# --- Which line runs where ---------------------------------------------------------------------------------------


class _Span(NamedTuple):
    """From which place to which a line runs: the box at place 3 is 6, and what hangs below it 7."""

    first: int
    last: int
    target: str

    def meets(self, other: _Span) -> bool:
        """Whether the two share a place."""
        return self.first <= other.last and other.first <= self.last


class _Way(NamedTuple):
    """How an exit is drawn: `next`, `on` or `back`, or `none` if it leads to no node."""

    exit: Exit
    way: str


def _ways(graph: Graph, node: Node) -> list[_Way]:
    """The exits of a node, those to one target together, those that lead nowhere after them, those to the next box last."""
    ways = [_Way(each, _way(graph, each)) for each in graph.exits_of(node.id)]
    first_to: dict[str, int] = {}
    for place, each in enumerate(ways):
        first_to.setdefault(each.exit.target or f"{place}", place)
    numbered = list(enumerate(ways))
    numbered.sort(
        key=lambda pair: (_LATE.get(pair[1].way, 0), first_to[pair[1].exit.target or f"{pair[0]}"], pair[0])
    )
    return [way for _, way in numbered]


_LATE = {"none": 1, "next": 2}


def _way(graph: Graph, each: Exit) -> str:
    if each.target is None:
        return "none"
    if graph.is_back(each):
        return "back"
    return "next" if graph.places[each.target] == graph.places[each.source] + 1 else "on"


def _spans(graph: Graph, way: str) -> Iterator[_Span]:
    """From where to where the lines of one side run, one for each target."""
    ends: dict[str, list[int]] = {}
    for each in graph.exits:
        if each.target is not None and _way(graph, each) == way:
            ends.setdefault(each.target, [2 * graph.places[each.target]]).append(
                2 * graph.places[each.source] + 1
            )
    return (_Span(min(places), max(places), target) for target, places in ends.items())


def _lanes(spans: Iterable[_Span]) -> dict[str, int]:
    """A lane for each target, from 0, the nearest to the boxes; short lines are near, no two in one lane meet."""
    lanes: list[list[_Span]] = []
    found: dict[str, int] = {}
    for span in sorted(spans, key=lambda each: (each.last - each.first, each.first)):
        free = [number for number, others in enumerate(lanes) if not any(map(span.meets, others))]
        lane = free[0] if free else len(lanes)
        if not free:
            lanes.append([])
        lanes[lane].append(span)
        found[span.target] = lane
    return found


# --- Where it runs -----------------------------------------------------------------------------------------------


class _Column(NamedTuple):
    """The column of boxes, and the lanes on both sides of it."""

    x: float
    width: float
    left: Mapping[str, int]
    right: Mapping[str, int]

    def lane(self, way: str, target: str) -> float:
        """The x of the line to a target."""
        if way == "back":
            return self.x - _BESIDE - self.left[target] * LANE
        return self.x + self.width + _BESIDE + self.right[target] * LANE


def _column(graph: Graph, width: float) -> _Column:
    left, right = _lanes(_spans(graph, "back")), _lanes(_spans(graph, "on"))
    x, beside = MARGIN + _room_for(left), MARGIN + _room_for(right)
    return _Column(x, max(_LEAST_BOX, width - x - beside), left, right)


def _room_for(lanes: Mapping[str, int]) -> float:
    return _BESIDE + max(lanes.values()) * LANE + 3.0 if lanes else 0.0


class _Drawer:
    """Places one thing below the other; `y` is how far down it has come."""

    def __init__(self, graph: Graph, width: float, marks: Marks) -> None:
        self.graph, self.marks = graph, marks
        self.column = _column(graph, width)
        self.width = max(width, self.column.x + self.column.width + MARGIN + _room_for(self.column.right))
        self.y = MARGIN
        self.boxes: list[Box] = []
        self.labels: list[tuple[_Way, Label]] = []
        self.remarks: list[Text] = []

    def drawn(self, legend: str | None) -> Layout:
        """Everything, from the first node to the last; with a legend, from the title to the legend."""
        if legend is not None:
            self._remark(_Piece(self.graph.title, "title"), _Piece(self.graph.subtitle, "word"))
        for node in self.graph.nodes:
            self._box(node)
            self._labels(node)
        if legend is not None:
            self._remark(_Piece(legend, "word"))
        boxes = {box.node.id: box for box in self.boxes}
        wires = tuple(self._wire(way, label, boxes) for way, label in self.labels)
        labels = tuple(label for _, label in self.labels)
        return Layout(
            self.graph, self.width, self.y, tuple(self.boxes), labels, wires, tuple(self.remarks)
        )  # fmt: skip

    def _remark(self, *pieces: _Piece) -> None:
        """Text of the full width."""
        texts = list(_stacked(pieces, MARGIN, self.y, self.width - 2 * MARGIN))
        self.remarks += texts
        self.y = texts[-1].at.y + _BELOW

    def _box(self, node: Node) -> None:
        column, top = self.column, self.y
        texts = list(
            _stacked(self._box_pieces(node), column.x + _PADDING, top + 8.0, column.width - 2 * _PADDING)
        )
        bottom = (texts[-1].at.y if texts else top) + 11.0
        self.boxes.append(Box(node, Area(column.x, top, column.width, bottom - top), tuple(texts)))
        self.y = bottom

    def _box_pieces(self, node: Node) -> Iterator[_Piece]:
        yield _Piece(f"{self.graph.places[node.id] + 1}  {node.title}", "title")
        if node.kind != "stage":
            yield _Piece(node.word, "word")
        yield from (_Piece(line, "line") for line in node.lines)
        mark = self.marks.get(node.id)
        if mark is not None:
            yield _Piece(f"{SIGNS[mark.standing]} {mark.text}", mark.standing)

    def _labels(self, node: Node) -> None:
        column = self.column
        x = column.x + _STEM + _TEXT
        ways = _ways(self.graph, node)
        self.y += _GAP if ways else 0.0
        for way in ways:
            texts = tuple(_stacked(self._label_pieces(way), x, self.y, column.width - _STEM - _TEXT))
            bottom = texts[-1].at.y + 4.0
            widest = max(width_of(each.text, SMALL, bold=each.role in BOLD) for each in texts)
            self.labels.append((way, Label(way.exit, Area(x, self.y, widest, bottom - self.y), texts)))
            self.y = bottom + 4.0
        self.y += _FOR_ARROW if any(way.way == "next" for way in ways) else _BELOW

    def _label_pieces(self, way: _Way) -> list[_Piece]:
        each = way.exit
        mark = self.marks.get(each.id)
        sign = f"{SIGNS[mark.standing]} " if mark is not None else ""
        pieces = [_Piece(f"{sign}{each.text}", "event")]
        pieces += [_Piece(text, "condition") for text in (each.condition, each.note) if text]
        if mark is not None and mark.standing != "covered":
            pieces.append(_Piece(mark.text, mark.standing))
        last = pieces.pop()
        return [*pieces, _Piece(f"{last.text} {self._destination(way)}", last.role)]

    def _destination(self, way: _Way) -> str:
        """Where it leads, as a sign with the number of the box, or in words; what it holds stays on one line."""
        each = way.exit
        if each.target is None:
            return {
                "back": "↩ back to the stage before",
                "turns_down": "✕\u00a0turned\u00a0down",
                "stays": "↻\u00a0stays",
            }[each.leads]
        sign = {"next": "↓", "on": "→", "back": "↑"}[way.way]
        return f"{sign}\u00a0{self.graph.places[each.target] + 1}"

    def _wire(self, way: _Way, label: Label, boxes: Mapping[str, Box]) -> Wire:
        each, area = way.exit, label.area
        source = boxes[each.source].area
        stem, y = self.column.x + _STEM, area.y + SMALL_LINE / 2
        own = (Point(stem, source.bottom), Point(stem, y), Point(area.x - 4.0, y))
        if each.target is None:
            return Wire(each, way.way, own, (), ())
        target = boxes[each.target].area
        if way.way == "next":
            return Wire(each, way.way, own, (), (Point(stem, y), Point(stem, target.y)))
        lane, entry = self.column.lane(way.way, each.target), target.y + _ENTRY
        if way.way == "back":
            leaves, side = Point(stem, y), target.x
        else:
            last = label.lines[-1]
            end = last.at.x + width_of(last.text, SMALL, bold=last.role in BOLD)
            leaves, side = (
                Point(min(end + 4.0, source.right), area.bottom - SMALL_LINE / 2 + 1.0),
                target.right,
            )
        joins = Point(lane, leaves.y)
        return Wire(each, way.way, own, (leaves, joins), (joins, Point(lane, entry), Point(side, entry)))


# --- Text --------------------------------------------------------------------------------------------------------


class _Piece(NamedTuple):
    text: str
    role: str


def _stacked(pieces: Iterable[_Piece], x: float, top: float, room: float) -> Iterator[Text]:
    """The lines of the pieces, one below the other, from `top`."""
    y = top
    for piece in pieces:
        is_title = piece.role == "title"
        size, step = (TITLE, TITLE_LINE) if is_title else (SMALL, SMALL_LINE)
        bold = piece.role in BOLD
        for line in wrapped(piece.text, room, size, bold=bold):
            y += step
            yield Text(Point(x, y - (5.0 if is_title else 4.5)), line, piece.role)
