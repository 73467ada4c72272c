"""Deciding by hand: routes, exclusions, discretions and time limits, each with what is true, false and unknown.

The dates are worked out from a calendar: 5 March 2026 is a Thursday, 1 May 2026 a Friday; Good Friday was on 3 April
2026, the early May bank holiday on 4 May.
"""

from __future__ import annotations

from datetime import date, datetime
from types import MappingProxyType

import pytest

from engine import decide
from engine.errors import UsageError
from engine.intakes import ComeBack, Need

DAY = "2026-03-05"
# Everything that may exclude a point about social care, answered so that nothing does.
CLEAR = {
    "subject": "social_care",
    "relationship": "parent",
    "proceedings": "none",
    "grounds_arose": "2026-01-05",
    "earlier": 0,
}


def needs(decision):
    return [str(need) for need in decision.needs]


def excluded(answer):
    return [ground.exclusion for ground in answer.grounds]


def set_aside(answer):
    return [ground.exclusion for ground in answer.set_aside]


# --- Routes --------------------------------------------------------------------------------------------------------


def test_with_nothing_known_only_what_tells_the_routes_apart_is_asked(deciding):
    decision = deciding(DAY)
    assert needs(decision) == ["subject"]
    assert not decision.is_complete
    (answer,) = decision.answers
    assert (answer.point, answer.outcome, answer.route, answer.under) == (None, "needs_facts", None, None)
    assert decision.cases == {}


def test_a_point_that_belongs_elsewhere_is_redirected_and_nothing_more_is_asked(deciding):
    answer = deciding(DAY, subject="school", earlier=7).answer()
    assert (answer.outcome, answer.route, answer.body, answer.under) == (
        "redirected",
        "school",
        "the school",
        None,
    )
    assert (answer.letters, answer.grounds, answer.needs) == (("redirected",), (), ())


def test_what_nothing_excludes_is_accepted(deciding):
    decision = deciding(DAY, **CLEAR)
    answer = decision.answer()
    assert (answer.outcome, answer.under, answer.body) == ("accepted", "mytown/children", None)
    assert (answer.letters, answer.grounds, answer.set_aside, answer.needs) == ((), (), (), ())
    assert decision.is_complete
    assert decision.cases == {"mytown/children": ()}


def test_the_letter_of_a_route_follows_only_when_the_point_is_accepted(deciding):
    refuse = {"subject": "refuse", "grounds_arose": "2026-01-05"}
    assert deciding(DAY, **refuse).answer().letters == ()
    assert deciding(DAY, **refuse, earlier=0).answer().letters == ("accepted",)
    assert deciding(DAY, **refuse, earlier=3).answer().letters == ("not_considered",)


def test_a_subject_without_a_route_is_a_gap_and_asks_nothing(changed, deciding):
    intake = changed("school], per", "school, parks], per")
    answer = deciding(DAY, intake=intake, subject="parks").answer()
    assert (answer.outcome, answer.needs, answer.grounds) == ("no_route", (), ())
    assert deciding(DAY, intake=intake).answer().outcome == "needs_facts"


def test_a_route_without_a_condition_takes_everything(changed, deciding):
    intake = changed(
        "  school: {if: {subject: school}, refer_to: the school, send: redirected}\n",
        "",
        "  refuse: {if: {subject: refuse}, accept_under: corporate, send: accepted}\n",
        "",
        "if: {subject: social_care}, accept_under: children",
        "accept_under: children",
        "  too_late_for_the_council: {of: corporate, after: [of_the_issue, of_notice], send: not_considered}\n",
        "",
    )
    assert "subject" not in needs(deciding(DAY, intake=intake))
    assert deciding(DAY, intake=intake).answer().route == "social_care"


def test_two_routes_that_hold_at_once_are_never_chosen_between(changed, deciding, library):
    text = "school: {if: {subject: school}"
    with pytest.raises(Exception, match="overlapping-routes"):
        changed(text, text.replace("subject: school", "subject: [school, refuse]"))


# --- Three truths --------------------------------------------------------------------------------------------------


