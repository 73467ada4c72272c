"""What is told of time that nobody is held to, and what is not: a false alarm is worse than a miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.policy import PolicyLibrary
from engine.policy.checks.times import findings
from engine.policy.waiting import Waiting

ROOT = Path(__file__).resolve().parents[2]
LAB = PolicyLibrary([Path(__file__).parent / "bad" / "library"])
SHIPPED = PolicyLibrary([ROOT / "policies"])
HEAD = 'policy: lab/example\nextends: lab/base\nin_force: {from: "2021-01-01"}\n'


def told(overlay: str) -> list[str]:
    """The names of what is found about time in an overlay of the small policy."""
    examined = LAB.examine_text(HEAD + overlay, "lab/example.yaml")
    assert examined.errors == ()
    policy = examined.policy
    assert policy is not None
    return [each.name for each in findings(policy)]


SORTING = """
events: {sorted: {title: Complaint sorted, by: BY}}
stages:
  opening: {next: {received: {go_to: sorting}}}
  sorting: {title: Being sorted, OWNER next: {sorted: {when: sorted, go_to: stage_1}MORE}}
limits:
  reply: {from: START, force: must, basis: local, cite: {page: Stage 1}}
"""


def sorting(
    by: str = "manager", owner: str = "owner: manager,", more: str = "",
    start: str = "{earliest_of: [{entering: stage_1}, {entering: stage_2}]}",
) -> str:  # fmt: skip
    return SORTING.replace("BY", by).replace("OWNER", owner).replace("MORE", more).replace("START", start)


@pytest.mark.parametrize(
    ("overlay", "names"),
    [
        (sorting(), ["stage-without-limit"]),
        # The clock of the case runs while it is sorted: nothing stops it there, so it bounds the stay.
        (sorting(start="{earliest_of: [received, {entering: stage_2}]}"), []),
        # Nobody owns the stage, but only the manager can take the case on.
        (sorting(owner=""), ["stage-without-limit"]),
        # The person whose case it is takes it on.
        (sorting(by="complainant", owner="owner: complainant,"), []),
        (sorting(by="complainant", owner=""), []),
        # It is the manager's turn, but the person need not wait.
        (sorting(more=", asked: {when: asked, go_to: stage_2}"), []),
        # A request that only opens once a limit is late is no way on.
        (sorting(more=", asked: {when: asked, after: request, go_to: stage_2}"), ["stage-without-limit"]),
        # A limit beside the way, met by a step that does not leave the stage, bounds nothing.
        (
            sorting().replace("events: {", "events: {noted: {title: Noted, by: manager}, ")
            + "  noting: {is: 2 working days, from: received, met_by: noted, owed_by: manager, force: must, basis: local}\n",
            ["stage-without-limit"],
        ),
        # "As soon as possible" is a time, if a soft one.
        (
            sorting()
            + "  sorting: {is: as soon as possible, from: received, met_by: sorted, owed_by: manager, force: must, basis: local}\n",
            [],
        ),
        # What the person owes bounds the stay only where being over takes the case on.
        (
            sorting()
            + "  theirs: {is: 5 working days, from: received, met_by: sorted, owed_by: complainant, force: must, basis: local}\n",
            ["stage-without-limit"],
        ),
        (
            sorting(more=", late: {overdue: theirs, go_to: stage_1}")
            + "  theirs: {is: 5 working days, from: received, met_by: sorted, owed_by: complainant, force: must, basis: local}\n",
            [],
        ),
    ],
)  # fmt: skip
def test_a_stage_waits_without_a_limit_only_if_nothing_bounds_it(overlay: str, names: list[str]) -> None:
    assert told(overlay) == names


CLOCK = """
events: {begun: {title: Work begun, by: BY}}
stages: {stage_1: {next: {begun: {when: begunGO}}}}
limits:
  reply: {from: FROM, force: must, basis: local, cite: {page: Stage 1}}
  second: {is: 10 working days, from: {entering: stage_2}, met_by: answered, owed_by: manager, force: must, basis: local}
