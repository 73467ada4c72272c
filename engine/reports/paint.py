"""Colour as a function handed in: reports say what a piece of text means, the caller decides whether it is shown."""

from __future__ import annotations

from collections.abc import Callable

# Text and what it means (a key of `_CODES`) to text.
Paint = Callable[[str, str], str]

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "information": "1;36",
    "good": "32",
    "strong": "1",
    "faint": "2",
}


def plain(text: str, _meaning: str) -> str:
    """The text as it is."""
    return text


def coloured(text: str, meaning: str) -> str:
    """The text in a terminal's colours. Colour never carries what the words do not say."""
    return f"\x1b[{_CODES[meaning]}m{text}\x1b[0m" if text else text
