"""A JSON Schema compiled to Python closures that answer only yes or no, fast.

The part of draft-07 that our schemas use. `jsonschema` gives the same answers (a test compares them), takes a
hundred times as long, and says why not; so it is asked only about what does not conform.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_EVERY_TYPE = (dict, list, str, int, float, bool, type(None))
_IGNORED = frozenset(
    {
        "$schema",
        "$id",
        "$comment",
        "title",
        "description",
        "examples",
        "default",
        "definitions",
        "then",
        "else",
        "patternProperties",
        "additionalProperties",
    }
)


class Compiler:
    """Compiles one schema and whatever it refers to, each part once."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self._known: dict[str, Callable[[Any], bool]] = {}

    def reference(self, name: str) -> Callable[[Any], bool]:
        """The check for `#/definitions/…`."""
        if name not in self._known:
            # The definition may refer to itself: until it is made, look it up at every call.
            self._known[name] = lambda value: self._known[name](value)  # noqa: PLW0108
            self._known[name] = self.check(self.definition(name))
        return self._known[name]

    def definition(self, name: str) -> Any:
        """The schema that `#/definitions/…` names."""
        return self.root["definitions"][name.removeprefix("#/definitions/")]

    def check(self, schema: Any) -> Callable[[Any], bool]:
        """The check for this schema."""
        if isinstance(schema, bool):
            return _always if schema else _never
        if "$ref" in schema:
            return self.reference(schema["$ref"])
        allowed = self._allowed(schema.get("type"))
        whatever = self._whatever_the_type(schema)
        table: dict[type, tuple[Callable[[Any], bool], ...]] = {}
        for kind in _EVERY_TYPE:
            checks = (*self._for_type(schema, kind), *whatever) if kind in allowed else (_never,)
            if kind is float and allowed.get(float) == "integer":
                checks = (float.is_integer, *checks)
            table[kind] = checks
        return _by_type(table)

    def _allowed(self, types: Any) -> dict[type, str]:
        """The Python types allowed, each with the JSON type that allows it."""
        if types is None:
            return dict.fromkeys(_EVERY_TYPE, "any")
        names = [types] if isinstance(types, str) else types
        names = sorted(names, key=lambda name: name == "number")
        return {kind: name for name in names for kind in _TYPES[name]}

    def _whatever_the_type(self, schema: dict[str, Any]) -> tuple[Callable[[Any], bool], ...]:
        """The checks of words that speak of every type, made once: they may hold whole schemas."""
        return tuple(
            _FOR_ANY[word](self, value, schema) for word, value in schema.items() if word in _FOR_ANY
        )

    def _for_type(self, schema: dict[str, Any], kind: type) -> tuple[Callable[[Any], bool], ...]:
        found = []
        for word, value in schema.items():
            if word in _FOR_TYPE.get(kind, {}):
                found.append(_FOR_TYPE[kind][word](self, value, schema))
            elif word not in _KNOWN and not word.startswith("x-"):
                raise NotImplementedError(word)
        if kind is dict and {"properties", "patternProperties", "additionalProperties"} & schema.keys():
            found.append(_members(self, schema))
        return tuple(found)


def _always(_value: Any) -> bool:
    return True


def _never(_value: Any) -> bool:
    return False


def _by_type(table: dict[type, tuple[Callable[[Any], bool], ...]]) -> Callable[[Any], bool]:
    singles = {kind: checks[0] if checks else _always for kind, checks in table.items()}
    if all(len(checks) <= 1 for checks in table.values()):
        return lambda value: singles[type(value)](value)

    def check(value: Any) -> bool:
        for one in table[type(value)]:  # noqa: SIM110 - a loop is twice as fast as all() here
            if not one(value):
                return False
        return True

    return check


def regular_expression(pattern: str) -> re.Pattern[str]:
    """The pattern with the meaning `$` has in JSON Schema: the very end, not before a last line feed."""
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))