def test_what_is_asked_comes_in_the_order_of_the_facts_and_not_of_the_exclusions(changed, deciding):
    # `interest` matters only for an aunt, and who complains is not known yet.
    asked = ["relationship", "proceedings", "grounds_arose", "earlier"]
    assert needs(deciding(DAY, subject="social_care")) == asked
    repeated = (
        "  repeated: {if: {earlier: {at_least: 3}}, instead: the answer of last time, send: not_considered}\n"
    )
    moved = changed(repeated, "", "exclusions:\n", f"exclusions:\n{repeated}")
    assert next(iter(moved.exclusions)) == "repeated"
    assert needs(deciding(DAY, intake=moved, subject="social_care")) == asked


@pytest.mark.parametrize(
    ("relationship", "asked"),
    [("parent", False), ("foster_carer", False), ("aunt", True)],
)
def test_a_fact_is_asked_only_while_it_matters(deciding, relationship, asked):
    facts = {**CLEAR, "relationship": relationship}
    assert ("interest" in needs(deciding(DAY, **facts))) is asked


def test_an_answer_that_settles_it_makes_the_other_question_idle(deciding):
    facts = {key: value for key, value in CLEAR.items() if key != "relationship"}
    assert needs(deciding(DAY, **facts)) == ["relationship"]
    assert needs(deciding(DAY, **facts, interest="sufficient")) == []


def test_the_parts_of_a_condition_are_asked_after_in_the_order_they_are_written(changed, deciding):
    other = changed(
        "{relationship: aunt, interest: not_sufficient}", "{interest: not_sufficient, relationship: aunt}"
    )
    facts = {key: value for key, value in CLEAR.items() if key != "relationship"}
    assert needs(deciding(DAY, intake=other, **facts)) == ["interest"]
    assert needs(deciding(DAY, intake=other, **facts, interest="sufficient")) == []
    assert needs(deciding(DAY, intake=other, **facts, interest="not_sufficient")) == ["relationship"]


def test_what_one_of_several_conditions_asks_comes_when_those_before_it_leave_it_open(changed, deciding):
    either = changed(
        "{earlier: {at_least: 3}}", "{any_of: [{earlier: {at_least: 3}}, {relationship: foster_carer}]}"
    )
    bins = {"subject": "refuse", "grounds_arose": "2026-01-05"}
    assert needs(deciding(DAY, intake=either, **bins)) == ["earlier"]
    assert needs(deciding(DAY, intake=either, **bins, earlier=2)) == ["relationship"]
    assert needs(deciding(DAY, intake=either, **bins, earlier=3)) == []
    assert needs(deciding(DAY, intake=either, **bins, relationship="foster_carer")) == []


def test_one_exclusion_that_holds_is_enough_whatever_else_is_unknown(deciding):
    answer = deciding(DAY, subject="social_care", proceedings="under_way").answer()
    assert (answer.outcome, excluded(answer), answer.needs) == ("not_considered", ["proceedings"], ())


def test_every_exclusion_that_holds_is_reported_and_each_letter_follows_once(deciding):
    facts = {**CLEAR, "relationship": "aunt", "interest": "not_sufficient", "proceedings": "under_way"}
    answer = deciding(DAY, **{**facts, "earlier": 5}).answer()
    assert excluded(answer) == ["no_interest", "proceedings", "repeated"]
    assert answer.letters == ("not_considered", "come_later")
    assert [ground.instead for ground in answer.grounds] == [
        None,
        "the proceedings",
        "the answer of last time",
    ]
    assert answer.under == "mytown/children"


def test_an_exclusion_concerns_only_the_procedures_it_names(deciding):
    facts = {"subject": "refuse", "proceedings": "under_way", "grounds_arose": "2026-01-05"}
    answer = deciding(DAY, **facts, relationship="aunt", interest="not_sufficient", earlier=0).answer()
    assert (answer.outcome, answer.under) == ("accepted", "mytown/corporate")


@pytest.mark.parametrize(("earlier", "outcome"), [(0, "accepted"), (2, "accepted"), (3, "not_considered")])
def test_a_count_is_compared_with_its_bound_included(deciding, earlier, outcome):
    assert deciding(DAY, **{**CLEAR, "earlier": earlier}).answer().outcome == outcome


