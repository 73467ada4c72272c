"""The formats of a replay: one line each, JSON after its schema, and XML that continuous integration reads."""

from __future__ import annotations

import json
import shlex
import subprocess
from datetime import date
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator

from engine.policy import PolicyLibrary
from engine.problems import Place
from engine.replay import Failure, FileVerdicts, Replay, Verdict, replay, scenario_files
from engine.reports.paint import plain
from engine.reports.verdicts import (
    repeat_command,
    repeat_options,
    summary,
    verdicts_github,
    verdicts_json,
    verdicts_junit,
    verdicts_markdown,
    verdicts_plain,
    verdicts_quiet,
    verdicts_text,
)

if TYPE_CHECKING:
    from engine.reports.verdicts import Report

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE.parents[1] / "schemas" / "replay-report.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def everything() -> Replay:
    return replay(
        scenario_files([HERE / "files"]), PolicyLibrary([HERE / "policies"]), today=date(2026, 7, 1)
    )


def test_plain_has_one_line_for_each_verdict_failure_and_problem(everything: Replay) -> None:
    failures = sum(len(verdict.failures) for verdict in everything.verdicts if verdict.outcome == "failed")
    others = everything.count("passed") + everything.count("known_failure")
    assert len(verdicts_plain(everything).splitlines()) == failures + others + len(everything.problems)


def test_json_has_the_shape_of_its_schema(everything: Replay) -> None:
    Draft7Validator.check_schema(SCHEMA)
    report = json.loads(verdicts_json(everything))
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(report)] == []
    assert report["summary"] == {
        "scenarios": 39, "rows": 16, "passed": 29, "failed": 23, "known_failures": 3, "unconfirmed": 0, "files_with_problems": 8,
    }  # fmt: skip


def test_junit_counts_failures_known_failures_and_broken_files(everything: Replay) -> None:
    root = ET.fromstring(verdicts_junit(everything))  # noqa: S314 - our own text
    assert {name: root.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "63", "failures": "23", "errors": "8", "skipped": "3",
    }  # fmt: skip
    assert len(root.findall("testsuite/testcase")) == 63
    assert all(case.attrib["name"] and case.attrib["classname"] for case in root.iter("testcase"))


def test_junit_shows_a_failure_in_full() -> None:
    found = replay(
        [HERE / "files/failing/due-date.scenarios.yaml"],
        PolicyLibrary([HERE / "policies"]),
        today=date(2026, 7, 1),
    )
    (failure,) = ET.fromstring(verdicts_junit(found)).iter("failure")  # noqa: S314 - our own text
    assert (
        failure.attrib["message"]
        == "due contact, seen on Fri 1 May 2026: expected Wed 6 May 2026, got Thu 7 May 2026"
    )
    assert "Early May bank holiday" in (failure.text or "")


def test_junit_leaves_out_what_xml_cannot_hold() -> None:
    verdict = Verdict("scenario", "bell \x07 & <angle>", Place("a.yaml"), "passed")
    root = ET.fromstring(verdicts_junit(_of(verdict)))  # noqa: S314 - our own text
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["bell \ufffd & <angle>"]


@pytest.mark.parametrize(
    "name", ["Ten days", 'He said "no"', "It's $5 `now`", "a; rm -r b", "per cent % and !"]
)
def test_the_command_that_repeats_survives_a_shell(name: str) -> None:
    verdict = Verdict("scenario", name, Place("some folder/a.yaml"), "failed")
    command = repeat_command(verdict, repeat_options(["my policies"]))
    assert shlex.split(command) == [
        "duecourse", "replay", "some folder/a.yaml", "--only", name, "--policies", "my policies",
    ]  # fmt: skip


def test_the_summary_counts_what_there_is(everything: Replay) -> None:
    assert summary(everything) == (
        "39 scenarios, 16 rows: 29 passed, 23 failed, 3 known failures; 8 files could not be replayed"
    )
    assert summary(_of(Verdict("row", "one", Place("a.yaml"), "passed"))) == "1 row: 1 passed"


def _of(verdict: Verdict) -> Replay:
    from engine.replay import FileVerdicts

    return Replay((FileVerdicts("a.yaml", "here/complaints", (verdict,)),))


def test_github_shows_each_failure_known_failure_and_problem_beside_its_line(everything: Replay) -> None:
    commands = verdicts_github(everything).splitlines()
    failures = sum(len(verdict.failures) for verdict in everything.verdicts if verdict.outcome == "failed")
    assert len([each for each in commands if each.startswith("::notice file=")]) == everything.count(
        "known_failure"
    )
    assert len([each for each in commands if each.startswith("::error file=")]) == failures + len(
        everything.problems
    )
    assert len(commands) == failures + everything.count("known_failure") + len(everything.problems)


