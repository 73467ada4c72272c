"""What a ledger tells people and programs."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, time, timedelta
from typing import Any

import pytest

from engine.calendars import Calendar, Ledger, Yearly, day_text, stretches

LAID_OUT = ("counted", "weekends", "bank_holiday", "closed", "paused")


def england(**settings: Any) -> Calendar:
    return Calendar(**{"region": "england", "day_one": "day_after", **settings})


def test_a_due_date_over_the_early_may_bank_holiday() -> None:
    assert (
        str(england().due(date(2026, 5, 1), "10 working days"))
        == """\
10 working days from Fri 1 May 2026: due Mon 18 May 2026
  start     Fri 1 May 2026
  counting  working days in England; the start is day 0
  left out  Mon 4 May 2026, Early May bank holiday
  counted   day 1 Tue 5 May 2026 to day 10 Mon 18 May 2026
  left out  6 weekend days from Sat 2 May 2026 to Sun 17 May 2026
  due       Mon 18 May 2026"""
    )


def test_an_evening_before_christmas_with_everything() -> None:
    calendar = england(
        region=["england", "scotland"],
        non_working_start="moves_to_next",
        cutoff="17:00",
        closed_yearly=[Yearly("12-27", "12-31", "Christmas closure")],
        open={date(2026, 1, 10): "catching up"},
    )
    assert (
        str(calendar.due(date(2025, 12, 19), "10 working days", at=time(17, 30)))
        == """\
10 working days from Fri 19 Dec 2025: due Tue 13 Jan 2026
  start     Fri 19 Dec 2025, 17:30
  cutoff    after 17:00: as if on Sat 20 Dec 2025
  counting  working days in England and Scotland; the start is day 0
  moved     the start is no working day (Saturday): Mon 22 Dec 2025 is day 0
  counted   day 1 Tue 23 Dec 2025 to day 2 Wed 24 Dec 2025
  left out  Thu 25 Dec 2025, Christmas Day
  left out  Fri 26 Dec 2025, Boxing Day
  left out  Mon 29 Dec 2025 to Wed 31 Dec 2025, closed: Christmas closure
  left out  Thu 1 Jan 2026, New Year's Day
  left out  Fri 2 Jan 2026, 2nd January (Scotland)
  counted   day 3 Mon 5 Jan 2026 to day 10 Tue 13 Jan 2026
  counts    Sat 10 Jan 2026, open: catching up
  left out  5 weekend days from Sat 27 Dec 2025 to Sun 11 Jan 2026
  due       Tue 13 Jan 2026"""
    )


def test_a_start_on_a_bank_holiday_counted_inclusively() -> None:
    assert (
        str(england(day_one="same_day").due(date(2026, 5, 4), "2 working days"))
        == """\
2 working days from Mon 4 May 2026: due Wed 6 May 2026
  start     Mon 4 May 2026
  counting  working days in England; the start is day 1 if it counts
  moved     the start is no working day (Early May bank holiday): Tue 5 May 2026
            is day 1
  left out  Mon 4 May 2026, Early May bank holiday
  counted   day 1 Tue 5 May 2026 to day 2 Wed 6 May 2026
  due       Wed 6 May 2026"""
    )


def test_a_month_that_is_too_short_says_so() -> None:
    assert (
        str(england().due(date(2026, 3, 31), "1 month"))
        == """\
1 month from Tue 31 Mar 2026: due Thu 30 Apr 2026
  start    Tue 31 Mar 2026
  counted  1 month, Wed 1 Apr 2026 to Thu 30 Apr 2026 (Apr 2026 has no day 31)
  due      Thu 30 Apr 2026"""
    )


def test_a_roll_names_every_day_passed_over() -> None:
    ledger = england().due(date(2026, 4, 5), "28 calendar days", roll="next_working_day")
    assert (
        str(ledger)
        == """\
