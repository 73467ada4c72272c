"""What can happen in a stage that answers it in some cases, and is answered by no rule in others.

Proved by trying: every listed answer, every count on either side of a number compared with, mixtures of up to three
points, each before and after the due dates that the rules name. Being too early is no gap, since waiting helps; nor is
an answer with which no rule leads into the stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from engine.policy.build import OPENING
from engine.policy.checks.overlap import MOST_TRIALS, effort_of, in_words, recorded_answers, values_of
from engine.policy.checks.ways import ways_of
from engine.policy.model import rule_path
from engine.problems import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.checks.ways import Ways
    from engine.policy.model import DueRef, EventType, Policy, Rule
    from engine.problems import Problem

# For one policy: combinations tried, and stages with an event held against their rules.
MOST_TRIALS_IN_ALL = 150_000
MOST_TOGETHER = 60_000
# How many combinations without a rule are held against the ways into a stage before it is let be.
MOST_EXAMPLES = 30
# Where an event stands to the due dates that rules name: before all, past them, past their ceilings too.
BEFORE, OVER, PAST = 0, 1, 2


class Asked(NamedTuple):
    """An event in a stage with the rules it is held against there."""

    stage: str
    event: str
    rules: tuple[Rule, ...]


class Gap(NamedTuple):
    """Facts and a time for which no rule matches. `over`: the limits past due, if with the same facts one does earlier.

    `is_between`: the ceilings of these limits are not over, and once they are a rule may match again.
    """

    facts: dict[str, Any]
    points: tuple[str, ...]
    over: tuple[str, ...] = ()
    is_between: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it is the time that no rule takes, and not the answers."""
        return bool(self.over)


