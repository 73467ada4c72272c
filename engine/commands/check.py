"""`check`: what is wrong in policies and scenario files."""

from __future__ import annotations

import click

from engine.commands.options import format_option, policies_option
from engine.commands.output import paint, say


@click.command(epilog="\b\nExample:\n  duecourse check policies/redbridge")
@click.argument("paths", metavar="[PATH…]", nargs=-1)
@policies_option
@format_option("text", "plain", "json")
@click.pass_context
def check(context: click.Context, paths: tuple[str, ...], folders: tuple[str, ...], form: str) -> None:
    """Say what is wrong in policies and scenario files: syntax, structure, references, meaning.

    A PATH is a file, a folder, the name of a policy, or - for standard input. Without one, the policies of
    --policies, else of ./policies, else the shipped ones are checked. Scenario files end in .scenarios.yaml.
    """
    from engine.commands.checking import examine
    from engine.reports.problems import CHECK_FORMATS

    files, problems = examine(paths, folders)
    say(CHECK_FORMATS[form](files, problems, paint()))
    unreadable = any(problem.name == "unreadable" for problem in problems)
    context.exit(2 if unreadable else int(any(problem.severity == "error" for problem in problems)))
