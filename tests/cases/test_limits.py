"""When limits start, end and start again, and how their due dates come about (the exact semantics, Limits; the language, 6)."""

from __future__ import annotations

from datetime import date

import pytest

from engine import CalendarUnknown, PolicyLibrary, UsageError

STAGES = """
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      received: {when: received}
      answered: {when: answered}
      reported: {when: reported}
      closed: {when: settled, go_to: closed}
  closed: {end: closed, next: {reopened: {when: reopened, go_to: at_work}}}
"""


def story(lab, limits, on="1 May", at=None, more="", stages=STAGES):
    """A case under these limits, its complaint received."""
    return lab.case(f"limits:\n{limits}\n{more}\n{stages}").did(on, "received", at=at)


ANSWER = "  answer: {is: 10 working days, from: received, met_by: answered}"


# --- Runs ----------------------------------------------------------------------------------------------------


def test_while_a_limit_is_open_its_start_does_nothing(lab):
    told = story(lab, ANSWER).did("6 May", "received")
    assert told.runs("answer", "7 May") == ["running from 1 May"]
    assert told.did("20 May", "received").runs("answer", "20 May") == ["overdue from 1 May"]


def test_after_a_limit_closes_the_next_start_opens_another_run(lab):
    told = story(lab, ANSWER).did("5 May", "answered").did("6 May", "received")
    assert told.runs("answer", "7 May") == ["met from 1 May", "running from 6 May"]
    # 7 and 8 May, 11 to 15 May, 18 to 20 May.
    assert told.due("answer", "7 May") == "20 May"


def test_each_run_keeps_its_own_result(lab):
    told = story(lab, ANSWER).did("20 May", "answered").did("21 May", "received").did("22 May", "answered")
    assert told.runs("answer", "1 Jun") == ["met_late from 1 May", "met from 21 May"]


def test_each_run_has_its_own_ledger(lab):
    view = story(lab, ANSWER).did("5 May", "answered").did("6 May", "received").case.at(lab.day("7 May"))
    assert [view.explain("answer", number).due for number in (1, 2)] == [lab.day("18 May"), lab.day("20 May")]
    assert view.explain("answer").due == lab.day("20 May")
    with pytest.raises(UsageError):
        view.explain("answer", 3)


def test_the_ledger_names_the_bank_holiday_left_out(lab):
    assert "Early May bank holiday" in str(story(lab, ANSWER).case.at(lab.day("5 May")).explain("answer"))


def test_a_limit_that_has_not_started_has_no_ledger(lab):
    with pytest.raises(UsageError, match="not started"):
        lab.case("limits:\n" + ANSWER + STAGES).case.at(lab.day("1 May")).explain("answer")


def test_an_event_that_meets_and_starts_the_same_limit_ends_one_run_and_begins_the_next(lab):
    limits = "  report: {is: 5 working days, from: {earliest_of: [received, reported]}, met_by: reported}"
    told = story(lab, limits).did("8 May", "reported")
    assert told.runs("report", "8 May") == ["met from 1 May", "running from 8 May"]
    assert told.due("report", "8 May") == "15 May"


def test_an_event_met_on_the_due_date_is_in_time_and_a_day_later_is_late(lab):
    assert story(lab, ANSWER).did("18 May", "answered").text("answer", "1 Jun") == "met in time"
    assert story(lab, ANSWER).did("19 May", "answered").text("answer", "1 Jun") == "met, 1 working day late"


def test_a_limit_that_is_restarted_is_replaced_and_begins_anew(lab):
    limits = "  answer: {is: 10 working days, from: received, met_by: answered, restarted_by: rewritten}"
    told = story(lab, limits, stages=STAGES.replace("reported}", "[reported, rewritten]}")).did(
        "6 May", "rewritten"
    )
    assert told.runs("answer", "7 May") == ["replaced from 1 May", "running from 6 May"]
    assert told.due("answer", "7 May") == "20 May"


def test_an_overdue_limit_can_be_restarted_too(lab):
    limits = "  answer: {is: 10 working days, from: received, met_by: answered, restarted_by: rewritten}"
    told = story(lab, limits, stages=STAGES.replace("reported}", "[reported, rewritten]}")).did(
        "20 May", "rewritten"
    )
    assert told.runs("answer", "20 May") == ["replaced from 1 May", "running from 20 May"]


def test_an_event_that_restarts_a_limit_and_pauses_it_begins_a_paused_run(lab):
    limits = "  answer: {is: 10 working days, from: received, met_by: answered, restarted_by: held, pauses: {held: {when: held, until: resumed, counting: skip_working_days}}}"
    told = story(lab, limits).did("6 May", "held")
    assert told.runs("answer", "7 May") == ["replaced from 1 May", "paused from 6 May"]
    # 7 and 8 May are left out: 11 to 15 May five, 18 to 22 May ten.
    assert told.did("8 May", "resumed").due("answer", "8 May") == "22 May"


def test_a_limit_to_be_met_as_soon_as_possible_is_open_until_met_and_never_overdue(lab):
    told = story(lab, "  answer: {is: as soon as possible, from: received, met_by: answered}")
    assert told.due("answer", "1 Dec") is None
    assert told.status("answer", "1 Dec") == "running"
    assert told.did("1 Dec", "answered").text("answer", "1 Dec") == "met in time"


def test_a_limit_without_a_due_date_says_in_words_whether_it_has_none_or_none_is_known(lab):
    soon = story(lab, ANSWER.replace("10 working days", "as soon as possible"))
    assert soon.text("answer", "5 May") == "running, to be met as soon as possible"
    assert "beyond the years" in story(lab, FAR).text("answer", "5 May")


def test_nought_calendar_days_are_the_date_of_the_start(lab):
    told = story(lab, "  answer: {is: 0 calendar days, roll: stays, from: received, met_by: answered}")
    assert told.due("answer", "1 May") == "1 May"
    assert told.status("answer", "2 May") == "overdue"


# --- Stages and the end --------------------------------------------------------------------------------------

STAGED = """
limits:
  draft: {is: 5 working days, from: {entering: drafting}, met_by: drafted}
  check: {is: 5 working days, from: received, met_by: checked}
  law: {is: 10 working days, from: received, met_by: answered}
  report: {is: 10 working days, from: received, met_by: reported, outlives: true}
stages:
  opening: {next: {received: {when: received, go_to: drafting}}}
  drafting:
    due: [draft, check]
    next: {onward: {when: went_on, go_to: checking}, again: {when: began_again, go_to: drafting}, noted: {when: noted}}
  checking: {due: [check], next: {back: {when: went_back, go_to: drafting}, away: {when: went_off, go_to: waiting}}}
  waiting: {next: {back: {when: went_back, go_to: drafting}}}
  closed: {end: closed}
anywhere:
  closed: {when: settled, go_to: closed}
  reopened: {when: reopened, in: [closed], go_to: waiting}
"""


@pytest.fixture
def staged(lab):
    return lab.case(STAGED).did("1 May", "received")


