"""A story told step by step: what is recorded goes into the case, what is expected is compared with a reading.

An expectation that is not met does not stop the story; an event that is refused unexpectedly does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.calendars import day_text
from engine.cases import Case, Event, EventRefused
from engine.cases.events import CORRECTION, FACT_RECORDED
from engine.cases.written import instant as moment_of
from engine.errors import EngineError
from engine.replay.expectations import (
    Mismatch,
    Sight,
    considered_lines,
    considered_place,
    mismatches,
)
from engine.replay.scenario import Looks
from engine.replay.verdict import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.cases import WhyNot
    from engine.documents import Document
    from engine.policy.model import Policy
    from engine.replay.scenario import Happens, Story

_LONDON = ZoneInfo("Europe/London")
_DATE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Happened:
    """A step told: the case before and after it; `refused` says why it was not accepted, and then they are the same."""

    step: Happens
    before: Case
    after: Case
    refused: WhyNot | None = None


class Telling:
    """One story being told: the case so far, and under which id each step was recorded."""

    def __init__(self, document: Document, policies: Sequence[Policy]) -> None:
        self.document = document
        self.case = Case.open(policies[0]).knowing(*policies)
        self.last: tuple[Case, Event] | None = None
        self.ids: dict[str, int] = {}
        self.entries: list[int] = []
        self.happened: list[Happened] = []
        self.left_out = 0

    def tell(self, story: Story) -> tuple[list[Failure], int]:
        """What was not as expected, and how many steps were left out after an unexpected refusal."""
        failures = list(self.failures(story))
        return failures, self.left_out

    def failures(self, story: Story) -> Iterator[Failure]:
        """What is not as expected, one by one as the story is told: who asks for the first alone, hears no further."""
        if story.given:
            refused = self._give(story)
            if refused is not None:
                self.left_out = len(story.steps)
                yield refused
                return
        for place, step in enumerate(story.steps, start=1):
            if isinstance(step, Looks):
                yield from self._look(step)
                continue
            failure, recorded = self._happen(step)
            if failure is not None:
                if not recorded and step.refused is None:
                    self.left_out = len(story.steps) - place
                    yield failure
                    return
                yield failure

    def _give(self, story: Story) -> Failure | None:
        event = Event(FACT_RECORDED, on=story.begins, data=story.given)
        try:
            self.case = self.case.apply(event)
        except EngineError as refused:
            path = ("scenarios", story.number, "given")
            found = Mismatch(
                "what is given", "accepted", _refusal_text(refused), _refusal_lines(refused), None
            )
            return self._failure(path, found)
        return None

    def _happen(self, step: Happens) -> tuple[Failure | None, bool]:
        """What was not as expected of a step, and whether it is recorded now."""
        try:
            event = self._event(step)
            after = self.case.apply(
                event, despite=[self.ids[each] for each in step.despite if each in self.ids]
            )
        except EngineError as refused:
            if isinstance(refused, EventRefused):
                self.happened.append(Happened(step, self.case, self.case, refused.why))
            return self._refused(step, refused), False
        if step.refused is not None:
            return self._accepted(step, after), False
        self.happened.append(Happened(step, self.case, after))
        self.last = (self.case, event)
        self.case = after
        self.entries.append(after.count)
        if step.id is not None:
            self.ids[step.id] = after.count
        return None, True

    def _event(self, step: Happens) -> Event:
        data = self._correction(step.data) if step.event == CORRECTION else step.data
        recorded = None if step.recorded is None else instant_recorded(step.recorded, self.case)
        return Event(step.event, on=step.at, by=step.by, data=data, at=step.time, recorded=recorded)

    def _correction(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """A correction in the log's words: a scenario says `at` for the date and `time` for the time, as a step does."""
        words = {"at": "on", "time": "at"}
        return {
            words.get(key, key): self._target(value) if key == "target" else value
            for key, value in data.items()
        }

    def _target(self, target: Any) -> Any:
        """The id in the log of the step meant: by its id, or by its number among the steps recorded."""
        if isinstance(target, str):
            return self.ids.get(target, target)
        return (
            self.entries[target - 1]
            if isinstance(target, int) and 0 < target <= len(self.entries)
            else target
        )

    def _refused(self, step: Happens, refused: EngineError) -> Failure | None:
        if isinstance(refused, EventRefused) and _as_expected(step, refused):
            return None
        place = considered_place(refused.why) if isinstance(refused, EventRefused) else None
        policy = self.case.policy
        if place is None and step.event in policy.events:
            place = policy.place("events", step.event)
        path = step.path if step.refused is None else (*step.path, "refused")
        found = Mismatch(
            _named(step), _expected(step), _refusal_text(refused), _refusal_lines(refused), place
        )
        return self._failure(path, found)

    def _accepted(self, step: Happens, after: Case) -> Failure:
        rule = after.latest.rule if after.latest is not None else None
        got = _taken_by(after, rule)
        place = after.policy.rule_place(rule) if rule else None
        why = self.case.at(step.at).why_not(step.event, by=step.by, data=self._event(step).data, at=step.time)
        found = Mismatch(_named(step), _expected(step), got, considered_lines(why), place)
        return self._failure((*step.path, "refused"), found)

    def _look(self, step: Looks) -> Iterator[Failure]:
        case = self.case if step.recorded is None else self.case.as_known(moment_of(step.recorded))
        sight = Sight(case.at(step.at), case, self._last_seen(step), step.exhaustive)
        for key, expected in step.expected.items():
            for mismatch in mismatches(sight, key, expected):
                path = (*step.path, "then", key, *mismatch.path)
                yield self._failure(
                    path, mismatch._replace(what=f"{mismatch.what}, seen on {day_text(step.at)}")
                )

    def _last_seen(self, step: Looks) -> tuple[Case, Event] | None:
        """The last event, unless one looks at a day before it or with what was known at another time."""
        is_later = self.last is not None and self.last[1].on > step.at
        return None if is_later or step.recorded is not None else self.last

    def _failure(self, path: Sequence[str | int], found: Mismatch) -> Failure:
        return Failure(
            found.what, found.expected, found.got, found.why, self.document.place(path), found.policy
        )


