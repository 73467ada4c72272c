"""The schemas are sound, and the fast check says what `jsonschema` says."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker

from engine.documents import conforms, likely, read_text, shape_problems
from engine.documents.conform import Compiler, is_date
from engine.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ["policy", "scenarios", "intake"]
SCHEMAS = {
    kind: json.loads((shipped("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    for kind in KINDS
}
DATES = FormatChecker(formats=())
DATES.checks("date")(is_date)
GOOD = {
    kind: read_text((Path(__file__).parent / "good" / f"{kind}.yaml").read_text(encoding="utf-8"), kind)
    for kind in KINDS
}
OVERLAY = read_text((Path(__file__).parent / "good" / "overlay.yaml").read_text(encoding="utf-8"), "overlay")
INTAKE_OVERLAY = read_text(
    (Path(__file__).parent / "good" / "intake-overlay.yaml").read_text(encoding="utf-8"), "overlay"
)
DECISIONS = read_text(
    (Path(__file__).parent / "good" / "decisions.yaml").read_text(encoding="utf-8"), "decisions"
)


def within(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema in it; not its examples."""
    if isinstance(schema, dict):
        yield schema
        for word, value in schema.items():
            if word not in {"examples", "enum", "const"}:
                yield from within(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from within(value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_draft_7_without_choices_that_hide_causes(kind: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[kind])
    assert not [each for each in within(SCHEMAS[kind]) if {"oneOf", "anyOf"} & each.keys()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_tells_authors_what_it_is_and_shows_examples_that_hold(kind: str) -> None:
    schema = SCHEMAS[kind]
    told = 0
    for each in within(schema):
        if not each.get("additionalProperties", True) and "x-is" in each:
            for name, below in each["properties"].items():
                assert below["description"].endswith("."), name
                check = Compiler(schema).check(
                    {key: value for key, value in below.items() if key != "examples"}
                )
                assert below["examples"], name
                assert [example for example in below["examples"] if not check(example)] == [], name
                told += 1
    assert told > 50


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_closed_leaves_room_for_other_tools(kind: str) -> None:
    for each in within(SCHEMAS[kind]):
        if each.get("additionalProperties") is False:
            assert each["patternProperties"]["^x_"] is True


def test_good_files_conform() -> None:
    assert shape_problems(GOOD["policy"], "policy") == []
    assert shape_problems(OVERLAY, "policy") == []
    assert shape_problems(GOOD["scenarios"], "scenarios") == []
    assert shape_problems(DECISIONS, "scenarios") == []
    assert shape_problems(GOOD["intake"], "intake") == []
    assert shape_problems(INTAKE_OVERLAY, "intake") == []


def keys_of(value: Any) -> Iterator[str]:
    """Every key in data, however deep."""
    if isinstance(value, dict):
        yield from value
        for below in value.values():
            yield from keys_of(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys_of(below)


def test_the_good_intakes_show_every_key() -> None:
    named = {name for each in within(SCHEMAS["intake"]) for name in each.get("properties", {})}
    # A single date instead of a stretch is in the good policy; `sent_by` is what a whole letter has there.
    shown = {*keys_of(GOOD["intake"].data), *keys_of(INTAKE_OVERLAY.data), "date", "sent_by"}
    assert named - shown == set()


def test_the_good_decisions_show_every_key() -> None:
    definitions = SCHEMAS["scenarios"]["definitions"]
    named = {
        name
        for kind in ("decision", "point_decision", "later_decision")
        for name in definitions[kind]["properties"]
    }
    assert named - set(keys_of(DECISIONS.data)) == set()


def test_what_an_intake_and_a_policy_have_in_common_is_the_same_in_both_schemas() -> None:
    policy, intake = SCHEMAS["policy"]["definitions"], SCHEMAS["intake"]["definitions"]
    shared = policy.keys() & intake.keys()
    assert {name for name in shared if policy[name] != intake[name]} == set()
    assert {"id", "calendar", "source", "fact", "person", "condition", "whole_fact", "citation"} <= shared


def test_a_good_file_needs_no_jsonschema() -> None:
    code = (
        "import sys; from pathlib import Path; from engine.documents import *\n"
        f"assert not shape_problems(read_file(Path({str(Path(__file__).parent / 'good' / 'policy.yaml')!r})), 'policy')\n"
        "assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_the_merged_data_of_several_files_can_be_checked_by_whoever_can_place_it() -> None:
    class Merged:
        def __init__(self) -> None:
            self.data = {key: value for key, value in OVERLAY.data.items() if key != "extends"}
            self.problem = OVERLAY.problem

    assert {problem.name for problem in shape_problems(Merged(), "policy")} == {"missing-key", "not-together"}


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("goto", ["go_to", "if"], "go_to"),
        ("zzz", ["go_to"], None),
        ("is", [], None),
        # One letter of seven differs from each.
        ("stage_9", ["stage_1", "stage_2", "stage_3"], None),
        ("stage_9", ["stage_1", "stage_90", "stage_2"], "stage_90"),
        ("x" * 9999, ["x"], None),
    ],
)
def test_a_word_is_suggested_only_if_it_is_very_likely(
    word: str, known: list[str], meant: str | None
) -> None:
    assert likely(word, known) == meant


# Random changes of good files

SCRAPS: list[Any] = [
    "a_word", "yes", "on", "", "Not an id", "10 days", "1 month", "10 working days", "2026-05-01", "2026-02-30", 0, 1,
    -1, 2.0, 2.5, True, False, [], {}, ["a", "a"], ["a", 1], {"add": ["a"]}, {"drop": []}, {"a": "b"}, {"at_least": 1},
    {"longest": "answer"}, {"due": "answer"}, {"entering": "a", "due": "b"}, "same stage", "50%", [1, True], [1, 1.0],
    [{"a": 1}, {"a": True}], "must", "closed", "england",
]  # fmt: skip
KEYS = [
    "is", "if", "when", "then", "record", "at", "go_to", "goto", "x_tool", "add", "before", "from", "overdue", "not",
    "extends", "kind", "answers", "longest", "between", "reason", "2026-05-01", "yes", "Bad key", "steps", "limit", "with",
]  # fmt: skip


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield from spots(value[step], (*path, step))


@st.composite
def changed(draw: st.DrawFn, good: dict[str, Any]) -> Any:
    data = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(spots(data))[1:] or [("policy",)]))
        holder = data
        for step in way:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "remove":
                del holder[last]
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(SCRAPS)))
            case _:
                holder[last] = copy.deepcopy(draw(st.sampled_from(SCRAPS)))
    return data


