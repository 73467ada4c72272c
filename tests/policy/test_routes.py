"""Routes of an intake held against each other, and against the versions of the procedures that they lead to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from engine.policy import PolicyLibrary

if TYPE_CHECKING:
    from pathlib import Path


def problems_of(library: PolicyLibrary | None = None, **parts: Any) -> dict[str, str]:
    """The problems of a small whole intake with these parts put in: messages by name, the last of each."""
    data = {
        "intake": "lab",
        "title": "Large",
        "in_force": {"from": "2026-01-01"},
        "calendar": "england",
        "calendars": {"england": {"region": "england", "day_one": "day_after"}},
        "people": {"officer": {"title": "Officer"}},
        **parts,
    }
    found = (library or PolicyLibrary()).examine_text(json.dumps(data, indent=1), "lab/intake.yaml")
    return {problem.name: problem.message for problem in found.problems}


def facts(number: int) -> dict[str, Any]:
    answers = [f"answer_{each}" for each in range(12)]
    return {
        f"fact_{each}": {
            "ask": "Which?",
            "answers": answers,
            "per": "point",
            "decided_by": "officer",
            "note": "For the record",
        }
        for each in range(number)
    }


@pytest.mark.parametrize("first", ["answer_0", "answer_1"])
def test_a_point_for_one_route_beside_another_point_for_the_other_is_found(first: str):
    other = {"answer_0": "answer_1", "answer_1": "answer_0"}[first]
    routes = {
        "some": {"if": {"some_point": {"fact_0": first}}, "refer_to": "one"},
        "own": {"if": {"fact_0": other}, "refer_to": "other"},
    }
    found = problems_of(facts=facts(1), routes=routes)
    assert found["overlapping-routes"] == 'both "some" and "own" can hold for a point'


def test_routes_that_differ_in_one_of_many_answers_are_told_apart():
    # Each pair has 12 to the power of 12 combinations of answers, far more than can be tried.
    asked = {f"fact_{each}": "answer_0" for each in range(11)}
    routes = {
        f"route_{last}": {"if": {**asked, "fact_11": f"answer_{last}"}, "refer_to": "somebody"}
        for last in range(12)
    }
    found = problems_of(facts=facts(12), routes=routes)
    assert set(found) == {"no-route"}


def test_routes_that_ask_for_different_facts_are_found_to_overlap():
    routes = {
        f"route_{each}": {"if": {f"fact_{each}": "answer_11"}, "refer_to": "somebody"} for each in range(12)
    }
    found = problems_of(facts=facts(12), routes=routes)
    assert "overlapping-routes" in found
    assert "routes-not-compared" not in found


POLICY = """\
policy: lab/{name}
title: A procedure
in_force: {{from: "{first}"{until}}}
calendar: england
calendars: {{england: {{region: england, day_one: day_after}}}}
people: {{officer: {{title: Officer}}}}
events: {{received: {{title: Received}}, answered: {{title: Answered}}}}
stages:
  opening: {{next: {{received: {{when: received, go_to: at_work}}}}}}
  at_work: {{title: At work, next: {{answered: {{when: answered, go_to: closed}}}}}}
  closed: {{title: Closed, end: closed}}
"""


@pytest.mark.parametrize(
    ("versions", "gap"),
    [
        ([("2026-01-01", None)], None),
        ([("2026-01-02", None)], "2026-01-01"),
        ([("2025-01-01", "2026-12-31"), ("2027-01-01", None)], None),
        ([("2025-01-01", "2026-12-30"), ("2027-01-01", None)], "2026-12-31"),
        # The version that never ends is over when the next begins, and does not come back after it.
        ([("2025-01-01", None), ("2026-03-01", "2026-06-30")], "2026-07-01"),
        ([("2025-01-01", None), ("2026-03-01", "9999-12-31")], None),
        ([("2025-01-01", "2025-12-31")], "2026-01-01"),
    ],
    ids=[
        "from-the-same-day",
        "a-day-late",
        "in-a-row",
        "a-day-between",
        "after-the-last",
        "for-ever",
        "over",
    ],
)
def test_a_day_without_a_version_of_the_procedure_is_told(
    tmp_path: Path, versions: list[tuple[str, str | None]], gap: str | None
):
    (tmp_path / "lab").mkdir()
    for first, until in versions:
        text = POLICY.format(name="work", first=first, until=f', until: "{until}"' if until else "")
        (tmp_path / "lab" / f"work@{first}.yaml").write_text(text, encoding="utf-8")
    routes = {"all": {"accept_under": "work"}}
    found = problems_of(PolicyLibrary([tmp_path]), facts=facts(1), routes=routes)
    told = f"no version of lab/work is in force on {gap}, when this intake is"
    assert found == ({} if gap is None else {"procedure-not-in-force": told})
