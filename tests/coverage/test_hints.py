"""Why something is not covered, in words, and the usual sequence of events that would cover it."""

from __future__ import annotations

import pytest

from engine.coverage import Hints, events_in_words
from engine.probing import Prober
from engine.probing.aims import aim_from, aims_of

BEGUN = """
- name: begun
  steps:
    - {at: "2026-06-01", when: received}
    - {at: "2026-06-01", then: {stage: first}}
"""
SECOND = """
- name: second
  steps:
    - {at: "2026-06-01", when: received}
    - {at: "2026-06-01", when: answered}
    - {at: "2026-06-01", when: asked}
    - {at: "2026-06-01", then: {stage: second}}
"""
SECOND_WITH_FEW = (
    SECOND.replace("then: {stage: second}", "record: {issues: 2}").replace("second", "few")
    + """\
    - {at: "2026-06-01", when: waited, refused: true}
"""
)


@pytest.mark.parametrize(
    ("told", "item", "reason", "events"),
    [
        (
            BEGUN,
            "stage:closed",
            (
                "no scenario comes to a stage from which waiting.not_asked or second.accepted or "
                "second.turned_away leads there"
            ),
            "received > answered > asked > decided(grounds: given)",
        ),
        (
            BEGUN,
            "first.answered",
            "1 scenario comes to first, and it does not record answered there",
            "received > answered",
        ),
        (
            BEGUN + SECOND,
            "first.no_reply",
            "2 scenarios come to first, none of which records asked there after reply",
            "received > (acknowledgement and reply are over) > asked",
        ),
        (
            SECOND,
            "waiting.not_asked",
            "1 scenario comes to waiting, and it does not let request go by there",
            "received > answered > (acknowledgement and request are over)",
        ),
        (
            SECOND,
            "second.accepted",
            "1 scenario comes to second, and it does not record decided there with grounds is given",
            "received > answered > asked > decided(grounds: given)",
        ),
        (BEGUN, "limit:request.started", "no scenario starts it", "received > answered"),
        (
            BEGUN + SECOND,
            "limit:reply.paused",
            "it is started by 2 scenarios, none of which pauses it",
            "received > advocate_asked_for",
        ),
        (
            BEGUN,
            "limit:reply.case:risky",
            "it is started by 1 scenario, and it does not have it on record that risk is high",
            "received > recorded(risk: high)",
        ),
        (
            SECOND_WITH_FEW,
            "answer:issues.at_least_6",
            "where it is asked, the answer in 1 scenario is at most 5",
            "received > answered > asked > recorded(issues: 6) > waited",
        ),
        (
            BEGUN,
            "refusal:received.wrong_role",
            "no scenario tries it by somebody who may not record it",
            "received(by officer) refused",
        ),
        (
            BEGUN,
            "letter:refusal.due",
            "no scenario comes to second.turned_away, which calls for it",
            "received > answered > asked > decided(grounds: not_given)",
        ),
    ],
)
def test_a_hint_says_why_and_how(covered, told, item, reason, events):
    coverage = covered(told)
    hint = Hints().hint(coverage, aim_from(item, coverage.subject))
    assert hint.reason == reason
    assert hint.events == events


@pytest.mark.parametrize(
    ("item", "reason", "facts"),
    [
        ("route:elsewhere", "no scenario has a complaint that belongs there", {"subject": "planning"}),
        (
            "exclusion:too_late.applies",
            "no scenario has a complaint that is not considered because of it",
            {"subject": "service", "known_from": "2016-03-01", "reason": "none"},
        ),
        (
            "limit:in_time.missed",
            "1 scenario has a complaint that came in time, and no scenario has one that came too late",
            {"subject": "service", "known_from": "2016-03-01"},
        ),
        (
            "answer:subject.planning",
            "where it is asked, the answer in 1 scenario is service",
            {"subject": "planning"},
        ),
    ],
)
def test_a_hint_for_an_intake_is_a_complaint(covered, item, reason, facts):
    coverage = covered(
        """
        - name: in time
          received: "2026-06-01"
          given: {subject: service, known_from: "2026-05-01"}
          decision: {accepted: complaints}
        """,
        intake=True,
    )
    hint = Hints().hint(coverage, aim_from(item, coverage.subject))
    assert hint.reason == reason
    assert hint.complaint is not None
    assert hint.complaint.facts == facts
    assert hint.events.endswith(", ".join(f"{fact}: {value}" for fact, value in facts.items()))


def test_of_a_policy_that_nothing_passed_about_just_that_is_said(covered):
    coverage = covered(BEGUN.replace("stage: first", "stage: closed"))
    assert {hint.reason for hint in Hints().explained(coverage).hints.values()} == {
        "no scenario about it has passed"
    }


def test_everything_missing_has_a_hint_and_nothing_else(covered):
    coverage = covered(SECOND)
    explained = Hints().explained(coverage)
    assert set(explained.hints) == {item.aim for item in coverage.missing}
    assert all(hint.reason and hint.events for hint in explained.hints.values())


def test_every_story_can_be_said_in_one_line(library):
    policy = library.policy("town/complaints")
    prober = Prober(policy)
    for aim in aims_of(policy):
        story = prober.story_for(aim)
        assert story is not None, aim
        assert "\n" not in events_in_words(story)
