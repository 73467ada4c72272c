"""`fix`: what was very likely meant, written into the file or only shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.options import policies_option
from engine.commands.output import paint, say

if TYPE_CHECKING:
    from engine.commands.fixing import Mended
    from engine.reports.problems import Findings

PACKAGED = "_shipped"  # the folder of the policies that were installed with the program
# What is told of a file's name, neighbours, first bytes and remarks, which no edit changes.
_STAYS = frozenset(
    {
        "name-and-path-differ",
        "date-and-path-differ",
        "versions-overlap",
        "versions-start-together",
        "byte-order-mark",
        "cannot-ignore",
        "ignore-without-reason",
        "strange-remark",
        "unused-ignore",
    }
)


@click.command(epilog="\b\nExample:\n  duecourse fix policies/mytown --write")
@click.argument("paths", metavar="[PATH…]", nargs=-1)
@click.option("--write/--dry-run", default=False, help="Write the files, or only show what would change.")
@policies_option
@click.pass_context
def fix(context: click.Context, paths: tuple[str, ...], write: bool, folders: tuple[str, ...]) -> None:
    """Write what was very likely meant where a word is misspelt or quotes are missing, and show it as a diff.

    A PATH is a file, a folder or the name of a policy; without one, ./policies. Only the words in question change. An
    edit after which a file would have other errors is not made. What is left is told as `check` tells it. Without
    --write nothing is written, and the exit status is 1 if something would be.
    """
    from engine.commands.checking import STDIN, default_paths, examine
    from engine.errors import UsageError
    from engine.reports.checks import check_text

    if STDIN in paths:
        raise UsageError("fix works on files, not on standard input")
    if not paths and not folders and not Path("policies").is_dir():
        raise UsageError("there is no folder policies here: name the files to fix")
    found = examine(paths or default_paths(folders), folders)
    mended = _mended(found, folders)
    for each in mended:
        say(each.diff)
        if write:
            _write(each)
    left = examine(paths or default_paths(folders), folders) if write else _left(found, mended)
    if mended:
        say("")
    # Of files that are not written it is told what would be left, not what is.
    lead = "" if write or not mended else "with these edits:" + ("\n\n" if left.problems else " ")
    say(lead + check_text(left, paint()))
    say(_sum(mended, write=write))
    context.exit(int(bool(left.failing) or bool(mended and not write)))


def _mended(found: Findings, folders: tuple[str, ...]) -> list[Mended]:
    """The files with edits, those that ship with the program left alone."""
    from engine.commands.fixing import mend
    from engine.errors import PolicyInvalid

    mended = []
    affected = {problem.place.path for problem in found.problems}
    for file in found.files:
        if file in affected and PACKAGED not in Path(file).parts:
            try:
                each = mend(file, folders)
            except PolicyInvalid:
                continue
            if each.edits:
                mended.append(each)
    return mended


def _write(mended: Mended) -> None:
    """The text as it is: no line end is changed on the way."""
    Path(mended.path).write_bytes(mended.after.encode("utf-8"))


def _left(found: Findings, mended: list[Mended]) -> Findings:
    """What would be left if the edits were written."""
    changed = {each.path for each in mended}
    silenced = {
        (each.problem.name, each.problem.place.path, each.problem.place.line) for each in found.ignored
    }
    kept = [
        problem for problem in found.problems if problem.place.path not in changed or problem.name in _STAYS
    ]
    remaining = [
        problem
        for each in mended
        for problem in each.remaining
        if (problem.name, problem.place.path, problem.place.line) not in silenced
    ]
    return replace(found, problems=tuple(sorted({*kept, *remaining})))


def _sum(mended: list[Mended], *, write: bool) -> str:
    edits = sum(each.edits for each in mended)
    if not edits:
        return "nothing to fix that is beyond doubt"
    shown = f"{edits} {'edit' if edits == 1 else 'edits'} in {len(mended)} {'file' if len(mended) == 1 else 'files'}"
    return f"{shown}: written" if write else f"{shown}: not written: add --write"
