"""Every operator on a small procedure: which changes there are, and which its scenarios notice, both worked out by hand.

Calendar of 2026 used below: 1 January is a Thursday and a bank holiday; 5 January is a Monday.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.documents import read_text
from engine.mutating import Outcome, Script, Trying, affordable, mutants_of
from engine.mutating import budget as budgets
from engine.mutating.budget import Budget
from engine.policy import PolicyLibrary
from engine.replay import Versions, checked, trials_in

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
policy: town/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after, cutoff: "17:00"}}
facts:
  grounds: {ask: "Are reasons given?", answers: [given, not_given], decided_by: officer}
  size: {ask: "How large is it?", answers: [small, large, huge], decided_by: officer}
people:
  complainant: {title: Person who complains}
  officer: {title: Officer}
events:
  received: {by: complainant}
  answered: {by: officer, needs: [size]}
  asked: {by: complainant, needs: [grounds]}
  extended: {by: officer}
  held_up: {}
  gone_on: {}
  sent: {by: officer}
  arrived: {presumed_from: sent, after: 2 working days}
letters:
  refusal: {to: complainant, sent_by: sent, must_say: [reasons]}
limits:
  reply:
    is: 10 working days
    up_to: 20 working days
    from: received
    met_by: answered
    extended_by: extended
    owed_by: officer
    force: must
    basis: local
    pauses: {held: {when: held_up, until: gone_on, counting: skip_working_days}}
  asking:
    is: 1 month
    from: answered
    met_by: asked
    roll: stays
    owed_by: complainant
    force: recommended
    basis: local
  reading: {is: 5 working days, from: arrived, met_by: asked, owed_by: complainant, force: aim, basis: local}
stages:
  opening: {next: {begins: {when: received, go_to: stage_1}}}
  stage_1:
    title: One
    due: reply
    next:
      ends: {when: answered, go_to: waiting}
      at_once: {when: asked, if: {grounds: given}, go_to: stage_2}
  waiting:
    title: Answered
    due: [asking, reading]
    next:
      goes_on: {when: asked, if: {grounds: given}, within: asking, go_to: stage_2}
      posted: {when: sent}
      given_up: {when: gone_on, go_to: closed}
      turned: {when: asked, if: {grounds: not_given}, turns_down: true, send: refusal}
  stage_2: {title: Two, next: {ends: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
  left: {title: Left, end: withdrawn}
anywhere:
  leaves: {when: sent, in: [stage_1], go_to: left}
"""

# 5 January is a Monday: ten working days from it end on Monday 19 January, with no bank holiday between.
# From Wednesday 7 January, answered, one month ends on Saturday 7 February.
SCENARIOS = """\
scenarios_for: town/complaints
scenarios:
  - name: Answered in time and asked for with reasons
    steps:
      - {at: "2026-01-05", when: received}
      - {at: "2026-01-05", then: {stage: stage_1, due: {reply: "2026-01-19"}}}
      - {at: "2026-01-07", when: answered, with: {size: small}}
      - {at: "2026-01-07", then: {stage: waiting, met: reply, due: {asking: "2026-02-07"}}}
      - {at: "2026-02-07", when: asked, with: {grounds: given}}
      - {at: "2026-02-07", then: {stage: stage_2}}
  - name: Asked for without reasons it is turned down
    steps:
      - {at: "2026-01-05", when: received}
      - {at: "2026-01-07", when: answered, with: {size: small}}
      - {at: "2026-01-09", when: asked, with: {grounds: not_given}}
      - {at: "2026-01-09", then: {stage: waiting, letters: refusal}}
"""


