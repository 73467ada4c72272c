"""What may happen next, in an order and with numbers that stay as they are for as long as the case is in the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.stepping.naming import spelt
from engine.stepping.page import filled, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.cases import Allowed, View
    from engine.policy.model import EventType, Policy, Rule, Stage

# How many lines the events that can come in other stages as well may take.
MOST_LINES = 2


class Choice(NamedTuple):
    """An event that may happen now. `own`: by a rule of the stage, on to a further one, or by a limit that runs."""

    number: int
    allowed: Allowed
    own: bool


def choices(view: View) -> tuple[Choice, ...]:
    """What may happen next, by number."""
    own, others, late = _events_of_stage(view)
    numbers = {event: number for number, event in enumerate((*own, *others, *late), start=1)}
    found = [Choice(numbers[each.event], each, each.event not in others) for each in view.allowed()]
    return tuple(sorted(found, key=lambda choice: choice.number))


def events_by_number(view: View) -> tuple[str, ...]:
    """The events that have a number in the stage, that of the first being 1; not all of them may happen now."""
    return tuple(event for part in _events_of_stage(view) for event in part)


def _events_of_stage(view: View) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The events of the stage's own, in the order of the policy: by its rules, on to a further stage, by its limits.

    Then those that can come in other stages as well; then those of the limits of other stages, which may still run.
    """
    policy, stage = view.policy, view.stage_info
    here = [rule for rule in policy.anywhere if stage.id in rule.reaches]
    by_rules = [event for rule in stage.rules for event in rule.when]
    leading = [event for rule in here if _leads_on(policy, rule) for event in rule.when]
    marks = {event.id: _is_due_here(policy, stage, event) for event in _marks(policy)}
    own = tuple(dict.fromkeys((*by_rules, *leading, *(event for event, here in marks.items() if here))))
    others = dict.fromkeys(event for rule in here for event in rule.when if event not in own)
    presumed = [event.id for event in policy.events.values() if event.presumed_from is not None]
    others |= dict.fromkeys(event for event in presumed if event not in own)
    return own, tuple(others), tuple(event for event, here in marks.items() if not here)


def _leads_on(policy: Policy, rule: Rule) -> bool:
    """Whether a rule leads to a stage in which the case goes on, or turns down what would."""
    target = policy.stages.get(rule.go_to or "")
    return rule.turns_down or (target is not None and target.end is None)


def _marks(policy: Policy) -> list[EventType]:
    """The events that no rule takes, but limits alone; what is presumed has its place among those of other stages."""
    taken = {event for rule in policy.rules() for event in rule.when}
    return [event for event in policy.events.values() if event.id not in taken and not event.presumed_from]


def _is_due_here(policy: Policy, stage: Stage, event: EventType) -> bool:
    """Whether an event meets or extends a limit that is due in the stage, or in every stage."""
    return any(
        event.id in (*limit.met_by, *limit.extended_by)
        for limit in policy.limits.values()
        if limit.stages is None or stage.id in limit.stages
    )


# --- In lines ---------------------------------------------------------------------------------------------------


def next_lines(view: View, *, short: bool = False) -> Iterator[str]:
    """What may happen next: the stage's own by number, name and title; what can come in other stages by name.

    `short`: numbers and names only, one after the other.
    """
    found = choices(view)
    own = [(str(each.number), _named(each.allowed)) for each in found if each.own]
    others = [each.allowed.event for each in found if not each.own]
    if not found:
        yield "Nothing may happen next; `why not EVENT` says why."
    if short:
        # A number stays on the line of its event.
        events = [f"{each.number}\N{NO-BREAK SPACE}{each.allowed.event}" for each in found if each.own]
        more = [f"and {len(others)} as in other stages"] if others else []
        text = f"What may happen next: {', '.join([*events, *more])}; allowed tells all."
        yield from (line.replace("\N{NO-BREAK SPACE}", " ") for line in filled(text, rest="  ") if found)
        return
    if own:
        yield "What may happen next:"
        yield from rows(own)
    if others:
        yield from _others_in_short("Also, as in other stages" if own else "As in other stages", others)


def _others_in_short(title: str, events: Sequence[str]) -> list[str]:
    """As many names as there is room for."""
    for shown in range(len(events), 0, -1):
        more = f" and {len(events) - shown} more" if shown < len(events) else ""
        lines = filled(f"{title}: {', '.join(events[:shown])}{more}; allowed tells all.", rest="  ")
        if len(lines) <= MOST_LINES:
            return lines
    return filled(f"{title}: {len(events)} more; allowed tells all.", rest="  ")


def next_lines_in_full(view: View) -> Iterator[str]:
    """What may happen next, all of it numbered, by whom, with what, and what it depends on."""
    found = choices(view)
    own, others = ([each for each in found if each.own is which] for which in (True, False))
    if not found:
        yield "Nothing may happen next; `why not EVENT` says why."
    for title, part in (("What may happen next:", own), ("As in other stages:", others)):
        if part:
            yield title
            yield from rows(
                [(str(each.number), f"{_named(each.allowed)}{_conditions(each.allowed)}") for each in part]
            )


def _named(allowed: Allowed) -> str:
    same = spelt(allowed.title) == spelt(allowed.event)
    return allowed.event if same else f"{allowed.event}: {allowed.title}"


def _conditions(allowed: Allowed) -> str:
    """By whom, what it needs, and whether it depends on what it brings."""
    by = f", by {' or '.join(allowed.by)}" if allowed.by else ""
    needs = f"; needs {', '.join(name for name, _ in allowed.needs)}" if allowed.needs else ""
    depends = "" if allowed.certain else "; depends on what it brings"
    return f"{by}{needs}{depends}"
