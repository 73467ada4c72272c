"""Coverage on the page: a table of all versions, then each drawn with what scenarios show of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing import Mark
from engine.drawing.markup import breaking, escaped, number, tag
from engine.drawing.outline import graph_text
from engine.drawing.svg import graph_element
from engine.probing.aims import aim_id, aim_in_words
from engine.reports.coverage import HEADED, percent, title_of
from engine.reports.pictures import picture_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.coverage import Coverage, Explained, Hint, Item
    from engine.drawing.graph import Marks

_DRAWN = ("stage", "rule", "route", "exclusion")
_LEGEND = (
    "✓ and a whole frame: covered. ◐ and a broken frame: covered in part. ✗ and a broken frame: not covered."
)


def coverage_section(found: Sequence[Explained]) -> str:
    """What scenarios show of each version; nothing if there is none."""
    if not found:
        return ""
    parts = [_part(place, each) for place, each in enumerate(found, start=1)]
    return _overview([each.coverage for each in found]) + tag("p", _LEGEND, class_="soft") + "\n".join(parts)


def _overview(coverages: Sequence[Coverage]) -> str:
    head = "".join(tag("th", each, scope="col") for each in ("Policy or intake", "Covered", "In percent"))
    rows = "".join(_row(coverage) for coverage in coverages)
    table = tag(
        "table",
        tag("caption", "What scenarios that passed show of each version"),
        tag("thead", tag("tr", head)),
        tag("tbody", rows),
    )
    return tag("div", table, class_="scroll")


def _row(coverage: Coverage) -> str:
    covered = sum(item.is_covered for item in coverage.items)
    share = tag("span", f"{percent(coverage.share())} ", class_="day") + _bar(coverage.share())
    return tag(
        "tr",
        tag("th", breaking(title_of(coverage.subject)), scope="row"),
        tag("td", f"{covered} of {len(coverage.items)}"),
        tag("td", share),
    )


def _bar(share: float) -> str:
    return tag(
        "svg",
        tag("rect", class_="whole", width="100", height="12"),
        tag("rect", class_="part", width=number(share), height="12"),
        class_="share",
        viewBox="0 0 100 12",
        aria_hidden="true",
        focusable="false",
    )


# --- One version -------------------------------------------------------------------------------------------------


def _part(place: int, explained: Explained) -> str:
    coverage = explained.coverage
    subject, marks = coverage.subject, _marks(coverage)
    graph = picture_of(subject)
    picture = graph_element(graph, marks, key=f"picture-{place}")
    outline = tag(
        "details", tag("summary", "The picture as text"), tag("pre", escaped(graph_text(graph, marks)))
    )
    words = tag("div", _kinds(coverage), _missing(explained), outline)
    title = f"{title_of(subject)}: {percent(coverage.share())} covered"
    return tag(
        "article",
        tag("h3", escaped(title)),
        tag(
            "details",
            tag("summary", "Picture, and what is not covered"),
            tag("div", picture, words, class_="side"),
        ),
    )


def _marks(coverage: Coverage) -> Marks:
    """What is said in the picture of each stage and rule: by how many scenarios it is covered, or that it is not."""
    grouped: dict[str, list[Item]] = {}
    for item in coverage.items:
        if item.aim.kind in _DRAWN:
            grouped.setdefault(item.aim.subject, []).append(item)
    marks = {subject: _mark(items) for subject, items in grouped.items()}
    return {**marks, **dict(_partly(coverage, marks))}


def _mark(items: Sequence[Item]) -> Mark:
    missing = [item for item in items if not item.is_covered]
    if not missing:
        names = {name for item in items for name in item.covered_by}
        return Mark("covered", f"covered by {len(names)} scenario{'' if len(names) == 1 else 's'}")
    if len(missing) == len(items):
        return Mark("missing", "not covered")
    return Mark("partly", "not covered: " + ", ".join(item.aim.detail.replace("_", " ") for item in missing))


def _partly(coverage: Coverage, marks: Marks) -> Iterator[tuple[str, Mark]]:
    """Stages that are covered while some rule out of them is not."""
    for stage in getattr(coverage.subject, "stages", {}).values():
        rules = [marks[rule.id] for rule in stage.rules if rule.id in marks]
        missing = sum(mark.standing == "missing" for mark in rules)
        if missing and stage.id in marks and marks[stage.id].standing == "covered":
            yield (
                stage.id,
                Mark("partly", f"{marks[stage.id].text}, but not {missing} of its {len(rules)} rules"),
            )


def _kinds(coverage: Coverage) -> str:
    rows = "".join(
        tag(
            "tr",
            tag("th", HEADED[kind], scope="row"),
            tag("td", f"{sum(item.is_covered for item in items)} of {len(items)}"),
            tag("td", percent(coverage.share(kind)), " ", _bar(coverage.share(kind))),
        )
        for kind in coverage.kinds
        for items in [coverage.of_kind(kind)]
    )
    head = "".join(tag("th", each, scope="col") for each in ("Kind", "Covered", "In percent"))
    table = tag("table", tag("caption", "By kind"), tag("thead", tag("tr", head)), tag("tbody", rows))
    return tag("div", table, class_="scroll")


def _missing(explained: Explained) -> str:
    """What is not covered, with the reason and the usual events where they were looked for."""
    if not explained.coverage.missing:
        return tag("p", "Everything is covered.")
    items = "".join(_missing_item(item, explained.hints.get(item.aim)) for item in explained.coverage.missing)
    return tag("h4", "Not covered") + tag("ul", items, class_="missing-list")


def _missing_item(item: Item, hint: Hint | None) -> str:
    words, name = aim_in_words(item.aim), aim_id(item.aim)
    typed = "" if item.aim.kind == "rule" else " " + tag("code", breaking(name))
    named = breaking(words) + typed
    if hint is None:
        return tag("li", named)
    events = hint.events or "no story that shows it was found; perhaps there is none"
    return tag(
        "li",
        named,
        tag("br"),
        tag("span", breaking(hint.reason), class_="soft"),
        tag("br"),
        tag("span", breaking(events), class_="soft"),
    )
