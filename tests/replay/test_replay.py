"""Scenario files replayed: those that pass, those that fail with exactly these words, and those that are broken.

Dropping a file into a folder of `files/` adds a test; in `failing/` and `broken/` its `.out` says what is printed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.policy import PolicyLibrary
from engine.replay import Replay, replay, scenario_files
from engine.reports.verdicts import verdicts_plain, verdicts_text

HERE = Path(__file__).parent
TODAY = date(2026, 7, 1)


def files(folder: str) -> list[str]:
    return sorted(
        path.name.removesuffix(".scenarios.yaml")
        for path in (HERE / "files" / folder).glob("*.scenarios.yaml")
    )


@pytest.fixture(autouse=True)
def in_this_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in messages are as they were typed."""
    monkeypatch.chdir(HERE)


def replayed(*paths: str, only: str | None = None, tags: tuple[str, ...] = (), today: date = TODAY) -> Replay:
    found = scenario_files(Path("files", path) for path in paths)
    return replay(found, PolicyLibrary(["policies"]), today=today, only=only, tags=tags)


def expected_output(folder: str, name: str) -> str:
    return Path("files", folder, f"{name}.out").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("name", files("passing"))
def test_a_file_with_the_right_dates_passes(name: str) -> None:
    found = replayed(f"passing/{name}.scenarios.yaml")
    assert verdicts_plain(found).count(": passed: ") == len(list(found.verdicts)) > 0


@pytest.mark.parametrize("name", files("failing"))
def test_a_failing_file_says_what_was_expected_and_why_it_is_not_so(name: str) -> None:
    assert verdicts_text(replayed(f"failing/{name}.scenarios.yaml")) == expected_output("failing", name)


@pytest.mark.parametrize("name", files("broken"))
def test_a_broken_file_is_not_replayed_and_lists_every_problem(name: str) -> None:
    found = replayed(f"broken/{name}.scenarios.yaml")
    assert list(found.verdicts) == []
    assert verdicts_plain(found) == expected_output("broken", name)


def test_a_folder_is_replayed_to_its_end_whatever_its_files_hold() -> None:
    found = replayed("passing", "failing", "broken")
    assert len(found.files) == len(files("passing") + files("failing") + files("broken"))
    assert {file.path for file in found.files if file.problems} == {
        f"files/broken/{name}.scenarios.yaml" for name in files("broken")
    }


def test_only_picks_by_a_part_of_the_name_in_small_or_capital_letters() -> None:
    found = replayed("passing", only="TIME CLOSES")
    assert [verdict.name for verdict in found.verdicts] == ["Time closes the case"]


def test_only_picks_one_row_of_a_timetable() -> None:
    found = replayed("passing", only="Answer: over Christmas")
    assert [(verdict.kind, verdict.outcome) for verdict in found.verdicts] == [("row", "passed")]


def test_a_tag_picks_what_has_it() -> None:
    assert [verdict.name for verdict in replayed("passing", tags=("whole", "other")).verdicts] == [
        "From receipt to the end of stage 2",
    ]


def test_nothing_picked_is_told_apart_from_nothing_wrong() -> None:
    assert replayed("passing", only="no such scenario").is_empty
    assert not replayed("broken", only="no such scenario").is_empty


def test_a_passing_row_alone_does_not_make_a_known_failure_pass() -> None:
    found = replayed("failing/known-failures.scenarios.yaml", only="One row of two: from 2026-05-01")
    assert [verdict.outcome for verdict in found.verdicts] == ["passed"]


@pytest.mark.parametrize(
    ("today", "outcome"),
    [(date(2026, 7, 1), "known_failure"), (date(2026, 7, 2), "failed")],
    ids=["on-its-last-day", "the-day-after"],
)
def test_a_known_failure_is_accepted_up_to_and_on_its_date(today: date, outcome: str) -> None:
    found = replayed("failing/known-failures.scenarios.yaml", only="Known and in time", today=today)
    assert [verdict.outcome for verdict in found.verdicts] == [outcome]


def test_a_file_named_twice_is_replayed_once() -> None:
    assert len(scenario_files([Path("files/passing"), Path("files/passing/story.scenarios.yaml")])) == len(
        files("passing")
    )


@pytest.mark.parametrize("path", ["nowhere", "policies"], ids=["no-such-path", "a-folder-without-scenarios"])
def test_a_path_that_leads_to_no_scenario_is_refused(path: str) -> None:
    with pytest.raises(UsageError):
        scenario_files([Path(path)])


