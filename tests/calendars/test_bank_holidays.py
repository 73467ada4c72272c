"""The bank holidays against what gov.uk published, written out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendars import KNOWN_YEARS, names
from engine.errors import CalendarUnknown, UsageError

NEW_YEAR = "New Year's Day"
GOOD_FRIDAY = "Good Friday"
EASTER_MONDAY = "Easter Monday"
EARLY_MAY = "Early May bank holiday"
SPRING = "Spring bank holiday"
SUMMER = "Summer bank holiday"
CHRISTMAS = "Christmas Day"
BOXING = "Boxing Day"
FUNERAL = "Bank Holiday for the State Funeral of Queen Elizabeth II"
CORONATION = "Bank holiday for the coronation of King Charles III"
ST_ANDREW = "St Andrew's Day"
ST_PATRICK = "St Patrick's Day"
BOYNE = "Battle of the Boyne (Orangemen's Day)"


def substitute(name: str) -> str:
    return f"{name} (substitute day)"


ENGLAND = {
    2018: {
        "01-01": NEW_YEAR,
        "03-30": GOOD_FRIDAY,
        "04-02": EASTER_MONDAY,
        "05-07": EARLY_MAY,
        "05-28": SPRING,
        "08-27": SUMMER,
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
    2019: {
        "01-01": NEW_YEAR,
        "04-19": GOOD_FRIDAY,
        "04-22": EASTER_MONDAY,
        "05-06": EARLY_MAY,
        "05-27": SPRING,
        "08-26": SUMMER,
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
    2020: {
        "01-01": NEW_YEAR,
        "04-10": GOOD_FRIDAY,
        "04-13": EASTER_MONDAY,
        "05-08": "Early May bank holiday (VE day)",
        "05-25": SPRING,
        "08-31": SUMMER,
        "12-25": CHRISTMAS,
        "12-28": substitute(BOXING),
    },
    2021: {
        "01-01": NEW_YEAR,
        "04-02": GOOD_FRIDAY,
        "04-05": EASTER_MONDAY,
        "05-03": EARLY_MAY,
        "05-31": SPRING,
        "08-30": SUMMER,
        "12-27": substitute(CHRISTMAS),
        "12-28": substitute(BOXING),
    },
    2022: {
        "01-03": substitute(NEW_YEAR),
        "04-15": GOOD_FRIDAY,
        "04-18": EASTER_MONDAY,
        "05-02": EARLY_MAY,
        "06-02": SPRING,
        "06-03": "Platinum Jubilee bank holiday",
        "08-29": SUMMER,
        "09-19": FUNERAL,
        "12-26": BOXING,
        "12-27": substitute(CHRISTMAS),
    },
    2023: {
        "01-02": substitute(NEW_YEAR),
        "04-07": GOOD_FRIDAY,
        "04-10": EASTER_MONDAY,
        "05-01": EARLY_MAY,
        "05-08": CORONATION,
        "05-29": SPRING,
        "08-28": SUMMER,
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
    2024: {
        "01-01": NEW_YEAR,
        "03-29": GOOD_FRIDAY,
        "04-01": EASTER_MONDAY,
        "05-06": EARLY_MAY,
        "05-27": SPRING,
        "08-26": SUMMER,
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
    2025: {
        "01-01": NEW_YEAR,
        "04-18": GOOD_FRIDAY,
        "04-21": EASTER_MONDAY,
        "05-05": EARLY_MAY,
        "05-26": SPRING,
        "08-25": SUMMER,
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
    2026: {
        "01-01": NEW_YEAR,
        "04-03": GOOD_FRIDAY,
        "04-06": EASTER_MONDAY,
        "05-04": EARLY_MAY,
        "05-25": SPRING,
        "08-31": SUMMER,
        "12-25": CHRISTMAS,
        "12-28": substitute(BOXING),
    },
    2027: {
        "01-01": NEW_YEAR,
        "03-26": GOOD_FRIDAY,
        "03-29": EASTER_MONDAY,
        "05-03": EARLY_MAY,
        "05-31": SPRING,
        "08-30": SUMMER,
        "12-27": substitute(CHRISTMAS),
        "12-28": substitute(BOXING),
    },
    2028: {
        "01-03": substitute(NEW_YEAR),
        "04-14": GOOD_FRIDAY,
        "04-17": EASTER_MONDAY,
        "05-01": EARLY_MAY,
        "05-29": SPRING,
        "08-28": SUMMER,
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
}

SCOTLAND = {
    2021: {
        "01-01": NEW_YEAR,
        "01-04": substitute("2nd January"),
        "04-02": GOOD_FRIDAY,
        "05-03": EARLY_MAY,
        "05-31": SPRING,
        "08-02": SUMMER,
        "11-30": ST_ANDREW,
        "12-27": substitute(CHRISTMAS),
        "12-28": substitute(BOXING),
    },
    2022: {
        "01-03": substitute(NEW_YEAR),
        "01-04": substitute("2nd January"),
        "04-15": GOOD_FRIDAY,
        "05-02": EARLY_MAY,
        "06-02": SPRING,
        "06-03": "Platinum Jubilee bank holiday",
        "08-01": SUMMER,
        "09-19": FUNERAL,
        "11-30": ST_ANDREW,
        "12-26": BOXING,
        "12-27": substitute(CHRISTMAS),
    },
    2024: {
        "01-01": NEW_YEAR,
        "01-02": "2nd January",
        "03-29": GOOD_FRIDAY,
        "05-06": EARLY_MAY,
        "05-27": SPRING,
        "08-05": SUMMER,
        "12-02": substitute(ST_ANDREW),
        "12-25": CHRISTMAS,
        "12-26": BOXING,
    },
    2026: {
        "01-01": NEW_YEAR,
        "01-02": "2nd January",
        "04-03": GOOD_FRIDAY,
        "05-04": EARLY_MAY,
        "05-25": SPRING,
        "06-15": "World Cup bank holiday",
        "08-03": SUMMER,
        "11-30": ST_ANDREW,
        "12-25": CHRISTMAS,
        "12-28": substitute(BOXING),
    },
}

NORTHERN_IRELAND = {
    2024: {**ENGLAND[2024], "03-18": substitute(ST_PATRICK), "07-12": BOYNE},
    2025: {**ENGLAND[2025], "03-17": ST_PATRICK, "07-14": substitute(BOYNE)},
    2026: {**ENGLAND[2026], "03-17": ST_PATRICK, "07-13": substitute(BOYNE)},
}

PUBLISHED = [
    *(("england", year, days) for year, days in ENGLAND.items()),
    *(("wales", year, days) for year, days in ENGLAND.items()),
    *(("scotland", year, days) for year, days in SCOTLAND.items()),
    *(("northern_ireland", year, days) for year, days in NORTHERN_IRELAND.items()),
]


@pytest.mark.parametrize(
    ("region", "year", "published"),
    PUBLISHED,
    ids=[f"{region}-{year}" for region, year, _ in PUBLISHED],
)
def test_the_days_are_those_published(region: str, year: int, published: dict[str, str]) -> None:
    assert names(region, year) == {
        date.fromisoformat(f"{year}-{day}"): name for day, name in published.items()
    }


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("1995-05-08", "Early May bank holiday (VE day)"),
        ("1999-12-31", "Millennium bank holiday"),
        ("2002-06-03", "Golden Jubilee bank holiday"),
        ("2002-06-04", SPRING),
        ("2011-04-29", "Royal wedding bank holiday"),
        ("2012-06-04", SPRING),
        ("2012-06-05", "Diamond Jubilee bank holiday"),
    ],
)
@pytest.mark.parametrize("region", ["england", "wales", "scotland", "northern_ireland"])
def test_days_proclaimed_once_are_known_everywhere(region: str, day: str, name: str) -> None:
    proclaimed = date.fromisoformat(day)
    assert names(region, proclaimed.year)[proclaimed] == name


def test_a_second_of_january_keeps_its_name_when_new_year_is_a_sunday() -> None:
    # Banking and Financial Dealings Act 1971, schedule 1, paragraph 2: 3 January then stands for 1 January.
    scottish = names("scotland", 2017)
    assert scottish[date(2017, 1, 2)] == "2nd January"
    assert scottish[date(2017, 1, 3)] == substitute(NEW_YEAR)


def test_st_andrews_day_begins_with_the_act_of_2007() -> None:
    assert date(2006, 11, 30) not in names("scotland", 2006)
    assert names("scotland", 2007)[date(2007, 11, 30)] == ST_ANDREW


@pytest.mark.parametrize("year", [KNOWN_YEARS[0] - 1, KNOWN_YEARS[1] + 1])
def test_years_outside_the_known_ones_are_refused(year: int) -> None:
    with pytest.raises(CalendarUnknown, match=f"{year} in Northern Ireland"):
        names("northern_ireland", year)


def test_an_unknown_region_is_refused_with_the_choices() -> None:
    with pytest.raises(
        UsageError, match="'cornwall': it is one of england, wales, scotland, northern_ireland"
    ):
        names("cornwall", 2026)
