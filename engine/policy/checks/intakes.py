"""What an intake whose names all resolve still gets wrong: routes that meet or leave gaps, discretions nobody has."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Any

from engine.documents import likely
from engine.policy.checks.overlap import (
    MOST_TRIALS,
    MOST_TRIALS_IN_ALL,
    Trials,
    example_of,
    exclude,
    parts_of,
    values_of,
)
from engine.policy.conditions import EveryPoint, Not, Several, SomePoint
from engine.policy.intake import procedure_named
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.policy.conditions import Condition
    from engine.policy.intake import Intake, Route
    from engine.policy.model import Policy
    from engine.policy.overlay import Path, Source
    from engine.problems import Problem

    # The versions of a policy, the earliest first: `None` if there is none of that name, none if one has errors.
    Versions = Callable[[str], tuple[Policy, ...] | None]

POINT = "point_1"


def unknown_procedures(source: Source) -> Iterator[Problem]:
    """`unknown-procedure`: an exclusion of a procedure to which no route leads."""
    authority = source.data["intake"]
    routes = source.data.get("routes", {}).values()
    known = sorted({route["accept_under"] for route in routes if "accept_under" in route})
    led_to = {procedure_named(authority, each) for each in known}
    for name, spec in source.data.get("exclusions", {}).items():
        for place, procedure in enumerate(as_list(spec.get("of"))):
            if procedure_named(authority, procedure) not in led_to:
                path = ("exclusions", name, "of", *((place,) if isinstance(spec["of"], list) else ()))
                meant = likely(procedure, known)
                yield source.problem(
                    path, "unknown-procedure", f'no route leads to the procedure "{procedure}"', instead=meant,
                    notes=() if meant else (f"routes lead to: {', '.join(known) or 'none'}",),
                )  # fmt: skip


def same_names(source: Source) -> Iterator[Problem]:
    """`name-used-twice`: a route and an exclusion of one name could not be told apart in a decision."""
    for name in source.data.get("routes", {}):
        if name in source.data.get("exclusions", {}):
            yield source.problem(
                ("exclusions", name), "name-used-twice", f'"{name}" is both a route and an exclusion', key=True,
                related=((source.place(("routes", name), key=True), "the route"),),
            )  # fmt: skip


def two_routes(intake: Intake, _versions: Versions) -> Iterator[Problem]:
    """`overlapping-routes`: two routes that can hold for one point; the point could not be decided."""
    trials = Trials()
    for first, second in combinations(intake.routes.values(), 2):
        if trials.are_used_up:
            break
        example = _both_hold(intake, first, second, trials)
        if example is not None:
            yield intake.source.problem(
                ("routes", second.id), "overlapping-routes",
                f'both "{first.id}" and "{second.id}" can hold for a point',
                key=True,
                notes=(f"for example {example}", "at most one may hold: narrow an `if`"),
                related=((intake.place("routes", first.id), f'"{first.id}"'),),
            )  # fmt: skip
    if trials.given_up or trials.are_used_up:
        yield _not_compared(intake, trials)


def no_route(intake: Intake, _versions: Versions) -> Iterator[Problem]:
    """`no-route`: answers with which a point belongs nowhere, as far as answers can be tried."""
    conditions = [route.condition for route in intake.routes.values()]
    if None in conditions:
        return
    choices = _choices(intake, [each for each in conditions if each])
    most = min(MOST_TRIALS, MOST_TRIALS_IN_ALL // max(1, len(conditions)))
    for facts in islice(_answered(intake, choices), most):
        if not any(condition and condition.holds(facts, (POINT,), POINT) for condition in conditions):
            yield intake.source.problem(
                ("routes",), "no-route", "for some answers no route holds, and the point belongs nowhere",
                key=True, severity="warning",
                notes=(f"for example {_in_words(facts)}", "add a route for them: `accept_under` or `refer_to`"),
            )  # fmt: skip
            return


def missing_procedures(intake: Intake, versions: Versions) -> Iterator[Problem]:
    """`procedure-missing` and `procedure-not-in-force`: a route to a policy that is not there, or not all the time."""
    for route in intake.routes.values():
        if route.accept_under is None:
            continue
        found = versions(route.accept_under)
        path = ("routes", route.id, "accept_under")
        if found is None:
            yield intake.source.problem(
                path, "procedure-missing", f"there is no policy {route.accept_under}", severity="warning",
                notes=("a point accepted under it has no procedure to go through; `refer_to` names another body",),
            )  # fmt: skip
        elif found and (gap := _gap(intake, found)) is not None:
            yield intake.source.problem(
                path, "procedure-not-in-force",
                f"no version of {route.accept_under} is in force on {gap}, when this intake is",
                severity="warning",
                related=tuple((each.place("in_force"), "a version of it") for each in found[:1]),
            )  # fmt: skip


def undecided(intake: Intake, _versions: Versions) -> Iterator[Problem]:
    """`nobody-decides`: a discretion that rests on a fact for which no role is named."""
    for exclusion in intake.exclusions.values():
        for fact in dict.fromkeys(exclusion.unless.facts_used() if exclusion.unless else ()):
            if not intake.facts[fact].decided_by:
                yield intake.source.problem(
                    ("facts", fact), "nobody-decides",
                    f'"{exclusion.id}" leaves it to somebody\'s judgement whether "{fact}", and nobody decides it',
                    key=True, notes=("say whose judgement it is: `decided_by: …`",),
                    related=((intake.place("exclusions", exclusion.id, "unless"), "the discretion"),),
                )  # fmt: skip


def silent_refusals(intake: Intake, _versions: Versions) -> Iterator[Problem]:
    """`silent-refusal`: an exclusion after which nobody is told."""
    for exclusion in intake.exclusions.values():
        if not exclusion.send:
            yield intake.source.problem(
                ("exclusions", exclusion.id), "silent-refusal",
                f'after "{exclusion.id}" nobody is told that the point is not considered',
                key=True, severity="warning",
                notes=("name a letter with `send`; it gives the reasons and the right to go to the Ombudsman",),
            )  # fmt: skip


def not_handed_on(intake: Intake, versions: Versions) -> Iterator[Problem]:
    """`cannot-be-handed-on`: a fact of the same id in the procedure's policy that cannot take the answer."""
    told: set[tuple[str, str]] = set()
    for route in intake.routes.values():
        for policy in versions(route.accept_under) or () if route.accept_under else ():
            for fact in intake.facts.values():
                other = policy.facts.get(fact.id)
                if other is None or other.takes_answers_of(fact) or (fact.id, policy.id) in told:
                    continue
                told.add((fact.id, policy.id))
                yield intake.source.problem(
                    ("facts", fact.id), "cannot-be-handed-on",
                    f'"{fact.id}" means something else in {policy.id}, so that its answer cannot pass on to the case',
                    key=True, severity="warning",
                    notes=("give it the answers it has there, or another name",),
                    related=((policy.place("facts", fact.id), "the fact of the procedure"),),
                )  # fmt: skip


