"""How long a procedure takes at the longest and the shortest, as a table for people and as JSON."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.reports.layout import as_json, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.policy.longest import Longest, Loop, Route
    from engine.reports.paint import Paint

# How many routes of one end the table shows, of those that something bounds.
SHOWN = 2
ASSUMED = (
    "Longest: every duty is done, and every request made, on its last day; every extension is used to its ceiling.",
    "Letters arrive when they are presumed to. What closes by itself does so on the day after its last day.",
    "Shortest: everything happens on the day of receipt, but for what waits until a limit is over.",
    "No stage is entered twice. Left out are ways that open only when a duty is missed, and ways through an end.",
)
NO_BOUND = "no bound"
# What stands for a stay that nothing bounds, which is not counted.
OPEN = "?"


def longest_text(found: Longest, paint: Paint = plain) -> str:
    """The routes of each end, the longest first, each stage with the working day on which it is left."""
    lines = [
        *filled(f"{found.policy.id}: working days from receipt on {day_text(found.start)}"),
        *filled("After each stage stands the working day on which it is left at the longest."),
        *filled(f"{OPEN} stands for a stay that nothing bounds, which is not counted."),
        "",
        "  longest   shortest  ends",
    ]
    for end in dict.fromkeys(route.end for route in found.routes):
        routes = [route for route in found.routes if route.end == end]
        lines += ["", *filled(_title(found, end)), *_route_lines(found, routes, paint)]
    if found.loops:
        lines += ["", "Going round once more adds at the longest"]
        lines += [line for loop in found.loops for line in filled(_loop_text(loop), first="  ", rest="    ")]
    remarks = list(_remarks(found))
    return "\n".join([*lines, "", *(line for text in remarks for line in filled(text, first="- "))])


def longest_json(found: Longest, _paint: Paint = plain) -> str:
    """The same as JSON, with every route."""
    return as_json(
        {
            "policy": found.policy.id,
            "in_force_from": found.policy.in_force_from.isoformat(),
            "from": found.start.isoformat(),
            "assumed": list(ASSUMED),
            "routes": [_route_dict(found, route) for route in found.routes],
            "loops": [
                {"stages": list(loop.stages), "event": loop.event, "adds": loop.days} for loop in found.loops
            ],
            "only_from_another_end": list(found.beyond),
            "pauses_not_counted": list(found.pausing),
            "dates_not_counted": list(found.undated),
            "is_cut": found.is_cut,
        }
    )


LONGEST_FORMATS = {"text": longest_text, "json": longest_json}


def _title(found: Longest, stage: str) -> str:
    title = found.policy.stages[stage].about.title
    return f"{stage}: {title}" if title else stage


def _route_lines(found: Longest, routes: Sequence[Route], paint: Paint) -> Iterator[str]:
    told = list(_told(found, routes))
    for route in told:
        bounded = not route.longest.unbounded
        longest = str(route.days) if bounded else f"{route.days} + {OPEN}"
        ends = day_text(date.fromordinal(route.longest.end)) if bounded else OPEN
        yield f"  {paint(f'{longest:<8}', 'strong' if bounded else 'warning')}  {route.least:<8}  {ends}"
        yield from filled(_way(found, route), first="    ", rest="      ")
        if route.longest.missed:
            yield from filled(f"missed on this way: {', '.join(route.longest.missed)}", first="    ")
    more = len(routes) - len(told)
    if more:
        yield f"  {more} more {'way' if more == 1 else 'ways'}, with --format json"


def _told(found: Longest, routes: Sequence[Route]) -> Iterator[Route]:
    """The longest routes, and the plainest of those that nothing bounds.

    A way round by an aside that takes no longer shows nothing, and is not told.
    """
    open_ended = [route for route in routes if route.longest.unbounded]
    if open_ended:
        yield min(open_ended, key=lambda each: (len(each.longest.unbounded), len(each.stages), -each.days))
    known: dict[tuple[tuple[str, ...], int], Route] = {}
    bounded = [route for route in routes if not route.longest.unbounded]
    for route in sorted(bounded, key=lambda each: (-each.days, len(each.stages), each.stages)):
        straight = tuple(stage for stage in route.stages if not found.policy.stages[stage].aside)
        known.setdefault((straight, route.days), route)
    yield from list(known.values())[:SHOWN]


def _way(found: Longest, route: Route) -> str:
    steps = [
        f"{stay.stage} {_number(found, stay.left, stay.event)}" if stay.bounded else f"{stay.stage} {OPEN}"
        for stay in route.longest.stays
    ]
    return " > ".join(steps) or "at once"


def _number(found: Longest, left: int, event: str | None) -> int:
    """The working day on which a stage is left; for one that is left because a limit is over, the limit's last."""
    table = found.calendar.table
    return table.between(found.start.toordinal(), min(left - (event is None), table.last))


def _loop_text(loop: Loop) -> str:
    adds = NO_BOUND if loop.days is None else str(loop.days)
    return f"{adds}: {' > '.join(loop.stages)}"


def _remarks(found: Longest) -> Iterator[str]:
    if found.is_cut:
        yield "There are more ways than were followed; what is told here is not all."
    yield from ASSUMED
    if found.pausing:
        yield f"Pauses are not counted: {', '.join(found.pausing)} can stand still."
    if found.undated:
        yield f"Not counted, because they wait for a date that somebody gives: {', '.join(found.undated)}."
    if found.beyond:
        yield f"Reached only from another end: {', '.join(found.beyond)}."


def _route_dict(found: Longest, route: Route) -> dict[str, Any]:
    lasting = route.longest
    bounded = not lasting.unbounded
    return {
        "end": route.end,
        "begins_with": route.begins,
        "longest": route.days if bounded else None,
        "ends_on": date.fromordinal(lasting.end).isoformat() if bounded else None,
        "bounded_part": route.days,
        "shortest": route.least,
        "missed": list(lasting.missed),
        "stages": [
            {
                "stage": stay.stage,
                "left_by": stay.event,
                "day": _number(found, stay.left, stay.event) if stay.bounded else None,
                "limit": stay.limit,
                "is_bounded": stay.bounded,
            }
            for stay in lasting.stays
        ],
    }
