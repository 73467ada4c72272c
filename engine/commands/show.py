"""`show`: the policies there are, or one of them resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.finding import is_authority, library_of, names_in, policy_or_intake, refuse_two_versions
from engine.commands.options import DATE, format_option, policies_option
from engine.commands.output import paint, say

if TYPE_CHECKING:
    from datetime import date


@click.command(
    epilog="\b\nExamples:\n  duecourse show redbridge/corporate --origin\n  duecourse show redbridge/corporate stage_1"
)
@click.argument("policy", metavar="[POLICY|AUTHORITY]", required=False)
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--origin", is_flag=True, help="With the file and line of every value, inherited ones marked.")
@click.option(
    "--as-of", type=DATE, metavar="DATE", help="The version in force on DATE. Left out: the latest."
)
@policies_option
@format_option("yaml", "json")
def show(
    policy: str | None,
    name: str | None,
    origin: bool,
    as_of: date | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """One policy with everything it inherits; the policies of an authority; without POLICY, the list of all.

    With NAME only what is called so: a limit, an event, a stage, …; a rule is stage.rule or anywhere.rule. An
    authority's intake is named authority/intake, such as redbridge/intake.
    """
    from engine.errors import UsageError
    from engine.reports.policies import POLICIES_FORMATS, POLICY_FORMATS

    if policy is None or is_authority(policy):
        if name is not None:
            raise UsageError(f"{name} of which policy? {policy} is an authority")
        library = library_of(folders)
        names = names_in(library, policy)
        found = [(name, examined) for name in names for examined in library.examine(name)]
        say(POLICIES_FORMATS[form](found, paint()))
    else:
        refuse_two_versions(policy, as_of)
        say(POLICY_FORMATS[form, origin](policy_or_intake(policy, folders, as_of), name).rstrip("\n"))
