"""Markdown of which no text breaks out: cells of a table, code, blocks, and problems as a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.reports.problems import hint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.problems import Problem


def cell(text: str) -> str:
    """Text for a cell: nothing in it ends the cell or the row, and only what stands in backticks is code."""
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    return "`".join(part if odd % 2 else _escaped(part) for odd, part in enumerate(parts))


def code(text: str) -> str:
    """Text as code, in a cell or elsewhere."""
    return f"`{text.replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def block(text: str) -> list[str]:
    """Text as it is, between fences longer than any in it."""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]


def problems_table(problems: Iterable[Problem]) -> list[str]:
    """A row for each problem, below the names of the columns."""
    return ["| | where | what | check |", "|---|---|---|---|", *map(_row, problems)]


def _row(problem: Problem) -> str:
    write = f"; {hint(problem.instead)}" if problem.instead is not None else ""
    who = f"<br>Who loses: {cell(problem.loses)}" if problem.loses else ""
    source = f"<br>Source: {cell(problem.source)}" if problem.source else ""
    return (
        f"| {problem.severity} | {code(str(problem.place))} | {cell(problem.message + write)}{who}{source} "
        f"| {code(problem.name)} |"
    )


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "*_<>[]#~" else sign for sign in text)
