"""Workflow commands of GitHub, which show a finding beside its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.reports.problems import help_of, hint

if TYPE_CHECKING:
    from engine.problems import Place, Problem

    Level = Literal["error", "warning", "notice"]

_LEVELS: dict[str, Level] = {"error": "error", "warning": "warning", "information": "notice"}


def annotation(level: Level, place: Place, title: str, text: str) -> str:
    """A command on one line, whatever stands in the title and the text."""
    properties = {
        "file": place.path,
        "line": place.line,
        "col": place.column,
        "endLine": place.line,
        "endColumn": place.column + place.width,
        "title": title,
    }
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{level} {shown}::{_data(text)}"


def problem_annotation(problem: Problem) -> str:
    """A problem with all its help, each on a line of its own."""
    write = (hint(problem.instead),) if problem.instead is not None else ()
    related = (f"{text}: {place}" for place, text in problem.related)
    message = "\n".join((problem.message, *write, *related, *(note.strip() for note in help_of(problem))))
    return annotation(_LEVELS[problem.severity], problem.place, problem.name, message)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
