"""Migration: from a day on a case stands under another version, and what is past stays as it was."""

from __future__ import annotations

import json
import pickle
from datetime import date

import pytest

from engine import Case, EventRefused, PolicyLibrary, UsageError
from engine.cases.timeline import timeline

# Ten working days from Fri 1 May: 5-8 (4), 11-15 (9), 18 May (10). Five: 11 May. Fifteen: 19-22 (14), 26 May (15).
OLD = """
in_force: {from: "2026-01-01", until: "2026-05-31"}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work: {next: {answered: {when: answered, go_to: done}}}
  done: {end: closed}
limits:
  answer: {is: 10 working days, from: received, met_by: answered}
"""
NEW = OLD.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
FIVE = NEW.replace("10 working", "5 working")
FIFTEEN = NEW.replace("10 working", "15 working")


def migrated(lab, story, new, on, **rest):
    """The story under another version."""
    return lab.Story(story.case.migrate(lab.policy(new), on=lab.day(on), **rest))


def dry(lab, story, new, on, **rest):
    """What migrating it would change."""
    return story.case.migration(lab.policy(new), on=lab.day(on), **rest)


def refusal(lab, story, new, on, **rest):
    """Why the migration is refused."""
    with pytest.raises(EventRefused) as caught:
        story.case.migrate(lab.policy(new), on=lab.day(on), **rest)
    return caught.value.why


@pytest.fixture
def begun(lab):
    """A case received on Fri 1 May under the older version."""
    return lab.case(OLD).did("1 May", "received")


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_an_open_limit_keeps_its_start_and_is_measured_anew(lab, begun):
    after = migrated(lab, begun, FIFTEEN, "7 May")
    assert (after.start("answer", "7 May"), after.due("answer", "7 May")) == ("1 May", "26 May")
    assert after.due("answer", "6 May") == "18 May"
    assert after.case.at(lab.day("6 May")).policy == lab.policy(OLD)
    assert after.case.policy == after.case.at(lab.day("7 May")).policy == lab.policy(FIFTEEN)


def test_a_due_date_that_is_over_by_it_is_overdue_from_its_day_and_said_so(lab, begun):
    after = migrated(lab, begun, FIVE, "14 May")
    assert (after.status("answer", "13 May"), after.due("answer", "13 May")) == ("running", "18 May")
    assert (after.status("answer", "14 May"), after.due("answer", "14 May")) == ("overdue", "11 May")
    assert after.notices("14 May") == ["overdue_by_migration answer"]
    assert after.notices("13 May") == []
    moments = {(moment.what, moment.on) for moment in timeline(after.case, after.case.at(lab.day("1 Jun")))}
    assert ("answer is past its due date", lab.day("14 May")) in moments


def test_an_overdue_rule_of_the_new_version_fires_on_the_day_after_and_never_for_the_past(lab, begun):
    silence = FIVE.replace(
        "go_to: done}}}", "go_to: done}, silence: {overdue: answer, go_to: late}}}\n  late: {}"
    )
    after = migrated(lab, begun, silence, "14 May")
    assert after.path("14 May") == ["at_work 1 May"]
    assert after.path("1 Jun") == ["at_work 1 May", "late 15 May"]


def test_a_rule_that_only_the_new_version_has_fires_on_the_day_after_though_the_date_was_over_before(
    lab, begun
):
    silence = NEW.replace(
        "go_to: done}}}", "go_to: done}, silence: {overdue: answer, go_to: late}}}\n  late: {}"
    )
    after = migrated(lab, begun, silence, "20 May")
    assert after.path("1 Jun") == ["at_work 1 May", "late 21 May"]


def test_facts_that_came_after_a_due_date_do_not_move_it_by_a_migration(lab):
    facts = "facts: {size: {answers: [small, large], decided_by: officer}}\n"
    old = OLD.replace(
        "is: 10 working days,",
        "is: 10 working days, cases: {large: {if: {size: large}, is: 20 working days}},",
    )
    new = old.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    story = lab.case(old + facts).did("1 May", "received").did("19 May", "fact_recorded", {"size": "large"})
    assert migrated(lab, story, new + facts, "20 May").due("answer", "20 May") == "18 May"
    # Under another length it is measured by the facts as they are. Fifteen or, large, 21: 2 June (20), 3 June.
    other = new.replace("is: 10", "is: 15").replace("is: 20", "is: 21")
    assert migrated(lab, story, other + facts, "20 May").due("answer", "20 May") == "3 Jun"


