"""A source of choices that Hypothesis can shrink: bytes, of which the smallest make the simplest choice."""

from __future__ import annotations


class Choices:
    """Choices read one after another from bytes; when they are used up, every choice is the first."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._place = 0

    def below(self, count: int) -> int:
        """A whole number from 0 up to, not including, `count`."""
        if self._place >= len(self._text):
            return 0
        value = self._text[self._place]
        self._place += 1
        return value % count

    def one(self, things):
        """One of these, which are not empty; the first is the simplest."""
        things = list(things)
        return things[self.below(len(things))]

    def some(self, things, most):
        """Up to `most` different ones of these."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(min(self.below(most + 1), len(left)))]

    def percent(self, share: int) -> bool:
        """True in about `share` of 100 cases; false when the choices are used up."""
        return self.below(100) >= 100 - share
