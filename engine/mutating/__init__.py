"""Policies changed in one thing at a time, and whether the scenarios notice: what a tester's files prove."""

from __future__ import annotations

from engine.mutating.budget import affordable
from engine.mutating.decisions import DecisionScript
from engine.mutating.mutant import Concern, Mutant
from engine.mutating.operators import is_inherited, mutants_of
from engine.mutating.running import Mutation, Outcome, Trying
from engine.mutating.scripts import Script

__all__ = [
    "Concern",
    "DecisionScript",
    "Mutant",
    "Mutation",
    "Outcome",
    "Script",
    "Trying",
    "affordable",
    "is_inherited",
    "mutants_of",
]
