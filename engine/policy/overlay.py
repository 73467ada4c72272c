"""A policy file over the file it extends: merging, and remembering which file wrote what.

Maps merge by id all the way down; scalars replace; a list replaces, or is changed by `{add: […], drop: […]}`.
The keys of `WHOLE` are replaced whole, because half a condition is no condition. The keys of `OWN` are never
inherited. Nothing here knows what a value means.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from engine.documents import likely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.documents import Document
    from engine.problems import Place, Problem

Path = tuple[str | int, ...]

OWN = frozenset({"policy", "intake", "extends", "in_force", "remove", "withdrawn", "unpublished"})
CONSUMED = frozenset({"extends", "remove"})
WHOLE = frozenset({"if", "unless", "extend_if", "from", "met_by", "needs", "cite"})
CHANGES = frozenset({"add", "drop"})
# Of these an element has one: an overlay that writes the one takes the other out.
EITHER = (("when", "overdue"), ("from", "before"), ("answers", "kind"), ("accept_under", "refer_to"))
# Maps whose keys are the author's ids, not keys of the language.
NAMED = frozenset(
    {
        "calendars",
        "sources",
        "facts",
        "people",
        "events",
        "letters",
        "limits",
        "stages",
        "anywhere",
        "routes",
        "exclusions",
    },
)
NAMED_WITHIN = frozenset({"next", "cases", "pauses", "channel"})


@dataclass(frozen=True)
class Source:
    """The files behind one policy: the file itself first, then what it extends, and the merged data.

    The data is what a policy that extends nothing would write: `extends`, `remove` and keys for other tools are gone.
    """

    documents: tuple[Document, ...]
    data: dict[str, Any] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the merged content; comments, order and layout do not count."""
        text = json.dumps(self.data, sort_keys=True, ensure_ascii=False)
        return sha256(text.encode()).hexdigest()

    def origin(self, path: Sequence[str | int]) -> tuple[Document, Path]:
        """The file that writes the value at this path of the merged data, and the path in that file.

        Where several files write parts of a map, the nearest (the overlay) is named. Where none writes it, the
        file that holds most of the way to it.
        """
        best = (self.documents[0], -1)
        for document in self.documents:
            written, rest = _follow(document.data, tuple(path), self.data)
            if not rest:
                return document, written
            if len(path) - len(rest) > best[1]:
                best = (document, len(path) - len(rest))
        return best[0], tuple(path)

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of the value (or its key) at this path of the merged data."""
        document, written = self.origin(path)
        return document.place(written, key=key)

    def problem(
        self,
        path: Sequence[str | int],
        name: str,
        message: str,
        *,
        key: bool = False,
        **more: Any,
    ) -> Problem:
        """A problem at this path of the merged data, placed in the file that wrote it.

        A problem with what a base wrote names the file that extends it as well.
        """
        document, written = self.origin(path)
        if document is not self.documents[0]:
            extending = self.documents[0].place(("extends",))
            more["related"] = (*more.get("related", ()), (extending, "extended here"))
        return document.problem(written, name, message, key=key, **more)

    def inherited(self, path: Sequence[str | int]) -> bool:
        """Whether the value comes from a base and not from the policy's own file."""
        return self.origin(path)[0] is not self.documents[0]

    def value(self, *path: str | int) -> Any:
        """The merged value at this path, or `None`."""
        here: Any = self.data
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here


def resolve(documents: Sequence[Document]) -> tuple[Source, list[Problem]]:
    """The documents, nearest first, merged; and what could not be merged (removing or dropping what is not there)."""
    problems: list[Problem] = []
    merged: dict[str, Any] = {}
    for document in reversed(documents):
        base = {key: value for key, value in merged.items() if key not in OWN}
        problems.extend(_remove(base, document))
        merged = _merge(base, document.data, document, (), problems)
    data = {key: value for key, value in _without_foreign_keys(merged).items() if key not in CONSUMED}
    return Source(tuple(documents), data), problems


