"""From an aim to a story that shows it: the shortest found, told on quiet days or from a day that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.events import LETTER_SENT
from engine.cases.measure import length_of
from engine.cases.program import program_of
from engine.policy.conditions import Not
from engine.probing.aims import CASE, answer_is
from engine.probing.answers import POINT, Answers, Asked, Trials, answers_for
from engine.probing.claims import TELLING, ClaimProber, Story
from engine.probing.days import next_working_day, working_day_before
from engine.probing.explorer import event_moves
from engine.probing.telling import (
    NO_ANSWERS,
    Move,
    NotOver,
    Scene,
    Step,
    event_steps,
    is_over,
    later,
    moved,
    told,
    waited,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Literal

    from engine.cases import LimitReading, View, WhyNot
    from engine.cases.refusal import Considered
    from engine.policy.conditions import Condition
    from engine.policy.model import DueRef, Fact, Limit, Policy, Rule
    from engine.probing.aims import Aim
    from engine.probing.claims import Ending
    from engine.probing.explorer import Node

    Near = Literal["before", "on", "after"]
    Fits = Callable[[Node], bool]

# How many cases that differ are tried for one aim, in each walk, and how many answers to a condition.
MOST_PLACES = 120
MOST_WAYS = 12
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a story goes, whatever day it begins on: the case it leads to, and how it ends from there.

    `goes_on`: in the end something is still recorded. `limit`: the limit that it is about, if it is about one.
    """

    node: Node
    ending: Ending
    goes_on: bool = False
    limit: str | None = None


