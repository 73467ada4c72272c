"""Holding what a policy cites against local copies of the texts it cites."""

from __future__ import annotations

from engine.evidence.copies import Copies
from engine.evidence.holding import Held, evidence_problems

__all__ = ["Copies", "Held", "evidence_problems"]
