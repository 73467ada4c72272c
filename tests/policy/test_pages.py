"""Every check has its page, and what the page shows is true: the one way gives the problem, the other does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.cases.written import events_from_csv, events_from_yaml
from engine.documents import read_text
from engine.errors import PolicyInvalid
from engine.policy import PolicyLibrary
from engine.policy.checks.pages import pages
from engine.policy.checks.remarks import heeded
from engine.replay import problems_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.documents import Document
    from engine.policy.checks.pages import Page
    from engine.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "tests" / "policy" / "bad" / "library"
KEBAB = re.compile(r"[a-z]+(?:-[a-z0-9]+)*")

# Names that stand in the source by kind only (`unknown-{kind}`).
MADE = {
    "engine/policy/checks/references.py": ("stage", "limit", "event", "fact", "letter", "role", "calendar"),
    "engine/replay/references.py": (
        "stage", "limit", "event", "fact", "letter", "role", "step", "version", "key", "data", "rule",
    ),
    "engine/replay/intakes.py": ("answer", "point", "procedure", "body", "exclusion", "route"),
}  # fmt: skip
# Found by nobody who checks a file.
WITHOUT_PAGE = {
    "event-refused",  # what a command says of an event in a file of events, with all its reasons
}
# Where a function takes a name and a message: which of its arguments is the name.
CALLS = {
    "problem": 1, "about_key": 0, "finding": 0, "Finding": 1, "Problem": 1, "refuse": 1, "at": 1, "here": 0,
    "from_the_start": 0, "Trouble": 0, "_problem": 2,
}  # fmt: skip


def names_in(file: Path) -> Iterator[str]:
    """The names of problems that a module writes out: arguments of calls, and pairs of name and message."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        found: ast.expr | None = None
        if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == ["name"]:
            found = node.value if isinstance(node.value, ast.IfExp) else None
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            at = CALLS.get(called)
            if at is not None and len(node.args) > at:
                found = node.args[at]
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_message(node.elts[1]):
            found = node.elts[0]
        if isinstance(found, ast.Name):
            found = constants.get(found.id)
        for each in (found.body, found.orelse) if isinstance(found, ast.IfExp) else (found,):
            name = each.value if isinstance(each, ast.Constant) else None
            if (
                isinstance(name, str)
                and KEBAB.fullmatch(name)
                and not (_is_word(name) and isinstance(node, ast.Tuple))
            ):
                yield name


def _is_word(name: str) -> bool:
    """Whether a name in a pair may be a key of the language as well."""
    return "-" not in name and name not in {"tab", "directive"}


def _is_message(node: ast.expr) -> bool:
    """Whether this is a sentence: formatted, or with a space in it."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )


def every_name() -> set[str]:
    places = ("documents", "policy", "replay", "evidence", "cases", "commands", "probing")
    modules = [file for place in places for file in (ROOT / "engine" / place).glob("**/*.py")]
    found = {name for file in modules for name in names_in(file)}
    return found | {f"unknown-{kind}" for kinds in MADE.values() for kind in kinds}


def problems_of(page: Page, text: str) -> list[Problem]:
    """What is told of an example."""
    if page.kind in ("events", "csv"):
        return _told_of_events(page, text)
    if not page.whole:
        text = f"{_head(page)}{text}\n"
    library = PolicyLibrary([LIBRARY])
    if page.kind == "scenarios":
        try:
            return problems_in(read_text(text, "example"), library)
        except PolicyInvalid as invalid:
            return list(invalid.problems)
    found = library.examine_text(text, "example").problems
    return list(heeded(found, ["example"], lambda path: _read(text) if path == "example" else None).problems)


def _read(text: str) -> Document | None:
    try:
        return read_text(text, "example")
    except PolicyInvalid:
        return None


def _told_of_events(page: Page, text: str) -> list[Problem]:
    try:
        (events_from_csv if page.kind == "csv" else events_from_yaml)(text, "example")
    except PolicyInvalid as invalid:
        return list(invalid.problems)
    return []


def _head(page: Page) -> str:
    key, name = ("policy", "lab/example") if "/" in page.over else ("intake", "example")
    return f'{key}: {name}\nextends: {page.over}\nin_force: {{from: "2020-01-01"}}\n'


def test_every_check_has_its_page() -> None:
    assert every_name() - WITHOUT_PAGE - pages().keys() == set()


def test_every_page_is_of_a_check() -> None:
    assert pages().keys() - every_name() == set()


@pytest.mark.parametrize("name", [name for name, page in pages().items() if not page.untried])
def test_what_to_avoid_gives_the_problem_and_what_to_prefer_does_not(name: str) -> None:
    page = pages()[name]
    assert name in {problem.name for problem in problems_of(page, page.avoid)}
    preferred = problems_of(page, page.prefer)
    assert [str(each) for each in preferred if each.name == name or each.severity == "error"] == []


@pytest.mark.parametrize("name", pages())
def test_a_page_is_short_and_says_something(name: str) -> None:
    page = pages()[name]
    assert all((page.title, page.what, page.why, page.avoid, page.prefer))
    assert not page.title.endswith(".")
    assert page.what.endswith(".")
    assert page.why.endswith(".")
    assert len(page.what) + len(page.why) < 700
    assert max(map(len, (page.avoid + "\n" + page.prefer).splitlines())) <= 76
