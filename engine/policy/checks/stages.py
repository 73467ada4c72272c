"""Stages that cannot be reached, and stages that cannot be left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.build import OPENING
from engine.policy.model import rule_path
from engine.problems import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy
    from engine.problems import Problem

BACK = "back"


def unreachable(policy: Policy) -> Iterator[Problem]:
    """`unreachable-stage`: no sequence of rules leads there from the opening."""
    reached = reachable_stages(policy)
    for stage in policy.stages.values():
        if stage.id not in reached:
            yield policy.source.problem(
                ("stages", stage.id), "unreachable-stage", f'no rule leads to the stage "{stage.id}"',
                key=True, notes=("a rule leads to it by `go_to`; `aside` stages are also left by `go_to: back`",),
            )  # fmt: skip


def reachable_stages(policy: Policy) -> frozenset[str]:
    """The stages to which rules lead from the opening, conditions and dates left out of account."""
    leads: dict[str, set[str]] = {stage: set() for stage in policy.stages}
    for rule in policy.rules():
        for stage in rule.reaches:
            if rule.go_to is not None and rule.go_to != BACK:
                leads.setdefault(stage, set()).add(rule.go_to)
    reached = {OPENING}
    waiting = [OPENING]
    while waiting:
        for stage in leads.get(waiting.pop(), ()):
            if stage not in reached:
                reached.add(stage)
                waiting.append(stage)
    return frozenset(reached)


def dead_end(policy: Policy) -> Iterator[Problem]:
    """`dead-end`: a stage that is no end, and no rule of its own leads on. `anywhere` does not count."""
    for stage in policy.stages.values():
        leads_on = any(rule.go_to not in (None, stage.id) for rule in stage.rules)
        if stage.end is None and not leads_on:
            yield policy.source.problem(
                ("stages", stage.id), "dead-end", f'the stage "{stage.id}" is no end, and no rule of its own leads on',
                key=True,
                notes=("add a rule with `go_to` under `next`, or say how it ends with `end: closed`",),
                claim=Claim(stage.id, "stays"),
            )  # fmt: skip


def back_without_aside(policy: Policy) -> Iterator[Problem]:
    """`back-without-aside`: only a stage entered aside remembers where it was entered from."""
    for rule in policy.rules():
        if rule.go_to == BACK:
            for stage in rule.reaches:
                if not policy.stages[stage].aside:
                    yield policy.source.problem(
                        (*rule_path(rule.id), "go_to"), "back-without-aside",
                        f'"{stage}" is no `aside` stage, so it has nothing to go back to',
                    )  # fmt: skip


STAGE_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (unreachable, dead_end, back_without_aside)
