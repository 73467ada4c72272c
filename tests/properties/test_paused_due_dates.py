"""The arithmetic of pauses against one that walks over the days, and the laws that pauses obey."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as some

from engine import Calendar, Length
from engine.deadlines import Stretch, due_day, extended_day, extension_until
from tests.properties.laws import EXAMPLES

COUNTINGS = [
    Calendar(region="england", day_one=day_one, non_working_start=start)
    for day_one in ("day_after", "same_day")
    for start in ("counts_from_next", "moves_to_next")
]
DAYS = some.integers(date(2025, 11, 1).toordinal(), date(2026, 6, 30).toordinal())
SPANS = some.lists(some.tuples(some.integers(-20, 90), some.integers(0, 30)), max_size=4)
NUMBERS = some.integers(1, 40)
ROLLS = some.sampled_from(["next_working_day", "previous_working_day", "stays"])


def a_law(**strategies):
    limits = settings(max_examples=EXAMPLES or 200, deadline=None, derandomize=not EXAMPLES, database=None)
    return lambda test: limits(given(**strategies)(test))


def paused(start: int, spans, *, skips: bool) -> list[Stretch]:
    return [Stretch(start + begin, start + begin + length, skips) for begin, length in spans]


def paused_dates(stretches) -> set[int]:
    """The date a pause begins still counts, the date it ends does not."""
    return {day for each in stretches for day in range(each.begin + 1, each.end + 1)}


def counts(calendar: Calendar, day: int) -> bool:
    return calendar.is_working_day(date.fromordinal(day))


def first_day(calendar: Calendar, start: int) -> int:
    """The first date that may be day 1."""
    day = start
    while calendar.non_working_start == "moves_to_next" and not counts(calendar, day):
        day += 1
    return day if calendar.day_one == "same_day" else day + 1


@a_law(start=DAYS, number=NUMBERS, spans=SPANS, calendar=some.sampled_from(COUNTINGS))
def test_skipped_working_days_are_those_that_a_walk_over_the_days_leaves_out(start, number, spans, calendar):
    stretches = paused(start, spans, skips=True)
    left_out = paused_dates(stretches)
    day, counted = first_day(calendar, start) - 1, 0
    while counted < number:
        day += 1
        counted += counts(calendar, day) and day not in left_out
    length = Length(number, "working_days")
    assert (
        due_day(calendar, length, start, same_day=calendar.day_one == "same_day", roll=None, paused=stretches)
        == day
    )


@a_law(start=DAYS, number=NUMBERS, spans=SPANS, roll=ROLLS)
def test_added_calendar_days_are_the_paused_dates_before_the_due_date(start, number, spans, roll):
    calendar = COUNTINGS[0]
    stretches = paused(start, spans, skips=False)
    due = calendar.rolled(start + number, roll)
    while True:
        begun = [each for each in stretches if max(each.begin, start) < due]
        added = len({day for day in paused_dates(begun) if day > start})
        later = calendar.rolled(start + number + added, roll)
        if later == due:
            break
        due = later
    length = Length(number, "calendar_days")
    assert due_day(calendar, length, start, same_day=False, roll=roll, paused=stretches) == due


@a_law(start=DAYS, number=NUMBERS, spans=SPANS, skips=some.booleans(), calendar=some.sampled_from(COUNTINGS))
def test_one_more_pause_never_makes_a_due_date_earlier(start, number, spans, skips, calendar):
    stretches = paused(start, spans, skips=skips)
    length = Length(number, "working_days")
    same_day = calendar.day_one == "same_day"
    dues = [
        due_day(calendar, length, start, same_day=same_day, roll=None, paused=stretches[:some_of])
        for some_of in range(len(stretches) + 1)
    ]
    assert dues == sorted(dues)


@a_law(
    start=DAYS,
    number=NUMBERS,
    more=some.integers(0, 60),
    spans=SPANS,
    kinds=some.integers(0, 15),
    calendar=some.sampled_from(COUNTINGS),
)
def test_a_date_agreed_while_nothing_is_paused_is_the_due_date(start, number, more, spans, kinds, calendar):
    same_day = calendar.day_one == "same_day"
    length = Length(number, "working_days")
    stretches = [
        Stretch(start + begin, start + begin + length, bool(kinds >> bit & 1))
        for bit, (begin, length) in enumerate(spans)
    ]
    due = due_day(calendar, length, start, same_day=same_day, roll=None, paused=stretches)
    until = due + more
    known = [each for each in stretches if each.end <= due]
    if due_day(calendar, length, start, same_day=same_day, roll=None, paused=known) != due:
        return
    extension = extension_until(calendar, length, start, until, same_day=same_day, paused=known)
    extended = extended_day(calendar, extension, length, start, same_day=same_day, roll=None, paused=known)
    while not counts(calendar, until):
        until -= 1
    if all(each.skips for each in known):
        assert extended == until
    else:
        assert extended >= due


def test_a_pause_that_begins_on_the_due_date_which_the_pause_before_it_gave_changes_nothing() -> None:
    """1 calendar day from Sat 1 Nov is Sun 2 Nov, moved to Mon 3; 22 days paused from Sun 2 on make it Mon 24 Nov."""
    start = date(2025, 11, 1).toordinal()
    sunday, monday = date(2025, 11, 2).toordinal(), date(2025, 11, 24).toordinal()
    stretches = [Stretch(sunday, monday, skips=False), Stretch(monday, monday + 1, skips=False)]
    length = Length(1, "calendar_days")
    roll = "next_working_day"
    assert due_day(COUNTINGS[0], length, start, same_day=False, roll=roll, paused=stretches) == monday
