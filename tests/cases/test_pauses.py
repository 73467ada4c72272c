"""What pauses do to due dates, ceilings and extensions (the exact semantics, Limits; the language, 6)."""

from __future__ import annotations

import pytest

# Ten working days from 1 May: 5 to 8 May are four, 11 to 15 May nine, 18 May the tenth.
PAUSED = """
limits:
  answer:
    LENGTH
    from: received
    met_by: answered
    pauses:
      held: {when: held, until: resumed, counting: COUNTING}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      answered: {when: answered, go_to: closed}
      silence: {overdue: answer, go_to: escalated}
  escalated: {next: {answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
"""
TEN = "is: 10 working days"
SKIPPING, ADDING = "skip_working_days", "add_calendar_days"


def paused(lab, length=TEN, counting=SKIPPING, more=""):
    """A case received on 1 May; `more` is added to the pause."""
    return lab.case(PAUSED.replace("LENGTH", length).replace("COUNTING", counting + more)).did(
        "1 May", "received"
    )


def test_the_day_a_pause_begins_still_counts_and_the_day_it_ends_does_not(lab):
    told = paused(lab).did("6 May", "held").did("8 May", "resumed")
    # 7 and 8 May are left out.
    assert told.due("answer", "8 May") == "20 May"
    assert told.status("answer", "7 May") == "paused"
    assert told.status("answer", "9 May") == "running"


def test_a_pause_over_days_that_do_not_count_takes_no_working_day(lab):
    told = paused(lab).did("1 May", "held").did("4 May", "resumed")
    assert told.due("answer", "5 May") == "18 May"


def test_a_pause_that_begins_and_ends_on_one_day_changes_nothing(lab):
    for counting in (SKIPPING, ADDING):
        told = paused(lab, counting=counting).did("6 May", "held").did("6 May", "resumed")
        assert told.due("answer", "6 May") == "18 May"
        assert told.status("answer", "7 May") == "running"


def test_a_pause_that_begins_on_the_due_date_changes_nothing(lab):
    told = paused(lab).did("18 May", "held")
    assert told.due("answer", "18 May") == "18 May"
    assert told.stage("19 May") == "escalated"


def test_a_pause_that_begins_after_the_due_date_changes_nothing(lab):
    told = paused(lab).did("20 May", "held")
    assert told.status("answer", "21 May") == "overdue"
    assert told.due("answer", "1 Jul") == "18 May"


def test_a_pause_that_begins_the_day_before_the_due_date_counts(lab):
    # 16 to 19 May are paused, with two working days, 18 and 19 May; the tenth is 20 May.
    told = paused(lab).did("15 May", "held").did("19 May", "resumed")
    assert told.due("answer", "19 May") == "20 May"


def test_an_open_pause_is_projected_as_ending_on_the_date_of_reading(lab):
    told = paused(lab).did("6 May", "held")
    assert [told.due("answer", on) for on in ("6 May", "7 May", "8 May", "10 May", "11 May")] == [
        "18 May", "19 May", "20 May", "20 May", "21 May",
    ]  # fmt: skip


def test_while_a_pause_is_open_nothing_goes_overdue(lab):
    told = paused(lab).did("6 May", "held")
    assert told.status("answer", "1 Dec") == "paused"
    assert told.stage("1 Dec") == "at_work"


def test_after_the_pause_the_overdue_rule_fires_the_day_after_the_new_due_date(lab):
    told = paused(lab).did("6 May", "held").did("8 May", "resumed")
    assert told.stage("20 May") == "at_work"
    assert told.path("21 May") == ["at_work 1 May", "escalated 21 May"]


def test_two_pauses_of_one_kind_add_up(lab):
    told = (
        paused(lab)
        .did("6 May", "held")
        .did("8 May", "resumed")
        .did("11 May", "held")
        .did("12 May", "resumed")
    )
    assert told.due("answer", "12 May") == "21 May"


def test_a_pause_begun_again_while_it_is_open_goes_on(lab):
    told = paused(lab).did("6 May", "held").did("7 May", "held").did("8 May", "resumed")
    assert told.due("answer", "8 May") == "20 May"


def test_a_pause_recorded_late_moves_the_due_date_all_the_same(lab):
    told = (
        paused(lab).did("11 May", "note").did_together(lab.did("6 May", "held"), lab.did("8 May", "resumed"))
    )
    assert told.due("answer", "11 May") == "20 May"


