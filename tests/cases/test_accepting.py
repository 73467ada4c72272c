"""What is accepted, what is refused, and what is judged together (the exact semantics, Accepting; the language, 4 and 5)."""

from __future__ import annotations

import pytest

from engine import Case, EventRefused

# The dated example of the exact semantics: complaint on 1 May, due on 18 May, no reply.
NO_REPLY = """
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      answered: {when: answered, go_to: replied}
      no_reply: {when: stage_2_requested, after: answer, go_to: stage_2}
  replied: {next: {stage_2: {when: stage_2_requested, go_to: stage_2}}}
  stage_2: {next: {decided: {when: decided, go_to: closed}}}
  closed: {end: closed}
"""

STEPS_AND_MARKS = """
facts:
  grounds: {answers: [given, not_given], decided_by: complainant}
limits:
  acknowledge: {is: 2 working days, from: received, met_by: acknowledged}
  answer:
    is: 10 working days
    from: received
    met_by: [answered, talked]
    pauses: {asked: {when: asked, until: told, counting: skip_working_days}}
  report: {is: 5 working days, from: answered, met_by: reported, outlives: true}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      answered: {when: answered, go_to: replied}
      onward: {when: stage_2_requested, if: {grounds: given}, go_to: stage_2}
  replied:
    next:
      closed: {when: settled, go_to: closed}
  stage_2: {}
  closed: {end: closed}
anywhere:
  asked_again: {when: stage_2_requested, go_to: stage_2}
  gone: {when: withdrawn, go_to: closed}
  reopened: {when: reopened, in: [closed], go_to: at_work}
"""


@pytest.fixture
def begun(lab):
    return lab.case(STEPS_AND_MARKS).did("1 May", "received")


# --- Steps and marks -----------------------------------------------------------------------------------------


def test_a_step_is_accepted_only_where_a_rule_for_it_matches(begun):
    assert begun.refused("5 May", "settled") == "no_rule"
    assert begun.did("5 May", "answered").did("6 May", "settled").stage("6 May") == "closed"


def test_a_limit_never_makes_a_step_acceptable(begun):
    # `answered` meets `answer`, which is running late in `stage_2`; but no rule there names it.
    story = begun.did("5 May", "stage_2_requested", {"grounds": "given"})
    assert story.status("answer", "20 May") == "overdue"
    assert story.refused("20 May", "answered") == "no_rule"


def test_a_mark_is_accepted_while_a_limit_it_touches_runs(begun):
    assert begun.did("5 May", "acknowledged").status("acknowledge", "5 May") == "met"
    assert begun.did("5 May", "asked").status("answer", "6 May") == "paused"


def test_a_mark_is_refused_before_the_limit_starts(lab):
    assert lab.case(STEPS_AND_MARKS).refused("1 May", "acknowledged") != "accepted"


def test_a_mark_is_refused_when_the_limit_is_met(begun):
    assert begun.did("5 May", "acknowledged").refused("6 May", "acknowledged") == "nothing_to_mark"


def test_an_overdue_limit_is_still_running_for_a_mark(begun):
    # Two working days from 1 May: 5 and 6 May.
    assert begun.due("acknowledge", "2 May") == "6 May"
    assert begun.did("11 May", "acknowledged").text("acknowledge", "11 May") == "met, 3 working days late"


def test_two_rules_that_match_refuse_the_step_and_are_both_named(lab):
    policy = """
facts:
  colour: {answers: [red, blue], decided_by: officer}
  size: {answers: [big, small], decided_by: officer}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      red: {when: answered, if: {colour: red}, go_to: closed}
      big: {when: answered, if: {size: big}, go_to: other}
  closed: {end: closed}
  other: {end: closed}
"""
    story = lab.case(policy).did("1 May", "received")
    refusal = story.refusal(lab.did("5 May", "answered", {"colour": "red", "size": "big"}))
    assert refusal.why.kind == "two_rules"
    assert {rule.id for rule in refusal.considered if rule.matches} == {"at_work.red", "at_work.big"}
    assert story.did("5 May", "answered", {"colour": "red", "size": "small"}).stage("5 May") == "closed"


def test_an_unknown_fact_makes_no_rule_match(begun):
    assert begun.refused("5 May", "stage_2_requested") == "no_rule_matches"