def test_a_story_before_every_version_is_told_under_the_first_and_refused(tmp_path: Path) -> None:
    file = tmp_path / "early.scenarios.yaml"
    file.write_text(
        "scenarios_for: here/complaints\n"
        "scenarios:\n"
        "  - name: Too early\n"
        '    steps: [{at: "2019-12-31", when: complaint_received, refused: in force from 2020-01-01}]\n',
        encoding="utf-8",
    )
    found = replay([file], PolicyLibrary(["policies"]), today=TODAY)
    assert [verdict.outcome for verdict in found.verdicts] == ["passed"]


def outcomes(folder: Path, steps: str) -> list[str]:
    """How a story of these steps goes, each failure as what was expected and what was got."""
    file = folder / "told.scenarios.yaml"
    file.write_text(
        f"scenarios_for: here/complaints\nscenarios:\n  - name: Told\n    steps:\n{steps}", encoding="utf-8"
    )
    found = replay([file], PolicyLibrary(["policies"]), today=TODAY)
    assert found.problems == ()
    (verdict,) = found.verdicts
    return [f"{each.what}: expected {each.expected}, got {each.got}" for each in verdict.failures]


TO_STAGE_2 = """
      - {at: "2026-05-01", when: complaint_received, with: {points: [noise, delay]}}
      - {at: "2026-05-06", record: {finding: {noise: upheld, delay: not_upheld}}}
"""


@pytest.mark.parametrize(
    ("expected", "failures"),
    [
        ("{facts: {finding: {noise: upheld}}}", 0),
        ("{facts: {finding: {noise: upheld, delay: not_upheld}}}", 0),
        ("{facts: {finding: {noise: not_upheld}}}", 1),
        ("{facts: {finding: {noise: upheld, delay: upheld}}}", 1),
        (
            "{facts: {finding: {noise: upheld, delay: not_upheld}, points: [noise, delay]}, nothing_else: true}",
            0,
        ),
        ("{facts: {finding: {noise: upheld}, points: [noise, delay]}, nothing_else: true}", 1),
        ("{facts: {points: [noise, delay]}, nothing_else: true}", 1),
    ],
)
def test_of_a_fact_per_point_the_points_named_are_compared(
    tmp_path: Path, expected: str, failures: int
) -> None:
    then = f'      - {{at: "2026-05-06", then: {expected}}}\n'
    assert len(outcomes(tmp_path, TO_STAGE_2 + then)) == failures


def test_a_step_may_be_recorded_at_a_moment_or_on_a_day(tmp_path: Path) -> None:
    steps = """
      - {at: "2026-05-01", recorded: "2026-05-06T10:00", when: complaint_received}
      - {at: "2026-05-01", recorded: "2026-05-06T09:59", when: complainant_contacted, refused: recorded before}
      - {at: "2026-05-05", recorded: "2026-05-05", when: complainant_contacted, refused: recorded before}
      - {at: "2026-05-05", recorded: "2026-05-06", when: complainant_contacted}
      - {at: "2026-05-06", recorded: "2026-05-05", then: {stage: opening}}
      - {at: "2026-05-06", recorded: "2026-05-06T09:59", then: {stage: opening}}
      - {at: "2026-05-06", recorded: "2026-05-06T10:00", then: {met: contact}}
      - {at: "2026-05-06", recorded: "2026-05-06", then: {met: contact}}
"""
    assert outcomes(tmp_path, steps) == []


@pytest.mark.parametrize("target", ["0", "-1", "2"])
def test_a_correction_that_names_no_step_by_its_number_is_refused(tmp_path: Path, target: str) -> None:
    steps = f"""
      - {{at: "2026-05-01", when: complaint_received}}
      - {{at: "2026-05-06", when: correction, with: {{target: {target}, strike: true}}, refused: the id of an earlier one}}
"""
    assert outcomes(tmp_path, steps) == []


def test_a_step_that_was_refused_may_be_named_by_a_later_one(tmp_path: Path) -> None:
    steps = """
      - {at: "2026-05-01", when: complaint_received}
      - {id: early, at: "2026-05-05", when: report_sent, with: {finding: {}}, refused: true}
      - {at: "2026-05-06", when: complainant_contacted, despite: early}
      - {at: "2026-05-06", then: {met: contact}}
"""
    assert outcomes(tmp_path, steps) == []