# --- Time limits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "arose", "outcome"),
    [
        ("2026-03-05", "2025-03-05", "accepted"),  # the last day of the year is in time
        ("2026-03-06", "2025-03-05", "needs_facts"),
        ("2025-02-28", "2024-02-29", "accepted"),  # 2025 has no 29 February
        ("2025-03-01", "2024-02-29", "needs_facts"),
        ("2026-03-08", "2025-03-08", "accepted"),  # a Sunday: the limit stays where it falls
        ("2026-03-09", "2025-03-08", "needs_facts"),
        ("2026-03-05", "2026-03-05", "accepted"),
    ],
)
def test_a_complaint_on_the_last_day_is_in_time(deciding, received, arose, outcome):
    assert deciding(received, **{**CLEAR, "grounds_arose": arose}).answer().outcome == outcome


@pytest.mark.parametrize(
    ("change", "arose", "last"),
    [
        # Counting 5 March as the first day, the year has run on 4 March.
        ("is: 1 year, from: grounds_arose, day_one: same_day, roll: stays", "2025-03-05", date(2026, 3, 4)),
        # 3 May 2026 is a Sunday and Monday a bank holiday.
        ("is: 1 month, from: grounds_arose, roll: next_working_day", "2026-04-03", date(2026, 5, 5)),
        ("is: 1 month, from: grounds_arose, roll: previous_working_day", "2026-04-03", date(2026, 5, 1)),
        # 2 Apr = 1; 7-10 = 2-5 (3 and 6 are holidays); 13-17 = 6-10; 20-24 = 11-15; 27-30 = 16-19; 1 May = 20.
        ("is: 20 working days, from: grounds_arose", "2026-04-01", date(2026, 5, 1)),
        ("is: end of next working day, from: grounds_arose", "2026-04-02", date(2026, 4, 7)),
        ("is: 0 calendar days, from: grounds_arose, roll: stays", "2026-04-02", date(2026, 4, 2)),
    ],
)  # fmt: skip
def test_a_limit_counts_and_rolls_as_in_a_policy(changed, deciding, change, arose, last):
    intake = changed(
        "time_to_complain: {is: 1 year, from: grounds_arose, roll: stays", f"time_to_complain: {{{change}"
    )
    facts = {**CLEAR, "grounds_arose": arose, "good_reason": "no_good_reason"}
    on_time = deciding(last.isoformat(), intake=intake, **facts).answer()
    late = deciding(date.fromordinal(last.toordinal() + 1).isoformat(), intake=intake, **facts).answer()
    assert (on_time.outcome, excluded(late)) == ("accepted", ["too_late"])
    assert any(f"{last.day} {last:%b %Y}" in reason for reason in late.grounds[0].reasons)


def test_a_limit_without_an_end_is_never_over_and_its_start_is_not_asked_for(changed, deciding):
    intake = changed(
        "time_to_complain: {is: 1 year, from: grounds_arose, roll: stays",
        "time_to_complain: {is: as soon as possible, from: grounds_arose",
    )
    facts = {key: value for key, value in CLEAR.items() if key != "grounds_arose"}
    assert deciding(DAY, intake=intake, **facts, grounds_arose="2000-01-03").answer().outcome == "accepted"
    assert needs(deciding(DAY, intake=intake, **facts)) == []


@pytest.mark.parametrize(
    ("arose", "known", "outcome"),
    [
        ("2025-03-04", "2025-03-04", "not_considered"),
        ("2025-03-04", "2025-03-05", "accepted"),  # later than all of the list, or it is not too late
        ("2025-03-05", "2025-03-04", "accepted"),
        ("2025-03-04", None, "needs_facts"),
        ("2025-03-05", None, "accepted"),  # in time already: the other day does not matter
        (None, "2025-03-05", "accepted"),
    ],
)
def test_with_several_limits_it_must_be_later_than_all(deciding, arose, known, outcome):
    given = {"grounds_arose": arose, "known_from": known}
    facts = {name: value for name, value in given.items() if value}
    answer = deciding(DAY, subject="refuse", earlier=0, **facts).answer()
    assert answer.outcome == outcome
    if outcome == "not_considered":
        assert len(answer.grounds[0].reasons) == 2


