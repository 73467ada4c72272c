"""Answers in words, one fact a line: for reports and for the reasons of a failed scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendars import day_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.intakes.decision import Answer, ComeBack, Ground
    from engine.policy.intake import Intake
    from engine.policy.model import About, Fact


def answer_lines(intake: Intake, answer: Answer) -> tuple[str, ...]:
    """Everything an answer says beside its outcome: why, what stands in its way, what follows."""
    return tuple(_lines(intake, answer))


def _lines(intake: Intake, answer: Answer) -> Iterator[str]:
    if answer.route is not None:
        about = intake.routes[answer.route].about
        yield f"route {_called(answer.route, about)}"
        yield from (f"  {reason}" for reason in answer.route_reasons)
        yield from _sources(about)
    for ground in answer.grounds:
        yield from _ground_lines(intake, ground, "because of")
    for ground in answer.set_aside:
        yield from _ground_lines(intake, ground, "set aside:")
    for need in answer.needs:
        yield from need_lines(intake.facts[need.fact], need.point)
    for letter in answer.letters:
        yield letter_line(intake, letter)


def _ground_lines(intake: Intake, ground: Ground, word: str) -> Iterator[str]:
    about = intake.exclusions[ground.exclusion].about
    yield f"{word} {_called(ground.exclusion, about)}"
    yield from (f"  {reason}" for reason in ground.reasons)
    yield from _sources(about)
    if word == "set aside:":
        return
    if ground.instead is not None:
        yield f"  instead: {ground.instead}"
    if ground.come_back is not None:
        yield f"  {come_back_text(ground.come_back)}"


def _called(name: str, about: About) -> str:
    return f"{name}: {about.title}" if about.title else name


def _sources(about: About) -> Iterator[str]:
    return (f"  source: {citation}" for citation in about.citations)


def come_back_text(back: ComeBack) -> str:
    """Until when the person may come again."""
    if back.until is not None:
        return f"may come again until {day_text(back.until)}: {back.limit}, {back.length} from {back.start}"
    return f"may come again within {back.length} from {back.start}: {back.limit}"


def need_lines(fact: Fact, point: str | None) -> Iterator[str]:
    """A question to be answered, by whom, and what the answers are."""
    where = "" if point is None else f".{point}"
    by = f" ({' or '.join(fact.decided_by)} decides)" if fact.decided_by else ""
    yield f"needed: {fact.id}{where}: {fact.ask}{by}"
    yield f"  {answers_text(fact)}"


def answers_text(fact: Fact) -> str:
    """What a fact can be, in words."""
    return {
        "choice": f"one of: {', '.join(fact.answers)}",
        "count": "a whole number from 0 up",
        "date": "a date such as 2026-05-01",
    }[fact.kind]


def letter_line(intake: Intake, letter: str) -> str:
    """A letter that follows, to whom, and what it must say."""
    spec = intake.letters[letter]
    says = f", saying: {', '.join(spec.must_say)}" if spec.must_say else ""
    return f"letter {letter} to {' and '.join(spec.to)}{says}"
