"""Gaps, dead ends and what never comes about: what is told, what is left alone, and that what is told comes true."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.policy import PolicyLibrary
from engine.probing import Prober

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.problems import Problem

LIBRARY = Path(__file__).parent / "bad" / "library"
HEAD = 'policy: lab/example\nextends: lab/base\nin_force: {from: "2020-01-01"}\n'
GAPS = {"no-rule-for", "no-rule-when-late"}


def problems_over_base(text: str) -> tuple[Problem, ...]:
    return PolicyLibrary([LIBRARY]).examine_text(HEAD + text, "lab/example.yaml").problems


def names_over_base(text: str) -> set[str]:
    return {problem.name for problem in problems_over_base(text)}


REFUSAL = "letters: {refusal: {to: complainant, must_say: [reasons]}}\n"
DECIDED = "events: {decided: {title: Decided, by: manager, needs: [grounds]}}\n"


@pytest.mark.parametrize(
    "text",
    [
        # Too early: after a while the event is accepted.
        "stages: {stage_1: {next: {asked: {when: asked, after: {longest: reply}, go_to: stage_2}}}}",
        # What the one does not answer the other does.
        REFUSAL
        + """stages:
  waiting:
    next:
      asked: {if: {grounds: given}}
      refused: {when: asked, if: {grounds: not_given}, turns_down: true, send: refusal}""",
        # Counts without a hole between them.
        """stages:
  waiting:
    next:
      asked: {if: {issues: {at_most: 3}}}
      many: {when: asked, if: {issues: {at_least: 4}}, go_to: stage_2}""",
        # A list in `within` needs any, in `after` all.
        """anywhere:
  asked_late: {within: [request, reply]}
  too_late: {when: asked, in: closed, after: [request, reply], go_to: waiting}""",
        # The case moves on by itself when the time is over, so that no event finds it there.
        "stages: {waiting: {next: {asked: {within: request}}}}",
        # A step of the manager's that rests on one answer, and another way on.
        DECIDED + "stages: {stage_2: {next: {decided: {when: decided, if: {grounds: given}, go_to: closed}}}}",
        # No case with another answer comes there.
        """events: {decided: {title: Decided, by: complainant}}
stages:
  waiting:
    next:
      asked: {if: {grounds: given}, go_to: review}
      other: {when: asked, if: {grounds: not_given}, go_to: stage_2}
  review: {title: Review, next: {decided: {when: decided, if: {grounds: given}, go_to: closed}}}""",
    ],
    ids=["too-early", "answered-elsewhere", "counts", "several-limits", "moved-on", "a-guard", "no-such-case"],
)  # fmt: skip
def test_what_is_no_gap_is_not_told(text: str) -> None:
    assert names_over_base(text) & GAPS == set()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "stages: {waiting: {next: {asked: {if: {issues: {at_least: 2, at_most: 5}}}}}}",
            'in the stage "waiting", asked with issues 1: no rule',
        ),
        (
            "anywhere: {asked_late: {within: request, if: {grounds: given}}}",
            'in the stage "closed", asked with grounds given after the due date of request: no rule',
        ),
        (
            DECIDED
            + """stages:
  waiting: {next: {asked: {go_to: review}}}
  review: {title: Review, next: {decided: {when: decided, if: {grounds: not_given}, go_to: closed}}}""",
            'in the stage "review", decided with grounds given: no rule',
        ),
        # The answer comes with the event, so that it may be another than the one that led here.
        (
            """events: {asked: {needs: [grounds]}}
stages:
  waiting: {next: {asked: {if: {grounds: given}}, other: {when: asked, if: {grounds: not_given}, go_to: closed}}}
  stage_2: {next: {asked: {when: asked, if: {grounds: not_given}, go_to: closed}}}""",
            'in the stage "stage_2", asked with grounds given: no rule',
        ),
    ],
    ids=["counts", "late-with-an-answer", "all-that-leads-on", "brought-anew"],
)
def test_a_gap_is_told_with_an_example(text: str, message: str) -> None:
    assert message in {problem.message for problem in problems_over_base(text)}


def without_one_rule(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The policy again and again, each time without one of its rules."""
    paths = [("anywhere",), *(("stages", stage, "next") for stage in data["stages"])]
    for path in paths:
        for rule in _at(data, path):
            changed = deepcopy(data)
            rules = _at(changed, path)
            del rules[rule]
            if not rules:
                del _at(changed, path[:-1])[path[-1]]
            yield changed