def test_a_condition_and_a_limit_must_both_hold(changed, deciding):
    intake = changed(
        "    after: time_to_complain\n", "    if: {relationship: parent}\n    after: time_to_complain\n"
    )
    late = {**CLEAR, "grounds_arose": "2025-03-04", "good_reason": "no_good_reason"}
    assert excluded(deciding(DAY, intake=intake, **late).answer()) == ["too_late"]
    other = {**late, "relationship": "foster_carer"}
    assert deciding(DAY, intake=intake, **other).answer().outcome == "accepted"
    without = {key: value for key, value in CLEAR.items() if key not in ("relationship", "grounds_arose")}
    # The day matters only to whom the condition concerns.
    assert needs(deciding(DAY, intake=intake, **without, interest="sufficient")) == ["relationship"]
    parent = deciding(DAY, intake=intake, **without, relationship="parent")
    assert needs(parent) == ["grounds_arose"]


# --- Discretion ----------------------------------------------------------------------------------------------------

LATE = {**CLEAR, "grounds_arose": "2025-03-04"}


def test_a_discretion_is_asked_for_only_when_the_exclusion_holds_without_it(deciding):
    assert needs(deciding(DAY, **LATE)) == ["good_reason", "fair_now"]
    unknown = {key: value for key, value in CLEAR.items() if key != "grounds_arose"}
    assert needs(deciding(DAY, **unknown)) == ["grounds_arose"]


@pytest.mark.parametrize(
    ("good_reason", "fair_now", "outcome"),
    [
        ("good_reason", "fair", "accepted"),
        ("good_reason", "not_fair", "not_considered"),
        ("no_good_reason", "fair", "not_considered"),
        ("no_good_reason", None, "not_considered"),  # both are needed: one no is enough
        (None, "not_fair", "not_considered"),
        ("good_reason", None, "needs_facts"),
        (None, "fair", "needs_facts"),
    ],
)
def test_a_discretion_is_never_silently_exercised(deciding, good_reason, fair_now, outcome):
    given = {"good_reason": good_reason, "fair_now": fair_now}
    answer = deciding(DAY, **LATE, **{name: value for name, value in given.items() if value}).answer()
    assert answer.outcome == outcome
    assert set_aside(answer) == (["too_late"] if outcome == "accepted" else [])
    assert [need.fact for need in answer.needs] == [
        name for name, value in given.items() if not value and outcome == "needs_facts"
    ]


def test_a_discretion_exercised_beforehand_settles_it_without_the_date(deciding):
    facts = {key: value for key, value in CLEAR.items() if key != "grounds_arose"}
    answer = deciding(DAY, **facts, good_reason="good_reason", fair_now="fair").answer()
    assert (answer.outcome, answer.set_aside) == ("accepted", ())


def test_a_discretion_on_one_exclusion_leaves_the_others(deciding):
    facts = {**LATE, "good_reason": "good_reason", "fair_now": "fair", "proceedings": "under_way"}
    answer = deciding(DAY, **facts).answer()
    assert (answer.outcome, excluded(answer), set_aside(answer)) == (
        "not_considered",
        ["proceedings"],
        ["too_late"],
    )


def test_whose_decision_it_was_stands_among_the_reasons(deciding):
    answer = deciding(DAY, **LATE, good_reason="good_reason", fair_now="not_fair").answer()
    assert answer.grounds[0].reasons == (
        "received Thu 5 Mar 2026; time_to_complain ended Wed 4 Mar 2026: 1 year from grounds_arose, Tue 4 Mar 2025",
        "good_reason is good_reason, decided by manager",
        "fair_now is not_fair, decided by manager",
    )


# --- Coming back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "until"), [("2025-11-10", date(2026, 11, 10)), (None, None)], ids=["ended", "not-yet"]
)
def test_until_when_the_person_may_come_again(deciding, ended, until):
    facts = {**CLEAR, "proceedings": "under_way", **({"proceedings_ended": ended} if ended else {})}
    (ground,) = deciding(DAY, **facts).answer().grounds
    assert ground.come_back == ComeBack("resubmission", "1 year", "proceedings_ended", until)


