"""From the events of a YAML parser to data and positions, in one pass, refusing what the language does not have.

Scalars are those of YAML 1.2 without its surprises: true, false, decimal numbers; all else is text, and so are
all keys. PyYAML's two parsers differ inside brackets and braces; what they differ about is refused, so that a
file means the same on every machine.
"""

from __future__ import annotations

import re
from math import isfinite
from sys import intern
from typing import TYPE_CHECKING, Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.documents.document import Spot, place_of
from engine.documents.raw_text import forbidden_character
from engine.documents.syntax import NO_SPACE, QUESTION
from engine.documents.words import shortened
from engine.errors import PolicyInvalid
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.documents.document import Span
    from engine.documents.syntax import Trouble

MOST_LEVELS = 20
MOST_PROBLEMS = 100
LONGEST_KEY = 200
LOOK_BACK = 200

_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?")
_BLOCK_HEADER = re.compile(r"[|>][-+1-9]{0,2} *(?: #.*)?")
_QUESTION_MARK = re.compile(r"(?:^|[\s\[{,:-])\?(?=\s|$)", re.MULTILINE)


class Enough(Exception):
    """No use in reading on."""


class _Frame:
    """A map or list that is being filled.

    `key` is the key whose value comes next; `lost`: the next value belongs to a refused key and goes nowhere;
    `plain`: the event of the value before, if it was unquoted text.
    """

    __slots__ = ("data", "flow", "inner", "is_map", "key", "lost", "plain", "spot")

    def __init__(self, span: Span, *, is_map: bool, flow: bool) -> None:
        self.data: Any = {} if is_map else []
        self.inner: Any = {} if is_map else []
        self.spot = Spot(span, self.inner)
        self.is_map = is_map
        self.flow = flow
        self.key: str | None = None
        self.lost = False
        self.plain: Any = None

    @property
    def wants_key(self) -> bool:
        return self.is_map and self.key is None and not self.lost


