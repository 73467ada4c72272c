"""The plugin for pytest, run by pytest: what is collected, what a failure says, how tests are picked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# What the plugin imports when it is needed has to be there before: a run inside this process takes back what it imports,
# and a library of compiled code cannot be imported twice.
import engine.commands.finding
import engine.reports.verdicts  # noqa: F401 - its submodule is what is wanted
from engine.commands import clock, main
from engine.policy import PolicyLibrary
from engine.replay import replay

if TYPE_CHECKING:
    from collections.abc import Sequence

pytest_plugins = ["pytester"]

MATERIAL = Path(__file__).parents[1] / "replay"
TWO = """\
scenarios_for: here/complaints
scenarios:
  - name: The bank holiday is left out
    tags: [bank_holiday, opening]
    steps:
      - {at: "2026-05-01", when: complaint_received}
      # 4 May is a bank holiday: 5-7 = 1-3.
      - {at: "2026-05-01", then: {due: {contact: "2026-05-07"}}}
  - name: The bank holiday is forgotten
    tags: [bank_holiday, skip, xfail, parametrize]
    steps:
      - {at: "2026-05-01", when: complaint_received}
      - {at: "2026-05-01", then: {due: {contact: "2026-05-06"}}}
  - name: Contact in time
    tags: opening
    limit: contact
    rows:
      - {from: "2026-05-01", due: "2026-05-07"}
      - {name: a bank holiday at Easter, from: "2026-04-02", due: "2026-04-09"}
      - {name: a bank holiday at Easter, from: "2026-04-01", due: "2026-04-08"}
"""


@pytest.fixture(autouse=True)
def with_policies(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with policies, on a day on which the known failures of the material are in time."""
    shutil.copytree(MATERIAL / "policies", pytester.path / "policies")
    monkeypatch.setattr(clock, "today", lambda: date(2026, 7, 1))


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


@pytest.fixture
def two(pytester: pytest.Pytester) -> None:
    write("two.scenarios.yaml", TWO)


def ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line and " " not in line.split("::")[0]]


# --- What is collected ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two")
def test_each_scenario_and_each_row_is_a_test_with_a_name_of_its_own(pytester: pytest.Pytester) -> None:
    assert ids(pytester.runpytest("--collect-only", "-q")) == [
        "two.scenarios.yaml::The bank holiday is left out",
        "two.scenarios.yaml::The bank holiday is forgotten",
        "two.scenarios.yaml::Contact in time: from 2026-05-01",
        "two.scenarios.yaml::Contact in time: a bank holiday at Easter",
        "two.scenarios.yaml::Contact in time: a bank holiday at Easter (2)",
    ]


def test_a_name_stands_on_one_line_and_can_be_typed(pytester: pytest.Pytester) -> None:
    write("odd.scenarios.yaml", TWO.replace("The bank holiday is left out", '"Left out::\\n of 4 May"'))
    result = pytester.runpytest("odd.scenarios.yaml::Left out: : of 4 May")
    result.assert_outcomes(passed=1)


def test_files_of_other_names_are_no_tests(pytester: pytest.Pytester) -> None:
    write("two.yaml", TWO)
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_nothing_of_the_engine_is_imported_without_a_scenario_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n"
        "def test_it():\n"
        "    ours = [name for name in sys.modules if name.split('.')[0] == 'engine']\n"
        "    assert sorted(ours) == ['engine', 'engine.pytest_plugin']\n"
        "    assert 'yaml' not in sys.modules\n"
    )
    pytester.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


