"""Small intakes by chance, and answers by chance; a number names an intake, the same on every machine.

In a condition each fact stands once, so that what is neither true nor false for some values of the unknown facts is
exactly what three-valued logic calls unknown. (`some_point` and `every_point` are left to tests by hand.)
"""

from __future__ import annotations

import json
import random
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from engine import PolicyLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.intake import Intake

RECEIVED = date(2026, 3, 5)
# A year before the day of receipt, thirty days before it (3 February), and the days beside each.
DATES = ("2024-01-08", "2025-03-04", "2025-03-05", "2025-03-06", "2026-02-02", "2026-02-03", "2026-02-04")
# For each limit, the last of those dates from which it is over on the day of receipt.
OVER_FROM = {"year": "2025-03-04", "month": "2026-02-02"}
STARTS = {"year": "began", "month": "noticed"}
COUNTS = (0, 1, 2, 3, 4)
CHOICES = ("colour", "size", "shape", "taste", "sound")
PROCEDURES = ("first", "second")


def fact(chance: random.Random, **spec: Any) -> dict[str, Any]:
    per_point = {"per": "point"} if chance.random() < 0.5 else {}
    return {"ask": "What is it?", "decided_by": "manager", **spec, **per_point}


def data_of(number: int) -> dict[str, Any]:
    """The data of the intake of this number."""
    chance = random.Random(number)  # noqa: S311
    facts = {
        "subject": fact(chance, answers=["one", "two", "three", "four"]),
        **{name: fact(chance, answers=["low", "middle", "high"][: chance.randint(2, 3)]) for name in CHOICES},
        "number": fact(chance, kind="count"),
        **{name: fact(chance, kind="date") for name in STARTS.values()},
    }
    names = list(facts)
    chance.shuffle(names)
    facts = {name: facts[name] for name in names}
    routes = dict(routes_of(chance, facts))
    under = sorted({route["accept_under"] for route in routes.values() if "accept_under" in route})
    about = {"owed_by": "complainant", "force": "must", "basis": "local", "roll": "stays"}
    return {
        "intake": "lab",
        "title": "By chance",
        "in_force": {"from": "2020-01-01"},
        "calendar": "every_day",
        "calendars": {"every_day": {"region": "england", "day_one": "day_after"}},
        "people": {"complainant": {"title": "Complainant"}, "manager": {"title": "Manager"}},
        "facts": facts,
        "limits": {
            "year": {"is": "1 year", "from": STARTS["year"], **about},
            "month": {"is": "30 calendar days", "from": STARTS["month"], **about},
        },
        "letters": {
            name: {"to": "complainant", "must_say": ["reasons"]} for name in ("welcome", "refusal", "later")
        },
        "routes": routes,
        "exclusions": {
            f"exclusion_{index}": exclusion(chance, facts, under) for index in range(1, chance.randint(2, 5))
        },
    }


def routes_of(chance: random.Random, facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Routes that never meet: each has answers to `subject` of its own."""
    subjects = ["one", "two", "three", "four"]
    chance.shuffle(subjects)
    for index in range(1, chance.randint(2, 4)):
        others = [name for name in (*CHOICES, "number") if name in facts]
        asked = {"subject": subjects.pop()}
        if chance.random() < 0.4:
            more = condition(chance, facts, chance.sample(others, chance.randint(1, 2)))
            asked = {"all_of": chance.sample([asked, more], 2)}
        leads = (
            {"refer_to": "somebody else", "send": "later"}
            if index > 1 and chance.random() < 0.3
            else {
                "accept_under": chance.choice(PROCEDURES),
                **({"send": "welcome"} if chance.random() < 0.5 else {}),
            }
        )
        yield f"route_{index}", {"if": asked, **leads}


def exclusion(chance: random.Random, facts: dict[str, Any], under: list[str]) -> dict[str, Any]:
    names = chance.sample([*CHOICES, "number", "subject"], 5)
    spec: dict[str, Any] = {"send": chance.choice(["refusal", ["refusal", "later"]])}
    if chance.random() < 0.5:
        spec["of"] = chance.sample(under, chance.randint(1, len(under)))
    if chance.random() < 0.5:
        spec["after"] = chance.sample(list(STARTS), chance.randint(1, 2))
    if "after" not in spec or chance.random() < 0.4:
        spec["if"] = condition(chance, facts, names[: chance.randint(1, 3)])
    if chance.random() < 0.6:
        spec["unless"] = condition(chance, facts, names[3 : 3 + chance.randint(1, 2)])
    return spec


def condition(chance: random.Random, facts: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """A condition in which each of these facts stands once."""
    if len(names) == 1:
        atom = {names[0]: wanted(chance, facts[names[0]])}
        return {"not": atom} if chance.random() < 0.3 else atom
    parts = [condition(chance, facts, names[:1]), condition(chance, facts, names[1:])]
    chance.shuffle(parts)
    return {chance.choice(["all_of", "any_of"]): parts}


def wanted(chance: random.Random, spec: dict[str, Any]) -> Any:
    """What a condition asks of a fact: some answers but not all, or a bound that some counts keep."""
    if spec.get("kind") == "count":
        return {chance.choice(["at_least", "at_most"]): chance.randint(1, 3)}
    answers = chance.sample(spec["answers"], chance.randint(1, len(spec["answers"]) - 1))
    return answers if len(answers) > 1 else answers[0]


@cache
def random_intake(number: int) -> Intake:
    """The intake of this number."""
    return built(data_of(number))


def built(data: dict[str, Any]) -> Intake:
    examined = PolicyLibrary().examine_text(json.dumps(data), "lab/intake.yaml")
    assert examined.intake is not None, [str(problem) for problem in examined.problems]
    return examined.intake


def values_of(spec: dict[str, Any]) -> tuple[Any, ...]:
    """The values of a fact that are tried."""
    return {"count": COUNTS, "date": DATES}.get(spec.get("kind", ""), tuple(spec.get("answers", ())))


def random_facts(chance: random.Random, data: dict[str, Any], points: tuple[str, ...], known: float) -> Any:
    """Facts by chance, each known as often as `known` says (from 0 to 1); some by point, some for all points."""
    facts: dict[str, Any] = {}
    for name, spec in data["facts"].items():
        values = values_of(spec)
        if "per" in spec and points and chance.random() < 0.8:
            by_point = {point: chance.choice(values) for point in points if chance.random() < known}
            if by_point or chance.random() < 0.5:
                facts[name] = by_point
        elif chance.random() < known:
            facts[name] = chance.choice(values)
    return facts
