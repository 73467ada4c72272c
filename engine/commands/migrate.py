"""`migrate`: what migrating a case to another version of its policy would change, and the event that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.finding import case_from, events_in, versions_of
from engine.commands.options import DATE, events_option, format_option, policies_option
from engine.commands.output import paint, say

if TYPE_CHECKING:
    from datetime import date


@click.command(
    epilog="\b\nExample:\n  duecourse migrate richmond/corporate --events case.yaml --to 2026-04-01 --on 2026-04-07",
)
@click.argument("policy", metavar="POLICY")
@events_option(required=True)
@click.option(
    "--to", type=DATE, metavar="DATE", required=True, help="The first day of the version to migrate to."
)
@click.option("--on", type=DATE, metavar="DATE", required=True, help="The day from which it counts.")
@click.option(
    "--stage",
    metavar="STAGE",
    help="Where the case stands from then on. Needed if the version has not the stage it is in.",
)
@click.option("--by", metavar="ROLE", help="Who would record it.")
@policies_option
@format_option("text", "json")
def migrate(
    policy: str,
    events: str,
    to: date,
    on: date,
    stage: str | None,
    by: str | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """What migrating a case to another version of POLICY would change, and the event to add to its file.

    It is a dry run always: no file is changed. Limits that have ended stay as they were; open ones keep their start and are measured anew.
    Exit status 1 if the case cannot be migrated so.
    """
    from engine.reports.migrations import MIGRATION_FORMATS

    case = case_from(policy, folders, events_in(events))
    version = versions_of(case.policy, policy, folders, [to.isoformat()])[0]
    say(MIGRATION_FORMATS[form](case.migration(version, on=on, stage=stage, by=by), paint()))
