"""What is refused before any parser sees the text: characters that parsers or people read differently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_LINES = 20  # of one kind; who has more tabs than that knows what to do after these

_FORBIDDEN = re.compile(
    "[^\\n\\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# What no terminal shows, or by which one shows the text after it turned round.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNING = re.compile("[\x85\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TAB = re.compile("\t")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


def forbidden_character(text: str) -> bool:
    """Whether the text contains a character that cannot be shown, or a line end that is none everywhere."""
    return _FORBIDDEN.search(text) is not None


def on_one_line(text: str) -> str:
    """The text as it can stand on a line of a report: line ends and what cannot be seen as escapes."""
    return _UNSHOWN.sub(_escape, text)


def unturned(text: str) -> str:
    """The text with an escape for each character that turns round how what follows is shown, or breaks a line unseen."""
    return _TURNING.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def first_problems(text: str, path: str) -> list[Problem]:
    """What is wrong with the bare text; if anything is, it is not worth parsing."""
    if text.startswith("\ufeff"):
        message = "the file begins with a byte order mark: save it as UTF-8 without one"
        return [Problem(Place(path), "byte-order-mark", message)]
    return [
        *hidden_characters(text, path),
        *_found(text, path, _TAB, lambda _: ("tab", "a tab stands here: write spaces")),
        *_found(
            text,
            path,
            _DIRECTIVE,
            lambda _: (
                "directive",
                "a line beginning with % is a directive, which is not allowed: leave it out, or put the text in quotes",
            ),
        ),
    ]


def hidden_characters(text: str, path: str) -> Iterator[Problem]:
    """The characters that cannot be shown, which in a terminal could even give commands."""
    return _found(text, path, _FORBIDDEN, _character)


def _character(match: re.Match[str]) -> tuple[str, str]:
    character = match[0]
    if character == "\r":
        return (
            "line-end",
            "a line ends in a way that other programs do not know: save the file with ordinary line ends",
        )
    if character in "\x85\u2028\u2029":
        return "line-end", "a line break that cannot be seen stands here: delete it"
    if character == "\ufeff":
        return "forbidden-character", "a character that cannot be seen stands here (U+FEFF): delete it"
    return (
        "forbidden-character",
        f"a character that cannot be shown stands here (U+{ord(character):04X}): delete it",
    )


def _found(
    text: str,
    path: str,
    pattern: re.Pattern[str],
    describe: Callable[[re.Match[str]], tuple[str, str]],
) -> Iterator[Problem]:
    """The first match on each line, up to a number of lines."""
    at = 0
    for _ in range(MOST_LINES):
        match = pattern.search(text, at)
        if match is None:
            return
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.start())
        end = len(text) if end < 0 else end
        line = text.count("\n", 0, start) + 1
        name, message = describe(match)
        yield Problem(Place(path, line, match.start() - start + 1), name, message, line_text=text[start:end])
        at = end
