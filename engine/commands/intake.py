"""`intake`: whether a complaint is considered, under which procedure, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from engine.commands.clock import today
from engine.commands.finding import intake_named, library_for
from engine.commands.options import DATE, facts_option, format_option, policies_option
from engine.commands.output import paint, say

if TYPE_CHECKING:
    from datetime import date

    from engine.intakes import Decision, Need
    from engine.policy.intake import Intake

DECIDED, OPEN = 0, 1


@click.command(
    epilog="\b\nExample:\n  duecourse intake redbridge --received 2026-05-01 --fact subject=school",
)
@click.argument("authority", metavar="AUTHORITY")
@click.option(
    "--received", type=DATE, metavar="DATE", help="The day the complaint was received. Left out: today."
)
@facts_option
@click.option("--points", metavar="A,B", help="The points of the complaint, apart by commas.")
@click.option(
    "--again",
    "earlier_file",
    metavar="FILE",
    help="Decide again: FILE is an earlier decision (--format json), to which the facts given are added.",
)
@click.option(
    "--ask/--no-ask", "ask", default=None, help="Ask for what must be known. Left out: on a terminal."
)
@policies_option
@format_option("text", "json")
@click.pass_context
def intake(
    context: click.Context,
    authority: str,
    received: date | None,
    facts: tuple[tuple[str, str], ...],
    points: str | None,
    earlier_file: str | None,
    ask: bool | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """Whether AUTHORITY considers a complaint, under which procedure, and why: for each point an answer.

    The intake is the version in force on the day of receipt. Exit status 1: something must still be known, or the
    intake does not say.
    """
    from engine.cases.written import data_from_text
    from engine.commands.decisions import decided, opened_by, read_decision
    from engine.reports.decisions import DECISION_FORMATS

    if earlier_file is not None:
        if received is not None or points is not None:
            raise click.UsageError(
                "--again takes the day of receipt and the points from the earlier decision"
            )
        earlier = read_decision(earlier_file, authority, folders)
        decision = earlier.again(data_from_text(earlier.intake.facts, facts))
    else:
        earlier = None
        on = received or today()
        found = intake_named(authority, folders, on)
        decision = decided(found, data_from_text(found.facts, facts), on, points)
    if _may_ask(ask, form):
        decision = _asked(decision)
    say(
        DECISION_FORMATS[form](
            decision, opened_by(decision, library_for(authority, folders)), earlier, paint()
        )
    )
    undecided = {"needs_facts", "no_route"}
    context.exit(OPEN if any(answer.outcome in undecided for answer in decision.answers) else DECIDED)


def _may_ask(ask: bool | None, form: str) -> bool:
    return (form == "text" and sys.stdin.isatty() and sys.stdout.isatty()) if ask is None else ask


def _asked(decision: Decision) -> Decision:
    """The decision once everything needed was asked; what nobody answers, or is cut off, stays unknown."""
    from engine.errors import EngineError

    unanswered: set[Need] = set()
    while needs := [need for need in decision.needs if need not in unanswered]:
        need = needs[0]
        try:
            value = _ask(decision.intake, need)
        except EOFError:
            click.echo(err=True)
            return decision
        if value is None:
            unanswered.add(need)
            continue
        try:
            decision = decision.again({need.fact: value if need.point is None else {need.point: value}})
        except EngineError as wrong:
            # Such as a day from which a limit cannot be counted: what was answered before is not lost.
            click.echo(str(wrong), err=True)
    return decision


def _ask(intake: Intake, need: Need) -> Any:
    """One question, put until it is answered in a way that the fact can take; `None` for an empty answer.

    Raises `EOFError` where the input ends.
    """
    from engine.commands.decisions import value_of
    from engine.documents import on_one_line
    from engine.errors import UsageError

    fact = intake.facts[need.fact]
    where = f" [{need.point}]" if need.point is not None else ""
    by = f" ({' or '.join(fact.decided_by)} decides)" if fact.decided_by else ""
    click.echo(f"\n{on_one_line(fact.ask)}{where}{by}", err=True)
    for number, answer in enumerate(fact.answers, start=1):
        click.echo(f"  {number}  {on_one_line(answer)}", err=True)
    while True:
        click.echo(f"{_HINTS[fact.kind]}: ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        text = line.strip()
        if not text:
            return None
        try:
            return value_of(fact, text)
        except UsageError as wrong:
            click.echo(str(wrong), err=True)


_HINTS: dict[str, str] = {
    "choice": "the answer or its number; empty if it is not known",
    "count": "a whole number; empty if it is not known",
    "date": "a date such as 2026-05-01; empty if it is not known",
}
