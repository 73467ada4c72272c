"""What commands print as JSON, and what a case is stored as, have the shapes that `schemas/` publishes."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from engine import Case, EngineError, Event, PolicyLibrary
from engine.commands import main
from engine.documents.conform import is_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine import Policy

CHECKOUT = Path(__file__).resolve().parents[1]
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((CHECKOUT / "schemas").glob("*.schema.json"))
}
READ_BY_PEOPLE = {"policy", "scenarios", "intake"}
REPORTS = sorted(SCHEMAS.keys() - READ_BY_PEOPLE)
POLICIES = PolicyLibrary([CHECKOUT / "policies"])
STATUTORY = "redbridge/children-statutory"
CASE = str(CHECKOUT / "tests" / "commands" / "case.yaml")

FORMATS = FormatChecker(formats=())
FORMATS.checks("date")(is_date)


def wrong(name: str, value: Any) -> list[str]:
    """What a value has that its schema does not allow, with the way to it."""
    validator = Draft7Validator(SCHEMAS[name], format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What a command line prints with `--format json`, in the checkout."""
    monkeypatch.chdir(CHECKOUT)

    def typed(*arguments: str) -> Any:
        main([*arguments, "--format", "json"])
        return json.loads(capsys.readouterr().out)

    return typed


# --- The schemas ---------------------------------------------------------------------------------------------------


