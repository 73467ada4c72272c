"""Stories found by search: they lead where they should, replay as they are written, and are not found where there is none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.policy import PolicyLibrary
from engine.probing import Prober
from engine.probing.aims import Aim
from engine.probing.days import first_day, next_working_day
from engine.probing.explorer import Explorer
from engine.problems import Claim, Place, Problem
from engine.replay import replay
from engine.reports.stories import claim_name, counter_example, story_lines

SHIPPED = PolicyLibrary()
EVERY_VERSION = [policy for name in SHIPPED.names() for policy in SHIPPED.versions(name)]
TODAY = date(2026, 6, 1)

TOWN = """\
policy: town/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts:
  grounds: {ask: "Are reasons given?", answers: [given, not_given], decided_by: officer}
  issues: {ask: "How many issues are there?", kind: count, decided_by: officer}
  panel_date: {ask: "When does the panel meet?", kind: date, decided_by: officer}
  finding: {ask: "What was found?", answers: [upheld, not_upheld], per: point, decided_by: officer}
people:
  complainant: {title: Person who complains}
  officer: {title: Officer}
  investigator: {title: Investigator, appointed_by: officer, never: [councillor]}
  panel: {title: Panel, members: 3, chair: chair, appointed_by: officer, not_also: [investigator]}
  chair: {title: Chair}
events:
  received: {by: complainant}
  investigator_appointed: {by: officer, appoints: investigator}
  answered: {by: officer, needs: [finding]}
  answer_received: {presumed_from: answered, channel: {post: 2 working days, email: same day}}
  asked: {by: complainant, needs: [grounds]}
  told_more: {by: complainant, needs: {reason: text, told_complainant: confirmed}}
  panel_appointed: {by: officer, appoints: panel, needs: {panel_date: fact}}
  closed_down: {by: officer}
  lost: {by: officer}
limits:
  reply: {is: 10 working days, up_to: 20 working days, extended_by: extended, from: received, met_by: answered, owed_by: officer, force: must, basis: local}
  request: {is: 20 working days, from: answer_received, met_by: asked, owed_by: complainant, force: must, basis: local}
  visit: {is: 5 working days, from: {entering: many}, met_by: visited, owed_by: officer, force: will, basis: local}
