"""Scenarios on the page: failures in full, and every scenario with its time line and the tables that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendars import day_text, span_text
from engine.drawing.courses import course_of
from engine.drawing.courses_svg import course_element, drawn_in_words, span_in_words
from engine.drawing.markup import breaking, escaped, tag
from engine.intakes.words import answer_lines
from engine.reports.verdicts import repeat_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from engine.drawing.courses import Course, Occasion, Run
    from engine.intakes import Decision
    from engine.replay import Failure, FileVerdicts, Replay, Verdict
    from engine.replay.trials import Told

    ByPlace = Mapping[tuple[str, str], Told]
    # Where each failed verdict, by its identity, is told in full.
    Links = Mapping[int, str]

_WORDS = {
    "passed": "✓ passed",
    "failed": "✗ FAILED",
    "known_failure": "◐ known failure",
}
_LEGEND = (
    "A round mark is an event, a diamond what time did, a broken square a refusal; the numbers are those of the table. A bar "
    "runs from the start of a limit to its due date, the upright line: filled while it ran, hollow what was not needed, "
    "striped what came after, dotted while it was paused. Narrow bands are days off: a pointer above marks one that is "
    "no weekend, such as a bank holiday."
)


# --- Failures ----------------------------------------------------------------------------------------------------


def failures_section(replay: Replay, by_place: ByPlace, repeat_with: str) -> str:
    """Every failure with what was expected, what came, and why; a sentence if there is none."""
    failed = [verdict for verdict in replay.verdicts if verdict.outcome == "failed"]
    if not failed:
        return tag("p", "None.")
    return "".join(
        _failed(verdict, _told(by_place, verdict), repeat_with, f"failure-{place}")
        for place, verdict in enumerate(failed, start=1)
    )


def _told(by_place: ByPlace, verdict: Verdict) -> Told | None:
    return by_place.get((str(verdict.place), verdict.name))


def _failed(verdict: Verdict, told: Told | None, repeat_with: str, key: str) -> str:
    left_out = f"{verdict.left_out} later step{'' if verdict.left_out == 1 else 's'} not told."
    repeat = tag("h4", "Repeat") + tag("pre", tag("code", escaped(repeat_command(verdict, repeat_with))))
    return tag(
        "article",
        tag("h3", tag("span", "✗ ", class_="outcome failed"), escaped(verdict.name)),
        *map(_failure, verdict.failures),
        tag("p", escaped(left_out)) if verdict.left_out else "",
        repeat,
        _course(verdict.name, told),
        class_="failure",
        id=key,
    )


def _failure(failure: Failure) -> str:
    rows = [
        ("expected", escaped(failure.expected)),
        ("got", escaped(failure.got)),
        ("place", tag("code", escaped(failure.place))),
        ("policy", tag("code", escaped(failure.policy)) if failure.policy is not None else ""),
    ]
    described = "".join(tag("dt", word) + tag("dd", inside) for word, inside in rows if inside)
    why = tag("p", "Why:") + tag("pre", escaped("\n".join(failure.why))) if failure.why else ""
    return tag("h4", escaped(failure.what)) + tag("dl", described) + why


# --- All scenarios -----------------------------------------------------------------------------------------------


def scenarios_section(replay: Replay, by_place: ByPlace) -> str:
    """Every scenario by file, each to be opened; nothing if there is none."""
    files = [file for file in replay.files if file.verdicts]
    if not files:
        return ""
    failed = (verdict for verdict in replay.verdicts if verdict.outcome == "failed")
    links = {id(verdict): f"#failure-{place}" for place, verdict in enumerate(failed, start=1)}
    return tag("p", _LEGEND, class_="soft") + "\n".join(_file(file, by_place, links) for file in files)


def _file(file: FileVerdicts, by_place: ByPlace, links: Links) -> str:
    about = file.policy or (f"the intake of {file.intake}" if file.intake is not None else "")
    passed = sum(verdict.outcome == "passed" for verdict in file.verdicts)
    counted = f"{about}: {passed} of {len(file.verdicts)} passed"
    return tag(
        "article",
        tag("h3", escaped(file.path)),
        tag("p", escaped(counted), class_="soft"),
        "\n".join(_scenario(verdict, _told(by_place, verdict), links) for verdict in file.verdicts),
    )


def _scenario(verdict: Verdict, told: Told | None, links: Links) -> str:
    word = tag("span", _WORDS[verdict.outcome], class_=f"outcome {verdict.outcome}")
    unconfirmed = " (generated, not confirmed)" if verdict.unconfirmed else ""
    summary = tag("summary", word, " ", escaped(verdict.name + unconfirmed))
    return tag("details", summary, tag("div", *_inside(verdict, told, links)))


def _inside(verdict: Verdict, told: Told | None, links: Links) -> Iterator[str]:
    yield tag("p", tag("code", escaped(verdict.place)))
    if verdict.known is not None:
        known = f"Known to fail until {day_text(verdict.known.until)}: {verdict.known.reason}"
        yield tag("p", escaped(known))
    if verdict.outcome == "failed":
        link = tag("a", "failures", href=links[id(verdict)])
        yield tag("p", "What was expected, what came and why stands among the ", link, ".")
    else:
        yield _course(verdict.name, told)


def _course(name: str, told: Told | None) -> str:
    """The time line with its tables, and what an intake decided."""
    if told is None:
        return ""
    course = course_of(told)
    decided = "".join(_decision(decision) for decision in told.decisions)
    if course is None:
        return decided
    tables = _occasions(course.occasions) + _runs(course.runs) + _left_out(course)
    return tag("div", course_element(course, name), tag("div", tables + decided), class_="side")


def _occasions(occasions: Sequence[Occasion]) -> str:
    rows = (
        (
            str(each.number),
            tag("span", day_text(each.on), class_="day"),
            _what(each),
            breaking(each.result),
        )
        for each in occasions
    )
    return _table("What happened", ("No.", "Day", "What", "What followed"), rows) if occasions else ""


def _what(each: Occasion) -> str:
    by = f", by {each.by}" if each.by else ""
    return f"({breaking(each.what)})" if each.kind == "time" else breaking(each.what + by)


def _runs(runs: Sequence[Run]) -> str:
    rows = (
        (
            breaking(run.name),
            _day(run.start),
            _day(run.due),
            breaking(run.text + "".join(f"; paused {span_text(*pause)}" for pause in run.pauses)),
        )
        for run in runs
    )
    return _table("Limits", ("Limit", "From", "Due", "How it stands"), rows) if runs else ""


def _day(day: date | None) -> str:
    return tag("span", day_text(day), class_="day") if day is not None else "none"


def _left_out(course: Course) -> str:
    """The days off that are no weekends, and how much of a long course is drawn, in words."""
    days = [f"{day_text(day.on)} ({day.reason})" for day in course.holidays]
    shown = f"; days off but for weekends: {', '.join(days)}" if days else ""
    if not course.shows_days_off:
        shown = "; so long a time that days off are not shown"
    drawn = drawn_in_words(course)
    words = f"{span_in_words(course)}{shown}.{' ' if drawn else ''}{drawn}"
    return tag("p", escaped(words), class_="soft")


def _decision(decision: Decision) -> str:
    rows = (
        (
            breaking(answer.point or "the complaint"),
            breaking(answer),
            "<br>".join(breaking(line) for line in answer_lines(decision.intake, answer)),
        )
        for answer in decision.answers
    )
    return _table(
        f"Decided on the complaint of {day_text(decision.received)}", ("Point", "Outcome", "Why"), rows
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells of its rows are markup, the first the heading of its row."""
    head = "".join(tag("th", each, scope="col") for each in heads)
    body = "".join(
        tag("tr", tag("th", first, scope="row"), *(tag("td", each) for each in rest)) for first, *rest in rows
    )
    table = tag("table", tag("caption", escaped(caption)), tag("thead", tag("tr", head)), tag("tbody", body))
    return tag("div", table, class_="scroll")
