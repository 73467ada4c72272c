"""What scenarios cover, beside the verdicts on them: for people, for programs, and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.coverage import share_of
from engine.policy.intake import Intake
from engine.probing.aims import KINDS, aim_id, aim_in_words
from engine.reports.layout import WIDTH, as_json, filled
from engine.reports.markdown import cell, code
from engine.reports.paint import plain
from engine.reports.verdicts import verdicts_dict, verdicts_markdown, verdicts_quiet, verdicts_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.coverage import Coverage, Explained, Hint, Item
    from engine.policy.model import Policy
    from engine.probing.aims import AimKind
    from engine.replay import Replay
    from engine.reports.paint import Paint

    Report = Callable[[Replay, Sequence[Explained], str, Paint], str]

# The kinds as they are asked for and headed, in the order in which they are told.
HEADINGS: dict[str, AimKind] = {f"{kind}s": kind for kind in KINDS}
HEADED = {kind: heading for heading, kind in HEADINGS.items()}
# Of the scenarios that cover an item, so many are named.
MOST_NAMES = 3
FULL, HALF = 100, 50


def percent(share: float) -> str:
    """A share as people read it, rounded down, so that only all is 100 %."""
    return f"{int(share)} %"


def title_of(subject: Policy | Intake) -> str:
    """A version of a policy or an intake, as headings name it."""
    name = f"the intake of {subject.id}" if isinstance(subject, Intake) else subject.id
    return f"{name}, in force from {subject.in_force_from}"


# --- For people --------------------------------------------------------------------------------------------------


def covered_text(
    replay: Replay, found: Sequence[Explained], repeat_with: str = "", paint: Paint = plain
) -> str:
    """The verdicts; then for each policy how much of it is covered and what is not, with the reason and the events."""
    blocks = ["\n".join(_block(each, paint)) for each in found]
    return "\n\n".join([verdicts_text(replay, repeat_with, paint), *blocks, *_in_all(found)])


def covered_quiet(
    replay: Replay, found: Sequence[Explained], repeat_with: str = "", paint: Paint = plain
) -> str:
    """The verdicts in one line for each file, then the coverage in one line for each policy."""
    lines = [_in_one(each.coverage, paint) for each in found]
    return "\n\n".join([verdicts_quiet(replay, repeat_with, paint), *filter(None, ["\n".join(lines)])])


def _in_one(coverage: Coverage, paint: Paint) -> str:
    missing = len(coverage.missing)
    told = f"{missing} of {len(coverage.items)} not covered" if missing else "all covered"
    name = paint(title_of(coverage.subject), "strong")
    return f"{name}: {paint(percent(coverage.share()), _meaning(coverage.share()))}, {told}"


def _in_all(found: Sequence[Explained]) -> list[str]:
    if len(found) < 2:
        return []
    return [f"coverage of all: {percent(share_of([each.coverage for each in found]))}"]


def _block(explained: Explained, paint: Paint) -> Iterator[str]:
    coverage = explained.coverage
    told = "1 scenario or row" if coverage.told == 1 else f"{coverage.told} scenarios and rows"
    yield from filled(f"coverage of {title_of(coverage.subject)}, by {told}")
    for name, covered, among, share in _table(coverage):
        yield f"  {name:<10}  {covered:>4} of {among:>4}  {paint(f'{percent(share):>6}', _meaning(share))}"
    if coverage.missing:
        yield ""
        yield paint("not covered", "strong")
    for item in coverage.missing:
        yield from _named(item, paint)
        hint = explained.hints.get(item.aim)
        if hint is not None:
            yield from filled(hint.reason, first="    why     ")
            yield from filled(_way_there(hint), first="    events  ")


def _named(item: Item, paint: Paint) -> Iterator[str]:
    """An item in words, and as it is typed; a rule's words end with that."""
    words, name = aim_in_words(item.aim), f"[{aim_id(item.aim)}]"
    if item.aim.kind == "rule":
        yield f"  {words}"
    elif len(words) + len(name) + 4 <= WIDTH:
        yield f"  {words}  {paint(name, 'faint')}"
    else:
        yield from (f"  {words}", f"    {paint(name, 'faint')}")


