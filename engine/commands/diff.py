"""`diff`: what differs between two versions of a policy, or between two policies, and for whom it is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.commands.finding import events_in, is_file_name, json_in, library_of, policy_named
from engine.commands.options import format_option, policies_option
from engine.commands.output import paint, say, with_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cases import Event
    from engine.comparing import CaseComparison
    from engine.policy.model import Policy


class SeveralCases(click.Command):
    """A command whose `--cases` takes every file up to the next option, as a shell writes out `cases/*.yaml`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments with `--cases` before each file."""
        spread: list[str] = []
        taking = False
        for arg in args:
            if arg.startswith("-") and arg != "-":
                taking = arg == "--cases"
                if not taking:
                    spread.append(arg)
            else:
                spread += ["--cases", arg] if taking else [arg]
        if args[-1:] == ["--cases"]:
            spread.append("--cases")
        return super().parse_args(ctx, spread)


@click.command(
    cls=SeveralCases,
    epilog="\b\nExamples:\n  duecourse diff richmond/corporate@2024-04-01 richmond/corporate@2026-04-01"
    "\n  duecourse diff england/corporate redbridge/corporate --format markdown"
    "\n  duecourse diff richmond/corporate --cases cases/*.yaml",
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@click.option(
    "--cases",
    "files",
    metavar="FILE…",
    multiple=True,
    help="Files of events, as `timeline` takes them, or cases as stored (.json): say which would change.",
)
@policies_option
@format_option("text", "markdown", "json")
def diff(old: str, new: str | None, files: tuple[str, ...], folders: tuple[str, ...], form: str) -> None:
    """What differs from OLD to NEW, each change better, worse or neither for the person who complains.

    OLD and NEW are policies, versions of one (named by their first day, as name@2026-04-01) or files. With OLD alone,
    its two latest versions. A difference is no failure: the exit status is 0.
    """
    from engine.comparing import compare
    from engine.reports.differences import DIFFERENCE_FORMATS

    before, after = _versions(old, folders) if new is None else _both(old, new, folders)
    cases = [_case(file, before, after) for file in with_progress(files, "Reading cases")]
    say(DIFFERENCE_FORMATS[form](compare(before, after), cases, paint()))


def _both(old: str, new: str, folders: Sequence[str]) -> tuple[Policy, Policy]:
    return policy_named(old, folders), policy_named(new, folders)


def _versions(name: str, folders: Sequence[str]) -> tuple[Policy, Policy]:
    """The two latest versions of a policy. Raises `UsageError` if there are not two."""
    from engine.errors import UsageError

    if is_file_name(name) or "@" in name:
        raise UsageError(f"{name} is one version: name another to compare it with")
    versions = library_of(folders).versions(name)
    if len(versions) < 2:
        raise UsageError(f"{name} has one version only: name another policy to compare it with")
    return versions[-2], versions[-1]


def _case(file: str, old: Policy, new: Policy) -> CaseComparison:
    from engine.comparing import compare_case

    if file.endswith(".json"):
        events = _stored(file)
        return compare_case(file, old, events, new)
    written = events_in(file)
    before, after = ([each.event for each in written.events(policy)] for policy in (old, new))
    return compare_case("<stdin>" if file == "-" else file, old, before, new, after)


def _stored(file: str) -> list[Event]:
    """The events of a case as `Case.to_dict` stores it. Raises `UsageError` if the file holds no such case."""
    from dataclasses import replace

    from engine.cases.events import moment_of
    from engine.cases.log import entry_from_dict
    from engine.errors import UsageError

    try:
        entries = [entry_from_dict(entry) for entry in json_in(file)["log"]]
    except (TypeError, KeyError):
        raise UsageError(f"{file} is no case as `to_dict` writes it") from None
    except UsageError as damage:
        raise UsageError(f"{file}: {damage}") from None
    return [replace(entry.event, recorded=moment_of(entry.instant)) for entry in entries]
