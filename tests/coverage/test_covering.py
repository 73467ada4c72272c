"""What a scenario covers, decided by hand: neither more nor less than happens in it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.coverage import Gathering
from engine.policy import PolicyLibrary
from engine.probing.aims import aim_id
from engine.replay import replay

# June 2026 begins on a Monday and has no bank holiday in England.
BEGUN = {
    "stage:opening",
    "stage:first",
    "opening.received",
    "limit:acknowledgement.started",
    "limit:reply.started",
}
WAITING = BEGUN | {"stage:waiting", "first.answered", "limit:reply.met", "limit:request.started"}
SECOND = WAITING | {"stage:second", "waiting.asked", "limit:request.met"}

STORIES = {
    "begun": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", then: {stage: first}}
    """, BEGUN),
    "what time does until the last look counts: three working days end on Thursday 4 June": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-05", then: {overdue: [acknowledgement]}}
    """, BEGUN | {"limit:acknowledgement.missed"}),
    "on the due date nothing is missed": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-04", then: {overdue: []}}
    """, BEGUN),
    "met late has gone by": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-05", when: acknowledged}
      - {at: "2026-06-05", then: {met: [acknowledgement]}}
    """, BEGUN | {"limit:acknowledgement.missed"}),
    "answered": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-02", when: acknowledged}
      - {at: "2026-06-03", when: answered}
      - {at: "2026-06-03", then: {stage: waiting}}
    """, WAITING | {"limit:acknowledgement.met"}),
    "a rule that time carries out; twenty working days from 3 June end on Wednesday 1 July": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-02", when: acknowledged}
      - {at: "2026-06-03", when: answered}
      - {at: "2026-07-02", then: {stage: closed}}
    """, WAITING | {"limit:acknowledgement.met", "limit:request.missed", "waiting.not_asked", "stage:closed"}),
    "extended and paused": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-02", when: acknowledged}
      - {at: "2026-06-03", when: extended}
      - {at: "2026-06-04", when: advocate_asked_for}
      - {at: "2026-06-05", when: advocate_found}
      - {at: "2026-06-05", then: {running: [reply]}}
    """, BEGUN | {"limit:acknowledgement.met", "limit:reply.extended", "limit:reply.paused"}),
    "another length, and the answer that chooses it": ("""
      - {at: "2026-06-01", record: {risk: high}}
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", then: {due: {reply: "2026-06-08"}}}
    """, BEGUN | {"limit:reply.case:risky", "answer:risk.high"}),
    "an answer that chooses nothing is still an answer to what is asked": ("""
      - {at: "2026-06-01", record: {risk: low}}
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", then: {due: {reply: "2026-06-15"}}}
    """, BEGUN | {"answer:risk.low"}),
    "an answer on record where nothing asks for it does not count": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", record: {grounds: given, issues: 6}}
      - {at: "2026-06-01", then: {stage: first}}
    """, BEGUN),
    "turned away, and the letter that says so; the acknowledgement lapses with the end": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: answered}
      - {at: "2026-06-01", when: asked}
      - {at: "2026-06-02", when: decided, with: {grounds: not_given}}
      - {at: "2026-06-03", then: {letters: [refusal]}}
    """, SECOND | {
        "second.turned_away", "answer:grounds.not_given", "letter:refusal.due", "stage:closed",
        "limit:acknowledgement.lapsed",
    }),
    "the letter sent": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: answered}
      - {at: "2026-06-01", when: asked}
      - {at: "2026-06-02", when: decided, with: {grounds: not_given}}
      - {at: "2026-06-03", when: letter_sent, with: {letter: refusal}}
      - {at: "2026-06-03", then: {letters: []}}
    """, SECOND | {
        "second.turned_away", "answer:grounds.not_given", "letter:refusal.due", "letter:refusal.sent", "stage:closed",
        "limit:acknowledgement.lapsed",
    }),
    "a rule that leads nowhere, and the side of the number it asks for": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: answered}
      - {at: "2026-06-01", when: asked}
      - {at: "2026-06-01", record: {issues: 6}}
      - {at: "2026-06-01", when: waited}
      - {at: "2026-06-01", then: {stage: second}}
    """, SECOND | {"second.many", "answer:issues.at_least_6"}),
    "refused for its condition, on the other side of the number": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: answered}
      - {at: "2026-06-01", when: asked}
      - {at: "2026-06-01", record: {issues: 5}}
      - {at: "2026-06-01", when: waited, refused: true}
      - {at: "2026-06-01", then: {stage: second}}
    """, SECOND | {"answer:issues.at_most_5", "refusal:waited.condition"}),
    "refused out of turn": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: decided, with: {grounds: given}, refused: true}
      - {at: "2026-06-01", then: {stage: first}}
    """, BEGUN | {"refusal:decided.out_of_turn"}),
    "refused as too early on the due date": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: acknowledged}
      - {at: "2026-06-15", when: asked, refused: true}
      - {at: "2026-06-15", then: {stage: first}}
    """, BEGUN | {"limit:acknowledgement.met", "refusal:asked.too_early"}),
    "accepted once it is over": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: acknowledged}
      - {at: "2026-06-16", when: asked}
      - {at: "2026-06-16", then: {stage: second}}
    """, BEGUN | {"limit:acknowledgement.met", "limit:reply.missed", "first.no_reply", "stage:second"}),
    "recorded by the wrong role": ("""
      - {at: "2026-06-01", when: received, by: officer, refused: true}
      - {at: "2026-06-01", then: {stage: opening}}
    """, {"stage:opening", "refusal:received.wrong_role"}),
    "refused for want of what it needs, which shows nothing of the procedure": ("""
      - {at: "2026-06-01", when: received}
      - {at: "2026-06-01", when: answered}
      - {at: "2026-06-01", when: asked}
      - {at: "2026-06-01", when: decided, refused: true}
      - {at: "2026-06-01", then: {stage: second}}
    """, SECOND),
}  # fmt: skip


