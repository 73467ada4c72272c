"""Time that nobody is held to: clocks that may never start, stays without an end, extensions without a bound.

What a base is already told of is not told again of the file that extends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, permutations
from typing import TYPE_CHECKING

from engine.policy.build import OPENING
from engine.policy.checks.loosening import base_of
from engine.policy.checks.stages import reachable_stages
from engine.policy.model import rule_path
from engine.policy.waiting import waiting_in
from engine.problems import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.calendars import Length
    from engine.policy.model import Limit, Policy, Rule, Start, Warn
    from engine.policy.waiting import Waiting
    from engine.problems import Problem, Severity

# Ends that close the door; with the others the complaint goes on elsewhere.
SHUT = frozenset({"closed", "refused", "withdrawn"})
DAYS_IN = {"calendar_days": 1, "weeks": 7}
# How many pairs of limits from one start are compared.
MOST_PAIRS = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found, at a path of the merged data, before it is given its place in a file."""

    path: tuple[str, ...]
    name: str
    message: str
    notes: tuple[str, ...] = ()
    severity: Severity = "warning"
    loses: str = ""
    claim: Claim | None = None


# --- Stays and clocks that nothing bounds -----------------------------------------------------------------------


def stages_without_limit(policy: Policy, waiting: Waiting) -> Iterator[Finding]:
    """`stage-without-limit`: an authority has to act, and no limit says by when."""
    reached = reachable_stages(policy)
    for stage in policy.stages.values():
        if stage.end is not None or stage.id == OPENING or stage.id not in reached:
            continue
        if not _waits_for_others(waiting, stage.id, stage.owner) or _is_bounded(waiting, stage.id):
            continue
        events = sorted({event for rule in stage.rules if rule.go_to is not None for event in rule.when})
        owner = stage.owner or "somebody else"
        yield Finding(
            ("stages", stage.id), "stage-without-limit",
            f'in "{stage.id}" the case waits for the {owner}, and no limit says for how long',
            (
                f"it is left by {' or '.join(events)}, which may never come",
                "give it a limit, counted from an event or from `{entering: " + stage.id + "}`",
            ),
            loses=_losers(waiting), claim=Claim(stage.id, "stays"),
        )  # fmt: skip


def _waits_for_others(waiting: Waiting, stage: str, owner: str | None) -> bool:
    """Whether only others than those who open cases can take the case on, by this stage's own rules."""
    leaving = [rule for rule in waiting.policy.stages[stage].rules if rule.go_to is not None]
    events = {event for rule in leaving for event in rule.when}
    presumed = any(waiting.policy.events[event].presumed_from is not None for event in events)
    if not events or presumed or owner in waiting.openers or waiting.can_go_on(stage):
        return False
    return owner is not None or not any(waiting.is_theirs(event) for event in events)


def _is_bounded(waiting: Waiting, stage: str, but: frozenset[str] = frozenset()) -> bool:
    """Whether a limit may run here that can only be kept by leaving, or that takes the case on when it is over.

    One that says "as soon as possible" counts too.
    """
    taken_on = {rule.overdue for rule in waiting.overdue_in[stage] if rule.go_to is not None}
    for limit in waiting.limits_in(stage):
        is_theirs = limit.owed_by is None or limit.owed_by in waiting.openers or limit.force == "external"
        ends_it = not is_theirs and waiting.ends_the_stay(limit, stage)
        if limit.id not in but and (ends_it or limit.id in taken_on):
            return True
    # Where it costs too much to say where limits run, they are thought to run.
    return waiting.is_used_up


