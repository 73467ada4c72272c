"""Two policies compared, as a page for people, as Markdown and as JSON."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.comparing.difference import EFFECTS, GROUPS
from engine.documents import on_one_line
from engine.reports.layout import as_json, columns, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.comparing import CaseComparison, CaseDifference, Comparison, Difference
    from engine.comparing.difference import Group
    from engine.policy.model import Policy
    from engine.reports.paint import Paint

HEADINGS: dict[Group, str] = {
    "limits": "Limits",
    "stages": "Stages and rules",
    "events": "Events",
    "facts": "Facts",
    "letters": "Letters",
    "people": "People",
    "calendars": "Calendars",
    "wording": "Wording",
}
LEGEND = (
    "Better and worse are for the person who complains; neither is neither for them; depends cannot be told from the "
    "policies alone."
)
_MEANS = {"better": "good", "worse": "error", "depends": "warning", "neither": "faint"}
_ONLY_THERE = {"added": "new", "removed": "gone"}


def difference_text(
    comparison: Comparison, cases: Sequence[CaseComparison] = (), paint: Paint = plain
) -> str:
    """What differs, group by group, each with its effect; then the cases; then how many there are of each."""
    lines = [*_heading(comparison)]
    if not comparison.differences:
        lines += ["", "They say the same."]
    else:
        lines += ["", *filled(LEGEND)]
    for group in GROUPS:
        found = comparison.in_group(group)
        if found:
            lines += ["", paint(HEADINGS[group], "strong"), *_group_lines(group, found, paint)]
    if comparison.differences:
        lines += ["", *_table(comparison)]
    lines += _case_lines(cases, paint)
    return "\n".join(lines)


def difference_markdown(
    comparison: Comparison, cases: Sequence[CaseComparison] = (), _paint: Paint = plain
) -> str:
    """The same as Markdown, for minutes and papers."""
    lines = [f"# {comparison.old.id} to {comparison.new.id}", ""]
    lines += [f"- {word}: {_version(policy)}" for word, policy in _sides(comparison)]
    lines += ["", LEGEND if comparison.differences else "They say the same."]
    for group in GROUPS:
        found = comparison.in_group(group)
        if not found:
            continue
        lines += ["", f"## {HEADINGS[group]}", ""]
        shown, told = _apart(group, found)
        for each in shown:
            name = f"`{each.element}`" + (f" {each.key}" if each.key else "")
            why = f" ({each.why})" if each.why else ""
            lines.append(f"- **{each.effect}** {name}: {_escaped(_what(each) + why)}")
        lines += [f"- {_escaped(name)}: {_escaped(text)}" for name, text in told]
    if comparison.differences:
        lines += ["", "## In all", "", *_markdown_table(comparison)]
    if cases:
        lines += ["", "## Cases", "", _cases_sentence(cases)]
    for case in cases:
        if case.differences and case.as_of is not None:
            lines += ["", f"### {_escaped(on_one_line(case.name))}, on {day_text(case.as_of)}", ""]
            lines += [f"- `{each.id}`: {_escaped(_case_words(each))}" for each in case.differences]
    return "\n".join(lines)


def difference_json(
    comparison: Comparison, cases: Sequence[CaseComparison] = (), _paint: Paint = plain
) -> str:
    """The same as JSON, with every text that differs."""
    return as_json({**comparison.to_dict(), "cases": [case.to_dict() for case in cases]})


DIFFERENCE_FORMATS = {"text": difference_text, "markdown": difference_markdown, "json": difference_json}


# --- The heading ---------------------------------------------------------------------------------------------------


def _sides(comparison: Comparison) -> tuple[tuple[str, Policy], ...]:
    return ("old", comparison.old), ("new", comparison.new)


def _heading(comparison: Comparison) -> Iterator[str]:
    for word, policy in _sides(comparison):
        yield from filled(_version(policy), first=f"{word}  ")


def _version(policy: Policy) -> str:
    until = f" until {day_text(policy.in_force_until)}" if policy.in_force_until else ""
    return f"{policy.id}, in force from {day_text(policy.in_force_from)}{until}"


# --- The differences -----------------------------------------------------------------------------------------------


def _apart(group: Group, found: Iterable[Difference]) -> tuple[list[Difference], list[tuple[str, str]]]:
    """What is told one by one, by element, those first that matter; and what is only listed, as rows.

    Listed are changes of wording, and what came or went without being better or worse by itself.
    """
    shown: list[Difference] = []
    rows: dict[str, list[str]] = {}
    for each in found:
        if group == "wording":
            rows.setdefault(".".join(each.path[:-1]) or "policy", []).append(_wording(each))
        elif (
            each.effect == "neither"
            and each.kind in _ONLY_THERE
            and not each.key
            and group not in ("limits", "calendars")
        ):
            rows.setdefault(_ONLY_THERE[each.kind], []).append(each.element)
        else:
            shown.append(each)
    elements = list(dict.fromkeys(each.element for each in shown))
    neutral = {
        name for name in elements if all(each.effect == "neither" for each in shown if each.element == name)
    }
    shown.sort(key=lambda each: (each.element in neutral, elements.index(each.element)))
    return shown, [(name, ", ".join(items)) for name, items in rows.items()]


def _wording(difference: Difference) -> str:
    if difference.path == ("sources",):
        return "sources"
    return {"added": "{} added", "removed": "{} removed"}.get(difference.kind, "{}").format(
        difference.path[-1]
    )


def _group_lines(group: Group, found: Iterable[Difference], paint: Paint) -> Iterator[str]:
    shown, told = _apart(group, found)
    element = None
    for each in shown:
        if each.element != element:
            element = each.element
            yield f"  {element}"
        first, *rest = filled(_label(each) + _what(each), first=f"    {each.effect:<7}  ", rest=" " * 13)
        yield first.replace(each.effect, paint(each.effect, _MEANS[each.effect]), 1)
        yield from rest
        if each.why:
            yield from filled(f"({each.why})", first=" " * 13, rest=" " * 14)
    if told:
        yield from columns(told)


def _label(difference: Difference) -> str:
    key = difference.key.replace("runs_in", "runs in")
    if key:
        return f"{key}: "
    return "time: " if difference.kind == "changed" else ""


def _what(difference: Difference) -> str:
    if difference.kind == "renamed":
        return f"only renamed, from {difference.before}"
    if difference.before is None:
        return f"new: {difference.after}"
    if difference.after is None:
        return f"gone: {difference.before}"
    comma = "," if "," in difference.before else ""
    return f"{difference.before}{comma} becomes {difference.after}"


# --- How many ------------------------------------------------------------------------------------------------------


def _counts(comparison: Comparison) -> Iterator[tuple[str, list[int]]]:
    for group in GROUPS:
        if comparison.in_group(group):
            yield HEADINGS[group], [comparison.count(effect, group) for effect in EFFECTS]
    yield "In all", [comparison.count(effect) for effect in EFFECTS]


def _table(comparison: Comparison) -> Iterator[str]:
    rows = list(_counts(comparison))
    width = max(len(name) for name, _ in rows)
    yield " " * width + "".join(f"  {effect:>7}" for effect in EFFECTS)
    for name, counts in rows:
        yield f"{name:<{width}}" + "".join(f"  {count or '-':>7}" for count in counts)


def _markdown_table(comparison: Comparison) -> Iterator[str]:
    yield f"| | {' | '.join(EFFECTS)} |"
    yield "|---|" + "---:|" * len(EFFECTS)
    for name, counts in _counts(comparison):
        yield f"| {name} | {' | '.join(str(count) for count in counts)} |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: an id with underscores is no emphasis."""
    return (
        text.replace("\\", "\\\\")
        .replace("_", "\\_")
        .replace("*", "\\*")
        .replace("|", "\\|")
        .replace("<", "&lt;")
    )


