"""Letters that are never sent, and refusals of which nobody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.checks.overlap import answers_for
from engine.policy.model import rule_path
from engine.policy.waiting import waiting_in
from engine.problems import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.checks.intakes import Versions
    from engine.policy.intake import Intake
    from engine.policy.model import Policy, Rule
    from engine.policy.waiting import Waiting
    from engine.problems import Problem


def never_sent(policy: Policy) -> Iterator[Problem]:
    """`letter-never-sent`: no event sends it and no rule asks for it, so that it is never due."""
    asked_for = {letter for rule in policy.rules() for letter in rule.send}
    for letter in policy.letters.values():
        if not letter.sent_by and letter.id not in asked_for:
            yield policy.source.problem(
                ("letters", letter.id), "letter-never-sent",
                f'the letter "{letter.id}" is never due: no rule sends it, and no event is it',
                key=True, severity="warning",
                notes=(f"name the event that is its sending with `sent_by`, or write `send: {letter.id}` in a rule",),
            )  # fmt: skip


def never_sent_by_intake(intake: Intake, _versions: Versions) -> Iterator[Problem]:
    """`letter-never-sent`: no route and no exclusion sends it."""
    sent = {letter for route in intake.routes.values() for letter in route.send}
    sent |= {letter for exclusion in intake.exclusions.values() for letter in exclusion.send}
    for letter in intake.letters.values():
        if letter.id not in sent:
            yield intake.source.problem(
                ("letters", letter.id), "letter-never-sent",
                f'the letter "{letter.id}" is never due: no route and no exclusion sends it',
                key=True, severity="warning",
                notes=(f"write `send: {letter.id}` in the route or exclusion it belongs to",),
            )  # fmt: skip


def refused_in_silence(policy: Policy) -> Iterator[Problem]:
    """`refused-in-silence`: a rule turns down, or leads to an end of refusal, and no letter follows.

    So too where a request is decided on and a rule ends the case, while another lets it go on.
    """
    waiting = waiting_in(policy)
    telling = {event for letter in policy.letters.values() for event in letter.sent_by}
    for rule in policy.rules():
        goal = policy.stages.get(rule.go_to or "")
        refuses = goal is not None and (
            goal.end == "refused" or (goal.end == "closed" and _decides_on_a_request(waiting, rule))
        )
        if (
            (rule.turns_down or refuses)
            and not rule.send
            and not (rule.when and telling.issuperset(rule.when))
        ):
            key = "turns_down" if rule.turns_down else "go_to"
            yield policy.source.problem(
                (*rule_path(rule.id), key), "refused-in-silence",
                f'after "{rule.id}" nobody is told of the refusal', key=True, severity="warning",
                notes=("name a letter with `send`; it gives the reasons and says what can still be done",),
                claim=_claim(policy, rule),
            )  # fmt: skip


def _decides_on_a_request(waiting: Waiting, rule: Rule) -> bool:
    """Whether the rule stands where others decide, on a fact, what those who open cases asked for."""
    stage = rule.reaches[0] if len(rule.reaches) == 1 else ""
    if not rule.when or stage not in waiting.entered_from or not waiting.is_discretion(stage):
        return False
    entering = [each for each in waiting.policy.rules() if each.go_to == stage]
    return all(each.when and all(map(waiting.is_theirs, each.when)) for each in entering)


LETTER_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (
    never_sent,
    refused_in_silence,
)
INTAKE_LETTER_CHECKS: tuple[Callable[[Intake, Versions], Iterator[Problem]], ...] = (never_sent_by_intake,)


def _claim(policy: Policy, rule: Rule) -> Claim | None:
    """That the refusal happens; `None` for one that comes by itself when a limit is overdue."""
    if not rule.when or not rule.reaches:
        return None
    facts = tuple(sorted(answers_for(policy, rule.condition).items()))
    return Claim(
        rule.reaches[0], "accepted", rule.when[0], facts, tuple(sorted({ref.limit for ref in rule.after}))
    )