def test_moving_between_two_stages_that_list_a_limit_does_not_touch_it(staged):
    assert staged.did("6 May", "went_on").runs("check", "7 May") == ["running from 1 May"]


def test_moving_elsewhere_ends_a_limit_as_lapsed_if_it_is_not_overdue(staged):
    # Five working days from 1 May: 5 to 8 May are four, 11 May the fifth.
    assert staged.did("11 May", "went_on").status("draft", "11 May") == "lapsed"


def test_moving_elsewhere_ends_a_limit_as_missed_if_it_is_overdue(staged):
    assert staged.did("12 May", "went_on").status("draft", "12 May") == "missed"


def test_a_missed_limit_says_how_late_it_was_when_it_ended(lab):
    # Due on 18 May; ended on 20 May.
    told = story(lab, ANSWER).did("20 May", "settled")
    assert told.text("answer", "1 Jul") == "missed; 2 working days past due when it ended"


def test_a_missed_limit_can_still_be_met(staged):
    told = staged.did("12 May", "went_on").did("14 May", "drafted")
    assert told.text("draft", "14 May") == "met, 3 working days late"
    assert told.status("draft", "13 May") == "missed"
    assert told.refused("15 May", "drafted") == "nothing_to_mark"


def test_a_lapsed_limit_cannot_be_met(staged):
    assert staged.did("6 May", "went_on").refused("7 May", "drafted") == "nothing_to_mark"


def test_entering_the_stage_again_starts_the_limit_again(staged):
    told = staged.did("6 May", "went_on").did("8 May", "went_back")
    assert told.runs("draft", "8 May") == ["lapsed from 1 May", "running from 8 May"]


def test_a_limit_listed_by_stages_starts_only_in_stages_that_list_it(lab):
    told = lab.case(STAGED.replace("from: {entering: drafting}", "from: noted")).did("1 May", "received")
    assert told.did("5 May", "noted").start("draft", "5 May") == "5 May"
    elsewhere = STAGED.replace("from: {entering: drafting}", "from: noted").replace(
        "waiting: {next: {", "waiting: {next: {noted: {when: noted}, ",
    )  # fmt: skip
    told = lab.case(elsewhere).did("1 May", "received").did("5 May", "went_on").did("6 May", "went_off")
    assert told.did("7 May", "noted").status("draft", "7 May") == "not_started"


def test_going_to_the_same_stage_leaves_it_and_enters_it_again(staged):
    told = staged.did("5 May", "drafted").did("6 May", "began_again")
    assert told.runs("draft", "6 May") == ["met from 1 May", "running from 6 May"]
    assert told.path("6 May") == ["drafting 1 May", "drafting 6 May"]


def test_going_to_the_same_stage_does_not_touch_an_open_limit_that_it_lists(staged):
    # the exact semantics says only "leaves and re-enters". Read as a move between two stages that list the limit, it ends none,
    # and while the limit is open, entering the stage does nothing to it.
    assert staged.did("6 May", "began_again").runs("draft", "6 May") == ["running from 1 May"]


def test_a_rule_that_goes_nowhere_stays_without_leaving(staged):
    told = staged.did("6 May", "noted")
    assert told.runs("draft", "6 May") == ["running from 1 May"]
    assert told.path("6 May") == ["drafting 1 May"]


def test_a_limit_no_stage_lists_belongs_to_the_case(staged):
    told = staged.did("5 May", "went_on").did("6 May", "went_off").did("7 May", "went_back")
    assert told.runs("law", "7 May") == ["running from 1 May"]


def test_at_an_end_every_limit_closes_but_those_that_outlive(staged):
    told = staged.did("8 May", "settled")
    assert [told.status(limit, "8 May") for limit in ("draft", "check", "law", "report")] == [
        "lapsed", "lapsed", "lapsed", "running",
    ]  # fmt: skip


def test_at_an_end_an_overdue_limit_is_missed(staged):
    assert staged.did("20 May", "settled").status("law", "20 May") == "missed"


def test_a_limit_that_outlives_becomes_overdue_after_the_end(staged):
    assert staged.did("8 May", "settled").status("report", "19 May") == "overdue"


def test_reopening_revives_no_limit(staged):
    told = staged.did("8 May", "settled").did("12 May", "reopened")
    assert told.runs("law", "13 May") == ["lapsed from 1 May"]
    assert told.runs("report", "13 May") == ["running from 1 May"]


# --- {due: other} --------------------------------------------------------------------------------------------

CHAINED = f"""{ANSWER}
  report: {{is: 5 working days, from: {{due: answer}}, met_by: reported}}"""
# 18 May, then 19, 20, 21, 22 and 26 May (25 May is a bank holiday).


def test_a_limit_from_the_due_date_of_another_starts_at_the_end_of_that_day(lab):
    told = story(lab, CHAINED)
    assert told.status("report", "18 May") == "not_started"
    assert told.start("report", "19 May") == "18 May"
    assert told.due("report", "19 May") == "26 May"


def test_it_does_not_start_if_the_other_was_met_on_its_due_date(lab):
    assert story(lab, CHAINED).did("18 May", "answered").status("report", "1 Jun") == "not_started"


def test_it_starts_although_the_other_is_met_the_day_after(lab):
    assert story(lab, CHAINED).did("19 May", "answered").runs("report", "19 May") == ["running from 18 May"]


def test_it_does_not_start_if_the_other_ended_with_the_case(lab):
    assert story(lab, CHAINED).did("15 May", "settled").status("report", "1 Jun") == "not_started"


EITHER = f"""{ANSWER}
  report: {{is: 5 working days, from: {{earliest_of: [{{due: answer}}, answered]}}, met_by: reported}}"""


def test_one_run_opens_one_run_of_the_other_by_its_due_date_or_by_the_event_that_meets_it(lab):
    told = story(lab, EITHER).did("20 May", "reported").did("21 May", "answered")
    assert told.runs("report", "1 Jun") == ["met from 18 May"]


def test_the_event_that_meets_it_opens_the_other_if_the_due_date_has_not(lab):
    told = story(lab, EITHER).did("15 May", "answered")
    assert told.runs("report", "1 Jun") == ["overdue from 15 May"]


def test_the_next_run_opens_the_other_again(lab):
    told = story(lab, EITHER).did("20 May", "reported").did("21 May", "answered")
    told = told.did("22 May", "received").did("26 May", "answered")
    assert told.runs("report", "27 May") == ["met from 18 May", "running from 26 May"]


def test_a_due_date_opens_nothing_if_what_meets_the_other_came_since(lab):
    told = story(lab, CHAINED).did("6 May", "reported")
    assert told.status("report", "1 Jun") == "not_started"


