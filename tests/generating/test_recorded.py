"""A recorded case as a scenario: moved by whole weeks, nothing in it that says whose it is, and it replays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.cases import Case, Event
from engine.generating import recorded_scenario, remarks_on
from engine.policy import PolicyLibrary
from engine.reports.stories import recorded_file
from tests.generating.conftest import MILL


def told(policy, *events: Event) -> Case:
    case = Case.open(policy, reference="C-4711")
    for event in events:
        case = case.apply(event)
    return case


def policy_in_force(tmp_path, words: str):
    (tmp_path / "mill").mkdir()
    text = MILL.replace('in_force: {from: "2020-01-01"}', f"in_force: {words}")
    (tmp_path / "mill" / "complaints.yaml").write_text(text, encoding="utf-8")
    return PolicyLibrary([tmp_path]).policy("mill/complaints", date(2026, 4, 2))


@pytest.fixture
def case(mill) -> Case:
    """Received on Friday 1 May 2026; 4 May is a bank holiday, so that the reply is due on Monday 18 May."""
    return told(
        mill,
        Event("received", on=date(2026, 5, 1), by="complainant", actor="user-17", data={"x_ticket": "T-99"}),
        Event("note", on=date(2026, 5, 5), data={"text": "Mrs SURNAME rang"}),
        Event(
            "investigator_appointed",
            on=date(2026, 5, 6),
            data={"person": "FIRSTNAME SURNAME", "kinds": ["officer"]},
        ),
        Event("visit_fixed", on=date(2026, 5, 7), data={"visit_on": "2026-05-14"}),
        Event("extended", on=date(2026, 5, 11), data={"until": "2026-05-29", "reason": "Mr SURNAME was ill"}),
        Event(
            "answered",
            on=date(2026, 5, 20),
            data={
                "points": ["the gate", "the dog"],
                "finding": {"the dog": "upheld", "the gate": "not_upheld"},
            },
        ),
    )


def test_every_date_is_moved_by_the_same_weeks(case):
    found = recorded_scenario(case)
    days = [step["at"] for step in found.steps if "then" not in step]
    assert days == ["2027-04-30", "2027-05-04", "2027-05-05", "2027-05-06", "2027-05-10", "2027-05-19"]
    said = {step.get("when"): step.get("with") for step in found.steps}
    assert said["visit_fixed"] == {"visit_on": "2027-05-13"}
    assert said["extended"] == {"until": "2027-05-28", "reason": "Text"}


def test_nothing_says_whose_case_it_is(case):
    text = recorded_file(recorded_scenario(case))
    for word in (
        "C-4711",
        "user-17",
        "T-99",
        "x_ticket",
        "SURNAME",
        "gate",
        "dog",
        "rang",
        "was ill",
        "2026-",
    ):
        assert word not in text
    said = {step.get("when"): step.get("with") for step in recorded_scenario(case).steps}
    assert said["investigator_appointed"] == {"person": "p1", "kinds": ["officer"]}
    # The first named of the points is the first.
    assert said["answered"] == {
        "points": ["point_1", "point_2"],
        "finding": {"point_1": "not_upheld", "point_2": "upheld"},
    }


# Of 2027: 3 May is a bank holiday; the extension agreed until 28 May; then 20 working days from Wednesday 19 May:
# 20, 21 = 1, 2, 24-28 = 3-7, 1-4 June = 8-11 (31 May is a bank holiday), 7-11 = 12-16, 14-17 = 17-20.
LEAK = "Mrs SURNAME, 07700 900123"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("answered", {"points": ["gate"], "finding": {"gate": "upheld"}, "channel": LEAK}),
        ("note", {"text": "Text", "until": LEAK}),
        ("note", {"text": "Text", "until": {LEAK: [LEAK]}}),
        ("note", {"text": "Text", "grounds": LEAK, "visit_on": LEAK, "finding": {LEAK: LEAK}}),
        ("investigator_appointed", {"person": LEAK, "kinds": [LEAK, "officer"]}),
        ("investigator_appointed", {"person": LEAK, "kinds": {LEAK: [LEAK, "officer"]}}),
        ("correction", {"target": 1, "on": "2026-04-30", "strike": LEAK}),
        ("correction", {"target": 1, "strike": True, "on": LEAK, "at": LEAK, "by": LEAK}),
        ("correction", {"target": 1, "strike": True, "data": {"channel": LEAK, "grounds": LEAK}}),
    ],
)
def test_words_where_the_engine_reads_none_are_taken_out_too(name, data, mill):
    """The engine lets much stand that it does not read, and a person may have written anything there."""
    case = told(mill, Event("received", on=date(2026, 5, 1)), Event(name, on=date(2026, 5, 6), data=data))
    text = recorded_file(recorded_scenario(case))
    assert f"when: {name}" in text
    assert "SURNAME" not in text
    assert "07700" not in text


def test_what_the_policy_has_a_word_for_is_kept(mill):
    data = {"person": "FIRSTNAME", "kinds": {"FIRSTNAME": ["officer", "her cousin"]}}
    case = told(
        mill,
        Event("received", on=date(2026, 5, 1)),
        Event("investigator_appointed", on=date(2026, 5, 6), data=data),
    )
    said = {step.get("when"): step.get("with") for step in recorded_scenario(case).steps}
    assert said["investigator_appointed"] == {"person": "p1", "kinds": {"p1": ["officer"]}}


def test_it_replays_with_the_dates_of_the_moved_case_and_is_marked(case, library, replayed):
    found = recorded_scenario(case)
    assert found.differences == ()
    assert found.steps[-1] == {
        "at": "2027-05-19",
        "then": {"stage": "waiting", "due": {"request": "2027-06-17"}, "met": ["reply"]},
    }
    result = replayed(recorded_file(found), library)
    assert result.all_passed
    assert result.unconfirmed == 1


def test_late_entries_and_corrections_stay_what_they_are(mill, library, replayed):
    case = told(
        mill,
        Event("received", on=date(2026, 5, 1), recorded=datetime(2026, 5, 1, 9, tzinfo=UTC)),
        Event("answered", on=date(2026, 5, 8), data={"points": ["one"], "finding": {"one": "upheld"}},
              recorded=datetime(2026, 5, 12, 9, tzinfo=UTC)),
        Event("correction", on=date(2026, 5, 13), data={"target": 1, "on": "2026-04-30", "reason": "The stamp says so"},
              recorded=datetime(2026, 5, 13, 9, tzinfo=UTC)),
    )  # fmt: skip
    found = recorded_scenario(case)
    told_late, corrected = (step for step in found.steps if step.get("when") in ("answered", "correction"))
    assert (told_late["at"], told_late["recorded"]) == ("2027-05-07", "2027-05-11")
    assert corrected["with"] == {"target": 1, "at": "2027-04-29", "reason": "Text"}
    assert replayed(recorded_file(found), library).all_passed


# Until 20 April 2026 with Good Friday and Easter Monday left out. Four weeks later only 4 May is: 1 May = 1, 5-8 = 2-5,
# 11-15 = 6-10, so that it is due on Friday 15 May and not, 28 days after 20 April, on Monday 18 May.
def test_what_bank_holidays_change_is_said(tmp_path):
    policy = policy_in_force(tmp_path, '{from: "2026-04-01", until: "2026-07-31"}')
    found = recorded_scenario(told(policy, Event("received", on=date(2026, 4, 2))))
    assert found.steps[0]["at"] == "2026-04-30"
    assert found.steps[-1]["then"]["due"] == {"reply": "2026-05-15"}
    assert found.differences == ("reply is due 3 days earlier, since bank holidays lie otherwise",)
    assert "reply is due 3 days earlier" in remarks_on(found)[1]


def test_a_case_that_no_shift_keeps_in_force_is_no_scenario(tmp_path):
    policy = policy_in_force(tmp_path, '{from: "2026-04-01", until: "2026-04-10"}')
    assert recorded_scenario(told(policy, Event("received", on=date(2026, 4, 2)))) is None
    assert recorded_scenario(Case.open(policy)) is None
