"""Days as a tester writes them: 2026-05-18, 18 May, +3, +5 working days, Monday, due stage_1, day after stage_1."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from engine.calendars import Length, day_text
from engine.documents.words import shortened
from engine.errors import EngineError
from engine.stepping.naming import NotUnderstood, picked

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.calendars import Calendar
    from engine.cases import View

FIRST, LAST = date(1950, 1, 1), date(2150, 12, 31)
# No longer way leads from one day of a session to another, in whatever unit.
FARTHEST = (LAST - FIRST).days
HOW = (
    "write a day as 2026-05-18, 18 May 2026, today, Monday, +3 (calendar days), +5 working days, +2 weeks, "
    "due LIMIT, day after LIMIT or 2 working days before LIMIT"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"today": 0, "same day": 0, "now": 0, "tomorrow": 1, "yesterday": -1}
_UNITS = {
    "": "calendar_days", "d": "calendar_days", "day": "calendar_days", "calendar day": "calendar_days",
    "wd": "working_days", "working day": "working_days", "w": "weeks", "week": "weeks", "month": "months",
    "year": "years",
}  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_OFFSET = re.compile(r"([+-]) ?(\d+) ?([a-z ]*)")
_WRITTEN = re.compile(r"(\d{1,2}) ([a-z]{3,9})(?: (\d{4}))?")
_DUE = re.compile(r"due(?: date)?(?: of)? (.+)")
_FROM_DUE = re.compile(r"(?:the )?(?:(\d+) )?((?:working )?days?) (after|before) (.+)")
_CLOCK = re.compile(r"(.*?)(?:\bat )? *\b(\d{1,2}):(\d{2})", re.ASCII)


def day_and_time(text: str, view: View) -> tuple[date, time | None]:
    """A day, and the time if one is said after it; a time alone is on the day of the view."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return day_from(text, view), None
    hour, minute = int(found[2]), int(found[3])
    if hour > 23 or minute > 59:
        raise NotUnderstood(f'there is no time "{found[2]}:{found[3]}": write one as 15:30')
    return day_from(found[1], view) if found[1].strip() else view.as_of, time(hour, minute)


def day_from(text: str, view: View) -> date:
    """The day a text names, seen from the day of the view. Raises `NotUnderstood` that says what can be written."""
    day = day_or_none(text, view)
    if day is None:
        raise NotUnderstood(f'"{shortened(text)}" is not a day: {HOW}')
    return day


def day_or_none(text: str, view: View) -> date | None:
    """The day a text names; `None` for what does not look like one. Raises `NotUnderstood` for a day that is none."""
    words = " ".join(text.casefold().split())
    try:
        for reading in _READINGS:
            day = reading(words, view)
            if day is not None:
                return _within(day)
    except EngineError as unknown:
        raise NotUnderstood(str(unknown)) from None
    except OverflowError:
        raise NotUnderstood(
            f'"{shortened(text)}" lies beyond the years known: a session is held between {FIRST.year} and {LAST.year}'
        ) from None
    except ValueError:
        raise NotUnderstood(f'there is no day "{shortened(text)}"') from None
    return None


def _within(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise NotUnderstood(f"a session is held between {FIRST.year} and {LAST.year}, and {day} is not")
    return day


def _iso(words: str, _view: View) -> date | None:
    return date.fromisoformat(words) if _ISO.fullmatch(words) else None


def _near(words: str, view: View) -> date | None:
    return view.as_of + timedelta(days=_NEAR[words]) if words in _NEAR else None


def _weekday(words: str, view: View) -> date | None:
    """The next day of that name, never today."""
    name = words.removeprefix("next ").removeprefix("on ")
    found = [number for number, day in enumerate(_WEEKDAYS) if name in (day, day[:3])]
    return view.as_of + timedelta(days=(found[0] - view.as_of.weekday() - 1) % 7 + 1) if found else None


def _written(words: str, view: View) -> date | None:
    found = _WRITTEN.fullmatch(words)
    if found is None:
        return None
    months = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(found[2])]
    return date(int(found[3] or view.as_of.year), months[0], int(found[1])) if len(months) == 1 else None


def _offset(words: str, view: View) -> date | None:
    found = _OFFSET.fullmatch(words)
    if found is None:
        return None
    unit = found[3].strip()
    known = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    if known is None:
        raise NotUnderstood(
            f'"{unit}" is no unit: write +3 (calendar days), +5 working days, +2 weeks, +1 month or +1 year'
        )
    return _moved(view, view.as_of, int(found[2]), unit=known, back=found[1] == "-")


def _moved(view: View, start: date, amount: int, *, unit: str, back: bool) -> date:
    """So much later or earlier, `start` being day 0; working days are those of the policy's usual calendar."""
    if amount == 0:
        return start
    if amount > FARTHEST:
        raise OverflowError
    calendar, day = usual_calendar(view), start.toordinal()
    if unit == "working_days":
        table = calendar.table
        return date.fromordinal(table.before(day, amount) if back else table.after(day, amount))
    length = Length.parse(f"{amount} {unit.replace('_', ' ')}")
    found = calendar.unrolled_before(day, length) if back else calendar.unrolled(day, length, same_day=False)
    return date.fromordinal(found)


def usual_calendar(view: View) -> Calendar:
    """The calendar by which limits count unless they name another."""
    return view.policy.calendars[view.policy.source.data["calendar"]]


def _due(words: str, view: View) -> date | None:
    found = _DUE.fullmatch(words)
    return _due_date(found[1], view) if found else None


def _from_due(words: str, view: View) -> date | None:
    found = _FROM_DUE.fullmatch(words)
    if found is None:
        return None
    unit = "working_days" if found[2].startswith("working") else "calendar_days"
    return _moved(view, _due_date(found[4], view), int(found[1] or 1), unit=unit, back=found[3] == "before")


def _due_date(typed: str, view: View) -> date:
    limit = picked("limit", typed, dict.fromkeys(view.limits))
    due = view.limits[limit].due
    if due is None:
        raise NotUnderstood(f"{limit} has no due date on {day_text(view.as_of)}: {view.limits[limit].text}")
    return due


_READINGS: tuple[Callable[[str, View], date | None], ...] = (
    _iso, _near, _weekday, _written, _offset, _due, _from_due,
)  # fmt: skip
