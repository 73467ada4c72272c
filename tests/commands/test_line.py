"""The command line itself: help, version, exit status, faults of ours, pipes, start-up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import commands

CHECKOUT = Path(__file__).resolve().parents[2]


def test_help_lists_every_command(run):
    done = run("--help")
    assert done.status == 0
    for name, (_, _, line) in commands.COMMANDS.items():
        assert f"  {name}" in done.out
        assert line in done.out


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_every_command_has_help_with_an_example(run, name):
    for option in ("-h", "--help"):
        done = run(name, option)
        assert done.status == 0
        assert f"duecourse {name}" in done.out.split("Example")[1]


def test_the_version_is_told(run):
    assert run("--version").out.startswith("duecourse ")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["chek"], 'there is no command "chek"; did you mean "check"?'),
        (["due"], "Missing argument 'POLICY'"),
        (["check", "--frmat", "json"], "--frmat"),
        (["check", "--policies", "nowhere", "here/complaints"], "nowhere is not a folder of policies"),
    ],
    ids=["command", "argument", "option", "folder"],
)
def test_wrong_usage_is_status_2(run, typed, expected):
    done = run(*typed)
    assert done.status == 2
    assert expected in done.err


def test_a_fault_of_ours_is_status_3_and_asks_for_a_report(run, monkeypatch):
    def broken() -> None:
        raise RuntimeError("something impossible")

    monkeypatch.setattr("engine.commands.timeline.today", broken)
    typed = ("timeline", "redbridge/corporate", "--events", str(CHECKOUT / "tests/commands/none.yaml"))
    events = "- {on: '2026-05-01', event: note}\n"
    done = run(*typed[:3], "-", stdin=events)
    assert done.status == 3
    assert "a fault of duecourse, not of yours: RuntimeError: something impossible" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in run("--debug", *typed[:3], "-", stdin=events).err


def test_a_reader_that_goes_away_is_no_fault():
    line = f"{sys.executable} {CHECKOUT / 'cli.py'} show redbridge/children-statutory --origin | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# redbridge/children-statutory")


def test_nothing_is_coloured_unless_on_a_terminal(run):
    assert "\x1b" not in run("show").out


def test_help_loads_nothing_heavy():
    """What makes `duecourse --help` quick: none of the libraries, no command's module."""
    code = (
        "import sys; from engine.commands import main; main(['--help'])\n"
        "heavy = {'yaml', 'jsonschema', 'holidays', 'transitions', 'engine.policy', 'engine.cases', 'engine.documents'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_importing_the_package_loads_nothing():
    code = "import sys, engine; print(sorted(name for name in sys.modules if name.startswith('engine')))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['engine']"