"""
BEGINNING = (
    "  beginning: {is: IS, from: received, met_by: begun, owed_by: manager, force: must, basis: local}\n"
)


def clock(by: str = "manager", start: str = "begun", more: str = "", go: str = "") -> str:
    return CLOCK.replace("BY", by).replace("FROM", start).replace("GO", go) + more


@pytest.mark.parametrize(
    ("overlay", "names"),
    [
        (clock(), ["start-never-bounded"]),
        # Counted from what the person does, or from receipt as well, it is not the authority's to put off.
        (clock(by="complainant"), []),
        (clock(start="{earliest_of: [begun, received]}"), []),
        # With a limit of its own the beginning is bounded; but without it the duty never starts.
        (clock(more=BEGINNING.replace("IS", "3 working days")), ["clock-without-fallback"]),
        (
            clock(start="{earliest_of: [begun, {due: beginning}]}", more=BEGINNING.replace("IS", "3 working days")),
            [],
        ),
        # What is owed as soon as possible has no due date to fall back on.
        (clock(more=BEGINNING.replace("IS", "as soon as possible")), []),
        # Another clock for the same answer runs from receipt.
        (
            clock(
                more="  law: {is: 20 working days, from: received, met_by: answered, owed_by: manager, force: must, basis: local}\n"
            ),
            [],
        ),
        # A step that moves the case is waited for by the stage, not by the clock.
        (
            clock(go=", go_to: working", more="  starting: {is: 2 working days, from: received, met_by: begun, owed_by: manager, force: must, basis: local}\n").replace(
                "stages: {", "stages: {working: {title: Work, owner: manager, next: {answered: {when: answered, go_to: waiting}}}, "
            ),
            [],
        ),
    ],
)  # fmt: skip
def test_a_clock_may_never_start_only_if_nothing_else_bounds_the_stay(overlay: str, names: list[str]) -> None:
    assert told(overlay) == names


@pytest.mark.parametrize(
    ("overlay", "names"),
    [
        ("remove: [limits.reply.up_to]\n", ["extension-without-ceiling"]),
        ("events: {extended: {needs: {until: date}}}\n", ["extension-without-notice"]),
        ("events: {extended: {needs: {until: date, told: confirmed}}}\n", []),
        (
            "events: {extended: {needs: {until: date}}}\nletters: {later: {to: complainant, sent_by: extended, must_say: [why]}}\n",
            [],
        ),
        # The person extends it, and so knows.
        ("events: {extended: {needs: {until: date}, by: [manager, complainant]}}\n", []),
        # What the person may do is no duty, and its extension no delay.
        (
            "events: {more: {title: More time, by: manager}}\nlimits: {request: {extended_by: more}}\n",
            [],
        ),
    ],
)
def test_an_extension_has_a_ceiling_and_a_word(overlay: str, names: list[str]) -> None:
    assert told(overlay) == names


PAUSE = """
events:
  held: {title: Put on hold, by: manager}
  resumed: {title: Taken up again, by: BY}
limits:
  reply: {pauses: {held: {when: held, until: resumed, counting: skip_working_daysMORE}}}
"""


@pytest.mark.parametrize(
    ("by", "more", "names"),
    [
        ("manager", "", ["pause-without-end"]),
        ("manager", ", at_most: 10 working days", []),
        ("complainant", "", []),
        ("[manager, complainant]", "", []),
    ],
)
def test_a_pause_ends_by_itself_or_by_who_waits(by: str, more: str, names: list[str]) -> None:
    assert told(PAUSE.replace("BY", by).replace("MORE", more)) == names


def test_a_pause_that_somebody_is_held_to_end_has_an_end() -> None:
    resuming = "  resuming: {is: 5 working days, from: held, met_by: resumed, owed_by: manager, force: must, basis: local}\n"
    assert told(PAUSE.replace("BY", "manager").replace("MORE", "") + resuming) == []


@pytest.mark.parametrize(
    ("warn", "names"),
    [
        ("[50%, 5 working days before, due]", []),
        # 20 working days can be counted back from the 20th to the day of the start itself.
        ("[20 working days before]", []),
        ("[21 working days before]", ["rung-never-comes"]),
        # Calendar days are not compared with working days.
        ("[40 calendar days before]", []),
        ("[1 working day after]", ["rung-never-comes"]),
    ],
)
def test_a_warning_comes_while_the_limit_runs(warn: str, names: list[str]) -> None:
    assert told(f"limits: {{request: {{warn: {warn}}}}}\n") == names


def test_a_warning_after_the_due_date_comes_where_the_case_stays() -> None:
    assert told("limits: {reply: {warn: [1 working day after, 30 working days after]}}\n") == []


def test_a_warning_is_measured_against_the_longest_run() -> None:
    # The reply is due after 10 working days, or up to 20: 15 before that is the fifth day.
    assert told("limits: {reply: {warn: [15 working days before]}}\n") == []


ONLY_EARLY = "anywhere: {asked_late: {in: [stage_1]}}\n"
RIGHT = "stages: {waiting: {next: {asked: {right_of: complainant}}}}\n"


@pytest.mark.parametrize(
    ("overlay", "names"),
    [
        ("limits: {request: {force: recommended}}\n", []),
        # A bar of the law or the authority ends the right rightly.
        (
            f"{ONLY_EARLY}{RIGHT}",
            [],
        ),
        (
            f"{ONLY_EARLY}limits: {{request: {{force: recommended}}}}\n{RIGHT}",
            ["right-lost-by-time"],
        ),
        # It was no right.
        (f"{ONLY_EARLY}limits: {{request: {{force: recommended}}}}\n", []),
    ],
)
def test_a_right_ends_only_with_a_time_that_binds(overlay: str, names: list[str]) -> None:
    assert told(overlay) == names


LATE = """
stages:
  stage_2: {next: {not_answered: {overdue: reply, go_to: lapsed}}}
  lapsed: {title: Lapsed, end: ENDMORE}