def ids(coverage) -> set[str]:
    """Everything that is covered, as it is typed."""
    return {aim_id(item.aim) for item in coverage.items if item.is_covered}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_covers_what_happens_in_it(covered, name):
    steps, expected = STORIES[name]
    coverage = covered(f"- name: told\n  steps:\n{steps}")
    assert ids(coverage) == expected


def test_a_row_covers_the_start_and_the_length_of_its_limit(covered):
    coverage = covered("""
      - name: Replies
        limit: reply
        rows:
          - {from: "2026-06-01", given: {risk: high}, due: "2026-06-08"}
    """)
    assert ids(coverage) == {"limit:reply.started", "limit:reply.case:risky", "answer:risk.high"}


ENDS_WELL = """
      - name: right
        steps:
          - {at: "2026-06-01", when: received}
          - {at: "2026-06-01", then: {stage: first}}
"""


@pytest.mark.parametrize(
    "other",
    [
        """
      - name: wrong
        steps:
          - {at: "2026-06-01", when: received}
          - {at: "2026-06-01", when: answered}
          - {at: "2026-06-01", then: {stage: closed}}
        """,
        """
      - name: known
        known_failure: {reason: under discussion, until: "2026-12-31"}
        steps:
          - {at: "2026-06-01", when: received}
          - {at: "2026-06-01", when: answered}
          - {at: "2026-06-01", then: {stage: closed}}
        """,
        """
      - name: generated, and confirmed by nobody
        generated: true
        steps:
          - {at: "2026-06-01", when: received}
          - {at: "2026-06-01", when: answered}
          - {at: "2026-06-01", then: {stage: waiting}}
        """,
    ],
    ids=["failed", "known to fail", "unconfirmed"],
)
def test_what_proves_nothing_covers_nothing(covered, other):
    coverage = covered(ENDS_WELL + other)
    assert ids(coverage) == BEGUN
    assert coverage.told == 1


def test_a_generated_scenario_that_somebody_confirmed_counts(covered):
    coverage = covered("""
      - name: confirmed
        generated: true
        reviewed_by: complaints manager, 3 May 2026
        steps:
          - {at: "2026-06-01", when: received}
          - {at: "2026-06-01", then: {stage: first}}
    """)
    assert ids(coverage) == BEGUN


