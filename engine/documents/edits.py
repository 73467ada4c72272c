"""Edits of a text that replace what a problem's place covers, and touch nothing else.

Comments, quotes, order, line ends: every character outside the spans stays as it is.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from engine.documents.words import LIKELY, LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.problems import Problem

# What may be edited without asking: a misspelt word, a length written in other words, missing quotes or brackets.
WORDS = frozenset(
    f"unknown-{kind}"
    for kind in (
        "answer", "base", "body", "calendar", "event", "exclusion", "fact", "letter", "limit", "policy", "procedure",
        "role", "route", "rule", "source", "stage", "step",
    )
) | {"nothing-to-drop", "nothing-to-remove"}  # fmt: skip
OF_THE_LANGUAGE = frozenset({"unknown-key", "unknown-value", "on-as-a-key"})
VERY_LIKELY = 0.85
MARGIN = 0.05  # by so much a word must be likelier than any other that might have been meant

_DIGITS = re.compile("[0-9]+")
_LISTED = re.compile(r"[^\s,]+")
_QUOTES = ('"', "'")


class Edit(NamedTuple):
    """Replace `width` characters from `column` of `line` (both from 1) by `text`."""

    line: int
    column: int
    width: int
    text: str


def safe_edit(problem: Problem, text: str, words: Collection[str]) -> Edit | None:
    """The edit that mends a problem in this text for certain, or `None`.

    `words` are all words that somebody could have meant here: of two that are as likely neither is chosen, and a word
    never gets another number.
    """
    place, instead = problem.place, problem.instead
    lines = text.split("\n")
    if instead is None or place.line > len(lines) or "\n" in instead:
        return None
    covered = lines[place.line - 1].removesuffix("\r")[place.column - 1 : place.column - 1 + place.width]
    quote = covered[:1] if covered[:1] in _QUOTES and covered[:1] == covered[-1:] and len(covered) > 1 else ""
    bare = covered[1:-1] if quote else covered
    if not bare:
        return None
    if problem.name == "wrong-type":
        same = instead in (f'"{bare}"', f"[{bare}]", f'"{bare.lower()}"')
        return Edit(place.line, place.column, place.width, instead) if same and not quote else None
    # A text of several lines is covered in part only; its message holds more than what is covered.
    if f'"{bare}"' not in problem.message or not _is_sure(problem, bare, words):
        return None
    return Edit(place.line, place.column, place.width, f"{quote}{instead}{quote}")


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; of two that overlap the first in the text counts."""
    lines = text.split("\n")
    end: tuple[int, int] = (0, 0)
    kept = []
    for edit in sorted(set(edits)):
        if (edit.line, edit.column) >= end:
            kept.append(edit)
            end = (edit.line, edit.column + edit.width)
    for edit in reversed(kept):
        line = lines[edit.line - 1]
        start = edit.column - 1
        lines[edit.line - 1] = line[:start] + edit.text + line[start + edit.width :]
    return "\n".join(lines)


def _is_sure(problem: Problem, word: str, words: Collection[str]) -> bool:
    """Whether what the problem says to write instead of the word is the only thing that could have been meant."""
    name, instead = problem.name, str(problem.instead)
    if name == "not-an-id":  # the same name in other letters
        return True
    if name == "not-a-length":
        return _number(word) == _number(instead) and _likeness(_unit(word), _unit(instead)) >= VERY_LIKELY
    if name in OF_THE_LANGUAGE:
        likeness = _likeness(word, instead)
        # What is nothing alike comes from a table, or is the only word that there is.
        rivals = [other for note in problem.notes for other in _LISTED.findall(note.partition(":")[2])]
        return likeness < LIKELY or (
            likeness >= VERY_LIKELY and not _has_rival(word, instead, likeness, rivals)
        )
    if name not in WORDS or _DIGITS.findall(word) != _DIGITS.findall(instead):
        return False
    likeness = _likeness(word, instead)
    return likeness >= LIKELY and not _has_rival(word, instead, likeness, words)


def _has_rival(word: str, instead: str, likeness: float, others: Collection[str]) -> bool:
    """Whether another word comes near; one with another number in it does not."""
    digits = _DIGITS.findall(word)
    matcher = SequenceMatcher(b=word)
    for other in others:
        if other in (word, instead) or len(other) > LONGEST_WORD:
            continue
        matcher.set_seq1(other)
        # The quick upper bounds first: most words are nothing alike.
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
        if all(bound() > likeness - MARGIN for bound in bounds) and _DIGITS.findall(other) == digits:
            return True
    return False


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(a=other, b=one).ratio()


def _number(length: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(length)]


def _unit(length: str) -> str:
    """The words of a length as a length has them: small, with a space between."""
    return " ".join(re.sub("[0-9_-]", " ", length.lower()).split())
