"""Which letters are due, and what becomes of those sent (the language, 8; the exact semantics, Accepting)."""

from __future__ import annotations

import pytest

LETTERS = """
facts: {grounds: {answers: [given, not_given], decided_by: complainant}}
letters:
  response: {to: [complainant, manager], sent_by: answered, must_say: [findings, reasons]}
  acknowledgement: {sent_by: acknowledged}
  refusal: {must_say: [reasons]}
  invitation: {sent_by: invited}
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
  acknowledge: {is: 2 working days, from: received, met_by: acknowledged}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: waiting}, settled: {when: settled, go_to: closed}}}
  waiting:
    next:
      onward: {when: stage_2_requested, if: {grounds: given}, go_to: stage_2, send: [invitation]}
      refused: {when: stage_2_requested, if: {grounds: not_given}, turns_down: true, send: [refusal]}
  stage_2: {next: {invited: {when: invited}, settled: {when: settled, go_to: closed}}}
  closed: {end: closed}
"""


@pytest.fixture
def begun(lab):
    return lab.case(LETTERS).did("1 May", "received")


@pytest.fixture
def refused(begun):
    return begun.did("5 May", "acknowledged").did("6 May", "answered").did(
        "11 May", "stage_2_requested", {"grounds": "not_given"},
    )  # fmt: skip


def test_a_letter_that_an_event_sends_is_due_while_a_limit_met_by_that_event_runs(lab, begun):
    assert lab.case(LETTERS).letters("1 May") == {}
    assert begun.letters("1 May") == {"response": "due", "acknowledgement": "due"}


def test_such_a_letter_is_still_due_when_the_limit_is_overdue(begun):
    assert begun.letters("1 Jun") == {"response": "due", "acknowledgement": "due"}


def test_such_a_letter_is_discharged_by_the_event(begun):
    assert begun.did("5 May", "acknowledged").letters("5 May") == {"response": "due"}


def test_such_a_letter_is_no_longer_due_when_the_limit_has_ended_with_the_case(begun):
    assert begun.did("5 May", "settled").letters("5 May") == {}


def test_a_letter_says_to_whom_what_and_by_when(lab, begun):
    letter = next(each for each in begun.case.at(lab.day("1 May")).letters_due if each.id == "response")
    assert letter.to == ("complainant", "manager")
    assert letter.must_say == ("findings", "reasons")
    assert letter.by == lab.day("18 May")


def test_a_letter_a_rule_sends_is_due_until_it_is_recorded_as_sent(refused):
    assert refused.letters("10 May") == {}
    assert refused.letters("11 May") == {"refusal": "due"}
    sent = refused.did("12 May", "letter_sent", {"letter": "refusal"})
    assert sent.letters("11 May") == {"refusal": "due"}
    assert sent.letters("12 May") == {"refusal": "sent"}


def test_a_letter_both_sent_by_an_event_and_named_by_a_rule_is_discharged_by_the_event(begun):
    told = begun.did("6 May", "answered").did("11 May", "stage_2_requested", {"grounds": "given"})
    assert "invitation" in told.letters("11 May")
    assert "invitation" not in {
        letter for letter, status in told.did("12 May", "invited").letters("12 May").items() if status == "due"
    }  # fmt: skip


def test_a_letter_is_due_again_when_the_rule_fires_again(refused):
    told = refused.did("12 May", "letter_sent", {"letter": "refusal"})
    told = told.did("13 May", "stage_2_requested", {"grounds": "not_given"})
    assert [letter.status for letter in told.case.at(told.case.last_day).letters] == ["due", "sent"]


def test_a_sent_letter_whose_cause_is_gone_is_withdrawn_and_never_removed(refused):
    told = refused.did("12 May", "letter_sent", {"letter": "refusal"}).corrected(4, "20 May", strike=True)
    assert told.letters("20 May") == {"refusal": "withdrawn"}
    assert len(told.case.log) == 6


def test_a_letter_not_yet_sent_whose_cause_is_gone_is_no_longer_due(refused):
    assert refused.corrected(4, "20 May", strike=True).letters("20 May") == {}


def test_a_letter_of_another_rule_is_due_when_the_reason_is_corrected(refused):
    told = refused.did("12 May", "letter_sent", {"letter": "refusal"}).corrected(
        4, "20 May", data={"grounds": "given"}
    )
    assert told.letters("20 May") == {"invitation": "due", "refusal": "withdrawn"}


def test_a_letter_the_policy_does_not_have_is_refused(begun):
    assert begun.refused("5 May", "letter_sent", {"letter": "valentine"}) == "unknown_letter"
    assert begun.refused("5 May", "letter_sent")


