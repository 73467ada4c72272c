"""What differs in words alone: titles, notes, questions, citations, sources. It binds nobody, and is told last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.comparing.difference import Judged
from engine.comparing.sides import difference, gained_and_lost, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.comparing.difference import Difference

TEXTS = ("title", "ask", "note", "basis", "cite", "unpublished")
MAPS = ("limits", "stages", "anywhere", "events", "facts", "letters", "people", "calendars")
WITHIN = ("next", "cases", "pauses")
_NEITHER = Judged("neither")


def wording_differences(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]
) -> Iterator[Difference]:
    """Every text that differs in what both files have; `names`: what was renamed, by map, from old to new."""
    yield from _texts((), old, new, (*TEXTS, "conforms_to"))
    yield from _texts(("in_force",), old.get("in_force", {}), new.get("in_force", {}), TEXTS)
    for group in MAPS:
        known = {names.get(group, {}).get(name, name): spec for name, spec in old.get(group, {}).items()}
        for name, spec in new.get(group, {}).items():
            if name in known:
                yield from _element((group, name), known[name], spec)
    yield from _sources(old.get("sources", {}), new.get("sources", {}))


def _element(path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _texts(path, old, new, TEXTS)
    for inner in WITHIN:
        for name, spec in new.get(inner, {}).items():
            if name in old.get(inner, {}):
                yield from _texts((*path, inner, name), old[inner][name], spec, TEXTS)


def _texts(
    path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any], keys: tuple[str, ...]
) -> Iterator[Difference]:
    for key in keys:
        was, now = old.get(key), new.get(key)
        if was != now:
            yield difference("wording", (*path, key), _said(was), _said(now), _NEITHER)


def _said(value: Any) -> str | None:
    if isinstance(value, dict):
        return "; ".join(f"{source}: {place}" for source, place in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return None if value is None else str(value)


def _sources(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """The sources in one difference: each is only what the citations name."""
    if old == new:
        return
    gained, lost = gained_and_lost(old, new)
    other = [name for name in new if name in old and old[name] != new[name]]
    was = [*lost, *(f"{name} as it was" for name in other)]
    now = [*gained, *(f"{name} as it is" for name in other)]
    yield difference(
        "wording", ("sources",), listed(was) if was else None, listed(now) if now else None, _NEITHER
    )
