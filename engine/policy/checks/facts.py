"""Facts that are asked for and decided by nobody, and facts that nothing asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.model import rule_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.checks.intakes import Versions
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.policy.overlay import Path
    from engine.problems import Problem


def nobody_decides(policy: Policy) -> Iterator[Problem]:
    """`nobody-decides`: a rule or a limit rests on a fact that no role decides and no event brings."""
    brought = {need.name for event in policy.events.values() for need in event.needs if need.kind == "fact"}
    asking = dict(reversed(list(_asking(policy))))
    for fact in policy.facts.values():
        if fact.id in asking and not fact.decided_by and fact.id not in brought:
            yield policy.source.problem(
                ("facts", fact.id), "nobody-decides",
                f'nobody is named who decides "{fact.id}", and no event brings it',
                key=True, severity="warning",
                notes=(
                    "until somebody records it, what asks for it never holds; anybody may",
                    "say whose judgement it is with `decided_by`, or let an event bring it with `needs`",
                ),
                related=((policy.source.place(asking[fact.id]), "it is asked for here"),),
            )  # fmt: skip


def facts_not_used(policy: Policy, handed_on: Callable[[], frozenset[str]]) -> Iterator[Problem]:
    """`fact-not-used`: no rule, limit or event asks for it, no intake hands it on, and no note says why it is kept."""
    used = {fact for fact, _ in _asking(policy)}
    used |= {need.name for event in policy.events.values() for need in event.needs if need.kind == "fact"}
    unused = [fact for fact in policy.facts.values() if fact.id not in used and fact.about.note is None]
    known_before = handed_on() if unused else frozenset()
    for fact in unused:
        if fact.id not in known_before:
            yield policy.source.problem(
                ("facts", fact.id), "fact-not-used", f'nothing asks for "{fact.id}"',
                key=True, severity="information",
                notes=("let a rule or a limit ask for it, take it out, or say in a `note` what it is kept for",),
            )  # fmt: skip


def not_used_by_intake(intake: Intake, versions: Versions) -> Iterator[Problem]:
    """`fact-not-used`: neither the intake nor a procedure it leads to asks for it, and no note says why it is kept."""
    used = {bar.start for bar in intake.limits.values()}
    for condition in (
        *(route.condition for route in intake.routes.values()),
        *(
            each
            for exclusion in intake.exclusions.values()
            for each in (exclusion.condition, exclusion.unless)
        ),
    ):
        used.update(condition.facts_used() if condition is not None else ())
    unused = [fact for fact in intake.facts.values() if fact.id not in used and fact.about.note is None]
    procedures = {route.accept_under for route in intake.routes.values() if route.accept_under and unused}
    known = [versions(procedure) for procedure in sorted(procedures)]
    if not all(known):
        return  # what a procedure with errors, or one that is not there, would ask for is not known
    asked = {fact for found in known for policy in found or () for fact in policy.facts}
    for fact in unused:
        if fact.id not in asked:
            yield intake.source.problem(
                ("facts", fact.id), "fact-not-used",
                f'nothing asks for "{fact.id}", here or in a procedure',
                key=True, severity="information",
                notes=("let a route or an exclusion ask for it, take it out, or say in a `note` what it is kept for",),
            )  # fmt: skip


FACT_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (nobody_decides,)
INTAKE_FACT_CHECKS: tuple[Callable[[Intake, Versions], Iterator[Problem]], ...] = (not_used_by_intake,)


def _asking(policy: Policy) -> Iterator[tuple[str, Path]]:
    """Every fact that a rule or a limit rests on, with where it does."""
    for rule in policy.rules():
        if rule.condition is not None:
            for fact in rule.condition.facts_used():
                yield fact, (*rule_path(rule.id), "if")
    for limit in policy.limits.values():
        path = ("limits", limit.id)
        for case in limit.cases:
            for fact in case.condition.facts_used():
                yield fact, (*path, "cases", case.id)
        if limit.extend_if is not None:
            for fact in limit.extend_if.facts_used():
                yield fact, (*path, "extend_if")
        if limit.due_on is not None:
            yield limit.due_on, (*path, "due_on")
        if limit.before is not None:
            yield limit.before, (*path, "before")
        for start in limit.starts:
            if start.kind == "fact":
                yield start.id, (*path, "from")