def _at(data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        data = data.get(key, {})
    return data


@pytest.mark.parametrize(
    "name", ["england/children-statutory", "redbridge/children-statutory", "models/scotland"]
)
def test_what_is_told_of_a_procedure_without_one_of_its_rules_comes_true(name: str) -> None:
    (policy,) = PolicyLibrary().versions(name)
    told = 0
    for data in without_one_rule(
        {key: value for key, value in policy.source.data.items() if key != "conforms_to"}
    ):
        examined = PolicyLibrary().examine_text(json.dumps(data, default=str), f"{name}.yaml")
        if examined.policy is None:
            continue
        for problem in examined.problems:
            if problem.name in {*GAPS, "event-never-accepted"} and problem.claim is not None:
                assert Prober(examined.policy).story_of(problem.claim) is not None, str(problem)
                told += 1
    assert told >= 4


def test_a_late_request_without_a_rule_is_found_in_the_procedure_of_the_law() -> None:
    (policy,) = PolicyLibrary().versions("england/children-statutory")
    data = deepcopy(policy.source.data)
    del data["anywhere"]["stage_3_late"]
    examined = PolicyLibrary().examine_text(json.dumps(data, default=str), "england/children-statutory.yaml")
    (gap,) = [problem for problem in examined.problems if problem.name in GAPS]
    assert gap.message == (
        'in the stage "closed_after_stage_2", stage_3_requested after the due date of stage_3_request: no rule'
    )
    assert gap.claim is not None
    assert (gap.claim.event, gap.claim.passed) == ("stage_3_requested", ("stage_3_request",))


def test_a_question_that_the_intake_asks_is_of_use_in_the_procedure(tmp_path: Path) -> None:
    fact = '{ask: "Is it?", answers: [so, not_so]}'
    intake = "\n".join(
        [
            "intake: here", "title: Who may complain", 'in_force: {from: "2020-01-01"}', "calendar: days",
            "calendars: {days: {region: england, day_one: day_after}}", "people: {manager: {title: Manager}}",
            f"facts: {{handed_on: {fact}}}", "routes: {all: {if: {handed_on: so}, accept_under: procedure}}",
        ]
    )  # fmt: skip
    base = (LIBRARY / "lab" / "base.yaml").read_text(encoding="utf-8").replace("lab/base", "here/procedure")
    facts = f"  handed_on: {fact}\n  forgotten: {fact}\n"
    text = base.replace("facts:\n", f"facts:\n{facts}", 1)
    files = {"procedure.yaml": text, "intake.yaml": intake}
    assert unused(tmp_path / "first" / "here", files) == ["forgotten"]
    other = {**files, "intake.yaml": intake.replace("handed_on", "other")}
    assert unused(tmp_path / "second" / "here", other) == ["handed_on", "forgotten"]


def unused(folder: Path, files: dict[str, str]) -> list[str]:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = PolicyLibrary([folder.parent]).examine_file(folder / "procedure.yaml")
    return [problem.message.split('"')[1] for problem in found.problems if problem.name == "fact-not-used"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # A loop with a way out by agreement, or by being overdue, is none.
        (
            """events: {settled: {title: Settled, by: complainant}}
anywhere: {settled: {when: settled, in: [stage_2], go_to: closed}}
stages:
  stage_2: {next: {answered: {go_to: review}}}
  review: {title: Review, next: {again: {when: extended, go_to: stage_2}}}""",
            "no-way-out",
        ),
        # The limit begins in a stage before.
        ("stages: {stage_2: {next: {asked: {when: asked, within: request, go_to: closed}}}}", "always-within"),
        # The event is the letter.
        (
            """events: {refused: {title: Refusal sent, by: manager}}
letters: {refusal: {to: complainant, sent_by: refused, must_say: [reasons]}}
stages:
  stage_2: {next: {refused: {when: refused, go_to: refused}}}
  refused: {title: Refused, end: refused}""",
            "refused-in-silence",
        ),
        # Who acts for the one that appoints may do it.
        (
            """people:
  deputy: {title: Deputy, acts_for: manager}
  investigator: {title: Investigator, appointed_by: manager}
events: {named: {title: Named, by: deputy, appoints: investigator}}
anywhere: {named: {when: named}}""",
            "cannot-appoint",
        ),
        ("people: {director: {title: Director, note: Signs the yearly report}}", "role-not-used"),
        # The same length, whichever holds.
        (
            """limits:
  visit:
    is: 5 working days
    from: received
    met_by: answered
    owed_by: manager
    force: aim
    basis: local
    cases:
      some: {if: {issues: {at_least: 4}}, is: 15 working days}
      given: {if: {grounds: given}, is: 15 working days}""",
            "overlapping-cases",
        ),
    ],
    ids=["a-way-out", "begun-before", "the-event-is-the-letter", "a-deputy", "a-note", "same-length"],
)  # fmt: skip
def test_what_is_meant_is_not_told(text: str, name: str) -> None:
    assert name not in names_over_base(text)


REQUEST = """events:
  decided: {title: Decided, by: manager, needs: [grounds]}
letters:
  refusal: {to: complainant, must_say: [reasons]}
stages:
  waiting: {next: {asked: {go_to: deciding}}}
  deciding:
    title: A request is decided on
    owner: manager
    next:
      granted: {when: decided, if: {grounds: given}, go_to: stage_2}
      declined: {when: decided, if: {grounds: not_given}, go_to: closedSEND}
"""


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        (REQUEST.replace("SEND", ""), True),
        (REQUEST.replace("SEND", ", send: refusal"), False),
        # The manager's own finding, and no request, is decided on.
        (REQUEST.replace("SEND", "").replace("waiting: {next: {asked", "stage_1: {next: {answered"), False),
    ],
    ids=["in-silence", "with-a-letter", "no-request"],
)
def test_a_request_turned_down_by_closing_the_case_is_a_refusal(text: str, is_told: bool) -> None:
    assert ("refused-in-silence" in names_over_base(text)) is is_told
