"""How wide a text is and where its lines break, without a font at hand: by the widths of a common sans-serif face.

Widths are those of the widest face a reader is likely to have, so that a text may leave room but never needs more.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_NARROW, _SLIM, _MIDDLE, _BROAD, _WIDE, _FULL = 0.34, 0.44, 0.62, 0.72, 1.0, 1.1
_GROUPS = {
    _NARROW: "ijl|'.,:;! ",
    _SLIM: 'frtI()[]{}/\\-"*`',
    _BROAD: "ABCDEGHKNOPQRSUVXYZwT&",
    _WIDE: "mMW@%…—",
}
_WIDTHS = {sign: width for width, signs in _GROUPS.items() for sign in signs}
_BOLD = 1.09
_BREAKS = re.compile(r"[ \t\r\n]+")  # a space that does not break a line is none


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text on one line, at a size of the font, in the units of that size."""
    return sum(map(_sign_width, text)) * size * (_BOLD if bold else 1.0)


@cache
def _sign_width(sign: str) -> float:
    known = _WIDTHS.get(sign)
    if known is not None:
        return known
    if sign.isascii():
        return _MIDDLE
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return _FULL
    return 0.0 if unicodedata.combining(sign) else 0.9


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than `room`; a word wider than that is broken. An empty text is one empty line."""
    lines: list[str] = []
    line = ""
    for word in _BREAKS.split(text.strip()):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *broken, line = _broken(word, room, size, bold=bold)
        lines.extend(broken)
    return (*lines, line) if line or not lines else tuple(lines)


def _broken(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """A word in pieces that fit, at least one sign in each."""
    pieces, piece = [], ""
    for sign in word:
        if piece and width_of(piece + sign, size, bold=bold) > room:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]
