"""The shipped scenarios and policies: nothing is shown that is said to be impossible, and what is an aim can come about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.coverage import Gathering
from engine.coverage.complaints import Complaints
from engine.coverage.gathering import proves, shown_by_told
from engine.policy import PolicyLibrary
from engine.probing import Prober
from engine.probing.aims import aims_of, aims_of_any, intake_aims_of
from engine.replay import replay, scenario_files

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LIBRARY = PolicyLibrary()
INTAKES = [intake for authority in LIBRARY.authorities() for intake in LIBRARY.intakes(authority)]


@pytest.fixture(scope="module")
def shown():
    """For each version told, what scenarios show of it; and the coverage."""
    found, gathering = {}, Gathering()

    def heard(told):
        gathering.hear(told)
        if proves(told):
            for subject, aim in shown_by_told(told):
                found.setdefault(subject, set()).add(aim)

    replay(scenario_files([SCENARIOS]), LIBRARY, today=date(2026, 6, 1), heard=heard)
    return found, gathering.coverage()


def test_nothing_is_shown_that_is_held_to_be_impossible(shown):
    found, _ = shown
    assert {
        subject.id: sorted(aims - set(aims_of_any(subject)))
        for subject, aims in found.items()
        if not aims <= set(aims_of_any(subject))
    } == {}


def test_every_shipped_policy_and_intake_is_told(shown):
    _, coverages = shown
    versions = [each for name in LIBRARY.names() for each in LIBRARY.versions(name)]
    assert {coverage.subject for coverage in coverages} == {*versions, *INTAKES}
    assert all(coverage.told for coverage in coverages)


@pytest.mark.parametrize(
    "name",
    [
        "england/children-statutory",
        "england/corporate",
        "models/adult-social-care",
        "models/housing-landlord",
        "models/scotland",
        "models/wales-social-services",
        "redbridge/corporate",
        "richmond/corporate",
    ],
)
def test_every_rule_and_every_outcome_of_a_limit_can_come_about(name):
    policy = LIBRARY.policy(name)
    prober = Prober(policy)
    wanted = [aim for aim in aims_of(policy) if aim.kind in ("rule", "limit")]
    assert [aim for aim in wanted if prober.story_for(aim) is None] == []


@pytest.mark.parametrize("intake", INTAKES, ids=lambda intake: intake.id)
def test_everything_of_an_intake_can_come_about(intake):
    complaints = Complaints(intake)
    assert [aim for aim in intake_aims_of(intake) if complaints.showing(aim) is None] == []