def trying(tmp_path: Path, policy: str = POLICY, scenarios: str = SCENARIOS) -> Trying:
    """The scenarios told under the policy."""
    file = tmp_path / "town" / "complaints.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(policy, encoding="utf-8")
    library = PolicyLibrary([tmp_path])
    document = read_text(scenarios, "town.scenarios.yaml")
    found = checked(document, Versions(library))
    assert not found.problems, found.problems
    return Trying(library.policy("town/complaints"), trials_in(document, found), library.usable_versions)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What becomes of each change, by what it says."""
    tried = trying(tmp_path_factory.mktemp("library"))
    return {mutant.says: tried.tried(mutant) for mutant in mutants_of(tried.subject)}


def test_a_name_is_given_to_one_change_only(outcomes: dict[str, Outcome], tmp_path: Path) -> None:
    assert len(outcomes) == len(mutants_of(trying(tmp_path).subject))


def test_every_scenario_counts(tmp_path: Path) -> None:
    tried = trying(tmp_path)
    assert (len(tried.told), tried.left_out) == (2, 0)


KILLED = (
    # Ten working days become eleven, due on the 20th, or nine, due on the 16th.
    "reply were 11 working days instead of 10",
    "reply were 9 working days instead of 10",
    # One month from 7 January ends on 7 February, two on 7 March; none can be a month less than one.
    "asking were 2 months instead of 1",
    "calendar office counted the start as day 1",
    # Nothing is sent in either scenario, so it would not have started.
    "asking counted from sent instead of answered",
    # The case would stay in, or go back to, another stage than stage_2.
    "there were no rule waiting.goes_on",
    "waiting.goes_on led to stage_1 instead of stage_2",
    "waiting.goes_on left the case where it is instead of leading to stage_2",
    "waiting.goes_on were taken only after its time",
    "there were no rule waiting.turned",
    "waiting.turned called for no letter refusal",
    # 7 February 2026 is a Saturday, so the due date would be Monday the 9th.
    "asking moved a due date on a day off to the next working day",
)
SURVIVED = (
    # Who records is said nowhere, so nobody is ever the wrong one.
    "anybody could record received, not only complainant",
    "anybody could record answered, not only officer",
    "anybody could record sent, not only officer",
    # What is needed is always said.
    "answered could be recorded without size",
    "asked could be recorded without grounds",
    # Nothing is sent, so that nothing is presumed to arrive, and no reading begins.
    "arrived were presumed after 3 working days instead of 2",
    "arrived were presumed after 1 working day instead of 2",
    "reading were 6 working days instead of 5",
    "reading were 4 working days instead of 5",
    "there were no rule waiting.posted",
    # Nothing is extended or paused.
    "the ceiling of reply were 21 working days instead of 20",
    "the ceiling of reply were 19 working days instead of 20",
    "extended did not extend reply",
    "reply had no ceiling",
    "the ceiling of reply did not move with a pause",
    "reply could be extended when its due date is over",
    "reply had no pause held",
    "the pause held of reply added its calendar days",
    # 5 to 19 January 2026 has no bank holiday in any nation, and no scenario begins on a day off.
    "calendar office had no bank holidays",
    "calendar office had the bank holidays of scotland instead of england",
    "calendar office moved a start on a day off to the next working day",
    # Nothing is recorded with a time.
    "calendar office had no cutoff",
    "the cutoff of calendar office were 18:00 instead of 17:00",
    "the cutoff of calendar office were 16:00 instead of 17:00",
    # Nobody looks at the ledger, where the force stands, nor at a limit that is over.
    "reply were of force aim instead of must",
    "asking were of force external instead of recommended",
    "reply bent to what is practicable",
    # Nobody asks too late, nor goes on from stage_1 at once.
    "waiting.goes_on were not bound to the time of asking",
    "there were no rule stage_1.at_once",
    "stage_1.at_once asked for nothing",
    "stage_1.at_once were taken exactly when its condition does not hold",
    "stage_1.at_once asked for grounds not_given instead of given",
    "stage_1.at_once led to waiting instead of stage_2",
)
REFUSED = (
    # Two rules would take one event.
    "waiting.goes_on asked for nothing",
    "waiting.goes_on were taken exactly when its condition does not hold",
    "waiting.goes_on asked for grounds not_given instead of given",
    "waiting.turned asked for grounds given instead of not_given",
    # A stage would not be reached.
    "there were no rule opening.begins",
    "there were no rule stage_1.ends",
    "there were no rule anywhere.leaves",
    # Nothing would meet a limit.
    "answered did not meet reply",
)


@pytest.mark.parametrize(
    ("fate", "says"),
    [(fate, says) for fate, all_of in (("killed", KILLED), ("refused", REFUSED)) for says in all_of],
)
def test_what_is_noticed(outcomes: dict[str, Outcome], fate: str, says: str) -> None:
    assert outcomes[says].fate == fate


@pytest.mark.parametrize("says", SURVIVED)
def test_what_is_not_noticed_would_be_by_another_scenario(outcomes: dict[str, Outcome], says: str) -> None:
    assert outcomes[says].fate == "survived"
    assert outcomes[says].killer is not None


def test_the_scenario_that_failed_is_named(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["waiting.turned called for no letter refusal"].by == (
        "Asked for without reasons it is turned down"
    )


def test_a_look_is_added_to_a_scenario_there_is_where_that_is_enough(outcomes: dict[str, Outcome]) -> None:
    """The force of a limit stands in its ledger, which neither scenario looks at; both record three events."""
    killer = outcomes["reply were of force aim instead of must"].killer
    assert isinstance(killer, Script)
    assert killer.based_on == "Answered in time and asked for with reasons"
    assert [step.get("when") for step in killer.steps] == ["received", None]
    assert list(killer.steps[-1]["then"]) == ["ledger"]


def test_of_a_length_with_one_neighbour_one_change_is_made(outcomes: dict[str, Outcome]) -> None:
    lengths = [
        says for says, each in outcomes.items() if each.mutant.operator == "length" and "asking" in says
    ]
    assert lengths == ["asking were 2 months instead of 1"]


def test_a_change_that_leaves_what_is_resolved_alone_is_no_change(tmp_path: Path) -> None:
    tried = trying(tmp_path)
    same = [
        mutant
        for mutant in mutants_of(tried.subject)
        if mutant.says == "reply were 11 working days instead of 10"
    ]
    assert tried.tried(replace(same[0], value="10 working day")).fate == "unchanged"


def test_a_scenario_that_fails_or_that_nobody_confirmed_proves_nothing(tmp_path: Path) -> None:
    unsure = SCENARIOS.replace(
        "  - name: Asked for without reasons it is turned down\n",
        "  - name: Asked for without reasons it is turned down\n    generated: true\n",
    ).replace('due: {reply: "2026-01-19"}', 'due: {reply: "2026-01-20"}')
    tried = trying(tmp_path, scenarios=unsure)
    assert (len(tried.told), tried.left_out) == (0, 2)


# --- How far the search goes ---------------------------------------------------------------------------------------


def only(tried: Trying, says: str) -> Outcome:
    """What becomes of the one change that says this."""
    (mutant,) = [mutant for mutant in mutants_of(tried.subject) if mutant.says == says]
    return tried.tried(mutant)


@pytest.mark.parametrize(
    ("says", "channel"),
    [
        ("arrived by post were presumed after 3 working days instead of 2", "post"),
        ("arrived by post were presumed after 1 working day instead of 2", "post"),
        ("arrived by courier were presumed after 3 working days instead of 2", "courier"),
        ("arrived by email were presumed after 1 working day instead of the same day", "email"),
    ],
)
def test_a_letter_is_sent_by_each_channel(tmp_path: Path, says: str, channel: str) -> None:
    """One channel is as long as the next, so which of the two it went by shows in its own length only."""
    channels = "channel: {email: same day, post: 2 working days, courier: 2 working days}"
    policy = POLICY.replace("after: 2 working days}", channels + "}")
    killer = only(trying(tmp_path, policy), says).killer
    assert isinstance(killer, Script)
    sent = [step for step in killer.steps if step.get("when") == "sent"]
    assert [step["with"]["channel"] for step in sent] == [channel]


# The request to go on leads back to stage_1, so that it is entered without anything being received.
COMING_BACK = POLICY.replace(
    "from: received", "from: {earliest_of: [received, {entering: stage_1}]}"
).replace("given_up: {when: gone_on, go_to: closed}", "given_up: {when: gone_on, go_to: stage_1}")


def test_a_limit_runs_again_when_its_stage_is_come_back_to(tmp_path: Path) -> None:
    killer = only(trying(tmp_path, COMING_BACK), "entering stage_1 did not count as a start of reply").killer
    assert isinstance(killer, Script)
    assert [step["when"] for step in killer.steps if "when" in step][-1] == "gone_on"


def test_what_a_start_adds_to_a_stage_that_it_always_enters_is_nothing(tmp_path: Path) -> None:
    said = {mutant.says for mutant in mutants_of(trying(tmp_path, COMING_BACK).subject)}
    assert "entering stage_1 did not count as a start of reply" in said
    assert "received did not count as a start of reply" not in said


def test_a_limit_that_somebody_else_judges_never_reads_as_bent(tmp_path: Path) -> None:
    external = POLICY.replace("force: recommended", "force: external")
    said = {mutant.says for mutant in mutants_of(trying(tmp_path, external).subject)}
    assert "reply bent to what is practicable" in said
    assert "asking bent to what is practicable" not in said


def test_when_the_tries_are_used_up_no_scenario_is_sought(tmp_path: Path) -> None:
    tried = trying(tmp_path)
    tried._killers.budget = Budget(tried.subject, most=0)
    outcomes = [tried.tried(mutant) for mutant in mutants_of(tried.subject)]
    mutation = tried.mutation(outcomes)
    assert mutation.count("alike") == 0
    assert mutation.unsought == mutation.count("survived") > 0


def test_of_a_policy_too_large_some_changes_are_tried_evenly_spread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = trying(tmp_path).subject
    mutants = mutants_of(policy)
    assert affordable(policy, mutants) == list(mutants)
    monkeypatch.setattr(budgets, "MOST_BUILT", budgets.things_in(policy) * len(mutants) // 3)
    assert affordable(policy, mutants) in ([*mutants[::3]], [*mutants[::4]])
