"""A council's policy with three errors planted in it, and a tester with the page and a calendar who finds them all.

The errors: a length off by one, a wrong start, and a refusal that is missing. None of them is an error to `check`, since
a procedure could be so; only the page says that this one is not.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.commands import main

CHECKOUT = Path(__file__).resolve().parents[2]
POLICY = "redbridge/children-statutory"
FROM_THE_PAGE = Path(__file__).with_name("from-the-page.scenarios.yaml")
AIMS = ("limit:informal_response.met", "limit:stage_2_report.met", "anywhere.stage_2")


def planted(text: str) -> str:
    """The policy with the three errors in it."""
    first = "    from: informal_resolution_started"
    text = exchanged(text, f"    is: 5 working days\n{first}", f"    is: 6 working days\n{first}")
    second = "    up_to: 65 working days\n"
    text = exchanged(text, f"{second}    from: statement_agreed", f"{second}    from: stage_2_requested")
    start = text.index("  stage_2_refused:\n    when:")
    text = text[:start] + text[text.index("  stage_3:\n", start) :]
    return exchanged(text, "  stage_2:\n    if: {grounds: given}\n", "  stage_2:\n")


def exchanged(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """A folder with the policy as it was handed over, and the commands as the tester types them."""
    for base in ("england", "redbridge"):
        shutil.copytree(CHECKOUT / "policies" / base, tmp_path / "policies" / base)
    file = tmp_path / "policies" / f"{POLICY}.yaml"
    file.write_text(planted(file.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copy(FROM_THE_PAGE, tmp_path)
    monkeypatch.chdir(tmp_path)

    def typed(*arguments):
        status = main(arguments)
        return status, capsys.readouterr().out

    return typed


def mended():
    shutil.copy(CHECKOUT / "policies" / f"{POLICY}.yaml", f"policies/{POLICY}.yaml")


def test_the_policy_handed_over_has_no_error_that_check_would_refuse(desk):
    status, said = desk("check", "policies/redbridge", "--format", "json")
    assert status == 0
    assert "letter-never-sent" in said  # the letter of the refusal that is missing: a first sign


def test_what_is_generated_puts_each_error_before_the_tester(desk):
    status, said = desk("generate", POLICY, *(word for aim in AIMS for word in ("--for", aim)))
    assert status == 0
    text = " ".join(said.replace("# ", "").split())
    assert "informal_response is 6 working days" in text  # the page has 5
    assert "stage_2_report is 25 working days" in text
    assert "counted from stage_2_requested" in text  # the page: once the statement is agreed
    assert "by_rule: anywhere.stage_2" in text
    assert "generated: true" in text


def test_what_the_tester_writes_from_the_page_fails_with_each_error_and_its_reason(desk):
    status, said = desk("replay", FROM_THE_PAGE.name)
    assert status == 1
    assert "3 scenarios: 3 failed" in said
    length, start, refusal = said.split("FAILED:")[1:]
    assert "expected  Thu 28 May 2026" in length
    assert "rule      6 working days" in length
    assert "expected  Tue 5 May 2026" in start
    assert "start     Thu 12 Mar 2026, stage_2_requested" in start
    assert "expected  awaiting_stage_2_request" in refusal
    assert "got       stage_2" in refusal
    assert "by rule anywhere.stage_2" in " ".join(refusal.split())


def test_once_mended_the_file_passes_and_would_notice_each_of_the_three_again(desk):
    mended()
    assert desk("replay", FROM_THE_PAGE.name)[0] == 0
    status, said = desk("mutate", POLICY, "--scenarios", FROM_THE_PAGE.name, "--format", "json")
    assert status == 0
    noticed = {change["says"] for change in json.loads(said)["changes"] if change["fate"] == "killed"}
    assert {
        "informal_response were 6 working days instead of 5",
        "stage_2_report were 26 working days instead of 25",
        "there were no rule anywhere.stage_2_refused",
    } <= noticed
    assert any(says.startswith("stage_2_report counted from ") for says in noticed)


def test_before_the_tester_writes_a_word_no_scenario_would_notice_any_of_them(desk):
    mended()
    empty = "scenarios_for: redbridge/children-statutory\nscenarios:\n  - name: It begins\n    steps:\n"
    empty += '      - {at: "2026-05-11", when: complaint_received}\n'
    Path("none.scenarios.yaml").write_text(empty, encoding="utf-8")
    _, said = desk("mutate", POLICY, "--scenarios", "none.scenarios.yaml", "--format", "json")
    survived = {change["says"]: change for change in json.loads(said)["changes"]}
    each = survived["informal_response were 6 working days instead of 5"]
    assert each["fate"] == "survived"
    assert each["would_kill"] is not None
