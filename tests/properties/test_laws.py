"""Laws that hold for every case, whatever is recorded in it, under whatever policy."""

from __future__ import annotations

import json
import pickle
import random
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

from engine import CalendarUnknown, Case, EngineError, Event, EventRefused, UsageError
from engine.cases.events import BUILT_IN, moment_of
from engine.cases.log import in_order
from engine.deadlines import NEVER, Stretch, due_day
from tests.properties.laws import a_law
from tests.properties.random_logs import ODD_VALUES, reading

# --- Nothing but ours is raised ----------------------------------------------------------------------------------


@a_law
def test_whatever_is_asked_nothing_is_raised_but_errors_of_ours(story):
    case = story.case
    json.dumps(case.to_dict())
    for day in [*story.dates(), date.min, date.max]:
        view = case.at(day)
        json.dumps(view.to_dict())
        assert str(view.letters_due) is not None
        for event in [*story.policy.events, *BUILT_IN, "never_heard_of"]:
            why = view.why_not(event)
            assert str(why)
            json.dumps(why.to_dict())
        for run in view.cycles:
            with suppress(CalendarUnknown):
                ledger = view.explain(run.id, run.number)
                assert str(ledger)
                json.dumps(ledger.to_dict())
    for call in story.calls:
        if call.after is not None:
            json.dumps([change.to_dict() for change in call.after.changes])
        else:
            assert str(call.refusal)


@a_law
def test_odd_data_is_refused_or_taken_but_never_breaks_the_engine(story):
    view = story.case.at(min(story.dates()[-1], date(2049, 1, 1)))
    events = sorted({allowed.event for allowed in view.allowed()}) or sorted(story.policy.events)
    words = ("person", "kinds", "points", "add_points", "point", "until", "channel", "reason", "letter")
    for number, event in enumerate([*events, *BUILT_IN]):
        for word in (*words, *story.policy.facts):
            value = ODD_VALUES[(number + len(word)) % len(ODD_VALUES)]
            assert view.why_not(event, data={word: value, "kinds": [], "person": value}).kind


# --- Refusals --------------------------------------------------------------------------------------------------


@a_law
def test_a_refused_event_changes_nothing(story):
    days = story.dates()
    for call in story.calls:
        before = (json.dumps(call.before.to_dict()), reading(call.before, days))
        with suppress(EngineError):
            call.before.apply(*call.events, despite=call.despite)
        assert before == (json.dumps(call.before.to_dict()), reading(call.before, days))


@a_law
def test_what_why_not_calls_accepted_is_accepted_and_nothing_else(story):
    for call in story.calls:
        event = call.single
        if event is not None:
            why = call.before.at(event.on).why_not(event.name, by=event.by, data=event.data, at=event.at)
            assert why.accepted == (call.after is not None), (why, call.refusal)
            if isinstance(call.refusal, EventRefused):
                assert call.refusal.why.kind == why.kind


@a_law
def test_an_event_that_is_accepted_was_allowed_before(story):
    for call in story.accepted:
        event = call.single
        if event is not None and event.name not in BUILT_IN:
            assert event.name in {each.event for each in call.before.at(event.on).allowed()}


@a_law
def test_an_event_that_is_certain_fails_by_its_data_alone(story):
    for call in story.calls:
        day = call.events[0].on
        view = call.before.at(day)
        for allowed in view.allowed():
            if allowed.certain:
                why = view.why_not(allowed.event)
                assert why.kind in ("accepted", "missing_data", "cannot_extend", "undoes"), why
                assert why.kind != "cannot_extend" or "must say until when" in why.reason, why


# --- Folding ---------------------------------------------------------------------------------------------------


@a_law
def test_folding_twice_gives_equal_bytes(story):
    days = story.dates()
    text = json.dumps(story.case.to_dict(), sort_keys=True)
    first, second = (Case.from_dict(story.policy, json.loads(text)) for _ in range(2))
    assert json.dumps(first.to_dict(), sort_keys=True) == json.dumps(second.to_dict(), sort_keys=True) == text
    assert reading(first, days) == reading(second, days)
    assert first == second == story.case
    assert hash(first) == hash(story.case)