def starts_never_bounded(policy: Policy, waiting: Waiting) -> Iterator[Finding]:
    """`start-never-bounded`, `clock-without-fallback`: a duty counted from another's act, which may never come."""
    met_by: dict[str, list[Limit]] = {}
    for limit in policy.limits.values():
        for event in limit.met_by:
            met_by.setdefault(event, []).append(limit)
    for limit in policy.limits.values():
        if not waiting.is_duty(limit) or not limit.starts or limit.mode != "earliest":
            continue
        if any(start.kind != "event" for start in limit.starts):
            continue
        events = [start.id for start in limit.starts]
        where = _held_up(waiting, limit) if all(_is_their_act(waiting, each) for each in events) else None
        if where is None:
            continue
        bounding = [other for event in events for other in met_by.get(event, ()) if other.id != limit.id]
        if not bounding:
            yield Finding(
                ("limits", limit.id, "from"), "start-never-bounded",
                f'"{limit.id}" is counted from {" or ".join(events)}, and no limit says by when that must come',
                (f'until it comes nothing is due in "{where}"', "count from what certainly comes, or give it a limit"),
                loses=_losers(waiting), claim=Claim(where, "stays"),
            )  # fmt: skip
        elif all(other.length.is_open_ended is False for other in bounding):
            yield Finding(
                ("limits", limit.id, "from"), "clock-without-fallback",
                f'"{limit.id}" never starts if {" or ".join(events)} does not come in time or at all',
                (
                    f'nothing else is due in "{where}" once "{bounding[0].id}" is missed',
                    f"write `from: {{earliest_of: [{', '.join(events)}, {{due: {bounding[0].id}}}]}}`",
                ),
                loses=_losers(waiting), claim=Claim(where, "stays", passed=(bounding[0].id,)),
            )  # fmt: skip


def _is_their_act(waiting: Waiting, event: str) -> bool:
    """Whether an authority has to do it, and the case stays where it is when it does."""
    kind = waiting.policy.events[event]
    return not waiting.is_theirs(event) and kind.presumed_from is None and event not in waiting.moving


def _held_up(waiting: Waiting, limit: Limit) -> str | None:
    """A stage in which the limit is waited for and nothing else bounds the stay."""
    for stage in waiting.policy.stages.values():
        if stage.end is not None or stage.id not in waiting.running_in(limit):
            continue
        meets = any(
            rule.go_to for event in limit.met_by for rule in waiting.rules_in[stage.id].get(event, ())
        )
        if meets and not _is_bounded(waiting, stage.id, frozenset({limit.id})):
            return stage.id
    return None


# --- Extensions, pauses ------------------------------------------------------------------------------------------


def extensions(policy: Policy, waiting: Waiting) -> Iterator[Finding]:
    """`extension-without-ceiling`, `extension-without-notice`: more time, without a last day or without a word."""
    for limit in policy.limits.values():
        if not limit.extended_by or not waiting.is_duty(limit):
            continue
        if limit.up_to is None:
            yield Finding(
                ("limits", limit.id, "extended_by"), "extension-without-ceiling",
                f'"{limit.id}" can be extended to any day: it has no ceiling',
                ("`up_to` is the whole time from the start with every extension",), loses=_losers(waiting),
            )  # fmt: skip
        silent = [event for event in limit.extended_by if _is_silent(waiting, event)]
        if silent:
            yield Finding(
                ("limits", limit.id, "extended_by"), "extension-without-notice",
                f'{silent[0]} extends "{limit.id}" without a reason, and nobody is told',
                ("let it need `{reason: text, told_complainant: confirmed}`, or give it a letter",),
                loses=_losers(waiting),
            )  # fmt: skip


def _is_silent(waiting: Waiting, event: str) -> bool:
    """Whether it needs neither a text nor a confirmation, no letter follows, and the person has no part in it."""
    policy = waiting.policy
    explains = any(need.kind in ("text", "confirmed") for need in policy.events[event].needs)
    writes = any(event in letter.sent_by for letter in policy.letters.values())
    sends = any(rule.send for rules in waiting.rules_in.values() for rule in rules.get(event, ()))
    return not (explains or writes or sends or waiting.is_theirs(event))


