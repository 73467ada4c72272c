"""Printing: to which stream, in colour or not. Reports make the text; this only puts it out."""

from __future__ import annotations

import os
import sys
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.problems import Problem
    from engine.reports.paint import Paint


T = TypeVar("T")


def say(text: str) -> None:
    """Print a result."""
    if text:
        click.echo(text)


def ask(question: str) -> str:
    """A line typed on the terminal after a question. Raises `EOFError` where there is none."""
    return input(question)


def complain(text: str) -> None:
    """Print what went wrong, apart from results."""
    click.echo(text, err=True)


def with_progress(items: Sequence[T], label: str) -> Iterator[T]:
    """The items one by one; on a terminal, with a bar on standard error once they take more than a second."""
    began, bar = monotonic(), None
    for done, item in enumerate(items, start=1):
        yield item
        if bar is not None:
            bar.update(1)
        elif sys.stderr.isatty() and monotonic() - began > 1:
            bar = click.progressbar(length=len(items), label=label, file=sys.stderr)
            bar.update(done)
    if bar is not None:
        bar.render_finish()


def paint(*, err: bool = False) -> Paint:
    """Colour on a terminal, unless NO_COLOR is set; else none."""
    from engine.reports.paint import coloured, plain

    stream = sys.stderr if err else sys.stdout
    return coloured if stream.isatty() and not os.environ.get("NO_COLOR") else plain


def complain_of(problems: Iterable[Problem]) -> None:
    """Print problems in full, apart from results."""
    from engine.reports.problems import problems_text

    complain(problems_text(problems, paint(err=True)))
