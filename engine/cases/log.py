"""The log of a case: entries in the order they were recorded, and the order in which they count.

A correction has no place in the order: it changes its target where that stands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from engine.cases.events import CORRECTION, NOTHING, Event, instant_of, london_day, moment_of, plain
from engine.cases.refusal import Refused
from engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.cases.program import Program

PATCHED = ("on", "at", "by", "actor")
CORRECTION_KEYS = frozenset({"target", "strike", "data", "reason", "text", *PATCHED})


class Entry(NamedTuple):
    """One entry of the log: its position from 1, which is its id; the event as recorded; the rule that took it."""

    position: int
    event: Event
    rule: str | None
    instant: int

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what is not there is left out."""
        event = self.event
        given = {
            "id": self.position,
            "name": event.name,
            "on": event.on.isoformat(),
            "at": event.at.isoformat("seconds") if event.at else None,
            "recorded": moment_of(self.instant).isoformat().replace("+00:00", "Z"),
            "by": event.by,
            "actor": event.actor,
            "data": plain(event.data) or None,
            "rule": self.rule,
        }
        return {key: value for key, value in given.items() if value is not None}


def entry_from_dict(data: Mapping[str, Any]) -> Entry:
    """The entry that `Entry.to_dict` gave. Raises `UsageError` naming what is damaged."""
    try:
        event = Event(
            data["name"],
            on=date.fromisoformat(data["on"]),
            by=data.get("by"),
            data=data.get("data", {}),
            at=time.fromisoformat(data["at"]) if "at" in data else None,
            recorded=datetime.fromisoformat(data["recorded"]) if "recorded" in data else None,
            actor=data.get("actor"),
        )
        position = data["id"]
    except (KeyError, TypeError, ValueError, AttributeError) as damage:
        raise UsageError(
            f"a damaged log entry: {dict(data) if hasattr(data, 'items') else data!r} ({damage})"
        ) from damage
    texts = (event.by, event.actor, data.get("rule"))
    if not isinstance(position, int) or not isinstance(event.name, str) or not all(map(_text_or_none, texts)):
        raise UsageError(
            f"a damaged log entry: {dict(data)!r} (its id is a whole number; name, by, actor and rule are texts)",
        )
    return Entry(position, event, data.get("rule"), instant_of(event, max(event.second, 0)))


class Placed(NamedTuple):
    """An entry where it counts: the event with corrections, and its time of day. Sorts by date, time, position."""

    day: int
    second: int
    position: int
    entry: Entry
    event: Event


def in_order(entries: Sequence[Entry]) -> tuple[list[Placed], tuple[Entry, ...], dict[int, Refused]]:
    """The entries in effective order, the corrections apart, and the corrections that do not fit.

    Corrections are taken from last to first, skipping struck ones; the last standing patch of a key wins.
    """
    by_position = {entry.position: entry for entry in entries}
    corrections = tuple(entry for entry in entries if entry.event.name == CORRECTION)
    misfits: dict[int, Refused] = {}
    struck: set[int] = set()
    patches: dict[int, dict[str, Any]] = {}
    for correction in reversed(corrections):
        if correction.position in struck:
            continue
        try:
            _take(correction, by_position, struck, patches)
        except Refused as refused:
            misfits[correction.position] = refused
    placed: list[Placed] = []
    latest: dict[int, int] = {}
    for entry in entries:
        if entry.event.name == CORRECTION or entry.position in struck:
            continue
        event = _patched(entry.event, patches[entry.position]) if entry.position in patches else entry.event
        second = event.second if event.second >= 0 else latest.get(event.day, 0)
        latest[event.day] = max(second, latest.get(event.day, 0))
        placed.append(Placed(event.day, second, entry.position, entry, event))
    placed.sort(key=lambda each: each[:3])
    return placed, corrections, misfits


