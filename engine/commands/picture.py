"""`picture`: a policy or an intake as a drawing, or as an outline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.finding import policy_or_intake, refuse_two_versions
from engine.commands.options import DATE, format_option, policies_option
from engine.commands.output import complain, say

if TYPE_CHECKING:
    from datetime import date


@click.command(
    epilog="\b\nExample:\n  duecourse picture redbridge/corporate --format svg --write corporate.svg",
)
@click.argument("policy", metavar="POLICY")
@format_option("text", "svg", "dot", "mermaid")
@click.option("--wide", is_flag=True, help="Draw the SVG as wide as a desk's screen. Left out: as a phone's.")
@click.option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to FILE, which takes the place of what is there.",
)
@click.option(
    "--as-of", type=DATE, metavar="DATE", help="The version in force on DATE. Left out: the latest."
)
@policies_option
def picture(
    policy: str, form: str, wide: bool, file: Path | None, as_of: date | None, folders: tuple[str, ...]
) -> None:
    """The stages of a policy, their owners and limits, and the rules that lead from one to the next.

    An authority's intake is named authority/intake: its routes and exclusions. The text is an outline of the same.

    Exit status: 0 drawn, 2 wrong usage or a policy with errors.
    """
    from engine.errors import UsageError
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.reports.pictures import PICTURE_FORMATS, picture_of

    if wide and form != "svg":
        raise click.UsageError("--wide is for --format svg; the other formats have no width")
    refuse_two_versions(policy, as_of)
    subject = policy_or_intake(policy, folders, as_of)
    if not isinstance(subject, (Policy, Intake)):
        raise UsageError(f"{policy} is neither a policy nor an intake")
    drawn = PICTURE_FORMATS[form](picture_of(subject), wide)
    if file is None:
        say(drawn.rstrip("\n"))
        return
    file.write_text(drawn, encoding="utf-8")
    complain(f"wrote {file}")
