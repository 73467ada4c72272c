"""Stories for aims: each shows its aim, in one way on a quiet Monday or on any other day asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.policy import PolicyLibrary
from engine.probing import Prober
from engine.probing.aims import Aim
from engine.probing.days import working_day_before

REDBRIDGE = Prober(PolicyLibrary().policy("redbridge/children-statutory", date(2026, 5, 1)))
ADULTS = Prober(PolicyLibrary().policy("models/adult-social-care"))


def then_of(story) -> dict:
    return dict(story.steps[-1].then)


@pytest.mark.parametrize(
    ("aim", "shown"),
    [
        (Aim("limit", "stage_1", "paused"), {"paused": ["stage_1"]}),
        (Aim("limit", "stage_1", "extended"), {"extended": ["stage_1"]}),
        (Aim("limit", "stage_1", "missed"), {"overdue": ["stage_1"]}),
        (Aim("limit", "stage_2_request", "lapsed"), {"lapsed": ["stage_2_request"]}),
        (Aim("stage", "stage_3"), {"stage": "stage_3"}),
        (Aim("rule", "stage_1.answered"), {"by_rule": "stage_1.answered"}),
        (Aim("letter", "stage_2_refused", "due"), {"letters": ["stage_2_refused"]}),
    ],
)
def test_what_is_aimed_at_is_seen_in_the_end(aim, shown):
    then = then_of(REDBRIDGE.story_for(aim))
    assert {key: then.get(key) for key in shown} == shown


@pytest.mark.parametrize(
    ("prober", "event", "kind", "words"),
    [
        (REDBRIDGE, "stage_2_requested", "out_of_turn", "no rule in this stage"),
        (REDBRIDGE, "stage_2_requested", "too_early", "no rule in this stage matches it"),
        (REDBRIDGE, "stage_3_requested", "condition", "no rule in this stage matches it"),
        (REDBRIDGE, "stage_2_requested", "wrong_role", "stage_2_requested is recorded by"),
        (ADULTS, "longer_period_agreed", "too_late", "no rule in this stage matches it"),
    ],
)
def test_a_refusal_is_of_the_kind_aimed_at(prober, event, kind, words):
    story = prober.story_for(Aim("refusal", event, kind))
    refused = next(step for step in story.steps if step.refused is not None)
    assert refused.event == event
    assert refused.refused.startswith(words)


def test_what_does_not_concern_a_policy_has_no_story():
    assert REDBRIDGE.story_for(Aim("route", "anything")) is None


def test_a_plan_can_be_told_from_another_day_and_says_if_it_goes_another_way_then():
    plan = REDBRIDGE.plan_near("stage_1", "on")
    story = REDBRIDGE.told_from(plan, date(2026, 12, 14))
    # 15-18 = 1-4, 21-24 = 5-8, 25 and 28 December do not count, 29, 30 = 9, 10.
    assert (story.steps[0].at, story.steps[-1].at) == (date(2026, 12, 14), date(2026, 12, 30))
    before_its_time = REDBRIDGE.policy.in_force_from - timedelta(days=30)
    assert REDBRIDGE.told_from(plan, before_its_time) is None


def test_the_working_day_before_is_one():
    # Tuesday 7 April follows Easter Monday; the last working day before is Maundy Thursday.
    assert working_day_before(REDBRIDGE.policy, date(2026, 4, 7)) == date(2026, 4, 2)
    assert working_day_before(REDBRIDGE.policy, date.min) == date.min
