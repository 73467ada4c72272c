"""Laws over every start of 2000 to 2040, against days walked one by one.

Nothing here is taken from the engine or from its source of holidays: `bank_holidays` states the Banking and
Financial Dealings Act 1971 and the proclamations, and every table of expected days is walked from it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from operator import le, lt
from typing import TYPE_CHECKING

import pytest

from engine.calendars import Calendar, Length, names

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, LAST = date(2000, 1, 1), date(2040, 12, 31)
STARTS = range(FIRST.toordinal(), LAST.toordinal() + 1)
NUMBERS = list(range(1, 131))
WORKING_DAYS = [Length(number, "working_days") for number in NUMBERS]
DAY = timedelta(days=1)
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6

PROCLAIMED = {
    date(1999, 12, 31),
    date(2002, 6, 3),
    date(2011, 4, 29),
    date(2012, 6, 5),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
}
EARLY_MAY_MOVED = {1995: date(1995, 5, 8), 2020: date(2020, 5, 8)}
SPRING_MOVED = {2002: date(2002, 6, 4), 2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}


def easter(year: int) -> date:
    """The anonymous Gregorian computus."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def on_or_after(day: date, weekday: int) -> date:
    return day + DAY * ((weekday - day.weekday()) % 7)


def on_or_before(day: date, weekday: int) -> date:
    return day - DAY * ((day.weekday() - weekday) % 7)


def or_monday(day: date) -> date:
    return on_or_after(day, MONDAY) if day.weekday() >= SATURDAY else day


def pair(first: date) -> set[date]:
    """Two holidays in a row; those on a weekend are made up for on the first days after that are none."""
    if first.weekday() == FRIDAY:
        return {first, first + 3 * DAY}
    if first.weekday() == SATURDAY:
        return {first + 2 * DAY, first + 3 * DAY}
    if first.weekday() == SUNDAY:
        return {first + DAY, first + 2 * DAY}
    return {first, first + DAY}


def common(year: int) -> set[date]:
    return {
        easter(year) - 2 * DAY,
        EARLY_MAY_MOVED.get(year, on_or_after(date(year, 5, 1), MONDAY)),
        SPRING_MOVED.get(year, on_or_before(date(year, 5, 31), MONDAY)),
        *pair(date(year, 12, 25)),
        *(day for day in PROCLAIMED if day.year == year),
    }


def english(year: int) -> set[date]:
    late_summer = on_or_before(date(year, 8, 31), MONDAY)
    return common(year) | {or_monday(date(year, 1, 1)), easter(year) + DAY, late_summer}


def scottish(year: int) -> set[date]:
    found = common(year) | pair(date(year, 1, 1)) | {on_or_after(date(year, 8, 1), MONDAY)}
    if year >= 2007:
        found.add(or_monday(date(year, 11, 30)))
    if year == 2026:
        found.add(date(2026, 6, 15))
    return found


def northern_irish(year: int) -> set[date]:
    return english(year) | {or_monday(date(year, 3, 17)), or_monday(date(year, 7, 12))}


BANK_HOLIDAYS = {
    "england": english,
    "wales": english,
    "scotland": scottish,
    "northern_ireland": northern_irish,
}


@pytest.mark.parametrize("region", list(BANK_HOLIDAYS))
def test_every_known_year_has_the_days_of_the_statute(region: str) -> None:
    for year in range(1995, 2051):
        assert set(names(region, year)) == BANK_HOLIDAYS[region](year), year


def walked_working_days() -> list[int]:
    """The working days of England from 2000 to well past 2040, one after the other."""
    holidays = {day for year in range(2000, 2043) for day in english(year)}
    days = map(date.fromordinal, range(FIRST.toordinal(), date(2042, 12, 31).toordinal() + 1))
    return [day.toordinal() for day in days if day.weekday() < SATURDAY and day not in holidays]


def walked_positions(working: list[int], first: int) -> Iterator[tuple[int, int]]:
    """Each start from `first` with the position in `working` of the first working day on or after it."""
    position = 0
    for start in range(first, STARTS.stop):
        while working[position] < start:
            position += 1
        yield start, position


