"""A case read at a date: stage, facts, limits, letters, what may happen next, and why."""

from __future__ import annotations

from datetime import date, time
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.cases.events import MIGRATED, NOTHING, Event, plain
from engine.cases.explain import cycle_ledger
from engine.cases.machine import is_after, is_within
from engine.cases.moving import due_before
from engine.cases.program import program_of
from engine.cases.readings import (
    Allowed,
    LetterReading,
    LimitReading,
    MoveReading,
    WarningReading,
    letter_readings,
    limit_readings,
    not_started,
    read_cycle,
    warning_readings,
)
from engine.cases.refusal import EventRefused
from engine.cases.state import Notice, cycles_of, oldest_first, values_of
from engine.cases.touching import could_extend, running_or_missed
from engine.cases.why import why_not, why_not_migrated
from engine.documents import likely
from engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.calendars import Ledger
    from engine.cases.case import Case, Link
    from engine.cases.program import EventPlan
    from engine.cases.refusal import WhyNot
    from engine.cases.state import Closed, Cycle, LetterDue, Move, State
    from engine.policy.model import DueRef, Policy, Rule, Stage


class View:
    """A case as it stands on the evening of `as_of`. Made by `Case.at`; every answer is for that date."""

    def __init__(self, case: Case, link: Link, state: State, as_of: date) -> None:
        self.as_of = as_of
        self._case = case
        self._link = link
        self._state = state
        self._day = as_of.toordinal()

    def __repr__(self) -> str:
        return f"View({self.policy.id!r}, {self.as_of}, in {self.stage})"

    @property
    def policy(self) -> Policy:
        """The policy the case is under on this date: a migration after it is not looked at."""
        return self._state.program.policy

    @property
    def stage(self) -> str:
        """The id of the stage the case is in."""
        return self._state.stage

    @property
    def stage_info(self) -> Stage:
        """The stage with its title, owner and how it ends."""
        return self.policy.stages[self._state.stage]

    @property
    def ended(self) -> str | None:
        """How the case has ended (closed, withdrawn, refused, ombudsman, transferred), or `None`."""
        return self.stage_info.end

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is on record: fact id to answer, count or date; per point, a mapping from point to value."""
        return MappingProxyType(self._state.facts)

    @property
    def points(self) -> tuple[str, ...]:
        """The points of the complaint."""
        return self._state.points

    @property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """Who is appointed to which role, by reference."""
        return MappingProxyType(self._state.holders)

    @cached_property
    def path(self) -> tuple[MoveReading, ...]:
        """Every stage entered so far, oldest first."""
        moves = oldest_first(self._state.path)
        return tuple(
            MoveReading(move.stage, date.fromordinal(move.day), move.rule, move.cause) for move in moves
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What time could not do, up to this date."""
        return tuple(values_of(self._state.notices))

    @cached_property
    def cycles(self) -> tuple[LimitReading, ...]:
        """Every run of every limit that has started: ended ones first, in the order they ended."""
        return tuple(limit_readings(self._state, self._day))

    @property
    def newest_move(self) -> Move | None:
        """The stage entered last, as the fold keeps it: a link of the history of all, newest first."""
        return self._state.path

    @property
    def newest_ended(self) -> Closed | None:
        """The run that ended last, as the fold keeps it: a link of the history of all, newest first."""
        return self._state.closed

    @property
    def open_runs(self) -> tuple[Cycle, ...]:
        """The runs that have not ended, as the fold keeps them, by limit."""
        return tuple(cycle for _, cycle in sorted(self._state.open.items()))

    def reading_of(self, cycle: Cycle, closed: Closed | None, number: int) -> LimitReading:
        """The reading of one run, of which the fold keeps this; as in `cycles`."""
        return read_cycle(cycle, closed, self._state, self._day, number)

    @cached_property
    def limits(self) -> Mapping[str, LimitReading]:
        """Each limit of the policy by id, in its latest run; `not_started` if there was none.

        A limit that only an earlier version has is there as well, if it ran.
        """
        readings = dict(_none_started(self.policy))
        for reading in self.cycles:
            if reading.id not in readings or reading.number >= readings[reading.id].number:
                readings[reading.id] = reading
        return MappingProxyType(readings)

    @cached_property
    def letters(self) -> tuple[LetterReading, ...]:
        """The letters due, then those sent (or withdrawn: sent, but nothing calls for them any more)."""
        earlier = tuple(policy for policy in self._case.versions if policy != self.policy)
        return tuple(letter_readings(self.policy, self._state, dict(self.limits), earlier))

    @property
    def letters_due(self) -> tuple[LetterReading, ...]:
        """The letters that are due."""
        return tuple(letter for letter in self.letters if letter.status == "due")

    @property
    def called_for(self) -> Mapping[str, LetterDue]:
        """The letters that a rule called for and that were not sent, by id, each with that rule; some of `letters_due`."""
        return MappingProxyType(self._state.letters)

    @property
    def warnings(self) -> tuple[WarningReading, ...]:
        """The rungs of the warning ladder of every open limit, with the day each comes."""
        return tuple(warning_readings(self._state, self._day))

    @property
    def last_rule(self) -> str | None:
        """The rule that took the last entry up to this date, if a rule did."""
        return self._link.taken

    def explain(self, limit: str, number: int | None = None) -> Ledger:
        """The ledger of a limit's run (the latest, or by number from 1): start, days counted and left out, due date.

        Raises `UsageError` for an unknown limit or one that has not started, `CalendarUnknown` if the due date
        lies beyond the years for which bank holidays are known.
        """
        runs = [run for run in cycles_of(self._state) if run[0].plan.id == limit]
        if not runs and limit not in self.policy.limits:
            raise UsageError(unknown("limit", limit, self.policy.limits))
        if not runs:
            raise UsageError(f"{limit} has not started on {self.as_of}, so there is no date to explain")
        wanted = len(runs) if number is None else number
        if not 1 <= wanted <= len(runs):
            raise UsageError(f"{limit} has had {len(runs)} runs; there is no number {wanted}")
        cycle, closed = runs[wanted - 1]
        # A run that ended under an earlier version is explained under that one, with the facts of its time.
        state = self._case.state_of_run(self._link, self._state, cycle)
        policy = state.program.policy
        entries, opening = self._case.entries_in_words(), self._case.event_of(cycle.opened)
        return cycle_ledger(policy, cycle, closed, state, self._day, entries, opening)

    def why_not(
        self,
        event: str,
        *,
        by: str | None = None,
        data: Mapping[str, Any] = NOTHING,
        at: time | None = None,
    ) -> WhyNot:
        """Whether this event would be accepted on this date, and why: every rule considered, what it would take."""
        tried = Event(event, on=self.as_of, by=by, data=data, at=at)
        if event == MIGRATED:
            return why_not_migrated(self._state, tried, self._case.versions)
        why = why_not(program_of(self.policy), self._state, tried)
        kind = self.policy.events.get(event)
        is_last = self._link is self._case._link
        if why.accepted and is_last and kind is not None and kind.presumed_from is not None:
            # A real one takes the place of what was presumed, so entries after that may no longer fit.
            try:
                self._case.apply(tried)
            except EventRefused as refused:
                return refused.why
        return why

    def allowed(self) -> tuple[Allowed, ...]:
        """The events that may be recorded on this date, by id; the built-in ones always may and are left out."""
        return tuple(self._allowed())

    def _allowed(self) -> Iterator[Allowed]:
        program = program_of(self.policy)
        if not self._state.pinned and not program.from_day <= self._day <= program.until_day:
            return
        for event_id, plan in sorted(program.events.items()):
            found, extends = self._could_take(plan), could_extend(self._state, plan, self._day)
            if found is not None and extends is not False:
                rules, certain = found
                needs = tuple((need.name, need.kind) for need in plan.type.needs)
                title = plan.type.about.title or event_id
                yield Allowed(event_id, title, plan.type.by, needs, rules, certain and extends is True)

    def _could_take(self, plan: EventPlan) -> tuple[tuple[str, ...], bool] | None:
        """The rules that could take an event, and whether it is certain; `None` if it would be refused."""
        state = self._state
        presumed = plan.presumed_from is not None and plan.presumed_from in state.last
        if plan.is_step:
            rules = program_of(self.policy).stages[state.stage].rules.get(plan.id, ())
            truths = [(rule.id, self._could_hold(rule, plan)) for rule in rules]
            possible = tuple(rule for rule, truth in truths if truth is not False)
            if possible:
                return possible, [truth for _, truth in truths].count(True) == 1
            return ((), True) if presumed else None
        marks = any(running_or_missed(state, touch.limit.id) for touch in plan.touches)
        taken = marks if plan.presumed_from is None else presumed
        return ((), True) if taken else None

    def _could_hold(self, rule: Rule, plan: EventPlan) -> bool | None:
        """Whether a rule would match, on the facts recorded; unknown if the event itself brings what it asks."""
        if rule.within and not any(is_within(self._due(ref), self._day) for ref in rule.within):
            return False
        if not all(is_after(self._due(ref), self._day) for ref in rule.after):
            return False
        if rule.go_to == "back" and not self._state.back:
            return False
        if rule.condition is None:
            return True
        brought = {need.name for need in plan.type.needs if need.kind == "fact"}
        facts = {fact: value for fact, value in self._state.facts.items() if fact not in brought}
        return rule.condition.holds(facts, self._state.points)

    def _due(self, ref: DueRef) -> int | None:
        return due_before(self._state, ref, self._day)

    def to_dict(self) -> dict[str, Any]:
        """The whole reading, JSON-ready."""
        return {
            "as_of": self.as_of.isoformat(),
            "policy": self.policy.id,
            "in_force_from": self.policy.in_force_from.isoformat(),
            "reference": self._case.reference,
            "stage": self.stage,
            "ended": self.ended,
            "facts": {fact: _json_fact(value) for fact, value in sorted(self.facts.items())},
            "points": list(self.points),
            "path": [move.to_dict() for move in self.path],
            "limits": [reading.to_dict() for reading in self.cycles],
            "letters": [letter.to_dict() for letter in self.letters],
            "warnings": [warning.to_dict() for warning in self.warnings],
            "allowed": [allowed.to_dict() for allowed in self.allowed()],
            "notices": [
                {"kind": notice.kind, "subject": notice.subject, "text": notice.text}
                for notice in self.notices
            ],
        }


def _none_started(policy: Policy) -> Mapping[str, LimitReading]:
    """The readings of a case in which no limit has started, made once a policy."""
    found: Mapping[str, LimitReading] | None = policy.cache.get("no limit started")
    if found is None:
        found = policy.cache["no limit started"] = {
            limit.id: not_started(limit) for limit in policy.limits.values()
        }
    return found


def unknown(kind: str, word: str, known: Mapping[str, Any]) -> str:
    """The message for a name that does not exist."""
    found = likely(word, known)
    return f'there is no {kind} "{word}"; ' + (
        f'did you mean "{found}"?' if found else f"there are: {', '.join(sorted(known))}"
    )


def _json_fact(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else plain(value)
