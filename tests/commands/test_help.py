"""`help`: a page for each check, the list of all, and the page that is made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands import COMMANDS
from engine.policy.checks.pages import pages

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_page_says_what_to_avoid_and_what_to_prefer(run):
    assert run("help", "bare-days").out == (
        "bare-days: Days without saying which\n"
        "\n"
        "  A length in days does not say whether working days or calendar days are meant.\n"
        "\n"
        "  why: Ten working days are two weeks or more. The person waiting and the\n"
        "  authority would count to different dates.\n"
        "\n"
        "  avoid:\n"
        "    events: {answer_received: {after: 2 days}}\n"
        "\n"
        "  prefer:\n"
        "    events: {answer_received: {after: 2 working days}}\n"
    )


@pytest.mark.parametrize("name", pages())
def test_every_page_fits_a_terminal(run, name):
    done = run("help", name)
    assert done.status == 0
    assert max(map(len, done.out.splitlines())) <= 80
    assert "\t" not in done.out


def test_the_list_names_every_check_once(run):
    lines = run("help").out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert sorted(listed) == sorted(pages())
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("bare-dys", 'there is no check "bare-dys"; did you mean "bare-days"?'),
        ("Bare_Days", 'there is no check "Bare_Days"; did you mean "bare-days"?'),
        ("[bare-days]", 'there is no check "[bare-days]"; did you mean "bare-days"?'),
        ("chek", 'there is no check "chek"; did you mean "check"?'),
        ("zzzzzz", 'there is no check "zzzzzz"; all of them: duecourse help'),
        ("", 'there is no check ""; all of them: duecourse help'),
    ],
)
def test_an_unknown_name_is_wrong_usage_with_the_likely_word(run, typed, hint):
    done = run("help", typed)
    assert done.status == 2
    assert hint in done.err


def test_the_name_of_a_command_gives_its_help(run):
    assert run("help", "due").out == run("due", "--help").out
    assert run("help", "help").out == run("help", "--help").out


def test_no_check_is_called_as_a_command():
    assert pages().keys().isdisjoint(COMMANDS)


def test_the_page_of_all_checks_is_up_to_date(run):
    page = (CHECKOUT / "policies" / "CHECKS.md").read_text(encoding="utf-8")
    assert run("help", "--format", "markdown").out == page, "make checks-page"


def test_one_page_as_markdown_is_that_of_the_file(run):
    page = run("help", "tab", "--format", "markdown").out
    assert page in (CHECKOUT / "policies" / "CHECKS.md").read_text(encoding="utf-8")
