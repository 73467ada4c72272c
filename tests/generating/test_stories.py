"""Stories made around a small policy: the days they use were counted by hand on a calendar of 2026 and 2027."""

from __future__ import annotations

from datetime import date

import pytest

from engine.generating import stories_around, story_after, story_before, story_on
from engine.probing import Prober
from engine.probing.aims import Aim, aims_of
from engine.reports.stories import generated_file


def events_of(made) -> list[tuple[str, str]]:
    return [(step.at.isoformat(), step.event) for step in made.story.steps if step.event is not None]


def then_of(made) -> dict:
    return dict(made.story.steps[-1].then)


# 3 and 6 April 2026 are Good Friday and Easter Monday: 7-10 = 1-4, 13-17 = 5-9, 20 = 10.
def test_around_a_due_date_met_the_working_day_before_met_on_it_and_not_met_the_day_after(mill):
    prober = Prober(mill)
    before, on, after = (story(prober, "reply") for story in (story_before, story_on, story_after))
    assert events_of(before) == [("2026-04-02", "received"), ("2026-04-17", "answered")]
    assert events_of(on) == [("2026-04-02", "received"), ("2026-04-20", "answered")]
    assert events_of(after) == [("2026-04-02", "received")]
    assert then_of(on)["met"] == ["reply"]
    # 21-24 April = 1-4, 27-30 and 1 May = 5-9, 5-8 May = 10-13 (4 May is a bank holiday), 11-15 = 14-18, 18, 19 = 19-20.
    assert then_of(on)["due"] == {"reply": "2026-04-20", "request": "2026-05-19"}
    assert after.story.steps[-1].at == date(2026, 4, 21)
    assert then_of(after) == {
        "stage": "first",
        "by_rule": "opening.received",
        "due": {"reply": "2026-04-20"},
        "overdue": ["reply"],
    }


def test_each_of_them_says_which_bank_holidays_it_crosses_and_what_to_count(mill):
    made = story_on(Prober(mill), "reply")
    assert (
        made.name == "reply is met on its due date, which is in time (across Good Friday and Easter Monday)"
    )
    assert made.remark == (
        "To confirm: reply is 10 working days, counted from received. Days that are no working days: "
        "Fri 3 Apr 2026 (Good Friday), Mon 6 Apr 2026 (Easter Monday)."
    )


# 25 December 2026, 28 December (for Boxing Day) and 1 January 2027 do not count: 29-31 = 1-3, 4-8 January = 4-8,
# 11-15 = 9-13, 18-22 = 14-18, 25, 26 = 19, 20.
def test_another_turn_begins_at_another_bank_holiday(mill):
    made = story_on(Prober(mill), "request", turn=5)
    assert events_of(made) == [
        ("2026-12-23", "received"),
        ("2026-12-24", "answered"),
        ("2027-01-26", "asked"),
    ]
    assert then_of(made)["due"] == {"request": "2027-01-26"}


def test_everything_of_the_policy_has_a_story_once(mill):
    made = list(stories_around(mill, aims_of(mill)))
    names = [each.name for each in made]
    assert len(set(names)) == len(names)
    told = {aim for each in made for aim in each.aims}
    around = {Aim("limit", limit, detail) for limit in mill.limits for detail in ("started", "met", "missed")}
    assert set(aims_of(mill)) <= told | around


def test_a_rule_the_stage_it_leads_to_and_its_letter_share_a_story(mill):
    wanted = [
        Aim("letter", "refusal", "due"),
        Aim("rule", "waiting.turned_down"),
        Aim("rule", "waiting.asked"),
        Aim("stage", "second"),
    ]
    made = list(stories_around(mill, wanted))
    assert [each.aims for each in made] == [(wanted[1], wanted[0]), (wanted[2], wanted[3])]
    assert made[0].name == "asked is decided by waiting.turned_down and the case goes to waiting"
    assert then_of(made[0])["letters"] == ["refusal"]


@pytest.mark.parametrize(
    ("detail", "number"), [("started", 1), ("met", 1), ("missed", 1), ("extended", 1), ("lapsed", 1)]
)
def test_a_single_aim_asked_for_is_a_single_story(mill, detail, number):
    made = list(stories_around(mill, [Aim("limit", "reply", detail)], around=False))
    assert len(made) == number


def test_a_refusal_is_told_with_its_reason_and_who_recorded_it(mill):
    (made,) = stories_around(mill, [Aim("refusal", "answered", "wrong_role")])
    step = next(step for step in made.story.steps if step.refused is not None)
    assert (step.event, step.by) == ("answered", "complainant")
    assert made.name == "answered is refused in first when complainant records it"


def test_the_same_is_made_every_time(mill):
    texts = {generated_file(mill, stories_around(mill, aims_of(mill))) for _ in range(2)}
    assert len(texts) == 1


def test_what_is_made_replays_and_is_marked_as_confirmed_by_nobody(mill, library, replayed):
    found = replayed(generated_file(mill, stories_around(mill, aims_of(mill))), library)
    assert found.all_passed
    assert found.unconfirmed == found.count("passed") > 20
    assert all(verdict.unconfirmed for verdict in found.verdicts)
