"""What must hold of every procedure: small policies that break it are found out, the shipped ones come out clean.

In the stories below every step lies on Monday 12 January 2026, the first Monday of 2026 with no bank holiday in the
week before or the eight weeks after; a story can be made no shorter than the steps written here.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import PolicyLibrary
from engine.fuzzing import INVARIANTS, Breach, Fuzzing, Invariant
from engine.fuzzing.looks import looks, one_by_one
from engine.fuzzing.reaching import Ways
from engine.fuzzing.walking import Walker
from engine.probing import Step
from engine.probing.telling import Scene
from engine.replay import replay
from engine.reports.fuzz import fuzz_json, fuzz_scenario, fuzz_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.fuzzing import Finding, Fuzzed
    from engine.fuzzing.looks import Look
    from engine.policy.model import Policy

HERE = Path(__file__).parent
LAB = PolicyLibrary([HERE / "policies"])
SHIPPED = PolicyLibrary([HERE.parents[1] / "policies"])
MONDAY = date(2026, 1, 12)
BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}

# For each invariant that an author can break: the policy that does, the line that says it, the subject, the events of
# the shortest story, and what is seen in the end.
BROKEN = [
    ("way-on", "stuck", "waiting:", "waiting", ["complaint_received", "passed_on"], {"stage": "waiting", "ended": False}),
    (
        "duty-ends", "endless-duty", "remedy:", "remedy", ["complaint_received", "answer_sent", "complaint_closed"],
        {"stage": "closed", "running": ["remedy"]},
    ),
    (
        "ombudsman", "no-ombudsman", "mediation:", "mediation", ["complaint_received", "mediation_agreed"],
        {"stage": "mediation", "ended": False},
    ),
    # 20 working days from 12 January are 9 February, ten are 26 January; no earlier day can be said.
    (
        "extension", "shorter-extension", "answer:", "answer", ["complaint_received", "answer_extended"],
        {"due": {"answer": "2026-01-26"}},
    ),
]  # fmt: skip


def fuzzed(
    policy: Policy, histories: int, seed: int = 0, invariants: tuple[Invariant, ...] = INVARIANTS
) -> Fuzzed:
    fuzzing = Fuzzing(policy, seed, invariants)
    for _ in range(histories):
        fuzzing.tell_next()
    return fuzzing.told()


def events(finding: Finding) -> list[str | None]:
    return [step.event for step in finding.story.steps if step.then is None]


# --- What is found -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "policy", "line", "subject", "shortest", "seen"), BROKEN)
def test_what_an_author_broke_is_found_and_shown_by_the_shortest_story(
    name: str, policy: str, line: str, subject: str, shortest: list[str], seen: dict[str, object]
) -> None:
    found = fuzzed(LAB.policy(f"lab/{policy}"), 300).findings
    assert [(each.invariant.name, each.breach.subject) for each in found] == [(name, subject)]
    (finding,) = found
    assert events(finding) == shortest
    assert {step.at for step in finding.story.steps if step.then is None} == {MONDAY}
    assert seen in [step.then for step in finding.story.steps]
    text = (HERE / "policies" / "lab" / f"{policy}.yaml").read_text(encoding="utf-8").splitlines()
    assert text[finding.place.line - 1].strip() == line


def test_an_extension_is_told_with_the_due_date_before_and_after_it() -> None:
    (finding,) = fuzzed(LAB.policy("lab/shorter-extension"), 300).findings
    assert finding.story.steps == (
        Step(MONDAY, "complaint_received", {}),
        Step(MONDAY, then={"due": {"answer": "2026-02-09"}}),
        Step(MONDAY, "answer_extended", {"until": "2026-01-26", "complexity": "simple"}),
        Step(MONDAY, then={"due": {"answer": "2026-01-26"}}),
    )


def test_an_event_that_two_rules_take_is_found_in_a_policy_that_the_checker_has_refused() -> None:
    policy = LAB.draft(HERE / "drafts" / "lab" / "two-rules.yaml")
    assert policy is not None
    (finding,) = [each for each in fuzzed(policy, 200).findings if each.invariant.name == "one-rule"]
    # Ten working days from 12 January are 26 January; on the 27th the answer is late for one rule, in time for the other.
    assert finding.story.steps == (
        Step(MONDAY, "complaint_received", {}),
        Step(date(2026, 1, 27), "answer_sent", {}, refused="two rules match answer_sent here"),
        Step(date(2026, 1, 27), then={"stage": "stage_1"}),
    )


@pytest.mark.parametrize("policy", [policy for _, policy, *_ in BROKEN])
def test_what_is_found_replays(policy: str, tmp_path: Path) -> None:
    """The scenario written shows the case as it was found; with another stage, or another due date, it does not pass."""
    (finding,) = fuzzed(LAB.policy(f"lab/{policy}"), 300).findings
    text = fuzz_scenario(finding)
    wrong = re.sub(r"then: {stage: \w+", "then: {stage: opening", text).replace(
        '2026-01-26"}', '2026-01-23"}'
    )
    assert wrong != text
    for name, told, outcome in (("right", text, "passed"), ("wrong", wrong, "failed")):
        file = tmp_path / f"{name}.scenarios.yaml"
        file.write_text(told, encoding="utf-8")
        assert [verdict.outcome for verdict in replay([file], LAB, today=MONDAY).verdicts] == [outcome]


# --- What is not found ---------------------------------------------------------------------------------------------


VERSIONS = [version for name in SHIPPED.names() for version in SHIPPED.versions(name)]


@pytest.mark.parametrize("policy", VERSIONS, ids=lambda each: f"{each.id}@{each.in_force_from}")
def test_a_shipped_policy_comes_out_clean(policy: Policy) -> None:
    found = fuzzed(policy, 240)
    assert [each.breach.text for each in found.findings] == []
    # What is tried is no small part: every other stage at the least, and far more accepted than refused.
    assert len(found.stages) * 2 > len(policy.stages)
    assert found.steps > 4 * found.refused > 0


MENDED = {
    "stuck": ("after: reply, ", ""),
    "endless-duty": ("end: closed}", "end: closed, next: {done: {when: remedy_done}}}"),
    "no-ombudsman": (
        "end: closed}", "end: closed, next: {referred: {when: referred_to_ombudsman, go_to: ombudsman}}}",
    ),
    "shorter-extension": ("{until: date, complexity: fact}", "{until: date}"),
}  # fmt: skip


@pytest.mark.parametrize("name", MENDED)
def test_what_is_mended_is_clean(name: str) -> None:
    """Left at any time; met after the end as well; on to the Ombudsman; an extension that says nothing of the length."""
    wrong, right = MENDED[name]
    text = (HERE / "policies" / "lab" / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.count(wrong) == 1
    examined = LAB.examine_text(text.replace(wrong, right), f"lab/{name}.yaml")
    assert examined.policy is not None, examined.problems
    assert [each.breach.text for each in fuzzed(examined.policy, 200).findings] == []


# --- How much is sought ----------------------------------------------------------------------------------------------


def test_what_is_found_is_not_sought_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fuzzing = Fuzzing(LAB.policy("lab/endless-duty"))
    while not fuzzing.findings:
        fuzzing.tell_next()
    asked: list[tuple[str, ...]] = []
    sought = Ways._sought
    monkeypatch.setattr(
        Ways, "_sought", lambda self, name, *rest: asked.append(name) or sought(self, name, *rest)
    )
    for _ in range(100):
        fuzzing.tell_next()
    assert asked
    assert ("duty-ends", "remedy") not in asked


def test_what_a_search_in_vain_has_met_is_not_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The duty runs on for ever in the closed case, and so it does in the same case 400 days on."""
    policy = LAB.policy("lab/endless-duty")
    ways = Ways(policy)
    steps = [Step(MONDAY, event) for event in ("complaint_received", "answer_sent", "complaint_closed")]
    now, later = list(looks(policy, one_by_one(steps)))[-2:]
    assert (later.day - now.day).days == 400
    assert ways.ends(Scene(now.case, now.day), now.view, "remedy") is False
    monkeypatch.setattr(Ways, "_sought", lambda *_: pytest.fail("it is known"))
    assert ways.ends(Scene(later.case, later.day), later.view, "remedy") is False