class Builder:
    """Takes the events of one file; `result` gives the data with its positions, or raises what is wrong."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.problems: list[Problem] = []
        self.stack: list[_Frame] = []
        self.top: _Frame | None = None
        self.documents = 0
        self.question_marks = _QUESTION_MARK.search(text) is not None

    def run(self, events: Iterable[Any]) -> None:
        """Take every event; raises `Enough` where nothing more can be learnt."""
        handlers: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self.scalar,
            MappingStartEvent: self.start,
            SequenceStartEvent: self.start,
            MappingEndEvent: self.end,
            SequenceEndEvent: self.end,
            AliasEvent: self.alias,
            DocumentStartEvent: self.document_start,
        }
        for event in events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)

    def result(self) -> tuple[dict[str, Any], Spot]:
        """What was read; raises `PolicyInvalid` if anything was wrong."""
        if self.problems:
            raise PolicyInvalid(self.problems)
        if self.top is None:
            raise PolicyInvalid([Problem(Place(self.path), "empty-file", "the file is empty")])
        return self.top.data, self.top.spot

    # One event each

    def document_start(self, event: Any) -> None:
        """Refuse a second document."""
        self.documents += 1
        if self.documents > 1:
            message = 'a file holds one document: "---" begins another here'
            self.refuse(_span(event), "more-than-one-document", message)
            raise Enough

    def scalar(self, event: Any) -> None:
        """Take a text, a number or a truth: as a key, as a value or as an item."""
        if event.anchor is not None or event.tag is not None:
            self.refuse_decorations(event)
        if not self.stack:
            self.refuse_top(event)
        frame = self.stack[-1]
        value: Any = event.value
        plain = not event.style
        if not plain:
            self.check_quoted(event)
        elif frame.flow:
            self.check_flow(event)
        if frame.is_map and frame.key is None and not frame.lost:  # `wants_key`, without the call
            self.take_key(frame, event, plain=plain)
            return
        if plain:
            value = self.plain_value(frame, event)
        frame.plain = event if plain else None
        start, end = event.start_mark, event.end_mark
        self.put(frame, value, (start.line, start.column, end.line, end.column))

    def start(self, event: Any) -> None:
        """Begin a map or a list."""
        if event.anchor is not None or event.tag is not None:
            self.refuse_decorations(event)
        if len(self.stack) >= MOST_LEVELS:
            self.refuse(
                _first(event), "too-deep", f"maps and lists are nested more than {MOST_LEVELS} deep here"
            )
            raise Enough
        frame = _Frame(_first(event), is_map=type(event) is MappingStartEvent, flow=bool(event.flow_style))
        if self.stack:
            self.nest(self.stack[-1], frame)
        elif frame.is_map:
            self.top = frame
        else:
            self.refuse_top(event)
        self.stack.append(frame)

    def end(self, _event: Any) -> None:
        """End a map or a list."""
        self.stack.pop()

    def alias(self, event: Any) -> None:
        """Refuse a reference to another place."""
        mark = event.start_mark
        name = self.characters(mark.line, mark.column, LOOK_BACK).split(" ")[0].rstrip(",]}")
        message = (
            f'"{name}" begins with *, which refers to another place: repeat the text, or put it in quotes'
        )
        self.refuse(_span(event), "alias", message)
        if not self.stack:
            raise Enough
        frame = self.stack[-1]
        if frame.wants_key:
            frame.lost = True
        else:
            self.put(frame, "", _span(event))

    # What is built

    def nest(self, outer: _Frame, frame: _Frame) -> None:
        """Put a new map or list into the one around it."""
        outer.plain = None
        span = frame.spot.span
        if outer.wants_key:
            kind = "a map" if frame.is_map else "a list"
            self.refuse(span, "key-not-text", f"a key is text, not {kind}: put it in quotes")
            outer.lost = True
            return
        if frame.is_map and frame.flow and self.characters(span[0], span[1], 1) != "{":
            self.refuse(
                span, "braces-missing", "a key and its value inside square brackets need braces of their own"
            )
        self.put(outer, frame.data, frame.spot)

    def take_key(self, frame: _Frame, event: Any, *, plain: bool) -> None:
        """Take a key. One that cannot be taken loses its value."""
        key = event.value
        wrong = self.wrong_key(event, plain=plain)
        if wrong is not None:
            frame.lost = True
            self.refuse(_span(event), *wrong)
        elif key in frame.spot.keys:
            frame.lost = True
            first = place_of(self.path, frame.spot.keys[key], self.line_text)
            message = f'"{key}" is written twice in this map, first on line {first.line}'
            self.refuse(_span(event), "duplicate-key", message, related=((first, "the first one"),))
        else:
            # Ids are looked up all the time: one object for each makes that quick, and cases small.
            frame.key = intern(key)
            frame.spot.keys[frame.key] = _span(event)

    def wrong_key(self, event: Any, *, plain: bool) -> tuple[str, str] | None:
        """Name and message of what keeps this from being a key."""
        key = event.value
        if plain and key == "<<":
            return "merge-key", 'the merge key "<<" is not allowed: repeat the keys, or put it in quotes'
        if plain and not key:
            return "key-missing", "there is no key before this colon"
        if len(key) > LONGEST_KEY or "\n" in key:
            return "key-too-long", f"a key is one line of at most {LONGEST_KEY} characters"
        if self.question_marks and self.has_question_mark(event):
            return "question-mark", "a key is written without a question mark before it"
        return None

    def put(self, frame: _Frame, value: Any, where: Span | Spot) -> None:
        """Put a value where it belongs."""
        if not frame.is_map:
            frame.data.append(value)
            frame.inner.append(where)
        elif frame.lost:
            frame.lost = False
        else:
            frame.data[frame.key] = value
            frame.inner[frame.key] = where
            frame.key = None

    def plain_value(self, frame: _Frame, event: Any) -> Any:
        """What unquoted text means."""
        text: str = event.value
        if text in _EMPTY:
            self.refuse_empty(frame, event)
            return text
        if text in _TRUTHS:
            return _TRUTHS[text]
        if text[0] in "0123456789+-" and (match := _NUMBER.fullmatch(text)):
            return _number(text, match)
        return text

    # What is refused

    def check_flow(self, event: Any) -> None:
        """Refuse unquoted text inside brackets or braces about which the two parsers disagree."""
        if "?" in event.value:
            self.refuse(_span(event), "quote-this", f'{QUESTION}: put "{shortened(event.value)}" in quotes')
        end = event.end_mark
        after = self.characters(end.line, end.column, 2)
        if len(after) > 1 and after[0] == ":" and after[1] != " ":
            self.refuse((end.line, end.column, end.line, end.column + 1), "colon-in-text", NO_SPACE)

    def check_quoted(self, event: Any) -> None:
        """Refuse escapes that make strange characters, and text on the line of `|` or `>`."""
        if event.style == '"':
            if forbidden_character(event.value):
                message = "an escape in this text makes a character that cannot be shown"
                self.refuse(_span(event), "forbidden-character", message)
        elif event.style in "|>":
            mark = event.start_mark
            if not _BLOCK_HEADER.fullmatch(self.line_text(mark.line + 1)[mark.column :]):
                self.refuse(
                    _first(event), "quote-this", f'after "{event.style}" the text begins on the next line'
                )

    def refuse_empty(self, frame: _Frame, event: Any) -> None:
        """Refuse a missing value; in braces a comma may be the cause."""
        if not frame.is_map:
            self.refuse(
                _span(event), "empty-value", "this item of the list is empty: write one, or leave it out"
            )
        elif frame.key is not None:
            key = frame.spot.keys[frame.key]
            cut = (
                frame.plain
                if frame.flow and not self.characters(key[2], key[3], LOOK_BACK).lstrip().startswith(":")
                else None
            )
            if cut is not None and cut.value:
                whole = shortened(f"{cut.value}, {frame.key}")
                self.refuse(
                    _span(cut), "quote-this", f'a comma inside braces ends a text: put "{whole}" in quotes'
                )
            else:
                message = f'"{shortened(frame.key)}" has no value: write one, or leave the key out'
                self.refuse(key, "empty-value", message)

    def refuse_top(self, event: Any) -> None:
        """Refuse a file that is no map."""
        message = 'a file begins with keys and values, such as "policy: redbridge/children-statutory"'
        if isinstance(event, ScalarEvent) and not event.value and not event.style and event.tag is None:
            self.refuse((0, 0, 0, 1), "empty-file", "the file is empty")
        else:
            self.refuse(_span(event), "not-a-map", message)
        raise Enough

    def refuse_decorations(self, event: Any) -> None:
        """Refuse anchors and tags."""
        advice = "leave it out, or put the text in quotes"
        if event.anchor is not None:
            message = f'"&{event.anchor}" gives this a name for use elsewhere, which is not allowed: {advice}'
            self.refuse(_first(event), "anchor", message)
        if event.tag is not None:
            self.refuse(_first(event), "tag", f"what begins with ! is a tag, which is not allowed: {advice}")

    def refuse(self, span: Span, name: str, message: str, **rest: Any) -> None:
        """Add a problem."""
        place = place_of(self.path, span, self.line_text)
        self.problems.append(
            Problem(
                place, name, message, breadcrumb=self.way(), line_text=self.line_text(place.line), **rest
            ),
        )
        if len(self.problems) >= MOST_PROBLEMS:
            raise Enough

    def trouble(self, trouble: Trouble) -> None:
        """Add what a parser complained about."""
        line, column = trouble.line - 1, trouble.column - 1
        last = min(column + trouble.width, max(column + 1, len(self.line_text(trouble.line))))
        place = place_of(self.path, (line, column, line, last), self.line_text)
        # What was found on the way there and stands at the same place is the same cause.
        if not any(known.place.line == place.line and known.name == trouble.name for known in self.problems):
            self.problems.append(
                Problem(
                    place,
                    trouble.name,
                    trouble.message,
                    breadcrumb=self.way(),
                    line_text=self.line_text(place.line),
                ),
            )

    # Looking at the text

    def way(self) -> tuple[str, ...]:
        """The keys and the numbers of items that lead here."""
        steps = (frame.key if frame.is_map else str(len(frame.data) + 1) for frame in self.stack)
        return tuple(step for step in steps if step is not None)

    def line_text(self, line: int) -> str:
        """The line, counted from 1; the parsers may speak of one after the last."""
        return self.lines[line - 1] if line <= len(self.lines) else ""

    def characters(self, line: int, column: int, number: int) -> str:
        """A few characters of the text; line and column count from 0."""
        return self.line_text(line + 1)[column : column + number]

    def has_question_mark(self, event: Any) -> bool:
        """Whether a question mark announces this key."""
        line, column = event.start_mark.line, event.start_mark.column
        before = self.line_text(line + 1)[max(0, column - LOOK_BACK) : column].rstrip()
        while not before and line:
            line -= 1
            before = self.line_text(line + 1).split(" #")[0].rstrip()[-LOOK_BACK:]
        return before.endswith("?") and _QUESTION_MARK.search(before) is not None

    def open_bracket(self) -> Span | None:
        """Where the innermost bracket or brace stands that is still open."""
        frame = self.stack[-1] if self.stack else None
        return frame.spot.span if frame is not None and frame.flow else None


def _number(text: str, match: re.Match[str]) -> int | float | str:
    if match[2] is None and match[3] is None:
        return int(text)
    number = float(text)
    return number if isfinite(number) else text


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return start.line, start.column, end.line, end.column


def _first(event: Any) -> Span:
    """The first character of something."""
    start = event.start_mark
    return start.line, start.column, start.line, start.column + 1
