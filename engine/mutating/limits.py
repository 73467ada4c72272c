"""A time limit changed in one thing: how long, from when, what ends, extends or pauses it, and how binding it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.mutating.calendars import DAY_ONE_IN_WORDS, OTHER_DAY_ONE
from engine.mutating.changing import DROPPED
from engine.mutating.conditions import other_conditions
from engine.mutating.lengths import other_lengths
from engine.mutating.mutant import Concern, Mutant
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.intake import Intake
    from engine.policy.model import Limit, Policy, Rule, Start

# The next weaker force that reads otherwise; nothing is weaker than what is computed and never judged.
WEAKER = {"must": "aim", "will": "aim", "aim": "external", "recommended": "external"}
OTHER_ROLL = {
    "stays": "next_working_day",
    "next_working_day": "stays",
    "previous_working_day": "next_working_day",
}
ROLL_IN_WORDS = {
    "stays": "left a due date on a day off where it is",
    "next_working_day": "moved a due date on a day off to the next working day",
    "previous_working_day": "moved a due date on a day off to the working day before",
}
_OTHER_COUNTING = {"skip_working_days": "add_calendar_days", "add_calendar_days": "skip_working_days"}
_COUNTING_IN_WORDS = {
    "skip_working_days": "left its working days out",
    "add_calendar_days": "added its calendar days",
}


def _of(limit: Limit) -> Concern:
    return Concern(limits=frozenset((limit.id,)))


def _spec(policy: Policy, limit: Limit) -> dict[str, Any]:
    spec: dict[str, Any] = policy.source.data["limits"][limit.id]
    return spec


def lengths_moved(policy: Policy) -> Iterator[Mutant]:
    """Each length one unit longer and one shorter: the usual one, those of cases, the ceiling, the cap of a pause."""
    for limit in policy.limits.values():
        spec, path = _spec(policy, limit), ("limits", limit.id)
        found: list[tuple[tuple[str, ...], str, str]] = []
        if "is" in spec:
            found.append(((*path, "is"), spec["is"], f"{limit.id} were "))
        for case, each in spec.get("cases", {}).items():
            found.append(((*path, "cases", case, "is"), each["is"], f"{limit.id} in the case {case} were "))
        if "up_to" in spec:
            found.append(((*path, "up_to"), spec["up_to"], f"the ceiling of {limit.id} were "))
        for pause, each in spec.get("pauses", {}).items():
            if "at_most" in each:
                says = f"the pause {pause} of {limit.id} lasted at most "
                found.append(((*path, "pauses", pause, "at_most"), each["at_most"], says))
        for where, text, begins in found:
            for other, words in other_lengths(text):
                yield Mutant("length", limit.id, where, begins + words, other, _of(limit))


# --- From when ------------------------------------------------------------------------------------------------------


def starts_swapped(policy: Policy) -> Iterator[Mutant]:
    """A start replaced by another thing of the policy, one of several left out, the earliest taken for the latest."""
    for limit in policy.limits.values():
        written = _spec(policy, limit).get("from")
        path = ("limits", limit.id, "from")
        if written is None:
            continue
        several = next((key for key in ("earliest_of", "latest_of") if _has(written, key)), None)
        items = written[several] if several else [written]
        for place, start in enumerate(limit.starts):
            for other in _other_starts(policy, limit, start):
                new = [*items[:place], other, *items[place + 1 :]]
                says = f"{limit.id} counted from {_in_words(other)} instead of {start}"
                yield Mutant(
                    "start", limit.id, path, says, _written(several, new), _begun(policy, limit, new)
                )
            if several and len(items) > 1 and not _begins_anyway(policy, limit, start):
                rest = [*items[:place], *items[place + 1 :]]
                says = f"{start} did not count as a start of {limit.id}"
                yield Mutant(
                    "start", limit.id, path, says, _written(several, rest), _begun(policy, limit, rest)
                )
        if several and len(items) > 1:
            other_mode = "latest_of" if several == "earliest_of" else "earliest_of"
            words = f"the {other_mode[:-3]} of its starts instead of the {several[:-3]}"
            concern = _begun(policy, limit, items)
            yield Mutant(
                "start", limit.id, path, f"{limit.id} counted from {words}", {other_mode: items}, concern
            )


def _begins_anyway(policy: Policy, limit: Limit, start: Start) -> bool:
    """Whether a start, the earliest of several, is an event that always leads into a stage that is a start as well."""
    if start.kind != "event" or limit.mode != "earliest":
        return False
    taking = [rule for rule in policy.rules() if start.id in rule.when and not rule.turns_down]
    entered = {each.id for each in limit.starts if each.kind == "entering"}
    return bool(taking) and all(rule.go_to in entered and rule.go_to not in rule.reaches for rule in taking)


def _has(written: Any, key: str) -> bool:
    return isinstance(written, dict) and key in written


def _written(several: str | None, items: list[Any]) -> Any:
    return {several: items} if several and len(items) > 1 else items[0]


def _begun(policy: Policy, limit: Limit, items: list[Any]) -> Concern:
    """A run of the limit, or anything that could now start one."""
    names = [item for item in items if isinstance(item, str)]
    return Concern(
        limits=frozenset((limit.id, *(item["due"] for item in items if _has(item, "due")))),
        events=frozenset(name for name in names if name not in policy.facts),
        facts=frozenset(name for name in names if name in policy.facts),
        stages=frozenset(item["entering"] for item in items if _has(item, "entering")),
    )


def _in_words(start: Any) -> str:
    if _has(start, "entering"):
        return f"entering {start['entering']}"
    return f"the due date of {start['due']}" if _has(start, "due") else str(start)


def _other_starts(policy: Policy, limit: Limit, start: Start) -> Iterator[Any]:
    """What comes before it in the course of a case, and what comes after: those are what is mixed up."""
    taken = {each.id for each in limit.starts}
    if start.kind == "fact":
        others = [fact.id for fact in policy.facts.values() if fact.kind == "date" and fact.id not in taken]
        yield from others[:1]
    elif start.kind == "event":
        ends = {*taken, *limit.met_by, *limit.restarted_by}
        sides = ([event for event in side if event not in ends][:1] for side in _neighbours(policy, start.id))
        yield from dict.fromkeys(event for side in sides for event in side)
    elif start.kind == "entering":
        into = [rule for rule in policy.rules() if rule.go_to == start.id]
        stages = (stage for rule in into for stage in rule.reaches)
        yield from [{"entering": stage} for stage in stages if stage not in (start.id, "opening")][:1]
        out = [rule.go_to for rule in policy.stages[start.id].rules if rule.go_to in policy.stages]
        yield from [{"entering": stage} for stage in out if stage != start.id][:1]
    else:
        other = policy.limits[start.id]
        yield from [each.id for each in other.starts if each.kind == "event"][:1]


def _neighbours(policy: Policy, event: str) -> Iterator[list[str]]:
    """The events after which a case is where this one is taken, and those that are taken where this one leads."""
    taking = [rule for rule in policy.rules() if event in rule.when]
    here = {stage for rule in taking for stage in rule.reaches} or set(policy.stages)
    there = {rule.go_to for rule in taking if rule.go_to is not None} or here
    yield [name for rule in policy.rules() if rule.go_to in here for name in rule.when if name != event]
    yield [name for rule in _rules_of(policy, there) for name in rule.when if name != event]


def _rules_of(policy: Policy, stages: set[str]) -> Iterator[Rule]:
    """The rules of these stages, each stage's own before those of anywhere."""
    for stage, each in policy.stages.items():
        if stage in stages:
            yield from each.rules
    yield from (rule for rule in policy.anywhere if stages.intersection(rule.reaches))


