"""What a line means where the session stands: an order, an event, a day, or the answer to what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.documents import likely
from engine.documents.words import shortened
from engine.errors import EngineError
from engine.stepping.days import day_or_none
from engine.stepping.entering import asked_on, event_line, events_of, filled_in, numbered
from engine.stepping.naming import NotUnderstood, candidates, listed, picked, spelt
from engine.stepping.orders import LOOKING, ORDERS, gone_to, order_in
from engine.stepping.page import filled, folded, page
from engine.stepping.questions import ask_prompt, is_yes, next_ask, number_in, put, question_lines
from engine.stepping.session import Form, Saving, Scene, Session
from engine.stepping.standing import in_a_line, standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.cases import Case
    from engine.stepping.questions import Ask
    from engine.stepping.session import Reply

LONGEST_LINE = 500


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
    return ORDERS["quit"].does(replace(session, saving=None), "")


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
    return tuple(sorted({*ORDERS, *events_of(view), *view.limits, *view.policy.facts, *view.policy.letters}))


# --- What a line means ------------------------------------------------------------------------------------------


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


def _ordered(session: Session, text: str) -> Reply:
    """A line where nothing particular is asked."""
    if not text:
        return session, page(filled(in_a_line(session.scene.view)))
    if text.startswith("#"):
        return session, ""
    rest = text.partition(" ")[2]
    if order_in(text) in ORDERS:
        return ORDERS[order_in(text)].does(session, rest.strip())
    day = day_or_none(text, session.scene.view)
    if day is not None:
        return gone_to(session, day)
    return _event_or_abbreviation(session, text)


def _event_or_abbreviation(session: Session, text: str) -> Reply:
    name, given = event_line(session, text)
    number = number_in(name)
    if number is not None:
        return filled_in(session, Form(numbered(session, number), given))
    events = events_of(session.scene.view)
    begins = [order for order in ORDERS if order.startswith(text.partition(" ")[0].casefold())]
    found = candidates(name, events)
    if begins and (spelt(name) not in events) and not any(spelt(each) == spelt(name) for each in found):
        if len(begins) == 1 and not _begin_so(name, found):
            return ORDERS[begins[0]].does(session, text.partition(" ")[2].strip())
        raise NotUnderstood(f'"{shortened(name)}" may be {listed([*begins, *found])}: write more of it')
    if not found and not begins:
        _raise_unknown(name, events)
    return filled_in(session, Form(picked("event", name, events), given))


def _begin_so(name: str, found: list[str]) -> bool:
    """Whether an event begins like what was typed, and not only has such a word in it."""
    return any(event.startswith(spelt(name)) for event in found)


def _raise_unknown(name: str, events: Mapping[str, str | None]) -> None:
    """Neither an event nor an order: say which was likely meant."""
    meant = likely(spelt(name), [*events, *ORDERS])
    hint = f'did you mean "{meant}"?' if meant else "allowed lists what may happen next, help the orders"
    raise NotUnderstood(f'there is no event and no order "{shortened(name)}"; {hint}')


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
        if order_in(text) not in ORDERS:
            raise
        return _ordered_meanwhile(session, ask, text)
    return asked_on(answered)


def _ordered_meanwhile(session: Session, ask: Ask, text: str) -> Reply:
    """An order where an answer is awaited: one that only looks leaves the question open, any other gives it up."""
    assert session.form is not None
    order, rest = order_in(text), text.partition(" ")[2].strip()
    if order in LOOKING:
        session, said = ORDERS[order].does(session, rest)
        return session, page([said, ""], question_lines(ask))
    session, said = ORDERS[order].does(replace(session, form=None), rest)
    return session, page(filled("The question is given up; nothing was recorded."), [said] if said else ())
