"""The bank holidays of the nations of the United Kingdom: their dates, under the names gov.uk gives them.

This is the only module that knows the `holidays` package. Dates come from there; names are ours, so that a
new edition of that package cannot change what a ledger says.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from engine.errors import CalendarUnknown, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KNOWN_YEARS = (1995, 2050)
"""The first and the last year with dates, both included.

Later years than those proclaimed (gov.uk publishes two or three ahead) hold what the Banking and Financial
Dealings Act 1971 gives every year. A one-off holiday nobody has proclaimed yet is in no table.
"""

REGIONS: Mapping[str, str] = {
    "england": "ENG",
    "wales": "WLS",
    "scotland": "SCT",
    "northern_ireland": "NIR",
}
"""Each region and what the `holidays` package calls it, in the order in which we list them."""

_SATURDAY = 5
_SUNDAY = 6

_NAMES = {
    "New Year Holiday": "2nd January",
    "Saint Patrick's Day": "St Patrick's Day",
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen's Day)",
    "Summer Bank Holiday": "Summer bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Saint Andrew's Day": "St Andrew's Day",
    "Millennium Celebrations": "Millennium bank holiday",
    "Golden Jubilee of Elizabeth II": "Golden Jubilee bank holiday",
    "Wedding of William and Catherine": "Royal wedding bank holiday",
    "Diamond Jubilee of Elizabeth II": "Diamond Jubilee bank holiday",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "State Funeral of Queen Elizabeth II": "Bank Holiday for the State Funeral of Queen Elizabeth II",
    "Coronation of Charles III": "Bank holiday for the coronation of King Charles III",
    "Scotland's participation in the FIFA World Cup final": "World Cup bank holiday",
}

_VE_DAY = "Early May bank holiday (VE day)"
_RENAMED_DATES = {date(1995, 5, 8): _VE_DAY, date(2020, 5, 8): _VE_DAY}

# The St Andrew's Day Bank Holiday (Scotland) Act 2007 first made 30 November one; the package has 2006 too.
_NEVER_WERE = {("scotland", date(2006, 11, 30))}


def names(region: str, year: int) -> dict[date, str]:
    """The bank holidays of one region in one year, by date.

    Those on a weekend are left out: the day does not count anyway. A substitute day is named after
    the day it stands for: "Christmas Day (substitute day)".
    Raises `UsageError` for a region we do not know, `CalendarUnknown` for a year outside `KNOWN_YEARS`.
    """
    first, last = KNOWN_YEARS
    if not first <= year <= last:
        raise CalendarUnknown(year, region_text((region,)), KNOWN_YEARS)
    return {day: name for day, name in _all_names(region) if day.year == year}


def names_in(regions: tuple[str, ...]) -> Iterator[tuple[date, str]]:
    """Every day of the known years that is a bank holiday in any of these regions, with its name, by date.

    Where not every region of several has the day, the name says which have it: "St Andrew's Day (Scotland)".
    """
    if len(regions) == 1:
        yield from _all_names(regions[0])
        return
    found: dict[date, dict[str, list[str]]] = {}
    for region in regions:
        for day, name in _all_names(region):
            found.setdefault(day, {}).setdefault(name, []).append(region)
    for day, regions_by_name in sorted(found.items()):
        yield day, " / ".join(_name_of_some(name, some, regions) for name, some in regions_by_name.items())


def region_text(regions: tuple[str, ...]) -> str:
    """Regions as a person reads them: "England", "England and Northern Ireland"."""
    *others, last = (region.replace("_", " ").title() for region in regions)
    return f"{', '.join(others)} and {last}" if others else last


def _name_of_some(name: str, some: list[str], regions: tuple[str, ...]) -> str:
    return name if len(some) == len(regions) else f"{name} ({region_text(tuple(some))})"


@cache
def _all_names(region: str) -> tuple[tuple[date, str], ...]:
    if region not in REGIONS:
        message = f"unknown region {region!r}: it is one of {', '.join(REGIONS)}"
        raise UsageError(message)
    published = sorted(_from_package(REGIONS[region]).items())
    return tuple(
        (day, _our_name(day, name))
        for day, name in published
        if day.weekday() < _SATURDAY and (region, day) not in _NEVER_WERE
    )


def _from_package(subdivision: str) -> dict[date, str]:
    # Imported here because it costs more than everything else in this package, and only tables need it.
    from holidays import country_holidays

    first, last = KNOWN_YEARS
    return dict(country_holidays("GB", subdiv=subdivision, years=range(first, last + 1), language="en_GB"))


def _our_name(day: date, name: str) -> str:
    if day in _RENAMED_DATES:
        return _RENAMED_DATES[day]
    if _is_new_year(day) and "New Year Holiday" in name:
        return _scottish_new_year(day)
    plain = name.removesuffix(" (observed)")
    substitute = " (substitute day)" if plain != name else ""
    return _NAMES.get(plain, plain) + substitute


def _is_new_year(day: date) -> bool:
    return day.month == 1 and day.day in (2, 3, 4)


def _scottish_new_year(day: date) -> str:
    """Banking and Financial Dealings Act 1971, schedule 1, paragraph 2: two days, each with a substitute.

    When 1 January is a Sunday, 2 January keeps its own name and 3 January stands for New Year's Day.
    """
    if day.day == 2:
        return "2nd January"
    on_sunday = date(day.year, 1, 1).weekday() == _SUNDAY
    return "New Year's Day (substitute day)" if on_sunday else "2nd January (substitute day)"
