"""Every file in `bad/` gives exactly the problems its `.out` file lists; dropping in a pair adds a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.documents import read_file, shape_problems
from engine.documents.reader import C_PARSER
from engine.errors import PolicyInvalid

if TYPE_CHECKING:
    from engine.problems import Problem

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


def problems_of(path: Path) -> list[Problem]:
    kind = {"scenario": "scenarios", "intake": "intake"}.get(path.name.split("-")[0].split(".")[0], "policy")
    try:
        return shape_problems(read_file(path, path.name), kind)
    except PolicyInvalid as error:
        return list(error.problems)


@pytest.mark.skipif(C_PARSER is None, reason="the pure parser finds fewer problems after a mistake of syntax")
@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_a_bad_file_gives_exactly_these_problems(path: Path) -> None:
    expected = path.with_suffix(".out").read_text(encoding="utf-8").splitlines()
    assert [str(problem) for problem in problems_of(path)] == expected


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_no_message_speaks_of_schemas(path: Path) -> None:
    jargon = ("schema", "additionalProperties", "instance", "object", "array", "regular expression", "^[a-z]")
    told = "\n".join("\n".join([problem.message, *problem.notes]) for problem in problems_of(path))
    assert not [word for word in jargon if word in told]


# Not in a file of this folder: tested elsewhere, or a last resort that nothing is known to reach.
NO_BAD_FILE = {"too-large", "too-many", "not-yaml", "ignore-without-reason", "strange-remark"}
NO_NAMES = {"utf-8", "x-is", "x-one-of", "x-why", "x-keys-of", "nothing-to-drop", "nothing-to-remove"}


def test_every_name_of_a_problem_has_a_bad_file() -> None:
    sources = (Path(__file__).parents[2] / "engine" / "documents").glob("*.py")
    code = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    names = set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', code)) - NO_NAMES
    assert names - {problem.name for path in BAD for problem in problems_of(path)} == NO_BAD_FILE


def test_a_misspelt_key_is_shown_as_typed_with_the_keys_there_are() -> None:
    (problem,) = problems_of(Path(__file__).parent / "bad" / "unknown-key-of-a-rule.yaml")
    assert problem.instead == "go_to"
    assert problem.breadcrumb == ("stages", "opening", "next", "received")
    assert problem.line_text[problem.place.column - 1 :][: problem.place.width] == "goto"
    assert problem.notes[-1].startswith("keys of a rule: after, basis, cite, go_to, if, ")


def test_a_duplicate_key_names_the_other_place() -> None:
    problem = problems_of(Path(__file__).parent / "bad" / "duplicate-key.yaml")[0]
    assert [(place.line, place.column, why) for place, why in problem.related] == [(2, 1, "the first one")]
