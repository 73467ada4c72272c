"""What was generated and confirmed by nobody passes, but is told apart everywhere."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine.policy import PolicyLibrary
from engine.replay import replay
from engine.reports.verdicts import FORMATS, summary

LIBRARY = PolicyLibrary()
STORY = """\
scenarios_for: redbridge/children-statutory
scenarios:
  - name: A story
    generated: true
    steps:
      - {at: "2026-05-01", when: complaint_received}
      - {at: "2026-05-01", then: {due: {contact: "2026-05-07"}}}
  - name: A timetable
    generated: true
    limit: stage_2
    rows: [{from: "2026-06-16", due: "2026-07-21"}]
  - name: A story that somebody has confirmed
    generated: true
    reviewed_by: complaints manager, 3 May 2026
    steps:
      - {at: "2026-05-01", when: complaint_received}
"""
INTAKE = """\
intake_for: redbridge
scenarios:
  - name: A decision
    generated: true
    received: "2026-05-01"
    decision: {needs: [subject]}
"""


@pytest.fixture
def told(tmp_path):
    def replayed(text: str):
        file = tmp_path / "made.scenarios.yaml"
        file.write_text(text, encoding="utf-8")
        heard = []
        return replay([file], LIBRARY, today=date(2026, 6, 1), heard=heard.append), heard

    return replayed


def test_stories_rows_and_decisions_say_that_nobody_has_confirmed_them(told):
    found, heard = told(STORY)
    assert found.all_passed
    assert [verdict.unconfirmed for verdict in found.verdicts] == [True, True, False]
    assert [each.trial.unconfirmed for each in heard] == [True, True, False]
    (decision,) = told(INTAKE)[0].verdicts
    assert decision.unconfirmed


def test_every_report_says_so(told):
    found, _ = told(STORY)
    assert summary(found) == "2 scenarios, 1 row: 3 passed (2 generated and not confirmed)"
    text = FORMATS["text"](found, "", lambda words, _: words)
    assert "  passed  A story (generated, not confirmed)\n" in text
    assert "  passed  A story that somebody has confirmed\n" in text
    plain = FORMATS["plain"](found, "", lambda words, _: words)
    assert "passed: A story (generated, not confirmed)" in plain
    report = json.loads(FORMATS["json"](found, "", lambda words, _: words))
    assert report["summary"]["unconfirmed"] == 2
    assert [each["unconfirmed"] for each in report["files"][0]["verdicts"]] == [True, True, False]


@pytest.mark.parametrize("words", ['generated: "yes"', "reviewed_by: 3", 'reviewed_by: ""'])
def test_what_is_not_true_or_no_words_is_an_error(told, words):
    found, _ = told(STORY.replace("generated: true", words, 1))
    assert len(found.problems) == 1
