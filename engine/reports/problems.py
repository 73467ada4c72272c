"""Problems as people, comparisons and programs read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unicodedata import category

from engine.reports.layout import WIDTH, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.policy.checks.remarks import Ignored
    from engine.problems import Problem, Severity
    from engine.reports.paint import Paint

_LEAST_SEEN_BEFORE = 20
GRAVITY = {"error": 0, "warning": 1, "information": 2}


@dataclass(frozen=True, slots=True)
class Findings:
    """What `check` found: the files it looked at, the problems, and those that a remark in a file silences.

    `fail_on` is the least grave severity that makes a check fail.
    """

    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...] = ()
    fail_on: Severity = "error"

    def judged(self, fail_on: Severity) -> Findings:
        """The same, failing from this severity on."""
        return replace(self, fail_on=fail_on)

    def fails(self, problem: Problem) -> bool:
        """Whether this problem makes the check fail."""
        return GRAVITY[problem.severity] <= GRAVITY[self.fail_on]

    @property
    def failing(self) -> tuple[Problem, ...]:
        """The problems that make the check fail."""
        return tuple(problem for problem in self.problems if self.fails(problem))


def problem_text(problem: Problem, paint: Paint = plain) -> str:
    """One problem: what is wrong, where, the line as typed with a caret, and help."""
    return "\n".join(_lines(problem, paint))


def problems_text(problems: Iterable[Problem], paint: Paint = plain) -> str:
    """Problems one after the other, an empty line between them."""
    return "\n\n".join(problem_text(problem, paint) for problem in problems)


def problems_plain(problems: Iterable[Problem]) -> str:
    """One line per problem, which is what tests compare."""
    return "\n".join(str(problem) for problem in problems)


def problem_dict(problem: Problem) -> dict[str, Any]:
    """One problem, JSON-ready."""
    place = problem.place
    return {
        "name": problem.name,
        "severity": problem.severity,
        "message": problem.message,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "width": place.width,
        "breadcrumb": list(problem.breadcrumb),
        "instead": problem.instead,
        "notes": list(problem.notes),
        "related": [
            {"path": other.path, "line": other.line, "column": other.column, "text": text}
            for other, text in problem.related
        ],
        "source": problem.source,
        "loses": problem.loses,
    }


def _lines(problem: Problem, paint: Paint) -> Iterator[str]:
    gutter = max(2, len(str(problem.place.line)))
    yield f"{paint(f'{problem.severity}[{problem.name}]', problem.severity)}: {paint(problem.message, 'strong')}"
    yield from _whereabouts(problem, paint)
    if problem.line_text.strip():
        yield from _excerpt(problem, gutter, paint)
    elif problem.instead is not None:
        yield f"{' ' * gutter} = {hint(problem.instead)}"
    indent = " " * (gutter + 1)
    for other, text in problem.related:
        yield f"{indent}= {text}: {other}"
    for note in help_of(problem):
        deeper = " " * (len(note) - len(note.lstrip()))
        yield from filled(note.lstrip(), first=f"{indent}= {deeper}", rest=f"{indent}    {deeper}")


def help_of(problem: Problem) -> tuple[str, ...]:
    """The further lines of help: the notes, who loses, and where the rule comes from."""
    loses = (f"who loses: {problem.loses}",) if problem.loses else ()
    source = (f"source: {problem.source}",) if problem.source else ()
    return (*problem.notes, *loses, *source)


def _whereabouts(problem: Problem, paint: Paint) -> Iterator[str]:
    arrow, place, way = paint("-->", "faint"), str(problem.place), " > ".join(problem.breadcrumb)
    if not way:
        yield f"  {arrow} {place}"
    elif len(place) + len(way) + 9 <= WIDTH:
        yield f"  {arrow} {place}   {way}"
    else:
        yield f"  {arrow} {place}"
        yield from filled(way, first="      in ")


def _excerpt(problem: Problem, gutter: int, paint: Paint) -> Iterator[str]:
    """The line as typed, cut around what is meant if it is long, and the caret under it."""
    bar = paint("|", "faint")
    text, column, width = _cut(
        problem.line_text, problem.place.column - 1, problem.place.width, WIDTH - gutter - 3
    )
    write = hint(problem.instead) if problem.instead is not None else ""
    beside = write if gutter + 3 + column + width + 1 + len(write) <= WIDTH else ""
    caret = paint(f"{'^' * width} {beside}".rstrip(), problem.severity)
    yield f"{' ' * gutter} {bar}"
    yield f"{problem.place.line:>{gutter}} {bar} {text}"
    yield f"{' ' * gutter} {bar} {' ' * column}{caret}"
    if write and not beside:
        yield from filled(write, first=f"{' ' * (gutter + 1)}= ", rest=f"{' ' * (gutter + 5)}")


def _cut(line: str, column: int, width: int, room: int) -> tuple[str, int, int]:
    """The part of a line that fits, with the column and width of what is meant inside it."""
    line = line.replace("\t", " ").rstrip()
    if len(line) > room:
        begin = max(0, min(column - _LEAST_SEEN_BEFORE, len(line) - room))
        end = begin + room
        shown = line[begin:end]
        if begin:
            shown = "…" + shown[1:]
        if end < len(line):
            shown = shown[:-1] + "…"
        line, column = shown, column - begin
    # What cannot be shown could give a terminal commands.
    line = "".join(sign if sign.isprintable() or category(sign) == "Zs" else "�" for sign in line)
    return line, column, max(1, min(width, len(line) - column))


def hint(instead: str) -> str:
    """What to write, in words."""
    # What is itself a quoted text is shown with the one pair of quotes that belongs to it.
    return f"write {instead}" if instead.startswith('"') else f'write "{instead}"'