def test_where_a_stage_has_a_rule_for_the_event_those_of_anywhere_do_not_apply(begun):
    assert begun.refused("5 May", "stage_2_requested", {"grounds": "not_given"}) == "no_rule_matches"
    story = begun.did("5 May", "answered").did("6 May", "stage_2_requested", {"grounds": "not_given"})
    assert story.case.at(story.case.last_day).last_rule == "anywhere.asked_again"


def test_anywhere_reaches_neither_ends_nor_the_opening(lab, begun):
    assert lab.case(STEPS_AND_MARKS).refused("1 May", "withdrawn") == "no_rule"
    closed = begun.did("5 May", "withdrawn")
    assert closed.stage("5 May") == "closed"
    assert closed.refused("6 May", "withdrawn") == "no_rule"


def test_a_refused_event_changes_nothing(begun):
    before = begun.case.to_dict()
    assert begun.refused("5 May", "settled")
    assert begun.case.to_dict() == before
    assert begun.facts("6 May") == {}


def test_a_refused_event_leaves_no_fact_behind(begun):
    assert begun.refused("5 May", "settled", {"grounds": "given"})
    assert begun.refused("6 May", "stage_2_requested") == "no_rule_matches"


def test_an_event_the_policy_does_not_know_is_refused(begun):
    assert begun.refused("5 May", "anwsered") == "unknown_event"


# --- After an end --------------------------------------------------------------------------------------------


@pytest.fixture
def closed(begun):
    return begun.did("5 May", "answered").did("6 May", "settled")


def test_after_an_end_built_in_events_are_accepted(closed):
    story = closed.did("7 May", "note", {"text": "filed"})
    assert story.did("7 May", "fact_recorded", {"grounds": "given"}).facts("7 May") == {"grounds": "given"}


def test_after_an_end_a_mark_of_a_limit_that_outlives_is_accepted(closed):
    assert closed.status("report", "7 May") == "running"
    assert closed.did("8 May", "reported").status("report", "8 May") == "met"


def test_after_an_end_a_mark_of_a_limit_that_was_missed_is_accepted(lab):
    # `acknowledge` is due on 6 May and overdue when the case ends on 8 May.
    story = lab.case(STEPS_AND_MARKS).did("1 May", "received").did("8 May", "withdrawn")
    assert story.status("acknowledge", "8 May") == "missed"
    assert story.did("11 May", "acknowledged").text("acknowledge", "11 May") == "met, 3 working days late"


def test_after_an_end_a_mark_of_a_limit_that_lapsed_is_refused(begun):
    story = begun.did("5 May", "withdrawn")
    assert story.status("acknowledge", "5 May") == "lapsed"
    assert story.refused("6 May", "acknowledged") == "nothing_to_mark"


def test_after_an_end_a_rule_written_for_that_stage_is_accepted(closed):
    assert closed.did("20 May", "reopened").stage("20 May") == "at_work"


def test_after_an_end_other_steps_are_refused(closed):
    assert closed.refused("7 May", "answered") == "no_rule"
    assert closed.refused("7 May", "stage_2_requested", {"grounds": "given"}) == "no_rule"


# --- Judged together -----------------------------------------------------------------------------------------


def test_several_entries_are_judged_together(lab, begun):
    story = begun.did_together(lab.did("6 May", "settled"), lab.did("5 May", "answered"))
    assert story.path("6 May") == ["at_work 1 May", "replied 5 May", "closed 6 May"]


def test_if_one_of_several_is_refused_none_is_recorded(lab, begun):
    refusal = begun.refusal(lab.did("5 May", "answered"), lab.did("6 May", "reopened"))
    assert refusal.event.name == "reopened"
    assert begun.case.count == 1


def test_no_entries_change_nothing(begun):
    assert begun.case.apply() == begun.case


def test_a_late_entry_that_would_undo_an_accepted_one_is_refused(closed):
    # Withdrawn on 4 May, the case would have been over before it was answered and settled.
    with pytest.raises(EventRefused) as caught:
        closed.did("4 May", "withdrawn")
    assert caught.value.broken == (2, 3)
    assert caught.value.why.kind == "undoes"


def test_an_entry_named_in_despite_stays_in_the_log_and_changes_nothing(closed):
    story = closed.did("4 May", "withdrawn", despite=(2, 3))
    assert [entry.event.name for entry in story.case.log] == ["received", "answered", "settled", "withdrawn"]
    assert story.conflicts == [2, 3]
    assert story.path("1 Jun") == ["at_work 1 May", "closed 4 May"]
    assert story.status("report", "1 Jun") == "not_started"