# --- What ends, restarts, extends and pauses it ---------------------------------------------------------------------

_EVENTS = {
    "met_by": "{event} did not meet {limit}",
    "restarted_by": "{event} did not restart {limit}",
    "extended_by": "{event} did not extend {limit}",
}


def events_dropped(policy: Policy) -> Iterator[Mutant]:
    """An event that no longer meets, restarts or extends a limit."""
    for limit in policy.limits.values():
        spec = _spec(policy, limit)
        for key, words in _EVENTS.items():
            for event in as_list(spec.get(key)):
                rest = [each for each in as_list(spec[key]) if each != event]
                says = words.format(event=event, limit=limit.id)
                value = rest or DROPPED
                yield Mutant("event_dropped", limit.id, ("limits", limit.id, key), says, value, _of(limit))


def ceilings_changed(policy: Policy) -> Iterator[Mutant]:
    """No ceiling, one that stands still in a pause or moves with it, an extension that need not be in time."""
    for limit in policy.limits.values():
        path = ("limits", limit.id)
        if limit.up_to is not None:
            says = f"{limit.id} had no ceiling"
            yield Mutant("ceiling", limit.id, (*path, "up_to"), says, DROPPED, _of(limit))
            if limit.pauses:
                other, words = ("moves", "moved") if limit.ceiling_fixed else ("fixed", "did not move")
                says = f"the ceiling of {limit.id} {words} with a pause"
                yield Mutant("ceiling", limit.id, (*path, "ceiling"), says, other, _of(limit))
        if limit.due_on is not None:
            says = f"{limit.id} did not end on {limit.due_on}"
            yield Mutant("ceiling", limit.id, (*path, "due_on"), says, DROPPED, _of(limit))
        if limit.extended_by:
            other = "refused" if limit.late_extension else "allowed"
            verb = "could not" if limit.late_extension else "could"
            says = f"{limit.id} {verb} be extended when its due date is over"
            yield Mutant("late_extension", limit.id, (*path, "late_extension"), says, other, _of(limit))


