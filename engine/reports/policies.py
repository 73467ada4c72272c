"""Policies as lists and as resolved text, with the origin of every value if wanted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.documents import likely
from engine.errors import UsageError
from engine.policy.library import INTAKE
from engine.reports.layout import as_json, filled, place_dict
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.policy.library import Examined
    from engine.policy.model import Resolved
    from engine.policy.overlay import Path, Source
    from engine.reports.paint import Paint

    Found = Sequence[tuple[str, Examined[Any]]]

# Text that every YAML reader takes as text: no sign that means something, nothing that looks like another kind.
_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_/.'()+@-]*(?: [A-Za-z0-9_/.'()+-]+)*")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_FLOW_WIDTH = 72
_COMMENT_COLUMN = 44


# --- The list ----------------------------------------------------------------------------------------------------


def policies_text(found: Found, paint: Paint = plain) -> str:
    """The policies and intakes there are, with title and dates, one block each."""
    return "\n".join(line for name, examined in found for line in _policy_lines(name, examined, paint))


def policies_json(found: Found, _paint: Paint = plain) -> str:
    """The policies there are, as JSON, and the intakes, each named by its authority."""
    policies, intakes = [], []
    for name, examined in found:
        authority, _, stem = name.partition("/")
        if stem == INTAKE:
            intakes.append({"authority": authority, **_version_dict(examined)})
        else:
            policies.append({"policy": name, **_version_dict(examined)})
    return as_json({"policies": policies, "intakes": intakes})


POLICIES_FORMATS = {"yaml": policies_text, "json": policies_json}


def _policy_lines(name: str, examined: Examined[Any], paint: Paint) -> Iterator[str]:
    yield paint(name, "strong")
    policy = examined.value
    if policy is None:
        yield f"  {paint('has problems', 'error')}: duecourse check {examined.path}"
        return
    yield from filled(policy.title, first="  ")
    yield f"  {_dates(policy)}"


def _dates(policy: Resolved) -> str:
    until = f" until {day_text(policy.in_force_until)}" if policy.in_force_until else ""
    withdrawn = ", withdrawn" if policy.withdrawn else ""
    return f"in force from {day_text(policy.in_force_from)}{until}{withdrawn}"


def _version_dict(examined: Examined[Any]) -> dict[str, Any]:
    policy = examined.value
    until = policy.in_force_until if policy else None
    return {
        "path": examined.path,
        "title": policy.title if policy else None,
        "in_force_from": policy.in_force_from.isoformat() if policy else None,
        "in_force_until": until.isoformat() if until else None,
        "withdrawn": policy.withdrawn if policy else None,
        "errors": len(examined.errors),
    }


# --- One policy or intake --------------------------------------------------------------------------------------------------


def element_of(policy: Resolved, name: str) -> dict[str, Any]:
    """What of a resolved policy or intake has this name, where it stands in it.

    A name is that of a limit, an event, a stage, …; a rule is `stage.rule` or `anywhere.rule`; `limits.stage_1` is
    the limit alone where other things are called so too. Raises `UsageError` with the likely word.
    """
    data = _ordered(policy.source.data)
    named: dict[str, list[tuple[str, ...]]] = {}
    for section, elements in data.items():
        if isinstance(elements, dict):
            for key, value in elements.items():
                if isinstance(value, dict):
                    named.setdefault(key, []).append((section, key))
                    named.setdefault(f"{section}.{key}", []).append((section, key))
    for stage, value in data.get("stages", {}).items():
        for rule in value.get("next", {}):
            named.setdefault(f"{stage}.{rule}", []).append(("stages", stage, "next", rule))
    if name not in named:
        meant = likely(name, named)
        hint = f'; did you mean "{meant}"?' if meant else ""
        raise UsageError(f'{policy.id} has nothing called "{name}"{hint}')
    found: dict[str, Any] = {}
    for path in named[name]:
        inner, value = found, data
        for key in path[:-1]:
            inner, value = inner.setdefault(key, {}), value[key]
        inner[path[-1]] = value[path[-1]]
    return found


def _shown(policy: Resolved, name: str | None) -> dict[str, Any]:
    return _ordered(policy.source.data) if name is None else element_of(policy, name)


def policy_yaml(policy: Resolved, name: str | None = None) -> str:
    """The resolved policy, or what of it has a name, as YAML that reads back to the same content."""
    return "\n".join(line.text for line in _block(_shown(policy, name), (), 0)) + "\n"


def policy_yaml_with_origin(policy: Resolved, name: str | None = None) -> str:
    """The resolved policy as YAML, each value with the file and line that wrote it; inherited ones say so."""
    source = policy.source
    lines = [f"# {policy.id} as resolved; each value with its file and line, inherited ones marked"]
    for line in _block(_shown(policy, name), (), 0, source):
        comment = f"# {_origin(source, line.value_at)}" if line.value_at is not None else ""
        lines.append(f"{line.text:<{_COMMENT_COLUMN}}  {comment}" if comment else line.text)
    return "\n".join(lines) + "\n"


def policy_json(policy: Resolved, name: str | None = None) -> str:
    """The resolved policy as JSON."""
    return as_json(policy.source.data if name is None else element_of(policy, name))


def policy_json_with_origin(policy: Resolved, name: str | None = None) -> str:
    """The resolved policy as JSON under `data`, and under `origin` the place of each value by its dotted path."""
    source = policy.source
    origin = {
        ".".join(str(step) for step in line.value_at): {
            **place_dict(source.place(line.value_at)),
            "inherited": source.inherited(line.value_at),
        }
        for line in _block(_shown(policy, name), (), 0, source)
        if line.value_at is not None
    }
    data = source.data if name is None else element_of(policy, name)
    return as_json({"data": data, "origin": origin})


# What names it stands first, whichever file wrote it.
_FIRST = ("policy", "intake", "title", "extends", "in_force")


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in _FIRST if key in data} | data


POLICY_FORMATS = {
    ("yaml", False): policy_yaml,
    ("yaml", True): policy_yaml_with_origin,
    ("json", False): policy_json,
    ("json", True): policy_json_with_origin,
}


def _origin(source: Source, path: Path) -> str:
    place = source.place(path)
    mark = "inherited: " if source.inherited(path) else ""
    return f"{mark}{place.path}:{place.line}"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of YAML; `value_at` is the path of the value it holds, if it holds one."""

    text: str
    value_at: Path | None = None


