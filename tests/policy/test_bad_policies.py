"""Every file of bad/library/lab is a policy with one mistake; its .out file holds exactly what is told of it.

Dropping in a file and its .out adds a test. `base.yaml` is whole, and `lawful.yaml` is it with law and rights; the
others are one of them, or extend it, with the mistake. Beside `lab` every folder is an authority whose intake is that
of `town` with a mistake; its .out file has the folder's name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.policy import PolicyLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.problems import Problem

BAD = Path(__file__).parent / "bad"
FILES = [
    *sorted((BAD / "library" / "lab").glob("*.yaml")),
    *sorted((BAD / "library").glob("*/intake*.yaml")),
]
WHOLE = {"base", "lawful", "town", "versions-overlap@2020-01-01", "intake-versions@2020-01-01"}


def called(path: Path) -> str:
    """The name of a policy's file, or of an intake's folder, with the day in the file's name."""
    return path.stem.replace("intake", path.parent.name, 1) if path.stem.startswith("intake") else path.stem


def told(problem: Problem) -> Iterator[str]:
    yield str(problem)
    for place, why in problem.related:
        yield f"  {place}: {why}"
    for note in problem.notes:
        yield f"  = {note}"


def lines_told_of(path: Path) -> str:
    examined = PolicyLibrary([BAD / "library"]).examine_file(path)
    lines = [line for problem in examined.problems for line in told(problem)]
    told_of = "".join(f"{line}\n" for line in lines)
    return told_of.replace(f"{path.parent}/", "").replace(f"{BAD / 'library'}/", "")


@pytest.mark.parametrize("path", FILES, ids=called)
def test_a_mistake_is_told_once_with_its_place(path: Path) -> None:
    assert lines_told_of(path) == (BAD / f"{called(path)}.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in FILES if called(path) not in WHOLE], ids=called)
def test_every_other_file_has_a_problem(path: Path) -> None:
    assert PolicyLibrary([BAD / "library"]).examine_file(path).problems


BASE = (BAD / "library" / "lab" / "base.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "reply: {is: 10 working days, up_to: 20 working days,",
            "reply: {is: 2 weeks, up_to: 4 weeks, roll: stays, pauses: {held: {when: asked, until: answer_received, counting: add_calendar_days}},",
        ),
        (
            "reply: {is: 10 working days, up_to: 20 working days,",
            "reply: {is: as soon as possible, up_to: 4 weeks, roll: stays, pauses: {held: {when: asked, until: answer_received, counting: skip_working_days}},",
        ),
        # `answered` has rules of its own in two stages; there the rule of anywhere is not judged beside them.
        ("anywhere:\n", "anywhere:\n  again: {when: [answered, asked], go_to: stage_2}\n"),
        ("asked: {when: asked, within: request,", "late: {when: asked, after: request, go_to: closed}\n      asked: {when: asked, within: request,"),
        # Presumed in any stage, it starts `request` in `waiting`, wherever its own rule leads.
        ("  closed: {title", "      received: {when: answer_received, go_to: closed}\n  closed: {title"),
    ],
    ids=["a-pause-that-adds", "a-pause-of-no-length", "anywhere-beside-own-rules", "within-and-after", "a-rule-for-a-presumed-event"],
)  # fmt: skip
def test_what_is_right_is_not_told(old: str, new: str) -> None:
    assert old in BASE
    examined = PolicyLibrary([BAD / "library"]).examine_text(BASE.replace(old, new), "lab/base.yaml")
    assert [str(problem) for problem in examined.problems] == []


def test_a_limit_that_says_itself_that_its_start_is_day_1_is_taken_at_its_word() -> None:
    text = BASE.replace("day_one: day_after", "day_one: same_day").replace(
        "request: {is: 20 working days,", "request: {is: 20 working days, day_one: same_day,"
    )
    assert PolicyLibrary([BAD / "library"]).examine_text(text, "lab/base.yaml").problems == ()
