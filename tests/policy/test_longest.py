"""How long a procedure takes at the longest and the shortest: sums made by hand, and stories that take as long."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine import Case, Event
from engine.deadlines import NEVER
from engine.errors import UsageError
from engine.policy import PolicyLibrary
from engine.policy.lasting import on_the_way
from engine.policy.longest import longest_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.conditions import Condition
    from engine.policy.longest import Longest, Route
    from engine.policy.model import Policy

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = PolicyLibrary([ROOT / "policies"])
LAB = PolicyLibrary([Path(__file__).parent / "bad" / "library"])
LAB_BASE = (Path(__file__).parent / "bad" / "library" / "lab" / "base.yaml").read_text(encoding="utf-8")


def route(found: Longest, stages: str) -> Route:
    return next(each for each in found.routes if each.stages == tuple(stages.split()))


def lab(old: str = "", new: str = "", start: date = date(2026, 5, 1)) -> Longest:
    """The routes of the small policy with one text in place of another."""
    assert old in LAB_BASE
    policy = LAB.examine_text(LAB_BASE.replace(old, new, 1) if old else LAB_BASE, "lab/base.yaml").policy
    assert policy is not None
    return longest_routes(policy, start)


# --- Sums by hand ----------------------------------------------------------------------------------------------------

# To `closed_after_stage_3`: 20 (stage 1 extended) + 2 (letter) + 20 (asking) + 65 (stage 2 extended) + 2 + 20
# + 30 (panel) + 5 (its report) + 2 + 15 (response) = 181.
ENGLAND = "stage_1 awaiting_stage_2_request stage_2 adjudication awaiting_stage_3_request"


@pytest.mark.parametrize(
    ("name", "stages", "days", "least"),
    [
        ("england/children-statutory", "stage_1 settled", 20, 0),
        ("england/children-statutory", "stage_1 awaiting_stage_2_request closed_after_stage_1", 20 + 2 + 20, 20),
        ("england/children-statutory", "stage_1 stage_2 adjudication awaiting_stage_3_request closed_after_stage_2", 20 + 65 + 2 + 20, 20),
        ("england/children-statutory", f"{ENGLAND} closed_after_stage_2", 20 + 2 + 20 + 65 + 2 + 20, 20),
        ("england/children-statutory", f"{ENGLAND} stage_3 panel_reporting final_response closed_after_stage_3", 181, 0),
        # Early resolution ends with the next working day; then the assessment takes all of stage 1's time.
        ("redbridge/children-statutory", "assessment stage_1 awaiting_stage_2_request closed_after_stage_1", 42, 20),
        ("redbridge/children-statutory", "early_resolution assessment stage_1 settled", 1 + 20, 0),
        # 20 (assessment, informal resolution) + 2 + 20 (asking for stage 1) + 20 (stage 1 after it) + 2 + 20.
        (
            "redbridge/children-statutory",
            "assessment informal_resolution awaiting_stage_1_request stage_1 awaiting_stage_2_request closed_after_stage_1",
            84, 20,
        ),
        # No answer at stage 1: from the 21st working day the person can go on.
        (
            "redbridge/children-statutory",
            "assessment informal_resolution awaiting_stage_1_request stage_2 settled", 20 + 2 + 20 + 65, 21,
        ),
        ("redbridge/corporate", "assessment stage_1 awaiting_stage_2_request stage_2 closed_after_stage_2", 20 + 2 + 20 + 40, 0),
        # Acknowledged on day 5, answered 20 later; and that much again after a wait that nothing bounds.
        ("england/corporate", "stage_1 settled", 5 + 20, 0),
        ("england/corporate", "stage_1 awaiting_stage_2_request stage_2 closed_after_stage_2", 5 + 20 + 5 + 40, 0),
        ("models/adult-social-care", "oral_complaint settled_at_once", 1, 0),
    ],
)  # fmt: skip
def test_the_sum_of_a_route(name: str, stages: str, days: int, least: int) -> None:
    found = route(longest_routes(LIBRARY.policy(name), date(2026, 5, 1)), stages)
    assert (found.days, found.least) == (days, least)


def test_the_dates_of_a_route() -> None:
    # Friday 1 May 2026. Bank holidays: 4 and 25 May, 31 August, 25 and 28 December, 1 January.
    found = route(
        longest_routes(LIBRARY.policy("england/children-statutory"), date(2026, 5, 1)),
        "stage_1 awaiting_stage_2_request closed_after_stage_1",
    )
    left = [date.fromordinal(stay.left) for stay in found.longest.stays]
    # 20 working days: 5 to 8, 11 to 15, 18 to 22, 26 to 29 May are 18; then 1 and 2 June. The letter comes on the 4th,
    # 20 later is 2 July; on the 3rd the stage ends by itself.
    assert left == [date(2026, 6, 2), date(2026, 7, 3)]
    assert date.fromordinal(found.longest.counted_to) == date(2026, 7, 2)


def test_what_bounds_each_stay_is_named() -> None:
    found = route(
        longest_routes(LIBRARY.policy("england/children-statutory")),
        f"{ENGLAND} stage_3 panel_reporting final_response closed_after_stage_3",
    )
    assert [stay.limit for stay in found.longest.stays] == [
        "stage_1", "stage_2_request", "stage_2", "stage_2", "stage_3_request", "panel", "panel_report", "stage_3_response",
    ]  # fmt: skip


def test_a_stay_that_nothing_bounds_is_named_and_counts_as_none() -> None:
    found = route(
        longest_routes(LIBRARY.policy("england/corporate")),
        "stage_1 awaiting_stage_2_request closed_after_stage_1",
    )
    assert found.longest.unbounded == ("awaiting_stage_2_request",)
    assert found.days == 25


def test_a_duty_that_a_way_misses_is_named() -> None:
    found = longest_routes(LIBRARY.policy("redbridge/children-statutory"))
    informal = route(found, "assessment informal_resolution awaiting_stage_1_request closed_after_informal")
    assert informal.longest.missed == ("stage_1",)
    straight = route(found, "assessment stage_1 settled")
    assert straight.longest.missed == ()


def test_ways_that_open_only_when_a_duty_is_missed_are_left_out() -> None:
    # Stage 1 to stage 2 without an answer is a way only where stage 1 is late; leaving stage 1 out is agreed.
    found = longest_routes(LIBRARY.policy("england/children-statutory"))
    skipped = {each.moves[1].event for each in found.routes if each.stages[:2] == ("stage_1", "stage_2")}
    assert skipped == {"stage_1_skipped"}


def test_ends_that_only_another_end_leads_to_are_named() -> None:
    found = longest_routes(LIBRARY.policy("england/corporate"))
    assert found.beyond == ("ombudsman",)
    assert "ombudsman" not in {each.end for each in found.routes}


def test_limits_that_can_stand_still_and_those_counted_from_a_date_that_is_told_are_named() -> None:
    found = longest_routes(LIBRARY.policy("england/children-statutory"))
    assert found.pausing == ("stage_1",)
    assert found.undated == ("panel_papers",)


def test_a_loop_adds_what_begins_anew() -> None:
    found = longest_routes(LIBRARY.policy("england/children-statutory"))
    loops = {each.stages: each.days for each in found.loops}
    # The clock of stage 2 runs on while an investigation is repeated; nothing bounds the decision on a referral.
    assert loops["stage_2", "adjudication", "stage_2"] == 0
    assert loops["awaiting_stage_3_request", "early_referral", "awaiting_stage_3_request"] is None


def test_a_loop_that_begins_a_clock_anew_adds_its_time() -> None:
    found = lab(
        "      answered: {when: answered, go_to: closed}\n",
        "      answered: {when: answered, go_to: closed}\n      again: {when: extended, go_to: stage_1}\n",
    )
    # Back in stage 1 the clock of both stages runs on to its day 20. Then 2 + 20 for asking, and 20 for stage 2.
    assert [(each.stages, each.days) for each in found.loops] == [
        (("stage_1", "waiting", "stage_2", "stage_1"), 2 + 20 + 20)
    ]


def test_a_request_within_a_limit_binds_the_stays_before_it() -> None:
    # Who lets the decision lie can ask no later for that: nothing bounds `aside`, but the request's day does.
    found = lab(
        "      not_asked: {overdue: request, go_to: closed}\n",
        "      not_asked: {overdue: request, go_to: closed}\n      held: {when: extended, go_to: held}\n"
        "  held:\n    title: Held\n    owner: manager\n    aside: true\n    next:\n"
        "      asked: {when: asked, within: request, go_to: stage_2}\n      let_go: {when: extended, go_to: closed}\n",
    )
    bound = route(found, "stage_1 waiting held stage_2 closed")
    assert (bound.days, bound.longest.unbounded) == (20 + 2 + 20 + 20, ())
    free = route(found, "stage_1 waiting held closed")
    assert (free.days, free.longest.unbounded) == (20 + 2 + 20, ("held",))


def test_lengths_by_case_and_calendar_days_are_counted_as_they_fall() -> None:
    found = lab("is: 10 working days, up_to: 20 working days, extended_by: extended,", "is: 2 weeks, roll: stays, cases: {many: {if: {issues: {at_least: 3}}, is: 4 weeks}},")  # fmt: skip
    # Four weeks from Friday 1 May 2026 are Friday 29 May: 20 weekdays less the bank holidays of 4 and 25 May.
    closed = route(found, "stage_1 waiting closed")
    assert date.fromordinal(closed.longest.stays[0].left) == date(2026, 5, 29)
    assert closed.days == 18 + 2 + 20


def test_a_start_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(UsageError, match="no working days are known for 1850"):
        longest_routes(LIBRARY.policy("england/corporate"), date(1850, 1, 1))


def test_more_ways_than_can_be_followed_are_said_to_be_more() -> None:
    # Every stage leads to every other: far more ways than are followed.
    names = [f"room_{number}" for number in range(12)]
    rooms = "".join(
        f"  {name}:\n    title: Room\n    owner: manager\n    next:\n"
        + "".join(
            f"      to_{other}: {{when: to_{other}, go_to: {other}}}\n" for other in names if other != name
        )
        + "      answered: {when: answered, go_to: waiting}\n"
        for name in names
    )
    events = "".join(f"  to_{name}: {{title: To it, by: manager}}\n" for name in names)
    text = LAB_BASE.replace("letters:\n", f"{events}letters:\n").replace(
        "  waiting:\n", f"{rooms}  waiting:\n", 1
    )
    text = text.replace(
        "answered: {when: answered, go_to: waiting}", "in: {when: to_room_0, go_to: room_0}", 1
    )
    policy = LAB.examine_text(text, "lab/base.yaml").policy
    assert policy is not None
    assert longest_routes(policy).is_cut


# --- Stories as long as that -----------------------------------------------------------------------------------------


def facts_for(policy: Policy, condition: Condition | None) -> dict[str, Any]:
    """Facts with which the condition holds, each fact on each point answered alike."""
    used = list(dict.fromkeys(condition.facts_used())) if condition else []
    answers = [
        policy.facts[fact].answers
        or ([1, 3, 6, 12] if policy.facts[fact].kind == "count" else ["2026-05-01"])
        for fact in used
    ]
    for values in product(*answers):
        facts = {
            fact: {"point_1": value} if policy.facts[fact].per_point else value
            for fact, value in zip(used, values, strict=True)
        }
        if condition is None or condition.holds(facts, ["point_1"]) is True:
            return facts
    pytest.fail(f"nothing makes {condition} true")


def event_of(policy: Policy, name: str, day: date, facts: dict[str, Any], until: date | None = None) -> Event:
    kind = policy.events[name]
    data = dict(facts)
    for need in kind.needs:
        default: Any = {
            "text": "x",
            "confirmed": "confirmed",
            "date": (until or day).isoformat(),
            "points": ["point_1"],
        }.get(need.kind)
        if need.kind == "fact" and need.name not in data:
            fact = policy.facts[need.name]
            value = fact.answers[0] if fact.answers else 1 if fact.kind == "count" else day.isoformat()
            default = {"point_1": value} if fact.per_point else value
        data.setdefault(need.name, default)
    if until is not None:
        data["until"] = until.isoformat()
    if name == policy.stages["opening"].rules[0].when[0] or any(
        "point_1" in v for v in data.values() if isinstance(v, dict)
    ):
        data["points"] = ["point_1"]
    return Event(name, on=day, by=kind.by[0] if kind.by else None, data=data)  # fmt: skip


def story(found: Route, policy: Policy) -> Iterator[Event]:
    """The events of a route at its longest, each extension on the day its limit begins."""
    conditions = {(move.event, move.target): move.rule.condition for move in found.moves}
    happened: list[tuple[int, int, Event]] = []
    moves = iter([move for move in found.moves if move.event is not None])
    marks = {(each.day, each.event) for each in found.longest.marks}
    for place, (day, name) in enumerate(on_the_way(found.longest, found.moves)):
        facts = {}
        if (day.toordinal(), name) not in marks:
            move = next(moves)
            assert move.event == name
            facts = facts_for(policy, conditions[name, move.target])
        happened.append((day.toordinal(), place, event_of(policy, name, day, facts)))
    for name, start, due in found.longest.runs:
        limit = policy.limits[name]
        if limit.extended_by and due < NEVER and name in {stay.limit for stay in found.longest.stays}:
            facts = facts_for(policy, limit.extend_if)
            event = event_of(
                policy, limit.extended_by[0], date.fromordinal(start), facts, date.fromordinal(due)
            )
            happened.append((start, 1000, event))
    yield from (event for _, _, event in sorted(happened, key=lambda each: each[:2]))


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_story_with_everything_on_its_last_day_takes_as_long_as_the_route(name: str) -> None:
    policy = LIBRARY.policy(name)
    start = max(policy.in_force_from, date(2026, 5, 1))
    tried = 0
    for found in longest_routes(policy, start).routes:
        if found.longest.unbounded:
            continue
        case = Case.open(policy)
        for event in story(found, policy):
            case = case.apply(event)
        end = date.fromordinal(found.longest.end)
        assert case.at(end).stage == found.end, found.stages
        assert case.at(end - timedelta(days=1)).stage != found.end or found.longest.end == found.longest.start
        assert [case.at(date.fromordinal(stay.left)).stage for stay in found.longest.stays][-1] == found.end
        tried += 1
    # In Wales the discussion can be extended to any day, so nothing bounds any way there.
    assert bool(tried) == (name != "models/wales-social-services")
