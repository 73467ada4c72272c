"""What to do about what no scenario shows: why none does, in words, and the usual story that would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.cases import Case, Event
from engine.cases.events import BUILT_IN, FACT_RECORDED
from engine.coverage.complaints import Complaints
from engine.coverage.reasons import reason_for
from engine.coverage.stories import PAST
from engine.policy.intake import Intake
from engine.probing import Prober

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.cases import View
    from engine.coverage.complaints import Complaint
    from engine.coverage.coverage import Coverage
    from engine.policy.model import Policy
    from engine.probing import Step, Story
    from engine.probing.aims import Aim

THEN = " > "
A_WHILE = 7


@dataclass(frozen=True, slots=True)
class Hint:
    """Why nothing shows an aim, in words, and the most usual story found that does, or for an intake the complaint."""

    reason: str
    story: Story | None = None
    complaint: Complaint | None = None

    @property
    def events(self) -> str:
        """What would have to happen, in one line; empty if nothing was found."""
        if self.complaint is not None:
            return str(self.complaint)
        return "" if self.story is None else events_in_words(self.story)


@dataclass(frozen=True, slots=True)
class Explained:
    """A coverage with a hint for everything that is missing from it; none where nobody asked for hints."""

    coverage: Coverage
    hints: Mapping[Aim, Hint]


class Hints:
    """Finds hints; what was searched for one, the next need not search again."""

    def __init__(self) -> None:
        self._probers: dict[Policy, Prober] = {}
        self._complaints: dict[Intake, Complaints] = {}

    def hint(self, coverage: Coverage, aim: Aim) -> Hint:
        """The hint for something that is not covered. The first for a policy takes longest, some tenths of a second."""
        subject, reason = coverage.subject, reason_for(coverage, aim)
        if isinstance(subject, Intake):
            return Hint(reason, complaint=self._complaints_to(subject).showing(aim))
        return Hint(reason, story=self.prober(subject).story_for(aim))

    def explained(self, coverage: Coverage) -> Explained:
        """A coverage with a hint for everything that is missing from it."""
        return Explained(coverage, {item.aim: self.hint(coverage, item.aim) for item in coverage.missing})

    def prober(self, policy: Policy) -> Prober:
        """The search under a policy."""
        if policy not in self._probers:
            self._probers[policy] = Prober(policy)
        return self._probers[policy]

    def _complaints_to(self, intake: Intake) -> Complaints:
        if intake not in self._complaints:
            self._complaints[intake] = Complaints(intake)
        return self._complaints[intake]


def events_in_words(story: Story) -> str:
    """What happens in a story, in one line, with the due dates that go by: `received > answered > (request is over)`."""
    return THEN.join(_in_turn(story))


def _in_turn(story: Story) -> Iterator[str]:
    case, before = Case.open(story.policy), story.steps[0].at
    for step in story.steps:
        if case.count:
            yield from _gone_by(case.at(before), case.at(step.at))
        before = step.at
        if step.event is None:
            continue
        yield _event_in_words(step, story.policy)
        if step.refused is None:
            case = case.apply(Event(step.event, on=step.at, by=step.by, data=step.data))


def _gone_by(before: View, now: View) -> Iterator[str]:
    """The due dates that went by from one day to another; else that much time did."""
    over = sorted(
        (reading.due, limit)
        for limit, reading in now.limits.items()
        if reading.due is not None and before.as_of <= reading.due < now.as_of
        if before.limits[limit].is_open or reading.status in PAST
    )
    names = [limit for _, limit in over]
    if names:
        yield f"({' and '.join(names)} {'is' if len(names) == 1 else 'are'} over)"
    elif (now.as_of - before.as_of).days >= A_WHILE:
        yield f"(until {day_text(now.as_of)})"


def _event_in_words(step: Step, policy: Policy) -> str:
    """An event with the answers it brings, by whom if by the wrong one, and that it is refused."""
    name = step.event or FACT_RECORDED
    data = step.data.items()
    told = [f"{fact}: {_value(value)}" for fact, value in data if _matters(fact, name, policy)]
    if step.by is not None:
        told.append(f"by {step.by}")
    brought = f"({', '.join(told)})" if told else ""
    words = f"{'recorded' if name == FACT_RECORDED else name}{brought}"
    return f"{words} refused" if step.refused is not None else words


def _matters(name: str, event: str, policy: Policy) -> bool:
    if name in policy.facts:
        return policy.facts[name].kind != "date" or event in BUILT_IN
    return event in BUILT_IN and name == "letter"


def _value(value: Any) -> str:
    if hasattr(value, "items"):
        mapping: Mapping[str, Any] = value
        return ", ".join(f"{each} on {point}" for point, each in mapping.items())
    return value.isoformat() if isinstance(value, date) else str(value)