def test_a_rule_that_fired_before_does_not_fire_again_for_the_same_due_date(lab):
    reminded = OLD.replace("go_to: done}}}", "go_to: done}, silence: {overdue: answer, send: reminder}}}")
    reminded += "letters: {reminder: {}}\n"
    new = reminded.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    story = lab.case(reminded).did("1 May", "received").did("19 May", "letter_sent", {"letter": "reminder"})
    after = migrated(lab, story, new, "20 May")
    assert after.letters("1 Jun") == {"reminder": "sent"}
    # Under another due date, which is over as well, it does.
    after = migrated(lab, story, new.replace("10 working", "5 working"), "20 May")
    assert (after.letters("20 May"), after.letters("21 May")["reminder"]) == ({"reminder": "sent"}, "sent")
    assert len(after.case.at(lab.day("21 May")).letters_due) == 1


def test_a_limit_that_was_overdue_and_is_no_longer_is_listed(lab, begun):
    after = migrated(lab, begun, FIFTEEN, "20 May")
    assert (after.status("answer", "19 May"), after.status("answer", "20 May")) == ("overdue", "running")
    assert after.notices("20 May") == ["no_longer_overdue answer"]


def test_what_has_ended_keeps_its_result_and_its_ledger(lab):
    old = OLD + "  contact: {is: 3 working days, from: received, met_by: contacted}\n"
    new = old.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    new = new.replace("contact: {is: 3", "contact: {is: 1")
    # Three working days from 1 May: 5, 6, 7 May; one: 5 May.
    story = lab.case(old).did("1 May", "received").did("7 May", "contacted")
    after = migrated(lab, story, new, "8 May")
    assert (after.status("contact", "8 May"), after.due("contact", "8 May")) == ("met", "7 May")
    ledger = after.case.at(lab.day("8 May")).explain("contact")
    assert (str(ledger.length), ledger.due) == ("3 working days", lab.day("7 May"))


@pytest.mark.parametrize(("on", "status"), [("18 May", "lapsed"), ("19 May", "missed")])
def test_an_open_limit_that_the_new_version_has_not_ends_and_is_listed(lab, begun, on, status):
    new = NEW.replace(
        "answer: {is: 10 working days, from: received, met_by: answered}",
        "other: {is: 1 working day, from: asked}",
    )
    after = migrated(lab, begun, new, on)
    assert (after.status("answer", on), after.due("answer", on)) == (status, "18 May")
    assert after.notices(on) == ["limit_ended answer"]
    assert after.case.at(lab.day(on)).explain("answer").due == lab.day("18 May")
    assert dry(lab, begun, new, on).ended == ("answer",)


def test_a_limit_that_does_not_run_in_the_stage_ends(lab, begun):
    new = NEW.replace("at_work: {next", "elsewhere: {due: [answer]}\n  at_work: {next")
    after = migrated(lab, begun, new, "7 May")
    assert (after.status("answer", "7 May"), after.notices("7 May")) == ("lapsed", ["limit_ended answer"])


def test_a_limit_that_would_be_running_is_not_started_and_is_listed(lab, begun):
    new = (
        NEW
        + """
  contact: {is: 3 working days, from: received, met_by: contacted}
  visit: {is: 3 working days, from: visit_agreed, met_by: visited}
  review: {is: 3 working days, from: {entering: at_work}, met_by: answered}
"""
    )
    after = migrated(lab, begun, new, "7 May")
    assert after.notices("7 May") == ["not_started contact", "not_started review"]
    assert after.status("contact", "1 Jun") == "not_started"
    assert "starts only by its event (received)" in after.case.at(lab.day("7 May")).notices[0].text
    # Nothing that has not come yet, and nothing that was done.
    told = begun.did("6 May", "note")
    assert dry(lab, told, new, "7 May").not_started == ("contact", "review")