# --- Cases ---------------------------------------------------------------------------------------------------------


def _cases_sentence(cases: Sequence[CaseComparison]) -> str:
    changed = sum(bool(case.differences) for case in cases)
    said = f"{changed} of {len(cases)} {'case' if len(cases) == 1 else 'cases'} would change date or outcome"
    return f"{said}, each read on the day of its last entry as if both policies were in force."


def _case_lines(cases: Sequence[CaseComparison], paint: Paint) -> Iterator[str]:
    if not cases:
        return
    yield ""
    yield paint("Cases", "strong")
    yield from filled(_cases_sentence(cases), first="  ")
    for case in cases:
        if case.differences and case.as_of is not None:
            yield f"  {on_one_line(case.name)}, on {day_text(case.as_of)}"
            yield from columns([(each.id, _case_words(each)) for each in case.differences], indent="    ")


def _case_words(difference: CaseDifference) -> str:
    before, after = difference.before, difference.after
    if difference.what == "refused" and difference.on is not None:
        which, why = ("new", after) if after is not None else ("old", before)
        return f"on {day_text(difference.on)}, refused under the {which} policy alone: {why}"
    if difference.what == "stage":
        return f"is where the case would stand, instead of {before}"
    if difference.what == "outcome":
        return f"{before} becomes {after}"
    return f"{_due(before)} becomes {_due(after)}"


def _due(text: str | None) -> str:
    if text is None:
        return "not begun"
    return text if text == "no date" else f"due {day_text(date.fromisoformat(text))}"