def test_searches_come_to_an_end_and_what_they_left_open_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.fuzzing.reaching.MOST_TRIES_IN_ALL", 3)
    left_open = fuzzed(LAB.policy("lab/endless-duty"), 60)
    assert left_open.findings == ()
    assert ("duty-ends", "remedy") in left_open.undecided
    assert "ran out of tries: duty-ends of answer, duty-ends of remedy" in " ".join(
        fuzz_text(left_open).split()
    )
    assert {"invariant": "duty-ends", "subject": "remedy"} in json.loads(fuzz_json(left_open))["undecided"]


def test_no_more_searches_are_made_for_what_ran_out_of_tries_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.fuzzing.reaching.MOST_TRIES", 0)
    monkeypatch.setattr("engine.fuzzing.reaching.MOST_UNDECIDED", 1)
    searched: list[object] = []
    search = Ways._search
    monkeypatch.setattr(
        Ways, "_search", lambda self, *rest, **more: searched.append(rest) or search(self, *rest, **more)
    )
    left_open = fuzzed(LAB.policy("lab/endless-duty"), 200)
    assert 0 < len(searched) == len(left_open.undecided)


# --- A fault of this program -----------------------------------------------------------------------------------------


def _third_event(look: Look, _ways: Ways) -> Iterator[Breach]:
    """As if every case could hold two events of its policy only."""
    if len(look.steps) > 2 and look.step is not None:
        yield Breach("third", "a third event is accepted", (), {"stage": look.view.stage})


