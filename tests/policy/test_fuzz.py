"""Whatever a file holds, it is read and checked, and what is told of it is fit to be read.

Shipped policies, intakes and scenario files and small overlays are changed by chance, as data and as text.
`DUECOURSE_EXAMPLES=5000` tries so many for each law, other ones every time.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine import Case, EngineError, Event, PolicyInvalid, PolicyLibrary, decide, due_of
from engine.documents import read_text
from engine.replay import problems_in, replay
from engine.reports.checks import CHECK_FORMATS
from engine.reports.paint import plain
from engine.reports.problems import Findings
from tests.policy.mutations import LAUGHS, changed_data, changed_text, scenario_seeds, seeds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine import Intake, Policy, Problem

EXAMPLES = int(os.environ.get("DUECOURSE_EXAMPLES", "0"))
SHOWN = "lab/changed.yaml"
LONGEST_MESSAGE = 400
PYTHON = re.compile(
    r"\bNone\b(?! (?:is|of|was)\b)|\b(?:True|False|NoneType|dict|bool|frozenset|\w+Error|Traceback|mappingproxy|inf|nan)\b"
    r"|<class|object at 0x|datetime\.|\bdate\(|<function|<engine|\bjsonschema\b"
)
UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
DAYS = (date(2026, 5, 1), date(2051, 1, 3), date(9999, 12, 30))


@cache
def library() -> PolicyLibrary:
    """The shipped policies, each file of which is read once."""
    return PolicyLibrary()


# --- What must be so ------------------------------------------------------------------------------------------


def problems_told(text: str) -> tuple[Problem, ...]:
    """The problems of a policy or an intake; if there are no errors, it is also used."""
    examined = library().examine_text(text, SHOWN)
    assert (examined.value is None) == bool(examined.errors)
    if examined.policy is not None:
        use_policy(examined.policy)
    if examined.intake is not None:
        use_intake(examined.intake)
    return examined.problems


def scenario_problems_told(text: str) -> tuple[Problem, ...]:
    """The problems of a scenario file."""
    try:
        document = read_text(text, SHOWN)
    except PolicyInvalid as invalid:
        return invalid.problems
    return tuple(problems_in(document, library()))


def judge(problems: Sequence[Problem], text: str) -> None:
    """Problems are in order, in the file, in the author's words and short, and every format can show them."""
    assert list(problems) == sorted(problems)
    # As in an editor: the reader ends lines as YAML does.
    lines = text.replace("\r\n", "\n").split("\n")
    for problem in problems:
        for place in (problem.place, *(place for place, _ in problem.related)):
            if place.path == SHOWN:
                assert 1 <= place.line <= len(lines), problem
                assert 1 <= place.column <= len(lines[place.line - 1]) + 1, problem
                assert place.width >= 1
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.name)
        told = [problem.message, *problem.notes, *(why for _, why in problem.related)]
        for words in told:
            said = {word for word in PYTHON.findall(words) if word not in text}
            assert not said, problem
            assert words.strip(), problem
            assert len(words) <= LONGEST_MESSAGE or words in problem.notes, problem
        assert "\n" not in problem.message, problem
    can_be_shown(Findings((SHOWN,), tuple(problems)))


def can_be_shown(found: Findings) -> None:
    """Every format tells what was found, in characters that a terminal takes, and programs can read theirs."""
    shown = {name: form(found, plain) for name, form in CHECK_FORMATS.items()}
    for name, text in shown.items():
        assert not UNSHOWN.search(text), (name, text[:2000])
        text.encode("utf-8")
    assert len(json.loads(shown["json"])["problems"]) == len(found.problems)
    json.loads(shown["sarif"])
    ET.fromstring(shown["junit"])  # noqa: S314
    assert len(shown["plain"].splitlines()) == len(shown["github"].splitlines()) == len(found.problems)