def test_a_limit_answered_while_paused_is_met_in_time(lab):
    told = paused(lab).did("6 May", "held").did("1 Jul", "answered")
    assert told.text("answer", "1 Jul") == "met in time"


OPEN_AT_START = """
limits:
  answer:
    is: 10 working days
    from: begun
    met_by: answered
    pauses: {held: {when: held, until: resumed, counting: skip_working_days}}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {held: {when: held}, resumed: {when: resumed}, begun: {when: begun}, answered: {when: answered}}}
  closed: {end: closed}
"""


def test_a_pause_open_at_the_start_counts_from_the_start(lab):
    told = lab.case(OPEN_AT_START).did("1 May", "received").did("5 May", "held").did("6 May", "begun")
    assert told.status("answer", "7 May") == "paused"
    # Without a pause from 6 May: 7, 8, 11 to 15, 18 to 20 May. Paused are 7 and 8 May.
    assert told.did("8 May", "resumed").due("answer", "8 May") == "22 May"


def test_a_pause_over_before_the_start_does_not_count(lab):
    told = lab.case(OPEN_AT_START).did("1 May", "received").did("5 May", "held").did("5 May", "resumed")
    assert told.did("6 May", "begun").due("answer", "6 May") == "20 May"


@pytest.mark.parametrize("ended", ["resumed", "told"])
@pytest.mark.parametrize("began", ["held", "asked"])
def test_any_of_several_events_begins_or_ends_a_pause_before_the_start(lab, began, ended):
    policy = OPEN_AT_START.replace(
        "when: held, until: resumed", "when: [held, asked], until: [resumed, told]"
    )
    policy = policy.replace("{when: held}", "{when: [held, asked]}").replace(
        "{when: resumed}", "{when: [resumed, told]}"
    )
    held = lab.case(policy).did("1 May", "received").did("5 May", began)
    assert held.did("6 May", "begun").status("answer", "7 May") == "paused"
    over = held.did("5 May", ended)
    assert over.did("6 May", "begun").due("answer", "8 May") == "20 May"
    again = over.did("5 May", "asked").did("6 May", "begun")
    assert again.status("answer", "7 May") == "paused"


# --- Counting ------------------------------------------------------------------------------------------------


def test_added_calendar_days_are_added_to_the_date_before_it_rolls(lab):
    length = "is: 24 calendar days, roll: next_working_day".replace(", ", "\n    ")
    assert paused(lab, length, ADDING).due("answer", "1 May") == "26 May"  # 25 May is a bank holiday
    told = paused(lab, length, ADDING).did("6 May", "held").did("7 May", "resumed")
    assert told.due("answer", "7 May") == "26 May"
    told = paused(lab, length, ADDING).did("6 May", "held").did("8 May", "resumed")
    assert told.due("answer", "8 May") == "27 May"


def test_added_calendar_days_count_weekends(lab):
    length = "is: 28 calendar days\n    roll: stays"
    told = paused(lab, length, ADDING).did("8 May", "held").did("11 May", "resumed")
    assert told.due("answer", "11 May") == "1 Jun"  # 29 May and three days


def test_added_calendar_days_move_a_limit_of_working_days_to_one_that_counts(lab):
    # 18 May and five days (7 to 11 May) are Saturday 23 May; the next working day is 26 May.
    told = paused(lab, counting=ADDING).did("6 May", "held").did("11 May", "resumed")
    assert told.due("answer", "11 May") == "26 May"


def test_other_lengths_than_working_days_take_the_paused_dates_whatever_the_counting(lab):
    # the exact semantics, step 14: the unrolled date plus paused days.
    length = "is: 28 calendar days\n    roll: stays"
    told = paused(lab, length, SKIPPING).did("8 May", "held").did("11 May", "resumed")
    assert told.due("answer", "11 May") == "1 Jun"


TWO_PAUSES = """
limits:
  answer:
    is: 10 working days
    from: received
    met_by: answered
    pauses:
      one: {when: one_began, until: one_ended, counting: skip_working_days}
      two: {when: two_began, until: two_ended, counting: COUNTING}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
"""


