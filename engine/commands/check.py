"""`check`: what is wrong in policies and scenario files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.options import DATE, WordType, format_option, policies_option
from engine.commands.output import complain, paint, say

if TYPE_CHECKING:
    from datetime import date

    from engine.problems import Severity


@click.command(epilog="\b\nExample:\n  duecourse check policies/redbridge")
@click.argument("paths", metavar="[PATH…]", nargs=-1)
@policies_option
@click.option(
    "--fail-on",
    type=WordType(("error", "warning", "information")),
    default="error",
    show_default=True,
    help="From what on the exit status is 1.",
)
@click.option(
    "--sources",
    "copies",
    metavar="DIR",
    help="Hold every cited figure against copies of the sources: DIR/<authority>/<procedure>/<source>.txt, .md or "
    ".html, or further up in DIR.",
)
@click.option(
    "--write-scenarios",
    "stories",
    metavar="DIR",
    help="Write a scenario file for each finding of which a story can be told.",
)
@click.option(
    "--longest", is_flag=True, help="Instead: the longest and the shortest time to each end of one policy."
)
@click.option(
    "--from",
    "start",
    type=DATE,
    metavar="DATE",
    help="With --longest, the day of receipt. Left out: its first day.",
)
@format_option("text", "plain", "json", "sarif", "github", "junit", "markdown")
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[str, ...],
    folders: tuple[str, ...],
    fail_on: Severity,
    copies: str | None,
    stories: str | None,
    longest: bool,
    start: date | None,
    form: str,
) -> None:
    """Say what is wrong in policies and scenario files: syntax, structure, references, meaning.

    A PATH is a file, a folder, the name of a policy, or - for standard input. Without one, the policies of
    --policies, else of ./policies, else the shipped ones are checked. Scenario files end in .scenarios.yaml.
    A remark silences a warning on its line: # duecourse: ignore[its-name] because reason.
    """
    if longest:
        _refuse_beside_longest(context)
        from engine.commands.lasting import say_longest

        say_longest(paths, folders, start, form)
        return
    if start is not None:
        raise click.UsageError("--from belongs to --longest")
    from engine.commands.checking import examine
    from engine.commands.further import More
    from engine.reports.checks import CHECK_FORMATS

    more = More(copies, stories)
    found = examine(paths, folders, more.sought, more.looks).judged(fail_on)
    say(CHECK_FORMATS[form](found, paint()))
    for line in more.done(found.problems):
        complain(line)
    unreadable = any(problem.name == "unreadable" for problem in found.problems)
    context.exit(2 if unreadable else int(bool(found.failing)))


def _refuse_beside_longest(context: click.Context) -> None:
    """Raises `UsageError` for an option that asks for more of the checks, which --longest takes the place of."""
    for name, option in (("fail_on", "--fail-on"), ("copies", "--sources"), ("stories", "--write-scenarios")):
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(f"--longest takes the place of the checks: {option} does not belong to it")
