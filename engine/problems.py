"""A finding about a file, as a value: what is wrong, where, and what to write instead.

Every output format is a function of `Problem`; nothing here reads, prints or decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "information"]

# Of what an author wrote, a message repeats no more than anybody reads.
LONGEST_MESSAGE, LONGEST_NOTE, LONGEST_WORD = 400, 2000, 200
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_NOT_SHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file. `line` and `column` count from 1; `width` is the number of characters meant."""

    path: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a finding about meaning or time says can happen, so that a story can be told in which it does.

    In `stage` (a policy's id), with these facts on record (a fact answered on each point: its value on every point)
    and with the due dates of `passed` over, the event has the outcome: `refused`, `accepted`, or for no event
    `overdue`, a limit that runs on with nothing to end it, or `stays`, a stage that nothing leaves. With `ring`, stages
    that lead only to each other, it is left and come back to within these.
    """

    stage: str
    outcome: Literal["refused", "accepted", "overdue", "stays"]
    event: str | None = None
    facts: tuple[tuple[str, Any], ...] = ()
    passed: tuple[str, ...] = ()
    limit: str | None = None
    ring: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. Sorts by place, then name.

    `name` identifies the check for ever (kebab case); `message` stands alone in the author's words;
    `breadcrumb` is the way to the place through the file's keys; `instead` is the text to write in place
    of what `place` covers, given only when it is very likely; `notes` are further lines of help;
    `related` are other places that matter, each with a word on why; `line_text` is the line as typed.
    `source` is where the rule comes from that a policy departs from, `loses` who loses by it; `claim` what a story
    could show.
    """

    place: Place
    name: str
    message: str
    severity: Severity = "error"
    breadcrumb: tuple[str, ...] = ()
    instead: str | None = None
    notes: tuple[str, ...] = ()
    related: tuple[tuple[Place, str], ...] = ()
    line_text: str = ""
    source: str = ""
    loses: str = ""
    claim: Claim | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Make what is told fit to be read, whatever the file holds."""
        put = object.__setattr__
        put(self, "message", _readable(self.message, LONGEST_MESSAGE))
        put(self, "breadcrumb", tuple(_readable(step, LONGEST_MESSAGE) for step in self.breadcrumb))
        put(self, "notes", tuple(_readable(note, LONGEST_NOTE) for note in self.notes))
        put(self, "related", tuple((place, _readable(why, LONGEST_MESSAGE)) for place, why in self.related))

    def __str__(self) -> str:
        hint = ""
        if self.instead is not None:
            # What is itself a quoted text is shown with the one pair of quotes that belongs to it.
            hint = (
                f" (write {self.instead})" if self.instead.startswith('"') else f' (write "{self.instead}")'
            )
        return f"{self.place}: {self.severity}[{self.name}]: {self.message}{hint}"


def _readable(text: str, longest: int) -> str:
    """Text without signs that cannot be shown, which could give a terminal commands, and without words of no end."""
    if len(text) > LONGEST_WORD:
        text = _LONG_WORD.sub(lambda word: f"{word[0][: LONGEST_WORD // 2]}…", text)
        text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return _NOT_SHOWN.sub("�", text)
