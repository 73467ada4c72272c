"""`check --longest` as it is typed: the table, the JSON, and what it does not take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator, FormatChecker

from engine.commands import main
from engine.documents.conform import is_date
from engine.policy import PolicyLibrary

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).resolve().parents[2]
ENGLAND = "england/children-statutory"
FORMATS = FormatChecker(formats=())
FORMATS.checks("date")(is_date)


@pytest.fixture
def typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """The exit status of `check` and what it prints, in the checkout."""
    monkeypatch.chdir(CHECKOUT)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["check", *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_the_table_names_each_end_with_its_ways(typed: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = typed("england/corporate", "--longest", "--from", "2026-05-01")
    assert status == 0
    # 5 working days to acknowledge and 20 from there: 25, of which Friday 8 May is the fifth and Tuesday 9 June the
    # last (4 and 25 May are bank holidays). Nothing says when stage 2 has to be asked for; it takes 5 and 40 more.
    assert out.startswith(
        """\
england/corporate: working days from receipt on Fri 1 May 2026
After each stage stands the working day on which it is left at the longest.
? stands for a stay that nothing bounds, which is not counted.

  longest   shortest  ends

settled: Resolved
  25 + ?    0         ?
    stage_1 25 > awaiting_stage_2_request ?
  25        0         Tue 9 Jun 2026
    stage_1 25
  1 more way, with --format json

closed_after_stage_1: Closed after stage 1, stage 2 not asked for
  25 + ?    0         ?
    stage_1 25 > awaiting_stage_2_request ?

closed_after_stage_2: Procedure complete
  70 + ?    0         ?
    stage_1 25 > awaiting_stage_2_request ? > stage_2 70
"""
    )
    assert "\n- Reached only from another end: ombudsman." in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_json_has_every_way(typed: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = typed(ENGLAND, "--longest", "--from", "2026-05-01", "--format", "json")
    report = json.loads(out)
    ways = {
        tuple(stay["stage"] for stay in each["stages"]): each
        for each in report["routes"]
        if each["end"] == "closed_after_stage_1"
    }
    assert ways.keys() == {("stage_1", "awaiting_stage_2_request")}
    (way,) = ways.values()
    assert (way["longest"], way["shortest"], way["ends_on"], way["missed"]) == (42, 20, "2026-07-03", [])
    assert [(stay["day"], stay["limit"], stay["left_by"]) for stay in way["stages"]] == [
        (20, "stage_1", "stage_1_response_sent"),
        (42, "stage_2_request", None),
    ]
    assert (report["from"], report["pauses_not_counted"], report["dates_not_counted"], report["is_cut"]) == (
        "2026-05-01",
        ["stage_1"],
        ["panel_papers"],
        False,
    )


@pytest.mark.parametrize("name", PolicyLibrary([CHECKOUT / "policies"]).names())
def test_the_json_has_the_shape_that_is_published(
    name: str, typed: Callable[..., tuple[int, str, str]]
) -> None:
    schema = json.loads((CHECKOUT / "schemas" / "longest-report.schema.json").read_text(encoding="utf-8"))
    _, out, _ = typed(name, "--longest", "--format", "json")
    validator = Draft7Validator(schema, format_checker=FORMATS)
    assert [error.message for error in validator.iter_errors(json.loads(out))] == []


def test_without_a_day_it_is_the_first_of_the_policy(typed: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = typed(ENGLAND, "--longest")
    assert out.startswith(f"{ENGLAND}: working days from receipt on Fri 1 Sep 2006\n")


def test_a_day_chooses_the_version_in_force(typed: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = typed("richmond/corporate", "--longest", "--from", "2025-05-01", "--format", "json")
    assert json.loads(out)["in_force_from"] == "2024-04-01"


def test_a_file_is_taken_as_well(typed: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = typed("policies/england/corporate.yaml", "--longest")
    assert (status, out.partition(":")[0]) == (0, "england/corporate")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--longest",), "--longest takes one policy"),
        ((ENGLAND, "england/corporate", "--longest"), "--longest takes one policy"),
        ((ENGLAND, "--longest", "--format", "sarif"), "--longest has the formats text and json, not sarif"),
        ((ENGLAND, "--from", "2026-05-01"), "--from belongs to --longest"),
        ((ENGLAND, "--longest", "--sources", "policies"), "--sources does not belong to it"),
        ((ENGLAND, "--longest", "--write-scenarios", "nowhere"), "--write-scenarios does not belong to it"),
        ((ENGLAND, "--longest", "--fail-on", "error"), "--fail-on does not belong to it"),
        ((ENGLAND, "--longest", "--from", "1850-01-01"), "1850"),
        (("england/nothing", "--longest"), "england/nothing"),
        (("england/intake.yaml", "--longest", "--policies", "policies"), "england/intake.yaml"),
    ],
)  # fmt: skip
def test_what_it_does_not_take_is_said(
    arguments: tuple[str, ...], said: str, typed: Callable[..., tuple[int, str, str]]
) -> None:
    status, out, err = typed(*arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_a_policy_with_errors_is_told_of_them(typed: Callable[..., tuple[int, str, str]]) -> None:
    status, out, err = typed("tests/policy/bad/library/lab/unknown-stage.yaml", "--longest")
    assert (status, out) == (1, "")
    assert "unknown-stage" in err
