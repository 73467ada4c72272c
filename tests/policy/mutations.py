"""Files changed by chance: shipped ones and small overlays, as data and as text.

A script is a list of triples of whole numbers, each a change: which one, where, and with what. Hypothesis shrinks
such a script well, and the same script changes the same file in the same way on every machine.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.documents import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Script = Sequence[tuple[int, int, int]]

ROOT = Path(__file__).parents[2]
LONGEST_TEXT = 400_000

# --- What is changed ------------------------------------------------------------------------------------------

LAB = """\
policy: lab/overlay
title: Overlay
extends: {base}
in_force: {{from: "2026-04-01"}}
"""
LAB_INTAKE = """\
intake: lab
title: Overlay
extends: {base}
in_force: {{from: "2026-04-01"}}
"""


@cache
def seeds() -> tuple[tuple[str, str], ...]:
    """Every file that may be changed, as its path and its text: the shipped ones first, then overlays over them."""
    policies = sorted((ROOT / "policies").glob("*/*.yaml"))
    shipped = [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in policies
        if path.name.count(".") == 1
    ]
    overlays = [
        (
            f"policies/lab/{path.parent.name}-{path.stem}.yaml",
            LAB_INTAKE.format(base=path.parent.name)
            if path.stem == "intake"
            else LAB.format(base=f"{path.parent.name}/{path.stem.partition('@')[0]}"),
        )
        for path in policies
        if path.name.count(".") == 1
    ]
    good = sorted((ROOT / "tests" / "documents" / "good").glob("*.yaml"))
    whole = [(f"good/{path.name}", path.read_text(encoding="utf-8")) for path in good]
    return (*shipped, *overlays, *whole)


@cache
def scenario_seeds() -> tuple[tuple[str, str], ...]:
    """Every scenario file that may be changed, as its path and its text."""
    return tuple(
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests" / "scenarios").rglob("*.scenarios.yaml"))
    )


@cache
def _data(text: str) -> dict[str, Any]:
    return read_text(text, "seed").data


# --- Changes of the data --------------------------------------------------------------------------------------

SCRAPS: tuple[Any, ...] = (
    "a_word", "", " ", "yes", "Not an id", "closed", "opening", "must", "same stage", "50%", "a.b.c", "x_own", "~", "null",
    "10 days", "0 days", "1 month", "10 working days", "99999 working days", "99999 months", "9999 years", "100000 weeks",
    "10 workng days", "as soon as possible", "-5 days", "1e3 days", "30 hours", "²³ days", "٣ days",
    "2026-05-01", "2026-02-30", "0001-01-01", "9999-12-31", "1066-10-14", "24:00", "09:30", "1" * 300, "é" * 999,
    0, 1, -1, 10**17, -(10**17), 2.0, 2.5, 1e300, True, False,
    [], {}, [[]], [{}], ["a", "a"], ["a", 1], [1, True], [["a"], ["a"]], {"": ""}, {"a": {"a": {"a": {}}}},
    {"add": ["a"]}, {"drop": []}, {"add": []}, {"drop": ["a"], "add": ["b"]}, {"a": "b"}, {"at_least": 1},
    {"at_least": 10**17, "at_most": -1}, {"at_least": 9, "at_most": 1}, {"longest": "answer"}, {"due": "answer"},
    {"entering": "closed", "due": "b"}, {"entering": "stage_1"}, {"earliest_of": []}, {"not": {}}, {"all_of": []},
    {"any_of": [{}]}, {"not": {"not": {"not": {"a": "b"}}}}, {"some_point": {}}, {"every_point": {"some_point": {"a": "b"}}},
    "tab\there", "line\nfeed", "\u202eright to left", "e\u0301", "\U0001f600", "\ufeff", "<b>", "%s {} {0} %(a)s", "'\"`",
)  # fmt: skip
LENGTHS = (
    "0 working days", "1 working day", "99999 working days", "99999 calendar days", "99999 months", "999 years", "9999 weeks",
    "end of next working day", "as soon as possible", "1 month", "2026-05-01", "closed", "opening", "same stage", "back",
)  # fmt: skip
WORDS = (
    "is", "if", "when", "then", "record", "at", "go_to", "goto", "x_tool", "add", "drop", "before", "from", "overdue", "not",
    "extends", "kind", "answers", "longest", "between", "reason", "2026-05-01", "yes", "on", "Bad key", "steps", "limit",
    "with", "remove", "policy", "intake", "calendar", "closed", "opening", "anywhere", "aside", "back", "per", "unless",
    "after", "within", "presumed", "by", "k" * 201, "", "a b", "ü", "1", "a.b", "x_", "cite", "title", "in_force", "all_of",
)  # fmt: skip
Way = tuple[Any, ...]


def spots(value: Any, way: Way = ()) -> Iterator[Way]:
    """The way to every value in data but the whole."""
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield (*way, step)
        yield from spots(value[step], (*way, step))


def at(data: Any, way: Way) -> Any:
    """The value at the end of a way."""
    for step in way:
        data = data[step]
    return data


def _renamed(holder: Any, old: Any, new: str) -> None:
    """A key called otherwise, in its place."""
    if isinstance(holder, dict):
        changed = {new if key == old else key: value for key, value in holder.items()}
        holder.clear()
        holder.update(changed)


def _remove(data: Any, way: Way, other: int) -> None:
    del at(data, way[:-1])[way[-1]]


def _replace(data: Any, way: Way, other: int) -> None:
    at(data, way[:-1])[way[-1]] = copy.deepcopy(SCRAPS[other % len(SCRAPS)])


def _retype(data: Any, way: Way, other: int) -> None:
    """A list where one thing is wanted, a map where a list is, a text where a map is."""
    value = at(data, way)
    if isinstance(value, dict):
        changed: Any = [list(value.values()), list(value), str(next(iter(value), "")), [value]][other % 4]
    elif isinstance(value, list):
        changed = [{f"id_{index}": each for index, each in enumerate(value)}, value[:1], [value], "text"][
            other % 4
        ]
    else:
        changed = [[value], {"is": value}, [value, value], str(value), [], {}][other % 6]
    at(data, way[:-1])[way[-1]] = changed


def _another(data: Any, other: int) -> Way:
    ways = list(spots(data))
    return ways[other % len(ways)]


def _copy(data: Any, way: Way, other: int) -> None:
    """What stands elsewhere in the file, here."""
    at(data, way[:-1])[way[-1]] = copy.deepcopy(at(data, _another(data, other)))


def _swap(data: Any, way: Way, other: int) -> None:
    there = _another(data, other)
    if there[: len(way)] != way and way[: len(there)] != there:
        one, two = at(data, way), at(data, there)
        at(data, way[:-1])[way[-1]] = two
        at(data, there[:-1])[there[-1]] = one


def _double(data: Any, way: Way, other: int) -> None:
    """The same once more under another id, or once more in its list."""
    holder = at(data, way[:-1])
    if isinstance(holder, dict):
        holder[f"{way[-1]}_2"] = copy.deepcopy(holder[way[-1]])
    else:
        holder.insert(other % (len(holder) + 1), copy.deepcopy(holder[way[-1]]))


def _rename(data: Any, way: Way, other: int) -> None:
    """An id or key called as another, or as one that is a key of the language."""
    keys = [step for each in spots(data) for step in each[-1:] if isinstance(step, str)]
    names = [*WORDS, *keys[:: max(1, len(keys) // 200)]]
    _renamed(at(data, way[:-1]), way[-1], names[other % len(names)])


def _add(data: Any, way: Way, other: int) -> None:
    holder = at(data, way[:-1])
    scrap = copy.deepcopy(SCRAPS[other // 7 % len(SCRAPS)])
    if isinstance(holder, dict):
        holder[WORDS[other % len(WORDS)]] = scrap
    else:
        holder.append(scrap)


def _name(data: Any, way: Way, other: int) -> None:
    """An id of the file where some other word stands."""
    ids = [key for each in data.values() if isinstance(each, dict) for key in each] or ["nothing"]
    at(data, way[:-1])[way[-1]] = ids[other % len(ids)]


def _many(data: Any, way: Way, other: int) -> None:
    """Hundreds of the same thing, under ids of their own."""
    holder = at(data, way[:-1])
    count = (10, 300, 1500)[other % 3]
    room = LONGEST_TEXT // (len(json.dumps(holder[way[-1]], indent=1)) + 20)
    for number in range(min(count, room)):
        if isinstance(holder, dict):
            holder[f"{way[-1]}_{number}"] = copy.deepcopy(holder[way[-1]])
        else:
            holder.append(copy.deepcopy(holder[way[-1]]))


def _deep(data: Any, way: Way, other: int) -> None:
    value = at(data, way)
    for _ in range(other % 18):
        value = [{"not": value}, [value], {"all_of": [value]}, {"some_point": value}][other % 4]
    at(data, way[:-1])[way[-1]] = value


def _remove_of_base(data: Any, way: Way, other: int) -> None:
    """An overlay that takes out what its base has, or any file that says it does."""
    base = next((_data(text) for path, text in seeds() if _stated(text) == data.get("extends")), data)
    ways = [each for each in spots(base) if all(isinstance(step, str) and "." not in step for step in each)]
    listed = data.setdefault("remove", [])
    if isinstance(listed, list):
        listed.append(".".join(ways[other % len(ways)]))


def _change_of_base(data: Any, way: Way, other: int) -> None:
    """An overlay that writes something its base has, changed a little."""
    base = next((_data(text) for path, text in seeds() if _stated(text) == data.get("extends")), None)
    if base is None:
        return
    ways = [each for each in spots(base) if all(isinstance(step, str) for step in each)]
    there = ways[other % len(ways)]
    value = copy.deepcopy(at(base, there))
    here = data
    for step in there[:-1]:
        here = here.setdefault(step, {})
        if not isinstance(here, dict):
            return
    here[there[-1]] = value if other % 3 else copy.deepcopy(SCRAPS[other // 3 % len(SCRAPS)])


@cache
def _told_of() -> dict[str, list[Any]]:
    """For each key of the language, what stands there in the files, each once."""
    told: dict[str, dict[str, Any]] = {}
    for _, text in seeds():
        data = _data(text)
        for way in spots(data):
            value = at(data, way)
            told.setdefault(str(way[-1]), {})[json.dumps(value)] = value
    return {key: list(values.values()) for key, values in told.items()}


def _like(data: Any, way: Way, other: int) -> None:
    """What another file, or another place, says for the same key: most often it is still a policy."""
    values = _told_of().get(str(way[-1]), ["a_word"])
    at(data, way[:-1])[way[-1]] = copy.deepcopy(values[other % len(values)])


def _same_kind(data: Any, way: Way, other: int) -> None:
    """Another id of the same map, or a length or date of another size."""
    value = at(data, way)
    if isinstance(value, str):
        alike = [each for each in data.values() if isinstance(each, dict) and value in each]
        choices = list(alike[0]) if alike else LENGTHS
        at(data, way[:-1])[way[-1]] = choices[other % len(choices)]


def _removed_where_optional(data: Any, way: Way, other: int) -> None:
    """A key left out somewhere below a map of ids."""
    ways = [each for each in spots(data) if len(each) > 2]
    if ways:
        _remove(data, ways[other % len(ways)], 0)


@cache
def _stated(text: str) -> str | None:
    """What a file states: the name by which others extend it."""
    data = _data(text)
    return data.get("policy") or data.get("intake")


DATA_CHANGES: tuple[Callable[[Any, Way, int], None], ...] = (
    _remove, _replace, _retype, _copy, _swap, _double, _rename, _add, _name, _many, _deep, _remove_of_base, _change_of_base,
    _like, _like, _same_kind, _same_kind, _removed_where_optional,
)  # fmt: skip


def changed_data(text: str, script: Script) -> str:
    """The text of a file whose data were changed, as a person would hardly write it and a program would."""
    data = copy.deepcopy(_data(text))
    for which, where, other in script:
        ways = list(spots(data))
        if not ways or len(ways) > 20_000:
            break
        DATA_CHANGES[which % len(DATA_CHANGES)](data, ways[where % len(ways)], other)
    return json.dumps(data, indent=1, ensure_ascii=False)


# --- Changes of the text --------------------------------------------------------------------------------------

BITS = (
    "\x00", "\x01", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\ud800", "\U0001f600", "\u202e", "\u00a0",
    "\t", "\r", "\r\n", "\n", "\n\n", " ", "    ", "\n---\n", "\n...\n", "%YAML 1.1\n---\n", "%TAG ! tag:x\n", "# ", " # ",
    "#", "&a ", "*a", "&a [*a]", "<<: *a\n", "!!python/object:os.system ", "!!binary ", "!x ", "? ", "- ", ": ", ":", ",",
    "{", "}", "[", "]", "{" * 30, "[" * 3000, "- " * 500, '"', "'", '"\\x00"', '"\\UFFFFFFFF"', '"\\ud800"', "|", ">", "|\n",
    ">-\n  text\n", "|9\n", "@", "`", "%", "\\", "null", "~", "true", "yes", "0x1F", "1_000", "1e999", "-.inf", ".nan", "0o7",
    "12:30:45", "2026-05-01", "9" * 400, "1e-400", "=", "a: b\n", "a: &a b\n", "\n  - x\n", "  x: y: z\n", "{a: 1, a: 2}", "[,]",
    "{,}", "{a}", "{a: }", "# duecourse: ignore[", "# duecourse: ignore[unknown-key] because\n", "# yaml-language-server: $schema=\n",
)  # fmt: skip
LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
ENDS = ("\n", "\r\n", "\r", "\n\n", " \n", "\t\n", "\u2028")


def _cut_out(text: str, where: int, other: int) -> str:
    return text[:where] + text[where + other % 200 :]


def _cut_off(text: str, where: int, other: int) -> str:
    return text[:where] if other % 2 else text[where:]


def _put_in(text: str, where: int, other: int) -> str:
    return text[:where] + BITS[other % len(BITS)] + text[where:]


def _put_over(text: str, where: int, other: int) -> str:
    return text[:where] + BITS[other % len(BITS)] + text[where + 1 :]


def _begin(text: str, where: int, other: int) -> str:
    return BITS[other % len(BITS)] + text


def _lines(text: str, where: int, other: int) -> str:
    """A line taken out, doubled, put elsewhere, or moved to the right or left."""
    lines = text.split("\n")
    here, there = text.count("\n", 0, where), other // 6 % len(lines)
    match other % 6:
        case 0:
            del lines[here]
        case 1:
            lines.insert(there, lines[here])
        case 2:
            lines[here], lines[there] = lines[there], lines[here]
        case 3:
            lines[here] = "  " + lines[here]
        case 4:
            lines[here] = lines[here][1:]
        case _:
            first, last = sorted((here, there))
            lines[first : last + 1] = reversed(lines[first : last + 1])
    return "\n".join(lines)


def _ends(text: str, where: int, other: int) -> str:
    """Line ends of another kind, from one place on or everywhere."""
    end = ENDS[other % len(ENDS)]
    return text[:where] + text[where:].replace("\n", end) if other // 7 % 2 else text.replace("\n", end)


def _again(text: str, where: int, other: int) -> str:
    """A piece of the file very many times."""
    piece = text[where : where + 1 + other % 120]
    return (
        text[:where]
        + piece * min((3, 200, 5000)[other % 3], LONGEST_TEXT // max(1, len(piece)))
        + text[where:]
    )


def _numbers(text: str, where: int, other: int) -> str:
    """The next number is another."""
    for place in range(where, len(text)):
        if text[place].isascii() and text[place].isdigit():
            return (
                text[:place]
                + ("9" * 18, "0", "99999", "-1", "1e9", "9" * 4400)[other % 6]
                + text[place + 1 :]
            )
    return text


def _laughs(text: str, where: int, other: int) -> str:
    return (text + "\n" + LAUGHS, LAUGHS + text, LAUGHS)[other % 3]


def _nothing(text: str, where: int, other: int) -> str:
    return ("", "\n", "# only this\n", "a", "- a\n", "{}", "[]", "---\n", "\ufeff", "policy:\n", '""')[
        other % 11
    ]


TEXT_CHANGES: tuple[Callable[[str, int, int], str], ...] = (
    _cut_out, _put_in, _put_over, _lines, _begin, _ends, _again, _numbers, _cut_off, _laughs, _nothing,
)  # fmt: skip


def changed_text(text: str, script: Script) -> str:
    """The text with these changes."""
    for which, where, other in script:
        if len(text) < 3 * LONGEST_TEXT:
            text = TEXT_CHANGES[which % len(TEXT_CHANGES)](text, where % (len(text) + 1), other)
    return text