28 calendar days from Sun 5 Apr 2026: due Tue 5 May 2026
  start    Sun 5 Apr 2026
  counted  28 calendar days, Mon 6 Apr 2026 to Sun 3 May 2026
  rolled   Sun 3 May 2026, Sunday; Mon 4 May 2026, Early May bank holiday: moves
           to the next working day, Tue 5 May 2026
  due      Tue 5 May 2026"""
    )


def test_as_soon_as_possible_stays_open() -> None:
    assert (
        str(england().due(date(2026, 5, 1), "as soon as possible"))
        == """\
as soon as possible from Fri 1 May 2026: no due date
  start       Fri 1 May 2026
  open ended  no due date: it stays open until it is met"""
    )


def test_the_next_working_day_leaves_the_start_out_even_when_starts_count() -> None:
    ledger = england(day_one="same_day").due(date(2026, 5, 1), "end of next working day")
    assert "counting  working days in England; the start is day 0" in str(ledger)
    assert "counted   day 1 Tue 5 May 2026" in str(ledger)


def test_pauses_are_told_and_not_counted() -> None:
    paused = [(date(2026, 5, 7), date(2026, 5, 12), "no advocate yet")]
    lines = stretches(england(), date(2026, 5, 1), date(2026, 5, 14), paused)
    assert [(line.kind, line.text, line.days) for line in lines[1:]] == [
        ("bank_holiday", "Mon 4 May 2026, Early May bank holiday", 1),
        ("counted", "day 1 Tue 5 May 2026 to day 2 Wed 6 May 2026", 2),
        ("paused", "Thu 7 May 2026 to Tue 12 May 2026, no advocate yet", 6),
        ("counted", "day 3 Wed 13 May 2026 to day 4 Thu 14 May 2026", 2),
        ("weekends", "the weekend of Sat 2 May 2026 and Sun 3 May 2026", 2),
    ]


def test_a_ledger_for_programs_is_plain_json() -> None:
    data = england().due(date(2026, 5, 1), "1 working day").to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["length"] == "1 working day"
    assert (data["start"], data["due"]) == ("2026-05-01", "2026-05-05")
    assert data["lines"][2] == {
        "kind": "bank_holiday",
        "text": "Mon 4 May 2026, Early May bank holiday",
        "start": "2026-05-04",
        "end": "2026-05-04",
        "days": 1,
    }
    assert england().due(date(2026, 5, 1), "as soon as possible").to_dict()["due"] is None


def test_a_ledger_survives_pickling_and_copying() -> None:
    ledger = england().due(date(2026, 5, 1), "10 working days")
    assert pickle.loads(pickle.dumps(ledger)) == copy.copy(ledger) == copy.deepcopy(ledger) == ledger


def _every_day_is_told_once(calendar: Calendar, ledger: Ledger) -> bool:
    assert ledger.due is not None
    first = calendar.first_day(ledger.start.toordinal(), calendar.day_one == "same_day")
    told = sum(line.days for line in ledger.lines if line.kind in LAID_OUT)
    return told == ledger.due.toordinal() - first + 1


@pytest.mark.parametrize("day_one", ["day_after", "same_day"])
@pytest.mark.parametrize("non_working_start", ["counts_from_next", "moves_to_next"])
def test_every_day_up_to_the_due_date_is_told_once_in_80_columns(
    day_one: str, non_working_start: str
) -> None:
    closure = Yearly("12-24", "01-02", "Christmas closure")
    calendar = england(day_one=day_one, non_working_start=non_working_start, closed_yearly=[closure])
    for offset in range(366):
        ledger = calendar.due(date(2025, 7, 1) + timedelta(days=offset), "20 working days")
        assert sum(line.days for line in ledger.lines if line.kind == "counted") == 20
        assert _every_day_is_told_once(calendar, ledger)
        assert max(map(len, str(ledger).splitlines())) <= 80


def test_dates_read_the_same_in_every_locale() -> None:
    assert day_text(date(2026, 5, 18)) == "Mon 18 May 2026"
    assert day_text(date(2028, 2, 29)) == "Tue 29 Feb 2028"
