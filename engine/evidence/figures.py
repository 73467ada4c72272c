"""Lengths of time in prose: "within 10 working days", "ten working days", "25 to 65 working days", "a year"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.calendars import Length

_WORD = re.compile(r"[0-9]+|[a-z]+")
# The end of a sentence divides a number from a unit that only follows it.
_WORD_OR_END = re.compile(r"[0-9]+|[a-z]+|[.;!?](?=\s|$)")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n|\n(?=[ \t]*\(?[0-9a-z]{1,2}[.)][ \t]+\S)")
_ONES = _WORD.findall(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = _WORD.findall("twenty thirty forty fifty sixty seventy eighty ninety")
_FIRST = _WORD.findall(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENTHS = _WORD.findall("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
_SMALL = {word: number for words in (_ONES, _FIRST) for number, word in enumerate(words)}
_LARGE = {word: 10 * number for words in (_TENS, _TENTHS) for number, word in enumerate(words, start=2)}
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_ONE = frozenset({"a", "an"})
_MORE = frozenset({"further", "additional", "another", "extra", "more"})

# What may stand between a number and its unit: "25 (or, if complex, up to 65) full working days".
_BETWEEN = frozenset(
    _WORD.findall(
        "to or and up a an the maximum minimum of between at most least not than no full whole clear total in all if "
        "complex normally usually further additional another extra more"
    )
)
FARTHEST = 12
# What follows a number that leaves out its unit, and what stands before one that is a name.
_AFTER_LEFT_OUT = frozenset({";", "for", "if", "when", "where", "otherwise", "at"})
_NUMBERED = frozenset(
    _WORD.findall(
        "stage step level part section sections regulation regulations paragraph paragraphs article rule point item "
        "page chapter form appendix annex schedule note number no"
    )
)

WORKING, CALENDAR, BARE, WEEKS, MONTHS, YEARS = (
    "working days",
    "calendar days",
    "days",
    "weeks",
    "months",
    "years",
)
_SINGLE = {"day": BARE, "week": WEEKS, "month": MONTHS, "year": YEARS}
_UNITS = {**_SINGLE, **{f"{word}s": unit for word, unit in _SINGLE.items()}}
_KINDS = {"working": WORKING, "business": WORKING, "calendar": CALENDAR}


class Figure(NamedTuple):
    """A number and its unit; `added`: the words around it say that it comes on top of another."""

    amount: int
    unit: str
    added: bool = False


def figures_in(text: str) -> frozenset[Figure]:
    """Every length of time in a text, numbers in digits or in words up to ninety-nine.

    A number may leave out its unit if one was said before in its sentence: "10 working days; if complex, 20".
    """
    return frozenset((*_figures(list(_tokens(text))), *_without_unit(text)))


def has_phrase(text: str, phrase: str) -> bool:
    """Whether these words stand in the text, in small or capital letters, on however many lines."""
    return f" {' '.join(_words(phrase))} " in f" {' '.join(_words(text))} "


def _words(text: str) -> list[str]:
    return _WORD.findall(_simplified(text))


def _simplified(text: str) -> str:
    return text.lower().replace("\u2019", "'").replace("'s", "s").replace("'", "")


def _tokens(text: str) -> Iterator[int | str]:
    """Words and numbers: "twenty-five" is 25, "10th" is 10."""
    words = _WORD_OR_END.findall(_simplified(text))
    place = 0
    while place < len(words):
        word, after = words[place], words[place + 1] if place + 1 < len(words) else ""
        place += 1
        if word.isdecimal():
            place += after in _ORDINAL
            yield int(word[:9])
        elif word in _LARGE:
            unit = _SMALL.get(after, 0)
            place += 0 < unit < 10
            yield _LARGE[word] + (unit if 0 < unit < 10 else 0)
        elif word == "fortnight":
            yield from (2, "weeks")
        else:
            yield _SMALL.get(word, word)


def _figures(tokens: Sequence[int | str]) -> Iterator[Figure]:
    for place in range(len(tokens)):
        figure = _figure_at(tokens, place)
        if figure is not None:
            yield figure


def _figure_at(tokens: Sequence[int | str], place: int) -> Figure | None:
    token = tokens[place]
    amount = token if isinstance(token, int) else 1 if token in _ONE else None
    unit = None if amount is None else _unit_after(tokens, place, far=isinstance(token, int))
    return None if amount is None or unit is None else Figure(amount, unit, _is_added(tokens, place))


def _is_added(tokens: Sequence[int | str], place: int) -> bool:
    return any(each in _MORE for each in tokens[max(0, place - 2) : place + FARTHEST // 3])


def _without_unit(text: str) -> Iterator[Figure]:
    """The numbers that leave out their unit, since a number before them in their sentence has it."""
    for sentence in _SENTENCE_END.split(text):
        tokens = list(_tokens(sentence))
        unit = None
        for place, token in enumerate(tokens):
            figure = _figure_at(tokens, place)
            if figure is not None:
                unit = figure.unit
            elif unit is not None and isinstance(token, int) and _ends_a_clause(tokens, place):
                yield Figure(token, unit, _is_added(tokens, place))


def _ends_a_clause(tokens: Sequence[int | str], place: int) -> bool:
    """Whether nothing is counted by a number ("20 for the others", "20."), and it numbers nothing ("Stage 2.")."""
    after = tokens[place + 1] if place + 1 < len(tokens) else ";"
    return after in _AFTER_LEFT_OUT and tokens[place - 1] not in _NUMBERED


def _unit_after(tokens: Sequence[int | str], place: int, *, far: bool) -> str | None:
    """The unit that a number is one of; between them only what may stand there."""
    for ahead in range(place + 1, min(len(tokens), place + (FARTHEST if far else 3))):
        token = tokens[ahead]
        if isinstance(token, int):
            continue
        if token in _KINDS and ahead + 1 < len(tokens) and _UNITS.get(str(tokens[ahead + 1])) == BARE:
            return _KINDS[token]
        if token in _UNITS:
            return _UNITS[token]
        if token not in _BETWEEN or not far:
            return None
    return None


# --- Whether a length is among them ----------------------------------------------------------------------------


def states(figures: Iterable[Figure], text: str, length: Length, less: Length | None = None) -> str:
    """Whether a text states a length: `yes`, `days` (the number, of days that it does not name), or `no`.

    `less` is the length that this one extends: "10 working days, and a further 10" states 20.
    """
    if length.unit == "end_of_next_working_day":
        stated = has_phrase(text, "next working day") or any(
            each.amount == 1 and each.unit == WORKING for each in figures
        )
        return "yes" if stated else "days" if has_phrase(text, "next day") else "no"
    wanted = _ways(length)
    found = [(each.amount, each.unit) for each in figures]
    if any(each in wanted for each in found):
        return "yes"
    if less is not None and less.unit == length.unit:
        extra = (
            _ways(type(length)(length.amount - less.amount, length.unit))
            if length.amount > less.amount
            else ()
        )
        if any((each.amount, each.unit) in extra and each.added for each in figures):
            return "yes"
    in_days = length.unit in ("working_days", "calendar_days")
    return "days" if in_days and (length.amount, BARE) in found else "no"


def _ways(length: Length) -> tuple[tuple[int, str], ...]:
    """The amounts and units in which prose may state a length."""
    amount = length.amount
    if length.unit == "working_days":
        return ((amount, WORKING),)
    if length.unit == "calendar_days":
        return ((amount, CALENDAR), *(((amount // 7, WEEKS),) if amount % 7 == 0 else ()))
    if length.unit == "weeks":
        return ((amount, WEEKS), (7 * amount, CALENDAR), (7 * amount, BARE))
    if length.unit == "months":
        return ((amount, MONTHS), *(((amount // 12, YEARS),) if amount % 12 == 0 else ()))
    return ((amount, YEARS), (12 * amount, MONTHS))
