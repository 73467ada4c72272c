"""How a case is read at a date, as known now or then, and kept as JSON (the exact semantics, Reading)."""

from __future__ import annotations

import json
import pickle
from datetime import datetime

import pytest

from engine import Case, UsageError

# Answer due ten working days after receipt: from 1 May, 18 May (4 May is a bank holiday).
ANSWERED = """
facts: {outcome: {answers: [upheld, rejected], decided_by: officer}}
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}, chased: {when: chased}}}
  closed: {end: closed}
"""
SILENT = """
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}, silence: {overdue: answer, go_to: escalated}}}
  escalated: {next: {answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
"""


def test_an_event_dated_after_the_date_of_reading_has_not_happened_yet(lab):
    story = lab.case(ANSWERED).did("1 May", "received").did("12 May", "answered")
    assert story.stage("30 Apr") == "opening"
    assert story.stage("11 May") == "at_work"
    assert story.stage("12 May") == "closed"
    assert story.status("answer", "30 Apr") == "not_started"
    assert story.status("answer", "11 May") == "running"
    assert story.status("answer", "12 May") == "met"


def test_a_reading_includes_what_time_alone_does_up_to_and_on_that_day(lab):
    story = lab.case(SILENT).did("1 May", "received")
    assert story.stage("18 May") == "at_work"
    assert story.stage("19 May") == "escalated"


def test_a_limit_is_running_on_its_due_date_and_overdue_the_day_after(lab):
    story = lab.case(ANSWERED).did("1 May", "received")
    assert story.text("answer", "18 May") == "running, due today"
    assert story.text("answer", "19 May") == "overdue by 1 working day"
    assert story.status("answer", "18 May") == "running"
    assert story.status("answer", "19 May") == "overdue"


def test_known_at_leaves_out_what_was_recorded_later(lab):
    story = (
        lab.case(ANSWERED)
        .did("1 May", "received", recorded="1 May 09:00")
        .did("12 May", "answered", recorded="20 May 09:00")
    )
    assert story.stage("19 May") == "closed"
    assert story.stage("19 May", known_at="19 May 12:00") == "at_work"
    assert story.stage("19 May", known_at="20 May 09:00") == "closed"


def test_corrections_belong_to_what_is_known_and_the_date_of_reading_does_not_cut_them(lab):
    story = lab.case(ANSWERED).did("1 May", "received", recorded="1 May 09:00")
    story = story.corrected(1, "21 May", to="8 May", recorded="21 May 09:00")
    # 8 May and ten working days: 11 to 15 May five, 18 to 22 May ten.
    assert story.due("answer", "9 May") == "22 May"
    assert story.stage("7 May") == "opening"
    assert story.due("answer", "9 May", known_at="20 May 12:00") == "18 May"
    assert story.stage("7 May", known_at="20 May 12:00") == "at_work"


def test_the_path_read_earlier_is_a_prefix_of_the_path_read_later(lab):
    story = lab.case(SILENT).did("1 May", "received").did("1 Jun", "answered")
    later = story.path("30 Jun")
    assert later == ["at_work 1 May", "escalated 19 May", "closed 1 Jun"]
    for on, length in (
        ("30 Apr", 0),
        ("1 May", 1),
        ("18 May", 1),
        ("19 May", 2),
        ("31 May", 2),
        ("1 Jun", 3),
    ):
        assert story.path(on) == later[:length]


def test_closed_runs_read_earlier_stay_as_they_were(lab):
    story = lab.case(ANSWERED).did("1 May", "received").did("20 May", "answered")
    first, later = (story.case.at(lab.day(on)).cycles for on in ("20 May", "1 Dec"))
    assert first == later
    assert first[0].text == "met, 2 working days late"


def test_while_a_pause_is_open_the_due_date_depends_on_the_date_of_reading(lab):
    story = lab.case("""
limits:
  answer:
    is: 10 working days
    from: received
    met_by: answered
    pauses: {asked: {when: asked, until: told, counting: skip_working_days}}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
""").did("1 May", "received").did("6 May", "asked")  # fmt: skip
    assert story.due("answer", "6 May") == "18 May"
    assert story.due("answer", "7 May") == "19 May"
    assert story.due("answer", "11 May") == "21 May"  # 7, 8 and 11 May do not count


