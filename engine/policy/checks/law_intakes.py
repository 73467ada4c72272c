"""The general kinds of tests by which an intake is held against requirements, each a function of the intake and the test.

Who is let in is found out by trying answers, one point at a time: what a test gives is fixed, and every combination of
the other answers that a condition asks about is tried.
"""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

from engine.calendars import Length
from engine.policy.checks.findings import Finding, Names
from engine.policy.checks.overlap import MOST_TRIALS, MOST_TRIALS_IN_ALL, values_of
from engine.policy.requirements import bases_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.policy.checks.intakes import Versions
    from engine.policy.conditions import Condition
    from engine.policy.intake import Exclusion, Intake, Route

    Test = Mapping[str, Any]
    Answers = Mapping[str, Any]

POINT = "point_1"


class HeldIntake:
    """An intake that is held against requirements; `versions` looks up the procedures that it leads to."""

    def __init__(self, intake: Intake, versions: Versions) -> None:
        self.intake = intake
        self.names = Names(intake.source)
        self.left = MOST_TRIALS_IN_ALL
        self._bases = {
            name: {base for policy in versions(name) or () for base in bases_of(policy.source, "policy")}
            for name in dict.fromkeys(self._procedures())
        }

    @property
    def has_unusable(self) -> bool:
        """Whether some procedure could not be looked at, so that nobody knows what it builds on."""
        return not all(self._bases.values())

    def _procedures(self) -> Iterator[str]:
        for route in self.intake.routes.values():
            yield from (route.accept_under,) if route.accept_under else ()
        for exclusion in self.intake.exclusions.values():
            yield from exclusion.of

    def ids(self, group: str, names: Iterable[str]) -> list[str]:
        """The intake's own ids of everything that a test names."""
        return [own for name in names for own in self.names.own(group, name)]

    def is_stranger(self, procedure: str, bases: Iterable[str]) -> bool:
        """Whether a procedure could be looked at, and builds on none of these."""
        built_on = self._bases[procedure]
        return bool(built_on) and built_on.isdisjoint(bases)

    def under(self, base: str) -> set[str]:
        """The procedures that build on a base, or conform to it."""
        return {name for name, bases in self._bases.items() if base in bases}

    def bars(self, base: str) -> list[Exclusion]:
        """The exclusions that are judged for some procedure that builds on a base."""
        procedures = self.under(base)
        return [each for each in self.intake.exclusions.values() if any(map(each.concerns, procedures))]

    def known(self, answers: Mapping[str, str]) -> dict[str, str]:
        """The answers of a test, as far as the intake has the fact and the answer."""
        facts = self.intake.facts
        return {
            own: answer
            for name, answer in answers.items()
            for own in self.names.own("facts", name)
            if answer in facts[own].answers
        }

    def cases(self, used: Iterable[str], fixed: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Every combination of answers to these facts with what is fixed, as far as answers can be tried."""
        facts = self.intake.facts
        names = [fact for fact in dict.fromkeys(used) if fact not in fixed and fact in facts]
        values = [[value for value in values_of(facts[fact], []) if value is not None] for fact in names]
        for chosen in islice(product(*values), MOST_TRIALS):
            if self.left <= 0:
                return
            self.left -= 1
            yield {**fixed, **dict(zip(names, chosen, strict=True))}

    def holds(self, condition: Condition | None, answers: Answers) -> bool:
        """Whether a condition holds for a complaint of one point with these answers; one that is not there does."""
        if condition is None:
            return True
        facts = self.intake.facts
        recorded = {
            fact: {POINT: value} if facts[fact].per_point else value for fact, value in answers.items()
        }
        return condition.holds(recorded, (POINT,), POINT) is True

    def can_hold(self, condition: Condition | None, fixed: Mapping[str, str]) -> bool:
        """Whether a condition holds for some answers to what is not fixed."""
        used = condition.facts_used() if condition is not None else ()
        return any(self.holds(condition, answers) for answers in self.cases(used, fixed))

    def bars_rather(self, exclusion: Exclusion, fixed: Answers, other: Answers) -> bool:
        """Whether an exclusion can turn one person away who would be let in with the other answers."""
        used = [*_used(exclusion.condition), *_used(exclusion.unless)]
        for answers in self.cases(used, fixed):
            if self._turns_away(exclusion, answers) and not self._turns_away(exclusion, {**answers, **other}):
                return True
        return False

    def _turns_away(self, exclusion: Exclusion, answers: Answers) -> bool:
        set_aside = exclusion.unless is not None and self.holds(exclusion.unless, answers)
        return self.holds(exclusion.condition, answers) and not set_aside


def _used(condition: Condition | None) -> Iterable[str]:
    return condition.facts_used() if condition is not None else ()


def lets_in(held: HeldIntake, test: Test) -> Iterator[Finding]:
    """`turned-away-with-a-right`: everybody of `who` is let in, by one of the `ways`, wherever whoever answers `as` is.

    `known` are bars that the requirement itself knows; `told_of` says of what it is told: routes, or exclusions.
    """
    intake, under = held.intake, held.under(test["procedure"])
    if not under:
        return
    (who, people), (way, ways) = (*test["who"].items(),)[0], (*test["ways"].items(),)[0]
    routes: dict[str, list[str]] = {}
    bars: dict[str, list[str]] = {}
    for person in people:
        blocked = [
            _blocked(held, {**test["always"], who: person, way: each}, test, under)
            for each in ways
            if held.known({who: person, way: each}).keys() >= {who, way}
        ]
        if blocked and all(route or bar for route, bar in blocked):
            for route_ids, bar_ids in blocked:
                for name in route_ids:
                    routes.setdefault(name, []).append(person)
                for name in bar_ids:
                    bars.setdefault(name, []).append(person)
    group, found = ("routes", routes) if test["told_of"] == "routes" else ("exclusions", bars)
    for name, turned_away in found.items():
        words = " or ".join(dict.fromkeys(turned_away))
        key = _leads(intake.routes[name]) if group == "routes" else "if"
        yield Finding(
            (group, name, key), "turned-away-with-a-right",
            f'"{name}" can turn away whoever answers {words} to "{who}", and no other way is left',
        )  # fmt: skip


def _blocked(
    held: HeldIntake, given: Mapping[str, str], test: Test, under: set[str]
) -> tuple[list[str], list[str]]:
    """The routes that lead such a person elsewhere, and the exclusions that turn them away."""
    fixed = held.known(given)
    other = held.known(test["as"])
    routes = [
        route.id
        for route in held.intake.routes.values()
        if route.accept_under not in under and held.can_hold(route.condition, fixed)
    ]
    known = set(held.ids("exclusions", test.get("known", ())))
    bars = [
        bar.id
        for bar in held.bars(test["procedure"])
        if bar.id not in known and not bar.after and held.bars_rather(bar, fixed, other)
    ]
    return routes, bars


def no_other_bars(held: HeldIntake, test: Test) -> Iterator[Finding]:
    """`bar-not-in-law`: no exclusion but those `known`; `asking` or `not_asking` picks those that ask for one of the facts."""
    known = set(held.ids("exclusions", test["known"]))
    asking, besides = (set(held.ids("facts", test.get(key, ()))) for key in ("asking", "not_asking"))
    for bar in held.bars(test["procedure"]):
        used = set(_used(bar.condition))
        if bar.id in known or (asking and not used & asking) or used & besides:
            continue
        who = "by who they are, " if asking else ""
        yield Finding(
            ("exclusions", bar.id, "if"), "bar-not-in-law",
            f'"{bar.id}" turns people away {who}for a reason of the authority\'s own',
        )  # fmt: skip


def time_bar(held: HeldIntake, test: Test) -> Iterator[Finding]:
    """`bar-without-discretion`, `bar-too-short`, `bar-without-figure`: who comes late is judged, and after a stated time.

    `at_least`: the shortest time to complain; `judged_by`: facts that set aside lateness. An exclusion of those who come
    back too late is none of those who come too late at first.
    """
    judged = set(held.ids("facts", test["judged_by"]))
    at_least = Length.parse(test["at_least"])
    bars = held.bars(test["procedure"])
    for bar in bars:
        path = ("exclusions", bar.id)
        if _is_of_coming_back(held, bar, bars):
            continue
        if bar.after and bar.unless is None:
            yield Finding(
                (*path, "after"), "bar-without-discretion",
                f'"{bar.id}" turns away whoever comes late, and nobody judges whether it may be considered',
            )  # fmt: skip
        for limit in (held.intake.limits[name] for name in bar.after):
            if _is_shorter(limit.length, at_least):
                yield Finding(
                    ("limits", limit.id, "is"), "bar-too-short",
                    f'"{limit.id}" leaves {limit.length} to complain, and not {at_least}',
                )  # fmt: skip
        if not bar.after and judged & set(_used(bar.unless)):
            yield Finding(
                (*path, "if"), "bar-without-figure",
                f'"{bar.id}" turns away what came too late, and says no time', is_minor=True,
            )  # fmt: skip


def _is_of_coming_back(held: HeldIntake, bar: Exclusion, bars: list[Exclusion]) -> bool:
    """Whether the times of an exclusion are those within which somebody can come back whom another turned away.

    If it is the only one of `bars` with a time, and holds for everybody, it is the first time to complain all the same.
    """
    back = {each.come_back for each in held.intake.exclusions.values() if each.id != bar.id}
    is_first = bar.condition is None and not any(set(each.after) - back for each in bars)
    return bool(bar.after) and set(bar.after) <= back and not is_first


_DAYS = {"calendar_days": 1, "working_days": 1, "weeks": 7, "months": 30, "years": 360}


def _is_shorter(length: Length, other: Length) -> bool:
    """Whether a length is shorter than another by any reckoning: 12 months are a year."""
    return length.amount * _DAYS.get(length.unit, 0) < other.amount * _DAYS[other.unit]


def proceedings(held: HeldIntake, test: Test) -> Iterator[Finding]:
    """`blanket-exclusion`: an exclusion because of the fact `fact` asks what `test` asks, and lets people come back.

    `answers` are those for which it may hold, `others` those that are no such reason.
    """
    for bar in held.bars(test["procedure"]):
        for fact, answers in _reasons(held, bar, test):
            asked = {*_used(bar.condition), *_used(bar.unless)} & set(held.ids("facts", [test["test"]]))
            parts = [] if asked else [f'does not ask about "{test["test"]}"']
            parts += [] if bar.come_back else ["lets nobody come back afterwards"]
            wider = [each for each in answers if each not in test["answers"] and fact in test["fact"]]
            parts += [f"holds for {' and '.join(wider)} as well"] if wider and asked else []
            if parts:
                yield Finding(
                    ("exclusions", bar.id, "if"), "blanket-exclusion",
                    f'"{bar.id}" turns away where {fact} is {" or ".join(answers)}, and {" and ".join(parts)}',
                    is_minor=bar.unless is not None or bool(asked),
                )  # fmt: skip
                break


def _reasons(held: HeldIntake, bar: Exclusion, test: Test) -> Iterator[tuple[str, list[str]]]:
    """The facts because of which an exclusion holds, each with the answers for which it can."""
    if bar.after or bar.condition is None:
        return
    used = set(bar.condition.facts_used())
    for fact in held.ids("facts", [test["fact"]]):
        answers = [
            each for each in held.intake.facts[fact].answers if held.can_hold(bar.condition, {fact: each})
        ]
        if fact in used and answers and not set(answers) & set(test["others"]):
            yield fact, answers
    for fact, answer in held.names.own_answers(test["fact"]):
        every = held.intake.facts[fact].answers
        can = [each for each in every if held.can_hold(bar.condition, {fact: each})]
        if fact in used and answer in can and len(can) < len(every):
            yield fact, [answer]


def route(held: HeldIntake, test: Test) -> Iterator[Finding]:
    """`sent-to-wrong-procedure`: with the answers `if` a point comes under the procedure `under`, or not `not_under`."""
    fixed = held.known(test["if"])
    if fixed.keys() != {*held.ids("facts", test["if"])} or not fixed or held.has_unusable:
        return
    wanted, barred = (held.under(test[key]) if key in test else set() for key in ("under", "not_under"))
    for each in held.intake.routes.values():
        elsewhere = "under" in test and each.accept_under not in wanted
        if (elsewhere or each.accept_under in barred) and held.can_hold(each.condition, fixed):
            words = " and ".join(f"{fact} is {answer}" for fact, answer in fixed.items())
            yield Finding(
                ("routes", each.id, _leads(each)), "sent-to-wrong-procedure",
                f'where {words}, "{each.id}" leads to {_target(held, each)}',
            )  # fmt: skip


def _target(held: HeldIntake, route: Route) -> str:
    """Where a route leads, a procedure of the authority's own without the authority."""
    return (route.accept_under or "").removeprefix(f"{held.intake.id}/") or str(route.refer_to)


def _leads(route: Route) -> str:
    return "accept_under" if route.accept_under else "refer_to"


def notices(held: HeldIntake, test: Test) -> Iterator[Finding]:
    """`letter-says-too-little`: whoever is turned away gets letters that say what `says` has, each in one of its words."""
    told: set[str] = set()
    for bar in held.intake.exclusions.values():
        said = {word for letter in bar.send for word in held.intake.letters[letter].must_say}
        lacking = [name for name, any_of in test["says"].items() if said.isdisjoint(any_of)]
        if bar.send and lacking and bar.send[0] not in told:
            told.add(bar.send[0])
            words = ", ".join(word.replace("_", " ") for word in lacking)
            yield Finding(
                ("letters", bar.send[0], "must_say"), "letter-says-too-little",
                f'the letter "{bar.send[0]}" need not say: {words}',
            )  # fmt: skip


INTAKE_TESTS: dict[str, Callable[[HeldIntake, Test], Iterator[Finding]]] = {
    "lets_in": lets_in,
    "no_other_bars": no_other_bars,
    "time_bar": time_bar,
    "proceedings": proceedings,
    "route": route,
    "notices": notices,
}
