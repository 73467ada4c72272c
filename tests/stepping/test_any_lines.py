"""Whatever is typed, a session goes on; what it saves replays; every shipped policy can be gone through."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine.cases import Case
from engine.policy import PolicyLibrary
from engine.probing.days import first_day
from engine.replay import replay
from engine.reports.stepped import stepped_scenario
from engine.stepping import answer, begun, completions, interrupted, prompt
from tests.stepping.conftest import CHECKOUT

LIBRARY = PolicyLibrary([CHECKOUT / "policies"])
VERSIONS = [version for name in LIBRARY.names() for version in LIBRARY.versions(name)]
IDS = [f"{version.id}@{version.in_force_from}" for version in VERSIONS]
OFTEN = (
    "1", "2", "3", "9", "", "yes", "no", "cancel", "?", "+3", "-2", "+5 working days", "+1 year", "due stage_1",
    "day after stage_1", "undo", "redo", "undo 3", "why stage_1", "why not 1", "allowed", "limits", "letters", "facts",
    "log", "record", "record finding", "sent", "save a.scenarios.yaml", "quit", "1 on +1", "2 by complainant",
    "p1, p2, p3", "complaint_received", "point_added", "point_removed", "fact_recorded", "letter_sent", "# so",
)  # fmt: skip
LINES = some.lists(some.sampled_from(OFTEN) | some.text(max_size=30), max_size=25)


def opened(policy):
    return begun(Case.open(policy), first_day(policy))


def widest(text):
    return max(map(len, text.split("\n")))


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(number=some.integers(0, len(VERSIONS) - 1), lines=LINES, breaks=some.integers(0, 40))
def test_no_line_ever_breaks_a_session(number, lines, breaks):
    session = opened(VERSIONS[number])
    for place, line in enumerate(lines):
        session, text = interrupted(session) if place == breaks else answer(session, line)
        assert widest(text) <= 80
        assert text.isprintable() or set(filter(lambda sign: not sign.isprintable(), text)) == {"\n"}
        completions(session)
        if session.finished:
            return
        assert prompt(session).endswith(": ")
    # It can be used as before: a question is given up, and it shows where the case stands.
    while session.is_asking:
        session, _ = interrupted(session)
    if not session.finished:
        assert f"stage {session.scene.view.stage}" in answer(session, "show")[1]


@pytest.mark.parametrize("policy", VERSIONS, ids=IDS)
def test_always_the_first_is_a_way_through(policy):
    session = opened(policy)
    for _ in range(30):
        line = "1"
        if session.form is not None:
            asked = prompt(session)
            line = (
                ""
                if "Enter: " in asked
                else "yes"
                if "yes or no" in asked
                else "+3"
                if "Day" in asked
                else "1"
            )
        session, text = answer(session, line)
        assert widest(text) <= 80
    assert session.place > 0


@pytest.mark.parametrize("policy", VERSIONS, ids=IDS)
def test_a_saved_session_replays(policy, tmp_path):
    chance = random.Random(policy.id)  # noqa: S311
    session = opened(policy)
    limits, events, people = map(list, (policy.limits, policy.events, policy.people))
    for _ in range(150):
        session, _ = answer(session, _by_chance(session, chance, limits, events, people))
    file = tmp_path / "stepped.scenarios.yaml"
    file.write_text(stepped_scenario(session.story, pinned=True), encoding="utf-8")
    done = replay([file], LIBRARY, today=first_day(policy))
    (told,) = done.files
    assert [verdict.failures for verdict in told.verdicts] == [()]


def _by_chance(session, chance, limits, events, people):
    if session.form is not None:
        asked = prompt(session)
        if "Enter: " in asked and chance.random() < 0.8:
            return ""
        return "yes" if "yes or no" in asked else chance.choice(["1", "1", "2", "p1, p2, p3", "+3"])
    return chance.choice(
        [
            *(str(chance.randint(1, 12)) for _ in range(8)),
            "+3", "+5 working days", f"due {chance.choice(limits)}", f"day after {chance.choice(limits)}", "limits",
            "letters", "allowed", "facts", "undo", "record", "sent", chance.choice(events),
            f"{chance.choice(events)} by {chance.choice(people)}", f"{chance.randint(1, 9)} on -{chance.randint(1, 9)}",
        ]
    )  # fmt: skip