def overlapping(lab, counting):
    """7 to 11 May paused by the one, 9 to 13 May by the other."""
    return (
        lab.case(TWO_PAUSES.replace("COUNTING", counting)).did("1 May", "received")
        .did("6 May", "one_began").did("8 May", "two_began").did("11 May", "one_ended").did("13 May", "two_ended")
    )  # fmt: skip


def test_pauses_that_overlap_count_once(lab):
    # 7, 8, 11, 12 and 13 May: five working days after 18 May lies 26 May.
    assert overlapping(lab, SKIPPING).due("answer", "13 May") == "26 May"


def test_where_they_overlap_the_one_that_skips_working_days_prevails(lab):
    # Skipped: 7, 8 and 11 May, so 21 May. Added: 12 and 13 May, so Saturday 23 May, which rolls to 26 May.
    assert overlapping(lab, ADDING).due("answer", "13 May") == "26 May"
    # If 11 May were counted twice, or 9 to 11 May added too, it would be later.


def test_of_an_adding_pause_only_what_lies_beside_a_skipping_one_is_added(lab):
    # Skipped: 7, 8 and 11 May, so 21 May. Added: 12 May alone, so Friday 22 May.
    told = lab.case(TWO_PAUSES.replace("COUNTING", ADDING)).did("1 May", "received").did("6 May", "one_began")
    told = told.did("8 May", "two_began").did("11 May", "one_ended").did("12 May", "two_ended")
    assert told.due("answer", "12 May") == "22 May"


def test_a_skipping_pause_within_an_adding_one_leaves_what_is_before_and_after_it(lab):
    # Skipped: 8 May, so 19 May. Added: 7 May before it and Saturday 9 May after it, so 21 May.
    told = lab.case(TWO_PAUSES.replace("COUNTING", ADDING)).did("1 May", "received").did("6 May", "two_began")
    told = told.did("7 May", "one_began").did("8 May", "one_ended").did("9 May", "two_ended")
    assert told.due("answer", "9 May") == "21 May"


def test_while_one_of_two_pauses_is_open_nothing_goes_overdue(lab):
    told = lab.case(TWO_PAUSES.replace("COUNTING", SKIPPING)).did("1 May", "received")
    told = told.did("6 May", "one_began").did("8 May", "two_began").did("11 May", "one_ended")
    assert told.status("answer", "1 Dec") == "paused"


# --- at_most -------------------------------------------------------------------------------------------------

THREE = ", at_most: 3 working days"


def test_at_most_ends_a_pause_and_the_clock_resumes_by_itself(lab):
    told = paused(lab, more=THREE).did("6 May", "held")
    # 7, 8 and 11 May at most.
    assert told.status("answer", "11 May") == "paused"
    assert told.status("answer", "12 May") == "running"
    assert told.due("answer", "12 May") == told.due("answer", "20 May") == "21 May"
    assert told.stage("21 May") == "at_work"
    assert told.path("22 May") == ["at_work 1 May", "escalated 22 May"]


def test_ending_a_pause_after_its_longest_time_changes_nothing(lab):
    told = paused(lab, more=THREE).did("6 May", "held").did("15 May", "resumed")
    assert told.due("answer", "15 May") == "21 May"
    assert told.stage("22 May") == "escalated"


def test_at_most_caps_each_pause_anew(lab):
    told = paused(lab, more=THREE).did("6 May", "held").did("15 May", "resumed").did("18 May", "held")
    # 19, 20 and 21 May more: after 21 May come 22, 26 and 27 May.
    assert told.due("answer", "22 May") == "27 May"


def test_at_most_caps_a_second_pause_although_the_first_was_never_ended(lab):
    told = paused(lab, more=THREE).did("6 May", "held").did("18 May", "held")
    assert told.due("answer", "22 May") == "27 May"


def test_a_pause_that_is_over_does_not_hold_the_clock_when_another_is_begun_and_capped(lab):
    policy = TWO_PAUSES.replace("COUNTING", SKIPPING + THREE)
    told = lab.case(policy).did("1 May", "received").did("5 May", "one_began").did("6 May", "one_ended")
    told = told.did("7 May", "two_began")
    # Skipped: 6 May, and 8, 11 and 12 May at most: four working days after 18 May is 22 May.
    assert told.status("answer", "12 May") == "paused"
    assert told.status("answer", "13 May") == "running"
    assert told.due("answer", "22 May") == "22 May"
    assert told.status("answer", "26 May") == "overdue"