def test_a_limit_whose_duty_was_done_before_is_not_listed(lab):
    both = "at_work: {next: {answered: {when: answered, go_to: done}, contacted: {when: contacted}}}"
    old = OLD.replace("at_work: {next: {answered: {when: answered, go_to: done}}}", both)
    new = old.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    new += "  contact: {is: 3 working days, from: received, met_by: contacted}\n"
    story = lab.case(old).did("1 May", "received")
    assert dry(lab, story, new, "7 May").not_started == ("contact",)
    assert dry(lab, story.did("5 May", "contacted"), new, "7 May").not_started == ()


def test_what_came_before_counts_for_a_limit_that_waits_for_several(lab):
    moves = "go_to: done}, called: {when: called}, written: {when: written}}}"
    old = OLD.replace("go_to: done}}}", moves)
    new = old.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    new += "  reply: {is: 3 working days, from: {latest_of: [called, written]}, met_by: answered}\n"
    story = migrated(lab, lab.case(old).did("1 May", "received").did("5 May", "called"), new, "7 May")
    # From 8 May: 11, 12, 13 May.
    assert story.did("8 May", "written").due("reply", "8 May") == "13 May"
    assert story.did("8 May", "called").due("reply", "8 May") is None


def test_what_was_presumed_before_counts_as_well(lab):
    moves = "written: {when: written}, called: {when: called}}}"
    new = PRESUMED_NEW.replace("written: {when: written}}}", moves)
    new = new.replace(
        "limits:\n",
        "limits:\n  reply: {is: 3 working days, from: {latest_of: [arrived, called]}, met_by: answered}\n",
    )
    story = lab.case(PRESUMED).did("1 May", "received").did("6 May", "written")
    # Presumed on 8 May. From 12 May: 13, 14, 15 May.
    assert migrated(lab, story, new, "11 May").did("12 May", "called").due("reply", "12 May") == "15 May"


def test_a_due_date_that_was_over_before_starts_nothing_by_the_new_version(lab, begun):
    new = NEW + "  chase: {is: 3 working days, from: {due: answer}, met_by: answered}\n"
    after = migrated(lab, begun, new, "20 May")
    assert after.status("chase", "1 Jun") == "not_started"
    # One that is not over yet starts it at its end: from 18 May: 19, 20, 21 May.
    after = migrated(lab, begun, new, "13 May")
    assert after.due("chase", "19 May") == "21 May"


def test_a_run_that_counted_back_counts_from_the_day_it_began(lab):
    fact = "facts: {panel: {kind: date, decided_by: officer}}\n"
    old = OLD.replace("is: 10 working days, from: received", "is: 5 working days, before: panel") + fact
    story = lab.case(old).did("1 May", "received").did("5 May", "fact_recorded", {"panel": "2026-05-26"})
    after = migrated(lab, story, NEW + fact, "7 May")
    # From Tue 5 May: 6-8 (3), 11-15 (8), 18, 19 May (10).
    assert (after.due("answer", "6 May"), after.due("answer", "7 May")) == ("18 May", "19 May")


def test_a_date_that_a_limit_counts_back_from_takes_the_place_of_its_start(lab):
    fact = "facts: {panel: {kind: date, decided_by: officer}}\n"
    old = OLD + fact
    new = NEW.replace("is: 10 working days, from: received", "is: 5 working days, before: panel") + fact
    story = lab.case(old).did("1 May", "received")
    # Before Tue 26 May: 22 (1), 21, 20, 19 (4), 18 May (5).
    known = story.did("5 May", "fact_recorded", {"panel": "2026-05-26"})
    assert migrated(lab, known, new, "7 May").due("answer", "7 May") == "18 May"
    assert migrated(lab, story, new, "7 May").status("answer", "7 May") == "lapsed"


# --- Pauses and extensions ------------------------------------------------------------------------------------------

PAUSED = OLD.replace(
    "met_by: answered}",
    "met_by: answered, pauses: {wait: {when: asked, until: told, counting: skip_working_days}}}",
)
PAUSED_NEW = PAUSED.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')


