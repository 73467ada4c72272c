"""What scenarios prove of a policy or an intake: each thing that can come about, and which of them show it."""

from __future__ import annotations

from engine.coverage.coverage import Coverage, Item, share_of
from engine.coverage.gathering import Gathering
from engine.coverage.hints import Explained, Hint, Hints, events_in_words

__all__ = ["Coverage", "Explained", "Gathering", "Hint", "Hints", "Item", "events_in_words", "share_of"]
