"""Deciding again when facts have changed or become known."""

from __future__ import annotations

import pytest

from engine.errors import UsageError

DAY = "2026-03-05"
AUNT = {
    "subject": "social_care",
    "relationship": "aunt",
    "interest": "not_sufficient",
    "proceedings": "none",
    "grounds_arose": "2026-01-05",
    "earlier": 0,
}


def test_an_aunt_who_becomes_a_foster_carer_is_heard(deciding):
    first = deciding(DAY, **AUNT)
    assert first.answer().outcome == "not_considered"
    again = first.again({"relationship": "foster_carer"})
    assert again.answer().outcome == "accepted"
    assert again.received == first.received
    assert again.changed_from(first) == ((first.answer(), again.answer()),)
    # The earlier decision stays what it was.
    assert first == deciding(DAY, **AUNT)


def test_without_anything_new_it_is_the_same_decision(deciding):
    first = deciding(DAY, **AUNT)
    assert first.again({}) == first
    assert first.again({}).changed_from(first) == ()
    assert first.again({"relationship": "aunt"}) == first


def test_a_value_for_one_point_leaves_those_of_the_others(deciding):
    facts = {**AUNT, "relationship": "parent", "proceedings": {"a": "none", "b": "under_way"}}
    first = deciding(DAY, **facts)
    again = first.again({"proceedings": {"b": "none"}})
    assert [answer.outcome for answer in first.answers] == ["accepted", "not_considered"]
    assert [answer.outcome for answer in again.answers] == ["accepted", "accepted"]
    assert [after.point for _, after in again.changed_from(first)] == ["b"]


def test_one_value_for_every_point_is_kept_for_those_not_named(deciding):
    first = deciding(DAY, points=("a", "b"), **{**AUNT, "relationship": "parent"})
    again = first.again({"subject": {"b": "school"}})
    assert [answer.outcome for answer in again.answers] == ["accepted", "redirected"]
    assert again.facts["subject"] == {"a": "social_care", "b": "school"}


def test_one_value_takes_the_place_of_all_values_by_point(deciding):
    first = deciding(DAY, subject={"a": "social_care", "b": "refuse"})
    assert [answer.outcome for answer in first.again({"subject": "school"}).answers] == ["redirected"] * 2


def test_points_that_only_the_later_facts_name_are_refused(deciding):
    with pytest.raises(UsageError, match='names the point "c"; the points are: a, b'):
        deciding(DAY, points=("a", "b")).again({"subject": {"c": "school"}})


@pytest.mark.parametrize("facts", [{"subjet": "school"}, {"subject": "scool"}, {"earlier": -1}], ids=str)
def test_what_is_wrong_is_refused_as_at_first(deciding, facts):
    with pytest.raises(UsageError):
        deciding(DAY, **AUNT).again(facts)


def test_other_reasons_are_a_change_too(deciding):
    first = deciding(DAY, **AUNT)
    again = first.again({"earlier": 4})
    assert again.answer().outcome == first.answer().outcome == "not_considered"
    assert len(again.changed_from(first)) == 1