def test_a_due_date_opens_nothing_if_a_stage_that_lists_the_other_was_left_since(lab):
    stages = """
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {due: [report], next: {away: {when: went_off, go_to: waiting}, done: {when: [answered, reported], go_to: closed}}}
  waiting: {next: {back: {when: went_back, go_to: at_work}}}
  closed: {end: closed}
"""
    begun = story(lab, CHAINED, stages=stages)
    assert begun.runs("report", "19 May") == ["running from 18 May"]
    assert begun.did("6 May", "went_off").did("7 May", "went_back").runs("report", "19 May") == []


def test_chains_of_due_dates_that_turn_in_a_circle_are_refused_by_the_checker():
    text = """
policy: lab/x
title: Lab
in_force: {from: "2026-01-01"}
calendar: england
calendars: {england: {region: england, day_one: day_after}}
people: {officer: {title: Officer}}
events: {received: {title: Received, by: officer}, answered: {title: Answered, by: officer}}
limits:
  one: {is: 5 working days, from: {due: two}, met_by: answered, owed_by: officer, force: must, basis: local}
  two: {is: 5 working days, from: {due: one}, met_by: answered, owed_by: officer, force: must, basis: local}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {title: At work, owner: officer, next: {answered: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""
    examined = PolicyLibrary().examine_text(text, "lab/x.yaml")
    assert examined.policy is None
    assert any("circle" in problem.name or "circle" in problem.message for problem in examined.errors)


def test_of_two_due_dates_the_one_that_has_come_starts_it_and_is_named_in_the_ledger(lab):
    # Five working days from 1 May end on 11 May, before the ten of `answer`.
    limits = f"{ANSWER}\n  early: {{is: 5 working days, from: received, met_by: talked}}"
    limits += "\n  report: {is: 5 working days, from: {earliest_of: [{due: answer}, {due: early}]}, met_by: reported}"
    told = story(lab, limits)
    assert told.runs("report", "12 May") == ["running from 11 May"]
    ledger = " ".join(str(told.case.at(lab.day("12 May")).explain("report")).split())
    assert "(early not met by its due date, on Tue 12 May 2026)" in ledger


# --- earliest_of, latest_of ----------------------------------------------------------------------------------

LATEST = "  report: {is: 5 working days, from: {latest_of: [answered, received]}, met_by: reported}"


def test_the_latest_of_several_starts_when_the_last_has_come(lab):
    told = story(lab, LATEST)
    assert told.status("report", "5 May") == "not_started"
    assert told.did("6 May", "answered").start("report", "6 May") == "6 May"


def test_in_latest_of_an_item_once_come_stays_come(lab):
    told = story(lab, LATEST).did("6 May", "answered").did("7 May", "reported").did("8 May", "answered")
    assert told.runs("report", "8 May") == ["met from 6 May", "running from 8 May"]


def test_the_earliest_of_several_starts_when_the_first_has_come(lab):
    told = story(lab, LATEST.replace("latest", "earliest"))
    assert told.did("6 May", "answered").runs("report", "6 May") == ["running from 1 May"]


def test_entering_a_stage_is_something_that_can_be_latest(lab):
    limits = "  report: {is: 5 working days, from: {latest_of: [answered, {entering: closed}]}, met_by: reported, outlives: true}"
    told = story(lab, limits).did("6 May", "answered")
    assert told.status("report", "7 May") == "not_started"
    assert told.did("8 May", "settled").start("report", "8 May") == "8 May"


def test_a_stage_entered_before_the_rest_has_come_counts_as_come(lab):
    limits = (
        "  report: {is: 5 working days, from: {latest_of: [reported, {entering: replied}]}, met_by: settled}"
    )
    stages = STAGES.replace("answered: {when: answered}", "answered: {when: answered, go_to: replied}")
    stages += "  replied: {next: {reported: {when: reported}}}\n"
    told = story(lab, limits, stages=stages).did("6 May", "answered")
    assert told.status("report", "7 May") == "not_started"
    assert told.did("8 May", "reported").runs("report", "8 May") == ["running from 8 May"]


def test_a_due_date_is_something_that_can_be_latest(lab):
    limits = f"{ANSWER}\n  report: {{is: 5 working days, from: {{latest_of: [{{due: answer}}, reminded]}}, met_by: reported}}"
    stages = STAGES.replace("reported}", "[reported, reminded]}")
    early = story(lab, limits, stages=stages).did("6 May", "reminded")
    assert early.status("report", "18 May") == "not_started"
    assert early.start("report", "19 May") == "18 May"
    late = story(lab, limits, stages=stages)
    assert late.status("report", "20 May") == "not_started"
    assert late.did("21 May", "reminded").start("report", "21 May") == "21 May"


# --- Warnings ------------------------------------------------------------------------------------------------


def rungs(told, lab, on, limit="answer"):
    """The rungs of a limit, each with its day, as they stand on a date."""
    warnings = told.case.at(lab.day(on)).warnings
    return {each.rung: f"{each.on.day} {each.on:%b}" for each in warnings if each.limit == limit}


# Ten working days from 1 May: 5 to 8 May are one to four, 11 to 15 May five to nine, 18 May the tenth.
WARNED = """  answer:
    is: 10 working days
    from: received
    met_by: answered
    MORE
    warn: [1%, 25%, 50%, 99%, 5 working days before, 3 calendar days before, due, 1 working day after, 5 working days after, 6 calendar days after]"""


def test_each_rung_comes_on_the_day_worked_out_by_hand(lab):
    told = story(lab, WARNED.replace("MORE", ""))
    # 19 to 22 May are one to four working days after; 25 May is a bank holiday.
    assert rungs(told, lab, "1 May") == {
        "1%": "5 May", "25%": "7 May", "50%": "11 May", "99%": "18 May", "5 working days before": "11 May",
        "3 calendar days before": "15 May", "due": "18 May", "1 working day after": "19 May",
        "5 working days after": "26 May", "6 calendar days after": "24 May",
    }  # fmt: skip


def test_the_share_of_a_limit_whose_start_is_day_one_counts_the_start(lab):
    # From Tuesday 5 May: 5 to 8 May are one to four, 11 May the fifth, 18 May the tenth.
    told = story(lab, WARNED.replace("MORE", "day_one: same_day"), on="5 May")
    found = rungs(told, lab, "5 May")
    assert (found["1%"], found["50%"], found["due"]) == ("5 May", "11 May", "18 May")


def test_the_share_of_a_limit_of_calendar_days_is_one_of_calendar_days(lab):
    # 28 days from 1 May are 29 May; a tenth is 2.8 days and comes on the third.
    limit = "  answer: {is: 28 calendar days, roll: stays, from: received, met_by: answered, warn: [10%, 25%, 50%, 99%]}"
    assert rungs(story(lab, limit), lab, "1 May") == {
        "10%": "4 May", "25%": "8 May", "50%": "15 May", "99%": "29 May",
    }  # fmt: skip


def test_working_days_skipped_by_a_pause_are_no_part_of_the_share(lab):
    pause = "pauses: {held: {when: held, until: resumed, counting: skip_working_days}}"
    told = story(lab, WARNED.replace("MORE", pause)).did("6 May", "held").did("8 May", "resumed")
    # 7 and 8 May are left out: 5, 6, 11, 12 and 13 May are half of the ten, and 20 May is the tenth.
    found = rungs(told, lab, "8 May")
    assert (found["50%"], found["due"], found["1 working day after"]) == ("13 May", "20 May", "21 May")


def test_a_rung_is_reached_on_its_day(lab):
    told = story(lab, ANSWER.replace("from:", "warn: [50%, due], from:"))
    for on, reached in (("10 May", []), ("11 May", ["50%"]), ("17 May", ["50%"]), ("18 May", ["50%", "due"])):
        warnings = told.case.at(lab.day(on)).warnings
        assert [each.rung for each in warnings if each.reached] == reached


def test_rungs_stand_in_the_order_of_their_days(lab):
    told = story(lab, ANSWER.replace("from:", "warn: [1 working day after, due, 50%], from:"))
    assert list(rungs(told, lab, "1 May")) == ["50%", "due", "1 working day after"]


def test_a_limit_that_is_met_or_has_no_due_date_warns_no_more(lab):
    warned = ANSWER.replace("from:", "warn: [50%, due], from:")
    assert rungs(story(lab, warned).did("6 May", "answered"), lab, "6 May") == {}
    assert rungs(story(lab, warned.replace("10 working days", "as soon as possible")), lab, "6 May") == {}


# --- within, after -------------------------------------------------------------------------------------------


def judged(lab, limits, rule, more=""):
    """A case in which `asked` is accepted as the rule says."""
    stages = f"""
