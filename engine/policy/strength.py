"""What makes a limit or a rule weaker for the person whose complaint it is: told of overlays, and between versions.

A limit owed by somebody whose right some rule is (`right_of`) is an opportunity: there a shorter time is the
weaker one. For everybody else it is a duty, and a longer time is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.calendars import Length
    from engine.policy.model import Limit, Policy, Rule

STRENGTH = {"external": 0, "recommended": 1, "aim": 2, "will": 3, "must": 4}


class Weaker(NamedTuple):
    """One way in which something is weaker: the key that makes it so, and what it does, in words."""

    key: str
    what: str


def holders_of_rights(policy: Policy) -> set[str]:
    """The roles whose right some rule is."""
    return {rule.right_of for rule in policy.rules() if rule.right_of is not None}


# --- Limits ------------------------------------------------------------------------------------------------------


def _longest(limit: Limit) -> Iterator[Length]:
    yield limit.length
    yield from (case.length for case in limit.cases)


def _longer(before: Limit, after: Limit) -> Iterator[Weaker]:
    if _exceeds([after.length], [before.length]):
        yield Weaker("is", f"it runs {after.length} instead of {before.length}")
    longer = [
        case for case in after.cases if case not in before.cases and _exceeds([case.length], _longest(before))
    ]
    for case in longer:
        yield Weaker("cases", f"it runs {case.length} in the case {case.id}")


def _higher_ceiling(before: Limit, after: Limit) -> Iterator[Weaker]:
    if after.up_to == before.up_to and after.extended_by == before.extended_by:
        return
    if after.up_to is None and after.extended_by and (before.up_to is not None or not before.extended_by):
        yield Weaker("extended_by", "it may be extended without a ceiling")
    elif after.extended_by and not before.extended_by:
        yield Weaker("extended_by", f"it may be extended, up to {after.up_to}")
    elif after.up_to is not None and before.up_to is not None and _exceeds([after.up_to], [before.up_to]):
        yield Weaker("up_to", f"its ceiling is {after.up_to} instead of {before.up_to}")


def _shorter(before: Limit, after: Limit) -> Iterator[Weaker]:
    if _exceeds([before.length], [after.length]):
        yield Weaker("is", f"only {after.length} are left instead of {before.length}")


def _other_start(before: Limit, after: Limit) -> Iterator[Weaker]:
    if (set(before.starts), before.mode) != (set(after.starts), after.mode) and before.before is None:
        yield Weaker("from", "it counts from something else")
    elif before.before != after.before:
        yield Weaker("before", "it counts back from something else")


def _other_end(before: Limit, after: Limit) -> Iterator[Weaker]:
    if set(before.met_by) != set(after.met_by):
        yield Weaker("met_by", f"it is met by {' or '.join(after.met_by) or 'nothing'}")


def weaker_force(before: Limit, after: Limit) -> Iterator[Weaker]:
    """A force that binds less."""
    if STRENGTH[after.force] < STRENGTH[before.force]:
        yield Weaker("force", f'its force is "{after.force}" instead of "{before.force}"')


def _stronger_force(before: Limit, after: Limit) -> Iterator[Weaker]:
    if STRENGTH[after.force] > STRENGTH[before.force]:
        yield Weaker("force", f'its force is "{after.force}" instead of "{before.force}"')


def more_slack(before: Limit, after: Limit) -> Iterator[Weaker]:
    """Words and pauses that let a limit run on: `practicable`, `late_extension`, `pauses`."""
    if after.practicable and not before.practicable:
        yield Weaker("practicable", 'it carries "or as soon as reasonably practicable"')
    if after.late_extension and not before.late_extension:
        yield Weaker("late_extension", "it may be extended after its due date")
    known = {pause.id: pause for pause in before.pauses}
    for pause in after.pauses:
        if pause.id not in known:
            yield Weaker("pauses", f"it pauses for {pause.id}")
        elif pause.at_most is None and known[pause.id].at_most is not None:
            yield Weaker("pauses", f"its pause {pause.id} has no longest time")


LOOSENED = (_longer, _higher_ceiling, _other_start, _other_end, weaker_force, more_slack)
NARROWED = (_shorter, _other_start, _other_end, _stronger_force)


def _exceeds(lengths: Iterable[Length], known: Iterable[Length]) -> bool:
    """Whether a length is longer than each known one. Only lengths in one unit are compared: others have no order.

    As soon as possible is never overdue, so it is longer than any figure.
    """
    known = list(known)
    return any(
        (each.is_open_ended and not other.is_open_ended)
        or (each.unit == other.unit and each.amount > other.amount)
        for each in lengths
        for other in (max(known, key=lambda length: (length.unit == each.unit, length.amount)),)
    )


# --- Rules -------------------------------------------------------------------------------------------------------


def narrower_rule(policy: Policy, before: Rule, after: Rule) -> Iterator[Weaker]:
    """What a rule asks that it did not, another way it leads, and stages of the policy it no longer reaches."""
    if after.condition is not None and after.condition != before.condition:
        yield Weaker("if", f"it asks that {after.condition}")
    if after.within != before.within and after.within:
        yield Weaker("within", f"it must be asked for within {' or '.join(map(str, after.within))}")
    if after.after != before.after and after.after:
        yield Weaker("after", f"it can be asked for only after {' and '.join(map(str, after.after))}")
    if after.go_to != before.go_to:
        yield Weaker("go_to", f"it leads {_instead(after.go_to, before.go_to)}")
    lost = [stage for stage in before.reaches if stage not in after.reaches and stage in policy.stages]
    if lost:
        yield Weaker("in", f"it no longer reaches {' and '.join(lost)}")


def _instead(after: str | None, before: str | None) -> str:
    """Where a rule leads now and where it led; `None` leaves the case where it is."""
    if after is None:
        return f'nowhere instead of to "{before}"'
    return f'to "{after}" instead of ' + ("nowhere" if before is None else f'"{before}"')
