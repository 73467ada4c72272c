"""A file that has been read: its data, and the place of every key and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


# First line and column, last line and column (exclusive), all from 0, in characters. Plain numbers, because a file
# of a megabyte has a hundred thousand of them, and the garbage collector need not look at these.
Span = tuple[int, int, int, int]


class Spot:
    """Where a map or list stands, and where what it holds stands: a `Span` for a scalar, else a `Spot`."""

    __slots__ = ("inner", "keys", "span")

    def __init__(self, span: Span, inner: dict[str, Span | Spot] | list[Span | Spot]) -> None:
        self.span = span
        self.inner = inner
        self.keys: dict[str, Span] = {}


class Document:
    """A file as read. Not changed after reading; nobody may change `data`.

    `path` is the file's name as shown to people. `text` is its text with line feeds as line ends. `data` holds
    dict, list, str, int, float and bool only: no empty values, and every key is text.
    """

    __slots__ = ("_lines", "_spot", "data", "path", "text")

    def __init__(self, path: str, text: str, data: dict[str, Any], spot: Spot) -> None:
        self.path = path
        self.text = text
        self.data = data
        self._spot = spot
        self._lines: list[str] | None = None

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the value at `path`, or of its key; of the nearest ancestor there is, if it is not there.

        The items of a list have no key: their own place is given. A map or list is one character wide.
        """
        here: Span | Spot = self._spot
        key_span: Span | None = None
        for step in path:
            below = _below(here, step)
            if below is None:
                return self._place(key_span or _span(here))
            key_span = here.keys.get(step) if isinstance(here, Spot) and isinstance(step, str) else None
            here = below
        return self._place(key_span if key and key_span is not None else _span(here))

    def line_text(self, line: int) -> str:
        """The line as typed, counted from 1, without its end; empty if there is no such line."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[line - 1] if 0 < line <= len(self._lines) else ""

    def problem(
        self,
        path: Sequence[str | int],
        name: str,
        message: str,
        *,
        key: bool = False,
        **rest: Any,
    ) -> Problem:
        """A problem with the value at `path`, or with its key; `rest` goes to `Problem` as it is."""
        place = self.place(path, key=key)
        way = path[:-1] if key else path
        return Problem(
            place,
            name,
            message,
            breadcrumb=tuple(str(step + 1) if isinstance(step, int) else step for step in way),
            line_text=self.line_text(place.line),
            **rest,
        )

    def _place(self, span: Span) -> Place:
        return place_of(self.path, span, self.line_text)


def place_of(path: str, span: Span, line_text: Callable[[int], str]) -> Place:
    """The place of a span; what runs over several lines is meant up to the end of its first."""
    line, column, last_line, last_column = span
    stop = last_column if last_line == line else len(line_text(line + 1).rstrip())
    return Place(path, line + 1, column + 1, max(1, stop - column))


def _span(where: Span | Spot) -> Span:
    return where.span if isinstance(where, Spot) else where


def _below(where: Span | Spot, step: str | int) -> Span | Spot | None:
    inner = where.inner if isinstance(where, Spot) else None
    if isinstance(inner, dict):
        return inner.get(step) if isinstance(step, str) else None
    if isinstance(inner, list) and isinstance(step, int) and 0 <= step < len(inner):
        return inner[step]
    return None
