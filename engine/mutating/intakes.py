"""An intake changed in one thing: its routes, its exclusions with their discretion, and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.mutating.calendars import calendars_changed
from engine.mutating.changing import DROPPED
from engine.mutating.conditions import other_conditions
from engine.mutating.lengths import other_lengths
from engine.mutating.limits import counted_otherwise
from engine.mutating.mutant import Mutant, Operator
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.intake import Intake


def routes_changed(intake: Intake) -> Iterator[Mutant]:
    """A route left out, its condition changed, another procedure or body."""
    data = intake.source.data.get("routes", {})
    procedures = list(dict.fromkeys(each["accept_under"] for each in data.values() if "accept_under" in each))
    bodies = list(dict.fromkeys(each["refer_to"] for each in data.values() if "refer_to" in each))
    for route, spec in data.items():
        path = ("routes", route)
        yield Mutant("route_dropped", route, path, f"there were no route {route}", DROPPED)
        yield from _conditions(intake, f"route {route}", route, (*path, "if"), spec.get("if"))
        for key, all_of_them, words in (
            ("accept_under", procedures, "was taken under"),
            ("refer_to", bodies, "was sent to"),
        ):
            others = [each for each in all_of_them if each != spec.get(key)]
            if key in spec and others:
                says = f"what is on route {route} {words} {others[0]} instead of {spec[key]}"
                yield Mutant("procedure", route, (*path, key), says, others[0])
        yield from _letters(f"route {route}", route, path, spec)


def exclusions_changed(intake: Intake) -> Iterator[Mutant]:
    """An exclusion left out, its condition, discretion, limits, procedures or letters changed."""
    for exclusion, spec in intake.source.data.get("exclusions", {}).items():
        path = ("exclusions", exclusion)
        yield Mutant("exclusion_dropped", exclusion, path, f"there were no exclusion {exclusion}", DROPPED)
        yield from _conditions(intake, f"exclusion {exclusion}", exclusion, (*path, "if"), spec.get("if"))
        if "unless" in spec:
            here, called = (*path, "unless"), f"the discretion of {exclusion}"
            says = f"there were no discretion to set {exclusion} aside"
            yield Mutant("discretion", exclusion, here, says, DROPPED)
            yield from _conditions(intake, called, exclusion, here, spec["unless"])
        yield from _parts(exclusion, (*path, "after"), spec.get("after"), "bar_dropped", "did not wait for")
        yield from _parts(exclusion, (*path, "of"), spec.get("of"), "procedure", "did not concern")
        if "instead" in spec:
            says = f"{exclusion} did not point to {spec['instead']}"
            yield Mutant("letter", exclusion, (*path, "instead"), says, DROPPED)
        if "come_back" in spec:
            says = f"{exclusion} did not say until when to come back"
            yield Mutant("bar_dropped", exclusion, (*path, "come_back"), says, DROPPED)
        yield from _letters(exclusion, exclusion, path, spec)


def _parts(
    exclusion: str, path: tuple[str, ...], written: Any, operator: Operator, words: str
) -> Iterator[Mutant]:
    """One of a list left out; of `of` never the last, which would concern every procedure."""
    items = as_list(written)
    for item in items:
        rest = [each for each in items if each != item]
        if rest or operator == "bar_dropped":
            says = f"{exclusion} {words} {item}"
            yield Mutant(operator, exclusion, path, says, rest or DROPPED)


def _conditions(
    intake: Intake, called: str, element: str, path: tuple[str, ...], spec: Any
) -> Iterator[Mutant]:
    if spec is None:
        return
    if path[-1] == "if":
        yield Mutant("guard_dropped", element, path, f"{called} asked for nothing", DROPPED)
    says = f"{called} held exactly when its condition does not"
    yield Mutant("guard_negated", element, path, says, {"not": spec})
    for each in other_conditions(intake.facts, spec):
        yield Mutant(each.operator, element, path, f"{called} asked {each.says}", each.value)


def _letters(called: str, element: str, path: tuple[str, ...], spec: dict[str, Any]) -> Iterator[Mutant]:
    letters = as_list(spec.get("send"))
    for letter in letters:
        rest = [each for each in letters if each != letter]
        yield Mutant(
            "letter", element, (*path, "send"), f"{called} called for no letter {letter}", rest or DROPPED
        )


def bars_moved(intake: Intake) -> Iterator[Mutant]:
    """Each limit one unit longer and one shorter, or counted from another date."""
    dates = [fact.id for fact in intake.facts.values() if fact.kind == "date"]
    for limit, spec in intake.source.data.get("limits", {}).items():
        for other, words in other_lengths(spec["is"]):
            yield Mutant("length", limit, ("limits", limit, "is"), f"{limit} were {words}", other)
        others = [fact for fact in dates if fact != spec["from"]]
        if others:
            says = f"{limit} counted from {others[0]} instead of {spec['from']}"
            yield Mutant("start", limit, ("limits", limit, "from"), says, others[0])


INTAKE_OPERATORS: tuple[Callable[[Intake], Iterator[Mutant]], ...] = (
    calendars_changed,
    counted_otherwise,
    bars_moved,
    routes_changed,
    exclusions_changed,
)
