"""The words of the messages: what a length or a date looks like, and which word was likely meant."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# Other YAML tools read these as true or false.
MANGLED = {"on": "true", "yes": "true", "y": "true", "off": "false", "no": "false", "n": "false"}

LIKELY = 0.75
MOST_NAMES = 400  # so many are compared one by one; no authority has more of a kind
LONGEST_WORD = 80  # beyond it nobody mistyped a word, and comparing would take long

LOOKS_LIKE = {
    "a length": 'text such as "10 working days", "28 calendar days", "12 months", "end of next working day" '
    'or "as soon as possible"',
    "a delivery time": 'text such as "2 working days" or "same day"',
    "a date": 'text such as "2026-05-01": year, month, day',
    "a date or `unknown`": 'a date such as "2026-05-01", or "unknown"',
    "an expected due date": 'a date such as "2026-05-01", or "unknown", or "as soon as possible"',
    "a day of the year": 'text such as "12-27": month, day',
    "a time of day": 'text such as "17:30"',
    "a warning": 'text such as "50%", "5 working days before", "due" or "1 working day after"',
    "the name of a policy": 'text such as "redbridge/children-statutory"',
    "the name of an authority": 'text such as "redbridge"',
    "the name of a rule": 'text such as "stage_1.answered" or "anywhere.withdrawn"',
    "an address": 'text such as "https://www.example.org/complaints"',
    "a place to go to": 'the id of a stage, "same stage" or "back"',
    "a path": 'text such as "limits.contact" or "stages.stage_2.next.accepted"',
    "a place in a source": 'text such as "reg 14"',
    "a start": "the id of an event or of a date fact, or a map with `entering`, `due`, `earliest_of` or `latest_of`",
    "a citation": 'a map of sources and places such as {regs: "reg 14"}',
    "the needs of an event": "a list of facts, or a map such as {reason: text, until: date}",
    "what a fact must be": "an answer, a list of answers, or for a count a map with `at_least` and `at_most`",
    "a condition": "a map of facts and answers such as {complexity: complex}",
    "an expected refusal": "words of the reason, or `true`",
    "how the case ended": '"closed", "withdrawn", "refused", "ombudsman", "transferred", `true` or `false`',
    "a decision": "a map such as {accepted: children-statutory} or {needs: [good_reason]}",
    "the name of a procedure": 'text such as "corporate"',
    "an entry of a list of dates": 'a map such as {date: "2026-12-24", reason: Christmas closure}',
    "a list of dates": 'a map such as {"2025-12-29": "Christmas closure"}, or a list of entries',
}

TYPE_WORDS = {
    "object": "a map of keys and values",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}

# What people write for a key of the language, where no likeness would find it.
OTHER_WORDS = {
    ("a rule", "on"): "when",
    ("a rule of `anywhere`", "on"): "when",
    ("a pause", "on"): "when",
    ("a scenario step", "on"): "at",
    ("a scenario step", "date"): "at",
    ("a scenario step", "event"): "when",
    ("a scenario step", "facts"): "record",
    ("a scenario step", "data"): "with",
    ("a rule", "event"): "when",
    ("a rule", "goto"): "go_to",
    ("a rule", "to"): "go_to",
    ("a rule of `anywhere`", "event"): "when",
    ("a rule of `anywhere`", "to"): "go_to",
    ("a limit", "length"): "is",
    ("a limit", "max"): "up_to",
    ("a limit", "starts"): "from",
    ("a fact", "question"): "ask",
    ("a row of a timetable", "on"): "from",
    ("a route", "to"): "refer_to",
    ("a route", "go_to"): "accept_under",
    ("a route", "when"): "if",
    ("an exclusion", "when"): "if",
    ("an exclusion", "procedures"): "of",
    ("a scenario", "facts"): "given",
    ("a scenario", "then"): "decision",
}

KEY_HINTS = {
    ("a rule", "in"): "only a rule of `anywhere` says in which stages it holds",
    ("a rule", "remove"): "an overlay takes rules out with `remove` at the top of the file",
}


def likely(word: str, known: Iterable[str]) -> str | None:
    """The known word that was very likely meant; `None` if there is none, or two are equally near."""
    if len(word) > LONGEST_WORD:
        return None
    names = sorted(known)
    if len(names) > MOST_NAMES:
        # Of thousands of names only those are compared that begin alike and are about as long.
        names = [name for name in names if name[:1] == word[:1] and abs(len(name) - len(word)) <= 1]
    found = get_close_matches(word, names[:MOST_NAMES], n=2, cutoff=LIKELY)
    if len(found) == 2 and _likeness(word, found[0]) == _likeness(word, found[1]):
        return None
    return found[0] if found else None


def _likeness(word: str, name: str) -> float:
    """As `get_close_matches` compares them: the known word is held against the one typed."""
    return SequenceMatcher(None, name, word).ratio()


def quoted(value: Any) -> str:
    """The user's own value for a message: text in double quotes, long ones cut."""
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    if isinstance(value, dict | list):
        return f"{kind_of(value)}"
    return f'"{shortened(str(value))}"'


def shortened(text: str) -> str:
    """The text on one line, cut if it is long."""
    line = text[: LONGEST_WORD + 1].replace("\n", " ")
    return line if len(text) <= LONGEST_WORD else line[: LONGEST_WORD - 1] + "…"


def kind_of(value: Any) -> str:
    """What sort of value this is, for people."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, dict):
        return "a map"
    return "a list" if isinstance(value, list) else "text"


def looks_like(what: str, types: list[str]) -> str:
    """How one writes such a thing."""
    return LOOKS_LIKE.get(what) or " or ".join(TYPE_WORDS[name] for name in types)


def as_id(text: str) -> str | None:
    """The id that this text would make, or `None` if it makes none."""
    made = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return made if made[:1].isalpha() and made not in MANGLED and len(made) <= LONGEST_WORD else None


_AMOUNT = re.compile(r"([0-9]+)[ _-]*([a-z][a-z _-]*)", re.IGNORECASE)
_UNITS = (
    "working day",
    "working days",
    "calendar day",
    "calendar days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
)


# What others call working days; "weekdays" would else be taken for weeks.
_LIKE_WORKING_DAYS = re.compile(r"(week ?|business |work ?|office )days?")


def as_length(text: str) -> str | None:
    """The length that this text was very likely meant to be, or `None`."""
    match = _AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST_WORD else None
    if match is None:
        return likely(text, ["end of next working day", "as soon as possible"])
    typed = re.sub(r"[_-]", " ", match[2].lower())
    unit = "working days" if _LIKE_WORKING_DAYS.fullmatch(typed) else likely(typed, _UNITS)
    made = f"{int(match[1])} {unit}"
    return made if unit and made != text else None


def is_bare_days(text: str) -> str | None:
    """The number in `10 days`, which does not say which days; else `None`."""
    match = _AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST_WORD else None
    return match[1] if match and match[2].lower() in {"day", "days", "d"} else None
