"""A case from a file of events: `timeline`, `explain`, `why-not`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

STATUTORY = "redbridge/children-statutory"
HERE = Path(__file__).parent
YAML, CSV = str(HERE / "case.yaml"), str(HERE / "case.csv")


def test_timeline_tells_what_happened_and_what_time_did(run):
    done = run("timeline", STATUTORY, "--events", YAML, "--as-of", "2026-07-01")
    assert done.status == 0
    lines = [line.rstrip() for line in done.out.splitlines()]
    assert "Fri 1 May 2026        complaint_received, by complainant" in lines
    assert "                      rule opening.received: to assessment" in lines
    # Sent on Wed 20 May, so taken as received two working days later; 20 more pass the late May bank holiday.
    assert "Fri 22 May 2026       (stage_1_response_received is presumed)" in lines
    assert "Tue 23 Jun 2026       (stage_2_request has passed)" in lines
    assert "  stage_1          due Mon 18 May 2026  met, 2 working days late" in lines
    assert max(map(len, lines)) <= 90


def test_csv_tells_the_same_as_yaml(run):
    first = run("timeline", STATUTORY, "--events", YAML, "--as-of", "2026-07-01", "--format", "json")
    second = run("timeline", STATUTORY, "--events", CSV, "--as-of", "2026-07-01", "--format", "json")
    assert first.out == second.out


def test_events_can_come_from_standard_input(run):
    done = run(
        "timeline",
        STATUTORY,
        "--events",
        "-",
        "--as-of",
        "2026-05-12",
        stdin=(HERE / "case.yaml").read_text(),
    )
    assert "(1 later entry not shown)" in done.out
    assert "stage_1          due Mon 18 May 2026  running, 4 working days left" in done.out


def test_json_reading_has_limits_letters_and_what_may_happen(run):
    done = run("timeline", STATUTORY, "--events", YAML, "--as-of", "2026-05-12", "--format", "json")
    told = json.loads(done.out)
    assert told["stage"] == "stage_1"
    assert {limit["id"]: limit["due"] for limit in told["limits"]}["stage_1"] == "2026-05-18"
    assert "stage_1_response" in [letter["id"] for letter in told["letters"]]
    assert "stage_1_response_sent" in [allowed["event"] for allowed in told["allowed"]]
    assert [moment["what"] for moment in told["timeline"]][:2] == [
        "complaint_received",
        "complainant_contacted",
    ]


def test_a_refused_event_is_shown_at_its_place_with_the_rules_considered(run, tmp_path):
    file = tmp_path / "refused.yaml"
    file.write_text(
        '- {on: "2026-05-01", event: complaint_received}\n- {on: "2026-05-06", event: panel_held}\n'
    )
    done = run("timeline", STATUTORY, "--events", str(file))
    assert (done.status, done.out) == (1, "")
    assert "error[event-refused]: panel_held is refused in assessment: no rule in this stage" in done.err
    assert f"{file}:2:29" in done.err
    assert "= stage_3.held (not in this stage)" in done.err


# The file, and each line of `plain` output without the path.
WRONG_FILES = {
    "date.yaml": (
        '- {on: "1 May 2026", event: complaint_received}\n',
        ['1:8: error[wrong-value]: "1 May 2026" is not a date: write it as 2026-05-01'],
    ),
    "key.yaml": (
        'events:\n  - {on: "2026-05-01", evnt: complaint_received}\n',
        ['2:24: error[unknown-key]: an event has no key "evnt" (write "event")'],
    ),
    "missing.yaml": (
        "- {event: complaint_received}\n",
        ['1:3: error[missing-key]: an event needs the key "on"'],
    ),
    "syntax.yaml": ("# first\n- {on: [}\n", None),
    "other.yaml": (
        "event: {}\n",
        ['1:1: error[unknown-key]: a file of events has no key "event" (write "events")'],
    ),
    "heading.csv": (
        "date,event\n2026-05-01,complaint_received\n",
        ['1:1: error[missing-column]: the heading has no column "on"'],
    ),
    "cell.csv": (
        "on,event\n2026-05-01,complaint_received\n6 May,note\n",
        ['3:1: error[wrong-event]: "6 May" is not a date: write it as 2026-05-01'],
    ),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_wrong_files_of_events_are_told_with_their_places(run, tmp_path, name):
    from engine.cases.written import read_events
    from engine.errors import PolicyInvalid

    text, expected = WRONG_FILES[name]
    (tmp_path / name).write_text(text)
    with pytest.raises(PolicyInvalid) as wrong:
        read_events(tmp_path / name, name)
    told = [str(problem).removeprefix(f"{name}:") for problem in wrong.value.problems]
    assert (
        all(problem.place.line == 2 for problem in wrong.value.problems)
        if expected is None
        else told == expected
    )
    assert run("timeline", STATUTORY, "--events", str(tmp_path / name)).status == 1


def test_a_file_that_is_not_there_is_status_2(run):
    done = run("timeline", STATUTORY, "--events", "nowhere.yaml")
    assert done.status == 2
    assert "there is no such file" in done.err


def test_explain_prints_the_ledger_of_the_case(run):
    done = run("explain", STATUTORY, "stage_1", "--events", YAML, "--as-of", "2026-05-19")
    assert done.status == 0
    assert done.out.startswith("stage_1: due Mon 18 May 2026\n")
    assert "Mon 4 May 2026, Early May bank holiday" in done.out
    assert "on Tue 19 May 2026: overdue by 1 working day" in done.out


def test_explaining_what_has_not_started_is_an_error(run):
    done = run("explain", STATUTORY, "stage_2", "--events", YAML, "--as-of", "2026-05-19")
    assert (done.status, done.out) == (2, "")
    assert "stage_2 has not started on 2026-05-19" in done.err


def test_why_not_lists_every_rule_considered(run):
    done = run(
        "why-not", STATUTORY, "stage_2_requested", "--events", YAML, "--as-of", "2026-05-19", "--fact", "grounds=given",
    )  # fmt: skip
    assert done.status == 1
    assert "stage_2_requested is refused in stage_1: no rule in this stage" in done.out
    assert "stage_1.no_reply_in_time would take it from Wed 3 Jun 2026 on" in done.out


def test_why_not_of_an_event_that_is_accepted_is_status_0(run):
    done = run(
        "why-not",
        STATUTORY,
        "stage_1_response_sent",
        "--events",
        YAML,
        "--as-of",
        "2026-05-19",
        "--format",
        "json",
    )
    assert done.status == 0
    assert json.loads(done.out)["accepted"] is True


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["panel_hld"], 'there is no event "panel_hld"; did you mean "panel_held"?'),
        (["panel_held", "--fact", "granuds=given"], "granuds"),
    ],
    ids=["event", "fact"],
)
def test_unknown_names_are_status_2(run, typed, expected):
    done = run("why-not", STATUTORY, *typed, "--as-of", "2026-05-19")
    assert (done.status, done.out) == (2, "")
    assert expected in done.err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2026-05-01,note,\x1b[31m", "3:17: a character that cannot be shown stands here (U+001B)"),
        ("2026-05-01,correction," + "9" * 5000, "an earlier one, not '999"),
        ("2026-05-01,note,,9999-12-31T23:59-14:00", "lies beyond the years that a calendar has"),
    ],
)
def test_a_hostile_csv_is_answered_in_our_own_words(run, tmp_path, rows, said):
    path = tmp_path / "case.csv"
    path.write_text(f"on,event,target,recorded\n2026-05-01,note,,\n{rows}\n", encoding="utf-8")
    done = run("timeline", STATUTORY, "--events", str(path))
    assert done.status == 1
    place, _, message = said.partition(": ")
    assert all(part in done.err for part in (place, message))
    assert "\x1b" not in done.err


def test_a_csv_of_very_many_columns_is_read(run, tmp_path):
    path = tmp_path / "case.csv"
    path.write_text("," * 200_000, encoding="utf-8")
    done = run("timeline", STATUTORY, "--events", str(path))
    assert done.status == 1
    assert 'the column "" is there twice' in done.err


@pytest.mark.parametrize("command", [["check"], ["replay"], ["show"], ["timeline", STATUTORY, "--events"]])
def test_a_name_too_long_for_a_file_is_no_fault_of_ours(run, command):
    done = run(*command, "a" * 5000)
    assert done.status == 2
    assert "File name too long" in done.err


def test_a_question_without_a_date_says_that_it_is_about_today(run, monkeypatch):
    monkeypatch.setattr("engine.commands.explain.today", lambda: date(2026, 5, 6))
    done = run("why-not", "redbridge/children-statutory", "panel_held", "--events", YAML)
    assert done.status == 1
    assert done.err == "as of today, Wed 6 May 2026; --as-of names another day\n"
    dated = run(
        "why-not", "redbridge/children-statutory", "panel_held", "--events", YAML, "--as-of", "2026-05-06"
    )
    assert (dated.out, dated.err) == (done.out, "")
