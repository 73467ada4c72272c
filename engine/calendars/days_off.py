"""Which days a calendar leaves out or adds: regions, dates and yearly rules, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.calendars.bank_holidays import KNOWN_YEARS, REGIONS, region_text
from engine.errors import CalendarUnknown, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MONTH_AND_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
_A_LEAP_YEAR = 2000


def plain_date(day: date) -> date:
    """The same date; raises `UsageError` for a `datetime`, whose time would be lost, or anything else."""
    if isinstance(day, datetime) or not isinstance(day, date):
        message = f"a date is wanted, without a time: {day!r} is a {type(day).__name__}"
        raise UsageError(message)
    return day


@dataclass(frozen=True, slots=True, order=True)
class Yearly:
    """A span of days that comes every year, from `first` to `last` ("MM-DD", both included), with its reason.

    It may wrap the end of the year ("12-27" to "01-02"). "02-29" stands only in leap years.
    Raises `UsageError` for a day that no year has.
    """

    first: str
    last: str
    reason: str

    def __post_init__(self) -> None:
        _month_and_day(self.first)
        _month_and_day(self.last)
        _checked_reason(self.reason)

    def dates(self, year: int) -> Iterator[date]:
        """Every date of the span that begins in this year."""
        last_year = year if self.first <= self.last else year + 1
        first = _on_or_after(year, self.first).toordinal()
        last = _on_or_before(last_year, self.last).toordinal()
        return map(date.fromordinal, range(first, last + 1))


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What decides whether a day counts, in one canonical order; equal settings are equal values.

    `open` wins over everything for its dates; single dates win over yearly rules in what they say.
    """

    regions: tuple[str, ...]
    closed: tuple[tuple[date, str], ...] = ()
    open: tuple[tuple[date, str], ...] = ()
    closed_yearly: tuple[Yearly, ...] = ()
    open_yearly: tuple[Yearly, ...] = ()

    @property
    def region_text(self) -> str:
        """The regions as a person reads them."""
        return region_text(self.regions)

    def closed_days(self) -> dict[int, str]:
        """The ordinals of the days closed beyond weekends and bank holidays, with the reasons."""
        return _by_ordinal(self.closed_yearly, self.closed)

    def open_days(self) -> dict[int, str]:
        """The ordinals of the days that count whatever else is said, with the reasons."""
        return _by_ordinal(self.open_yearly, self.open)


def regions_of(region: str | Iterable[str]) -> tuple[str, ...]:
    """One region or several in our order, each once; raises `UsageError` for an unknown one or none."""
    wanted = {region} if isinstance(region, str) else set(region)
    unknown = sorted(str(each) for each in wanted if each not in REGIONS)
    if unknown or not wanted:
        named = f"unknown region {unknown[0]!r}" if unknown else "no region"
        message = f"{named}: it is one or several of {', '.join(REGIONS)}"
        raise UsageError(message)
    return tuple(known for known in REGIONS if known in wanted)


def yearly_rules(rules: Iterable[Yearly | tuple[str, str, str]]) -> tuple[Yearly, ...]:
    """Yearly rules, each once and in order; a tuple is (first, last, reason)."""
    return tuple(sorted({rule if isinstance(rule, Yearly) else Yearly(*rule) for rule in rules}))


def dated_reasons(days: Mapping[date, str], regions: tuple[str, ...]) -> tuple[tuple[date, str], ...]:
    """Dates and their reasons by date; raises `CalendarUnknown` for a date outside the known years."""
    for day, reason in days.items():
        year = plain_date(day).year
        if not KNOWN_YEARS[0] <= year <= KNOWN_YEARS[1]:
            raise CalendarUnknown(year, region_text(regions), KNOWN_YEARS)
        _checked_reason(reason)
    return tuple(sorted(days.items()))


def _by_ordinal(rules: tuple[Yearly, ...], dates: tuple[tuple[date, str], ...]) -> dict[int, str]:
    first, last = KNOWN_YEARS
    # The year before the first too: a rule that wraps the year end begins there.
    found = {
        day.toordinal(): rule.reason
        for rule in rules
        for year in range(first - 1, last + 1)
        for day in rule.dates(year)
        if first <= day.year <= last
    }
    found.update((day.toordinal(), reason) for day, reason in dates)
    return found


def _checked_reason(reason: str) -> None:
    if not isinstance(reason, str) or not reason.strip():
        message = f"a day that does or does not count needs a reason: {reason!r} is none"
        raise UsageError(message)


def _month_and_day(text: str) -> tuple[int, int]:
    if isinstance(text, str) and _MONTH_AND_DAY.fullmatch(text):
        month, day = int(text[:2]), int(text[3:])
        if _exists(_A_LEAP_YEAR, month, day):
            return month, day
    message = f'{text!r} is no day of a year: write the month and the day as "12-27"'
    raise UsageError(message)


def _on_or_after(year: int, text: str) -> date:
    month, day = _month_and_day(text)
    return date(year, month, day) if _exists(year, month, day) else date(year, 3, 1)


def _on_or_before(year: int, text: str) -> date:
    month, day = _month_and_day(text)
    return date(year, month, day) if _exists(year, month, day) else date(year, 2, 28)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
