"""What a story shows: the case is looked at before each step and at the end, and what is new is credited to its version.

A story may cross into another version of its policy; each thing shown is credited to the version the case stood under
when it was first to be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.cases.program import program_of
from engine.coverage.answers import answers_in
from engine.policy.conditions import AllOf
from engine.probing.aims import CASE, Aim
from engine.replay.trials import StoryTrial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.cases import LimitReading, View, WhyNot
    from engine.cases.program import LimitPlan
    from engine.cases.refusal import Considered
    from engine.cases.state import Closed, Cycle, Move
    from engine.policy.model import Policy, Rule
    from engine.replay.story import Happened
    from engine.replay.trials import Told

    # What tells one thing shown from another of its kind: the second run of a limit from the first.
    Token = tuple[Any, ...]

PAST = frozenset({"overdue", "over", "met_late", "missed"})


def shown_by_story(told: Told) -> Iterator[tuple[Policy, Aim]]:
    """The aims that a story shows, each with the version of the policy under which it does."""
    if told.case is None or told.until is None or not isinstance(told.trial, StoryTrial):
        return
    looks = Looks()
    seen: set[Token] = set()
    yield told.trial.policies[0], Aim("stage", next(iter(told.trial.policies[0].stages)))
    for happened in told.happened:
        before = happened.before.at(happened.step.at)
        yield from _new(before, looks, seen)
        yield from ((before.policy, aim) for aim in _shown_by_step(happened, before))
    yield from _new(told.case.at(told.until), looks, seen)


def _new(view: View, looks: Looks, seen: set[Token]) -> Iterator[tuple[Policy, Aim]]:
    """What is to be seen of a case that was not before."""
    for token, aims in looks.seen_in(view):
        if token not in seen:
            seen.add(token)
            yield from ((view.policy, aim) for aim in aims)


class Looks:
    """Looks at one case, again and again as it goes on: a look takes as long as what has happened since the last."""

    def __init__(self) -> None:
        # Links of the two histories that were looked at, each by its identity: a change of the past makes new ones.
        self._moves: dict[int, tuple[Move, int]] = {}
        self._ended: dict[int, Closed] = {}
        self._numbers: dict[tuple[str, int], int] = {}
        self._runs: dict[str, int] = {}
        self._latest: dict[int, tuple[LimitPlan, int]] = {}

    def seen_in(self, view: View) -> Iterator[tuple[Token, Iterable[Aim]]]:
        """What a reading shows: stages come to, the rules that led there, runs of limits, letters due.

        Left out is what an earlier look has shown already and nothing can have changed.
        """
        rules, owing = _looked_up(view.policy)
        yield from self._path(view, rules)
        for closed in self._newly_ended(view):
            yield from self._run(view, closed.cycle, closed, self._number(closed.cycle))
        for cycle in view.open_runs:
            number = self._runs.get(cycle.plan.id, 0) + 1
            yield from self._run(view, cycle, None, number)
            for letter in owing.get(cycle.plan.limit.id, ()):
                yield ("owed", letter, cycle.plan.limit.id, number), (Aim("letter", letter, "due"),)
        yield from self._answers(view)
        for letter, why in view.called_for.items():
            if letter in view.policy.letters:
                yield ("letter", letter, *why), (Aim("letter", letter, "due"),)
            rule = rules.get(why.rule)
            if rule is not None:
                yield ("rule", letter, *why), _fired(rule, view)

    def _path(self, view: View, rules: Mapping[str, Rule]) -> Iterator[tuple[Token, Iterable[Aim]]]:
        new: list[Move] = []
        move = view.newest_move
        while move is not None and id(move) not in self._moves:
            new.append(move)
            move = move.before
        first = 0 if move is None else self._moves[id(move)][1] + 1
        if move is None:
            self._moves.clear()
        for number, each in enumerate(reversed(new), first):
            self._moves[id(each)] = each, number
            yield ("stage", number, each.stage), (Aim("stage", each.stage),)
            rule = rules.get(each.rule)
            if rule is not None:
                yield ("rule", number, rule.id), _fired(rule, view)

    def _newly_ended(self, view: View) -> Iterable[Closed]:
        """The runs that ended since the last look, each with how it ended last; all, if the past was changed."""
        new: list[Closed] = []
        closed = view.newest_ended
        while closed is not None and id(closed) not in self._ended:
            new.append(closed)
            closed = closed.before
        if closed is None:
            for known in (self._ended, self._numbers, self._runs, self._latest):
                known.clear()
        self._ended.update((id(each), each) for each in new)
        return {(each.cycle.plan.id, each.cycle.tick): each for each in reversed(new)}.values()

    def _number(self, cycle: Cycle) -> int:
        """Which run of its limit one that ended is: a run that ends again, because it is met late, keeps its number."""
        key = cycle.plan.id, cycle.tick
        if key not in self._numbers:
            self._numbers[key] = self._runs[cycle.plan.id] = self._runs.get(cycle.plan.id, 0) + 1
        return self._numbers[key]

    def _run(
        self, view: View, cycle: Cycle, closed: Closed | None, number: int
    ) -> Iterator[tuple[Token, Iterable[Aim]]]:
        reading = view.reading_of(cycle, closed, number)
        for detail in _outcomes(reading, cycle):
            yield ("limit", reading.id, number, detail), (Aim("limit", reading.id, detail),)
        if cycle.plan.limit.cases:
            self._latest[id(cycle.plan)] = cycle.plan, number

    def _answers(self, view: View) -> Iterator[tuple[Token, Iterable[Aim]]]:
        """What the lengths of limits ask, as it stands on record: of the latest run, an earlier one has seen it too."""
        for plan, number in self._latest.values():
            asked = [case.condition for case in plan.limit.cases]
            for aim in answers_in(view.policy.facts, asked, view.facts):
                yield ("answer", plan.limit.id, number, *aim), (aim,)


def _looked_up(policy: Policy) -> tuple[Mapping[str, Rule], Mapping[str, tuple[str, ...]]]:
    """The rules of a policy by id, and for each limit the letters that are owed while it runs; made once."""
    found: tuple[Mapping[str, Rule], Mapping[str, tuple[str, ...]]] | None = policy.cache.get("shown")
    if found is None:
        owing = {
            limit.id: tuple(
                letter.id
                for letter in policy.letters.values()
                if set(letter.sent_by).intersection(limit.met_by)
            )
            for limit in policy.limits.values()
        }
        found = policy.cache["shown"] = ({rule.id: rule for rule in policy.rules()}, owing)
    return found


def _fired(rule: Rule, view: View) -> Iterator[Aim]:
    yield Aim("rule", rule.id)
    yield from answers_in(view.policy.facts, (rule.condition,), view.facts)


def _outcomes(reading: LimitReading, cycle: Cycle) -> Iterator[str]:
    yield "started"
    if reading.status in PAST:
        yield "missed"
    elif reading.status in ("met", "lapsed"):
        yield reading.status
    if reading.extended:
        yield "extended"
    if cycle.pauses:
        yield "paused"
    if cycle.case is not None:
        yield f"{CASE}{cycle.case}"


# --- What a step shows ---------------------------------------------------------------------------------------------


def _shown_by_step(happened: Happened, before: View) -> Iterator[Aim]:
    """What is shown by an event itself, accepted or refused: the rules that judged it, the letter it sent."""
    step, policy = happened.step, before.policy
    judging = program_of(policy).stages[before.stage].rules.get(step.event, ())
    recorded = {**before.facts, **{name: value for name, value in step.data.items() if name in policy.facts}}
    yield from answers_in(policy.facts, (rule.condition for rule in judging), recorded)
    for limit in policy.limits.values():
        if step.event in limit.extended_by and limit.extend_if is not None:
            yield from answers_in(policy.facts, (limit.extend_if,), recorded)
    if happened.refused is not None:
        # Of built-in events, which every procedure knows, a refusal shows nothing.
        if step.event in policy.events:
            yield from (Aim("refusal", step.event, detail) for detail in refused_as(policy, happened.refused))
        return
    latest = happened.after.latest
    if latest is not None and latest.rule is not None:
        yield Aim("rule", latest.rule)
    sent = step.data.get("letter")
    for letter in policy.letters.values():
        if step.event in letter.sent_by or letter.id == sent:
            yield Aim("letter", letter.id, "sent")


def refused_as(policy: Policy, why: WhyNot) -> tuple[str, ...]:
    """What a refusal shows of the procedure, as the details of an aim: `out_of_turn`, `too_late` and so on.

    Nothing for an event that was recorded wrongly, such as one without what it needs.
    """
    if why.kind in _PLAIN:
        return (_PLAIN[why.kind],)
    if why.kind != "no_rule_matches":
        return ()
    rules: Mapping[str, Rule] = {rule.id: rule for rule in policy.rules()}
    failing = (_failing(rules[each.id], each) for each in why.considered if each.here and each.id in rules)
    return tuple(dict.fromkeys(next(iter(parts)) for parts in failing if len(parts) == 1 and parts <= _ALONE))


_PLAIN = {"no_rule": "out_of_turn", "wrong_role": "wrong_role"}
_ALONE = frozenset({"condition", "too_late", "too_early"})


def _failing(rule: Rule, considered: Considered) -> frozenset[str]:
    """Which parts of a rule did not hold: its reasons are told part by part, as it is judged."""
    condition = rule.condition
    number = 0 if condition is None else len(condition.items) if isinstance(condition, AllOf) else 1
    parts = [*["condition"] * number, *["too_late"] * bool(rule.within), *["too_early"] * len(rule.after)]
    reasons = considered.reasons
    named = [*parts, *["other"] * (len(reasons) - len(parts))]
    return frozenset(part for part, reason in zip(named, reasons, strict=True) if reason.holds is not True)