@a_law
def test_step_by_step_equals_folding_the_whole_log(story):
    for call in story.accepted:
        days = [call.events[0].on, *story.dates()]
        assert reading(call.after, days) == reading(Case.from_dict(story.policy, call.after.to_dict()), days)


@a_law
def test_a_reading_is_a_prefix_of_every_later_reading(story):
    views = [story.case.at(day) for day in story.dates()]
    for earlier, later in pairwise(views):
        assert later.path[: len(earlier.path)] == earlier.path
        assert later.notices[: len(earlier.notices)] == earlier.notices
        closed = [run for run in earlier.cycles if not run.is_open]
        for then, now in zip(closed, later.cycles, strict=False):
            # A limit that was missed can still be met, late.
            assert then == now or (then.status, now.status) == ("missed", "met_late"), (then, now)
        assert len(closed) <= len([run for run in later.cycles if not run.is_open])


@a_law
def test_a_case_comes_out_of_a_pickle_as_it_went_in(story):
    days = story.dates()
    again = pickle.loads(pickle.dumps(story.case))
    assert again == story.case
    assert reading(again, days) == reading(story.case, days)


@a_law
def test_a_case_is_not_changed_by_what_is_made_of_it(story):
    days = story.dates()
    kept = [(call.after, reading(call.after, days)) for call in story.accepted]
    for case, _ in kept:
        data = case.to_dict()
        for entry in data["log"]:
            entry.get("data", {}).clear()
        for day in days:
            case.at(day).to_dict()["facts"].clear()
        with suppress(EngineError):
            case.apply(*story.events[:1])
    assert all(reading(case, days) == text for case, text in kept)


# --- Time ------------------------------------------------------------------------------------------------------


@a_law
def test_time_moves_a_case_at_most_once_a_day_and_comes_to_an_end(story):
    last = min(max((event.on for event in story.events), default=date(2026, 1, 1)), date(2046, 1, 1))
    moved = [
        move.on
        for move in story.case.at(last + timedelta(days=3 * 365)).path
        if move.cause.startswith("overdue")
    ]
    assert len(moved) == len(set(moved))
    if not _goes_round(story.policy):
        assert len(moved) <= len(story.policy.stages) * (1 + story.case.count)


def _goes_round(policy) -> bool:
    """Whether time alone can lead from a stage back to it."""
    leads = {stage: set() for stage in policy.stages}
    for rule in policy.rules():
        if rule.overdue and rule.go_to:
            for stage in rule.reaches:
                leads[stage] |= set(policy.stages) if rule.go_to == "back" else {rule.go_to}
    for _ in leads:
        for stage, reached in leads.items():
            leads[stage] = reached.union(*(leads[other] for other in reached))
    return any(stage in reached for stage, reached in leads.items())


@a_law
def test_back_leads_to_where_the_stage_aside_was_entered_from(story):
    policy = story.policy
    stage, left = "opening", []
    for move in story.case.at(story.dates()[-1]).path:
        if policy.rule(move.rule).go_to == "back":
            assert move.stage == left.pop()
        elif policy.stages[move.stage].aside:
            left.append(stage)
        else:
            left.clear()
        stage = move.stage


@a_law
def test_a_reading_as_known_then_is_the_reading_that_was_given_then(story):
    days = story.dates()
    for call, following in pairwise([*story.accepted, None]):
        last = call.after.log[-1].instant
        if following is not None and following.after.log[call.after.count].instant == last:
            continue
        known_at = moment_of(last)
        for day in days:
            assert story.case.at(day, known_at).to_dict() == call.after.at(day).to_dict()


@a_law
def test_the_order_of_recording_does_not_matter_if_each_day_keeps_its_own(story):
    events = [each.event for each in in_order(story.case.log)[0] if each.event.recorded is None]
    opened = Case.open(story.policy, "R-1")
    try:
        case = opened.apply(*events)
    except EventRefused:
        return
    shuffled = opened.apply(*_shuffled(events))
    days = story.dates()
    assert _without_ids(shuffled, days) == _without_ids(case, days)
    for event in _shuffled(events)[:3]:
        assert event in {entry.event for entry in shuffled.log}


