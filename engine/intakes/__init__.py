"""Deciding which complaints are considered: an intake and facts to a decision with its reasons."""

from __future__ import annotations

from engine.intakes.decide import decide, lateness
from engine.intakes.decision import Answer, ComeBack, Decision, Ground, Need
from engine.intakes.handing_on import AcceptedCase, accepted_cases

__all__ = [
    "AcceptedCase",
    "Answer",
    "ComeBack",
    "Decision",
    "Ground",
    "Need",
    "accepted_cases",
    "decide",
    "lateness",
]
