"""Policies that are large or made to cost much: they are checked within bounds, and what was not found out is told."""

from __future__ import annotations

import json
from typing import Any

from engine.policy import PolicyLibrary

LIMIT = {
    "is": "5 working days",
    "met_by": "answered",
    "owed_by": "officer",
    "force": "must",
    "basis": "local",
}


def names_of_problems(**parts: Any) -> set[str]:
    """The problems of a small whole policy with these parts put in."""
    data = {
        "policy": "lab/large",
        "title": "Large",
        "in_force": {"from": "2026-01-01"},
        "calendar": "england",
        "calendars": {"england": {"region": "england", "day_one": "day_after"}},
        "people": {"officer": {"title": "Officer"}, "complainant": {"title": "Person who complains"}},
        "events": {
            "received": {"title": "Received", "by": "complainant"},
            "answered": {"title": "Answered", "by": "officer"},
        },
        "limits": {"answer": {**LIMIT, "from": "received"}},
        "stages": stages({"answered": {"when": "answered", "go_to": "closed"}}),
        **parts,
    }
    found = PolicyLibrary().examine_text(json.dumps(data, indent=1), "lab/large.yaml")
    return {problem.name for problem in found.problems}


def stages(rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "opening": {"next": {"received": {"when": "received", "go_to": "at_work"}}},
        "at_work": {"title": "At work", "next": rules},
        "closed": {"title": "Closed", "end": "closed"},
    }


def facts(number: int, **more: str) -> dict[str, Any]:
    return {
        f"fact_{each}": {
            "ask": "Which?",
            "answers": [f"answer_{answer}" for answer in range(10)],
            "decided_by": "officer",
            **more,
        }
        for each in range(number)
    }


def test_rules_that_cannot_be_compared_to_the_end_are_told():
    rules = {
        f"rule_{last}": {
            "when": "answered",
            "go_to": "closed",
            "if": {
                "some_point": {f"fact_{each}": "answer_9" for each in range(9)},
                "every_point": {"fact_0": last},
            },
        }
        for last in ("answer_0", "answer_1")
    }
    assert names_of_problems(facts=facts(9, per="point"), stages=stages(rules)) == {
        "rules-not-compared",
        "no-rule-for",
        "gaps-not-sought",
    }


def test_very_many_rules_for_one_event_are_compared_as_far_as_it_is_worth():
    rules = {
        f"rule_{each}": {
            "when": "answered",
            "go_to": "closed",
            "if": {"many": {"at_least": each, "at_most": each}},
        }
        for each in range(600)
    }
    counted = {"many": {"ask": "How many?", "kind": "count", "decided_by": "officer"}}
    assert names_of_problems(facts=counted, stages=stages(rules)) == {"rules-not-compared", "gaps-not-sought"}


def test_a_hundred_rules_for_one_event_are_all_compared():
    rules = {
        f"rule_{each}": {
            "when": "answered",
            "go_to": "closed",
            "if": {"many": {"at_least": each, **({"at_most": each} if each < 99 else {})}},
        }
        for each in range(100)
    }
    counted = {"many": {"ask": "How many?", "kind": "count", "decided_by": "officer"}}
    assert names_of_problems(facts=counted, stages=stages(rules)) == set()


def test_a_long_chain_of_limits_is_no_circle_and_its_end_can_make_it_one():
    chain = {f"limit_{each}": {**LIMIT, "from": {"due": f"limit_{each - 1}"}} for each in range(1, 2000)}
    begun = {"limit_0": {**LIMIT, "from": "received"}}
    assert names_of_problems(limits={**begun, **chain}) == set()
    turned = {"limit_0": {**LIMIT, "from": {"earliest_of": ["received", {"due": "limit_1999"}]}}}
    last = {"limit_1999": {**LIMIT, "from": {"due": "limit_1998"}}}
    assert names_of_problems(limits={**turned, **chain, **last}) == {"limits-in-a-circle"}


def test_a_hundred_rules_for_one_event_leave_one_answer_out_and_that_is_found():
    rules = {
        f"rule_{each}": {
            "when": "answered",
            "go_to": "closed",
            "if": {"many": {"at_least": each, **({"at_most": each} if each < 100 else {})}},
        }
        for each in range(101)
        if each != 57
    }
    counted = {"many": {"ask": "How many?", "kind": "count", "decided_by": "officer"}}
    assert names_of_problems(facts=counted, stages=stages(rules)) == {"no-rule-for"}