def _shuffled(events):
    """These events in another order, those of one date in their own."""
    waiting: dict[date, list] = {}
    for event in events:
        waiting.setdefault(event.on, []).append(event)
    chance = random.Random(len(events))  # noqa: S311
    slots = [event.on for event in events]
    chance.shuffle(slots)
    return [waiting[day].pop(0) for day in slots]


def _without_ids(case: Case, days) -> list:
    """The readings without the ids of entries."""
    views = [case.at(day).to_dict() for day in days]
    for view in views:
        for move in view["path"]:
            move.pop("cause")
    return views


@a_law
def test_a_presumed_event_does_what_the_real_one_would_do_on_its_date(story):
    case = story.case
    if case.last_day is None:
        return
    for pending in case.at(case.last_day)._state.pending:
        kind = story.policy.events[pending.event]
        on = date.fromordinal(pending.day)
        named = any(pending.event in rule.when for rule in story.policy.rules())
        triggers = [entry.position for entry in case.log if entry.event.name == kind.presumed_from]
        # A real one stands for what was presumed from the last trigger before it, not from those before that.
        if on <= case.last_day or named or len(triggers) > 1 or _presumes(story.policy, pending.event):
            continue
        recorded = case.apply(Event(kind.id, on=on))
        for later in (0, 1, 30):
            presumed, real = case.at(on + timedelta(days=later)), recorded.at(on + timedelta(days=later))
            assert presumed.cycles == real.cycles
            assert [(move.stage, move.on) for move in presumed.path] == [
                (move.stage, move.on) for move in real.path
            ]


def _presumes(policy, event: str) -> bool:
    return any(other.presumed_from == event for other in policy.events.values())


@a_law
def test_no_changes_are_told_exactly_if_nothing_reads_otherwise(story):
    for call in story.accepted:
        days = [case.last_day for case in (call.before, call.after) if case.last_day is not None]
        if days:
            same = _told(call.before, max(days)) == _told(call.after, max(days))
            assert same == (not call.after.changes)


def _told(case: Case, day: date) -> list:
    view = case.at(day)
    runs = [(run.id, run.number, run.due, run.is_breach and run.status) for run in view.cycles]
    owed = sorted(
        (letter.id, letter.because)
        for letter in view.letters_due
        if letter.because.startswith("sent by rule")
    )
    return [[(move.stage, move.on, move.rule) for move in view.path], sorted(runs, key=str), owed]


# --- Due dates -------------------------------------------------------------------------------------------------


def _due_dates(case: Case, day: date) -> dict:
    return {(run.id, run.number): run for run in case.at(day).cycles if run.due is not None}


def _single_marks(story, names_of):
    """The accepted calls whose event does this to a limit, and carries no fact that could move it."""
    for call in story.accepted:
        event = call.single
        if event is not None and not set(event.data).intersection(
            [*story.policy.facts, "points", "add_points", "point"]
        ):
            for limit in story.policy.limits.values():
                if event.name in names_of(limit):
                    yield call, event, limit


@a_law
def test_an_extension_never_makes_a_due_date_earlier(story):
    for call, event, limit in _single_marks(story, lambda limit: limit.extended_by):
        before, after = _due_dates(call.before, event.on), _due_dates(call.after, event.on)
        for run in before.keys() & after.keys():
            if run[0] == limit.id:
                assert after[run].due >= before[run].due


@a_law
def test_a_pause_never_makes_a_due_date_earlier(story):
    def begin_or_end(limit):
        return [event for pause in limit.pauses for event in (*pause.when, *pause.until)]

    for call, event, limit in _single_marks(story, begin_or_end):
        # Where two countings overlap, the skipped working days prevail, which may be fewer than the days added.
        countings = {pause.counting for pause in limit.pauses}
        if limit.due_on is not None or event.on.year > 2040 or len(countings) > 1:
            continue
        days = [event.on + timedelta(days=later) for later in (0, 1, 6, 40)]
        begins = any(event.name in pause.when for pause in limit.pauses)
        for day in days if begins else days[:1]:
            before, after = _due_dates(call.before, day), _due_dates(call.after, day)
            for run in before.keys() & after.keys():
                if run[0] == limit.id and before[run].start == after[run].start and after[run].is_open:
                    assert after[run].due >= before[run].due, (event, day, before[run], after[run])


