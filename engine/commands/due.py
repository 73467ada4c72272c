"""`due`: one due date, without a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.finding import policy_named
from engine.commands.options import DATE, TIME, facts_option, format_option, policies_option
from engine.commands.output import say

if TYPE_CHECKING:
    from datetime import date, time


@click.command(epilog="\b\nExample:\n  duecourse due redbridge/children-statutory stage_1 --from 2026-05-01")
@click.argument("policy", metavar="POLICY")
@click.argument("limit", metavar="LIMIT")
@click.option("--from", "start", type=DATE, metavar="DATE", required=True, help="The date the limit starts.")
@click.option(
    "--at", type=TIME, metavar="HH:MM", help="The local time of the start, where the calendar has a cutoff."
)
@facts_option
@click.option("--as-of", type=DATE, metavar="DATE", help="Say also how the limit stands on DATE.")
@policies_option
@format_option("text", "json")
def due(
    policy: str,
    limit: str,
    start: date,
    at: time | None,
    facts: tuple[tuple[str, str], ...],
    as_of: date | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """The due date of LIMIT under POLICY if it starts on a date, and how it came about.

    The version of the policy is the one in force on that date. For a limit that is counted back from a date, give
    that date.
    """
    from engine.cases.single import due_of
    from engine.cases.written import check_names, data_from_text
    from engine.reports.ledgers import LEDGER_FORMATS

    found = policy_named(policy, folders, start)
    data = data_from_text(found.facts, facts)
    check_names(found, data)
    ledger = due_of(found, limit, start, data, at=at, as_of=as_of)
    say(LEDGER_FORMATS[form](found, ledger))
