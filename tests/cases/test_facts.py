"""When facts hold, what they move, and conditions with three truths (the exact semantics, Facts; the language, 4 and 7)."""

from __future__ import annotations

import pytest

# From 1 May ten working days end on 18 May, twenty on 2 June (25 May is a bank holiday).
COMPLEX = """
facts: {complexity: {answers: [ordinary, complex], decided_by: officer}}
limits:
  answer:
    is: 10 working days
    cases: {complex: {if: {complexity: complex}, is: 20 working days}}
    from: received
    met_by: answered
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}, assessed: {when: assessed}}}
  closed: {end: closed}
"""
COMPLEX_NOW = {"complexity": "complex"}
ORDINARY_NOW = {"complexity": "ordinary"}


@pytest.fixture
def begun(lab):
    return lab.case(COMPLEX).did("1 May", "received")


def test_a_recorded_fact_holds_from_the_date_of_its_event(begun):
    story = begun.did("11 May", "assessed", COMPLEX_NOW)
    assert story.facts("10 May") == {}
    assert story.facts("11 May") == {"complexity": "complex"}
    assert story.due("answer", "10 May") == "18 May"
    assert story.due("answer", "11 May") == "2 Jun"


def test_a_corrected_fact_holds_from_the_date_of_the_corrected_event(begun):
    story = begun.did("11 May", "assessed", ORDINARY_NOW).corrected(2, "15 May", data=COMPLEX_NOW)
    assert story.facts("10 May") == {}
    assert story.facts("11 May") == {"complexity": "complex"}
    assert story.due("answer", "11 May") == "2 Jun"


def test_while_the_fact_is_unknown_the_plain_length_applies_and_the_ledger_says_so(lab, begun):
    assert begun.due("answer", "5 May") == "18 May"
    ledger = str(begun.case.at(lab.day("5 May")).explain("answer"))
    assert "not 20 working days: it is not known whether complexity is complex" in " ".join(ledger.split())


def test_a_fact_recorded_on_the_due_date_still_moves_it(begun):
    assert begun.did("18 May", "assessed", COMPLEX_NOW).due("answer", "18 May") == "2 Jun"


def test_a_fact_recorded_after_the_due_date_does_not_move_it(begun):
    story = begun.did("19 May", "assessed", COMPLEX_NOW)
    assert story.facts("19 May") == {"complexity": "complex"}
    assert story.due("answer", "1 Jun") == "18 May"
    assert story.status("answer", "19 May") == "overdue"


def test_a_past_due_date_moves_by_an_entry_dated_on_or_before_it(begun):
    story = begun.did("20 May", "note").did("18 May", "assessed", COMPLEX_NOW)
    assert story.due("answer", "20 May") == "2 Jun"
    assert story.status("answer", "20 May") == "running"


def test_a_past_due_date_moves_by_a_correction_of_an_entry_dated_on_or_before_it(begun):
    story = (
        begun.did("12 May", "assessed", ORDINARY_NOW)
        .did("20 May", "note")
        .corrected(2, "21 May", data=COMPLEX_NOW)
    )
    assert story.due("answer", "21 May") == "2 Jun"


def test_a_fact_that_changes_back_moves_the_due_date_back(begun):
    story = begun.did("5 May", "assessed", COMPLEX_NOW).did("6 May", "assessed", ORDINARY_NOW)
    assert story.due("answer", "5 May") == "2 Jun"
    assert story.due("answer", "6 May") == "18 May"


def test_a_due_date_that_falls_into_the_past_is_overdue_and_stays_there(begun):
    story = begun.did("5 May", "assessed", COMPLEX_NOW).did("20 May", "assessed", ORDINARY_NOW)
    assert story.status("answer", "19 May") == "running"
    assert story.text("answer", "20 May") == "overdue by 2 working days"
    assert story.did("21 May", "assessed", COMPLEX_NOW).due("answer", "21 May") == "18 May"


def test_a_met_limit_is_not_measured_anew(begun):
    story = begun.did("5 May", "answered").did("6 May", "fact_recorded", COMPLEX_NOW)
    assert story.due("answer", "6 May") == "18 May"
    assert story.text("answer", "6 May") == "met in time"


