"""How reports are laid out: 80 columns, aligned columns, JSON that two runs write alike."""

from __future__ import annotations

import json
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from engine.documents import unturned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.problems import Place

WIDTH = 80


def as_json(value: Any) -> str:
    """A JSON-ready value as text."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def place_dict(place: Place) -> dict[str, Any]:
    """A place in a file, JSON-ready."""
    return {"path": place.path, "line": place.line, "column": place.column}


def filled(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines of at most `WIDTH`, the first begun with `first` and the others with `rest`."""
    return wrap(
        unturned(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(rows: Sequence[Sequence[str]], indent: str = "  ") -> Iterator[str]:
    """Rows with every column but the last aligned; the last is wrapped under itself."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)] if rows else []
    for row in rows:
        cells = [unturned(f"{cell:<{width}}") for cell, width in zip(row, widths, strict=False)]
        yield from filled(row[-1], first=indent + "".join(f"{cell}  " for cell in cells)) or [
            (indent + "  ".join(cells)).rstrip(),
        ]
