"""`timeline`: a case from a file of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.clock import today
from engine.commands.finding import case_from, events_in
from engine.commands.options import as_of_option, events_option, format_option, policies_option
from engine.commands.output import paint, say

if TYPE_CHECKING:
    from datetime import date


@click.command(
    epilog="\b\nExample:\n  duecourse timeline redbridge/children-statutory --events case.yaml --as-of 2026-05-19",
)
@click.argument("policy", metavar="POLICY")
@events_option(required=True)
@as_of_option
@policies_option
@format_option("text", "json")
def timeline(policy: str, events: str, as_of: date | None, folders: tuple[str, ...], form: str) -> None:
    """What happened in a case, and where it stands: stage, limits, letters due, what may happen next.

    An event that is refused stops the reading, with its place in the file and every rule considered.
    """
    from engine.cases.timeline import timeline as moments_of
    from engine.reports.timeline import TIMELINE_FORMATS

    case = case_from(policy, folders, events_in(events))
    view = case.at(as_of or today())
    moments = moments_of(case, view)
    later = case.count - sum(moment.entry is not None for moment in moments)
    say(TIMELINE_FORMATS[form](view, moments, later, paint()))
