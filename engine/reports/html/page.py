"""The page as a whole: head, landmarks, the summary, failures first, then coverage and every scenario."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from engine.drawing.courses_svg import PATTERNS
from engine.drawing.markup import escaped, tag
from engine.reports.html.coverage import coverage_section
from engine.reports.html.scenarios import failures_section, scenarios_section
from engine.reports.html.style import STYLE
from engine.reports.problems import problems_text
from engine.reports.verdicts import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.coverage import Explained
    from engine.replay import Replay
    from engine.replay.trials import Told


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the page with its heading; `inside` is markup."""

    id: str
    title: str
    inside: str


def verdicts_html(
    replay: Replay, told: Sequence[Told], coverage: Sequence[Explained], repeat_with: str = ""
) -> str:
    """The page. `told`: what was heard while replaying, which the time lines are drawn from."""
    by_place = {(str(each.verdict.place), each.verdict.name): each for each in told}
    sections = [
        _Section("summary", "In short", _summary(replay)),
        _Section("failures", "Failures", failures_section(replay, by_place, repeat_with)),
        _Section("problems", "Files that cannot be replayed", _problems(replay)),
        _Section("coverage", "Coverage", coverage_section(coverage)),
        _Section("scenarios", "All scenarios", scenarios_section(replay, by_place)),
    ]
    return _page(summary(replay), [section for section in sections if section.inside])


def _page(words: str, sections: Sequence[_Section]) -> str:
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    links = "".join(
        tag("li", tag("a", escaped(section.title), href=f"#{section.id}")) for section in sections
    )
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escaped(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        "<title>Scenarios replayed</title>"
        f"<style>{STYLE}</style>"
    )
    body = (
        tag("a", "Skip to the results", class_="skip", href="#results"),
        PATTERNS,
        tag("header", tag("h1", "Scenarios replayed"), tag("p", escaped(words))),
        tag("nav", tag("ul", links), aria_label="On this page"),
        tag("main", *map(_section, sections), id="results", tabindex="-1"),
        tag("footer", tag("p", "Made by duecourse from the policies and scenario files named. The engine tells what "
        "follows from a policy; whether the policy is right, people judge.", class_="soft")),
    )  # fmt: skip
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB"><head>{head}</head>\n<body>\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _section(section: _Section) -> str:
    heading = tag("h2", escaped(section.title), id=f"{section.id}-heading")
    return (
        tag("section", heading, section.inside, id=section.id, aria_labelledby=f"{section.id}-heading") + "\n"
    )


def _summary(replay: Replay) -> str:
    counts = [
        ("passed", replay.count("passed"), "passed"),
        ("failed", replay.count("failed"), "failed"),
        ("known", replay.count("known_failure"), "known to fail"),
        ("known", replay.unconfirmed, "generated, not confirmed"),
        ("failed", sum(bool(file.problems) for file in replay.files), "files not replayed"),
    ]
    always = {"passed", "failed"}
    boxes = "".join(
        tag("li", tag("b", str(count)), words, class_=kind)
        for kind, count, words in counts
        if count or words in always
    )
    files = f"From {len(replay.files)} file{'' if len(replay.files) == 1 else 's'}."
    return tag("ul", boxes, class_="counts") + tag("p", files)


def _problems(replay: Replay) -> str:
    return tag("pre", escaped(problems_text(replay.problems))) if replay.problems else ""