# --- How they go ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.name for path in (MATERIAL / "files/failing").glob("*.yaml")))
def test_a_failure_says_to_the_letter_what_replay_prints(
    name: str, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(MATERIAL / "files/failing" / name, pytester.path)
    main(["replay", name])
    printed = capsys.readouterr().out
    result = pytester.runpytest(name, "-p", "no:terminal", plugins=[heard := Heard()])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert len(heard.failures) == printed.count("\nFAILED: ") > 0
    for failure in heard.failures:
        assert f"\n\n{failure}\n\n" in printed


class Heard:
    """Keeps what pytest reports of the tests that failed."""

    def __init__(self) -> None:
        self.reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports += [report] if report.when == "call" else []

    @property
    def failures(self) -> list[str]:
        return [report.longreprtext for report in self.reports if report.failed]


@pytest.mark.usefixtures("two")
def test_a_test_knows_its_file_and_line(pytester: pytest.Pytester) -> None:
    items, _ = pytester.inline_genitems()
    assert [item.location[:2] for item in items] == [
        ("two.scenarios.yaml", line) for line in (2, 8, 17, 18, 19)
    ]


def test_of_known_failures_the_right_ones_are_expected(pytester: pytest.Pytester) -> None:
    shutil.copy(MATERIAL / "files/failing/known-failures.scenarios.yaml", pytester.path)
    result = pytester.runpytest("-rxf")
    verdicts = main_counts("known-failures.scenarios.yaml")
    result.assert_outcomes(
        passed=verdicts["passed"], failed=verdicts["failed"], xfailed=verdicts["known_failure"]
    )
    result.stdout.fnmatch_lines(["XFAIL *::Known and in time - known failure until * 2026: *"])
    result.stdout.fnmatch_lines(["FAILED *::Known and passing*"])


def main_counts(file: str) -> dict[str, int]:
    """How many passed, failed and are known to fail, as the engine counts them."""
    found = replay([Path(file)], PolicyLibrary(["policies"]), today=date(2026, 7, 1))
    return {outcome: found.count(outcome) for outcome in ("passed", "failed", "known_failure")}


def test_a_row_alone_is_judged_with_its_timetable(pytester: pytest.Pytester) -> None:
    shutil.copy(MATERIAL / "files/failing/known-failures.scenarios.yaml", pytester.path)
    pytester.runpytest("-k", "One and two and 05-01").assert_outcomes(passed=1, deselected=6)


def test_what_is_known_to_fail_fails_if_pytest_is_told_so(pytester: pytest.Pytester) -> None:
    shutil.copy(MATERIAL / "files/failing/known-failures.scenarios.yaml", pytester.path)
    result = pytester.runpytest("--runxfail", "-k", "Known and time")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["FAILED: Known and in time"])


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["one", "two"])
def test_what_nobody_has_confirmed_passes_and_is_told_in_one_line(
    processes: list[str], pytester: pytest.Pytester
) -> None:
    generated = TWO.replace(
        "  - name: The bank holiday is left out\n", "  - name: Left out\n    generated: true\n"
    )
    generated = generated.replace("    limit: contact\n", "    limit: contact\n    generated: true\n")
    write("one.scenarios.yaml", TWO)
    write("two.scenarios.yaml", generated)
    result = pytester.runpytest_subprocess(*processes) if processes else pytester.runpytest()
    result.assert_outcomes(passed=8, failed=2)
    line = "duecourse: 4 scenarios that passed were generated, and nobody has confirmed the dates"
    assert result.outlines.count(line) == 1


# --- Files that cannot be replayed ---------------------------------------------------------------------------------


def test_a_broken_file_is_one_error_with_every_problem_and_the_others_can_run(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(MATERIAL / "files/broken/names.scenarios.yaml", pytester.path)
    write("right.scenarios.yaml", TWO)
    main(["replay", "names.scenarios.yaml"])
    problems = capsys.readouterr().out.rpartition("\n\n")[0]
    result = pytester.runpytest("--continue-on-collection-errors", "-k", "left and out")
    result.assert_outcomes(passed=1, errors=1, deselected=4)
    assert problems.startswith("error[")
    assert problems in result.stdout.str()


@pytest.mark.parametrize(
    "text", ["scenarios_for: [", "\N{NULL}", "[]", "scenarios_for: no/such\nscenarios: []\n"]
)
def test_no_text_makes_pytest_or_the_plugin_fail_itself(text: str, pytester: pytest.Pytester) -> None:
    write("bad.scenarios.yaml", text)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["error[[]*"])
    result.stdout.no_fnmatch_line("*Traceback*")


