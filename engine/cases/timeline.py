"""What happened in a case, in the order in which it counts: events, and what time did by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

from engine.cases.events import CORRECTION, plain
from engine.cases.state import cycles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cases.case import Case, Link
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
    """Everything up to the view's date, oldest first; what time did on a day stands before that day's events."""
    events = list(_events(view))
    by_time = [*_moves_by_time(view), *_presumptions(view), *_breaches(view)]
    others = [moment for moment in _others(case) if moment.on <= view.as_of]
    ordered = sorted(by_time, key=lambda moment: (moment.on, moment.what)) + events + others
    return tuple(sorted(ordered, key=lambda moment: (moment.on, moment.kind != "time")))


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


def _breaches(view: View) -> Iterator[Moment]:
    """The limits that went past their due date and moved nothing."""
    moved = {tuple(move.cause.split(" ")[1:2]) for move in view.path if not move.cause.isdecimal()}
    for reading in view.cycles:
        if (
            reading.due is not None
            and reading.status in ("overdue", "met_late", "missed")
            and (reading.id,) not in moved
        ):
            yield Moment(reading.due + timedelta(days=1), "time", f"{reading.id} is past its due date")


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
