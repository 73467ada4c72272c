"""`check` in every format, what makes it fail, and the remarks that silence a finding."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.commands.small import POLICY as RIGHT

SARIF = json.loads((Path(__file__).parent / "sarif.schema.json").read_text(encoding="utf-8"))

# One warning: the rule of `anywhere` reaches no stage, since the only one has a rule of its own.
AGAIN = "  again: {when: answered, in: [answering], go_to: closed}"
POLICY = f"{RIGHT}anywhere:\n{AGAIN}\n"
WARNING = "rule-never-applies"
BECAUSE = "because the page has it"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Writes a policy and goes where it lies."""
    folder = tmp_path / "policies" / "here"
    folder.mkdir(parents=True)

    def write(text=POLICY, name="complaints.yaml"):
        (folder / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)

    return write


@pytest.fixture
def told(run, here):
    """The problems and the ignored of a policy, as name and line."""

    def check(text, *arguments):
        here(text)
        report = json.loads(run("check", "policies/here", "--format", "json", *arguments).out)
        return tuple(
            [(each["name"], each["line"]) for each in report[key]] for key in ("problems", "ignored")
        )

    return check


WITH_AN_ERROR = RIGHT.replace("go_to: answering", "go_to: answring")


# --- What makes it fail --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "option", "status"),
    [
        (POLICY, (), 0),
        (POLICY, ("--fail-on", "error"), 0),
        (POLICY, ("--fail-on", "warning"), 1),
        (POLICY, ("--fail-on", "information"), 1),
        (WITH_AN_ERROR, (), 1),
    ],
)
def test_the_status_is_1_from_the_severity_asked_for_on(run, here, text, option, status):
    here(text)
    assert run("check", "policies/here", *option).status == status


def test_an_ignored_warning_does_not_fail(run, here):
    here(POLICY.replace(AGAIN, f"{AGAIN}  # duecourse: ignore[{WARNING}] {BECAUSE}"))
    assert run("check", "policies/here", "--fail-on", "information").status == 0


def test_a_severity_that_is_none_is_wrong_usage(run, here):
    here()
    assert run("check", "policies/here", "--fail-on", "critical").status == 2


# --- Formats -------------------------------------------------------------------------------------------------------


def test_text_names_the_help_page_once(run, here):
    here(WITH_AN_ERROR)
    lines = run("check", "policies/here").out.splitlines()
    assert lines[-2:] == ["1 file checked: 1 error", "more on it: duecourse help unknown-stage"]
    assert max(map(len, lines)) <= 80


def test_github_commands_are_escaped(run, here):
    here(POLICY.replace("go_to: answering", '"go_to": "ans,wer:ing%"'))
    out = run("check", "policies/here", "--format", "github").out
    assert out.count("\n") == 1
    command, _, message = out.rstrip("\n").removeprefix("::").partition("::")
    assert command == (
        "error file=policies/here/complaints.yaml,line=17,col=66,endLine=17,endColumn=80,title=wrong-form"
    )
    assert message.startswith('"ans,wer:ing%25" is not a place to go to')
    assert ":wrong-form" not in message


def test_github_escapes_what_would_end_a_property(run, here):
    here(POLICY, "a,b%.yaml")
    out = run("check", "policies/here", "--format", "github").out
    assert "::warning file=policies/here/a%2Cb%25.yaml,line=21,col=3," in out


def test_github_keeps_the_help_in_one_line(run, here):
    here()
    lines = run("check", "policies/here", "--format", "github").out.splitlines()
    assert len(lines) == 1
    assert "each has a rule of its own for answered" in lines[0]


def test_github_says_nothing_where_nothing_is_wrong(run, here):
    here(RIGHT)
    done = run("check", "policies/here", "--format", "github")
    assert (done.status, done.out) == (0, "")


def sarif(run, *arguments):
    report = json.loads(run("check", *arguments, "--format", "sarif").out)
    jsonschema.Draft7Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(report)
    return report["runs"][0]