def use_policy(policy: Policy) -> None:
    """Begin a case, give it everything that may happen next, and ask for every due date; only ours is raised."""
    for day in (policy.in_force_from, *DAYS):
        case = Case.open(policy)
        for allowed in (attempted(lambda: case.at(day).allowed()) or ())[:4]:  # noqa: B023
            event = Event(allowed.event, on=day)
            attempted(lambda: read(case.apply(event), day))  # noqa: B023
        for limit in list(policy.limits)[:50]:
            attempted(lambda: due_of(policy, limit, day, as_of=day).to_dict())  # noqa: B023


def read(case: Case, day: date) -> None:
    view = case.at(day)
    json.dumps(view.to_dict())
    for limit in list(view.limits)[:50]:
        str(view.explain(limit))


def use_intake(intake: Intake) -> None:
    """Decide on nothing, and on every answer there is; only what is ours is raised."""
    answered: dict[str, Any] = {}
    for fact in intake.facts.values():
        answered[fact.id] = fact.answers[0] if fact.answers else 3 if fact.kind == "count" else "2026-01-05"
    for day in (intake.in_force_from, *DAYS):
        attempted(lambda: decide(intake, {}, received=day))  # noqa: B023
        attempted(lambda: decide(intake, answered, received=day, points=["one", "two"]))  # noqa: B023


def attempted(call: Any) -> Any:
    try:
        return call()
    except EngineError:
        return None


# --- Files by chance ------------------------------------------------------------------------------------------

NUMBER = some.integers(0, 10**6)
SCRIPT = some.lists(some.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=6)


