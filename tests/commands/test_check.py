"""`check`: what it says of right and wrong files, in each format, and the exit status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.policy import PolicyLibrary
from engine.policy.checks.pages import pages
from tests.commands.small import POLICY as GOOD

CHECKOUT = Path(__file__).parents[2]
LAW = {name for name, page in pages().items() if page.family == "law"}

# What is changed, and the only line that `--format plain` must print, without the path.
MISTAKES = {
    "misspelt-key": (
        ("owed_by: officer", "owed_bye: officer"),
        '13:5: error[unknown-key]: a limit has no key "owed_bye" (write "owed_by")',
    ),
    "unknown-stage": (
        ("go_to: closed}", "go_to: clsed}"),
        '18:79: error[unknown-stage]: there is no stage "clsed" (write "closed")',
    ),
    "bare-days": (
        ("is: 10 working days", "is: 10 days"),
        '10:9: error[bare-days]: "10 days" does not say which days: write "10 working days" or "10 calendar days"',
    ),
    "duplicate-rule": (
        ("go_to: closed}}}", "go_to: closed}, answered: {when: answered}}}"),
        '18:88: error[duplicate-key]: "answered" is written twice in this map, first on line 18',
    ),
    "on-as-a-key": (
        ("{when: answered, go_to: closed}", "{on: answered, go_to: closed}"),
        '18:56: error[on-as-a-key]: a rule has no key "on", which other YAML tools read as true (write "when")',
    ),
}


@pytest.fixture
def folder(tmp_path):
    """A folder of policies with one authority."""
    (tmp_path / "policies" / "here").mkdir(parents=True)
    return tmp_path / "policies" / "here"


@pytest.mark.parametrize("name", MISTAKES)
def test_one_mistake_gives_one_message_with_its_place(run, folder, name):
    (old, new), expected = MISTAKES[name]
    file = folder / "complaints.yaml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new))
    done = run("check", str(file), "--format", "plain")
    assert done.status == 1
    assert done.out.replace(f"{file}:", "").splitlines() == [expected]


def test_a_right_policy_has_no_problems(run, folder):
    (folder / "complaints.yaml").write_text(GOOD)
    done = run("check", str(folder))
    assert (done.status, done.out) == (0, "1 file checked: no problems\n")


def test_the_text_form_shows_the_line_with_a_caret(run, folder, monkeypatch):
    file = folder / "complaints.yaml"
    file.write_text(GOOD.replace("is: 10 working days", "is: 10 days"))
    monkeypatch.chdir(folder)
    done = run("check", str(file))
    assert done.out == (
        'error[bare-days]: "10 days" does not say which days: write "10 working days" or "10 calendar days"\n'
        f"  --> {file}:10:9\n"
        "      in limits > answer > is\n"
        "   |\n"
        "10 |     is: 10 days\n"
        "   |         ^^^^^^^\n"
        "\n"
        "1 file checked: 1 error\n"
        "more on it: duecourse help bare-days\n"
    )


def test_a_name_of_another_kind_is_told_as_what_it_is(run, folder):
    (folder / "complaints.yaml").write_text(GOOD.replace("met_by: answered", "met_by: answer"))
    assert '"answer" is a limit' in run("check", str(folder)).out


def test_a_file_that_is_not_there_does_not_keep_others_from_being_checked(run, folder):
    (folder / "complaints.yaml").write_text(GOOD.replace("is: 10 working days", "is: 10 days"))
    done = run("check", "no/such/file.yaml", str(folder), "--format", "plain")
    assert (done.status, done.out.count("error[")) == (2, 2)


def test_json_holds_every_problem(run, folder):
    file = folder / "complaints.yaml"
    file.write_text(GOOD.replace("is: 10 working days", "is: 10 days"))
    told = json.loads(run("check", str(file), "--format", "json").out)
    assert told["files"] == [str(file)]
    assert [(each["name"], each["line"], each["column"]) for each in told["problems"]] == [
        ("bare-days", 10, 9)
    ]


def test_standard_input_is_checked(run):
    done = run("check", "-", "--format", "plain", stdin=GOOD.replace("is: 10 working days", "is: 10 days"))
    assert done.status == 1
    assert done.out.startswith("<stdin>:10:9: error[bare-days]")


def test_the_shipped_policies_have_no_errors_and_say_where_their_pages_depart_from_the_base(run):
    done = run("check", "--format", "json")
    report = json.loads(done.out)
    assert done.status == 0
    requirements = list((CHECKOUT / "policies").glob("*/*.requirements.yaml"))
    assert len(report["files"]) == len(PolicyLibrary().files()) + len(requirements)
    # What the law and the Code ask is held to its own list, in tests/policy/test_law.py.
    others = (problem for problem in report["problems"] if problem["name"] not in LAW)
    assert sorted((problem["path"].split("policies/")[-1], problem["name"]) for problem in others) == [
        ("england/children-statutory.yaml", "pause-without-end"),
        ("models/adult-social-care.yaml", "extension-without-ceiling"),
        ("models/scotland.yaml", "extension-without-ceiling"),
        ("models/wales-social-services.yaml", "extension-without-ceiling"),
        ("redbridge/corporate.yaml", "start-never-bounded"),
        ("richmond/corporate@2024-04-01.yaml", "right-narrowed"),
    ]


def test_a_policy_is_checked_by_name(run):
    assert run("check", "england/corporate").out == "1 file checked: no problems\n"


def test_a_file_that_is_not_there_is_status_2(run):
    assert run("check", "nowhere.yaml").status == 2


def test_scenario_files_are_checked_for_shape_and_names(run, tmp_path):
    file = tmp_path / "names.scenarios.yaml"
    file.write_text(
        "scenarios_for: redbridge/children-statutory\n"
        "scenarios:\n"
        "  - name: A misspelt event\n"
        "    steps:\n"
        '      - {at: "2026-05-01", when: complaint_recieved}\n'
    )
    for typed, stdin, shown in ((str(file), "", str(file)), ("-", file.read_text(), "<stdin>")):
        done = run("check", typed, "--format", "plain", stdin=stdin)
        assert done.status == 1
        assert done.out.startswith(
            f'{shown}:5:34: error[unknown-event]: there is no event "complaint_recieved"'
        )


def test_a_folder_is_checked_whole_and_what_is_inherited_is_found(run, tmp_path):
    shutil.copytree("policies", tmp_path / "policies")
    law = tmp_path / "policies" / "england" / "children-statutory.yaml"
    law.write_text(law.read_text().replace("basis: law", "basis: lore", 1))
    done = run("check", str(tmp_path / "policies"), "--format", "plain")
    assert done.status == 1
    assert sum("lore" in line for line in done.out.splitlines()) == 1
    assert any("base-has-problems" in line for line in done.out.splitlines())