def _merge(
    base: dict[str, Any],
    over: dict[str, Any],
    document: Document,
    path: Path,
    problems: list[Problem],
) -> dict[str, Any]:
    named = _holds_ids(path)
    merged = dict(base) if named else _without_the_other(base, over)
    for key, value in over.items():
        here = (*path, key)
        if isinstance(value, dict) and (named or key not in WHOLE):
            if not named and not _holds_ids(here) and value.keys() <= CHANGES:
                merged[key] = _changed_list(base.get(key), value, document, here, problems)
                if not merged[key] and key != "in":  # without `in` a rule would reach every stage
                    del merged[key]
            else:
                below = base.get(key)
                merged[key] = _merge(
                    below if isinstance(below, dict) else {}, value, document, here, problems
                )
        else:
            merged[key] = value
    return merged


def _without_the_other(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """The base without the keys that the overlay replaces by writing the other of a pair."""
    out = {other for pair in EITHER for one, other in (pair, pair[::-1]) if one in over and other not in over}
    return {key: value for key, value in base.items() if key not in out}


def _changed_list(
    base: Any,
    change: dict[str, Any],
    document: Document,
    path: Path,
    problems: list[Problem],
) -> list[Any]:
    items = list(as_list(base))
    if base is None and (path[-1] == "in" or "drop" in change):
        problems.append(
            document.problem(
                path,
                "nothing-to-change",
                f"the base has no list {path[-1]!r} here to add to or drop from".replace("'", '"'),
                key=True,
                notes=("write the whole list",),
            ),
        )
    for index, item in enumerate(as_list(change.get("drop"))):
        if item in items:
            items.remove(item)
        elif base is not None:
            problems.append(
                document.problem(
                    (*path, "drop", index),
                    "nothing-to-drop",
                    f'the base does not list "{item}" here, so it cannot be dropped',
                    instead=likely(str(item), map(str, items)),
                    notes=(f"it lists: {', '.join(map(str, items))}",),
                ),
            )
    items.extend(item for item in as_list(change.get("add")) if item not in items)
    return items


def _remove(base: dict[str, Any], document: Document) -> Iterator[Problem]:
    """Take what `remove` names out of the (freshly copied) base."""
    for index, dotted in enumerate(as_list(document.data.get("remove"))):
        steps = str(dotted).split(".")
        here: Any = base
        for step in steps[:-1]:
            if not isinstance(here, dict) or step not in here:
                here = None
                break
            here[step] = dict(here[step]) if isinstance(here[step], dict) else here[step]
            here = here[step]
        if isinstance(here, dict) and steps[-1] in here:
            del here[steps[-1]]
        else:
            known = [".".join([*steps[:-1], key]) for key in here] if isinstance(here, dict) else []
            yield document.problem(
                ("remove", index),
                "nothing-to-remove",
                f'the base has no "{dotted}", so it cannot be removed',
                instead=likely(str(dotted), known),
            )


def as_list(value: Any) -> list[Any]:
    """A list as it is, nothing as no items, anything else as one item."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _holds_ids(path: Path) -> bool:
    """Whether the keys of the map at this path are the author's ids."""
    if len(path) == 1:
        return path[0] in NAMED
    return len(path) > 2 and path[-1] in NAMED_WITHIN and not _holds_ids(path[:-1])


def _follow(data: Any, path: Path, merged: Any) -> tuple[Path, Path]:
    """Go down `data` along `path`: the way gone in this file, and the rest of the path not found."""
    written: Path = ()
    for position, step in enumerate(path):
        merged = _step(merged, step)
        if isinstance(data, dict) and data and data.keys() <= CHANGES and isinstance(step, int):
            added = as_list(data.get("add"))
            if merged not in added:
                return written, path[position:]
            data, written = merged, (*written, "add", added.index(merged))
            continue
        if isinstance(data, list) and isinstance(step, int):
            # The merged list may be longer or shifted: find the item by its value.
            if merged not in data:
                return written, path[position:]
            data, written = merged, (*written, data.index(merged))
            continue
        if not isinstance(data, dict) or step not in data:
            return written, path[position:]
        data, written = data[step], (*written, step)
    return written, ()


def _step(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _without_foreign_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_foreign_keys(value) for key, value in data.items() if not key.startswith("x_")}
    if isinstance(data, list):
        return [_without_foreign_keys(item) for item in data]
    return data
