"""Cases by chance: what a host might record under a policy, right and wrong, in order and late.

A script is a list of bytes, one item a call of `apply`; the same script under the same policy tells the same story.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from engine import Case, EngineError, Event
from engine.cases.events import BUILT_IN
from engine.policy.library import PolicyLibrary
from tests.properties.choices import Choices

FIRST_DAY = date(2026, 4, 16)
ODD_VALUES = (
    None,
    "",
    "nothing_known",
    0,
    -1,
    True,
    2.5,
    [],
    ["a"],
    {},
    {"a": "b"},
    [{"a": 1}],
    "2026-13-40",
    "9999-12-31",
    {"point_1": "right"},
)


@dataclass(frozen=True)
class Call:
    """One call of `apply`: what was given, the case before it, and the case after it or what was raised."""

    before: Case
    events: tuple[Event, ...]
    despite: tuple[int, ...]
    after: Case | None
    refusal: EngineError | None

    def __str__(self) -> str:
        told = [
            " ".join(
                str(part)
                for part in (each.on, each.at, each.name, each.by, dict(each.data), each.recorded)
                if part
            )
            for each in self.events
        ]
        return f"  {'accepted' if self.after else 'refused'}: {'; '.join(told)}{' despite all' if self.despite else ''}"

    @property
    def single(self) -> Event | None:
        """The event, if it came alone, in order, and with no instant of recording."""
        event = self.events[0]
        last = self.before.last_day
        if len(self.events) > 1 or self.despite or event.recorded or event.name == "correction":
            return None
        if last is not None and (event.on < last or (event.on == last and event.at is not None)):
            return None
        return event


@dataclass(frozen=True)
class Story:
    """All calls on one case, and the case in the end."""

    policy: object
    calls: tuple[Call, ...]
    case: Case

    def __repr__(self) -> str:
        return "\n".join(
            [
                f"a story under {self.policy.id} ({self.policy.source.documents[0].path}):",
                *map(str, self.calls),
            ]
        )

    @property
    def accepted(self) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.after is not None)

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(event for call in self.accepted for event in call.events)

    def dates(self) -> list[date]:
        """Dates to read the case at: around what was recorded, around what is due, and long after."""
        days = {FIRST_DAY - timedelta(days=1)} | {entry.event.on for entry in self.case.log}
        last = min(max(days), date(9990, 1, 1))
        for reading in self.case.at(last).limits.values():
            if reading.due is not None and last < reading.due < date(9990, 1, 1):
                days |= {reading.due, reading.due + timedelta(days=1)}
        days |= {last + timedelta(days=1), last + timedelta(days=17), last + timedelta(days=400)}
        return sorted(days)


def shifted(day: date, days: int) -> date:
    """So many days later, or the last date but some years."""
    return min(day, date(9900, 1, 1)) + timedelta(days=days)


def reading(case: Case, days) -> str:
    """Everything a case says on these dates, as bytes would be compared."""
    views = [case.at(day).to_dict() for day in days]
    conflicts = [(each.entry, each.kind, each.reason) for each in case.conflicts]
    return json.dumps([views, conflicts, [notice.text for notice in case.notices]], sort_keys=True)


def tell(policy, script: list[bytes], begun: tuple[Event, ...] = ()) -> Story:
    """The story that a script tells under a policy, on a case begun like this."""
    case = Case.open(policy, "R-1")
    teller = _Teller(policy)
    calls = []
    for event in begun:
        calls.append(Call(case, (event,), (), case.apply(event), None))
        case = calls[-1].after
    for text in script:
        events, despite = teller.call(Choices(text), case)
        try:
            after = case.apply(*events, despite=despite)
        except EngineError as refusal:
            calls.append(Call(case, events, despite, None, refusal))
            continue
        calls.append(Call(case, events, despite, after, None))
        case = after
    return Story(policy, tuple(calls), case)


class _Teller:
    """Chooses the next call of `apply`."""

    def __init__(self, policy) -> None:
        self.policy = policy
        self.known = _knowledge(policy)

    def call(self, choices: Choices, case: Case) -> tuple[tuple[Event, ...], tuple[int, ...]]:
        today = max((entry.event.on for entry in case.log), default=FIRST_DAY)
        kind = choices.below(100)
        if kind >= 94 and case.count:
            count = 2 + choices.below(2)
            events = tuple(self.event(choices, case, today) for _ in range(count))
        elif kind >= 79 and case.count:
            events = (self.correction(choices, case, today),)
        elif kind >= 72:
            events = (self.built_in(choices, case, today),)
        else:
            events = (self.event(choices, case, today),)
        despite = tuple(range(1, case.count + 1)) if choices.percent(12) else ()
        return events, despite

    # --- Events of the policy ----------------------------------------------------------------------------------

    def event(self, choices: Choices, case: Case, today: date) -> Event:
        on = self.day(choices, case, today)
        view = case.at(on)
        allowed = view.allowed()
        rare = choices.below(100)
        if rare >= 97:
            name = "never_heard_of"
        elif rare >= 82 or not allowed:
            name = choices.one(self.policy.events)
        else:
            name = choices.one(each.event for each in allowed)
        data = self.data(choices, view, name)
        return Event(
            name, on=on, by=self.role(choices, name), data=data, at=self.time(choices),
            recorded=self.recorded(choices, case, on),
        )  # fmt: skip

    def day(self, choices: Choices, case: Case, today: date) -> date:
        step = choices.one(
            (
                0,
                1,
                0,
                1,
                2,
                3,
                5,
                8,
                13,
                21,
                "due",
                "due",
                "after",
                "after",
                -1,
                -2,
                -6,
                -20,
                34,
                55,
                200,
                "far",
            )
        )
        if step == "far":
            return choices.one(
                (today, *[date(2019, 12, 31)] * 6, *[date(2050, 12, 20)] * 3, date(9999, 12, 30))
            )
        if isinstance(step, int):
            return shifted(today, step)
        dues = sorted(
            {
                each.due
                for each in case.at(today).limits.values()
                if each.due and each.due >= today and each.is_open
            }
        )
        if not dues:
            return shifted(today, 1)
        return shifted(choices.one(dues), int(step == "after"))

    def time(self, choices: Choices) -> time | None:
        return choices.one((None, None, None, None, None, time(9), time(12, 30), time(18)))

    def role(self, choices: Choices, name: str) -> str | None:
        kind = choices.below(20)
        usual = self.policy.events[name].by if name in self.policy.events else ()
        if kind < 14:
            return None
        if kind < 18 and usual:
            return choices.one(usual)
        return choices.one([*self.policy.people, "stranger"])

    def recorded(self, choices: Choices, case: Case, on: date) -> datetime | None:
        if not choices.percent(25) or on.year > 9000:
            return None
        last = max((entry.instant for entry in case.log), default=0)
        own = datetime.combine(on, time(21), tzinfo=UTC) + timedelta(days=choices.one((0, 0, 1, 4, 30, -1)))
        if last // 86_400 > own.toordinal() and not choices.percent(10):
            return datetime.combine(
                date.fromordinal(min(last // 86_400 + 1, 3_652_000)), time(10), tzinfo=UTC
            )
        return own

    # --- What an event carries ---------------------------------------------------------------------------------

    def data(self, choices: Choices, view, name: str) -> dict:
        kind = self.policy.events.get(name)
        data: dict = {}
        if kind is None:
            return data
        for need in kind.needs:
            data[need.name] = self.needed(choices, view, need, data)
        for fact in self.known.asked.get(name, ()):
            if fact not in data and choices.below(5) < 3:
                data[fact] = self.fact(choices, view, fact, data)
        if kind.appoints:
            members = self.policy.people[kind.appoints].members
            people = choices.some(["ann", "bob", "cy", "di", "ed"], 5)
            data["person"] = (
                [*people, "x", "y", "z"][:members] if members else choices.one(["ann", "bob", "cy"])
            )
            data["kinds"] = choices.some(["member", "officer", "service", "friend"], 1)
        channels = sorted(
            channel
            for event in self.policy.events.values()
            if event.presumed_from == name
            for channel in event.channels
        )
        if channels and not choices.percent(30):
            data["channel"] = choices.one([*channels, "pigeon"])
        if name in self.known.extends and choices.percent(50):
            data["until"] = self.until(choices, view).isoformat()
        if choices.percent(12):
            fact = choices.one(self.policy.facts)
            data[fact] = self.fact(choices, view, fact, data)
        if choices.percent(8):
            self.spoil(choices, data)
        return data

    def needed(self, choices: Choices, view, need, data: dict):
        makers = {
            "fact": lambda: self.fact(choices, view, need.name, data),
            "text": lambda: "because",
            "date": lambda: self.until(choices, view).isoformat(),
            "confirmed": lambda: "confirmed",
            "points": lambda: choices.one((["point_1"], ["point_1", "point_2"])),
        }
        return makers[need.kind]()

    def fact(self, choices: Choices, view, name: str, data: dict):
        fact = self.policy.facts[name]
        if not fact.per_point:
            return self.value(choices, view, fact)
        points = view.points or data.get("points")
        if not points:
            points = data["add_points"] = ["point_1", "point_2"][: 1 + choices.below(2)]
        return {point: self.value(choices, view, fact) for point in points if isinstance(point, str)}

    def value(self, choices: Choices, view, fact):
        if fact.kind == "choice":
            return choices.one(fact.answers)
        if fact.kind == "count":
            return choices.one((1, 3, 0, 8, 12))
        return shifted(view.as_of, choices.one((10, 0, 1, 5, 20, 40, 90, -5, -400, 9000)))

    def until(self, choices: Choices, view) -> date:
        dues = sorted({each.due for each in view.limits.values() if each.due and each.is_open})
        base = choices.one(dues) if dues else view.as_of
        return shifted(base, choices.one((3, 5, 0, 1, 2, 10, 14, 20, 40, -1, -10, 3000)))

    def spoil(self, choices: Choices, data: dict) -> None:
        """Take something away, or put something odd in."""
        words = [
            *data,
            "person",
            "kinds",
            "until",
            "channel",
            "points",
            "add_points",
            "point",
            "letter",
            "unheard_of",
            "x_ours",
        ]
        word = choices.one([*words, *self.policy.facts])
        if word in data and choices.percent(50):
            del data[word]
        else:
            data[word] = choices.one(ODD_VALUES)

    # --- What every policy knows -------------------------------------------------------------------------------

    def built_in(self, choices: Choices, case: Case, today: date) -> Event:
        on = self.day(choices, case, today)
        view = case.at(on)
        name = choices.one(name for name in BUILT_IN if name != "correction")
        data: dict = {}
        if name == "fact_recorded":
            for fact in choices.some(self.policy.facts, 2):
                data[fact] = self.fact(choices, view, fact, data)
        elif name == "letter_sent" and self.policy.letters:
            data["letter"] = choices.one(
                [*(each.id for each in view.letters_due), *self.policy.letters, "no_letter"]
            )
        elif name in ("point_added", "point_removed"):
            data["point"] = choices.one(("point_1", "point_2", "point_3"))
        if choices.percent(8):
            self.spoil(choices, data)
        by = choices.one([None, None, None, *self.policy.people, "stranger"])
        return Event(
            name, on=on, by=by, data=data, at=self.time(choices), recorded=self.recorded(choices, case, on)
        )

    def correction(self, choices: Choices, case: Case, today: date) -> Event:
        log = case.log
        target = choices.one((log[-1], log[0], choices.one(log)))
        data: dict = {"target": target.position}
        kind = choices.below(6)
        if kind == 0 or target.event.name == "correction":
            data["strike"] = True
        elif kind in (1, 2):
            data["on"] = shifted(target.event.on, choices.one((-1, 1, -2, 2, -5, 5, -14, 14, 30))).isoformat()
        elif kind == 3:
            data[choices.one(("at", "by", "actor", "on"))] = choices.one(
                ("12:30", None, "officer", "09:00", "complainant", *ODD_VALUES, "10:00+01:00")
            )
        else:
            view = case.at(target.event.on)
            changed = self.data(choices, view, target.event.name)
            if not changed or choices.percent(30):
                changed[choices.one([*target.event.data, *self.policy.facts])] = None
            data["data"] = changed
        if choices.percent(6):
            self.spoil(choices, data)
        if choices.percent(6):
            data[choices.one(("target", "strike", "data", "on", "reason"))] = choices.one(ODD_VALUES)
        return Event("correction", on=today, data=data, recorded=self.recorded(choices, case, today))


@dataclass(frozen=True)
class _Knowledge:
    """What a policy asks of its events."""

    asked: dict[str, tuple[str, ...]]
    extends: frozenset[str]


@cache
def _knowledge(policy) -> _Knowledge:
    asked: dict[str, set[str]] = {}
    for rule in policy.rules():
        if rule.condition is not None:
            for event in rule.when:
                asked.setdefault(event, set()).update(rule.condition.facts_used())
    for limit in policy.limits.values():
        conditions = [case.condition for case in limit.cases] + ([limit.extend_if] if limit.extend_if else [])
        for condition in conditions:
            for event in (*limit.extended_by, *(start.id for start in limit.starts if start.kind == "event")):
                asked.setdefault(event, set()).update(condition.facts_used())
    extends = frozenset(event for limit in policy.limits.values() for event in limit.extended_by)
    return _Knowledge({event: tuple(sorted(facts)) for event, facts in asked.items()}, extends)


@cache
def shipped_policies() -> tuple:
    """Every policy that is shipped."""
    library = PolicyLibrary()
    return tuple(policy for name in library.names() for policy in library.versions(name))