def test_an_open_pause_goes_on(lab):
    story = lab.case(PAUSED).did("1 May", "received").did("6 May", "asked")
    after = migrated(lab, story, PAUSED_NEW.replace("10 working", "5 working"), "8 May")
    assert after.status("answer", "12 May") == "paused"
    # 5, 6 May (2), then from 13 May: 13, 14, 15 (5), the day it ends not counting: 7-12 May are left out.
    assert after.did("12 May", "told").due("answer", "12 May") == "15 May"


def test_an_open_pause_that_the_new_version_has_not_ends_on_the_day(lab):
    story = lab.case(PAUSED).did("1 May", "received").did("6 May", "asked")
    after = migrated(lab, story, NEW, "8 May")
    assert after.notices("8 May") == ["pause_ended answer"]
    # 7 and 8 May stay paused: 5, 6 (2), 11-15 (7), 18, 19, 20 May (10).
    assert (after.status("answer", "8 May"), after.due("answer", "8 May")) == ("running", "20 May")


def test_days_paused_before_stay_paused_though_the_new_version_caps_them_shorter(lab):
    capped = PAUSED_NEW.replace("skip_working_days}", "skip_working_days, at_most: 2 calendar days}")
    story = lab.case(PAUSED).did("1 May", "received").did("6 May", "asked")
    after = migrated(lab, story, capped, "12 May")
    # The cap was over on 8 May; the pause ends on the day of the migration: 7, 8, 11, 12 May are left out.
    # 5, 6 (2), 13-15 (5), 18-22 May (10).
    assert after.due("answer", "12 May") == "22 May"


EXTENDED = OLD.replace(
    "met_by: answered}", "met_by: answered, up_to: 20 working days, extended_by: extended}"
)
EXTENDED_NEW = EXTENDED.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')


@pytest.mark.parametrize(
    ("ceiling", "due"),
    [
        ("20 working days", "28 May"),  # as agreed
        ("30 working days", "28 May"),
        ("11 working days", "19 May"),  # 19 May is the eleventh
    ],
)
def test_a_date_agreed_stays_within_the_new_ceiling(lab, ceiling, due):
    story = lab.case(EXTENDED).did("1 May", "received").did("15 May", "extended", {"until": "2026-05-28"})
    new = EXTENDED_NEW.replace("up_to: 20 working days", f"up_to: {ceiling}").replace(
        "10 working", "8 working"
    )
    assert migrated(lab, story, new, "18 May").due("answer", "18 May") == due


def test_a_limit_extended_to_its_ceiling_keeps_that_date_where_there_is_none(lab):
    # Twenty working days from 1 May: 18 May (10), 19-22 (14), 26-29 (18), 1, 2 June (20).
    story = lab.case(EXTENDED).did("1 May", "received").did("15 May", "extended")
    new = NEW.replace("10 working", "8 working")
    assert migrated(lab, story, new, "18 May").due("answer", "18 May") == "2 Jun"


# --- Stages ---------------------------------------------------------------------------------------------------------

RENAMED = NEW.replace("at_work", "in_hand")


def test_a_stage_that_the_new_version_has_not_must_be_said(lab, begun):
    why = refusal(lab, begun, RENAMED, "7 May")
    assert why.kind == "unknown_stage"
    assert 'no stage "at_work"' in why.reason
    assert "one of opening, in_hand, done" in why.reason
    after = migrated(lab, begun, RENAMED, "7 May", stage="in_hand")
    assert after.path("7 May") == ["at_work 1 May", "in_hand 7 May"]
    assert (after.stage("6 May"), after.due("answer", "7 May")) == ("at_work", "18 May")
    assert after.did("8 May", "answered").stage("8 May") == "done"
    moment = timeline(after.case, after.case.at(lab.day("7 May")))[-1]
    assert (moment.what, moment.stage, moment.rule) == ("migrated", "in_hand", None)


def test_a_migration_neither_ends_a_case_nor_reopens_one(lab, begun):
    assert refusal(lab, begun, NEW, "7 May", stage="done").kind == "unknown_stage"
    ended = begun.did("7 May", "answered")
    assert refusal(lab, ended, NEW, "8 May", stage="at_work").kind == "unknown_stage"
    assert migrated(lab, ended, NEW, "8 May").case.at(lab.day("8 May")).ended == "closed"