def pauses(policy: Policy, waiting: Waiting) -> Iterator[Finding]:
    """`pause-without-end`: a duty stands still until somebody acts whom no limit holds to it."""
    held_to = {event for limit in policy.limits.values() if limit.owed_by for event in limit.met_by}
    for limit in policy.limits.values():
        if not waiting.is_duty(limit):
            continue
        for pause in limit.pauses:
            until = [event for event in pause.until if event in policy.events]
            if pause.at_most is not None or not until or held_to.intersection(until):
                continue
            if any(waiting.is_theirs(event) or policy.events[event].presumed_from for event in until):
                continue
            yield Finding(
                ("limits", limit.id, "pauses", pause.id), "pause-without-end",
                f'"{limit.id}" stands still until {" or ".join(until)}, and no limit says by when that must come',
                ("give the pause `at_most`, or give a limit to what ends it",), loses=_losers(waiting),
            )  # fmt: skip


# --- Limits beside limits ----------------------------------------------------------------------------------------


def ends_after_what_follows(policy: Policy, _waiting: Waiting) -> Iterator[Finding]:
    """`ends-after-what-follows`: a step before another has longer, from the same start, than the other itself."""
    entering, places = _ways_in(policy)
    from_the_same: dict[frozenset[Start], list[Limit]] = {}
    for limit in policy.limits.values():
        if not limit.cases and limit.before is None and limit.met_by and limit.starts:
            from_the_same.setdefault(frozenset(limit.starts), []).append(limit)
    for limits in from_the_same.values():
        for inner, outer in islice(permutations(limits, 2), MOST_PAIRS):
            longer = _longest(inner).amount > _longest(outer).amount
            if not longer or inner.force == "external" or not _same_count(inner, outer):
                continue
            if all(_comes_before(entering, places.get(event, set()), inner) for event in outer.met_by):
                yield Finding(
                    ("limits", inner.id), "ends-after-what-follows",
                    f'"{inner.id}" may take {_longest(inner)} and "{outer.id}", which comes after it, {_longest(outer)} from the same start',
                    (f"{' or '.join(outer.met_by)} is accepted only after {' or '.join(inner.met_by)}",),
                )  # fmt: skip


def _same_count(one: Limit, other: Limit) -> bool:
    """Whether both count the same unit in the same calendar from the same start, and pauses move neither."""
    return (
        one.mode == other.mode
        and one.calendar_id == other.calendar_id
        and one.same_day == other.same_day
        and not one.pauses
        and not other.pauses
        and {one.length.unit, _longest(one).unit} == {other.length.unit, _longest(other).unit}
        and len({one.length.unit, _longest(one).unit}) == 1
        and not one.length.is_open_ended
        and (other.up_to is not None or not other.extended_by)
    )


def _longest(limit: Limit) -> Length:
    if limit.up_to is None or limit.up_to.unit != limit.length.unit:
        return limit.up_to or limit.length
    return max(limit.length, limit.up_to, key=lambda length: length.amount)


def _ways_in(policy: Policy) -> tuple[dict[str, list[Rule]], dict[str, set[str]]]:
    """The rules that lead into each stage, and the stages in which a rule names each event."""
    entering: dict[str, list[Rule]] = {}
    places: dict[str, set[str]] = {}
    for rule in policy.rules():
        if rule.go_to is not None:
            entering.setdefault(rule.go_to, []).append(rule)
        for event in rule.when:
            places.setdefault(event, set()).update(rule.reaches)
    return entering, places


def _comes_before(entering: dict[str, list[Rule]], places: set[str], inner: Limit) -> bool:
    """Whether all these stages are only entered by events that meet `inner`."""
    return bool(places) and all(
        entering.get(stage)
        and all(rule.when and set(rule.when) <= set(inner.met_by) for rule in entering[stage])
        for stage in places
    )