def _take(
    correction: Entry,
    by_position: Mapping[int, Entry],
    struck: set[int],
    patches: dict[int, dict[str, Any]],
) -> None:
    data = correction.event.data
    target = _target(correction, by_position)
    if data.get("strike") is True:
        struck.add(target.position)
        return
    if target.event.name == CORRECTION:
        raise Refused(
            "wrong_data", "a correction is not corrected: strike it (`strike: true`) and record another"
        )
    patch = {key: data[key] for key in PATCHED if key in data}
    changes = data.get("data", NOTHING)
    if not hasattr(changes, "items"):
        raise Refused(
            "wrong_data", "`data` gives new values by key, such as {finding: upheld}; null removes one"
        )
    if not patch and not changes:
        raise Refused(
            "missing_data", "it says neither `strike: true` nor what to change: on, at, by, actor or data"
        )
    corrected = _patched(target.event, {**patch, "data": changes})
    if corrected.day > london_day(correction.instant):
        raise Refused("future", f"it moves the entry to {corrected.on}, after the day it was recorded")
    standing = patches.setdefault(target.position, {"data": {}})
    for key, value in patch.items():
        standing.setdefault(key, value)
    for key, value in changes.items():
        standing["data"].setdefault(key, value)


def _target(correction: Entry, by_position: Mapping[int, Entry]) -> Entry:
    data = correction.event.data
    unknown = sorted(set(data) - CORRECTION_KEYS)
    if unknown:
        raise Refused("unknown_data", f'a correction has no "{unknown[0]}"', word=unknown[0])
    number = data.get("target")
    target = by_position.get(number) if isinstance(number, int) and not isinstance(number, bool) else None
    if target is None or target.position >= correction.position:
        raise Refused(
            "wrong_data",
            f"a correction names the entry it corrects: `target`, the id of an earlier one, not {number!r}",
        )
    return target


def _patched(event: Event, patch: Mapping[str, Any]) -> Event:
    data = dict(event.data)
    for key, value in patch["data"].items():
        if value is None:
            data.pop(key, None)
        else:
            data[key] = value
    try:
        return Event(
            event.name,
            on=date.fromisoformat(patch["on"]) if "on" in patch else event.on,
            by=_text(patch["by"]) if "by" in patch else event.by,
            data=data,
            at=_time(patch["at"]) if "at" in patch else event.at,
            recorded=event.recorded,
            actor=_text(patch["actor"]) if "actor" in patch else event.actor,
        )
    except (TypeError, ValueError, UsageError):
        raise Refused(
            "wrong_data",
            "`on` is a date such as 2026-05-01, `at` a local time such as 15:30, `by` and `actor` texts",
        ) from None


def _text(value: Any) -> str | None:
    if _text_or_none(value):
        return value
    raise TypeError(value)


def _text_or_none(value: Any) -> TypeGuard[str | None]:
    return value is None or isinstance(value, str)


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Known:
    """Where the triggers and the real ones of presumed events stand in the known log: a `Foresight`."""

    keys: Mapping[str, Sequence[tuple[int, int, int]]]

    def forestalls(self, presumed: str, trigger: str, day: int, cause: str) -> bool:
        """See `engine.cases.passing.Foresight`."""
        triggers = self.keys.get(trigger, ())
        own = self._own_key(triggers, day, cause)
        real = self.keys.get(presumed, ())
        first = bisect_left(real, own)
        if first == len(real):
            return False
        following = bisect_right(triggers, own)
        return following == len(triggers) or real[first] < triggers[following]

    @staticmethod
    def _own_key(triggers: Sequence[tuple[int, int, int]], day: int, cause: str) -> tuple[int, int, int]:
        if cause.isdecimal():
            return next((key for key in triggers if key[2] == int(cause)), (day, 0, 0))
        return (day, 0, 0)


def foresight_over(programs: Sequence[Program], placed: Iterable[Placed]) -> Known | None:
    """What the known log says of presumptions; `None` for policies that presume nothing."""
    watched = programs[0].watched.union(*(program.watched for program in programs[1:]))
    if not watched:
        return None
    keys: dict[str, list[tuple[int, int, int]]] = {}
    for each in placed:
        if each.event.name in watched:
            keys.setdefault(each.event.name, []).append(each[:3])
    return Known(keys)
