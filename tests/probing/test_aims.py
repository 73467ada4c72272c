"""What can be covered of a policy: everything that can come about, and nothing that cannot."""

from __future__ import annotations

import pytest

from engine.errors import UsageError
from engine.policy import PolicyLibrary
from engine.probing.aims import (
    Aim,
    aim_from,
    aim_id,
    aim_in_words,
    aims_of,
    answer_is,
    intake_aims_of,
    value_of,
)
from engine.probing.possible import Possible

SHIPPED = PolicyLibrary()
EVERY_VERSION = [policy for name in SHIPPED.names() for policy in SHIPPED.versions(name)]

POLICY = """\
policy: town/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts:
  grounds: {ask: "Are reasons given?", answers: [given, not_given], decided_by: officer}
  issues: {ask: "How many issues are there?", kind: count, decided_by: officer}
  risk: {ask: "How high is the risk?", answers: [low, high], decided_by: officer}
  never_asked: {ask: "Does it matter?", answers: [no_, yes_], decided_by: officer}
people:
  complainant: {title: Person who complains}
  officer: {title: Officer}
events:
  received: {by: complainant}
  acknowledged: {by: officer}
  answered: {by: officer}
  asked: {by: complainant}
  decided: {by: officer, needs: [grounds]}
  advocate_asked_for: {by: complainant}
  advocate_found: {by: officer}
  extended: {by: officer}
  noted: {}
  refusal_sent: {by: officer}
  waited: {by: officer}
letters:
  refusal: {to: complainant, sent_by: refusal_sent, must_say: ["why"]}
  leaflet: {to: complainant, must_say: ["how"]}
limits:
  acknowledgement: {is: 3 working days, from: received, met_by: acknowledged, owed_by: officer, force: must, basis: local}
  reply:
    is: 10 working days
    cases: {risky: {if: {risk: high}, is: 5 working days}}
    up_to: 20 working days
    extended_by: extended
    from: received
    met_by: answered
    owed_by: officer
    force: must
    basis: local
    pauses: {advocate: {when: advocate_asked_for, until: advocate_found, counting: skip_working_days}}
  request: {is: 20 working days, from: answered, met_by: asked, owed_by: complainant, force: must, basis: local}
  thanks: {is: as soon as possible, from: answered, met_by: noted, owed_by: officer, force: aim, basis: local, outlives: true}
stages:
  opening: {next: {received: {when: received, go_to: first}}}
  first:
    title: First
    next:
      answered: {when: answered, go_to: waiting}
      no_reply: {when: asked, after: reply, go_to: second}
  waiting:
    title: Waiting
    due: [request]
    next:
      asked: {when: asked, within: request, go_to: second}
      not_asked: {overdue: request, go_to: closed}
  second:
    title: Second
    next:
      accepted: {when: decided, if: {grounds: given}, go_to: closed}
      turned_away: {when: decided, if: {grounds: not_given}, send: refusal, go_to: closed}
      many: {when: waited, if: {issues: {at_least: 6}}}
  closed: {title: Closed, end: closed}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    (folder / "town").mkdir()
    (folder / "town" / "complaints.yaml").write_text(POLICY)
    return PolicyLibrary([folder]).policy("town/complaints")


def ids(policy, kind) -> list[str]:
    return [aim_id(aim) for aim in aims_of(policy) if aim.kind == kind]


def test_every_stage_is_an_aim(town):
    assert ids(town, "stage") == [
        f"stage:{each}" for each in ("opening", "first", "waiting", "second", "closed")
    ]


def test_every_rule_is_an_aim_by_its_own_name(town):
    assert ids(town, "rule") == [
        "opening.received",
        "first.answered",
        "first.no_reply",
        "waiting.asked",
        "waiting.not_asked",
        "second.accepted",
        "second.turned_away",
        "second.many",
    ]


def test_an_answer_is_an_aim_where_some_condition_asks_for_it_and_a_count_has_two_sides(town):
    assert ids(town, "answer") == [
        "answer:grounds.given",
        "answer:grounds.not_given",
        "answer:issues.at_most_5",
        "answer:issues.at_least_6",
        "answer:risk.low",
        "answer:risk.high",
    ]


def test_a_limit_has_the_outcomes_that_it_can_have(town):
    # The acknowledgement belongs to the case, so it runs on until the end; the request is asked in one stage only, and
    # what ends that stage is meeting it or its being over. Nothing is too late that is due as soon as possible.
    assert ids(town, "limit") == [
        *(f"limit:acknowledgement.{each}" for each in ("started", "met", "missed", "lapsed")),
        *(f"limit:reply.{each}" for each in ("started", "met", "missed", "extended", "paused", "case:risky")),
        *(f"limit:request.{each}" for each in ("started", "met", "missed")),
        *(f"limit:thanks.{each}" for each in ("started", "met")),
    ]


def test_an_event_has_the_refusals_that_it_can_have(town):
    refusals = dict.fromkeys(aim.subject for aim in aims_of(town) if aim.kind == "refusal")
    found = {
        event: [aim.detail for aim in aims_of(town) if aim.kind == "refusal" and aim.subject == event]
        for event in refusals
    }
    assert found == {
        "received": ["out_of_turn", "wrong_role"],
        "acknowledged": ["wrong_role"],
        "answered": ["out_of_turn", "wrong_role"],
        # Once the request is over time has moved the case on, so within the stage nobody can be too late.
        "asked": ["out_of_turn", "too_early", "wrong_role"],
        # The answer must be said, and either is taken.
        "decided": ["out_of_turn", "wrong_role"],
        "advocate_asked_for": ["wrong_role"],
        "advocate_found": ["wrong_role"],
        "extended": ["wrong_role"],
        "refusal_sent": ["wrong_role"],
        "waited": ["out_of_turn", "condition", "wrong_role"],
    }


def test_a_refusal_that_may_not_be_tried_any_more_is_thought_possible(town):
    tried_no_more = Possible(town)
    tried_no_more.left = 0
    for event in town.events.values():
        assert set(Possible(town).refusals(event)) <= set(tried_no_more.refusals(event))
    # In fact either answer is taken, which only trying shows.
    assert list(tried_no_more.refusals(town.events["decided"])) == ["out_of_turn", "condition", "wrong_role"]


def test_a_letter_is_due_only_if_a_rule_calls_for_it(town):
    assert ids(town, "letter") == ["letter:refusal.due", "letter:refusal.sent", "letter:leaflet.sent"]


@pytest.mark.parametrize("policy", EVERY_VERSION, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
def test_aims_are_read_as_they_are_written(policy):
    for aim in aims_of(policy):
        assert aim_from(aim_id(aim), policy) == aim
    assert len({aim_id(aim) for aim in aims_of(policy)}) == len(aims_of(policy))


@pytest.mark.parametrize(
    "intake", [SHIPPED.intake(name) for name in SHIPPED.authorities()], ids=lambda intake: intake.id
)
def test_aims_of_intakes_are_read_as_they_are_written(intake):
    assert {aim.kind for aim in intake_aims_of(intake)} >= {"route", "exclusion", "answer"}
    for aim in intake_aims_of(intake):
        assert aim_from(aim_id(aim), intake) == aim


@pytest.mark.parametrize(
    ("aim", "words"),
    [
        (Aim("stage", "stage_2"), "stage stage_2"),
        (Aim("rule", "stage_2.refused"), "rule stage_2.refused"),
        (Aim("limit", "stage_1", "paused"), "limit stage_1 paused"),
        (Aim("limit", "stage_1", "case:complex"), "limit stage_1 with the length for complex"),
        (Aim("answer", "risk", "high"), "answer high of risk"),
        (Aim("answer", "issues", "at_least_6"), "answer at least 6 of issues"),
        (Aim("answer", "injuries", "at_least_one"), "answer at_least_one of injuries"),
        (Aim("refusal", "stage_2_requested", "too_late"), "stage_2_requested refused as too late"),
        (Aim("letter", "closing", "due"), "letter closing due"),
        (Aim("exclusion", "too_old", "set_aside"), "exclusion too_old set aside"),
    ],
)
def test_aims_are_said_in_words(aim, words):
    assert aim_in_words(aim) == words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("second.turned_awy", 'did you mean "second.turned_away"?'),
        ("limit:request", "it is one of limit:request.started, limit:request.met, limit:request.missed"),
        ("limit:request.paused", "cannot come about under town/complaints; what can: limit:request.started"),
        (
            "whatever this is",
            "name a rule by its id (opening.received), or a kind and what of it: stage:opening",
        ),
    ],
)
def test_what_names_no_aim_is_told_what_to_write(town, text, told):
    with pytest.raises(UsageError) as refused:
        aim_from(text, town)
    assert told in str(refused.value)


def test_a_rule_may_also_be_called_one(town):
    assert aim_from("rule:second.accepted", town) == Aim("rule", "second.accepted")


@pytest.mark.parametrize(
    ("answer", "value", "is_it"),
    [
        ("high", "high", True),
        ("high", "low", False),
        ("at_least_6", 6, True),
        ("at_least_6", 5, False),
        ("at_most_5", 5, True),
        ("at_most_5", 6, False),
        ("at_least_one", "at_least_one", True),
        ("at_least_one", 1, False),
    ],
)
def test_an_answer_or_a_side_of_a_number(answer, value, is_it):
    assert answer_is(answer, value) is is_it


@pytest.mark.parametrize(
    ("answer", "value"),
    [("high", "high"), ("at_least_6", 6), ("at_most_5", 5), ("at_least_one", "at_least_one")],
)
def test_an_answer_is_put_on_record_as_it_is_and_a_side_as_its_number(answer, value):
    assert value_of(answer) == value
