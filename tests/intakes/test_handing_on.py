"""From a decision to its cases: the version in force, the points accepted, the facts that both ask alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import Case, Event, EventRefused, PolicyLibrary, decide
from engine.errors import PolicyInvalid, PolicyNotFound
from engine.intakes import accepted_cases

SHIPPED = PolicyLibrary()
ACCEPTED = {
    "subject": "social_care",
    "relationship": "parent",
    "proceedings": "none",
    "grounds_arose": "2025-12-05",
    "known_from": date(2025, 12, 8),
    "earlier": 0,
}


def test_facts_that_both_ask_alike_are_handed_on_as_an_event_carries_them(deciding, library):
    (case,) = accepted_cases(deciding("2026-03-05", **ACCEPTED), library)
    assert (case.policy.id, case.points) == ("mytown/children", ())
    # `grounds_arose` is asked on each point, and there are none; `earlier` is asked by the intake only.
    assert case.data == {"relationship": "parent", "known_from": "2025-12-08"}


def test_values_by_point_are_handed_on_for_the_points_accepted_only(deciding, library):
    arose = {"visits": "2025-12-05", "lunch": date(2025, 12, 6), "bins": "2025-12-07", "calls": "2025-12-09"}
    subject = {"visits": "social_care", "lunch": "school", "bins": "refuse", "calls": "social_care"}
    decision = deciding("2026-03-05", **{**ACCEPTED, "subject": subject, "grounds_arose": arose})
    children, corporate = accepted_cases(decision, library)
    assert children.points == ("visits", "calls")
    assert children.data == {
        "points": ["visits", "calls"],
        "relationship": "parent",
        "known_from": "2025-12-08",
        "grounds_arose": {"visits": "2025-12-05", "calls": "2025-12-09"},
    }
    assert (corporate.policy.id, corporate.data) == ("mytown/corporate", {"points": ["bins"]})


def test_one_value_for_every_point_is_written_out(deciding, library):
    (case,) = accepted_cases(deciding("2026-03-05", points=("a", "b"), **ACCEPTED), library)
    assert case.data["grounds_arose"] == {"a": "2025-12-05", "b": "2025-12-05"}


def test_a_fact_that_is_known_of_no_accepted_point_is_not_handed_on(deciding, library):
    given = {**ACCEPTED, "subject": {"visits": "social_care", "lunch": "school"}}
    (case,) = accepted_cases(deciding("2026-03-05", **given, good_reason={"lunch": "good_reason"}), library)
    assert "good_reason" not in case.data


def test_what_is_handed_on_opens_the_case(deciding, library):
    decision = deciding("2026-03-05", points=("a", "b"), **ACCEPTED)
    (accepted,) = accepted_cases(decision, library)
    case = Case.open(accepted.policy).apply(
        Event("received", on=date(2026, 3, 5), by="complainant", data=dict(accepted.data))
    )
    view = case.at(date(2026, 3, 5))
    assert (view.stage, view.facts["relationship"], tuple(view.points)) == ("stage_1", "parent", ("a", "b"))


@pytest.mark.parametrize(
    ("received", "first_day"),
    [("2025-12-31", date(2020, 1, 1)), ("2026-01-01", date(2026, 1, 1))],
)
def test_the_case_belongs_to_the_version_in_force_on_the_day_of_receipt(
    deciding, library, received, first_day
):
    (case,) = accepted_cases(
        deciding(received, subject="refuse", grounds_arose="2025-12-05", earlier=0), library
    )
    assert case.policy.in_force_from == first_day


def test_nothing_accepted_opens_no_case(deciding, library):
    assert accepted_cases(deciding("2026-03-05", subject="school"), library) == ()
    assert accepted_cases(deciding("2026-03-05"), library) == ()


def test_answers_that_the_procedure_does_not_have_are_not_handed_on(changed, deciding, library):
    intake = changed("[parent, aunt, foster_carer]", "[parent, aunt, foster_carer, neighbour]")
    (case,) = accepted_cases(deciding("2026-03-05", intake=intake, **ACCEPTED), library)
    assert "relationship" not in case.data


def test_a_procedure_that_is_not_there_is_told(changed, deciding, library):
    intake = changed("accept_under: corporate", "accept_under: housing", "of: corporate", "of: housing")
    decision = deciding("2026-03-05", intake=intake, subject="refuse", grounds_arose="2025-12-05", earlier=0)
    with pytest.raises(PolicyNotFound, match="mytown/housing"):
        accepted_cases(decision, library)


def test_a_procedure_with_errors_is_told(deciding, tmp_path):
    folder = tmp_path / "mytown"
    folder.mkdir()
    (folder / "children.yaml").write_text("policy: mytown/children\n", encoding="utf-8")
    with pytest.raises(PolicyInvalid):
        accepted_cases(deciding("2026-03-05", **ACCEPTED), PolicyLibrary([tmp_path]))


def answered(authority: str) -> list[Any]:
    """Decisions of a shipped intake in which some point was accepted, found by trying answers."""
    intake = SHIPPED.intake(authority)
    found = []
    for number in range(12):
        received = max(date(2026, 5, 1), intake.in_force_from)
        decision = decide(intake, {}, received=received, points=("a", "b"))
        for _ in range(60):
            if not decision.needs:
                break
            need = decision.needs[0]
            fact = intake.facts[need.fact]
            choice = fact.answers[number % len(fact.answers)] if fact.kind == "choice" else None
            value = {"choice": choice, "count": number, "date": "2026-04-20"}[fact.kind]
            decision = decision.again({need.fact: {need.point: value} if need.point else value})
        assert decision.is_complete
        if decision.cases:
            found.append(decision)
    return found


@pytest.mark.parametrize("authority", SHIPPED.authorities())
def test_what_a_shipped_intake_hands_on_is_read_by_the_case(authority):
    for decision in answered(authority):
        for accepted in accepted_cases(decision, SHIPPED):
            opening = next(iter(accepted.policy.stages.values()))
            event = next(rule.when[0] for rule in opening.rules if rule.when)
            opened = Event(event, on=decision.received, data=dict(accepted.data))
            try:
                case = Case.open(accepted.policy).apply(opened)
            except EventRefused as refused:
                # It may need more than the intake knows; what it is given it can read.
                assert refused.why.kind not in ("wrong_data", "unknown_data"), str(refused)  # noqa: PT017
            else:
                assert tuple(case.at(decision.received).points) == accepted.points