def agree(kind: str, data: Any) -> None:
    stock = Draft7Validator(SCHEMAS[kind], format_checker=DATES)
    assert conforms(data, kind) == stock.is_valid(data)


@settings(max_examples=250, deadline=None)
@given(changed(GOOD["policy"].data))
def test_the_fast_check_agrees_with_jsonschema_on_policies(data: Any) -> None:
    agree("policy", data)


@settings(max_examples=150, deadline=None)
@given(changed(OVERLAY.data))
def test_the_fast_check_agrees_with_jsonschema_on_overlays(data: Any) -> None:
    agree("policy", data)


@settings(max_examples=250, deadline=None)
@given(changed(GOOD["intake"].data))
def test_the_fast_check_agrees_with_jsonschema_on_intakes(data: Any) -> None:
    agree("intake", data)


@settings(max_examples=100, deadline=None)
@given(changed(INTAKE_OVERLAY.data))
def test_the_fast_check_agrees_with_jsonschema_on_intakes_that_extend(data: Any) -> None:
    agree("intake", data)


@settings(max_examples=200, deadline=None)
@given(changed(DECISIONS.data))
def test_the_fast_check_agrees_with_jsonschema_on_scenarios_of_intakes(data: Any) -> None:
    agree("scenarios", data)


@settings(max_examples=250, deadline=None)
@given(changed(GOOD["scenarios"].data))
def test_the_fast_check_agrees_with_jsonschema_on_scenarios(data: Any) -> None:
    agree("scenarios", data)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), changed(GOOD[kind].data))))
def test_whatever_does_not_conform_is_explained(drawn: tuple[str, Any]) -> None:
    kind, data = drawn
    text = json.dumps(data, ensure_ascii=False)
    document = read_text(text.replace("\\", ""), "file") if text.startswith("{") else None
    if document is not None:
        problems = shape_problems(document, kind)
        assert bool(problems) != conforms(document.data, kind)
        assert all(problem.name != "wrong-value" for problem in problems)