ASIDE = """
  away: {aside: true, next: {returned: {when: returned, go_to: back}}}
"""


def test_a_stage_aside_needs_the_stage_it_goes_back_to(lab):
    old = OLD.replace("go_to: done}}}", "go_to: done}, left: {when: left, go_to: away}}}" + ASIDE.rstrip())
    new = old.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    story = lab.case(old).did("1 May", "received").did("5 May", "left")
    after = migrated(lab, story, new, "7 May").did("8 May", "returned")
    assert after.path("8 May")[-2:] == ["away 5 May", "at_work 8 May"]
    gone = new.replace("at_work", "in_hand")
    assert 'left for "at_work"' in refusal(lab, story, gone, "7 May").reason
    # Said to stand elsewhere, it has nothing to go back to.
    after = migrated(lab, story, gone, "7 May", stage="in_hand")
    assert after.refused("8 May", "returned") == "no_rule"


def test_limits_of_the_stage_that_was_left_aside_go_on_with_it_and_end_without_it(lab):
    old = OLD.replace("at_work: {next", "at_work: {due: [answer], next")
    old = old.replace(
        "go_to: done}}}", "go_to: done}, left: {when: left, go_to: away}}}" + ASIDE.rstrip() + "\n  other: {}"
    )
    new = old.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')
    story = lab.case(old).did("1 May", "received").did("5 May", "left")
    assert migrated(lab, story, new, "7 May").status("answer", "7 May") == "running"
    assert migrated(lab, story, new, "7 May", stage="other").status("answer", "7 May") == "lapsed"


# --- Facts, people, letters, presumptions ---------------------------------------------------------------------------

ASKS = (
    OLD
    + """
facts:
  colour: {answers: [red, green], decided_by: officer}
  size: {kind: count, decided_by: officer}
  finding: {answers: [upheld, not_upheld], per: point, decided_by: officer}
"""
)


def asking(lab):
    story = lab.case(ASKS).did("1 May", "received", {"points": ["a"]})
    return story.did("5 May", "fact_recorded", {"colour": "red", "size": 3, "finding": {"a": "upheld"}})


def test_facts_that_the_new_version_cannot_read_are_set_aside_and_listed(lab):
    new = (
        NEW
        + """
facts:
  colour: {answers: [green, blue], decided_by: officer}
  finding: {answers: [upheld, not_upheld], per: point, decided_by: officer}
"""
    )
    after = migrated(lab, asking(lab), new, "7 May")
    assert after.facts("7 May") == {"finding": {"a": "upheld"}}
    assert after.facts("6 May") == {"colour": "red", "size": 3, "finding": {"a": "upheld"}}
    assert after.notices("7 May") == ["fact_set_aside colour", "fact_set_aside size"]
    assert dry(lab, asking(lab), new, "7 May").facts_set_aside == ("colour", "size")


def test_a_fact_that_is_asked_on_each_point_by_one_version_only_is_set_aside(lab):
    new = (
        NEW
        + """
facts:
  colour: {answers: [red, green], per: point, decided_by: officer}
  finding: {answers: [upheld, not_upheld], decided_by: officer}
"""
    )
    after = migrated(lab, asking(lab), new, "7 May")
    assert after.facts("7 May") == {}
    assert after.notices("7 May") == [
        "fact_set_aside colour",
        "fact_set_aside finding",
        "fact_set_aside size",
    ]


def test_what_was_set_aside_comes_back_under_a_version_that_has_it(lab):
    new = NEW + "facts: {size: {kind: count, decided_by: officer}}\n"
    newest = ASKS.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-11"')
    after = migrated(lab, asking(lab), new, "7 May")
    assert after.facts("7 May") == {"size": 3}
    again = migrated(lab, after.did("8 May", "fact_recorded", {"size": 4}), newest, "12 May")
    assert again.facts("12 May") == {"colour": "red", "size": 4, "finding": {"a": "upheld"}}


