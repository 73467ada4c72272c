"""A case read at a date, as a page for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.reports.layout import as_json, columns, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.cases import Allowed, LetterReading, LimitReading, View
    from engine.cases.timeline import Moment
    from engine.reports.paint import Paint

_BAD = frozenset({"overdue", "missed", "met_late"})


def timeline_text(view: View, moments: Sequence[Moment], later: int = 0, paint: Paint = plain) -> str:
    """What happened, then where the case stands: stage, limits, letters due, what may happen next."""
    policy = view.policy
    lines = [
        *filled(policy.title),
        f"{policy.id}, in force from {day_text(policy.in_force_from)}",
        "",
        *(line for moment in moments for line in _moment_lines(moment, paint)),
    ]
    if later:
        lines.append(f"({later} later {'entry' if later == 1 else 'entries'} not shown)")
    return "\n".join([*lines, "", *_standing(view, paint)])


def timeline_json(view: View, moments: Sequence[Moment], later: int = 0, _paint: Paint = plain) -> str:
    """The same as JSON: the reading, with the moments under `timeline`."""
    whole: dict[str, Any] = {
        **view.to_dict(),
        "timeline": [moment.to_dict() for moment in moments],
        "later": later,
    }
    return as_json(whole)


TIMELINE_FORMATS = {"text": timeline_text, "json": timeline_json}


def _moment_lines(moment: Moment, paint: Paint) -> Iterator[str]:
    clock = f" {moment.at:%H:%M}" if moment.at else ""
    first = f"{day_text(moment.on) + clock:<22}"
    by = f", by {moment.by}" if moment.by else ""
    if moment.kind == "time":
        yield from filled(f"({moment.what})", first=first)
    else:
        yield from filled(f"{moment.what}{by}", first=first)
    indent = " " * len(first)
    if moment.rule:
        leads = f": to {paint(moment.stage, 'strong')}" if moment.stage else ""
        yield f"{indent}rule {moment.rule}{leads}"
    if moment.note:
        change = "changes nothing: " if moment.kind == "conflict" else ""
        yield from filled(f"{change}{moment.note}", first=indent)


def _standing(view: View, paint: Paint) -> Iterator[str]:
    stage = view.stage_info
    title = f" ({stage.about.title})" if stage.about.title else ""
    ended = f", and has ended: {view.ended}" if view.ended else ""
    owner = f"; it waits for {stage.owner}" if stage.owner and not view.ended else ""
    yield from filled(f"On {day_text(view.as_of)} the case is in {view.stage}{title}{ended}{owner}.")
    if view.facts:
        yield from _section(
            "Facts", [(fact, _fact_text(value)) for fact, value in sorted(view.facts.items())]
        )
    yield from _limits(view, paint)
    yield from _section("Letters due", [_letter_row(letter) for letter in view.letters_due])
    yield from _section("What may happen next", [_allowed_row(allowed) for allowed in view.allowed()])
    yield from _section("Notices", [("-", notice.text) for notice in view.notices])


def _section(title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield ""
        yield title
        yield from columns(rows)


def _limits(view: View, paint: Paint) -> Iterator[str]:
    rows = [_limit_row(reading) for reading in view.cycles]
    if not rows:
        return
    yield ""
    yield "Limits"
    width, dates = (max(len(row[column]) for row in rows) for column in (0, 1))
    for reading, (name, due, text) in zip(view.cycles, rows, strict=True):
        shown = paint(text, "error") if reading.status in _BAD and reading.is_breach else text
        yield f"  {name:<{width}}  {due:<{dates}}  {shown}"


def _limit_row(reading: LimitReading) -> tuple[str, str, str]:
    name = reading.id if reading.number == 1 else f"{reading.id} ({reading.number})"
    if reading.due is not None:
        due = f"due {day_text(reading.due)}"
        if reading.status == "paused":
            return name, due, "paused; the date it would have if the pause ended today"
    else:
        due = "due date unknown" if reading.due_unknown else "no due date"
    return name, due, reading.text + (", extended" if reading.extended else "")


def _letter_row(letter: LetterReading) -> tuple[str, str]:
    by = f" by {day_text(letter.by)}" if letter.by else ""
    return letter.id, f"to {' and '.join(letter.to)}{by}; {letter.because}"


def _allowed_row(allowed: Allowed) -> tuple[str, str]:
    parts = [f"by {' or '.join(allowed.by) or 'anyone'}"]
    if allowed.needs:
        parts.append(f"needs {', '.join(name for name, _ in allowed.needs)}")
    if allowed.rules:
        parts.append(
            f"rule {' or '.join(allowed.rules)}"
            + ("" if allowed.certain else ", depending on what it brings")
        )
    return allowed.event, "; ".join(parts)


def _fact_text(value: Any) -> str:
    if hasattr(value, "items"):
        return ", ".join(f"{point} {answer}" for point, answer in sorted(value.items()))
    return day_text(value) if hasattr(value, "isoformat") else str(value)
