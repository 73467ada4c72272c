"""Sessions, line by line: what was recorded, what is said, and what is never lost. Dates are counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from engine.cases import Case
from engine.stepping import (
    Saving,
    answer,
    begun,
    completions,
    exists,
    greeting,
    interrupted,
    prompt,
    saved,
)
from engine.stepping.choices import choices
from tests.stepping.conftest import FRIDAY, typed

IN_STAGE_1 = ("complaint_received", "", "method_decided", "", "1", "2")


def due(session, limit):
    return session.scene.view.limits[limit].due


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_it_begins_with_the_procedure_the_day_the_stage_and_what_may_happen(session):
    lines = greeting(session).split("\n")
    assert lines[0] == "Children's Services complaints, statutory procedure, Redbridge"
    assert "Fri 1 May 2026, stage opening." in lines
    assert "  1  complaint_received" in lines
    assert prompt(session) == "Fri 1 May 2026, opening. Number, name or help: "


def test_after_an_event_what_it_changed_comes_first_then_where_the_case_stands(session):
    session, text = typed(session, "1", "")
    lines = text.split("\n")
    assert lines[0] == "Recorded: complaint_received on Fri 1 May 2026."
    assert lines[1] == "- The case goes to assessment (Complaint being assessed), by opening.received."
    assert text.index("Recorded") < text.index("stage assessment") < text.index("What may happen next")
    # 5, 6, 7 May; Monday the 4th is a bank holiday.
    assert "- Limits start: acknowledgement, contact, stage_1." in lines
    assert "  contact: due Thu 7 May 2026, 3 working days left" in lines
    assert "  stage_1: due Mon 18 May 2026, 10 working days left" in lines
    assert "Letters owed: acknowledgement, contact by Thu 7 May 2026" in text


def test_what_depends_on_what_it_brings_is_marked(received):
    _, text = typed(received, "allowed")
    assert "  1  method_decided: Risk assessed and method decided, by complaints_manager;\n" in text
    assert "needs risk, method; depends on what it brings" in text


def test_going_on_to_another_day_tells_what_time_did(received):
    session, text = typed(received, "day after stage_1")
    assert session.scene.day == date(2026, 5, 19)
    assert text.startswith("From Fri 1 May 2026 to Tue 19 May 2026:\n")
    assert "- Limit stage_1 is due Mon 18 May 2026, overdue by 1 working day." in text
    # After 7 May: 8, 11 to 15, 18, 19.
    assert "- Limit contact is due Thu 7 May 2026, overdue by 8 working days." in text
    assert "- Thu 14 May 2026: warning for stage_1: 2 working days before" in text


def test_a_rule_that_time_fires_is_told(session):
    # Answered by email on 1 May; 20 working days from then are over on 1 June: 5-8 = 1-4, 11-15 = 5-9, 18-22 = 10-14,
    # 26-29 = 15-18 (25 May is a bank holiday), 1 and 2 June = 19 and 20.
    session, _ = typed(session, *IN_STAGE_1, "stage_1_response_sent", "", "", "email")
    assert due(session, "stage_2_request") == date(2026, 6, 2)
    session, text = typed(session, "2026-06-03")
    assert "Wed 3 Jun 2026: stage_2_request has passed: rule" in text
    assert session.scene.view.stage == "closed_after_stage_1"


def test_a_day_on_which_nothing_happens_says_so(received):
    _, text = typed(received, "+1")
    assert text.startswith("From Fri 1 May 2026 to Sat 2 May 2026 nothing came about by itself.\n")


def test_what_time_did_before_an_event_is_told_before_what_the_event_changed(received):
    _, text = typed(received, "complainant_contacted on 2026-05-11")
    assert text.index("overdue by 2 working days") < text.index("Recorded: complainant_contacted")
    assert "- Limit contact is over: met, 2 working days late." in text


def test_a_pause_moves_the_due_date(received):
    # 5 = 1; the 6th and 7th do not count; 8 = 2, 11 to 15 = 3 to 7, 18, 19, 20 = 8, 9, 10.
    session, _ = typed(received, "advocate_requested on 2026-05-05")
    _, text = typed(session, "limits")
    assert "paused; due" in text
    session, text = typed(session, "advocate_appointed on 2026-05-07")
    assert due(session, "stage_1") == date(2026, 5, 20)
    assert "- Limit stage_1 is due Wed 20 May 2026" in text


# --- Picking an event ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "1",
        "complaint_received",
        "Complaint received",
        "COMPLAINT-RECEIVED",
        "complaint_rec",
        "compl rec",
        "1 on today",
        "1 by complainant",
        "complaint_received on 2026-05-01 by complainant",
        "1 by complainant on +0",
    ],
)
def test_an_event_is_picked_by_number_name_title_or_beginning(session, line):
    session, _ = typed(session, line)
    if session.form is not None:
        session, _ = typed(session, "")
    assert session.scene.view.stage == "assessment"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("complaint", "may be complaint_received, complaint_acknowledged,"),
        ("complaint_recieved", 'did you mean "complaint_received"?'),
        ("undu", 'did you mean "undo"?'),
        ("99", "there is no number 99 in this stage; allowed lists"),
        ("0", "there is no number 0"),
        ("weather", 'there is no event and no order "weather"'),
        ("l", '"l" may be'),
        ("1 on Sundy", '"Sundy" is not a day'),
        ("1 by complanant", 'did you mean "complainant"?'),
        ("why", "write why LIMIT or why not EVENT"),
        ("why contct", 'did you mean "contact"?'),
        ("why not", "write why not EVENT"),
        ("undo soon", "is not a number of steps"),
        ("record colour", 'there is no fact "colour"'),
        ("sent postcard", 'there is no letter "postcard"'),
        ("save stories", "is called something like stories.scenarios.yaml"),
    ],
)
def test_what_is_not_understood_says_what_was_meant_and_counts(received, session, line, told):
    start = received if line.startswith("save") else session
    after, text = typed(start, line)
    assert told in " ".join(text.split())
    assert after.misunderstood == 1
    assert after.scenes == start.scenes


def test_orders_can_be_abbreviated(received):
    _, text = typed(received, "limi")
    assert text.startswith("Limits:")
    _, text = typed(received, "h")
    assert text.startswith("Type the number")


def test_answers_are_given_by_number_or_word(received):
    session, text = typed(received, "method_decided", "")
    assert text == (
        "Which risk did the assessment find? (decided by complaints_manager)\n  1  low\n  2  medium\n  3  high"
    )
    assert prompt(session) == "Number or word for risk: "
    session, _ = typed(session, "med", "2")
    assert dict(session.scene.view.facts) == {"risk": "medium", "method": "stage_1"}
    assert session.scene.view.stage == "stage_1"


@pytest.mark.parametrize("line", ["4", "0", "hgh!", "", "²", "1.5"])
def test_an_answer_that_cannot_be_is_asked_for_again(received, line):
    session, _ = typed(received, "method_decided", "", line)
    assert session.misunderstood == 1
    assert prompt(session) == "Number or word for risk: "
    session, _ = typed(session, "high", "stage_1")
    assert session.scene.view.facts["risk"] == "high"


def test_points_and_facts_on_each_of_them_are_asked_for(received):
    session, text = typed(received, "record finding")
    assert text.startswith("What are the points of the complaint?")
    session, text = typed(session, "delay, cost, delay")
    assert text.startswith("Point delay: What was found on this point?")
    session, text = typed(session, "upheld")
    assert text.startswith("Point cost:")
    session, _ = typed(session, "3")
    assert dict(session.scene.view.facts["finding"]) == {"delay": "upheld", "cost": "not_upheld"}


def test_a_fact_can_be_recorded_in_one_line_and_stays_if_nothing_else_is_said(session):
    session, text = typed(session, *IN_STAGE_1, "record complexity complex")
    assert session.scene.view.facts["complexity"] == "complex"
    assert "Recorded: fact_recorded on Fri 1 May 2026; complexity complex." in text
    session, text = typed(session, "record complexity=plain")
    assert text.startswith('there is no answer "plain"')
    scenes = session.scenes
    session, text = typed(session, "")
    assert text == "It stays as it is; nothing was recorded."
    assert session.scenes == scenes


def test_texts_dates_and_confirmations_are_asked_for_in_turn(session):
    session, _ = typed(session, *IN_STAGE_1, "record complexity complex", "stage_1_extended", "")
    assert prompt(session).startswith("Words for reason (Enter: ")
    session, _ = typed(session, "the file is with the archive")
    assert prompt(session).startswith("Day for until (Enter: ")
    session, _ = typed(session, "2026-05-22")
    assert prompt(session) == "yes or no for told_complainant: "
    session, text = typed(session, "no")
    assert "cannot be recorded unless it is confirmed" in text
    session, _ = typed(session, "yes")
    assert due(session, "stage_1") == date(2026, 5, 22)


def test_who_is_appointed_is_asked_for(library):
    policy = library.policy("redbridge/children-statutory", FRIDAY)
    appoints = next(event for event in policy.events.values() if event.appoints == "panel")
    session = begun(Case.open(policy), FRIDAY)
    session, _ = typed(session, f"{appoints.id} on today")
    for _ in range(9):
        if not prompt(session).startswith("Name for person"):
            session, _ = typed(session, "")
    session, text = typed(session, "p1, p2")
    assert "3 different names" in text
    session, _ = typed(session, "a, b, c")
    assert prompt(session) == "Words for kinds (Enter: nothing): "


def test_an_event_before_the_present_day_is_a_late_entry_and_the_day_stays(received):
    session, _ = typed(received, "2026-05-12", "complainant_contacted on 2026-05-06")
    assert session.scene.day == date(2026, 5, 12)
    assert session.scene.view.limits["contact"].status == "met"


def test_the_day_does_not_go_back_before_an_entry(received):
    session, text = typed(received, "yesterday")
    assert "lies before the last entry" in text
    assert session.scene.day == FRIDAY


# --- Refusals, undo and redo --------------------------------------------------------------------------------------------


def test_a_refused_event_explains_itself_and_nothing_is_lost(received):
    session, text = typed(received, "panel_held")
    assert text.startswith("panel_held is refused in assessment: no rule in this stage\n  stage_3.held")
    assert "Nothing changed." in text
    assert "another day can be said with it: panel_held on +7." in " ".join(text.split())
    assert (session.misunderstood, session.form) == (0, None)
    assert session.scene.case == received.scene.case


def test_the_wrong_role_is_refused(session):
    session, text = typed(session, "1 by ombudsman", "")
    assert "is recorded by complainant, not by ombudsman" in " ".join(text.split())
    assert session.scene.view.stage == "opening"


def test_undo_and_redo_go_any_number_of_steps(session):
    session, _ = typed(session, *IN_STAGE_1, "+3")
    back, text = typed(session, "undo 2")
    assert text.startswith("Undone: the day moved to Mon 4 May 2026; method_decided on Fri 1 May 2026.\n")
    assert back.scene.view.stage == "assessment"
    back, _ = typed(back, "undo", "undo")
    assert back.scene.view.stage == "opening"
    assert typed(back, "undo")[1] == "There is nothing to undo."
    forth, text = typed(back, "redo 99")
    assert forth.scene == session.scene
    assert typed(forth, "redo")[1] == "There is nothing to do again."
    # A look does not lose what was undone; another event does.
    looked, _ = typed(back, "limits", "redo 99")
    assert looked.scene.view.stage == "stage_1"
    other, _ = typed(back, "concern_raised", "", "redo")
    assert other.scene.view.stage != "assessment"


# --- Asking why -----------------------------------------------------------------------------------------------------------


def test_why_tells_the_ledger(received):
    _, text = typed(received, "why stage_1")
    assert "left out  Mon 4 May 2026, Early May bank holiday" in text
    assert "counted   day 1 Tue 5 May 2026 to day 10 Mon 18 May 2026" in text


def test_why_of_a_limit_that_has_not_started(received):
    session, text = typed(received, "why stage_2")
    assert "stage_2 has not started" in text
    assert session.misunderstood == 0


def test_why_not_tries_an_event_with_an_example_and_records_nothing(received):
    session, text = typed(received, "why not method_decided")
    assert "method_decided is accepted in assessment" in text
    assert "Tried with an example: method informal_resolution; risk low." in text
    assert session.scene.case == received.scene.case
    assert "is refused in assessment: no rule in this stage" in typed(received, "why not panel_held")[1]


def test_looking_while_a_question_is_open_keeps_it_and_other_orders_give_it_up(received):
    session, text = typed(received, "method_decided", "", "limits")
    assert text.startswith("Limits:")
    assert "Which risk did the assessment find?" in text
    assert prompt(session) == "Number or word for risk: "
    session, text = typed(session, "undo")
    assert text.startswith("The question is given up; nothing was recorded.\nUndone: complaint_received")
    assert session.scene.view.stage == "opening"


def test_letters_facts_and_log(session):
    assert typed(session, "letters")[1] == "No letter is owed, and none was sent."
    assert typed(session, "facts")[1] == "Nothing is on record."
    assert typed(session, "log")[1] == "Nothing has happened yet."
    session, _ = typed(session, *IN_STAGE_1)
    assert "contact           to complainant by Thu 7 May 2026; owed while" in typed(session, "letters")[1]
    assert typed(session, "facts")[1] == "On record:\n  method  stage_1\n  risk    low"
    assert typed(session, "log")[1].startswith(
        "Fri 1 May 2026: 1. complaint_received; rule opening.received; to assessment\n"
    )


# --- Leaving and saving ---------------------------------------------------------------------------------------------------


def test_it_leaves_at_once_when_nothing_would_be_lost(session):
    assert typed(session, "quit")[0].finished


def test_it_asks_before_it_leaves_what_is_not_saved(received):
    session, text = typed(received, "quit")
    assert not session.finished
    assert text == "What was done is not saved; save FILE keeps it as a scenario."
    assert prompt(session) == "Leave without saving? yes or no: "
    assert not typed(session, "no")[0].finished
    assert typed(session, "yes")[0].finished
    assert typed(session, "quit")[0].finished


def test_what_is_saved_is_not_asked_for_until_something_is_done(received):
    session, _ = typed(received, "save a.scenarios.yaml")
    assert session.saving == Saving("a.scenarios.yaml")
    session, _ = saved(session, "Saved.")
    assert typed(session, "quit")[0].finished
    assert not typed(session, "+1", "limits", "quit")[0].finished


def test_a_file_that_is_there_is_only_written_over_when_that_is_said(received):
    session, _ = typed(received, "save a.scenarios.yaml")
    session, text = exists(session)
    assert (text, prompt(session)) == ("a.scenarios.yaml is there already.", "Write over it? yes or no: ")
    assert typed(session, "no")[0].saving is None
    assert typed(session, "")[0].saving is None
    assert typed(session, "yes")[0].saving == Saving("a.scenarios.yaml", over=True)


def test_nothing_is_saved_where_nothing_happened(session):
    session, text = typed(session, "save a.scenarios.yaml")
    assert (session.saving, text) == (None, "Nothing has happened yet, so there is nothing to save.")


def test_ctrl_c_gives_up_a_question_then_leaves(received):
    session, _ = typed(received, "method_decided", "")
    session, text = interrupted(session)
    assert (session.form, text) == (None, "Cancelled; nothing was recorded.")
    session, _ = interrupted(session)
    assert session.leaving
    assert interrupted(session)[0].finished
    assert typed(received, "method_decided", "cancel")[0].form is None


def test_a_question_can_be_repeated(received):
    _, text = typed(received, "method_decided", "", "?")
    assert text.startswith("Which risk did the assessment find?")


def test_remarks_are_left_alone_and_an_empty_line_says_in_a_line_where_the_case_stands(received):
    assert typed(received, "# a remark") == (received, "")
    assert typed(received, "") == (
        received,
        "Stage assessment; contact is due Thu 7 May 2026; show tells more.",
    )
    assert "; contact was due Thu 7 May 2026;" in typed(received, "+7", "")[1]
    assert typed(received, "complaint_withdrawn on today", "")[1] == (
        "Stage withdrawn; the case has ended: withdrawn; show tells more."
    )


# --- What may happen next ---------------------------------------------------------------------------------------------


def test_what_may_happen_next_is_short_and_what_any_stage_takes_stands_apart(received):
    _, text = typed(received, "show")
    assert "  1  method_decided: Risk assessed and method decided\n" in text
    assert "  3  complaint_acknowledged: Complaint acknowledged in writing\n" in text
    others = text.partition("Also, as in other stages: ")[2]
    assert "advocate_requested, advocate_appointed and 4 more; allowed tells all." in others
    assert "Councillor" not in text
    assert "councillor_or_mp_contacted: Councillor" in typed(received, "allowed")[1]


def test_a_screen_that_would_be_too_long_names_what_may_happen_next_in_short(received):
    _, text = typed(received, "+9")
    assert "  1  method_decided: Risk assessed" in text
    _, text = typed(received, "2026-06-29")
    assert "What may happen next: 1 method_decided, " in text
    assert " and 8 as in other stages; allowed tells all." in " ".join(text.split())


def test_an_event_keeps_its_number_while_the_case_is_in_the_stage(received):
    def numbers(session):
        return {choice.allowed.event: choice.number for choice in choices(session.scene.view)}

    before = numbers(received)
    session, _ = typed(received, "complaint_acknowledged on today")
    after = numbers(session)
    assert before.keys() - after.keys() == {"complaint_acknowledged"}
    assert after.items() < before.items()
    # A number that fell out means the same event: it is explained.
    assert typed(session, str(before["complaint_acknowledged"]))[1].startswith(
        "complaint_acknowledged is refused"
    )


def test_an_event_that_cannot_happen_today_is_explained_at_once_and_tried_on_the_day_given(received):
    asked, text = typed(received, "stage_2_requested")
    assert asked.form is None
    assert text.startswith("stage_2_requested is refused in assessment: no rule in this stage matches it\n")
    _, text = typed(received, "stage_2_requested on 2026-06-01", "given")
    assert "Nothing changed. It was tried on Mon 1 Jun 2026." in text
    # Twenty working days end on Tuesday 2 June: 5 to 8 May = 1 to 4, 11 to 15 = 9, 18 to 22 = 14, 26 to 29 = 18, 1, 2.
    session, _ = typed(received, "stage_2_requested on 2026-06-03", "given")
    assert session.scene.view.stage == "stage_2"


def test_a_screen_after_an_event_fits_on_a_terminal_and_begins_with_what_changed(session):
    for line in (*IN_STAGE_1, "stage_1_response_sent on +5", "", "", "", "stage_2_requested on +3", "given"):
        session, text = typed(session, line)
        # With the line that asks, and the empty one before it.
        assert text.count("\n") + 3 <= 24
    assert session.scene.view.stage == "stage_2"


def test_the_words_that_can_be_typed_now(received):
    assert {"complaint_withdrawn", "undo", "stage_1", "risk"} <= set(completions(received))
    session, _ = typed(received, "method_decided", "")
    assert completions(session) == ("cancel", "high", "low", "medium")


def test_every_order_has_its_line_of_help(session):
    _, text = typed(session, "help")
    for order in ("undo [N]", "why LIMIT", "save FILE", "record FACT VALUE", "quit"):
        assert f"  {order}" in text


def test_a_session_is_a_value(received):
    before = received.scene.view.stage
    answer(received, "complaint_withdrawn on today")
    assert received.scene.view.stage == before
