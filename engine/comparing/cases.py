"""One case under two policies: which due dates move, which entries would be refused, where it would stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from engine.cases import Case, Event
from engine.cases.events import MIGRATED, NOTE, instant_of
from engine.cases.log import Entry
from engine.comparing.renames import in_new_names
from engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.cases import LimitReading, View
    from engine.policy.model import Policy

What = Literal["refused", "stage", "due", "outcome"]

# How a limit can stand that makes an outcome: the others only say that it still runs.
_OUTCOMES = frozenset({"met", "met_late", "missed", "overdue", "lapsed"})


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """One thing that a case would have otherwise. `id`: an event, a limit or a stage, in the new policy's names.

    `on`: the day of the event, for what is refused. `refused`: an entry that one of the two does not take, with the reason; `None` where it is taken. `due`: a due date
    (ISO, or "no date"), `None` where the limit does not run. `outcome`: how a limit stands. `stage`: where the case stands.
    """

    what: What
    id: str
    before: str | None
    after: str | None
    on: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "what": self.what,
            "id": self.id,
            "on": self.on.isoformat() if self.on else None,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """A case read on `as_of`, the day of its last entry, under both policies: what would be otherwise."""

    name: str
    as_of: date | None
    differences: tuple[CaseDifference, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "case": self.name,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "differences": [each.to_dict() for each in self.differences],
        }


def compare_case(
    name: str,
    old: Policy,
    old_events: Sequence[Event],
    new: Policy,
    new_events: Sequence[Event] | None = None,
) -> CaseComparison:
    """A case of these events, in the order recorded, under the old and under the new policy.

    Both are read as if in force on every day, since the question is what would be otherwise. `new_events` are the same
    events as values of the new policy, where their kinds depend on it. What was only renamed is read under its new
    name. Raises `UsageError` if the events cannot be one log.
    """
    if not old_events:
        return CaseComparison(name, None, ())
    names = in_new_names(old, new)[1]
    as_of = max(event.on for event in old_events)
    before = _folded(old, old_events)
    after = _folded(new, [_translated(event, names, new) for event in new_events or old_events])
    differences = (
        *_refusals(before, after),
        *_stages(before.at(as_of), after.at(as_of), names.get("stages", {})),
        *_limits(before.at(as_of), after.at(as_of), names.get("limits", {})),
    )
    return CaseComparison(name, as_of, differences)


def always_in_force(policy: Policy) -> Policy:
    """The policy as if it were in force on every day."""
    return replace(policy, in_force_from=date.min, in_force_until=None, cache={})


def _folded(policy: Policy, events: Sequence[Event]) -> Case:
    """The case of these events; what is not accepted stays in the log and is listed in `conflicts`."""
    log, latest = [], 0
    for number, each in enumerate(events, start=1):
        # One version is read throughout; a note keeps the numbers that corrections name.
        event = each if each.name != MIGRATED else Event(NOTE, each.on, at=each.at, recorded=each.recorded)
        instant = instant_of(event, max(event.second, 0))
        if event.recorded is not None and instant < latest:
            raise UsageError(
                f"entry {number} was recorded before the one above it; the order is that of recording"
            )
        latest = max(latest, instant)
        log.append(Entry(number, event, None, latest).to_dict())
    return Case.from_dict(always_in_force(policy), {"duecourse": 1, "policy": policy.id, "log": log})


def _translated(event: Event, names: Mapping[str, Mapping[str, str]], new: Policy) -> Event:
    """The event under its new name, with facts under theirs."""
    events, facts = names.get("events", {}), names.get("facts", {})
    if event.name not in events and facts.keys().isdisjoint(event.data):
        return event
    name = event.name if event.name in new.events else events.get(event.name, event.name)
    return replace(event, name=name, data={facts.get(key, key): value for key, value in event.data.items()})


def _refusals(before: Case, after: Case) -> Iterator[CaseDifference]:
    was, now = ({each.entry: each for each in case.conflicts} for case in (before, after))
    for entry in sorted(was.keys() ^ now.keys()):
        found = was.get(entry) or now[entry]
        yield CaseDifference(
            "refused", found.event.name,
            was[entry].reason if entry in was else None,
            now[entry].reason if entry in now else None,
            found.event.on,
        )  # fmt: skip


def _stages(before: View, after: View, names: Mapping[str, str]) -> Iterator[CaseDifference]:
    was = names.get(before.stage, before.stage)
    if was != after.stage:
        yield CaseDifference("stage", after.stage, was, after.stage)


def _limits(before: View, after: View, names: Mapping[str, str]) -> Iterator[CaseDifference]:
    was = {(names.get(each.id, each.id), each.number): each for each in before.cycles}
    now = {(each.id, each.number): each for each in after.cycles}
    for name, number in sorted(was.keys() | now.keys()):
        old, new = was.get((name, number)), now.get((name, number))
        said = name if number == 1 else f"{name} ({number})"
        if old is None or new is None or old.due != new.due:
            yield CaseDifference("due", said, _due(old), _due(new))
        if old is not None and new is not None and _outcome(old) != _outcome(new):
            yield CaseDifference("outcome", said, old.text, new.text)


def _due(reading: LimitReading | None) -> str | None:
    if reading is None:
        return None
    return reading.due.isoformat() if reading.due else "no date"


def _outcome(reading: LimitReading) -> str | None:
    """How it ended or is overdue, and by how much; `None` while it runs."""
    return reading.text if reading.status in _OUTCOMES else None
