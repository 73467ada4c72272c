"""When overdue rules fire, in what order, and what becomes of those that cannot (the exact semantics, Overdue rules)."""

from __future__ import annotations

import pytest

from engine import PolicyLibrary

# Ten working days from 1 May: 18 May. Twenty: 2 June.
SILENT = """
facts:
  complexity: {answers: [ordinary, complex], decided_by: officer}
  consent: {answers: [given, refused], decided_by: complainant}
letters: {reminder: {}, apology: {}}
limits:
  answer:
    is: 10 working days
    cases: {complex: {if: {complexity: complex}, is: 20 working days}}
    from: received
    met_by: answered
    up_to: 30 working days
    extended_by: extended
    late_extension: allowed
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      answered: {when: answered, go_to: closed}
      moved: {when: moved, go_to: elsewhere}
      silence: {overdue: answer, RULE}
  elsewhere: {next: {back: {when: went_back, go_to: at_work}, answered: {when: answered, go_to: closed}}}
  escalated: {next: {answered: {when: answered, go_to: closed_late}, chased: {when: chased}}}
  closed: {end: closed}
  closed_late: {end: closed}
"""
COMPLEX, ORDINARY = {"complexity": "complex"}, {"complexity": "ordinary"}


def silent(lab, rule="go_to: escalated"):
    """A case received on 1 May under an overdue rule."""
    return lab.case(SILENT.replace("RULE", rule)).did("1 May", "received")


def test_it_fires_on_the_first_day_after_the_due_date(lab):
    assert silent(lab).stage("18 May") == "at_work"
    assert silent(lab).path("19 May") == ["at_work 1 May", "escalated 19 May"]


def test_it_fires_on_the_day_after_even_if_that_day_does_not_count(lab):
    # Four working days from 1 May end on Friday 8 May; Saturday is the day after.
    policy = SILENT.replace("RULE", "go_to: escalated").replace("is: 10 working days", "is: 4 working days")
    assert lab.case(policy).did("1 May", "received").path("1 Jun")[-1] == "escalated 9 May"


def test_it_precedes_the_events_of_that_day(lab):
    assert silent(lab).did("18 May", "answered").stage("18 May") == "closed"
    assert silent(lab).did("19 May", "answered", at="00:00").path("19 May")[1:] == [
        "escalated 19 May",
        "closed_late 19 May",
    ]


def test_it_waits_for_the_day_after_the_due_date_was_given(lab):
    # Complex at first, due on 2 June; ordinary on 20 May, so that it was due on 18 May.
    told = silent(lab).did("5 May", "fact_recorded", COMPLEX).did("20 May", "fact_recorded", ORDINARY)
    assert told.stage("20 May") == "at_work"
    assert told.path("21 May")[1:] == ["escalated 21 May"]


def test_it_waits_for_the_day_after_the_stage_was_entered(lab):
    told = silent(lab).did("15 May", "moved").did("23 May", "went_back")
    assert told.status("answer", "23 May") == "overdue"
    assert told.stage("23 May") == "at_work"
    assert told.path("24 May")[-1] == "escalated 24 May"


def test_it_fires_only_in_the_stage_that_has_it(lab):
    assert silent(lab).did("15 May", "moved").stage("1 Dec") == "elsewhere"


def test_an_answer_recorded_late_but_dated_in_time_undoes_it(lab):
    told = silent(lab).did("20 May", "chased")
    assert told.stage("20 May") == "escalated"
    assert silent(lab).did("25 May", "note").did("15 May", "answered").path("1 Jun") == [
        "at_work 1 May",
        "closed 15 May",
    ]
    assert told.refusal(lab.did("15 May", "answered")).broken == (2,)


def test_it_fires_once_for_one_due_date(lab):
    told = silent(lab, "send: reminder")
    assert told.letters("19 May") == {"reminder": "due"}
    sent = told.did("20 May", "letter_sent", {"letter": "reminder"})
    assert sent.letters("1 Dec") == {"reminder": "sent"}
    # Not even when the stage is left and entered again.
    assert sent.did("21 May", "moved").did("22 May", "went_back").letters("1 Dec") == {"reminder": "sent"}


def test_it_fires_again_for_a_new_due_date(lab):
    told = silent(lab, "send: reminder").did("20 May", "letter_sent", {"letter": "reminder"})
    told = told.did("21 May", "extended", {"until": "2026-05-29"})
    assert told.letters("29 May") == {"reminder": "sent"}
    assert told.case.at(lab.day("30 May")).letters_due[0].id == "reminder"