def within(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema in it; not its examples."""
    if isinstance(schema, dict):
        yield schema
        for word, value in schema.items():
            if word not in {"examples", "enum"}:
                yield from within(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from within(value)


@pytest.mark.parametrize("name", REPORTS)
def test_a_schema_says_what_it_is_and_hides_no_causes(name: str) -> None:
    schema = SCHEMAS[name]
    Draft7Validator.check_schema(schema)
    assert schema["$id"] == f"urn:duecourse:schema:{name}:1"
    assert schema["description"].endswith(".")
    assert not [each for each in within(schema) if {"oneOf", "anyOf"} & each.keys()]
    assert all(each["additionalProperties"] is False for each in within(schema) if "required" in each)


@pytest.mark.parametrize("name", REPORTS)
def test_every_property_says_what_it_is_and_shows_examples_that_hold(name: str) -> None:
    schema = SCHEMAS[name]
    for each in within(schema):
        for key, below in each.get("properties", {}).items():
            assert below["description"].endswith("."), key
            assert below["examples"], key
            validator = Draft7Validator(
                {**below, "definitions": schema.get("definitions", {})}, format_checker=FORMATS
            )
            assert [example for example in below["examples"] if not validator.is_valid(example)] == [], key


def test_the_guide_lists_every_schema() -> None:
    guide = (CHECKOUT / "schemas" / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\[([a-z-]+)\.schema\.json\]", guide)) == sorted(SCHEMAS)


# --- What commands print -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["policies", "tests/policy/bad", "tests/documents/bad", "tests/replay/files", "no/such/file.yaml"]
)
def test_check_prints_a_check_report(told: Callable[..., Any], path: str) -> None:
    assert wrong("check-report", told("check", path)) == []


@pytest.mark.parametrize("path", ["tests/replay/files", "tests/scenarios/england"])
def test_replay_prints_a_replay_report(told: Callable[..., Any], path: str) -> None:
    assert wrong("replay-report", told("replay", path, "--policies", "tests/replay/policies")) == []


@pytest.mark.parametrize("name", POLICIES.names())
def test_due_prints_a_ledger_report_for_every_limit(told: Callable[..., Any], name: str) -> None:
    for limit in POLICIES.policy(name).limits:
        for start in ("2026-05-01", "2026-12-24"):
            report = told("due", name, limit, "--from", start)
            assert (wrong("ledger-report", report), report["limit"]) == ([], limit)


@pytest.mark.parametrize("limit", ["contact", "stage_1", "stage_2_request", "acknowledgement"])
def test_explain_prints_a_ledger_report(told: Callable[..., Any], limit: str) -> None:
    report = told("explain", STATUTORY, limit, "--events", CASE, "--as-of", "2026-07-01")
    assert wrong("ledger-report", report) == []


@pytest.mark.parametrize("day", ["2026-05-01", "2026-05-12", "2026-07-01", "2060-01-01"])
def test_timeline_prints_a_timeline_report(told: Callable[..., Any], day: str) -> None:
    assert wrong("timeline-report", told("timeline", STATUTORY, "--events", CASE, "--as-of", day)) == []


@pytest.mark.parametrize("name", POLICIES.names())
def test_why_not_prints_a_why_not_report_for_every_event(told: Callable[..., Any], name: str) -> None:
    for event in POLICIES.policy(name).events:
        report = told("why-not", name, event, "--as-of", "2026-05-19")
        assert (wrong("why-not-report", report), report["event"]) == ([], event)


@pytest.mark.parametrize("folder", ["policies", "tests/policy/bad/library"])
def test_show_prints_a_policies_report(told: Callable[..., Any], folder: str) -> None:
    report = told("show", "--policies", folder)
    assert wrong("policies-report", report) == []
    assert {"redbridge/education"} <= {each["policy"] for each in report["policies"]}


@pytest.mark.parametrize("name", POLICIES.names())
def test_a_policy_shown_as_json_is_a_policy(told: Callable[..., Any], name: str) -> None:
    resolved = told("show", name)
    assert wrong("policy", resolved) == []
    with_origin = told("show", name, "--origin")
    assert wrong("origin-report", with_origin) == []
    assert with_origin["data"] == resolved


@pytest.mark.parametrize("authority", POLICIES.authorities())
def test_an_intake_shown_as_json_is_an_intake(told: Callable[..., Any], authority: str) -> None:
    resolved = told("show", f"{authority}/intake")
    assert wrong("intake", resolved) == []
    with_origin = told("show", f"{authority}/intake", "--origin")
    assert wrong("origin-report", with_origin) == []
    assert with_origin["data"] == resolved


MYTOWN = ("intake", "mytown", "--policies", "tests/intakes/library", "--received", "2026-03-06")


@pytest.mark.parametrize(
    "facts",
    [
        (),
        ("subject=school",),
        ("subject.a=social_care", "subject.b=refuse", "proceedings.a=under_way", "earlier=3"),
        ("subject.a=social_care", "proceedings.a=under_way", "proceedings_ended.a=2025-11-10"),
        ("subject=social_care", "relationship=parent", "proceedings=none", "earlier=0", "grounds_arose=2025-03-05",
         "good_reason=good_reason", "fair_now=fair"),
        ("subject.a=refuse", "grounds_arose.a=2025-12-05", "earlier=0"),
    ],
    ids=["needs", "redirected", "excluded", "come-back", "set-aside", "point"],
)  # fmt: skip
def test_intake_prints_a_decision_report(
    told: Callable[..., Any], tmp_path: Path, facts: tuple[str, ...]
) -> None:
    given = [word for fact in facts for word in ("--fact", fact)]
    report = told(*MYTOWN, *given)
    assert wrong("decision-report", report) == []
    earlier = tmp_path / "decision.json"
    earlier.write_text(json.dumps(report), encoding="utf-8")
    again = told(*MYTOWN[:4], "--again", str(earlier), "--fact", "subject=refuse")
    assert wrong("decision-report", again) == []
    assert again["changed"] is not None


@pytest.mark.parametrize("authority", POLICIES.authorities())
def test_whatever_is_answered_it_is_a_decision_report(told: Callable[..., Any], authority: str) -> None:
    intake = POLICIES.intake(authority)
    for seed in range(15):
        chance, given = Random(seed), []  # noqa: S311 - no secret, the same facts every time
        for name, fact in intake.facts.items():
            value = {"choice": chance.choice(fact.answers or ("",)), "count": "2", "date": "2026-04-20"}[
                fact.kind
            ]
            if chance.random() < 0.8:
                given += ["--fact", f"{name}.one={value}" if fact.per_point else f"{name}={value}"]
        report = told("intake", authority, "--received", "2026-05-01", "--points", "one,two", *given)
        assert wrong("decision-report", report) == []


@pytest.mark.parametrize("names", [["richmond/corporate"], ["england/children-statutory", STATUTORY]])
def test_diff_prints_a_diff_report(told: Callable[..., Any], names: list[str]) -> None:
    report = told("diff", *names, "--cases", CASE)
    assert wrong("diff-report", report) == []
    assert report["differences"]
    assert report["cases"][0]["differences"]


@pytest.mark.parametrize("name", ["england/corporate", "richmond/intake"])
def test_mutate_prints_a_mutation_report(told: Callable[..., Any], name: str) -> None:
    folder = str(CHECKOUT / "tests" / "scenarios" / name.partition("/")[0])
    assert not wrong("mutation-report", told("mutate", name, "--scenarios", folder))


MIGRATING = """
- {on: "2026-02-02", event: complaint_received}
- {on: "2026-02-20", event: stage_1_response_sent, with: {channel: email}}
- {on: "2026-03-30", event: stage_2_requested}
- {on: "2026-04-13", event: late_stage_2_request_decided, with: {late_stage_2_request: allowed, reason: so}}
"""


def test_migrate_prints_a_migration_report(told: Callable[..., Any], tmp_path: Path) -> None:
    events = tmp_path / "case.yaml"
    events.write_text(MIGRATING, encoding="utf-8")
    options = ("--to", "2026-04-01", "--on", "2026-04-08", "--stage", "stage_2")
    report = told("migrate", "richmond/corporate", "--events", str(events), *options)
    assert wrong("migration-report", report) == []
    assert all(report[key] for key in ("limits", "notices", "conflicts"))


@pytest.mark.parametrize("name", ["lab/stuck", "lab/shorter-extension", STATUTORY])
def test_fuzz_prints_a_fuzz_report(told: Callable[..., Any], name: str) -> None:
    report = told("fuzz", name, "--histories", "300", "--policies", "tests/fuzzing/policies")
    assert wrong("fuzz-report", report) == []
    assert bool(report["findings"]) == name.startswith("lab")


# --- Cases ---------------------------------------------------------------------------------------------------------


def wandering(policy: Policy, chance: Random) -> Case:
    """A case to which a dozen of the things that may happen have happened, days apart, some of them corrected."""
    case, day = Case.open(policy, f"R-{chance.randrange(1000)}"), max(date(2026, 1, 5), policy.in_force_from)
    for _ in range(12):
        for _ in range(8):
            try:
                case = case.apply(some_event(case, day, chance))
                break
            except EngineError:
                continue
        day = date.fromordinal(day.toordinal() + chance.randrange(12))
    return case


def some_event(case: Case, day: date, chance: Random) -> Event:
    """An event that may happen on this day, with data that may suit it; or a correction."""
    if case.count and chance.random() < 0.1:
        target = chance.randrange(case.count) + 1
        return Event("correction", on=day, data={"target": target, "strike": True}, actor="user-17")
    allowed = chance.choice(case.at(day).allowed())
    facts = case.policy.facts
    data = {name: some_value(facts.get(name), kind, day, chance) for name, kind in allowed.needs}
    by = chance.choice([*allowed.by, None])
    return Event(allowed.event, on=day, by=by, data=data)


def some_value(fact: Any, kind: str, day: date, chance: Random) -> Any:
    """A value of this kind."""
    if kind == "points":
        return ["point_1", "point_2"]
    if fact is None:
        return {"date": day.isoformat(), "confirmed": "confirmed"}.get(kind, "because")
    values = {"choice": lambda: chance.choice(tuple(fact.answers)), "count": lambda: 3, "date": day.isoformat}
    value = values[fact.kind]
    return {"point_1": value(), "point_2": value()} if fact.per_point else value()


def test_a_migrated_case_is_stored_as_its_schema_says() -> None:
    older, newer = POLICIES.versions("richmond/corporate")
    case = Case.open(older).apply(Event("complaint_received", on=date(2026, 3, 16)))
    stored = case.migrate(newer, on=date(2026, 4, 7)).to_dict()
    assert wrong("case", stored) == []
    assert [each["in_force_from"] for each in stored["versions"]] == ["2024-04-01", "2026-04-01"]


@pytest.mark.parametrize("name", POLICIES.names())
def test_cases_are_stored_and_read_as_their_schemas_say(name: str) -> None:
    policy = POLICIES.policy(name)
    longest = 0
    for seed in range(25):
        case = wandering(policy, Random(seed))  # noqa: S311 - no secret, the same cases every time
        stored = case.to_dict()
        assert wrong("case", stored) == []
        assert Case.from_dict(policy, json.loads(json.dumps(stored))) == case
        last = case.last_day or max(date(2026, 1, 5), policy.in_force_from)
        for day in (last, date.fromordinal(last.toordinal() + 100)):
            reading = case.at(day).to_dict() | {"timeline": [], "later": 0}
            assert wrong("timeline-report", reading) == []
        longest = max(longest, case.count)
    assert longest > 8
