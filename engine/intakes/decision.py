"""What an intake decides, as values: an answer for each point, with its grounds and what is still to be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from engine.policy.intake import Intake

Outcome = Literal["accepted", "redirected", "not_considered", "needs_facts", "no_route"]


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that must be known before a point can be decided; `point` is set where it is asked on each."""

    fact: str
    point: str | None = None

    def __str__(self) -> str:
        return self.fact if self.point is None else f"{self.fact}.{self.point}"


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Until when the person may come again: the due date of a limit, the day included.

    `until` is `None` while the date fact `start` from which it counts is not known.
    """

    limit: str
    length: str
    start: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Ground:
    """An exclusion that holds, or would hold but for the discretion; `reasons` in words, one a line."""

    exclusion: str
    title: str
    reasons: tuple[str, ...]
    instead: str | None
    come_back: ComeBack | None
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one point; `point` is `None` for a complaint without points.

    `under`: the procedure it is accepted under, or would be but for its grounds. `body`: to whom it is redirected.
    `grounds`: every exclusion that holds. `set_aside`: those that hold but for somebody's discretion. `needs`: the
    facts to find out next, in the order of the intake's facts; their answers may make others needed. `route_reasons`: why this route, in words.
    """

    point: str | None
    outcome: Outcome
    route: str | None = None
    route_reasons: tuple[str, ...] = ()
    under: str | None = None
    body: str | None = None
    letters: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()
    set_aside: tuple[Ground, ...] = ()
    needs: tuple[Need, ...] = ()

    def __str__(self) -> str:
        return _IN_WORDS[self.outcome](self)


_IN_WORDS: dict[Outcome, Callable[[Answer], str]] = {
    "accepted": lambda answer: f"accepted under {answer.under}",
    "redirected": lambda answer: f"redirected to {answer.body}",
    "not_considered": lambda answer: (
        "not considered: " + ", ".join(ground.exclusion for ground in answer.grounds)
    ),
    "needs_facts": lambda answer: "needs to be known: " + ", ".join(str(need) for need in answer.needs),
    "no_route": lambda _: "no route: the intake does not say where this belongs",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What an intake says of one complaint received on a date, on the facts recorded.

    `points` is empty for a complaint without points, which then has one answer. `facts` are as they were given:
    one value, or for a fact asked on each point a mapping from point to value.
    """

    intake: Intake
    received: date
    points: tuple[str, ...]
    facts: Mapping[str, Any]
    answers: tuple[Answer, ...]

    @property
    def is_complete(self) -> bool:
        """Whether no fact is needed any more."""
        return not self.needs

    @property
    def needs(self) -> tuple[Need, ...]:
        """The facts to find out next for some point, each once, point by point."""
        return tuple(dict.fromkeys(need for answer in self.answers for need in answer.needs))

    @property
    def cases(self) -> Mapping[str, tuple[str, ...]]:
        """The procedures under which points were accepted, each with its points: the linked cases to open."""
        found: dict[str, tuple[str, ...]] = {}
        for answer in self.answers:
            if answer.outcome == "accepted" and answer.under is not None:
                found[answer.under] = (
                    *found.get(answer.under, ()),
                    *(() if answer.point is None else (answer.point,)),
                )
        return found

    def answer(self, point: str | None = None) -> Answer:
        """The answer for a point; for a complaint without points, without a name. Raises `KeyError`."""
        for answer in self.answers:
            if answer.point == point:
                return answer
        raise KeyError(point)

    def again(self, facts: Mapping[str, Any]) -> Decision:
        """The decision on the same complaint when these facts have changed or become known, under the same intake.

        A value for one point leaves those of the others as they were. Raises `UsageError` as `decide` does.
        """
        from engine.intakes.decide import decide

        merged = dict(self.facts)
        for fact, value in facts.items():
            merged[fact] = _both(merged.get(fact), value, self.points)
        return decide(self.intake, merged, received=self.received, points=self.points)

    def changed_from(self, earlier: Decision) -> tuple[tuple[Answer | None, Answer], ...]:
        """The answers that are not what they were, each with the earlier one (`None` for a new point)."""
        before = {answer.point: answer for answer in earlier.answers}
        return tuple(
            (before.get(answer.point), answer)
            for answer in self.answers
            if before.get(answer.point) != answer
        )


def _both(old: Any, new: Any, points: tuple[str, ...]) -> Any:
    """A fact's value with what is new in it: values by point add to each other, one value stood for every point."""
    if old is None or not hasattr(new, "items"):
        return new
    by_point = old if hasattr(old, "items") else dict.fromkeys(points, old)
    return {**by_point, **new}
