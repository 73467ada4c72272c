"""`mutate`: what is printed, what is written, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.commands.mutate import scenarios_below

CHECKOUT = Path(__file__).resolve().parents[2]
ENGLAND = str(CHECKOUT / "tests" / "scenarios" / "england")
# One working day of one council: due on Monday 2 February 2026, and nothing else is looked at.
POLICY = """\
policy: town/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
people: {officer: {title: Officer}}
events: {received: {}, answered: {}}
limits:
  reply: {is: 2 working days, from: received, met_by: answered, owed_by: officer, force: must, basis: local}
stages:
  opening: {next: {begins: {when: received, go_to: stage_1}}}
  stage_1: {title: One, due: reply, next: {ends: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""
SCENARIOS = """\
scenarios_for: town/complaints
scenarios:
  - name: Two working days over a weekend
    steps:
      - {at: "2026-01-29", when: received}
      - {at: "2026-01-29", then: {due: {reply: "2026-02-02"}}}
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy and its scenarios, in which the command is run."""
    file = tmp_path / "policies" / "town" / "complaints.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(POLICY, encoding="utf-8")
    (tmp_path / "town.scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_scenarios_below_are_found_and_survivors_are_sentences(run, town):
    done = run("mutate", "town/complaints")
    lines = done.out.splitlines()
    assert (done.status, done.err) == (0, "")
    assert lines[0] == "town/complaints, in force from Wed 1 Jan 2020"
    assert "1. If calendar office moved a start on a day off to the next working day, no" in lines
    assert any(
        "If reply were of force aim instead of must, no scenario would notice." in line for line in lines
    )
    assert '   In "Two working days over a weekend", after received on 2026-01-29:' in lines
    assert max(len(line) for line in lines if not line.startswith("     ")) <= 80


def test_fewer_noticed_than_asked_for_is_status_1(run, town):
    done = run("mutate", "town/complaints", "--fail-under", "95")
    assert done.status == 1
    assert done.err.startswith("error: the score, ")
    assert run("mutate", "town/complaints", "--fail-under", "10").status == 0


def test_what_would_notice_is_written_and_its_replay_is_unconfirmed(run, town):
    assert run("mutate", "town/complaints", "--write", "new.scenarios.yaml").status == 0
    survivors = json.loads(run("mutate", "town/complaints", "--format", "json").out)["counts"]["survived"]
    done = run("replay", "new.scenarios.yaml", "--format", "json")
    assert done.status == 0
    verdicts = json.loads(done.out)["files"][0]["verdicts"]
    assert len(verdicts) == survivors
    assert all(verdict["unconfirmed"] for verdict in verdicts)
    again = run("mutate", "town/complaints", "--write", "new.scenarios.yaml")
    assert (again.status, again.err) == (2, "error: new.scenarios.yaml is there already: name another file\n")
    nowhere = run("mutate", "town/complaints", "--write", "no/new.scenarios.yaml")
    assert (nowhere.status, nowhere.out) == (2, "")
    assert nowhere.err == "error: there is no folder no to write no/new.scenarios.yaml to\n"


def test_confirmed_they_leave_nothing_unnoticed(run, town):
    run("mutate", "town/complaints", "--write", "new.scenarios.yaml")
    file = town / "new.scenarios.yaml"
    text = file.read_text(encoding="utf-8")
    signed = "    generated: true\n    reviewed_by: complaints manager, 3 May 2026"
    file.write_text(text.replace("    generated: true", signed), encoding="utf-8")
    report = json.loads(run("mutate", "town/complaints", "--format", "json").out)
    assert (report["counts"]["survived"], report["score"]) == (0, 100.0)


def test_of_many_survivors_the_first_are_shown_in_full_by_weight(run, town):
    steps = '{at: "2026-05-01", when: complaint_received}'
    file = town / "one.scenarios.yaml"
    file.write_text(f"scenarios_for: england/corporate\nscenarios:\n  - {{name: One, steps: [{steps}]}}\n")
    corporate = ("mutate", "england/corporate", "--scenarios", str(file))
    report = json.loads(run(*corporate, "--format", "json").out)
    assert (report["files"], report["passed_over"], report["unsought"]) == ([str(file)], 0, 0)
    survived = report["counts"]["survived"]
    in_short, in_full = run(*corporate).out, run(*corporate, "--all").out
    shown = [out.count("This would") + out.count('   In "') for out in (in_short, in_full)]
    assert shown == [20, survived]
    told = " ".join(in_short.splitlines()[-2:])
    assert (
        told
        == f"{survived - 20} more scenarios that would notice them were found: --all shows all, --write FILE writes them."
    )
    numbers = [
        line.rpartition(" ")[2]
        for line in in_full.splitlines()
        if line.startswith("   policies") or "/policies/" in line
    ]
    kinds = list(dict.fromkeys(numbers))
    assert (kinds[:2], kinds[-2:]) == (["[length]", "[start]"], ["[role]", "[need]"])


def test_what_is_generated_and_not_signed_is_told(run, town):
    unsigned = SCENARIOS.replace("    steps:", "    generated: true\n    steps:")
    (town / "new.scenarios.yaml").write_text(unsigned, encoding="utf-8")
    done = run("mutate", "town/complaints")
    assert "Generated and signed by nobody: 1 in new.scenarios.yaml." in done.out.splitlines()
    report = json.loads(run("mutate", "town/complaints", "--format", "json").out)
    assert report["files"] == ["new.scenarios.yaml", "town.scenarios.yaml"]
    assert report["unsigned"] == [{"file": "new.scenarios.yaml", "scenarios": 1}]


def test_what_is_overdue_is_looked_at_on_a_working_day(run, town):
    """Due on Friday 30 January 2026: the look at how late it is comes on Monday 2 February, a day late."""
    friday = SCENARIOS.replace('"2026-01-29"', '"2026-01-28"').replace("2026-02-02", "2026-01-30")
    (town / "town.scenarios.yaml").write_text(friday, encoding="utf-8")
    out = run("mutate", "town/complaints").out
    assert '{at: "2026-02-02", then: {ledger: {reply: "on Mon 2 Feb 2026: overdue by 1 working day"}}}' in out
    assert "by 0 working days" not in out


def test_a_policy_nobody_wrote_scenarios_about_is_a_usage_error(run, town):
    (town / "town.scenarios.yaml").unlink()
    done = run("mutate", "town/complaints")
    assert done.status == 2
    assert "no scenario that passes is about town/complaints" in done.err


def test_a_scenario_file_with_problems_is_told(run, town):
    (town / "town.scenarios.yaml").write_text(SCENARIOS.replace("received}", "recieved}"), encoding="utf-8")
    done = run("mutate", "town/complaints")
    assert (done.status, done.out) == (2, "")
    assert "recieved" in done.err


def test_a_name_of_a_scenario_stays_a_name_in_markdown(run, town):
    named = SCENARIOS.replace("Two working days over a weekend", "<b>Two</b> *days*")
    (town / "town.scenarios.yaml").write_text(named, encoding="utf-8")
    done = run("mutate", "town/complaints", "--format", "markdown")
    told = [line for line in done.out.splitlines() if line.startswith("   In ")]
    assert told
    assert all(r'"\<b\>Two\</b\> \*days\*"' in line for line in told)


def test_an_intake_is_changed_too(run):
    done = run("mutate", "england/intake", "--scenarios", ENGLAND, "--format", "markdown")
    assert done.status == 0
    assert done.out.startswith("# england/intake, in force from ")


def test_folders_that_hold_other_peoples_files_are_left_out(tmp_path: Path):
    for name in (".hidden", "node_modules", "environment", "scenarios"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.scenarios.yaml").write_text("", encoding="utf-8")
    (tmp_path / "environment" / "pyvenv.cfg").write_text("", encoding="utf-8")
    assert list(scenarios_below(tmp_path)) == [tmp_path / "scenarios" / "a.scenarios.yaml"]
