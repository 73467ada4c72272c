"""Local copies of the texts that policies cite: where they are found, their headings, and the section below each.

A copy is DIR/<authority>/<procedure>/<source>, DIR/<authority>/<source> or DIR/<source>, with the ending .txt, .md or
.html. The authority and procedure are those of the policy; for a source that a base declares, those of the base as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from engine.documents import text_of
from engine.errors import UsageError
from engine.evidence.figures import figures_in

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from pathlib import Path

    from engine.policy.overlay import Source

ENDINGS = (".txt", ".md", ".html")
LONGEST_HEADING = 100
UNLEVELLED = 7  # of a heading in plain text
_MARKDOWN = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_UNDERLINE = re.compile(r"(=+|-+)\s*")
_BULLET = re.compile(r"\s*([-*\u2022]|\(?[0-9a-z]{1,2}[.)])\s")
_SIGNS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text. `level` is that of a heading (1 is the highest; `UNLEVELLED` in plain text), else 0."""

    text: str
    level: int = 0


class Copy:
    """One text as lines, some of them headings."""

    def __init__(self, path: Path, lines: Sequence[Line]) -> None:
        self.path = path
        self.lines = tuple(lines)

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def _plain(self) -> list[str]:
        return [plain(line.text) for line in self.lines]

    def starts(self, place: str) -> list[int]:
        """The numbers of the lines that are this heading; if none is, of the headings that begin with it."""
        wanted = plain(place)
        exact = [number for number, line in enumerate(self._plain) if line == wanted and wanted]
        return exact or [
            number
            for number, line in enumerate(self._plain)
            if wanted and line.startswith(f"{wanted} ") and self._is_heading_like(number)
        ]

    def _is_heading_like(self, number: int) -> bool:
        """Whether a line is a heading, or begins a numbered paragraph."""
        return bool(self.lines[number].level) or self.lines[number].text.lstrip()[:1].isdigit()

    def section(self, number: int, ends: Container[int]) -> str:
        """The text from a line down to the next heading of its level or a higher one, or to one of the lines `ends`.

        What looks like a heading in plain text may be a short paragraph: it ends nothing unless it is one of `ends`.
        """
        level = self.lines[number].level or UNLEVELLED
        end = number + 1
        while end < len(self.lines) and not self._ends(end, level, ends):
            end += 1
        return "\n".join(line.text for line in self.lines[number:end])

    def _ends(self, number: int, level: int, ends: Container[int]) -> bool:
        line = self.lines[number]
        if 0 < line.level < UNLEVELLED:
            return line.level <= level
        return level == UNLEVELLED and number in ends and not figures_in(line.text)


class Copies:
    """The copies in a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        """Copies in this folder. Raises `UsageError` if it is none."""
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder of source texts")
        self.folder = folder
        self._read: dict[Path, Copy] = {}

    def copy_of(self, source: Source, name: str) -> Copy | None:
        """The copy of a source by its id in a policy. Raises `PolicyInvalid` if it cannot be read."""
        for path in self._places(source, name):
            if path.exists():  # what is there and no file is told of, not passed over
                if path not in self._read:
                    self._read[path] = Copy(path, _READERS[path.suffix](text_of(path, str(path))))
                return self._read[path]
        return None

    def _places(self, source: Source, name: str) -> Iterator[Path]:
        declared, _ = source.origin(("sources", name))
        for document in dict.fromkeys((source.documents[0].path, declared.path)):
            said = next(each.data["policy"] for each in source.documents if each.path == document)
            authority, _, procedure = str(said).partition("/")
            for folder in (self.folder / authority / procedure, self.folder / authority):
                yield from (folder / f"{name}{ending}" for ending in ENDINGS)
        yield from (self.folder / f"{name}{ending}" for ending in ENDINGS)


def plain(text: str) -> str:
    """A text by its letters and digits alone: signs, quotes, case and spacing do not tell headings apart."""
    return _SIGNS.sub(" ", text.lower().replace("\u2019", "'").replace("'", "")).strip()


# --- Reading ---------------------------------------------------------------------------------------------------


def _from_text(text: str) -> list[Line]:
    """Plain text: a heading is a short line by itself that is no sentence, no item of a list, and states no figure."""
    lines = text.splitlines()
    read = []
    for number, line in enumerate(lines):
        alone = not "".join(lines[number - 1 : number] + lines[number + 1 : number + 2]).strip()
        first = number == 0 or not any(each.strip() for each in lines[:number])
        read.append(Line(line, UNLEVELLED if (alone or first) and _may_head(line) else 0))
    return read


def _may_head(line: str) -> bool:
    said = line.strip()
    if not said or len(said) > LONGEST_HEADING or said[-1] in ".,;:" or _BULLET.match(line):
        return False
    return not figures_in(said)


def _from_markdown(text: str) -> list[Line]:
    lines = text.splitlines()
    read: list[Line] = []
    for number, line in enumerate(lines):
        match = _MARKDOWN.fullmatch(line)
        below = _UNDERLINE.fullmatch(lines[number + 1]) if number + 1 < len(lines) and line.strip() else None
        if match is not None:
            read.append(Line(match[2], len(match[1])))
        elif below is not None and not _UNDERLINE.fullmatch(line):
            read.append(Line(line, 1 if below[1].startswith("=") else 2))
        else:
            read.append(Line(line))
    return read


class _Page(HTMLParser):
    """The text of a web page, its headings as lines of their own."""

    BLOCKS = frozenset({"p", "li", "br", "div", "tr", "td", "th", "dt", "dd", "ul", "ol", "table", "section"})
    HIDDEN = frozenset({"script", "style", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.level = 0
        self.hidden = 0
        self.said: list[str] = []

    def flush(self, level: int = 0) -> None:
        text = " ".join("".join(self.said).split())
        if text:
            self.lines.append(Line(text, level))
        self.said = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self.HIDDEN:
            self.hidden += 1
        elif _is_heading(tag):
            self.flush()
            self.level = int(tag[1])
        elif tag in self.BLOCKS:
            self.flush(self.level)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif _is_heading(tag):
            self.flush(self.level)
            self.level = 0
        elif tag in self.BLOCKS:
            self.flush(self.level)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(data)


def _is_heading(tag: str) -> bool:
    return len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"


def _from_html(text: str) -> list[Line]:
    page = _Page()
    page.feed(text)
    page.close()
    page.flush()
    return page.lines


_READERS = {".txt": _from_text, ".md": _from_markdown, ".html": _from_html}
