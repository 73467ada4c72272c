"""Cases: what happened under a policy, where that leaves it, what is due when, and why."""

from __future__ import annotations

from engine.cases.case import Case
from engine.cases.changes import Change
from engine.cases.events import BUILT_IN, Event
from engine.cases.log import Entry
from engine.cases.migration import LimitMoved, Migration
from engine.cases.readings import Allowed, LetterReading, LimitReading, MoveReading, WarningReading
from engine.cases.refusal import Conflict, Considered, EventRefused, Reason, WhyNot
from engine.cases.state import Notice
from engine.cases.view import View

__all__ = [
    "BUILT_IN",
    "Allowed",
    "Case",
    "Change",
    "Conflict",
    "Considered",
    "Entry",
    "Event",
    "EventRefused",
    "LetterReading",
    "LimitMoved",
    "LimitReading",
    "Migration",
    "MoveReading",
    "Notice",
    "Reason",
    "View",
    "WarningReading",
    "WhyNot",
]
