"""What replaying found: for people, one line each, for programs, for continuous integration, and for a page."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from engine.calendars import day_text
from engine.documents import on_one_line
from engine.reports.annotations import annotation, problem_annotation
from engine.reports.junit import child, counted, suites_text, xml
from engine.reports.layout import WIDTH, as_json, filled, place_dict
from engine.reports.markdown import block, cell, code, problems_table
from engine.reports.paint import plain
from engine.reports.problems import problem_dict, problems_plain, problems_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.replay import Failure, FileVerdicts, KnownFailure, Replay, Verdict
    from engine.reports.paint import Paint

    # The verdicts, what to add to the command that repeats one (such as ` --policies here`), and colour.
    Report = Callable[[Replay, str, Paint], str]

WORDS = {"passed": ("passed", "good"), "failed": ("FAILED", "error"), "known_failure": ("known ", "warning")}
_UNCONFIRMED = " (generated, not confirmed)"


# --- For people --------------------------------------------------------------------------------------------------


def verdicts_text(replay: Replay, repeat_with: str = "", paint: Paint = plain) -> str:
    """One line for each scenario and row by file, then every failure in full, problems, and a last line in sum."""
    return _with_failures("\n\n".join(_each_file(replay, _file_lines, paint)), replay, repeat_with, paint)


def verdicts_quiet(replay: Replay, repeat_with: str = "", paint: Paint = plain) -> str:
    """As for people, but one line for each file."""
    return _with_failures("\n".join(_each_file(replay, _file_in_one, paint)), replay, repeat_with, paint)


def _each_file(
    replay: Replay,
    lines_of: Callable[[FileVerdicts, Paint], Iterator[str]],
    paint: Paint,
) -> Iterator[str]:
    return ("\n".join(lines_of(file, paint)) for file in replay.files if file.verdicts)


def _with_failures(files: str, replay: Replay, repeat_with: str, paint: Paint) -> str:
    """What was said of the files, then every failure in full, problems, and the last line."""
    blocks = [files] if files else []
    blocks += [verdict_text(verdict, repeat_with, paint) for verdict in _failed(replay)]
    if replay.problems:
        blocks.append(problems_text(replay.problems, paint))
    return "\n\n".join([*blocks, summary(replay, paint)])


def summary(replay: Replay, paint: Paint = plain) -> str:
    """All in one line: how many scenarios and rows there were, and how they went."""
    kinds = [_counted(replay.count_kind("scenario"), "scenario"), _counted(replay.count_kind("row"), "row")]
    passed, failed, known = (replay.count(outcome) for outcome in ("passed", "failed", "known_failure"))
    outcomes = [
        paint(f"{passed} passed", "good") if passed else "",
        paint(f"{failed} failed", "error") if failed else "",
        paint(_counted(known, "known failure"), "warning") if known else "",
    ]
    replayed = ", ".join(filter(None, kinds)) + ": " + ", ".join(filter(None, outcomes)) if any(kinds) else ""
    if replay.unconfirmed:
        replayed += paint(f" ({replay.unconfirmed} generated and not confirmed)", "warning")
    unusable = sum(bool(file.problems) for file in replay.files)
    left = paint(f"{_counted(unusable, 'file')} could not be replayed", "error") if unusable else ""
    return "; ".join(filter(None, (replayed, left))) or "nothing was replayed"


def _file_in_one(file: FileVerdicts, paint: Paint) -> Iterator[str]:
    passed = sum(verdict.outcome == "passed" for verdict in file.verdicts)
    others = len(file.verdicts) - passed
    told = f"{passed} passed" + (f", {paint(f'{others} not', 'error')}" if others else "")
    yield f"{paint(file.path, 'strong')}: {told}"


def _file_lines(file: FileVerdicts, paint: Paint) -> Iterator[str]:
    yield f"{paint(file.path, 'strong')}  {file.policy or _intake_of(file)}"
    for verdict in file.verdicts:
        word, meaning = WORDS[verdict.outcome]
        known = (
            f" ({known_text(verdict.known)})" if verdict.known and verdict.outcome == "known_failure" else ""
        )
        # The name stands on one line whatever its length, so that it can be searched for and copied.
        name = on_one_line(verdict.name + known)
        yield f"  {paint(word, meaning)}  {name}{_UNCONFIRMED if verdict.unconfirmed else ''}"


def verdict_text(verdict: Verdict, repeat_with: str = "", paint: Paint = plain) -> str:
    """One verdict that failed, in full, with the command that repeats it."""
    return "\n".join(_verdict_lines(verdict, repeat_with, paint))


def _verdict_lines(verdict: Verdict, repeat_with: str, paint: Paint) -> Iterator[str]:
    yield f"{paint('FAILED', 'error')}: {paint(on_one_line(verdict.name), 'strong')}"
    seen: set[tuple[str, ...]] = set()
    for failure in verdict.failures:
        yield f"  {paint('-->', 'faint')} {failure.place}   {on_one_line(failure.what)}"
        yield from _labelled("expected", failure.expected)
        yield from _labelled("got", failure.got)
        yield from _why_lines(("as above",) if failure.why in seen else failure.why)
        seen.update([failure.why] if len(failure.why) > 1 else [])
        if failure.policy is not None:
            yield f"      policy    {failure.policy}"
    if verdict.left_out:
        yield f"  {_counted(verdict.left_out, 'step')} after that not told"
    yield f"  {paint('repeat', 'faint')}  {repeat_command(verdict, repeat_with)}"


def _labelled(label: str, text: str) -> list[str]:
    return filled(text, first=f"      {label:<10}") or [f"      {label}"]


def _why_lines(why: tuple[str, ...]) -> Iterator[str]:
    """The reasons beside or below their label; a line that is not laid out yet is folded, further in."""
    for number, line in enumerate(why):
        first = f"      {'' if number else 'why':<10}"
        line = on_one_line(line)  # noqa: PLW2901 - one line is one line
        inner = line.lstrip()
        indent = " " * (len(line) - len(inner))
        folded = (
            filled(inner, first=first + indent, rest=f"{'':<18}{indent}")
            if len(line) > WIDTH
            else [first + line]
        )
        yield from (each.rstrip() for each in folded)


def known_text(known: KnownFailure) -> str:
    """Why a scenario is known to fail, and how long that is accepted."""
    return f"known failure until {day_text(known.until)}: {known.reason}"


def repeat_command(verdict: Verdict, repeat_with: str = "") -> str:
    """The command that replays this scenario or row again."""
    return f"duecourse replay {_shell(verdict.place.path)} --only {_shell(verdict.name, quoted=True)}{repeat_with}"


def repeat_options(folders: Iterable[str]) -> str:
    """What follows the name in the command: the folders of policies, as they were given."""
    return "".join(f" --policies {_shell(folder)}" for folder in folders)


def _shell(text: str, *, quoted: bool = False) -> str:
    """A text as a shell reads it: double quotes where they do, which people find easier to read.

    What cannot be shown stands as an escape in `$'…'`, which the usual shells read.
    """
    if on_one_line(text) != text:
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"$'{on_one_line(escaped)}'"
    if re.search(r'["$`\\!]', text):
        return shlex.quote(text)
    return f'"{text}"' if quoted or shlex.quote(text) != text else text


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""


def _failed(replay: Replay) -> Iterator[Verdict]:
    return (verdict for verdict in replay.verdicts if verdict.outcome == "failed")


# --- One line each -----------------------------------------------------------------------------------------------


def verdicts_plain(replay: Replay, _repeat_with: str = "", _paint: Paint = plain) -> str:
    """One line for each scenario or row that passed or is known to fail, for each failure, and for each problem."""
    lines = [line for verdict in replay.verdicts for line in _plain_lines(verdict)]
    if replay.problems:
        lines.append(problems_plain(replay.problems))
    return "\n".join(lines)


def _plain_lines(verdict: Verdict) -> Iterator[str]:
    if verdict.outcome == "failed":
        for failure in verdict.failures:
            yield _on_one_line(f"{failure.place}: failed: {verdict.name}: {_in_one(failure)}")
        return
    known = f": {known_text(verdict.known)}" if verdict.known else ""
    unconfirmed = _UNCONFIRMED if verdict.unconfirmed else ""
    yield _on_one_line(
        f"{verdict.place}: {verdict.outcome.replace('_', ' ')}: {verdict.name}{known}{unconfirmed}"
    )


def _on_one_line(text: str) -> str:
    return on_one_line(" ".join(text.split()))


# --- For programs ------------------------------------------------------------------------------------------------


def verdicts_json(replay: Replay, repeat_with: str = "", _paint: Paint = plain) -> str:
    """Everything, in the shape of `replay-report.schema.json`."""
    return as_json(verdicts_dict(replay, repeat_with))


def verdicts_dict(replay: Replay, repeat_with: str = "") -> dict[str, Any]:
    """Everything, JSON-ready."""
    return {
        "summary": {
            "scenarios": replay.count_kind("scenario"),
            "rows": replay.count_kind("row"),
            "passed": replay.count("passed"),
            "failed": replay.count("failed"),
            "known_failures": replay.count("known_failure"),
            "unconfirmed": replay.unconfirmed,
            "files_with_problems": sum(bool(file.problems) for file in replay.files),
        },
        "files": [_file_dict(file, repeat_with) for file in replay.files],
    }


def _intake_of(file: FileVerdicts) -> str:
    return f"the intake of {file.intake}" if file.intake is not None else ""


def _file_dict(file: FileVerdicts, repeat_with: str) -> dict[str, Any]:
    return {
        "path": file.path,
        "policy": file.policy,
        "intake": file.intake,
        "verdicts": [_verdict_dict(verdict, repeat_with) for verdict in file.verdicts],
        "problems": [problem_dict(problem) for problem in file.problems],
    }


def _verdict_dict(verdict: Verdict, repeat_with: str) -> dict[str, Any]:
    known = verdict.known
    return {
        "kind": verdict.kind,
        "name": verdict.name,
        "place": place_dict(verdict.place),
        "outcome": verdict.outcome,
        "known_failure": {"reason": known.reason, "until": known.until.isoformat()} if known else None,
        "failures": [_failure_dict(failure) for failure in verdict.failures],
        "left_out": verdict.left_out,
        "unconfirmed": verdict.unconfirmed,
        "repeat": repeat_command(verdict, repeat_with),
    }


def _failure_dict(failure: Failure) -> dict[str, Any]:
    return {
        "what": failure.what,
        "expected": failure.expected,
        "got": failure.got,
        "why": list(failure.why),
        "place": place_dict(failure.place),
        "policy": place_dict(failure.policy) if failure.policy else None,
    }


# --- For continuous integration ----------------------------------------------------------------------------------


def verdicts_junit(replay: Replay, repeat_with: str = "", _paint: Paint = plain) -> str:
    """A test suite for each file and a test case for each scenario or row, as JUnit's XML.

    A known failure is a skipped test; a file that cannot be replayed is one test with an error.
    """
    return suites_text("duecourse replay", [_suite(file, repeat_with) for file in replay.files])


def _suite(file: FileVerdicts, repeat_with: str) -> ET.Element:
    suite = ET.Element("testsuite", {"name": xml(file.path)})
    for verdict in file.verdicts:
        suite.append(_case(verdict, repeat_with))
    if file.problems:
        first = file.problems[0]
        case = child(suite, "testcase", "", classname=file.path, name="the file can be replayed")
        child(case, "error", problems_plain(file.problems), type=first.name, message=str(first))
    return counted(suite)


def _case(verdict: Verdict, repeat_with: str) -> ET.Element:
    place = verdict.place
    case = ET.Element("testcase", {"classname": xml(place.path), "name": xml(verdict.name), "time": "0"})
    case.attrib.update(file=xml(place.path), line=str(place.line))
    if verdict.outcome == "failed":
        first = verdict.failures[0]
        child(case, "failure", verdict_text(verdict, repeat_with), type="failed", message=_in_one(first))
    elif verdict.outcome == "known_failure" and verdict.known is not None:
        child(case, "skipped", "", message=known_text(verdict.known))
    return case


def verdicts_github(replay: Replay, repeat_with: str = "", _paint: Paint = plain) -> str:
    """A workflow command of GitHub for each failure, known failure and problem, which shows it beside the line."""
    lines = [line for verdict in replay.verdicts for line in _annotations(verdict, repeat_with)]
    return "\n".join([*lines, *map(problem_annotation, replay.problems)])


def _annotations(verdict: Verdict, repeat_with: str) -> Iterator[str]:
    if verdict.outcome == "known_failure" and verdict.known is not None:
        yield annotation("notice", verdict.place, verdict.name, known_text(verdict.known))
    elif verdict.outcome == "failed":
        for failure in verdict.failures:
            policy = (f"policy {failure.policy}",) if failure.policy is not None else ()
            told = (_in_one(failure), *failure.why, *policy, repeat_command(verdict, repeat_with))
            yield annotation("error", failure.place, verdict.name, "\n".join(told))


def _in_one(failure: Failure) -> str:
    return f"{failure.what}: expected {failure.expected}, got {failure.got}"


# --- For a page --------------------------------------------------------------------------------------------------


def verdicts_markdown(replay: Replay, repeat_with: str = "", _paint: Paint = plain) -> str:
    """A table of the files, then what failed in full, what is known to fail, and problems; for a page or a comment."""
    lines = ["## What `duecourse replay` found", "", f"{summary(replay)}."]
    replayed = [file for file in replay.files if file.verdicts]
    if replayed:
        lines += ["", "| file | about | passed | failed | known to fail |", "|---|---|--:|--:|--:|"]
        lines += [_markdown_row(file) for file in replayed]
    for verdict in _failed(replay):
        lines += ["", f"### Failed: {cell(verdict.name)}", ""]
        lines += [f"- {code(str(each.place))} {cell(_in_one(each))}" for each in verdict.failures]
        lines += ["", *block(verdict_text(verdict, repeat_with))]
    known = [(verdict, verdict.known) for verdict in replay.verdicts if verdict.outcome == "known_failure"]
    if known:
        lines += ["", "### Known to fail", ""]
        lines += [
            f"- {cell(verdict.name)} ({code(str(verdict.place))}): {cell(known_text(why))}"
            for verdict, why in known
            if why is not None
        ]
    if replay.problems:
        lines += ["", "### Could not be replayed", "", *problems_table(replay.problems)]
    return "\n".join(lines)


def _markdown_row(file: FileVerdicts) -> str:
    counts = Counter(verdict.outcome for verdict in file.verdicts)
    numbers = (str(counts[outcome] or "") for outcome in ("passed", "failed", "known_failure"))
    return f"| {code(file.path)} | {cell(file.policy or _intake_of(file))} | {' | '.join(numbers)} |"


FORMATS: dict[str, Report] = {
    "text": verdicts_text,
    "quiet": verdicts_quiet,
    "plain": verdicts_plain,
    "json": verdicts_json,
    "junit": verdicts_junit,
    "github": verdicts_github,
    "markdown": verdicts_markdown,
}
