"""What has to be said of an event before it is recorded: one question after the other, and the reading of answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.cases import Event
from engine.cases.events import FACT_RECORDED, LETTER_SENT, POINT_ADDED, POINT_REMOVED, plain
from engine.documents.words import shortened
from engine.errors import EngineError
from engine.probing.answers import Answers
from engine.probing.telling import Scene as Told
from engine.probing.telling import event_steps
from engine.stepping.days import day_and_time, day_from
from engine.stepping.naming import NotUnderstood, listed, picked
from engine.stepping.page import filled, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.cases import View
    from engine.policy.model import EventType, Fact, Need
    from engine.stepping.session import Form, Session

ON, BY = ("on",), ("by",)
# What may be recorded in a session beside the events of the policy, and what each needs.
BUILT_IN = {
    FACT_RECORDED: "Facts put on record",
    LETTER_SENT: "Letter sent",
    POINT_ADDED: "Point added to the complaint",
    POINT_REMOVED: "Point taken out of the complaint",
}
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `key` is where the answer is kept, `form` how it is read, `default` what an empty line says.

    `shown` is the default in words; without one an empty line is no answer.
    """

    key: tuple[str, ...]
    question: str
    form: str
    choices: Mapping[str, str | None]
    default: Any = _NOTHING
    shown: str = ""
    least: int = 1

    @property
    def has_default(self) -> bool:
        """Whether an empty line is an answer."""
        return self.default is not _NOTHING


def next_ask(session: Session) -> Ask | None:
    """What is still to be asked; `None` once the event is complete."""
    form = session.form
    assert form is not None
    return next((ask for ask in _asks(session, form) if ask.key not in form.given), None)


def put(session: Session, ask: Ask, line: str) -> Session:
    """The session with a question answered. Raises `NotUnderstood`."""
    form = session.form
    assert form is not None
    value = ask.default if ask.has_default and not line else _READ[ask.form](session, ask, line)
    given = {**form.given, ask.key: value}
    if ask.key == ON and isinstance(value, tuple):
        given |= {ON: value[0], ("at",): value[1]}
    return replace(session, form=replace(form, given=given))


def event_of(form: Form) -> Event:
    """The event that was asked for."""
    data: dict[str, Any] = {}
    for key, value in form.given.items():
        if key[0] != "data" or value is None:
            continue
        told = value.isoformat() if isinstance(value, date) else value
        if len(key) == 3:
            data.setdefault(key[1], {})[key[2]] = told
        else:
            data[key[1]] = told
    return Event(form.event, on=form.given[ON], by=form.given.get(BY), data=data, at=form.given.get(("at",)))


def question_lines(ask: Ask) -> list[str]:
    """A question with what may be answered, numbered; nothing if the line that asks says it all."""
    if ask.key == ON:
        return []
    numbered = [
        (str(number), _choice_text(*each)) for number, each in enumerate(ask.choices.items(), start=1)
    ]
    return [*filled(ask.question), *rows(numbered)]


def ask_prompt(ask: Ask) -> str:
    """The line that says what is asked."""
    default = f" (Enter: {ask.shown})" if ask.has_default else ""
    subject = _SUBJECTS.get(ask.key) or " of ".join(ask.key[1:])
    return f"{_SAYS[ask.form]} for {subject}{default}: "


_SUBJECTS: dict[tuple[str, ...], str] = {ON: "the event", BY: "who records it", ("fact",): "the fact"}


def _choice_text(name: str, title: str | None) -> str:
    return f"{name}: {title}" if title else name


# --- What is asked, in turn -------------------------------------------------------------------------------------


def _asks(session: Session, form: Form) -> Iterator[Ask]:
    """Every question of a form; those that rest on the day come after it is known."""
    scene = session.scene
    yield Ask(ON, "On which day?", "day", {}, scene.day, day_text(scene.day))
    view = scene.case.at(form.given[ON])
    kind = view.policy.events.get(form.event)
    if kind is None:
        yield from _ASKS_BUILT_IN[form.event](view, form)
    else:
        yield from _asks_of(session, view, kind, form)