@pytest.mark.parametrize("non_working_start", ["counts_from_next", "moves_to_next"])
@pytest.mark.parametrize("day_one", ["day_after", "same_day"])
def test_working_day_laws_from_every_start(day_one: str, non_working_start: str) -> None:
    """15,000 starts and 130 lengths: the day walked to, a working day, countable back, monotone both ways."""
    calendar = Calendar(region="england", day_one=day_one, non_working_start=non_working_start)
    unrolled, between, same_day = calendar.unrolled, calendar.table.between, day_one == "same_day"
    working = walked_working_days()
    is_working = frozenset(working)
    earlier_start = [0] * len(NUMBERS)
    for start, position in walked_positions(working, STARTS.start):
        moved = working[position]
        counts = moved == start
        day_zero = moved if non_working_start == "moves_to_next" else start
        # Where day 1 stands: the start or the next working day; one later if a start that counts is day 0.
        day_one_at = position + (not same_day and (counts or non_working_start == "moves_to_next"))

        due = [unrolled(start, length, same_day) for length in WORKING_DAYS]

        assert due == working[day_one_at : day_one_at + len(NUMBERS)], date.fromordinal(start)
        assert is_working.issuperset(due)
        if not same_day:
            assert [between(day_zero, day) for day in due] == NUMBERS
        elif start > STARTS.start:
            assert [between(start - 1, day) for day in due] == NUMBERS
        assert all(map(le, earlier_start, due))
        assert all(map(lt, due, due[1:]))
        earlier_start = due


def test_counting_back_from_a_due_date_comes_to_the_start() -> None:
    calendar = Calendar(region="england", day_one="day_after")
    forth, back = calendar.unrolled, calendar.unrolled_before
    for start in filter(frozenset(walked_working_days()).__contains__, STARTS):
        assert all(back(forth(start, length, False), length) == start for length in WORKING_DAYS[::13])


def test_the_table_agrees_with_the_walk_on_every_day() -> None:
    calendar = Calendar(region="england", day_one="day_after")
    working = frozenset(walked_working_days())
    assert [day for day in STARTS if calendar.table.counts(day) != (day in working)] == []
    assert [day for day in STARTS if (calendar.reason(day) is None) != (day in working)] == []


def test_rolls_go_to_the_nearest_working_day() -> None:
    rolled = Calendar(region="england", day_one="day_after").rolled
    working = walked_working_days()
    for day, position in walked_positions(working, working[0]):
        counts = working[position] == day
        assert rolled(day, "next_working_day") == working[position]
        assert rolled(day, "previous_working_day") == working[position if counts else position - 1]
        assert rolled(day, "stays") == day


def walked_month(day: date, months: int) -> tuple[date, bool]:
    """The same day so many months on, a month at a time, and whether that month is too short for it."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    longest = monthrange(year, month)[1]
    return date(year, month, min(day.day, longest)), day.day > longest


@pytest.mark.parametrize("months", [1, 2, 3, 6, 11, 12, 13, 24])
def test_month_laws_from_every_start(months: int) -> None:
    unrolled = Calendar(region="england", day_one="day_after").unrolled
    length = Length(months, "months")
    earlier_after = earlier_same = 0
    for start in STARTS:
        expected, too_short = walked_month(date.fromordinal(start), months)
        after, same = unrolled(start, length, False), unrolled(start, length, True)
        assert after == expected.toordinal()
        assert same == after - (not too_short)
        assert earlier_after <= after
        assert earlier_same <= same
        earlier_after, earlier_same = after, same


@pytest.mark.parametrize("same_day", [False, True])
def test_weeks_are_seven_days_and_years_twelve_months(same_day: bool) -> None:
    unrolled = Calendar(region="england", day_one="day_after").unrolled
    for start in STARTS:
        assert unrolled(start, Length(2, "weeks"), same_day) == start + 14 - same_day
        assert unrolled(start, Length(28, "calendar_days"), same_day) == start + 28 - same_day
        assert unrolled(start, Length(0, "calendar_days"), same_day) == start
        years, months = Length(2, "years"), Length(24, "months")
        assert unrolled(start, years, same_day) == unrolled(start, months, same_day)
