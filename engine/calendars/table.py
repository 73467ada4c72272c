"""The days that count, laid out once as two tables, so that any number of working days is two look-ups away.

Days are ordinals (`date.toordinal()`) here. A working day is any day that is not a Saturday, a Sunday, a bank
holiday of the regions or closed, and any day declared open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate, compress
from typing import TYPE_CHECKING, NamedTuple

from engine.calendars.bank_holidays import KNOWN_YEARS, names_in
from engine.errors import CalendarUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.calendars.days_off import DaysOff


class LeftOut(NamedTuple):
    """Why a day does not count: `kind` is `bank_holiday` or `closed`, `reason` what a person reads."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class WorkingDays:
    """The working days from the ordinal `first` to `last`, both included, for all equal calendars.

    `count[day - first]` is how many working days come before `day`; `days` lists them. Every method raises
    `CalendarUnknown` for a day, or an answer, outside the table. Numbers of working days are 1 or more.
    """

    first: int
    last: int
    count: tuple[int, ...]
    days: tuple[int, ...]
    left_out: Mapping[int, LeftOut]
    opened: Mapping[int, str]
    region: str

    def after(self, start: int, number: int) -> int:
        """The given number of working days after `start`, which is day 0."""
        if start < self.first:
            raise self._unknown(start)
        try:
            return self.days[self.count[start - self.first + 1] + number - 1]
        except IndexError:
            raise self._unknown(max(start, self.last + 1)) from None

    def beginning(self, start: int, number: int) -> int:
        """The given number of working days beginning with `start`, which is day 1 if it counts."""
        if start < self.first:
            raise self._unknown(start)
        try:
            return self.days[self.count[start - self.first] + number - 1]
        except IndexError:
            raise self._unknown(max(start, self.last + 1)) from None

    def before(self, start: int, number: int) -> int:
        """The given number of working days before `start`, which is day 0."""
        position = self._before(start) - number
        if position < 0:
            raise self._unknown(self.first - 1)
        return self.days[position]

    def between(self, start: int, end: int) -> int:
        """How many working days come after `start`, up to and including `end`; negative if it is earlier."""
        return self._up_to(end) - self._up_to(start)

    def counts(self, day: int) -> bool:
        """Whether this is a working day."""
        return self._up_to(day) != self.count[day - self.first]

    def on_or_after(self, day: int) -> int:
        """The day itself if it is a working day, else the next one."""
        return self.beginning(day, 1)

    def on_or_before(self, day: int) -> int:
        """The day itself if it is a working day, else the one before."""
        position = self._up_to(day) - 1
        if position < 0:
            raise self._unknown(self.first - 1)
        return self.days[position]

    def known(self, day: int) -> int:
        """The day itself, if the table covers it."""
        if self.first <= day <= self.last:
            return day
        raise self._unknown(day)

    def _before(self, day: int) -> int:
        return self.count[self.known(day) - self.first]

    def _up_to(self, day: int) -> int:
        return self.count[self.known(day) - self.first + 1]

    def _unknown(self, day: int) -> CalendarUnknown:
        year = date.fromordinal(min(max(day, 1), date.max.toordinal())).year
        return CalendarUnknown(year, self.region, KNOWN_YEARS)


@lru_cache(maxsize=256)
def working_days(days_off: DaysOff) -> WorkingDays:
    """The table for these settings, built once for all calendars that have them."""
    first, last = date(KNOWN_YEARS[0], 1, 1).toordinal(), date(KNOWN_YEARS[1], 12, 31).toordinal()
    opened = days_off.open_days()
    left_out = _left_out(days_off, opened)
    counting = _marked(first, last, left_out, opened)
    return WorkingDays(
        first=first,
        last=last,
        count=tuple(accumulate(counting, initial=0)),
        days=tuple(compress(range(first, last + 1), counting)),
        left_out=left_out,
        opened=opened,
        region=days_off.region_text,
    )


def _left_out(days_off: DaysOff, opened: Mapping[int, str]) -> dict[int, LeftOut]:
    """The named days that do not count. A bank holiday inside a closure keeps the name everybody knows."""
    closed = days_off.closed_days()
    found = {
        day: LeftOut("closed", f"closed: {reason}") for day, reason in closed.items() if not is_weekend(day)
    }
    found.update((day.toordinal(), LeftOut("bank_holiday", name)) for day, name in names_in(days_off.regions))
    return {day: left_out for day, left_out in sorted(found.items()) if day not in opened}


def _marked(first: int, last: int, left_out: Mapping[int, LeftOut], opened: Mapping[int, str]) -> bytearray:
    """One byte a day: 1 if it counts."""
    counting = bytearray(not is_weekend(day) for day in range(first, last + 1))
    for day in left_out:
        counting[day - first] = 0
    for day in opened:
        counting[day - first] = 1
    return counting


def is_weekend(day: int) -> bool:
    """Whether this ordinal is a Saturday or a Sunday (ordinal 1 was a Monday)."""
    return (day - 1) % 7 > 4
