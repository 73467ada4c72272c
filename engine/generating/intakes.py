"""Complaints made for an intake: one for each aim, and three around the last day of each time limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.coverage.complaints import Complaints
from engine.intakes import decide
from engine.probing.aims import Aim, answer_as_said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.intakes import Answer, Decision
    from engine.policy.intake import Bar, Intake

# No limit on complaining is longer.
MOST_DAYS_BACK = 4_000
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MadeDecision:
    """A complaint made for some aims, and what is decided on it, as a scenario says it."""

    name: str
    aims: tuple[Aim, ...]
    received: date
    given: Mapping[str, Any]
    decision: Mapping[str, Any]
    remark: str = ""


def complaints_around(
    intake: Intake, aims: Iterable[Aim], found: Complaints | None = None, *, around: bool = True
) -> Iterator[MadeDecision]:
    """A complaint for each aim of which one is found within bounds, the nearest first; the same for the same aims.

    With `around` every time limit among the aims is told three times: with a day to spare, on its last day, and late.
    Complaints that several aims share are told once.
    """
    seeking = found or Complaints(intake)
    told: dict[str, None] = {}
    for aim in dict.fromkeys(aims):
        for made in _made(seeking, aim, around=around):
            key = repr((made.received, made.given))
            if key not in told:
                told[key] = None
                yield made


def _made(found: Complaints, aim: Aim, *, around: bool) -> Iterator[MadeDecision]:
    if aim.kind == "limit":
        made = list(_around_last_day(found, aim))
        wanted = [each for each in made if around or each.aims == (aim,)]
        if wanted:
            yield from wanted if around else wanted[:1]
            return
    complaint = found.showing(aim)
    if complaint is not None:
        yield _decided(found.intake, aim, complaint.received, complaint.facts)


def _around_last_day(found: Complaints, aim: Aim) -> Iterator[MadeDecision]:
    """The complaint that shows the limit to be over, with the day it counts from moved so that it is just over, or not."""
    bar = found.intake.limits[aim.subject]
    late = found.showing(Aim("limit", bar.id, "missed"))
    if late is None:
        return
    for start, name, detail in _starts(bar, late.received):
        facts = {**late.facts, bar.start: start.isoformat()}
        made = _decided(found.intake, Aim("limit", bar.id, detail), late.received, facts, name)
        cited = f"; {bar.about.citations[0]}" if bar.about.citations else ""
        remark = f"To confirm: {bar.id} is {bar.length} from {day_text(start)}{cited}."
        yield MadeDecision(made.name, made.aims, made.received, made.given, made.decision, remark)


def _starts(bar: Bar, received: date) -> Iterator[tuple[date, str, str]]:
    """The days to count from with which a complaint on a day has a day to spare, comes on the last day, or late."""
    for offset in range(MOST_DAYS_BACK):
        start = received - timedelta(days=offset)
        if bar.due(start) < received.toordinal():
            yield start, f"A complaint on the day after {bar.id} ended is late", "missed"
            if offset:
                yield start + A_DAY, f"A complaint on the last day of {bar.id} is in time", "met"
            if offset > 1:
                yield start + A_DAY * 2, f"A complaint before the last day of {bar.id} is in time", "met"
            return


def _decided(
    intake: Intake, aim: Aim, received: date, facts: Mapping[str, Any], name: str | None = None
) -> MadeDecision:
    decision = decide(intake, facts, received=received)
    (answer,) = decision.answers
    said = name or _NAMES[aim.kind](aim, answer)
    return MadeDecision(said, (aim,), received, dict(facts), expected_of(decision, answer))


_NAMES: Mapping[str, Callable[[Aim, Answer], str]] = {
    "route": lambda aim, answer: f"The route {aim.subject} holds: {_outcome(answer)}",
    "exclusion": lambda aim, answer: (
        f"{aim.subject} is set aside: {_outcome(answer)}"
        if aim.detail == "set_aside"
        else f"{aim.subject} keeps a complaint from being considered"
    ),
    "answer": lambda aim, answer: f"{aim.subject} is {answer_as_said(aim.detail)}: {_outcome(answer)}",
    "limit": lambda aim, answer: f"{aim.subject} is {aim.detail}: {_outcome(answer)}",
    "letter": lambda aim, answer: f"The letter {aim.subject} is due: {_outcome(answer)}",
}


def _outcome(answer: Answer) -> str:
    if answer.outcome == "needs_facts":
        return "more has to be known"
    return str(answer).partition(":")[0] if answer.outcome == "no_route" else str(answer)


def expected_of(decision: Decision, answer: Answer) -> dict[str, Any]:
    """What a scenario expects of one answer."""
    own = f"{decision.intake.id}/"
    expected: dict[str, Any] = {
        "accepted": (answer.under or "").removeprefix(own) if answer.outcome == "accepted" else None,
        "redirected": answer.body if answer.outcome == "redirected" else None,
        "not_considered": [ground.exclusion for ground in answer.grounds],
        "needs": list(dict.fromkeys(need.fact for need in answer.needs))
        if answer.outcome == "needs_facts"
        else [],
        "no_route": answer.outcome == "no_route",
        "route": answer.route,
        "set_aside": [ground.exclusion for ground in answer.set_aside],
        "letters": list(answer.letters),
        "come_back": {
            ground.come_back.limit: "unknown"
            if ground.come_back.until is None
            else ground.come_back.until.isoformat()
            for ground in answer.grounds
            if ground.come_back is not None
        },
    }
    return {key: value for key, value in expected.items() if value}