def test_roles_and_letters_that_the_new_version_has_not_are_set_aside(lab):
    old = (
        OLD.replace("go_to: done}}}", "go_to: done}, named: {when: named, send: [hello, news]}}}")
        + """
people: {helper: {title: Helper}}
events: {named: {title: Named, appoints: helper}}
letters: {hello: {}, news: {}, other: {}}
"""
    )
    story = lab.case(old).did("1 May", "received").did("5 May", "named", {"person": "ann", "kinds": []})
    story = story.did("6 May", "letter_sent", {"letter": "news"})
    after = migrated(lab, story, NEW, "7 May")
    assert after.notices("7 May") == ["role_set_aside helper", "letter_set_aside hello"]
    assert dict(after.case.at(lab.day("7 May")).holders) == {}
    # What was sent stays sent, whatever the new version knows.
    assert after.letters("7 May") == {"news": "sent"}
    assert after.letters("6 May") == {"hello": "due", "news": "sent"}


PRESUMED = (
    OLD.replace("go_to: done}}}", "go_to: done}, written: {when: written}}}").replace(
        "met_by: answered}", "met_by: [answered, arrived]}"
    )
    + """
events: {arrived: {title: Arrived, presumed_from: written, after: 2 working days}}
"""
)
PRESUMED_NEW = PRESUMED.replace('from: "2026-01-01", until: "2026-05-31"', 'from: "2026-05-06"')


def test_a_presumption_to_come_keeps_its_day(lab):
    story = lab.case(PRESUMED).did("1 May", "received").did("6 May", "written")
    after = migrated(lab, story, PRESUMED_NEW.replace("after: 2", "after: 5"), "7 May")
    assert (after.status("answer", "7 May"), after.status("answer", "8 May")) == ("running", "met")


def test_a_presumption_that_the_new_version_does_not_make_is_dropped(lab):
    story = lab.case(PRESUMED).did("1 May", "received").did("6 May", "written")
    after = migrated(lab, story, NEW, "7 May")
    assert (after.notices("7 May"), after.status("answer", "8 May")) == (
        ["presumption_set_aside arrived"],
        "running",
    )


def test_what_only_the_new_version_presumes_gives_way_to_a_real_one(lab):
    old = OLD.replace("go_to: done}}}", "go_to: done}, written: {when: written}}}")
    after = migrated(lab, lab.case(old).did("1 May", "received"), PRESUMED_NEW, "7 May").did(
        "8 May", "written"
    )
    # Presumed two working days after: 11, 12 May.
    assert (after.status("answer", "11 May"), after.status("answer", "12 May")) == ("running", "met")
    real = after.did("14 May", "arrived")
    assert (real.status("answer", "13 May"), real.status("answer", "14 May")) == ("running", "met")
    assert real.case.at(lab.day("14 May")).limits["answer"].ended == lab.day("14 May")


# --- The log --------------------------------------------------------------------------------------------------------


def test_a_late_entry_dated_before_it_is_judged_under_the_older_version(lab):
    old = OLD.replace("go_to: done}}}", "go_to: done}, asked: {when: asked}}}")
    after = migrated(lab, lab.case(old).did("1 May", "received"), NEW, "7 May")
    late = after.did("6 May", "asked", recorded="8 May 10:00")
    assert late.case.conflicts == ()
    assert after.refused("8 May", "asked") == "unknown_event"
    # And a correction that moves an entry across it is judged where it then stands.
    assert late.refusal_of_correction(3, "9 May", to="8 May").why.kind == "undoes"


def test_a_correction_of_the_start_moves_the_due_date_under_the_new_version(lab, begun):
    after = migrated(lab, begun, FIVE, "8 May").corrected(1, "8 May", to="5 May")
    # From Tue 5 May: 6, 7, 8 (3), 11, 12 May (5); ten: 13-15 (8), 18, 19 May (10).
    assert (after.due("answer", "7 May"), after.due("answer", "8 May")) == ("19 May", "12 May")


def test_entries_after_it_that_no_longer_fit_are_listed_and_refuse_nothing(lab):
    old = OLD.replace("go_to: done}}}", "go_to: done}, asked: {when: asked}}}")
    story = lab.case(old).did("1 May", "received").did("12 May", "asked").did("13 May", "answered")
    assert [each.entry for each in dry(lab, story, NEW, "7 May").conflicts] == [2]
    after = migrated(lab, story, NEW, "7 May")
    assert (after.conflicts, after.stage("13 May")) == ([2], "done")


