"""Problems as people, comparisons and programs read them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from engine.reports.layout import WIDTH, as_json, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.problems import Problem
    from engine.reports.paint import Paint

_LEAST_SEEN_BEFORE = 20


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
    }


def check_text(files: Sequence[str], problems: Sequence[Problem], paint: Paint = plain) -> str:
    """What `check` found, with a last line that sums it up."""
    blocks = [problem_text(problem, paint) for problem in problems]
    return "\n\n".join([*blocks, _summary(files, problems, paint)])


def check_plain(_files: Sequence[str], problems: Sequence[Problem], _paint: Paint = plain) -> str:
    """What `check` found, one line per problem; nothing if there is none."""
    return problems_plain(problems)


def check_json(files: Sequence[str], problems: Sequence[Problem], _paint: Paint = plain) -> str:
    """What `check` found, as JSON."""
    return as_json({"files": list(files), "problems": [problem_dict(problem) for problem in problems]})


CHECK_FORMATS = {"text": check_text, "plain": check_plain, "json": check_json}


def _lines(problem: Problem, paint: Paint) -> Iterator[str]:
    gutter = max(2, len(str(problem.place.line)))
    yield f"{paint(f'{problem.severity}[{problem.name}]', problem.severity)}: {paint(problem.message, 'strong')}"
    yield from _whereabouts(problem, paint)
    if problem.line_text.strip():
        yield from _excerpt(problem, gutter, paint)
    elif problem.instead is not None:
        yield f"{' ' * gutter} = {_hint(problem.instead)}"
    indent = " " * (gutter + 1)
    for other, text in problem.related:
        yield f"{indent}= {text}: {other}"
    for note in problem.notes:
        deeper = " " * (len(note) - len(note.lstrip()))
        yield from filled(note.lstrip(), first=f"{indent}= {deeper}", rest=f"{indent}    {deeper}")


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
    hint = f" {_hint(problem.instead)}" if problem.instead is not None else ""
    caret = paint("^" * width + hint, problem.severity)
    yield f"{' ' * gutter} {bar}"
    yield f"{problem.place.line:>{gutter}} {bar} {text}"
    yield f"{' ' * gutter} {bar} {' ' * column}{caret}"


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
    return line, column, max(1, min(width, len(line) - column))


def _hint(instead: str) -> str:
    # What is itself a quoted text is shown with the one pair of quotes that belongs to it.
    return f"write {instead}" if instead.startswith('"') else f'write "{instead}"'


def _summary(files: Sequence[str], problems: Sequence[Problem], paint: Paint) -> str:
    checked = f"{len(files)} {'file' if len(files) == 1 else 'files'} checked"
    if not problems:
        return f"{checked}: {paint('no problems', 'good')}"
    counts = Counter(str(problem.severity) for problem in problems)
    found = [
        f"{counts[severity]} {word if counts[severity] == 1 else word + 's'}"
        for severity, word in (("error", "error"), ("warning", "warning"), ("information", "remark"))
        if counts[severity]
    ]
    affected = len({problem.place.path for problem in problems})
    where = f" in {affected} of them" if len(files) > 1 else ""
    return f"{checked}: {', '.join(found)}{where}"
