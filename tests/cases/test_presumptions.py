"""Events presumed until the real one is recorded (the exact semantics, Limits; the language, 5)."""

from __future__ import annotations

import pytest

from engine import Case, EventRefused, PolicyLibrary

PRESUMED = """
events:
  response_received: {title: Received, presumed_from: response_sent, after: 2 working days}
limits:
  request: {is: 5 working days, from: response_received, met_by: requested}
  arrival: {is: 1 working day, from: response_sent, met_by: response_received}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {sent: {when: response_sent}, settled: {when: settled, go_to: closed}}}
  closed: {end: closed}
"""


@pytest.fixture
def sent(lab):
    """Sent on Friday 1 May; presumed received two working days later, on Wednesday 6 May."""
    return lab.case(PRESUMED).did("30 Apr", "received").did("1 May", "response_sent")


def test_a_presumed_event_starts_limits_on_its_date(sent):
    assert sent.status("request", "5 May") == "not_started"
    assert sent.runs("request", "6 May") == ["running from 6 May"]
    # 7, 8, 11, 12 and 13 May.
    assert sent.due("request", "6 May") == "13 May"


def test_a_presumed_event_meets_limits(sent):
    # One working day from 1 May is 5 May; presumed on 6 May it is a day late.
    assert sent.text("arrival", "6 May") == "met, 1 working day late"


def test_a_presumed_event_comes_at_the_start_of_its_date(sent):
    assert sent.did("6 May", "requested", at="00:00").status("request", "6 May") == "met"


def test_the_real_event_takes_the_place_of_the_presumed_one_when_it_comes_earlier(sent):
    told = sent.did("5 May", "response_received")
    assert told.runs("request", "1 Jul") == ["overdue from 5 May"]
    assert told.text("arrival", "1 Jul") == "met in time"


def test_the_real_event_recorded_later_undoes_the_presumption(sent):
    told = sent.did("11 May", "response_received")
    assert told.runs("request", "6 May") == []
    assert told.runs("request", "11 May") == ["running from 11 May"]
    assert told.status("arrival", "6 May") == "overdue"


def test_what_was_known_then_still_has_the_presumption(lab):
    told = (
        lab.case(PRESUMED)
        .did("30 Apr", "received", recorded="30 Apr 09:00")
        .did("1 May", "response_sent", recorded="1 May 09:00")
        .did("11 May", "response_received", recorded="11 May 09:00")
    )
    assert told.due("request", "11 May", known_at="10 May 09:00") == "13 May"
    assert told.due("request", "11 May") == "18 May"


def test_recording_the_real_one_is_a_late_entry_at_the_presumed_date(lab, sent):
    told = sent.did("7 May", "requested")
    with pytest.raises(EventRefused) as caught:
        told.did("11 May", "response_received")
    assert caught.value.broken == (3,)
    assert told.did("11 May", "response_received", despite=(3,)).conflicts == [3]


def test_whether_the_real_one_may_be_recorded_is_told_beforehand(lab, sent):
    # `requested` on 7 May meets what the presumption of 6 May started; a real one of 12 May would undo that.
    story = sent.did("7 May", "requested")
    assert story.refused("12 May", "response_received") == "undoes"
    assert story.case.at(lab.day("12 May")).why_not("response_received").kind == "undoes"
    assert sent.case.at(lab.day("12 May")).why_not("response_received").accepted


def test_a_real_one_on_the_day_of_the_trigger_suppresses_it(sent):
    told = sent.did("1 May", "response_received")
    assert told.runs("request", "1 Jul") == ["overdue from 1 May"]


def test_a_real_one_dated_after_the_next_trigger_belongs_to_that(sent):
    told = sent.did("15 May", "response_sent").did("20 May", "response_received")
    # The first presumption stands, on 6 May, and its limit is open; the second gave way to the real one.
    assert told.runs("request", "19 May") == ["overdue from 6 May"]
    assert told.did("21 May", "requested").runs("request", "1 Jul") == ["met_late from 6 May"]