facts: {{complexity: {{answers: [ordinary, complex], decided_by: officer}}}}
stages:
  opening: {{next: {{received: {{when: received, go_to: at_work}}}}}}
  at_work:
    next:
      asked: {{when: asked, {rule}}}
      answered: {{when: [answered, noted]}}
  closed: {{end: closed}}
"""
    return story(lab, limits, stages=stages, more=more)


def accepts(told, on):
    """Whether `asked` would be accepted on this date."""
    return told.case.at(date(2026, *on)).why_not("asked").accepted


def test_within_holds_up_to_and_on_the_due_date(lab):
    told = judged(lab, ANSWER, "within: answer")
    assert accepts(told, (5, 18))
    assert not accepts(told, (5, 19))


def test_after_holds_from_the_day_after_the_due_date(lab):
    told = judged(lab, ANSWER, "after: answer")
    assert not accepts(told, (5, 18))
    assert accepts(told, (5, 19))


def test_they_look_at_the_latest_run_whatever_its_state(lab):
    told = judged(lab, ANSWER, "within: answer").did("5 May", "answered")
    assert accepts(told, (5, 18))
    assert not accepts(told, (5, 19))


def test_of_a_limit_that_never_started_within_holds_and_after_does_not(lab):
    never = ANSWER.replace("from: received", "from: noted")
    assert accepts(judged(lab, never, "within: answer"), (12, 1))
    assert not accepts(judged(lab, never, "after: answer"), (12, 1))


def test_they_compare_with_the_due_date_in_force_before_the_event(lab):
    limits = """  answer:
    is: 5 working days
    cases: {complex: {if: {complexity: complex}, is: 10 working days}}
    from: received
    met_by: answered"""
    told = judged(lab, limits, "within: answer")
    assert told.did("11 May", "asked", {"complexity": "complex"}).due("answer", "11 May") == "18 May"
    assert told.refused("12 May", "asked", {"complexity": "complex"}) == "no_rule_matches"
    long = judged(lab, limits, "within: answer").did("5 May", "noted", {"complexity": "complex"})
    assert long.did("12 May", "asked", {"complexity": "ordinary"}).case.count == 3


def test_a_paused_limit_is_compared_as_projected(lab):
    limits = """  answer:
    is: 10 working days
    from: received
    met_by: answered
    pauses: {held: {when: noted, until: resumed, counting: skip_working_days}}"""
    told = judged(lab, limits, "within: answer").did("6 May", "noted")
    assert accepts(told, (7, 1))
    late = judged(lab, limits, "after: answer").did("6 May", "noted")
    assert not accepts(late, (7, 1))


TWO = f"""{ANSWER}
  report: {{is: 5 working days, from: received, met_by: reported}}"""  # due on 18 and on 11 May


def test_what_is_too_late_or_too_early_is_not_listed_as_possible(lab):
    for rule, possible in (("within: answer", "18 May"), ("after: answer", "19 May")):
        told = judged(lab, ANSWER, rule)
        listed = {on: told.case.at(lab.day(on)).allowed() for on in ("18 May", "19 May")}
        assert [on for on, events in listed.items() if "asked" in {each.event for each in events}] == [
            possible
        ]


def test_a_list_in_within_needs_any(lab):
    told = judged(lab, TWO, "within: [answer, report]")
    assert accepts(told, (5, 18))
    assert not accepts(told, (5, 19))


def test_a_list_in_after_needs_all(lab):
    told = judged(lab, TWO, "after: [answer, report]")
    assert not accepts(told, (5, 12))
    assert not accepts(told, (5, 18))
    assert accepts(told, (5, 19))


def test_longest_means_the_ceiling(lab):
    limits = "  answer: {is: 10 working days, up_to: 20 working days, extended_by: noted, from: received, met_by: answered}"
    told = judged(lab, limits, "within: {longest: answer}")
    assert accepts(told, (6, 2))
    assert not accepts(told, (6, 3))
    assert not accepts(judged(lab, limits, "after: {longest: answer}"), (6, 2))
    assert accepts(judged(lab, limits, "after: {longest: answer}"), (6, 3))


def test_longest_without_a_ceiling_means_the_due_date(lab):
    told = judged(lab, ANSWER, "within: {longest: answer}")
    assert accepts(told, (5, 18))
    assert not accepts(told, (5, 19))


# --- Extension -----------------------------------------------------------------------------------------------

EXTENSIBLE = """  answer:
    is: 10 working days
    up_to: 20 working days
    extended_by: extended
    from: received
    met_by: answered"""


def test_an_extension_without_a_date_goes_to_the_ceiling(lab):
    told = story(lab, EXTENSIBLE).did("6 May", "extended")
    assert told.due("answer", "5 May") == "18 May"
    assert told.due("answer", "6 May") == "2 Jun"


def test_an_extension_goes_to_the_date_it_gives(lab):
    assert (
        story(lab, EXTENSIBLE).did("6 May", "extended", {"until": "2026-05-22"}).due("answer", "6 May")
        == "22 May"
    )


def test_an_extension_to_the_ceiling_itself_is_accepted_and_beyond_it_refused(lab):
    told = story(lab, EXTENSIBLE)
    assert told.did("6 May", "extended", {"until": "2026-06-02"}).due("answer", "6 May") == "2 Jun"
    assert told.refused("6 May", "extended", {"until": "2026-06-03"}) == "cannot_extend"


def test_an_extension_to_before_the_due_date_is_refused(lab):
    told = story(lab, EXTENSIBLE)
    assert told.refused("6 May", "extended", {"until": "2026-05-15"}) == "cannot_extend"
    assert told.did("6 May", "extended", {"until": "2026-05-18"}).due("answer", "6 May") == "18 May"


def test_an_extension_to_the_due_date_itself_changes_nothing(lab):
    nought = "  answer: {is: 0 calendar days, roll: stays, up_to: 5 calendar days, extended_by: extended, from: received}"
    stages = STAGES.replace("answered: {when: answered}", "extended: {when: extended}")
    told = story(lab, nought, stages=stages).did("1 May", "extended", {"until": "2026-05-01"})
    assert told.due("answer", "1 May") == "1 May"
    assert told.did("1 May", "extended", {"until": "2026-05-02"}).due("answer", "1 May") == "2 May"


def test_a_second_extension_is_measured_against_the_first(lab):
    told = story(lab, EXTENSIBLE).did("6 May", "extended", {"until": "2026-05-22"})
    assert told.refused("7 May", "extended", {"until": "2026-05-21"}) == "cannot_extend"
    assert told.did("7 May", "extended", {"until": "2026-05-28"}).due("answer", "7 May") == "28 May"


def test_an_extension_on_the_due_date_is_accepted_and_after_it_refused(lab):
    told = story(lab, EXTENSIBLE)
    assert told.did("18 May", "extended").due("answer", "18 May") == "2 Jun"
    assert told.refused("19 May", "extended") == "cannot_extend"


def test_a_late_extension_is_accepted_where_it_is_allowed(lab):
    told = story(lab, EXTENSIBLE + "\n    late_extension: allowed").did("20 May", "extended")
    assert told.status("answer", "19 May") == "overdue"
    assert told.due("answer", "20 May") == "2 Jun"
    assert told.status("answer", "20 May") == "running"


def test_the_ceiling_counts_from_the_same_start_and_is_never_added(lab):
    told = story(lab, EXTENSIBLE).did("6 May", "extended").did("7 May", "extended")
    assert told.due("answer", "7 May") == "2 Jun"


def test_a_ceiling_earlier_than_the_length_gives_the_length(lab):
    told = story(lab, EXTENSIBLE.replace("20 working", "5 working"))
    assert told.due("answer", "5 May") == "18 May"
    assert told.did("6 May", "extended").due("answer", "6 May") == "18 May"


def test_an_extension_may_hang_on_a_condition(lab):
    facts = "facts: {complexity: {answers: [ordinary, complex], decided_by: officer}}"
    told = story(lab, EXTENSIBLE + "\n    extend_if: {complexity: complex}", more=facts)
    assert told.refused("6 May", "extended") == "cannot_extend"
    assert told.refused("6 May", "extended", {"complexity": "ordinary"}) == "cannot_extend"
    assert told.did("6 May", "extended", {"complexity": "complex"}).due("answer", "6 May") == "2 Jun"


def extension_allowed(lab, told, text):
    """Whether the extension is listed among what may happen on a day, and as certain; `None` if it is not listed."""
    return {each.event: each.certain for each in told.case.at(lab.day(text)).allowed()}.get("extended")


def test_an_extension_is_listed_as_allowed_until_the_due_date_is_over(lab):
    told = story(lab, EXTENSIBLE)
    assert extension_allowed(lab, told, "18 May") is True
    assert extension_allowed(lab, told, "19 May") is None
    assert extension_allowed(lab, story(lab, EXTENSIBLE + "\n    late_extension: allowed"), "19 May") is True


def test_an_extension_on_a_condition_is_listed_as_far_as_that_is_known(lab):
    facts = "facts: {complexity: {answers: [ordinary, complex], decided_by: officer}}"
    told = story(lab, EXTENSIBLE + "\n    extend_if: {complexity: complex}", more=facts)
    assert extension_allowed(lab, told, "6 May") is False
    assert (
        extension_allowed(lab, told.did("5 May", "fact_recorded", {"complexity": "complex"}), "6 May") is True
    )
    assert (
        extension_allowed(lab, told.did("5 May", "fact_recorded", {"complexity": "ordinary"}), "6 May")
        is None
    )


def test_an_extension_of_several_is_listed_while_one_of_them_may_be_extended(lab):
    # The short one is over after 11 May, the other after 18 May.
    told = story(lab, TWO_EXTENSIBLE)
    assert extension_allowed(lab, told, "12 May") is True
    assert extension_allowed(lab, told, "19 May") is None


TWO_EXTENSIBLE = (
    EXTENSIBLE
    + """
  short:
    is: 5 working days
    up_to: 10 working days
    extended_by: extended
    from: received
    met_by: reported"""
)


def test_an_event_that_extends_several_limits_extends_those_it_may(lab):
    told = story(lab, TWO_EXTENSIBLE)
    both = told.did("11 May", "extended")
    assert (both.due("answer", "11 May"), both.due("short", "11 May")) == ("2 Jun", "18 May")
    one = told.did("12 May", "extended")  # `short` was due on 11 May
    assert (one.due("answer", "12 May"), one.due("short", "12 May")) == ("2 Jun", "11 May")


def test_an_event_that_can_extend_none_of_several_is_refused(lab):
    assert story(lab, TWO_EXTENSIBLE).refused("19 May", "extended") == "cannot_extend"


# --- due_on, before ------------------------------------------------------------------------------------------

AGREED = "facts: {agreed: {kind: date, decided_by: complainant}}"


def test_a_date_agreed_takes_the_place_of_the_length(lab):
    limits = "  answer: {is: 10 working days, due_on: agreed, up_to: 20 working days, from: received, met_by: answered}"
    told = story(lab, limits, more=AGREED)
    assert told.due("answer", "5 May") == "18 May"
    assert told.did("6 May", "fact_recorded", {"agreed": "2026-05-29"}).due("answer", "6 May") == "29 May"


def test_a_date_agreed_goes_never_beyond_the_ceiling(lab):
    limits = "  answer: {is: 10 working days, due_on: agreed, up_to: 20 working days, from: received, met_by: answered}"
    told = story(lab, limits, more=AGREED).did("6 May", "fact_recorded", {"agreed": "2026-06-30"})
    assert told.due("answer", "6 May") == "2 Jun"


def test_before_a_date_is_agreed_a_limit_without_a_length_has_no_due_date(lab):
    told = story(lab, "  answer: {due_on: agreed, from: received, met_by: answered}", more=AGREED)
    assert told.due("answer", "5 May") is None
    assert told.status("answer", "5 May") == "running"
    assert told.did("6 May", "fact_recorded", {"agreed": "2026-05-29"}).due("answer", "6 May") == "29 May"


PAPERS = "  papers: {is: 10 working days, before: panel_day, met_by: papers_sent}"
PANEL = "facts: {panel_day: {kind: date, decided_by: officer}}"


def test_before_counts_back_with_that_date_as_day_nought_and_starts_when_it_is_known(lab):
    told = story(lab, PAPERS, on="20 Apr", more=PANEL).did(
        "22 Apr", "fact_recorded", {"panel_day": "2026-05-18"}
    )
    assert told.status("papers", "21 Apr") == "not_started"
    assert told.start("papers", "22 Apr") == "22 Apr"
    # 15 to 11 May are five, 8 to 5 May nine, 1 May the tenth.
    assert told.due("papers", "22 Apr") == "1 May"
    assert told.status("papers", "1 May") == "running"
    assert told.status("papers", "2 May") == "overdue"


def test_before_in_calendar_days_rolls_as_it_says(lab):
    limits = (
        "  papers: {is: 14 calendar days, roll: previous_working_day, before: panel_day, met_by: papers_sent}"
    )
    told = story(lab, limits, on="20 Apr", more=PANEL).did(
        "22 Apr", "fact_recorded", {"panel_day": "2026-05-18"}
    )
    # 14 days before 18 May is 4 May, a bank holiday; before it lie a weekend and Friday 1 May.
    assert told.due("papers", "22 Apr") == "1 May"


@pytest.mark.parametrize(
    "key",
    [
        "extended_by: extended, up_to: 20 working days",
        "pauses: {held: {when: a, until: b, counting: skip_working_days}}",
    ],
)
def test_before_takes_no_extension_and_no_pauses(key):
    text = f"""