def pauses_changed(policy: Policy) -> Iterator[Mutant]:
    """A pause left out, or its days counted in another way."""
    for limit in policy.limits.values():
        for pause in limit.pauses:
            path = ("limits", limit.id, "pauses", pause.id)
            says = f"{limit.id} had no pause {pause.id}"
            yield Mutant("pause", limit.id, path, says, DROPPED, _of(limit))
            other = _OTHER_COUNTING[pause.counting]
            says = f"the pause {pause.id} of {limit.id} {_COUNTING_IN_WORDS[other]}"
            yield Mutant("pause", limit.id, (*path, "counting"), says, other, _of(limit))


# --- On which conditions --------------------------------------------------------------------------------------------


def limit_conditions(policy: Policy) -> Iterator[Mutant]:
    """The condition of a case or of an extension changed, negated or left out; a case left out."""
    for limit in policy.limits.values():
        spec, path = _spec(policy, limit), ("limits", limit.id)
        for case, each in spec.get("cases", {}).items():
            called = f"the case {case} of {limit.id}"
            says = f"{limit.id} had no case {case}"
            yield Mutant("guard_dropped", limit.id, (*path, "cases", case), says, DROPPED, _of(limit))
            yield from _conditions(policy, limit, (*path, "cases", case, "if"), each["if"], called)
        if "extend_if" in spec:
            here, called = (*path, "extend_if"), f"the extension of {limit.id}"
            yield Mutant("guard_dropped", limit.id, here, f"{called} asked for nothing", DROPPED, _of(limit))
            yield from _conditions(policy, limit, here, spec["extend_if"], called)


def _conditions(
    policy: Policy, limit: Limit, path: tuple[str, ...], spec: dict[str, Any], called: str
) -> Iterator[Mutant]:
    says = f"{called} held exactly when it does not"
    yield Mutant("guard_negated", limit.id, path, says, {"not": spec}, _of(limit))
    for each in other_conditions(policy.facts, spec):
        yield Mutant(each.operator, limit.id, path, f"{called} asked {each.says}", each.value, _of(limit))


# --- How it is counted and how binding it is ------------------------------------------------------------------------


def counted_otherwise(subject: Policy | Intake) -> Iterator[Mutant]:
    """Another day one and another roll, where the limit says its own."""
    for name, spec in subject.source.data.get("limits", {}).items():
        concern = Concern(limits=frozenset((name,)))
        if "day_one" in spec:
            other = OTHER_DAY_ONE[spec["day_one"]]
            says = f"{name} counted {DAY_ONE_IN_WORDS[other]}"
            yield Mutant("day_one", name, ("limits", name, "day_one"), says, other, concern)
        if "roll" in spec:
            other = OTHER_ROLL[spec["roll"]]
            says = f"{name} {ROLL_IN_WORDS[other]}"
            yield Mutant("roll", name, ("limits", name, "roll"), says, other, concern)


def bound_otherwise(policy: Policy) -> Iterator[Mutant]:
    """A weaker force; bending or not; living on when the case leaves its stages, or not."""
    for limit in policy.limits.values():
        path, concern = ("limits", limit.id), _of(limit)
        weaker = WEAKER.get(limit.force)
        if weaker is not None:
            says = f"{limit.id} were of force {weaker} instead of {limit.force}"
            yield Mutant("force", limit.id, (*path, "force"), says, weaker, concern)
        if not _is_never_judged(limit):
            verb = "did not bend to what is" if limit.practicable else "bent to what is"
            says = f"{limit.id} {verb} practicable"
            yield Mutant(
                "practicable", limit.id, (*path, "practicable"), says, not limit.practicable, concern
            )
        verb = "lapsed when the case leaves its stages" if limit.outlives else "outlived its stages"
        yield Mutant(
            "outlives", limit.id, (*path, "outlives"), f"{limit.id} {verb}", not limit.outlives, concern
        )


def _is_never_judged(limit: Limit) -> bool:
    """Whether no run ever reads as overdue: somebody else judges it, or none has a due date, whatever the case."""
    if limit.force == "external":
        return True
    lengths = (limit.length, *(case.length for case in limit.cases))
    return all(length.is_open_ended for length in lengths) and limit.due_on is None


LIMIT_OPERATORS: tuple[Callable[[Any], Iterator[Mutant]], ...] = (
    lengths_moved,
    starts_swapped,
    events_dropped,
    ceilings_changed,
    pauses_changed,
    limit_conditions,
    counted_otherwise,
    bound_otherwise,
)
