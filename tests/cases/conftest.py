"""The laboratory: small policies, filled up so that a test writes only what it is about, and stories told by date.

Dates are written "1 May" and mean 2026 unless a year stands there. England in 2026 has these bank holidays: 1 Jan,
3 Apr (Good Friday), 6 Apr (Easter Monday), 4 May, 25 May, 31 Aug, 25 Dec, and 28 Dec for Boxing Day, a Saturday.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from engine import Case, Event, EventRefused, Policy
from engine.documents import read_text, shape_problems
from engine.policy.build import build
from engine.policy.checks import reference_problems
from engine.policy.overlay import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ROLES = ("complainant", "officer", "manager", "reviewer")
MEANT = {"title": "Lab", "calendar": "england", "in_force": {"from": "2026-01-01"}}
LIMIT = {"owed_by": "officer", "force": "must", "basis": "local"}


def day(text: str) -> date:
    """The date of "1 May" (of 2026) or "1 May 2027"."""
    number, month, *year = text.split()
    return date(int(year[0]) if year else 2026, MONTHS.index(month) + 1, int(number))


def said(when: date | None) -> str | None:
    """The date as `day` reads it."""
    if when is None:
        return None
    year = "" if when.year == 2026 else f" {when.year}"
    return f"{when.day} {MONTHS[when.month - 1]}{year}"


def instant(text: str) -> datetime:
    """The instant of "1 May 10:00" (UTC, of 2026)."""
    on, at = text.rsplit(" ", 1)
    return datetime.combine(day(on), time.fromisoformat(at), tzinfo=UTC)


def did(
    on: str,
    name: str,
    data: dict[str, Any] | None = None,
    *,
    by: str | None = None,
    at: str | None = None,
    recorded: str | None = None,
    actor: str | None = None,
) -> Event:
    """An event, its dates and times as text."""
    return Event(
        name,
        on=day(on),
        by=by,
        data=data or {},
        at=time.fromisoformat(at) if at else None,
        recorded=instant(recorded) if recorded else None,
        actor=actor,
    )


def correction(target: int, on: str, *, recorded: str | None = None, **patch: Any) -> Event:
    """A correction, its new date as text in `to`."""
    if "to" in patch:
        patch["on"] = day(patch.pop("to")).isoformat()
    return did(on, "correction", {"target": target, **patch}, recorded=recorded)


@cache
def policy(text: str) -> Policy:
    """The policy of a text that leaves out what does not matter to it: see `filled`.

    Its shape and its references are checked; its sense (dead ends, rules that overlap) is not, so that tests can
    be short and the engine can be shown what the checker would have refused.
    """
    document = read_text(json.dumps(filled(dict(read_text(text, "lab/x.yaml").data)), indent=1), "lab/x.yaml")
    problems = shape_problems(document, "policy")
    assert not problems, "\n".join(map(str, problems))
    source, problems = resolve([document])
    problems = [*problems, *reference_problems(source)]
    assert not problems, "\n".join(map(str, problems))
    return build(source)


def filled(data: dict[str, Any]) -> dict[str, Any]:
    """The policy with titles, the usual roles, every event it names, and England's calendar, where it is silent."""
    whole = {"policy": "lab/x", **MEANT, **data}
    whole.setdefault("calendars", {"england": {"region": "england", "day_one": "day_after"}})
    whole["people"] = {**{role: {"title": role} for role in ROLES}, **whole.get("people", {})}
    whole["facts"] = {name: {"ask": f"{name}?", **fact} for name, fact in whole.get("facts", {}).items()}
    whole["limits"] = {name: {**LIMIT, **limit} for name, limit in whole.get("limits", {}).items()}
    whole["letters"] = {
        name: {"to": "complainant", "must_say": ["so"], **letter}
        for name, letter in whole.get("letters", {}).items()
    }
    whole["stages"] = {name: {"title": name, **stage} for name, stage in whole["stages"].items()}
    named = {event for event in events_named(whole) if event not in whole["facts"]}
    whole["events"] = {**{event: {"title": event} for event in sorted(named)}, **whole.get("events", {})}
    return {key: value for key, value in whole.items() if value != {}}


