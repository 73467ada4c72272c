"""Rules that may match one event at once, and rules that can never apply."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from engine.policy.checks.overlap import both_hold
from engine.policy.checks.stages import rule_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy, Rule
    from engine.problems import Problem


def overlapping(policy: Policy) -> Iterator[Problem]:
    """`overlapping-rules`: two rules that one event can match in one stage; the engine would refuse the event."""
    told: set[tuple[str, str]] = set()
    for stage in policy.stages:
        for cause, rules in _judged_together(policy, stage):
            for first, second in combinations(rules, 2):
                if (first.id, second.id) in told:
                    continue
                example = both_hold(policy, first, second)
                if example is not None:
                    told.add((first.id, second.id))
                    yield _overlap(policy, stage, cause, first, second, example)


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
        for first, second in combinations(moving, 2):
            if first.overdue != second.overdue:
                yield policy.source.problem(
                    rule_path(second.id), "two-overdue-rules",
                    f'both "{first.id}" and "{second.id}" move the case when their limit is overdue',
                    key=True, severity="warning",
                    notes=("whichever due date is over first decides where the case goes",),
                    related=((policy.place(*rule_path(first.id)), f'"{first.id}"'),),
                )  # fmt: skip


RULE_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (overlapping, never_applies, two_overdue)


def _judged_together(policy: Policy, stage: str) -> Iterator[tuple[str, list[Rule]]]:
    """The rules of a stage that one event (or one overdue limit) is held against, where there are several."""
    by_cause: dict[str, list[Rule]] = {}
    own = policy.stages[stage].rules
    for rule in own:
        for event in rule.when:
            by_cause.setdefault(event, []).append(rule)
        if rule.overdue:
            by_cause.setdefault(f"{rule.overdue} overdue", []).append(rule)
    own_causes = set(by_cause)
    for rule in policy.anywhere:
        if stage in rule.reaches:
            for cause in [*rule.when, *([f"{rule.overdue} overdue"] if rule.overdue else [])]:
                if cause not in own_causes:
                    by_cause.setdefault(cause, []).append(rule)
    for cause, rules in by_cause.items():
        if len(rules) > 1:
            yield cause, rules


def _overlap(policy: Policy, stage: str, cause: str, first: Rule, second: Rule, example: str) -> Problem:
    return policy.source.problem(
        rule_path(second.id),
        "overlapping-rules",
        f'in the stage "{stage}", {cause} can match both "{first.id}" and "{second.id}"',
        key=True,
        notes=(
            f"for example {example}",
            "exactly one rule may match: add or narrow an `if`, a `within` or an `after`",
        ),
        related=((policy.place(*rule_path(first.id)), f'"{first.id}"'),),
    )
