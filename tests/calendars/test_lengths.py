"""Lengths as policies write them."""

from __future__ import annotations

import pytest

from engine.calendars import Length
from engine.errors import UsageError


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("10 working days", 10, "working_days"),
        ("1 working day", 1, "working_days"),
        ("1 working days", 1, "working_days"),
        ("0 calendar days", 0, "calendar_days"),
        ("28 calendar days", 28, "calendar_days"),
        ("2 weeks", 2, "weeks"),
        ("1 month", 1, "months"),
        ("12 months", 12, "months"),
        ("1 year", 1, "years"),
        ("end of next working day", 1, "end_of_next_working_day"),
        ("as soon as possible", 1, "as_soon_as_possible"),
    ],
)
def test_a_length_is_read(text: str, amount: int, unit: str) -> None:
    assert Length.parse(text) == Length(amount, unit)  # type: ignore[arg-type]  # a table of texts


@pytest.mark.parametrize(
    "text",
    [
        "1 working day",
        "10 working days",
        "1 calendar day",
        "0 calendar days",
        "1 week",
        "6 months",
        "2 years",
        "end of next working day",
        "as soon as possible",
    ],
)
def test_a_length_is_written_as_it_was_read(text: str) -> None:
    assert str(Length.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10 days", 'write "10 working days" or "10 calendar days"'),
        ("1 day", 'write "1 working day" or "1 calendar day"'),
        ("0 working days", 'write "0 calendar days"'),
        ("0 months", 'write "0 calendar days"'),
        ("ten working days", "is no length"),
        ("10  working days", "is no length"),
        ("-1 working days", "is no length"),
        ("010 working days", "is no length"),
        ("1.5 months", "is no length"),
        ("10 fortnights", "is no length"),
        ("10 Working Days", "is no length"),
        ("\u0661\u0660 working days", "is no length"),
        ("10 working days\n", "is no length"),
        ("", "is no length"),
    ],
)
def test_what_is_no_length_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Length.parse(text)
    assert said in str(refused.value)


def test_a_number_alone_is_refused() -> None:
    with pytest.raises(UsageError, match="10 is no length"):
        Length.parse(10)  # type: ignore[arg-type]  # the mistake under test


def test_negative_amounts_and_unknown_units_are_refused() -> None:
    with pytest.raises(UsageError, match="never negative"):
        Length(-1, "weeks")
    with pytest.raises(UsageError, match="unknown unit 'hours'"):
        Length(72, "hours")  # type: ignore[arg-type]  # the mistake under test
