"""From what was typed to decisions: facts read, earlier decisions read back, the cases they open looked up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from engine.cases.data import read_fact_value
from engine.cases.refusal import Refused
from engine.commands.finding import intake_named, json_in
from engine.commands.output import complain
from engine.documents.conform import is_date
from engine.errors import PolicyInvalid, PolicyNotFound, UsageError
from engine.intakes import accepted_cases, decide
from engine.reports.decisions import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.intakes import Decision
    from engine.policy.intake import Intake
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Fact


def decided(intake: Intake, facts: Mapping[str, Any], received: date, points: str | None) -> Decision:
    """The decision on facts as typed. `points` are apart by commas. Raises `UsageError` as `decide` does."""
    named = tuple(each.strip() for each in (points or "").split(",") if each.strip())
    return decide(intake, facts, received=received, points=named)


_MOST_DIGITS = 18


def value_of(fact: Fact, text: str) -> Any:
    """A fact's value from what was typed: an answer or its number, a count, a date. Raises `UsageError`."""
    value: Any = text
    number = int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
    if number is not None and fact.kind == "choice" and 1 <= number <= len(fact.answers):
        value = fact.answers[number - 1]
    elif number is not None and fact.kind == "count":
        value = number
    try:
        read_fact_value(fact, value)
    except Refused as refused:
        raise UsageError(refused.text) from None
    return value


def read_decision(name: str, authority: str, folders: Iterable[str]) -> Decision:
    """An earlier decision, read back from what `--format json` printed, under the version it was taken under.

    Raises `UsageError` for a file that holds no decision of this authority, `PolicyNotFound` if its version is gone.
    """
    data = _decision_in(name)
    received = date.fromisoformat(data["received"])
    intake = intake_named(authority, folders, received)
    if data["authority"] != intake.id:
        raise UsageError(f"{name} is a decision of {data['authority']}, not of {intake.id}")
    if str(intake.in_force_from) != data["in_force_from"]:
        raise UsageError(
            f"{name} was decided under the version from {data['in_force_from']}; "
            f"on {received} the one from {intake.in_force_from} is in force"
        )
    if data.get("digest") != intake.digest:
        complain(
            f"note: the intake has been edited since {name} was decided; what changed may be due to that"
        )
    return decide(intake, data["facts"], received=received, points=data["points"])


_NEEDED = {"authority": str, "in_force_from": str, "received": str, "points": list, "facts": dict}


def _decision_in(name: str) -> dict[str, Any]:
    data = json_in(name)
    if (
        not isinstance(data, dict)
        or any(not isinstance(data.get(key), kind) for key, kind in _NEEDED.items())
        or not is_date(data["received"])
    ):
        raise UsageError(f"{name} is no decision as `duecourse intake --format json` prints it")
    return data


def opened_by(decision: Decision, library: PolicyLibrary) -> list[Opened]:
    """The cases a decision opens, each with the version of its policy, or why there is none."""
    try:
        return [
            Opened(case.policy.id, case.points, case.policy.in_force_from, case.data, None)
            for case in accepted_cases(decision, library)
        ]
    except (PolicyNotFound, PolicyInvalid):
        return [_opened(decision, procedure, library) for procedure in decision.cases]


def _opened(decision: Decision, procedure: str, library: PolicyLibrary) -> Opened:
    """One case, where some procedure cannot be found: its own, or another's."""
    points = decision.cases[procedure]
    try:
        policy = library.policy(procedure, decision.received)
    except PolicyNotFound as missing:
        return Opened(procedure, points, None, {}, str(missing))
    except PolicyInvalid:
        return Opened(procedure, points, None, {}, "its policy has problems: see `duecourse check`")
    return Opened(procedure, points, policy.in_force_from, {}, None)
