"""What a line means: an order, an event by number or name, a day to go to, or the answer to what is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from engine.calendars import day_text
from engine.cases import BUILT_IN as BUILT_IN_EVENTS
from engine.cases import Event, EventRefused
from engine.cases.events import FACT_RECORDED, LETTER_SENT
from engine.documents import likely
from engine.documents.words import shortened
from engine.errors import EngineError
from engine.probing.answers import Answers
from engine.probing.telling import Scene as Told
from engine.probing.telling import event_steps
from engine.stepping.days import day_from, day_or_none
from engine.stepping.naming import NotUnderstood, candidates, listed, picked, spelt
from engine.stepping.page import filled, folded, page, rows
from engine.stepping.questions import (
    BUILT_IN,
    BY,
    ON,
    Ask,
    ask_prompt,
    event_of,
    is_yes,
    next_ask,
    number_in,
    put,
    question_lines,
    said_with,
)
from engine.stepping.session import Form, Look, Saving, Scene, Session, recorded, refused_in
from engine.stepping.standing import (
    allowed_then,
    changed_lines,
    fact_lines,
    facts_then,
    letter_lines,
    letters_then,
    limit_lines,
    limits_then,
    log_lines,
    next_lines_with_names,
    passed_lines,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from typing import Any

    from engine.cases import Case, View, WhyNot

LONGEST_LINE = 500
MOST_TIMES = 1000
SCENARIO_FILES = (".yaml", ".yml")
Reply = tuple[Session, str]

_ON = re.compile(r"(.*?)\s+on\s+(.+)", re.IGNORECASE)
_BY = re.compile(r"(.*?)\s+by\s+(\S+)", re.IGNORECASE)


# --- A session from beginning to end ----------------------------------------------------------------------------


def begun(case: Case, day: date) -> Session:
    """A session in which nothing was done yet, of a case with no entries, on a day."""
    return Session((Scene(case, day, "the beginning"),))


def greeting(session: Session) -> str:
    """What is said first: which policy it is, and where the case stands."""
    policy = session.policy
    return page(
        filled(policy.title),
        filled(f"{policy.id}, in force from {day_text(policy.in_force_from)}"),
        ["help lists what can be typed; quit leaves.", ""],
        standing(session.scene.view),
    )


def prompt(session: Session) -> str:
    """The line that says what is asked now."""
    if session.leaving:
        return "Leave without saving? yes or no: "
    if session.over is not None:
        return "Write over it? yes or no: "
    if session.form is not None:
        ask = next_ask(session)
        return ask_prompt(ask) if ask is not None else ""
    return f"{day_text(session.scene.day)}, {session.scene.view.stage}. Number, name or help: "


def answer(session: Session, line: str) -> Reply:
    """The session after a line was typed, and what is said. Any line may come; none is ever an error."""
    session = replace(session, saving=None)
    text = _cleaned(line)
    try:
        return _answered(session, text)
    except NotUnderstood as wrong:
        hint = "" if session.form is None else " (cancel leaves the question)"
        counted = replace(session, misunderstood=session.misunderstood + 1)
        return counted, page(filled(f"{wrong}{hint}"))
    except EngineError as wrong:
        return session, page(folded(str(wrong)))


def interrupted(session: Session) -> Reply:
    """The session after Ctrl-C: a question is given up; where none is asked, it leaves as `quit` does."""
    if session.leaving:
        return replace(session, leaving=False, finished=True), ""
    if session.form is not None or session.over is not None:
        return replace(session, form=None, over=None, saving=None), "Cancelled; nothing was recorded."
    return _quit(replace(session, saving=None), "")


def exists(session: Session) -> Reply:
    """The session once the caller found that the file to be saved is there already: it asks."""
    assert session.saving is not None
    file = session.saving.file
    return replace(session, saving=None, over=file), page(filled(f"{file} is there already."))


def saved(session: Session, said: str) -> Reply:
    """The session once the caller has saved it, or could not; and what is said."""
    return replace(session, saving=None, kept=session.story), page(filled(said))


def completions(session: Session) -> tuple[str, ...]:
    """The words that can be typed now, sorted."""
    if session.form is not None:
        ask = next_ask(session)
        return tuple(sorted([*(ask.choices if ask is not None else ()), "cancel"]))
    view = session.scene.view
    return tuple(sorted({*ORDERS, *_events(view), *view.limits, *view.policy.facts, *view.policy.letters}))


def _cleaned(line: str) -> str:
    """The line without what cannot be seen, cut where nobody types further."""
    return "".join(sign if sign.isprintable() else " " for sign in line[:LONGEST_LINE]).strip()


def _answered(session: Session, text: str) -> Reply:
    if session.leaving:
        return _leaving(session, text)
    if session.over is not None:
        return _writing_over(session, text)
    if session.form is not None:
        return _form_answered(session, text)
    return _ordered(session, text)


def _leaving(session: Session, text: str) -> Reply:
    if is_yes(text) or text.casefold() in ("quit", "q", "exit"):
        return replace(session, leaving=False, finished=True), ""
    return replace(session, leaving=False), "The session goes on. save FILE keeps it."


def _writing_over(session: Session, text: str) -> Reply:
    file = session.over or ""
    if is_yes(text):
        return replace(session, over=None, saving=Saving(file, over=True)), ""
    return replace(session, over=None), page(
        filled(f"{file} was left as it is; save FILE takes another name.")
    )


# --- Orders and events ------------------------------------------------------------------------------------------


def _ordered(session: Session, text: str) -> Reply:
    """A line where nothing particular is asked."""
    if not text:
        return session, page(standing(session.scene.view))
    if text.startswith("#"):
        return session, ""
    rest = text.partition(" ")[2]
    if _order_in(text) in ORDERS:
        return ORDERS[_order_in(text)].does(session, rest.strip())
    day = day_or_none(text, session.scene.view)
    if day is not None:
        return _gone_to(session, day)
    return _event_or_abbreviation(session, text)


def _event_or_abbreviation(session: Session, text: str) -> Reply:
    name, given = _event_line(session, text)
    number = number_in(name)
    if number is not None:
        return _filled_in(session, Form(_numbered(session, number), given))
    events = _events(session.scene.view)
    begins = [order for order in ORDERS if order.startswith(text.partition(" ")[0].casefold())]
    found = candidates(name, events)
    if begins and (spelt(name) not in events) and not any(spelt(each) == spelt(name) for each in found):
        if len(begins) == 1 and not _begin_so(name, found):
            return ORDERS[begins[0]].does(session, text.partition(" ")[2].strip())
        raise NotUnderstood(f'"{shortened(name)}" may be {listed([*begins, *found])}: write more of it')
    if not found and not begins:
        _raise_unknown(name, events)
    return _filled_in(session, Form(picked("event", name, events), given))


def _begin_so(name: str, found: list[str]) -> bool:
    """Whether an event begins like what was typed, and not only has such a word in it."""
    return any(event.startswith(spelt(name)) for event in found)


def _raise_unknown(name: str, events: Mapping[str, str | None]) -> None:
    """Neither an event nor an order: say which was likely meant."""
    meant = likely(spelt(name), [*events, *ORDERS])
    hint = f'did you mean "{meant}"?' if meant else "allowed lists what may happen next, help the orders"
    raise NotUnderstood(f'there is no event and no order "{shortened(name)}"; {hint}')


def _events(view: View) -> dict[str, str | None]:
    """The events that can be recorded, those of every case among them, with their titles."""
    return {**{event.id: event.about.title for event in view.policy.events.values()}, **BUILT_IN}


def _numbered(session: Session, number: int) -> str:
    allowed = session.scene.view.allowed()
    if not 1 <= number <= len(allowed):
        known = f"there are 1 to {len(allowed)}" if allowed else "nothing may happen next"
        raise NotUnderstood(f"there is no number {number}: {known}")
    return allowed[number - 1].event


def _event_line(session: Session, text: str) -> tuple[str, dict[tuple[str, ...], Any]]:
    """An event as typed, with `on DATE` and `by ROLE` after it if they are said, in any order."""
    view = session.scene.view
    given: dict[tuple[str, ...], Any] = {}
    for _ in range(2):
        if (by := _BY.fullmatch(text)) and BY not in given:
            titles = {role.id: role.about.title for role in view.policy.people.values()}
            text, given[BY] = by[1], picked("role", by[2], titles)
        elif (on := _ON.fullmatch(text)) and ON not in given:
            text, given[ON] = on[1], day_from(on[2], view)
    return text, given


# --- An event asked for -----------------------------------------------------------------------------------------


def _form_answered(session: Session, text: str) -> Reply:
    if text.casefold() == "cancel":
        return interrupted(session)
    ask = next_ask(session)
    assert ask is not None
    assert session.form is not None
    if text == "?":
        return session, page(question_lines(ask))
    if not text and not ask.has_default:
        raise NotUnderstood(f"an answer is needed: {ask.question}")
    if text.casefold() in ORDERS and text not in ask.choices:
        return _ordered_meanwhile(session, ask, text)
    try:
        answered = put(session, ask, text)
    except NotUnderstood:
        if _order_in(text) not in ORDERS:
            raise
        return _ordered_meanwhile(session, ask, text)
    return _asked_on(answered)


def _order_in(text: str) -> str:
    """The word that a line begins with, as an order is called."""
    first = text.partition(" ")[0].casefold()
    return _ALIASES.get(first, first)


def _ordered_meanwhile(session: Session, ask: Ask, text: str) -> Reply:
    """An order where an answer is awaited: one that only looks leaves the question open, any other gives it up."""
    assert session.form is not None
    order, rest = _order_in(text), text.partition(" ")[2].strip()
    if order in _LOOKING:
        session, said = ORDERS[order].does(session, rest)
        return session, page([said, ""], question_lines(ask))
    session, said = ORDERS[order].does(replace(session, form=None), rest)
    return session, page(filled("The question is given up; nothing was recorded."), [said] if said else ())


def _filled_in(session: Session, form: Form) -> Reply:
    """The event is asked for."""
    view = session.scene.view
    title = _events(view).get(form.event)
    session, text = _asked_on(replace(session, form=form))
    name = f"{form.event} ({title})" if title else form.event
    # Once it is recorded or refused, that is said in full.
    return session, page(filled(f"{name}."), [text] if text else ()) if session.form is not None else text


def _asked_on(session: Session) -> Reply:
    """The next question; or the event recorded, once there is none."""
    ask = next_ask(session)
    if ask is not None:
        return session, page(question_lines(ask))
    assert session.form is not None
    return _record_it(session, event_of(session.form))


def _record_it(session: Session, event: Event) -> Reply:
    """The event recorded, and what it changed; or why it was refused."""
    before = session.scene
    if event.name == FACT_RECORDED and not event.data:
        return replace(session, form=None), "It stays as it is; nothing was recorded."
    try:
        after = recorded(session, event)
    except EventRefused as refused:
        why = page(
            folded(str(refused.why)), filled(f"Nothing changed. It was tried on {day_text(event.on)}.")
        )
        return refused_in(session, refused), why
    view = after.scene.view
    passed = passed_lines(before.case, before.view, before.case.at(event.on)) if event.on > before.day else ()
    changed = changed_lines(before.case, after.scene.case, event, view)
    return after, page(passed, changed, [""], standing(view))


def _record(session: Session, rest: str) -> Reply:
    """`record`, `record FACT`, `record FACT VALUE`."""
    facts = {fact.id: fact.ask for fact in session.policy.facts.values()}
    if not facts:
        return session, "This procedure asks for no facts."
    text, given = _event_line(session, f"record {rest}") if rest else ("", {})
    rest = text.partition(" ")[2].replace("=", " ", 1).strip()
    given = {ON: session.scene.day, **given}
    if not rest:
        return _asked_on(replace(session, form=Form(FACT_RECORDED, given)))
    typed, _, value = rest.partition(" ")
    fact = picked("fact", typed, dict.fromkeys(facts))
    session = replace(session, form=Form(FACT_RECORDED, given, (fact,)))
    ask = next_ask(session)
    if not value or ask is None or ask.key != ("data", fact):
        return _asked_on(session)
    try:
        return _asked_on(put(session, ask, value.strip()))
    except NotUnderstood as wrong:
        text = page(filled(str(wrong)), question_lines(ask))
        return replace(session, misunderstood=session.misunderstood + 1), text


def _sent(session: Session, rest: str) -> Reply:
    """`sent LETTER`."""
    letters = {letter.id: letter.about.title for letter in session.policy.letters.values()}
    if not letters:
        return session, "This procedure has no letters."
    text, given = _event_line(session, f"sent {rest}") if rest else ("", {})
    typed = text.partition(" ")[2].strip()
    given = {ON: session.scene.day, **given}
    if typed:
        given["data", "letter"] = picked("letter", typed, letters)
    return _asked_on(replace(session, form=Form(LETTER_SENT, given)))


# --- Days, and there and back -----------------------------------------------------------------------------------


def _day(session: Session, rest: str) -> Reply:
    if not rest:
        return session, page(filled(f"It is {day_text(session.scene.day)}. day DATE goes on to another."))
    view = session.scene.view
    # `day after stage_1` is itself the name of a day.
    day = day_or_none(f"day {rest}", view)
    return _gone_to(session, day if day is not None else day_from(rest, view))


def gone_on(session: Session, day: date) -> Session:
    """The session on another day, nothing recorded."""
    scene = session.scene
    return session.onward(Scene(scene.case, day, f"the day moved to {day_text(day)}"))


def _gone_to(session: Session, day: date) -> Reply:
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
    return after, page(passed, [""] if passed else (), standing(view))


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


def _show(session: Session, rest: str) -> Reply:
    return session, page(standing(session.scene.view))


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
    return session, page(folded(str(view.explain(limit))))


def _why_not(session: Session, rest: str) -> Reply:
    """Every rule considered for an event; where it needs something, with that as an example."""
    if not rest:
        raise NotUnderstood("write why not EVENT, such as: why not complaint_received")
    name, given = _event_line(session, rest)
    number, view = number_in(name), session.scene.view
    event = _numbered(session, number) if number is not None else picked("event", name, _events(view))
    view = session.scene.case.at(given.get(ON, view.as_of))
    why, brought = _judged(session, view, event, given.get(BY))
    example = filled(f"Tried with an example: {brought}.") if brought else ()
    return session, page(folded(str(why)), example)


def _judged(session: Session, view: View, event: str, by: str | None) -> tuple[WhyNot, str]:
    """Whether an event would be accepted; where data are missing, with an example of them, which is told."""
    why = view.why_not(event, by=by)
    if why.kind != "missing_data" or event in BUILT_IN_EVENTS:
        return why, ""
    step = event_steps(Told(session.scene.case, view.as_of), event, Answers({}))[-1]
    return view.why_not(event, by=by, data=step.data), said_with(Event(event, on=view.as_of, data=step.data))


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
            "An event may be followed by `on DAY` and `by ROLE`: 2 on +5 working days by advocate. "
            "At a question, Enter takes what is offered, ? repeats it, cancel (or Ctrl-C) gives it up."
        ),
        filled(
            "Days: 2026-05-18; 18 May; today; Monday; +3 (calendar days); +5 working days; +2 weeks; "
            "due stage_1; day after stage_1; 2 working days before stage_1."
        ),
    )


class Order(NamedTuple):
    """One order: what it does, how it is typed, and its line of help."""

    does: Callable[[Session, str], Reply]
    usage: str
    help: str


ORDERS: dict[str, Order] = {
    "show": Order(_show, "show", "where the case stands; so does an empty line"),
    "day": Order(_day, "day DAY", "go on to another day; what time does by itself is told"),
    "record": Order(_record, "record FACT VALUE", "put a fact on record without an event"),
    "sent": Order(_sent, "sent LETTER", "record that a letter was sent"),
    "undo": Order(_undo, "undo [N]", "take back the last step, or the last N"),
    "redo": Order(_redo, "redo [N]", "do again what was undone"),
    "why": Order(_why, "why LIMIT", "how its due date came about; why not EVENT: the rules considered"),
    "allowed": Order(
        _looking(next_lines_with_names, allowed_then),
        "allowed",
        "what may happen next, with the names of the events",
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
_LOOKING = frozenset({"show", "why", "allowed", "limits", "letters", "facts", "log", "help"})
