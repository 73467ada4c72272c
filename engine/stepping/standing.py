"""What is said of a case: where it stands, what an event changed, and what time did by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.cases.timeline import timeline
from engine.stepping.choices import choices, next_lines
from engine.stepping.page import filled, rows
from engine.stepping.questions import said_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.cases import Case, LetterReading, LimitReading, View
    from engine.cases.timeline import Moment


# The lines of a small terminal, less the empty line and the one that asks.
SCREEN = 22


# --- Where the case stands --------------------------------------------------------------------------------------


def told_after(told: Iterable[str], view: View) -> list[str]:
    """What is told first, then where the case stands; that more shortly where both would not fit on a screen."""
    first = list(told)
    lines = [*first, *([""] if first else ()), *standing(view)]
    return lines if len(lines) <= SCREEN else [*first, "", *standing(view, short=True)]


def standing(view: View, *, short: bool = False) -> Iterator[str]:
    """The day, the stage and who it waits for, the limits that run, the letters owed, and what may happen next."""
    yield from stage_lines(view)
    running = [reading for reading in view.cycles if reading.is_open]
    # By whom they are owed is said by `limits`, which has more room.
    yield from _listed("Limits that run:", [(name_of(each), _how_it_stands(each)) for each in running])
    owed = [f"{letter.id}{'' if short else _by_day(letter)}" for letter in view.letters_due]
    if owed:
        yield from filled(f"Letters owed: {', '.join(owed)}.", rest="  ")
    yield from next_lines(view, short=short)


def in_a_line(view: View) -> str:
    """Where the case stands, in a line: the stage, and the limit due next or overdue for longest."""
    dated = [(reading.due, name_of(reading)) for reading in view.cycles if reading.is_open and reading.due]
    if view.ended:
        stands = f"the case has ended: {view.ended}"
    elif not dated:
        stands = "no limit with a date runs"
    else:
        due, name = min(dated)
        stands = f"{name} {'was' if due < view.as_of else 'is'} due {day_text(due)}"
    return f"Stage {view.stage}; {stands}; show tells more."


def stage_lines(view: View) -> Iterator[str]:
    """The day and the stage."""
    stage = view.stage_info
    title = f" ({stage.about.title})" if stage.about.title else ""
    waits = f" It waits for {stage.owner}." if stage.owner and not view.ended else ""
    ended = f" The case has ended: {view.ended}." if view.ended else ""
    yield from filled(f"{day_text(view.as_of)}, stage {view.stage}{title}.{waits}{ended}")


def limit_row(reading: LimitReading) -> tuple[str, str]:
    """A run of a limit: its due date, the days left, and by whom it is owed."""
    owed = f", by {reading.owed_by}" if reading.owed_by and reading.is_open else ""
    return name_of(reading), f"{_how_it_stands(reading)}{owed}"


def _how_it_stands(reading: LimitReading) -> str:
    return f"{limit_text(reading)}{', extended' if reading.extended else ''}"


def limit_text(reading: LimitReading) -> str:
    """How a run stands, with its due date if it has one."""
    text = reading.text.removeprefix("running, ")
    if reading.due is None:
        return text
    if reading.status == "paused":
        return f"paused; due {day_text(reading.due)} if the pause ended today"
    return f"due {day_text(reading.due)}, {text}"


def name_of(reading: LimitReading) -> str:
    """The limit, with the number of its run from the second on."""
    return reading.id if reading.number <= 1 else f"{reading.id} ({reading.number})"


def limit_lines(view: View) -> Iterator[str]:
    """Every run of every limit, and those that have not started."""
    yield from _listed("Limits:", [limit_row(reading) for reading in view.cycles])
    waiting = [limit for limit, reading in view.limits.items() if reading.status == "not_started"]
    if waiting:
        yield from filled(f"Not started: {', '.join(waiting)}.")


def letter_lines(view: View) -> Iterator[str]:
    """The letters owed, and those sent."""
    if not view.letters:
        yield "No letter is owed, and none was sent."
    yield from _section("Letters owed:", [_letter_row(each) for each in view.letters_due])
    others = [each for each in view.letters if each.status != "due"]
    rows_of_others = [(each.id, f"{each.status} on {_day(each.since)}; {each.because}") for each in others]
    yield from _section("Letters sent:", rows_of_others)


def _letter_row(letter: LetterReading) -> tuple[str, str]:
    to = f"to {' and '.join(letter.to)}" if letter.to else "owed"
    return letter.id, f"{to}{_by_day(letter)}; {letter.because}"


def _by_day(letter: LetterReading) -> str:
    return f" by {day_text(letter.by)}" if letter.by else ""


def fact_lines(view: View) -> Iterator[str]:
    """What is on record: facts, points, and who is appointed."""
    if not (view.facts or view.points or view.holders):
        yield "Nothing is on record."
    yield from _section(
        "On record:", [(fact, _fact_text(value)) for fact, value in sorted(view.facts.items())]
    )
    if view.points:
        yield from filled(f"Points: {', '.join(view.points)}.")
    yield from _section("Appointed:", [(role, ", ".join(who)) for role, who in sorted(view.holders.items())])


def log_lines(case: Case, view: View) -> Iterator[str]:
    """What happened, oldest first; what time did in brackets."""
    moments = timeline(case, view)
    if not moments:
        yield "Nothing has happened yet."
    for moment in moments:
        yield from _moment_lines(moment)


def _moment_lines(moment: Moment) -> Iterator[str]:
    clock = f" {moment.at:%H:%M}" if moment.at else ""
    by = f", by {moment.by}" if moment.by else ""
    leads = f"; to {moment.stage}" if moment.stage else ""
    rule = f"; rule {moment.rule}{leads}" if moment.rule else ""
    note = f"; {moment.note}" if moment.note else ""
    text = f"({moment.what})" if moment.kind == "time" else f"{moment.what}{by}"
    entry = f"{moment.entry}. " if moment.entry else ""
    yield from filled(f"{day_text(moment.on)}{clock}: {entry}{text}{rule}{note}", rest="    ")


def _section(title: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    if pairs:
        yield title
        yield from rows(pairs)


def _listed(title: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """As a section, each name with a colon after it."""
    if pairs:
        yield title
        for name, text in pairs:
            yield from filled(f"{name}: {text}", first="  ", rest=" " * 6)


def _fact_text(value: Any) -> str:
    if hasattr(value, "items"):
        return ", ".join(f"{point} {_fact_text(each)}" for point, each in value.items())
    return day_text(value) if hasattr(value, "isoformat") else str(value)


def _day(day: Any) -> str:
    return day_text(day) if day is not None else "an unknown day"


# --- What an event changed --------------------------------------------------------------------------------------


def changed_lines(before: Case, after: Case, event: Any, view: View) -> Iterator[str]:
    """What an event changed, all of it, as `case.changes` and the limits tell. `view` is the case now."""
    brought = said_with(event)
    by = f", by {event.by}" if event.by else ""
    yield from filled(
        f"Recorded: {event.name} on {day_text(event.on)}{by}{f'; {brought}' if brought else ''}."
    )
    lines = [
        *(_CHANGES[change.what](view, change) for change in after.changes if change.what in _CHANGES),
        *_limits_changed(before.at(view.as_of), view),
        *_newly("Stays in the log but changes nothing", before.conflicts, after.conflicts),
        *(f"Notice: {each.text}" for each in after.notices if each not in before.notices),
    ]
    for line in lines or ["It changes no stage, limit or letter."]:
        yield from filled(line, first="- ")


def _newly(title: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    for each in after:
        if each not in before:
            yield f"{title}: {each.event.name} on {day_text(each.event.on)}: {each.reason}"


def _stage_changed(view: View, change: Any) -> str:
    stage = change.id.partition(". ")[2]
    info = view.policy.stages.get(stage)
    title = f" ({info.about.title})" if info and info.about.title else ""
    if change.kind == "withdrawn":
        return f"No longer goes to {stage}{title}."
    return f"The case goes to {stage}{title}, {(change.after or '').partition(' ')[2]}."


def _letter_changed(view: View, change: Any) -> str:
    if change.kind == "withdrawn":
        return f"Letter {change.id} is no longer owed."
    letter = view.policy.letters.get(change.id)
    to = f" to {' and '.join(letter.to)}" if letter and letter.to else ""
    return f"Letter {change.id} is owed{to}, {change.after}."


_CHANGES = {"stage": _stage_changed, "letter": _letter_changed}


def _limits_changed(before: View, after: View) -> Iterator[str]:
    """How each run of a limit stands otherwise than before, both read on one day or on two."""
    old = {(reading.id, reading.number): reading for reading in before.cycles}
    started = [name_of(each) for each in after.cycles if (each.id, each.number) not in old and each.is_open]
    if started:
        # When they are due is told with the limits that run.
        yield f"{'Limits start' if len(started) > 1 else 'Limit starts'}: {', '.join(started)}."
    for reading in after.cycles:
        was = old.pop((reading.id, reading.number), None)
        text = _limit_changed(was, reading)
        if text:
            yield f"Limit {name_of(reading)} {text}."
    for gone in old.values():
        yield f"Limit {name_of(gone)} has not started any more."


def _limit_changed(was: LimitReading | None, now: LimitReading) -> str:
    if was is None:
        return "" if now.is_open else f"is over: {now.text}"
    if was.status != now.status:
        return f"is {limit_text(now)}" if now.is_open else f"is over: {now.text}"
    if was.due != now.due:
        return f"is now due {_day(now.due)} instead of {_day(was.due)}"
    return ""


# --- What time did ----------------------------------------------------------------------------------------------


def passed_lines(case: Case, before: View, after: View, *, nothing: bool = True) -> Iterator[str]:
    """What came about from one day to a later one, nothing being recorded; if nothing did, that, unless not `nothing`."""
    moments = [
        f"{day_text(moment.on)}: {_by_time(after, moment)}"
        for moment in timeline(case, after)
        # That a due date went by is told with the limit.
        if moment.kind == "time" and before.as_of < moment.on and not moment.what.endswith(" due date")
    ]
    lines = [
        *moments,
        *_limits_changed(before, after),
        *_letters_new(before, after),
        *_warned(before, after),
        *_noticed(before, after),
    ]
    span = f"From {day_text(before.as_of)} to {day_text(after.as_of)}"
    if lines or nothing:
        yield from filled(f"{span}:" if lines else f"{span} nothing came about by itself.")
    for line in lines:
        yield from filled(line, first="- ")


def _by_time(view: View, moment: Moment) -> str:
    if moment.rule is None:
        return moment.what
    stage = view.policy.stages.get(moment.stage or "")
    title = f" ({stage.about.title})" if stage and stage.about.title else ""
    leads = f", and the case goes to {moment.stage}{title}" if moment.stage else ""
    return f"{moment.what}: rule {moment.rule}{leads}"


def _letters_new(before: View, after: View) -> Iterator[str]:
    known = {letter.id for letter in before.letters_due}
    for letter in after.letters_due:
        if letter.id not in known:
            yield f"Letter {letter.id} is owed {_letter_row(letter)[1]}."


def _warned(before: View, after: View) -> Iterator[str]:
    for warning in after.warnings:
        if warning.reached and warning.on > before.as_of:
            yield f"{day_text(warning.on)}: warning for {warning.limit}: {warning.rung}"


def _noticed(before: View, after: View) -> Iterator[str]:
    for notice in after.notices:
        if notice not in before.notices:
            yield f"Notice: {notice.text}"


# --- What was seen, as a scenario says it ------------------------------------------------------------------------


def stage_then(view: View) -> Mapping[str, Any]:
    """The stage, and the due date of every limit that runs."""
    due = {reading.id: reading.due_text for reading in view.cycles if reading.is_open}
    return {"stage": view.stage, **({"due": due} if due else {})}


def limits_then(view: View) -> Mapping[str, Any]:
    """The due dates, and how the latest run of each limit stands."""
    return {**stage_then(view), **_by_status(view.limits.values())}


def scene_then(before: View, view: View) -> Mapping[str, Any]:
    """The stage and the due dates, and how each limit stands that changed or that is overdue or paused."""
    concerned = [
        reading
        for limit, reading in view.limits.items()
        if reading.is_open or limit not in before.limits or before.limits[limit].status != reading.status
    ]
    return {**stage_then(view), **_by_status(concerned)}


def limit_then(view: View, limit: str) -> Mapping[str, Any]:
    """The stage, and how one limit stands."""
    reading = view.limits[limit]
    due = {"due": {limit: reading.due_text}} if reading.is_open else {}
    return {"stage": view.stage, **due, **_by_status([reading])}


def only_stage_then(view: View) -> Mapping[str, Any]:
    """The stage."""
    return {"stage": view.stage}


def _by_status(readings: Iterable[LimitReading]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for reading in readings:
        word = _EXPECTED.get(reading.status)
        if word is not None:
            found.setdefault(word, []).append(reading.id)
    return found


_EXPECTED = {"overdue": "overdue", "met": "met", "met_late": "met", "paused": "paused", "lapsed": "lapsed"}


def letters_then(view: View) -> Mapping[str, Any]:
    """The letters owed."""
    return {"letters": [letter.id for letter in view.letters_due]}


def allowed_then(view: View) -> Mapping[str, Any]:
    """What may happen next."""
    return {"allowed": [each.allowed.event for each in choices(view)]}


def facts_then(view: View) -> Mapping[str, Any]:
    """What is on record."""
    facts = {fact: _plain_fact(value) for fact, value in sorted(view.facts.items())}
    return {"facts": facts} if facts else {}


def _plain_fact(value: Any) -> Any:
    if hasattr(value, "items"):
        return {point: _plain_fact(each) for point, each in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value
