"""Whether a file has the shape of the language, and if not, every independent reason.

The schemas in `schemas/` say what the shape is. A fast check answers yes or no; only for a file that does not
conform is `jsonschema` asked why.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from engine.documents.conform import Compiler, are_different, is_date, regular_expression
from engine.documents.tell import Complaint, tell
from engine.documents.words import likely
from engine.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.documents.tell import Finding, Path
    from engine.problems import Problem

MOST_ERRORS = 2000
MOST_PROBLEMS = 100


class Written(Protocol):
    """Data whose places are known: a `Document`, or several merged into one."""

    @property
    def data(self) -> dict[str, Any]:
        """The data, as plain values."""

    def problem(
        self,
        path: Sequence[str | int],
        name: str,
        message: str,
        *,
        key: bool = False,
        **rest: Any,
    ) -> Problem:
        """A problem at this path of the data."""


def conforms(data: Any, kind: str) -> bool:
    """Whether the data of a file of this kind ("policy" or "scenarios") has the shape of the language."""
    return _schema(kind).check(data)


def shape_problems(document: Written, kind: str) -> list[Problem]:
    """What keeps a file from having the shape of the language, sorted by place; nothing if it has it.

    `kind` is "policy" or "scenarios". At most a hundred problems are told.
    """
    schema = _schema(kind)
    if schema.check(document.data):
        return []
    findings = _one_a_cause(list(schema.findings(document.data)))
    return sorted(
        document.problem(
            found.path,
            found.name,
            found.message,
            key=found.key,
            instead=found.instead,
            notes=found.notes,
        )
        for found in findings[:MOST_PROBLEMS]
    )


@cache
def _schema(kind: str) -> _Schema:
    text = (shipped("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")
    return _Schema(json.loads(text))


class _Schema:
    """A schema: a fast answer, and the slow one that gives reasons."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = _spelt_out(root)
        self.compiler = Compiler(self.root)
        self.check: Callable[[Any], bool] = self.compiler.check(self.root)
        self.keys = {
            each["x-is"]: each["properties"]
            for each in [self.root, *self.root["definitions"].values()]
            if "x-is" in each and each.get("additionalProperties") is False
        }

    def findings(self, data: Any) -> Iterator[Finding]:
        errors = list(islice(_validator(self).iter_errors(data), MOST_ERRORS))
        if _meant_to_extend(data, self.root):
            errors = [error for error in errors if list(error.absolute_schema_path)[:1] != ["else"]]
        for error in errors:
            yield from tell(Complaint(error, self.around(error.absolute_schema_path), self.keys))

    def around(self, path: Sequence[Any]) -> list[dict[str, Any]]:
        """The schemas from the root down to where this path leads, references followed."""
        node: Any = self.root
        found = []
        for step in path:
            while isinstance(node, dict) and "$ref" in node:
                node = self.compiler.definition(node["$ref"])
            if isinstance(node, dict):
                found.append(node)
            node = node[step]
        return found


def _spelt_out(schema: Any) -> Any:
    """The schema with `not: {}` in place of `false` for a key, since `jsonschema` gives no place for `false`."""
    if isinstance(schema, list):
        return [_spelt_out(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        word: {key: {"not": {}} if each is False else _spelt_out(each) for key, each in value.items()}
        if word in {"properties", "patternProperties"}
        else value
        if word in {"examples", "enum"}
        else _spelt_out(value)
        for word, value in schema.items()
    }


def _validator(schema: _Schema) -> Any:
    """A `jsonschema` validator that does not look again at what the fast check has passed."""
    import jsonschema

    def reference(validator: Any, name: str, instance: Any, _: Any) -> Iterator[Any]:
        if not schema.compiler.reference(name)(instance):
            yield from validator.descend(instance, schema.compiler.definition(name))

    def pattern(validator: Any, value: str, instance: Any, _: Any) -> Iterator[Any]:
        if validator.is_type(instance, "string") and not regular_expression(value).search(instance):
            yield jsonschema.ValidationError("pattern")

    def unique(validator: Any, wanted: bool, instance: Any, _: Any) -> Iterator[Any]:
        if wanted and validator.is_type(instance, "array") and not are_different(instance):
            yield jsonschema.ValidationError("unique")

    dates = jsonschema.FormatChecker(formats=())
    dates.checks("date")(is_date)
    extend: Any = jsonschema.validators.extend
    ours = {"$ref": reference, "pattern": pattern, "uniqueItems": unique}
    return extend(jsonschema.Draft7Validator, ours)(schema.root, format_checker=dates)


def _meant_to_extend(data: Any, root: dict[str, Any]) -> bool:
    """Whether `extends` is there but misspelt: then what only a whole policy needs is not missing."""
    known = root["properties"]
    if "extends" not in known or "extends" in data:
        return False
    return any(key not in known and likely(key, known) == "extends" for key in islice(data, MOST_PROBLEMS))


def _one_a_cause(findings: list[Finding]) -> list[Finding]:
    """One finding a cause.

    The first of equals; where several concern one place, the gravest; and no missing key that a misspelt one
    explains.
    """
    gravest: dict[tuple[Path, bool], int] = {}
    meant: dict[Path, set[str]] = {}
    for found in findings:
        place = (found.path, found.key)
        gravest[place] = min(found.rank, gravest.get(place, found.rank))
        if found.name in {"unknown-key", "on-as-a-key"}:
            meant.setdefault(found.path[:-1], set()).update(found.about)
    told: dict[tuple[Path, bool, str], Finding] = {}
    for found in findings:
        explained = found.name == "missing-key" and not meant.get(found.path, set()).isdisjoint(found.about)
        if not explained and found.rank == gravest[found.path, found.key]:
            told.setdefault((found.path, found.key, found.message), found)
    return list(told.values())