def _block(data: dict[str, Any], path: Path, depth: int, source: Source | None = None) -> Iterator[_Line]:
    """A map in block style. With a source, a list whose items come from several files is written item by item."""
    indent = "  " * depth
    for key, value in data.items():
        here = (*path, key)
        head = f"{indent}{scalar(key)}:"
        if isinstance(value, str) and _folds(value, head):
            yield _Line(f"{head} >-", here)
            yield from (_Line(line) for line in filled(value, first=indent + "  "))
        elif isinstance(value, dict) and value:
            yield _Line(head)
            yield from _block(value, here, depth + 1, source)
        elif isinstance(value, list) and _is_long_or_mixed(value, here, head, source):
            yield _Line(head)
            for index, item in enumerate(value):
                yield _Line(f"{indent}  - {flow(item)}", (*here, index))
        else:
            yield _Line(f"{head} {flow(value)}", here)


def _folds(text: str, head: str) -> bool:
    """Whether a text is long, and reads back as it is when its lines are folded."""
    return len(head) + len(text) > _FLOW_WIDTH and " " in text and " ".join(text.split()) == text


def _is_long_or_mixed(value: list[Any], path: Path, head: str, source: Source | None) -> bool:
    if len(head) + len(flow(value)) > _FLOW_WIDTH:
        return True
    return (
        source is not None and len({source.origin((*path, index))[0].path for index in range(len(value))}) > 1
    )


def flow(value: Any) -> str:
    """A value on one line, in braces and brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A single value: text in quotes only where some YAML reader would take it for something else."""
    if isinstance(value, str):
        safe = _SAFE.fullmatch(value) and value.lower() not in _NOT_TEXT
        return value if safe else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
