"""`explain` and `why-not`: the reasons behind a due date, and behind a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.clock import today
from engine.commands.finding import case_from, events_in
from engine.commands.options import (
    TIME,
    as_of_option,
    events_option,
    facts_option,
    format_option,
    policies_option,
)
from engine.commands.output import complain, say

if TYPE_CHECKING:
    from datetime import date, time


@click.command(
    epilog="\b\nExample:\n  duecourse explain redbridge/children-statutory stage_1 --events case.yaml",
)
@click.argument("policy", metavar="POLICY")
@click.argument("limit", metavar="LIMIT")
@events_option(required=True)
@click.option(
    "--run", type=click.IntRange(min=1), metavar="N", help="The N-th run of the limit. Left out: the latest."
)
@as_of_option
@policies_option
@format_option("text", "json")
def explain(
    policy: str,
    limit: str,
    events: str,
    run: int | None,
    as_of: date | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """How LIMIT came to its due date in a case: its start, the days counted and left out, what moved it."""
    from engine.reports.ledgers import LEDGER_FORMATS

    case = case_from(policy, folders, events_in(events))
    ledger = case.at(as_of or _told_today()).explain(limit, run)
    say(LEDGER_FORMATS[form](case.policy, ledger))


@click.command(
    name="why-not",
    epilog="\b\nExample:\n  duecourse why-not redbridge/children-statutory panel_held --as-of 2026-05-19",
)
@click.argument("policy", metavar="POLICY")
@click.argument("event", metavar="EVENT")
@events_option(required=False)
@click.option("--by", metavar="ROLE", help="Who would record it.")
@click.option("--at", type=TIME, metavar="HH:MM", help="At which local time.")
@facts_option
@as_of_option
@policies_option
@format_option("text", "json")
@click.pass_context
def why_not(
    context: click.Context,
    policy: str,
    event: str,
    events: str | None,
    by: str | None,
    at: time | None,
    facts: tuple[tuple[str, str], ...],
    as_of: date | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """Whether EVENT would be accepted in a case on a date, and every rule considered.

    --fact also gives what the event needs beside facts, such as reason=text or until=2026-06-01. Exit status 1 if
    the event would be refused.
    """
    from engine.cases.written import check_event, check_names, data_from_text
    from engine.reports.ledgers import WHY_FORMATS

    case = case_from(policy, folders, events_in(events))
    check_event(case.policy, event)
    data = data_from_text(case.policy.facts, facts)
    check_names(case.policy, data, event)
    view = case.at(as_of or _told_today())
    why = view.why_not(event, by=by, data=data, at=at)
    say(WHY_FORMATS[form](view, why))
    context.exit(0 if why.accepted else 1)


def _told_today() -> date:
    """Today, said beside the result: what is asked about a day is not to be taken for another."""
    from engine.calendars import day_text

    day = today()
    complain(f"as of today, {day_text(day)}; --as-of names another day")
    return day