FROM_A_DATE = """
facts: {meeting: {kind: date, decided_by: officer}}
limits:
  minutes: {is: 5 working days, from: meeting, met_by: minutes_sent}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {closed: {when: settled, go_to: closed}}}
  closed: {end: closed}
"""


def test_a_limit_counts_from_the_value_of_a_date_fact(lab):
    story = (
        lab.case(FROM_A_DATE)
        .did("1 May", "received")
        .did("5 May", "fact_recorded", {"meeting": "2026-05-11"})
    )
    assert story.status("minutes", "4 May") == "not_started"
    assert story.start("minutes", "11 May") == "11 May"
    assert story.due("minutes", "11 May") == "18 May"


def test_a_new_value_of_the_date_fact_moves_the_start_and_the_due_date(lab):
    story = (
        lab.case(FROM_A_DATE)
        .did("1 May", "received")
        .did("5 May", "fact_recorded", {"meeting": "2026-05-11"})
    )
    story = story.did("8 May", "fact_recorded", {"meeting": "2026-05-13"})
    assert story.runs("minutes", "20 May") == ["running from 13 May"]
    assert story.due("minutes", "20 May") == "20 May"


def test_a_past_due_date_moves_by_a_new_value_of_the_date_fact_it_counts_from(lab):
    story = (
        lab.case(FROM_A_DATE)
        .did("1 May", "received")
        .did("5 May", "fact_recorded", {"meeting": "2026-05-11"})
    )
    assert story.status("minutes", "19 May") == "overdue"
    story = story.did("20 May", "fact_recorded", {"meeting": "2026-05-20"})
    # 21, 22, 26, 27 and 28 May.
    assert story.due("minutes", "20 May") == "28 May"
    assert story.status("minutes", "20 May") == "running"


def test_a_past_due_date_moves_by_a_new_value_of_the_date_fact_it_counts_back_from(lab):
    story = lab.case("""
facts: {panel_day: {kind: date, decided_by: officer}}
limits:
  papers: {is: 10 working days, before: panel_day, met_by: papers_sent}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {closed: {when: settled, go_to: closed}}}
  closed: {end: closed}
""").did("20 Apr", "received").did("21 Apr", "fact_recorded", {"panel_day": "2026-05-18"})  # fmt: skip
    assert story.due("papers", "21 Apr") == "1 May"
    assert story.status("papers", "5 May") == "overdue"
    # The panel is put off to 2 June: ten working days before are 18 May.
    story = story.did("6 May", "fact_recorded", {"panel_day": "2026-06-02"})
    assert story.due("papers", "6 May") == "18 May"
    assert story.status("papers", "6 May") == "running"


# --- Three truths --------------------------------------------------------------------------------------------

RULE = """
facts:
  colour: {answers: [red, blue, green], decided_by: officer}
  size: {answers: [big, small], decided_by: officer}
  weeks: {kind: count, decided_by: officer}
  finding: {answers: [upheld, rejected], decided_by: officer, per: point}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {asked: {when: asked, if: CONDITION, go_to: closed}}}
  closed: {end: closed}
"""
RED, BLUE, BIG, SMALL = {"colour": "red"}, {"colour": "blue"}, {"size": "big"}, {"size": "small"}


