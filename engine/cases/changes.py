"""What one `apply` changed: the difference between two states of a case, read on the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.cases.measure import due_on, is_overdue
from engine.cases.state import cycles_of, oldest_first
from engine.deadlines import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.cases.state import State


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind`: added, moved or withdrawn; `what`: stage, due, breach or letter; then its id.

    `before` and `after` say it in words or as ISO dates; one of them is `None` unless it moved.
    """

    kind: str
    what: str
    id: str
    before: str | None
    after: str | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "kind": self.kind,
            "what": self.what,
            "id": self.id,
            "before": self.before,
            "after": self.after,
        }


def changes_between(before: State, after: State, day: int) -> tuple[Change, ...]:
    """Every difference between two states that time has brought to `day`: the path, due dates, breaches, letters due."""
    return tuple(
        change
        for what, read in _READ.items()
        for change in _compared(what, read(before, day), read(after, day))
    )


def _compared(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            kind = "added" if old is None else "withdrawn" if new is None else "moved"
            yield Change(kind, what, name, old, new)


def _path(state: State, day: int) -> dict[str, str]:
    return {
        f"{number}. {move.stage}": f"{_iso(move.day)} by {move.rule}"
        for number, move in enumerate(oldest_first(state.path), start=1)
    }


def _numbered(state: State) -> Iterator[tuple[str, Any, Any]]:
    numbers: dict[str, int] = {}
    for cycle, closed in cycles_of(state):
        number = numbers[cycle.plan.id] = numbers.get(cycle.plan.id, 0) + 1
        yield (cycle.plan.id if number == 1 else f"{cycle.plan.id} ({number})"), cycle, closed


def _due(state: State, day: int) -> dict[str, str]:
    return {
        name: _iso(cycle.due if closed is not None else due_on(cycle, state, day))
        for name, cycle, closed in _numbered(state)
    }


def _breaches(state: State, day: int) -> dict[str, str]:
    found = {}
    for name, cycle, closed in _numbered(state):
        if cycle.plan.limit.force in ("must", "will"):
            if closed is None and is_overdue(cycle, state, day):
                found[name] = "overdue"
            elif closed is not None and closed.result in ("met_late", "missed"):
                found[name] = closed.result
    return found


def _letters(state: State, day: int) -> dict[str, str]:
    return {letter: f"by {why.rule}" for letter, why in state.letters.items()}


_READ = {"stage": _path, "due": _due, "breach": _breaches, "letter": _letters}


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat() if day < NEVER else "no date"
