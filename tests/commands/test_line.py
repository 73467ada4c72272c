"""The command line itself: help, version, exit status, faults of ours, pipes, start-up."""

from __future__ import annotations

import os
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
        (["replay", "tests/scenarios", "--coverage", "--fail-under", "nan"], '"nan" is not a number'),
        (["mutate", "richmond/corporate", "--fail-under", "nan"], '"nan" is not a number'),
        (["fuzz", "richmond/corporate", "--for-seconds", "nan"], '"nan" is not a number'),
        (["fuzz", "redbridge/intake"], "redbridge/intake is an intake, not a policy"),
        (["step", "redbridge/intake@2024-04-01"], "redbridge/intake is an intake, not a policy"),
        (["generate", "redbridge/intak"], 'did you mean "redbridge/intake"?'),
        (["picture", "redbridge/corporat"], 'did you mean "redbridge/corporate"?'),
        (["check", "--policies", "nowhere", "here/complaints"], "nowhere is not a folder of policies"),
    ],
    ids=[
        "command",
        "argument",
        "option",
        "share covered",
        "share noticed",
        "seconds",
        "intake",
        "its version",
        "like it",
        "policy",
        "folder",
    ],
)
def test_wrong_usage_is_status_2(run, typed, expected):
    done = run(*typed)
    assert done.status == 2
    assert expected in done.err


@pytest.mark.parametrize(("command", "status"), [
    ("check", 1), ("show", 1), ("fuzz", 2), ("generate", 2), ("mutate", 2), ("picture", 2),
])  # fmt: skip
def test_a_policy_with_errors_is_a_finding_for_a_check_and_of_no_use_to_what_looks_for_more(
    run, command, status
):
    done = run(command, "tests/fuzzing/drafts/lab/two-rules.yaml")
    assert done.status == status
    assert "error[overlapping-rules]" in done.out + done.err


@pytest.mark.parametrize("command", ["fuzz", "generate", "mutate", "picture"])
def test_the_help_says_which_status_a_policy_with_errors_has(run, command):
    told = " ".join(run(command, "--help").out.split())
    assert any(f"2 wrong usage or a {what} with errors." in told for what in ("policy", "file"))


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


def in_a_process(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A line of the shell in which `$D` is the command line."""
    typed = {**os.environ, "D": f"{sys.executable} {CHECKOUT / 'cli.py'}", **env}
    return subprocess.run(["bash", "-c", line], capture_output=True, check=False, cwd=CHECKOUT, env=typed)


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("$D show >&-", 0, b""),
        ("$D step richmond/corporate --on 2026-05-01 <&-", 0, b""),
        ("$D generate richmond/corporate --from-case - <&-", 2, b"error[empty-file]"),
        pytest.param(
            "$D show > /dev/full", 2, b"error: cannot write: No space left on device\n",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full"),
        ),
    ],
    ids=["no output", "no input", "no file", "full"],
)  # fmt: skip
def test_a_stream_that_is_closed_or_full_is_no_fault(line, status, said):
    done = in_a_process(line)
    assert (done.returncode, b"fault" in done.stderr) == (status, False)
    assert done.stderr.startswith(said)


def test_what_a_stream_cannot_write_is_escaped_and_files_are_utf_8(tmp_path):
    odd = tmp_path / "odd.scenarios.yaml"
    rest = "steps: [{at: '2026-05-01', when: complaint_received}]"
    odd.write_text(
        f"scenarios_for: richmond/corporate\nscenarios: [{{name: '✗ é', {rest}}}]\n", encoding="utf-8"
    )
    line = f"$D replay {odd}"
    assert "✗ é".encode() in in_a_process(line, LC_ALL="C", PYTHONIOENCODING="", PYTHONUTF8="0").stdout
    assert b"\\u2717 \xe9" in in_a_process(line, PYTHONIOENCODING="latin-1").stdout


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
