"""`duecourse step`: piped lines, a terminal of its own, files that are saved and never written over unasked."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal

CHECKOUT = Path(__file__).resolve().parents[2]
STATUTORY = ("step", "redbridge/children-statutory", "--on", "2026-05-01")
MAIN = "Number, name or help: "


@pytest.fixture
def step(run):
    """Pipe lines into a session that begins on Friday 1 May 2026."""

    def piped(*lines, options=()):
        return run(*STATUTORY, *options, stdin="".join(f"{line}\n" for line in lines))

    return piped


# --- Piped ------------------------------------------------------------------------------------------------------------


def test_a_transcript_reads_as_if_it_were_typed(step):
    done = step("complaint_received on today", "due contact")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert "Fri 1 May 2026, opening. Number, name or help: complaint_received on today" in lines
    assert "Recorded: complaint_received on Fri 1 May 2026." in lines
    # The 4th is a bank holiday: 5, 6, 7.
    assert lines[-1] == "Thu 7 May 2026, assessment. Number, name or help: (end of input)"
    assert "Fri 1 May 2026, assessment. Number, name or help: due contact" in lines
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in done.out


def test_nothing_piped_shows_where_it_begins(step):
    done = step()
    assert done.status == 0
    assert done.out.endswith(f"\nFri 1 May 2026, opening. {MAIN}(end of input)\n")


def test_a_refused_event_does_not_end_the_session_nor_fail_it(step):
    done = step("panel_held on today", "complaint_received on today")
    assert done.status == 0
    assert "panel_held is refused in opening: no rule in this stage" in done.out
    assert "stage assessment" in done.out


def test_a_line_that_is_not_understood_fails_in_the_end_and_the_rest_is_done(step):
    done = step("complaint_recieved", "complaint_received on today")
    assert done.status == 1
    assert 'did you mean\n"complaint_received"?' in done.out
    assert "stage assessment" in done.out


def test_remarks_are_shown_and_left_alone(step):
    done = step("# the complaint comes", "1 on today", "# the end")
    assert done.status == 0
    assert "\n# the complaint comes\n\nFri 1 May 2026, opening." in done.out


def test_input_that_ends_in_a_question_ends_in_peace(step):
    done = step("1")
    assert done.status == 0
    assert done.out.endswith("Day for the event (Enter: Fri 1 May 2026): (end of input)\n")


def test_what_is_no_text_is_only_not_understood():
    read, write = os.pipe()
    os.write(write, b"\xff\xfe\x00\n")
    os.close(write)
    from subprocess import run as started

    line = [sys.executable, "cli.py", *STATUTORY]
    done = started(line, cwd=CHECKOUT, stdin=read, capture_output=True, text=True, check=False, timeout=60)
    os.close(read)
    assert (done.returncode, done.stderr) == (1, "")


# --- Where it begins --------------------------------------------------------------------------------------------------


def test_it_begins_with_the_events_of_a_file_and_they_can_be_undone(run):
    typed = (
        "step",
        "redbridge/children-statutory",
        "--events",
        "tests/commands/case.yaml",
    )
    done = run(*typed, stdin="undo 2\n")
    assert done.status == 0
    assert "Wed 20 May 2026, stage awaiting_stage_2_request" in done.out
    assert "Undone: stage_1_response_sent on Wed 20 May 2026; method_decided on Fri 8 May" in done.out
    later = run(*typed, "--on", "2026-06-01", stdin="")
    assert "Mon 1 Jun 2026, stage" in later.out
    assert run(*typed, "--on", "2026-05-01", stdin="").status == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("redbrige/corporate",), "redbrige/corporate"),
        (("redbridge/corporate", "--on", "soon"), "is not a date"),
        (("redbridge/corporate", "--on", "1999-01-01"), "1999-01-01"),
        (("redbridge/corporate", "--events", "nothing.yaml"), "nothing.yaml"),
        (("redbridge/corporate", "--events", "-"), "--events takes the name of a file"),
        (("redbridge/corporate", "--save", "README.md"), "is no name of a scenario file"),
        (("redbridge/corporate", "--save", "nowhere/a.yaml"), "there is no folder nowhere"),
    ],
    ids=str,
)
def test_what_cannot_be_begun_says_so(run, typed, told):
    done = run("step", *typed)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_a_version_that_is_not_in_force_today_begins_on_its_first_day(run):
    done = run("step", "richmond/corporate@2024-04-01", stdin="")
    assert "Mon 1 Apr 2024, stage opening." in done.out


# --- Saving -----------------------------------------------------------------------------------------------------------


def test_what_was_done_is_saved_and_replays(step, run, tmp_path):
    file = tmp_path / "story.scenarios.yaml"
    done = step("1 on today", "method_decided on +3", "low", "2", "limits", f"save {file}", "quit")
    assert done.status == 0
    assert "Saved as" in done.out
    replayed = run("replay", str(file))
    assert replayed.status == 0
    assert "1 passed (1 generated and not confirmed)" in replayed.out
    assert run("check", str(file)).status == 0


def test_the_last_day_gone_on_to_is_saved_and_replays(step, run, tmp_path):
    file = tmp_path / "story.scenarios.yaml"
    step("1 on today", "2026-06-29", "why stage_1", f"save {file}")
    last = file.read_text("utf-8").splitlines()[-1]
    assert last.startswith('      - {at: "2026-06-29", then: {stage: assessment, ')
    assert 'stage_1: "2026-05-18"' in last
    assert "overdue: [stage_1, contact]" in last
    replayed = run("replay", str(file))
    assert replayed.status == 0
    assert "1 passed" in replayed.out


def test_an_event_that_cannot_happen_today_leaves_the_next_line_alone(step):
    done = step("panel_held", "1 on today")
    assert done.status == 0
    assert "panel_held is refused in opening" in done.out
    assert "Recorded: complaint_received" in done.out


def test_a_version_that_is_not_the_one_in_force_is_named_in_the_file(run, tmp_path):
    file = tmp_path / "story.scenarios.yaml"
    typed = ("step", "richmond/corporate@2024-04-01", "--on", "2024-05-01")
    run(*typed, stdin=f"complaint_received on today\nsave {file}\n")
    assert "scenarios_for: richmond/corporate\n" in file.read_text("utf-8")
    assert run("replay", str(file)).status == 0


def test_a_file_that_is_there_is_left_alone_unless_yes_is_said(step, tmp_path):
    file = tmp_path / "story.scenarios.yaml"
    file.write_text("mine\n", encoding="utf-8")
    done = step("1 on today", f"save {file}", "no")
    assert done.status == 0
    assert "Write over it? yes or no: no" in done.out
    assert file.read_text("utf-8") == "mine\n"
    step("1 on today", f"save {file}", "yes")
    assert "complaint_received" in file.read_text("utf-8")


def test_a_folder_that_is_not_there_is_told_and_the_session_goes_on(step, tmp_path):
    done = step("1 on today", f"save {tmp_path}/no/story.scenarios.yaml", "+1")
    assert done.status == 0
    assert "was not saved: No such file or directory" in " ".join(done.out.split())
    assert "Sat 2 May 2026, assessment." in done.out


def test_with_save_it_is_written_when_it_is_left(step, tmp_path):
    file = tmp_path / "story.scenarios.yaml"
    assert step(options=("--save", str(file))).status == 0
    assert not file.exists()
    assert step("1 on today", options=("--save", str(file))).status == 0
    written = file.read_text("utf-8")
    assert "complaint_received" in written
    done = step("1 on today", options=("--save", str(file)))
    assert done.status == 2
    assert "is there already; nothing was written" in done.err
    assert file.read_text("utf-8") == written


# --- On a terminal ----------------------------------------------------------------------------------------------------


def on_a_terminal(*arguments):
    """The command on a terminal of its own."""
    return Terminal(*STATUTORY, *arguments)


def test_on_a_terminal_it_is_asked_for_one_thing_after_the_other():
    with on_a_terminal() as terminal:
        terminal.see(MAIN)
        terminal.type("1\n")
        terminal.see("Day for the event (Enter: Fri 1 May 2026): ")
        terminal.type("\n")
        terminal.see("Recorded: complaint_received on Fri 1 May 2026.")
        terminal.see(MAIN)
        terminal.type("methd\n")
        terminal.see('no event and no order "methd"')
        terminal.see(MAIN)
        terminal.type("method_decided on +3\n")
        terminal.see("Number or word for risk: ")
        terminal.type("low\n")
        terminal.see("Number or word for method: ")
        terminal.type("2\n")
        terminal.see("Mon 4 May 2026, stage_1. ")
        terminal.type("undo\n")
        terminal.see("Undone: method_decided on Mon 4 May 2026.")
        terminal.see(MAIN)
        terminal.type("quit\n")
        terminal.see("Leave without saving? yes or no: ")
        terminal.type("yes\n")
        assert terminal.finish() == 0
    # Lines only: nothing moves the cursor, clears the screen or colours a word.
    assert re.findall(r"\x1b\[[0-9;]*[A-HJKfm]", terminal.all) == []


def test_ctrl_c_gives_up_a_question_and_then_asks_before_it_leaves():
    with on_a_terminal() as terminal:
        terminal.see(MAIN)
        terminal.type("1 on today\n")
        terminal.see(MAIN)
        terminal.type("complainant_contacted\n")
        terminal.see("Day for the event")
        terminal.interrupt()
        terminal.see("Cancelled; nothing was recorded.")
        terminal.see(MAIN)
        terminal.interrupt()
        terminal.see("Leave without saving? yes or no: ")
        terminal.type("no\n")
        terminal.see("The session goes on.")
        terminal.see(MAIN)
        terminal.interrupt()
        terminal.see("Leave without saving? yes or no: ")
        terminal.interrupt()
        assert terminal.finish() == 0
    assert "Traceback" not in terminal.all


def test_ctrl_d_leaves_and_saves_where_that_was_asked_for(tmp_path):
    file = tmp_path / "story.scenarios.yaml"
    with on_a_terminal("--save", str(file)) as terminal:
        terminal.see(MAIN)
        terminal.type("1 on today\n")
        terminal.see("assessment. " + MAIN)
        terminal.type("\x04")
        assert terminal.finish() == 0
    assert "Saved as" in terminal.all
    assert "complaint_received" in file.read_text("utf-8")


def test_names_are_completed():
    pytest.importorskip("readline")
    with on_a_terminal() as terminal:
        terminal.see(MAIN)
        terminal.type("complaint_rec\t on today\n")
        terminal.see("Recorded: complaint_received on Fri 1 May 2026.")
        terminal.see("assessment. " + MAIN)
        terminal.type("\x04")
        assert terminal.finish() == 0


def test_help_starts_without_what_a_session_needs(run):
    done = run("step", "--help")
    assert done.status == 0
    assert "duecourse step redbridge/children-statutory --on 2026-05-01" in done.out
