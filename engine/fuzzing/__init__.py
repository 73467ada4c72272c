"""What must hold of every procedure, tried over histories found by search and told by chance."""

from __future__ import annotations

from engine.fuzzing.finding import Finding
from engine.fuzzing.fuzz import HISTORIES, Fuzzed, Fuzzing, histories_for
from engine.fuzzing.invariants import INVARIANTS, Breach, Invariant

__all__ = [
    "HISTORIES",
    "INVARIANTS",
    "Breach",
    "Finding",
    "Fuzzed",
    "Fuzzing",
    "Invariant",
    "histories_for",
]