def test_each_trigger_presumes_anew(sent):
    told = sent.did("7 May", "requested").did("15 May", "response_sent")
    # From Friday 15 May: 18 and 19 May.
    assert told.runs("request", "19 May") == ["met from 6 May", "running from 19 May"]


def test_the_next_trigger_leaves_the_presumption_before_it_standing(lab, sent):
    # Sent again on 5 May: presumed on 6 and on 7 May, and the first of them starts the limit.
    again = sent.did("5 May", "response_sent")
    assert again.runs("request", "8 May") == ["running from 6 May"]
    assert again.did("6 May", "requested").runs("request", "8 May") == [
        "met from 6 May",
        "running from 7 May",
    ]
    folded = lab.Story(Case.from_dict(again.case.policy, again.case.to_dict()))
    assert folded.runs("request", "8 May") == ["running from 6 May"]


def test_a_real_one_takes_the_place_of_the_latest_trigger_only(lab, sent):
    # Sent again on 5 May; what came on 8 May belongs to that, so the first letter is still presumed for 6 May.
    told = sent.did("5 May", "response_sent").did("6 May", "requested").did("8 May", "response_received")
    assert told.runs("request", "8 May") == ["met from 6 May", "running from 8 May"]


def test_a_presumption_goes_with_its_trigger(sent):
    assert sent.corrected(2, "11 May", strike=True).runs("request", "1 Jul") == []
    moved = sent.corrected(2, "11 May", to="5 May")
    assert moved.runs("request", "7 May") == ["running from 7 May"]


def test_striking_the_real_one_brings_the_presumption_back(sent):
    told = sent.did("11 May", "response_received").corrected(3, "12 May", strike=True)
    assert told.runs("request", "7 May") == ["running from 6 May"]


def test_the_real_one_is_refused_before_its_trigger(lab):
    told = lab.case(PRESUMED).did("30 Apr", "received")
    assert told.refused("1 May", "response_received") == "not_yet"


def test_the_real_one_is_accepted_in_any_stage_once_its_trigger_has_happened(sent):
    closed = sent.did("4 May", "settled")
    assert closed.did("5 May", "response_received").case.count == 4


STEP = PRESUMED.replace(
    "settled: {when: settled, go_to: closed}", "arrived: {when: response_received, go_to: waiting}",
).replace("  closed: {end", "  waiting: {next: {settled: {when: settled, go_to: closed}}}\n  closed: {end")  # fmt: skip


def test_a_presumed_event_is_never_a_step(lab):
    told = lab.case(STEP).did("30 Apr", "received").did("1 May", "response_sent")
    assert told.stage("1 Jul") == "at_work"
    assert told.runs("request", "6 May") == ["running from 6 May"]


def test_the_real_one_is_a_step_where_a_rule_names_it_and_no_more_than_a_mark_elsewhere(lab):
    told = (
        lab.case(STEP)
        .did("30 Apr", "received")
        .did("1 May", "response_sent")
        .did("5 May", "response_received")
    )
    assert told.stage("5 May") == "waiting"
    assert told.did("6 May", "response_received").stage("6 May") == "waiting"


CHANNEL = PRESUMED.replace("after: 2 working days", "channel: {post: 2 working days, email: same day}")


def test_the_channel_of_the_trigger_says_how_long_it_takes(lab):
    told = lab.case(CHANNEL).did("30 Apr", "received")
    assert told.did("1 May", "response_sent", {"channel": "post"}).runs("request", "6 May") == [
        "running from 6 May"
    ]
    assert told.did("1 May", "response_sent", {"channel": "email"}).runs("request", "1 May") == [
        "running from 1 May"
    ]


def test_a_real_one_takes_the_place_of_the_latest_although_an_older_one_is_still_to_come(lab):
    policy = CHANNEL.replace("2 working days", "10 working days").replace("same day", "1 working day")
    told = lab.case(policy).did("30 Apr", "received").did("1 May", "response_sent", {"channel": "post"})
    told = told.did("5 May", "response_sent", {"channel": "email"})
    # By post on 18 May, by email on 6 May.
    assert told.runs("request", "8 May") == ["running from 6 May"]
    assert told.did("8 May", "response_received").runs("request", "8 May") == ["running from 8 May"]


