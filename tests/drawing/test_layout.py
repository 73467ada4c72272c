"""Where things stand in a picture, by geometry: for every shipped policy and intake, and for random graphs.

A test for each graph makes every check of it, on a phone and on a desk; the traceback names the check that failed.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from engine.drawing.layout import BOLD, DESK, LANE, PHONE, SMALL, TITLE, Area, laid_out
from engine.drawing.measure import width_of, wrapped

TOUCHING = 0.01


def shrunk(area):
    """An area without its edge."""
    return Area(area.x + TOUCHING, area.y + TOUCHING, area.width - 2 * TOUCHING, area.height - 2 * TOUCHING)


def line_areas(texts):
    """The areas of lines of text, as high as their letters."""
    for text in texts:
        size = TITLE if text.role == "title" else SMALL
        width = width_of(text.text, size, bold=text.role in BOLD)
        yield Area(text.at.x, text.at.y - 0.75 * size, width, size)


def segments(wire):
    """The straight parts of a line as areas, thin as they are."""
    for part in (wire.own, wire.after_label, wire.shared):
        for one, other in pairwise(part):
            yield Area(min(one.x, other.x), min(one.y, other.y), abs(one.x - other.x), abs(one.y - other.y))


def everything_has_a_place_in_the_picture(layout):
    assert [box.node for box in layout.boxes] == list(layout.graph.nodes)
    assert sorted(label.exit.id for label in layout.labels) == sorted(each.id for each in layout.graph.exits)
    whole = [box.area for box in layout.boxes] + [label.area for label in layout.labels]
    whole += [area for wire in layout.wires for area in segments(wire)]
    assert all(area.x >= 0 and area.y >= 0 for area in whole)
    assert all(area.right <= layout.width and area.bottom <= layout.height for area in whole)


def no_two_boxes_or_labels_lie_on_each_other(layout):
    areas = [box.area for box in layout.boxes] + [label.area for label in layout.labels]
    # Sorted by their upper edges, each has to be held only against those that begin before it ends.
    areas.sort(key=lambda area: area.y)
    found = [pair for pair in combinations(areas, 2) if shrunk(pair[0]).overlaps(pair[1])]
    assert found == []


def texts_stay_in_their_boxes(layout):
    for box in layout.boxes:
        for area in line_areas(box.lines):
            assert box.area.x <= area.x
            assert area.right <= box.area.right
            assert box.area.y <= area.y
            assert area.bottom <= box.area.bottom


def every_line_begins_at_its_box_and_ends_at_its_box(layout):
    for wire in layout.wires:
        source = layout.box_of[wire.exit.source].area
        assert wire.own[0].y == source.bottom
        assert source.x < wire.own[0].x < source.right
        if wire.exit.target is None:
            assert (wire.way, wire.shared) == ("none", ())
            continue
        target, end = layout.box_of[wire.exit.target].area, wire.shared[-1]
        if wire.way == "next":
            assert end.y == target.y
            assert target.x < end.x < target.right
        else:
            assert end.x == (target.x if wire.way == "back" else target.right)
            assert target.y < end.y < target.bottom


def lines_have_corners_and_no_gaps_but_for_their_words(layout):
    for wire, label in zip(layout.wires, layout.labels, strict=True):
        for part in (wire.own, wire.after_label, wire.shared):
            assert all(one.x == other.x or one.y == other.y for one, other in pairwise(part))
        if wire.after_label:
            assert wire.after_label[-1] == wire.shared[0]
            begins = wire.after_label[0]
            assert begins == wire.own[1] or label.area.y <= begins.y <= label.area.bottom
        elif wire.shared:
            assert wire.shared[0] == wire.own[1]


def lines_cross_no_box_and_no_words(layout):
    boxes = [shrunk(box.area) for box in layout.boxes]
    words = [area for label in layout.labels for area in line_areas(label.lines)]
    blocked = [*boxes, *words]
    found = [
        (wire.exit.id, area)
        for wire in layout.wires
        for part in segments(wire)
        for area in blocked
        if area.x < part.right + TOUCHING
        and part.x < area.right - TOUCHING
        and area.y < part.bottom + TOUCHING
        and part.y < area.bottom - TOUCHING
    ]
    assert found == []


def lines_to_different_boxes_never_run_in_one_another(layout):
    upright = {}
    for wire in layout.wires:
        if wire.way in ("on", "back"):
            one, other, _ = wire.shared
            first, last = sorted((one.y, other.y))
            upright.setdefault((wire.way, one.x), []).append((first, last, wire.exit.target))
    for runs in upright.values():
        for (first, last, target), (begins, ends, other) in combinations(runs, 2):
            assert target == other or last < begins or ends < first


def lanes_are_far_enough_apart_to_tell_them(layout):
    for way in ("on", "back"):
        lanes = sorted({wire.shared[0].x for wire in layout.wires if wire.way == way})
        assert all(other - one >= LANE - TOUCHING for one, other in pairwise(lanes))


def the_way_of_a_line_is_the_way_it_runs(layout):
    places = layout.graph.places
    for wire in layout.wires:
        if wire.exit.target is not None:
            step = places[wire.exit.target] - places[wire.exit.source]
            assert wire.way == ("back" if step <= 0 else "next" if step == 1 else "on")


def a_picture_of_a_shipped_policy_is_no_wider_than_a_phone(layout):
    if not layout.graph.name.startswith("lab/"):
        assert layout.width in (PHONE, DESK)


GEOMETRY = (
    everything_has_a_place_in_the_picture,
    no_two_boxes_or_labels_lie_on_each_other,
    texts_stay_in_their_boxes,
    every_line_begins_at_its_box_and_ends_at_its_box,
    lines_have_corners_and_no_gaps_but_for_their_words,
    lines_cross_no_box_and_no_words,
    lines_to_different_boxes_never_run_in_one_another,
    lanes_are_far_enough_apart_to_tell_them,
    the_way_of_a_line_is_the_way_it_runs,
    a_picture_of_a_shipped_policy_is_no_wider_than_a_phone,
)


def test_a_drawing_keeps_to_its_geometry(graph):
    for width in (PHONE, DESK):
        layout = laid_out(graph, width, legend="what the signs mean")
        for check in GEOMETRY:
            check(layout)


@pytest.mark.parametrize("room", [40.0, 90.0, 300.0])
def test_wrapped_lines_are_no_wider_than_their_room_and_lose_nothing(room):
    text = "Waiting to see whether Donaudampfschifffahrtsgesellschaft asks for stage 2, WWWWWWWWWWWW mmmmmmm"
    lines = wrapped(text, room, 12.0)
    assert all(width_of(line, 12.0) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_space_that_does_not_break_is_kept():
    assert wrapped("if it is allowed →\u00a022", 110.0, 12.5) == ("if it is allowed", "→\u00a022")