def test_it_fires_again_for_a_new_run(lab):
    policy = SILENT.replace("RULE", "send: reminder").replace(
        "met_by: answered", "met_by: replied\n    restarted_by: chased"
    )
    policy = policy.replace(
        "moved: {when: moved", "replied: {when: [replied, chased]}\n      moved: {when: moved"
    )
    told = (
        lab.case(policy)
        .did("1 May", "received")
        .did("20 May", "letter_sent", {"letter": "reminder"})
        .did("21 May", "chased")
    )
    # From 21 May: 22, 26 to 29 May, 1 to 5 June.
    assert told.due("answer", "21 May") == "5 Jun"
    assert [letter.id for letter in told.case.at(lab.day("5 Jun")).letters_due] == []
    assert [letter.id for letter in told.case.at(lab.day("6 Jun")).letters_due] == ["reminder"]


# --- Conditions ----------------------------------------------------------------------------------------------

CONSENT = "if: {consent: given}, go_to: escalated"


def test_with_a_condition_that_holds_it_fires(lab):
    assert (
        silent(lab, CONSENT).did("5 May", "fact_recorded", {"consent": "given"}).stage("19 May")
        == "escalated"
    )


@pytest.mark.parametrize("facts", [{}, {"consent": "refused"}], ids=["unknown", "false"])
def test_with_a_condition_that_does_not_hold_it_is_spent_and_noticed(lab, facts):
    told = silent(lab, CONSENT)
    if facts:
        told = told.did("5 May", "fact_recorded", facts)
    assert told.notices("18 May") == []
    assert told.notices("19 May") == ["spent answer"]
    assert told.stage("1 Dec") == "at_work"
    assert told.did("20 May", "fact_recorded", {"consent": "given"}).stage("1 Dec") == "at_work"


def test_what_was_spent_is_listed_in_the_notices_of_the_case(lab):
    told = silent(lab, CONSENT).did("20 May", "fact_recorded", {"consent": "given"})
    assert [(notice.kind, notice.subject) for notice in told.case.notices] == [("spent", "answer")]


def test_a_new_due_date_gives_a_spent_rule_another_occasion(lab):
    told = silent(lab, CONSENT).did("20 May", "fact_recorded", {"consent": "given"})
    assert told.did("21 May", "extended", {"until": "2026-05-29"}).path("1 Jun")[-1] == "escalated 30 May"


TWO = "if: {consent: given}, go_to: escalated}\n      other: {overdue: answer, if: {complexity: ordinary}, go_to: elsewhere"


def test_of_two_rules_the_one_that_matches_fires(lab):
    assert silent(lab, TWO).did("5 May", "fact_recorded", {"consent": "given"}).stage("19 May") == "escalated"
    assert silent(lab, TWO).did("5 May", "fact_recorded", ORDINARY).stage("19 May") == "elsewhere"


def test_if_two_rules_of_one_limit_match_they_are_spent_and_noticed(lab):
    both = (
        lab.did("5 May", "fact_recorded", {"consent": "given"}),
        lab.did("5 May", "fact_recorded", ORDINARY),
    )
    told = silent(lab, TWO).did_together(*both)
    assert told.stage("1 Dec") == "at_work"
    assert told.notices("19 May") == ["spent answer"]


# --- The order of one day ------------------------------------------------------------------------------------

TOGETHER = """
limits:
  first: {is: 10 working days, from: received, met_by: done}
  second: {is: LENGTH, from: received, met_by: done}
stages:
  opening: {next: {received: {when: received, go_to: START}}}
  elsewhere: {next: {onward: {when: went_on, go_to: at_work}}}
  at_work: {next: {one: {overdue: first, go_to: after_first}, two: {overdue: second, go_to: after_second}}}
  after_first: {next: {done: {when: done, go_to: closed}, two: {overdue: second, go_to: closed}}}
  after_second: {next: {done: {when: done, go_to: closed}}}
  closed: {end: closed}
"""


def test_on_one_day_and_due_date_the_limit_id_decides(lab):
    told = lab.case(TOGETHER.replace("LENGTH", "10 working days").replace("START", "at_work")).did(
        "1 May", "received"
    )
    assert told.path("19 May") == ["at_work 1 May", "after_first 19 May"]


def test_each_is_judged_in_the_stage_the_one_before_left(lab):
    told = lab.case(TOGETHER.replace("LENGTH", "10 working days").replace("START", "at_work")).did(
        "1 May", "received"
    )
    # The second limit's rule in the stage reached fires the day after that was entered.
    assert told.path("20 May") == ["at_work 1 May", "after_first 19 May", "closed 20 May"]


def test_on_one_day_the_earlier_due_date_comes_first(lab):
    told = lab.case(TOGETHER.replace("LENGTH", "9 working days").replace("START", "elsewhere")).did(
        "1 May", "received"
    )
    # Both are overdue when the stage is entered on 20 May; `second` was due on 15 May, `first` on 18 May.
    assert told.did("20 May", "went_on").path("21 May")[-1] == "after_second 21 May"