def test_a_case_and_its_reading_show_what_they_are(lab):
    story = lab.case(ANSWERED, "C-1").did("1 May", "received")
    assert repr(story.case) == "Case('lab/x', reference='C-1', 1 entries, in at_work)"
    assert repr(story.case.at(lab.day("30 Apr"))) == "View('lab/x', 2026-04-30, in opening)"


def test_a_reading_takes_a_date_not_a_datetime(lab):
    with pytest.raises(UsageError, match="as_of"):
        lab.case(ANSWERED).case.at(datetime(2026, 5, 1, 12, 0))


def test_known_at_without_a_time_zone_is_refused(lab):
    with pytest.raises(UsageError, match="time zone"):
        lab.case(ANSWERED).case.at(lab.day("1 May"), datetime(2026, 5, 1, 12, 0))


def test_json_holds_inputs_only(lab):
    story = lab.case(ANSWERED, "C-1").did("1 May", "received", {"outcome": "upheld"}, by="complainant")
    data = story.case.to_dict()
    assert set(data) == {"duecourse", "reference", "policy", "in_force_from", "digest", "calendars", "log"}
    assert data["policy"] == "lab/x"
    assert data["digest"] == story.case.policy.digest
    assert data["calendars"] == {"england": story.case.policy.calendars["england"].digest}
    assert data["log"] == [
        {
            "id": 1,
            "name": "received",
            "on": "2026-05-01",
            "recorded": "2026-05-01T00:00:00Z",
            "by": "complainant",
            "data": {"outcome": "upheld"},
            "rule": "opening.received",
        },
    ]


def test_instants_in_json_are_in_utc(lab):
    event = lab.did("1 May", "received")
    recorded = datetime.fromisoformat("2026-05-01T10:30:00+01:00")
    case = lab.case(ANSWERED).case.apply(type(event)("received", on=event.on, recorded=recorded))
    assert case.to_dict()["log"][0]["recorded"] == "2026-05-01T09:30:00Z"


def told(lab):
    return (
        lab.case(ANSWERED, "C-7")
        .did("1 May", "received", by="complainant", at="10:15", recorded="2 May 09:00")
        .did("5 May", "chased", actor="x-17")
        .did("12 May", "answered", {"outcome": "upheld"})
        .did("1 May", "note", {"text": "written late"})
        .corrected(3, "20 May", to="13 May")
    )


def test_a_case_survives_the_round_trip_through_json(lab):
    case = told(lab).case
    again = Case.from_dict(case.policy, json.loads(json.dumps(case.to_dict())))
    assert again == case
    assert again.to_dict() == case.to_dict()
    assert again.at(lab.day("1 Jun")).to_dict() == case.at(lab.day("1 Jun")).to_dict()
    assert again.conflicts == case.conflicts == ()


def test_the_same_log_gives_the_same_bytes(lab):
    one, two = (json.dumps(told(lab).case.to_dict(), sort_keys=True) for _ in range(2))
    assert one == two


def test_keys_of_data_given_in_another_order_give_the_same_bytes(lab):
    cases = [
        lab.case(ANSWERED).did("1 May", "received", data).case
        for data in ({"outcome": "upheld", "text": "a"}, {"text": "a", "outcome": "upheld"})
    ]
    one, two = (json.dumps(case.to_dict()) for case in cases)
    assert one == two


def test_a_case_can_be_pickled(lab):
    case = told(lab).case
    again = pickle.loads(pickle.dumps(case))
    assert again == case
    assert hash(again) == hash(case)
    assert again.at(lab.day("1 Jun")).to_dict() == case.at(lab.day("1 Jun")).to_dict()


def test_equal_stories_are_equal_cases_and_hash_alike(lab):
    one, two = told(lab).case, told(lab).case
    assert one == two
    assert hash(one) == hash(two)
    assert one != told(lab).did("20 May", "note").case


def test_loading_under_another_digest_says_so(lab):
    data = told(lab).case.to_dict()
    other = lab.policy(ANSWERED.replace("10 working days", "12 working days"))
    loaded = Case.from_dict(other, data)
    assert "other_policy" in [notice.kind for notice in loaded.notices]
    assert "other_policy" not in [notice.kind for notice in told(lab).case.notices]


