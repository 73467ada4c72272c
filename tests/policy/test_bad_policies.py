"""Every file of bad/library/lab is a policy with one mistake; its .out file holds exactly what is told of it.

Dropping in a file and its .out adds a test. `base.yaml` is whole; the others are it, or extend it, with the mistake.
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
FILES = sorted((BAD / "library" / "lab").glob("*.yaml"))


def told(problem: Problem) -> Iterator[str]:
    yield str(problem)
    for place, why in problem.related:
        yield f"  {place}: {why}"
    for note in problem.notes:
        yield f"  = {note}"


def lines_told_of(path: Path) -> str:
    examined = PolicyLibrary([BAD / "library"]).examine_file(path)
    lines = [line for problem in examined.problems for line in told(problem)]
    return "".join(f"{line}\n" for line in lines).replace(f"{path.parent}/", "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_told_once_with_its_place(path: Path) -> None:
    assert lines_told_of(path) == (BAD / f"{path.stem}.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "base"], ids=lambda path: path.stem)
def test_every_other_file_has_a_problem(path: Path) -> None:
    assert PolicyLibrary([BAD / "library"]).examine_file(path).problems