def test_a_fault_of_the_program_is_told_as_one() -> None:
    planted = Invariant("two-at-most", "Two events at most.", "engine", _third_event)
    found = fuzzed(LAB.policy("lab/stuck"), 40, invariants=(*INVARIANTS[1:], planted))
    (finding,) = found.findings
    assert len(events(finding)) == 3
    text = fuzz_text(found)
    assert "fault of duecourse[two-at-most]" in text
    assert "please report it with the scenario" in " ".join(text.split())
    assert "error[" not in text


def test_a_late_extension_called_certain_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if what is listed as allowed took no notice of a due date that is over."""
    text = (HERE / "policies" / "lab" / "shorter-extension.yaml").read_text(encoding="utf-8")
    without_data = text.replace(", needs: {until: date, complexity: fact}", "")
    policy = LAB.examine_text(without_data, "lab/shorter-extension.yaml").policy
    assert policy is not None
    assert fuzzed(policy, 100, invariants=(BY_NAME["allowed"],)).findings == ()
    monkeypatch.setattr("engine.cases.view.could_extend", lambda _state, _plan, _day: True)
    (finding,) = fuzzed(policy, 100, invariants=(BY_NAME["allowed"],)).findings
    assert (finding.breach.subject, finding.breach.refused) == ("answer_extended", "cannot_extend")


def test_a_refused_event_that_changed_something_would_be_found() -> None:
    """As if the engine had taken an answer although it refused the event: planted in the state that is read."""
    policy = LAB.policy("lab/shorter-extension")
    steps = (Step(MONDAY, "complaint_received"), Step(MONDAY, "complaint_received"))
    (look,) = [look for look in looks(policy, one_by_one(steps)) if look.refusal is not None]
    ways = Ways(policy)
    assert list(BY_NAME["refusal"].breaches(look, ways)) == []
    assert look.before is not None
    look.before._state.facts["complexity"] = "simple"
    (breach,) = BY_NAME["refusal"].breaches(look, ways)
    assert (breach.subject, breach.refused) == ("complaint_received", "no_rule")


# --- Histories -------------------------------------------------------------------------------------------------------


def test_the_same_seed_tells_the_same_and_another_tells_others() -> None:
    policy = LAB.policy("lab/shorter-extension")
    first, again, other = (fuzz_json(fuzzed(policy, 120, seed)) for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_more_histories_begin_with_the_same_ones() -> None:
    policy = LAB.policy("lab/stuck")
    few, many = Fuzzing(policy), Fuzzing(policy)
    for _ in range(30):
        few.tell_next()
    for _ in range(60):
        many.tell_next()
    assert [each.history for each in few.told().findings] == [each.history for each in many.told().findings]


def test_histories_by_chance_hold_late_entries_refusals_and_days_around_due_dates() -> None:
    """What the walker is there for does come about, under a policy whose one limit is due a fortnight on."""
    policy = LAB.policy("lab/stuck")
    late = refused = before = on = after = 0
    for number in range(300):
        for look in looks(policy, Walker(policy, f"test {number}")):
            late += look.step is not None and not look.is_in_order
            refused += look.refusal is not None
            due = look.view.limits["answer"].due
            if due is not None:
                days = (look.day - due).days
                before, on, after = before + (days == -1), on + (days == 0), after + (days == 1)
    assert min(late, refused, before, on, after) >= 20