def test_the_end_of_a_pause_that_is_not_open_moves_no_due_date(lab):
    policy = "facts: {complexity: {answers: [ordinary, complex], decided_by: officer}}" + PAUSED
    length = f"{TEN}\n    cases: {{complex: {{if: {{complexity: complex}}, is: 20 working days}}}}"
    told = lab.case(policy.replace("LENGTH", length).replace("COUNTING", SKIPPING)).did("1 May", "received")
    # Past due on 18 May, it is not moved by what becomes known on 20 May; nor by what ends no pause.
    told = told.did("20 May", "fact_recorded", {"complexity": "complex"}).did("21 May", "resumed")
    assert told.due("answer", "21 May") == "18 May"
    assert told.path("21 May") == ["at_work 1 May", "escalated 19 May"]


def test_a_pause_that_has_lasted_its_longest_does_not_hold_what_starts_on_its_last_day(lab):
    # 5, 6 and 7 May at most.
    policy = OPEN_AT_START.replace("skip_working_days", SKIPPING + THREE)
    told = lab.case(policy).did("30 Apr", "received").did("1 May", "held")
    assert told.did("6 May", "begun").status("answer", "7 May") == "paused"
    late = told.did("7 May", "begun")
    assert late.status("answer", "7 May") == "running"
    # 8, 11 to 15 and 18 to 21 May.
    assert late.due("answer", "7 May") == "21 May"


# --- Ceilings and extensions ----------------------------------------------------------------------------------

EXTENSIBLE = "is: 10 working days\n    up_to: 20 working days\n    extended_by: extended"


def test_a_pause_moves_the_ceiling_too(lab):
    told = paused(lab, EXTENSIBLE).did("6 May", "held").did("8 May", "resumed").did("11 May", "extended")
    assert told.due("answer", "11 May") == "4 Jun"  # 2 June and two working days


def test_a_fixed_ceiling_is_not_moved(lab):
    told = paused(lab, EXTENSIBLE + "\n    ceiling: fixed").did("6 May", "held").did("8 May", "resumed")
    assert told.due("answer", "8 May") == "20 May"
    assert told.did("11 May", "extended").due("answer", "11 May") == "2 Jun"


def test_an_extension_becomes_a_length_and_later_pauses_move_it(lab):
    told = paused(lab, EXTENSIBLE).did("6 May", "extended", {"until": "2026-05-22"})
    told = told.did("7 May", "held").did("11 May", "resumed")
    # 8 and 11 May are paused: 22 May becomes 27 May, past the bank holiday.
    assert told.due("answer", "11 May") == "27 May"


def test_an_extension_to_a_date_is_that_date_whatever_was_paused_before(lab):
    told = paused(lab, EXTENSIBLE).did("5 May", "held").did("7 May", "resumed")
    told = told.did("8 May", "extended", {"until": "2026-05-27"})
    assert told.due("answer", "8 May") == "27 May"


def test_an_extension_moved_by_a_pause_stays_below_a_fixed_ceiling(lab):
    told = paused(lab, EXTENSIBLE + "\n    ceiling: fixed").did("6 May", "extended", {"until": "2026-06-01"})
    told = told.did("7 May", "held").did("12 May", "resumed")
    assert told.due("answer", "12 May") == "2 Jun"


def test_an_extension_of_a_limit_of_calendar_days_is_moved_by_days(lab):
    length = "is: 28 calendar days\n    roll: stays\n    up_to: 60 calendar days\n    extended_by: extended"
    told = paused(lab, length, ADDING).did("6 May", "extended", {"until": "2026-06-10"})
    assert told.due("answer", "6 May") == "10 Jun"
    assert told.did("7 May", "held").did("11 May", "resumed").due("answer", "11 May") == "14 Jun"


@pytest.mark.parametrize("counting", [SKIPPING, ADDING])
def test_a_pause_never_brings_a_due_date_forward(lab, counting):
    for last in range(6, 20):
        told = paused(lab, counting=counting).did("6 May", "held").did(f"{last} May", "resumed")
        assert told.case.at(lab.day("1 Jun")).limits["answer"].due >= lab.day("18 May")
