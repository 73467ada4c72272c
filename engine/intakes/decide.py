"""Deciding: routes say where a point belongs, exclusions whether it is considered, and what is unknown is asked.

Nothing is presumed. A condition is true, false or unknown; only what is true excludes a point, and only when every
exclusion is known not to hold is it accepted. Facts are asked for in the order in which a route or an exclusion needs
them: the parts of `if` one after the other, then the dates of `after`, and the discretion (`unless`) as a whole once all
that holds.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.calendars import day_text
from engine.cases.data import read_fact_value
from engine.cases.refusal import Refused
from engine.cases.view import unknown
from engine.deadlines import NEVER
from engine.errors import UsageError
from engine.intakes.decision import Answer, ComeBack, Decision, Ground, Need
from engine.policy.conditions import unknown_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.intakes.decision import Outcome
    from engine.policy.conditions import Condition, Truth
    from engine.policy.intake import Bar, Exclusion, Intake, Route
    from engine.policy.model import Fact

# Within this module a complaint without points has one, which no author can name.
WHOLE = ""
NO_POINTS: Sequence[str] = ()


def decide(
    intake: Intake,
    facts: Mapping[str, Any],
    *,
    received: date,
    points: Sequence[str] = NO_POINTS,
) -> Decision:
    """The decision on a complaint received on a date, on these facts.

    A fact asked on each point is a mapping from point to value, or one value for every point. `points` are those of
    the mappings if none are given; with none at all the complaint is decided as one. A date is a `date` or its ISO
    text. Raises `UsageError` for an unknown fact, answer or point and for a date on which the intake is not in force,
    and `CalendarUnknown` where a limit needs days off beyond the years known.
    """
    if isinstance(received, datetime) or not isinstance(received, date):
        raise UsageError(f"`received` is a date such as date(2026, 5, 1), not {received!r}")
    _check_in_force(intake, received)
    named = _points(intake, facts, points)
    judged = _Judged(intake, received, named or (WHOLE,), _read(intake, facts, named))
    answers = tuple(judged.answer(point) for point in judged.points)
    given = {name: dict(value) if hasattr(value, "items") else value for name, value in facts.items()}
    return Decision(intake, received, named, given, answers)


def lateness(decision: Decision, answer: Answer) -> tuple[tuple[str, bool], ...]:
    """The limits that were judged for an answer, each with whether the complaint came after its due date.

    Nothing for an answer under no procedure; a limit is left out while the day it counts from is not known.
    """
    if answer.under is None:
        return ()
    facts = _read(decision.intake, decision.facts, decision.points)
    judged = _Judged(decision.intake, decision.received, decision.points or (WHOLE,), facts)
    return tuple(judged.lateness(answer.under, answer.point or WHOLE))


def _check_in_force(intake: Intake, received: date) -> None:
    last = intake.in_force_until
    if received < intake.in_force_from or (last is not None and last < received):
        until = f" until {last}" if last is not None else ""
        raise UsageError(
            f"the intake of {intake.id} is in force from {intake.in_force_from}{until}, "
            f"and the complaint was received on {received}"
        )


def _points(intake: Intake, facts: Mapping[str, Any], points: Sequence[str]) -> tuple[str, ...]:
    """The points named, or else those for which facts are given."""
    by_point = (value for name, value in facts.items() if name in intake.facts and hasattr(value, "items"))
    named = points or [point for value in by_point for point in value]
    if isinstance(named, str) or not all(isinstance(point, str) and point for point in named):
        raise UsageError(f'the points are several texts such as ["visits", "letters"], not {named!r}')
    return tuple(dict.fromkeys(named))


def _read(intake: Intake, facts: Mapping[str, Any], points: tuple[str, ...]) -> dict[str, Any]:
    """The facts as conditions see them: those asked on each point by point."""
    read: dict[str, Any] = {}
    for name, value in facts.items():
        fact = intake.facts.get(name)
        if fact is None:
            raise UsageError(unknown("fact", name, intake.facts))
        if not fact.per_point and hasattr(value, "items"):
            raise UsageError(
                f"{name} is asked once, of the whole complaint: give one value, not one for each point"
            )
        try:
            by_point = dict(_by_point(fact, value, points)) if fact.per_point else None
            read[name] = by_point if by_point is not None else read_fact_value(fact, _text(value))
        except Refused as refused:
            raise UsageError(refused.text) from None
    return read


def _by_point(fact: Fact, value: Any, points: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not hasattr(value, "items"):
        return ((point, read_fact_value(fact, _text(value))) for point in points or (WHOLE,))
    strange = [point for point in value if point not in points]
    if strange:
        known = ", ".join(points) or "none"
        raise UsageError(f'{fact.id} names the point "{strange[0]}"; the points are: {known}')
    return ((point, read_fact_value(fact, _text(each))) for point, each in value.items())


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


class _Held(NamedTuple):
    """How an exclusion stands for a point: without the discretion, and with it; what would have to be known."""

    otherwise: Truth
    holds: Truth
    unknown: tuple[Need, ...]


class _Judged:
    """One complaint on its facts, judged point by point."""

    def __init__(
        self, intake: Intake, received: date, points: tuple[str, ...], facts: Mapping[str, Any]
    ) -> None:
        self.intake = intake
        self.received = received
        self.points = points
        self.facts = facts
        back = (each.come_back for each in intake.exclusions.values() if each.come_back is not None)
        self.ahead = {intake.limits[limit].start for limit in back}
        self.order = {fact: number for number, fact in enumerate(intake.facts)}

    def answer(self, point: str) -> Answer:
        """The answer for one point."""
        named = None if point == WHOLE else point
        truths = {route.id: self._truth(route.condition, point) for route in self.intake.routes.values()}
        chosen = [self.intake.routes[route] for route, truth in truths.items() if truth is True]
        if len(chosen) > 1:
            # The checker proves that this cannot be; an intake too large to prove may still come to it.
            both = " and ".join(route.id for route in chosen)
            raise UsageError(f"two routes hold for {named or 'the complaint'}: {both}")
        if chosen:
            return self._on_route(chosen[0], point, named)
        open_routes = [route for route, truth in truths.items() if truth is None]
        needs = self._in_order(
            need
            for route in open_routes
            for need in self._unknown(self.intake.routes[route].condition, point)
        )
        return Answer(named, "needs_facts" if open_routes else "no_route", needs=needs)

    def _on_route(self, route: Route, point: str, named: str | None) -> Answer:
        """The answer for a point whose route is known."""
        because = self._recorded(route.condition, point)
        if route.accept_under is None:
            return Answer(named, "redirected", route.id, because, body=route.refer_to, letters=route.send)
        concerned = [each for each in self.intake.exclusions.values() if each.concerns(route.accept_under)]
        held = [(exclusion, self._held(exclusion, point)) for exclusion in concerned]
        grounds = tuple(self._ground(each, point) for each, how in held if how.holds is True)
        aside = tuple(
            self._ground(each, point) for each, how in held if how.otherwise is True and how.holds is False
        )
        needs = self._in_order(need for _, how in held if how.holds is None for need in how.unknown)
        if grounds:
            letters = tuple(dict.fromkeys(letter for ground in grounds for letter in ground.letters))
            return Answer(
                named, "not_considered", route.id, because, route.accept_under,
                letters=letters, grounds=grounds, set_aside=aside,
            )  # fmt: skip
        outcome: Outcome = "needs_facts" if needs else "accepted"
        letters = () if needs else route.send
        return Answer(
            named, outcome, route.id, because, route.accept_under, letters=letters, set_aside=aside, needs=needs
        )  # fmt: skip

    def lateness(self, under: str, point: str) -> Iterator[tuple[str, bool]]:
        """The limits judged for a point under a procedure, each with whether the complaint came after its due date."""
        for exclusion in self.intake.exclusions.values():
            if exclusion.concerns(under) and self._truth(exclusion.condition, point) is not False:
                for limit in exclusion.after:
                    late = self._is_after(self.intake.limits[limit], point)
                    if late is not None:
                        yield limit, late

    def _held(self, exclusion: Exclusion, point: str) -> _Held:
        """Whether an exclusion holds, first without its discretion; only if it does is the discretion asked for."""
        bars = [self.intake.limits[limit] for limit in exclusion.after]
        applies = self._truth(exclusion.condition, point)
        if applies is True:
            self._check_starts(bars, point)
        parts = [applies, *(self._is_after(bar, point) for bar in bars)]
        otherwise = False if False in parts else None if None in parts else True
        if otherwise is None:
            lacking = self._unknown(exclusion.condition, point) or tuple(
                self._need(bar.start, point) for bar in bars if self._value(bar.start, point) is None
            )
            # A discretion already exercised settles it, whatever the rest may be.
            settled = exclusion.unless is not None and self._truth(exclusion.unless, point) is True
            return _Held(None, False if settled else None, lacking)
        if not otherwise or exclusion.unless is None:
            return _Held(otherwise, otherwise, ())
        exercised = self._truth(exclusion.unless, point)
        # A discretion is one decision: everything it rests on is asked for at once.
        lacking = self._unknown(exclusion.unless, point, in_turn=False)
        return _Held(otherwise, None if exercised is None else not exercised, lacking)

    def _check_starts(self, bars: Sequence[Bar], point: str) -> None:
        """Refuse a limit that counts from a day after the receipt: a mistyped year would let a late complaint through.

        A day from which somebody may come again can lie ahead.
        """
        for bar in bars:
            start = self._value(bar.start, point)
            if start is not None and start > self.received and bar.start not in self.ahead:
                raise UsageError(
                    f"{bar.start} is {day_text(start)}, later than the receipt on {day_text(self.received)}"
                )

    def _truth(self, condition: Condition | None, point: str) -> Truth:
        return True if condition is None else condition.holds(self.facts, self.points, point)

    def _value(self, fact: str, point: str) -> Any:
        """What is on record of a fact, for this point if it is asked on each; `None` if nothing is."""
        value = self.facts.get(fact)
        return value.get(point) if self.intake.facts[fact].per_point and value is not None else value

    def _need(self, fact: str, point: str | None) -> Need:
        return Need(fact, (point or None) if self.intake.facts[fact].per_point else None)

    def _is_after(self, bar: Bar, point: str) -> Truth:
        """Whether the complaint was received later than the due date of a limit."""
        due = self._due(bar, point)
        return None if due is None else self.received.toordinal() > due

    def _due(self, bar: Bar, point: str) -> int | None:
        """The due date of a limit as an ordinal, `NEVER` if it has none; `None` while its start is not known."""
        if bar.length.is_open_ended:
            return NEVER
        start = self._value(bar.start, point)
        if start is None:
            return None
        return bar.due(start)

    def _unknown(self, condition: Condition | None, point: str, *, in_turn: bool = True) -> tuple[Need, ...]:
        """What must be known before this condition is true or false; `in_turn`: next."""
        if condition is None:
            return ()
        found = unknown_facts(condition, self.facts, self.points, point, in_turn=in_turn)
        return tuple(self._need(fact, where) for fact, where in found)

    def _in_order(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        return tuple(sorted(dict.fromkeys(needs), key=lambda need: self.order[need.fact]))

    def _ground(self, exclusion: Exclusion, point: str) -> Ground:
        """An exclusion that holds, or does but for the discretion, with its reasons."""
        reasons = (
            *self._recorded(exclusion.condition, point),
            *(self._lateness(self.intake.limits[limit], point) for limit in exclusion.after),
            *self._recorded(exclusion.unless, point, decided=True),
        )
        return Ground(
            exclusion.id,
            exclusion.about.title or exclusion.id,
            reasons,
            exclusion.instead,
            self._come_back(exclusion.come_back, point),
            exclusion.send,
        )

    def _recorded(self, condition: Condition | None, point: str, *, decided: bool = False) -> tuple[str, ...]:
        """What is on record of the facts that a condition asks about; with `decided`, whose decision it was."""
        told = []
        for name in dict.fromkeys(condition.facts_used() if condition is not None else ()):
            value = self._value(name, point)
            if value is not None:
                roles = self.intake.facts[name].decided_by
                by = f", decided by {' or '.join(roles)}" if decided and roles else ""
                told.append(f"{name} is {value}{by}")
        return tuple(told)

    def _lateness(self, bar: Bar, point: str) -> str:
        """By which day the complaint had to come."""
        due, start = self._due(bar, point), self._value(bar.start, point)
        last = "no day" if due is None or due == NEVER else day_text(date.fromordinal(due))
        return (
            f"received {day_text(self.received)}; {bar.id} ended {last}: "
            f"{bar.length} from {bar.start}, {day_text(start)}"
        )

    def _come_back(self, limit: str | None, point: str) -> ComeBack | None:
        if limit is None:
            return None
        bar = self.intake.limits[limit]
        due = self._due(bar, point)
        until = None if due is None or due == NEVER else date.fromordinal(due)
        return ComeBack(limit, str(bar.length), bar.start, until)