def test_struck_out_it_leaves_the_older_version_in_place_and_can_be_put_back(lab, begun):
    after = migrated(lab, begun, FIVE, "7 May")
    struck = after.corrected(2, "8 May", strike=True)
    assert (struck.due("answer", "8 May"), struck.case.policy) == ("18 May", lab.policy(OLD))
    assert struck.corrected(3, "8 May", strike=True).due("answer", "8 May") == "11 May"


def test_moved_by_a_correction_it_counts_from_its_new_day(lab, begun):
    after = migrated(lab, begun, FIVE, "7 May").corrected(2, "8 May", to="6 May")
    assert (after.due("answer", "5 May"), after.due("answer", "6 May")) == ("18 May", "11 May")


def test_known_before_it_was_recorded_the_case_reads_under_the_older_version(lab, begun):
    after = migrated(lab, begun, FIVE, "7 May", recorded=lab.instant("8 May 10:00"))
    assert after.due("answer", "7 May", known_at="7 May 23:00") == "18 May"
    assert after.due("answer", "7 May") == "11 May"


def test_a_complaint_put_outside_its_version_goes_with_its_migration(lab):
    new = NEW.replace('"2026-05-06"', '"2026-06-01"')
    story = lab.case(OLD).did("29 May", "received")
    assert story.refusal_of_correction(1, "2 Jun", to="2 Jun").why.kind == "undoes"
    to = lab.policy(new)
    event = lab.did("1 Jun", "migrated", {"to": "2026-06-01"}, recorded="2 Jun 10:00")
    moved = lab.did("2 Jun", "correction", {"target": 1, "on": "2026-06-02"}, recorded="2 Jun 10:00")
    after = lab.Story(story.case.knowing(to).apply(event, moved))
    # Ten working days from Tue 2 June: 3-5 (3), 8-12 (8), 15, 16 June (10).
    assert (after.case.policy, after.due("answer", "2 Jun")) == (to, "16 Jun")


# --- Refusals -------------------------------------------------------------------------------------------------------


def test_it_lies_in_force_of_the_new_version(lab, begun):
    why = refusal(lab, begun, NEW, "5 May")
    assert (why.kind, "in force from 2026-05-06" in why.reason) == ("not_in_force", True)
    # The older version need not be in force any more.
    assert migrated(lab, begun, FIVE, "5 Jun").status("answer", "5 Jun") == "overdue"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({}, "missing_data"),
        ({"to": 7}, "missing_data"),
        ({"to": "2027-01-01"}, "unknown_version"),
        ({"to": "2026-05-06", "colour": "red"}, "unknown_data"),
        ({"to": "2026-05-06", "stage": 3}, "unknown_stage"),
    ],
)
def test_an_event_that_says_it_wrongly_is_refused(lab, begun, data, kind):
    story = lab.Story(begun.case.knowing(lab.policy(NEW)))
    assert story.refused("7 May", "migrated", data) == kind
    assert story.case.at(lab.day("7 May")).why_not("migrated", data=data).kind == kind


def test_why_not_says_when_it_would_be_accepted(lab, begun):
    case = begun.case.knowing(lab.policy(NEW))
    assert case.at(lab.day("7 May")).why_not("migrated", data={"to": "2026-05-06"}).accepted
    assert (
        case.at(lab.day("7 May")).why_not("migrated", data={"to": "2026-05-06"}, by="nobody").kind
        == "unknown_role"
    )


def test_another_policy_is_no_version_of_this_one(lab, begun):
    with pytest.raises(UsageError, match="another version of lab/x, not to lab/y"):
        begun.case.migrate(lab.policy("policy: lab/y\n" + NEW), on=lab.day("7 May"))


