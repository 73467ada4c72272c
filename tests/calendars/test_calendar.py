"""Due dates worked by hand from a wall calendar, and what a calendar is as a value."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime, time
from typing import Any

import pytest

from engine.calendars import Calendar, Length, Yearly
from engine.errors import CalendarUnknown, UsageError


def england(day_one: str = "day_after", **settings: Any) -> Calendar:
    return Calendar(region="england", day_one=day_one, **settings)


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "length", "day_after", "same_day"),
    [
        pytest.param("2026-05-01", "10 working days", "2026-05-18", "2026-05-15", id="over-early-may"),
        pytest.param(
            "2026-05-01", "20 working days", "2026-06-02", "2026-06-01", id="over-both-may-holidays"
        ),
        pytest.param("2026-05-01", "25 working days", "2026-06-09", "2026-06-08", id="over-both-and-longer"),
        pytest.param("2025-12-19", "10 working days", "2026-01-07", "2026-01-06", id="over-christmas"),
        pytest.param("2021-12-23", "3 working days", "2021-12-30", "2021-12-29", id="christmas-on-saturday"),
        pytest.param("2026-03-30", "5 working days", "2026-04-08", "2026-04-07", id="over-easter"),
        pytest.param("2020-05-07", "1 working day", "2020-05-11", "2020-05-07", id="ve-day-on-friday"),
        pytest.param("2020-05-01", "1 working day", "2020-05-04", "2020-05-01", id="ve-day-not-on-monday"),
        pytest.param("2022-06-01", "2 working days", "2022-06-07", "2022-06-06", id="over-platinum-jubilee"),
        pytest.param("2022-09-16", "1 working day", "2022-09-20", "2022-09-16", id="over-state-funeral"),
        pytest.param("2023-05-05", "1 working day", "2023-05-09", "2023-05-05", id="over-coronation"),
        pytest.param("2025-11-03", "25 working days", "2025-12-08", "2025-12-05", id="stage-two-target"),
        pytest.param("2025-11-03", "65 working days", "2026-02-05", "2026-02-04", id="stage-two-ceiling"),
        pytest.param("2025-12-15", "65 working days", "2026-03-19", "2026-03-18", id="second-clock"),
        pytest.param("2028-02-28", "2 working days", "2028-03-01", "2028-02-29", id="over-a-leap-day"),
        pytest.param(
            "2026-05-01", "end of next working day", "2026-05-05", "2026-05-05", id="next-working-day"
        ),
        pytest.param("2026-05-01", "28 calendar days", "2026-05-29", "2026-05-28", id="calendar-days"),
        pytest.param("2026-05-03", "0 calendar days", "2026-05-03", "2026-05-03", id="the-start-itself"),
        pytest.param("2026-05-01", "2 weeks", "2026-05-15", "2026-05-14", id="weeks"),
        pytest.param("2026-01-10", "6 months", "2026-07-10", "2026-07-09", id="half-a-year"),
        pytest.param("2025-03-05", "12 months", "2026-03-05", "2026-03-04", id="twelve-months"),
        pytest.param("2026-03-31", "1 month", "2026-04-30", "2026-04-30", id="month-too-short"),
        pytest.param("2026-03-01", "1 month", "2026-04-01", "2026-03-31", id="from-the-first"),
        pytest.param("2026-01-31", "1 month", "2026-02-28", "2026-02-28", id="into-february"),
        pytest.param("2028-01-31", "1 month", "2028-02-29", "2028-02-29", id="into-a-leap-february"),
        pytest.param("2025-11-30", "3 months", "2026-02-28", "2026-02-28", id="over-the-year-end"),
        pytest.param("2026-12-15", "1 month", "2027-01-15", "2027-01-14", id="december-to-january"),
        pytest.param("2027-02-28", "1 year", "2028-02-28", "2028-02-27", id="into-a-leap-year"),
        pytest.param("2028-02-29", "1 year", "2029-02-28", "2029-02-28", id="from-a-leap-day"),
        pytest.param("2028-02-29", "4 years", "2032-02-29", "2032-02-28", id="leap-day-to-leap-day"),
    ],
)
def test_due_dates_of_england(start: str, length: str, day_after: str, same_day: str) -> None:
    assert england("day_after").due(on(start), length).due == on(day_after)
    assert england("same_day").due(on(start), length).due == on(same_day)


@pytest.mark.parametrize(
    ("start", "length", "from_next", "moved", "same_day"),
    [
        pytest.param("2026-05-09", 5, "2026-05-15", "2026-05-18", "2026-05-15", id="saturday"),
        pytest.param("2026-05-10", 5, "2026-05-15", "2026-05-18", "2026-05-15", id="sunday"),
        pytest.param("2026-05-25", 3, "2026-05-28", "2026-05-29", "2026-05-28", id="spring-bank-holiday"),
        pytest.param("2026-04-03", 1, "2026-04-07", "2026-04-08", "2026-04-07", id="good-friday"),
        pytest.param("2026-05-02", 1, "2026-05-05", "2026-05-06", "2026-05-05", id="before-a-bank-holiday"),
        pytest.param("2026-05-08", 1, "2026-05-11", "2026-05-11", "2026-05-08", id="a-working-day"),
    ],
)
def test_starts_that_do_not_count(start: str, length: int, from_next: str, moved: str, same_day: str) -> None:
    working_days = Length(length, "working_days")
    moving = {"non_working_start": "moves_to_next"}
    assert england().due(on(start), working_days).due == on(from_next)
    assert england(**moving).due(on(start), working_days).due == on(moved)
    assert england("same_day").due(on(start), working_days).due == on(same_day)
    assert england("same_day", **moving).due(on(start), working_days).due == on(same_day)


@pytest.mark.parametrize("length", ["28 calendar days", "4 weeks"])
def test_a_start_moves_for_working_days_only(length: str) -> None:
    moving = england(non_working_start="moves_to_next")
    assert moving.due(on("2026-05-09"), length).due == on("2026-06-06")


@pytest.mark.parametrize(
    ("region", "start", "due"),
    [
        pytest.param("england", "2025-12-31", "2026-01-02", id="england-works-on-2-january"),
        pytest.param("scotland", "2025-12-31", "2026-01-05", id="scotland-does-not"),
        pytest.param("england", "2026-04-02", "2026-04-07", id="easter-monday-in-england"),
        pytest.param("wales", "2026-04-02", "2026-04-07", id="easter-monday-in-wales"),
        pytest.param("scotland", "2026-04-02", "2026-04-06", id="easter-monday-in-scotland"),
        pytest.param("northern_ireland", "2026-03-16", "2026-03-18", id="st-patrick"),
        pytest.param("northern_ireland", "2026-07-10", "2026-07-14", id="boyne-on-a-sunday"),
        pytest.param("scotland", "2026-06-12", "2026-06-16", id="world-cup"),
        pytest.param(["england", "scotland"], "2026-07-31", "2026-08-04", id="either-in-early-august"),
        pytest.param(["england", "scotland"], "2026-08-28", "2026-09-01", id="either-in-late-august"),
    ],
)
def test_the_next_working_day_of_each_region(region: str | list[str], start: str, due: str) -> None:
    calendar = Calendar(region=region, day_one="day_after")
    assert calendar.due(on(start), "1 working day").due == on(due)


@pytest.mark.parametrize(
    ("settings", "due"),
    [
        pytest.param({"closed": {on("2025-12-29"): "Christmas closure"}}, "2026-01-08", id="one-day"),
        pytest.param({"closed_yearly": [Yearly("12-27", "12-31", "Christmas")]}, "2026-01-12", id="yearly"),
        pytest.param(
            {"closed_yearly": [Yearly("12-27", "01-02", "Christmas")]}, "2026-01-13", id="over-new-year"
        ),
        pytest.param({"open": {on("2025-12-20"): "Saturday opening"}}, "2026-01-06", id="saturday-opening"),
        pytest.param({"open": {on("2025-12-26"): "all hands"}}, "2026-01-06", id="open-on-boxing-day"),
        pytest.param(
            {
                "closed_yearly": [Yearly("12-27", "12-31", "Christmas")],
                "open": {on("2025-12-29"): "skeleton staff"},
            },
            "2026-01-09",
            id="open-wins-over-closed",
        ),
    ],
)
def test_closures_and_openings_from_19_december_2025(settings: dict[str, Any], due: str) -> None:
    assert england(**settings).due(on("2025-12-19"), "10 working days").due == on(due)


@pytest.mark.parametrize(
    ("at", "working", "month"),
    [
        (None, "2026-05-08", "2026-06-07"),
        (time(9), "2026-05-08", "2026-06-07"),
        (time(17), "2026-05-08", "2026-06-07"),
        (time(17, 0, 1), "2026-05-11", "2026-06-08"),
        (time(17, 0, 0, 1), "2026-05-11", "2026-06-08"),
        (time(23, 59), "2026-05-11", "2026-06-08"),
    ],
)
def test_a_time_after_the_cutoff_starts_the_next_day(at: time | None, working: str, month: str) -> None:
    calendar = england(cutoff="17:00")
    assert calendar.due(on("2026-05-07"), "1 working day", at=at).due == on(working)
    assert calendar.due(on("2026-05-07"), "1 month", at=at).due == on(month)


def test_the_cutoff_in_seconds_of_the_day() -> None:
    day = on("2026-05-07").toordinal()
    assert england(cutoff=time(17)) == england(cutoff="17:00")
    assert england(cutoff="17:00").start_day(day, 17 * 3600) == day
    assert england(cutoff="17:00").start_day(day, 17 * 3600 + 1) == day + 1
    assert england().start_day(day, 86399) == day


def test_yearly_rules_may_be_given_in_three_words() -> None:
    words = england(closed_yearly=[("12-27", "12-31", "Christmas")])
    assert words == england(closed_yearly=[Yearly("12-27", "12-31", "Christmas")])


def test_a_friday_evening_starts_on_saturday_and_may_move_on() -> None:
    settings = {"cutoff": "17:00", "non_working_start": "moves_to_next"}
    friday, evening = on("2026-05-08"), time(18)
    assert england(cutoff="17:00").due(friday, "1 working day", at=evening).due == on("2026-05-11")
    assert england(**settings).due(friday, "1 working day", at=evening).due == on("2026-05-12")


@pytest.mark.parametrize(
    ("roll", "due"),
    [
        (None, "2026-05-03"),
        ("stays", "2026-05-03"),
        ("next_working_day", "2026-05-05"),
        ("previous_working_day", "2026-05-01"),
    ],
)
def test_a_due_date_on_a_sunday_before_a_bank_holiday_rolls(roll: Any, due: str) -> None:
    assert england().due(on("2026-04-05"), "28 calendar days", roll=roll).due == on(due)


def test_day_one_may_be_given_for_one_limit() -> None:
    assert england().due(on("2026-05-01"), "10 working days", day_one="same_day").due == on("2026-05-15")


@pytest.mark.parametrize(
    ("day", "length", "earlier"),
    [
        ("2026-05-18", "10 working days", "2026-05-01"),
        ("2026-05-05", "1 working day", "2026-05-01"),
        ("2026-05-17", "1 working day", "2026-05-15"),
        ("2026-05-20", "5 working days", "2026-05-13"),
        ("2026-05-20", "0 calendar days", "2026-05-20"),
        ("2026-05-29", "28 calendar days", "2026-05-01"),
        ("2026-05-29", "2 weeks", "2026-05-15"),
        ("2026-03-31", "1 month", "2026-02-28"),
        ("2026-01-15", "1 month", "2025-12-15"),
        ("2028-02-29", "1 year", "2027-02-28"),
    ],
)
def test_counting_back_from_a_day(day: str, length: str, earlier: str) -> None:
    assert england("same_day").before(on(day), length) == on(earlier)


def test_counting_back_may_roll() -> None:
    assert england().before(on("2026-05-31"), "4 weeks") == on("2026-05-03")
    assert england().before(on("2026-05-31"), "4 weeks", roll="previous_working_day") == on("2026-05-01")


def test_working_days_between_leaves_out_the_first_and_counts_the_last() -> None:
    calendar = england()
    assert calendar.working_days_between(on("2026-05-01"), on("2026-05-18")) == 10
    assert calendar.working_days_between(on("2026-05-01"), on("2026-05-04")) == 0
    assert calendar.working_days_between(on("2026-05-01"), on("2026-05-01")) == 0
    assert calendar.working_days_between(on("2026-05-18"), on("2026-05-01")) == -10


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-05-01", None),
        ("2026-05-02", "Saturday"),
        ("2026-05-03", "Sunday"),
        ("2026-05-04", "Early May bank holiday"),
        ("2021-12-25", "Saturday"),
        ("2021-12-27", "Christmas Day (substitute day)"),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-27", "Sunday"),
        ("2026-12-29", "closed: Christmas closure"),
        ("2027-01-02", "Saturday"),
        ("2027-12-31", "closed: Christmas closure"),
        ("2028-02-29", "closed: stocktaking"),
        ("2027-02-28", "Sunday"),
        ("2027-03-01", None),
        ("2026-08-31", None),
        ("2026-06-06", None),
    ],
)
def test_why_a_day_does_not_count(day: str, reason: str | None) -> None:
    calendar = england(
        closed_yearly=[
            Yearly("12-24", "01-02", "Christmas closure"),
            Yearly("02-29", "02-29", "stocktaking"),
        ],
        open={on("2026-08-31"): "helpline", on("2026-06-06"): "open day"},
    )
    assert calendar.skipped(on(day)) == reason
    assert calendar.is_working_day(on(day)) == (reason is None)


def test_a_yearly_rule_begun_before_the_known_years_reaches_into_them() -> None:
    calendar = england(closed_yearly=[Yearly("12-27", "01-04", "Christmas closure")])
    assert calendar.skipped(on("1995-01-04")) == "closed: Christmas closure"
    assert calendar.is_working_day(on("1995-01-05"))


def test_a_holiday_of_some_regions_says_which() -> None:
    calendar = Calendar(region=["scotland", "england", "northern_ireland"], day_one="day_after")
    assert calendar.skipped(on("2026-11-30")) == "St Andrew's Day (Scotland)"
    assert calendar.skipped(on("2026-04-06")) == "Easter Monday (England and Northern Ireland)"
    assert calendar.skipped(on("2026-12-25")) == "Christmas Day"


@pytest.mark.parametrize(
    ("start", "length", "year"),
    [
        ("2051-01-01", "1 working day", 2051),
        ("2050-12-29", "10 working days", 2051),
        ("2050-12-01", "99999 working days", 2051),
        ("2050-12-31", "2 calendar days", 2051),
        ("2050-06-01", "12 months", 2051),
        ("2026-06-01", "40 years", 2066),
        ("2026-06-01", "99999 years", 2051),
        ("1994-12-31", "1 working day", 1994),
        ("1994-11-30", "1 month", 1994),
        ("1994-12-31", "0 calendar days", 1994),
    ],
)
@pytest.mark.parametrize("day_one", ["day_after", "same_day"])
def test_due_dates_beyond_the_known_years_are_refused(
    day_one: str, start: str, length: str, year: int
) -> None:
    with pytest.raises(CalendarUnknown) as refused:
        england(day_one).due(on(start), length, roll="next_working_day" if "working" not in length else None)
    assert (refused.value.year, refused.value.region, refused.value.known) == (year, "England", (1995, 2050))


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("1985-03-01", "1 year", "1986-03-01"),
        ("1960-01-31", "1 month", "1960-02-29"),
        ("2050-12-31", "2 calendar days", "2051-01-02"),
        ("2049-06-01", "12 years", "2061-06-01"),
    ],
)
def test_what_is_not_rolled_needs_no_days_off_and_is_counted_in_any_year(
    start: str, length: str, due: str
) -> None:
    assert england().due(on(start), length, roll="stays").due == on(due)


def test_no_date_is_later_than_the_last_of_the_calendar() -> None:
    with pytest.raises(CalendarUnknown):
        england().due(on("9999-12-31"), "1 calendar day", roll="stays")
    with pytest.raises(CalendarUnknown):
        england().due(on("2026-06-01"), "99999 years", roll="stays")


def test_counting_back_beyond_the_known_years_is_refused() -> None:
    # Mon 2 Jan 1995 was the substitute for New Year's Day, so Tue 3 Jan is the first working day known.
    with pytest.raises(CalendarUnknown, match="1994 in England"):
        england().before(on("1995-01-03"), "1 working day")
    with pytest.raises(CalendarUnknown, match="1994 in England"):
        england().before(on("1995-01-31"), "2 months", roll="previous_working_day")
    with pytest.raises(CalendarUnknown, match="1994 in England"):
        england().due(on("1995-01-01"), "0 calendar days", roll="previous_working_day")


@pytest.mark.parametrize("year", [1994, 2051])
def test_days_outside_the_known_years_are_refused(year: int) -> None:
    calendar = Calendar(region=["wales", "england"], day_one="day_after")
    outside = date(year, 6, 1)
    for ask in (
        calendar.is_working_day,
        calendar.skipped,
        lambda day: calendar.working_days_between(day, day),
    ):
        with pytest.raises(CalendarUnknown, match=f"{year} in England and Wales"):
            ask(outside)
    with pytest.raises(CalendarUnknown, match=f"{year} in England"):
        england(closed={outside: "closure"})


def test_as_soon_as_possible_has_no_due_date() -> None:
    assert england().due(on("2026-05-01"), "as soon as possible").due is None
    with pytest.raises(UsageError, match="no due date"):
        england().before(on("2026-05-01"), "as soon as possible")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"region": "cornwall", "day_one": "day_after"}, "unknown region 'cornwall'"),
        ({"region": [], "day_one": "day_after"}, "no region"),
        ({"region": "england", "day_one": "tomorrow"}, "unknown day_one 'tomorrow': it is one of day_after"),
        (
            {"region": "england", "day_one": "day_after", "non_working_start": "stays"},
            "unknown non_working_start",
        ),
        ({"region": "england", "day_one": "day_after", "cutoff": "5pm"}, 'write it as "17:00"'),
        ({"region": "england", "day_one": "day_after", "cutoff": "24:00"}, 'write it as "17:00"'),
        ({"region": "england", "day_one": "day_after", "closed": {on("2026-05-01"): " "}}, "needs a reason"),
        (
            {"region": "england", "day_one": "day_after", "closed": {datetime(2026, 5, 1): "closure"}},
            "without a time",
        ),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Calendar(**settings)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["12-32", "02-30", "2-3", "27 Dec", "13-01"])
def test_days_that_no_year_has_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no day of a year"):
        Yearly("12-27", text, "closure")


def test_a_moment_is_refused_where_a_date_is_meant() -> None:
    moment = datetime(2026, 5, 1, 12)
    calendar = england()
    for ask in (
        calendar.is_working_day,
        calendar.skipped,
        lambda day: calendar.due(day, "1 working day"),
        lambda day: calendar.before(day, "1 working day"),
        lambda day: calendar.working_days_between(on("2026-05-01"), day),
    ):
        with pytest.raises(UsageError, match="a date is wanted"):
            ask(moment)
    with pytest.raises(UsageError, match="a str"):
        calendar.due("2026-05-01", "1 working day")  # type: ignore[arg-type]  # the mistake under test


def test_an_unknown_roll_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown roll 'up'"):
        england().due(on("2026-05-01"), "1 month", roll="up")  # type: ignore[arg-type]  # the mistake under test


def test_calendars_with_equal_settings_are_equal_and_share_a_table() -> None:
    one = Calendar(
        region=["wales", "england"], day_one="day_after", closed_yearly=[Yearly("12-27", "12-31", "x")]
    )
    two = Calendar(
        region=("england", "wales"), day_one="day_after", closed_yearly=[Yearly("12-27", "12-31", "x")]
    )
    assert one == two
    assert hash(one) == hash(two)
    assert one.digest == two.digest
    assert one.table is two.table
    assert england("day_after").table is england("same_day", cutoff="12:00").table


@pytest.mark.parametrize(
    "other",
    [
        england("same_day"),
        england(cutoff="17:00"),
        england(non_working_start="moves_to_next"),
        england(closed={date(2026, 5, 1): "closure"}),
        england(open={date(2026, 5, 4): "opening"}),
        Calendar(region="wales", day_one="day_after"),
    ],
    ids=repr,
)
def test_every_setting_makes_another_calendar(other: Calendar) -> None:
    assert other != england()
    assert other.digest != england().digest


def test_a_calendar_survives_pickling_and_copying_without_its_table() -> None:
    calendar = england(cutoff="17:00", closed={on("2025-12-29"): "Christmas closure"})
    assert not calendar.is_working_day(on("2025-12-29"))
    pickled = pickle.dumps(calendar)
    assert len(pickled) < 1000
    for twin in (pickle.loads(pickled), copy.copy(calendar), copy.deepcopy(calendar)):
        assert twin == calendar
        assert twin.digest == calendar.digest
        assert twin.due(on("2025-12-19"), "10 working days") == calendar.due(
            on("2025-12-19"), "10 working days"
        )


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        england().day_one = "same_day"  # type: ignore[misc]  # the mistake under test


def test_a_calendar_shows_its_settings() -> None:
    calendar = england(cutoff="17:00")
    settings = "day_one='day_after', non_working_start='counts_from_next', cutoff='17:00'"
    assert repr(calendar) == f"Calendar(region=['england'], {settings})"
