"""`generate` at the command line: what it writes, where, and what it says to what it cannot do."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine.cases import Case, Event
from engine.policy import PolicyLibrary

POLICY = "redbridge/children-statutory"
EVENTS = """\
- {on: "2026-05-01", event: complaint_received, by: complainant}
- {on: "2026-05-06", event: method_decided, with: {risk: low, method: stage_1}}
"""


def test_one_aim_is_one_scenario(run):
    found = run("generate", POLICY, "--for", "limit:stage_1.missed")
    assert (found.status, found.err) == (0, "")
    assert found.out.count("- name:") == found.out.count("generated: true\n    steps:") == 1
    assert "reviewed_by: complaints manager, 3 May 2026" in found.out


def test_a_file_is_written_once_and_replays(run, tmp_path):
    file = tmp_path / "made.scenarios.yaml"
    written = run("generate", POLICY, "--cover", "limits", "--write", str(file))
    assert (written.status, written.out) == (0, f"wrote {file}\n")
    replayed = run("replay", str(file), "--format", "quiet")
    assert replayed.status == 0
    assert "generated and not confirmed)" in replayed.out
    text = file.read_text(encoding="utf-8")
    again = run("generate", POLICY, "--write", str(file))
    assert again.status == 2
    assert "is there already" in again.err
    assert file.read_text(encoding="utf-8") == text


def test_an_intake_is_covered_by_its_name(run):
    found = run("generate", "redbridge/intake", "--cover", "exclusions")
    assert found.status == 0
    assert "\nintake_for: redbridge\n" in found.out
    assert "set_aside: [too_late]" in found.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--for", "stage_1.answerd"], 'did you mean "stage_1.answered"?'),
        (["--for", "limit:stage_1"], "limit:stage_1.started"),
        (["--cover", "limit"], 'did you mean "limits"?'),
        (["--cover", "routes"], "has no routes to cover; it has: stages, rules"),
        (["--from-case", "case.yaml", "--cover", "all"], "do not go with it"),
        (["--from-case", "no-such-file.yaml"], "no-such-file.yaml"),
    ],
)
def test_wrong_usage_says_what_to_write(run, arguments, said):
    found = run("generate", POLICY, *arguments)
    assert (found.status, found.out) == (2, "")
    assert said in found.err


def test_what_an_intake_has_is_said_of_the_intake(run):
    found = run("generate", "redbridge/intake", "--cover", "rules")
    assert (found.status, found.out) == (2, "")
    assert "the intake of redbridge has no rules to cover; it has: answers," in found.err


def test_an_aim_out_of_reach_is_named_and_the_status_says_so(run, tmp_path):
    (tmp_path / "mill").mkdir()
    (tmp_path / "mill" / "complaints.yaml").write_text(UNREACHABLE, encoding="utf-8")
    found = run("generate", "mill/complaints", "--policies", str(tmp_path), "--for", "answer:grounds.given")
    assert found.status == 1
    assert "no story was found for 1, as far as the search goes: answer given of grounds" in found.err


# Nothing is judged with the grounds given before the 42nd event, and so far the search does not go.
UNREACHABLE = """\
policy: mill/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts: {grounds: {ask: "Are reasons given?", answers: [given, not_given], decided_by: officer}}
people: {complainant: {title: Person who complains}, officer: {title: Officer}}
events: {received: {by: complainant}, asked: {by: complainant}, WAYS}
stages:
  opening: {next: {received: {when: received, go_to: s_0}}}
STAGES
  s_41: {title: Last, next: {asked: {when: asked, if: {grounds: given}, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""
UNREACHABLE = UNREACHABLE.replace("WAYS", ", ".join(f"on_{n}: {{by: officer}}" for n in range(41))).replace(
    "STAGES",
    "\n".join(
        f"  s_{n}: {{title: Stage {n}, next: {{then_{n}: {{when: on_{n}, go_to: s_{n + 1}}}}}}}"
        for n in range(41)
    ),
)


def test_a_recorded_case_is_taken_as_events_or_as_json(run, tmp_path):
    events = tmp_path / "case.yaml"
    events.write_text(EVENTS, encoding="utf-8")
    case = Case.open(PolicyLibrary().policy(POLICY, date(2026, 5, 1)), reference="C-1")
    case = case.apply(Event("complaint_received", on=date(2026, 5, 1), by="complainant"))
    case = case.apply(Event("method_decided", on=date(2026, 5, 6), data={"risk": "low", "method": "stage_1"}))
    stored = tmp_path / "case.json"
    stored.write_text(json.dumps(case.to_dict()), encoding="utf-8")
    found = [run("generate", POLICY, "--from-case", str(file)) for file in (events, stored)]
    assert [each.status for each in found] == [0, 0]
    assert found[0].out == found[1].out
    assert "C-1" not in found[0].out
    other = run("generate", "richmond/corporate", "--from-case", str(stored))
    assert other.status == 2
    assert f"this is a case under {POLICY}" in other.err


def test_a_recorded_case_is_no_complaint_to_an_intake(run, tmp_path):
    found = run("generate", "redbridge/intake", "--from-case", str(tmp_path / "case.yaml"))
    assert found.status == 2
    assert "name the policy" in found.err
