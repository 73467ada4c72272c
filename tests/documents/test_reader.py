"""Reading: what scalars mean, where things stand, and that hostile files end quickly and in words."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents import Document, read_file, read_text
from engine.documents.reader import C_PARSER, MOST_BYTES, PURE_PARSER, read_with
from engine.errors import PolicyInvalid
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

SCALARS = {
    "true": True, "false": False, "True": True, "10": 10, "-3": -3, "1.5": 1.5, "1e3": 1000.0, "0": 0,
    "on": "on", "no": "no", "y": "y", "17:00": "17:00", "2026-05-01": "2026-05-01", "010": "010", "0x1F": "0x1F",
    "1_000": "1_000", ".inf": ".inf", "25 010 090": "25 010 090", "1e999": "1e999", "9" * 5000: "9" * 5000,
    '"10"': "10", "'true'": "true", "'it''s'": "it's", "50%": "50%", "£5": "£5", "😀 yes": "😀 yes",
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), SCALARS.items(), ids=[text[:12] for text in SCALARS])
def test_scalars_are_read_without_surprises(written: str, meant: Any) -> None:
    value = read_text(f"key: {written}\n", "file").data["key"]
    assert (value, type(value)) == (meant, type(meant))


@pytest.mark.parametrize("key", ["10", "true", "on", "2026-05-01", "1.5", "no", "~x"])
def test_keys_are_always_text(key: str) -> None:
    assert list(read_text(f"{key}: a", "file").data) == [key]


def test_places_are_those_an_editor_shows() -> None:
    document = read_text(
        'policy: a/b\nlimits:\n  answer: {is: 10 working days, warn: [50%, "due"]}\n', "file.yaml"
    )
    assert document.place(("limits", "answer"), key=True) == Place("file.yaml", 3, 3, 6)
    assert document.place(("limits", "answer")) == Place("file.yaml", 3, 11, 1)
    assert document.place(("limits", "answer", "is")) == Place("file.yaml", 3, 16, 15)
    assert document.place(("limits", "answer", "warn", 1)) == Place("file.yaml", 3, 45, 5)
    assert document.line_text(1) == "policy: a/b"


def test_what_is_not_there_stands_at_its_nearest_ancestor() -> None:
    document = read_text("limits:\n  answer: {is: 1 month}\n", "file")
    assert document.place(("limits", "answer", "roll")) == document.place(("limits", "answer"), key=True)
    assert document.place(("stages", "x")).line == 1


def test_windows_line_ends_change_nothing() -> None:
    text = "a:\n  - b\n  - |\n    c\n    d\n"
    assert read_text(text.replace("\n", "\r\n"), "file").data == read_text(text, "file").data


def test_a_document_can_be_pickled() -> None:
    document = read_text("a: {b: [c]}\n", "file")
    again = pickle.loads(pickle.dumps(document))
    assert again.data == document.data
    assert again.place(("a", "b", 0)) == document.place(("a", "b", 0))


def test_the_name_shown_is_the_one_given(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: b\n", encoding="utf-8")
    assert read_file(path, "shown.yaml").path == "shown.yaml"
    assert read_file(path).path == str(path)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="there is no such file"):
        read_file(tmp_path / "none.yaml")
    with pytest.raises(PolicyInvalid, match="is a folder"):
        read_file(tmp_path)


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        read_text(text, "file")
    except PolicyInvalid as error:
        return error.problems
    return ()


HOSTILE = {
    "brackets": "a: " + "[" * 900_000,
    "braces": "{a: " * 250_000,
    "dashes": "- " * 500_000,
    "duplicates": "a: 1\n" * 200_000,
    "aliases": "a: [" + "*b, " * 250_000 + "]",
    "anchors": "a: [" + "&b c, " * 150_000 + "]",
    "question marks": "a: [" + "b?, " * 250_000 + "]",
    "explicit keys": "{? a: 1, " + "".join(f"k{number}: 1, " for number in range(60_000)) + "}",
    "empty items": "a: [" + "~, " * 300_000 + "]",
    "open quote": 'a: "' + "x" * 1_000_000,
    "digits": "a: " + "9" * 1_000_000,
    "blank lines": "a:" + "\n" * 1_000_000 + " b",
    "too large": "a" * (MOST_BYTES + 1),
    "surrogate": "a: \ud800",
    "beyond unicode": 'a: "\\UFFFFFFFF"',
    "long directive": "%YAML " + "9" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_words_and_not_in_too_many(name: str) -> None:
    assert len(problems_of(HOSTILE[name])) <= 101


def test_a_megabyte_of_scenarios_is_read() -> None:
    step = '      - {at: "2026-05-01", then: {stage: assessment, due: {contact: "2026-05-07"}, overdue: [contact]}}\n'
    text = "scenarios:\n  - steps:\n" + step * (1_000_000 // len(step))
    assert len(read_text(text, "file").data["scenarios"][0]["steps"]) == text.count("{at")


# The two parsers of PyYAML

PIECES = [
    "a", "b", "1", " ", " ", "\n", "\n", "\n  ", "\n    ", "- ", "? ", ":", ": ", ",", ", ", "[", "]", "{", "}", '"',
    "'", "#", " #", "?", "-", "|\n", ">\n", "|-", "|2\n", "&", "*", "!", "%", "@", "`", "|", ">", "\\", ".", "...",
    "---", "~", "<<", "=", "é", "😀", "\\u", "\\x41", "\\n", "\\0", "\\ud800", "\\UFFFFFFFF", "\r\n", "\u00a0",
    "\u2028", "\u0085", "\ufeff", "\t", "a: ", "b: ", '"a":', "a: b\n", "c: {", "d: [", "}\n", "]\n", "a: 'b'", "{a:",
]  # fmt: skip
POLICY = """stages:
  opening: {next: {received: {when: complaint_received, go_to: stage_1}}}
  stage_1:
    title: "Answer: by the service"
    note: >-
      A remark
      on two lines
    due: [answer, other]
    next:
      - {when: answered, if: {complexity: [simple, complex]}}
