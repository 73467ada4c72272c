"""`duecourse intake`: what it prints, what it asks for on a terminal, and its exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal

CHECKOUT = Path(__file__).resolve().parents[2]
LIBRARY = "tests/intakes/library"
MYTOWN = ("intake", "mytown", "--policies", LIBRARY)
CLEAR = (
    "subject=social_care",
    "relationship=parent",
    "proceedings=none",
    "grounds_arose=2026-01-05",
    "earlier=0",
)


def with_facts(*facts):
    return [word for fact in facts for word in ("--fact", fact)]


@pytest.fixture
def intake(run):
    """Type `duecourse intake mytown` for a complaint received on Thursday 5 March 2026."""

    def typed(*arguments, received="2026-03-05", stdin=""):
        return run(*MYTOWN, *(("--received", received) if received else ()), *arguments, stdin=stdin)

    return typed


# --- What it prints --------------------------------------------------------------------------------------------------


def test_a_decision_is_a_page_with_reasons_and_the_case_to_open(intake):
    done = intake(*with_facts(*CLEAR))
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "Which complaints Mytown considers"
    assert "in force from Mon 1 Apr 2024; received Thu 5 Mar 2026" in done.out
    assert "the complaint: accepted under mytown/children" in lines
    assert "subject is social_care" in done.out
    assert lines[lines.index("Case to open") + 1] == "  mytown/children (in force from Wed 1 Jan 2020)"
    assert "facts that pass on to it: relationship" in done.out


def test_what_is_not_considered_says_why_what_to_do_instead_and_until_when_to_come_back(intake):
    facts = [*CLEAR[:2], "proceedings=under_way", "proceedings_ended=2025-11-10", "earlier=3"]
    done = intake(*with_facts(*facts))
    assert done.status == 0
    assert "the complaint: not considered" in done.out
    for told in (
        "There are proceedings",
        "instead: the proceedings",
        "may come again until Tue 10 Nov 2026",
        "instead: the answer of last time",
        "letter not_considered to complainant, saying: reasons, ombudsman_right",
        "letter come_later to complainant",
    ):
        assert told in done.out
    assert "to open" not in done.out


@pytest.mark.parametrize(
    ("facts", "received", "status", "told"),
    [
        (("subject=school",), "2026-03-05", 0, "the complaint: redirected to the school"),
        ((), "2026-03-05", 1, "needed: subject: What is the point about? (manager decides)"),
        (
            (*CLEAR[:3], CLEAR[4], "grounds_arose=2025-03-05"),
            "2026-03-05",
            0,
            "accepted under mytown/children",
        ),
        ((*CLEAR[:3], CLEAR[4], "grounds_arose=2025-03-05"), "2026-03-06", 1, "needed: good_reason:"),
    ],
    ids=["redirected", "nothing-known", "last-day", "day-after"],
)
def test_the_exit_status_says_whether_it_is_decided(intake, facts, received, status, told):
    done = intake(*with_facts(*facts), received=received)
    assert (done.status, done.err) == (status, "")
    assert told in done.out


def test_a_gap_is_status_1(run, tmp_path):
    folder = tmp_path / "gap"
    folder.mkdir()
    text = (CHECKOUT / LIBRARY / "mytown" / "intake.yaml").read_text(encoding="utf-8")
    changed = text.replace("intake: mytown", "intake: gap").replace("school], per", "school, parks], per")
    (folder / "intake.yaml").write_text(changed, encoding="utf-8")
    typed = ("intake", "gap", "--policies", str(tmp_path), "--received", "2026-03-05")
    done = run(*typed, *with_facts("subject=parks"))
    assert done.status == 1
    assert "the complaint: no route" in done.out


def test_points_are_decided_one_by_one_and_open_linked_cases(intake):
    facts = ["subject.a=social_care", "subject.b=school", "subject.c=refuse"]
    done = intake("--points", "a, b,c", *with_facts(*facts, *CLEAR[1:]))
    assert done.status == 0
    assert [line for line in done.out.splitlines() if re.match("[abc]: ", line)] == [
        "a: accepted under mytown/children",
        "b: redirected to the school",
        "c: accepted under mytown/corporate",
    ]
    assert "Linked cases to open\n  mytown/children (in force from Wed 1 Jan 2020): a\n" in done.out
    assert "  mytown/corporate (in force from Thu 1 Jan 2026): c" in done.out


def test_one_point_undecided_leaves_the_whole_open(intake):
    done = intake("--points", "a,b", *with_facts("subject.a=school"))
    assert done.status == 1
    assert "b: not decided: more must be known\n  needed: subject.b: " in done.out


def test_the_day_of_receipt_left_out_is_today(intake, monkeypatch):
    from datetime import date

    monkeypatch.setattr("engine.commands.intake.today", lambda: date(2026, 7, 1))
    assert "received Wed 1 Jul 2026" in intake(received=None).out


def test_a_procedure_without_a_version_is_told_and_the_rest_printed(run, tmp_path):
    folder = tmp_path / "mytown"
    folder.mkdir()
    for name in ("intake.yaml", "corporate.yaml"):
        text = (CHECKOUT / LIBRARY / "mytown" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
    facts = [*CLEAR[1:], "subject.a=social_care", "subject.b=refuse"]
    typed = ("intake", "mytown", "--policies", str(tmp_path), "--received", "2026-03-05", *with_facts(*facts))
    done = run(*typed)
    assert done.status == 0
    assert 'mytown/children: a; there is no policy "mytown/children"' in " ".join(done.out.split())
    assert "mytown/corporate (in force from Thu 1 Jan 2026): b" in done.out
    report = json.loads(run(*typed, "--format", "json").out)
    assert [case["missing"] is None for case in report["cases"]] == [False, True]


def test_json_says_the_same(intake):
    done = intake(
        "--format", "json", "--points", "a", *with_facts("subject.a=social_care", "proceedings.a=under_way")
    )
    report = json.loads(done.out)
    assert done.status == 0
    assert (report["authority"], report["in_force_from"], report["received"]) == (
        "mytown",
        "2024-04-01",
        "2026-03-05",
    )
    assert (report["complete"], report["points"], report["changed"]) == (True, ["a"], None)
    assert report["facts"] == {"subject": {"a": "social_care"}, "proceedings": {"a": "under_way"}}
    (answer,) = report["answers"]
    assert (answer["outcome"], answer["accept_under"]) == ("not_considered", "mytown/children")
    (ground,) = answer["grounds"]
    assert ground["come_back"] == {
        "limit": "resubmission", "length": "1 year", "from": "proceedings_ended", "until": None,
    }  # fmt: skip
    facts = [*CLEAR[:2], "proceedings=under_way", "proceedings_ended=2025-11-10"]
    (answer,) = json.loads(intake("--format", "json", *with_facts(*facts)).out)["answers"]
    assert answer["grounds"][0]["come_back"]["until"] == "2026-11-10"
    needs = json.loads(intake("--format", "json").out)["answers"][0]["needs"]
    assert needs[0]["answers"] == ["social_care", "refuse", "school"]


@pytest.mark.parametrize(
    "authority", ["england", "manchester", "redbridge", "richmond", "southwark", "models"]
)
def test_no_line_is_longer_than_a_terminal_is_wide(run, authority):
    done = run(
        "intake", authority, "--received", "2026-05-01", "--points", "the_first_point,the_second_point"
    )
    assert done.status == 1
    assert max(map(len, done.out.splitlines())) <= 80
    assert "\x1b" not in done.out


# --- Deciding again --------------------------------------------------------------------------------------------------


@pytest.fixture
def earlier(intake, tmp_path):
    """A decision in a file: an aunt without a sufficient interest."""
    facts = ["relationship=aunt", "interest=not_sufficient", *CLEAR[2:]]
    file = tmp_path / "decision.json"
    subject = ["subject.a=social_care", "subject.b=school"]
    file.write_text(intake("--format", "json", *with_facts(*subject, *facts)).out, encoding="utf-8")
    return file


def test_an_earlier_decision_is_taken_again_with_what_has_changed(intake, earlier):
    done = intake("--again", str(earlier), *with_facts("relationship=foster_carer"), received=None)
    assert done.status == 0
    assert (
        "Decided again. What has changed:\n  a: not considered: no_interest; now accepted under" in done.out
    )
    assert "received Thu 5 Mar 2026" in done.out
    report = json.loads(
        intake(
            "--again", str(earlier), "--format", "json", *with_facts("subject.b=social_care"), received=None
        ).out
    )
    assert report["changed"] == [
        {"point": "b", "before": "redirected to the school", "after": "not considered: no_interest"}
    ]
    assert report["facts"]["subject"] == {"a": "social_care", "b": "social_care"}


def test_without_anything_new_nothing_has_changed(intake, earlier):
    assert "Decided again: nothing has changed." in intake("--again", str(earlier), received=None).out


def test_other_reasons_are_told_apart_from_another_answer(intake, earlier):
    done = intake("--again", str(earlier), *with_facts("earlier=0", "known_from=2026-01-05"), received=None)
    assert "nothing has changed" in done.out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"received": "soon"}, "is no decision"),
        ({"received": None}, "is no decision"),
        ({"points": "a"}, "is no decision"),
        ({"points": [["a"]]}, "points"),
        ({"facts": []}, "is no decision"),
        ({"facts": {"subjet": "school"}}, 'did you mean "subject"?'),
        ({"facts": {"subject": {"z": "school"}}}, 'names the point "z"'),
        ({"authority": "redbridge"}, "is a decision of redbridge, not of mytown"),
        ({"in_force_from": "2020-01-01"}, "was decided under the version from 2020-01-01"),
        ({"received": "2020-03-05"}, "in force on 2020-03-05"),
    ],
    ids=str,
)
def test_what_is_no_decision_of_this_intake_is_refused(intake, earlier, change, told):
    data = {**json.loads(earlier.read_text(encoding="utf-8")), **change}
    earlier.write_text(json.dumps(data), encoding="utf-8")
    done = intake("--again", str(earlier), received=None)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "[" * 100_000], ids=["", "list", "null", "cut", "deep"]
)
def test_a_file_that_holds_something_else_is_refused(intake, tmp_path, text):
    file = tmp_path / "decision.json"
    file.write_text(text, encoding="utf-8")
    assert intake("--again", str(file), received=None).status == 2


def test_a_decision_of_another_authority_is_refused_where_the_intake_is_named_by_its_file(run, earlier):
    done = run("intake", "policies/redbridge/intake.yaml", "--again", str(earlier))
    assert done.status == 2
    assert "is a decision of mytown, not of redbridge" in done.err


def test_again_and_the_day_of_receipt_do_not_go_together(intake, earlier):
    assert intake("--again", str(earlier)).status == 2
    assert intake("--again", str(earlier), "--points", "a", received=None).status == 2
    assert intake("--again", "nowhere.json", received=None).status == 2


# --- What is typed wrongly -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--fact", "subjet=school"), 'there is no fact "subjet"; did you mean "subject"?'),
        (("--fact", "subject=scool"), "the answers are: social_care, refuse, school"),
        (("--fact", "earlier=many"), "earlier is a whole number from 0 up"),
        (("--fact", "known_from=5.3.2026"), "known_from is a date such as 2026-05-01"),
        (("--fact", "relationship.a=aunt"), "relationship"),
        (("--points", "a", "--fact", "subject.b=school"), 'subject names the point "b"; the points are: a'),
        (
            ("--fact", "subject=school", "--fact", "subject.a=school"),
            "subject is given as one value and by point",
        ),
        (("--fact", "subject"), "is not a name and a value"),
    ],
    ids=str,
)
def test_a_fact_that_cannot_be_is_refused(intake, typed, told):
    done = intake(*typed)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize(
    ("authority", "received", "told"),
    [
        ("mytwn", "2026-03-05", 'there is no intake of "mytwn"; did you mean "mytown"?'),
        ("elsewhere", "2026-03-05", 'there is no intake of "elsewhere"; there are: '),
        ("mytown", "2024-03-31", "no version of the intake of mytown is in force on 2024-03-31"),
        ("mytown", "2026-02-30", 'there is no day "2026-02-30"'),
        (f"{LIBRARY}/mytown/children.yaml", "2026-03-05", "states a policy, not an intake"),
        (f"{LIBRARY}/mytown/nothing.yaml", "2026-03-05", "nothing.yaml"),
    ],
)
def test_an_intake_that_is_not_there_is_told(run, authority, received, told):
    done = run("intake", authority, "--policies", LIBRARY, "--received", received)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_an_intake_can_be_named_by_its_file(run):
    typed = (
        "intake",
        f"{LIBRARY}/mytown/intake.yaml",
        "--received",
        "2026-03-05",
        "--fact",
        "subject=school",
    )
    done = run(*typed)
    assert (done.status, done.err) == (0, "")
    assert "redirected to the school" in done.out


def test_an_intake_with_errors_is_told_with_its_places(run, tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    text = (CHECKOUT / LIBRARY / "mytown" / "intake.yaml").read_text(encoding="utf-8")
    broken = text.replace("intake: mytown", "intake: lab").replace("{subject: school}", "{subjet: school}")
    (folder / "intake.yaml").write_text(broken, encoding="utf-8")
    done = run("intake", "lab", "--policies", str(tmp_path), "--received", "2026-03-05")
    assert (done.status, done.out) == (1, "")
    assert "unknown-fact" in done.err


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_piped_nothing_is_asked(intake):
    done = intake(stdin="school\n")
    assert (done.status, done.err) == (1, "")


def test_with_ask_it_is_asked_for_piped_too(intake):
    done = intake("--ask", stdin="scool\nschool\n")
    assert done.status == 0
    assert 'subject cannot be "scool"; the answers are: social_care, refuse, school' in done.err
    assert done.err.count("What is the point about? (manager decides)") == 1
    assert "redirected to the school" in done.out


def test_what_is_asked_stays_apart_from_json(intake):
    done = intake("--ask", "--format", "json", stdin="3\n")
    assert json.loads(done.out)["facts"] == {"subject": "school"}
    assert "What is the point about?" in done.err


def test_an_empty_answer_leaves_it_unknown_and_is_not_asked_for_again(intake):
    done = intake("--ask", "--points", "a,b", stdin="\nsocial_care\n\n\n\n\n")
    assert done.status == 1
    assert done.err.count("[a]") == 1
    assert "a: not decided: more must be known\n  needed: subject.a: " in done.out
    assert "needed: relationship: Who complains?" in done.out


@pytest.mark.parametrize("number", ["0", "4", "-1", "1.0", "²"])
def test_a_number_that_no_answer_has_is_refused(intake, number):
    done = intake("--ask", stdin=f"{number}\n3\n")
    assert done.status == 0
    assert f'subject cannot be "{number}"' in done.err


def test_dates_and_counts_are_read_and_asked_for_again(intake):
    # Subject, who complains, proceedings, when, how many.
    done = intake("--ask", stdin="1\n1\n1\n5 January\n2026-01-05\nnone\n0\n")
    assert done.status == 0
    assert 'grounds_arose is a date such as 2026-05-01, not "5 January"' in done.err
    assert 'earlier is a whole number from 0 up, not "none"' in done.err
    assert "accepted under mytown/children" in done.out


def test_a_day_from_which_nothing_can_be_counted_loses_no_other_answer(intake):
    done = intake("--ask", stdin="1\n1\n1\n9999-12-31\n2026-01-05\n0\n")
    assert done.status == 0
    assert "later than the receipt on" in done.err
    assert "accepted under mytown/children" in done.out


def test_with_no_ask_nothing_is_asked_on_a_terminal():
    with on_a_terminal("--no-ask") as terminal:
        assert terminal.finish() == 1
    assert "empty if it is not known" not in terminal.shown


def on_a_terminal(*arguments):
    """The command on a terminal of its own."""
    return Terminal(*MYTOWN, "--received", "2026-03-05", *arguments)


PROMPT = "empty if it is not known: "


def test_on_a_terminal_it_asks_until_it_is_decided():
    with on_a_terminal(*with_facts("earlier=0")) as terminal:
        terminal.see("What is the point about? (manager decides)")
        terminal.see("3  school")
        terminal.see(PROMPT)
        terminal.type("socialcare\n")
        terminal.see('subject cannot be "socialcare"')
        terminal.see(PROMPT)
        terminal.type("1\n")
        terminal.see("Who complains?")
        terminal.see(PROMPT)
        terminal.type("parent\n")
        terminal.see("Are there proceedings?")
        terminal.see(PROMPT)
        terminal.type("1\n")
        terminal.see("When did the grounds arise?")
        terminal.see(PROMPT)
        terminal.type("2025-03-04\n")
        # A day too late: now, and only now, the discretion is asked for.
        terminal.see("Is there a good reason?")
        terminal.see(PROMPT)
        terminal.type("1\n")
        terminal.see("Can it be fair now?")
        terminal.see(PROMPT)
        terminal.type("fair\n")
        assert terminal.finish() == 0
    assert "accepted under mytown/children" in terminal.shown
    assert "\x1b[" in terminal.shown


def test_empty_answers_on_a_terminal_end_with_what_is_still_needed():
    with on_a_terminal(*with_facts("subject=refuse", "grounds_arose=2026-01-05")) as terminal:
        terminal.see("How many complaints about it came before?")
        terminal.see(PROMPT)
        terminal.type("\n")
        assert terminal.finish() == 1
    assert "needed: earlier" in terminal.shown


def test_the_end_of_the_input_leaves_the_rest_unknown():
    with on_a_terminal() as terminal:
        terminal.see(PROMPT)
        terminal.type("\x04")
        assert terminal.finish() == 1
    assert "needed: subject" in terminal.shown


def test_piped_answers_that_end_early_are_not_lost(intake):
    done = intake("--ask", stdin="2\n")
    assert done.status == 1
    assert "subject is refuse" in done.out
    assert "needed: " in done.out


def test_it_can_be_stopped():
    with on_a_terminal() as terminal:
        terminal.see(PROMPT)
        terminal.type("\x03")
        assert terminal.finish() == 130
    assert "stopped" in terminal.shown
    assert "Traceback" not in terminal.shown


def test_as_json_nothing_is_asked_on_a_terminal():
    with on_a_terminal("--format", "json") as terminal:
        assert terminal.finish() == 1
    assert json.loads(terminal.shown)["complete"] is False