def test_github_names_the_place_and_says_why_on_one_line() -> None:
    found = replay(
        [HERE / "files/failing/due-date.scenarios.yaml"],
        PolicyLibrary([HERE / "policies"]),
        today=date(2026, 7, 1),
    )
    (command,) = verdicts_github(found).splitlines()
    said, _, text = command.removeprefix("::").partition("::")
    assert said.endswith(",line=6,col=50,endLine=6,endColumn=62,title=The bank holiday forgotten")
    assert text.startswith(
        "due contact, seen on Fri 1 May 2026: expected Wed 6 May 2026, got Thu 7 May 2026%0A"
    )
    assert "%0A  left out  Mon 4 May 2026, Early May bank holiday%0A" in text


def test_github_and_markdown_let_no_name_break_out() -> None:
    name = "a,b:c\n::error::x | <script> ```"
    verdict = Verdict("scenario", name, Place("a b.yaml", 3), "failed", (WRONG,))
    found = Replay((FileVerdicts("a b.yaml", "here/x", (verdict,)),))
    (command,) = verdicts_github(found).splitlines()
    assert (
        ",title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax | <script> ```::due x: expected y, got z%0Abecause" in command
    )
    page = verdicts_markdown(found).splitlines()
    assert [line for line in page if line.startswith("#")][1:] == [
        r"### Failed: a,b:c ::error::x \| \<script\> ```"
    ]
    fences = [line for line in page if line.startswith("````")]
    assert fences == ["````text", "````"]


WRONG = Failure("due x", "y", "z", ("because",), Place("a b.yaml", 4), None)


def test_markdown_has_a_row_for_each_file_every_failure_and_every_problem(everything: Replay) -> None:
    page = verdicts_markdown(everything)
    assert f"\n{summary(everything)}.\n" in page
    assert page.count("\n### Failed: ") == everything.count("failed")
    assert page.count("\n| error | ") == len(everything.problems)
    assert page.count(".scenarios.yaml` | ") >= sum(bool(file.verdicts) for file in everything.files)
    assert page.count("(`") == everything.count("known_failure")


@pytest.mark.parametrize("report", [verdicts_github, verdicts_markdown])
def test_what_passes_is_told_briefly(report: Report) -> None:
    found = replay(
        [HERE / "files/passing/story.scenarios.yaml"],
        PolicyLibrary([HERE / "policies"]),
        today=date(2026, 7, 1),
    )
    assert len(report(found, "", plain).splitlines()) in (0, 7)


# --- Names that would be more than a name --------------------------------------------------------------------------

FEIGNED = """\
scenarios_for: redbridge/children-statutory
scenarios:
  - name: "First\\n::error::it's \\u202e turned"
    steps:
      - {at: "2026-05-01", when: complaint_received}
      - {at: "2026-05-01", then: {stage: stage_1}}
  - name: "Second\\n::error::it's \\u202e turned"
    known_failure: {reason: "Third\\n::error::it's \\u202e turned", until: "2099-01-01"}
    steps:
      - {at: "2026-05-01", when: complaint_received}
      - {at: "2026-05-01", then: {stage: stage_1}}
"""


@pytest.mark.parametrize("report", [verdicts_text, verdicts_quiet, verdicts_plain])
def test_a_name_makes_no_line_of_its_own_and_turns_nothing_round(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "feigned.scenarios.yaml"
    file.write_text(FEIGNED, encoding="utf-8")
    told = report(replay([file], PolicyLibrary(), today=date(2026, 7, 1)), "", plain)
    assert "First" in told
    assert "\u202e" not in told
    assert "it's \\u202e turned" in told
    assert not [line for line in told.splitlines() if line.startswith("::")]


def test_such_a_name_is_repeated_by_a_command_on_one_line_that_a_shell_reads(tmp_path: Path) -> None:
    file = tmp_path / "feigned.scenarios.yaml"
    file.write_text(FEIGNED, encoding="utf-8")
    first, _ = replay([file], PolicyLibrary(), today=date(2026, 7, 1)).verdicts
    command = repeat_command(first)
    assert command.endswith(r"--only $'First\n::error::it\'s \u202e turned'")
    bash = which("bash")
    if bash is not None:
        typed = command.partition("--only ")[2]
        read = subprocess.run(
            [bash, "-c", f"printf %s {typed}"], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
        )
        assert read.stdout.decode() == first.name
