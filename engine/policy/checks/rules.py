"""Rules that may match one event at once, and rules that can never apply."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING

from engine.policy.checks.bounds import MOST_OF_A_NAME
from engine.policy.checks.overlap import MOST_TRIALS, Trials, both_hold, recorded_answers, values_of
from engine.policy.model import rule_path
from engine.problems import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.policy.model import Policy, Rule
    from engine.problems import Problem


def overlapping(policy: Policy) -> Iterator[Problem]:
    """`overlapping-rules`: two rules that one event can match in one stage; the engine would refuse the event."""
    compared: set[tuple[str, str]] = set()
    trials = Trials()
    for stage, cause, rules in _judged_together(policy):
        for first, second in combinations(rules, 2):
            if trials.are_used_up:
                break
            if (first.id, second.id) not in compared:
                compared.add((first.id, second.id))
                example = both_hold(policy, first, second, trials)
                if example is not None:
                    yield _overlap(policy, stage, cause, first, second, example)
    if trials.given_up or trials.are_used_up:
        yield _not_compared(policy, trials)


def never_applies(policy: Policy) -> Iterator[Problem]:
    """`rule-never-applies`: an `anywhere` rule, and every stage has a rule of its own for its event."""
    for rule in policy.anywhere:
        if not rule.reaches:
            yield policy.source.problem(
                rule_path(rule.id), "rule-never-applies",
                f'"{rule.id}" reaches no stage: each has a rule of its own for {" and ".join(rule.when)}',
                key=True, severity="warning",
            )  # fmt: skip


def two_overdue(policy: Policy) -> Iterator[Problem]:
    """`two-overdue-rules`: two limits of one stage each move the case when overdue; the earlier decides."""
    for stage in policy.stages.values():
        moving = [rule for rule in stage.rules if rule.overdue and rule.go_to is not None]
        pairs = (
            (first, second) for first, second in combinations(moving, 2) if first.overdue != second.overdue
        )
        for first, second in islice(pairs, MOST_OF_A_NAME):
            yield policy.source.problem(
                rule_path(second.id), "two-overdue-rules",
                f'both "{first.id}" and "{second.id}" move the case when their limit is overdue',
                key=True, severity="warning",
                notes=("whichever due date is over first decides where the case goes",),
                related=((policy.rule_place(first.id), f'"{first.id}"'),),
            )  # fmt: skip


RULE_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (overlapping, never_applies, two_overdue)


def _judged_together(policy: Policy) -> Iterator[tuple[str, str, list[Rule]]]:
    """Where one event (or one overdue limit) is held against several rules: the stage, the cause and the rules."""
    shared = _by_cause(policy.anywhere)
    several = [(cause, rules) for cause, rules in shared.items() if len(rules) > 1]
    reached = {rule.id: frozenset(rule.reaches) for _, rules in several for rule in rules}
    for stage in policy.stages.values():
        own = _by_cause(stage.rules)
        for cause, rules in own.items():
            if len(rules) > 1:
                yield stage.id, cause, rules
        for cause, rules in several:
            here = [rule for rule in rules if stage.id in reached[rule.id]] if cause not in own else []
            if len(here) > 1:
                yield stage.id, cause, here


def _by_cause(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules by the event, or the overdue limit, that they are held against."""
    by_cause: dict[str, list[Rule]] = {}
    for rule in rules:
        for cause in [*rule.when, *([f"{rule.overdue} overdue"] if rule.overdue else [])]:
            by_cause.setdefault(cause, []).append(rule)
    return by_cause


def _not_compared(policy: Policy, trials: Trials) -> Problem:
    """`rules-not-compared`: proving that these do not overlap would take too long."""
    if trials.given_up:
        first, second = trials.given_up[0]
        where, what = rule_path(second), f'whether one event can match both "{first}" and "{second}"'
    else:
        where, what = ("stages",), "whether every two rules exclude each other"
    return policy.source.problem(
        where, "rules-not-compared", f"{what} was not found out: there is too much to try",
        key=True, severity="warning",
        notes=("rules that ask for different answers to the same fact are told apart without trying",),
    )  # fmt: skip


def _overlap(policy: Policy, stage: str, cause: str, first: Rule, second: Rule, example: str) -> Problem:
    return policy.source.problem(
        rule_path(second.id),
        "overlapping-rules",
        f'in the stage "{stage}", {cause} can match both "{first.id}" and "{second.id}"',
        key=True,
        notes=(
            example,
            "exactly one rule may match: add or narrow an `if`, a `within` or an `after`",
        ),
        related=((policy.rule_place(first.id), f'"{first.id}"'),),
        claim=_claim(policy, stage, cause, first, second),
    )


def _claim(policy: Policy, stage: str, cause: str, first: Rule, second: Rule) -> Claim | None:
    """That the event is refused where both match; `None` if both wait for a due date."""
    if cause not in policy.events:
        return None
    conditions = [rule.condition for rule in (first, second) if rule.condition is not None]
    used = sorted({fact for condition in conditions for fact in condition.facts_used()})
    whole = [fact for fact in used if not policy.facts[fact].per_point]
    each = [fact for fact in used if policy.facts[fact].per_point]
    values = {fact: values_of(policy.facts[fact], conditions) for fact in used}
    passed = tuple(sorted({ref.limit for ref in (*first.after, *second.after)}))
    for facts, points in islice(recorded_answers(whole, each, values), MOST_TRIALS):
        if all(condition.holds(facts, points) is True for condition in conditions):
            return Claim(stage, "refused", cause, tuple(sorted(facts.items())), passed)
    return None
