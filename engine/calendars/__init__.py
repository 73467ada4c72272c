"""Working days, lengths and due dates of the United Kingdom's four nations, with their reasons."""

from __future__ import annotations

from engine.calendars.bank_holidays import KNOWN_YEARS, REGIONS, names
from engine.calendars.calendar import Calendar, DayOne, NonWorkingStart, Roll
from engine.calendars.days_off import DaysOff, Yearly
from engine.calendars.ledger import (
    Ledger,
    LedgerLine,
    Paused,
    day_text,
    roll_lines,
    span_text,
    start_lines,
    stretches,
    whole_run,
)
from engine.calendars.lengths import UNITS, Length, Unit
from engine.calendars.table import WorkingDays

__all__ = [
    "KNOWN_YEARS",
    "REGIONS",
    "UNITS",
    "Calendar",
    "DayOne",
    "DaysOff",
    "Ledger",
    "LedgerLine",
    "Length",
    "NonWorkingStart",
    "Paused",
    "Roll",
    "Unit",
    "WorkingDays",
    "Yearly",
    "day_text",
    "names",
    "roll_lines",
    "span_text",
    "start_lines",
    "stretches",
    "whole_run",
]
