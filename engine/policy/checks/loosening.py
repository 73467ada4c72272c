"""Where an overlay is weaker than its base: law loosened, a right narrowed, a gate that base rules walk past.

None of it is an error: an authority's page may say so, and then its policy says so too. It is reported, because the
person at the other end should know. Only the file's own base is compared, so that a finding is told once.

A limit owed by somebody whose right some base rule is (`right_of`) is an opportunity: there a shorter time is the
weaker one. For everybody else it is a duty, and a longer time is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.policy.build import build
from engine.policy.model import rule_path
from engine.policy.overlay import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.calendars import Length
    from engine.policy.model import Limit, Policy, Rule
    from engine.policy.overlay import Path
    from engine.problems import Problem

STRENGTH = {"external": 0, "recommended": 1, "aim": 2, "will": 3, "must": 4}


class Weaker(NamedTuple):
    """One way in which something is weaker: the key that makes it so, and what it does, in words."""

    key: str
    what: str


def loosened(policy: Policy) -> Iterator[Problem]:
    """`law-loosened`: a limit whose basis is law, made weaker than the base has it, or removed."""
    base = base_of(policy)
    if base is None:
        return
    holders = {rule.right_of for rule in base.rules() if rule.right_of is not None}
    for before in base.limits.values():
        if before.about.basis != "law":
            continue
        after = policy.limits.get(before.id)
        if after is None:
            yield _removed(policy, base, ("limits", before.id), f'the limit "{before.id}", which is law')
            continue
        ways = _NARROWED if before.owed_by in holders else _LOOSENED
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
        changes = list(_rule_changes(policy, before, after))
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


# --- Limits ------------------------------------------------------------------------------------------------------


def _longest(limit: Limit) -> Iterator[Length]:
    yield limit.length
    yield from (case.length for case in limit.cases)


def _longer(before: Limit, after: Limit) -> Iterator[Weaker]:
    if _exceeds([after.length], [before.length]):
        yield Weaker("is", f"it runs {after.length} instead of {before.length}")
    longer = [
        case for case in after.cases if case not in before.cases and _exceeds([case.length], _longest(before))
    ]
    for case in longer:
        yield Weaker("cases", f"it runs {case.length} in the case {case.id}")


def _higher_ceiling(before: Limit, after: Limit) -> Iterator[Weaker]:
    if after.up_to == before.up_to and after.extended_by == before.extended_by:
        return
    if after.up_to is None and after.extended_by and (before.up_to is not None or not before.extended_by):
        yield Weaker("extended_by", "it may be extended without a ceiling")
    elif after.extended_by and not before.extended_by:
        yield Weaker("extended_by", f"it may be extended, up to {after.up_to}")
    elif after.up_to is not None and before.up_to is not None and _exceeds([after.up_to], [before.up_to]):
        yield Weaker("up_to", f"its ceiling is {after.up_to} instead of {before.up_to}")


def _shorter(before: Limit, after: Limit) -> Iterator[Weaker]:
    if _exceeds([before.length], [after.length]):
        yield Weaker("is", f"only {after.length} are left instead of {before.length}")


def _other_start(before: Limit, after: Limit) -> Iterator[Weaker]:
    if (set(before.starts), before.mode) != (set(after.starts), after.mode) and before.before is None:
        yield Weaker("from", "it counts from something else")
    elif before.before != after.before:
        yield Weaker("before", "it counts back from something else")


def _other_end(before: Limit, after: Limit) -> Iterator[Weaker]:
    if set(before.met_by) != set(after.met_by):
        yield Weaker("met_by", f"it is met by {' or '.join(after.met_by) or 'nothing'}")


def _weaker_force(before: Limit, after: Limit) -> Iterator[Weaker]:
    if STRENGTH[after.force] < STRENGTH[before.force]:
        yield Weaker("force", f'its force is "{after.force}" instead of "{before.force}"')


def _stronger_force(before: Limit, after: Limit) -> Iterator[Weaker]:
    if STRENGTH[after.force] > STRENGTH[before.force]:
        yield Weaker("force", f'its force is "{after.force}" instead of "{before.force}"')


def _more_slack(before: Limit, after: Limit) -> Iterator[Weaker]:
    if after.practicable and not before.practicable:
        yield Weaker("practicable", 'it carries "or as soon as reasonably practicable"')
    if after.late_extension and not before.late_extension:
        yield Weaker("late_extension", "it may be extended after its due date")
    known = {pause.id: pause for pause in before.pauses}
    for pause in after.pauses:
        if pause.id not in known:
            yield Weaker("pauses", f"it pauses for {pause.id}")
        elif pause.at_most is None and known[pause.id].at_most is not None:
            yield Weaker("pauses", f"its pause {pause.id} has no longest time")


_LOOSENED = (_longer, _higher_ceiling, _other_start, _other_end, _weaker_force, _more_slack)
_NARROWED = (_shorter, _other_start, _other_end, _stronger_force)


def _exceeds(lengths: Iterable[Length], known: Iterable[Length]) -> bool:
    """Whether a length is longer than each known one. Only lengths in one unit are compared: others have no order.

    As soon as possible is never overdue, so it is longer than any figure.
    """
    known = list(known)
    return any(
        (each.is_open_ended and not other.is_open_ended)
        or (each.unit == other.unit and each.amount > other.amount)
        for each in lengths
        for other in (max(known, key=lambda length: (length.unit == each.unit, length.amount)),)
    )


# --- Rules -------------------------------------------------------------------------------------------------------


def _rule_changes(policy: Policy, before: Rule, after: Rule) -> Iterator[Weaker]:
    if after.condition is not None and after.condition != before.condition:
        yield Weaker("if", f"it asks that {after.condition}")
    if after.within != before.within and after.within:
        yield Weaker("within", f"it asks for a date within {' or '.join(map(str, after.within))}")
    if after.after != before.after and after.after:
        yield Weaker("after", f"it asks for a date after {' and '.join(map(str, after.after))}")
    if after.go_to != before.go_to:
        yield Weaker("go_to", f'it leads to "{after.go_to}" instead of "{before.go_to}"')
    lost = [stage for stage in before.reaches if stage not in after.reaches and stage in policy.stages]
    if lost:
        yield Weaker("in", f"it no longer reaches {' and '.join(lost)}")


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
