"""Stories for people go the usual way, told from how the language is built and from no name that a policy uses."""

from __future__ import annotations

from datetime import date

import pytest

from engine.policy import PolicyLibrary
from engine.probing import Prober
from engine.probing.aims import Aim
from engine.probing.explorer import Explorer
from engine.probing.usual import UsualExplorer

SHIPPED = PolicyLibrary()
REDBRIDGE = Prober(SHIPPED.policy("redbridge/children-statutory", date(2026, 5, 1)))
TO_STAGE_2 = [
    "complaint_received",
    "method_decided",
    "stage_1_response_sent",
    "stage_1_response_received",
    "stage_2_requested",
]
TO_STAGE_3 = [
    *TO_STAGE_2,
    "statement_agreed",
    "investigation_reported",
    "stage_2_response_sent",
    "stage_2_response_received",
    "stage_3_requested",
]

# A way to `review` through an end and back, shorter than the usual one; names say nothing of what is usual.
ROUND = """\
policy: town/round
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
people: {somebody: {title: Somebody}}
events:
  come: {by: somebody}
  north: {by: somebody}
  south: {by: somebody}
  east: {by: somebody}
  west: {by: somebody}
limits:
  answer: {is: 5 working days, from: east, met_by: west, owed_by: somebody, force: must, basis: local}
stages:
  opening: {next: {come: {when: come, go_to: first}}}
  first: {title: First, next: {FIRST}}
  second: {title: Second, next: {leads: {when: north, go_to: third}}}
  third: {title: Third, next: {asked: {when: east}, leads: {when: west, go_to: review}}}
  review: {title: Review, next: {leads: {when: north, go_to: closed}}}
  closed: {title: Closed, end: closed}
  other: {title: Other, SORT, next: {back: {when: north, go_to: review}}}
ANYWHERE"""
ON, OVER = "leads: {when: north, go_to: second}", "over: {when: south, go_to: other}"
USUALLY = ["come", "north", "north", "east", "west"]


def events_of(story) -> list[str]:
    return [step.event for step in story.steps if step.event is not None]


def round_town(tmp_path, first: str, sort: str, anywhere: str = "") -> Prober:
    text = ROUND.replace("FIRST", first).replace("SORT", sort).replace("ANYWHERE", anywhere)
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "round.yaml").write_text(text, encoding="utf-8")
    return Prober(PolicyLibrary([tmp_path]).policy("town/round"))


def test_an_end_is_not_left_again_if_there_is_another_way(tmp_path):
    prober = round_town(tmp_path, f"{OVER}, {ON}", "end: closed")
    assert events_of(prober.story_for(Aim("stage", "review"))) == USUALLY
    # What only that way shows is shown so.
    assert events_of(prober.story_for(Aim("rule", "other.back"))) == ["come", "south", "north"]


def test_what_anywhere_says_of_nearly_every_stage_comes_after_what_a_stage_says(tmp_path):
    far = "anywhere: {far: {when: east, in: [first, second, review, other], go_to: review}}"
    prober = round_town(tmp_path, f"{ON}, {OVER}", "end: closed", far)
    assert events_of(prober.story_for(Aim("stage", "review"))) == USUALLY
    assert events_of(prober.story_for(Aim("rule", "anywhere.far"))) == ["come", "east"]


def test_what_begins_a_limit_comes_before_what_meets_it(tmp_path):
    prober = round_town(tmp_path, f"{ON}, {OVER}", "end: closed")
    for aim in (Aim("stage", "review"), Aim("rule", "third.leads"), Aim("stage", "closed")):
        assert events_of(prober.story_for(aim))[:5] == USUALLY


@pytest.mark.parametrize(
    ("aim", "events"),
    [
        (Aim("stage", "stage_2"), TO_STAGE_2),
        (Aim("rule", "anywhere.stage_3"), TO_STAGE_3),
        (Aim("limit", "stage_2_report", "missed"), [*TO_STAGE_2, "statement_agreed"]),
        (Aim("limit", "panel", "met"), [*TO_STAGE_3, "panel_held"]),
        (Aim("limit", "stage_1", "met"), TO_STAGE_2[:3]),
        # Closed because nobody asked in time, and asked then.
        (Aim("rule", "anywhere.stage_3_late"), TO_STAGE_3),
        # What is unusual in itself goes as short a way as before.
        (Aim("rule", "stage_1.skipped"), [*TO_STAGE_2[:2], "stage_1_skipped"]),
        (Aim("stage", "withdrawn"), ["complaint_received", "complaint_withdrawn"]),
    ],
)
def test_a_story_of_redbridge_goes_as_its_page_has_it(aim, events):
    assert events_of(REDBRIDGE.story_for(aim)) == events


def test_a_case_is_sent_back_to_where_it_has_been():
    story = REDBRIDGE.story_for(Aim("rule", "ombudsman.back_to_stage_3"))
    assert events_of(story)[: len(TO_STAGE_3)] == TO_STAGE_3
    assert events_of(story)[-2:] == ["referred_to_ombudsman", "sent_back_by_ombudsman"]


def test_an_answer_is_said_by_the_event_that_asks_for_it():
    story = REDBRIDGE.story_for(Aim("rule", "anywhere.stage_3"))
    assert "fact_recorded" not in events_of(story)
    (found,) = [step.data["finding"] for step in story.steps if step.event == "stage_2_response_sent"]
    # A panel is only for points that are not upheld, or not wholly.
    assert found == {"point_1": "partly_upheld"}


def test_the_walk_comes_to_what_costs_less_first_and_is_bounded():
    policy = REDBRIDGE.policy
    walk = UsualExplorer(policy)
    costs = [node.cost for node in walk.nodes()]
    assert costs == sorted(costs)
    assert costs[0] == 0
    few = UsualExplorer(policy, most=40)
    assert 1 < len(list(few.nodes())) <= 41
    assert few.left == 0
    # The walk for findings weighs nothing: as many moves as it takes, one after another.
    moves = [len(node.moves) for node in Explorer(policy).nodes()]
    assert moves == sorted(moves)


def test_the_same_story_is_found_again():
    aim = Aim("rule", "anywhere.stage_3")
    assert Prober(REDBRIDGE.policy).story_for(aim) == REDBRIDGE.story_for(aim)
