"""What a YAML parser complains about, in plain words and at the place where the cause is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import yaml

    from engine.documents.document import Span


QUESTION = "a question mark inside brackets or braces can be read in two ways"
NO_SPACE = "a space is missing after this colon; if it is part of a text, put the text in quotes"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mistake of syntax. `line` and `column` count from 1."""

    name: str
    message: str
    line: int
    column: int
    width: int = 1


def explain(error: yaml.YAMLError, text: str, opened: Span | None) -> Trouble:
    """The likeliest cause of a parser's complaint; `opened` is where the innermost open bracket stands."""
    complaint = _Complaint(error, text)
    if opened is not None and complaint.at_the_end and "quoted scalar" not in complaint.words:
        return complaint.unclosed(opened)
    for words, make in _CAUSES:
        if any(word in complaint.words for word in words):
            return make(complaint)
    return complaint.here(
        "not-yaml", "this cannot be read: look at the indentation, the colons and the quotes hereabouts"
    )


class _Complaint:
    """A parser's complaint; both parsers use much the same words."""

    def __init__(self, error: Any, text: str) -> None:
        self.lines = text.split("\n")
        self.context = str(getattr(error, "context", None) or "")
        self.problem = str(getattr(error, "problem", None) or "")
        self.words = f"{self.context}; {self.problem}"
        self.problem_mark = getattr(error, "problem_mark", None)
        self.context_mark = getattr(error, "context_mark", None) or self.problem_mark

    def at(self, mark: Any, name: str, message: str, width: int = 1) -> Trouble:
        line = mark.line if mark is not None else 0
        column = mark.column if mark is not None else 0
        return Trouble(name, message, line + 1, column + 1, width)

    def here(self, name: str, message: str) -> Trouble:
        return self.at(self.problem_mark, name, message)

    def from_the_start(self, name: str, message: str) -> Trouble:
        return self.at(self.context_mark, name, message)

    def unclosed(self, opened: Span) -> Trouble:
        line, column = opened[:2]
        bracket = self.lines[line][column : column + 1]
        closing = {"[": "]", "{": "}"}.get(bracket, bracket)
        return Trouble(
            "unclosed-bracket", f'this "{bracket}" is never closed with "{closing}"', line + 1, column + 1
        )

    @property
    def at_the_end(self) -> bool:
        """Whether nothing but white space follows."""
        mark = self.problem_mark
        if mark is None:
            return False
        return not self.line[mark.column :].strip() and not any(
            line.strip() for line in self.lines[mark.line + 1 :]
        )

    @property
    def line(self) -> str:
        number = self.problem_mark.line if self.problem_mark is not None else 0
        return self.lines[number] if number < len(self.lines) else ""

    @property
    def before(self) -> str:
        return self.line[: self.problem_mark.column] if self.problem_mark is not None else ""

    @property
    def character(self) -> str:
        return self.line[self.problem_mark.column : self.problem_mark.column + 1] if self.problem_mark else ""


def _colon(complaint: _Complaint) -> Trouble:
    if ": " in complaint.before:
        return complaint.here(
            "colon-in-text", "a colon followed by a space cannot stand in plain text: put the text in quotes"
        )
    return complaint.here(
        "indentation",
        "a key cannot stand here: the line before already has a value, or this line is indented too far",
    )


def _unclosed_quote(complaint: _Complaint) -> Trouble:
    return complaint.from_the_start("unclosed-quote", "this quotation mark is never closed")


def _brackets(opening: str, closing: str) -> Callable[[_Complaint], Trouble]:
    def make(complaint: _Complaint) -> Trouble:
        start, end = complaint.context_mark, complaint.problem_mark
        if complaint.character == "?":
            return complaint.here("quote-this", f"{QUESTION}: put the text in quotes")
        if start is None or end is None or (end.line == start.line and complaint.character):
            return complaint.here("bracket", f'a comma or "{closing}" is missing before this')
        return complaint.from_the_start(
            "unclosed-bracket", f'this "{opening}" is never closed with "{closing}"'
        )

    return make


def _no_space(complaint: _Complaint) -> Trouble:
    return complaint.here("colon-in-text", NO_SPACE)


def _missing_colon(complaint: _Complaint) -> Trouble:
    return complaint.from_the_start("missing-colon", "a key needs a colon and a space after it")


def _indentation(complaint: _Complaint) -> Trouble:
    if complaint.character and complaint.before.strip():
        return complaint.here(
            "after-the-value",
            "this cannot follow on the same line: put the whole text in quotes, or begin a new line",
        )
    return complaint.here("indentation", "this line is not indented like the lines it belongs to")


def _first_character(complaint: _Complaint) -> Trouble:
    return complaint.here("quote-this", f'text cannot begin with "{complaint.character}": put it in quotes')


def _escape(complaint: _Complaint) -> Trouble:
    return complaint.here(
        "strange-escape",
        "a backslash in double quotes has a meaning of its own: write two, or use single quotes",
    )


def _dash(complaint: _Complaint) -> Trouble:
    return complaint.here(
        "indentation",
        'a list item ("- ") cannot begin here: put it on a line of its own, or put the text in quotes',
    )


def _name_mark(complaint: _Complaint) -> Trouble:
    return complaint.from_the_start("quote-this", "text cannot begin with this character: put it in quotes")


def _block_header(complaint: _Complaint) -> Trouble:
    return complaint.from_the_start(
        "quote-this", "after | or > the text begins on the next line; if it is a text, put it in quotes"
    )


_CAUSES: tuple[tuple[tuple[str, ...], Callable[[_Complaint], Trouble]], ...] = (
    (("mapping values are not allowed",), _colon),
    (("escape character", "escape sequence", "escape code", "hexdecimal"), _escape),
    (("scanning a quoted scalar",), _unclosed_quote),
    (("scanning a simple key",), _missing_colon),
    (("cannot start any token",), _first_character),
    (("found unexpected ':'",), _no_space),
    (("while parsing a flow sequence",), _brackets("[", "]")),
    (("while parsing a flow mapping",), _brackets("{", "}")),
    (("sequence entries are not allowed",), _dash),
    (
        ("scanning an anchor", "scanning an alias", "scanning a tag", "parsing a tag", "scanning a URI"),
        _name_mark,
    ),
    (("scanning a block scalar",), _block_header),
    (("while parsing a block", "expected <document start>", "<document start>"), _indentation),
    (
        ("while parsing a flow node",),
        lambda complaint: complaint.here("bracket", "something is missing before this"),
    ),
)