def _asks_of(session: Session, view: View, kind: EventType, form: Form) -> Iterator[Ask]:
    policy = view.policy
    if len(kind.by) > 1:
        roles = {role: policy.people[role].about.title if role in policy.people else None for role in kind.by}
        yield Ask(BY, "Who records it?", "choice", roles, kind.by[0], kind.by[0])
    example = _example(session, view, kind)
    each_point = [need for need in kind.needs if need.kind == "fact" and policy.facts[need.name].per_point]
    if any(need.kind == "points" for need in kind.needs) or (each_point and not view.points):
        yield _points_ask(view, ("data", "points"))
    for need in kind.needs:
        if need.kind == "fact":
            yield from _fact_asks(view, policy.facts[need.name], form)
        elif need.kind != "points":
            yield _need_ask(need, example)
    yield from _channel_asks(view, kind)
    yield from _person_asks(view, kind, example)


def _example(session: Session, view: View, kind: EventType) -> Mapping[str, Any]:
    """The event with all it needs, as an example, whose texts, dates and persons are taken by an empty line."""
    try:
        steps = event_steps(Told(session.scene.case, view.as_of), kind.id, Answers({}))
    except (EngineError, OverflowError):
        return {}
    return steps[-1].data


def _points_ask(view: View, key: tuple[str, ...]) -> Ask:
    known = listed(view.points)
    question = "What are the points of the complaint? Short names, apart by commas"
    if view.points:
        return Ask(key, question, "points", {}, None, f"they stay {known}")
    return Ask(key, question, "points", {}, ["point_1"], "point_1")


def _fact_asks(view: View, fact: Fact, form: Form) -> Iterator[Ask]:
    recorded = view.facts.get(fact.id)
    decided = f" (decided by {' or '.join(fact.decided_by)})" if fact.decided_by else ""
    choices: dict[str, str | None] = dict.fromkeys(fact.answers)
    if not fact.per_point:
        stays = (None, f"it stays {_value_text(recorded)}") if recorded is not None else (_NOTHING, "")
        yield Ask(("data", fact.id), f"{fact.ask}{decided}", fact.kind, choices, *stays)
        return
    for point in form.given.get(("data", "points")) or view.points:
        known = (recorded or {}).get(point)
        stays = (None, f"it stays {_value_text(known)}") if known is not None else (_NOTHING, "")
        question = f"Point {point}: {fact.ask}{decided}"
        yield Ask(("data", fact.id, point), question, fact.kind, choices, *stays)


def _value_text(value: Any) -> str:
    return day_text(value) if isinstance(value, date) else str(value)


def _need_ask(need: Need, example: Mapping[str, Any]) -> Ask:
    shown = example.get(need.name, _NOTHING)
    if need.kind == "confirmed":
        return Ask(("data", need.name), f"Is it confirmed: {need.name}?", "confirmed", {})
    if need.kind == "date":
        question = f"Which day is it: {need.name}?"
        if shown is _NOTHING:
            return Ask(("data", need.name), question, "date", {})
        return Ask(("data", need.name), question, "date", {}, shown, day_text(date.fromisoformat(shown)))
    words = f'"{shown}"' if isinstance(shown, str) else ""
    return Ask(("data", need.name), f"In which words: {need.name}?", "text", {}, shown, words)


def _channel_asks(view: View, kind: EventType) -> Iterator[Ask]:
    """How a letter went, where that says when it is taken to have arrived."""
    presumed = [
        each for each in view.policy.events.values() if each.presumed_from == kind.id and each.channels
    ]
    if not presumed:
        return
    choices: dict[str, str | None] = {name: None for each in presumed for name in each.channels}
    must_say = any(each.after is None for each in presumed)
    left_out = (_NOTHING, "") if must_say else (None, "it is not said")
    yield Ask(("data", "channel"), "How was it sent?", "choice", choices, *left_out)


def _person_asks(view: View, kind: EventType, example: Mapping[str, Any]) -> Iterator[Ask]:
    """Who is appointed, and what the person is in the matter."""
    if kind.appoints is None:
        return
    role = view.policy.people[kind.appoints]
    title = role.about.title or role.id
    members = role.members or 1
    names = example.get("person", _NOTHING)
    who = "What is the person called? A short name" if members == 1 else (
        f"What are the {members} persons called? Short names, apart by commas"
    )  # fmt: skip
    shown = names if isinstance(names, str) else listed(list(names)) if names is not _NOTHING else ""
    yield Ask(("data", "person"), f"{title}. {who}", "people", {}, names, shown, members)
    never = f" It must never be: {', '.join(role.never)}." if role.never else ""
    question = f"{title}. What is the person in the matter? Words, apart by commas.{never}"
    yield Ask(("data", "kinds"), question, "kinds", {}, [], "nothing")


