"""An intake as a graph: routes from the point that comes in to the procedures, exclusions from those to what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing.graph import Exit, Graph, Node
from engine.drawing.ordering import ordered
from engine.drawing.policies import in_force, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.intake import Exclusion, Intake, Route

# Names with spaces, which no id has.
_START, _SEVERAL, _REFUSED, _TAKEN = "a point", "several procedures", "not considered", "is considered"
_NONE = "no exclusion"


def graph_of_intake(intake: Intake) -> Graph:
    """The graph of an intake: which procedure a point belongs to, and why it may not be considered all the same."""
    procedures = dict.fromkeys(
        route.accept_under for route in intake.routes.values() if route.accept_under is not None
    )
    nodes = [
        Node(_START, "start", "A point of the complaint", "start: first the route"),
        *(Node(f"under {each}", "stage", f"Under {each}", "procedure") for each in procedures),
        *_bodies(intake),
        *_common(intake, tuple(procedures)),
        Node(_REFUSED, "end", "Not considered", "end: reasons are given"),
        Node(_TAKEN, "end", "Considered", "end: no exclusion holds"),
    ]
    exits = [
        *(_route_exit(route) for route in intake.routes.values()),
        *(each for exclusion in intake.exclusions.values() for each in _exclusion_exits(intake, exclusion)),
        *_considered(nodes, tuple(procedures)),
    ]
    used = {_START, *(each.source for each in exits), *(each.target for each in exits)}
    kept = tuple(node for node in nodes if node.id in used)
    return ordered(Graph(f"{intake.id}/intake", intake.title, in_force(intake), kept, tuple(exits)))


def _bodies(intake: Intake) -> Iterator[Node]:
    named = dict.fromkeys(route.refer_to for route in intake.routes.values() if route.refer_to is not None)
    return (Node(f"to {each}", "end", f"Redirected to {each}", "end: another body") for each in named)


def _common(intake: Intake, procedures: tuple[str, ...]) -> Iterator[Node]:
    """The node of the exclusions that concern every procedure, if there are any and several procedures."""
    if len(procedures) > 1 and any(not each.of for each in intake.exclusions.values()):
        yield Node(_SEVERAL, "several", "Under every procedure", "exclusions told once")


def _route_exit(route: Route) -> Exit:
    target = f"under {route.accept_under}" if route.accept_under is not None else f"to {route.refer_to}"
    if route.accept_under is None and route.refer_to is None:
        return Exit(route.id, _START, "stays", None, route.about.title or plainly(route.id), _if(route))
    return Exit(route.id, _START, "to", target, route.about.title or plainly(route.id), _if(route))


def _exclusion_exits(intake: Intake, exclusion: Exclusion) -> Iterator[Exit]:
    procedures = [
        each
        for each in dict.fromkeys(route.accept_under for route in intake.routes.values())
        if each is not None and exclusion.concerns(each)
    ]
    title = exclusion.about.title or plainly(exclusion.id)
    told_once = not exclusion.of and len(procedures) > 1
    for source in [_SEVERAL] if told_once else [f"under {each}" for each in procedures]:
        yield Exit(
            exclusion.id,
            source,
            "to",
            _REFUSED,
            title,
            ", ".join(_grounds(intake, exclusion)),
            f"instead: {exclusion.instead}" if exclusion.instead else "",
            by_time=exclusion.condition is None and bool(exclusion.after),
        )


def _if(route: Route) -> str:
    return f"if {plainly(str(route.condition))}" if route.condition is not None else ""


def _grounds(intake: Intake, exclusion: Exclusion) -> Iterator[str]:
    if exclusion.condition is not None:
        yield f"if {plainly(str(exclusion.condition))}"
    if exclusion.after:
        limits = [intake.limits[each] for each in exclusion.after if each in intake.limits]
        yield "after " + " and ".join(f"{limit.length} from {plainly(limit.start)}" for limit in limits)
    if exclusion.unless is not None:
        yield f"unless {plainly(str(exclusion.unless))}"


def _considered(nodes: list[Node], procedures: tuple[str, ...]) -> Iterator[Exit]:
    """What follows when nothing stands in the way: the exclusions of every procedure, or that it is considered."""
    has_several = any(node.id == _SEVERAL for node in nodes)
    for each in procedures:
        target = _SEVERAL if has_several else _TAKEN
        yield Exit(_NONE, f"under {each}", "to", target, "no exclusion holds")
    if has_several:
        yield Exit(_NONE, _SEVERAL, "to", _TAKEN, "no exclusion holds")
