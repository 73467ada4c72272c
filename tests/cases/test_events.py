"""What an event may be, and how a case takes several at once (engine.md, 1 and 4)."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time

import pytest

from engine import Case, Event, EventRefused, UsageError

SIMPLE = """
limits: {answer: {is: 10 working days, from: received, met_by: answered}}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}, chased: {when: chased}}}
  closed: {end: closed}
"""
DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": datetime(2026, 5, 1, tzinfo=UTC)},
        {"on": "2026-05-01"},
        {"on": DAY, "at": "15:30"},
        {"on": DAY, "at": time(15, 30, tzinfo=UTC)},
        {"on": DAY, "recorded": datetime(2026, 5, 1)},
        {"on": DAY, "recorded": DAY},
        {"on": DAY, "data": {"file": object()}},
        {"on": DAY, "data": {"when": datetime(2026, 5, 1, tzinfo=UTC)}},
        {"on": DAY, "data": ["reason"]},
    ],
    ids=str,
)
def test_an_event_with_a_wrong_argument_is_refused_at_once(wrong):
    with pytest.raises(UsageError, match="received"):
        Event("received", **wrong)


def test_a_date_in_the_data_is_taken_as_its_text():
    assert Event("received", on=DAY, data={"until": date(2026, 5, 29)}) == Event(
        "received", on=DAY, data={"until": "2026-05-29"},
    )  # fmt: skip


def test_an_event_is_a_value_that_can_be_hashed_and_pickled():
    event = Event("received", on=DAY, by="complainant", data={"points": ["a"]}, at=time(9, 0), actor="x-1")
    again = pickle.loads(pickle.dumps(event))
    assert again == event
    assert hash(again) == hash(event)


def test_a_refusal_can_be_pickled(lab):
    refusal = lab.case(SIMPLE).refusal(lab.did("1 May", "answered"))
    again = pickle.loads(pickle.dumps(refusal))
    assert (str(again), again.broken, again.event) == (str(refusal), (), refusal.event)


def test_a_refusal_names_every_rule_considered_and_where_it_is_written(lab):
    refusal = lab.case(SIMPLE).refusal(lab.did("1 May", "answered"))
    assert [rule.id for rule in refusal.considered] == ["at_work.answered"]
    assert not refusal.considered[0].here
    assert "lab/x.yaml:" in str(refusal)


def test_a_correction_may_come_together_with_what_it_corrects(lab):
    told = lab.case(SIMPLE).did_together(
        lab.did("1 May", "received"),
        lab.did("8 May", "correction", {"target": 1, "on": "2026-05-05"}),
    )
    assert told.path("8 May") == ["at_work 5 May"]


def test_of_entries_recorded_together_each_is_recorded_no_earlier_than_the_one_before(lab):
    case = lab.case(SIMPLE).did_together(lab.did("8 May", "answered"), lab.did("1 May", "received")).case
    instants = [entry["recorded"] for entry in case.to_dict()["log"]]
    assert instants == sorted(instants) == ["2026-05-08T00:00:00Z", "2026-05-08T00:00:00Z"]


def test_an_event_without_an_instant_is_known_from_its_own_date(lab):
    told = lab.case(SIMPLE).did("1 May", "received").did("12 May", "answered")
    assert told.stage("12 May", known_at="11 May 23:59") == "at_work"
    assert told.stage("12 May", known_at="12 May 00:00") == "closed"


def test_a_case_keeps_the_reference_of_the_host(lab):
    case = lab.case(SIMPLE, "C-1042").did("1 May", "received").case
    assert case.reference == "C-1042"
    assert case.at(DAY).to_dict()["reference"] == "C-1042"


def test_what_stands_in_the_log_of_another_calendar_is_listed_not_refused(lab):
    # Accepted on the due date, 18 May. Under a calendar in which Saturday 2 May counts, it was due on 15 May.
    policy = SIMPLE.replace("chased: {when: chased}", "chased: {when: chased, within: answer}")
    told = lab.case(policy).did("1 May", "received").did("18 May", "chased")
    opened = (
        policy
        + """
calendars:
  england: {region: england, day_one: day_after, open: [{date: "2026-05-02", reason: Opened for once}]}
"""
    )
    again = lab.Story(Case.from_dict(lab.policy(opened), told.case.to_dict()))
    assert again.due("answer", "5 May") == "15 May"
    assert again.conflicts == []
    assert {notice.kind for notice in again.case.notices} >= {"stands", "other_policy"}


def test_a_log_of_other_rules_is_listed_not_refused(lab):
    told = lab.case(SIMPLE).did("1 May", "received").did("5 May", "chased")
    again = Case.from_dict(lab.policy(SIMPLE.replace(", chased: {when: chased}", "")), told.case.to_dict())
    assert [(conflict.entry, conflict.event.name, conflict.kind) for conflict in again.conflicts] == [
        (2, "chased", "unknown_event"),
    ]


def test_an_event_refused_after_others_in_one_call_leaves_the_case_as_it_was(lab):
    case = lab.case(SIMPLE).case
    with pytest.raises(EventRefused):
        case.apply(lab.did("1 May", "received"), lab.did("5 May", "answered"), lab.did("6 May", "answered"))
    assert case.log == ()


def test_data_nested_too_deep_is_refused():
    data = {"text": "far down"}
    for _ in range(5_000):
        data = {"deeper": data}
    with pytest.raises(UsageError, match="nested"):
        Event("note", on=date(2026, 5, 1), data=data)
