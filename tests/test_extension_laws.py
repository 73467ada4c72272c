"""Laws of extension over every start of 2000 to 2040: it never shortens, and its ceiling counts from the same start."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from engine.calendars import Calendar, Length
from engine.deadlines import due_day, extended_day, extension_until

FIRST, LAST = date(2000, 1, 1).toordinal(), date(2040, 12, 31).toordinal()
CONVENTIONS = list(product(("day_after", "same_day"), ("counts_from_next", "moves_to_next")))


@pytest.mark.parametrize(("day_one", "non_working_start"), CONVENTIONS)
@pytest.mark.parametrize(("days", "ceiling"), [(1, 130), (10, 20), (25, 65)])
def test_a_ceiling_counts_from_the_same_start(
    day_one: str, non_working_start: str, days: int, ceiling: int
) -> None:
    """As many working days lie between the due date and the ceiling as the ceiling is longer: they are not added up."""
    calendar = Calendar(region="england", day_one=day_one, non_working_start=non_working_start)
    short, long = Length(days, "working_days"), Length(ceiling, "working_days")
    same_day = day_one == "same_day"
    between = calendar.table.between
    for start in range(FIRST, LAST + 1):
        due = due_day(calendar, short, start, same_day=same_day, roll=None)
        latest = due_day(calendar, long, start, same_day=same_day, roll=None)
        assert between(due, latest) == ceiling - days


@pytest.mark.parametrize(("day_one", "non_working_start"), CONVENTIONS)
@pytest.mark.parametrize("days", [1, 10, 65])
@pytest.mark.parametrize("later", [0, 3, 30])
def test_an_extension_gives_the_date_agreed_and_never_shortens(
    day_one: str, non_working_start: str, days: int, later: int
) -> None:
    """A date on or after the due date becomes itself if it counts, else the working day before; never before due."""
    calendar = Calendar(region="england", day_one=day_one, non_working_start=non_working_start)
    length = Length(days, "working_days")
    same_day = day_one == "same_day"
    for start in range(FIRST, LAST + 1):
        due = due_day(calendar, length, start, same_day=same_day, roll=None)
        until = due + later
        extension = extension_until(calendar, length, start, until, same_day=same_day, paused=())
        given = extended_day(calendar, extension, length, start, same_day=same_day, roll=None, paused=())
        assert due <= given <= until
        assert given == calendar.table.on_or_before(until)