class Search:
    """The search through one policy: what it may still cost, and what was told already."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.ways = ways_of(policy)
        self.left = MOST_TRIALS_IN_ALL
        self.gave_up = False
        self.openers = frozenset(
            role
            for rule in policy.stages[OPENING].rules
            for event in rule.when
            for role in policy.events[event].by[:1]
        )

    @property
    def is_over(self) -> bool:
        """Whether what may be tried is used up."""
        return self.left <= 0 or self.ways.are_used_up

    def gaps(self, asked: Asked) -> Iterator[Gap]:
        """The first gap of each kind, if any, that a case in this stage can fall into."""
        if all(rule.condition is None and not rule.within for rule in asked.rules):
            return
        over = self._over(asked)
        if self.is_over:
            return
        positions = (
            (BEFORE, OVER, PAST)
            if over and _asks_for_longest(asked.rules)
            else (BEFORE, PAST)
            if over
            else (BEFORE,)
        )
        found: set[bool] = set()
        examples = 0
        for facts, points in self._combinations(asked):
            matching = [
                any(_matches(rule, facts, points, position, over) for rule in asked.rules)
                for position in positions
            ]
            if not any(matching):
                gap = Gap(facts, points)
            elif (late := _first_loss(matching)) is not None:
                gap = Gap(facts, points, tuple(sorted(over)), _is_between(positions[late:], matching[late:]))
            else:
                continue
            if gap.is_late in found or not self._counts(asked, gap):
                continue
            examples += 1
            if self._can_be(asked, gap):
                found.add(gap.is_late)
                yield gap
            if len(found) == 2 or examples >= MOST_EXAMPLES:
                return

    def _over(self, asked: Asked) -> frozenset[str]:
        """The limits named by the rules whose due date can be over when the event comes."""
        named = {ref.limit for rule in asked.rules for ref in (*rule.within, *rule.after)}
        limits = self.policy.limits
        return frozenset(name for name in named if self.ways.can_be_over(limits[name], asked.stage))

    def _combinations(self, asked: Asked) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
        """Every combination of known answers that the rules can tell apart, with the points."""
        facts = self.policy.facts
        conditions = [rule.condition for rule in asked.rules if rule.condition is not None]
        used = sorted({fact for condition in conditions for fact in condition.facts_used()})
        values = {
            fact: [value for value in values_of(facts[fact], conditions) if value is not None]
            for fact in used
        }
        whole = [fact for fact in used if not facts[fact].per_point]
        each = [fact for fact in used if facts[fact].per_point]
        for number, combination in enumerate(recorded_answers(whole, each, values), start=1):
            self.left -= len(asked.rules) * effort_of(used)
            if number > MOST_TRIALS or self.left <= 0:
                self.gave_up = True
                return
            yield combination

    def _counts(self, asked: Asked, gap: Gap) -> bool:
        """Whether the gap is one that an author can want to close.

        What the person asks for should be answered. A step of somebody else that rests on one condition may be
        guarded by it on purpose, unless it is all that leads on from the stage; so may one that is only recorded.
        """
        if self.openers.intersection(self.policy.events[asked.event].by[:1]):
            return True
        if gap.is_late:
            return any(rule.within and rule.go_to is not None for rule in asked.rules)
        conditions = {str(rule.condition) for rule in asked.rules if rule.condition is not None}
        return len(conditions) > 1 or self._is_all_that_leads_on(asked)

    def _is_all_that_leads_on(self, asked: Asked) -> bool:
        stage = self.policy.stages[asked.stage]
        return stage.end is None and not any(
            rule.go_to not in (None, stage.id) and rule.when != (asked.event,) for rule in stage.rules
        )

    def _can_be(self, asked: Asked, gap: Gap) -> bool:
        """Whether the rules that lead into the stage leave these facts possible; those the event brings are new."""
        brought = {need.name for need in self.policy.events[asked.event].needs if need.kind == "fact"}
        before = {fact: value for fact, value in gap.facts.items() if fact not in brought}
        return not before or (
            asked.stage in self.ways.onward([OPENING], before) and not self.ways.are_used_up
        )


def no_rule(policy: Policy) -> Iterator[Problem]:
    """`no-rule-for` and `no-rule-when-late`: an event that a stage answers in some cases, and a case in which it does not."""
    search = Search(policy)
    told: dict[tuple[str, tuple[str, ...], bool], tuple[Asked, Gap]] = {}
    also: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
    for number, asked in enumerate(_asked(policy, search.ways)):
        if search.is_over or number > MOST_TOGETHER:
            search.gave_up = True
            break
        for gap in search.gaps(asked):
            key = (asked.event, tuple(rule.id for rule in asked.rules), gap.is_late)
            if key in told:
                also[key].append(asked.stage)
            else:
                told[key], also[key] = (asked, gap), []
    for key, (asked, gap) in told.items():
        yield (
            _late(policy, asked, gap, also[key])
            if gap.is_late
            else _unanswered(policy, asked, gap, also[key])
        )
    if search.gave_up:
        yield policy.source.problem(
            ("stages",), "gaps-not-sought",
            "whether every answer has a rule was not found out: there is too much to try",
            key=True, severity="warning",
            notes=("what was tried until then is told",),
        )  # fmt: skip


GAP_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (no_rule,)


def _asked(policy: Policy, ways: Ways) -> Iterator[Asked]:
    """Every stage that a case can come to, with each event its rules answer: its own, else those of `anywhere`."""
    shared: dict[str, dict[str, list[Rule]]] = {}
    narrow = {
        event for rule in policy.anywhere if rule.condition is not None or rule.within for event in rule.when
    }
    for rule in policy.anywhere:
        for event in narrow.intersection(rule.when):
            for reached in rule.reaches:
                shared.setdefault(reached, {}).setdefault(event, []).append(rule)
    # The last resort as an example: a stage aside is entered by another way than the case's own.
    for stage in sorted(policy.stages.values(), key=lambda each: each.aside):
        if stage.id not in ways.from_opening:
            continue
        own: dict[str, list[Rule]] = {}
        for rule in stage.rules:
            for event in rule.when:
                own.setdefault(event, []).append(rule)
        for event, rules in {**shared.get(stage.id, {}), **own}.items():
            if _can_be_refused(policy.events[event]):
                yield Asked(stage.id, event, tuple(rules))


def _can_be_refused(event: EventType) -> bool:
    """What is presumed is taken in any stage, whether a rule matches or not."""
    return event.presumed_from is None


def _asks_for_longest(rules: tuple[Rule, ...]) -> bool:
    return any(ref.longest for rule in rules for ref in (*rule.within, *rule.after))


def _matches(
    rule: Rule, facts: dict[str, Any], points: tuple[str, ...], position: int, over: frozenset[str]
) -> bool:
    """Whether the rule takes the event with these facts, the limits of `over` standing at `position`."""
    if rule.within and not any(not _is_past(ref, position, over) for ref in rule.within):
        return False
    if not all(_is_past(ref, position, over) for ref in rule.after):
        return False
    return rule.condition is None or rule.condition.holds(facts, points) is True


def _is_past(ref: DueRef, position: int, over: frozenset[str]) -> bool:
    return ref.limit in over and position >= (PAST if ref.longest else OVER)


def _first_loss(matching: list[bool]) -> int | None:
    """The first position for which there is no rule though there is one before it."""
    for index in range(1, len(matching)):
        if not matching[index] and any(matching[:index]):
            return index
    return None


def _is_between(positions: tuple[int, ...], matching: list[bool]) -> bool:
    """Whether what no rule takes at the first of these positions is taken again once the ceilings are over."""
    return positions[0] == OVER and any(matching)


def _unanswered(policy: Policy, asked: Asked, gap: Gap, also: list[str]) -> Problem:
    return policy.source.problem(
        rule_path(asked.rules[0].id), "no-rule-for",
        f'in the stage "{asked.stage}", {asked.event} {in_words(gap.facts, gap.points)}: no rule',
        key=True, severity="warning",
        notes=(
            *_elsewhere(also),
            f"it is answered there by {_named(asked.rules)} only; any other is refused, and nothing follows from it",
            "add a rule for the other answers: it may lead on, or turn down and `send` a letter that says why",
        ),
        claim=_claim(asked, gap),
    )  # fmt: skip


def _late(policy: Policy, asked: Asked, gap: Gap, also: list[str]) -> Problem:
    bound = next((rule for rule in asked.rules if rule.within), asked.rules[0])
    limits = " and ".join(gap.over)
    when = (
        f"between the due date of {limits} and its ceiling"
        if gap.is_between
        else f"after the due date of {limits}"
    )
    with_facts = f" {in_words(gap.facts, gap.points)}" if gap.facts else ""
    return policy.source.problem(
        (*rule_path(bound.id), "within"), "no-rule-when-late",
        f'in the stage "{asked.stage}", {asked.event}{with_facts} {when}: no rule',
        key=True, severity="warning",
        notes=(
            *_elsewhere(also),
            "in time it leads on; late it is refused, and nothing follows from it",
            "add a rule with `after`: it may lead to a stage in which somebody decides on the late one",
        ),
        claim=_claim(asked, gap),
    )  # fmt: skip


def _elsewhere(stages: list[str]) -> tuple[str, ...]:
    return (f"likewise in {', '.join(stages)}",) if stages else ()


def _named(rules: tuple[Rule, ...]) -> str:
    return " and ".join(f'"{rule.id}"' for rule in rules)


def _claim(asked: Asked, gap: Gap) -> Claim:
    """What a story could show. A fact on each point is given as one value where there is one point."""
    facts = tuple(
        (fact, next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else value)
        for fact, value in sorted(gap.facts.items())
    )
    return Claim(asked.stage, "refused", asked.event, facts, gap.over)