def test_despite_must_name_every_entry_that_would_be_undone(closed):
    with pytest.raises(EventRefused) as caught:
        closed.did("4 May", "withdrawn", despite=(2,))
    assert caught.value.broken == (3,)


def test_despite_does_not_help_the_new_entry_itself(begun):
    with pytest.raises(EventRefused):
        begun.did("5 May", "settled", despite=(2,))


def test_a_conflict_of_old_is_no_reason_to_refuse_what_follows(closed):
    story = closed.did("4 May", "withdrawn", despite=(2, 3)).did("20 May", "reopened")
    assert story.stage("20 May") == "at_work"
    assert story.conflicts == [2, 3]


def test_an_entry_in_conflict_is_accepted_again_when_its_obstacle_is_struck(closed):
    story = closed.did("4 May", "withdrawn", despite=(2, 3)).corrected(4, "20 May", strike=True)
    assert story.conflicts == []
    assert story.path("1 Jun") == ["at_work 1 May", "replied 5 May", "closed 6 May"]


def test_loading_never_refuses_but_lists(lab, closed):
    changed = STEPS_AND_MARKS.replace("closed: {when: settled, go_to: closed}", "closed: {when: reported}")
    changed = changed.replace("reopened: {when: reopened,", "settled: {when: [settled, reopened],")
    story = lab.Story(Case.from_dict(lab.policy(changed), closed.case.to_dict()))
    assert story.conflicts == [3]
    assert story.stage("1 Jun") == "replied"


def test_a_late_entry_is_refused_for_what_held_at_its_place(lab, begun):
    # On 4 May the case was still at work; since 5 May it is replied, where `settled` has a rule.
    refusal = begun.did("5 May", "answered").refusal(lab.did("4 May", "settled"))
    assert (refusal.why.kind, refusal.why.stage) == ("no_rule", "at_work")


# --- The rule that accepted --------------------------------------------------------------------------------


def test_the_log_keeps_the_rule_that_accepted_each_entry(closed):
    assert [entry.rule for entry in closed.case.log] == [
        "opening.received",
        "at_work.answered",
        "replied.closed",
    ]


def test_the_escalation_stands_and_is_flagged_when_the_receipt_is_corrected(lab):
    story = lab.case(NO_REPLY).did("1 May", "received")
    assert story.due("answer", "1 May") == "18 May"
    story = story.did("19 May", "stage_2_requested").corrected(1, "21 May", to="8 May")
    assert story.due("answer", "21 May") == "22 May"
    assert story.path("21 May") == ["at_work 8 May", "stage_2 19 May"]
    assert story.conflicts == []
    assert [notice.kind for notice in story.case.notices] == ["stands"]


def test_a_standing_entry_survives_loading(lab):
    story = lab.case(NO_REPLY).did("1 May", "received").did("19 May", "stage_2_requested")
    case = story.corrected(1, "21 May", to="8 May").case
    again = lab.Story(Case.from_dict(case.policy, case.to_dict()))
    assert again.conflicts == []
    assert again.stage("21 May") == "stage_2"


def test_a_new_entry_gets_no_such_grace(lab):
    story = lab.case(NO_REPLY).did("8 May", "received")
    assert story.refused("19 May", "stage_2_requested") == "no_rule_matches"


def test_a_rule_that_fails_by_more_than_its_dates_does_not_stand(lab):
    policy = NO_REPLY.replace("after: answer, go_to", "after: answer, if: {grounds: given}, go_to")
    policy += "facts: {grounds: {answers: [given, not_given], decided_by: complainant}}\n"
    story = lab.case(policy).did("1 May", "received").did("19 May", "stage_2_requested", {"grounds": "given"})
    both = (
        lab.did("21 May", "correction", {"target": 1, "on": "2026-05-08"}),
        lab.did("21 May", "correction", {"target": 2, "data": {"grounds": "not_given"}}),
    )
    assert story.refusal(*both).broken == (2,)


def test_a_rule_of_a_stage_the_case_would_not_be_in_does_not_stand(lab):
    # Answered on 18 May after all, the case is in `replied` on 19 May, where another rule takes the request.
    story = (
        lab.case(NO_REPLY)
        .did("1 May", "received")
        .did("19 May", "stage_2_requested")
        .did("18 May", "answered")
    )
    assert story.path("21 May") == ["at_work 1 May", "replied 18 May", "stage_2 19 May"]
    assert story.case.notices == ()


