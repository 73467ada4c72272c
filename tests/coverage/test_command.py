"""`duecourse replay --coverage` as it is typed: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from engine.commands import main
from engine.commands.options import AIM_KINDS
from engine.reports.coverage import HEADINGS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "replay-report.schema.json").read_text(encoding="utf-8"))
TOLD = """\
scenarios_for: town/complaints
scenarios:
  - name: begun
    steps:
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", then: {stage: first}}
"""
COVERED = """\
told.scenarios.yaml  town/complaints
  passed  begun

1 scenario: 1 passed

coverage of town/complaints, in force from 2020-01-01, by 1 scenario or row
  stages         2 of    5    40 %
  rules          1 of    8    12 %
  all            3 of   13    23 %

not covered
  stage waiting  [stage:waiting]
    why     1 scenario comes to a stage from which first.answered leads there,
            and it does not go on so
    events  received > answered
  stage second  [stage:second]
    why     1 scenario comes to a stage from which first.no_reply or
            waiting.asked leads there, and it does not go on so
    events  received > answered > asked
"""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").symlink_to(town)
    (tmp_path / "told.scenarios.yaml").write_text(TOLD, encoding="utf-8")


def printed(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["replay", "told.scenarios.yaml", "--coverage", *more]) == 0
    return capsys.readouterr().out


def test_the_text_tells_how_much_is_covered_and_how_to_cover_the_rest(capsys):
    out = printed(capsys, "--cover", "stages", "--cover", "rules")
    assert out.startswith(COVERED)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("kind", HEADINGS)
def test_every_kind_can_be_asked_for(capsys, kind):
    assert "passed" in printed(capsys, "--cover", kind, "--format", "quiet")


def test_quiet_is_one_line_for_each_policy(capsys):
    out = printed(capsys, "--format", "quiet", "--cover", "rules")
    assert out.splitlines()[-1] == "town/complaints, in force from 2020-01-01: 12 %, 7 of 8 not covered"


def test_json_has_the_shape_of_its_schema(capsys):
    report = json.loads(printed(capsys, "--format", "json"))
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(report)] == []
    (coverage,) = report["coverage"]
    assert coverage["kinds"][:2] == [
        {"kind": "stage", "covered": 2, "of": 5, "share": 40.0},
        {"kind": "rule", "covered": 1, "of": 8, "share": 12.5},
    ]
    items = {item["id"]: item for item in coverage["items"]}
    assert items["stage:first"]["covered_by"] == ["begun"]
    assert items["first.answered"] == {
        "id": "first.answered",
        "kind": "rule",
        "words": "rule first.answered",
        "covered": False,
        "scenarios": 0,
        "covered_by": [],
        "reason": "1 scenario comes to first, and it does not record answered there",
        "events": "received > answered",
    }


def test_markdown_has_a_table_of_what_is_covered_and_one_of_what_is_not(capsys):
    out = printed(capsys, "--format", "markdown", "--cover", "rules").splitlines()
    assert "## Coverage of town/complaints, in force from 2020-01-01" in out
    assert "| rules | 1 | 8 | 12 % |" in out
    assert (
        "| rule first.answered<br>`first.answered` | 1 scenario comes to first, and it does not record answered there "
        "| `received > answered` |"
    ) in out


def test_without_it_nothing_is_said_of_coverage(capsys):
    assert main(["replay", "told.scenarios.yaml", "--format", "json"]) == 0
    assert "coverage" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("least", "status"), [("12.5", 0), ("12.6", 1), ("0", 0), ("100", 1)])
def test_too_little_is_a_failure_that_says_of_what(capsys, least, status):
    line = ["--coverage", "--cover", "rules", "--fail-under", least, "--format", "quiet"]
    assert main(["replay", "told.scenarios.yaml", *line]) == status
    told = capsys.readouterr().err
    assert ("town/complaints" in told) is bool(status)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--fail-under", "80"], "add --coverage"),
        (["--cover", "rules"], "add --coverage"),
        (["--coverage", "--format", "junit"], "take one of text, quiet"),
        (["--coverage", "--watch"], "leave out one of"),
        (["--coverage", "--fail-under", "101"], "101"),
        (["--coverage", "--cover", "stage"], "'stages'"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(capsys, line, told):
    assert main(["replay", "told.scenarios.yaml", *line]) == 2
    assert told in capsys.readouterr().err


def test_a_scenario_that_fails_is_told_as_ever(capsys):
    Path("told.scenarios.yaml").write_text(TOLD.replace("stage: first", "stage: second"), encoding="utf-8")
    assert main(["replay", "told.scenarios.yaml", "--coverage", "--format", "quiet"]) == 1
    assert "0 %, " in capsys.readouterr().out


def test_the_kinds_that_can_be_typed_are_those_that_are_counted():
    # Written twice, so that a command need not load what counts them in order to start.
    assert tuple(HEADINGS) == AIM_KINDS
