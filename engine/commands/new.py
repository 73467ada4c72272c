"""`new`: starting files for a procedure or an intake, with a first scenario beside."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from engine.commands.options import DATE, policies_option
from engine.commands.output import say
from engine.errors import PolicyInvalid, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from engine.policy.intake import Intake
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Policy

T = TypeVar("T", "Policy", "Intake")
INTAKE = "intake"
_PART = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# The folder of the schemas, and what Windows keeps for itself.
_RESERVED = frozenset(
    {"schemas", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
_SCHEMAS = ("policy", "intake", "scenarios")
_PROCEDURES = frozenset({"procedure-missing", "procedure-not-in-force"})


@click.command(
    epilog="\b\nExample:\n  duecourse new mytown/children-statutory --from england/children-statutory"
)
@click.argument("name", metavar="AUTHORITY/PROCEDURE")
@click.option(
    "--from", "base", metavar="BASE", help="Build on this policy. Left out: a small whole procedure."
)
@click.option("--in-force", "first_day", type=DATE, metavar="DATE", help="Its first day. Left out: today.")
@click.option(
    "--in", "folder", metavar="DIR", type=click.Path(path_type=Path), default=Path("policies"),
    show_default=True, help="The folder of policies to write to.",
)  # fmt: skip
@click.option(
    "--scenarios", "stories", metavar="DIR", type=click.Path(path_type=Path), default=Path("tests/scenarios"),
    show_default=True, help="The folder of scenarios to write to.",
)  # fmt: skip
@policies_option
def new(
    name: str,
    base: str | None,
    first_day: date | None,
    folder: Path,
    stories: Path,
    folders: tuple[str, ...],
) -> None:
    """Write a starting file for a procedure, and a first scenario.

    With --from it builds on a policy there is, and lists what that says as remarks, to be uncommented and changed
    where your page says something else. AUTHORITY/intake says which complaints the authority considers; its base is
    named by the authority alone. Nothing that is there is ever overwritten.
    """
    from engine.commands.clock import today
    from engine.commands.finding import folders_of
    from engine.policy.library import PolicyLibrary

    authority, procedure = _parts(name)
    own = [folder] if folder.is_dir() else []
    library = PolicyLibrary([*own, *folders_of(folders)])
    policy_file = folder / authority / f"{procedure}.yaml"
    story_file = stories / authority / f"{procedure}.scenarios.yaml"
    _refuse_what_is_there(policy_file, story_file)
    schemas = _schemas(folder)
    wanted = _Wanted(
        library=library,
        name=name,
        base=base,
        first_day=first_day or today(),
        file=policy_file,
        schema=_towards(schemas, policy_file, INTAKE if procedure == INTAKE else "policy"),
        story_schema=_towards(schemas, story_file, "scenarios"),
    )
    text, story = _intake(wanted) if procedure == INTAKE else _policy(wanted)
    stories_too = {} if story is None else {story_file: story}
    files = {policy_file: text, **stories_too, **_copies(schemas)}
    _write_all(files)
    say(_what_next(files, folder, policy_file, story_file))


def _parts(name: str) -> tuple[str, str]:
    """The authority and the procedure. Raises `UsageError` saying what a name looks like."""
    parts = name.split("/")
    looks = "a name looks like mytown/corporate: small letters, digits and hyphens, a letter first, one slash"
    if len(parts) != 2 or not all(_PART.fullmatch(part) for part in parts):
        likely = "/".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts)
        could_be = len(parts) == 2 and all(_PART.fullmatch(part) for part in likely.split("/"))
        raise UsageError(f'"{name}" is not a name: {looks}' + (f'; write "{likely}"' if could_be else ""))
    for part in parts:
        if part in _RESERVED:
            raise UsageError(f'"{part}" cannot be a part of a name: it is kept for other things')
    return parts[0], parts[1]


def _refuse_what_is_there(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise UsageError(f"{file} is there already; nothing was written")


# --- What is written -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for; `file` is where it will stand, the schemas as the first lines of the two files name them."""

    library: PolicyLibrary
    name: str
    base: str | None
    first_day: date
    file: Path
    schema: str
    story_schema: str


def _policy(wanted: _Wanted) -> tuple[str, str | None]:
    """The text of the policy, and of its story if one can be told. Raises `PolicyNotFound` or `PolicyInvalid`."""
    from engine.reports.first_story import first_story
    from engine.reports.starting import on_base, small_policy

    library, name, day = wanted.library, wanted.name, wanted.first_day
    if wanted.base is None:
        text = small_policy(name, day, wanted.schema)
    else:
        base: Policy = _base(library.versions, library.policy, name, wanted.base, day)
        text = on_base(name, wanted.base, base, day, wanted.schema)
    examined = library.examine_text(text, str(wanted.file))
    if examined.policy is None:
        raise PolicyInvalid(examined.errors)
    return text, first_story(examined.policy, day, wanted.story_schema)


