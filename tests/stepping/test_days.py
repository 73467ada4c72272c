"""Days as testers write them, each worked out by hand from a calendar of May 2026.

Friday 1 May is the day; Monday 4 May and Monday 25 May are bank holidays. Contact is owed within three working days
(5, 6, 7 May), the response of stage 1 within ten (5 to 8 = 1 to 4, 11 to 15 = 5 to 9, 18 = 10).
"""

from __future__ import annotations

from datetime import date, time

import pytest

from engine.stepping.days import day_and_time, day_from, day_or_none
from engine.stepping.naming import NotUnderstood


@pytest.fixture
def view(received):
    return received.scene.view


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-05-18", date(2026, 5, 18)),
        ("18 May 2027", date(2027, 5, 18)),
        ("18 may", date(2026, 5, 18)),
        ("3 Sep", date(2026, 9, 3)),
        ("today", date(2026, 5, 1)),
        ("Tomorrow", date(2026, 5, 2)),
        ("yesterday", date(2026, 4, 30)),
        ("Monday", date(2026, 5, 4)),
        ("fri", date(2026, 5, 8)),
        ("next tue", date(2026, 5, 5)),
        ("+0", date(2026, 5, 1)),
        ("+3", date(2026, 5, 4)),
        ("+3 days", date(2026, 5, 4)),
        ("+ 3 calendar days", date(2026, 5, 4)),
        ("-1", date(2026, 4, 30)),
        ("+1 working day", date(2026, 5, 5)),
        ("+5 working days", date(2026, 5, 11)),
        ("+5wd", date(2026, 5, 11)),
        ("-1 working day", date(2026, 4, 30)),
        ("+2 weeks", date(2026, 5, 15)),
        ("+1 month", date(2026, 6, 1)),
        ("+1 year", date(2027, 5, 1)),
        ("-1 month", date(2026, 4, 1)),
        ("due contact", date(2026, 5, 7)),
        ("due stage_1", date(2026, 5, 18)),
        ("due date of cont", date(2026, 5, 7)),
        ("day after stage_1", date(2026, 5, 19)),
        ("the day before contact", date(2026, 5, 6)),
        ("2 working days before contact", date(2026, 5, 5)),
        ("1 working day after contact", date(2026, 5, 8)),
        ("10 days after contact", date(2026, 5, 17)),
    ],
)
def test_a_day_is_read(view, typed, day):
    assert day_from(typed, view) == day


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("soon", '"soon" is not a day: write a day as 2026-05-18'),
        ("18/05/2026", "is not a day"),
        ("3", "is not a day"),
        ("", "is not a day"),
        ("2026-02-30", 'there is no day "2026-02-30"'),
        ("31 June", 'there is no day "31 June"'),
        ("+3 fortnights", '"fortnights" is no unit: write +3 (calendar days)'),
        ("+9999 years", "no bank holidays are known"),
        ("+99999999999", '"+99999999999" lies beyond the years known'),
        ("+100000 working days", "lies beyond the years known"),
        ("-800000", "lies beyond the years known"),
        ("99999 days after contact", "lies beyond the years known"),
        ("+500 years", "between 1950 and 2150"),
        ("1066-10-14", "between 1950 and 2150"),
        ("+9000 working days", "no bank holidays are known"),
        ("due stage_2", "stage_2 has no due date on Fri 1 May 2026: not started"),
        ("due acknowledgement", "acknowledgement has no due date"),
        ("day after stge_1", 'there is no limit "stge_1"; did you mean "stage_1"?'),
        ("due", "is not a day"),
    ],
)
def test_what_is_no_day_says_how_to_write_one(view, typed, told):
    with pytest.raises(NotUnderstood) as wrong:
        day_from(typed, view)
    assert told in str(wrong.value)


def test_what_looks_like_no_day_may_be_something_else(view):
    assert day_or_none("complaint_received", view) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-05-18 15:30", (date(2026, 5, 18), time(15, 30))),
        ("+3 at 9:05", (date(2026, 5, 4), time(9, 5))),
        ("15:30", (date(2026, 5, 1), time(15, 30))),
        ("due contact", (date(2026, 5, 7), None)),
    ],
)
def test_a_time_may_follow(view, typed, expected):
    assert day_and_time(typed, view) == expected


def test_there_are_24_hours(view):
    with pytest.raises(NotUnderstood, match='no time "24:00"'):
        day_and_time("2026-05-18 24:00", view)
