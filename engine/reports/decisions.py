"""What an intake decided, as a page for people and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.intakes.words import answer_lines
from engine.reports.layout import as_json, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from engine.intakes import Answer, Decision, Ground, Need
    from engine.policy.intake import Intake
    from engine.reports.paint import Paint

_COLOURS = {"accepted": "good", "not_considered": "error", "needs_facts": "warning", "no_route": "error"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that the decision opens: `in_force_from` is the first day of its policy's version.

    `missing` says why there is no version, in words; it is `None` if there is one. `data` is what the event that
    opens the case can carry.
    """

    procedure: str
    points: tuple[str, ...]
    in_force_from: date | None
    data: Mapping[str, Any]
    missing: str | None


def decision_text(
    decision: Decision, opened: Sequence[Opened], earlier: Decision | None = None, paint: Paint = plain
) -> str:
    """The answer for each point with its reasons, then the cases to open and what must still be known."""
    intake = decision.intake
    lines = [
        *filled(intake.title),
        *filled(
            f"the intake of {intake.id}, in force from {day_text(intake.in_force_from)}; "
            f"received {day_text(decision.received)}"
        ),
    ]
    if earlier is not None:
        lines += ["", *_changes(decision, earlier)]
    for answer in decision.answers:
        lines += ["", *_answer(intake, answer, paint)]
    if opened:
        lines += ["", "Linked cases to open" if len(opened) > 1 else "Case to open", *_cases(opened)]
    return "\n".join(lines)


def _changes(decision: Decision, earlier: Decision) -> Iterator[str]:
    changed = decision.changed_from(earlier)
    if not changed:
        yield "Decided again: nothing has changed."
        return
    yield "Decided again. What has changed:"
    for before, after in changed:
        was = str(before) if before is not None else "a new point"
        text = (
            f"{_named(after)}: {was}; now {after}" if str(after) != was else f"{_named(after)}: other reasons"
        )
        yield from filled(text, first="  ", rest="    ")


def _answer(intake: Intake, answer: Answer, paint: Paint) -> Iterator[str]:
    first, *rest = filled(f"{_named(answer)}: {_outcome(answer)}", rest="  ")
    name, _, said = first.partition(": ")
    yield f"{name}: {paint(said, _COLOURS.get(answer.outcome, 'strong'))}"
    yield from rest
    for line in answer_lines(intake, answer):
        text = line.lstrip()
        indent = "  " + " " * (len(line) - len(text))
        yield from filled(text, first=indent, rest=f"{indent}  ")


def _outcome(answer: Answer) -> str:
    """The answer in short: its grounds and needs follow on lines of their own."""
    if answer.outcome == "not_considered":
        return "not considered"
    return "not decided: more must be known" if answer.outcome == "needs_facts" else str(answer)


def _named(answer: Answer) -> str:
    return answer.point or "the complaint"


def _cases(opened: Sequence[Opened]) -> Iterator[str]:
    for case in opened:
        points = f": {', '.join(case.points)}" if case.points else ""
        if case.missing is not None or case.in_force_from is None:
            yield from filled(f"{case.procedure}{points}; {case.missing}", first="  ", rest="    ")
            continue
        version = f"in force from {day_text(case.in_force_from)}"
        yield from filled(f"{case.procedure} ({version}){points}", first="  ", rest="    ")
        handed = ", ".join(name for name in case.data if name != "points")
        if handed:
            yield from filled(f"facts that pass on to it: {handed}", first="    ")


def decision_json(
    decision: Decision, opened: Sequence[Opened], earlier: Decision | None = None, _paint: Paint = plain
) -> str:
    """The same as JSON; `--again` reads it back."""
    intake = decision.intake
    return as_json(
        {
            "authority": intake.id,
            "in_force_from": intake.in_force_from.isoformat(),
            "digest": intake.digest,
            "received": decision.received.isoformat(),
            "complete": decision.is_complete,
            "points": list(decision.points),
            "facts": {name: _plain(value) for name, value in sorted(decision.facts.items())},
            "answers": [_answer_dict(intake, answer) for answer in decision.answers],
            "cases": [_case_dict(case) for case in opened],
            "changed": None
            if earlier is None
            else [
                {
                    "point": after.point,
                    "before": str(before) if before is not None else None,
                    "after": str(after),
                }
                for before, after in decision.changed_from(earlier)
            ],
        }
    )


DECISION_FORMATS = {"text": decision_text, "json": decision_json}


def _answer_dict(intake: Intake, answer: Answer) -> dict[str, Any]:
    return {
        "point": answer.point,
        "outcome": answer.outcome,
        "route": answer.route,
        "route_reasons": list(answer.route_reasons),
        "accept_under": answer.under,
        "refer_to": answer.body,
        "grounds": [_ground_dict(intake, ground) for ground in answer.grounds],
        "set_aside": [_ground_dict(intake, ground) for ground in answer.set_aside],
        "needs": [_need_dict(intake, need) for need in answer.needs],
        "letters": [
            {
                "id": letter,
                "to": list(intake.letters[letter].to),
                "must_say": list(intake.letters[letter].must_say),
            }
            for letter in answer.letters
        ],
    }


def _ground_dict(intake: Intake, ground: Ground) -> dict[str, Any]:
    back = ground.come_back
    return {
        "exclusion": ground.exclusion,
        "title": ground.title,
        "reasons": list(ground.reasons),
        "sources": [str(each) for each in intake.exclusions[ground.exclusion].about.citations],
        "instead": ground.instead,
        "come_back": None
        if back is None
        else {
            "limit": back.limit,
            "length": back.length,
            "from": back.start,
            "until": back.until.isoformat() if back.until else None,
        },
    }


def _need_dict(intake: Intake, need: Need) -> dict[str, Any]:
    fact = intake.facts[need.fact]
    return {
        "fact": need.fact,
        "point": need.point,
        "ask": fact.ask,
        "kind": fact.kind,
        "answers": list(fact.answers),
        "decided_by": list(fact.decided_by),
    }


def _case_dict(case: Opened) -> dict[str, Any]:
    return {
        "procedure": case.procedure,
        "in_force_from": case.in_force_from.isoformat() if case.in_force_from else None,
        "points": list(case.points),
        "data": {name: _plain(value) for name, value in case.data.items()},
        "missing": case.missing,
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return {key: _plain(each) for key, each in sorted(value.items())} if hasattr(value, "items") else value