policy: lab/x
title: Lab
in_force: {{from: "2026-01-01"}}
calendar: england
calendars: {{england: {{region: england, day_one: day_after}}}}
people: {{officer: {{title: Officer}}}}
facts: {{panel_day: {{ask: When, kind: date, decided_by: officer}}}}
events: {{received: {{by: officer}}, sent: {{by: officer}}, extended: {{by: officer}}, a: {{by: officer}}, b: {{by: officer}}}}
limits:
  papers: {{is: 5 working days, before: panel_day, met_by: sent, owed_by: officer, force: must, basis: local, {key}}}
stages:
  opening: {{next: {{received: {{when: received, go_to: closed}}}}}}
  closed: {{title: Closed, end: closed}}
"""
    assert PolicyLibrary().examine_text(text, "lab/x.yaml").policy is None


# --- Arithmetic ----------------------------------------------------------------------------------------------


def due_of(lab, length, on, *, calendar="day_one: day_after", at=None, seen=None):
    """The due date of one limit of this length, received on a date."""
    limit = f"  answer: {{{length}, from: received, met_by: answered}}"
    told = story(lab, limit, on=on, at=at, more=f"calendars: {{england: {{region: england, {calendar}}}}}")
    return told.due("answer", seen or on)


SAME_DAY, DAY_AFTER = "day_one: same_day", "day_one: day_after"


@pytest.mark.parametrize(
    ("length", "on", "calendar", "due"),
    [
        ("is: 10 working days", "1 May", "day_one: day_after", "18 May"),
        ("is: 10 working days", "1 May", SAME_DAY, "15 May"),
        ("is: 10 working days", "2 May", SAME_DAY, "18 May"),
        ("is: 1 working day", "2 Apr", "day_one: day_after", "7 Apr"),
        ("is: 5 working days", "23 Dec", "day_one: day_after", "4 Jan 2027"),
        ("is: 28 calendar days, roll: stays", "1 May", "day_one: day_after", "29 May"),
        ("is: 28 calendar days, roll: stays", "1 May", SAME_DAY, "28 May"),
        ("is: 2 weeks, roll: stays", "1 May", "day_one: day_after", "15 May"),
        ("is: 1 month, roll: stays", "31 Mar", SAME_DAY, "30 Apr"),
        ("is: 1 month, roll: stays", "31 Mar", "day_one: day_after", "30 Apr"),
        ("is: 6 months, roll: stays", "10 Jan", SAME_DAY, "9 Jul"),
        ("is: 6 months, roll: stays", "10 Jan", "day_one: day_after", "10 Jul"),
        ("is: 1 year, roll: stays", "1 May", "day_one: day_after", "1 May 2027"),
        ("is: 3 calendar days, roll: stays", "1 May", "day_one: day_after", "4 May"),
        ("is: 3 calendar days, roll: next_working_day", "1 May", "day_one: day_after", "5 May"),
        ("is: 3 calendar days, roll: previous_working_day", "1 May", "day_one: day_after", "1 May"),
        ("is: end of next working day", "1 May", "day_one: day_after", "5 May"),
        ("is: end of next working day", "1 May", SAME_DAY, "5 May"),
        ("is: end of next working day", "2 May", SAME_DAY, "5 May"),
        ("is: 10 working days, day_one: same_day", "1 May", "day_one: day_after", "15 May"),
    ],
    ids=str,
)
def test_a_length_ends_on_the_day_worked_out_by_hand(lab, length, on, calendar, due):
    assert due_of(lab, length, on, calendar=calendar) == due


MOVES = "day_one: day_after, non_working_start: moves_to_next"


@pytest.mark.parametrize(
    ("length", "calendar", "due"),
    [
        # Received on Saturday 2 May; 4 May is a bank holiday.
        ("is: 1 working day", "day_one: day_after", "5 May"),
        ("is: 1 working day", MOVES, "6 May"),
        ("is: 5 calendar days, roll: stays", "day_one: day_after", "7 May"),
        ("is: 5 calendar days, roll: stays", MOVES, "7 May"),
        ("is: 1 month, roll: stays", MOVES, "2 Jun"),
    ],
    ids=str,
)
def test_a_start_on_a_day_that_does_not_count_moves_only_lengths_of_working_days(lab, length, calendar, due):
    assert due_of(lab, length, "2 May", calendar=calendar) == due


CUTOFF = 'day_one: day_after, cutoff: "17:00"'


@pytest.mark.parametrize(
    ("at", "due"),
    [(None, "15 May"), ("09:00", "15 May"), ("17:00", "15 May"), ("17:01", "18 May")],
    ids=str,
)
def test_a_time_strictly_later_than_the_cutoff_starts_a_limit_as_if_on_the_next_day(lab, at, due):
    # From Thursday 30 April the tenth working day is 15 May, from 1 May it is 18 May.
    assert due_of(lab, "is: 10 working days", "30 Apr", calendar=CUTOFF, at=at, seen="1 May") == due


def test_the_ledger_says_that_the_cutoff_moved_the_start(lab):
    calendars = f"calendars: {{england: {{region: england, {CUTOFF}}}}}"
    late = story(lab, ANSWER, on="30 Apr", at="17:01", more=calendars)
    lines = late.case.at(date(2026, 5, 1)).explain("answer").lines
    assert [line.text for line in lines if line.kind == "cutoff"] == [
        "Thu 30 Apr 2026, 17:01 is after 17:00, and counts as the next day"
    ]
    in_time = story(lab, ANSWER, on="30 Apr", at="17:00", more=calendars)
    assert "cutoff" not in {line.kind for line in in_time.case.at(date(2026, 5, 1)).explain("answer").lines}


def test_the_cutoff_moves_starts_only(lab):
    told = story(lab, ANSWER, on="30 Apr", more=f"calendars: {{england: {{region: england, {CUTOFF}}}}}")
    assert told.did("15 May", "answered", at="23:00").text("answer", "15 May") == "met in time"
    told = judged(
        lab, ANSWER, "within: answer", more=f"calendars: {{england: {{region: england, {CUTOFF}}}}}"
    )
    assert told.did("18 May", "asked", at="23:00").case.count == 2


def test_further_closed_and_open_days_count_as_the_calendar_says(lab):
    calendar = 'day_one: day_after, closed: [{date: "2026-05-06", reason: Training}], open: [{date: "2026-05-09", reason: Opened}]'
    # 5, 7, 8, 9 and 11 May.
    assert due_of(lab, "is: 5 working days", "1 May", calendar=calendar) == "11 May"
    assert due_of(lab, "is: 4 working days", "1 May", calendar=calendar) == "9 May"


def test_a_yearly_closure_does_not_count(lab):
    calendar = 'day_one: day_after, closed: [{between: ["12-27", "12-31"], reason: Christmas closure}]'
    # 24 December, then 4 January: 25 and 28 December and 1 January are bank holidays, 29 to 31 December closed.
    assert due_of(lab, "is: 2 working days", "23 Dec", calendar=calendar) == "4 Jan 2027"


# --- Unknown dates -------------------------------------------------------------------------------------------

FAR = "  answer: {is: 30 years, roll: next_working_day, from: received, met_by: answered}"


def test_a_due_date_beyond_the_calendar_reads_unknown(lab):
    reading = story(lab, FAR).case.at(lab.day("1 Jun")).limits["answer"]
    assert reading.due is None
    assert reading.due_unknown
    assert reading.status == "running"


def test_a_due_date_beyond_the_calendar_cannot_be_explained(lab):
    with pytest.raises(CalendarUnknown):
        story(lab, FAR).case.at(lab.day("1 Jun")).explain("answer")


def test_a_due_date_beyond_the_calendar_refuses_nothing(lab):
    assert accepts(judged(lab, FAR, "within: answer"), (12, 1))
    assert story(lab, FAR).did("1 Dec", "answered").text("answer", "1 Dec") == "met in time"
    told = story(lab, FAR[:-1] + ", extended_by: extended, up_to: 40 years}")
    assert told.did("1 Dec", "extended").status("answer", "1 Dec") == "running"


def test_a_due_date_beyond_the_calendar_fires_nothing(lab):
    stages = """
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {silence: {overdue: answer, go_to: closed}, answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
"""
    limits = FAR + "\n  report: {is: 5 working days, from: {due: answer}, met_by: reported}"
    told = story(lab, limits, stages=stages)
    assert told.case.at(date(2060, 1, 1)).stage == "at_work"
    assert told.case.at(date(2060, 1, 1)).limits["report"].status == "not_started"


# --- Words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("force", "status", "text", "breach"),
    [
        ("must", "overdue", "overdue by 1 working day", True),
        ("will", "overdue", "overdue by 1 working day", True),
        ("aim", "overdue", "past the aim by 1 working day", False),
        ("external", "over", "over since Mon 18 May 2026", False),
    ],
)
def test_the_force_of_a_limit_says_what_its_passing_is(lab, force, status, text, breach):
    told = story(lab, ANSWER.replace("met_by", f"force: {force}, met_by"))
    reading = told.case.at(lab.day("19 May")).limits["answer"]
    assert (reading.status, reading.text, reading.is_breach) == (status, text, breach)


def test_practicable_changes_the_wording_and_nothing_else(lab):
    plain, bending = story(lab, ANSWER), story(lab, ANSWER.replace("met_by", "practicable: true, met_by"))
    assert bending.text("answer", "19 May") == "past the normal limit by 1 working day"
    for on in ("1 May", "18 May", "19 May"):
        assert bending.due("answer", on) == plain.due("answer", on)
        assert bending.status("answer", on) == plain.status("answer", on)
    assert accepts(
        judged(lab, ANSWER.replace("met_by", "practicable: true, met_by"), "after: answer"), (5, 19)
    )


def test_a_limit_says_how_many_working_days_are_left(lab):
    told = story(lab, ANSWER)
    assert told.text("answer", "1 May") == "running, 10 working days left"
    assert told.text("answer", "15 May") == "running, 1 working day left"
    assert told.text("answer", "16 May") == "running, 1 working day left"


# --- What more may meet ----------------------------------------------------------------------------------------


def test_a_limit_starts_in_the_stage_reached_not_in_the_one_left(lab):
    stages = """
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {due: [left], next: {answered: {when: answered, go_to: later}}}
  later: {due: [reached], next: {settled: {when: settled, go_to: closed}}}
  closed: {end: closed}
"""
    limits = """  left: {is: 5 working days, from: answered, met_by: settled}
  reached: {is: 5 working days, from: answered, met_by: settled}"""
    told = story(lab, limits, stages=stages).did("5 May", "answered")
    assert told.status("left", "5 May") == "not_started"
    assert told.start("reached", "5 May") == "5 May"


def test_at_an_end_only_a_limit_that_outlives_starts(lab):
    limits = """  one: {is: 5 working days, from: settled, met_by: answered}
  two: {is: 5 working days, from: settled, met_by: answered, outlives: true}"""
    told = story(lab, limits).did("5 May", "settled")
    assert (told.status("one", "5 May"), told.status("two", "5 May")) == ("not_started", "running")


PAUSED_CHAIN = """  answer:
    is: 10 working days
    from: received
    met_by: answered
    pauses: {held: {when: held, until: resumed, counting: skip_working_days}}
  report: {is: 5 working days, from: {due: answer}, met_by: reported}"""


def test_a_due_date_that_is_paused_does_not_come(lab):
    told = story(lab, PAUSED_CHAIN).did("6 May", "held")
    assert told.status("report", "1 Dec") == "not_started"
    assert told.did("8 May", "resumed").runs("report", "21 May") == ["running from 20 May"]


def test_a_due_date_that_is_extended_away_does_not_come(lab):
    told = story(lab, EXTENSIBLE + "\n  report: {is: 5 working days, from: {due: answer}, met_by: reported}")
    told = told.did("18 May", "extended")
    assert told.status("report", "2 Jun") == "not_started"
    assert told.start("report", "3 Jun") == "2 Jun"


def test_a_chain_starts_late_if_the_due_date_is_given_late(lab):
    facts = "facts: {complexity: {answers: [ordinary, complex], decided_by: officer}}"
    limits = CHAINED.replace(
        "is: 10 working days,", "is: 10 working days, cases: {complex: {if: {complexity: complex}, is: 20 working days}},",
    )  # fmt: skip
    told = story(lab, limits, more=facts).did("5 May", "fact_recorded", {"complexity": "complex"})
    told = told.did("20 May", "fact_recorded", {"complexity": "ordinary"})
    # Due on 18 May, as is said on 20 May: it starts the next morning, and still from 18 May.
    assert told.status("report", "20 May") == "not_started"
    assert told.start("report", "21 May") == "18 May"


def test_a_chain_of_three_comes_due_one_after_the_other(lab):
    limits = CHAINED + "\n  last: {is: 2 working days, from: {due: report}, met_by: settled}"
    told = story(lab, limits)
    assert told.status("last", "26 May") == "not_started"
    assert told.start("last", "27 May") == "26 May"
    assert told.due("last", "27 May") == "28 May"


def test_two_limits_may_end_by_one_event(lab):
    told = story(lab, TWO.replace("met_by: reported", "met_by: [reported, answered]")).did(
        "12 May", "answered"
    )
    assert (told.status("answer", "12 May"), told.status("report", "12 May")) == ("met", "met_late")


def test_one_limit_may_be_met_by_several_events(lab):
    limits = ANSWER.replace("met_by: answered", "met_by: [answered, reported]")
    assert story(lab, limits).did("5 May", "reported").status("answer", "5 May") == "met"


def test_an_extension_to_a_date_beyond_the_calendar_stands_as_that_date(lab):
    # the exact semantics has a due date beyond the calendar read unknown; but this one was agreed, not counted.
    limits = "  answer: {is: 10 working days, up_to: 40 years, roll: stays, extended_by: extended, from: received, met_by: answered}"
    told = story(lab, limits).did("6 May", "extended", {"until": "2060-01-05"})
    assert told.due("answer", "6 May") == "5 Jan 2060"


def test_an_extension_to_a_day_that_does_not_count_ends_on_the_working_day_before(lab):
    # "Becomes a length on its date": the working days up to Saturday 23 May are those up to Friday 22 May.
    told = story(lab, EXTENSIBLE).did("6 May", "extended", {"until": "2026-05-23"})
    assert told.due("answer", "6 May") == "22 May"


def test_a_date_agreed_after_the_due_date_does_not_move_it(lab):
    # It is not the date that the limit counts from.
    limits = "  answer: {is: 10 working days, due_on: agreed, up_to: 20 working days, from: received, met_by: answered}"
    told = story(lab, limits, more=AGREED).did("19 May", "fact_recorded", {"agreed": "2026-05-29"})
    assert told.due("answer", "19 May") == "18 May"


def test_the_latest_of_an_event_and_a_date_is_the_later_day(lab):
    limits = "  minutes: {is: 5 working days, from: {latest_of: [received, meeting]}, met_by: answered}"
    told = story(lab, limits, more="facts: {meeting: {kind: date, decided_by: officer}}")
    assert (
        told.did("5 May", "fact_recorded", {"meeting": "2026-05-20"}).start("minutes", "20 May") == "20 May"
    )
    assert told.did("5 May", "fact_recorded", {"meeting": "2026-04-20"}).start("minutes", "5 May") == "1 May"


def test_the_latest_is_found_anew_when_its_date_is_put_forward(lab):
    limits = "  minutes: {is: 5 working days, from: {latest_of: [answered, meeting]}, met_by: reported}"
    told = story(lab, limits, more="facts: {meeting: {kind: date, decided_by: officer}}").did(
        "6 May", "answered"
    )
    told = told.did("6 May", "fact_recorded", {"meeting": "2026-05-11"})
    assert told.start("minutes", "6 May") == "11 May"
    # Before the answer of 6 May, the meeting is no longer the latest.
    told = told.did("7 May", "fact_recorded", {"meeting": "2026-05-04"})
    assert told.runs("minutes", "7 May") == ["running from 6 May"]
    assert told.did("8 May", "fact_recorded", {"meeting": "2026-05-08"}).start("minutes", "8 May") == "8 May"


def test_a_date_fact_beyond_the_calendar_reads_unknown(lab):
    limits = "  answer: {is: 10 working days, from: meeting, met_by: answered}"
    told = story(lab, limits, more="facts: {meeting: {kind: date, decided_by: officer}}")
    reading = (
        told.did("6 May", "fact_recorded", {"meeting": "2060-01-05"})
        .case.at(lab.day("6 May"))
        .limits["answer"]
    )
    assert (reading.due, reading.due_unknown) == (None, True)


def test_a_limit_that_counts_back_from_a_date_beyond_the_calendar_reads_unknown(lab):
    told = story(lab, PAPERS, more=PANEL).did("6 May", "fact_recorded", {"panel_day": "2060-01-05"})
    reading = told.case.at(lab.day("6 May")).limits["papers"]
    assert (reading.status, reading.due, reading.due_unknown) == ("running", None, True)


def test_two_regions_leave_out_the_bank_holidays_of_both(lab):
    # St Andrew's Day, Monday 30 November, counts in England only.
    assert due_of(lab, "is: 1 working day", "27 Nov", calendar=DAY_AFTER) == "30 Nov"
    limit = "  answer: {is: 1 working day, from: received, met_by: answered}"
    both = "calendars: {england: {region: [england, scotland], day_one: day_after}}"
    assert story(lab, limit, on="27 Nov", more=both).due("answer", "27 Nov") == "1 Dec"


def test_a_limit_may_have_a_calendar_of_its_own(lab):
    limits = ANSWER.replace("from:", "calendar: scotland, from:")
    both = "calendars: {england: {region: england, day_one: day_after}, scotland: {region: scotland, day_one: day_after}}"
    # In Scotland 4 and 25 May are bank holidays too, but Easter Monday, 6 April, is not.
    assert story(lab, limits, on="2 Apr", more=both).due("answer", "2 Apr") == "17 Apr"
    assert story(lab, ANSWER, on="2 Apr", more=both).due("answer", "2 Apr") == "20 Apr"


def test_after_the_cutoff_a_limit_of_the_stage_entered_starts_the_next_day_though_the_event_is_turned_down(
    lab,
):
    text = """
calendars: {england: {region: england, day_one: day_after, cutoff: "17:00"}}
stages:
  opening: {next: {asked: {when: asked, turns_down: true, go_to: turned_down}}}
  turned_down: {next: {closed: {when: done, go_to: closed}}}
  closed: {end: refused}
limits:
  tell: {is: 5 working days, from: {entering: turned_down}, met_by: done}
"""
    assert lab.case(text).did("5 May", "asked", at="17:00").due("tell", "5 May") == "12 May"
    assert lab.case(text).did("5 May", "asked", at="17:01").due("tell", "5 May") == "13 May"


def test_a_rung_beyond_the_known_years_is_left_out(lab):
    text = """
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {done: {when: done, go_to: closed}}}
  closed: {end: closed}
limits:
  answer: {is: 5 working days, from: received, met_by: done, warn: [due, 20 working days after]}
"""
    view = lab.case(text).did("9 Dec 2050", "received").case.at(lab.day("9 Dec 2050"))
    assert [warning.rung for warning in view.warnings] == ["due"]
    assert len(view.to_dict()["warnings"]) == 1
