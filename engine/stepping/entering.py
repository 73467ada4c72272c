"""An event as it is entered: which one was meant, what it still has to say, and what recording it does."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.cases import BUILT_IN as BUILT_IN_EVENTS
from engine.cases import Event, EventRefused
from engine.cases.events import FACT_RECORDED, LETTER_SENT
from engine.probing.answers import Answers
from engine.probing.telling import Scene as Told
from engine.probing.telling import event_steps
from engine.stepping.choices import choices, events_by_number
from engine.stepping.days import day_from
from engine.stepping.naming import NotUnderstood, picked
from engine.stepping.page import filled, folded, page
from engine.stepping.questions import BUILT_IN, BY, ON, event_of, next_ask, put, question_lines
from engine.stepping.session import Form, recorded, refused_in, tried
from engine.stepping.standing import changed_lines, passed_lines, told_after

if TYPE_CHECKING:
    from typing import Any

    from engine.cases import View, WhyNot
    from engine.stepping.session import Reply, Session

_ON = re.compile(r"(.*?)\s+on\s+(.+)", re.IGNORECASE)
_BY = re.compile(r"(.*?)\s+by\s+(\S+)", re.IGNORECASE)


# --- Which event ------------------------------------------------------------------------------------------------


def events_of(view: View) -> dict[str, str | None]:
    """The events that can be recorded, those of every case among them, with their titles."""
    return {**{event.id: event.about.title for event in view.policy.events.values()}, **BUILT_IN}


def numbered(session: Session, number: int) -> str:
    """The event of this number in the stage, from 1, also if it may not happen now. Raises `NotUnderstood`."""
    events = events_by_number(session.scene.view)
    if not 1 <= number <= len(events):
        raise NotUnderstood(f"there is no number {number} in this stage; allowed lists what may happen next")
    return events[number - 1]


def event_line(session: Session, text: str) -> tuple[str, dict[tuple[str, ...], Any]]:
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


# --- What it has to say -----------------------------------------------------------------------------------------


def filled_in(session: Session, form: Form) -> Reply:
    """The event is asked for; one that cannot happen today is explained, unless another day is given with it."""
    view = session.scene.view
    if ON not in form.given and form.event not in BUILT_IN and not _is_possible(view, form.event):
        why, event = judged(session, view, form.event, form.given.get(BY))
        if not why.accepted:
            return tried(session, event), page(folded(str(why)), _not_today(event))
    title = events_of(view).get(form.event)
    session, text = asked_on(replace(session, form=form))
    name = f"{form.event} ({title})" if title else form.event
    # Once it is recorded or refused, that is said in full.
    return session, page(filled(f"{name}."), [text] if text else ()) if session.form is not None else text


def _is_possible(view: View, event: str) -> bool:
    return any(choice.allowed.event == event for choice in choices(view))


def _not_today(event: Event) -> list[str]:
    """That nothing was recorded, and how another day is tried."""
    return filled(
        f"Nothing changed. It was tried on {day_text(event.on)}; another day can be said with it: {event.name} on +7."
    )


def judged(session: Session, view: View, event: str, by: str | None) -> tuple[WhyNot, Event]:
    """Whether an event would be accepted, and what was tried: where data are missing, with an example of them."""
    why, asked = view.why_not(event, by=by), Event(event, on=view.as_of, by=by)
    if why.kind != "missing_data" or event in BUILT_IN_EVENTS:
        return why, asked
    step = event_steps(Told(session.scene.case, view.as_of), event, Answers({}))[-1]
    return view.why_not(event, by=by, data=step.data), replace(asked, data=step.data)


def asked_on(session: Session) -> Reply:
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
    passed = (
        passed_lines(before.case, before.view, before.case.at(event.on), nothing=False)
        if event.on > before.day
        else ()
    )
    changed = changed_lines(before.case, after.scene.case, event, view)
    return after, page(told_after([*passed, *changed], view))


# --- Facts and letters by themselves ----------------------------------------------------------------------------


def record(session: Session, rest: str) -> Reply:
    """`record`, `record FACT`, `record FACT VALUE`."""
    facts = {fact.id: fact.ask for fact in session.policy.facts.values()}
    if not facts:
        return session, "This procedure asks for no facts."
    text, given = event_line(session, f"record {rest}") if rest else ("", {})
    rest = text.partition(" ")[2].replace("=", " ", 1).strip()
    given = {ON: session.scene.day, **given}
    if not rest:
        return asked_on(replace(session, form=Form(FACT_RECORDED, given)))
    typed, _, value = rest.partition(" ")
    fact = picked("fact", typed, dict.fromkeys(facts))
    session = replace(session, form=Form(FACT_RECORDED, given, (fact,)))
    ask = next_ask(session)
    if not value or ask is None or ask.key != ("data", fact):
        return asked_on(session)
    try:
        return asked_on(put(session, ask, value.strip()))
    except NotUnderstood as wrong:
        text = page(filled(str(wrong)), question_lines(ask))
        return replace(session, misunderstood=session.misunderstood + 1), text


def sent(session: Session, rest: str) -> Reply:
    """`sent LETTER`."""
    letters = {letter.id: letter.about.title for letter in session.policy.letters.values()}
    if not letters:
        return session, "This procedure has no letters."
    text, given = event_line(session, f"sent {rest}") if rest else ("", {})
    typed = text.partition(" ")[2].strip()
    given = {ON: session.scene.day, **given}
    if typed:
        given["data", "letter"] = picked("letter", typed, letters)
    return asked_on(replace(session, form=Form(LETTER_SENT, given)))
