"""`check --sources`: cited figures held against small texts."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendars import Length
from engine.evidence import Copies, Held, evidence_problems
from engine.evidence.figures import figures_in, states
from engine.policy import PolicyLibrary

POLICY = """\
policy: town/complaints
title: Complaints
in_force: {{from: "2020-01-01"}}
calendar: office
calendars: {{office: {{region: england, day_one: day_after}}}}
sources:
  page: {{title: The page, kind: council}}
  law: {{title: The law, kind: law}}
facts: {{complexity: {{ask: "Is it complex?", answers: [simple, complex], decided_by: officer}}}}
people: {{complainant: {{title: Person who complains}}, officer: {{title: Officer}}}}
events: {{received: {{by: complainant}}, answered: {{by: officer}}, extended: {{by: officer}}}}
limits:
  reply: {{is: {length}, {more}from: received, met_by: answered, owed_by: officer, force: must, basis: local, cite: {cite}}}
stages:
  opening: {{next: {{received: {{when: received, go_to: stage_1}}}}}}
  stage_1: {{title: Stage 1, cite: {{page: What happens next}}, next: {{answered: {{when: answered, go_to: closed}}}}}}
  closed: {{title: Closed, end: closed}}
"""
TEXT = """\
How to complain

Stage 1: the manager

We answer within 10 working days, or up to twenty
working days if it is complex. Write to:

Complaints
1 High Street

What happens next

We write to you within 15 days.

What happens next

A panel meets within a year, that is, in the next working day or two.
"""


def found(tmp_path, *, length="10 working days", more="", cite='{page: "Stage 1: the manager"}', texts=None):
    """The names and severities of what is found, and what was held."""
    folder = tmp_path / "policies" / "town"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "complaints.yaml").write_text(POLICY.format(length=length, more=more, cite=cite))
    copies = tmp_path / "copies"
    copies.mkdir(exist_ok=True)
    for name, text in ({"page.txt": TEXT} if texts is None else texts).items():
        (copies / name).parent.mkdir(parents=True, exist_ok=True)
        (copies / name).write_text(text, encoding="utf-8")
    held = Held()
    policy = PolicyLibrary([tmp_path / "policies"]).policy("town/complaints", date(2026, 1, 1))
    problems = list(evidence_problems(policy, Copies(copies), held))
    return [(problem.name, problem.severity) for problem in problems], held, problems


# --- Headings and figures --------------------------------------------------------------------------------------


def test_a_figure_below_its_heading_is_right(tmp_path):
    names, held, _ = found(tmp_path)
    assert names == []
    assert held.summary("copies") == "1 cited figure held against 1 text in copies"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"length": "12 working days"}, [("number-not-in-source", "warning")]),
        # Fifteen stands on the page, below another heading, and of days that it does not name.
        ({"length": "15 working days"}, [("number-not-in-source", "warning")]),
        ({"length": "15 working days", "cite": "{page: What happens next}"}, [("unit-not-in-source", "information")]),
        ({"length": "15 calendar days, roll: stays", "cite": "{page: What happens next}"}, [("unit-not-in-source", "information")]),
        # Two headings of one name: either may have it.
        ({"length": "12 months, roll: stays", "cite": "{page: What happens next}"}, []),
        ({"length": "end of next working day", "cite": "{page: What happens next (stage 1)}"}, []),
        ({"length": "end of next working day"}, [("number-not-in-source", "warning")]),
        ({"more": "up_to: 20 working days, extended_by: extended, "}, []),
        ({"more": "up_to: 25 working days, extended_by: extended, "}, [("number-not-in-source", "warning")]),
        ({"more": "cases: {hard: {if: {complexity: complex}, is: 30 working days}}, "}, [("number-not-in-source", "warning")]),
        ({"cite": "{page: Stage 2}"}, [("heading-not-in-source", "warning")]),
        ({"cite": "{page: stage 1}"}, []),
        ({"cite": "{page: STAGE 1 - The Manager}"}, []),
        ({"cite": '{page: "How to complain, Stage 1: the manager, item 2"}'}, []),
        ({"length": "15 working days", "cite": "{page: Stage 1; What happens next}"}, [("unit-not-in-source", "information")]),
        # Words of the text, not a heading: the whole text counts.
        ({"cite": "{page: if it is complex}"}, []),
        # No figure, so only the place is looked at.
        ({"length": "as soon as possible", "cite": "{page: What happens next}"}, []),
        ({"length": "as soon as possible", "cite": "{page: What happened}"}, [("heading-not-in-source", "warning")]),
    ],
)  # fmt: skip
def test_what_is_told_of_a_limit(tmp_path, options, expected):
    assert found(tmp_path, **options)[0] == expected


# As a page is copied from a browser: no full stops, and every paragraph by itself.
PASTED = """\
Stage 1: the manager

Acknowledgement within 3 working days

Your answer

Answer within 10 working days

What happens next

