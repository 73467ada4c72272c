"""A history told step by step: what was recorded, what came of it, and how the case reads before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.cases import Case, Event, EventRefused
from engine.cases.events import FACT_RECORDED
from engine.errors import UsageError
from engine.probing.days import next_working_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.cases import View
    from engine.policy.model import Policy
    from engine.probing import Step

    # What is recorded next in a case on the day reached so far; `None`: nothing more.
    Next = Callable[[Case, "date | None"], "Step | None"]

# How long after its last step a history is looked at once more.
AFTERWARDS = timedelta(days=400)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A case looked at on the evening of `day`, after `steps`, those that were accepted.

    `step` is what was recorded just now, `before` the case until then, read on the day of the step; it was accepted
    unless there is a `refusal`. Without a step nothing but time has passed. `is_last`: nothing comes after it.
    """

    case: Case
    day: date
    view: View
    steps: tuple[Step, ...]
    step: Step | None = None
    before: View | None = None
    refusal: EventRefused | None = None
    is_last: bool = False

    @property
    def policy(self) -> Policy:
        """The policy of the case."""
        return self.case.policy

    @property
    def a_year_later(self) -> date:
        """The first working day after the same day of the next year, on which a case that nobody touches is seen again."""
        day = self.day
        return next_working_day(self.policy, date(day.year + 1, day.month, min(day.day, 28)))

    @property
    def is_in_order(self) -> bool:
        """Whether the step was recorded on the day reached, nothing dated later."""
        return self.step is not None and self.step.at == self.day


def looks(policy: Policy, following: Next, until: date | None = None, known: int = 0) -> Iterator[Look]:
    """Every look at a history: before each step if days have passed, after each step, and at the end.

    The end is `until`, or some time after the last step. Of the first `known` steps nothing is shown.
    """
    case, today, number = Case.open(policy), None, 0
    steps: tuple[Step, ...] = ()
    while (step := following(case, today)) is not None:
        shown = number >= known
        if shown and today is not None and step.at > today:
            yield Look(case, step.at, case.at(step.at), steps)
        today = step.at if today is None else max(today, step.at)
        before = case.at(step.at)
        number += 1
        try:
            after = case.apply(event_of(step))
        except EventRefused as refusal:
            if shown:
                yield Look(case, today, case.at(today), steps, step, before, refusal)
            continue
        except UsageError:
            continue
        case, steps = after, (*steps, step)
        if shown:
            yield Look(case, today, case.at(today), steps, step, before)
    if today is not None:
        end = max(today, until) if until is not None else today + AFTERWARDS
        yield Look(case, end, case.at(end), steps, is_last=True)


def event_of(step: Step) -> Event:
    """The event of a step; one without a name puts facts on record."""
    return Event(step.event or FACT_RECORDED, on=step.at, data=step.data)


def one_by_one(steps: Sequence[Step]) -> Next:
    """These steps, one after the other."""
    waiting = iter(steps)
    return lambda _case, _today: next(waiting, None)
