"""The page of a replay: one file that loads nothing, well formed, accessible, with everything that was found."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from engine.commands import main
from engine.coverage import Explained, Gathering
from engine.policy import PolicyLibrary
from engine.replay import replay, scenario_files
from engine.reports.html import verdicts_html

TESTS = Path(__file__).parents[1]
EMPTY = frozenset({"meta", "br", "wbr", "rect", "path", "circle", "line"})
LONG = """\
scenarios_for: redbridge/children-statutory
scenarios:
  - name: Long
    steps:
      - {at: "2026-05-01", when: complaint_received}
"""
HOSTILE = """\
scenarios_for: redbridge/children-statutory
scenarios:
  - name: "</style><script>alert('1')</script><img src=x onerror=alert(2)> \\"&"
    steps:
      - {at: "2026-05-01", when: complaint_received}
      - {at: "2026-05-01", then: {stage: stage_1}}
"""


class Reader(HTMLParser):
    """Reads a page strictly: every element that is opened is ended, in its turn."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in EMPTY, f"HTML does not end <{tag}/>"
        self.elements.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((tuple(self.open), data))

    def of(self, *tags):
        return [(tag, attributes) for tag, attributes, _ in self.elements if tag in tags]

    def text_of(self, tag):
        return [text for path, text in self.texts if path[-1:] == (tag,)]


def made(files, folders=()):
    gathering, told = Gathering(), []

    def hear(each):
        gathering.hear(each)
        told.append(each)

    found = replay(
        files, PolicyLibrary([*folders]) if folders else PolicyLibrary(), today=date(2026, 7, 1), heard=hear
    )
    covered = [Explained(each, {}) for each in gathering.coverage()]
    return found, verdicts_html(found, told, covered)


@pytest.fixture(scope="module")
def failing():
    return made(scenario_files([TESTS / "replay" / "files"]), [TESTS / "replay" / "policies"])


@pytest.fixture(scope="module")
def shipped():
    return made(scenario_files([TESTS / "scenarios" / "southwark"]))


@pytest.fixture(scope="module", params=["failing", "shipped"])
def page(request):
    return Reader(request.getfixturevalue(request.param)[1])


def test_the_page_has_a_language_a_title_and_landmarks(page):
    assert page.of("html")[0][1]["lang"] == "en-GB"
    assert page.text_of("title")[0] == "Scenarios replayed"
    assert [tag for tag, _ in page.of("header", "nav", "main", "footer")] == [
        "header",
        "nav",
        "main",
        "footer",
    ]
    assert page.of("nav")[0][1]["aria-label"]


def test_the_first_link_skips_to_the_results(page):
    first = page.of("a")[0][1]
    assert (first["class"], first["href"]) == ("skip", "#results")
    assert page.of("main")[0][1]["id"] == "results"


def test_headings_come_in_order(page):
    levels = [int(tag[1]) for tag, _ in page.of("h1", "h2", "h3", "h4", "h5")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_there_once_and_every_link_leads_to_one(page):
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(attributes["href"].removeprefix("#") in ids for _, attributes in page.of("a"))
    for _, attributes, _ in page.elements:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)


def test_nothing_is_loaded_and_nothing_runs(page):
    tags = {tag for tag, _, _ in page.elements}
    assert tags.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "image"}
    )
    for _, attributes, _ in page.elements:
        assert not any(name.startswith("on") or name in ("src", "style", "srcset") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    (style,) = page.text_of("style")
    assert "@import" not in style
    assert set(re.findall(r"url\(([^)]*)\)", style)) <= {"#late", "#pause"}


def test_the_policy_of_the_page_allows_its_own_style_alone(page):
    (allowed,) = [each["content"] for _, each in page.of("meta") if each.get("http-equiv")]
    (style,) = page.text_of("style")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert allowed == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_picture_has_a_name_and_words_beside_it(page):
    pictures = [each for _, each in page.of("svg")]
    assert all(
        each.get("aria-hidden") == "true" or each.get("aria-label") or each.get("aria-labelledby")
        for each in pictures
    )
    named = [each for each in pictures if each.get("role") == "img"]
    courses = sum(each["class"] == "course" for each in named)
    drawings = sum(each["class"] == "drawing" for each in named)
    assert courses + drawings == len(named)
    assert page.text_of("caption").count("What happened") >= 1
    assert page.text_of("summary").count("The picture as text") == drawings


def test_every_table_has_a_caption_and_headings(page):
    tables = len(page.of("table"))
    assert tables == len(page.of("caption")) == len(page.of("thead"))
    assert all(each.get("scope") in ("row", "col") for _, each in page.of("th"))


def test_every_scenario_is_there_and_failures_come_first(failing):
    found, text = failing
    page = Reader(text)
    assert len([each for each in page.of("details") if each]) >= len(list(found.verdicts))
    assert text.index('id="failures"') < text.index('id="coverage"') < text.index('id="scenarios"')
    flat = " ".join("".join(data for _, data in page.texts).split())
    for verdict in found.verdicts:
        assert " ".join(verdict.name.split()) in flat
        for failure in verdict.failures if verdict.outcome == "failed" else ():
            assert " ".join(failure.expected.split()) in flat
            assert " ".join(failure.got.split()) in flat
            assert str(failure.place) in flat
    assert flat.count("duecourse replay ") >= found.count("failed")
    assert page.text_of("b")[:2] == [str(found.count("passed")), str(found.count("failed"))]


def test_files_that_cannot_be_replayed_are_told(failing):
    found, text = failing
    flat = "".join(data for _, data in Reader(text).texts)
    assert all(problem.name in flat for problem in found.problems)


def test_every_stage_is_marked_by_whether_it_is_covered(shipped):
    words = " ".join(Reader(shipped[1]).text_of("text"))
    assert "✓ covered by" in words
    assert "✗" in words or "◐" in words or "100 %" in shipped[1]


def test_two_runs_write_the_same(shipped):
    assert made(scenario_files([TESTS / "scenarios" / "southwark"]))[1] == shipped[1]


def test_names_stay_names(tmp_path):
    file = tmp_path / "hostile.scenarios.yaml"
    file.write_text(HOSTILE, encoding="utf-8")
    found, text = made([file])
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("</style>") == 1
    (verdict,) = found.verdicts
    assert verdict.name in "".join(data for _, data in Reader(text).texts)


def test_the_command_writes_the_page_and_keeps_its_status(capsys, tmp_path):
    file = tmp_path / "a.scenarios.yaml"
    file.write_text(HOSTILE, encoding="utf-8")
    assert main(["replay", str(file), "--format", "html"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("<!DOCTYPE html>\n")
    assert out.endswith("</html>\n")


def test_a_page_with_a_very_long_scenario_says_that_not_all_of_it_is_drawn(tmp_path):
    file = tmp_path / "long.scenarios.yaml"
    file.write_text(LONG + '      - {at: "2026-05-01", when: note}\n' * 500, encoding="utf-8")
    page = made([file])[1]
    assert "Drawn are the first 200 of 501 marks; the tables hold them all." in page
    assert page.count('<text class="mark"') == 200
    assert page.count('<th scope="row">501</th>') == 1