# --- Points --------------------------------------------------------------------------------------------------------


def test_a_decision_can_be_partial_and_opens_a_case_for_each_procedure(deciding):
    subjects = {"visits": "social_care", "bins": "refuse", "lunch": "school", "contact": "social_care"}
    decision = deciding(
        DAY, **{**CLEAR, "subject": subjects, "proceedings": {"visits": "none", "contact": "none"}}
    )
    assert [(answer.point, answer.outcome) for answer in decision.answers] == [
        ("visits", "accepted"),
        ("bins", "accepted"),
        ("lunch", "redirected"),
        ("contact", "accepted"),
    ]
    assert decision.cases == {"mytown/children": ("visits", "contact"), "mytown/corporate": ("bins",)}


def test_one_value_stands_for_every_point(deciding):
    decision = deciding(DAY, points=("visits", "letters"), **CLEAR)
    assert decision.cases == {"mytown/children": ("visits", "letters")}


def test_what_is_needed_names_the_point_where_it_is_asked_on_each(deciding):
    decision = deciding(
        DAY, points=("visits", "lunch", "bins"), subject={"lunch": "school", "bins": "refuse"}
    )
    assert decision.needs[0] == Need("subject", "visits")
    assert [str(need) for need in decision.answer("visits").needs] == ["subject.visits"]
    assert [str(need) for need in decision.answer("bins").needs] == [
        "grounds_arose.bins",
        "known_from",
        "earlier",
    ]
    assert decision.answer("lunch").outcome == "redirected"
    # A fact of the whole complaint is asked once for all points.
    both = deciding(
        DAY, points=("a", "b"), **{**CLEAR, "earlier": 0, "subject": {"a": "social_care", "b": "refuse"}}
    )
    assert both.is_complete
    again = deciding(DAY, points=("a", "b"), subject="refuse", grounds_arose="2025-03-04")
    assert needs(again) == ["known_from", "earlier"]


def test_the_points_are_those_named_first_and_each_once(deciding):
    assert deciding(DAY, points=("b", "a", "b"), subject={"a": "school"}).points == ("b", "a")
    assert deciding(DAY, subject={"b": "school"}, proceedings={"a": "none", "b": "none"}).points == ("b", "a")


def test_an_answer_is_found_by_its_point(deciding):
    decision = deciding(DAY, points=("a",))
    assert decision.answer("a").point == "a"
    for strange in ("b", None):
        with pytest.raises(KeyError):
            decision.answer(strange)


@pytest.mark.parametrize("word", ["some_point", "every_point"])
def test_some_point_and_every_point_speak_of_the_whole_complaint(changed, deciding, word):
    intake = changed(
        "repeated: {if: {earlier: {at_least: 3}}", f"repeated: {{if: {{{word}: {{proceedings: under_way}}}}"
    )

    def outcome(**proceedings):
        facts = {
            "subject": {"a": "refuse", "b": "refuse"}, "grounds_arose": {"a": "2026-01-05", "b": "2026-01-05"},
        }  # fmt: skip
        decision = deciding(DAY, intake=intake, **facts, proceedings=proceedings)
        assert {answer.outcome for answer in decision.answers} == {decision.answers[0].outcome}
        return decision.answers[0].outcome, [str(need) for need in decision.answers[0].needs]

    one = {"a": "under_way", "b": "none"}
    assert outcome(**one) == (("not_considered" if word == "some_point" else "accepted"), [])
    assert outcome(a="under_way", b="under_way") == ("not_considered", [])
    assert outcome(a="none", b="none") == ("accepted", [])
    assert outcome() == ("needs_facts", ["proceedings.a", "proceedings.b"])
    # Without points the complaint is one point.
    alone = {"intake": intake, "subject": "refuse", "grounds_arose": "2026-01-05"}
    assert deciding(DAY, **alone, proceedings="under_way").answer().outcome == "not_considered"
    assert needs(deciding(DAY, **alone)) == ["proceedings"]