def _asks_facts(view: View, form: Form) -> Iterator[Ask]:
    facts = view.policy.facts
    if not form.facts:
        yield Ask(("fact",), "Which fact?", "choice", {fact.id: fact.ask for fact in facts.values()})
    named = form.facts or (form.given[("fact",)],)
    if any(facts[name].per_point for name in named) and not view.points:
        yield _points_ask(view, ("data", "points"))
    for name in named:
        yield from _fact_asks(view, facts[name], form)


def _asks_letter(view: View, form: Form) -> Iterator[Ask]:
    due = {letter.id: view.policy.letters[letter.id].about.title for letter in view.letters_due}
    others = {name: letter.about.title for name, letter in view.policy.letters.items() if name not in due}
    yield Ask(("data", "letter"), "Which letter? Those owed come first.", "choice", {**due, **others})


def _asks_new_point(view: View, form: Form) -> Iterator[Ask]:
    yield Ask(("data", "point"), "Which point? A short name.", "text", {})


def _asks_old_point(view: View, form: Form) -> Iterator[Ask]:
    if view.points:
        yield Ask(("data", "point"), "Which point?", "choice", dict.fromkeys(view.points))
    else:
        yield from _asks_new_point(view, form)


_ASKS_BUILT_IN: dict[str, Callable[[View, Form], Iterator[Ask]]] = {
    FACT_RECORDED: _asks_facts,
    LETTER_SENT: _asks_letter,
    POINT_ADDED: _asks_new_point,
    POINT_REMOVED: _asks_old_point,
}


# --- Answers read -----------------------------------------------------------------------------------------------


def _on(session: Session, ask: Ask, line: str) -> Any:
    return day_and_time(line, session.scene.view)


def _date(session: Session, ask: Ask, line: str) -> str:
    """A date that is said with an event, seen from the day of the event."""
    assert session.form is not None
    seen = session.scene.case.at(session.form.given[ON])
    return day_from(line, seen).isoformat()


def _choice(session: Session, ask: Ask, line: str) -> str:
    names = list(ask.choices)
    number = number_in(line)
    if number is not None and 1 <= number <= len(names):
        return names[number - 1]
    if number is not None and line not in ask.choices:
        raise NotUnderstood(f"there is no number {shortened(line)}: write 1 to {len(names)}, or the word")
    return picked("answer", line, ask.choices)


def _count(session: Session, ask: Ask, line: str) -> int:
    number = number_in(line)
    if number is None:
        raise NotUnderstood(f'"{shortened(line)}" is not a whole number from 0 up')
    return number


def _text(session: Session, ask: Ask, line: str) -> str:
    if not line:
        raise NotUnderstood("a few words are needed here")
    return line


def _confirmed(session: Session, ask: Ask, line: str) -> str:
    if is_yes(line):
        return "confirmed"
    raise NotUnderstood("it cannot be recorded unless it is confirmed: write yes, or cancel")


def _list(session: Session, ask: Ask, line: str) -> list[str]:
    names = list(dict.fromkeys(name for each in line.split(",") if (name := each.strip())))
    if not names:
        raise NotUnderstood("write short names, apart by commas, such as delay, rudeness")
    return names


def _people(session: Session, ask: Ask, line: str) -> str | list[str]:
    names = _list(session, ask, line)
    if len(names) != ask.least:
        wanted = "one name" if ask.least == 1 else f"{ask.least} different names, apart by commas"
        raise NotUnderstood(f"{wanted} must be written here, not {len(names)}")
    return names[0] if ask.least == 1 else names


_READ: dict[str, Callable[[Session, Ask, str], Any]] = {
    "day": _on,
    "date": _date,
    "choice": _choice,
    "count": _count,
    "text": _text,
    "confirmed": _confirmed,
    "points": _list,
    "people": _people,
    "kinds": _list,
}
_SAYS = {
    "day": "Day",
    "date": "Day",
    "choice": "Number or word",
    "count": "Whole number",
    "text": "Words",
    "confirmed": "yes or no",
    "points": "Names",
    "people": "Name",
    "kinds": "Words",
}


def number_in(text: str) -> int | None:
    """The whole number that a text is."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def is_yes(line: str) -> bool:
    """Whether a line says yes, in full or by its first letter."""
    return line.casefold() in ("y", "yes", "confirmed")


def said_with(event: Event) -> str:
    """What an event brought, in words, for the log."""
    return (
        "; ".join(f"{name} {_flat(value)}" for name, value in plain(event.data).items()) if event.data else ""
    )


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{point} {_flat(each)}" for point, each in value.items())
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
