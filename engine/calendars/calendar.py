"""A calendar: which days count in some regions, how an authority counts them, and the due dates that follow.

Public methods take and return dates. The case engine uses the methods on ordinals (`date.toordinal()`), where
one due date is two look-ups in a table, whatever its length.
"""

from __future__ import annotations

import json
import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from engine.calendars import ledger
from engine.calendars.days_off import DaysOff, Yearly, dated_reasons, plain_date, regions_of, yearly_rules
from engine.calendars.lengths import Length
from engine.calendars.table import WorkingDays, is_weekend, working_days
from engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.calendars.ledger import Ledger

DayOne = Literal["day_after", "same_day"]
NonWorkingStart = Literal["counts_from_next", "moves_to_next"]
Roll = Literal["stays", "next_working_day", "previous_working_day"]

_DAY_ONE = ("day_after", "same_day")
_NON_WORKING_START = ("counts_from_next", "moves_to_next")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 1
_SECONDS_IN_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, init=False, repr=False)
class Calendar:
    """Working days of one region or several, and how lengths are counted in them. An immutable value.

    `region` is `england`, `wales`, `scotland`, `northern_ireland` or several of them (a bank holiday in any
    does not count). `day_one`: `day_after` makes the start day 0, `same_day` makes it day 1 if it counts.
    `non_working_start`, for working days only: with `counts_from_next` day 1 is the next working day, with
    `moves_to_next` the start itself first moves there. `cutoff` ("17:00"): a strictly later time starts as if
    on the next day. `closed` and `open` give dates with reasons, `closed_yearly` and `open_yearly` spans that
    come every year; `open` wins over closures, bank holidays and weekends.

    Raises `UsageError` for settings it does not know and `CalendarUnknown` for dates outside the known years.
    """

    days_off: DaysOff
    day_one: DayOne
    non_working_start: NonWorkingStart
    cutoff: time | None

    # Written out because settings arrive as people write them and are kept in one canonical form; no slots
    # because the table is looked up once and kept.
    def __init__(
        self,
        *,
        region: str | Iterable[str],
        day_one: str,
        non_working_start: str = "counts_from_next",
        cutoff: str | time | None = None,
        closed: Mapping[date, str] | None = None,
        open: Mapping[date, str] | None = None,
        closed_yearly: Iterable[Yearly | tuple[str, str, str]] = (),
        open_yearly: Iterable[Yearly | tuple[str, str, str]] = (),
    ) -> None:
        regions = regions_of(region)
        days_off = DaysOff(
            regions=regions,
            closed=dated_reasons(closed or {}, regions),
            open=dated_reasons(open or {}, regions),
            closed_yearly=yearly_rules(closed_yearly),
            open_yearly=yearly_rules(open_yearly),
        )
        object.__setattr__(self, "days_off", days_off)
        object.__setattr__(self, "day_one", _one_of("day_one", day_one, _DAY_ONE))
        object.__setattr__(
            self,
            "non_working_start",
            _one_of("non_working_start", non_working_start, _NON_WORKING_START),
        )
        object.__setattr__(self, "cutoff", None if cutoff is None else _clock(cutoff))

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions, in our order."""
        return self.days_off.regions

    @property
    def region_text(self) -> str:
        """The regions as a person reads them: "England and Wales"."""
        return self.days_off.region_text

    @cached_property
    def table(self) -> WorkingDays:
        """The working days as a table over ordinals, shared by all calendars that leave out the same days."""
        return working_days(self.days_off)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the settings and of every working day that follows from them."""
        content = {**self._settings(), "working_days": self.table.days}
        return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def is_working_day(self, day: date) -> bool:
        """Whether this day counts. Raises `CalendarUnknown` outside the known years."""
        return self.table.counts(plain_date(day).toordinal())

    def skipped(self, day: date) -> str | None:
        """Why this day does not count: "Saturday", "Early May bank holiday", "closed: …"; None if it counts.

        Raises `CalendarUnknown` outside the known years.
        """
        return self.reason(plain_date(day).toordinal())

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after `start`, up to and including `end`; negative if `end` is the earlier."""
        return self.table.between(plain_date(start).toordinal(), plain_date(end).toordinal())

    def due(
        self,
        start: date,
        length: Length | str,
        *,
        day_one: DayOne | None = None,
        roll: Roll | None = None,
        at: time | None = None,
    ) -> Ledger:
        """The ledger of a length from `start`, whose `due` is the last day that is in time (or None).

        `day_one` overrides the calendar's; `roll` says what becomes of a due date that is no working day, for
        lengths other than working days (None: it stays); `at` is the local time of the start, for the cutoff.
        Raises `CalendarUnknown` if the start or the due date lies outside the known years.
        """
        wanted = Length.parse(length) if isinstance(length, str) else length
        chosen = self.day_one if day_one is None else _one_of("day_one", day_one, _DAY_ONE)
        return ledger.explained(
            self, plain_date(start), wanted, same_day=chosen == "same_day", roll=roll, at=at
        )

    def before(self, day: date, length: Length | str, *, roll: Roll | None = None) -> date:
        """The date this long before `day`, which is day 0; `roll` as for `due`.

        Raises `UsageError` for as soon as possible, `CalendarUnknown` outside the known years.
        """
        wanted = Length.parse(length) if isinstance(length, str) else length
        found = self.unrolled_before(plain_date(day).toordinal(), wanted)
        return date.fromordinal(found if wanted.in_working_days else self.rolled(found, roll))

    # On ordinals, for the case engine.

    def unrolled(self, start: int, length: Length, same_day: bool) -> int:
        """The due date before any roll. Raises `UsageError` for as soon as possible: it has no due date."""
        return _UNROLLED[length.unit](self, start, length.amount, same_day)

    def unrolled_before(self, day: int, length: Length) -> int:
        """The date this long before `day`, which is day 0, before any roll."""
        return _UNROLLED_BEFORE[length.unit](self, day, length.amount)

    def rolled(self, day: int, roll: str | None) -> int:
        """The day itself if it counts or stays, else the next or the previous working day."""
        if roll not in _ROLLED:
            message = f"unknown roll {roll!r}: it is one of {', '.join(name for name in _ROLLED if name)}"
            raise UsageError(message)
        return _ROLLED[roll](self.table, day)

    def start_day(self, start: int, second: int) -> int:
        """The day a start in this second of its day stands for: the next if strictly after the cutoff."""
        return start + 1 if second > self._last_second else start

    def first_day(self, start: int, same_day: bool) -> int:
        """The first day on which a count of working days may say "day 1", whether that day counts or not."""
        if same_day:
            return start
        return self._day_zero(start) + 1

    def reason(self, day: int) -> str | None:
        """Why this day does not count, or None."""
        if self.table.counts(day):
            return None
        left_out = self.table.left_out.get(day)
        return left_out.reason if left_out else _weekday_name(day)

    @cached_property
    def _last_second(self) -> int:
        """The last second of a day in which a start still counts as of that day."""
        return 3600 * self.cutoff.hour + 60 * self.cutoff.minute if self.cutoff else _SECONDS_IN_A_DAY

    def _day_zero(self, start: int) -> int:
        return self.table.on_or_after(start) if self.non_working_start == "moves_to_next" else start

    # As a value.

    def __repr__(self) -> str:
        settings = {name: value for name, value in self._settings().items() if value}
        return f"Calendar({', '.join(f'{name}={value!r}' for name, value in settings.items())})"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle and copy the settings alone: the table is shared and rebuilt on demand."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def _settings(self) -> dict[str, Any]:
        """Every setting in plain values, for the digest and for people."""
        days_off = self.days_off
        return {
            "region": list(self.regions),
            "day_one": self.day_one,
            "non_working_start": self.non_working_start,
            "cutoff": self.cutoff and f"{self.cutoff:%H:%M}",
            "closed": {day.isoformat(): reason for day, reason in days_off.closed},
            "open": {day.isoformat(): reason for day, reason in days_off.open},
            "closed_yearly": [[rule.first, rule.last, rule.reason] for rule in days_off.closed_yearly],
            "open_yearly": [[rule.first, rule.last, rule.reason] for rule in days_off.open_yearly],
        }


def _weekday_name(day: int) -> str:
    return "Saturday" if is_weekend(day + 1) else "Sunday"


def _one_of(setting: str, value: str, choices: tuple[str, ...]) -> str:
    if value in choices:
        return value
    message = f"unknown {setting} {value!r}: it is one of {', '.join(choices)}"
    raise UsageError(message)


def _clock(text: str | time) -> time:
    if isinstance(text, time):
        return time(text.hour, text.minute)
    if isinstance(text, str) and _CLOCK.fullmatch(text):
        return time.fromisoformat(text)
    message = f'the cutoff {text!r} is no time of day: write it as "17:00"'
    raise UsageError(message)


# One small function for each unit: forwards from a start, and backwards from a day.


def _working_days(calendar: Calendar, start: int, amount: int, same_day: bool) -> int:
    table = calendar.table
    if amount == 0:
        return table.known(start)
    if same_day:
        # A start that does not count is followed by day 1 on the next working day, moved or not.
        return table.beginning(start, amount)
    if calendar.non_working_start == "moves_to_next":
        start = table.on_or_after(start)
    return table.after(start, amount)


def _end_of_next_working_day(calendar: Calendar, start: int, amount: int, same_day: bool) -> int:
    """One working day after the start whatever `day_one` says: "next" leaves the day itself out."""
    return _working_days(calendar, start, 1, same_day=False)


def _calendar_days(calendar: Calendar, start: int, amount: int, same_day: bool) -> int:
    return _a_date(calendar.table, start + amount - (same_day and amount > 0))


def _weeks(calendar: Calendar, start: int, amount: int, same_day: bool) -> int:
    return _calendar_days(calendar, start, 7 * amount, same_day)


def _months(calendar: Calendar, start: int, amount: int, same_day: bool) -> int:
    """The same day of a later month, or its last day if the month has no such day.

    Counting the start itself ends a day earlier, save where the month was too short: 31 March and 1 month
    inclusive is 30 April, for the month has then run out.
    """
    day, clipped = _month_later(calendar.table, start, amount)
    return day - (same_day and amount > 0 and not clipped)


def _years(calendar: Calendar, start: int, amount: int, same_day: bool) -> int:
    return _months(calendar, start, 12 * amount, same_day)


def _no_due_date(calendar: Calendar, start: int, amount: int, *_same_day: bool) -> int:
    message = 'a length "as soon as possible" has no due date: ask is_open_ended first'
    raise UsageError(message)


def _working_days_before(calendar: Calendar, day: int, amount: int) -> int:
    return calendar.table.before(day, amount) if amount else calendar.table.known(day)


def _calendar_days_before(calendar: Calendar, day: int, amount: int) -> int:
    return _a_date(calendar.table, day - amount)


def _weeks_before(calendar: Calendar, day: int, amount: int) -> int:
    return _calendar_days_before(calendar, day, 7 * amount)


def _months_before(calendar: Calendar, day: int, amount: int) -> int:
    return _month_later(calendar.table, day, -amount)[0]


def _years_before(calendar: Calendar, day: int, amount: int) -> int:
    return _months_before(calendar, day, 12 * amount)


def _month_later(table: WorkingDays, start: int, amount: int) -> tuple[int, bool]:
    """The same day so many months later, and whether it had to be clipped to the end of the month."""
    day = date.fromordinal(start)
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    if not 1 <= year <= date.max.year:
        # No date has that year: name the nearest day that is certainly not in the table.
        table.known(table.last + 1 if amount > 0 else table.first - 1)
    month_length = 29 if month == _FEBRUARY and isleap(year) else _DAYS_IN_MONTH[month]
    clipped = day.day > month_length
    return date(year, month + 1, month_length if clipped else day.day).toordinal(), clipped


def _a_date(table: WorkingDays, day: int) -> int:
    """The day, if it is a date at all: counting calendar days needs no days off, and so no table."""
    return day if 1 <= day <= date.max.toordinal() else table.known(day)


_UNROLLED: Mapping[str, Callable[[Calendar, int, int, bool], int]] = {
    "working_days": _working_days,
    "end_of_next_working_day": _end_of_next_working_day,
    "calendar_days": _calendar_days,
    "weeks": _weeks,
    "months": _months,
    "years": _years,
    "as_soon_as_possible": _no_due_date,
}
_UNROLLED_BEFORE: Mapping[str, Callable[[Calendar, int, int], int]] = {
    "working_days": _working_days_before,
    "end_of_next_working_day": _working_days_before,
    "calendar_days": _calendar_days_before,
    "weeks": _weeks_before,
    "months": _months_before,
    "years": _years_before,
    "as_soon_as_possible": _no_due_date,
}
_ROLLED: Mapping[str | None, Callable[[WorkingDays, int], int]] = {
    None: lambda _, day: day,
    "stays": lambda _, day: day,
    "next_working_day": WorkingDays.on_or_after,
    "previous_working_day": WorkingDays.on_or_before,
}
