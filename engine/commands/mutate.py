"""`mutate`: one thing of a policy changed at a time, and whether its scenarios notice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from engine.commands.collecting import collect_seldom
from engine.commands.options import PERCENT, format_option, policies_option
from engine.commands.output import complain, complain_of, paint, say, with_progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.policy.intake import Intake
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Policy
    from engine.replay import Trial

_THERE_ALREADY = "{} is there already: name another file"
# Folders in which nobody keeps scenarios: installed packages, and what tools leave behind. Hidden ones neither.
_NOT_LOOKED_IN = frozenset(("node_modules", "site-packages", "__pycache__", "build", "dist"))


@click.command(
    epilog="\b\nExamples:\n"
    "  duecourse mutate redbridge/corporate --scenarios tests/scenarios/redbridge\n"
    "  duecourse mutate redbridge/intake --fail-under 95"
)
@click.argument("subject", metavar="POLICY|AUTHORITY/intake")
@click.option(
    "--scenarios", "paths", metavar="PATH", multiple=True, type=click.Path(path_type=Path),
    help="Scenario files, or folders of them; may be repeated. Left out: all below this folder that are about it.",
)  # fmt: skip
@click.option("--inherited", is_flag=True, help="Change also what a policy writes that this one extends.")
@click.option(
    "--fail-under", "least", metavar="PERCENT", type=PERCENT,
    help="Exit with status 1 if fewer of the changes are noticed.",
)  # fmt: skip
@click.option(
    "--write", "file", metavar="FILE", type=click.Path(path_type=Path),
    help="Write the scenarios that would notice the rest to FILE, which must not be there yet.",
)  # fmt: skip
@click.option(
    "--all", "in_full", is_flag=True,
    help="Show a scenario for everything that is not noticed; left out: for the first 20.",
)  # fmt: skip
@policies_option
@format_option("text", "json", "markdown")
@click.pass_context
def mutate(
    context: click.Context,
    subject: str,
    paths: tuple[Path, ...],
    inherited: bool,
    least: float | None,
    file: Path | None,
    in_full: bool,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """Change one thing of a policy or an intake at a time, and see whether a scenario notices.

    A length by a day, a start, a guard, an answer, a target, a letter: whatever may be mistyped. What no scenario
    notices is told as a sentence, with a scenario that would.

    Exit status: 0 fine, 1 fewer noticed than --fail-under asks for, 2 wrong usage or a file with errors.
    """
    from engine.commands.finding import library_for, policy_or_intake
    from engine.commands.writing import create
    from engine.errors import UsageError
    from engine.mutating import Trying, affordable, is_inherited, mutants_of
    from engine.reports.mutation import MUTATION_FORMATS, killers_file, percent

    collect_seldom()
    if file is not None and file.exists():
        raise UsageError(_THERE_ALREADY.format(file))
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent} to write {file} to")
    changed = cast("Policy | Intake", policy_or_intake(subject, folders))
    library = library_for(subject, folders)
    files, trials = _trials(context, changed, paths, library)
    trying = Trying(changed, trials, library.usable_versions)
    if not trying.told:
        raise UsageError(f"no scenario that passes is about {subject}: name files with --scenarios")
    every = mutants_of(changed)
    wanted = [mutant for mutant in every if inherited or not is_inherited(changed, mutant)]
    mutants = affordable(changed, wanted)
    outcomes = [trying.tried(mutant) for mutant in with_progress(mutants, "changing")]
    mutation = trying.mutation(
        outcomes,
        inherited=len(every) - len(wanted),
        passed_over=len(wanted) - len(mutants),
        files=map(str, files),
    )
    say(MUTATION_FORMATS[form](mutation, paint(), in_full=in_full))
    if file is not None and mutation.count("survived"):
        try:
            create(file, killers_file(mutation))
        except FileExistsError:
            raise UsageError(_THERE_ALREADY.format(file)) from None
    if least is not None and mutation.score * 100 < least:
        complain(f"error: the score, {percent(mutation.score)}, is under {least:g} %")
        context.exit(1)


def _trials(
    context: click.Context, subject: Policy | Intake, paths: Iterable[Path], library: PolicyLibrary
) -> tuple[list[Path], list[Trial]]:
    """The files about the subject among those given, or found, and what can be replayed of them.

    Ends the command for a file with problems.
    """
    from engine.documents import read_file
    from engine.replay import Versions, checked, scenario_files, trials_in

    found_below = scenario_files(paths) if paths else scenarios_below(Path())
    files = [path for path in found_below if is_about(path, subject)]
    versions = Versions(library)
    trials: list[Trial] = []
    for path in files:
        document = read_file(path)
        found = checked(document, versions)
        if found.problems:
            complain_of(found.problems)
            context.exit(2)
        trials += trials_in(document, found)
    return files, trials


def scenarios_below(folder: Path) -> Iterator[Path]:
    """The scenario files below a folder, by path; none in hidden folders, in environments and in packages."""
    from engine.replay.scenario import SUFFIX

    for here, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if _is_looked_in(Path(here, name)))
        yield from (Path(here, name) for name in sorted(names) if name.endswith(SUFFIX))


def _is_looked_in(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _NOT_LOOKED_IN
    return not hidden and not (folder / "pyvenv.cfg").exists()


def is_about(path: Path, subject: Policy | Intake) -> bool:
    """Whether a line of a scenario file names the policy or intake, with a version or without: a look at its text."""
    from engine.policy.intake import Intake

    key = b"intake_for:" if isinstance(subject, Intake) else b"scenarios_for:"
    name = subject.id.encode()
    for line in path.read_bytes().splitlines():
        begins, found, value = line.partition(key)
        if found and not begins:
            word = value.split(b"#")[0].strip().strip(b"\"'")
            return word == name or word.startswith(name + b"@")
    return False