def test_sarif_gives_the_rule_its_page_and_the_fix_its_place(run, here):
    here(WITH_AN_ERROR)
    found = sarif(run, "policies/here")
    (result,) = found["results"]
    rule = found["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], result["ruleId"], result["level"]) == ("unknown-stage", "unknown-stage", "error")
    assert rule["help"]["markdown"].count("```yaml") == 2
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    line = WITH_AN_ERROR.splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "answring"
    assert replacement["insertedContent"]["text"] == "answering"


def test_sarif_shows_what_is_ignored_as_suppressed(run, here):
    here(POLICY.replace(AGAIN, f"{AGAIN}  # duecourse: ignore[{WARNING}] {BECAUSE}"))
    (result,) = sarif(run, "policies/here")["results"]
    assert result["suppressions"][0]["kind"] == "inSource"
    assert result["suppressions"][0]["justification"] == "the page has it"


def test_sarif_of_strange_paths_and_of_everything_bad_is_valid(run, here):
    here(WITH_AN_ERROR, "ä b#c.yaml")
    assert sarif(run, "policies")["artifacts"][0]["location"]["uri"] == "policies/here/%C3%A4%20b%23c.yaml"
    checkout = Path(__file__).resolve().parents[1]
    for folder in ("documents/bad", "policy/bad/library"):
        assert len(sarif(run, str(checkout / folder))["results"]) > 50


def test_sarif_without_findings_is_valid(run, here):
    here(RIGHT)
    assert sarif(run, "policies/here")["results"] == []


def test_junit_fails_what_makes_the_check_fail(run, here):
    here()
    for option, failures in (((), "0"), (("--fail-on", "warning"), "1")):
        root = ET.fromstring(run("check", "policies/here", "--format", "junit", *option).out)  # noqa: S314 - our own
        assert (root.attrib["tests"], root.attrib["failures"]) == ("1", failures)
        assert len(root.findall(".//failure")) == int(failures)


def test_junit_skips_what_is_ignored_and_passes_what_is_right(run, here):
    here(POLICY.replace(AGAIN, f"{AGAIN}  # duecourse: ignore[{WARNING}] {BECAUSE}"))
    here(RIGHT.replace("here/complaints", "here/other"), "other.yaml")
    root = ET.fromstring(run("check", "policies/here", "--format", "junit").out)  # noqa: S314 - our own
    counts = {suite.attrib["name"]: suite.attrib for suite in root}
    assert counts["policies/here/complaints.yaml"]["skipped"] == "1"
    assert counts["policies/here/other.yaml"]["tests"] == "1"
    assert root.find(".//skipped").attrib["message"] == "ignored because the page has it"


def test_junit_and_text_hold_no_character_that_cannot_be_shown(run, here):
    here(POLICY.replace("Being answered", "Being \x1b[31manswered"))
    ET.fromstring(run("check", "policies/here", "--format", "junit").out)  # noqa: S314 - our own
    for form in ("text", "plain", "github", "markdown"):
        assert "\x1b" not in run("check", "policies/here", "--format", form).out


def test_markdown_is_a_table_of_which_no_text_breaks_out(run, here):
    here(POLICY.replace("go_to: answering", 'go_to: "a | b <script> *c* _d_"'))
    rows = [
        line
        for line in run("check", "policies/here", "--format", "markdown").out.splitlines()
        if line[:1] == "|"
    ]
    assert rows[:2] == ["| | where | what | check |", "|---|---|---|---|"]
    assert len(rows) == 3
    assert r"a \| b \<script\> \*c\* \_d\_" in rows[2]
    assert rows[2].startswith("| error | `policies/here/complaints.yaml:17:64` |")
    assert rows[2].endswith("| `wrong-form` |")


@pytest.mark.parametrize("form", ["text", "plain", "json", "sarif", "github", "junit", "markdown"])
def test_standard_input_is_checked_in_every_format(run, form):
    done = run("check", "-", "--format", form, stdin=WITH_AN_ERROR)
    assert done.status == 1
    assert "answring" in done.out


# --- Remarks -------------------------------------------------------------------------------------------------------


def remark(text):
    return POLICY.replace(AGAIN, f"{AGAIN}  # {text}")


def test_a_remark_on_the_line_silences_a_warning(told, run):
    assert told(remark(f"duecourse: ignore[{WARNING}] {BECAUSE}")) == ([], [(WARNING, 21)])
    assert run("check", "policies/here").out == "1 file checked: no problems; 1 ignored\n"


def test_a_remark_alone_on_the_line_above_silences_it_too(told):
    above = POLICY.replace(AGAIN, f"  # duecourse: ignore[{WARNING}] {BECAUSE}\n\n  # more\n{AGAIN}")
    assert told(above) == ([], [(WARNING, 24)])


def test_a_remark_behind_another_line_does_not(told):
    remark = f"  # duecourse: ignore[{WARNING}] {BECAUSE}"
    problems, ignored = told(POLICY.replace("anywhere:", f"anywhere:{remark}"))
    assert problems == [("unused-ignore", 20), (WARNING, 21)]
    assert ignored == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"duecourse: ignore[{WARNING}]", "ignore-without-reason"),
        (f"duecourse: ignore[{WARNING}] because", "ignore-without-reason"),
        (f"duecourse: ignore[{WARNING}] since the page has it", "ignore-without-reason"),
        (f"duecourse: ignore {WARNING} {BECAUSE}", "strange-remark"),
        (f"duecourse ignore[{WARNING}] {BECAUSE}", "strange-remark"),
        (f"duecourse: ignore[] {BECAUSE}", "strange-remark"),
        (f"duecourse: ignroe[{WARNING}] {BECAUSE}", "strange-remark"),
    ],
)
def test_a_remark_that_is_not_as_it_should_be_is_told_and_silences_nothing(told, text, name):
    problems, ignored = told(remark(text))
    assert sorted(problems) == sorted([(name, 21), (WARNING, 21)])
    assert ignored == []


