"""Which thing was meant by what was typed: a name, its title, the beginning of one, or a word of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.documents import likely
from engine.documents.words import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MOST_SHOWN = 12
_BETWEEN = re.compile(r"[\s_\-,;:()]+")


class NotUnderstood(Exception):
    """What was typed cannot be taken; the message says why, and what can be typed instead."""


def spelt(text: str) -> str:
    """The text as it is compared: small letters, an underscore between words."""
    return _BETWEEN.sub("_", text.casefold()).strip("_")


def picked(kind: str, typed: str, names: Mapping[str, str | None]) -> str:
    """The name meant, of `names` with their titles. Raises `NotUnderstood` if there is none, or more than one."""
    found = candidates(typed, names)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotUnderstood(f'"{shortened(typed)}" may be {listed(found)}: write more of it')
    meant = likely(spelt(typed), names)
    hint = f'did you mean "{meant}"?' if meant else f"there are: {listed(sorted(names)) or 'none'}"
    raise NotUnderstood(f'there is no {kind} "{shortened(typed)}"; {hint}')


def candidates(typed: str, names: Mapping[str, str | None]) -> list[str]:
    """The names that may be meant, by the nearest way in which any is."""
    word = spelt(typed)
    if not word:
        return []
    for fits in _FITS:
        found = [
            name for name, title in names.items() if any(fits(word, each) for each in _said(name, title))
        ]
        if found:
            return found
    return []


def listed(names: Sequence[str]) -> str:
    """Names apart by commas, no more of them than can be read."""
    more = len(names) - MOST_SHOWN
    return ", ".join(names[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _said(name: str, title: str | None) -> Iterator[str]:
    yield spelt(name)
    if title:
        yield spelt(title)


def _all_words(word: str, name: str) -> bool:
    known = name.split("_")
    return all(any(each.startswith(part) for each in known) for part in word.split("_"))


_FITS: tuple[Callable[[str, str], bool], ...] = (
    lambda word, name: name == word,
    lambda word, name: name.startswith(word),
    _all_words,
)
