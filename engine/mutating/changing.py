"""Merged data with one thing changed: only what lies on the way to it is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from engine.policy.overlay import Path

# Put in the place of a value: it is taken out, and so is the map or list of these keys that is then empty.
DROPPED: Final = object()
_NEVER_EMPTY = frozenset(
    ("needs", "channel", "cases", "pauses", "next", "anywhere", "letters", "limits", "routes", "exclusions")
)


def changed(data: Any, path: Path, value: Any) -> Any:
    """The data with this value at the path, or without what is there if the value is `DROPPED`."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    inner = changed(_at(data, step), rest, value)
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    emptied = value is DROPPED and inner in ({}, []) and step in _NEVER_EMPTY
    if inner is not DROPPED and not emptied:
        copy[step] = inner
    elif not isinstance(copy, dict):
        copy.pop(step)
    else:
        copy.pop(step, None)
    return copy


def _at(data: Any, step: str | int) -> Any:
    """What stands at a step; an empty map where a key is new."""
    return data.get(step, {}) if isinstance(data, dict) else data[step]


def value_at(data: Any, path: Path) -> Any:
    """The value at a path that is there."""
    for step in path:
        data = data[step]
    return data
