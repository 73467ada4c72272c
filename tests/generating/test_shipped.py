"""Whatever is generated for the shipped policies and intakes replays at once, and shows what it was made for."""

from __future__ import annotations

import pytest

from engine.coverage.intakes import shown_by
from engine.coverage.stories import shown_by_story
from engine.documents import read_text
from engine.generating import complaints_around, stories_around
from engine.intakes import decide
from engine.policy import PolicyLibrary
from engine.probing import Prober
from engine.probing.aims import aim_id, aims_of, intake_aims_of
from engine.replay import Versions, checked, trials_in
from engine.reports.stories import generated_file, generated_intake_file

SHIPPED = PolicyLibrary()
EVERY_VERSION = [policy for name in SHIPPED.names() for policy in SHIPPED.versions(name)]
EVERY_INTAKE = [intake for name in SHIPPED.authorities() for intake in SHIPPED.intakes(name)]


def told_of(text: str) -> list:
    """Every scenario of a text, told; the text has no problems."""
    document = read_text(text, "made.scenarios.yaml")
    found = checked(document, Versions(SHIPPED))
    assert found.problems == ()
    return [trial.told() for trial in trials_in(document, found)]


@pytest.mark.parametrize("policy", EVERY_VERSION, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
def test_every_aim_of_a_policy_with_a_story_is_shown_by_what_is_generated(policy):
    prober = Prober(policy)
    tellings = told_of(generated_file(policy, stories_around(policy, aims_of(policy), prober)))
    assert [told.trial.name for told in tellings if told.verdict.outcome != "passed"] == []
    assert all(told.trial.unconfirmed for told in tellings)
    shown = {aim for told in tellings for version, aim in shown_by_story(told) if version == policy}
    wanted = {aim for aim in aims_of(policy) if prober.plan_for(aim) is not None}
    assert sorted(map(aim_id, wanted - shown)) == []
    # Hardly anything is out of reach of the search.
    assert len(wanted) >= 0.95 * len(aims_of(policy))


@pytest.mark.parametrize("intake", EVERY_INTAKE, ids=lambda intake: f"{intake.id}@{intake.in_force_from}")
def test_every_aim_of_an_intake_with_a_complaint_is_shown_by_what_is_generated(intake):
    made = list(complaints_around(intake, intake_aims_of(intake)))
    tellings = told_of(generated_intake_file(intake, made))
    assert [told.trial.name for told in tellings if told.verdict.outcome != "passed"] == []
    shown = {aim for each in made for aim in shown_by(decide(intake, each.given, received=each.received))}
    assert sorted(map(aim_id, {aim for each in made for aim in each.aims} - shown)) == []
    assert len(shown & set(intake_aims_of(intake))) >= 0.9 * len(intake_aims_of(intake))
