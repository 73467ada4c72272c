"""`replay --watch`: what is replayed after which save, what is said of it, and how it ends. No test waits for a clock."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from engine.commands import watching
from engine.commands.watching import BETWEEN_LOOKS, MOST_WHILE_WRITTEN, WHILE_WRITTEN, Saved, Seen, watch
from tests.commands.small import POLICY as SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHECKOUT = Path(__file__).resolve().parents[2]
POLICY = SMALL.replace("is: 10 working days", "is: 3 working days")
CHILD = """\
policy: there/complaints
title: Complaints
extends: here/complaints
in_force: {from: "2024-04-01"}
"""
INTAKE = """\
intake: here
title: Complaints
in_force: {from: "2024-04-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
people: {complainant: {title: Person who complains}, officer: {title: Officer}}
facts: {subject: {title: Subject, ask: "What is it about?", answers: [bins, rain], decided_by: officer, basis: local}}
routes:
  bins: {if: {subject: bins}, accept_under: complaints}
  rain: {if: {subject: rain}, refer_to: nobody}
"""
# 4 May 2026 is a bank holiday: 5-7 = 1-3.
SCENARIO = """\
scenarios_for: {policy}
scenarios:
  - name: Three days
    steps:
      - {{at: "2026-05-01", when: complaint_received}}
      - {{at: "2026-05-01", then: {{due: {{answer: "2026-05-{due}"}}}}}}
"""
RECEIVED = '      - {at: "2026-05-01", when: complaint_received}\n'
DECIDED = """\
intake_for: here
scenarios:
  - {name: Bins are taken, received: "2026-05-01", given: {subject: bins}, decision: {accepted: complaints}}
"""


def save(file: str, text: str) -> None:
    """As many editors do: a new file in the place of the old one."""
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path("saving.tmp").write_text(text, encoding="utf-8")
    Path("saving.tmp").replace(file)


def scenario(policy: str = "here/complaints", due: str = "07") -> str:
    return SCENARIO.format(policy=policy, due=due)


@pytest.fixture(autouse=True)
def a_project(run, tmp_path, monkeypatch) -> None:
    """A policy, one that extends it, an intake that leads to it, and a scenario file about each and a shipped one."""
    monkeypatch.chdir(tmp_path)
    save("policies/here/complaints.yaml", POLICY)
    save("policies/there/complaints.yaml", CHILD)
    save("policies/here/intake.yaml", INTAKE)
    save("s/decided.scenarios.yaml", DECIDED)
    save("s/here.scenarios.yaml", scenario())
    save("s/shipped.scenarios.yaml", scenario("redbridge/education").partition("      - {at")[0] + RECEIVED)
    save("s/there.scenarios.yaml", scenario("there/complaints"))


@pytest.fixture
def watched(run, monkeypatch) -> Callable[..., tuple[int, list[str]]]:
    """Run the command with these doings between its looks; its status, and what it said after each."""

    def watched(*doings: Callable[[], object], line: tuple[str, ...] = ("s",)) -> tuple[int, list[str]]:
        left = iter(doings)

        def wait(seconds: float) -> None:
            if seconds == BETWEEN_LOOKS:
                doing = next(left, None)
                if doing is None:
                    raise KeyboardInterrupt
                doing()

        monkeypatch.setattr(watching, "sleep", wait)
        done = run("replay", *line, "--watch")
        return done.status, [f"saved: {told}".rstrip("\n") for told in done.out.split("\nsaved: ")[1:]]

    return watched


# --- What is replayed after which save -------------------------------------------------------------------------------


def test_a_scenario_file_is_replayed_alone_and_what_changed_is_told(watched) -> None:
    status, (first, second) = watched(
        lambda: save("s/here.scenarios.yaml", scenario(due="06")),
        lambda: save("s/here.scenarios.yaml", scenario()),
    )
    assert first.startswith(
        "saved: s/here.scenarios.yaml\n"
        "\n"
        "s/here.scenarios.yaml\n"
        "  FAILED  Three days (passed before)\n"
        "\n"
        "FAILED: Three days\n"
        "  --> s/here.scenarios.yaml:6:49   due answer, seen on Fri 1 May 2026\n"
        "      expected  Wed 6 May 2026\n"
        "      got       Thu 7 May 2026\n"
    )
    assert first.endswith("\n\nreplayed 1 file again\n4 scenarios: 3 passed, 1 failed")
    assert second == (
        "saved: s/here.scenarios.yaml\n"
        "\n"
        "s/here.scenarios.yaml\n"
        "  passed  Three days (failed before)\n"
        "\n"
        "replayed 1 file again\n"
        "4 scenarios: 4 passed"
    )
    assert status == 0


def files_replayed(told: str) -> int:
    word = told.partition("\nreplayed ")[2].partition(" ")[0]
    return int(word or 0)


@pytest.mark.parametrize(
    ("file", "text", "replayed"),
    [
        (
            "policies/here/complaints.yaml",
            POLICY + "\n",
            3,
        ),  # itself, what extends it, the intake that leads to it
        ("policies/there/complaints.yaml", CHILD + "\n", 1),
        ("policies/here/intake.yaml", INTAKE + "\n", 1),
        ("policies/here/complaints.requirements.yaml", "requirements_for: here/complaints\n", 2 + 1),
        ("policies/here/complaints@2030-01-01.yaml", POLICY.replace("2024-04-01", "2030-01-01"), 3),
        ("policies/else/complaints.yaml", CHILD.replace("there/", "else/"), 0),
        ("policies/redbridge/education.yaml", POLICY.replace("here/complaints", "redbridge/education"), 1),
        ("s/there.scenarios.yaml", scenario("here/complaints"), 1),
        ("s/new/another.scenarios.yaml", scenario("here/complaints"), 1),
    ],
)
def test_a_save_replays_what_rests_on_the_file(file: str, text: str, replayed: int, watched) -> None:
    _, (told,) = watched(lambda: save(file, text))
    assert told.startswith(f"saved: {file}\n")
    assert files_replayed(told) == replayed


def test_a_policy_reaches_what_extends_it_and_only_other_results_are_told(watched) -> None:
    longer = POLICY.replace("is: 3 working", "is: 4 working")
    status, (told,) = watched(lambda: save("policies/here/complaints.yaml", longer))
    # 5-8 = 1-4.
    assert told.count("      got       Fri 8 May 2026\n") == 2
    assert "s/decided" not in told
    assert told.endswith("replayed 3 files again\n4 scenarios: 2 passed, 2 failed")
    assert status == 1


def test_what_extended_a_policy_before_it_was_saved_is_replayed_too(watched) -> None:
    alone = POLICY.replace("here/", "there/").replace("is: 3 working", "is: 4 working")
    _, (first, second) = watched(
        lambda: save("policies/there/complaints.yaml", alone),
        lambda: save("policies/here/complaints.yaml", POLICY + "\n"),
    )
    assert "FAILED  Three days (passed before)" in first
    assert files_replayed(second) == 2  # no longer what extended it


def test_a_version_removed_gives_way_to_the_one_before(watched) -> None:
    newer = POLICY.replace("2024-04-01", "2026-04-01").replace("is: 3 working", "is: 2 working")
    save("policies/here/complaints@2026-04-01.yaml", newer)
    status, (told,) = watched(
        Path("policies/here/complaints@2026-04-01.yaml").unlink, line=("s/here.scenarios.yaml",)
    )
    assert "  passed  Three days (failed before)\n" in told
    assert status == 0


def test_a_file_removed_takes_its_scenarios_along(watched) -> None:
    _, (told,) = watched(Path("s/there.scenarios.yaml").unlink)
    assert told == (
        "saved: s/there.scenarios.yaml\n\ns/there.scenarios.yaml\n  gone    Three days\n\n3 scenarios: 3 passed"
    )


def test_a_failure_that_stays_is_told_again_if_its_own_file_was_saved(watched) -> None:
    save("s/here.scenarios.yaml", scenario(due="06"))
    status, (own, policy) = watched(
        lambda: save("s/here.scenarios.yaml", scenario(due="06") + "# a remark\n"),
        lambda: save("policies/here/complaints.yaml", POLICY + "\n"),
    )
    assert "  FAILED  Three days (as before)\n" in own
    assert "FAILED" not in policy
    assert status == 1


def test_of_many_failures_the_first_are_told_in_full(watched) -> None:
    for number in range(5):
        save(f"s/more{number}.scenarios.yaml", scenario())
    _, (told,) = watched(
        lambda: save("policies/here/complaints.yaml", POLICY.replace("is: 3 working", "is: 4 working"))
    )
    assert told.count("  FAILED  Three days") == 7
    assert told.count("FAILED: Three days\n") == 3
    assert "\n\n4 more failed; `duecourse replay` tells them in full\n\n" in told


def test_only_what_is_wanted_is_replayed_again(watched) -> None:
    _, (told,) = watched(
        lambda: save("s/here.scenarios.yaml", scenario(due="06")),
        line=("s", "--only", "bins", "--format", "quiet"),
    )
    assert told == "saved: s/here.scenarios.yaml\n\nreplayed 1 file again\n1 scenario: 1 passed"


# --- Broken and half-written files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "right"),
    [("s/here.scenarios.yaml", scenario()), ("policies/here/complaints.yaml", POLICY)],
    ids=["scenarios", "policy"],
)
@pytest.mark.parametrize("wrong", ["", "[", "nothing: of ours\n", "title: half a l"])
def test_a_broken_file_says_what_is_wrong_until_it_is_right(
    file: str, right: str, wrong: str, watched
) -> None:
    status, (broken, mended) = watched(lambda: save(file, wrong), lambda: save(file, right))
    assert f"--> {file}:1:" in broken
    assert "error[" in broken
    assert "could not be replayed" in broken.splitlines()[-1]
    assert "error[" not in mended
    assert "passed  " not in mended  # nothing but what was so before
    assert mended.endswith("\n4 scenarios: 4 passed")
    assert status == 0


def test_the_status_is_that_of_the_last_state(watched) -> None:
    status, _ = watched(lambda: save("s/here.scenarios.yaml", "["))
    assert status == 2


def test_an_error_in_a_policy_that_no_scenario_is_about_is_told(watched) -> None:
    _, (told,) = watched(
        lambda: save("policies/else/complaints.yaml", CHILD.replace("extends: here", "extends: hree"))
    )
    assert "error[name-and-path-differ]" in told
    assert told.endswith("\n\nno scenario file is about that\n4 scenarios: 4 passed")


def test_a_file_that_is_no_policy_is_nobodys_business(watched) -> None:
    _, (told,) = watched(lambda: save("policies/here/Notes to self.yaml", "["))
    assert told.endswith("\n\nno scenario file is about that\n4 scenarios: 4 passed")
    assert "error" not in told


# --- How it is typed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", [["s", "--format", "json"], ["s", "--format", "github"], ["nowhere"], ["policies"]]
)
def test_what_cannot_be_watched_is_wrong_usage(line: list[str], run) -> None:
    done = run("replay", *line, "--watch")
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1


# --- The loop alone ------------------------------------------------------------------------------------------------


def heeded(*looks: Seen) -> list[Saved]:
    """What a loop passes on that sees these, one after the other, until it is interrupted."""
    left, passed_on = iter(looks[1:]), list[Saved]()

    def look() -> Seen:
        for seen in left:
            return seen
        raise KeyboardInterrupt

    watch(looks[0], look, lambda seconds: None, passed_on.append)
    return passed_on


def seen(scenarios: dict[str, int], policies: dict[str, int]) -> Seen:
    return Seen(
        {Path(file): (stamp, 0, 0) for file, stamp in scenarios.items()},
        {Path(file): (stamp, 0, 0) for file, stamp in policies.items()},
    )


ONE, OTHER = seen({"a": 1, "b": 1}, {"p": 1}), seen({"a": 1, "b": 2}, {"p": 1})


def test_nothing_is_passed_on_while_nothing_changes() -> None:
    assert heeded(ONE, ONE, ONE) == []


def test_a_change_is_passed_on_once_two_looks_agree() -> None:
    emptied = seen({"a": 1}, {"p": 1})
    (saved,) = heeded(ONE, emptied, OTHER, OTHER, OTHER)
    assert saved == Saved((Path("a"), Path("b")), (Path("b"),), ())


def test_a_file_that_comes_back_as_it_was_is_no_change() -> None:
    assert heeded(ONE, seen({"a": 1}, {"p": 1}), ONE, ONE) == []


def test_what_is_new_and_what_is_gone_is_passed_on() -> None:
    now = seen({"b": 1, "c": 1}, {"q": 1})
    (saved,) = heeded(ONE, now, now)
    assert saved == Saved((Path("b"), Path("c")), (Path("a"), Path("c")), (Path("p"), Path("q")))


def test_a_file_written_without_end_is_not_waited_for_without_end() -> None:
    looks = [seen({"a": stamp}, {}) for stamp in range(MOST_WHILE_WRITTEN + 2)]
    assert len(heeded(*looks)) == 1


def test_the_waits_are_short_enough_for_an_answer_at_once() -> None:
    assert BETWEEN_LOOKS + WHILE_WRITTEN < 0.1


# --- What is gone for a moment ---------------------------------------------------------------------------------------


def test_it_goes_on_while_the_folder_of_policies_is_gone_and_heeds_then_what_was_saved(watched) -> None:
    def back() -> None:
        Path("away").rename("policies")

    status, told = watched(
        lambda: Path("policies").rename("away"),
        lambda: save("s/here.scenarios.yaml", scenario(due="06")),
        back,
    )
    *_, last = told
    assert "  FAILED  Three days (passed before)\n" in last
    assert last.endswith("4 scenarios: 3 passed, 1 failed")
    assert status == 1


def test_the_problem_is_told_once_for_each_save_and_is_the_status_if_it_lasts(run, monkeypatch) -> None:
    doings = iter([lambda: Path("policies").rename("away")])

    def wait(seconds: float) -> None:
        if seconds == BETWEEN_LOOKS:
            doing = next(doings, None)
            if doing is None:
                raise KeyboardInterrupt
            doing()

    monkeypatch.setattr(watching, "sleep", wait)
    done = run("replay", "s", "--watch")
    assert done.status == 2
    assert done.err.splitlines()[1:] == ["error: policies is not a folder of policies; watching goes on"]


def test_one_file_is_called_one(run, monkeypatch) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "sleep", interrupt)
    assert run("replay", "s/here.scenarios.yaml", "--watch").err.startswith("watching 1 scenario file and ")


# --- A real one ----------------------------------------------------------------------------------------------------


# As cli.py, with Ctrl-C heeded even where these tests run in the background, which passes on that it is not.
PROGRAM = f"""\
import signal, sys
sys.path.insert(0, {str(CHECKOUT)!r})
signal.signal(signal.SIGINT, signal.default_int_handler)
from engine.commands import main
sys.exit(main())
"""


def test_in_a_process_of_its_own_it_sees_a_save_and_ends_with_the_status_of_the_last_state() -> None:
    line = [sys.executable, "-c", PROGRAM, "replay", "s", "--watch", "--format", "quiet"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path.cwd()
    ) as process:
        too_long = Timer(60, process.kill)  # so that a fault does not hang the tests
        too_long.start()
        try:
            assert process.stdout is not None
            lines = iter(process.stdout)
            until(lines, "watching 4 scenario files")
            save("s/here.scenarios.yaml", scenario(due="06"))
            told = until(lines, "4 scenarios: ")
            assert "  FAILED  Three days (passed before)\n" in told
            assert told[-1] == "4 scenarios: 3 passed, 1 failed\n"
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 1
        finally:
            too_long.cancel()
            process.kill()


def until(lines: Iterator[str], beginning: str) -> list[str]:
    """The lines up to one that begins so."""
    told = []
    for line in lines:
        told.append(line)
        if line.startswith(beginning):
            return told
    raise AssertionError(f"it ended without {beginning!r}: {told}")
