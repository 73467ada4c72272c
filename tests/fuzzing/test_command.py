"""`duecourse fuzz` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.commands import main

LAB = str(Path(__file__).parent / "policies")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_finding_is_told_written_and_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["fuzz", "lab/stuck", "--histories", "40", "--policies", LAB, "--write", "found/new"]
    assert main(typed) == 1
    told = capsys.readouterr()
    assert 'In "waiting" no rule written for it leads this case on' in " ".join(told.out.split())
    assert told.err == "wrote found/new/lab-stuck-way-on-1.scenarios.yaml\n"
    assert max(map(len, told.out.splitlines()[1:])) <= 80
    assert main(["replay", "found", "--policies", LAB]) == 0
    capsys.readouterr()
    assert main(typed) == 1
    assert capsys.readouterr().err == "found/new/lab-stuck-way-on-1.scenarios.yaml is there already\n"
    assert [file.name for file in tmp_path.rglob("*.yaml")] == ["lab-stuck-way-on-1.scenarios.yaml"]


def test_nothing_found_is_fine_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "england/corporate", "--histories", "30", "--write", "found"]) == 0
    assert capsys.readouterr().err == "nothing was found of which a story could be told\n"
    assert list(tmp_path.iterdir()) == []


def test_a_version_and_a_file_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "richmond/corporate@2024-04-01", "--histories", "4", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["in_force_from"] == "2024-04-01"
    assert main(["fuzz", f"{LAB}/lab/stuck.yaml", "--histories", "40"]) == 1


def test_time_runs_out_after_at_least_one_history(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "england/corporate", "--for-seconds", "0.000001", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["histories"] == 1


@pytest.mark.parametrize(
    ("typed", "status", "word"),
    [
        (["lab/stick", "--policies", LAB], 2, 'did you mean "lab/stuck"?'),
        (["lab/stuck", "--policies", LAB, "--histories", "0"], 2, "--histories"),
        (["lab/stuck", "--policies", LAB, "--seed", "x"], 2, "--seed"),
        ([str(Path(LAB).parent / "drafts" / "lab" / "two-rules.yaml")], 2, "overlapping-rules"),
        (["redbridge/intake"], 2, "redbridge/intake"),
        (["no-such.yaml"], 2, "no-such.yaml"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    typed: list[str], status: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fuzz", *typed]) == status
    told = capsys.readouterr()
    assert (word in told.err, told.out) == (True, "")


@pytest.mark.parametrize("folder", ["found/new", "found/new/below", "/dev/full/found"])
def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_is_tried(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "found").write_text("x", encoding="utf-8")
    monkeypatch.setattr("engine.fuzzing.Fuzzing.tell_next", lambda _self: pytest.fail("it was begun"))
    assert main(["fuzz", "lab/stuck", "--policies", LAB, "--write", folder]) == 2
    assert f"error: cannot write to {folder}: " in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["found"]


def test_of_a_policy_with_very_many_limits_and_events_fewer_are_told_unless_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three limits and six events are ten readings with the one of the stage: 600 readings are 60 histories."""
    monkeypatch.setattr("engine.fuzzing.fuzz.MOST_READ", 600)
    assert main(["fuzz", "lab/stuck", "--policies", LAB, "--format", "json"]) == 1
    told = capsys.readouterr()
    assert (json.loads(told.out)["histories"], "60 histories are told, not 1000" in told.err) == (60, True)
    assert main(["fuzz", "lab/stuck", "--policies", LAB, "--format", "json", "--histories", "70"]) == 1
    told = capsys.readouterr()
    assert (json.loads(told.out)["histories"], told.err) == (70, "")
