"""What can never come about: events that nothing takes, stages that nothing ends, rules and lengths that never hold."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from engine.policy.build import OPENING
from engine.policy.checks.limits import accepted_events
from engine.policy.checks.overlap import Trials, dates_exclude, example_of, exclude
from engine.policy.checks.ways import ways_of
from engine.policy.model import rule_path
from engine.policy.overlay import as_list
from engine.problems import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.checks.intakes import Versions
    from engine.policy.checks.ways import Ways
    from engine.policy.conditions import Condition
    from engine.policy.intake import Intake
    from engine.policy.model import Policy, Rule
    from engine.problems import Problem


# How many combinations of answers each of these checks may try for one policy.
MOST_TRIALS_IN_ALL = 30_000


def never_accepted(policy: Policy) -> Iterator[Problem]:
    """`event-never-accepted`: no rule names the event and no limit waits for it. What a limit counts from is told there."""
    accepted = accepted_events(policy)
    first = next((rule.go_to for rule in policy.stages[OPENING].rules if rule.go_to is not None), OPENING)
    counted_from = {
        start.id for limit in policy.limits.values() for start in limit.starts if start.kind == "event"
    }
    for event in policy.events.values():
        if event.id not in accepted and event.id not in counted_from:
            presumed = [other.id for other in policy.events.values() if other.presumed_from == event.id]
            letters = [letter.id for letter in policy.letters.values() if event.id in letter.sent_by]
            yield policy.source.problem(
                ("events", event.id), "event-never-accepted",
                f'"{event.id}" can never be recorded: no rule names it, and no limit waits for it',
                key=True, severity="warning",
                notes=(
                    *(f'"{other}" is presumed from it, and never will be' for other in presumed),
                    *(f'the letter "{letter}" is sent by it, and never will be' for letter in letters),
                    "to record it and change nothing, write a rule under `anywhere` with `when` alone",
                ),
                claim=Claim(first, "refused", event.id),
            )  # fmt: skip


def no_way_out(policy: Policy) -> Iterator[Problem]:
    """`no-way-out`: stages that lead to each other and to no end but that of withdrawal. One alone is a dead end."""
    ways = ways_of(policy)
    into: dict[str, set[str]] = {}
    for stage, rules in ways.leaving.items():
        for rule in rules:
            for other in ways.leads_to(stage, rule):
                into.setdefault(other, set()).add(stage)
    leave = {stage.id for stage in policy.stages.values() if stage.end not in (None, "withdrawn")}
    waiting = list(leave)
    while waiting:
        for stage in into.get(waiting.pop(), ()):
            if stage not in leave:
                leave.add(stage)
                waiting.append(stage)
    kept = [
        stage.id
        for stage in policy.stages.values()
        if stage.end is None and stage.id in ways.from_opening and stage.id not in leave
    ]
    # A stage without a rule that leads on is told as a dead end; so is what can only lead to it.
    if kept and all(
        any(rule.go_to not in (None, stage) for rule in policy.stages[stage].rules) for stage in kept
    ):
        first = kept[0]
        leading = (
            f"the stages {' and '.join(map(_quoted, kept))} lead"
            if len(kept) > 1
            else f'the stage "{first}" leads'
        )
        yield policy.source.problem(
            ("stages", first), "no-way-out", f"{leading} to no end: such a case is never over",
            key=True, severity="warning",
            notes=("withdrawal is not counted; add a rule that leads on to a stage with `end`",),
            claim=_in_the_ring(ways, kept),
        )  # fmt: skip


def _in_the_ring(ways: Ways, kept: list[str]) -> Claim:
    """That a case goes round among stages without a way out; where no way round is met, that it stays in one of them."""
    inside = frozenset(kept) - {OPENING}
    path = [next((stage for stage in kept if stage in inside), kept[0])]
    while True:
        stage = path[-1]
        goals = (goal for rule in ways.leaving[stage] for goal in sorted(ways.leads_to(stage, rule)))
        onward = next((goal for goal in goals if goal in inside and goal != stage), None)
        if onward is None:
            return Claim(path[0], "stays")
        if onward in path:
            return Claim(onward, "stays", ring=tuple(each for each in kept if each in inside))
        path.append(onward)


def never_matches(policy: Policy) -> Iterator[Problem]:
    """`rule-never-matches`: its condition can never hold, its dates exclude each other, or its limit is never over there."""
    ways, trials = ways_of(policy), _few_trials()
    for rule in policy.rules():
        reaches = [stage for stage in rule.reaches if stage in ways.from_opening]
        if not reaches:
            continue
        why = _why_never(policy, ways, trials, rule, reaches)
        if why is not None:
            key, reason = why
            yield policy.source.problem(
                (*rule_path(rule.id), key), "rule-never-matches", f'"{rule.id}" can never match: {reason}',
                key=True, severity="warning",
            )  # fmt: skip


def always_within(policy: Policy) -> Iterator[Problem]:
    """`always-within`: the limit cannot have begun in any stage the rule reaches, so that its `within` always holds."""
    ways = ways_of(policy)
    for rule in policy.rules():
        reaches = [stage for stage in rule.reaches if stage in ways.from_opening]
        for ref in rule.within:
            limit = policy.limits[ref.limit]
            begun = ways.begun_by(limit)
            if reaches and begun and not begun.intersection(reaches):
                yield policy.source.problem(
                    (*rule_path(rule.id), "within"), "always-within",
                    f'"{ref.limit}" has not begun when "{rule.id}" is asked, so that any day is within it',
                    key=True, severity="warning",
                    notes=(f"it can have begun only in {_listed(begun)}",),
                    related=((policy.place("limits", limit.id), "the limit"),),
                )  # fmt: skip


def listed_in_vain(policy: Policy) -> Iterator[Problem]:
    """`listed-in-vain`: a stage in a rule's `in` has rules of its own for all its events, written in the same file."""
    source = policy.source
    for rule in policy.anywhere:
        listed = as_list(source.value("anywhere", rule.id.split(".", 1)[1], "in"))
        reaches = frozenset(rule.reaches)
        for index, stage in enumerate(listed):
            if stage in reaches or not reaches:
                continue
            path = ("anywhere", rule.id.split(".", 1)[1], "in")
            place = (*path, index) if isinstance(source.value(*path), list) else path
            own = [each for each in policy.stages[stage].rules if set(each.when) & set(rule.when)]
            if any(
                source.origin((*rule_path(each.id), "when"))[0] is source.origin(place)[0] for each in own
            ):
                yield source.problem(
                    place, "listed-in-vain",
                    f'"{rule.id}" never applies in "{stage}", which has a rule of its own for {" and ".join(rule.when)}',
                    severity="warning",
                    related=tuple((policy.rule_place(each.id), f'"{each.id}"') for each in own),
                )  # fmt: skip


