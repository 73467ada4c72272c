"""What the shipped policies are told of the law, and that every requirement can be missed and is then told of.

D1 to D20 are the points in which the published pages of five authorities differ from the law, as they are listed in the
sources of these policies. Each is told at the line in which the policy says what the page says.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.documents import conforms, read_file, read_text, shape_problems
from engine.policy import PolicyLibrary
from engine.policy.checks.law_intakes import INTAKE_TESTS
from engine.policy.checks.law_procedures import POLICY_TESTS
from engine.policy.checks.pages import pages
from engine.policy.requirements import TESTS, read_requirements

if TYPE_CHECKING:
    from engine.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "policies"
FILES = sorted(POLICIES.glob("*/*.requirements.yaml"))
LAW = {name for name, page in pages().items() if page.family == "law"}

# Which difference, where, the line, the check, the weight and number of the rule, and how grave.
FOUND = """
D1  | richmond/children-statutory.yaml   | never: {add: [service_complained_about], drop: [officer]} | role-not-as-required | statute, L11 | warning
D2  | manchester/children-statutory.yaml | is: 15 working days                                   | longer-than-required     | statute, L05 | warning
D3  | manchester/children-statutory.yaml | extended_by: stage_1_extended                         | extension-unbounded      | statute, L06 | warning
D4  | manchester/children-statutory.yaml | go_to: considering_stage_2                            | gate-before-a-right      | statute, L03 | warning
D4  | richmond/children-statutory.yaml   | go_to: considering_stage_2                            | gate-before-a-right      | statute, L03 | warning
D4  | redbridge/children-statutory.yaml  | if: {grounds: given}                                  | gate-before-a-right      | statute, L03 | warning
D4  | redbridge/corporate.yaml           | if: {grounds: given}                                  | gate-before-a-right      | code, L04    | warning
D5  | manchester/intake.yaml             | if: {acts_as: for_a_child, understanding: enough, signed_agreement: not_signed} | turned-away-with-a-right | statute, L15 | warning
D5  | manchester/intake.yaml             | if: {acts_as: for_a_child, understanding: enough, consent_to_act: not_given} | turned-away-with-a-right | statute, L15 | warning
D5  | manchester/intake.yaml             | if: {acts_as: for_a_child, understanding: not_enough, care_of_the_child: neither} | turned-away-with-a-right | statute, L15 | warning
D5  | southwark/intake.yaml              | if: {acts_as: [for_a_child, for_an_adult], permission: not_given} | bar-not-in-law | information, L15 | information
D6  | manchester/intake.yaml             | refer_to: the council's general complaints procedure  | turned-away-with-a-right | statute, L16 | warning
D7  | redbridge/children-statutory.yaml  | from: statement_agreed                                | counted-from-later       | guidance, L07 | warning
D7  | redbridge/children-statutory.yaml  | from: statement_agreed                                | counted-from-later       | guidance, L07 | warning
D8  | redbridge/children-statutory.yaml  | from: stage_1_requested                               | counted-from-later       | statute, L05 | warning
D8  | redbridge/children-statutory.yaml  | early_resolution:                                     | step-before-first-stage  | guidance, L20 | warning
D8  | redbridge/children-statutory.yaml  | informal_resolution:                                  | step-before-first-stage  | guidance, L20 | warning
D8  | redbridge/corporate.yaml           | early_resolution:                                     | step-before-first-stage  | code, L20    | warning
D8  | redbridge/corporate.yaml           | informal_resolution:                                  | step-before-first-stage  | code, L20    | warning
D9  | redbridge/children-statutory.yaml  | if: {some_point: {for_panel: asked, finding: [not_upheld, partly_upheld, no_finding]}} | gate-before-a-right | guidance, L02 | warning
D10 | richmond/children-statutory.yaml   | unpublished: [is]                                     | not-published            | information, L32 | information
D10 | manchester/children-statutory.yaml | unpublished: [is]                                     | not-published            | information, L32 | information
D13 | redbridge/intake.yaml              | after: known_for_twelve_months                        | bar-without-discretion   | code, L17    | warning
D13 | southwark/intake.yaml              | if: {how_long_ago: too_long_ago}                      | bar-without-figure       | code, L17    | information
D14 | redbridge/intake.yaml              | if: {kind: legal_proceedings_themselves}              | blanket-exclusion        | statute, L18 | warning
D14 | redbridge/intake.yaml              | if: {legal_proceedings: started}                      | blanket-exclusion        | code, L18    | warning
D14 | southwark/intake.yaml              | if: {proceedings: [under_way, about_to_begin]}        | blanket-exclusion        | statute, L18 | information
D14 | southwark/intake.yaml              | if: {proceedings: [under_way, about_to_begin]}        | blanket-exclusion        | code, L18    | information
D15 | richmond/intake.yaml               | accept_under: children-statutory                      | sent-to-wrong-procedure  | guidance, L01 | warning
D16 | richmond/children-statutory.yaml   | unpublished: [from, extended_by]                      | not-published            | information, L27 | information
D17 | richmond/children-statutory.yaml   | unpublished: [never]                                  | not-published            | information, L12 | information
D18 | manchester/children-statutory.yaml | unpublished: [together_with]                          | not-published            | information, L13 | information
D18 | redbridge/children-statutory.yaml  | unpublished: [together_with]                          | not-published            | information, L13 | information
D18 | richmond/children-statutory.yaml   | unpublished: [together_with]                          | not-published            | information, L13 | information
D19 | southwark/children-statutory.yaml  | unpublished: [limits]                                 | not-published            | information, L32 | information
D20 | manchester/children-statutory.yaml | unpublished: [practicable]                            | not-published            | information, L13 | information
D20 | redbridge/children-statutory.yaml  | unpublished: [practicable]                            | not-published            | information, L13 | information
D20 | richmond/children-statutory.yaml   | unpublished: [practicable]                            | not-published            | information, L13 | information
-   | redbridge/intake.yaml              | if: {kind: alternative_process}                       | bar-not-in-law           | information, L18 | information
-   | southwark/intake.yaml              | if: {police_investigation: ongoing}                   | bar-not-in-law           | information, L18 | information
-   | southwark/intake.yaml              | if: {other_process: in_place}                         | bar-not-in-law           | information, L18 | information
"""
# D11 and D12, and the first half of D19, are slips of a charity's factsheet. No policy has them: the base keeps the law.
NOT_TOLD = {"D11", "D12"}


def rows() -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in FOUND.strip().splitlines()]


def number_of(problem: Problem) -> str:
    """The weight and the number of the rule, with which a message ends."""
    match = re.search(r" \(([^()]+)\)$", problem.message)
    return match[1] if match else ""


def everything_told() -> list[Problem]:
    """Everything that is told of the shipped files, each once."""
    library = PolicyLibrary([POLICIES])
    found = {each for file in POLICIES.glob("*/*.yaml") for each in library.examine_file(file).problems}
    return sorted(found)


@pytest.fixture(scope="module")
def told() -> list[Problem]:
    """What is told of the law about everything that is shipped."""
    return [problem for problem in everything_told() if problem.name in LAW]


def test_every_difference_is_told_at_its_line_and_nothing_else(told: list[Problem]) -> None:
    found = [
        (
            Path(each.place.path).relative_to(POLICIES).as_posix(), each.line_text.strip(), each.name, number_of(each),
            each.severity,
        )
        for each in told
    ]  # fmt: skip
    assert sorted(found) == sorted(row[1:] for row in rows())


def test_no_line_is_told_twice(told: list[Problem]) -> None:
    places = [each.place for each in told]
    assert len(places) == len(set(places))


def test_every_difference_of_the_list_has_its_row() -> None:
    assert {row[0] for row in rows()} | NOT_TOLD == {"-", *(f"D{number}" for number in range(1, 21))}


def test_what_is_no_slip_of_a_policy_is_as_the_law_has_it() -> None:
    base = PolicyLibrary([POLICIES]).policy("england/children-statutory")
    assert str(base.limits["stage_3_response"].length) == "15 working days"
    assert [str(start) for start in base.limits["ombudsman"].starts] == ["notice_of_matter"]
    assert str(base.limits["stage_3_request"].length) == "20 working days"


def test_a_finding_says_what_the_law_says_where_and_who_loses(told: list[Problem]) -> None:
    for each in told:
        assert each.notes
        assert each.source.endswith(("read in the text)", "read in a paraphrase)", "no text of it was read)"))
        assert each.loses


def test_what_a_requirement_tells_is_not_told_in_general_terms_as_well() -> None:
    general = [
        each for each in everything_told() if each.name in {"law-loosened", "right-narrowed", "past-the-gate"}
    ]
    # The Code, as far as it was read, says nothing of a time for asking; that the older page has one is told so.
    assert [(Path(each.place.path).name, each.name) for each in general] == [
        ("corporate@2024-04-01.yaml", "right-narrowed")
    ]


README = (ROOT / "README.md").read_text(encoding="utf-8")


def element_of(problem: Problem) -> str:
    """The policy and the element told of, as the table of the README names them."""
    file = Path(problem.place.path).relative_to(POLICIES).with_suffix("").as_posix()
    key = problem.line_text.strip().partition(":")[0]
    way = problem.breadcrumb if len(problem.breadcrumb) > 1 else (*problem.breadcrumb, key)
    return f"{file}: {'.'.join(way)}"


def test_the_readme_has_everything_that_is_told_and_how_grave_it_is(told: list[Problem]) -> None:
    lines = (
        README.partition("## What five published procedures leave out")[2].partition("\n## ")[0].splitlines()
    )
    table = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")
    ][1:]
    rows = {(where, row[4]) for row in table for where in re.findall("`([^`]+)`", row[5])}
    found = {
        (element_of(each), "remark" if each.severity == "information" else number_of(each).partition(",")[0])
        for each in told
    }
    assert rows == found


# --- Each requirement missed ----------------------------------------------------------------------------------------

HEADS = {
    "england/children-statutory": 'policy: lab/example\nextends: england/children-statutory\nin_force: {from: "2020-01-01"}\n',
    "england/corporate": 'policy: lab/example\nextends: england/corporate\nin_force: {from: "2026-04-01"}\n',
    "models/adult-social-care": 'policy: lab/example\nextends: models/adult-social-care\nin_force: {from: "2020-01-01"}\n',
}  # fmt: skip
OWN = "force: must, basis: local, cite: {"
INFORMAL = pages()["step-before-first-stage"].avoid

# By base and requirement: an overlay that misses it, and the line that is told of.
MISSED: dict[str, dict[str, tuple[str, str]]] = {
    "england/children-statutory": {
        "stage_1_time": ("limits: {stage_1: {is: 11 working days, force: must, basis: local, cite: {factsheet: x}}}", "limits:"),
        "extension_ceiling": ("remove: [limits.stage_1.up_to]", "extended_by: stage_1_extended"),
        "extension_told": ("letters: {stage_2_extension: {must_say: {drop: [reason]}}}", "letters:"),
        "no_step_before_stage_1": (INFORMAL, "talking:"),
        "stage_2_right": ("anywhere: {stage_2: {turns_down: true}}\nremove: [anywhere.stage_2.go_to]", "anywhere:"),
        "stage_2_start": (f"limits: {{stage_2: {{from: {{entering: adjudication}}, {OWN}factsheet: x}}}}}}", "limits:"),
        "stage_2_time": (f"limits: {{stage_2: {{up_to: 90 working days, {OWN}factsheet: x}}}}}}", "limits:"),
        "stage_2_range": ("limits: {stage_2: {unpublished: [from]}}", "limits:"),
        "independent_person": ("people: {independent_person: {never: [officer, member]}}", "people:"),
        "investigating_officer": ("people: {investigating_officer: {never: [friends]}}", "people:"),
        "adjudicating_officer": ("people: {adjudicating_officer: {not_also: [panel]}}", "people:"),
        "every_point": ("letters: {stage_2_response: {must_say: [reasons, actions]}}", "letters:"),
        "three_stages": ("", ""),
        "stage_3_right": ("anywhere: {stage_3: {if: {some_point: {finding: not_upheld}}}}", "anywhere:"),
        "early_referral": (pages()["stage-can-be-skipped"].avoid, "next: {passed_on: {when: passed_on, go_to: ombudsman}}"),
        "stage_3_request_told": ("limits: {stage_3_request: {unpublished: [is]}}", "limits:"),
        "panel": ("people: {panel: {members: 2}}", "people:"),
        "panel_told": ("people: {panel: {unpublished: [never]}}", "people:"),
        "independent_person_not_on_panel": ("people: {independent_person: {not_also: {drop: [panel]}}}", "people:"),
        "panel_time": (f"limits: {{panel: {{is: 31 working days, {OWN}factsheet: x}}}}}}", "limits:"),
        "panel_report_time": (f"limits: {{panel_report: {{is: 2 weeks, roll: stays, {OWN}factsheet: x}}}}}}", "limits:"),
        "stage_3_response_time": (f"limits: {{stage_3_response: {{is: 1 month, roll: stays, {OWN}factsheet: x}}}}}}", "limits:"),
        "response_together": ("events: {stage_3_response_sent: {unpublished: [together_with]}}", "events:"),
        "as_soon_as_practicable": ("limits: {panel_report: {unpublished: [practicable]}}", "limits:"),
        "refusals": ("letters: {late_stage_3_request_refused: {must_say: [reasons]}}", "letters:"),
        "ombudsman_told": ("letters: {stage_3_response: {must_say: [response]}}", "letters:"),
        "ombudsman_time": ("limits: {ombudsman: {from: stage_3_response_sent, force: external, basis: local, cite: {factsheet: x}}}", "limits:"),
        "times_told": ("unpublished: [limits]", "unpublished:"),
    },
    "england/corporate": {
        "acknowledgement": (f"limits: {{acknowledgement: {{is: 6 working days, {OWN}code: x}}}}}}", "limits:"),
        "stage_1_time": (f"limits: {{stage_1: {{is: 16 working days, from: complaint_received, {OWN}code: x}}}}}}", "limits:"),
        "extension_told": ("remove: [limits.stage_2.up_to]", "extended_by: stage_2_extended"),
        "extension_names_ombudsman": ("letters: {stage_1_extension: {must_say: [reason, new_date]}}", "letters:"),
        "no_step_before_stage_1": (INFORMAL.replace("service_manager", "stage_1_officer"), "talking:"),
        "stage_2_right": ("anywhere: {stage_2: {if: {valid_reason_to_refuse: none}}}", "anywhere:"),
        "stage_2_acknowledgement": (f"limits: {{stage_2_acknowledgement: {{is: 2 weeks, roll: stays, {OWN}code: x}}}}}}", "limits:"),
        "stage_2_time": (f"limits: {{stage_2: {{up_to: 41 working days, {OWN}code: x}}}}}}", "limits:"),
        "another_person": ("people: {stage_2_officer: {not_also: [complainant]}}", "people:"),
        "no_conflict": ("people: {stage_1_officer: {never: [friends]}}", "people:"),
        "every_point": ("letters: {stage_1_response: {must_say: {drop: [decision_on_every_point]}}}", "letters:"),
        "refusals": ("letters: {escalation_refused: {must_say: [reason]}}", "letters:"),
        "ombudsman_told": ("letters: {stage_2_response: {must_say: {drop: [ombudsman_right]}}}", "letters:"),
        "ombudsman_time": ("limits: {ombudsman: {from: stage_2_response_sent, force: external, basis: local, cite: {code: x}}}", "limits:"),
    },
    "models/adult-social-care": {
        "one_stage": (pages()["stage-after-the-last"].avoid, "investigation: {next: {answered: {go_to: second_look}}}"),
        "ombudsman_told": ("letters: {response: {must_say: {drop: [ombudsman_right]}}}", "letters:"),
    },
    "england": {
        "statutory_subject": ("routes: {childrens_social_care: {if: {subject: childrens_social_care, acts_as: for_a_child}}, own: {title: o, if: {subject: childrens_social_care, acts_as: own_right}, accept_under: corporate}}", "routes:"),
        "outside_the_procedure": ("routes: {outside_the_statutory_procedure: {accept_under: children-statutory}}", "routes:"),
        "reports_outside_the_procedure": ("routes: {outside_the_statutory_procedure: {if: {subject: court_report}, accept_under: children-statutory}}", "routes:"),
        "own_right": ("routes: {childrens_social_care: {if: {subject: childrens_social_care, relationship: child}}, kin: {title: o, if: {subject: childrens_social_care, relationship: parent}, accept_under: corporate}}", "routes:"),
        "parents_need_no_consent": ("exclusions: {no_parents: {title: a, of: [children-statutory], if: {relationship: parent}, send: not_considered}}", "exclusions:"),
        "permission": ("exclusions: {all: {title: a, of: [children-statutory], if: {acts_as: for_a_child, child_agrees: does_not_agree}, send: not_considered}}", "exclusions:"),
        "year_to_complain": ("remove: [exclusions.too_late.unless]", "after: time_to_complain"),
        "twelve_months_to_complain": ("limits: {twelve_months_of_notice: {is: 11 months, force: will, basis: local, cite: {code: x}}}", "limits:"),
        "proceedings": ("remove: [exclusions.prejudices_proceedings.come_back]", "if: {proceedings: under_way, prejudice: might}"),
        "corporate_proceedings": ("exclusions: {courts: {title: a, of: [corporate], if: {proceedings: under_way}, send: not_considered}}", "exclusions:"),
        "no_other_bars": ("exclusions: {other: {title: a, of: [children-statutory], if: {kind: service_request}, send: not_considered}}", "exclusions:"),
        "refusals": ("letters: {not_considered: {must_say: [reasons]}}", "letters:"),
    },
}  # fmt: skip


def overlaid(base: str, text: str) -> list[Problem]:
    """What is told of an overlay over a shipped policy."""
    return list(PolicyLibrary([POLICIES]).examine_text(f"{HEADS[base]}{text}\n", "example").problems)


@pytest.mark.parametrize(
    ("base", "requirement"), [(base, name) for base, missed in MISSED.items() for name in missed]
)
def test_a_requirement_that_is_missed_is_told(base: str, requirement: str, tmp_path: Path) -> None:
    text, line = MISSED[base][requirement]
    wanted = {each.id: each for each in requirements_of(base)}[requirement]
    if requirement == "three_stages":
        text, line = "conforms_to: england/children-statutory", "in_force:"
        problems = overlaid("england/corporate", text)
    elif base == "england":
        problems = placed_beside_england(tmp_path, text)
    else:
        problems = overlaid(base, text)
    errors = [str(each) for each in problems if each.severity == "error"]
    assert errors == []
    found = [each for each in problems if each.notes[:1] == (f"{wanted.title}: {wanted.says}",)]
    assert found
    assert {number_of(each) for each in found} == {wanted.number}
    assert all(each.line_text.strip().startswith(line) for each in found)


def placed_beside_england(folder: Path, text: str) -> list[Problem]:
    """What is told of an intake over England's, of an authority that has England's two procedures."""
    place = folder / "here"
    place.mkdir()
    for name in ("children-statutory", "corporate"):
        head = f'policy: here/{name}\nextends: england/{name}\nin_force: {{from: "2024-04-01"}}\n'
        (place / f"{name}.yaml").write_text(head, encoding="utf-8")
    (place / "intake.yaml").write_text(
        f'intake: here\nextends: england\nin_force: {{from: "2026-04-01"}}\n{text}\n', encoding="utf-8"
    )
    return list(PolicyLibrary([folder, POLICIES]).examine_file(place / "intake.yaml").problems)


def requirements_of(base: str) -> tuple[Any, ...]:
    held = PolicyLibrary([POLICIES]).requirements(base)
    assert held is not None
    return held.each


@pytest.mark.parametrize("base", MISSED)
def test_every_requirement_is_missed_by_some_overlay(base: str) -> None:
    assert MISSED[base].keys() == {each.id for each in requirements_of(base)}


@pytest.mark.parametrize(
    "name", [name for name in LAW if not pages()[name].whole and name != "requirements-not-tried"]
)
def test_what_a_page_says_is_so(name: str, tmp_path: Path) -> None:
    page = pages()[name]

    def names(text: str) -> set[str]:
        if page.over == "england":
            return {each.name for each in placed_beside_england(tmp_path, text)}
        return {each.name for each in overlaid(page.over, text)}

    assert name in names(page.avoid)
    for file in (tmp_path / "here").glob("*"):
        file.unlink()
    if (tmp_path / "here").is_dir():
        (tmp_path / "here").rmdir()
    assert name not in names(page.prefer)


# --- Nothing false --------------------------------------------------------------------------------------------------

LAWFUL = [
    # As short as the law's or shorter, in other units, or from as early a start.
    f"limits: {{panel: {{is: 6 weeks, roll: stays, {OWN}factsheet: x}}}}}}",
    f"limits: {{panel_report: {{is: 7 calendar days, roll: stays, {OWN}factsheet: x}}}}}}",
    f"limits: {{stage_2: {{from: {{earliest_of: [stage_2_requested, statement_agreed]}}, {OWN}factsheet: x}}}}}}",
    # A time of one's own beside the law's, as short; and one that is only promised soon.
    "limits: {own: {is: 10 working days, from: complaint_received, met_by: stage_1_response_sent, owed_by: service_manager, force: aim, basis: local}}",
    "limits: {own: {is: as soon as possible, from: stage_1_extended, met_by: stage_1_response_sent, owed_by: service_manager, force: aim, basis: local}}",
    # A stage before the first that leaves the time of the law alone.
    "stages: {opening: {next: {received: {go_to: sorting}}}, sorting: {title: Being sorted, owner: complaints_manager, due: [stage_1], next: {sorted: {when: complaint_acknowledged, go_to: stage_1}}}, stage_1: {due: [stage_1]}}",
    # More than the law asks for.
    "people: {panel: {members: 5, never: {add: [neighbour]}}}",
    "letters: {stage_3_response: {must_say: {add: [thanks]}}}",
]  # fmt: skip


@pytest.mark.parametrize("text", LAWFUL)
def test_what_keeps_the_law_is_not_told(text: str) -> None:
    problems = overlaid("england/children-statutory", text)
    assert [str(each) for each in problems if each.name in LAW or each.severity == "error"] == []


def test_the_bases_keep_what_they_require() -> None:
    library = PolicyLibrary([POLICIES])
    for name in ("children-statutory", "corporate", "intake"):
        (examined,) = library.examine(f"england/{name}")
        assert [each.name for each in examined.problems if each.name in LAW] == []


def test_rules_that_together_leave_no_gap_are_no_gate() -> None:
    text = (
        "anywhere:\n  stage_2: {if: {complexity: complex}}\n"
        "  stage_2_plain: {when: stage_2_requested, in: [awaiting_stage_2_request, closed_after_stage_1],"
        " if: {complexity: ordinary}, go_to: stage_2}"
    )
    assert "gate-before-a-right" not in {each.name for each in overlaid("england/children-statutory", text)}


def test_a_version_that_was_over_before_the_code_counted_is_not_held_against_it() -> None:
    text = f"limits: {{acknowledgement: {{is: 20 working days, {OWN}code: x}}}}}}"
    head = 'policy: lab/example\nextends: england/corporate\nin_force: {from: "2024-04-01", until: "%s"}\n'
    library = PolicyLibrary([POLICIES])
    over = library.examine_text(head % "2026-03-31" + text, "example").problems
    last = library.examine_text(head % "2026-04-01" + text, "example").problems
    assert "longer-than-required" not in {each.name for each in over}
    assert "longer-than-required" in {each.name for each in last}


def test_what_a_base_in_between_departs_from_is_told_of_that_base_only() -> None:
    (examined,) = PolicyLibrary([POLICIES]).examine("redbridge/education")
    assert [each.name for each in examined.problems if each.name in LAW] == []


LATE = (
    "anywhere:\n  stage_3: {in: {drop: [closed_after_stage_2]}}\n"
    "  stage_3_late: {in: [closed_after_stage_2], after: stage_3_request, go_to: %s}"
)
ASKED = "stage_3_asked: {when: stage_3_requested, in: [closed_after_stage_2], go_to: late_stage_3_request}"
LATE_ANYHOW = (
    "anywhere: {stage_3: {in: {drop: [closed_after_stage_2]}},"
    f" stage_3_late: {{in: {{drop: [closed_after_stage_2]}}}}, {ASKED}}}"
)
ELSEWHERE = "stages: {stage_2: {next: {left: {when: stage_2_response_sent, go_to: closed_after_stage_2}}}}"


def gates(problems: list[Problem]) -> list[str]:
    return [each.message for each in problems if each.name == "gate-before-a-right"]


@pytest.mark.parametrize(
    "text",
    [
        LATE % "late_stage_3_request",
        LATE_ANYHOW,
    ],
    ids=["a-discretion", "a-discretion-without-a-time"],
)
def test_what_becomes_of_a_late_request_is_no_gate(text: str) -> None:
    problems = overlaid("england/children-statutory", text)
    assert [str(each) for each in problems if each.severity == "error"] == []
    assert gates(problems) == []


def test_a_stage_that_takes_requests_in_time_as_well_has_no_discretion() -> None:
    problems = overlaid("england/children-statutory", f"{ELSEWHERE}\n{LATE % 'late_stage_3_request'}")
    assert gates(problems) == [
        '"stage_3_requested" is not accepted in "closed_after_stage_2" (guidance, L02)'
    ]


# A time for asking for stage 2, and the end of it when nobody asked.
TIME_TO_ASK = """limits:
  stage_2_request: {is: 20 working days, from: stage_1_response_sent, met_by: stage_2_requested, owed_by: complainant, force: will, basis: local, cite: {code: x}}
