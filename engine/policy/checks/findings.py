"""What a test of a requirement finds: where in the merged data, under which name, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.policy.overlay import Source

    Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from a requirement.

    `related` are paths of other elements that have part in it. `is_minor`: it leaves a way open, so that it is told as
    information. `is_own`: the path is one of the file itself and not of the merged data.
    """

    path: Path
    name: str
    what: str
    related: tuple[Path, ...] = ()
    is_minor: bool = False
    is_own: bool = False


class Names:
    """The names of a file for what requirements name: the same, and what `corresponds` says stands for them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._others: Mapping[str, Mapping[str, str]] = source.data.get("corresponds", {})

    def own(self, group: str, name: str) -> list[str]:
        """The file's own ids of what a requirement calls `name`, those that are there."""
        there = self._source.data.get(group, {})
        others = [own for own, meant in self._others.get(group, {}).items() if meant == name and own in there]
        return [*([name] if name in there else []), *others]

    def own_answers(self, name: str) -> list[tuple[str, str]]:
        """Facts with the answer that stands for the fact which a requirement calls `name`."""
        known = self._others.get("facts", {}).items()
        pairs = [own.partition(".") for own, meant in known if meant == name and "." in own]
        return [(fact, answer) for fact, _, answer in pairs if fact in self._source.data.get("facts", {})]

    def missing(self, group: str, name: str) -> Path:
        """Where to say of the file itself that something is not there: at what removes it, else at its map."""
        document = self._source.documents[0]
        for index, dotted in enumerate(as_list(document.data.get("remove"))):
            if f"{group}.{name}.".startswith(f"{dotted}."):
                return "remove", index
        return (group,) if group in document.data else ("in_force",)