def test_items_name_the_scenarios_that_cover_them_and_shares_are_in_percent(covered):
    coverage = covered(ENDS_WELL + ENDS_WELL.replace("right", "right as well"))
    assert coverage.covering("stage", "first") == ("right", "right as well")
    assert not coverage.covering("stage", "second")
    # Of five stages the opening and the first; of eight rules one.
    assert coverage.share("stage") == 40
    assert coverage.share("rule") == 12.5
    assert coverage.share("route") == 100
    assert len(coverage.items) == len(coverage.missing) + len(BEGUN)


def test_some_kinds_alone_can_be_counted(covered):
    coverage = covered(ENDS_WELL).only(["rule", "stage"])
    assert coverage.kinds == ("stage", "rule")
    assert coverage.share() == pytest.approx(100 * 3 / 13)
    assert coverage.covering("limit", "reply", "started")


def test_a_policy_that_only_fails_is_covered_by_nothing(covered):
    coverage = covered("""
      - name: wrong
        steps:
          - {at: "2026-06-01", when: received}
          - {at: "2026-06-01", then: {stage: closed}}
    """)
    assert coverage.told == 0
    assert ids(coverage) == set()


def test_after_a_migration_the_newer_version_is_credited(tmp_path):
    # Twenty working days from Friday 20 March, Good Friday and Easter Monday left out, end on 21 April.
    file = tmp_path / "migrated.scenarios.yaml"
    file.write_text("""\
scenarios_for: richmond/corporate
scenarios:
  - name: migrated
    steps:
      - {at: "2026-03-02", when: complaint_received}
      - {at: "2026-03-03", when: complaint_acknowledged}
      - {at: "2026-03-20", when: stage_1_response_sent, with: {channel: email}}
      - {at: "2026-04-01", when: migrated, with: {to: "2026-04-01"}}
      - {at: "2026-04-22", then: {stage: closed_after_stage_1}}
      - {at: "2026-04-27", when: stage_2_requested}
      - {at: "2026-04-27", then: {stage: stage_2}}
""")
    gathering = Gathering()
    replay([file], PolicyLibrary(), today=date(2026, 7, 1), heard=gathering.hear)
    older, newer = gathering.coverage()
    rules = [
        {aim_id(item.aim) for item in each.items if item.is_covered and item.aim.kind in ("stage", "rule")}
        for each in (older, newer)
    ]
    assert rules == [
        {
            "stage:opening",
            "stage:stage_1",
            "stage:awaiting_stage_2_request",
            "opening.received",
            "stage_1.answered",
        },
        {
            "stage:closed_after_stage_1",
            "stage:stage_2",
            "awaiting_stage_2_request.not_requested",
            "anywhere.stage_2",
        },
    ]


# --- Intakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "decision", "expected"),
    [
        ("{subject: planning}", "{redirected: the planning inspectorate}", {"route:elsewhere", "answer:subject.planning"}),
        (
            '{subject: service, known_from: "2025-06-01"}',
            "{accepted: complaints}",
            {"route:ours", "answer:subject.service", "limit:in_time.met"},
        ),
        (
            '{subject: service, known_from: "2025-05-31", reason: none}',
            "{not_considered: too_late}",
            {
                "route:ours", "answer:subject.service", "limit:in_time.missed", "exclusion:too_late.applies",
                "answer:reason.none", "letter:not_considered.due",
            },
        ),
        (
            '{subject: service, known_from: "2025-05-31", reason: good}',
            "{accepted: complaints}",
            {
                "route:ours", "answer:subject.service", "limit:in_time.missed", "exclusion:too_late.set_aside",
                "answer:reason.good",
            },
        ),
        ("{reason: good}", "{needs: [subject]}", set()),
    ],
    ids=["redirected", "in time", "too late", "set aside", "asked"],
)  # fmt: skip
def test_a_decision_covers_what_it_rests_on(covered, given, decision, expected):
    coverage = covered(
        f'- {{name: decided, received: "2026-06-01", given: {given}, decision: {decision}}}', intake=True
    )
    assert ids(coverage) == expected
