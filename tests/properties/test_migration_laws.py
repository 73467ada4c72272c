"""Laws of migration: to the same version it changes nothing; to any other it changes nothing that is past."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from engine import CalendarUnknown, Case, EngineError, Event, EventRefused
from engine.cases.timeline import timeline
from tests.properties.laws import a_law
from tests.properties.random_logs import reading, shipped_policies
from tests.properties.random_policies import accepted_numbers, random_policy

LATER = (0, 1, 2, 9, 30, 400)


def same_from(policy, first: date):
    """The policy, in force from this day on whatever its file says."""
    return replace(policy, in_force_from=first, in_force_until=None, cache={})


def another_version(policy, chance: random.Random):
    """Another procedure that calls itself a version of this one, in force from the same day."""
    numbers = accepted_numbers(40)
    other = random_policy(numbers[chance.randrange(len(numbers))])
    if not policy.id.startswith(other.id.split("/", maxsplit=1)[0]):
        other = chance.choice(shipped_policies())
    return replace(same_from(other, policy.in_force_from), id=policy.id)


def migrated_on(case: Case) -> date:
    """A day on which to migrate: after all that happened, most often some days after."""
    last = case.last_day or date(2026, 5, 1)
    return min(max(last, case.policy.in_force_from), date(2045, 1, 1)) + timedelta(days=case.count % 5)


def days_after(day: date) -> list[date]:
    return [day + timedelta(days=later) for later in LATER]


def migrated_somewhere(case: Case, chance: random.Random):
    """The case under another version, a stage chosen for it where one must be; `None` if none will do."""
    to, on = another_version(case.policy, chance), migrated_on(case)
    stages = [None, *chance.sample(sorted(to.stages), len(to.stages))]
    for stage in stages:
        with suppress(EventRefused):
            return case.migrate(to, on=on, stage=stage), on
    return None


@a_law
def test_migrating_to_the_same_version_changes_nothing(story):
    case, on = story.case, migrated_on(story.case)
    if case.last_day is None or case.last_day.year > 2040:
        return
    again = case.migrate(same_from(case.policy, case.policy.in_force_from), on=on)
    assert again.conflicts == case.conflicts
    for day in days_after(on):
        before, after = case.at(day), again.at(day)
        assert after.cycles == before.cycles, day
        assert after.path == before.path
        assert (after.facts, after.points, after.holders) == (before.facts, before.points, before.holders)
        assert after.letters == before.letters
        assert [each.event for each in after.allowed()] == [each.event for each in before.allowed()]


@a_law
def test_migrating_to_another_version_changes_nothing_before_its_day(story):
    case = story.case
    told = migrated_somewhere(case, random.Random(case.count))  # noqa: S311
    if told is None:
        return
    after, on = told
    days = [day for day in story.dates() if day < on]
    assert [after.at(day).to_dict() for day in days] == [case.at(day).to_dict() for day in days]
    ended = [run for run in case.at(on).cycles if not run.is_open]
    for day in days_after(on):
        view = after.at(day)
        # What had ended keeps its result, save that what was missed may still be met.
        assert list(view.cycles[: len(ended)]) == ended
        old = case.at(on).path
        assert view.path[: len(old)] == old
        assert all(move.on >= on for move in view.path[len(old) :])
        json.dumps(view.to_dict())
        for event in (*view.policy.events, "migrated"):
            assert str(view.why_not(event))
        for run in view.cycles:
            with suppress(CalendarUnknown):
                assert view.explain(run.id, run.number).due == run.due
        assert ("migrated", after.count) in {(moment.what, moment.entry) for moment in timeline(after, view)}


@a_law
def test_time_does_nothing_for_days_before_the_migration(story):
    told = migrated_somewhere(story.case, random.Random(story.case.count + 1))  # noqa: S311
    if told is None:
        return
    after, on = told
    old = story.case.at(on)
    for day in days_after(on):
        view = after.at(day)
        opened = [cycle.on for cycle in view._state.open.values() if cycle.tick > old._state.tick]
        assert all(each >= on.toordinal() for each in opened)
        spent = [notice.day for notice in view.notices[len(old.notices) :]]
        assert all(each >= on.toordinal() for each in spent)


@a_law
def test_a_migrated_case_folds_as_it_grew(story):
    chance = random.Random(story.case.count + 2)  # noqa: S311
    calls = story.calls
    case = calls[len(calls) // 2].before if calls else story.case
    told = migrated_somewhere(case, chance)
    if told is None:
        return
    case, on = told
    grown = [case]
    for call in calls[len(calls) // 2 :]:
        for event in call.events:
            with suppress(EngineError):
                case = case.apply(event, despite=call.despite)
                grown.append(case)
    view = case.at(max(case.last_day or on, on))
    for allowed in view.allowed():
        with suppress(EngineError):
            case = case.apply(Event(allowed.event, on=view.as_of))
            grown.append(case)
    days = [*story.dates(), *days_after(on)]
    for each in grown:
        saved = json.loads(json.dumps(each.to_dict()))
        again = Case.from_dict(each.policy, saved, earlier=each.versions)
        assert again == each
        assert again.to_json() == each.to_json()
        assert reading(again, days) == reading(each, days)


@a_law
def test_a_migration_struck_out_leaves_the_case_as_it_was(story):
    told = migrated_somewhere(story.case, random.Random(story.case.count + 3))  # noqa: S311
    if told is None:
        return
    after, on = told
    struck = after.apply(Event("correction", on=on, data={"target": after.count, "strike": True}))
    days = [*story.dates(), *days_after(on)]
    assert struck.policy == story.case.policy
    assert reading(struck, days) == reading(story.case, days)
    known = max((entry.instant for entry in story.case.log), default=0)
    assert all(entry.instant >= known for entry in struck.log[story.case.count :])
