"""A case under two policies: what would be otherwise. Dates are worked out by hand; 1 January 2024 is a bank holiday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from engine import Event, UsageError, compare_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine import Policy

SHORTER = ("acknowledgement: {is: 5 working", "acknowledgement: {is: 3 working")


def told(old: Policy, new: Policy, *events: Event) -> list[tuple[str, str, str | None, str | None]]:
    compared = compare_case("case", old, events, new)
    return [(each.what, each.id, each.before, each.after) for each in compared.differences]


def test_a_case_that_nothing_changes_for(lab: Callable[..., Policy]) -> None:
    events = Event("received", on=date(2024, 1, 2)), Event("withdrawn", on=date(2024, 1, 3))
    changed = lab(("decision: {is: 6 weeks", "decision: {is: 7 weeks"))
    assert told(lab(), changed, *events) == []
    assert told(lab(), changed) == []


def test_a_due_date_that_moves_and_what_was_in_time_is_late(lab: Callable[..., Policy]) -> None:
    # Three working days from Tuesday 2 January is Friday 5 January; five is Tuesday 9 January. Acknowledged on Monday
    # the 8th, a working day after Friday. The answer then has ten working days: from the 8th, until the 22nd; from the
    # 5th, when the acknowledgement was due, until the 19th.
    events = Event("received", on=date(2024, 1, 2)), Event("acknowledged", on=date(2024, 1, 8))
    assert told(lab(), lab(SHORTER), *events) == [
        ("due", "acknowledgement", "2024-01-09", "2024-01-05"),
        ("outcome", "acknowledgement", "met in time", "met, 1 working day late"),
        ("due", "answer", "2024-01-22", "2024-01-19"),
    ]


def test_what_is_late_either_way_says_by_how_much(lab: Callable[..., Policy]) -> None:
    # Acknowledged on Thursday 11 January: two working days after the 9th, four after the 5th.
    events = Event("received", on=date(2024, 1, 2)), Event("acknowledged", on=date(2024, 1, 11))
    assert told(lab(), lab(SHORTER), *events)[1] == (
        "outcome",
        "acknowledgement",
        "met, 2 working days late",
        "met, 4 working days late",
    )


def test_it_is_read_on_the_day_of_its_last_entry(lab: Callable[..., Policy]) -> None:
    compared = compare_case("case", lab(), [Event("received", on=date(2024, 1, 2))], lab(SHORTER))
    assert compared.as_of == date(2024, 1, 2)
    assert compared.to_dict() == {
        "case": "case",
        "as_of": "2024-01-02",
        "differences": [
            {
                "what": "due",
                "id": "acknowledgement",
                "on": None,
                "before": "2024-01-09",
                "after": "2024-01-05",
            }
        ],
    }


def test_an_entry_refused_under_the_new_policy_and_the_stage_not_reached(lab: Callable[..., Policy]) -> None:
    events = (
        Event("received", on=date(2024, 1, 2)),
        Event("acknowledged", on=date(2024, 1, 2)),
        Event("asked", on=date(2024, 1, 17), by="manager"),
    )
    # The answer is due on Tuesday 16 January, so that on the 17th stage 2 may be asked for, and has six weeks until
    # 28 February.
    on_behalf = lab(("by: [complainant, advocate]}", "by: [complainant, manager]}"))
    assert told(on_behalf, lab(), *events) == [
        ("refused", "asked", None, "asked is recorded by complainant or advocate, not by manager"),
        ("stage", "stage_1", "stage_2", "stage_1"),
        ("due", "decision", "2024-02-28", None),
    ]
    (refused, stage, due) = told(lab(), on_behalf, *events)
    assert refused == (
        "refused",
        "asked",
        "asked is recorded by complainant or advocate, not by manager",
        None,
    )
    assert stage == ("stage", "stage_2", "stage_1", "stage_2")
    assert due == ("due", "decision", None, "2024-02-28")


def test_both_are_read_as_if_in_force_whenever_the_case_was(lab: Callable[..., Policy]) -> None:
    later = lab(SHORTER, ('{from: "2024-01-01"}', '{from: "2027-01-01"}'))
    ended = lab(('{from: "2024-01-01"}', '{from: "2024-01-01", until: "2024-12-31"}'))
    # Five working days from Wednesday 4 June 2025 is the 11th, three is Monday the 9th.
    events = [Event("received", on=date(2025, 6, 4))]
    assert told(ended, later, *events) == [("due", "acknowledgement", "2025-06-11", "2025-06-09")]


def test_corrections_still_name_the_right_entry_after_one_was_refused(lab: Callable[..., Policy]) -> None:
    gone = lab(("  officer_named: {", "  renamed_officer: {"), ("when: officer_named}", "when: renamed_officer}"),
               ("title: Officer named", "title: Another"))  # fmt: skip
    events = (
        Event("received", on=date(2024, 1, 2)),
        Event("officer_named", on=date(2024, 1, 3), data={"person": "p", "kinds": []}),
        Event("acknowledged", on=date(2024, 1, 4)),
        Event("correction", on=date(2024, 1, 5), data={"target": 3, "on": "2024-01-03"}),
    )
    # Corrected, the answer counts from the 3rd under both: nothing but the refusal is told.
    assert [what for what, *_ in told(lab(), gone, *events)] == ["refused"]


def test_what_was_only_renamed_is_read_under_its_new_name(lab: Callable[..., Policy]) -> None:
    renamed = lab(
        ("  acknowledged: {", "  receipt_confirmed: {"),
        ("met_by: acknowledged", "met_by: receipt_confirmed"),
        ("[acknowledged, {due", "[receipt_confirmed, {due"),
        ("  complexity: {ask", "  difficulty: {ask"),
        ("{complex: {if: {complexity", "{complex: {if: {difficulty"),
        ("extend_if: {complexity", "extend_if: {difficulty"),
    )
    events = (
        Event("received", on=date(2024, 1, 2), data={"complexity": "complex"}),
        Event("acknowledged", on=date(2024, 1, 3)),
    )
    assert told(lab(), renamed, *events) == []


def test_a_migration_in_the_log_is_left_out(lab: Callable[..., Policy]) -> None:
    events = (
        Event("received", on=date(2024, 1, 2)),
        Event("migrated", on=date(2024, 1, 2), data={"to": "2024-01-01"}),
    )
    assert [what for what, *_ in told(lab(), lab(SHORTER), *events)] == ["due"]


def test_a_log_that_goes_back_in_recording_is_refused(lab: Callable[..., Policy]) -> None:
    events = (
        Event("received", on=date(2024, 1, 2), recorded=datetime(2024, 1, 4, tzinfo=UTC)),
        Event("acknowledged", on=date(2024, 1, 2), recorded=datetime(2024, 1, 3, tzinfo=UTC)),
    )
    with pytest.raises(UsageError, match="entry 2 was recorded before the one above it"):
        compare_case("case", lab(), events, lab())
