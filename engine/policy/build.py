"""Merged data to an immutable `Policy`: the only place that reads the language's keys by name.

The data has passed the schema; its references need not hold yet, so this never fails on an unknown id.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from engine.calendars import Calendar, Length
from engine.policy.elements import (
    about_of,
    calendar_of,
    condition,
    date_or_none,
    each_of,
    fact_of,
    length_or_none,
    letter_of,
    role_of,
    texts,
)
from engine.policy.model import (
    DueRef,
    EventType,
    Fact,
    LengthCase,
    Limit,
    Need,
    Pause,
    Policy,
    Rule,
    Stage,
    Start,
    Warn,
)
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.policy.conditions import Condition
    from engine.policy.overlay import Path, Source

T = TypeVar("T")
OPENING = "opening"
SAME_DAY = Length(0, "calendar_days")


def build(source: Source) -> Policy:
    """The policy that this source states."""
    data = source.data
    facts = each_of(data, "facts", partial(fact_of, source))
    calendars = each_of(data, "calendars", lambda _, spec: calendar_of(spec))
    context = _Context(source, facts, calendars, _listing(data))
    named_in = {stage: _events_of(spec) for stage, spec in data.get("stages", {}).items()}
    stages = {stage: _stage(context, stage, spec) for stage, spec in data.get("stages", {}).items()}
    return Policy(
        id=data["policy"],
        about=about_of(source, (), data),
        in_force_from=date.fromisoformat(data["in_force"]["from"]),
        in_force_until=date_or_none(data["in_force"].get("until")),
        withdrawn=bool(data.get("withdrawn", False)),
        conforms_to=data.get("conforms_to"),
        facts=facts,
        people=each_of(data, "people", partial(role_of, source)),
        events=each_of(data, "events", partial(_event, source)),
        letters=each_of(data, "letters", partial(letter_of, source)),
        limits=each_of(data, "limits", partial(_limit, context)),
        stages=stages,
        anywhere=tuple(
            _rule(context, "anywhere", name, spec, ("anywhere", name), _reach(data, named_in, spec))
            for name, spec in data.get("anywhere", {}).items()
        ),
        calendars=calendars,
        source=source,
    )


class _Context:
    """What the builders of limits, stages and rules look up."""

    __slots__ = ("calendars", "facts", "listing", "source")

    def __init__(
        self,
        source: Source,
        facts: Mapping[str, Fact],
        calendars: Mapping[str, Calendar],
        listing: Mapping[str, frozenset[str]],
    ) -> None:
        self.source = source
        self.facts = facts
        self.calendars = calendars
        self.listing = listing


def _listing(data: dict[str, Any]) -> dict[str, frozenset[str]]:
    """For each limit that some stage lists in `due`, the stages that do."""
    listing: dict[str, set[str]] = {}
    for stage, spec in data.get("stages", {}).items():
        for limit in as_list(spec.get("due")):
            listing.setdefault(limit, set()).add(stage)
    return {limit: frozenset(stages) for limit, stages in listing.items()}


def _reach(data: dict[str, Any], named_in: Mapping[str, set[str]], spec: dict[str, Any]) -> tuple[str, ...]:
    """The stages an `anywhere` rule reaches: those of `in`, else all but ends and the opening.

    A stage whose own rules name all its events (`named_in`) is not reached.
    """
    stages = data.get("stages", {})
    events = set(as_list(spec.get("when")))
    reached = (
        as_list(spec["in"])
        if "in" in spec
        else [stage for stage, other in stages.items() if "end" not in other and stage != OPENING]
    )
    return tuple(stage for stage in reached if not events or not events <= named_in.get(stage, set()))


def _events_of(stage: dict[str, Any]) -> set[str]:
    return {event for rule in stage.get("next", {}).values() for event in as_list(rule.get("when"))}


def _event(source: Source, name: str, spec: dict[str, Any]) -> EventType:
    return EventType(
        id=name,
        by=texts(spec.get("by")),
        needs=_needs(spec.get("needs")),
        appoints=spec.get("appoints"),
        together_with=spec.get("together_with"),
        presumed_from=spec.get("presumed_from"),
        after=_delay(spec["after"]) if "after" in spec else None,
        channels={channel: _delay(text) for channel, text in spec.get("channel", {}).items()},
        about=about_of(source, ("events", name), spec),
    )


def _delay(text: str) -> Length:
    return SAME_DAY if text == "same day" else Length.parse(text)


def _needs(spec: Any) -> tuple[Need, ...]:
    if isinstance(spec, dict):
        return tuple(Need(name, kind) for name, kind in spec.items())
    return tuple(Need(name, "fact") for name in as_list(spec))


def _limit(context: _Context, name: str, spec: dict[str, Any]) -> Limit:
    source = context.source
    calendar_id = spec.get("calendar") or source.data.get("calendar") or next(iter(context.calendars), "")
    calendar = context.calendars.get(calendar_id) or Calendar(region="england", day_one="day_after")
    starts, mode = _starts(context, spec.get("from"))
    return Limit(
        id=name,
        length=Length.parse(spec.get("is", "as soon as possible")),
        cases=tuple(
            LengthCase(key, condition(context.facts, case["if"]), Length.parse(case["is"]))
            for key, case in spec.get("cases", {}).items()
        ),
        due_on=spec.get("due_on"),
        up_to=length_or_none(spec.get("up_to")),
        extended_by=texts(spec.get("extended_by")),
        extend_if=_condition_or_none(context, spec.get("extend_if")),
        late_extension=spec.get("late_extension") == "allowed",
        starts=starts,
        mode=mode,
        before=spec.get("before"),
        met_by=texts(spec.get("met_by")),
        restarted_by=texts(spec.get("restarted_by")),
        owed_by=spec.get("owed_by"),
        force=spec.get("force", "must"),
        practicable=bool(spec.get("practicable", False)),
        pauses=tuple(_pause(key, pause) for key, pause in spec.get("pauses", {}).items()),
        ceiling_fixed=spec.get("ceiling") == "fixed",
        roll=spec.get("roll"),
        warn=tuple(_warn(text) for text in as_list(spec.get("warn"))),
        told=bool(spec.get("told", True)),
        calendar_id=calendar_id,
        calendar=calendar,
        same_day=(spec.get("day_one") or calendar.day_one) == "same_day",
        outlives=bool(spec.get("outlives", False)),
        stages=context.listing.get(name),
        about=about_of(source, ("limits", name), spec),
    )


def _starts(context: _Context, spec: Any) -> tuple[tuple[Start, ...], Any]:
    if spec is None:
        return (), "earliest"
    for mode in ("earliest", "latest"):
        if isinstance(spec, dict) and f"{mode}_of" in spec:
            return tuple(_start(context, item) for item in spec[f"{mode}_of"]), mode
    return (_start(context, spec),), "earliest"


def _start(context: _Context, spec: Any) -> Start:
    if isinstance(spec, dict):
        return Start("due", spec["due"]) if "due" in spec else Start("entering", spec["entering"])
    return Start("fact" if spec in context.facts else "event", spec)


def _pause(name: str, spec: dict[str, Any]) -> Pause:
    return Pause(
        id=name,
        when=texts(spec.get("when")),
        until=texts(spec.get("until")),
        counting=spec.get("counting", "skip_working_days"),
        at_most=length_or_none(spec.get("at_most")),
    )


_WARN = re.compile(r"(\d+)(%| (working|calendar) days? (before|after))")


def _warn(text: str) -> Warn:
    if text == "due":
        return Warn(text, None, 0, working=True)
    match = _WARN.fullmatch(text)
    assert match is not None, text  # the schema's pattern
    if match[2] == "%":
        return Warn(text, int(match[1]), 0, working=True)
    sign = -1 if match[4] == "before" else 1
    return Warn(text, None, sign * int(match[1]), match[3] == "working")


def _stage(context: _Context, name: str, spec: dict[str, Any]) -> Stage:
    path = ("stages", name)
    return Stage(
        id=name,
        owner=spec.get("owner"),
        due=texts(spec.get("due")),
        rules=tuple(
            _rule(context, name, rule, rule_spec, (*path, "next", rule), (name,))
            for rule, rule_spec in spec.get("next", {}).items()
        ),
        end=spec.get("end"),
        aside=bool(spec.get("aside", False)),
        about=about_of(context.source, path, spec),
    )


def _rule(
    context: _Context,
    group: str,
    name: str,
    spec: dict[str, Any],
    path: Path,
    reaches: tuple[str, ...],
) -> Rule:
    return Rule(
        id=f"{group}.{name}",
        when=texts(spec.get("when")),
        overdue=spec.get("overdue"),
        condition=_condition_or_none(context, spec.get("if")),
        within=tuple(map(_due_ref, as_list(spec.get("within")))),
        after=tuple(map(_due_ref, as_list(spec.get("after")))),
        go_to=spec.get("go_to"),
        turns_down=bool(spec.get("turns_down", False)),
        send=texts(spec.get("send")),
        right_of=spec.get("right_of"),
        reaches=reaches,
        about=about_of(context.source, path, spec),
    )


def _due_ref(spec: Any) -> DueRef:
    if isinstance(spec, dict):
        return DueRef(spec["longest"], longest=True)
    return DueRef(spec, longest=False)


def _condition_or_none(context: _Context, spec: Any) -> Condition | None:
    return None if spec is None else condition(context.facts, spec)