stages:
  opening: {next: {received: {when: received, go_to: stage_1}}}
  stage_1:
    title: Stage 1
    next:
      appointed: {when: investigator_appointed}
      answered: {when: answered, go_to: waiting}
      no_reply: {when: asked, after: {longest: reply}, go_to: panel}
  waiting:
    title: Waiting
    due: [request]
    next:
      asked: {when: asked, within: request, if: {all_of: [{grounds: given}, {some_point: {finding: not_upheld}}]}, go_to: panel}
      many: {when: told_more, if: {issues: {at_least: 6}}, go_to: many}
      mixed: {when: closed_down, if: {all_of: [{some_point: {finding: upheld}}, {some_point: {finding: not_upheld}}]}, go_to: closed}
      not_asked: {overdue: request, go_to: closed}
  many: {title: Many issues, next: {visited: {when: visited}, back: {when: closed_down, go_to: closed}}}
  panel: {title: Panel, next: {held: {when: panel_appointed, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""
TOWN = TOWN.replace(
    "  lost: {by: officer}\n",
    "  lost: {by: officer}\n  visited: {by: officer}\n  extended: {by: officer, needs: {until: date}}\n",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of policies with one."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "town").mkdir()
    (folder / "town" / "complaints.yaml").write_text(TOWN)
    return folder


@pytest.fixture(scope="module")
def library(folder):
    return PolicyLibrary([folder])


@pytest.fixture(scope="module")
def town(library):
    return Prober(library.policy("town/complaints"))


def events_of(story) -> list[str | None]:
    return [step.event for step in story.steps if step.event is not None]


def replayed(text: str, library: PolicyLibrary, folder) -> tuple[str, ...]:
    """The outcome of every scenario in a text."""
    file = folder / "found.scenarios.yaml"
    file.write_text(text, encoding="utf-8")
    (verdicts,) = replay([file], library, today=TODAY).files
    assert verdicts.problems == ()
    return tuple(verdict.outcome for verdict in verdicts.verdicts)


def scenarios(policy, stories) -> str:
    lines = [f"scenarios_for: {policy.id}", "scenarios:"]
    for name, story in stories.items():
        lines.extend(story_lines(name, story, ["found"]))
    return "\n".join(lines) + "\n"


# --- The shipped procedures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", EVERY_VERSION, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
def test_every_stage_and_every_rule_of_a_shipped_policy_has_a_story_that_replays(policy, tmp_path):
    prober = Prober(policy)
    stages = {
        f"To {stage}": prober.story_for(Aim("stage", stage)) for stage in policy.stages if stage != "opening"
    }
    rules = {f"By {rule.id}": prober.story_for(Aim("rule", rule.id)) for rule in policy.rules()}
    stories = {**stages, **rules}
    assert [name for name, story in stories.items() if story is None] == []
    assert set(replayed(scenarios(policy, stories), SHIPPED, tmp_path)) == {"passed"}


# --- A small one -----------------------------------------------------------------------------------------------


def test_a_story_begins_on_a_monday_and_goes_on_from_working_day_to_working_day(town):
    story = town.story_for(Aim("stage", "waiting"))
    assert [(step.at.isoformat(), step.event) for step in story.steps] == [
        ("2026-01-12", "received"),
        ("2026-01-13", "answered"),
        ("2026-01-13", None),
    ]
    # Nothing says which way the answer went by default, so the event must; and a finding needs a point.
    assert dict(story.steps[1].data) == {
        "points": ["point_1"],
        "channel": "post",
        "finding": {"point_1": "upheld"},
    }


def test_answers_are_chosen_so_that_a_rule_matches(town):
    story = town.story_for(Aim("rule", "waiting.asked"))
    facts = {key: value for step in story.steps for key, value in step.data.items()}
    assert facts["grounds"] == "given"
    assert "not_upheld" in facts["finding"].values()


def test_two_points_are_made_up_where_a_rule_needs_them(town):
    story = town.story_for(Aim("rule", "waiting.mixed"))
    findings = [step.data["finding"] for step in story.steps if "finding" in step.data]
    assert set(findings[-1].values()) == {"upheld", "not_upheld"}


def test_a_count_is_as_large_as_a_rule_wants(town):
    story = town.story_for(Aim("stage", "many"))
    assert any(step.data.get("issues", 0) >= 6 for step in story.steps)


def test_the_day_after_a_due_date_is_waited_for(town):
    # Received Mon 12 Jan, answered and received; asking is due 20 working days later, and nobody asks.
    story = town.story_for(Aim("rule", "waiting.not_asked"))
    assert story.steps[-1].then == {"stage": "closed", "by_rule": "waiting.not_asked"}
    # From Mon 12 Jan the ceiling of twenty working days is Mon 9 Feb.
    late = town.story_for(Aim("rule", "stage_1.no_reply"))
    assert [(step.at.isoformat(), step.event) for step in late.steps[:-1]] == [
        ("2026-01-12", "received"),
        ("2026-02-10", "asked"),
    ]


def test_people_are_appointed_whom_nothing_bars(town):
    first, second = (
        town.story_for(Aim("rule", "stage_1.appointed")),
        town.story_for(Aim("rule", "panel.held")),
    )
    assert dict(first.steps[1].data) == {"person": "p1", "kinds": []}
    data = second.steps[-2].data
    assert (data["person"], data["kinds"]) == (["p2", "p3", "p4"], [])
    assert date.fromisoformat(data["panel_date"]) > second.steps[-2].at


def test_a_limit_is_brought_to_each_standing(town, library, tmp_path):
    wanted = ("started", "met", "missed", "lapsed")
    found = {detail: town.story_for(Aim("limit", "visit", detail)) for detail in wanted}
    assert {detail for detail, story in found.items() if story is not None} == set(wanted)
    stories = {f"It is {detail}": story for detail, story in found.items()}
    assert set(replayed(scenarios(town.policy, stories), library, tmp_path)) == {"passed"}


CLAIMS = {
    "no rule": Claim("waiting", "refused", "asked", (("finding", "not_upheld"), ("grounds", "not_given"))),
    "no rule in that stage": Claim("closed", "refused", "asked"),
    "every point": Claim("waiting", "refused", "asked", (("finding", "upheld"), ("grounds", "given"))),
    "points that differ": Claim(
        "waiting", "accepted", "closed_down", (("finding", {"point_1": "upheld", "point_2": "not_upheld"}),)
    ),
    "a count": Claim("waiting", "refused", "told_more", (("issues", 5),)),
    "late": Claim("stage_1", "refused", "asked", (), ("reply",)),
    "accepted": Claim("waiting", "accepted", "asked", (("finding", "not_upheld"), ("grounds", "given"))),
    "accepted late": Claim("stage_1", "accepted", "asked", (), ("reply",)),
    "overdue": Claim("many", "overdue", limit="visit"),
    "stays": Claim("panel", "stays"),
    "stays when all is over": Claim("stage_1", "stays", passed=("reply",)),
    "an end": Claim("closed", "stays"),
}  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS.keys())
def test_a_claim_that_is_true_has_a_story_that_replays(town, library, tmp_path, claim):
    story = town.story_of(claim)
    assert story is not None
    text = counter_example(Problem(Place("x.yaml"), "some-check", "what was found", claim=claim), story)
    assert replayed(text, library, tmp_path) == ("passed",)
    shown = [step for step in story.steps if step.then is not None]
    assert shown[-1].then["stage"] == claim.stage or claim.outcome == "accepted"
    if claim.event is not None:
        (tried,) = [step for step in story.steps if step.event is not None][-1:]
        assert (tried.event, tried.refused is not None) == (claim.event, claim.outcome == "refused")


IMPOSSIBLE = {
    "it is accepted": Claim("waiting", "refused", "asked", (("finding", "not_upheld"), ("grounds", "given"))),
    "it is refused": Claim("waiting", "accepted", "asked", (("grounds", "not_given"),)),
    "nobody can record it": Claim("waiting", "accepted", "lost"),
    "no such stage": Claim("nowhere", "stays"),
    "time leads on": Claim("waiting", "stays", passed=("request",)),
    "it never starts there": Claim("waiting", "overdue", limit="visit"),
    "no such limit": Claim("waiting", "overdue", limit="nothing"),
    "what it needs is refused for its data alone": Claim("stage_1", "refused", "answered"),
}  # fmt: skip


@pytest.mark.parametrize("claim", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_claim_that_is_false_has_no_story(town, claim):
    assert town.story_of(claim) is None


def test_what_cannot_be_reached_is_not_found(tmp_path):
    (tmp_path / "town").mkdir()
    text = TOWN.replace("go_to: many}", "go_to: closed}").replace("from: {entering: many}", "from: received")
    file = tmp_path / "town" / "complaints.yaml"
    file.write_text(text)
    policy = PolicyLibrary([tmp_path]).draft(file)
    prober = Prober(policy)
    assert prober.story_for(Aim("stage", "many")) is None
    assert prober.story_for(Aim("rule", "many.back")) is None
    assert prober.story_of(Claim("many", "stays")) is None


def test_the_same_story_is_found_again(library):
    policy = library.policy("town/complaints")
    for claim in CLAIMS.values():
        assert Prober(policy).story_of(claim) == Prober(policy).story_of(claim)


def test_the_search_is_bounded():
    policy = SHIPPED.policy("redbridge/children-statutory")
    few = Explorer(policy, most=40)
    assert 1 < len(list(few.nodes())) <= 41
    assert few.left == 0


def test_a_story_by_hand_is_the_text_written(town):
    claim = Claim("stage_1", "refused", "asked", (), ("reply",))
    problem = Problem(Place("x.yaml"), "no-rule-when-late", "asked after the due date: no rule", claim=claim)
    assert counter_example(problem, town.story_of(claim), ["dead-end"]) == (
        "# no-rule-when-late: asked after the due date: no rule\n"
        "# A case in which it happens, found by search; once the policy is put right it no longer replays.\n"
        "scenarios_for: town/complaints\n"
        "despite: [dead-end]\n"
        "scenarios:\n"
        "  - name: asked is refused in stage_1 once reply is over\n"
        "    tags: [counter_example, no_rule_when_late]\n"
        "    steps:\n"
        '      - {at: "2026-01-12", when: received}\n'
        # Ten working days from Mon 12 Jan are over on Mon 26 Jan.
        '      - {at: "2026-01-27", when: asked, with: {grounds: given}, refused: no rule in this stage matches it}\n'
        '      - {at: "2026-01-27", then: {stage: stage_1}}\n'
    )


LAB = PolicyLibrary([Path(__file__).parents[1] / "policy" / "bad" / "library"])


def found_in(name: str, finding: str) -> tuple[Problem, str, list[str | None]]:
    """A finding in a policy of the tests, its story as a file, and the story's events."""
    policy = LAB.policy(f"lab/{name}")
    (problem,) = (each for each in LAB.examine(f"lab/{name}")[0].problems if each.name == finding)
    story = Prober(policy).story_of(problem.claim)
    return problem, counter_example(problem, story), events_of(story)


def test_the_story_of_a_way_without_an_end_goes_round_it_once(tmp_path):
    _, text, events = found_in("no-way-out", "no-way-out")
    # Received, answered and asked for lead into stage_2; its answer to the review, and that back to stage_2.
    assert events == ["received", "answered", "asked", "answered", "reviewed"]
    assert "then: {stage: stage_2, ended: false}" in text
    assert replayed(text, LAB, tmp_path) == ("passed",)


def test_a_way_without_an_end_from_the_very_opening_is_entered():
    policy = LAB.examine_text(
        'policy: lab/round\nextends: lab/base\nin_force: {from: "2021-01-01"}\n'
        "stages: {stage_2: {next: {answered: {go_to: waiting}}}, closed: {end: withdrawn}}\n",
        "lab/round.yaml",
    )
    (problem,) = (each for each in policy.problems if each.name == "no-way-out")
    assert problem.claim.stage != "opening"
    assert "opening" not in problem.claim.ring
    assert Prober(policy.policy).story_of(problem.claim).steps[-1].then["stage"] == problem.claim.stage


@pytest.mark.parametrize(
    ("name", "finding", "proves"),
    [
        ("no-way-out", "no-way-out", False),
        ("no-way-out", "stage-without-limit", False),
        ("closed-by-delay", "closed-by-delay", True),
        ("no-rule-when-late", "no-rule-when-late", True),
    ],
)
def test_a_remark_promises_no_more_than_the_story_proves(name, finding, proves):
    _, text, _ = found_in(name, finding)
    assert ("once the policy is put right it no longer replays" in text) is proves
    assert ("it proves nothing by itself" in text) is not proves


def test_the_story_of_a_delay_that_closes_a_case_is_closed_by_it():
    _, text, events = found_in("closed-by-delay", "closed-by-delay")
    assert events == ["received", "answered", "asked"]
    assert "{stage: lapsed, ended: true}" in text


def test_claims_are_named_as_sentences():
    several = Claim("s", "refused", "e", (("a", "b"), ("f", {"p": "x"}), ("u", None)), ("l", "m"))
    assert claim_name(several) == "e is refused in s with a b and f of p x once l and m are over"
    assert (
        claim_name(Claim("s", "overdue", limit="l"))
        == "l goes overdue in s and a year later nothing has ended it"
    )
    assert claim_name(Claim("s", "stays", ring=("s", "t"))) == (
        "A case goes round in s and comes back to it, with no end reached"
    )
    assert claim_name(Claim("s", "stays")) == "A case stays in s for a year if nothing is recorded"


# --- Days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", EVERY_VERSION, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
def test_the_first_day_is_a_monday_in_force_far_from_bank_holidays(policy):
    day = first_day(policy)
    calendar = policy.calendars[policy.source.data["calendar"]]
    assert day.weekday() == 0
    assert policy.in_force_from <= day <= (policy.in_force_until or date.max)
    assert all(
        calendar.is_working_day(each)
        for each in (day + timedelta(days=offset) for offset in range(-7, 15))
        if each.weekday() < 5
    )


@pytest.mark.parametrize(
    ("in_force", "expected"),
    [
        ('from: "2020-01-01"', "2026-01-12"),
        # No bank holiday from the summer one, Mon 25 Aug 2025, to Christmas; a Monday a week after it.
        ('from: "2025-08-20", until: "2025-12-31"', "2025-09-08"),
        # Three weeks around Easter: no Monday lies quietly, so the first in force is taken.
        ('from: "2026-03-31", until: "2026-04-14"', "2026-04-06"),
        # No Monday at all.
        ('from: "2026-04-14", until: "2026-04-17"', "2026-04-14"),
        # Beyond the years that bank holidays are known for.
        ('from: "2060-01-01"', "2060-01-05"),
    ],
)  # fmt: skip
def test_first_days(tmp_path, in_force, expected):
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "complaints.yaml").write_text(TOWN.replace('from: "2020-01-01"', in_force, 1))
    policy = PolicyLibrary([tmp_path]).policy("town/complaints")
    assert first_day(policy).isoformat() == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-12", "2026-01-13"),
        ("2026-01-16", "2026-01-19"),
        # Maundy Thursday; Good Friday and Easter Monday are bank holidays.
        ("2026-04-02", "2026-04-07"),
        ("2070-01-03", "2070-01-04"),
        ("9999-12-31", "9999-12-31"),
    ],
)  # fmt: skip
def test_next_working_days(library, day, expected):
    policy = library.policy("town/complaints")
    assert next_working_day(policy, date.fromisoformat(day)).isoformat() == expected