def is_date(value: Any) -> bool:
    """Whether text of the form of a date is a day of the calendar; what is no text is no concern of this check."""
    if not isinstance(value, str):
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def frozen(value: Any) -> Any:
    """A hashable value that is equal exactly when JSON Schema says so: 1 is 1.0 but not true."""
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, dict):
        return frozenset((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    return value


def are_different(items: list[Any]) -> bool:
    """Whether no two items are equal."""
    return len({frozen(item) for item in items}) == len(items)


# One function a keyword: (compiler, the keyword's value, the schema around it) to a check.


def _members(compiler: Compiler, schema: dict[str, Any]) -> Callable[[Any], bool]:
    patterns = [
        (_begins(pattern), compiler.check(below))
        for pattern, below in schema.get("patternProperties", {}).items()
    ]
    known = {
        key: [
            compiler.check(below),
            *(check for begins, check in patterns if begins(key) and check is not _always),
        ]
        for key, below in schema.get("properties", {}).items()
    }
    single = {key: checks[0] for key, checks in known.items() if len(checks) == 1}
    rest = compiler.check(schema.get("additionalProperties", True))

    def unnamed(key: str, value: Any) -> bool:
        if key in known:
            return all(check(value) for check in known[key])
        matching = [check for begins, check in patterns if begins(key)]
        return all(check(value) for check in matching) if matching else rest(value)

    def check_all(value: dict[str, Any]) -> bool:
        for key, item in value.items():
            check = single.get(key)
            if not (check(item) if check is not None else unnamed(key, item)):
                return False
        return True

    return check_all


def _begins(pattern: str) -> Callable[[str], Any]:
    if re.fullmatch(r"\^[a-z_]+", pattern):
        prefix = pattern[1:]
        return lambda key: key.startswith(prefix)
    return regular_expression(pattern).search


def _required(_compiler: Compiler, keys: list[str], _schema: Any) -> Callable[[Any], bool]:
    if len(keys) == 1:
        only = keys[0]
        return lambda value: only in value
    wanted = frozenset(keys)
    return lambda value: value.keys() >= wanted


def _property_names(compiler: Compiler, below: Any, _schema: Any) -> Callable[[Any], bool]:
    check = compiler.check(below)
    return lambda value: all(map(check, value))


def _items(compiler: Compiler, below: Any, _schema: Any) -> Callable[[Any], bool]:
    check = compiler.check(below)
    return lambda value: all(map(check, value))


def _contains(compiler: Compiler, below: Any, _schema: Any) -> Callable[[Any], bool]:
    check = compiler.check(below)
    return lambda value: any(map(check, value))


def _pattern(_compiler: Compiler, pattern: str, _schema: Any) -> Callable[[Any], bool]:
    search = regular_expression(pattern).search
    return lambda value: search(value) is not None


def _format(_compiler: Compiler, name: str, _schema: Any) -> Callable[[Any], bool]:
    return is_date if name == "date" else _always


def _at_least_long(_compiler: Compiler, least: int, _schema: Any) -> Callable[[Any], bool]:
    return lambda value: len(value) >= least


def _at_most_long(_compiler: Compiler, most: int, _schema: Any) -> Callable[[Any], bool]:
    return lambda value: len(value) <= most


def _unique(_compiler: Compiler, wanted: bool, _schema: Any) -> Callable[[Any], bool]:
    return are_different if wanted else _always


def _minimum(_compiler: Compiler, least: float, _schema: Any) -> Callable[[Any], bool]:
    return lambda value: bool(value >= least)


def _maximum(_compiler: Compiler, most: float, _schema: Any) -> Callable[[Any], bool]:
    return lambda value: bool(value <= most)


def _enum(_compiler: Compiler, values: list[Any], _schema: Any) -> Callable[[Any], bool]:
    allowed = frozenset(map(frozen, values))
    return lambda value: frozen(value) in allowed


def _const(compiler: Compiler, value: Any, schema: Any) -> Callable[[Any], bool]:
    return _enum(compiler, [value], schema)


def _not(compiler: Compiler, below: Any, _schema: Any) -> Callable[[Any], bool]:
    check = compiler.check(below)
    return lambda value: not check(value)


def _all_of(compiler: Compiler, below: list[Any], _schema: Any) -> Callable[[Any], bool]:
    checks = [compiler.check(each) for each in below]
    return lambda value: all(check(value) for check in checks)


def _if(compiler: Compiler, below: Any, schema: Any) -> Callable[[Any], bool]:
    condition = compiler.check(below)
    then, otherwise = compiler.check(schema.get("then", True)), compiler.check(schema.get("else", True))
    return lambda value: then(value) if condition(value) else otherwise(value)


_Maker = Any  # Callable[[Compiler, Any, Any], Callable[[Any], bool]]; each keyword's value has its own type
_FOR_NUMBER: dict[str, _Maker] = {"minimum": _minimum, "maximum": _maximum}
_FOR_TYPE: dict[type, dict[str, _Maker]] = {
    dict: {
        "required": _required,
        "propertyNames": _property_names,
        "minProperties": _at_least_long,
        "maxProperties": _at_most_long,
    },
    list: {
        "items": _items,
        "contains": _contains,
        "uniqueItems": _unique,
        "minItems": _at_least_long,
        "maxItems": _at_most_long,
    },
    str: {"pattern": _pattern, "format": _format, "minLength": _at_least_long, "maxLength": _at_most_long},
    int: _FOR_NUMBER,
    float: _FOR_NUMBER,
}
_FOR_ANY: dict[str, _Maker] = {"enum": _enum, "const": _const, "not": _not, "allOf": _all_of, "if": _if}
_KNOWN = (
    _IGNORED
    | {"type", "properties"}
    | _FOR_ANY.keys()
    | {word for words in _FOR_TYPE.values() for word in words}
)
