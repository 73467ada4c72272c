"""What migrating a case would change, as a page for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.reports.layout import as_json, columns, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cases import LimitMoved, LimitReading, Migration
    from engine.reports.paint import Paint


def migration_text(migration: Migration, paint: Paint = plain) -> str:
    """The versions, the stage, every limit that runs, what is ended or set aside, and the event to record."""
    old, new = day_text(migration.old.in_force_from), day_text(migration.new.in_force_from)
    heading = (
        f"{migration.new.id}, from the version in force from {old} to the one in force from {new}, "
        f"on {day_text(migration.on)}"
    )
    lines = [*filled(heading), "", *filled(_stage_text(migration)), *_limit_lines(migration, paint)]
    if migration.notices:
        lines += ["", "What follows", *columns([("-", notice.text) for notice in migration.notices])]
    if migration.conflicts:
        rows = [(f"entry {each.entry}", f"{each.event.name} on {each.event.on}: {each.reason}") for each in migration.conflicts]  # fmt: skip
        lines += ["", "Entries after it that would no longer fit", *columns(rows)]
    return "\n".join(
        [*lines, "", "Nothing is recorded. To migrate the case, add to its events:", event_line(migration)]
    )


def migration_json(migration: Migration, _paint: Paint = plain) -> str:
    """The same as JSON, with the line to add under `line`."""
    return as_json({**migration.to_dict(), "line": event_line(migration)})


MIGRATION_FORMATS = {"text": migration_text, "json": migration_json}


def event_line(migration: Migration) -> str:
    """The event as one line of a YAML file of events. The version is named by its first day alone."""
    event, stage = migration.event, migration.event.data.get("stage")
    by = f", by: {event.by}" if event.by else ""
    into = f", stage: {stage}" if stage else ""
    to = migration.new.in_force_from.isoformat()
    return f'- {{on: "{event.on.isoformat()}", event: {event.name}{by}, with: {{to: "{to}"{into}}}}}'


def _stage_text(migration: Migration) -> str:
    title = migration.new.stages[migration.stage_after].about.title
    named = f"{migration.stage_after} ({title})" if title else migration.stage_after
    if migration.stage_after == migration.stage_before:
        return f"The case stays in {named}."
    return f"The case goes from {migration.stage_before} to {named}."


def _limit_lines(migration: Migration, paint: Paint) -> Iterator[str]:
    if not migration.limits:
        return
    yield ""
    yield "Limits that run"
    rows = [(each.id, _due_text(each.before), _becomes(each)) for each in migration.limits]
    width, dates = (max(len(row[column]) for row in rows) for column in (0, 1))
    for each, (name, due, becomes) in zip(migration.limits, rows, strict=True):
        is_worse = each.after.is_breach and not each.before.is_breach
        indent = f"  {name:<{width}}  {due:<{dates}}  "
        for line in filled(becomes, first=indent):
            start, text = line[: len(indent)], line[len(indent) :]
            yield start + (paint(text, "error") if is_worse else text)


def _becomes(moved: LimitMoved) -> str:
    if not moved.is_moved:
        return "as before"
    if not moved.after.is_open:
        return f"becomes {moved.after.text}"
    return f"becomes {_due_text(moved.after)}, {moved.after.text}"


def _due_text(reading: LimitReading) -> str:
    if reading.due is not None:
        return f"due {day_text(reading.due)}"
    return "due date unknown" if reading.due_unknown else "no due date"
