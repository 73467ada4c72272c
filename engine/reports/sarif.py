"""What `check` found as SARIF 2.1.0, which code hosts and editors show beside the lines."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from engine.policy.checks.pages import family_title, pages
from engine.reports.layout import as_json
from engine.reports.paint import plain
from engine.reports.problems import help_of, hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.policy.checks.pages import Page
    from engine.policy.checks.remarks import Ignored
    from engine.problems import Place, Problem
    from engine.reports.paint import Paint
    from engine.reports.problems import Findings

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "information": "note"}


def check_sarif(found: Findings, _paint: Paint = plain) -> str:
    """One run: a rule for each check that found something, a result for each problem, ignored ones suppressed."""
    told = [*found.problems, *(each.problem for each in found.ignored)]
    levels = {problem.name: _LEVELS[problem.severity] for problem in reversed(told)}
    names = sorted(levels)
    run = {
        "tool": {"driver": {"name": "duecourse", "rules": [_rule(name, levels[name]) for name in names]}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _artifact(file)} for file in found.files],
        "results": [
            *(_result(problem, names) for problem in found.problems),
            *(_result(each.problem, names) | _suppressed(each) for each in found.ignored),
        ],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str, level: str) -> dict[str, Any]:
    page = pages().get(name)
    rule: dict[str, Any] = {"id": name, "defaultConfiguration": {"level": level}}
    if page is not None:
        rule |= {
            "shortDescription": {"text": page.title},
            "fullDescription": {"text": page.what},
            "help": {"text": _help(page), "markdown": _help_markdown(page)},
            "properties": {"tags": [family_title(page.family)]},
        }
    return rule


def _help(page: Page) -> str:
    source = f"\n\nSource: {page.source}" if page.source else ""
    return f"{page.what} {page.why}\n\nAvoid:\n\n{page.avoid}\n\nPrefer:\n\n{page.prefer}{source}"


def _help_markdown(page: Page) -> str:
    source = f"\n\nSource: {page.source}" if page.source else ""
    blocks = (
        f"{word}:\n\n```yaml\n{text}\n```" for word, text in (("Avoid", page.avoid), ("Prefer", page.prefer))
    )
    return "\n\n".join((f"{page.what} {page.why}", *blocks)) + source


def _result(problem: Problem, names: Sequence[str]) -> dict[str, Any]:
    write = (hint(problem.instead),) if problem.instead is not None else ()
    result: dict[str, Any] = {
        "ruleId": problem.name,
        "ruleIndex": names.index(problem.name),
        "level": _LEVELS[problem.severity],
        "message": {"text": "\n".join((problem.message, *write, *map(str.strip, help_of(problem))))},
        "locations": [_location(problem)],
    }
    if problem.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": text}, "physicalLocation": _physical(place)}
            for number, (place, text) in enumerate(problem.related, start=1)
        ]
    if problem.instead is not None:
        result["fixes"] = [_fix(problem.place, problem.instead)]
    return result


def _location(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(problem.place)}
    if problem.breadcrumb:
        location["logicalLocations"] = [{"fullyQualifiedName": ".".join(problem.breadcrumb)}]
    return location


def _physical(place: Place) -> dict[str, Any]:
    return {"artifactLocation": _artifact(place.path), "region": _region(place)}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.line,
        "endColumn": place.column + place.width,
    }


def _artifact(path: str) -> dict[str, str]:
    """The file as a URI reference: with slashes, and escaped where a URI must be."""
    file = PurePath(path)
    return {"uri": file.as_uri() if file.is_absolute() else quote(file.as_posix())}


def _fix(place: Place, instead: str) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(place), "insertedContent": {"text": instead}}
    change = {"artifactLocation": _artifact(place.path), "replacements": [replacement]}
    return {"description": {"text": hint(instead)}, "artifactChanges": [change]}


def _suppressed(ignored: Ignored) -> dict[str, Any]:
    remark = {"physicalLocation": _physical(ignored.remark)}
    return {"suppressions": [{"kind": "inSource", "justification": ignored.reason, "location": remark}]}
