"""Remarks in a file that silence findings: `# duecourse: ignore[name, other] because reason`.

At the end of a line a remark speaks of that line, on a line of its own of the next line that says something. What looks
like one inside a text is text.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.documents.document import Spot
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.documents.document import Document, Span

MOST_REMARKS = 200

# With a colon, or the word that is meant: a remark may well speak of the command.
_REMARK = re.compile(r"(?:^|(?<=\s))#[ \t]*duecourse(?P<rest>(?:[ \t]*:|[ \t]+ignore\b).*)$", re.MULTILINE)
_IGNORE = re.compile(r"\s*:\s*ignore\s*\[(?P<names>[^\]]*)\]\s*(?P<why>.*)")
_BECAUSE = re.compile(r"because\b\s*(?P<reason>\S.*)")
_NAME = re.compile(r"[^\s,]+")
_OPENING = ('"', "'", "|", ">")
HOW = "a finding is silenced by: # duecourse: ignore[name] because reason"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: the names it silences, each with its place, why, and the line that it speaks of (from 1)."""

    place: Place
    names: tuple[tuple[str, Place], ...]
    reason: str
    line: int
    line_text: str


def remarks_in(document: Document) -> tuple[list[Remark], list[Problem]]:
    """The remarks of a file in their order, and what is wrong with some: those silence nothing."""
    remarks: list[Remark] = []
    problems: list[Problem] = []
    for match in _real(document, [*_candidates(document.text)]):
        found = _remark(document, match)
        (remarks if isinstance(found, Remark) else problems).append(found)  # type: ignore[arg-type]
    return remarks, problems


def _candidates(text: str) -> Iterator[re.Match[str]]:
    for _, match in zip(range(MOST_REMARKS), _REMARK.finditer(text), strict=False):
        yield match


def _real(document: Document, matches: Sequence[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Those that are remarks, and no part of a text in quotes or of a block of text."""
    texts = sorted(_texts(document, document._spot)) if matches else []
    for match in matches:
        place = _place(document, match.start(), match.end())
        here = (place.line - 1, place.column - 1)
        before = bisect_right(texts, (*here, sys.maxsize, 0)) - 1
        if before < 0 or not _lies_in(document, here, texts[before]):
            yield match


def _lies_in(document: Document, here: tuple[int, int], text: Span) -> bool:
    """Whether a spot lies in a text that begins before it; what stands behind the `|` of a block does not."""
    first, column, last, end = text
    is_block = document.line_text(first + 1)[column] in "|>"
    return here < (last, end) and not (is_block and here[0] == first)


def _texts(document: Document, spot: Spot) -> Iterator[Span]:
    """Where the texts stand that may hold a #: those in quotes, and blocks."""
    inner = spot.inner.values() if isinstance(spot.inner, dict) else spot.inner
    for where in (*spot.keys.values(), *inner):
        if isinstance(where, Spot):
            yield from _texts(document, where)
        elif document.line_text(where[0] + 1)[where[1] : where[1] + 1] in _OPENING:
            yield where


def _remark(document: Document, match: re.Match[str]) -> Remark | Problem:
    place = _place(document, match.start(), match.end())
    line_text = document.line_text(place.line)
    ignore = _IGNORE.fullmatch(match["rest"])
    if ignore is None or not _NAME.search(ignore["names"]):
        message = "this remark is not understood, and silences nothing"
        return Problem(place, "strange-remark", message, "warning", notes=(HOW,), line_text=line_text)
    because = _BECAUSE.fullmatch(ignore["why"].strip())
    if because is None:
        message = "this remark does not say why, and silences nothing"
        return Problem(place, "ignore-without-reason", message, "warning", notes=(HOW,), line_text=line_text)
    start = match.start("rest") + ignore.start("names")
    names = tuple(
        (name[0], _place(document, start + name.start(), start + name.end()))
        for name in _NAME.finditer(ignore["names"])
    )
    alone = not line_text[: place.column - 1].strip()
    line = _next_line(document, place.line) if alone else place.line
    return Remark(place, names, because["reason"].strip(), line, line_text)


def _next_line(document: Document, line: int) -> int:
    """The next line that says something; the line itself if none follows."""
    lines = document.text.split("\n")
    following = (
        number
        for number, text in enumerate(lines[line:], start=line + 1)
        if text.strip() and not text.lstrip().startswith("#")
    )
    return next(following, line)


def _place(document: Document, start: int, end: int) -> Place:
    line = document.text.count("\n", 0, start) + 1
    column = start - (document.text.rfind("\n", 0, start) + 1) + 1
    return Place(document.path, line, column, max(1, end - start))