def rungs(policy: Policy, waiting: Waiting) -> Iterator[Finding]:
    """`rung-never-comes`: a warning before the limit has begun, or after a rule has taken the case on."""
    for limit in policy.limits.values():
        for place, warn in enumerate(limit.warn):
            if _is_before_the_start(limit, warn):
                why = f"a limit of {_longest(limit)} has not begun then"
            elif warn.offset > 0 and _is_taken_on(waiting, limit):
                why = "the case has been taken on by then, on the day after the limit is over"
            else:
                continue
            yield Finding(
                ("limits", limit.id, "warn"), "rung-never-comes",
                f'the warning "{warn.text}" of "{limit.id}" never comes in time: {why}', (f"it is rung {place + 1} of the ladder",),
            )  # fmt: skip


def _is_before_the_start(limit: Limit, warn: Warn) -> bool:
    """Whether this rung of every run falls before its start, extended or not; where units differ, that is not told."""
    lengths = [limit.length, *(case.length for case in limit.cases)]
    if limit.up_to is not None:
        lengths.append(limit.up_to)
    elif limit.extended_by or limit.due_on is not None:
        return False
    if warn.share is not None or warn.offset >= 0 or limit.before is not None:
        return False
    if warn.working:
        days = [length.amount for length in lengths if length.unit == "working_days"]
    else:
        days = [length.amount * DAYS_IN[length.unit] for length in lengths if length.unit in DAYS_IN]
    return len(days) == len(lengths) and all(-warn.offset > amount for amount in days)


def _is_taken_on(waiting: Waiting, limit: Limit) -> bool:
    """Whether in every stage where it runs, being over is enough to end the run."""
    policy = waiting.policy
    if limit.stages is None or limit.outlives:
        return False
    asides = {stage.id for stage in policy.stages.values() if stage.aside}
    for stage in limit.stages:
        rules = [rule for rule in waiting.overdue_in.get(stage, ()) if rule.overdue == limit.id]
        leads = (
            waiting.targets(stage, rules[0])
            if len(rules) == 1 and rules[0].condition is None
            else frozenset()
        )
        if (
            not leads
            or leads & (limit.stages | asides)
            or any(stage in waiting.entered_from.get(each, ()) for each in asides)
        ):
            return False  # fmt: skip
    return True


def days_and_weeks(policy: Policy, _waiting: Waiting) -> Iterator[Finding]:
    """`days-and-weeks`: calendar days that are whole weeks, where a limit that cites the same one place is in weeks.

    A limit with a note is left out: its author has said why it is as it is.
    """
    in_weeks: dict[tuple[str, str], str] = {}
    for limit in policy.limits.values():
        place = _only_place(limit)
        if limit.length.unit == "weeks" and place is not None:
            in_weeks.setdefault(place, limit.id)
    for limit in policy.limits.values():
        amount = limit.length.amount
        if limit.length.unit != "calendar_days" or not amount or amount % 7:
            continue
        place = _only_place(limit)
        if place is not None and place in in_weeks:
            weeks = amount // 7
            yield Finding(
                ("limits", limit.id, "is"), "days-and-weeks",
                f'"{limit.id}" is {limit.length}; "{in_weeks[place]}", another limit that cites the same place, is in weeks',
                (
                    f"if the place says weeks here too, write {weeks} week{'' if weeks == 1 else 's'}",
                    "if it says days, a `note` that says so ends this",
                ),
                severity="information",
            )  # fmt: skip


def _only_place(limit: Limit) -> tuple[str, str] | None:
    """The source and place of a limit that cites one place alone and has no note; else `None`."""
    if len(limit.about.citations) != 1 or limit.about.note:
        return None
    (cite,) = limit.about.citations
    return cite.source, cite.place


# --- Rights that time takes away ---------------------------------------------------------------------------------