@pytest.mark.parametrize(
    ("condition", "facts", "matches"),
    [
        ("{colour: red}", RED, True),
        ("{colour: red}", BLUE, False),
        ("{colour: red}", {}, False),
        ("{colour: [red, green]}", RED, True),
        ("{colour: [red, green]}", BLUE, False),
        ("{colour: red, size: big}", RED | BIG, True),
        ("{colour: red, size: big}", RED, False),
        ("{weeks: {at_least: 6}}", {"weeks": 6}, True),
        ("{weeks: {at_least: 6}}", {"weeks": 5}, False),
        ("{weeks: {at_most: 11}}", {"weeks": 11}, True),
        ("{weeks: {at_most: 11}}", {"weeks": 12}, False),
        ("{weeks: {at_least: 6, at_most: 11}}", {"weeks": 12}, False),
        ("{weeks: {at_least: 6}}", {}, False),
        ("{weeks: {at_most: 0}}", {"weeks": 0}, True),
        ("{not: {colour: red}}", BLUE, True),
        ("{not: {colour: red}}", RED, False),
        ("{not: {colour: red}}", {}, False),
        ("{not: {not: {colour: red}}}", {}, False),
        ("{any_of: [{colour: red}, {size: big}]}", RED, True),
        ("{any_of: [{colour: red}, {size: big}]}", BLUE, False),
        ("{any_of: [{colour: red}, {size: big}]}", BLUE | SMALL, False),
        ("{not: {any_of: [{colour: red}, {size: big}]}}", BLUE, False),
        ("{not: {any_of: [{colour: red}, {size: big}]}}", BLUE | SMALL, True),
        ("{all_of: [{colour: red}, {size: big}]}", RED, False),
        ("{not: {all_of: [{colour: red}, {size: big}]}}", RED, False),
        ("{not: {all_of: [{colour: red}, {size: big}]}}", BLUE, True),
    ],
    ids=str,
)
def test_a_rule_matches_only_on_true(lab, condition, facts, matches):
    story = lab.case(RULE.replace("CONDITION", condition)).did("1 May", "received", facts)
    assert story.case.at(lab.day("5 May")).why_not("asked").accepted is matches


@pytest.mark.parametrize(
    ("condition", "points", "findings", "matches"),
    [
        ("{some_point: {finding: upheld}}", ["a", "b"], {"a": "upheld"}, True),
        ("{some_point: {finding: upheld}}", ["a", "b"], {"a": "rejected"}, False),
        ("{some_point: {finding: upheld}}", ["a", "b"], {"a": "rejected", "b": "rejected"}, False),
        ("{not: {some_point: {finding: upheld}}}", ["a", "b"], {"a": "rejected"}, False),
        ("{not: {some_point: {finding: upheld}}}", ["a", "b"], {"a": "rejected", "b": "rejected"}, True),
        ("{every_point: {finding: upheld}}", ["a", "b"], {"a": "upheld", "b": "upheld"}, True),
        ("{every_point: {finding: upheld}}", ["a", "b"], {"a": "upheld"}, False),
        ("{not: {every_point: {finding: upheld}}}", ["a", "b"], {"a": "upheld"}, False),
        ("{not: {every_point: {finding: upheld}}}", ["a", "b"], {"a": "rejected"}, True),
        ("{some_point: {finding: upheld}}", [], {}, False),
        ("{every_point: {finding: upheld}}", [], {}, False),
        ("{not: {some_point: {finding: upheld}}}", [], {}, False),
        ("{not: {every_point: {finding: upheld}}}", [], {}, False),
        ("{any_of: [{colour: red}, {some_point: {finding: upheld}}]}", ["a", "b"], {"b": "upheld"}, True),
    ],
    ids=str,
)
def test_points_have_three_truths_and_without_points_all_is_unknown(
    lab, condition, points, findings, matches
):
    data = ({"points": points} if points else {}) | ({"finding": findings} if findings else {})
    story = lab.case(RULE.replace("CONDITION", condition)).did("1 May", "received", data)
    assert story.case.at(lab.day("5 May")).why_not("asked").accepted is matches


def test_a_point_that_is_added_makes_every_point_unknown_again(lab):
    story = lab.case(RULE.replace("CONDITION", "{every_point: {finding: upheld}}"))
    story = story.did("1 May", "received", {"points": ["a"], "finding": {"a": "upheld"}})
    assert story.did("5 May", "point_added", {"point": "b"}).refused("6 May", "asked") == "no_rule_matches"
    assert story.did("5 May", "asked").stage("5 May") == "closed"


def test_a_limit_is_measured_anew_when_a_point_is_removed(lab):
    story = lab.case("""
facts: {finding: {answers: [upheld, rejected], decided_by: officer, per: point}}
limits:
  answer:
    is: 10 working days
    cases: {clear: {if: {every_point: {finding: upheld}}, is: 5 working days}}
    from: received
    met_by: answered
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: closed}}}
  closed: {end: closed}
""").did("1 May", "received", {"points": ["a", "b"], "finding": {"a": "upheld"}})  # fmt: skip
    assert story.due("answer", "5 May") == "18 May"
    # Five working days: 5 to 8 May are four, 11 May the fifth.
    assert story.did("6 May", "point_removed", {"point": "b"}).due("answer", "6 May") == "11 May"