@pytest.mark.parametrize("calendars", [{}, None, [], {"england": "0"}], ids=str)
def test_loading_under_another_calendar_says_so(lab, calendars):
    case = told(lab).case
    loaded = Case.from_dict(case.policy, case.to_dict() | {"calendars": calendars})
    assert [(notice.kind, notice.subject) for notice in loaded.notices] == [("other_calendar", "england")]
    assert loaded == case


def test_a_case_of_another_policy_is_not_loaded(lab):
    data = told(lab).case.to_dict() | {"policy": "lab/y"}
    with pytest.raises(UsageError, match="lab/y"):
        Case.from_dict(lab.policy(ANSWERED), data)


def damaged(data, wrong):
    log = [dict(entry) for entry in data["log"]]
    log[1] |= wrong
    return data | {"log": log}


@pytest.mark.parametrize(
    "wrong",
    [{"on": "2026-02-30"}, {"on": 5}, {"on": None}, {"name": 4}, {"at": "25:00"}, {"recorded": "yesterday"},
     {"recorded": "2026-05-05T10:00:00"}, {"id": 7}, {"id": 1}, {"id": "2"}, {"data": 3}],
    ids=str,
)  # fmt: skip
def test_a_damaged_log_is_refused(lab, wrong):
    data = told(lab).case.to_dict()
    with pytest.raises(UsageError):
        Case.from_dict(lab.policy(ANSWERED), damaged(data, wrong))


@pytest.mark.parametrize(
    "data", [{}, {"duecourse": 1}, {"duecourse": 1, "policy": "lab/x", "log": "gone"}], ids=str
)
def test_what_is_no_case_is_refused(lab, data):
    with pytest.raises(UsageError):
        Case.from_dict(lab.policy(ANSWERED), data)


@pytest.mark.parametrize("data", [None, 7, "case", []], ids=str)
def test_what_is_no_mapping_is_refused(lab, data):
    with pytest.raises(UsageError, match="no case"):
        Case.from_dict(lab.policy(ANSWERED), data)


@pytest.mark.parametrize("wrong", [{"duecourse": 2}, {"duecourse": None}, {"log": ()}, {"log": {}}], ids=str)
def test_a_case_written_in_another_format_is_refused(lab, wrong):
    with pytest.raises(UsageError, match="no case"):
        Case.from_dict(lab.policy(ANSWERED), told(lab).case.to_dict() | wrong)


def test_a_damaged_log_whose_recording_runs_backwards_is_refused(lab):
    data = told(lab).case.to_dict()
    with pytest.raises(UsageError):
        Case.from_dict(lab.policy(ANSWERED), damaged(data, {"recorded": "2026-05-01T09:00:00Z"}))


def test_a_damaged_log_with_an_entry_dated_after_its_recording_is_refused(lab):
    data = told(lab).case.to_dict()
    with pytest.raises(UsageError):
        Case.from_dict(lab.policy(ANSWERED), damaged(data, {"on": "2026-06-01"}))


def test_the_case_before_is_unchanged_by_apply(lab):
    before = lab.case(ANSWERED).did("1 May", "received")
    data, view = before.case.to_dict(), before.case.at(lab.day("1 Jun")).to_dict()
    before.did("12 May", "answered")
    before.did("2 May", "chased")
    before.corrected(1, "20 May", to="8 May")
    assert before.case.to_dict() == data
    assert before.case.at(lab.day("1 Jun")).to_dict() == view
    assert len(before.case.log) == 1


def test_one_case_can_go_on_in_two_ways(lab):
    fork = lab.case(ANSWERED).did("1 May", "received")
    one, two = fork.did("12 May", "answered"), fork.did("12 May", "chased")
    assert (one.stage("1 Jun"), two.stage("1 Jun")) == ("closed", "at_work")


def test_data_given_to_an_event_cannot_be_changed_afterwards(lab):
    data = {"points": ["a"]}
    story = lab.case(ANSWERED).did("1 May", "received", data)
    data["points"].append("b")
    assert story.case.at(lab.day("1 May")).points == ("a",)