def _intake(wanted: _Wanted) -> tuple[str, str]:
    """The text of the intake, and of its first decisions. Raises as `_policy` does, and `UsageError`.

    What its routes lead to must be there, and in force as long as the intake is.
    """
    from engine.reports.first_story import first_decisions
    from engine.reports.starting import on_base, small_intake

    library, day = wanted.library, wanted.first_day
    authority, _ = wanted.name.split("/")
    if wanted.base is None:
        text = small_intake(authority, _first_procedure(library, authority), day, wanted.schema)
    else:
        named = _without_intake(wanted.base)
        base: Intake = _base(library.intakes, library.intake, authority, named, day)
        text = on_base(authority, named, base, day, wanted.schema)
    examined = library.examine_text(text, str(wanted.file))
    if examined.intake is None:
        raise PolicyInvalid(examined.errors)
    missing = dict.fromkeys(each.message for each in examined.problems if each.name in _PROCEDURES)
    if missing:
        raise UsageError(
            f"{'; '.join(missing)}: state the procedures first, with `duecourse new`, and no later first day"
        )
    return text, first_decisions(examined.intake, day, wanted.story_schema)


def _without_intake(base: str) -> str:
    """The base of an intake, which may be named as `show` names it: `england/intake@2024-04-01` is `england@…`."""
    name, at, first_day = base.partition("@")
    return f"{name.removesuffix(f'/{INTAKE}')}{at}{first_day}"


def _first_procedure(library: PolicyLibrary, authority: str) -> str:
    """The procedure to which a small intake leads. Raises `UsageError` if the authority has none."""
    for name in library.names():
        if name.startswith(f"{authority}/"):
            return name.removeprefix(f"{authority}/")
    raise UsageError(
        f"{authority} has no procedure yet to which an intake could lead: "
        f"begin with `duecourse new {authority}/complaints`"
    )


def _base(
    versions: Callable[[str], Sequence[T]],
    in_force: Callable[[str, date], T],
    name: str,
    base: str,
    first_day: date,
) -> T:
    """What to build on: the version that the name of the base pins, else the one in force on the first day."""
    from engine.commands.finding import starting_on

    base_name, _, pinned = base.partition("@")
    if base_name == name:
        raise UsageError(f"{name} cannot build on itself: name another after --from")
    if not pinned:
        return in_force(base_name, first_day)
    return starting_on(versions(base_name), base_name, pinned)


# --- The schemas, for the editor -------------------------------------------------------------------------------


def _schemas(folder: Path) -> Path:
    """Where the schemas lie: beside the folder of policies, as in a checkout, else in it, where they are copied to."""
    beside = Path(os.path.normpath(folder / "..")) / "schemas"
    return beside if (beside / "policy.schema.json").is_file() else folder / "schemas"


def _towards(schemas: Path, file: Path, schema: str) -> str:
    """The path from a file to a schema, as the first line of the file names it."""
    return Path(os.path.relpath(schemas / f"{schema}.schema.json", file.parent)).as_posix()


def _copies(schemas: Path) -> Mapping[Path, str]:
    """The schemas that are not there yet."""
    from engine.shipped import shipped

    files = [f"{schema}.schema.json" for schema in _SCHEMAS]
    return {
        schemas / file: (shipped("schemas") / file).read_text(encoding="utf-8")
        for file in files
        if not (schemas / file).exists()
    }


# --- Writing ---------------------------------------------------------------------------------------------------


def _write_all(files: Mapping[Path, str]) -> None:
    """Write every file, or none. A file that is there is never touched: `FileExistsError`."""
    written: list[Path] = []
    made: list[Path] = []
    try:
        for file, text in files.items():
            made.extend(_make_folders(file.parent))
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                written.append(file)
                opened.write(text)
    except OSError:
        for file in written:
            file.unlink()
        for folder in reversed(made):
            folder.rmdir()
        raise


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it that are missing; those made, the uppermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    missing.reverse()
    for each in missing:
        each.mkdir()
    return missing


def _what_next(files: Mapping[Path, str], folder: Path, policy_file: Path, story_file: Path) -> str:
    where = "" if folder == Path("policies") else f" --policies {folder}"
    lines = [
        *(f"wrote {file}" for file in files),
        "",
        "Change the first file until it says what your page says. Then:",
    ]
    lines.append(f"  duecourse check {policy_file}{where}")
    if story_file in files:
        lines.append(f"  duecourse replay {story_file}{where}")
    return "\n".join(lines)
