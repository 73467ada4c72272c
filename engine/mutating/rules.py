"""A rule changed in one thing: whether it is there, on what it waits, where it leads, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.mutating.changing import DROPPED, value_at
from engine.mutating.conditions import other_conditions
from engine.mutating.mutant import Concern, Mutant
from engine.policy.model import rule_path
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.model import Policy, Rule

STAYING = ("same stage", "back")
_BOUNDS = {"within": "were not bound to the time of", "after": "did not wait for the end of"}


def _of(rule: Rule) -> Concern:
    overdue = (rule.overdue,) if rule.overdue else ()
    return Concern(limits=frozenset(overdue), events=frozenset(rule.when), asks=True)


def rules_dropped(policy: Policy) -> Iterator[Mutant]:
    """One rule less."""
    for rule in policy.rules():
        says = f"there were no rule {rule.id}"
        yield Mutant("rule_dropped", rule.id, rule_path(rule.id), says, DROPPED, _of(rule))


def guards_changed(policy: Policy) -> Iterator[Mutant]:
    """The condition of a rule left out, negated or changed; a date it waits for, or must keep to, left out."""
    for rule in policy.rules():
        path = rule_path(rule.id)
        spec = value_at(policy.source.data, path)
        if "if" in spec:
            here = (*path, "if")
            yield Mutant("guard_dropped", rule.id, here, f"{rule.id} asked for nothing", DROPPED, _of(rule))
            says = f"{rule.id} were taken exactly when its condition does not hold"
            yield Mutant("guard_negated", rule.id, here, says, {"not": spec["if"]}, _of(rule))
            for each in other_conditions(policy.facts, spec["if"]):
                says = f"{rule.id} asked {each.says}"
                yield Mutant(each.operator, rule.id, here, says, each.value, _of(rule))
        yield from _bounds(rule, path, spec)


def _bounds(rule: Rule, path: tuple[str, ...], spec: dict[str, Any]) -> Iterator[Mutant]:
    for key, words in _BOUNDS.items():
        items = as_list(spec.get(key))
        for place, item in enumerate(items):
            rest = [*items[:place], *items[place + 1 :]]
            limit = f"the ceiling of {item['longest']}" if isinstance(item, dict) else item
            says = f"{rule.id} {words} {limit}"
            yield Mutant("guard_dropped", rule.id, (*path, key), says, rest or DROPPED, _of(rule))
    if "within" in spec and "after" not in spec:
        yield _turned(rule, path, spec, "within", "after")
    elif "after" in spec and "within" not in spec:
        yield _turned(rule, path, spec, "after", "within")


def _turned(rule: Rule, path: tuple[str, ...], spec: dict[str, Any], key: str, other: str) -> Mutant:
    """`within` for `after` or the other way round."""
    words = "only within the time that it must wait for" if key == "after" else "only after its time"
    turned = {other if each == key else each: value for each, value in spec.items()}
    return Mutant("guard_negated", rule.id, path, f"{rule.id} were taken {words}", turned, _of(rule))


def targets_swapped(policy: Policy) -> Iterator[Mutant]:
    """A rule that leads to the neighbouring stage, or leaves the case where it is."""
    for rule in policy.rules():
        if rule.go_to is None:
            continue
        path = (*rule_path(rule.id), "go_to")
        other = _neighbour(policy, rule)
        if other is not None:
            says = f"{rule.id} led to {other} instead of {_target(rule.go_to)}"
            yield Mutant("target", rule.id, path, says, other, _of(rule))
        if rule.go_to != STAYING[0] and not rule.overdue:
            says = f"{rule.id} left the case where it is instead of leading to {_target(rule.go_to)}"
            yield Mutant("target", rule.id, path, says, DROPPED, _of(rule))


def _target(go_to: str) -> str:
    return "where the case came from" if go_to == "back" else go_to


def _neighbour(policy: Policy, rule: Rule) -> str | None:
    """The stage after the target in the order of the policy, of the same kind (an end for an end) if there is one."""
    names = [name for name in policy.stages if name != "opening" and not policy.stages[name].aside]
    if rule.go_to not in names:
        others = [name for name in names if name not in rule.reaches]
        return others[0] if others else None
    place = names.index(rule.go_to)
    after = [name for name in (*names[place + 1 :], *names[:place]) if (name,) != rule.reaches]
    is_end = policy.stages[rule.go_to].end is not None
    alike = [name for name in after if (policy.stages[name].end is not None) == is_end]
    return next(iter(alike or after), None)


def outcomes_dropped(policy: Policy) -> Iterator[Mutant]:
    """A refusal that is none, a letter that is not owed."""
    for rule in policy.rules():
        path = rule_path(rule.id)
        if rule.turns_down:
            says = f"{rule.id} did not turn down what is asked for"
            yield Mutant("turns_down", rule.id, (*path, "turns_down"), says, DROPPED, _of(rule))
        for letter in rule.send:
            rest = [each for each in rule.send if each != letter]
            says = f"{rule.id} called for no letter {letter}"
            yield Mutant("letter", rule.id, (*path, "send"), says, rest or DROPPED, _of(rule))


RULE_OPERATORS: tuple[Callable[[Policy], Iterator[Mutant]], ...] = (
    rules_dropped,
    guards_changed,
    targets_swapped,
    outcomes_dropped,
)