def _way_there(hint: Hint) -> str:
    return hint.events or "no story that shows it was found; perhaps there is none"


def _table(coverage: Coverage) -> Iterator[tuple[str, int, int, float]]:
    """For each kind, and for all if there are several: what is covered, among how many, in percent."""
    kinds: list[AimKind | None] = [*coverage.kinds]
    if len(kinds) != 1:
        kinds.append(None)
    for kind in kinds:
        items = coverage.of_kind(kind)
        covered = sum(item.is_covered for item in items)
        yield HEADED[kind] if kind else "all", covered, len(items), coverage.share(kind)


def _meaning(share: float) -> str:
    return "good" if share >= FULL else "warning" if share >= HALF else "error"


# --- For a page --------------------------------------------------------------------------------------------------


def covered_markdown(
    replay: Replay, found: Sequence[Explained], repeat_with: str = "", paint: Paint = plain
) -> str:
    """The verdicts, then a table for each policy, and one of what is not covered."""
    blocks = ["\n".join(_section(each)) for each in found]
    return "\n\n".join([verdicts_markdown(replay, repeat_with, paint).rstrip(), *blocks])


def _section(explained: Explained) -> Iterator[str]:
    coverage = explained.coverage
    yield from (
        f"## Coverage of {cell(title_of(coverage.subject))}",
        "",
        "| | covered | of | |",
        "|---|--:|--:|--:|",
    )
    for name, covered, among, share in _table(coverage):
        yield f"| {name} | {covered} | {among} | {percent(share)} |"
    if coverage.missing:
        yield from ("", "| not covered | why | the usual way there |", "|---|---|---|")
    for item in coverage.missing:
        hint = explained.hints.get(item.aim)
        why, events = ("", "") if hint is None else (hint.reason, _way_there(hint))
        told = code(events) if hint is not None and hint.events else cell(events)
        yield f"| {cell(aim_in_words(item.aim))}<br>{code(aim_id(item.aim))} | {cell(why)} | {told} |"


# --- For programs ------------------------------------------------------------------------------------------------


def covered_json(
    replay: Replay, found: Sequence[Explained], repeat_with: str = "", _paint: Paint = plain
) -> str:
    """Verdicts and coverage, in the shape of `replay-report.schema.json`."""
    return as_json(
        {**verdicts_dict(replay, repeat_with), "coverage": [coverage_dict(each) for each in found]}
    )


def coverage_dict(explained: Explained) -> dict[str, Any]:
    """The coverage of one version, JSON-ready."""
    coverage = explained.coverage
    return {
        "about": "intake" if isinstance(coverage.subject, Intake) else "policy",
        "id": coverage.subject.id,
        "in_force_from": coverage.subject.in_force_from.isoformat(),
        "told": coverage.told,
        "share": round(coverage.share(), 2),
        "kinds": [
            {"kind": kind, "covered": covered, "of": among, "share": round(share, 2)}
            for kind, (_, covered, among, share) in zip(coverage.kinds, _table(coverage), strict=False)
        ],
        "items": [_item_dict(item, explained.hints.get(item.aim)) for item in coverage.items],
    }


def _item_dict(item: Item, hint: Hint | None) -> dict[str, Any]:
    return {
        "id": aim_id(item.aim),
        "kind": item.aim.kind,
        "words": aim_in_words(item.aim),
        "covered": item.is_covered,
        "scenarios": len(item.covered_by),
        "covered_by": list(dict.fromkeys(item.covered_by))[:MOST_NAMES],
        "reason": None if hint is None else hint.reason,
        "events": None if hint is None else hint.events or None,
    }


COVERED_FORMATS: dict[str, Report] = {
    "text": covered_text,
    "quiet": covered_quiet,
    "json": covered_json,
    "markdown": covered_markdown,
}