def events_named(whole: dict[str, Any]) -> Iterator[str]:
    """What rules and limits name where an event stands."""
    for stage in (*whole["stages"].values(), {"next": whole.get("anywhere", {})}):
        for rule in stage.get("next", {}).values():
            yield from as_list(rule.get("when", []))
    for limit in whole["limits"].values():
        for key in ("met_by", "extended_by", "restarted_by"):
            yield from as_list(limit.get(key, []))
        for pause in limit.get("pauses", {}).values():
            yield from (*as_list(pause["when"]), *as_list(pause["until"]))
        start = limit.get("from", [])
        listed = (
            start.get("latest_of") or start.get("earliest_of") or [] if isinstance(start, dict) else [start]
        )
        yield from (item for item in listed if isinstance(item, str))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Story:
    """A case and short questions to it; every answer about dates is text."""

    case: Case

    def did(
        self,
        on: str,
        name: str,
        data: dict[str, Any] | None = None,
        despite: tuple[int, ...] = (),
        **rest: Any,
    ) -> Story:
        return Story(self.case.apply(did(on, name, data, **rest), despite=despite))

    def did_together(self, *events: Event, despite: tuple[int, ...] = ()) -> Story:
        return Story(self.case.apply(*events, despite=despite))

    def corrected(self, target: int, on: str, despite: tuple[int, ...] = (), **patch: Any) -> Story:
        """Entry `target` corrected; `on` is the day of the correction, `patch` may give `to` for the new date."""
        return Story(self.case.apply(correction(target, on, **patch), despite=despite))

    def refusal_of_correction(self, target: int, on: str, **patch: Any) -> EventRefused:
        return self.refusal(correction(target, on, **patch))

    def refused(self, on: str, name: str, data: dict[str, Any] | None = None, **rest: Any) -> str:
        """The kind of the refusal of an event, which must be refused."""
        return self.refusal(did(on, name, data, **rest)).why.kind

    def refusal(self, *events: Event) -> EventRefused:
        with pytest.raises(EventRefused) as caught:
            self.case.apply(*events)
        return caught.value

    def stage(self, on: str, known_at: str | None = None) -> str:
        return self.case.at(day(on), instant(known_at) if known_at else None).stage

    def path(self, on: str) -> list[str]:
        """The stages entered, each with its date."""
        return [f"{move.stage} {said(move.on)}" for move in self.case.at(day(on)).path]

    def due(self, limit: str, on: str, known_at: str | None = None) -> str | None:
        return said(self.case.at(day(on), instant(known_at) if known_at else None).limits[limit].due)

    def start(self, limit: str, on: str) -> str | None:
        return said(self.case.at(day(on)).limits[limit].start)

    def status(self, limit: str, on: str) -> str:
        return self.case.at(day(on)).limits[limit].status

    def text(self, limit: str, on: str) -> str:
        return self.case.at(day(on)).limits[limit].text

    def runs(self, limit: str, on: str) -> list[str]:
        """Every run of a limit: status and start."""
        cycles = [each for each in self.case.at(day(on)).cycles if each.id == limit]
        return [
            f"{each.status} from {said(each.start)}" for each in sorted(cycles, key=lambda each: each.number)
        ]

    def letters(self, on: str) -> dict[str, str]:
        """Each letter that is due, sent or withdrawn."""
        return {letter.id: letter.status for letter in self.case.at(day(on)).letters}

    def facts(self, on: str) -> dict[str, Any]:
        return dict(self.case.at(day(on)).facts)

    def notices(self, on: str) -> list[str]:
        return [f"{notice.kind} {notice.subject}" for notice in self.case.at(day(on)).notices]

    @property
    def conflicts(self) -> list[int]:
        return [conflict.entry for conflict in self.case.conflicts]

    @property
    def changes(self) -> set[tuple[str, str, str]]:
        """The kind, matter and id of every change of the last `apply`."""
        return {(change.kind, change.what, change.id) for change in self.case.changes}


class Lab:
    """What tests ask of the laboratory."""

    day = staticmethod(day)
    did = staticmethod(did)
    instant = staticmethod(instant)
    policy = staticmethod(policy)
    Story = Story

    @staticmethod
    def case(text: str, reference: str | None = None) -> Story:
        """A new case under the policy of this text."""
        return Story(Case.open(policy(text), reference))


@pytest.fixture(scope="session")
def lab() -> type[Lab]:
    """Policies from text, and stories told by date."""
    return Lab
