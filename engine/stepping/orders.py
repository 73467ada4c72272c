"""The orders that can be typed, as a table: what each does in a session, how it is typed, and its line of help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from engine.calendars import day_text
from engine.documents.words import shortened
from engine.stepping.choices import next_lines_in_full
from engine.stepping.days import day_from, day_or_none
from engine.stepping.entering import event_line, events_of, judged, numbered, record, sent
from engine.stepping.naming import NotUnderstood, listed, picked
from engine.stepping.page import filled, folded, page, rows
from engine.stepping.questions import BY, ON, number_in, said_with
from engine.stepping.session import Look, Saving, Scene, tried
from engine.stepping.standing import (
    allowed_then,
    fact_lines,
    facts_then,
    letter_lines,
    letters_then,
    limit_lines,
    limit_then,
    limits_then,
    log_lines,
    only_stage_then,
    passed_lines,
    stage_then,
    standing,
    told_after,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from typing import Any

    from engine.cases import View
    from engine.stepping.session import Reply, Session

MOST_TIMES = 1000
SCENARIO_FILES = (".yaml", ".yml")


# --- Days, and there and back -----------------------------------------------------------------------------------


def _day(session: Session, rest: str) -> Reply:
    if not rest:
        return session, page(filled(f"It is {day_text(session.scene.day)}. day DATE goes on to another."))
    view = session.scene.view
    # `day after stage_1` is itself the name of a day.
    day = day_or_none(f"day {rest}", view)
    return gone_to(session, day if day is not None else day_from(rest, view))


def gone_on(session: Session, day: date) -> Session:
    """The session on another day, nothing recorded."""
    scene = session.scene
    return session.onward(Scene(scene.case, day, f"the day moved to {day_text(day)}"))


def gone_to(session: Session, day: date) -> Reply:
    """Another day, nothing recorded: what time did meanwhile."""
    scene = session.scene
    last = scene.case.last_day
    if last is not None and day < last:
        raise NotUnderstood(
            f"{day_text(day)} lies before the last entry, of {day_text(last)}: undo takes that back, and an event "
            f"can be given an earlier date"
        )
    if day == scene.day:
        return session, page(filled(f"It is {day_text(day)} already."))
    after = gone_on(session, day)
    view = after.scene.view
    passed = passed_lines(scene.case, scene.view, view) if day > scene.day else ()
    return after, page(told_after(passed, view))


def _times(rest: str) -> int:
    if not rest:
        return 1
    number = number_in(rest)
    if number is None or not 1 <= number <= MOST_TIMES:
        raise NotUnderstood(f'"{shortened(rest)}" is not a number of steps: write one from 1 up, or nothing')
    return number


def _undo(session: Session, rest: str) -> Reply:
    times = min(_times(rest), session.place)
    if not times:
        return session, "There is nothing to undo."
    undone = [scene.title for scene in session.story[session.place - times + 1 :]][::-1]
    back = replace(session, place=session.place - times)
    return back, page(filled(f"Undone: {'; '.join(undone)}."), [""], standing(back.scene.view))


def _redo(session: Session, rest: str) -> Reply:
    times = min(_times(rest), len(session.scenes) - 1 - session.place)
    if not times:
        return session, "There is nothing to do again."
    done = [scene.title for scene in session.scenes[session.place + 1 : session.place + 1 + times]]
    forth = replace(session, place=session.place + times)
    return forth, page(filled(f"Done again: {'; '.join(done)}."), [""], standing(forth.scene.view))


# --- Looking ----------------------------------------------------------------------------------------------------


def _looking(
    lines: Callable[[View], Iterator[str]], then: Callable[[View], Mapping[str, Any]]
) -> Callable[[Session, str], Reply]:
    """An order that shows something, and keeps what was seen for the scenario."""

    def look(session: Session, rest: str) -> Reply:
        view = session.scene.view
        seen = then(view)
        kept = session.noted(Look(view.as_of, seen)) if seen else session
        return kept, page(lines(view))

    return look


def _log(session: Session, rest: str) -> Reply:
    scene = session.scene
    return session, page(log_lines(scene.case, scene.view))


def _why(session: Session, rest: str) -> Reply:
    """`why LIMIT`, `why not EVENT`."""
    first, _, event = rest.partition(" ")
    if first.casefold() == "not":
        return _why_not(session, event.strip())
    view = session.scene.view
    if not rest:
        running = [reading.id for reading in view.cycles if reading.is_open]
        raise NotUnderstood(f"write why LIMIT or why not EVENT; limits that run: {listed(running) or 'none'}")
    limit = picked("limit", rest, dict.fromkeys(view.limits))
    explained = page(folded(str(view.explain(limit))))
    return session.noted(Look(view.as_of, limit_then(view, limit))), explained


def _why_not(session: Session, rest: str) -> Reply:
    """Every rule considered for an event; where it needs something, with that as an example."""
    if not rest:
        raise NotUnderstood("write why not EVENT, such as: why not complaint_received")
    name, given = event_line(session, rest)
    number, view = number_in(name), session.scene.view
    event = numbered(session, number) if number is not None else picked("event", name, events_of(view))
    view = session.scene.case.at(given.get(ON, view.as_of))
    why, asked = judged(session, view, event, given.get(BY))
    example = filled(f"Tried with an example: {said_with(asked)}.") if asked.data else ()
    noted = session.noted(Look(view.as_of, only_stage_then(view))) if why.accepted else tried(session, asked)
    return noted, page(folded(str(why)), example)


# --- Saving, leaving, help --------------------------------------------------------------------------------------


def _save(session: Session, rest: str) -> Reply:
    if not any(scene.deeds for scene in session.story):
        return session, "Nothing has happened yet, so there is nothing to save."
    file = rest.strip("\"'")
    if not file.endswith(SCENARIO_FILES):
        meant = file.removesuffix(".scenarios") or "story"
        raise NotUnderstood(f"a scenario file is called something like {shortened(meant)}.scenarios.yaml")
    return replace(session, saving=Saving(file)), ""


def _quit(session: Session, rest: str) -> Reply:
    if session.is_kept:
        return replace(session, finished=True), ""
    return replace(session, leaving=True), "What was done is not saved; save FILE keeps it as a scenario."


def _help(session: Session, rest: str) -> Reply:
    return session, page(
        ["Type the number or the name of an event, or its beginning; or a day to go on to."],
        rows([(order.usage, order.help) for order in ORDERS.values()]),
        filled(
            "An event may be followed by `on DAY` and `by ROLE`: 2 on +5 working days by advocate. Its number stays its "
            "own for as long as the case is in the stage. "
            "At a question, Enter takes what is offered, ? repeats it, cancel (or Ctrl-C) gives it up."
        ),
        filled(
            "Days: 2026-05-18; 18 May; today; Monday; +3 (calendar days); +5 working days; +2 weeks; "
            "due stage_1; day after stage_1; 2 working days before stage_1."
        ),
    )


# --- The table --------------------------------------------------------------------------------------------------


class Order(NamedTuple):
    """One order: what it does, how it is typed, and its line of help."""

    does: Callable[[Session, str], Reply]
    usage: str
    help: str


ORDERS: dict[str, Order] = {
    "show": Order(
        _looking(standing, stage_then), "show", "where the case stands; an empty line says it in a line"
    ),
    "day": Order(_day, "day DAY", "go on to another day; what time does by itself is told"),
    "record": Order(record, "record FACT VALUE", "put a fact on record without an event"),
    "sent": Order(sent, "sent LETTER", "record that a letter was sent"),
    "undo": Order(_undo, "undo [N]", "take back the last step, or the last N"),
    "redo": Order(_redo, "redo [N]", "do again what was undone"),
    "why": Order(_why, "why LIMIT", "how its due date came about; why not EVENT: the rules considered"),
    "allowed": Order(
        _looking(next_lines_in_full, allowed_then),
        "allowed",
        "all that may happen next: by whom, with what, on what it depends",
    ),
    "limits": Order(
        _looking(limit_lines, limits_then), "limits", "every limit, also those over or not started"
    ),
    "letters": Order(_looking(letter_lines, letters_then), "letters", "the letters owed and sent"),
    "facts": Order(_looking(fact_lines, facts_then), "facts", "what is on record"),
    "log": Order(_log, "log", "all that happened"),
    "save": Order(_save, "save FILE", "write it down as a scenario; never over a file without asking"),
    "help": Order(_help, "help", "this list"),
    "quit": Order(_quit, "quit", "leave; Ctrl-D leaves at once"),
}
_ALIASES = {"?": "help", "exit": "quit", "bye": "quit", "q": "quit"}
# What can be asked while a question is open.
LOOKING = frozenset({"show", "why", "allowed", "limits", "letters", "facts", "log", "help"})


def order_in(text: str) -> str:
    """The word that a line begins with, as an order is called."""
    first = text.partition(" ")[0].casefold()
    return _ALIASES.get(first, first)
