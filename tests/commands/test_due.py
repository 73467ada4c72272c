"""One due date: every expected date is worked out by hand from a calendar of England."""

from __future__ import annotations

import json

import pytest

STATUTORY = "redbridge/children-statutory"

# Limit, what is typed after it, the due date. 4 and 25 May 2026 are bank holidays.
DUE = {
    "ten-working-days-over-early-may": ("stage_1", ["--from", "2026-05-01"], "Mon 18 May 2026"),
    "from-a-saturday": ("stage_1", ["--from", "2026-05-02"], "Mon 18 May 2026"),
    "from-the-bank-holiday": ("stage_1", ["--from", "2026-05-04"], "Mon 18 May 2026"),
    "three-working-days": ("contact", ["--from", "2026-05-01"], "Thu 7 May 2026"),
    "over-christmas": ("contact", ["--from", "2026-12-23"], "Wed 30 Dec 2026"),
    "five-working-days-over-easter": ("informal_response", ["--from", "2026-04-01"], "Fri 10 Apr 2026"),
    "twenty-over-both-may-holidays": ("stage_2_request", ["--from", "2026-05-01"], "Tue 2 Jun 2026"),
    "twenty-five-working-days": ("stage_2", ["--from", "2026-06-16"], "Tue 21 Jul 2026"),
    "an-extra-bank-holiday-of-2022": ("contact", ["--from", "2022-09-16"], "Thu 22 Sep 2022"),
    "the-coronation-of-2023": ("contact", ["--from", "2023-05-05"], "Thu 11 May 2023"),
}


@pytest.mark.parametrize(("limit", "typed", "expected"), DUE.values(), ids=DUE)
def test_due_dates_are_those_of_the_calendar(run, limit, typed, expected):
    done = run("due", STATUTORY, limit, *typed)
    assert done.status == 0
    assert done.out.splitlines()[0] == f"{limit}: due {expected}"


def test_the_ledger_names_the_bank_holiday_and_fits_the_screen(run):
    done = run("due", STATUTORY, "stage_1", "--from", "2026-05-01")
    assert "left out  Mon 4 May 2026, Early May bank holiday" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_fact_chooses_the_length(run):
    done = run("due", "redbridge/corporate", "stage_1", "--from", "2026-05-01")
    assert done.status == 0


def test_json_holds_the_due_date_and_the_version(run):
    done = run("due", STATUTORY, "stage_1", "--from", "2026-05-01", "--format", "json")
    told = json.loads(done.out)
    assert (told["policy"], told["in_force_from"], told["due"]) == (STATUTORY, "2020-01-01", "2026-05-18")
    assert {line["kind"] for line in told["lines"]} >= {"start", "rule", "bank_holiday", "counted", "due"}


def test_as_of_says_how_the_limit_stands(run):
    done = run("due", STATUTORY, "stage_1", "--from", "2026-05-01", "--as-of", "2026-05-20")
    assert "on Wed 20 May 2026: overdue by 2 working days" in done.out


REFUSED = {
    "unknown-limit": (
        ["stag_1", "--from", "2026-05-01"],
        'there is no limit "stag_1"; did you mean "stage_1"?',
    ),
    "unknown-fact": (
        ["stage_1", "--from", "2026-05-01", "--fact", "complexty=complex"],
        'there is no fact "complexty"; did you mean "complexity"?',
    ),
    "unknown-answer": (
        ["stage_1", "--from", "2026-05-01", "--fact", "complexity=hard"],
        'complexity cannot be "hard"; the answers are: ordinary, complex',
    ),
    "date-in-another-form": (
        ["stage_1", "--from", "1 May 2026"],
        '"1 May 2026" is not a date: write it as 2026-05-01',
    ),
    "compact-date": (["stage_1", "--from", "20260501"], '"20260501" is not a date: write it as 2026-05-01'),
    "no-such-day": (["stage_1", "--from", "2026-02-30"], 'there is no day "2026-02-30"'),
    "beyond-the-table": (
        ["stage_1", "--from", "2051-05-01"],
        "no bank holidays are known for 2051 in England",
    ),
    "before-the-policy": (["stage_1", "--from", "2019-12-31"], "is in force on 2019-12-31"),
    "no-pair": (
        ["stage_1", "--from", "2026-05-01", "--fact", "complexity"],
        "write it as complexity=complex",
    ),
    "no-time": (["stage_1", "--from", "2026-05-01", "--at", "5pm"], "write it as 15:30"),
}


@pytest.mark.parametrize(("typed", "expected"), REFUSED.values(), ids=REFUSED)
def test_wrong_usage_is_one_clear_message_and_status_2(run, typed, expected):
    done = run("due", STATUTORY, *typed)
    assert done.status == 2
    assert done.out == ""
    assert expected in done.err


def test_a_policy_can_be_named_by_its_file(run):
    done = run("due", "policies/redbridge/children-statutory.yaml", "stage_1", "--from", "2026-05-01")
    assert done.out.startswith("stage_1: due Mon 18 May 2026")


CUTOFF = """\
policy: here/complaints
title: Complaints
in_force: {from: "2024-04-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after, cutoff: "17:00"}}
people: {complainant: {title: Person who complains}, officer: {title: Officer}}
facts: {size: {ask: "Is it large?", answers: [large, small], decided_by: officer}, hearing: {ask: "When?", kind: date, decided_by: officer}}
events: {complaint_received: {by: complainant}, answered: {by: officer}, papers_sent: {by: officer}}
limits:
  answer: {is: 5 working days, cases: {large: {if: {size: large}, is: 10 working days}}, from: complaint_received, met_by: answered, owed_by: officer, force: must, basis: local}
  papers: {is: 10 working days, before: hearing, met_by: papers_sent, owed_by: officer, force: must, basis: local}
stages:
  opening: {next: {received: {when: complaint_received, go_to: open}}}
  open: {title: Open, next: {answered: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""


@pytest.fixture
def own(tmp_path):
    """A folder with one policy of its own."""
    folder = tmp_path / "policies" / "here"
    folder.mkdir(parents=True)
    (folder / "complaints.yaml").write_text(CUTOFF)
    return tmp_path / "policies"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["answer", "--from", "2026-06-01"], "Mon 8 Jun 2026"),
        (["answer", "--from", "2026-06-01", "--at", "17:00"], "Mon 8 Jun 2026"),
        (["answer", "--from", "2026-06-01", "--at", "17:01"], "Tue 9 Jun 2026"),
        (["answer", "--from", "2026-06-01", "--fact", "size=large"], "Mon 15 Jun 2026"),
        (["papers", "--from", "2026-06-15"], "Mon 1 Jun 2026"),
    ],
    ids=["plain", "at-the-cutoff", "after-the-cutoff", "by-a-fact", "counted-back"],
)
def test_cutoffs_cases_and_counting_back(run, own, typed, expected):
    done = run("due", "here/complaints", *typed, "--policies", str(own))
    assert done.out.splitlines()[0] == f"{typed[0]}: due {expected}", done.err