# --- turns_down ----------------------------------------------------------------------------------------------

TURNED = """
facts: {grounds: {answers: [given, not_given], decided_by: complainant}}
letters: {refusal: {}}
limits:
  request: {is: 20 working days, from: answered, met_by: asked, extended_by: asked, up_to: 40 working days}
  stage_2: {is: 25 working days, from: asked, met_by: decided}
  clock: {is: 30 working days, from: answered, met_by: decided, pauses: {p: {when: asked, until: decided, counting: skip_working_days}}}
stages:
  opening: {next: {answered: {when: answered, go_to: waiting}}}
  waiting:
    next:
      onward: {when: asked, if: {grounds: given}, go_to: stage_2}
      refused: {when: asked, if: {grounds: not_given}, turns_down: true, send: [refusal], MORE}
  stage_2: {next: {decided: {when: decided, go_to: closed}}}
  turned: {next: {decided: {when: decided, go_to: closed}}}
  closed: {end: closed}
"""


def turned(lab, more="note: stays"):
    return (
        lab.case(TURNED.replace("MORE", more))
        .did("1 May", "answered")
        .did("5 May", "asked", {"grounds": "not_given"})
    )


def test_what_is_turned_down_is_recorded_and_answered(lab):
    told = turned(lab)
    assert [entry.rule for entry in told.case.log] == ["opening.answered", "waiting.refused"]
    assert told.letters("5 May") == {"refusal": "due"}
    assert told.facts("5 May") == {"grounds": "not_given"}


def test_what_is_turned_down_meets_starts_extends_and_pauses_no_limit(lab):
    told = turned(lab)
    assert told.status("request", "5 May") == "running"
    assert told.due("request", "5 May") == "2 Jun"
    assert told.status("stage_2", "5 May") == "not_started"
    assert told.status("clock", "6 May") == "running"


def test_what_is_not_turned_down_does(lab):
    told = (
        lab.case(TURNED.replace("MORE", "note: stays"))
        .did("1 May", "answered")
        .did("5 May", "asked", {"grounds": "given"})
    )
    assert told.status("request", "5 May") == "met"
    assert told.status("stage_2", "5 May") == "running"
    assert told.status("clock", "6 May") == "paused"


def test_a_rule_that_turns_down_may_still_move_the_case(lab):
    assert turned(lab, "go_to: turned").stage("5 May") == "turned"


# --- aside ---------------------------------------------------------------------------------------------------

ASIDE = """
limits:
  draft: {is: 10 working days, from: {entering: at_work}, met_by: drafted}
  check: {is: 10 working days, from: received, met_by: checked}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {due: [draft], next: {asked: {when: asked, go_to: gate}, onward: {when: went_on, go_to: later}}}
  later: {due: [check], next: {asked: {when: asked, go_to: gate}}}
  gate:
    aside: true
    next:
      denied: {when: denied, go_to: back}
      allowed: {when: allowed, go_to: open}
      asked: {when: asked_more, go_to: second_gate}
  second_gate: {aside: true, next: {denied: {when: denied, go_to: back}}}
  open: {next: {settled: {when: settled, go_to: closed}}}
  closed: {end: closed}
"""


@pytest.fixture
def asked(lab):
    return lab.case(ASIDE).did("1 May", "received").did("5 May", "asked")


def test_entering_an_aside_stage_ends_no_limit(asked):
    assert asked.stage("5 May") == "gate"
    assert asked.runs("draft", "6 May") == ["running from 1 May"]


def test_in_an_aside_stage_limits_go_on_and_become_overdue(asked):
    assert asked.status("draft", "19 May") == "overdue"
    assert asked.did("8 May", "drafted").status("draft", "8 May") == "met"


def test_back_leads_where_the_aside_stage_was_entered_from(lab, asked):
    told = asked.did("6 May", "denied")
    assert told.stage("6 May") == "at_work"
    assert told.runs("draft", "7 May") == ["running from 1 May"]
    later = told.did("7 May", "went_on").did("8 May", "asked").did("11 May", "denied")
    assert later.path("11 May")[-2:] == ["gate 8 May", "later 11 May"]


def test_from_an_aside_stage_to_another_limits_end_as_usual(asked):
    assert asked.did("6 May", "allowed").status("draft", "6 May") == "lapsed"


def test_an_aside_stage_within_an_aside_stage_leads_back_step_by_step(asked):
    told = asked.did("6 May", "asked_more").did("7 May", "denied").did("8 May", "denied")
    assert told.path("8 May")[1:] == ["gate 5 May", "second_gate 6 May", "gate 7 May", "at_work 8 May"]
