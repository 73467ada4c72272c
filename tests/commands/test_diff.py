"""`diff`, and versions of a policy by their first day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine import Case, Event, PolicyLibrary

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "richmond/corporate@2024-04-01", "richmond/corporate@2026-04-01"
CASE = """\
- {on: "2026-05-01", event: complaint_received}
- {on: "2026-05-07", event: complaint_acknowledged}
"""


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    file = tmp_path / "case.yaml"
    file.write_text(CASE, encoding="utf-8")
    return str(file)


def test_two_versions_are_compared_group_by_group_with_a_table_at_the_end(run):
    done = run("diff", OLD, NEW)
    lines = done.out.splitlines()
    assert (done.status, done.err) == (0, "")
    assert lines[:2] == [
        "old  richmond/corporate, in force from Mon 1 Apr 2024 until Tue 31 Mar 2026",
        "new  richmond/corporate, in force from Wed 1 Apr 2026",
    ]
    headings = [
        line for line in lines[2:] if line[:1].isupper() and line in ("Limits", "Stages and rules", "Wording")
    ]
    assert headings == ["Limits", "Stages and rules", "Wording"]
    first = lines.index("Limits")
    assert lines[first + 1 : first + 3] == [
        "  acknowledgement",
        "    worse    is: 2 working days becomes 5 working days",
    ]
    assert [word for word in lines[-1].split() if not word.isdigit()][:2] == ["In", "all"]
    assert max(map(len, lines)) <= 80


def test_the_last_day_of_a_limit_that_begins_otherwise_is_told(run):
    # Fifteen working days from Wednesday 1 April 2026, Good Friday and Easter Monday left out, is the 24th; twenty is
    # Friday 1 May.
    out = " ".join(run("diff", OLD, NEW).out.split())
    assert (
        "(counted from complaint_received, its last day is always sooner: from Wed 1 Apr 2026, Fri 24 Apr 2026 instead "
        "of Fri 1 May 2026)"
    ) in out


def test_a_name_alone_is_its_two_latest_versions(run):
    assert run("diff", "richmond/corporate").out == run("diff", OLD, NEW).out


def test_a_name_alone_with_one_version_is_wrong_usage(run):
    done = run("diff", "redbridge/corporate")
    assert (done.status, done.out) == (2, "")
    assert "redbridge/corporate has one version only" in done.err
    assert run("diff", NEW).status == 2


def test_backwards_every_better_is_a_worse(run):
    there, back = (
        json.loads(run("diff", *names, "--format", "json").out)["counts"]
        for names in ((OLD, NEW), (NEW, OLD))
    )
    assert there["better"] == back["worse"] > 0
    assert there["worse"] == back["better"] > 0


def test_what_says_the_same_says_so(run):
    done = run("diff", "richmond/corporate", "richmond/corporate")
    assert done.status == 0
    assert done.out.endswith("\nThey say the same.\n")


def test_files_are_compared_as_well(run, tmp_path):
    file = tmp_path / "mytown" / "corporate.yaml"
    file.parent.mkdir()
    file.write_text(
        "policy: mytown/corporate\ntitle: Ours\nextends: england/corporate\n"
        'in_force: {from: "2026-01-01"}\nsources: {page: {title: Ours, kind: council}}\n'
        "limits:\n  acknowledgement: {is: 3 working days, force: will, basis: local, cite: {page: Ours}}\n",
        encoding="utf-8",
    )
    done = run("diff", "england/corporate", str(file))
    assert "    better   is: 5 working days becomes 3 working days" in done.out.splitlines()


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_an_overlay_against_its_base_in_every_format(run, form):
    done = run("diff", "england/children-statutory", "redbridge/children-statutory", "--format", form)
    assert done.status == 0
    assert "grounds is given" in done.out


def test_markdown_has_headings_items_and_a_table(run):
    lines = run("diff", OLD, NEW, "--format", "markdown").out.splitlines()
    assert lines[0] == "# richmond/corporate to richmond/corporate"
    assert "- **worse** `acknowledgement` is: 2 working days becomes 5 working days" in lines
    assert "| | better | worse | neither | depends |" in lines
    assert lines[-1].startswith("| In all | ")


# --- Cases ---------------------------------------------------------------------------------------------------------


def test_cases_that_would_change_are_counted_and_told(run, case_file, tmp_path):
    same = tmp_path / "same.yaml"
    same.write_text('- {on: "2026-05-01", event: note, with: {text: a}}\n', encoding="utf-8")
    done = run("diff", OLD, NEW, "--cases", case_file, str(same))
    out = " ".join(done.out[done.out.index("\nCases\n") :].split())
    assert done.status == 0
    assert "1 of 2 cases would change date or outcome" in out
    # From Friday 1 May, Monday the 4th and Monday the 25th bank holidays: two working days is the 6th, five the 11th,
    # twenty Tuesday 2 June; ten from the acknowledgement on the 7th is the 21st.
    assert f"{case_file}, on Thu 7 May 2026" in out
    assert "acknowledgement due Wed 6 May 2026 becomes due Mon 11 May 2026" in out
    assert "acknowledgement met, 1 working day late becomes met in time" in out
    assert "stage_1 due Tue 2 Jun 2026 becomes due Thu 21 May 2026" in out
    assert "same.yaml, on" not in out


def test_cases_may_be_given_before_the_policies_one_by_one_or_piped(run, case_file):
    wanted = run("diff", OLD, NEW, "--cases", case_file).out
    assert run("diff", "--cases", case_file, "--format", "text", OLD, NEW).out == wanted
    piped = run("diff", OLD, NEW, "--cases", "-", stdin=CASE).out
    assert piped == wanted.replace(case_file, "<stdin>")


def test_a_case_as_stored_is_read_as_its_events_are(run, case_file, tmp_path):
    policy = PolicyLibrary().policy("richmond/corporate")
    from datetime import date

    case = Case.open(policy).apply(
        Event("complaint_received", on=date(2026, 5, 1)), Event("complaint_acknowledged", on=date(2026, 5, 7))
    )
    stored = tmp_path / "case.json"
    stored.write_text(case.to_json(), encoding="utf-8")
    told = json.loads(run("diff", OLD, NEW, "--cases", str(stored), case_file, "--format", "json").out)[
        "cases"
    ]
    assert told[0]["differences"] == told[1]["differences"]
    assert len(told[0]["differences"]) == 3


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"log": [1]}', '{"log": [{"id": 1}]}'])
def test_a_file_that_is_no_stored_case_is_refused(run, tmp_path, text):
    file = tmp_path / "case.json"
    file.write_text(text, encoding="utf-8")
    done = run("diff", OLD, NEW, "--cases", str(file))
    assert (done.status, done.out) == (2, "")
    assert str(file) in done.err


@pytest.mark.parametrize(
    "arguments", [["--cases"], ["--cases", "no/such.yaml"], ["--cases", "no/such.json"], ["third"]]
)
def test_wrong_usage(run, arguments):
    done = run("diff", OLD, NEW, *arguments)
    assert (done.status, done.out) == (2, "")


def test_an_intake_is_no_policy(run):
    done = run("diff", "policies/redbridge/intake.yaml", NEW)
    assert (done.status, done.out) == (2, "")
    assert done.err == "error: policies/redbridge/intake.yaml states an intake, not a policy\n"


def test_without_policies_it_says_how_to_call_it(run):
    assert run("diff").status == 2
    assert run("diff", "no/such").status == 2


# --- Versions by their first day -----------------------------------------------------------------------------------


def test_a_version_is_named_by_its_first_day_wherever_a_policy_is_named(run):
    # Richmond's older page had 20 working days from receipt: from Friday 1 May 2026, with two bank holidays in May,
    # that is Tuesday 2 June. In force or not on that day, the version named counts.
    done = run("due", OLD, "stage_1", "--from", "2026-05-01")
    assert done.out.startswith("stage_1: due Tue 2 Jun 2026\n")
    older, newer = (json.loads(run("show", name, "--format", "json").out) for name in (OLD, NEW))
    assert (older["in_force"]["from"], newer["in_force"]["from"]) == ("2024-04-01", "2026-04-01")


@pytest.mark.parametrize("day", ["2025-01-01", "", "yesterday", "2026-04-01@2026-04-01"])
def test_a_version_that_is_not_there_is_answered_with_those_that_are(run, day):
    done = run("show", f"richmond/corporate@{day}")
    assert (done.status, done.out) == (2, "")
    assert f'no version of richmond/corporate starts on "{day}"' in done.err
    assert "its versions start on: 2024-04-01, 2026-04-01" in done.err


def test_an_unknown_name_with_a_version_is_answered_with_the_likely_one(run):
    done = run("show", "richmond/corporat@2024-04-01")
    assert done.status == 2
    assert 'did you mean "richmond/corporate"?' in done.err


def test_of_two_versions_that_start_on_one_day_the_one_not_withdrawn_is_meant(run, tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    for name, title, more in (
        ("base@2024-05-01", "Withdrawn", "withdrawn: true\n"),
        ("base", "Standing", ""),
    ):
        text = f'policy: lab/base\ntitle: {title}\nextends: england/corporate\nin_force: {{from: "2024-05-01"}}\n{more}'
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    shown = json.loads(
        run("show", "lab/base@2024-05-01", "--policies", str(tmp_path), "--format", "json").out
    )
    assert shown["title"] == "Standing"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '"log"', '{"log": 5}', "\xff"], ids=["deep", "text", "number", "latin"]
)
def test_a_file_that_holds_no_case_is_a_plain_error(run, tmp_path, text):
    file = tmp_path / "case.json"
    file.write_text(text, encoding="latin-1")
    done = run("diff", OLD, NEW, "--cases", str(file))
    assert (done.status, done.out) == (2, "")
    assert done.err == f"error: {file} is no case as `to_dict` writes it\n"
