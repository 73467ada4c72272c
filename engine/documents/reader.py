"""Reading a file or a text as strict YAML, or saying everything that is wrong with its syntax.

Files are untrusted: size, depth and characters are limited, and nothing but plain data comes out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from engine.documents.builder import Builder, Enough
from engine.documents.document import Document
from engine.documents.raw_text import first_problems
from engine.documents.syntax import Trouble, explain
from engine.errors import PolicyInvalid
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from yaml.events import Event

MOST_BYTES = 1024 * 1024

C_PARSER: Any = getattr(yaml, "CSafeLoader", None)
PURE_PARSER: Any = yaml.SafeLoader


def read_file(path: Path, shown_as: str | None = None) -> Document:
    """Read a file; raises `PolicyInvalid` if it cannot be read or is not what `read_text` wants.

    `shown_as` is the name of the file in messages; left out, the path as given.
    """
    shown = shown_as if shown_as is not None else str(path)
    return read_text(text_of(path, shown), shown)


def text_of(path: Path, shown: str) -> str:
    """The text of a file shown as `shown`; raises `PolicyInvalid` if it cannot be read, is too large or no UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise PolicyInvalid([_unreadable(shown, path, error)]) from error
    if len(content) > MOST_BYTES:
        raise PolicyInvalid([_too_large(shown)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyInvalid([_not_utf_8(shown, content, error.start)]) from error


def read_text(text: str, path: str) -> Document:
    """Read the text of a file shown as `path`; raises `PolicyInvalid` with every problem of syntax found."""
    return read_with(C_PARSER or PURE_PARSER, text, path)


def read_with(parser: Any, text: str, path: str) -> Document:
    """Read with one of PyYAML's two parsers; what is accepted, and as what, does not depend on which."""
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise PolicyInvalid([_too_large(path)])
    text = text.replace("\r\n", "\n")
    if problems := first_problems(text, path):
        raise PolicyInvalid(problems)
    builder = Builder(text, path)
    try:
        builder.run(_events(parser, text))
    except Enough:
        pass
    except yaml.YAMLError as error:
        builder.trouble(explain(error, text, builder.open_bracket()))
    except (ValueError, OverflowError):
        builder.trouble(_impossible_escape(text))
    return Document(path, text, *builder.result())


def _events(parser: Any, text: str) -> Iterator[Event]:
    loader = parser(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _impossible_escape(text: str) -> Trouble:
    r"""The pure parser raises a bare `ValueError` at `\UFFFFFFFF`, which is beyond the last character there is."""
    match = re.search(r"\\U(?!000[0-9]|0010)[0-9A-Fa-f]{8}", text)
    at = match.start() if match else 0
    line = text.count("\n", 0, at)
    column = at - (text.rfind("\n", 0, at) + 1)
    return Trouble("strange-escape", "there is no such character", line + 1, column + 1, 10)


def _too_large(path: str) -> Problem:
    return Problem(Place(path), "too-large", "the file is larger than 1 MiB")


def _unreadable(shown: str, path: Path, error: OSError | ValueError) -> Problem:
    if isinstance(error, FileNotFoundError):
        message = "there is no such file"
    elif isinstance(error, IsADirectoryError):
        message = f"{path.name} is a folder, not a file"
    else:
        message = f"the file cannot be read: {getattr(error, 'strerror', None) or 'its name is impossible'}"
    return Problem(Place(shown), "unreadable", message)


def _not_utf_8(shown: str, content: bytes, at: int) -> Problem:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Problem(Place(shown), "not-utf-8", "the file is UTF-16: save it as UTF-8")
    before = content[:at]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Problem(Place(shown, line, column), "not-utf-8", "the file is not UTF-8 here: save it as UTF-8")