@a_law
def test_a_capped_pause_ends_by_itself_and_moves_the_due_date_by_its_cap(story):
    for call, event, limit in _single_marks(
        story, lambda limit: limit.pauses[0].when if len(limit.pauses) == 1 else ()
    ):
        pause, begin = limit.pauses[0], event.on.toordinal()
        earlier = {*pause.when, *limit.extended_by}.intersection(each.event.name for each in call.before.log)
        plain = not (
            limit.cases or limit.due_on or limit.before or event.name in (*pause.until, *limit.extended_by)
        )
        run = call.before.at(event.on).limits[limit.id]
        if (
            earlier
            or not plain
            or pause.at_most is None
            or run.status != "running"
            or run.due is None
            or run.due <= event.on
        ):
            continue
        cap = due_day(limit.calendar, pause.at_most, begin, same_day=False, roll="stays")
        stretch = Stretch(begin, cap, pause.counting == "skip_working_days")
        due = due_day(
            limit.calendar, limit.length, run.start.toordinal(), same_day=limit.same_day, roll=limit.roll, paused=[stretch],
        )  # fmt: skip
        later = (
            _due_dates(call.after, date.fromordinal(cap + 1)).get((run.id, run.number))
            if cap < NEVER
            else None
        )
        if later is not None and later.is_open and due < NEVER:
            assert later.due == date.fromordinal(due)


@a_law
def test_a_ledger_ends_on_the_due_date_that_the_reading_tells(story):
    for day in story.dates():
        view = story.case.at(day)
        for run in view.cycles:
            if run.due_unknown:
                continue
            with suppress(CalendarUnknown):
                ledger = view.explain(run.id, run.number)
                assert ledger.due == run.due
                assert ledger.start == run.start or story.policy.limits[run.id].before


@a_law
def test_working_days_end_on_a_working_day(story):
    policy = story.policy
    for day in story.dates():
        for run in story.case.at(day).cycles:
            limit = policy.limits[run.id]
            lengths = [
                limit.length,
                *(case.length for case in limit.cases),
                *([limit.up_to] if limit.up_to else []),
            ]
            plain = (
                all(length.in_working_days for length in lengths)
                and limit.due_on is None
                and limit.roll is None
            )
            if plain and run.due is not None and run.due.year <= 2050:
                assert limit.calendar.is_working_day(run.due), run


@a_law
def test_no_due_date_lies_beyond_its_ceiling(story):
    for day in story.dates():
        for run in story.case.at(day).cycles:
            limit = story.policy.limits[run.id]
            if run.due is None or limit.up_to is None or limit.pauses:
                continue
            lengths = [limit.up_to, limit.length, *(case.length for case in limit.cases)]
            assert run.due <= max(_unpaused(limit, run.start, length) for length in lengths)


def _unpaused(limit, start: date, length) -> date:
    day_one = "same_day" if limit.same_day else "day_after"
    try:
        return limit.calendar.due(start, length, day_one=day_one, roll=limit.roll or "stays").due
    except CalendarUnknown:
        return date.max


@a_law
def test_limits_that_never_started_cannot_be_explained(story):
    view = story.case.at(story.dates()[0])
    for limit, run in view.limits.items():
        if run.status == "not_started":
            try:
                view.explain(limit)
            except UsageError:
                continue
            raise AssertionError(limit)


@a_law
def test_a_damaged_log_is_loaded_or_refused_with_an_error_of_ours(story):
    chance = random.Random(story.case.count)  # noqa: S311
    for _ in range(6):
        data = story.case.to_dict()
        if not data["log"]:
            return
        entry = chance.choice(data["log"])
        entry[chance.choice(("id", "name", "on", "at", "recorded", "by", "actor", "data", "rule"))] = (
            chance.choice(ODD_VALUES)
        )
        with suppress(UsageError):
            case = Case.from_dict(story.policy, data)
            assert reading(case, story.dates()[-1:])
            assert json.dumps(case.to_dict())
