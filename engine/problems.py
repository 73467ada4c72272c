"""A finding about a file, as a value: what is wrong, where, and what to write instead.

Every output format is a function of `Problem`; nothing here reads, prints or decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file. `line` and `column` count from 1; `width` is the number of characters meant."""

    path: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. Sorts by place, then name.

    `name` identifies the check for ever (kebab case); `message` stands alone in the author's words;
    `breadcrumb` is the way to the place through the file's keys; `instead` is the text to write in place
    of what `place` covers, given only when it is very likely; `notes` are further lines of help;
    `related` are other places that matter, each with a word on why; `line_text` is the line as typed.
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

    def __str__(self) -> str:
        hint = ""
        if self.instead is not None:
            # What is itself a quoted text is shown with the one pair of quotes that belongs to it.
            hint = (
                f" (write {self.instead})" if self.instead.startswith('"') else f' (write "{self.instead}")'
            )
        return f"{self.place}: {self.severity}[{self.name}]: {self.message}{hint}"