# --- The pin -------------------------------------------------------------------------------------------------

PINNED = NO_REPLY + 'in_force: {from: "2026-04-01", until: "2026-06-30"}\n'


def test_the_first_event_that_a_rule_accepts_must_lie_in_force(lab):
    story = lab.case(PINNED)
    assert story.refused("31 Mar", "received") == story.refused("1 Jul", "received")
    assert story.did("1 Apr", "received").stage("1 Apr") == "at_work"
    assert story.did("30 Jun", "received").stage("30 Jun") == "at_work"


def test_an_event_out_of_force_is_told_when_the_policy_is_in_force(lab):
    whole = lab.case(PINNED).refusal(lab.did("1 Jul", "received")).why.reason
    assert "in force from 2026-04-01 until 2026-06-30," in whole
    endless = NO_REPLY + 'in_force: {from: "2026-04-01"}\n'
    assert "in force from 2026-04-01," in lab.case(endless).refusal(lab.did("31 Mar", "received")).why.reason


def test_later_events_need_not_lie_in_force(lab):
    assert lab.case(PINNED).did("30 Jun", "received").did("3 Jul", "answered").stage("3 Jul") == "replied"


def test_an_entry_that_puts_the_first_such_event_outside_is_refused(lab):
    story = lab.case(PINNED).did("30 Apr", "received").did("5 May", "answered")
    with pytest.raises(EventRefused):
        story.corrected(1, "20 May", to="31 Mar")
    assert story.corrected(1, "20 May", to="1 Apr").path("20 May") == ["at_work 1 Apr", "replied 5 May"]


def test_before_the_first_such_event_only_built_in_ones_are_accepted(lab):
    story = lab.case(PINNED).did("1 Mar", "note", {"text": "a call"})
    assert story.refused("2 Mar", "answered")
    assert story.did("1 Apr", "received").stage("1 Apr") == "at_work"


# --- What an event carries ----------------------------------------------------------------------------------

NEEDS = """
facts:
  outcome: {answers: [upheld, rejected], decided_by: officer}
  finding: {answers: [upheld, rejected], decided_by: officer, per: point}
  weeks: {kind: count, decided_by: officer}
  meeting: {kind: date, decided_by: manager}
people:
  advocate: {title: Advocate, acts_for: complainant}
  deputy: {title: Deputy, acts_for: manager}
events:
  received: {by: complainant}
  extended: {by: [officer, manager], needs: {reason: text, new_date: date, told_complainant: confirmed}}
  answered: {by: officer, needs: [outcome]}
  agreed: {needs: {points: points}}
  found: {needs: [finding]}
  planned: {needs: {weeks: fact, meeting: fact}}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      extended: {when: extended}
      answered: {when: answered}
      agreed: {when: agreed}
      found: {when: found}
      planned: {when: planned}
"""
EXTENDED = {"reason": "ill", "new_date": "2026-05-29", "told_complainant": "confirmed"}


@pytest.fixture
def needy(lab):
    return lab.case(NEEDS).did("1 May", "received")


def test_what_an_event_needs_is_accepted_when_it_is_there(needy):
    assert needy.did("5 May", "extended", EXTENDED).case.count == 2


@pytest.mark.parametrize("missing", sorted(EXTENDED))
def test_an_event_without_what_it_needs_is_refused(needy, missing):
    data = {key: value for key, value in EXTENDED.items() if key != missing}
    assert needy.refused("5 May", "extended", data) == "missing_data"


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": 5}, {"new_date": "29 May"}, {"new_date": "2026-02-30"}, {"told_complainant": "true"},
     {"told_complainant": True}, {"colour": "red"}],
    ids=str,
)  # fmt: skip
def test_an_event_with_the_wrong_sort_of_data_is_refused(needy, wrong):
    assert needy.refused("5 May", "extended", EXTENDED | wrong) in ("wrong_data", "unknown_data")


def test_a_fact_that_is_needed_may_be_on_record_already(needy):
    assert needy.refused("5 May", "answered") == "missing_data"
    assert needy.did("5 May", "answered", {"outcome": "upheld"}).facts("5 May") == {"outcome": "upheld"}
    known = needy.did("5 May", "fact_recorded", {"outcome": "rejected"}, by="officer")
    assert known.did("6 May", "answered").case.count == 3