stages:
  awaiting_stage_2_request: {next: {late: {overdue: stage_2_request, go_to: closed_after_stage_1}%s}}
anywhere: {stage_2: {in: [awaiting_stage_2_request]}}
remove: [stages.awaiting_stage_2_request.next.closed]"""


@pytest.mark.parametrize(
    ("also", "said"),
    [
        ("", []),
        (
            ", shut: {when: complaint_closed, go_to: closed_after_stage_1}",
            ['"stage_2_requested" is not accepted in "closed_after_stage_1" (code, L04)'],
        ),
    ],
    ids=["by-the-time-alone", "by-the-authority-too"],
)
def test_a_time_for_asking_is_no_demand_for_reasons(also: str, said: list[str]) -> None:
    problems = overlaid("england/corporate", TIME_TO_ASK % also)
    assert [str(each) for each in problems if each.severity == "error"] == []
    assert gates(problems) == said


SOON = "limits: {%s: {is: 1 month, force: must, basis: local, cite: {factsheet: x}}}"
ONE_TIME = (
    "exclusions: {too_late: {after: resubmission}}\n"
    "remove: [exclusions.too_late.if, exclusions.resubmitted_too_late]\n"
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"remove: [exclusions.resubmitted_too_late.unless]\n{SOON % 'resubmission'}", set()),
        ("remove: [exclusions.too_late.unless]", {"bar-without-discretion"}),
        (SOON % "time_to_complain", {"bar-too-short"}),
        (ONE_TIME + SOON % "resubmission", {"bar-too-short"}),
    ],
    ids=["coming-back", "coming-first", "coming-first-soon", "one-time-for-both"],
)
def test_coming_back_after_proceedings_is_not_the_first_time_to_complain(
    text: str, names: set[str], tmp_path: Path
) -> None:
    problems = placed_beside_england(tmp_path, text)
    assert [str(each) for each in problems if each.severity == "error"] == []
    assert {each.name for each in problems} & {"bar-too-short", "bar-without-discretion"} == names


def test_who_may_be_appointed_is_said_in_words() -> None:
    def said(base: str, text: str) -> list[str]:
        return [each.message for each in overlaid(base, text) if each.name == "role-not-as-required"]

    assert said("england/corporate", "people: {stage_1_officer: {never: [friends]}}") == [
        '"stage_1_officer" may have a conflict of interest (code, L22)'
    ]
    assert said("england/children-statutory", "people: {independent_person: {never: [officer, member]}}") == [
        '"independent_person" may be the spouse of an officer or be the spouse of a member (statute, L11)'
    ]


def test_a_right_with_a_time_for_asking_says_that_it_has_one() -> None:
    problems = overlaid("england/corporate", TIME_TO_ASK % "" + "\n")
    text = (TIME_TO_ASK % "").replace("stage_2: {in", "stage_2: {within: stage_2_request, in")
    narrowed = [each.message for each in overlaid("england/corporate", text) if each.name == "right-narrowed"]
    assert any(each.endswith("and here it must be asked for within stage_2_request") for each in narrowed)
    assert not any("must be asked for" in each.message for each in problems)


# --- Held against a base without building on it ---------------------------------------------------------------------

OTHER = """
policy: there/children
title: Children's complaints, there
in_force: {from: "2026-04-01"}
conforms_to: england/children-statutory@2006-09-01
corresponds:
  events: {arrived: complaint_received, first_reply: stage_1_response_sent}
  stages: {answering: stage_1}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
