"""`migrate`, and events that migrate in a file of events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.commands import main

CORPORATE = "richmond/corporate"
# The older version gives 20 working days, to 15 April; the newer 10, to 30 March (Good Friday is 3 April).
BEGUN = """
- {on: "2026-03-16", event: complaint_received}
- {on: "2026-03-18", event: complaint_acknowledged}
"""
MOVED = '- {on: "2026-04-07", event: migrated, with: {to: "2026-04-01"}}\n'


@pytest.fixture
def events(tmp_path):
    """A file of events with this text; its path."""

    def written(text, name="case.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def migrate(run, file, *more, on="2026-04-07", to="2026-04-01"):
    return run("migrate", CORPORATE, "--events", file, "--to", to, "--on", on, *more)


def test_it_says_what_would_change_and_the_line_to_add(run, events):
    file = events(BEGUN)
    done = migrate(run, file)
    assert done.status == 0
    text = " ".join(done.out.split())
    assert "The case stays in stage_1 (Stage 1)." in text
    assert "stage_1 due Wed 15 Apr 2026 becomes due Mon 30 Mar 2026, overdue by 4 working days" in text
    assert done.out.endswith(MOVED)
    assert max(map(len, done.out.splitlines())) <= 80
    assert Path(file).read_text(encoding="utf-8") == BEGUN


def test_the_line_added_does_what_was_said(run, events):
    said = json.loads(migrate(run, events(BEGUN), "--by", "complaints_manager", "--format", "json").out)
    done = run(
        "timeline",
        CORPORATE,
        "--events",
        events(BEGUN + said["line"]),
        "--as-of",
        "2026-04-07",
        "--format",
        "json",
    )
    told = json.loads(done.out)
    limits = {limit["id"]: limit for limit in told["limits"]}
    assert [each["after"] for each in said["limits"]] == [limits["stage_1"]]
    assert (told["in_force_from"], told["notices"]) == ("2026-04-01", said["notices"])
    moment, past = told["timeline"][-2:]
    assert past["what"] == "stage_1 is past its due date"
    assert (moment["what"], moment["by"], moment["note"]) == (
        "migrated",
        "complaints_manager",
        "to the version in force from Wed 1 Apr 2026",
    )


def test_before_its_day_a_file_that_migrates_reads_under_the_older_version(run, events):
    done = run("timeline", CORPORATE, "--events", events(BEGUN + MOVED), "--as-of", "2026-04-06")
    assert "in force from Mon 1 Apr 2024" in done.out
    assert "due Wed 15 Apr 2026" in done.out
    assert "(1 later entry not shown)" in done.out


def test_explain_and_why_not_follow_the_version_of_the_day(run, events):
    file = events(BEGUN + MOVED)
    explained = run("explain", CORPORATE, "stage_1", "--events", file, "--as-of", "2026-04-07")
    assert explained.out.startswith("stage_1: due Mon 30 Mar 2026")
    ended = run("explain", CORPORATE, "acknowledgement", "--events", file, "--as-of", "2026-04-07")
    assert "2 working days" in ended.out
    assert "corporate@2024-04-01.yaml" in ended.out
    asked = run("why-not", CORPORATE, "stage_2_requested", "--events", file, "--as-of", "2026-04-07")
    assert asked.status == 0


def test_events_in_csv_migrate_as_well(run, events):
    csv = "on,event,to,stage\n2026-03-16,complaint_received,,\n2026-04-07,migrated,2026-04-01,\n"
    done = run("timeline", CORPORATE, "--events", events(csv, "case.csv"), "--as-of", "2026-04-07")
    assert "to the version in force from Wed 1 Apr 2026" in " ".join(done.out.split())


def test_a_case_may_be_named_by_its_file(run, events):
    path = "policies/richmond/corporate@2024-04-01.yaml"
    done = run("migrate", path, "--events", events(BEGUN), "--to", "2026-04-01", "--on", "2026-04-07")
    assert done.status == 0
    assert done.out.endswith(MOVED)


LATE = """
- {on: "2026-02-02", event: complaint_received}
- {on: "2026-02-20", event: stage_1_response_sent, with: {channel: email}}
- {on: "2026-03-30", event: stage_2_requested}
"""


def test_a_stage_that_the_version_has_not_is_asked_for(run, events):
    done = migrate(run, events(LATE))
    assert done.status == 1
    assert 'no stage "late_stage_2_request"' in done.err
    assert "stage_2" in done.err
    assert done.out == ""
    done = migrate(run, events(LATE), "--stage", "stage_2")
    assert done.status == 0
    assert "The case goes from late_stage_2_request to stage_2 (Stage 2)." in done.out
    assert 'with: {to: "2026-04-01", stage: stage_2}}' in done.out


def test_entries_after_it_that_would_no_longer_fit_are_listed(run, events):
    late = (
        LATE
        + '- {on: "2026-04-13", event: late_stage_2_request_decided, with: {late_stage_2_request: allowed, reason: so}}\n'
    )
    done = migrate(run, events(late), "--stage", "stage_2")
    assert done.status == 0
    assert "entry 4  late_stage_2_request_decided on 2026-04-13" in done.out


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"on": "2026-03-31"}, 1, "in force from 2026-04-01"),
        ({"to": "2026-04-02"}, 2, "its versions start on: 2024-04-01, 2026-04-01"),
        ({"to": "April"}, 2, "not a date"),
    ],
)
def test_what_cannot_be_is_refused_in_words(run, events, more, status, words):
    done = migrate(run, events(BEGUN), **more)
    assert (done.status, words in done.err) == (status, True)


def test_a_file_that_migrates_to_a_version_there_is_not_is_wrong_usage(run, events):
    wrong = BEGUN + MOVED.replace('to: "2026-04-01"', 'to: "2026-05-01"')
    done = run("timeline", CORPORATE, "--events", events(wrong), "--as-of", "2026-05-01")
    assert (done.status, "its versions start on" in done.err) == (2, True)


def test_help_names_the_command(capsys):
    main(["--help"])
    assert "migrate" in capsys.readouterr().out
