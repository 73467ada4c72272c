"""What a migration of one case changes: where it stood and where it stands on the day, read under both versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.cases.events import plain
from engine.cases.migrating import (
    FACT_SET_ASIDE,
    LIMIT_ENDED,
    NOT_STARTED,
    OVERDUE_BY_MIGRATION,
)
from engine.cases.readings import limit_readings
from engine.cases.state import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from engine.cases.events import Event
    from engine.cases.readings import LimitReading
    from engine.cases.refusal import Conflict
    from engine.cases.state import Notice, State
    from engine.policy.model import Policy


@dataclass(frozen=True, slots=True)
class LimitMoved:
    """A limit that ran on the day of the migration, as it read under the old version and as it reads under the new."""

    id: str
    before: LimitReading
    after: LimitReading

    @property
    def is_moved(self) -> bool:
        """Whether its due date or its standing is another."""
        return (self.before.due, self.before.status) != (self.after.due, self.after.status)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"id": self.id, "before": self.before.to_dict(), "after": self.after.to_dict()}


@dataclass(frozen=True, slots=True)
class Migration:
    """What migrating a case on a day would change; nothing is recorded.

    `old` and `new` are the versions, `event` what is to be recorded. `limits`: every limit that ran on that day. What
    is ended, set aside or overdue by it is said in `notices`, by kind; `conflicts` are entries after that day that
    would no longer fit.
    """

    old: Policy
    new: Policy
    on: date
    stage_before: str
    stage_after: str
    limits: tuple[LimitMoved, ...]
    notices: tuple[Notice, ...]
    conflicts: tuple[Conflict, ...]
    event: Event

    @property
    def ended(self) -> tuple[str, ...]:
        """The limits that end with it, as lapsed or missed."""
        return self.told(LIMIT_ENDED)

    @property
    def overdue_now(self) -> tuple[str, ...]:
        """The limits that were not overdue and are by it."""
        return self.told(OVERDUE_BY_MIGRATION)

    @property
    def facts_set_aside(self) -> tuple[str, ...]:
        """The facts that the new version does not have, or not with that value."""
        return self.told(FACT_SET_ASIDE)

    @property
    def not_started(self) -> tuple[str, ...]:
        """The limits that would be running had the case begun under the new version."""
        return self.told(NOT_STARTED)

    def told(self, kind: str) -> tuple[str, ...]:
        """What the notices of a kind are about."""
        return tuple(notice.subject for notice in self.notices if notice.kind == kind)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "policy": self.new.id,
            "from": self.old.in_force_from.isoformat(),
            "to": self.new.in_force_from.isoformat(),
            "on": self.on.isoformat(),
            "stage_before": self.stage_before,
            "stage_after": self.stage_after,
            "limits": [each.to_dict() for each in self.limits],
            "notices": [
                {"kind": notice.kind, "subject": notice.subject, "text": notice.text}
                for notice in self.notices
            ],
            "conflicts": [
                {
                    "entry": each.entry,
                    "event": each.event.name,
                    "on": each.event.on.isoformat(),
                    "kind": each.kind,
                    "reason": each.reason,
                }
                for each in self.conflicts
            ],
            "event": {
                "name": self.event.name,
                "on": self.event.on.isoformat(),
                "by": self.event.by,
                "data": plain(self.event.data),
            },
        }


def migration_between(
    before: State, after: State, event: Event, conflicts: tuple[Conflict, ...]
) -> Migration:
    """The difference between the states on either side of an event that migrates, both brought to its day."""
    earlier = len(values_of(before.notices))
    return Migration(
        before.program.policy,
        after.program.policy,
        event.on,
        before.stage,
        after.stage,
        tuple(_limits_moved(before, after, event.day)),
        tuple(values_of(after.notices)[earlier:]),
        conflicts,
        event,
    )


def _limits_moved(before: State, after: State, day: int) -> Iterator[LimitMoved]:
    now = _latest(list(limit_readings(after, day)))
    for reading in limit_readings(before, day):
        if reading.is_open:
            yield LimitMoved(reading.id, reading, now[reading.id])


def _latest(readings: Sequence[LimitReading]) -> dict[str, LimitReading]:
    return {reading.id: reading for reading in sorted(readings, key=lambda each: each.number)}