def test_without_a_usual_length_the_trigger_must_say_its_channel(lab):
    told = lab.case(CHANNEL).did("30 Apr", "received")
    assert told.refused("1 May", "response_sent") == "missing_data"
    assert told.refused("1 May", "response_sent", {"channel": "pigeon"}) == "missing_data"
    together = lab.did("1 May", "response_sent"), lab.did("5 May", "response_received")
    assert told.refusal(*together).event.name == "response_sent"


def test_a_channel_that_is_not_listed_takes_the_usual_length(lab):
    told = lab.case(PRESUMED.replace("after:", "channel: {email: same day}, after:")).did(
        "30 Apr", "received"
    )
    assert told.did("1 May", "response_sent", {"channel": "pigeon"}).start("request", "6 May") == "6 May"
    # One that is nearly listed was meant to be, and would give another date without a word.
    assert told.refused("1 May", "response_sent", {"channel": "e-mail"}) == "wrong_data"


@pytest.mark.parametrize(
    ("after", "presumed"),
    [
        ("same day", "1 May"),
        ("1 working day", "5 May"),
        ("2 working days", "6 May"),
        ("3 calendar days", "4 May"),
    ],
)
def test_it_is_counted_after_the_day_of_sending(lab, after, presumed):
    told = (
        lab.case(PRESUMED.replace("2 working days", after))
        .did("30 Apr", "received")
        .did("1 May", "response_sent")
    )
    assert told.start("request", "1 Jul") == presumed


def test_presumptions_that_follow_each_other_in_a_circle_are_refused_by_the_checker():
    text = """
policy: lab/x
title: Lab
in_force: {from: "2026-01-01"}
calendar: england
calendars: {england: {region: england, day_one: day_after}}
people: {officer: {title: Officer}}
events:
  received: {title: Received, by: officer}
  one: {title: One, presumed_from: two, after: 1 working day}
  two: {title: Two, presumed_from: one, after: 1 working day}
stages:
  opening: {next: {received: {when: received, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""
    examined = PolicyLibrary().examine_text(text, "lab/x.yaml")
    assert examined.policy is None
    assert any("circle" in problem.name or "circle" in problem.message for problem in examined.errors)


def test_a_presumed_event_may_itself_be_what_another_is_presumed_from(lab):
    policy = PRESUMED.replace(
        "limits:", "  response_read: {title: Read, presumed_from: response_received, after: 1 working day}\nlimits:",
    ).replace("from: response_received, met", "from: response_read, met")  # fmt: skip
    told = lab.case(policy).did("30 Apr", "received").did("1 May", "response_sent")
    assert told.runs("request", "7 May") == ["running from 7 May"]
    assert told.did("5 May", "response_received").runs("request", "7 May") == ["running from 6 May"]
    assert told.did("8 May", "response_read").runs("request", "8 May") == ["running from 8 May"]


def test_a_real_one_on_the_day_of_a_presumed_trigger_suppresses_what_follows_from_it(lab):
    policy = PRESUMED.replace(
        "limits:\n",
        "  settled_in: {title: Settled in, presumed_from: response_received, after: 2 working days}\n"
        "limits:\n  review: {is: 5 working days, from: settled_in, met_by: requested}\n",
    )
    told = lab.case(policy).did("30 Apr", "received").did("1 May", "response_sent")
    # Received is presumed on 6 May, and so settled in on 8 May.
    assert told.runs("review", "1 Jun") == ["overdue from 8 May"]
    late = told.did("12 May", "note").did("6 May", "settled_in")
    assert late.runs("review", "1 Jun") == ["overdue from 6 May"]
    assert late.did("11 May", "requested").runs("review", "1 Jun") == ["met from 6 May"]