def test_a_choice_takes_only_its_answers(needy):
    assert needy.refused("5 May", "answered", {"outcome": "uphold"}) == "wrong_data"


@pytest.mark.parametrize("weeks", [-1, 1.5, "3", True])
def test_a_count_is_a_whole_number_from_nought(needy, weeks):
    assert needy.refused("5 May", "planned", {"weeks": weeks, "meeting": "2026-06-01"}) == "wrong_data"
    assert needy.did("5 May", "planned", {"weeks": 0, "meeting": "2026-06-01"}).facts("5 May")["weeks"] == 0


def test_points_that_are_needed_must_be_there(lab, needy):
    assert needy.refused("5 May", "agreed") == "missing_data"
    told = needy.did("5 May", "agreed", {"points": ["a", "b"]})
    assert told.case.at(lab.day("4 May")).points == ()
    assert told.case.at(lab.day("5 May")).points == ("a", "b")


def test_a_fact_per_point_that_is_needed_asks_for_a_value_on_every_point(needy):
    story = needy.did("5 May", "agreed", {"points": ["a", "b"]})
    assert story.refused("6 May", "found", {"finding": {"a": "upheld"}}) == "missing_data"
    half = story.did("6 May", "fact_recorded", {"finding": {"a": "upheld"}}, by="officer")
    found = half.did("7 May", "found", {"finding": {"b": "rejected"}})
    assert dict(found.facts("7 May")["finding"]) == {"a": "upheld", "b": "rejected"}
    assert needy.refused("5 May", "found") == "missing_data"


def test_a_value_for_a_point_that_does_not_exist_is_refused(needy):
    story = needy.did("5 May", "agreed", {"points": ["a"]})
    assert story.refused("6 May", "found", {"finding": {"a": "upheld", "c": "upheld"}}) == "wrong_data"


def test_points_set_the_points_and_add_points_adds(lab, needy):
    story = needy.did("5 May", "agreed", {"points": ["a", "b"]}).did("6 May", "agreed", {"points": ["c"]})
    assert story.case.at(lab.day("6 May")).points == ("c",)
    assert story.did("7 May", "agreed", {"add_points": ["d"]}).case.at(lab.day("7 May")).points == ("c", "d")


@pytest.mark.parametrize("points", ["a", [""], ["a", ""], ["a", 5], [None]], ids=str)
def test_points_are_a_list_of_texts(needy, points):
    assert needy.refused("5 May", "agreed", {"points": points}) == "wrong_data"
    assert needy.refused("5 May", "point_added", {"points": points}) == "wrong_data"


def test_points_are_added_and_removed_by_built_in_events(lab, needy):
    story = needy.did("5 May", "point_added", {"point": "a"}).did(
        "6 May", "point_added", {"points": ["b", "c"]}
    )
    assert story.case.at(lab.day("6 May")).points == ("a", "b", "c")
    assert story.did("7 May", "point_removed", {"point": "b"}).case.at(lab.day("7 May")).points == ("a", "c")
    assert story.refused("7 May", "point_removed", {"point": "z"}) == "wrong_data"


def test_the_reason_of_a_refusal_can_be_asked_beforehand(lab, needy):
    view = needy.case.at(lab.day("5 May"))
    assert view.why_not("answered").kind == "missing_data"
    assert view.why_not("answered", data={"outcome": "upheld"}).accepted
    assert view.why_not("answered", by="complainant", data={"outcome": "upheld"}).kind == "wrong_role"


def test_what_may_be_recorded_is_listed(begun):
    allowed = {each.event: each.certain for each in begun.case.at(begun.case.last_day).allowed()}
    assert allowed == {
        "acknowledged": True, "answered": True, "asked": True, "stage_2_requested": False, "talked": True,
        "told": True, "withdrawn": True,
    }  # fmt: skip


def test_an_event_that_must_bring_a_fact_may_be_recorded_whatever_is_on_record(lab):
    policy = NEEDS.replace("answered: {when: answered}", "answered: {when: answered, if: {outcome: upheld}}")
    for outcome in ("upheld", "rejected"):
        story = lab.case(policy).did("1 May", "received", {"outcome": outcome})
        allowed = {each.event: each.certain for each in story.case.at(lab.day("5 May")).allowed()}
        assert allowed["answered"] is False
        # Of what does not bring it, the fact on record decides.
        assert allowed["extended"] is True
