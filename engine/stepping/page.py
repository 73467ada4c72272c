"""Lines of at most 80 columns, read from left to right and from top to bottom."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDTH = 80


def filled(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines, the first begun with `first` and the others with `rest`, or moved in as far as the first."""
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_on_hyphens=False,
    )


def rows(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names in a column, what is said of each beside it; under it where the names are long."""
    width = max((len(name) for name, _ in pairs), default=0)
    for name, text in pairs:
        yield from filled(text, first=f"  {name:<{width}}  ", rest=" " * 6) or [f"  {name}"]


def folded(text: str) -> Iterator[str]:
    """A text laid out in lines, what is too wide moved under its line and further in."""
    for line in text.split("\n"):
        own = line.lstrip()
        indent = " " * (len(line) - len(own))
        yield from filled(own, first=indent, rest=f"{indent}    ") or [""]


def page(*parts: Iterable[str]) -> str:
    """Lines put under each other."""
    return "\n".join(line for part in parts for line in part)