A panel within 30 working days
"""


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("3 working days", []),
        ("10 working days", []),
        # Below the next heading that is cited, and nowhere.
        ("30 working days", [("number-not-in-source", "warning")]),
        ("12 working days", [("number-not-in-source", "warning")]),
    ],
)
def test_short_paragraphs_of_plain_text_end_no_section(tmp_path, length, expected):
    assert found(tmp_path, length=length, texts={"page.txt": PASTED})[0] == expected


def test_a_line_with_a_figure_is_no_heading(tmp_path):
    # Were "Reply within …" the heading that is meant, the section would be sought below it alone.
    text = "We reply by letter within 12 working days\n\nReply within 10 working days\n\nThat is all\n"
    texts = {"page.txt": text}
    assert found(tmp_path, length="12 working days", cite="{page: Reply}", texts=texts)[0] == []


def test_days_that_the_source_does_not_name_need_no_second_note(tmp_path):
    cite = "{page: What happens next}"
    untold = [("unit-not-in-source", "information")]
    assert found(tmp_path, length="15 working days", cite=cite)[0] == untold
    noted = "note: The law says working days, "
    assert found(tmp_path, length="15 working days", cite=cite, more=noted)[0] == []
    # A note speaks of days, not of a number that is nowhere.
    assert found(tmp_path, length="16 working days", cite=cite, more=noted)[0] == [
        ("number-not-in-source", "warning")
    ]


def test_what_one_of_several_sources_states_is_stated(tmp_path):
    cite = '{page: "Stage 1: the manager", law: regulation 14}'
    law = "13. Acknowledgement\n\nWithin 2 working days.\n\n14. Response\n\nWithin 12 working days.\n\n15. Costs\n\n20 working days.\n"
    texts = {"page.txt": TEXT, "law.txt": law}
    assert found(tmp_path, cite=cite, length="12 working days", texts=texts)[0] == []
    assert found(tmp_path, cite=cite, length="2 working days", texts=texts)[0] == [
        ("number-not-in-source", "warning")
    ]


def test_a_source_without_a_copy_is_named_once_and_makes_it_information(tmp_path):
    cite = '{page: "Stage 1: the manager", law: regulation 14}'
    names, held, _ = found(tmp_path, cite=cite, length="12 working days")
    assert names == [("number-not-in-source", "information")]
    assert held.summary("here") == (
        "1 cited figure held against 1 text in here; of 1 cited source there is no copy: town/complaints: law"
    )
    names, held, _ = found(tmp_path, cite="{law: regulation 14}")
    assert (names, held.figures) == ([], 0)


def test_the_finding_stands_at_the_figure_and_says_where_was_looked(tmp_path):
    _, _, (problem,) = found(tmp_path, more="up_to: 25 working days, extended_by: extended, ")
    assert problem.breadcrumb == ("limits", "reply", "up_to")
    assert problem.message == 'what "reply" cites does not say 25 working days'
    assert problem.notes[0] == f"looked at: {tmp_path / 'copies' / 'page.txt'}, below Stage 1: the manager"


# --- Where copies are found, and in what form ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["page.txt", "town/page.txt", "town/complaints/page.txt"])
def test_where_a_copy_is_found(tmp_path, name):
    assert found(tmp_path, length="12 working days", texts={name: TEXT})[0] == [
        ("number-not-in-source", "warning")
    ]


def test_the_nearer_copy_counts(tmp_path):
    near = TEXT.replace("10 working", "12 working")
    texts = {"page.txt": TEXT, "town/page.txt": TEXT, "town/complaints/page.txt": near}
    assert found(tmp_path, length="12 working days", texts=texts)[0] == []


MARKDOWN = """\
# How to complain

## Stage 1: the manager

Within **10 working days**.

### If it is complex

Up to 20 working days.

Stage 2
-------

