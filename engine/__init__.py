"""Duecourse: complaints procedures as data, deadlines with reasons.

    library = PolicyLibrary.load()                                   # the shipped policies, checked
    policy = library.policy("redbridge/children-statutory", on=date(2026, 5, 1))
    case = Case.open(policy).apply(Event("complaint_received", on=date(2026, 5, 1)))
    view = case.at(date(2026, 5, 19))                                # every reading has a date
    view.stage, view.limits["stage_1"], view.allowed(), view.explain("stage_1"), view.why_not("panel_held")
    decide(library.intake("redbridge"), {"subject": "school"}, received=date(2026, 5, 1)).answers    # taken at all?
    compare(old, new).differences; case.migration(new, on=date(2026, 4, 2))                          # other versions
    Case.from_dict(policy, case.to_dict()) == case                   # what a host stores; see schemas/case.schema.json

A case read back needs its policy: `library.policy(data["policy"], date.fromisoformat(data["in_force_from"]))`. One that
was migrated to another version needs those before it too; the library itself, given instead, has them all.
The names below are for hosts that embed the engine. Each is loaded on first use, so that importing the package
costs next to nothing. Everything raised derives from `EngineError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.calendars import Calendar, Ledger, LedgerLine, Length
    from engine.cases import (
        Allowed,
        Case,
        Change,
        Conflict,
        Entry,
        Event,
        EventRefused,
        LetterReading,
        LimitReading,
        Migration,
        Notice,
        View,
        WhyNot,
    )
    from engine.cases.single import due_of
    from engine.comparing import CaseComparison, Comparison, Difference, compare, compare_case
    from engine.errors import CalendarUnknown, EngineError, PolicyInvalid, PolicyNotFound, UsageError
    from engine.intakes import AcceptedCase, Answer, Decision, Ground, Need, accepted_cases, decide
    from engine.policy.intake import Intake
    from engine.policy.library import PolicyLibrary, load_policy
    from engine.policy.model import Policy
    from engine.problems import Place, Problem

__all__ = [
    "AcceptedCase",
    "Allowed",
    "Answer",
    "Calendar",
    "CalendarUnknown",
    "Case",
    "CaseComparison",
    "Change",
    "Comparison",
    "Conflict",
    "Decision",
    "Difference",
    "EngineError",
    "Entry",
    "Event",
    "EventRefused",
    "Ground",
    "Intake",
    "Ledger",
    "LedgerLine",
    "Length",
    "LetterReading",
    "LimitReading",
    "Migration",
    "Need",
    "Notice",
    "Place",
    "Policy",
    "PolicyInvalid",
    "PolicyLibrary",
    "PolicyNotFound",
    "Problem",
    "UsageError",
    "View",
    "WhyNot",
    "accepted_cases",
    "compare",
    "compare_case",
    "decide",
    "due_of",
    "load_policy",
]

_HOMES = {
    "engine.calendars": ("Calendar", "Ledger", "LedgerLine", "Length"),
    "engine.cases": (
        "Allowed",
        "Case",
        "Change",
        "Conflict",
        "Entry",
        "Event",
        "EventRefused",
        "LetterReading",
        "LimitReading",
        "Migration",
        "Notice",
        "View",
        "WhyNot",
    ),
    "engine.cases.single": ("due_of",),
    "engine.comparing": ("CaseComparison", "Comparison", "Difference", "compare", "compare_case"),
    "engine.errors": ("CalendarUnknown", "EngineError", "PolicyInvalid", "PolicyNotFound", "UsageError"),
    "engine.intakes": ("AcceptedCase", "Answer", "Decision", "Ground", "Need", "accepted_cases", "decide"),
    "engine.policy.intake": ("Intake",),
    "engine.policy.library": ("PolicyLibrary", "load_policy"),
    "engine.policy.model": ("Policy",),
    "engine.problems": ("Place", "Problem"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The public name, from the module that defines it."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