def test_what_a_due_date_starts_comes_before_the_overdue_rule_of_that_day(lab):
    told = lab.case("""
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
  report: {is: 5 working days, from: {due: answer}, met_by: reported}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {silence: {overdue: answer, go_to: closed}, answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
""").did("1 May", "received")  # fmt: skip
    # Had the case ended first, the other limit would not have started at all.
    assert told.runs("report", "19 May") == ["lapsed from 18 May"]


PRESUMED = """
events: {response_received: {title: Received, presumed_from: response_sent, after: 2 working days}}
limits:
  arrival: {is: LENGTH, from: response_sent, met_by: response_received}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {sent: {when: response_sent}, lost: {overdue: arrival, go_to: lost}}}
  lost: {next: {settled: {when: settled, go_to: closed}}}
  closed: {end: closed}
"""


def test_an_overdue_rule_comes_before_an_event_presumed_for_that_day(lab):
    # Sent on 1 May, due on 5 May, presumed on 6 May.
    told = (
        lab.case(PRESUMED.replace("LENGTH", "1 working day"))
        .did("30 Apr", "received")
        .did("1 May", "response_sent")
    )
    assert told.stage("6 May") == "lost"
    assert told.status("arrival", "6 May") == "met_late"


def test_an_event_presumed_on_the_due_date_keeps_the_rule_from_firing(lab):
    told = (
        lab.case(PRESUMED.replace("LENGTH", "2 working days"))
        .did("30 Apr", "received")
        .did("1 May", "response_sent")
    )
    assert told.stage("1 Dec") == "at_work"
    assert told.status("arrival", "6 May") == "met"


# --- Where they stand ----------------------------------------------------------------------------------------


def test_an_overdue_rule_of_anywhere_fires_in_every_stage_that_is_no_end(lab):
    policy = """
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {onward: {when: went_on, go_to: elsewhere}}}
  elsewhere: {next: {answered: {when: answered, go_to: closed}}}
  escalated: {next: {answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
anywhere: {silence: {overdue: answer, in: [at_work, elsewhere], go_to: escalated}}
"""
    told = lab.case(policy).did("1 May", "received")
    assert told.stage("19 May") == told.did("5 May", "went_on").stage("19 May") == "escalated"


def test_a_rule_that_is_spent_does_not_spend_another_that_only_the_next_stage_has(lab):
    policy = (
        SILENT.replace("      silence: {overdue: answer, RULE}\n", "")
        + """
anywhere:
  agreed: {overdue: answer, in: [at_work, elsewhere], if: {consent: given}, go_to: escalated}
  silence: {overdue: answer, in: [elsewhere], if: {consent: refused}, go_to: closed_late}
"""
    )
    told = lab.case(policy).did("1 May", "received", {"consent": "refused"}).did("20 May", "moved")
    # Spent on 19 May, `agreed` leaves `silence` to fire on the day after `elsewhere` is entered.
    assert told.notices("20 May") == ["spent answer"]
    assert told.path("1 Jun") == ["at_work 1 May", "elsewhere 20 May", "closed_late 21 May"]


def test_the_stage_reached_starts_its_limits_on_the_day_the_rule_fires(lab):
    told = lab.case("""
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
  review: {is: 5 working days, from: {entering: review}, met_by: reviewed}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {due: [answer], next: {silence: {overdue: answer, go_to: review}}}
  review: {due: [review], next: {late: {overdue: review, go_to: closed}}}
  closed: {end: closed}
""").did("1 May", "received")  # fmt: skip
    assert told.status("answer", "19 May") == "missed"
    assert told.start("review", "19 May") == "19 May"
    # 20, 21, 22, 26 and 27 May.
    assert told.due("review", "19 May") == "27 May"
    assert told.path("1 Dec") == ["at_work 1 May", "review 19 May", "closed 28 May"]


def test_the_checker_reports_two_moving_overdue_rules_in_one_stage():
    text = """
policy: lab/x
title: Lab
in_force: {from: "2026-01-01"}
calendar: england
calendars: {england: {region: england, day_one: day_after}}
people: {officer: {title: Officer}}
events: {received: {title: Received, by: officer}, done: {title: Done, by: officer}}
limits:
  first: {is: 5 working days, from: received, met_by: done, owed_by: officer, force: must, basis: local}
  second: {is: 9 working days, from: received, met_by: done, owed_by: officer, force: must, basis: local}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    title: At work
    owner: officer
    due: [first, second]
    next:
      one: {overdue: first, go_to: closed}
      two: {overdue: second, go_to: given_up}
      done: {when: done, go_to: closed}
  closed: {title: Closed, end: closed}
  given_up: {title: Given up, end: closed}
"""
    reported = PolicyLibrary().examine_text(text, "lab/x.yaml").problems
    assert any("overdue" in problem.message for problem in reported), "\n".join(map(str, reported))
