"""What `check` found: for people, for programs, for continuous integration, and for a page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from engine.reports.annotations import problem_annotation
from engine.reports.junit import child, counted, suites_text, xml
from engine.reports.layout import as_json, filled, place_dict
from engine.reports.markdown import cell, code, problems_table
from engine.reports.paint import plain
from engine.reports.problems import problem_dict, problem_text, problems_plain
from engine.reports.sarif import check_sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.checks.remarks import Ignored
    from engine.problems import Problem
    from engine.reports.paint import Paint
    from engine.reports.problems import Findings

_SEVERITIES = (("error", "error"), ("warning", "warning"), ("information", "remark"))


def check_text(found: Findings, paint: Paint = plain) -> str:
    """Every problem in full, a last line that sums it up, and where to read more."""
    blocks = [problem_text(problem, paint) for problem in found.problems]
    more = more_help(found.problems)
    return "\n\n".join([*blocks, f"{summary(found, paint)}\n{more}" if more else summary(found, paint)])


def check_plain(found: Findings, _paint: Paint = plain) -> str:
    """One line per problem; nothing if there is none."""
    return problems_plain(found.problems)


def check_json(found: Findings, _paint: Paint = plain) -> str:
    """The files, the problems, and those that remarks silence."""
    return as_json(
        {
            "files": list(found.files),
            "problems": [problem_dict(problem) for problem in found.problems],
            "ignored": [_ignored_dict(each) for each in found.ignored],
        },
    )


def check_github(found: Findings, _paint: Paint = plain) -> str:
    """A workflow command of GitHub for each problem, which shows it beside the line."""
    return "\n".join(map(problem_annotation, found.problems))


def check_junit(found: Findings, _paint: Paint = plain) -> str:
    """A test suite for each file with a test case for each problem, as JUnit's XML.

    A problem that does not make the check fail is a case passed with its words as output; one that a remark silences is
    skipped with its reason; a file with nothing to tell has one case that passed.
    """
    return suites_text("duecourse check", [_suite(file, found) for file in _files(found)])


def check_markdown(found: Findings, _paint: Paint = plain) -> str:
    """A table of the problems with a heading, for a page or a comment."""
    lines = ["## What `duecourse check` found", "", f"{summary(found)}."]
    if found.problems:
        lines += ["", *problems_table(found.problems)]
    if found.ignored:
        lines += ["", "Ignored:", "", "| where | what | because | check |", "|---|---|---|---|"]
        lines += [
            f"| {code(str(each.problem.place))} | {cell(each.problem.message)} | {cell(each.reason)} "
            f"| {code(each.problem.name)} |"
            for each in found.ignored
        ]
    return "\n".join(lines)


CHECK_FORMATS: dict[str, Callable[[Findings, Paint], str]] = {
    "text": check_text,
    "plain": check_plain,
    "json": check_json,
    "sarif": check_sarif,
    "github": check_github,
    "junit": check_junit,
    "markdown": check_markdown,
}


def summary(found: Findings, paint: Paint = plain) -> str:
    """All in one line: how many files, and how many problems of which severity."""
    checked = f"{len(found.files)} {'file' if len(found.files) == 1 else 'files'} checked"
    counts = Counter(str(problem.severity) for problem in found.problems)
    told = [
        f"{counts[severity]} {word if counts[severity] == 1 else word + 's'}"
        for severity, word in _SEVERITIES
        if counts[severity]
    ]
    affected = len({problem.place.path for problem in found.problems})
    where = f" in {affected} of them" if len(found.files) > 1 else ""
    words = f"{', '.join(told)}{where}" if told else paint("no problems", "good")
    return f"{checked}: {words}{f'; {len(found.ignored)} ignored' if found.ignored else ''}"


def more_help(problems: tuple[Problem, ...]) -> str:
    """Where to read more on these; once, since under each it would be most of what is printed."""
    # Every check has its page (a test holds to that), so that none need be read for this.
    names = list(dict.fromkeys(problem.name for problem in problems))
    if not names:
        return ""
    if len(names) == 1:
        return f"more on it: duecourse help {names[0]}"
    return "\n".join(filled(f"more on each: duecourse help NAME, such as {names[0]}"))


def _ignored_dict(ignored: Ignored) -> dict[str, Any]:
    remark = place_dict(ignored.remark)
    return problem_dict(ignored.problem) | {"because": ignored.reason, "remark": remark}


def _files(found: Findings) -> Iterator[str]:
    """The files checked, then those that only a problem names, such as a base."""
    others = [each.place.path for each in found.problems]
    others += [each.problem.place.path for each in found.ignored]
    yield from dict.fromkeys((*found.files, *others))


def _suite(file: str, found: Findings) -> ET.Element:
    suite = ET.Element("testsuite", {"name": xml(file)})
    for problem in found.problems:
        if problem.place.path == file:
            case, told = _case(suite, problem), problem_text(problem)
            if found.fails(problem):
                child(case, "failure", told, type=problem.name, message=problem.message)
            else:
                child(case, "system-out", told)
    for each in found.ignored:
        if each.problem.place.path == file:
            child(_case(suite, each.problem), "skipped", message=f"ignored because {each.reason}")
    if not len(suite):
        child(suite, "testcase", classname=file, name="no problems", time="0")
    return counted(suite)


def _case(suite: ET.Element, problem: Problem) -> ET.Element:
    place = problem.place
    name = f"{problem.name} at {place.line}:{place.column}"
    return child(
        suite, "testcase", classname=place.path, name=name, time="0", file=place.path, line=str(place.line)
    )
