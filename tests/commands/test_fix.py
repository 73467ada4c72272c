"""`fix`: edits that are beyond doubt, nothing else touched, no file worse for it."""

from __future__ import annotations

import pytest

from engine.documents.edits import Edit, edited, safe_edit
from engine.problems import Place, Problem

GOOD = """\
# The procedure of a small town.
policy: here/complaints
title: Complaints   # as the page has it
in_force: {from: "2024-04-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
people: {complainant: {title: Person who complains}, officer: {title: Officer}}
events: {complaint_received: {by: complainant}, answered: {by: officer}}
limits:
  answer:
    is: 10 working days
    from: complaint_received
    met_by: answered
    owed_by: officer      # not the office
    force: must
    basis: local
stages:
  opening: {next: {received: {when: complaint_received, go_to: answering}}}
  answering: {title: Being answered, next: {answered: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""

# What is changed in the good file, and what `fix` makes of that; `None`: nothing, since it is not beyond doubt.
MISTAKES = {
    "a misspelt key": ("owed_by: officer", "owed_bye: officer", "owed_by: officer"),
    "a key of another language": ("when: answered", "on: answered", "when: answered"),
    "a misspelt stage": ("go_to: closed", "go_to: closd", "go_to: closed"),
    "a misspelt name in quotes": ("go_to: closed", "go_to: 'closd'", "go_to: 'closed'"),
    "a misspelt event in a list": ("met_by: answered", 'met_by: [ "answred" ]', 'met_by: [ "answered" ]'),
    "a misspelt unit": ("10 working days", "10 workin days", "10 working days"),
    "a number for a text": ("title: Closed", "title: 2024", 'title: "2024"'),
    "a misspelt value": ("force: must", "force: mst", "force: must"),
    "a unit in capitals": ("10 working days", "10 WORKING-DAYS", "10 working days"),
    "a unit that could be two": ("10 working days", "10 weekdays", None),
    "a value that could be two": ("basis: local", "basis: local, roll: working_day", None),
    "days that are not said": ("10 working days", "10 days", None),
    "a word like none": ("go_to: closed", "go_to: elsewhere", None),
    "a key written twice": ("title: Closed,", "title: Closed, title: Ended,", None),
    "a colon in a text": ("title: Complaints ", "title: Complaints: all ", None),
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of a policy, in a folder of policies where the test has gone."""
    folder = tmp_path / "policies" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return folder / "complaints.yaml"


@pytest.fixture
def fix(run, tmp_path, monkeypatch, file):
    """Run `fix` where the policies lie."""

    def typed(*arguments):
        monkeypatch.chdir(tmp_path)
        return run("fix", *arguments)

    return typed


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_mended_if_it_is_beyond_doubt(fix, file, name):
    old, new, expected = MISTAKES[name]
    assert old in GOOD
    wrong = GOOD.replace(old, new, 1)
    file.write_text(wrong, encoding="utf-8")
    done = fix("--write")
    if expected is None:
        assert (done.status, file.read_text(encoding="utf-8")) == (1, wrong)
        assert done.out.endswith("nothing to fix that is beyond doubt\n")
    else:
        assert (done.status, file.read_text(encoding="utf-8")) == (0, GOOD.replace(old, expected, 1))
        assert done.out.endswith("1 file checked: no problems\n1 edit in 1 file: written\n")


def test_nothing_is_written_without_write(fix, file):
    wrong = GOOD.replace("owed_by", "owed_bye")
    file.write_text(wrong, encoding="utf-8")
    for arguments in ((), ("--dry-run",), ("policies/here",), ("policies/here/complaints.yaml",)):
        done = fix(*arguments)
        assert done.status == 1
        assert (
            "-    owed_bye: officer      # not the office\n+    owed_by: officer      # not the office\n"
            in done.out
        )
        assert (
            "with these edits: 1 file checked: no problems\n1 edit in 1 file: not written: add --write\n"
            in done.out
        )
        assert file.read_text(encoding="utf-8") == wrong


def test_what_is_shown_is_a_unified_diff(fix, file):
    file.write_text(GOOD.replace("force: must", "force: mst"), encoding="utf-8")
    assert fix().out.splitlines()[:7] == [
        "--- policies/here/complaints.yaml",
        "+++ policies/here/complaints.yaml",
        "@@ -14,3 +14,3 @@",
        "     owed_by: officer      # not the office",
        "-    force: mst",
        "+    force: must",
        "     basis: local",
    ]


def test_line_ends_and_a_byte_order_mark_stay(fix, file):
    wrong = "\ufeff" + GOOD.replace("owed_by", "owed_bye").replace("go_to: closed", "go_to: closd").replace(
        "\n", "\r\n"
    )
    file.write_bytes(wrong.encode())
    done = fix("--write")
    right = "\ufeff" + GOOD.replace("\n", "\r\n")
    assert file.read_bytes() == right.encode()
    assert "byte-order-mark" in done.out
    assert done.status == 1


def test_a_file_without_a_last_line_end_gets_none(fix, file):
    file.write_bytes(GOOD.replace("end: closed}\n", "end: closd}").encode())
    fix("--write")
    assert file.read_bytes() == GOOD.removesuffix("\n").encode()


def test_what_only_shows_after_a_round_is_mended_as_well(fix, file):
    # A name is looked at once no key is unknown.
    wrong = GOOD.replace("owed_by", "owed_bye").replace("go_to: closed", "go_to: closd")
    file.write_text(wrong, encoding="utf-8")
    assert fix("--write").status == 0
    assert file.read_text(encoding="utf-8") == GOOD


