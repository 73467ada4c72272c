"""A policy as a graph: a node for each stage, an exit for each rule.

A rule of `anywhere` that moves a case is drawn from each of its stages when there are few; one of many stages, or that
moves nothing, has one exit, from a node that stands for all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.drawing.graph import Exit, Graph, Node
from engine.drawing.ordering import ordered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.drawing.graph import Leads, NodeKind
    from engine.policy.model import DueRef, Limit, Policy, Resolved, Rule, Stage

SEVERAL = "anywhere"  # no stage is called so: the word is a key of the language
_FEW = 3
_BACK = "back"


def graph_of_policy(policy: Policy) -> Graph:
    """The graph of a policy, its stages in the order in which a complaint meets them."""
    drawn, told_once = _sorted_rules(policy)
    exits = [
        *(_exit(policy, rule, stage.id) for stage in policy.stages.values() for rule in stage.rules),
        *(_exit(policy, rule, stage) for rule in drawn for stage in policy.stages if stage in rule.reaches),
        *(_exit(policy, rule, SEVERAL) for rule in told_once),
    ]
    nodes = [_node(policy, stage) for stage in policy.stages.values()]
    if told_once:
        nodes.append(Node(SEVERAL, "several", "At several stages", "rules told once", ()))
    nodes.sort(key=lambda node: node.kind != "start")
    graph = ordered(Graph(policy.id, policy.title, in_force(policy), tuple(nodes), tuple(exits)))
    reaches = {rule.id: rule.reaches for rule in told_once}
    noted = (
        replace(each, note=_where(graph, reaches[each.id])) if each.source == SEVERAL else each
        for each in graph.exits
    )
    return replace(graph, exits=tuple(noted))


def in_force(resolved: Resolved) -> str:
    """What it is and from when it is in force, on one line."""
    until = f" until {day_text(resolved.in_force_until)}" if resolved.in_force_until else ""
    return f"{resolved.id}, in force from {day_text(resolved.in_force_from)}{until}"


def _sorted_rules(policy: Policy) -> tuple[list[Rule], list[Rule]]:
    """The rules of `anywhere` that are drawn from each of their stages, and those that are told once."""
    drawn = [rule for rule in policy.anywhere if rule.go_to is not None and 0 < len(rule.reaches) <= _FEW]
    return drawn, [rule for rule in policy.anywhere if rule not in drawn]


# --- Nodes -------------------------------------------------------------------------------------------------------


def _node(policy: Policy, stage: Stage) -> Node:
    kind, word = _kind(stage)
    title = stage.about.title or ("Nothing has happened yet" if kind == "start" else plainly(stage.id))
    return Node(stage.id, kind, title, word, tuple(_lines(policy, stage)))


def _kind(stage: Stage) -> tuple[NodeKind, str]:
    if stage.id == "opening":
        return "start", "start"
    if stage.end is not None:
        return "end", f"end: {plainly(stage.end)}"
    return ("aside", "aside: no limit ends here") if stage.aside else ("stage", "stage")


def _lines(policy: Policy, stage: Stage) -> Iterator[str]:
    if stage.owner is not None:
        role = policy.people.get(stage.owner)
        yield f"waits for: {(role.about.title if role else None) or plainly(stage.owner)}"
    yield from (f"due: {_limit_text(policy.limits[each])}" for each in _limits_at(policy, stage))


def _limits_at(policy: Policy, stage: Stage) -> list[str]:
    """The limits that a stage lists, then those of the whole case that an event which leads on from here meets."""
    taken = {event for rule in stage.rules if rule.go_to is not None for event in rule.when}
    answered = [
        limit.id
        for limit in policy.limits.values()
        if limit.stages is None and not taken.isdisjoint(limit.met_by) and limit.id not in stage.due
    ]
    return [*(each for each in stage.due if each in policy.limits), *answered]


def _limit_text(limit: Limit) -> str:
    cases = "".join(f", or {case.length} if {plainly(str(case.condition))}" for case in limit.cases)
    most = f", at most {limit.up_to}" if limit.up_to is not None else ""
    before = f" before {plainly(limit.before)}" if limit.before is not None else ""
    return f"{limit.about.title or plainly(limit.id)}: {limit.length}{before}{cases}{most}"


# --- Exits -------------------------------------------------------------------------------------------------------


def _exit(policy: Policy, rule: Rule, source: str) -> Exit:
    leads = _leads(rule)
    return Exit(
        rule.id,
        source,
        leads,
        rule.go_to if leads == "to" else None,
        _happening(policy, rule),
        ", ".join(_conditions(policy, rule)),
        by_time=rule.overdue is not None,
    )


def _leads(rule: Rule) -> Leads:
    if rule.go_to is not None:
        return "back" if rule.go_to == _BACK else "to"
    return "turns_down" if rule.turns_down else "stays"


def _happening(policy: Policy, rule: Rule) -> str:
    if rule.overdue is not None:
        limit = policy.limits.get(rule.overdue)
        return f"overdue: {(limit.about.title if limit else None) or plainly(rule.overdue)}"
    return " or ".join(_event(policy, event) for event in rule.when)


def _event(policy: Policy, event: str) -> str:
    known = policy.events.get(event)
    return (known.about.title if known else None) or plainly(event)


def _conditions(policy: Policy, rule: Rule) -> Iterator[str]:
    if rule.condition is not None:
        yield f"if {plainly(str(rule.condition))}"
    if rule.within:
        yield f"within {' or '.join(_time(policy, each) for each in rule.within)}"
    if rule.after:
        yield f"after {' and '.join(_time(policy, each) for each in rule.after)}"


def _time(policy: Policy, ref: DueRef) -> str:
    """The time of a limit, by its title: up to its due date, or at the longest."""
    limit = policy.limits.get(ref.limit)
    title = (limit.about.title if limit else None) or plainly(ref.limit)
    return f"the {'longest ' if ref.longest else ''}time for “{title}”"


def _where(graph: Graph, reaches: Sequence[str]) -> str:
    """At which stages a rule of `anywhere` applies, by the numbers of their boxes, in as few words as will do."""
    going = [node.id for node in graph.nodes if node.kind in ("stage", "aside")]
    ended = [node.id for node in graph.nodes if node.kind == "end"]
    parts = [
        *_among(graph, reaches, going, "at", "at every open stage"),
        *_among(graph, reaches, ended, "after", "after every end"),
        *(["at the start"] if graph.nodes[0].id in reaches else []),
    ]
    return " and ".join(parts) or "nowhere"


def _among(
    graph: Graph, reached: Sequence[str], group: Sequence[str], word: str, all_of: str
) -> Iterator[str]:
    inside = [each for each in group if each in reached]
    missing = [each for each in group if each not in reached]
    if inside and len(missing) < len(inside):
        yield f"{all_of} but {_numbers(graph, missing)}" if missing else all_of
    elif inside:
        yield f"{word} {_numbers(graph, inside)}"


def _numbers(graph: Graph, nodes: Sequence[str]) -> str:
    return ", ".join(str(graph.places[each] + 1) for each in nodes)


def plainly(text: str) -> str:
    """Ids in a text as words."""
    return text.replace("_", " ")