"""


DISCRETION = """, next: {asked: {when: asked, go_to: deciding}}}
  deciding:
    title: A late request is decided on
    owner: manager
    next:
      granted: {when: extended, if: {grounds: given}, go_to: stage_2}
      declined: {when: extended, if: {grounds: not_given}, go_to: closed"""


@pytest.mark.parametrize(
    ("end", "more", "names"),
    [
        ("closed", "", ["closed-by-delay"]),
        ("ombudsman", "", []),
        ("closed", ", next: {asked: {when: asked, go_to: stage_2}}", []),
        # Where it depends on what somebody finds or decides, the person does not go on for certain.
        (
            "closed",
            ", next: {asked: {when: asked, if: {grounds: given}, go_to: stage_2}}",
            ["closed-by-delay"],
        ),
        (
            "closed",
            DISCRETION,
            ["stage-without-limit", "closed-by-delay"],
        ),
    ],
)
def test_a_delay_does_not_close_a_case(end: str, more: str, names: list[str]) -> None:
    assert told(LATE.replace("END", end).replace("MORE", more)) == names


WEEKS = """
sources: {guide: {title: Guide, kind: council}}
limits:
  contact: {is: 2 weeks, from: received, met_by: answered, owed_by: manager, force: aim, basis: local, roll: stays, CITE}
  word: {is: 7 calendar days, from: received, met_by: answered, owed_by: manager, force: aim, basis: local, roll: stays, OTHER}
"""


@pytest.mark.parametrize(
    ("cite", "other", "names"),
    [
        ("cite: {page: Time}", "cite: {page: Time}", ["days-and-weeks"]),
        ("cite: {page: Time}", "cite: {page: Elsewhere}", []),
        # Of two places nobody knows which says the days, and a note has said why.
        ("cite: {page: Time, guide: Time}", "cite: {page: Time}", []),
        ("cite: {page: Time}", "cite: {page: Time}, note: It says seven days", []),
    ],
)
def test_days_beside_weeks_are_told_where_both_cite_one_place(
    cite: str, other: str, names: list[str]
) -> None:
    text = WEEKS.replace("CITE", cite).replace("OTHER", other)
    assert told(text) == names
    if names:
        policy = LAB.examine_text(HEAD + text, "lab/example.yaml").policy
        assert policy is not None
        assert findings(policy)[0].notes[0].endswith(" write 1 week")


def test_what_a_base_is_told_of_is_not_told_again() -> None:
    base = SHIPPED.examine("england/children-statutory")[0]
    overlay = SHIPPED.examine("richmond/children-statutory")[0]
    assert "pause-without-end" in {problem.name for problem in base.problems}
    assert "pause-without-end" not in {problem.name for problem in overlay.problems}


def test_limits_without_measure_are_followed_no_further() -> None:
    policy = SHIPPED.policy("england/children-statutory")
    waiting = Waiting(policy)
    waiting.steps_left = 0
    # Used up, every limit is thought to run anywhere, so that nothing is told that may be wrong.
    assert waiting.running_in(policy.limits["stage_3_response"]) == frozenset(policy.stages)