INTAKE_CHECKS: tuple[Callable[[Intake, Versions], Iterator[Problem]], ...] = (
    two_routes,
    no_route,
    missing_procedures,
    undecided,
    silent_refusals,
    not_handed_on,
)
INTAKE_NAME_CHECKS: tuple[Callable[[Source], Iterator[Problem]], ...] = (unknown_procedures, same_names)


def _both_hold(intake: Intake, first: Route, second: Route, trials: Trials) -> str | None:
    """An example in words of both routes holding for a point; `None` if they cannot, or none was found."""
    trials.left -= 1
    conditions = [route.condition for route in (first, second) if route.condition is not None]
    if exclude(conditions):
        return None
    example, is_complete = _example_for_a_point(intake, conditions, trials)
    if example is None and (not is_complete or any(map(_speaks_of_all, conditions))):
        example, is_complete = example_of(intake.facts, conditions, trials)
    if not is_complete:
        trials.given_up.append((first.id, second.id))
    return example


def _not_compared(intake: Intake, trials: Trials) -> Problem:
    """`routes-not-compared`: proving that no two routes hold for one point would take too long."""
    path: Path = ("routes",)
    what = "whether every two routes exclude each other"
    if trials.given_up:
        first, second = trials.given_up[0]
        path, what = (*path, second), f'whether both "{first}" and "{second}" can hold'
    return intake.source.problem(
        path, "routes-not-compared", f"{what} was not found out: there is too much to try",
        key=True, severity="warning",
        notes=("routes that ask for different answers to the same fact are told apart without trying",),
    )  # fmt: skip


def _example_for_a_point(
    intake: Intake, conditions: list[Condition], trials: Trials
) -> tuple[str | None, bool]:
    """An example of all holding for a complaint of one point, and whether everything was tried for one.

    What holds while some answers are unknown holds whatever they are, so that only known ones need be tried.
    """
    choices = _choices(intake, conditions)
    for part in (part for condition in conditions for part in parts_of(condition)):
        fact, *others = dict.fromkeys(part.facts_used())
        if not others:
            choices[fact] = [
                value
                for value in choices[fact]
                if part.holds(_recorded(intake, {fact: value}), (POINT,), POINT)
            ]
    for number, facts in enumerate(_answered(intake, choices)):
        if number == MOST_TRIALS or trials.are_used_up:
            return None, False
        trials.left -= 1
        if all(condition.holds(facts, (POINT,), POINT) for condition in conditions):
            return _in_words(facts), True
    return None, True


def _speaks_of_all(condition: Condition) -> bool:
    """Whether other points of the complaint count too."""
    if isinstance(condition, (SomePoint, EveryPoint)):
        return True
    items = condition.items if isinstance(condition, Several) else ()
    return any(map(_speaks_of_all, (condition.item,) if isinstance(condition, Not) else items))


def _in_words(facts: dict[str, Any]) -> str:
    told = ", ".join(f"{fact} {_plain(value)}" for fact, value in facts.items())
    return f"with {told}" if told else "with nothing recorded"


def _choices(intake: Intake, conditions: list[Condition]) -> dict[str, list[Any]]:
    """For each fact that the conditions ask about, every answer that they can tell apart, all of them known."""
    used = sorted({fact for condition in conditions for fact in condition.facts_used()})
    return {
        fact: [value for value in values_of(intake.facts[fact], conditions) if value is not None]
        for fact in used
    }


def _answered(intake: Intake, choices: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of these answers, recorded for one point."""
    for values in product(*choices.values()):
        yield _recorded(intake, dict(zip(choices, values, strict=True)))


def _recorded(intake: Intake, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as conditions see them, for a complaint of one point."""
    return {fact: {POINT: value} if intake.facts[fact].per_point else value for fact, value in facts.items()}


def _plain(value: Any) -> Any:
    return value[POINT] if isinstance(value, dict) else value


def _gap(intake: Intake, versions: tuple[Policy, ...]) -> date | None:
    """The first day on which the intake is in force and no version of the policy is.

    A version lasts no longer than until the next begins, and does not come back when that one ends.
    """
    day = intake.in_force_from
    last = intake.in_force_until or date.max
    for number, policy in enumerate(versions, start=1):
        if policy.in_force_from > day:
            return day
        until = policy.in_force_until
        if until is not None and until < last:
            day = max(day, until + timedelta(days=1))
        elif number == len(versions) or versions[number].in_force_from > last:
            return None
        else:
            day = max(day, versions[number].in_force_from)
    return day
