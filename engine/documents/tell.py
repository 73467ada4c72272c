"""What the schema has against a file, told in the author's words: one small function a keyword.

Besides the words of JSON Schema our schemas carry notes for this: `x-is` (what a thing is called), `x-one-of`
(exactly one of these keys), `x-why` (why a key cannot stand here) and `x-keys-of` (what a map in place of a list
is).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.documents.conform import are_different, regular_expression
from engine.documents.words import (
    KEY_HINTS,
    MANGLED,
    OTHER_WORDS,
    as_id,
    as_length,
    is_bare_days,
    kind_of,
    likely,
    looks_like,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MOST_KEYS = 100
ID_PATTERN = "^[a-z][a-z0-9_]*$"
CHANGES = frozenset({"add", "drop"})
# Their patterns are those of ids, but they may also be something else.
NOT_ONLY_IDS = frozenset({"a start", "what a fact must be"})

Path = tuple["str | int", ...]


class Finding(NamedTuple):
    """One complaint of the schema, told to people.

    `key`: the key is meant, not the value; `rank`: where several concern one place, only the lowest is told;
    `about`: the keys one of which is missing, or the one likely meant.
    """

    path: Path
    name: str
    message: str
    key: bool = False
    instead: str | None = None
    notes: tuple[str, ...] = ()
    rank: int = 1
    about: tuple[str, ...] = ()


class Complaint:
    """A `jsonschema` error with what the messages need from it.

    `around` are the schemas from the root to the one that complains; `keys` gives the properties by the name of
    the thing that has them.
    """

    def __init__(
        self,
        error: Any,
        around: Sequence[dict[str, Any]],
        keys: Mapping[str, dict[str, Any]],
    ) -> None:
        self.word: str | None = error.validator
        self.value: Any = error.validator_value
        self.instance: Any = error.instance
        self.schema: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
        self.around = around
        self.keys = keys
        self.path: Path = tuple(error.absolute_path)
        self.is_name = "propertyNames" in error.absolute_schema_path
        if self.is_name:
            self.path = (*self.path, str(error.instance))

    @property
    def what(self) -> str:
        """What the thing is called: `a rule`, `a date`."""
        return next((each["x-is"] for each in reversed(self.around) if "x-is" in each), "this")

    @property
    def key(self) -> str:
        """The last key on the way to the thing."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "this")

    def nearest(self, note: str, within: int) -> Any:
        """What this note says on the nearest of the last schemas, `within` so many of them."""
        return next((each[note] for each in reversed(self.around[-within:]) if note in each), None)

    def describe(self, key: str) -> tuple[str, ...]:
        """What the schema says of a key of this thing."""
        for schema in reversed(self.around):
            properties = schema.get("properties", {}) | self.keys.get(schema.get("x-is", ""), {})
            if "description" in (found := properties.get(key) or {}):
                return (f"{key}: {found['description']}",)
        return ()

    def finding(self, name: str, message: str, **rest: Any) -> Finding:
        """A finding about the value, or about the name that it is."""
        return Finding(self.path, name, message, self.is_name, **rest)

    def about_key(self, name: str, message: str, **rest: Any) -> Finding:
        """A finding shown at the key of the thing."""
        return Finding(self.path, name, message, key=True, **rest)


def tell(complaint: Complaint) -> Iterator[Finding]:
    """What this complaint means to the author."""
    teller = _TELLERS.get(complaint.word)
    if teller is not None:
        yield from teller(complaint)
    else:  # a keyword without a teller would be a fault of ours, but the author still learns the place
        yield _plainly_wrong(complaint)


def _plainly_wrong(complaint: Complaint) -> Finding:
    what = complaint.what
    return complaint.finding(
        "wrong-value", f"{quoted(complaint.instance)} is not {what}: write {looks_like(what, ['string'])}"
    )


# Keys


def _unknown_keys(complaint: Complaint) -> Iterator[Finding]:
    known = complaint.schema.get("properties", {})
    patterns = [regular_expression(pattern) for pattern in complaint.schema.get("patternProperties", {})]
    unknown = (
        key
        for key in complaint.instance
        if key not in known and not any(each.search(key) for each in patterns)
    )
    for _, key in zip(range(MOST_KEYS), unknown, strict=False):
        yield _unknown_key(complaint, key, sorted(known))


