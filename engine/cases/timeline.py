"""What happened in a case, in the order in which it counts: events, and what time did by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

from engine.calendars import day_text
from engine.cases.events import CORRECTION, MIGRATED, plain
from engine.cases.state import cycles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cases.case import Case, Link
    from engine.cases.events import Event
    from engine.cases.readings import MoveReading
    from engine.cases.view import View

MomentKind = Literal["event", "conflict", "correction", "struck", "time"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `what` is an event's id, or for kind `time` what time did, in words.

    `entry` is the log's id; `rule` the rule that took it and `stage` the stage it led to, if any. An event of
    kind `conflict` stands in the log but changes nothing, for the reason in `note`.
    """

    on: date
    kind: MomentKind
    what: str
    at: time | None = None
    entry: int | None = None
    by: str | None = None
    data: Any = None
    rule: str | None = None
    stage: str | None = None
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "on": self.on.isoformat(),
            "at": self.at.isoformat("minutes") if self.at else None,
            "kind": self.kind,
            "what": self.what,
            "entry": self.entry,
            "by": self.by,
            "data": plain(self.data) if self.data else {},
            "rule": self.rule,
            "stage": self.stage,
            "note": self.note,
        }


def timeline(case: Case, view: View) -> tuple[Moment, ...]:
    """Everything up to the view's date, oldest first; what time did on a day stands before that day's events.

    A limit that is past its due date by an event of the day stands after it.
    """
    breaches = list(_breaches(view))
    by_time = [
        *_moves_by_time(view),
        *_presumptions(view),
        *(each for by_event, each in breaches if not by_event),
    ]
    others = [moment for moment in _others(case) if moment.on <= view.as_of]
    ranked = [
        *((0, moment) for moment in sorted(by_time, key=lambda each: (each.on, each.what))),
        *((1, moment) for moment in [*_events(view), *others]),
        *((2, moment) for by_event, moment in breaches if by_event),
    ]
    return tuple(moment for _, moment in sorted(ranked, key=lambda each: (each[1].on, each[0])))


def _events(view: View) -> Iterator[Moment]:
    moves = {move.cause: move for move in view.path}
    links: list[Link] = []
    link: Link | None = view._link
    while link is not None and link.before is not None:
        links.append(link)
        link = link.before
    for each in reversed(links):
        yield _event_moment(each, moves)


def _event_moment(link: Link, moves: dict[str, MoveReading]) -> Moment:
    assert link.event is not None
    event, number = link.event, link.position
    move = moves.get(str(number))
    conflict = link.conflict
    if link.is_migration:
        return _migration_moment(event, number, move)
    return Moment(
        event.on,
        "conflict" if conflict else "event",
        event.name,
        at=event.at,
        entry=number,
        by=event.by,
        data=event.data,
        rule=move.rule if move else None if conflict else link.taken,
        stage=move.stage if move else None,
        note=conflict.reason if conflict else None,
    )


def _migration_moment(event: Event, number: int, move: MoveReading | None) -> Moment:
    begins = day_text(date.fromisoformat(event.data["to"]))
    stage = f"; from here on in {move.stage}" if move else ""
    return Moment(
        event.on, "event", MIGRATED,
        at=event.at, entry=number, by=event.by, data=event.data, stage=move.stage if move else None,
        note=f"to the version in force from {begins}{stage}",
    )  # fmt: skip


def _moves_by_time(view: View) -> Iterator[Moment]:
    for move in view.path:
        if not move.cause.isdecimal():
            limit = move.cause.split(" ")[1]
            yield Moment(move.on, "time", f"{limit} has passed", rule=move.rule, stage=move.stage)


def _presumptions(view: View) -> Iterator[Moment]:
    """The presumed events that started or ended a limit."""
    causes = set()
    for cycle, closed in cycles_of(view._state):
        causes.add(cycle.opened)
        if closed is not None:
            causes.add(closed.by)
    for cause in sorted(causes):
        if cause.startswith("presumed "):
            _, event, day = cause.split(" ")
            yield Moment(date.fromisoformat(day), "time", f"{event} is presumed")


def _breaches(view: View) -> Iterator[tuple[bool, Moment]]:
    """The limits that went past their due date and moved nothing; whether an event gave the date when it was over."""
    moved = {tuple(move.cause.split(" ")[1:2]) for move in view.path if not move.cause.isdecimal()}
    for reading, (cycle, _) in zip(view.cycles, cycles_of(view._state), strict=True):
        if (
            reading.due is not None
            and reading.status in ("overdue", "met_late", "missed")
            and (reading.id,) not in moved
        ):
            over, given = reading.due + timedelta(days=1), date.fromordinal(cycle.given)
            yield given > reading.due, Moment(max(over, given), "time", f"{reading.id} is past its due date")


def _others(case: Case) -> Iterator[Moment]:
    """Corrections, and the entries they struck out, which have no place in the order."""
    for entry in case._others.entries:
        event = entry.event
        if event.name == CORRECTION:
            target = event.data.get("target")
            yield Moment(
                event.on, "correction", event.name,
                entry=entry.position, by=event.by, data=event.data, note=f"of entry {target}",
            )  # fmt: skip
        else:
            yield Moment(event.on, "struck", event.name, entry=entry.position, by=event.by, note="struck out")
