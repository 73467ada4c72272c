"""XML and HTML as text: everything from outside is escaped, and what XML cannot hold is replaced."""

from __future__ import annotations

import re
from html import escape

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Signs that turn the direction of the text after them, so that a name could show itself as another.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")

_JOINTS = re.compile(r"(?<=\w)([_./])(?=\w)")


def escaped(text: object) -> str:
    """A text as it may stand between tags or in quotes."""
    return escape(_TURNING.sub("�", _NOT_XML.sub("�", str(text))))


def breaking(text: object) -> str:
    """The same for a page, where a line may be broken within an id: after an underline, a point or a slash."""
    return _JOINTS.sub(r"\1<wbr>", escaped(text))


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An element. `inside` is markup already; attributes are text, `_` in their names is `-`; `None` leaves one out.

    An attribute that is a word of Python ends in `_`: `class_`.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(inside)
    return f"<{name}{told}>{content}</{name}>" if content or name not in _EMPTY else f"<{name}{told}/>"


# Elements that are written with a slash when nothing is in them; HTML takes any other without its end as still open.
_EMPTY = frozenset({"rect", "path", "circle", "line", "meta", "br", "use"})


def number(value: float) -> str:
    """A measure in as few signs as will do: one place after the point at most."""
    return f"{value:.1f}".removesuffix(".0")