# --- A dry run ------------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_what_would_change_and_changes_nothing(lab, begun):
    kept = begun.case.to_json()
    told = dry(lab, begun, FIVE, "14 May", by="manager")
    assert (told.old, told.new, told.stage_before, told.stage_after) == (
        lab.policy(OLD),
        lab.policy(FIVE),
        "at_work",
        "at_work",
    )
    assert [(each.id, each.before.due, each.after.due, each.is_moved) for each in told.limits] == [
        ("answer", lab.day("18 May"), lab.day("11 May"), True)
    ]
    assert told.overdue_now == ("answer",)
    assert told.event.data["digest"] == lab.policy(FIVE).digest
    assert begun.case.to_json() == kept
    after = begun.case.knowing(told.new).apply(told.event)
    assert after == begun.case.migrate(lab.policy(FIVE), on=lab.day("14 May"), by="manager")
    assert {(change.what, change.id, change.before, change.after) for change in after.changes} == {
        ("due", "answer", "2026-05-18", "2026-05-11"),
        ("breach", "answer", None, "overdue"),
    }


# --- Stored ---------------------------------------------------------------------------------------------------------


def test_a_migrated_case_comes_back_with_its_versions_in_any_order(lab, begun):
    case = migrated(lab, begun, FIVE, "7 May").did("8 May", "note", {"text": "so"}).case
    saved = json.loads(case.to_json())
    assert (saved["in_force_from"], [each["in_force_from"] for each in saved["versions"]]) == (
        "2026-05-06",
        ["2026-01-01", "2026-05-06"],
    )
    old, new = lab.policy(OLD), lab.policy(FIVE)
    for again in (Case.from_dict(new, saved, earlier=[old]), Case.from_dict(old, saved, earlier=[new])):
        assert (again, again.policy, again.notices) == (case, new, case.notices)
    assert pickle.loads(pickle.dumps(case)) == case
    assert "versions" not in begun.case.to_dict()


@pytest.mark.parametrize(("given", "missing"), [(FIVE, "2026-01-01"), (OLD, "2026-05-06")])
def test_a_version_not_given_is_named(lab, begun, given, missing):
    saved = migrated(lab, begun, FIVE, "7 May").case.to_dict()
    with pytest.raises(UsageError, match=f"needs the version of lab/x that starts on {missing}"):
        Case.from_dict(lab.policy(given), saved)


def test_a_log_that_names_a_version_nobody_has_is_refused(lab, begun):
    saved = begun.case.to_dict()
    saved["log"].append({"id": 2, "name": "migrated", "on": "2026-05-07", "data": {"to": "2026-05-06"}})
    with pytest.raises(UsageError, match="starts on 2026-05-06; those given start on: 2026-01-01"):
        Case.from_dict(lab.policy(OLD), saved)


def test_another_text_of_a_version_is_noticed(lab, begun):
    saved = migrated(lab, begun, FIVE, "7 May").case.to_dict()
    again = Case.from_dict(lab.policy(FIFTEEN), saved, earlier=[lab.policy(OLD)])
    assert [notice.kind for notice in again.notices] == ["other_policy"]
    assert "in its version of 2026-05-06" in again.notices[0].text
    assert again.at(lab.day("7 May")).limits["answer"].due == lab.day("26 May")


def test_a_library_has_the_versions_of_the_case(lab):
    library = PolicyLibrary()
    old, new = (library.policy("richmond/corporate", date(*day)) for day in ((2025, 9, 1), (2026, 4, 1)))
    case = Case.open(old).apply(lab.did("16 Mar", "complaint_received")).migrate(new, on=lab.day("7 Apr"))
    assert Case.from_dict(library, case.to_dict()) == case
    unmigrated = Case.open(old).apply(lab.did("16 Mar", "complaint_received"))
    assert Case.from_dict(library, unmigrated.to_dict()).policy == old


def test_of_two_versions_that_start_on_one_day_the_digest_tells_which(lab, begun):
    withdrawn = FIFTEEN + "withdrawn: true\n"
    case = begun.case.knowing(lab.policy(withdrawn), lab.policy(FIVE))
    meant = case.migrate(lab.policy(withdrawn), on=lab.day("7 May"))
    assert lab.Story(meant).due("answer", "7 May") == "26 May"
    assert Case.from_dict(lab.policy(FIVE), meant.to_dict(), earlier=meant.versions) == meant
    # Without its digest, the one that was not withdrawn.
    plain = case.apply(lab.did("7 May", "migrated", {"to": "2026-05-06"}))
    assert lab.Story(plain).due("answer", "7 May") == "11 May"
