"""In which order entries count, and what corrections do (the exact semantics, Order)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import Case, EventRefused

# `first` and `second` each have a rule in one stage only, so that their order shows.
ORDERED = """
facts: {colour: {answers: [red, blue], decided_by: officer}}
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
events: {answered: {by: [officer, manager]}, decided: {needs: {reason: text}}}
stages:
  opening: {next: {received: {when: received, go_to: one}}}
  one: {next: {first: {when: first, go_to: two}, decided: {when: decided}, chased: {when: chased}}}
  two: {next: {second: {when: second, go_to: three}, chased: {when: chased}}}
  three: {next: {answered: {when: answered, go_to: closed}, chased: {when: chased}}}
  closed: {end: closed}
"""


@pytest.fixture
def begun(lab):
    return lab.case(ORDERED).did("1 May", "received")


def test_an_entry_id_is_its_position_in_the_log(begun):
    story = begun.did("5 May", "first").did("4 May", "note")
    assert [(entry.position, entry.event.name) for entry in story.case.log] == [
        (1, "received"),
        (2, "first"),
        (3, "note"),
    ]


def test_the_latest_entry_is_the_one_recorded_last_wherever_it_counts(lab, begun):
    assert lab.case(ORDERED).case.latest is None
    assert begun.did("5 May", "first").case.latest.rule == "one.first"
    assert begun.did("5 May", "first").did("4 May", "note").case.latest.event.name == "note"
    corrected = begun.did("6 May", "correction", {"target": 1, "on": "2026-04-30"})
    assert corrected.case.latest.event.name == "correction"


def test_events_are_ordered_by_date_however_they_arrive(lab, begun):
    late = begun.did_together(lab.did("7 May", "second"), lab.did("6 May", "first"))
    assert late.path("8 May") == ["one 1 May", "two 6 May", "three 7 May"]


def test_events_of_one_date_are_ordered_by_time_however_they_arrive(lab, begun):
    late = begun.did_together(lab.did("6 May", "second", at="15:00"), lab.did("6 May", "first", at="09:00"))
    assert late.stage("6 May") == "three"


def test_events_of_one_date_and_time_are_ordered_by_position(lab, begun):
    assert (
        begun.did("6 May", "first", at="09:00").did("6 May", "second", at="09:00").stage("6 May") == "three"
    )
    with pytest.raises(EventRefused):
        begun.did_together(lab.did("6 May", "second", at="09:00"), lab.did("6 May", "first", at="09:00"))


def test_an_untimed_entry_takes_the_latest_time_recorded_before_it_for_its_date(begun):
    story = begun.did("6 May", "first", at="15:00").did("6 May", "second")
    assert story.stage("6 May") == "three"
    # Now at 15:00, `second` stands behind an event timed 14:00 that is recorded after it.
    story = begun.did("6 May", "chased", at="15:00").did("6 May", "first").did("6 May", "chased", at="14:00")
    assert story.path("6 May") == ["one 1 May", "two 6 May"]
    assert [entry.rule for entry in story.case.log] == [
        "opening.received",
        "one.chased",
        "one.first",
        "one.chased",
    ]


def test_an_untimed_entry_with_none_before_it_stands_at_midnight(begun):
    story = begun.did("6 May", "first").did("6 May", "chased", at="00:01")
    assert story.case.log[-1].rule == "two.chased"
    # 00:00 and recorded later: behind the untimed one.
    assert begun.did("6 May", "first").did("6 May", "chased", at="00:00").case.log[-1].rule == "two.chased"


def test_midnight_is_a_time_like_any_other(begun):
    # Timed 00:00, `first` stands before what is timed 10:00, although it is recorded after it.
    story = begun.did("6 May", "chased", at="10:00").did("6 May", "first", at="00:00")
    assert [entry.rule for entry in story.case.log] == ["opening.received", "one.chased", "one.first"]
    assert story.case.at(story.case.last_day).last_rule == "two.chased"


def test_an_untimed_entry_stands_at_midnight_itself(lab, begun):
    # Both stand at 00:00, so `second` follows `first` because it is recorded after it.
    story = begun.did_together(lab.did("6 May", "first"), lab.did("6 May", "second", at="00:00"))
    assert story.path("6 May") == ["one 1 May", "two 6 May", "three 6 May"]


def test_the_latest_time_of_another_date_does_not_count(begun):
    story = begun.did("6 May", "chased", at="15:00").did("7 May", "first").did("7 May", "chased", at="08:00")
    assert story.case.log[-1].rule == "two.chased"


def test_arrival_order_is_immaterial_if_same_date_order_is_kept(lab):
    events = [
        lab.did("1 May", "received"),
        lab.did("6 May", "chased", at="10:00"),
        lab.did("6 May", "first"),
        lab.did("7 May", "second"),
        lab.did("8 May", "answered"),
    ]
    in_order = lab.case(ORDERED).did_together(*events)
    for order in ([4, 3, 1, 2, 0], [1, 2, 0, 4, 3], [3, 1, 0, 4, 2]):
        shuffled = lab.case(ORDERED).did_together(*(events[number] for number in order))
        for on in ("30 Apr", "1 May", "6 May", "7 May", "8 May", "1 Jul"):
            assert shuffled.path(on) == in_order.path(on)
            assert shuffled.runs("answer", on) == in_order.runs("answer", on)
            assert shuffled.due("answer", on) == in_order.due("answer", on)


def test_recorded_never_decreases_along_the_log(lab):
    story = lab.case(ORDERED).did("1 May", "received", recorded="4 May 09:00")
    assert story.refused("3 May", "chased", recorded="4 May 08:59") == "recorded_backwards"
    assert (
        story.did("3 May", "chased", recorded="4 May 09:00").case.log[-1].to_dict()["recorded"]
        == "2026-05-04T09:00:00Z"
    )


def test_an_entry_without_an_instant_counts_as_recorded_no_earlier_than_the_one_before(lab):
    story = lab.case(ORDERED).did("1 May", "received", recorded="4 May 09:00").did("2 May", "chased")
    assert story.case.log[-1].to_dict()["recorded"] == "2026-05-04T09:00:00Z"


def test_no_entry_is_dated_after_the_date_on_which_it_was_recorded(begun):
    assert begun.refused("7 May", "chased", recorded="6 May 12:00") == "future"
    assert begun.did("6 May", "chased", recorded="6 May 12:00").case.count == 2


def test_the_date_of_recording_is_that_of_london(begun):
    # 23:30 UTC on 6 May is 00:30 on 7 May in London, where summer time runs.
    assert begun.did("7 May", "chased", recorded="6 May 23:30").case.count == 2
    assert begun.refused("7 May", "chased", recorded="6 May 22:59") == "future"


def test_in_winter_london_keeps_utc(lab):
    story = lab.case(ORDERED)
    assert story.refused("7 Jan", "received", recorded="6 Jan 23:30") == "future"
    assert story.did("7 Jan", "received", recorded="7 Jan 00:00").stage("7 Jan") == "one"


# --- Corrections ---------------------------------------------------------------------------------------------


def test_a_correction_changes_its_target_where_that_stands(begun):
    story = begun.did("6 May", "first").corrected(1, "20 May", to="5 May")
    assert story.path("1 Jun") == ["one 5 May", "two 6 May"]
    # From 5 May ten working days: 6, 7, 8, 11 to 15, 18 and 19 May.
    assert story.due("answer", "1 Jun") == "19 May"


def test_a_correction_has_no_place_in_the_order(lab, begun):
    # Dated long before its target and before everything else, it changes it all the same.
    story = begun.did("6 May", "first").did_together(
        lab.did("1 Jan", "correction", {"target": 2, "on": "2026-05-07"}, recorded="20 May 09:00"),
    )
    assert story.path("1 Jun") == ["one 1 May", "two 7 May"]


def test_a_correction_moves_an_event_in_the_order(begun):
    story = begun.did("6 May", "first").did("8 May", "second").corrected(2, "20 May", to="7 May")
    assert story.path("1 Jun") == ["one 1 May", "two 7 May", "three 8 May"]
    assert story.refusal_of_correction(2, "20 May", to="9 May").broken == (3,)


def test_a_correction_replaces_the_time(begun):
    story = begun.did("6 May", "chased", at="10:00").did("6 May", "first", at="11:00")
    story = story.corrected(2, "20 May", at="12:00")
    assert story.stage("6 May") == "two"
    assert [entry.event.at.isoformat() for entry in story.case.log[1:3]] == ["10:00:00", "11:00:00"]
    # At 12:00 the chaser came in the second stage; the log keeps the rule that accepted it first.
    assert story.case.to_dict()["log"][1]["rule"] == "one.chased"


def test_a_correction_replaces_the_role(begun):
    story = begun.did("6 May", "first").did("7 May", "second").did("8 May", "answered", by="officer")
    assert story.corrected(4, "20 May", by="manager").conflicts == []
    assert story.refusal_of_correction(4, "20 May", by="complainant").broken == (4,)


def test_a_correction_replaces_the_actor(begun):
    story = begun.did("6 May", "first", actor="x-1").corrected(2, "20 May", actor="x-2")
    assert story.conflicts == []
    assert story.stage("6 May") == "two"


def test_a_correction_replaces_single_keys_of_data(begun):
    story = begun.did("6 May", "decided", {"reason": "late", "colour": "red"})
    story = story.corrected(2, "20 May", data={"colour": "blue"})
    assert story.facts("20 May") == {"colour": "blue"}
    assert story.conflicts == []  # the reason, which the event needs, is still there


def test_the_ledger_says_that_what_started_it_was_corrected(lab, begun):
    def ledger(story):
        return " ".join(str(story.case.at(lab.day("8 May")).explain("answer")).split())

    assert "as corrected" not in ledger(begun.did("6 May", "chased"))
    assert "received (entry 1, as corrected)" in ledger(begun.corrected(1, "8 May", to="30 Apr"))


def test_a_correction_with_a_key_that_says_nothing_is_refused(begun):
    assert begun.refusal_of_correction(1, "8 May", to="30 Apr", colour="red").why.kind == "unknown_data"


def test_null_removes_a_key_of_data(begun):
    story = begun.did("6 May", "decided", {"reason": "late", "colour": "red"})
    assert story.corrected(2, "20 May", data={"colour": None}).facts("20 May") == {}
    assert story.refusal_of_correction(2, "20 May", data={"reason": None}).broken == (2,)


def test_null_removes_a_time(begun):
    story = begun.did("6 May", "chased", at="10:00").did("6 May", "first", at="11:00")
    # Untimed and recorded first, the entry stands at 00:00.
    assert story.corrected(3, "20 May", at=None).stage("6 May") == "two"


def test_the_last_standing_correction_wins(begun):
    story = begun.corrected(1, "20 May", to="5 May").corrected(1, "21 May", to="7 May")
    assert story.path("1 Jun") == ["one 7 May"]


def test_corrections_of_different_keys_stand_beside_each_other(begun):
    story = begun.did("6 May", "decided", {"reason": "late", "colour": "red"})
    story = story.corrected(2, "20 May", to="7 May").corrected(2, "21 May", data={"colour": "blue"})
    assert story.facts("6 May") == {}
    assert story.facts("7 May") == {"colour": "blue"}


def test_striking_the_last_correction_restores_the_one_before(begun):
    story = begun.corrected(1, "20 May", to="5 May").corrected(1, "21 May", to="7 May")
    story = story.corrected(3, "22 May", strike=True)
    assert story.path("1 Jun") == ["one 5 May"]
    assert story.corrected(2, "23 May", strike=True).path("1 Jun") == ["one 1 May"]


def test_striking_the_strike_lets_the_correction_stand_again(begun):
    story = begun.corrected(1, "20 May", to="5 May").corrected(2, "21 May", strike=True)
    assert story.path("1 Jun") == ["one 1 May"]
    assert story.corrected(3, "22 May", strike=True).path("1 Jun") == ["one 5 May"]


def test_striking_an_event_takes_it_out_and_striking_that_brings_it_back(begun):
    story = begun.did("6 May", "first").corrected(2, "20 May", strike=True)
    assert story.stage("1 Jun") == "one"
    assert story.corrected(3, "21 May", strike=True).stage("1 Jun") == "two"


def test_a_struck_event_stays_in_the_log(begun):
    story = begun.did("6 May", "first").corrected(2, "20 May", strike=True)
    assert [entry.event.name for entry in story.case.log] == ["received", "first", "correction"]
    assert Case.from_dict(story.case.policy, story.case.to_dict()).at(story.case.last_day).stage == "one"


def test_a_correction_is_judged_like_a_late_entry(begun):
    story = begun.did("6 May", "first").did("8 May", "second")
    assert story.refusal_of_correction(2, "20 May", strike=True).broken == (3,)
    assert story.refusal_of_correction(1, "20 May", to="7 May").broken == (2, 3)


def test_a_correction_into_the_future_of_its_recording_is_refused(begun):
    with pytest.raises(EventRefused):
        begun.corrected(1, "20 May", to="21 May")
    assert begun.corrected(1, "20 May", to="20 May").path("1 Jun") == ["one 20 May"]


@pytest.mark.parametrize(
    "patch",
    [{"target": 1}, {"target": 9, "strike": True}, {"target": 2, "strike": True}, {"strike": True},
     {"target": 1, "on": "30 February"}, {"target": 1, "at": "noon"}, {"target": 1, "when": "2026-05-05"}],
    ids=["says nothing", "no such entry", "itself", "no target", "no date", "no time", "unknown key"],
)  # fmt: skip
def test_a_correction_that_makes_no_sense_is_refused(begun, patch):
    assert begun.refused("20 May", "correction", patch)
    assert begun.case.count == 1


def test_a_correction_known_later_does_not_count_in_what_was_known_before(lab):
    story = lab.case(ORDERED).did("1 May", "received", recorded="1 May 09:00")
    story = story.corrected(1, "20 May", to="5 May", recorded="20 May 09:00")
    story = story.corrected(2, "22 May", strike=True, recorded="22 May 09:00")
    view = lambda at: story.case.at(lab.day("1 Jun"), datetime(2026, 5, at, 12, tzinfo=UTC)).path[0].on  # noqa: E731
    assert [view(19), view(21), view(23)] == [lab.day("1 May"), lab.day("5 May"), lab.day("1 May")]