def test_a_remark_that_only_speaks_of_the_program_is_no_concern(told):
    assert told(remark("as duecourse says, and duecourse check too")) == ([(WARNING, 21)], [])


def test_several_names_are_judged_each_for_itself(told, run):
    text = remark(f"duecourse: ignore[dead-end, {WARNING}, rule-never-aplies] {BECAUSE}")
    problems, ignored = told(text)
    assert problems == [("unused-ignore", 21), ("unused-ignore", 21)]
    assert ignored == [(WARNING, 21)]
    plain = run("check", "policies/here", "--format", "plain").out.splitlines()
    assert [line.partition(": ")[2] for line in plain] == [
        'warning[unused-ignore]: there is no "dead-end" on line 21 to be silenced: take the remark out',
        'warning[unused-ignore]: there is no check "rule-never-aplies" (write "rule-never-applies")',
    ]


def test_an_error_is_not_silenced(told):
    text = WITH_AN_ERROR.replace(
        "go_to: answring}}}", f"go_to: answring}}}}}}  # duecourse: ignore[unknown-stage] {BECAUSE}"
    )
    assert text != WITH_AN_ERROR
    assert sorted(told(text)[0]) == [("cannot-ignore", 17), ("unknown-stage", 17)]


def test_in_a_file_with_errors_no_remark_is_in_vain(told):
    text = remark(f"duecourse: ignore[{WARNING}] {BECAUSE}").replace("go_to: answering", "go_to: answring")
    assert told(text)[0] == [("unknown-stage", 17)]


@pytest.mark.parametrize(
    "title",
    [
        f'"Complaints # duecourse: ignore[dead-end] {BECAUSE}"',
        "|\n  # duecourse: ignore[dead-end] because\n",
        f"'Complaints\n  # duecourse: ignore[dead-end] {BECAUSE}'",
    ],
)
def test_what_looks_like_a_remark_in_a_text_is_text(told, title):
    assert [name for name, _ in told(POLICY.replace("title: Complaints", f"title: {title}"))[0]] == [WARNING]


def test_a_remark_beside_or_after_a_text_is_a_remark(told):
    for title in (
        f'"Complaints # 1"  # duecourse: ignore[dead-end] {BECAUSE}',
        f"'It''s'  # duecourse: ignore[dead-end] {BECAUSE}",
        f"|  # duecourse: ignore[dead-end] {BECAUSE}\n  Complaints",
        f"|\n  Complaints\n# duecourse: ignore[dead-end] {BECAUSE}",
        f"Complaints\n  and compliments  # duecourse: ignore[dead-end] {BECAUSE}",
    ):
        names = [name for name, _ in told(POLICY.replace("title: Complaints", f"title: {title}"))[0]]
        assert names == ["unused-ignore", WARNING], title


def test_a_remark_in_a_scenario_file_is_heeded(run, here, tmp_path):
    here()
    (tmp_path / "a.scenarios.yaml").write_text(
        "scenarios_for: here/complaints\n"
        "scenarios:\n"
        "  - name: Received  # duecourse: ignore[dead-end] because of nothing\n"
        '    steps: [{at: "2026-05-01", when: complaint_received}]\n',
        encoding="utf-8",
    )
    assert (
        "a.scenarios.yaml:3:41: warning[unused-ignore]"
        in run("check", "a.scenarios.yaml", "--format", "plain").out
    )


def test_a_finding_in_a_base_is_silenced_where_it_is_extended(run, here):
    here(POLICY.replace("here/complaints", "here/base"), "base.yaml")
    over = 'policy: here/complaints\nextends: here/base{}\nin_force: {{from: "2024-04-01"}}\n'
    command = ("check", "policies/here/complaints.yaml", "--format", "plain")
    here(over.format(""))
    assert run(*command).out.startswith(f"policies/here/base.yaml:21:3: warning[{WARNING}]")
    here(over.format(f"  # duecourse: ignore[{WARNING}] {BECAUSE}"))
    assert run(*command).out == ""
    # What is found in the base by itself is silenced there only.
    assert (
        f"policies/here/base.yaml:21:3: warning[{WARNING}]"
        in run("check", "policies/here", "--format", "plain").out
    )


def test_json_says_why_and_where_something_is_ignored(run, here):
    here(remark(f"duecourse: ignore[{WARNING}] {BECAUSE}"))
    (ignored,) = json.loads(run("check", "policies/here", "--format", "json").out)["ignored"]
    assert (ignored["name"], ignored["because"]) == (WARNING, "the page has it")
    assert ignored["remark"] == {"path": "policies/here/complaints.yaml", "line": 21, "column": 60}


def test_a_thousand_remarks_do_not_take_long(told):
    text = POLICY + "".join(f"# duecourse: ignore[x{each}] because\n" for each in range(1000))
    problems, _ = told(text)
    assert len(problems) == 201