def test_an_error_that_only_shows_then_does_not_keep_an_edit_from_being_made(fix, file):
    wrong = GOOD.replace("answered: {by: officer}", "answered: {by: officer, needs: reason}")
    file.write_text(wrong, encoding="utf-8")
    done = fix("--write")
    assert file.read_text(encoding="utf-8") == wrong.replace("needs: reason", "needs: [reason]")
    assert done.status == 1
    assert "error[unknown-fact]" in done.out


def test_what_is_left_is_told(fix, file):
    file.write_text(
        GOOD.replace("owed_by", "owed_bye").replace("10 working days", "10 days"), encoding="utf-8"
    )
    for option in ("--dry-run", "--write"):
        done = fix(option)
        assert done.status == 1
        assert "error[bare-days]" in done.out
        assert "unknown-key" not in done.out


def test_an_edit_that_makes_another_error_is_not_made(fix, file):
    # Both keys would become `title`, which may stand there once only.
    wrong = GOOD.replace("closed: {title: Closed,", "closed: {titel: Closed, tittle: Ended,")
    file.write_text(wrong, encoding="utf-8")
    fix("--write")
    either = (wrong.replace("titel: Closed", "title: Closed"), wrong.replace("tittle: Ended", "title: Ended"))
    assert file.read_text(encoding="utf-8") in either


def test_a_number_in_a_name_is_never_changed(fix, file):
    wrong = GOOD.replace("answering: {title: Being answered", "stage_1: {title: Being answered").replace(
        "go_to: answering", "go_to: stage_2"
    )
    file.write_text(wrong, encoding="utf-8")
    assert fix("--write").status == 1
    assert file.read_text(encoding="utf-8") == wrong


def test_of_two_words_as_likely_neither_is_chosen(fix, file):
    wrong = GOOD.replace(
        "  closed: {title",
        "  panel_a: {title: A, end: closed}\n  panel_b: {title: B, end: closed}\n  closed: {title",
    ).replace("go_to: closed", "go_to: panel_c")
    file.write_text(wrong, encoding="utf-8")
    fix("--write")
    assert file.read_text(encoding="utf-8") == wrong


def test_scenario_files_are_mended(fix, file, tmp_path):
    file.write_text(GOOD, encoding="utf-8")
    scenarios = tmp_path / "a.scenarios.yaml"
    right = (
        "scenarios_for: here/complaints\n"
        "scenarios:\n"
        "  - name: Received  # by post\n"
        '    steps: [{at: "2026-05-01", when: complaint_received}]\n'
    )
    scenarios.write_text(right.replace("complaint_received", "complaint_recieved"), encoding="utf-8")
    assert fix("a.scenarios.yaml", "--write").status == 0
    assert scenarios.read_text(encoding="utf-8") == right


def test_a_right_file_is_left_alone(fix, file):
    file.write_text(GOOD, encoding="utf-8")
    before = file.stat().st_mtime_ns
    done = fix("--write")
    assert (done.status, done.out) == (
        0,
        "1 file checked: no problems\nnothing to fix that is beyond doubt\n",
    )
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-",), "not on standard input"),
        (("nowhere.yaml",), "there is no such file"),
        (("no/where",), "no/where"),
    ],
)
def test_what_cannot_be_fixed_is_said(fix, file, arguments, words):
    done = fix(*arguments)
    assert done.status != 0
    assert words in done.out + done.err


def test_without_a_folder_of_policies_something_must_be_named(run, tmp_path, monkeypatch):
    def typed(*arguments):
        monkeypatch.chdir(tmp_path)
        return run(*arguments)

    done = typed("fix")
    assert (done.status, done.err) == (2, "error: there is no folder policies here: name the files to fix\n")


# --- Edits by themselves -------------------------------------------------------------------------------------------


def problem(message, instead, *, line=1, column=1, width=1, name="unknown-stage"):
    return Problem(Place("x", line, column, width), name, message, instead=instead)


def test_edits_on_one_line_do_not_move_each_other():
    text = "a: {one: 1, two: 2}  # one, two\nb: 3\r\n"
    edits = [Edit(1, 5, 3, "first"), Edit(1, 13, 3, "second"), Edit(2, 1, 1, "c")]
    assert edited(text, edits) == "a: {first: 1, second: 2}  # one, two\nc: 3\r\n"
    assert edited(text, reversed(edits)) == edited(text, edits)


def test_of_edits_that_overlap_the_first_counts():
    assert edited("abcdef", [Edit(1, 3, 2, "Y"), Edit(1, 1, 3, "X")]) == "Xdef"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("closd", problem('there is no stage "closd"', None, width=5)),
        ("closd", problem('there is no stage "closd"', "closed", line=7, width=5)),
        ("closd", problem('there is no stage "closd"', "closed", column=30, width=5)),
        # The place covers the first line of a text of several.
        ("closd\n  away", problem('there is no stage "closd away"', "closed", width=5)),
        ("closd", problem('there is no stage "closd"', "closed\nx", width=5)),
        ("closd", problem('there is no stage "closd"', "closed", width=5, name="right-narrowed")),
    ],
)  # fmt: skip
def test_what_the_place_does_not_cover_exactly_is_not_edited(text, told):
    assert safe_edit(told, text, frozenset()) is None


def test_the_likely_word_counts_if_no_other_comes_near():
    told = problem('there is no stage "closd"', "closed", width=5)
    assert safe_edit(told, "closd", frozenset({"closed", "opening"})) == Edit(1, 1, 5, "closed")
    assert safe_edit(told, "closd", frozenset({"closed", "closid"})) is None
