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