def a_law(test):
    """Try this law over files, each of which is a seed and a script."""
    limits = settings(
        max_examples=EXAMPLES or 120,
        deadline=None,
        derandomize=not EXAMPLES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return limits(given(seed=NUMBER, script=SCRIPT)(test))


def chosen(from_these: Sequence[tuple[str, str]], seed: int) -> str:
    return from_these[seed % len(from_these)][1]


@a_law
def test_a_policy_or_intake_with_changed_data_is_judged(
    seed: int, script: list[tuple[int, int, int]]
) -> None:
    text = changed_data(chosen(seeds(), seed), script)
    judge(problems_told(text), text)


@a_law
def test_a_policy_or_intake_with_changed_text_is_judged(
    seed: int, script: list[tuple[int, int, int]]
) -> None:
    text = changed_text(chosen(seeds(), seed), script)
    judge(problems_told(text), text)


@a_law
def test_a_scenario_file_with_changed_data_is_judged(seed: int, script: list[tuple[int, int, int]]) -> None:
    text = changed_data(chosen(scenario_seeds(), seed), script)
    judge(scenario_problems_told(text), text)


@a_law
def test_a_scenario_file_with_changed_text_is_judged(seed: int, script: list[tuple[int, int, int]]) -> None:
    text = changed_text(chosen(scenario_seeds(), seed), script)
    judge(scenario_problems_told(text), text)


AS_SHIPPED = [*seeds(), *scenario_seeds()] if EXAMPLES else [*seeds()[:3], *scenario_seeds()[:3]]


@pytest.mark.parametrize("text", [text for _, text in AS_SHIPPED], ids=[path for path, _ in AS_SHIPPED])
def test_a_file_as_it_stands_is_judged(text: str) -> None:
    told = scenario_problems_told if "scenarios:" in text else problems_told
    judge(told(text), text)


# --- Files that were once misjudged ---------------------------------------------------------------------------

SMALL = """\
policy: lab/small
title: Small
in_force: {from: "2026-01-01"}
calendar: england
calendars: {england: {region: england, day_one: day_after}}
people: {officer: {title: Officer}}
events: {received: {title: Received, by: officer}, answered: {title: Answered, by: officer}}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  closed: {title: Closed, end: closed}
  at_work:
    title: At work
    next:
      answered: {when: answered, go_to: closed}
"""
OVERLAY = """\
policy: lab/small
title: Small
extends: england/corporate
in_force: {{from: "2026-01-01"}}
{rest}
"""
LATE = "      late_NUMBER: {overdue: limit_NUMBER, go_to: closed}\n"
LIMIT = (
    "  limit_NUMBER: {is: 5 working days, from: received, met_by: answered, owed_by: officer, force: must, "
    "basis: local}\n"
)
DECISION = """\
intake_for: england
scenarios:
  - {name: Odd points, received: "2026-05-01", given: {points: POINTS, subject: other_council_service}, OUTCOME}
"""
STORY = """\
scenarios_for: redbridge/corporate
scenarios:
  - {name: Odd answer, given: {complexity: ODD}, steps: [{at: "2026-05-01", when: complaint_received}]}
"""


def many(count: int, line: str) -> str:
    return "".join(line.replace("NUMBER", str(number)) for number in range(count))


# Each with the names of the problems that it must have.
MISJUDGED_POLICIES = {
    "a-word-of-no-end": (SMALL.replace("go_to: closed", f"go_to: closed_{'9' * 5000}"), {"unknown-stage"}),
    "a-text-of-no-end": (SMALL.replace("when: answered", f'when: "{"answered " * 900}"'), {"not-an-id"}),
    "a-sign-that-gives-commands": (SMALL + '"\\x1b[31m":\n', {"empty-value", "forbidden-character"}),
    "a-right-that-leads-nowhere": (
        OVERLAY.format(rest="remove: [anywhere.withdrawn.go_to]"),
        {"right-narrowed"},
    ),
    "a-number-of-another-tool-among-the-limits": (
        OVERLAY.format(rest="limits: {x_tool: 5, stage_1: {is: 9 working days}}"),
        {"not-restated"},
    ),
    "laughs": (LAUGHS + SMALL, {"alias", "anchor"}),
    "a-rule-for-each-of-many-limits": (
        SMALL + many(60, LATE) + "limits:\n" + many(60, LIMIT),
        {"two-overdue-rules"},
    ),
    "hundreds-of-rules-for-one-event": (
        SMALL + many(300, "      again_NUMBER: {when: answered, go_to: closed}\n"),
        {"overlapping-rules"},
    ),
    "hundreds-of-unknown-names": (
        SMALL + "letters:\n" + many(500, "  letter_NUMBER: {to: oficer_NUMBER, must_say: [reasons]}\n"),
        {"unknown-role"},
    ),
}
MISJUDGED_SCENARIOS = {
    **{
        f"points-that-are-{name}-{outcome[:7]}": DECISION.replace("POINTS", odd).replace("OUTCOME", outcome)
        for name, odd in {"a-number": "5", "true": "true", "a-list-of-lists": "[[a], {a: b}]", "a-map": "{a: b}"}.items()
        for outcome in ("decision: {accepted: corporate}", "refused: points")
    },
    "an-answer-that-is-true": STORY.replace("ODD", "true"),
    "an-answer-that-is-a-list": STORY.replace("ODD", "[true, {a: b}]"),
    "hundreds-of-unknown-steps": STORY.replace("{complexity: ODD}", "{complexity: ordinary}").replace("when: complaint_received}", "when: complaint_received}" + many(300, ", {at: '2026-05-01', when: evnt_NUMBER}")),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names"), MISJUDGED_POLICIES.values(), ids=MISJUDGED_POLICIES)
def test_a_policy_once_misjudged_is_judged_and_no_more_is_told_than_anybody_reads(
    text: str, names: set[str]
) -> None:
    problems = problems_told(text)
    counts = Counter(problem.name for problem in problems)
    assert names <= counts.keys()
    assert max(counts.values()) <= 100
    judge(problems, text)


@pytest.mark.parametrize("text", MISJUDGED_SCENARIOS.values(), ids=MISJUDGED_SCENARIOS)
def test_a_scenario_file_once_misjudged_is_judged_and_replayed(text: str, tmp_path: Path) -> None:
    judge(scenario_problems_told(text), text)
    file = tmp_path / "odd.scenarios.yaml"
    file.write_text(text, encoding="utf-8")
    replayed = replay([file], library(), today=date(2026, 5, 1))
    outcomes = [verdict.outcome for each in replayed.files for verdict in each.verdicts]
    assert outcomes == (["passed"] if "refused:" in text else ["failed"] if "decision:" in text else [])


def test_of_many_scenarios_no_more_is_told_than_anybody_reads() -> None:
    assert len(scenario_problems_told(MISJUDGED_SCENARIOS["hundreds-of-unknown-steps"])) == 100
