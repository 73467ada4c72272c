"""`replay`: scenario files told to the engine and compared with what it says."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from engine.commands.options import format_option, policies_option
from engine.commands.output import complain, paint, say, with_progress

# Replaying makes many small values that live on; looking for cycles among them every 700 would take half the time.
_VALUES_BETWEEN_COLLECTIONS = 50_000


@click.command(epilog='\b\nExample:\n  duecourse replay tests/scenarios --only "bank holiday"')
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--only", metavar="TEXT", help="Replay only what has TEXT in its name.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Replay only what has this tag; may be repeated."
)
@policies_option
@format_option("text", "quiet", "plain", "json", "junit")
@click.pass_context
def replay(
    context: click.Context,
    paths: tuple[Path, ...],
    only: str | None,
    tags: tuple[str, ...],
    folders: tuple[str, ...],
    form: str,
) -> None:
    """Replay scenario files and compare what they expect with what the engine says.

    A PATH is a file, or a folder with files whose names end in .scenarios.yaml.

    Exit status: 0 all passed, 1 some failed, 2 wrong usage or a file that cannot be replayed.
    """
    from engine.commands.clock import today
    from engine.commands.finding import library_of
    from engine.replay import replay as replayed
    from engine.replay import scenario_files
    from engine.reports.verdicts import FORMATS, repeat_options

    gc.set_threshold(_VALUES_BETWEEN_COLLECTIONS)
    files = with_progress(scenario_files(paths), "replaying")
    found = replayed(files, library_of(folders), today=today(), only=only, tags=tags)
    if found.is_empty:
        complain("error: no scenario has such a name or tag")
        context.exit(2)
    say(FORMATS[form](found, repeat_options(folders), paint()))
    context.exit(2 if found.problems else int(not found.all_passed))
