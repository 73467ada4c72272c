"""Each kind of change in a small policy, and what it means for the person who complains (the language, 9 and 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine import compare
from engine.comparing.difference import turned

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine import Comparison, Policy

# What the change is, what is replaced by what in base.yaml, and the effect of every difference that is to be found.
# Where the change cannot be told from its reverse (`depends`, `neither`) both ways say so.
CHANGES: dict[str, tuple[list[tuple[str, str]], dict[str, str]]] = {
    # --- Limits: when they are due
    "a shorter duty": (
        [("acknowledgement: {is: 5 working", "acknowledgement: {is: 3 working")],
        {"limits.acknowledgement.is": "better"},
    ),
    "a shorter opportunity": (
        [("request: {is: 20 working", "request: {is: 15 working")],
        {"limits.request.is": "worse"},
    ),
    "from a figure to as soon as possible": (
        [("acknowledgement: {is: 5 working days", "acknowledgement: {is: as soon as possible")],
        {"limits.acknowledgement.is": "worse"},
    ),
    "a longer time before a date is an earlier day": (
        [("papers: {is: 10 working", "papers: {is: 12 working")],
        {"limits.papers.is": "better"},
    ),
    # Sooner than 5 working days where a bank holiday lies between, later from a Saturday: see test_spans.py.
    "another unit that is sooner from some days and later from others": (
        [
            (
                "acknowledgement: {is: 5 working days,",
                "acknowledgement: {is: 7 calendar days, roll: next_working_day,",
            )
        ],
        {"limits.acknowledgement.is": "depends"},
    ),
    "another unit that is always later": (
        [("decision: {is: 6 weeks", "decision: {is: 2 months")],
        {"limits.decision.is": "worse"},
    ),
    "one unit for another of the same days": (
        [("decision: {is: 6 weeks", "decision: {is: 42 calendar days")],
        {"limits.decision.is": "neither"},
    ),
    "a due date that no longer rolls on": (
        [("roll: next_working_day", "roll: stays")],
        {"limits.decision.roll": "better"},
    ),
    "an earlier start": (
        [("from: {earliest_of: [acknowledged, {due: acknowledgement}]}", "from: received")],
        {"limits.answer.from": "better"},
    ),
    "a shorter length from a later start, later in all": (
        [
            ("acknowledgement: {is: 5 working days, from: received", "acknowledgement: {is: 5 working days, from: received"),
            ("    is: 10 working days\n", "    is: 16 working days\n"),
            ("from: {earliest_of: [acknowledged, {due: acknowledgement}]}", "from: received"),
        ],
        {"limits.answer": "worse"},
    ),
    "the same last day from another start": (
        [
            ("    is: 10 working days\n", "    is: 15 working days\n"),
            ("from: {earliest_of: [acknowledged, {due: acknowledgement}]}", "from: received"),
        ],
        {"limits.answer": "neither"},
    ),
    "one more start": (
        [("from: asked, met_by: decided", "from: {earliest_of: [asked, {entering: stage_2}]}, met_by: decided")],
        {"limits.decision.from": "neither"},
    ),
    "a start that nothing ties to the old one": (
        [("from: asked, met_by: decided", "from: {entering: stage_2}, met_by: decided")],
        {"limits.decision.from": "depends"},
    ),
    "another calendar": (
        [("decision: {is: 6 weeks,", "decision: {is: 6 weeks, calendar: strict,")],
        {"limits.decision.calendar": "better"},
    ),
    "the first day counts": (
        [("request: {is: 20 working days,", "request: {is: 20 working days, day_one: same_day,")],
        {"limits.request.day_one": "worse"},
    ),
    # --- Limits: what stretches them
    "a longer length in a case": (
        [("{complexity: complex}, is: 20", "{complexity: complex}, is: 22")],
        {"limits.answer.cases.complex.is": "worse"},
    ),
    "a length for another case": (
        [("{if: {complexity: complex}, is: 20 working days}", "{if: {issues: {at_least: 5}}, is: 20 working days}")],
        {"limits.answer.cases.complex.if": "depends"},
    ),
    "no longer length in any case": (
        [("    cases: {complex: {if: {complexity: complex}, is: 20 working days}}\n", "")],
        {"limits.answer.cases.complex": "better"},
    ),
    "a higher ceiling": (
        [("up_to: 25 working days", "up_to: 30 working days")],
        {"limits.answer.up_to": "worse"},
    ),
    "no ceiling any more": ([("    up_to: 25 working days\n", "")], {"limits.answer.up_to": "worse"}),
    "no condition for extending": (
        [("    extend_if: {complexity: complex}\n", "")],
        {"limits.answer.extend_if": "worse"},
    ),
    "a duty that may be extended now": (
        [("decision: {is: 6 weeks,", "decision: {is: 6 weeks, up_to: 8 weeks, extended_by: extended,")],
        {"limits.decision.extended_by": "worse"},
    ),
    "an opportunity that may be extended now": (
        [("request: {is: 20 working days,", "request: {is: 20 working days, up_to: 25 working days, extended_by: extended,")],
        {"limits.request.extended_by": "better"},
    ),
    "or as soon as practicable": (
        [("decision: {is: 6 weeks,", "decision: {is: 6 weeks, practicable: true,")],
        {"limits.decision.practicable": "worse"},
    ),
    "extended when it is late": (
        [("    extended_by: extended\n", "    extended_by: extended\n    late_extension: allowed\n")],
        {"limits.answer.late_extension": "worse"},
    ),
    "a pause without an end": (
        [(", at_most: 10 working days}}", "}}")],
        {"limits.answer.pauses.hold": "worse"},
    ),
    "no pause": (
        [
            ("    pauses: {hold: {when: held, until: resumed, counting: skip_working_days, at_most: 10 working days}}\n", ""),
        ],
        {"limits.answer.pauses.hold": "better"},
    ),
    # --- Limits: how binding, whose, what meets them
    "a duty that binds more": (
        [("owed_by: manager, force: will", "owed_by: manager, force: must")],
        {"limits.acknowledgement.force": "better"},
    ),
    "an opportunity that binds less": (
        [("owed_by: complainant, force: must", "owed_by: complainant, force: recommended")],
        {"limits.request.force": "better"},
    ),
    "another officer": (
        [("met_by: acknowledged, owed_by: manager", "met_by: acknowledged, owed_by: officer")],
        {"limits.acknowledgement.owed_by": "neither"},
    ),
    "more counts as acknowledging": (
        [("met_by: acknowledged", "met_by: [acknowledged, answered]")],
        {"limits.acknowledgement.met_by": "worse"},
    ),
    "more counts as asking": (
        [("met_by: asked, owed_by: complainant", "met_by: [asked, withdrawn], owed_by: complainant")],
        {"limits.request.met_by": "better"},
    ),
    "owed in one stage only": (
        [("    owner: officer\n", "    owner: officer\n    due: [acknowledgement]\n")],
        {"limits.acknowledgement.runs_in": "worse"},
    ),
    "not told to the person": ([("warn: [due],", "warn: [due], told: false,")], {"limits.acknowledgement.told": "worse"}),
    "it outlives the case": (
        [("request: {is: 20 working days,", "request: {is: 20 working days, outlives: true,")],
        {"limits.request.outlives": "better"},
    ),
    "a ceiling that pauses do not move": (
        [("    extended_by: extended\n", "    extended_by: extended\n    ceiling: fixed\n")],
        {"limits.answer.ceiling": "better"},
    ),
    "a date that may be agreed": (
        [("decision: {is: 6 weeks,", "decision: {is: 6 weeks, due_on: panel_date, up_to: 10 weeks,")],
        {"limits.decision.due_on": "depends"},
    ),
    "an event more that extends": (
        [("    extended_by: extended\n", "    extended_by: [extended, held]\n")],
        {"limits.answer.extended_by": "worse"},
    ),
    "an event that begins it anew": (
        [("met_by: decided, owed_by: panel", "met_by: decided, restarted_by: papers_sent, owed_by: panel")],
        {"limits.decision.restarted_by": "depends"},
    ),
    "a pause that counts otherwise": (
        [("counting: skip_working_days", "counting: add_calendar_days")],
        {"limits.answer.pauses.hold": "depends"},
    ),
    "a pause for more": (
        [("{when: held, until", "{when: [held, papers_sent], until")],
        {"limits.answer.pauses.hold": "worse"},
    ),
    "counted back from another date": (
        [("before: panel_date", "before: hearing"), ("  panel_date: {", "  hearing: {ask: When, kind: date, decided_by: manager}\n  panel_date: {")],
        {"limits.papers.before": "depends", "facts.hearing": "neither"},
    ),
    "the person owes what the manager did": (
        [("met_by: acknowledged, owed_by: manager", "met_by: acknowledged, owed_by: complainant")],
        {"limits.acknowledgement.owed_by": "depends"},
    ),
    "another warning": ([("warn: [due]", "warn: [50%]")], {"limits.acknowledgement.warn": "neither"}),
    "a duty that is gone": (
        [
            (
                ("  papers: {is: 10 working days, before: panel_date, met_by: papers_sent, owed_by: manager, force: must, "
                "basis: local, cite: {page: Stage 2}}\n"),
                "",
            )
        ],
        {"limits.papers": "worse"},
    ),
    "a time to keep that is new": (
        [
            (
                "  papers: {",
                ("  comments: {is: 5 working days, from: answered, met_by: asked, owed_by: advocate, force: must, "
                "basis: local, cite: {page: Stage 2}}\n  papers: {"),
            )
        ],
        {"limits.comments": "worse"},
    ),
    # --- Rules
    "a right on fewer complaints": (
        [("{issues: {at_least: 2}}", "{issues: {at_least: 4}}")],
        {"anywhere.asked_late.if": "worse"},
    ),
    "a right without a condition": (
        [("if: {issues: {at_least: 2}}, ", "")],
        {"anywhere.asked_late.if": "better"},
    ),
    "a right on a condition of another kind": (
        [("{issues: {at_least: 2}}", "{complexity: complex}")],
        {"anywhere.asked_late.if": "depends"},
    ),
    "no time for asking": (
        [("{when: asked, within: request, go_to", "{when: asked, go_to")],
        {"stages.waiting.next.asked.within": "better"},
    ),
    "a right that is gone": (
        [("  withdrawn: {when: withdrawn, go_to: gone, right_of: complainant}\n", ""), ("  gone: {title: Withdrawn, end: withdrawn}\n", "")],
        {"anywhere.withdrawn": "worse", "stages.gone": "neither"},
    ),
    "a right no longer called one": (
        [("go_to: gone, right_of: complainant", "go_to: gone")],
        {"anywhere.withdrawn.right_of": "worse"},
    ),
    "a refusal": (
        [
            (
                "anywhere:\n",
                "anywhere:\n  refused: {when: asked, in: [closed], if: {issues: {at_most: 1}}, turns_down: true}\n",
            )
        ],
        {"anywhere.refused": "worse"},
    ),
    "a refusal where nothing was accepted": (
        [("anywhere:\n", "anywhere:\n  refused: {when: asked, in: [stage_2], turns_down: true}\n")],
        {"anywhere.refused": "neither"},
    ),
    "a second way that goes through a gate": (
        [
            (
                "      not_asked: {",
                "      asked_late: {when: asked, after: request, go_to: gate}\n      not_asked: {",
            ),
            (
                "  stage_2:\n",
                "  gate:\n    title: Gate\n    next:\n      through: {when: acknowledged, go_to: stage_2}\n  stage_2:\n",
            ),
        ],
        {"stages.waiting.next.asked_late": "worse", "stages.gate": "neither"},
    ),
    "an end in a refusal": (
        [
            ("      decided: {when: decided, go_to: closed}\n", "      decided: {when: decided, go_to: refused}\n"),
            ("  closed: {title: Closed, end: closed}\n", "  closed: {title: Closed, end: closed}\n  refused: {title: Refused, end: refused}\n"),
        ],
        {"stages.stage_2.next.decided.go_to": "worse", "stages.refused": "neither"},
    ),
    "an end that becomes a refusal": (
        [("{title: Withdrawn, end: withdrawn}", "{title: Withdrawn, end: refused}")],
        {"stages.gone.end": "worse"},
    ),
    "a gate before stage 2": (
        [
            ("within: request, go_to: stage_2}", "within: request, go_to: gate}"),
            ("  stage_2:\n", "  gate:\n    title: Gate\n    next:\n      through: {when: acknowledged, go_to: stage_2}\n  stage_2:\n"),
        ],
        {"stages.waiting.next.asked.go_to": "worse", "stages.gate": "neither"},
    ),
    "a gate that can refuse": (
        [
            ("within: request, go_to: stage_2}", "within: request, go_to: gate}"),
            (
                "  stage_2:\n",
                ("  gate:\n    title: Gate\n    next:\n      through: {when: acknowledged, go_to: stage_2}\n"
                "      stop: {when: answered, go_to: refused}\n  refused: {title: Refused, end: refused}\n  stage_2:\n"),
            ),
        ],
        {"stages.waiting.next.asked.go_to": "worse", "stages.gate": "worse", "stages.refused": "neither"},
    ),
    "silence takes the case on": (
        [("      late: {", "      silence: {overdue: answer, go_to: stage_2}\n      late: {")],
        {"stages.stage_1.next.silence": "better"},
    ),
    "what the person may do in one stage more": (
        [("in: [closed], if", "in: [closed, gone], if")],
        {"anywhere.asked_late.in": "better"},
    ),
    "a letter less with a decision": (
        [("go_to: waiting, send: goodbye}", "go_to: waiting}"), ("{when: decided, go_to: closed}", "{when: decided, go_to: closed, send: goodbye}")],
        {"stages.stage_1.next.answered.send": "worse", "stages.stage_2.next.decided.send": "better"},
    ),
    "a step of procedure": (
        [("      named: {when: officer_named}\n", "      named: {when: officer_named}\n      noted: {when: acknowledged}\n")],
        {"stages.stage_1.next.noted": "neither"},
    ),
    "another owner": ([("owner: officer", "owner: manager")], {"stages.stage_1.owner": "neither"}),
    "a stage that ends no limit": ([("    title: Waiting\n", "    title: Waiting\n    aside: true\n")], {"stages.waiting.aside": "depends"}),
    "one event more that answers": (
        [("answered: {when: answered, go_to: waiting", "answered: {when: [answered, decided], go_to: waiting")],
        {"stages.stage_1.next.answered.when": "neither"},
    ),
    "what was recorded is turned down": (
        [("late: {when: asked, after: answer, go_to: stage_2}", "late: {when: asked, after: answer, turns_down: true}")],
        {"stages.stage_1.next.late.turns_down": "worse", "stages.stage_1.next.late.go_to": "depends"},
    ),
    # --- Events, facts, letters, people
    "nobody is appointed": ([(", appoints: officer}", "}")], {"events.officer_named.appoints": "neither"}),
    "presumed from something else": (
        [("presumed_from: answered, after", "presumed_from: papers_sent, after")],
        {"events.answer_received.presumed_from": "depends"},
    ),
    "by post a day more": (
        [("after: 2 working days}", "after: 2 working days, channel: {post: 3 working days}}")],
        {"events.answer_received.presumed_from": "better"},
    ),
    "a letter to somebody else as well": (
        [("goodbye: {to: complainant", "goodbye: {to: [complainant, manager]")],
        {"letters.goodbye.to": "neither"},
    ),
    "a letter no longer to the person": (
        [("goodbye: {to: complainant", "goodbye: {to: manager")],
        {"letters.goodbye.to": "worse"},
    ),
    "a letter sent otherwise": (
        [("sent_by: answered, must", "sent_by: decided, must")],
        {"letters.answer.sent_by": "depends"},
    ),
    "appointed by somebody else": (
        [("appointed_by: manager", "appointed_by: panel")],
        {"people.officer.appointed_by": "neither"},
    ),
    "an extension that needs a reason": (
        [("{until: date}", "{until: date, reason: text}")],
        {"events.extended.needs": "better"},
    ),
    "a request that needs a reason": (
        [("by: [complainant, advocate]}", "by: [complainant, advocate], needs: {reason: text}}")],
        {"events.asked.needs": "worse"},
    ),
    "an advocate who is no longer named still acts for the person": (
        [("by: [complainant, advocate]}", "by: complainant}")],
        {"events.asked.by": "neither"},
    ),
    "the person alone may withdraw no more": (
        [("withdrawn: {title: Withdrawn, by: complainant}", "withdrawn: {title: Withdrawn, by: advocate}")],
        {"events.withdrawn.by": "worse"},
    ),
    "one officer less may answer": (
        [("by: [manager, officer]}", "by: manager}")],
        {"events.answered.by": "neither"},
    ),
    "presumed received later": (
        [("after: 2 working days", "after: 4 working days")],
        {"events.answer_received.presumed_from": "better"},
    ),
    "other answers": (
        [("[upheld, not_upheld]", "[upheld, partly_upheld, not_upheld]")],
        {"facts.finding.answers": "depends"},
    ),
    "the person decides": (
        [("answers: [ordinary, complex], decided_by: manager", "answers: [ordinary, complex], decided_by: complainant")],
        {"facts.complexity.decided_by": "better"},
    ),
    "a letter that says more": (
        [("[findings, reasons]", "[findings, reasons, ombudsman]")],
        {"letters.answer.must_say": "better"},
    ),
    "a letter more for what there was": (
        [("letters:\n", "letters:\n  naming: {to: complainant, sent_by: officer_named, must_say: [who]}\n")],
        {"letters.naming": "better"},
    ),
    "more who may not be chosen": ([("never: [friend]", "never: [friend, colleague]")], {"people.officer.never": "better"}),
    "a smaller panel": ([("members: 3", "members: 2")], {"people.panel.members": "worse"}),
    "nobody may act for the person": (
        [("  advocate: {title: Advocate, acts_for: complainant}", "  advocate: {title: Advocate}")],
        {"people.advocate.acts_for": "worse"},
    ),
    # --- Calendars: duties later is worse, the person's own time later is better, and council counts both.
    "closed at Christmas": (
        [("council: {region: england, day_one: day_after}", 'council: {region: england, day_one: day_after, closed: {between: ["12-27", "12-31"], reason: Christmas}}')],
        {"calendars.council.closed": "depends"},
    ),
    "a cut-off": (
        [("council: {region: england, day_one: day_after}", 'council: {region: england, day_one: day_after, cutoff: "15:00"}')],
        {"calendars.council.cutoff": "depends"},
    ),
    "a calendar that nothing is counted in": (
        [("strict: {region: england,", "strict: {region: scotland,")],
        {"calendars.strict.region": "neither"},
    ),
    # --- Words alone
    "another title": ([("title: Stage 1\n", "title: First stage\n")], {"stages.stage_1.title": "neither"}),
    "another citation": (
        [("owed_by: panel, force: must, basis: local, cite: {page: Stage 2}", "owed_by: panel, force: must, basis: local, cite: {page: Last stage}")],
        {"limits.decision.cite": "neither"},
    ),
    "another question": ([("Is it complex?", "Is it a complex one?")], {"facts.complexity.ask": "neither"}),
    "another source": ([("title: Complaints, kind", "title: Our complaints, kind")], {"sources": "neither"}),
}  # fmt: skip


def effects(comparison: Comparison) -> dict[str, str]:
    return {".".join(each.path): each.effect for each in comparison.differences}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_told_with_its_effect(lab: Callable[..., Policy], name: str) -> None:
    replacements, expected = CHANGES[name]
    assert effects(compare(lab(), lab(*replacements))) == expected


@pytest.mark.parametrize("name", CHANGES)
def test_the_reverse_change_has_the_reverse_effect(lab: Callable[..., Policy], name: str) -> None:
    replacements, expected = CHANGES[name]
    reverse = {path: turned(effect) for path, effect in expected.items()}
    assert effects(compare(lab(*replacements), lab())) == reverse


# What the change is, what is replaced, where the difference is found, and what is said of it. Dates are worked out by
# hand; the first day in force is Monday 1 January 2024, a bank holiday, so that examples start on Tuesday 2 January.
REASONS: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    "figures of one unit speak for themselves": (
        [("acknowledgement: {is: 5 working", "acknowledgement: {is: 3 working")],
        "limits.acknowledgement.is",
        "",
    ),
    # 42 days from 2 January is 13 February; two months is Saturday 2 March, which rolls on to Monday 4 March.
    "another unit": (
        [("decision: {is: 6 weeks", "decision: {is: 2 months")],
        "limits.decision.is",
        "always later: from Tue 2 Jan 2024, Mon 4 Mar 2024 instead of Tue 13 Feb 2024",
    ),
    # From Monday 25 March: 26, 27, 28 March, 2 and 3 April, Good Friday and Easter Monday between; seven days on is
    # Easter Monday, so Tuesday 2 April. From Saturday 6 January: 8 to 12 January; seven days on is Saturday 13 January.
    "a unit that is sooner and later": (
        [
            (
                "acknowledgement: {is: 5 working days,",
                "acknowledgement: {is: 7 calendar days, roll: next_working_day,",
            )
        ],
        "limits.acknowledgement.is",
        (
            "sooner from some days (from Mon 25 Mar 2024, Tue 2 Apr 2024 instead of Wed 3 Apr 2024), "
            "later from others (from Sat 6 Jan 2024, Mon 15 Jan 2024 instead of Fri 12 Jan 2024)"
        ),
    ),
    "other words for the same days": (
        [("decision: {is: 6 weeks", "decision: {is: 42 calendar days")],
        "limits.decision.is",
        "the same whatever day it starts",
    ),
    # The fifth working day after 2 January is 9 January and the tenth after that 23 January; the tenth after
    # 2 January is 16 January.
    "a start that follows from another limit": (
        [("from: {earliest_of: [acknowledged, {due: acknowledgement}]}", "from: received")],
        "limits.answer.from",
        (
            "counted from received, its last day is always sooner: from Tue 2 Jan 2024, Tue 16 Jan 2024 instead of "
            "Tue 23 Jan 2024"
        ),
    ),
    # A complaint at 16:00 on 2 January counts as of the 3rd: 10 January instead of 9 January.
    "a cut-off": (
        [
            (
                "council: {region: england, day_one: day_after}",
                'council: {region: england, day_one: day_after, cutoff: "15:00"}',
            )
        ],
        "calendars.council.cutoff",
        (
            "due later: acknowledgement, answer and decision (worse); later: request (better) for what comes between the two "
            "times of day. For example acknowledgement from Tue 2 Jan 2024, Wed 10 Jan 2024 instead of Tue 9 Jan 2024"
        ),
    ),
    "fewer complaints": (
        [("{issues: {at_least: 2}}", "{issues: {at_least: 4}}")],
        "anywhere.asked_late.if",
        "it holds for fewer complaints",
    ),
    "what takes it now": (
        [("      late: {when: asked, after: answer, go_to: stage_2}\n", "")],
        "stages.stage_1.next.late",
        "no longer: something that the person who complains may do",
    ),
    "a second way to the same": (
        [
            (
                "      asked: {when: asked, within: request, go_to: stage_2}\n",
                (
                    "      asked: {when: asked, within: request, go_to: stage_2}\n"
                    "      asked_late: {when: asked, after: request, go_to: stage_2}\n"
                ),
            )
        ],
        "stages.waiting.next.asked_late",
        "waiting.asked took it before",
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_told_with_exact_dates(lab: Callable[..., Policy], name: str) -> None:
    replacements, path, why = REASONS[name]
    found = {".".join(each.path): each.why for each in compare(lab(), lab(*replacements)).differences}
    assert found[path] == why


def test_what_was_only_renamed_is_told_as_that_wherever_it_is_named(lab: Callable[..., Policy]) -> None:
    renamed = lab(
        ("  strict: {", "  severe: {"),
        ("  issues: {ask", "  matters: {ask"),
        ("{issues: {at_least", "{matters: {at_least"),
        ("chair: chair}", "chair: head}"),
        ("  chair: {title", "  head: {title"),
        ("  papers_sent: {", "  papers_delivered: {"),
        ("met_by: papers_sent", "met_by: papers_delivered"),
        ("  goodbye: {", "  farewell: {"),
        ("send: goodbye", "send: farewell"),
        ("  papers: {", "  documents: {"),
        ("  gone: {", "  taken_back: {"),
        ("go_to: gone", "go_to: taken_back"),
        ("      named: {", "      officer: {"),
    )
    comparison = compare(lab(), renamed)
    assert {
        ".".join(each.path): (each.kind, each.before, each.effect) for each in comparison.differences
    } == {
        "calendars.severe": ("renamed", "strict", "neither"),
        "facts.matters": ("renamed", "issues", "neither"),
        "people.head": ("renamed", "chair", "neither"),
        "events.papers_delivered": ("renamed", "papers_sent", "neither"),
        "letters.farewell": ("renamed", "goodbye", "neither"),
        "limits.documents": ("renamed", "papers", "neither"),
        "stages.taken_back": ("renamed", "gone", "neither"),
        "stages.stage_1.next.officer": ("renamed", "stage_1.named", "neither"),
    }


def test_a_renamed_thing_that_changed_too_is_another(lab: Callable[..., Policy]) -> None:
    changed = lab(
        ("  papers_sent: {title: Papers sent", "  delivered: {title: Papers delivered"),
        ("met_by: papers_sent", "met_by: delivered"),
    )
    kinds = {".".join(each.path): each.kind for each in compare(lab(), changed).differences}
    assert kinds == {
        "limits.papers.met_by": "changed",
        "events.delivered": "added",
        "events.papers_sent": "removed",
    }


def test_changes_are_told_by_group_wording_last_and_counted(lab: Callable[..., Policy]) -> None:
    comparison = compare(
        lab(),
        lab(
            ("title: Stage 1\n", "title: First stage\n"),
            ("[findings, reasons]", "[findings, reasons, ombudsman]"),
            ("{issues: {at_least: 2}}", "{issues: {at_least: 4}}"),
            ("acknowledgement: {is: 5 working", "acknowledgement: {is: 7 working"),
        ),
    )
    assert [each.group for each in comparison.differences] == ["limits", "stages", "letters", "wording"]
    assert [each.element for each in comparison.differences] == [
        "acknowledgement",
        "anywhere.asked_late",
        "answer",
        "stage_1",
    ]
    counts = {effect: comparison.count(effect) for effect in ("better", "worse", "neither", "depends")}
    assert counts == {"better": 1, "worse": 2, "neither": 1, "depends": 0}
    assert comparison.count("worse", "limits") == 1
    assert comparison.to_dict()["counts"] == counts


def test_whose_side_somebody_is_on_follows_from_rights_and_from_whom_they_act_for(
    lab: Callable[..., Policy],
) -> None:
    def owed(by: str) -> tuple[str, str]:
        return ("owed_by: panel, force: must", f"owed_by: {by}, force: must")

    longer = ("decision: {is: 6 weeks", "decision: {is: 7 weeks")
    theirs, ours = (effects(compare(lab(owed(by)), lab(owed(by), longer))) for by in ("manager", "advocate"))
    assert (theirs, ours) == ({"limits.decision.is": "worse"}, {"limits.decision.is": "better"})
