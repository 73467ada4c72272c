"""A scenario that migrates: names of every version count, and a version or stage that there is not is an error."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.policy import PolicyLibrary
from engine.replay import replay
from engine.reports.verdicts import verdicts_plain, verdicts_text

if TYPE_CHECKING:
    from pathlib import Path

BEGUN = """
scenarios_for: richmond/corporate
scenarios:
  - name: Migrated
    steps:
      - {at: "2026-03-16", when: complaint_received}
"""


def told(tmp_path: Path, steps: str, *, plain: bool = True) -> str:
    file = tmp_path / "m.scenarios.yaml"
    file.write_text(BEGUN + steps, encoding="utf-8")
    found = replay([file], PolicyLibrary(), today=date(2026, 7, 1))
    return verdicts_plain(found) if plain else verdicts_text(found)


def test_a_version_and_a_stage_that_there_is_not_are_named(tmp_path):
    steps = '      - {at: "2026-04-07", when: migrated, with: {to: "2026-04-02", stage: stage_9, sage: stage_1}}\n'
    lines = told(tmp_path, steps).splitlines()
    assert any('there is no version that starts on "2026-04-02"' in line for line in lines)
    assert any('there is no stage "stage_9"' in line for line in lines)
    assert any('there is no key "sage"' in line for line in lines)


def test_names_of_either_version_may_stand_in_its_steps(tmp_path):
    # late_stage_2_request is of the older version only, stage_1_extended of the newer.
    steps = """
      - {at: "2026-03-20", when: late_stage_2_request_decided, with: {late_stage_2_request: allowed, reason: so}, refused: no rule}
      - {at: "2026-04-07", when: migrated, with: {to: "2026-04-01"}}
      - {at: "2026-04-08", when: stage_1_extended, with: {reason: so, until: "2026-04-09", told_complainant: confirmed}, refused: is over}
"""
    assert ": passed: Migrated" in told(tmp_path, steps)


def test_a_stage_entered_by_a_migration_is_told_without_a_rule(tmp_path):
    steps = """
      - {at: "2026-04-07", when: migrated, with: {to: "2026-04-01", stage: stage_2}}
      - {at: "2026-04-07", then: {stage: stage_1}}
"""
    assert "stage_2 since Tue 7 Apr 2026, by migrated" in told(tmp_path, steps, plain=False)


def test_a_scenario_without_a_migration_knows_its_own_version_only(tmp_path):
    steps = '      - {at: "2026-03-20", when: stage_1_extended, refused: no rule}\n'
    assert 'there is no event "stage_1_extended"' in told(tmp_path, steps)