Within 25 working days.
"""
HTML = """\
<html><head><title>10</title><style>h2 {width: 25 working days}</style></head><body>
<h1>How to complain</h1><h2>Stage 1: the <em>manager</em></h2><p>Within 10&nbsp;working
days.</p><h3>If it is complex</h3><ul><li>Up to 20<li>working days</ul>
<h2>Stage&nbsp;2</h2><p>Within 25 working days.</p></body></html>
"""


@pytest.mark.parametrize(("name", "text"), [("page.md", MARKDOWN), ("page.html", HTML)])
def test_a_section_has_its_lower_headings_and_ends_at_the_next_of_its_own(tmp_path, name, text):
    texts = {name: text}
    assert found(tmp_path, more="up_to: 20 working days, extended_by: extended, ", texts=texts)[0] == []
    assert found(tmp_path, length="25 working days", texts=texts)[0] == [("number-not-in-source", "warning")]
    assert found(tmp_path, length="25 working days", cite="{page: Stage 2}", texts=texts)[0] == []


def test_a_copy_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "page.txt").write_bytes(b"10 working days \xff")
    assert found(tmp_path, texts={})[0] == [("not-utf-8", "error")]


def test_a_copy_that_is_a_folder_is_told(tmp_path):
    (tmp_path / "copies" / "page.md").mkdir(parents=True)
    names, held, (problem,) = found(tmp_path, texts={})
    assert names == [("unreadable", "error")]
    assert problem.place.path == str(tmp_path / "copies" / "page.md")
    assert problem.message == "page.md is a folder, not a file"
    assert (held.figures, held.missing) == (0, {})


def test_what_is_inherited_whole_is_told_of_the_base_alone(tmp_path):
    names, _, _ = found(tmp_path, length="12 working days")
    assert names == [("number-not-in-source", "warning")]
    folder = tmp_path / "policies" / "town"
    (folder / "other.yaml").write_text(
        'policy: town/other\nextends: town/complaints\nin_force: {from: "2020-01-01"}\n'
    )
    library = PolicyLibrary([tmp_path / "policies"])
    copies = Copies(tmp_path / "copies")
    assert list(evidence_problems(library.policy("town/other"), copies, Held())) == []
    # With a place of its own, the figure is held against that; it stands in another file, so the place is told of.
    with (folder / "other.yaml").open("a") as file:
        file.write("limits: {reply: {cite: {page: What happens next}}}\n")
    (problem,) = evidence_problems(
        PolicyLibrary([tmp_path / "policies"]).policy("town/other"), copies, Held()
    )
    assert (problem.name, problem.severity) == ("number-not-in-source", "information")
    assert problem.message == 'what "reply" cites does not say 12 working days, which it inherits'
    assert (problem.place.path, problem.place.line) == (str(folder / "other.yaml"), 4)


# --- Figures in prose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prose", "length", "expected"),
    [
        ("within 10 working days", "10 working days", "yes"),
        ("within ten working days", "10 working days", "yes"),
        ("within ten (10) working days", "10 working days", "yes"),
        ("within 10\nworking\u00a0days", "10 working days", "yes"),
        ("by the tenth working day", "10 working days", "yes"),
        ("by the 10th working day", "10 working days", "yes"),
        ("sixty-five working days", "65 working days", "yes"),
        ("sixty five working days", "65 working days", "yes"),
        ("ninety-nine working days", "99 working days", "yes"),
        ("from 25 to 65 working days", "25 working days", "yes"),
        ("from 25 to 65 working days", "65 working days", "yes"),
        ("10-20 working days", "10 working days", "yes"),
        ("ten full working days", "10 working days", "yes"),
        ("10 business days", "10 working days", "yes"),
        ("110 working days", "10 working days", "no"),
        ("item 10. Working days are", "10 working days", "no"),
        ("10 people and 5 working days", "10 working days", "no"),
        ("10 calendar days", "10 working days", "no"),
        ("10 days", "10 working days", "days"),
        ("10 days", "10 calendar days", "days"),
        ("four weeks", "28 calendar days", "yes"),
        ("28 days", "4 weeks", "yes"),
        ("a fortnight", "2 weeks", "yes"),
        ("within a year", "12 months", "yes"),
        ("within twelve months", "1 year", "yes"),
        ("within 1 month", "1 month", "yes"),
        ("a month's time", "1 month", "yes"),
        ("months", "1 month", "no"),
        ("four to six issues may take 15 working days, and with seven or more, 20.", "20 working days", "yes"),
        ("four to six issues may take 15 working days, and with seven or more, 20.", "7 working days", "no"),
        ("10 working days; if complex, twenty", "20 working days", "yes"),
        ("10 working days for one point and 20 for more", "20 working days", "yes"),
        ("10 days for one point and 20 for more", "20 working days", "days"),
        ("10 working days. Or 20.", "20 working days", "no"),
        ("we had 20 at work, and answer within 10 working days", "20 working days", "no"),
        ("10 working days, see stage 2.", "2 working days", "no"),
        ("10 working days, and 20 letters", "20 working days", "no"),
        ("10 working days\n\n3. Costs", "3 working days", "no"),
        ("10 working days\n3. Costs", "3 working days", "no"),
        ("the next working day", "end of next working day", "yes"),
        ("one working day", "end of next working day", "yes"),
        ("the next day", "end of next working day", "days"),
        ("the day after next", "end of next working day", "no"),
    ],
)  # fmt: skip
def test_lengths_in_prose(prose, length, expected):
    assert states(figures_in(prose), prose, Length.parse(length)) == expected


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("10 working days, and a further 10 working days", "yes"),
        ("10 working days, extended by another ten working days", "yes"),
        ("10 working days and 10 working days", "no"),
        ("10 working days and a further 5 working days", "no"),
    ],
)  # fmt: skip
def test_a_ceiling_stated_as_what_comes_on_top(prose, expected):
    ten, twenty = Length.parse("10 working days"), Length.parse("20 working days")
    assert states(figures_in(prose), prose, twenty, ten) == expected