class Prober(ClaimProber):
    """Finds stories under one policy; what one search has walked, the next need not walk again."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self._plans: dict[tuple[str, ...], Plan | None] = {}

    def story_for(self, aim: Aim) -> Story | None:
        """The shortest story found that shows an aim, its last step a `then`; `None` if none was found within bounds."""
        plan = self.plan_for(aim)
        return None if plan is None else self.told_from(plan)

    def plan_for(self, aim: Aim) -> Plan | None:
        """How a story goes that shows an aim, to be told from any day; `None` if none was found."""
        found = _PLANS.get(aim.kind)
        if found is None:
            return None
        return self._kept(tuple(aim), lambda: found(self, aim))

    def plan_near(self, limit: str, near: Near) -> Plan | None:
        """How a story goes to the due date of a limit: met on the working day before or on it; not met, the day after.

        A limit that nothing meets is only looked at. `None` if none was found, or it has no due date.
        """
        stated = self.policy.limits[limit]
        lengths = (stated.length, *(case.length for case in stated.cases))
        if all(length.is_open_ended for length in lengths) and stated.due_on is None:
            return None
        return self._kept(
            ("near", limit, near),
            lambda: self._limit_plans(limit, _with_due, _near(limit, near)),
        )

    def told_from(self, plan: Plan, first: date | None = None) -> Story | None:
        """The story of a plan, from a quiet Monday, or from `first`; `None` if it goes another way then."""
        return self._retold(plan.node, plan.ending, goes_on=plan.goes_on, first=first)

    def _kept(self, name: tuple[str, ...], found: Callable[[], Iterator[Plan]]) -> Plan | None:
        if name not in self._plans:
            self._plans[name] = next(found(), None)
        return self._plans[name]

    # --- Where to begin ------------------------------------------------------------------------------------------

    def _places(self, limits: Iterable[str] = ()) -> Iterator[Node]:
        """Every case that a walk comes by, nearest first; those also that differ in nothing that it looks at."""
        explorer = self._explorer(limits)
        return chain(explorer.found[:1], (edge.after for edge in explorer.edges()))

    def _found(
        self,
        fits: Fits,
        ending: Ending,
        *,
        limits: Sequence[str] = (),
        goes_on: bool = False,
    ) -> Iterator[Plan]:
        """Plans from the cases that fit and from which the story ends so: the plain walk, then that of the limits."""
        for walk in dict.fromkeys((frozenset[str](), frozenset(limits))):
            tried = set()
            for node in self._places(walk):
                if not fits(node):
                    continue
                standing = tuple(_standing(node.view.limits[limit]) for limit in limits)
                mark = (node.key, standing)
                if mark in tried:
                    continue
                tried.add(mark)
                if len(tried) > MOST_PLACES:
                    break
                if ending(node.scene) is not None:
                    yield Plan(node, ending, goes_on, limits[0] if limits else None)

    def _stage_plans(self, aim: Aim) -> Iterator[Plan]:
        return self._found(lambda node: node.stage == aim.subject, _seen)

    def _rule_plans(self, aim: Aim) -> Iterator[Plan]:
        for edge in self._explorer(()).edges():
            if aim.subject in edge.rules:
                yield Plan(edge.after, _by_rule(edge.after.stage, edge.rules, aim.subject))

    def _letter_plans(self, aim: Aim) -> Iterator[Plan]:
        """A letter due; or sent, if it can be when it is due, else although nothing calls for it."""
        letter, sending = aim.subject, set(self.policy.letters[aim.subject].sent_by)
        owing = tuple(limit.id for limit in self.policy.limits.values() if sending.intersection(limit.met_by))

        def sent(scene: Scene) -> Story | None:
            return _letter_sent(scene, letter)

        def is_due(node: Node) -> bool:
            return _is_due(node.view, letter)

        if aim.detail == "due":
            return self._found(is_due, lambda scene: _letter_due(scene, letter), limits=owing)
        return chain(
            self._found(is_due, sent, limits=owing, goes_on=True),
            self._found(lambda node: bool(node.view.path), sent, goes_on=True),
        )

    def _limit_plans(
        self, limit: str, fits: Callable[[LimitReading], bool], ending: Ending, *, goes_on: bool = False
    ) -> Iterator[Plan]:
        """Plans from the runs that fit."""
        return self._found(
            lambda node: fits(node.view.limits[limit]), ending, limits=(limit,), goes_on=goes_on
        )

    def _plans_of_limit(self, aim: Aim) -> Iterator[Plan]:
        limit = self.policy.limits[aim.subject]
        if aim.detail.startswith(CASE):
            return self._case_plans(limit, aim.detail.removeprefix(CASE))
        fits, ending, goes_on = _LIMIT_PLANS[aim.detail](limit)
        return self._limit_plans(limit.id, fits, ending, goes_on=goes_on)

    def _case_plans(self, limit: Limit, case: str) -> Iterator[Plan]:
        """A run measured by the length of a case: with what is on record anyway, else with answers that bring it."""
        return chain(
            self._limit_plans(limit.id, _is_open, lambda scene: _measured_by(scene, limit, case)),
            self._limit_plans(
                limit.id, _is_open, lambda scene: _measured_anew(scene, limit, case), goes_on=True
            ),
        )

    def _refusal_plans(self, aim: Aim) -> Iterator[Plan]:
        fits, ending, limits = _REFUSALS[aim.detail](self.policy, aim.subject)
        goes_on = aim.detail not in ("too_late", "too_early")
        begun = self._found(
            lambda node: bool(node.view.path) and fits(node), ending, limits=limits, goes_on=goes_on
        )
        return chain(begun, self._found(fits, ending, limits=limits, goes_on=goes_on))

    def _answer_plans(self, aim: Aim) -> Iterator[Plan]:
        """A rule that asks it, or an extension, judged with the answer; else it recorded while a limit asks it."""
        fact = self.policy.facts[aim.subject]
        asking = [rule for rule in self.policy.rules() if _asks(rule.condition, fact.id)]
        stages = {stage for rule in asking for stage in rule.reaches}
        limits = list(self.policy.limits.values())

        def judged(scene: Scene) -> Story | None:
            return _judged_with(scene, fact, aim.detail, asking)

        def recorded(scene: Scene) -> Story | None:
            return _recorded_with(scene, fact, aim.detail)

        yield from self._found(lambda node: node.stage in stages, judged, goes_on=True)
        for limit in limits:
            if any(_asks(case.condition, fact.id) for case in limit.cases):
                yield from self._limit_plans(limit.id, _is_open, recorded, goes_on=True)
            if _asks(limit.extend_if, fact.id):
                extended = _extended_with(fact, aim.detail, limit)
                yield from self._limit_plans(limit.id, _is_open, extended, goes_on=True)


_PLANS: Mapping[str, Callable[[Prober, Aim], Iterator[Plan]]] = {
    "stage": Prober._stage_plans,
    "rule": Prober._rule_plans,
    "letter": Prober._letter_plans,
    "limit": Prober._plans_of_limit,
    "refusal": Prober._refusal_plans,
    "answer": Prober._answer_plans,
}


def _standing(reading: LimitReading) -> tuple[str, bool]:
    return reading.status, reading.extended


# --- Doing something -------------------------------------------------------------------------------------------------


def _seen(scene: Scene, then: Mapping[str, Any] | None = None, *more: Step) -> Story:
    """The story with what is seen at its end, the stage always; `more` steps come before that."""
    seen = Step(scene.day, then={"stage": scene.view.stage, **(then or {})})
    return Story(scene.case.policy, (*scene.steps, *more, seen))


def _done(scene: Scene, events: Iterable[str], preferred: Mapping[str, Any] | None = None) -> Iterator[Scene]:
    """The scenes after one of these events, for each way in which it is accepted here.

    Where an extension asks for answers, also after those are recorded.
    """
    policy = scene.case.policy
    rules = program_of(policy).stages[scene.view.stage].rules
    for event in events:
        judging = rules.get(event, ())
        asked = [limit.extend_if for limit in policy.limits.values() if event in limit.extended_by]
        wanted = [condition for condition in asked if condition is not None]
        for ready in (scene, *islice(_answered(scene, wanted), MOST_WAYS if wanted else 0)):
            plain = [Move(event)] if preferred is None else []
            moves = event_moves(ready.view, event, judging, Trials(), preferred) if judging else iter(plain)
            for move in islice(moves, MOST_WAYS):
                try:
                    yield moved(ready, move)
                except (EventRefused, NotOver):
                    continue


def _answered(scene: Scene, wanted: Sequence[Condition], others: Sequence[Condition] = ()) -> Iterator[Scene]:
    """The scene with answers on record with which every wanted condition holds; as it is, if they do already."""
    view = scene.view
    if all(condition.holds(view.facts, view.points) is True for condition in wanted):
        yield scene
        return
    asked = Asked(view.facts, view.points, frozenset(), {})
    for answers in answers_for(scene.case.policy, wanted, others, asked, Trials()):
        try:
            yield moved(scene, Move(answers=answers))
        except EventRefused:
            continue


def _tried(scene: Scene, steps: Sequence[Step]) -> tuple[Scene, WhyNot | None]:
    """The scene before the last of these steps, and why that is refused; `None` if all are accepted."""
    for step in steps[:-1]:
        scene = told(scene, step)
    try:
        told(scene, steps[-1])
    except EventRefused as refused:
        return scene, refused.why
    return scene, None


# --- Rules and letters -----------------------------------------------------------------------------------------------


def _by_rule(stage: str, rules: Sequence[str], rule: str) -> Ending:
    """What is seen after a move; the rule itself, if it was the last that time or the event fired."""
    then = {"by_rule": rule} if rules[-1] == rule else {}
    return lambda scene: _seen(scene, then) if scene.view.stage == stage else None


def _is_due(view: View, letter: str) -> bool:
    return any(each.id == letter for each in view.letters_due)


def _letter_due(scene: Scene, letter: str) -> Story | None:
    return _seen(scene, {"letters": [letter]}) if _is_due(scene.view, letter) else None


def _letter_sent(scene: Scene, letter: str) -> Story | None:
    """The letter sent, with the event that sends it if one can, and no longer due."""
    with_it = scene.case.policy.letters[letter].sent_by
    for each in chain(_done(scene, with_it), _sent_alone(scene, letter)):
        if not _is_due(each.view, letter):
            return _seen(each, {"letters": [due.id for due in each.view.letters_due]})
    return None


def _sent_alone(scene: Scene, letter: str) -> Iterator[Scene]:
    try:
        yield told(scene, Step(scene.day, LETTER_SENT, {"letter": letter}))
    except EventRefused:
        return


# --- Limits ----------------------------------------------------------------------------------------------------------


def _is_open(reading: LimitReading) -> bool:
    return reading.is_open


def _with_due(reading: LimitReading) -> bool:
    return reading.is_open and reading.due is not None


def limit_stands(reading: LimitReading) -> dict[str, Any]:
    """How a run of a limit stands, as a `then` says it; a run that was missed has only its due date."""
    word = "met" if reading.status == "met_late" else reading.status
    said: dict[str, Any] = {word: [reading.id]} if word in _STATUS_WORDS else {}
    if reading.extended:
        said["extended"] = [reading.id]
    if reading.is_open or not said:
        said = {"due": {reading.id: due_text(reading)}, **said}
    return said


_STATUS_WORDS = frozenset({"overdue", "met", "paused", "lapsed"})


def due_text(reading: LimitReading) -> str:
    """The due date of a run as a scenario writes it."""
    if reading.due is not None:
        return reading.due.isoformat()
    if reading.status == "not_started":
        return reading.text
    return "unknown" if reading.due_unknown else "as soon as possible"


def _limit_seen(scene: Scene, limit: str, *statuses: str) -> Story | None:
    reading = scene.view.limits[limit]
    return _seen(scene, limit_stands(reading)) if not statuses or reading.status in statuses else None


def _after_events(limit: str, events: Iterable[str], holds: Callable[[LimitReading], bool]) -> Ending:
    """The first way in which one of these events leaves the limit so, seen that evening or on the next working day."""

    def ending(scene: Scene) -> Story | None:
        for after in _done(scene, events):
            for seen in (after, later(after, next_working_day(after.case.policy, after.day))):
                if holds(seen.view.limits[limit]):
                    return _limit_seen(seen, limit)
        return None

    return ending


def _lapsed(limit: str) -> Ending:
    """The limit lapsed; or open, and lapsed by something that can be recorded now."""

    def ending(scene: Scene) -> Story | None:
        story = _limit_seen(scene, limit, "lapsed")
        if story is not None or not scene.view.limits[limit].is_open:
            return story
        events = sorted(program_of(scene.case.policy).stages[scene.view.stage].rules)
        stories = (_limit_seen(after, limit, "lapsed") for after in _done(scene, events))
        return next(filter(None, stories), None)

    return ending


def _missed(limit: str) -> Ending:
    def ending(scene: Scene) -> Story | None:
        try:
            return _limit_seen(waited(scene, limit), limit, "overdue", "over", "missed", "met_late")
        except NotOver:
            return None

    return ending


def _near(limit: str, near: Near) -> Ending:
    """Met on the working day before the due date or on it; the day after, what was not met is looked at."""

    def ending(scene: Scene) -> Story | None:
        reading, policy = scene.view.limits[limit], scene.case.policy
        if reading.due is None:
            return None
        day = {
            "before": working_day_before(policy, reading.due),
            "on": reading.due,
            "after": reading.due + A_DAY,
        }
        there = later(scene, day[near])
        if there.day < scene.day or there.view.limits[limit].due != reading.due:
            return None
        if near == "after":
            return _limit_seen(there, limit, "overdue", "over", "missed")
        if not there.view.limits[limit].is_open:
            return None
        met_by = policy.limits[limit].met_by
        for after in _done(there, met_by):
            if after.view.limits[limit].status == "met":
                return _limit_seen(after, limit)
        return None if met_by else _limit_seen(there, limit, "running")

    return ending


def _measured_by(scene: Scene, limit: Limit, case: str) -> Story | None:
    view = scene.view
    _, found = length_of(limit, dict(view.facts), view.points)
    return _limit_seen(scene, limit.id, "running", "paused") if found == case else None


def _measured_anew(scene: Scene, limit: Limit, case: str) -> Story | None:
    wanted = [each.condition for each in limit.cases if each.id == case]
    others = [each.condition for each in limit.cases if each.id != case]
    stories = (_measured_by(after, limit, case) for after in _answered(scene, wanted, others))
    return next(filter(None, stories), None)


LimitPlan = tuple["Callable[[LimitReading], bool]", "Ending", bool]

# For each thing that a limit can do: the runs to begin with, how the story ends, and whether it goes on.
_LIMIT_PLANS: Mapping[str, Callable[[Limit], LimitPlan]] = {
    "started": lambda limit: (
        lambda reading: reading.number > 0,
        lambda scene: _limit_seen(scene, limit.id) if scene.view.limits[limit.id].number else None,
        False,
    ),
    "met": lambda limit: (
        lambda reading: reading.is_open,
        _after_events(limit.id, limit.met_by, lambda reading: reading.status == "met"),
        True,
    ),
    "missed": lambda limit: (_with_due, _missed(limit.id), False),
    "extended": lambda limit: (
        _is_open,
        _after_events(limit.id, limit.extended_by, lambda reading: reading.extended),
        True,
    ),
    "paused": lambda limit: (
        _with_due,
        _after_events(
            limit.id,
            dict.fromkeys(event for pause in limit.pauses for event in pause.when),
            lambda reading: reading.status == "paused",
        ),
        True,
    ),
    "lapsed": lambda limit: (
        lambda reading: reading.status in ("lapsed", "running"),
        _lapsed(limit.id),
        False,
    ),
}


# --- Refusals --------------------------------------------------------------------------------------------------------

Refusal = tuple["Fits", "Ending", "tuple[str, ...]"]


def _refused(before: Scene, step: Step, why: WhyNot) -> Story:
    return _seen(before, None, replace(step, refused=why.reason.partition(":")[0]))


def _rules_here(scene: Scene, event: str) -> tuple[Rule, ...]:
    return program_of(scene.case.policy).stages[scene.view.stage].rules.get(event, ())


def _out_of_turn(policy: Policy, event: str) -> Refusal:
    stages = program_of(policy).stages

    def ending(scene: Scene) -> Story | None:
        return _refused_with(scene, event, NO_ANSWERS, lambda why: why.kind == "no_rule")

    return lambda node: event not in stages[node.stage].rules, ending, ()


def _refused_with(
    scene: Scene, event: str, answers: Answers, wanted: Callable[[WhyNot], bool], by: str | None = None
) -> Story | None:
    """The event refused as wanted; what it needs is brought along, what is answered beside it recorded before."""
    try:
        *first, last = event_steps(scene, event, answers)
        last = replace(last, by=by)
        before, why = _tried(scene, [*first, last])
    except EventRefused:
        return None
    return _refused(before, last, why) if why is not None and wanted(why) else None


def _wrong_role(policy: Policy, event: str) -> Refusal:
    plan = program_of(policy).events[event]
    others = [role for role in policy.people if plan.roles is not None and role not in plan.roles]
    stages = program_of(policy).stages

    def ending(scene: Scene) -> Story | None:
        stories = (
            _refused_with(scene, event, NO_ANSWERS, lambda why: why.kind == "wrong_role", by=role)
            for role in others[:1]
        )
        return next(filter(None, stories), None)

    return lambda node: event in stages[node.stage].rules or not plan.is_step, ending, ()


def _condition(policy: Policy, event: str) -> Refusal:
    """No rule of the stage takes the event because of what is on record: answered against them, or not answered."""
    stages = program_of(policy).stages

    def ending(scene: Scene) -> Story | None:
        conditions = [rule.condition for rule in _rules_here(scene, event) if rule.condition is not None]
        for answers in chain(_against(scene, event, conditions), (NO_ANSWERS,)):
            story = _refused_with(scene, event, answers, lambda why: _fails_by(why, _CONDITION))
            if story is not None:
                return story
        return None

    def fits(node: Node) -> bool:
        return any(rule.condition is not None for rule in stages[node.stage].rules.get(event, ()))

    return fits, ending, ()


def _against(scene: Scene, event: str, conditions: Sequence[Condition]) -> Iterator[Answers]:
    """Answers with which none of the conditions holds; of some at least, where all cannot fail."""
    view, policy = scene.view, scene.case.policy
    needed = frozenset(need.name for need in policy.events[event].needs if need.kind == "fact")
    asked = Asked(view.facts, view.points, needed, {})
    for wanted in (conditions, *([each] for each in conditions)):
        yield from answers_for(policy, [Not(each) for each in wanted], (), asked, Trials())


def _untimely(policy: Policy, event: str, *, late: bool) -> Refusal:
    """The event refused on a day on which a rule would take it but for `within` (late) or `after` (early)."""
    rules = [rule for rule in policy.rules() if event in rule.when and (rule.within if late else rule.after)]
    stages = {stage for rule in rules for stage in rule.reaches}
    limits = tuple(
        dict.fromkeys(ref.limit for rule in rules for ref in (rule.within if late else rule.after))
    )
    part = _WITHIN if late else _AFTER

    def ending(scene: Scene) -> Story | None:
        for rule in rules:
            stories = _untimely_stories(scene, event, rule, part, late=late)
            story = next(filter(None, stories), None)
            if story is not None:
                return story
        return None

    return lambda node: node.stage in stages, ending, limits


def _untimely_stories(
    scene: Scene, event: str, rule: Rule, part: str, *, late: bool
) -> Iterator[Story | None]:
    refs = [*rule.within, *rule.after] if late else rule.within
    try:
        there = _all_over(scene, refs) if late else scene
    except NotOver:
        return
    if rule not in _rules_here(there, event):
        return
    view, policy = there.view, there.case.policy
    needed = frozenset(need.name for need in policy.events[event].needs if need.kind == "fact")
    asked = Asked(view.facts, view.points, needed, {})
    wanted = [] if rule.condition is None else [rule.condition]
    others = [
        each.condition
        for each in _rules_here(there, event)
        if each is not rule and each.condition is not None
    ]
    for answers in answers_for(policy, wanted, others, asked, Trials()):
        yield _refused_with(there, event, answers, lambda why: _fails_by(why, part, rule.id))


def _all_over(scene: Scene, refs: Iterable[DueRef]) -> Scene:
    """The scene on a day on which all these due dates are over. Raises `NotOver`."""
    for ref in refs:
        if not is_over(scene.view, ref.limit, longest=ref.longest):
            scene = waited(scene, ref.limit, longest=ref.longest)
    return scene


# The parts of a rule, as a reason's text begins; a condition has no word of its own.
_WITHIN, _AFTER, _BACK, _CONDITION = "within ", "after ", "back to ", ""


def _fails_by(why: WhyNot, part: str, rule: str | None = None) -> bool:
    """Whether no rule matches, and of this rule, or of some, every part that does not hold is of this kind."""
    return why.kind == "no_rule_matches" and any(
        each.here and rule in (None, each.id) and _only(each, part) for each in why.considered
    )


def _only(considered: Considered, part: str) -> bool:
    failing = [reason.text for reason in considered.reasons if reason.holds is not True]
    return bool(failing) and all(_part_of(text) == part for text in failing)


def _part_of(text: str) -> str:
    return next((part for part in (_WITHIN, _AFTER, _BACK) if text.startswith(part)), _CONDITION)


_REFUSALS: Mapping[str, Callable[[Policy, str], Refusal]] = {
    "out_of_turn": _out_of_turn,
    "wrong_role": _wrong_role,
    "condition": _condition,
    "too_late": lambda policy, event: _untimely(policy, event, late=True),
    "too_early": lambda policy, event: _untimely(policy, event, late=False),
}


# --- Answers ---------------------------------------------------------------------------------------------------------


def _asks(condition: Condition | None, fact: str) -> bool:
    return condition is not None and fact in condition.facts_used()


def _value_of(answer: str) -> Any:
    """A value on this side of a number; else the answer itself."""
    for side in ("at_least_", "at_most_"):
        if answer.startswith(side) and answer.removeprefix(side).isdecimal():
            return int(answer.removeprefix(side))
    return answer


def _on_record(fact: Fact, answer: str, view: View) -> bool:
    value = view.facts.get(fact.id)
    if value is None:
        return False
    return any(answer_is(answer, each) for each in (value.values() if fact.per_point else (value,)))


def _answer(fact: Fact, answer: str, points: Sequence[str]) -> Answers:
    value = _value_of(answer)
    if not fact.per_point:
        return Answers({fact.id: value})
    return Answers({fact.id: dict.fromkeys(points or (POINT,), value)}, () if points else (POINT,))


def _fact_seen(scene: Scene, fact: Fact) -> dict[str, Any]:
    value = scene.view.facts[fact.id]
    return {"facts": {fact.id: dict(value) if fact.per_point else value}}


def _judged_with(scene: Scene, fact: Fact, answer: str, asking: Sequence[Rule]) -> Story | None:
    """An event judged by a rule that asks the fact, with this answer: accepted if it can be, else refused for it."""
    here = program_of(scene.case.policy).stages[scene.view.stage].rules
    events = [event for event, rules in here.items() if any(rule in asking for rule in rules)]
    for each in _done(scene, events, {fact.id: _value_of(answer)}):
        if _on_record(fact, answer, each.view):
            return _seen(each, {**_fact_seen(each, fact), **_rule_seen(each)})
    for event in events:
        said = _answer(fact, answer, scene.view.points)
        story = _refused_with(scene, event, said, lambda why: why.kind in TELLING)
        if story is not None:
            return story
    return None


def _rule_seen(scene: Scene) -> dict[str, Any]:
    rule = scene.view.last_rule
    return {"by_rule": rule} if rule is not None else {}


def _recorded_with(scene: Scene, fact: Fact, answer: str) -> Story | None:
    try:
        after = moved(scene, Move(answers=_answer(fact, answer, scene.view.points)))
    except EventRefused:
        return None
    return _seen(after, _fact_seen(after, fact))


def _extended_with(fact: Fact, answer: str, limit: Limit) -> Ending:
    """An extension asked for with this answer on record: given if it can be, else refused."""

    def ending(scene: Scene) -> Story | None:
        try:
            ready = moved(scene, Move(answers=_answer(fact, answer, scene.view.points)))
        except EventRefused:
            return None
        for after in _done(ready, limit.extended_by):
            if after.view.limits[limit.id].extended and _on_record(fact, answer, after.view):
                return _seen(after, {**_fact_seen(after, fact), **limit_stands(after.view.limits[limit.id])})
        stories = (
            _refused_with(ready, event, NO_ANSWERS, lambda why: why.kind == "cannot_extend")
            for event in limit.extended_by
        )
        return next(filter(None, stories), None)

    return ending
