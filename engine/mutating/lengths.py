"""The lengths next to one: a unit more and a unit less, as a slip of the pen makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendars import Length

if TYPE_CHECKING:
    from collections.abc import Iterator

SAME_DAY = "same day"
WORKING_DAY = "1 working day"


def other_lengths(text: str) -> Iterator[tuple[str, str]]:
    """One unit more and one less, each with the words for both: "11 working days", "11 working days instead of 10".

    `same day` and the end of the next working day have one neighbour each; as soon as possible has none.
    """
    if text == SAME_DAY:
        yield WORKING_DAY, f"{WORKING_DAY} instead of the same day"
        return
    length = Length.parse(text)
    if length.unit == "end_of_next_working_day":
        yield "2 working days", "2 working days instead of the end of the next working day"
        return
    if length.is_open_ended:
        return
    least = 0 if length.unit == "calendar_days" else 1
    for amount in (length.amount + 1, length.amount - 1):
        if amount >= least:
            other = str(Length(amount, length.unit))
            yield other, f"{other} instead of {length.amount}"
