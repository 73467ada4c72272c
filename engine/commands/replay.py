"""`replay`: scenario files told to the engine and compared with what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.collecting import collect_seldom
from engine.commands.options import AIM_KINDS, PERCENT, WordType, format_option, policies_option
from engine.commands.output import complain, paint, say, with_progress

if TYPE_CHECKING:
    from engine.coverage import Explained, Gathering
    from engine.replay.trials import Told


@click.command(epilog='\b\nExample:\n  duecourse replay tests/scenarios --only "bank holiday"')
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--only", metavar="TEXT", help="Replay only what has TEXT in its name.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Replay only what has this tag; may be repeated."
)
@click.option("--watch", is_flag=True, help="Go on: replay again what each saved file can change.")
@click.option(
    "--coverage", is_flag=True, help="Say how much of each policy the scenarios cover, and what not."
)
@click.option(
    "--cover",
    "kinds",
    type=WordType(AIM_KINDS),
    multiple=True,
    help="With --coverage: count these only; may be repeated.",
)
@click.option(
    "--fail-under",
    type=PERCENT,
    metavar="N",
    help="With --coverage: exit with 1 if less than N percent of some policy is covered.",
)
@policies_option
@format_option("text", "quiet", "plain", "json", "junit", "github", "markdown", "html")
@click.pass_context
def replay(
    context: click.Context,
    paths: tuple[Path, ...],
    only: str | None,
    tags: tuple[str, ...],
    watch: bool,
    coverage: bool,
    kinds: tuple[str, ...],
    fail_under: float | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """Replay scenario files and compare what they expect with what the engine says.

    A PATH is a file, or a folder with files whose names end in .scenarios.yaml.

    Exit status: 0 all passed, 1 some failed or too little is covered, 2 wrong usage or a file that cannot be replayed.
    """
    from engine.commands.clock import today
    from engine.commands.finding import library_of
    from engine.replay import replay as replayed
    from engine.replay import scenario_files
    from engine.reports.verdicts import FORMATS, repeat_options

    _check_asked(
        form, coverage=coverage, watch=watch, only_with_coverage=bool(kinds) or fail_under is not None
    )
    collect_seldom()
    if watch:
        from engine.commands.watching import replay_and_watch

        context.exit(replay_and_watch(paths, folders, only, tags, form))
    files = with_progress(scenario_files(paths), "replaying")
    gathering = _gathering() if coverage or form == "html" else None
    told: list[Told] = []

    def hear(each: Told) -> None:
        if gathering is not None:
            gathering.hear(each)
        if form == "html":
            told.append(each)

    heard = None if gathering is None else hear
    found = replayed(files, library_of(folders), today=today(), only=only, tags=tags, heard=heard)
    if found.is_empty:
        complain("error: no scenario has such a name or tag")
        context.exit(2)
    if gathering is None:
        say(FORMATS[form](found, repeat_options(folders), paint()))
        context.exit(2 if found.problems else int(not found.all_passed))
    from engine.reports.coverage import COVERED_FORMATS

    covered = _explained(gathering, kinds, hints=coverage and form != "quiet")
    if form == "html":
        from engine.reports.html import verdicts_html

        say(verdicts_html(found, told, covered, repeat_options(folders)).rstrip("\n"))
    else:
        say(COVERED_FORMATS[form](found, covered, repeat_options(folders), paint()))
    too_little = _too_little(covered, fail_under)
    context.exit(2 if found.problems else int(not found.all_passed or too_little))


# --- Coverage ------------------------------------------------------------------------------------------------------


def _check_asked(form: str, *, coverage: bool, watch: bool, only_with_coverage: bool) -> None:
    """Refuse options that do not go together."""
    if not coverage:
        if only_with_coverage:
            raise click.UsageError("--cover and --fail-under are about coverage: add --coverage")
        return
    if watch:
        raise click.UsageError("--watch tells no coverage: leave out one of --watch and --coverage")
    from engine.reports.coverage import COVERED_FORMATS

    if form not in COVERED_FORMATS and form != "html":
        known = ", ".join([*COVERED_FORMATS, "html"])
        raise click.UsageError(
            f"--format {form} has no place for coverage: with --coverage take one of {known}"
        )


def _gathering() -> Gathering:
    from engine.coverage import Gathering

    return Gathering()


def _explained(gathering: Gathering, kinds: tuple[str, ...], *, hints: bool) -> list[Explained]:
    """The coverage of every policy told, of these kinds alone; with hints for what is missing, which takes longer."""
    from engine.coverage import Explained, Hints
    from engine.reports.coverage import HEADINGS

    wanted = [HEADINGS[kind] for kind in kinds]
    found = [coverage.only(wanted) for coverage in gathering.coverage()]
    told = [coverage for coverage in found if coverage.items]
    if not hints:
        return [Explained(coverage, {}) for coverage in told]
    finder = Hints()
    return [finder.explained(coverage) for coverage in with_progress(told, "looking for stories")]


def _too_little(covered: list[Explained], fail_under: float | None) -> bool:
    """Say of which policy less is covered than is asked for; whether there is one."""
    from engine.reports.coverage import title_of

    found = [
        each.coverage for each in covered if fail_under is not None and each.coverage.share() < fail_under
    ]
    for each in found:
        complain(
            f"error: {each.share():.1f} % of {title_of(each.subject)}, is covered, and {fail_under:g} % are asked for"
        )
    return bool(found)
