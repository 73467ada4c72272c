"""What a `then` can ask, one function each: it yields what is not as expected, and nothing if all is well.

Only what is named is looked at. `[]` says that there are none; `nothing_else` makes a list or map exhaustive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.calendars import day_text
from engine.cases.events import NOTHING, plain
from engine.cases.log import in_order
from engine.errors import EngineError
from engine.replay.scenario import as_texts, own

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from engine.cases import Case, Event, LimitReading, View, WhyNot
    from engine.policy.model import Policy
    from engine.problems import Place

NONE = "none"
AS_SOON_AS_POSSIBLE = "as soon as possible"
UNKNOWN = "unknown"


class Mismatch(NamedTuple):
    """Something that is not as expected. `path` leads on from the expectation to the name concerned."""

    what: str
    expected: str
    got: str
    why: tuple[str, ...]
    policy: Place | None
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """A case looked at: the reading, the case itself, and the last event with the case before it."""

    view: View
    case: Case
    last: tuple[Case, Event] | None
    exhaustive: bool

    @property
    def policy(self) -> Policy:
        """The policy of the case."""
        return self.view.policy


def mismatches(sight: Sight, key: str, expected: Any) -> Iterator[Mismatch]:
    """What is not as expected under one key of a `then`."""
    return EXPECTATIONS[key](sight, expected)


# --- The stage and how the case moved --------------------------------------------------------------------------


def _stage(sight: Sight, expected: str) -> Iterator[Mismatch]:
    if sight.view.stage != expected:
        yield Mismatch("stage", expected, sight.view.stage, _way_here(sight), _last_move_place(sight))


def _ended(sight: Sight, expected: str | bool) -> Iterator[Mismatch]:
    ended = sight.view.ended
    as_wanted = (ended is not None) == expected if isinstance(expected, bool) else ended == expected
    if not as_wanted:
        wanted = expected if isinstance(expected, str) else "ended" if expected else "not ended"
        yield Mismatch("ended", wanted, ended or "not ended", _way_here(sight), _last_move_place(sight))


def _by_rule(sight: Sight, expected: str) -> Iterator[Mismatch]:
    rule = deciding_rule(sight)
    if rule != expected:
        place = sight.policy.rule_place(rule or expected)
        yield Mismatch("by_rule", expected, rule or "no rule", _rules_considered(sight), place)


def deciding_rule(sight: Sight) -> str | None:
    """The rule that decided the last thing that happened: the last entry, or time if it moved the case since."""
    path = sight.view.path
    if path and not path[-1].cause.isdecimal() and _last_entry_day(sight) < path[-1].on.toordinal():
        return path[-1].rule
    return sight.view.last_rule


def _last_entry_day(sight: Sight) -> int:
    as_of = sight.view.as_of.toordinal()
    placed, _, _ = in_order(sight.case.log)
    return max((each.day for each in placed if each.day <= as_of), default=0)


def _allowed(sight: Sight, expected: Any) -> Iterator[Mismatch]:
    allowed = {each.event for each in sight.view.allowed()}
    for place, event in _missing(expected, allowed):
        why = sight.view.why_not(event)
        yield Mismatch(
            f"allowed {event}", "allowed", "not allowed", considered_lines(why), considered_place(why), place
        )
    for event in _surplus(sight, expected, allowed):
        why = sight.view.why_not(event)
        yield Mismatch(
            "allowed", _listed(expected), f"also {event}", considered_lines(why), considered_place(why)
        )


# --- Facts and letters -----------------------------------------------------------------------------------------


def _facts(sight: Sight, expected: dict[str, Any]) -> Iterator[Mismatch]:
    recorded: dict[str, Any] = {fact: _as_written(value) for fact, value in sight.view.facts.items()}
    if "points" in expected:
        recorded["points"] = list(sight.view.points)
    for fact, value in own(expected).items():
        got = recorded.get(fact)
        if not (got == value or (isinstance(value, dict) and _part_of(sight, value, got))):
            shown = "not recorded" if got is None else _value_text(got)
            yield Mismatch(
                f"fact {fact}", _value_text(value), shown, (), _place(sight, "facts", fact), (fact,)
            )
    if sight.exhaustive:
        for fact in sorted(recorded.keys() - expected.keys()):
            got_text = f"also {fact}: {_value_text(recorded[fact])}"
            yield Mismatch("facts", _value_text(expected), got_text, (), _place(sight, "facts", fact))


def _part_of(sight: Sight, value: dict[str, Any], got: Any) -> bool:
    """Whether the points named have these values; the other points do not matter unless it is exhaustive."""
    return isinstance(got, dict) and not sight.exhaustive and value.items() <= got.items()


def _as_written(value: Any) -> Any:
    if hasattr(value, "items"):
        return {point: _as_written(each) for point, each in value.items()}
    return value.isoformat() if isinstance(value, date) else plain(value)


def _value_text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value_text(each)}" for key, each in value.items())
    return ", ".join(map(str, value)) or NONE if isinstance(value, list) else str(value)


def _letters(sight: Sight, expected: Any) -> Iterator[Mismatch]:
    due = {letter.id: letter for letter in sight.view.letters_due}
    others = tuple(f"due: {letter.id}, {letter.because}" for letter in due.values()) or ("no letter is due",)
    for place, letter in _missing(expected, due):
        yield Mismatch(f"letter {letter}", "due", "not due", others, _place(sight, "letters", letter), place)
    for letter in _surplus(sight, expected, due):
        why = (f"{letter}: {due[letter].because}",)
        yield Mismatch("letters", _listed(expected), f"also {letter}", why, _place(sight, "letters", letter))


# --- Limits ----------------------------------------------------------------------------------------------------


def _due(sight: Sight, expected: dict[str, str]) -> Iterator[Mismatch]:
    limits = sight.view.limits
    for limit, wanted in own(expected).items():
        got = limits[limit].due_text
        if got != wanted:
            why, place = ledger_lines(sight.view, limit), _place(sight, "limits", limit)
            yield Mismatch(f"due {limit}", due_in_words(wanted), due_in_words(got), why, place, (limit,))
    if sight.exhaustive:
        for limit, reading in limits.items():
            if reading.is_open and limit not in expected:
                got = f"also {limit}, due {due_in_words(reading.due_text)}"
                why, place = ledger_lines(sight.view, limit), _place(sight, "limits", limit)
                yield Mismatch("due", ", ".join(expected), got, why, place)


def due_in_words(text: str) -> str:
    """An expected due date for people: a date with its weekday."""
    return day_text(date.fromisoformat(text)) if text[:1].isdigit() else text


def _by_status(
    word: str, counts: Callable[[LimitReading], bool], sight: Sight, expected: Any
) -> Iterator[Mismatch]:
    limits = sight.view.limits
    found = {limit for limit, reading in limits.items() if counts(reading)}
    for place, limit in _missing(expected, found):
        yield Mismatch(
            f"{word} {limit}", word, limits[limit].text, ledger_lines(sight.view, limit), _place(sight, "limits", limit), place,
        )  # fmt: skip
    for limit in _surplus(sight, expected, found):
        got = f"also {limit}: {limits[limit].text}"
        yield Mismatch(
            word, _listed(expected), got, ledger_lines(sight.view, limit), _place(sight, "limits", limit)
        )


def _ledger(sight: Sight, expected: dict[str, Any]) -> Iterator[Mismatch]:
    for limit, texts in own(expected).items():
        lines = ledger_lines(sight.view, limit)
        written = _on_one_line("\n".join(lines))
        for place, text in enumerate(as_texts(texts)):
            if _on_one_line(text) not in written:
                path = (limit,) if isinstance(texts, str) else (limit, place)
                yield Mismatch(
                    f"ledger {limit}",
                    f'"{text}" in it',
                    "not in it",
                    lines,
                    _place(sight, "limits", limit),
                    path,
                )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


# --- What time could not do, and what no longer fits -----------------------------------------------------------


def _notices(sight: Sight, expected: Any) -> Iterator[Mismatch]:
    as_of = sight.view.as_of.toordinal()
    # An escalation that stands although late is known of the case, not of a reading.
    standing = (notice for notice in sight.case.notices if notice.kind == "stands" and notice.day <= as_of)
    return _texts("notice", [notice.text for notice in (*sight.view.notices, *standing)], sight, expected)


def _conflicts(sight: Sight, expected: Any) -> Iterator[Mismatch]:
    conflicts = sight.case.conflicts
    texts = [f"{each.event.name} on {each.event.on}: {each.reason}" for each in conflicts]
    return _texts("conflict", texts, sight, expected)


def _texts(word: str, found: list[str], sight: Sight, expected: Any) -> Iterator[Mismatch]:
    wanted = as_texts(expected)
    for place, text in enumerate(wanted):
        if not any(text in each for each in found):
            path = () if isinstance(expected, str) else (place,)
            yield Mismatch(word, f'one that says "{text}"', "; ".join(found) or NONE, (), None, path)
    if sight.exhaustive or not wanted:
        for each in found:
            if not any(text in each for text in wanted):
                yield Mismatch(f"{word}s", _listed(expected), f"also: {each}", (), None)


EXPECTATIONS: dict[str, Callable[[Sight, Any], Iterator[Mismatch]]] = {
    "stage": _stage,
    "facts": _facts,
    "due": _due,
    "overdue": partial(_by_status, "overdue", lambda reading: reading.status == "overdue"),
    "met": partial(_by_status, "met", lambda reading: reading.status in ("met", "met_late")),
    "running": partial(_by_status, "running", lambda reading: reading.status == "running"),
    "paused": partial(_by_status, "paused", lambda reading: reading.status == "paused"),
    "lapsed": partial(_by_status, "lapsed", lambda reading: reading.status == "lapsed"),
    "extended": partial(_by_status, "extended", lambda reading: reading.extended),
    "letters": _letters,
    "by_rule": _by_rule,
    "allowed": _allowed,
    "ended": _ended,
    "ledger": _ledger,
    "notices": _notices,
    "conflicts": _conflicts,
}


# --- Reasons and places ----------------------------------------------------------------------------------------


def _missing(expected: Any, found: Collection[str]) -> Iterator[tuple[tuple[int, ...], str]]:
    """The names expected and not found, each with its place in the list."""
    for place, name in enumerate(as_texts(expected)):
        if name not in found:
            yield (() if isinstance(expected, str) else (place,)), name


def _surplus(sight: Sight, expected: Any, found: Iterable[str]) -> list[str]:
    """The names found and not expected, if that matters."""
    return sorted(set(found).difference(as_texts(expected))) if sight.exhaustive or not expected else []


def _listed(expected: Any) -> str:
    return ", ".join(as_texts(expected)) or NONE


def _place(sight: Sight, group: str, name: str) -> Place | None:
    return sight.policy.place(group, name) if name in sight.policy.source.data.get(group, NOTHING) else None


def ledger_lines(view: View, limit: str) -> tuple[str, ...]:
    """The ledger of a limit's latest run, or why there is none."""
    try:
        return tuple(str(view.explain(limit)).split("\n"))
    except EngineError as reason:
        return (str(reason),)


def _way_here(sight: Sight) -> tuple[str, ...]:
    """How the case came to its stage, then the rules considered for the last event."""
    moves = [f"{move.stage} since {day_text(move.on)}, by {move.rule}" for move in sight.view.path]
    return (*(moves or ["the case has not left opening"]), *_rules_considered(sight))


def _rules_considered(sight: Sight) -> tuple[str, ...]:
    if sight.last is None:
        return ()
    before, event = sight.last
    why = before.at(event.on).why_not(event.name, by=event.by, data=event.data, at=event.at)
    return (f"the last event: {event.name} on {day_text(event.on)}", *considered_lines(why))


def _last_move_place(sight: Sight) -> Place | None:
    path = sight.view.path
    # A migration that puts a case into another stage is no rule of the policy.
    return sight.policy.rule_place(path[-1].rule) if path and "." in path[-1].rule else None


def considered_lines(why: WhyNot) -> tuple[str, ...]:
    """Why an event is or is not accepted, a line for each rule and each of its parts."""
    return tuple(str(why).split("\n"))


def considered_place(why: WhyNot) -> Place | None:
    """Where the policy writes the first rule considered."""
    return next((each.place for each in why.considered), None)
