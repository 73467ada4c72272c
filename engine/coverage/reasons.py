"""Why nothing shows an aim: how far the scenarios come, and what none of them does then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.intake import Intake
from engine.probing.aims import CASE, answer_as_said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.coverage.coverage import Coverage
    from engine.policy.model import Policy
    from engine.probing.aims import Aim, AimKind


def reason_for(coverage: Coverage, aim: Aim) -> str:
    """Why no scenario shows this, in a sentence without its full stop."""
    if coverage.told == 0:
        return "no scenario about it has passed"
    subject = coverage.subject
    if isinstance(subject, Intake):
        return _OF_INTAKES[aim.kind](coverage, subject, aim)
    return _OF_POLICIES[aim.kind](coverage, subject, aim)


def _number(names: Iterable[str]) -> str:
    count = len(set(names))
    return "1 scenario" if count == 1 else f"{count} scenarios"


def _stage(coverage: Coverage, policy: Policy, aim: Aim) -> str:
    rules = [rule for rule in policy.rules() if rule.go_to == aim.subject]
    ways = [rule.id for rule in rules]
    if not ways:
        return "no rule leads into it"
    reached = {name for rule in rules for stage in rule.reaches for name in coverage.covering("stage", stage)}
    leads = f"{' or '.join(ways[:3])}{' or another' if len(ways) > 3 else ''}"
    if not reached:
        return f"no scenario comes to a stage from which {leads} leads there"
    come = f"{_number(reached)} {_come(reached)} to a stage from which {leads} leads there"
    return come + _but_none(reached, "go on so", "goes on so")


def _come(names: Iterable[str]) -> str:
    return "comes" if len(set(names)) == 1 else "come"


def _rule(coverage: Coverage, policy: Policy, aim: Aim) -> str:
    rule = policy.rule(aim.subject)
    if rule is None:
        return "there is no such rule"
    reached = {name for stage in rule.reaches for name in coverage.covering("stage", stage)}
    where = rule.reaches[0] if len(rule.reaches) == 1 else "a stage where it applies"
    if not reached:
        return f"no scenario comes to {where}"
    come = f"{_number(reached)} {_come(reached)} to {where}"
    if rule.overdue is not None:
        return come + _but_none(
            reached, f"let {rule.overdue} go by there", f"lets {rule.overdue} go by there"
        )
    events = " or ".join(rule.when)
    condition = f" with {rule.condition}" if rule.condition is not None else ""
    dates = _dates(tuple(map(str, rule.within)), tuple(map(str, rule.after)))
    what = f"{events} there{condition}{dates}"
    return come + _but_none(reached, f"record {what}", f"records {what}")


def _but_none(names: Iterable[str], do: str, does: str) -> str:
    """How to go on after the number of scenarios: what none of them does; of one, what it does not do."""
    return f", and it does not {do}" if len(set(names)) == 1 else f", none of which {does}"


def _dates(within: tuple[str, ...], after: tuple[str, ...]) -> str:
    told = f" within {' or '.join(within)}" if within else ""
    return told + (f" after {' and '.join(after)}" if after else "")


def _answer(coverage: Coverage, _subject: Policy | Intake, aim: Aim) -> str:
    others = [
        item for item in coverage.items
        if item.aim.kind == "answer" and item.aim.subject == aim.subject and item.is_covered
    ]  # fmt: skip
    if not others:
        return "no scenario comes to where it is asked with an answer on record"
    names = {name for item in others for name in item.covered_by}
    answers = " or ".join(answer_as_said(item.aim.detail) for item in others)
    return f"where it is asked, the answer in {_number(names)} is {answers}"


# What a limit does, as it is said of one scenario that does not, and of many of which none does.
_DOING = {
    "met": ("meet it in time", "meets it in time"),
    "missed": ("let its due date go by", "lets its due date go by"),
    "extended": ("extend it", "extends it"),
    "paused": ("pause it", "pauses it"),
    "lapsed": ("move on before it is met or over", "moves on before it is met or over"),
}


def _limit(coverage: Coverage, policy: Policy, aim: Aim) -> str:
    started = coverage.covering("limit", aim.subject, "started")
    if not started:
        return "no scenario starts it"
    if aim.detail.startswith(CASE):
        case = aim.detail.removeprefix(CASE)
        condition = next(each.condition for each in policy.limits[aim.subject].cases if each.id == case)
        doing = (f"have it on record that {condition}", f"has it on record that {condition}")
    else:
        doing = _DOING[aim.detail]
    return f"it is started by {_number(started)}{_but_none(started, *doing)}"


_REFUSED = {
    "out_of_turn": "no scenario tries it in a stage where no rule takes it",
    "too_late": "no scenario tries it when the time for it is over",
    "too_early": "no scenario tries it before it may come",
    "condition": "no scenario tries it with answers on which no rule takes it",
    "wrong_role": "no scenario tries it by somebody who may not record it",
}


def _letter(coverage: Coverage, policy: Policy, aim: Aim) -> str:
    rules = [rule for rule in policy.rules() if aim.subject in rule.send]
    if aim.detail == "due":
        names = " or ".join(rule.id for rule in rules)
        return (
            f"no scenario comes to {names}, which {'calls' if len(rules) == 1 else 'call'} for it"
            if rules
            else ("no scenario starts a limit that sending it meets")
        )
    due = coverage.covering("letter", aim.subject, "due")
    if not due:
        return "no scenario records that it was sent"
    return f"it is due in {_number(due)}, and {'it does not record' if len(set(due)) == 1 else 'none records'} that it was sent"


_OF_POLICIES: Mapping[AimKind, Callable[[Coverage, Policy, Aim], str]] = {
    "stage": _stage,
    "rule": _rule,
    "answer": _answer,
    "limit": _limit,
    "refusal": lambda _coverage, _policy, aim: _REFUSED[aim.detail],
    "letter": _letter,
}


# --- Of an intake --------------------------------------------------------------------------------------------------


def _exclusion(coverage: Coverage, intake: Intake, aim: Aim) -> str:
    exclusion = intake.exclusions[aim.subject]
    if aim.detail == "applies":
        return "no scenario has a complaint that is not considered because of it"
    applied = coverage.covering("exclusion", aim.subject, "applies")
    told = f"it applies in {_number(applied)}, and " if applied else ""
    return f"{told}no scenario has somebody decide that {exclusion.unless}"


def _bar(coverage: Coverage, _intake: Intake, aim: Aim) -> str:
    late = aim.detail == "missed"
    other = coverage.covering("limit", aim.subject, "met" if late else "missed")
    told = f"{_number(other)} {'has' if len(set(other)) == 1 else 'have'} a complaint that came {'in time' if late else 'too late'}, and "
    return f"{told if other else ''}no scenario has one that came {'too late' if late else 'in time'}"


_OF_INTAKES: Mapping[AimKind, Callable[[Coverage, Intake, Aim], str]] = {
    "route": lambda _coverage, _intake, _aim: "no scenario has a complaint that belongs there",
    "exclusion": _exclusion,
    "answer": _answer,
    "limit": _bar,
    "letter": lambda _coverage, _intake, _aim: "no scenario has a decision that calls for it",
}
