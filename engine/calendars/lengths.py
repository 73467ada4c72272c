"""How long a limit runs, as the policy writes it: "10 working days", "1 month", "as soon as possible"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from engine.errors import UsageError

Unit = Literal[
    "working_days",
    "calendar_days",
    "weeks",
    "months",
    "years",
    "end_of_next_working_day",
    "as_soon_as_possible",
]

UNITS: tuple[Unit, ...] = get_args(Unit)

_IN_WORDS: dict[str, Unit] = {
    "end of next working day": "end_of_next_working_day",
    "as soon as possible": "as_soon_as_possible",
}
_COUNTED: dict[str, Unit] = {
    "working day": "working_days",
    "calendar day": "calendar_days",
    "week": "weeks",
    "month": "months",
    "year": "years",
}
_AMOUNT_AND_UNIT = re.compile(r"(0|[1-9][0-9]{0,4}) ([a-z]+(?: [a-z]+)?)")
_CHOICES = (
    '"10 working days", "28 calendar days", "2 weeks", "1 month", "1 year", '
    '"end of next working day" or "as soon as possible"'
)


@dataclass(frozen=True, slots=True)
class Length:
    """An amount of one unit; the amount is 1 for the units that are words.

    Raises `UsageError` if the amount is negative or the unit unknown. No amount of one unit is an amount of
    another, so lengths have no order.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            message = f"unknown unit {self.unit!r}: it is one of {', '.join(UNITS)}"
            raise UsageError(message)
        if self.amount < 0:
            message = f"a length is never negative: {self.amount} {self.unit.replace('_', ' ')}"
            raise UsageError(message)

    @classmethod
    def parse(cls, text: str) -> Length:
        """The length a text names, the unit in the singular or the plural.

        Raises `UsageError` that says what to write. Bare "days" is refused, and so is 0 of
        anything but calendar days.
        """
        if text in _IN_WORDS:
            return cls(1, _IN_WORDS[text])
        match = _AMOUNT_AND_UNIT.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise _not_a_length(text)
        return _counted(text, int(match[1]), match[2])

    @property
    def is_open_ended(self) -> bool:
        """Whether it has no due date: as soon as possible."""
        return self.unit == "as_soon_as_possible"

    @property
    def in_working_days(self) -> bool:
        """Whether only working days are counted, so that it never needs a roll."""
        return self.unit in ("working_days", "end_of_next_working_day")

    def __str__(self) -> str:
        words = self.unit.replace("_", " ")
        if self.unit in _IN_WORDS.values():
            return words
        return f"{self.amount} {words.removesuffix('s') if self.amount == 1 else words}"


def _counted(text: str, amount: int, word: str) -> Length:
    singular = word.removesuffix("s")
    if singular == "day":
        days = "day" if amount == 1 else "days"
        message = (
            f'"{text}" leaves open which days: write "{amount} working {days}" or "{amount} calendar {days}"'
        )
        raise UsageError(message)
    if singular not in _COUNTED:
        raise _not_a_length(text)
    if amount == 0 and singular != "calendar day":
        message = f'"{text}" is no length: for the date of the start itself write "0 calendar days"'
        raise UsageError(message)
    return Length(amount, _COUNTED[singular])


def _not_a_length(text: object) -> UsageError:
    shown = f'"{text}"' if isinstance(text, str) else repr(text)
    return UsageError(f"{shown} is no length: write it as {_CHOICES}")