def _unknown_key(complaint: Complaint, key: str, known: list[str]) -> Finding:
    what = complaint.schema.get("x-keys-of") or complaint.what
    meant = OTHER_WORDS.get((what, key)) or _likely_key(complaint, key, known)
    hint = KEY_HINTS.get((what, key))
    keys = f"keys of {what.removeprefix('the ')}: {', '.join(known)}"
    mangled = f", which other YAML tools read as {MANGLED[key]}" if key in MANGLED else ""
    if what == "a count":
        return _no_count(complaint, key)
    return Finding(
        (*complaint.path, key),
        "on-as-a-key" if mangled else "unknown-key",
        f"{what} has no key {quoted(key)}{mangled}",
        key=True,
        instead=meant,
        notes=(hint, keys) if hint else (keys,),
        about=(meant,) if meant else (),
    )


def _no_count(complaint: Complaint, key: str) -> Finding:
    """A map where a condition says what a fact must be: a misspelt bound, or a word that joins no conditions."""
    meant = likely(key, ["at_least", "at_most"])
    if meant is not None:
        notes = ("a count is compared with at_least and at_most",)
        return Finding(
            (*complaint.path, key),
            "unknown-key",
            f"a count has no key {quoted(key)}",
            key=True,
            instead=meant,
            notes=notes,
        )
    joins = ("all_of", "any_of", "not", "some_point", "every_point")
    return Finding(
        complaint.path,
        "unknown-key",
        f"{quoted(complaint.key)} is compared with a map, and joins no conditions",
        key=True,
        notes=(
            f"conditions are joined with {', '.join(joins)}; for no point write not: {{some_point: {{…}}}}",
            "a count is compared with at_least and at_most, any other fact with its answers",
        ),
    )


def _likely_key(complaint: Complaint, key: str, known: list[str]) -> str | None:
    if len(known) == 1:
        return known[0]
    if key in MANGLED:
        return None
    return likely(key, [word for word in known if word not in complaint.instance]) or likely(key, known)


def _missing(complaint: Complaint) -> Iterator[Finding]:
    choice = complaint.nearest("x-one-of", 1)
    if choice:
        *first, last = (f'"{word}"' for word in choice)
        message = f"{complaint.what} says one of {', '.join(first)} or {last}, and this one none"
        yield complaint.about_key("missing-key", message, about=tuple(choice))
        return
    for key in complaint.value:
        if key not in complaint.instance:
            message = f'{complaint.what} needs the key "{key}"'
            yield complaint.about_key("missing-key", message, notes=complaint.describe(key), about=(key,))


def _not_together(complaint: Complaint) -> Iterator[Finding]:
    """Tell of a key that the schema forbids beside another."""
    # Four: the schema with the `if`, its `then`, the properties of that, and the key.
    why = complaint.nearest("x-why", 4)
    choice = complaint.nearest("x-one-of", 4)
    if why is None and choice:
        *first, last = (f'"{word}"' for word in choice)
        why = f"{complaint.what} says only one of {', '.join(first)} and {last}"
    yield complaint.about_key("not-together", why or f'"{complaint.key}" cannot stand here')


# Values


def _wrong_type(complaint: Complaint) -> Iterator[Finding]:
    types = [complaint.value] if isinstance(complaint.value, str) else list(complaint.value)
    if "x-keys-of" in complaint.schema:
        types.remove("object")
    value, what = complaint.instance, complaint.what
    if isinstance(value, dict) and value and value.keys() <= CHANGES:
        message = f'"{complaint.key}" is replaced whole: write it out, without "add" and "drop"'
        yield complaint.finding("wrong-type", message, rank=0)
        return
    expected = looks_like(what, types)
    # The name of one thing begins the sentence; for several things, or for a bare kind of value, the key does.
    named = what.startswith(("a ", "an ", "what ")) and what != expected and types != ["boolean"]
    message = f"{what if named else _as_key(complaint)} is {expected}, not {kind_of(value)}"
    yield complaint.finding("wrong-type", message, instead=_meant(complaint, types), rank=0)


def _as_key(complaint: Complaint) -> str:
    return f'"{complaint.key}"'


def _meant(complaint: Complaint, types: list[str]) -> str | None:
    """What was very likely meant: the value in quotes where any text would do, in brackets where a list is wanted."""
    value = complaint.instance
    if (
        "array" in types
        and "string" not in types
        and isinstance(value, str)
        and re.fullmatch(ID_PATTERN, value)
    ):
        return f"[{value}]"
    if "string" not in types or "pattern" in complaint.schema or not isinstance(value, int | float):
        return None
    return f'"{str(value).lower() if isinstance(value, bool) else value}"'


