"""`fuzz`: what must hold of every procedure, tried over many histories, found by search and told by chance."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from engine.commands.finding import policy_named
from engine.commands.options import SECONDS, format_option, policies_option
from engine.commands.output import complain, paint, say, with_progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.fuzzing import Fuzzed
    from engine.policy.model import Policy

MOST_HISTORIES = 1_000_000


@click.command(
    epilog="\b\nExamples:\n  duecourse fuzz redbridge/children-statutory"
    "\n  duecourse fuzz policies/town/complaints.yaml --seed 7 --write found",
)
@click.argument("policy", metavar="POLICY")
@click.option(
    "--histories",
    type=click.IntRange(1, MOST_HISTORIES),
    metavar="N",
    help="How many histories to tell. Left out: 1000, or fewer of a policy with very many limits and events.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="S",
    help="Another number gives other histories; the same one the same.",
)
@click.option(
    "--for-seconds",
    "seconds",
    type=SECONDS,
    metavar="T",
    help="Stop after T seconds, though fewer are told; how many were is said.",
)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a scenario file into DIR for each finding.",
)
@policies_option
@format_option("text", "json")
@click.pass_context
def fuzz(
    context: click.Context,
    policy: str,
    histories: int | None,
    seed: int,
    seconds: float | None,
    folder: Path | None,
    folders: tuple[str, ...],
    form: str,
) -> None:
    """Try over many histories what must hold of every procedure.

    No stage without a way on, no duty without an end, the Ombudsman always reachable, no due date earlier after an
    extension, nothing accepted after the end but what is meant; and that this program keeps to its own rules. What
    breaks one is shown by the shortest story found.

    Exit status: 0 nothing found, 1 something, 2 wrong usage or a policy with errors.
    """
    from engine.commands.writing import refuse_unwritable
    from engine.fuzzing import Fuzzing
    from engine.reports.fuzz import FUZZ_FORMATS

    if folder is not None:
        refuse_unwritable(folder)
    tried = policy_named(policy, folders)
    histories = histories or _usual(tried)
    fuzzing = Fuzzing(tried, seed)
    ends = None if seconds is None else monotonic() + seconds
    for _ in with_progress(range(histories), f"Telling {histories} histories"):
        fuzzing.tell_next()
        if ends is not None and monotonic() > ends:
            break
    fuzzed = fuzzing.told()
    say(FUZZ_FORMATS[form](fuzzed, paint()))
    if folder is not None:
        for line in _write(fuzzed, folder):
            complain(line)
    context.exit(int(bool(fuzzed.findings)))


def _usual(policy: Policy) -> int:
    """How many histories to tell if nobody says; why, if they are fewer than usual."""
    from engine.fuzzing import HISTORIES, histories_for

    histories = histories_for(policy)
    if histories < HISTORIES:
        complain(
            f"{policy.id} has {len(policy.limits)} limits and {len(policy.events)} events: {histories} histories are told, "
            f"not {HISTORIES}; --histories N tells more"
        )
    return histories


def _write(fuzzed: Fuzzed, folder: Path) -> Iterator[str]:
    """Write a file for each finding; what was done, a line each. Raises `UsageError` if it cannot be written."""
    from engine.commands.writing import write_new
    from engine.reports.fuzz import fuzz_scenario

    numbers: dict[str, int] = {}
    for finding in fuzzed.findings:
        stem = f"{fuzzed.policy.id.replace('/', '-')}-{finding.invariant.name}"
        numbers[stem] = numbers.get(stem, 0) + 1
        yield write_new(folder / f"{stem}-{numbers[stem]}.scenarios.yaml", fuzz_scenario(finding))
    if not fuzzed.findings:
        yield "nothing was found of which a story could be told"
