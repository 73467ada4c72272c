"""`generate`: scenarios written from the model of a policy or an intake, or from a case that was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.commands.options import AIM_KINDS, WordType, policies_option
from engine.commands.output import complain, say, with_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cases import Case
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.probing.aims import Aim

ALL = "all"
_THERE_ALREADY = "{} is there already; nothing is ever overwritten: choose another name"
MOST_NAMED = 10
NO_SHIFT = (
    "error: moved by whole weeks, by up to four years either way, the case is not one that the policy takes as it took "
    "the case: its events would lie outside the days on which this version is in force, or be refused"
)


@click.command(
    epilog="\b\nExamples:\n"
    "  duecourse generate redbridge/children-statutory --for limit:stage_1.missed\n"
    "  duecourse generate redbridge/intake --cover routes --write my.scenarios.yaml\n"
    "  duecourse generate redbridge/children-statutory --from-case case.yaml"
)
@click.argument("subject", metavar="POLICY|AUTHORITY/intake")
@click.option(
    "--for", "wanted", metavar="AIM", multiple=True,
    help="A scenario for this: a rule by its id, or such as limit:stage_1.missed; may be repeated.",
)  # fmt: skip
@click.option(
    "--cover", "covers", type=WordType((ALL, *AIM_KINDS)), multiple=True,
    help="Scenarios for everything of this kind. Left out, with no --for either: all.",
)  # fmt: skip
@click.option(
    "--from-case", "recorded", metavar="FILE",
    help="A scenario from a recorded case: a file of events as `timeline` takes, or a case as JSON.",
)  # fmt: skip
@click.option(
    "--write", "file", metavar="FILE", type=click.Path(path_type=Path),
    help="Write to FILE, which must not be there yet. Left out: to standard output.",
)  # fmt: skip
@policies_option
@click.pass_context
def generate(
    context: click.Context,
    subject: str,
    wanted: tuple[str, ...],
    covers: tuple[str, ...],
    recorded: str | None,
    file: Path | None,
    folders: tuple[str, ...],
) -> None:
    """Write scenarios from the model, or from a recorded case.

    What they expect is what the engine says, so they are marked `generated: true`: they prove nothing until a person
    has checked them and added `reviewed_by`.

    Exit status: 0 written, 1 no scenario was found for what was asked, 2 wrong usage or a policy with errors.
    """
    from engine.commands.finding import policy_or_intake
    from engine.errors import UsageError
    from engine.policy.intake import Intake
    from engine.policy.model import Policy

    if file is not None and file.exists():
        raise UsageError(_THERE_ALREADY.format(file))
    if recorded is not None:
        if wanted or covers:
            raise UsageError("--from-case writes the one case: --for and --cover do not go with it")
        if subject.partition("@")[0].endswith("/intake"):
            raise UsageError("--from-case is about a case under a policy: name the policy, not an intake")
        text, notes = _from_case(subject, recorded, folders)
        missing: Sequence[str] = ()
    else:
        stated = policy_or_intake(subject, folders)
        aims = _aims(stated, wanted, covers)
        if isinstance(stated, Intake):
            text, missing = _of_intake(stated, aims, around=not wanted)
        else:
            assert isinstance(stated, Policy)
            text, missing = _of_policy(stated, aims, subject, around=not wanted)
        notes = ()
    for note in notes:
        complain(note)
    if missing:
        complain(_not_found(missing))
    if text:
        _put_out(text, file)
    context.exit(1 if not text or (missing and wanted) else 0)


def _aims(stated: Any, wanted: Sequence[str], covers: Sequence[str]) -> list[Aim]:
    """The aims named, then those of the kinds asked for. Raises `UsageError` for one that there is not."""
    from engine.errors import UsageError
    from engine.probing.aims import aim_from, aims_of_any

    named = [aim_from(text, stated) for text in wanted]
    chosen = covers or (() if named else (ALL,))
    every = aims_of_any(stated)
    there_are = {f"{aim.kind}s" for aim in every}
    for kind in chosen:
        if kind not in (ALL, *there_are):
            known = ", ".join(each for each in AIM_KINDS if each in there_are)
            raise UsageError(f"{_called(stated)} has no {kind} to cover; it has: {known}")
    found = [aim for aim in every if ALL in chosen or f"{aim.kind}s" in chosen]
    return list(dict.fromkeys([*named, *found]))


def _called(stated: Policy | Intake) -> str:
    """A policy or an intake as a sentence calls it."""
    from engine.policy.intake import Intake

    return f"the intake of {stated.id}" if isinstance(stated, Intake) else stated.id


def _of_policy(policy: Policy, aims: Sequence[Aim], subject: str, *, around: bool) -> tuple[str, list[str]]:
    """The text of a file with stories for these aims, and the aims for which none was found."""
    from engine.commands.finding import is_file_name
    from engine.generating import stories_around
    from engine.probing import Prober
    from engine.probing.aims import aim_in_words
    from engine.reports.stories import generated_file

    prober = Prober(policy)
    for aim in with_progress(aims, "searching"):
        prober.plan_for(aim)
    made = list(stories_around(policy, aims, prober, around=around))
    missing = [aim_in_words(aim) for aim in aims if prober.plan_for(aim) is None]
    _, at, first_day = ("", "", "") if is_file_name(subject) else subject.partition("@")
    return (generated_file(policy, made, at + first_day) if made else ""), missing


def _of_intake(intake: Intake, aims: Sequence[Aim], *, around: bool) -> tuple[str, list[str]]:
    """The text of a file with complaints for these aims, and the aims for which none was found."""
    from engine.coverage.complaints import Complaints
    from engine.generating import complaints_around
    from engine.probing.aims import aim_in_words
    from engine.reports.stories import generated_intake_file

    found = Complaints(intake)
    made = list(complaints_around(intake, aims, found, around=around))
    missing = [aim_in_words(aim) for aim in aims if found.showing(aim) is None]
    return (generated_intake_file(intake, made) if made else ""), missing


def _from_case(subject: str, recorded: str, folders: tuple[str, ...]) -> tuple[str, Sequence[str]]:
    """The text of a file with a recorded case, and what is to be said beside it."""
    from engine.generating import recorded_scenario
    from engine.reports.stories import recorded_file

    found = recorded_scenario(_case_in(subject, recorded, folders))
    if found is None:
        return "", (NO_SHIFT,)
    return recorded_file(found), ()


def _case_in(subject: str, recorded: str, folders: tuple[str, ...]) -> Case:
    """The case in a file: as JSON, or as events. Raises `UsageError` for a case under another policy."""
    from engine.cases import Case
    from engine.commands.finding import case_from, events_in, json_in, library_for, policy_named

    data = json_in(recorded) if recorded != "-" else None
    if not isinstance(data, dict) or "duecourse" not in data:
        return case_from(subject, folders, events_in(recorded))
    if data.get("policy") == policy_named(subject, folders).id:
        return Case.from_dict(library_for(subject, folders), data)
    return Case.from_dict(policy_named(subject, folders), data)


def _not_found(missing: Sequence[str]) -> str:
    """What no story was found for, in a sentence; that none was found does not say that there is none."""
    more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
    told = ", ".join(missing[:MOST_NAMED])
    return f"no story was found for {len(missing)}, as far as the search goes: {told}{more}"


def _put_out(text: str, file: Path | None) -> None:
    """To the file, which is not there yet; else to standard output. Raises `UsageError` if it cannot be written."""
    from engine.commands.writing import create
    from engine.errors import UsageError

    if file is None:
        say(text.rstrip("\n"))
        return
    try:
        create(file, text)
    except FileExistsError:
        raise UsageError(_THERE_ALREADY.format(file)) from None
    say(f"wrote {file}")
