"""`help`: what a check finds, how not to write and how to write instead, and why."""

from __future__ import annotations

import click

from engine.commands.options import format_option
from engine.commands.output import paint, say


@click.command("help", epilog="\b\nExample:\n  duecourse help bare-days")
@click.argument("name", metavar="[NAME]", required=False)
@format_option("text", "markdown")
@click.pass_context
def show_help(context: click.Context, name: str | None, form: str) -> None:
    """What the check NAME finds, how not to write and how to write instead, and why.

    Without NAME, all checks by family. NAME may also be a command.
    """
    from engine.policy.checks.pages import pages
    from engine.reports.pages import list_markdown, list_text, page_markdown, page_text

    if name is None:
        say(list_text(paint()) if form == "text" else list_markdown())
    elif name in pages():
        page = pages()[name]
        say(page_text(page, paint()) if form == "text" else page_markdown(page))
    else:
        say(_command_help(context, name))


def _command_help(context: click.Context, name: str) -> str:
    """What a command prints with --help; what is neither a check nor a command is wrong usage."""
    above = context.parent
    assert above is not None
    assert isinstance(above.command, click.Group)
    command = above.command.get_command(above, name)
    if command is None:
        context.fail(_neither(name, above.command.list_commands(above)))
    with click.Context(command, info_name=name, parent=above) as inner:
        return command.get_help(inner)


def _neither(name: str, commands: list[str]) -> str:
    from engine.documents import likely
    from engine.policy.checks.pages import pages

    meant = likely(name.strip("[]").lower().replace("_", "-"), [*pages(), *commands])
    hint = f'did you mean "{meant}"?' if meant else "all of them: duecourse help"
    return f'there is no check "{name}"; {hint}'