def _unknown_value(complaint: Complaint) -> Iterator[Finding]:
    words = sorted(str(each).lower() if isinstance(each, bool) else each for each in complaint.value)
    value = complaint.instance
    meant = words[0] if len(words) == 1 else likely(value, words) if isinstance(value, str) else None
    message = f"{quoted(value)} is not {complaint.what}"
    yield complaint.finding(
        "unknown-value", message, instead=meant, notes=(f"{complaint.what}: {', '.join(words)}",)
    )


def _wrong_form(complaint: Complaint) -> Iterator[Finding]:
    value, what = complaint.instance, complaint.what
    if what in {"a length", "a delivery time"}:
        yield _wrong_length(complaint)
    elif what in {"a date", "an expected due date"}:
        yield complaint.finding(
            "not-a-date", f"{quoted(value)} is not a date: write {looks_like(what, ['string'])}"
        )
    elif complaint.schema.get("pattern") == ID_PATTERN and what not in NOT_ONLY_IDS:
        message = f"{quoted(value)} cannot {_naming(what)}: small letters, digits and _, a letter first"
        yield complaint.finding("not-an-id", message, instead=as_id(value))
    else:
        yield complaint.finding(
            "wrong-form", f"{quoted(value)} is not {what}: write {looks_like(what, ['string'])}"
        )


def _naming(what: str) -> str:
    return "be an id" if what == "an id" else f"name {what}"


def _wrong_length(complaint: Complaint) -> Finding:
    value, what = complaint.instance, complaint.what
    number = is_bare_days(value)
    if number is None:
        message = f"{quoted(value)} is not {what}: write {looks_like(what, ['string'])}"
        return complaint.finding("not-a-length", message, instead=as_length(value))
    day = "day" if number == "1" else "days"
    message = (
        f"{quoted(value)} does not say which days: "
        f'write "{number} working {day}" or "{number} calendar {day}"'
    )
    return complaint.finding("bare-days", message)


def _no_such_day(complaint: Complaint) -> Iterator[Finding]:
    message = f"{quoted(complaint.instance)} is not a date: there is no such day"
    yield complaint.finding("not-a-date", message, rank=2)


def _forbidden(complaint: Complaint) -> Iterator[Finding]:
    value = complaint.instance
    if complaint.value == {}:
        yield from _not_together(complaint)
    elif isinstance(value, str) and value in MANGLED:
        name = "on-as-a-key" if complaint.is_name else "yes-or-no"
        message = f'"{value}" cannot {_naming(complaint.what)}: other YAML tools read it as {MANGLED[value]}'
        yield complaint.finding(name, message)
    else:
        yield _plainly_wrong(complaint)


def _too_few(complaint: Complaint) -> Iterator[Finding]:
    if complaint.instance:
        message = f"{complaint.what} has {complaint.value} items, not {len(complaint.instance)}"
        yield complaint.finding("too-few", message)
    elif not complaint.path:
        yield complaint.finding("empty", "the file is empty")
    else:
        shown = f'"{complaint.key}"' if isinstance(complaint.path[-1], str) else "this item"
        yield complaint.about_key("empty", f"{shown} is empty: write something, or leave it out")


def _too_many(complaint: Complaint) -> Iterator[Finding]:
    message = f"{complaint.what} has at most {complaint.value} items, not {len(complaint.instance)}"
    yield complaint.finding("too-many", message)


def _written_twice(complaint: Complaint) -> Iterator[Finding]:
    items = complaint.instance
    # Halving finds the first repetition without comparing everything with everything.
    first, last = 1, len(items)
    while first < last:
        middle = (first + last) // 2
        first, last = (middle + 1, last) if are_different(items[:middle]) else (first, middle)
    message = f"{quoted(items[first - 1])} is written twice in this list"
    yield Finding((*complaint.path, first - 1), "written-twice", message)


def _out_of_range(complaint: Complaint) -> Iterator[Finding]:
    side = "at least" if complaint.word == "minimum" else "at most"
    message = f"{complaint.what} is {side} {complaint.value}, not {complaint.instance}"
    yield complaint.finding("out-of-range", message)


_TELLERS: dict[str | None, Callable[[Complaint], Iterator[Finding]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing,
    "type": _wrong_type,
    "enum": _unknown_value,
    "const": _unknown_value,
    "pattern": _wrong_form,
    "format": _no_such_day,
    "not": _forbidden,
    "minItems": _too_few,
    "minProperties": _too_few,
    "minLength": _too_few,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "maxLength": _too_many,
    "uniqueItems": _written_twice,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
}