# --- Picking -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "strict", [[], ["--strict-markers", "--strict-config", "-W", "error"]], ids=["", "strict"]
)
@pytest.mark.parametrize(
    ("picked", "tests"),
    [
        (["-m", "bank_holiday"], 2),
        (["-m", "opening and not bank_holiday"], 3),
        (["-m", "skip"], 0),
        (["-m", "no_such_tag"], 0),
        (["-m", "not no_such_tag"], 5),
        (["-k", "left and out"], 1),
        (["-k", "Easter or forgotten"], 3),
        (["-k", "bank_holiday"], 2),
    ],
)
def test_tests_are_picked_by_tags_as_marks_and_by_names(
    picked: Sequence[str], tests: int, strict: Sequence[str], pytester: pytest.Pytester
) -> None:
    result = pytester.runpytest("--collect-only", "-q", *picked, *strict)
    assert len(ids(result)) == tests
    assert result.ret == (pytest.ExitCode.OK if tests else pytest.ExitCode.NO_TESTS_COLLECTED)


@pytest.mark.usefixtures("two")
def test_a_tag_called_like_a_mark_that_does_something_does_nothing(pytester: pytest.Pytester) -> None:
    pytester.runpytest("-k", "forgotten").assert_outcomes(failed=1, deselected=4)


@pytest.mark.parametrize("strict", [[], ["--strict-markers", "-W", "error"]], ids=["", "strict"])
def test_a_tag_called_like_a_word_of_expressions_is_no_mark_and_no_mistake(
    strict: Sequence[str], pytester: pytest.Pytester
) -> None:
    write("words.scenarios.yaml", TWO.replace("skip, xfail, parametrize", "and, or, not, lambda, class"))
    pytester.runpytest("-m", "lambda and class", *strict).assert_outcomes(failed=1, deselected=4)


def test_without_scenarios_an_unknown_mark_is_as_wrong_as_ever(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.no_such_mark\ndef test_it(): pass\n")
    pytester.runpytest("--strict-markers").assert_outcomes(errors=1)


# --- Policies ------------------------------------------------------------------------------------------------------


def test_policies_are_looked_up_where_the_options_say(pytester: pytest.Pytester) -> None:
    Path("rules of ours").mkdir()
    Path("policies").rename("rules of ours/policies")
    write("two.scenarios.yaml", TWO)
    pytester.runpytest().assert_outcomes(errors=1)
    pytester.makeini("[pytest]\nduecourse_policies =\n    rules of ours/policies\n")
    result = pytester.runpytest()
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(['  repeat  *.yaml --only *forgotten" --policies "rules of ours/policies"'])


@pytest.mark.usefixtures("two")
def test_policies_stand_in_rootdir_wherever_pytest_is_started(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini("[pytest]\n")
    monkeypatch.chdir(pytester.mkdir("deeper"))
    result = pytester.runpytest_subprocess("..")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        ["  repeat  duecourse replay ../two.scenarios.yaml --only * --policies ../policies"]
    )


def test_a_folder_that_is_not_there_is_told_once_and_nothing_runs(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nduecourse_policies = nowhere\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: duecourse_policies: *nowhere is not a folder of policies"])


def test_the_shipped_policies_come_last(pytester: pytest.Pytester) -> None:
    # 4 May is a bank holiday: 5-7 = 1-3.
    write("shipped.scenarios.yaml", TWO.replace("here/complaints", "redbridge/children-statutory"))
    pytester.runpytest("-k", "left and out").assert_outcomes(passed=1, deselected=4)


# --- Several processes ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two")
def test_in_two_processes_everything_goes_the_same(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    shutil.copytree(MATERIAL / "files/passing", pytester.path / "passing")
    alone = pytester.runpytest("-rA", "-p", "no:cacheprovider")
    together = pytester.runpytest_subprocess("-rA", "-p", "no:cacheprovider", "-n", "2")
    assert together.parseoutcomes() == alone.parseoutcomes()
    assert sorted(summary(together)) == sorted(summary(alone))
    together.stdout.fnmatch_lines(["FAILED: The bank holiday is forgotten"])


def summary(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith(("PASSED ", "FAILED ", "XFAIL "))]


# --- This project --------------------------------------------------------------------------------------------------


def test_the_checkout_is_installed_so_that_its_scenarios_are_tests(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("duecourse"), (
        "pytest does not know the plugin, so the shipped scenarios were not replayed: install the checkout (make test)"
    )


def test_the_plugin_can_be_left_out() -> None:
    line = [sys.executable, "-m", "pytest", "-p", "no:duecourse", "--collect-only", "-q"]
    write("two.scenarios.yaml", TWO)
    assert (
        subprocess.run(line, capture_output=True, check=False).returncode
        == pytest.ExitCode.NO_TESTS_COLLECTED
    )