# --- What is given -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"subjet": "school"}, r'"subjet"; did you mean "subject"\?'),
        ({"subject": "scool"}, 'subject cannot be "scool"; the answers are: social_care, refuse, school'),
        ({"subject": {"a": "scool"}}, 'subject cannot be "scool"'),
        ({"relationship": {"a": "aunt"}}, "relationship is asked once, of the whole complaint"),
        ({"earlier": -1}, "earlier is a whole number from 0 up"),
        ({"earlier": True}, "earlier is a whole number from 0 up"),
        ({"earlier": "3"}, "earlier is a whole number from 0 up"),
        ({"known_from": "2026-02-30"}, "known_from is a date such as 2026-05-01"),
        ({"known_from": "5 March"}, "known_from is a date such as 2026-05-01"),
        ({"known_from": datetime(2026, 5, 1, 9, 30)}, "known_from is a date such as 2026-05-01"),
        ({"relationship": None}, "relationship cannot be"),
        ({"relationship": ["aunt"]}, "relationship cannot be"),
        ({"points": ["a"]}, '"points"'),
    ],
    ids=str,
)
def test_a_fact_that_is_wrong_is_refused_with_what_it_can_be(mytown, facts, told):
    with pytest.raises(UsageError, match=told):
        decide(mytown, facts, received=date(2026, 3, 5))


def test_a_point_that_was_not_named_is_refused(deciding):
    with pytest.raises(UsageError, match='subject names the point "b"; the points are: a'):
        deciding(DAY, points=("a",), subject={"b": "school"})


@pytest.mark.parametrize("day", [date(2024, 3, 31), date(2025, 7, 1)], ids=str)
def test_a_day_on_which_the_intake_is_not_in_force_is_refused(changed, day):
    old = 'in_force: {from: "2024-04-01"}'
    intake = changed(old, 'in_force: {from: "2024-04-01", until: "2025-06-30"}')
    for good in (date(2024, 4, 1), date(2025, 6, 30)):
        assert not decide(intake, {}, received=good).is_complete
    with pytest.raises(UsageError, match="in force from 2024-04-01 until 2025-06-30"):
        decide(intake, {}, received=day)


@pytest.mark.parametrize("received", ["2026-03-05", datetime(2026, 3, 5, 9, 30), None, 20260305], ids=str)
def test_the_day_of_receipt_is_a_date(mytown, received):
    with pytest.raises(UsageError, match="`received` is a date"):
        decide(mytown, {}, received=received)


def test_points_are_several_texts_and_never_one_text_taken_apart(mytown):
    with pytest.raises(UsageError, match="points"):
        decide(mytown, {}, received=date(2026, 3, 5), points="visits")


@pytest.mark.parametrize("points", [("",), (1,), (None,), (["a"],)], ids=str)
def test_a_point_has_a_name(mytown, points):
    with pytest.raises(UsageError, match="point"):
        decide(mytown, {}, received=date(2026, 3, 5), points=points)


def test_a_date_is_a_date_or_its_text(deciding):
    facts = {**CLEAR, "grounds_arose": date(2025, 3, 4), "good_reason": "no_good_reason"}
    assert excluded(deciding(DAY, **facts).answer()) == ["too_late"]


def test_facts_may_come_in_any_mapping(deciding):
    subject = MappingProxyType({"a": "school", "b": "refuse"})
    assert deciding(DAY, subject=subject).points == ("a", "b")


def test_what_the_caller_changes_afterwards_changes_no_decision(mytown):
    facts = {"subject": {"a": "school"}}
    decision = decide(mytown, facts, received=date(2026, 3, 5))
    facts["subject"]["a"] = "refuse"
    facts["earlier"] = 9
    assert decision.facts == {"subject": {"a": "school"}}
    assert decision.again({}).answer("a").outcome == "redirected"


def test_grounds_later_than_the_complaint_are_a_slip_and_are_refused(deciding):
    with pytest.raises(UsageError, match="grounds_arose is Sat 5 Dec 2026, later than the receipt on"):
        deciding(DAY, **{**CLEAR, "grounds_arose": "2026-12-05"})