people: {complainant: {title: Person who complains}, officer: {title: Officer}}
events: {arrived: {by: complainant}, first_reply: {by: officer}}
limits:
  reply: {is: LENGTH, from: {entering: answering}, met_by: first_reply, owed_by: officer, force: must, basis: local}
stages:
  opening: {next: {arrived: {when: arrived, go_to: answering}}}
  answering: {title: Being answered, next: {replied: {when: first_reply, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""


@pytest.mark.parametrize(("length", "is_told"), [("10 working days", False), ("11 working days", True)])
def test_a_policy_with_names_of_its_own_says_what_they_stand_for(length: str, is_told: bool) -> None:
    problems = PolicyLibrary([POLICIES]).examine_text(OTHER.replace("LENGTH", length), "other").problems
    times = [each.message for each in problems if each.name in {"longer-than-required", "counted-from-later"}]
    assert times == (
        [
            '"reply" takes 11 working days from entering answering, and 10 working days are the most (statute, L05)'
        ]
        if is_told
        else []
    )
    left_out = [each.message for each in problems if each.name == "stage-left-out"]
    assert left_out == [
        'there is no stage "stage_2" (statute, L02)',
        'there is no stage "stage_3" (statute, L02)',
    ]


@pytest.mark.parametrize(
    ("old", "new", "name", "instead"),
    [
        ("arrived: complaint_received", "arived: complaint_received", "unknown-event", "arrived"),
        ("arrived: complaint_received", "arrived: complaint_recieved", "unknown-event", "complaint_received"),
        ("answering: stage_1}", "anwsering: stage_1}", "unknown-stage", "answering"),
        ("answering: stage_1}", "answering: stage_1}\n  people: {oficer: panel}", "unknown-role", "officer"),
        ("answering: stage_1}", "answering: stage_1}\n  people: {officer: pannel}", "unknown-role", "panel"),
        ("answering: stage_1}", "answering: stage_1}\n  people: {officer: panel}", "", None),
    ],
)
def test_a_misspelt_name_of_a_correspondence_is_told(
    old: str, new: str, name: str, instead: str | None
) -> None:
    text = OTHER.replace("LENGTH", "10 working days").replace(old, new)
    problems = PolicyLibrary([POLICIES]).examine_text(text, "other").problems
    found = [(each.name, each.severity, each.instead) for each in problems if "unknown" in each.name]
    assert found == ([(name, "warning", instead)] if name else [])


def test_a_correspondence_that_no_requirement_asks_about_is_only_remarked() -> None:
    text = OTHER.replace("LENGTH", "10 working days").replace("stage_1}", "stage_1, closed: settled}")
    problems = PolicyLibrary([POLICIES]).examine_text(text, "other").problems
    found = [(each.name, each.severity, each.instead) for each in problems if "unknown" in each.name]
    assert found == [("unknown-stage", "information", None)]


def test_a_misspelt_fact_answer_or_exclusion_of_a_correspondence_is_told(tmp_path: Path) -> None:
    text = (
        "corresponds:\n  facts: {kind.service_requst: proceedings, knd: proceedings, relationship: proceedngs}\n"
        "  exclusions: {too_lat: too_late}"
    )
    found = {
        (each.name, each.instead)
        for each in placed_beside_england(tmp_path, text)
        if each.name.startswith("unknown-")
    }
    assert {
        ("unknown-answer", "kind.service_request"), ("unknown-fact", "kind"), ("unknown-fact", "proceedings"),
        ("unknown-exclusion", "too_late"),
    } == found  # fmt: skip


def test_an_intake_whose_procedures_say_nothing_is_told_what_was_not_tried(tmp_path: Path) -> None:
    def told(heads: str) -> list[Problem]:
        place = tmp_path / "here"
        place.mkdir(exist_ok=True)
        text = (POLICIES / "england/children-statutory.yaml").read_text(encoding="utf-8")
        text = text.replace("policy: england/children-statutory", f"policy: here/children-statutory{heads}")
        (place / "children-statutory.yaml").write_text(text, encoding="utf-8")
        head = 'policy: here/corporate\nextends: england/corporate\nin_force: {from: "2026-04-01"}\n'
        (place / "corporate.yaml").write_text(head, encoding="utf-8")
        text = (POLICIES / "england/intake.yaml").read_text(encoding="utf-8")
        text = text.replace("intake: england", "intake: here\nconforms_to: england")
        (place / "intake.yaml").write_text(text, encoding="utf-8")
        problems = PolicyLibrary([tmp_path, POLICIES]).examine_file(place / "intake.yaml").problems
        assert [str(each) for each in problems if each.severity == "error"] == []
        return [each for each in problems if each.name == "requirements-not-tried"]

    (found,) = told("")
    assert (found.severity, found.line_text) == ("information", "conforms_to: england")
    assert "england/children-statutory" in found.message
    assert "england/corporate" not in found.message
    assert told("\nconforms_to: england/children-statutory") == []


# --- Files of requirements ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_the_shipped_requirements_are_whole(file: Path) -> None:
    assert PolicyLibrary([POLICIES]).examine_file(file).problems == ()
    assert read_requirements(file).each
    assert conforms(read_file(file).data, "requirements")


def test_requirements_are_no_policies() -> None:
    library = PolicyLibrary([POLICIES])
    assert not [name for name in library.names() if "requirements" in name]
    assert not [path for path in library.files() if "requirements" in path.name]


def test_every_kind_of_test_is_carried_out_and_used() -> None:
    assert set(TESTS) == {*POLICY_TESTS, *INTAKE_TESTS}
    used = {kind for file in FILES for each in read_requirements(file).each for kind in each.tests}
    assert used == set(TESTS)


REQUIREMENTS = """requirements_for: town/complaints
title: Requirements
requirements:
  three:
    rule: L12
    title: Three members
    weight: statute
    source: Regulation 19(2)
    seen: text
    says: The panel has three members.
    loses: The person who complains
    role: {role: panel, members: 3}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", []),
        ("town/complaints", "town/other", ["1:19: error[name-and-path-differ]"]),
        ("    role: {role: panel, members: 3}\n", "", ["4:3: error[requirement-without-test]"]),
        ("seen: text", "seen: twice", ["9:11: error[unknown-value]"]),
        ("role: {role: panel", "roll: {role: panel", ["12:5: error[unknown-key]"]),
        ("members: 3", "memebrs: 3", ["12:25: error[unknown-key]"]),
    ],
    ids=["right", "another-name", "no-test", "unknown-value", "unknown-kind", "unknown-key"],
)
def test_a_mistake_in_a_file_of_requirements_is_told(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    file = tmp_path / "town" / "complaints.requirements.yaml"
    file.parent.mkdir()
    file.write_text(REQUIREMENTS.replace(old, new), encoding="utf-8")
    problems = PolicyLibrary([tmp_path]).examine_file(file).problems
    assert [str(each).replace(f"{file}:", "").partition("]")[0] + "]" for each in problems] == said


def test_requirements_that_cannot_be_read_are_nothing_to_conform_to(tmp_path: Path) -> None:
    file = tmp_path / "england" / "children-statutory.requirements.yaml"
    file.parent.mkdir()
    file.write_text("requirements: {", encoding="utf-8")
    (tmp_path / "england" / "children-statutory.yaml").write_text(
        (POLICIES / "england" / "children-statutory.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    problems = (
        PolicyLibrary([tmp_path]).examine_text(OTHER.replace("LENGTH", "90 working days"), "o").problems
    )
    assert [each.name for each in problems if each.name in LAW] == ["nothing-to-conform-to"]


def test_a_schema_says_of_every_key_what_it_is() -> None:
    text = read_text("requirements_for: a/b\ntitle: T\nrequirements: {x: {rule: L1}}\n", "r")
    missing = {each.message for each in shape_problems(text, "requirements")}
    assert any("says" in message for message in missing)


# --- What it costs --------------------------------------------------------------------------------------------------


def test_a_huge_intake_is_not_tried_for_ever(tmp_path: Path) -> None:
    facts = "".join(
        f"  f{n}: {{ask: Answer, answers: [a, b, c, d], decided_by: complaints_manager}}\n" for n in range(9)
    )
    condition = ", ".join(f"f{n}: [a, b, c]" for n in range(9))
    bars = "".join(
        f"  x{n}: {{title: t, of: [children-statutory], if: {{relationship: parent, {condition}, any_of: [{{f1: d}}]}}, send: not_considered}}\n"
        for n in range(300)
    )
    start = time.perf_counter()
    problems = placed_beside_england(tmp_path, f"facts:\n{facts}exclusions:\n{bars}")
    assert time.perf_counter() - start < 4
    assert "requirements-not-tried" in {each.name for each in problems}