def rights_lost(policy: Policy, waiting: Waiting) -> Iterator[Finding]:
    """`right-lost-by-time`, `closed-by-delay`: a time that binds nobody ends a right, or a delay ends the case."""
    for stage, rules in waiting.overdue_in.items():
        for rule in rules:
            limit = policy.limits.get(rule.overdue or "")
            target = policy.stages.get(rule.go_to or "")
            if limit is None or target is None or target.end is None:
                continue
            if limit.owed_by in waiting.openers:
                yield from _lost(waiting, rule, limit, stage, target.id)
            elif waiting.is_duty(limit) and target.end in SHUT and not _goes_on(waiting, target.id):
                yield Finding(
                    (*rule_path(rule.id), "overdue"), "closed-by-delay",
                    f'when the {limit.owed_by} is late with "{limit.id}", the case ends in "{target.id}"',
                    ("who is late would be rid of the case by it", "lead on to the next stage, or leave the case where it is"),
                    loses=_losers(waiting), claim=Claim(target.id, "stays", passed=(limit.id,)),
                )  # fmt: skip


def _lost(waiting: Waiting, rule: Rule, limit: Limit, stage: str, target: str) -> Iterator[Finding]:
    """The rights that this rule ends although the limit it waits for is no bar."""
    for event in limit.met_by:
        rights = [
            each for each in waiting.rules_in[stage].get(event, ()) if each.right_of and not each.turns_down
        ]
        kept = any(not each.turns_down for each in waiting.rules_in[target].get(event, ()))
        if rights and not kept and limit.force != "must":
            yield Finding(
                (*rule_path(rule.id), "overdue"), "right-lost-by-time",
                f'after "{limit.id}", which is only {_force(limit)}, {event} is a right no longer',
                (
                    f'"{target}" has no rule for {event}; "{rights[0].id}" has it as a right of the {rights[0].right_of}',
                    f"let `in` of that rule name {target}, or decide a late request in a stage of its own",
                ),
                loses=rights[0].right_of or "", claim=Claim(target, "refused", event, passed=(limit.id,)),
            )  # fmt: skip


def _force(limit: Limit) -> str:
    return {"recommended": "recommended", "aim": "an aim", "will": "promised", "external": "computed"}[
        limit.force
    ]


def _goes_on(waiting: Waiting, target: str) -> bool:
    """Whether those who open cases can take one on from this end without a condition and for certain."""
    return any(
        rule.go_to is not None
        and rule.condition is None
        and not rule.after
        and waiting.is_theirs(event)
        and not any(_shuts(waiting, goal) for goal in waiting.targets(target, rule))
        for event, rules in waiting.rules_in[target].items()
        for rule in rules
    )


def _shuts(waiting: Waiting, stage: str) -> bool:
    """Whether this stage is no way on: an end that closes the door, or one where somebody may decide that it stays shut."""
    return waiting.policy.stages[stage].end in SHUT or waiting.is_discretion(stage)


def _losers(waiting: Waiting) -> str:
    """Who waits: the first role, by name, whose event opens a case."""
    return min((role for role in waiting.openers if not _acts(waiting, role)), default="")


def _acts(waiting: Waiting, role: str) -> bool:
    known = waiting.policy.people.get(role)
    return known is not None and known.acts_for is not None


FINDERS: tuple[Callable[[Policy, Waiting], Iterator[Finding]], ...] = (
    stages_without_limit,
    starts_never_bounded,
    extensions,
    pauses,
    ends_after_what_follows,
    rungs,
    days_and_weeks,
    rights_lost,
)


def findings(policy: Policy) -> list[Finding]:
    """All that is found about time in a policy, inherited or not."""
    waiting = waiting_in(policy)
    return [finding for finder in FINDERS for finding in finder(policy, waiting)]


def times(policy: Policy) -> Iterator[Problem]:
    """Every finding about time that the file's base is not told of already."""
    found = findings(policy)
    base = base_of(policy) if found else None
    told = {(each.name, each.path, each.message) for each in findings(base)} if base is not None else set()
    for each in found:
        if (each.name, each.path, each.message) not in told:
            yield policy.source.problem(
                each.path, each.name, each.message, key=True, severity=each.severity,
                notes=each.notes, loses=each.loses, claim=each.claim,
            )  # fmt: skip


TIME_CHECKS: tuple[Callable[[Policy], Iterator[Problem]], ...] = (times,)