def _taken_by(after: Case, rule_id: str | None) -> str:
    """By which rule an event was accepted; one that turns it down is easily taken for a refusal."""
    if rule_id is None:
        return "accepted; no rule names it"
    rule = after.policy.rule(rule_id)
    down = ", which turns it down: expect that by what follows" if rule and rule.turns_down else ""
    return f"accepted by rule {rule_id}{down}"


def _named(step: Happens) -> str:
    return f"{step.event} on {day_text(step.at)}"


def _expected(step: Happens) -> str:
    if isinstance(step.refused, str):
        return f'refused: "{step.refused}"'
    return "refused" if step.refused else "accepted"


def _as_expected(step: Happens, refused: EventRefused) -> bool:
    """Whether a refusal is expected, and says the words expected, in small or capital letters."""
    if not isinstance(step.refused, str):
        return step.refused is True
    words = step.refused.casefold()
    return any(words in text.casefold() for text in _reasons(refused.why))


def _reasons(why: WhyNot) -> Iterator[str]:
    """The kind of a refusal, its reason, and what kept each rule or limit that applies here from taking the event."""
    yield from (why.kind, why.kind.replace("_", " "), why.reason)
    for each in why.considered:
        if each.here:
            yield from (reason.text for reason in each.reasons if reason.holds is not True)


def _refusal_text(refused: EngineError) -> str:
    return f"refused: {refused.why.reason}" if isinstance(refused, EventRefused) else f"refused: {refused}"


def _refusal_lines(refused: EngineError) -> tuple[str, ...]:
    return considered_lines(refused.why) if isinstance(refused, EventRefused) else ()


# --- Instants of recording -------------------------------------------------------------------------------------


def instant_recorded(text: str, case: Case) -> datetime:
    """The instant at which a step was recorded: the moment written, in London unless it names its zone.

    A date alone is some moment of that day, not before the entry before.
    """
    if len(text) > _DATE_LENGTH:
        return moment_of(text)
    instant = datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    log = case.log
    if log:
        before = datetime.fromisoformat(log[-1].to_dict()["recorded"])
        if before > instant and before.astimezone(_LONDON).date() == instant.date():
            return before
    return instant
