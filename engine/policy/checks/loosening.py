"""Where an overlay is weaker than its base: law loosened, a right narrowed, a gate that base rules walk past.

None of it is an error: an authority's page may say so, and then its policy says so too. It is reported, because the
person at the other end should know. Only the file's own base is compared, so that a finding is told once.

What makes a limit or a rule weaker is settled in `engine.policy.strength`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.build import build
from engine.policy.model import rule_path
from engine.policy.overlay import resolve
from engine.policy.strength import LOOSENED, NARROWED, holders_of_rights, narrower_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy, Rule
    from engine.policy.overlay import Path
    from engine.problems import Problem


def loosened(policy: Policy) -> Iterator[Problem]:
    """`law-loosened`: a limit whose basis is law, made weaker than the base has it, or removed."""
    base = base_of(policy)
    if base is None:
        return
    holders = holders_of_rights(base)
    for before in base.limits.values():
        if before.about.basis != "law":
            continue
        after = policy.limits.get(before.id)
        if after is None:
            yield _removed(policy, base, ("limits", before.id), f'the limit "{before.id}", which is law')
            continue
        ways = NARROWED if before.owed_by in holders else LOOSENED
        for weaker in (found for way in ways for found in way(before, after)):
            yield policy.source.problem(
                ("limits", before.id, weaker.key), "law-loosened",
                f'"{before.id}" is law in {base.id}, and here {weaker.what}',
                key=True, severity="warning",
                related=((base.place("limits", before.id, weaker.key), "the base"),),
            )  # fmt: skip


def narrowed(policy: Policy) -> Iterator[Problem]:
    """`right-narrowed`: a rule that the base marks as somebody's right, made harder to use, or removed."""
    base = base_of(policy)
    if base is None:
        return
    known = {rule.id for rule in base.rules()}
    for before in base.rules():
        if before.right_of is None:
            continue
        after = policy.rule(before.id)
        if after is None:
            yield _removed(
                policy, base, rule_path(before.id), f'"{before.id}", a right of the {before.right_of}'
            )
            continue
        changes = list(narrower_rule(policy, before, after))
        for weaker in changes:
            yield policy.source.problem(
                (*rule_path(before.id), weaker.key), "right-narrowed",
                f'"{before.id}" is a right of the {before.right_of} in {base.id}, and here {weaker.what}',
                key=True, severity="warning",
                related=((base.rule_place(before.id), "the base"),),
            )  # fmt: skip
        if not changes:  # else a rule that turns down what is left over says the same again
            yield from _competing(policy, base, before, known)


def past_the_gate(policy: Policy) -> Iterator[Problem]:
    """`past-the-gate`: a base rule now leads to a stage of the overlay first, and another for the same event does not."""
    base = base_of(policy)
    if base is None:
        return
    for before in base.rules():
        after = policy.rule(before.id)
        gate = after.go_to if after is not None else None
        if gate is None or gate == before.go_to or gate in base.stages:
            continue
        for other in policy.rules():
            inherited = base.rule(other.id)
            same_event = set(other.when) & set(before.when)
            if inherited is not None and same_event and other.go_to == inherited.go_to == before.go_to:
                yield policy.source.problem(
                    (*rule_path(before.id), "go_to"), "past-the-gate",
                    f'"{before.id}" goes to "{gate}" first, but "{other.id}" still goes straight to "{other.go_to}"',
                    key=True, severity="warning",
                    related=((policy.rule_place(other.id), f'"{other.id}"'),),
                )  # fmt: skip


def base_of(policy: Policy) -> Policy | None:
    """What the policy's file extends, as a policy; `None` if it extends nothing."""
    documents = policy.source.documents[1:]
    if not documents:
        return None
    if "base" not in policy.cache:
        policy.cache["base"] = build(resolve(documents)[0])
    base: Policy = policy.cache["base"]
    return base


LOOSENING_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (loosened, narrowed, past_the_gate)


def _removed(policy: Policy, base: Policy, path: Path, what: str) -> Problem:
    own = policy.source.documents[0]
    return own.problem(
        ("remove",), "law-loosened" if path[0] == "limits" else "right-narrowed",
        f"this removes {what} in {base.id}",
        key=True, severity="warning", related=((base.place(*map(str, path)), "the base"),),
    )  # fmt: skip


def _competing(policy: Policy, base: Policy, right: Rule, known: set[str]) -> Iterator[Problem]:
    """Rules of the overlay's own for the same event in a stage that the right reaches, and that turn it down."""
    for rule in policy.rules():
        if rule.id in known or not rule.turns_down:
            continue
        if set(rule.when) & set(right.when) and set(rule.reaches) & set(right.reaches):
            yield policy.source.problem(
                rule_path(rule.id), "right-narrowed",
                f'"{rule.id}" turns down what "{right.id}" gives as a right of the {right.right_of} in {base.id}',
                key=True, severity="warning",
                related=((base.rule_place(right.id), "the base"),),
            )  # fmt: skip
