"""What a session is saved as: the steps, what was tried and refused, what was looked at; to be confirmed by a person."""

from __future__ import annotations

from engine.reports.stepped import stepped_scenario
from tests.stepping.conftest import typed


def steps_of(session, **options):
    text = stepped_scenario(session.story, **options)
    return text, [
        line.strip().removeprefix("- ") for line in text.splitlines() if line.startswith("      - ")
    ]


def test_each_event_is_followed_by_what_was_seen_then(received):
    session, _ = typed(received, "complainant_contacted on 2026-05-06 by complaints_manager")
    text, steps = steps_of(session)
    assert text.startswith("# Written by `duecourse step`. ")
    assert "scenarios_for: redbridge/children-statutory\n" in text
    assert "    generated: true\n" in text
    assert "reviewed_by: complaints manager, 3 May 2026" in text
    assert steps == [
        '{at: "2026-05-01", when: complaint_received}',
        (
            '{at: "2026-05-01", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'contact: "2026-05-07", stage_1: "2026-05-18"}}}'
        ),
        '{at: "2026-05-06", when: complainant_contacted, by: complaints_manager}',
        (
            '{at: "2026-05-06", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'stage_1: "2026-05-18"}, met: [contact]}}'
        ),
    ]


def test_every_day_gone_on_to_and_asked_about_is_told(received):
    session, _ = typed(
        received, "2026-05-08", "2026-05-19", "why stage_1", "why not panel_held on 2026-06-01"
    )
    _, steps = steps_of(session)
    assert steps[2:] == [
        (
            '{at: "2026-05-08", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'contact: "2026-05-07", stage_1: "2026-05-18"}, overdue: [contact]}}'
        ),
        '{at: "2026-06-01", when: panel_held, refused: no rule in this stage}',
        (
            '{at: "2026-05-19", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'contact: "2026-05-07", stage_1: "2026-05-18"}, overdue: [stage_1, contact]}}'
        ),
    ]


def test_looks_and_refusals_are_told_and_what_was_undone_is_not(received):
    session, _ = typed(
        received,
        "complaint_withdrawn on today",
        "undo",
        "panel_held on today",
        "2026-05-19",
        "limits",
        "letters",
        "+3",
    )
    _, steps = steps_of(session)
    assert steps == [
        '{at: "2026-05-01", when: complaint_received}',
        '{at: "2026-05-01", when: panel_held, refused: no rule in this stage}',
        (
            '{at: "2026-05-01", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'contact: "2026-05-07", stage_1: "2026-05-18"}}}'
        ),
        (
            '{at: "2026-05-19", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'contact: "2026-05-07", stage_1: "2026-05-18"}, overdue: [stage_1, contact], '
            "letters: [acknowledgement, contact, stage_1_response]}}"
        ),
        (
            '{at: "2026-05-22", then: {stage: assessment, due: {acknowledgement: as soon as possible, '
            'contact: "2026-05-07", stage_1: "2026-05-18"}, overdue: [stage_1, contact]}}'
        ),
    ]


def test_facts_with_points_and_times_are_written_as_a_scenario_has_them(received):
    session, _ = typed(
        received, "record finding", "delay, cost", "upheld", "3", "complainant_contacted", "+1 15:30"
    )
    _, steps = steps_of(session)
    assert (
        '{at: "2026-05-01", record: {points: [delay, cost], finding: {cost: not_upheld, delay: upheld}}}'
        in steps
    )
    assert '{at: "2026-05-02", time: "15:30", when: complainant_contacted}' in steps


def test_a_version_is_named_where_it_must_be(received):
    text, _ = steps_of(received, pinned=True)
    assert "scenarios_for: redbridge/children-statutory@2020-01-01\n" in text
