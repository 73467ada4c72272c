"""`duecourse replay` as it is typed: what it prints and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands import main

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def in_this_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (["files/passing"], 0),
        (["files/failing"], 1),
        (["files/broken/names.scenarios.yaml"], 2),
        (["files"], 2),
        (["files/failing", "--only", "this one is right"], 0),
        (["files/passing", "--tag", "whole", "--tag", "other"], 0),
        (["files/passing", "--only", "no such scenario"], 2),
        (["files/nowhere"], 2),
        ([], 2),
    ],
    ids=["passing", "failing", "broken", "all", "only", "tag", "nothing-picked", "nowhere", "no-path"],
)
def test_the_exit_status_says_how_it_went(
    line: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *line]) == status
    printed = capsys.readouterr()
    assert printed.out or printed.err


def test_the_last_line_sums_it_up(capsys: pytest.CaptureFixture[str]) -> None:
    main(["replay", "files/passing"])
    assert capsys.readouterr().out.splitlines()[-1] == "16 scenarios, 8 rows: 24 passed"


@pytest.mark.parametrize(("form", "first"), [("plain", "files/"), ("json", "{"), ("junit", "<?xml")])
def test_every_format_is_printed(form: str, first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "files/passing", "--format", form]) == 0
    assert capsys.readouterr().out.startswith(first)


def test_the_command_that_repeats_a_failure_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["replay", "files/failing/due-date.scenarios.yaml", "--policies", "policies"])
    repeat = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("  repeat"))
    assert repeat.endswith(
        'duecourse replay files/failing/due-date.scenarios.yaml --only "The bank holiday forgotten" --policies policies',
    )
    line = ["replay", "files/failing/due-date.scenarios.yaml", "--only", "The bank holiday forgotten"]
    assert main([*line, "--policies", "policies"]) == 1