"""


def outcome(parser: Any, text: str) -> tuple[Any, list[Place]] | None:
    try:
        document = read_with(parser, text, "file")
    except PolicyInvalid:
        return None
    return document.data, list(places(document, (), document.data))


def places(document: Document, path: tuple[str | int, ...], value: Any) -> list[Place]:
    found = [document.place(path), document.place(path, key=True)]
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        found += places(document, (*path, step), value[step])
    return found


@st.composite
def changed_policy(draw: st.DrawFn) -> str:
    text = POLICY
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[start + draw(st.integers(0, 2)) :]
    return text


TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=16).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=16).map(lambda pieces: "k: " + "".join(pieces)),
    changed_policy(),
    st.text(max_size=20),
)


@pytest.mark.skipif(C_PARSER is None, reason="PyYAML was built without its C parser")
@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_both_parsers_accept_the_same_texts_with_the_same_data_and_places(text: str) -> None:
    assert outcome(C_PARSER, text) == outcome(PURE_PARSER, text)


DISAGREEMENTS = {
    "question mark in braces": "facts: {complex: {ask: Complex?, kind: count}}\n",
    "question mark in brackets": "a: [why? not]\n",
    "colon before a brace": "a: {if:{b: c}}\n",
    "colon before a bracket": "a: {in:[b]}\n",
    "remark after a bar": "a: |#\n  b\n",
    "escaped surrogate": 'a: "\\ud800"\n',
    "escape beyond unicode": 'a: "\\UFFFFFFFF"\n',
    "tab after a colon": "a:\tb\n",
    "tab before a key": "a:\n\tb: c\n",
    "line separator": "a: b\u2028c\n",
    "next line": "a: b\u0085c\n",
    "mark in the middle": "a: b\ufeffc\n",
    "unknown directive": "%b\n---\na: b\n",
    "strange tag": "a: !, b\n",
}


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_what_the_parsers_read_differently_is_refused_by_both(name: str) -> None:
    parsers = [parser for parser in (C_PARSER, PURE_PARSER) if parser is not None]
    assert [outcome(parser, DISAGREEMENTS[name]) for parser in parsers] == [None] * len(parsers)
