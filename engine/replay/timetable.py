"""A row of a timetable: a limit started on its own, measured as a case measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.cases.single import due_of
from engine.errors import CalendarUnknown
from engine.replay.expectations import AS_SOON_AS_POSSIBLE, UNKNOWN, due_in_words
from engine.replay.references import POINTS
from engine.replay.verdict import Failure, Verdict

if TYPE_CHECKING:
    from engine.calendars import Ledger
    from engine.documents import Document
    from engine.policy.model import Policy
    from engine.replay.scenario import Row


def row_ledger(policy: Policy, limit: str, row: Row) -> Ledger:
    """How the limit of a row comes to its due date. Raises `CalendarUnknown` beyond the known years."""
    facts = {fact: value for fact, value in row.given.items() if fact != POINTS}
    return due_of(policy, limit, row.start, facts, at=row.time)


def row_verdict(document: Document, policy: Policy, limit: str, row: Row) -> Verdict:
    """How a row went under a policy that knows all its names."""
    place = document.place(row.path)
    why: Ledger | CalendarUnknown
    try:
        why = row_ledger(policy, limit, row)
        got = AS_SOON_AS_POSSIBLE if why.due is None else why.due.isoformat()
    except CalendarUnknown as unknown:
        why, got = unknown, UNKNOWN
    if got == row.due:
        return Verdict("row", row.title, place, "passed")
    failure = Failure(
        what=f"due {limit} from {day_text(row.start)}",
        expected=due_in_words(row.due),
        got=due_in_words(got),
        why=tuple(str(why).split("\n")),
        place=document.place((*row.path, "due")),
        policy=policy.place("limits", limit),
    )
    return Verdict("row", row.title, place, "failed", (failure,))
