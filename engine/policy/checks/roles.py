"""Roles that nobody has, that stand against each other, or that appoint themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy
    from engine.problems import Problem


def not_used(policy: Policy) -> Iterator[Problem]:
    """`role-not-used`: nothing is done, decided, owed or received by it."""
    used = _used(policy)
    for role in policy.people.values():
        if role.id not in used and role.acts_for is None and role.about.note is None:
            yield policy.source.problem(
                ("people", role.id), "role-not-used",
                f'"{role.id}" does nothing, decides nothing, owes nothing and receives nothing',
                key=True, severity="information",
                notes=("name it where it has a part, take it out, or say in a `note` what it is kept for",),
            )  # fmt: skip


def appoints_itself(policy: Policy) -> Iterator[Problem]:
    """`appoints-itself`: who is to be appointed is the one who appoints."""
    for role in policy.people.values():
        if role.appointed_by == role.id:
            yield policy.source.problem(
                ("people", role.id, "appointed_by"), "appoints-itself",
                f'"{role.id}" is to be appointed by itself', severity="warning",
            )  # fmt: skip
    for event in policy.events.values():
        if event.appoints is not None and event.by == (event.appoints,):
            yield policy.source.problem(
                ("events", event.id, "appoints"), "appoints-itself",
                f'"{event.id}" appoints "{event.appoints}" and is done by nobody else', severity="warning",
                notes=("say who appoints with `by`",),
            )  # fmt: skip


def cannot_appoint(policy: Policy) -> Iterator[Problem]:
    """`cannot-appoint`: none of those who may record the appointment is the one who is to appoint."""
    for event in policy.events.values():
        role = policy.people[event.appoints] if event.appoints is not None else None
        if role is None or role.appointed_by is None or not event.by:
            continue
        if not any(role.appointed_by in _stands_for(policy, name) for name in event.by):
            yield policy.source.problem(
                ("events", event.id, "by"), "cannot-appoint",
                f'"{role.id}" is appointed by {role.appointed_by}, so that {" or ".join(event.by)} cannot do it',
                severity="warning",
                notes=("every such event would be refused: name the same role in both places",),
                related=((policy.place("people", role.id, "appointed_by"), f'"{role.id}"'),),
            )  # fmt: skip


def against_itself(policy: Policy) -> Iterator[Problem]:
    """`roles-exclude-each-other`: a role excludes itself, a panel its own chair, or an event needs two that exclude."""
    for role in policy.people.values():
        for index, other in enumerate(role.not_also):
            if other in (role.id, role.chair) or policy.people[other].chair == role.id:
                written = policy.source.value("people", role.id, "not_also")
                yield policy.source.problem(
                    ("people", role.id, "not_also", *((index,) if isinstance(written, list) else ())),
                    "roles-exclude-each-other",
                    f'"{role.id}" is not to be {other}, which it is' if other == role.id
                    else f'"{role.id}" is not to be {other}, and the chair is one of the panel',
                    severity="warning",
                    notes=("it is never looked at: the chair is a member",) if other != role.id else (),
                )  # fmt: skip


ROLE_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (
    not_used,
    appoints_itself,
    cannot_appoint,
    against_itself,
)


def _stands_for(policy: Policy, role: str) -> set[str]:
    """The role and those it acts for, one after the other."""
    found: set[str] = set()
    name: str | None = role
    while name is not None and name not in found:
        found.add(name)
        name = policy.people[name].acts_for
    return found


def _used(policy: Policy) -> set[str | None]:
    """Every role that has some part."""
    used: set[str | None] = set()
    for event in policy.events.values():
        used.update((*event.by, event.appoints, event.together_with))
    for fact in policy.facts.values():
        used.update(fact.decided_by)
    for letter in policy.letters.values():
        used.update(letter.to)
    used.update(limit.owed_by for limit in policy.limits.values())
    used.update(stage.owner for stage in policy.stages.values())
    used.update(rule.right_of for rule in policy.rules())
    for role in policy.people.values():
        used.update((role.acts_for, role.appointed_by, role.chair, *role.not_also))
    return used