def lengths_by_case(policy: Policy) -> Iterator[Problem]:
    """`overlapping-cases` and `never-holds`: which length a limit has must not be in doubt."""
    trials = _few_trials()
    for limit in policy.limits.values():
        for case in limit.cases:
            if _never_holds(policy, case.condition, trials):
                yield policy.source.problem(
                    ("limits", limit.id, "cases", case.id), "never-holds",
                    f'in "{limit.id}" the case "{case.id}" can never hold', key=True, severity="warning",
                    notes=(f"it asks that {case.condition}",),
                )  # fmt: skip
        for first, second in combinations(limit.cases, 2):
            if trials.are_used_up:
                return
            trials.left -= 1
            conditions = [first.condition, second.condition]
            example = None if exclude(conditions) else example_of(policy.facts, conditions, trials)[0]
            if example is not None and first.length != second.length:
                yield policy.source.problem(
                    ("limits", limit.id, "cases", second.id), "overlapping-cases",
                    f'in "{limit.id}" both "{first.id}" and "{second.id}" can hold, and their lengths differ',
                    key=True,
                    notes=(f"for example {example}", "at most one may hold: narrow an `if`"),
                    related=((policy.place("limits", limit.id, "cases", first.id), f'"{first.id}"'),),
                )  # fmt: skip


def never_holds_in_intake(intake: Intake, _versions: Versions) -> Iterator[Problem]:
    """`never-holds`: a route that takes no point, or an exclusion that none falls under."""
    trials = _few_trials()
    for group, elements in (("routes", intake.routes), ("exclusions", intake.exclusions)):
        for element in elements.values():
            if element.condition is not None and _never_holds(intake, element.condition, trials):
                yield intake.source.problem(
                    (group, element.id, "if"), "never-holds",
                    f'the condition of "{element.id}" can never hold', key=True, severity="warning",
                    notes=(f"it asks that {element.condition}",),
                )  # fmt: skip


LOOP_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (
    never_accepted,
    no_way_out,
    never_matches,
    always_within,
    listed_in_vain,
    lengths_by_case,
)
INTAKE_LOOP_CHECKS: tuple[Callable[[Intake, Versions], Iterator[Problem]], ...] = (never_holds_in_intake,)


def _why_never(
    policy: Policy, ways: Ways, trials: Trials, rule: Rule, reaches: list[str]
) -> tuple[str, str] | None:
    """The key of the rule that keeps it from ever matching, and why in words; `None` if it can match."""
    if rule.condition is not None and _never_holds(policy, rule.condition, trials):
        return "if", f"nothing makes it true that {rule.condition}"
    if dates_exclude(rule, rule):
        return "after", f"no day is both within {_refs(rule.within)} and after {_refs(rule.after)}"
    for ref in rule.after:
        limit = policy.limits[ref.limit]
        if limit.length.is_open_ended and not limit.cases and limit.due_on is None:
            return "after", f'"{limit.id}" is as soon as possible, so that it has no due date'
        begun = ways.begun_by(limit)
        if begun and not begun.intersection(reaches):
            return "after", f'"{limit.id}" has not begun by then; it can have begun only in {_listed(begun)}'
    return _why_never_overdue(policy, ways, rule, reaches)


def _why_never_overdue(policy: Policy, ways: Ways, rule: Rule, reaches: list[str]) -> tuple[str, str] | None:
    if rule.overdue is None:
        return None
    limit = policy.limits[rule.overdue]
    if limit.length.is_open_ended and not limit.cases and limit.due_on is None:
        return "overdue", f'"{limit.id}" is as soon as possible, so that it is never overdue'
    if limit.stages is not None and not limit.stages.intersection(reaches):
        return "overdue", f'"{limit.id}" runs only in {_listed(limit.stages)}'
    begun = ways.begun_by(limit)
    if begun and not begun.intersection(reaches):
        return "overdue", f'"{limit.id}" has not begun by then; it can have begun only in {_listed(begun)}'
    return None


def _few_trials() -> Trials:
    trials = Trials()
    trials.left = MOST_TRIALS_IN_ALL
    return trials


def _never_holds(policy: Policy | Intake, condition: Condition, trials: Trials) -> bool:
    """Whether nothing that can be recorded makes the condition true."""
    trials.left -= 1
    example, is_complete = example_of(policy.facts, [condition], trials)
    return example is None and is_complete


def _quoted(name: str) -> str:
    return f'"{name}"'


def _refs(refs: tuple[object, ...]) -> str:
    return " and ".join(map(str, refs))


def _listed(stages: frozenset[str]) -> str:
    return " or ".join(sorted(stages)[:3]) or "no stage"
