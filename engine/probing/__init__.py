"""Stories found by search: how a case can come to a stage, to a rule, to what a finding claims, or to any aim."""

from __future__ import annotations

from engine.probing.aiming import Plan, Prober
from engine.probing.search import Story
from engine.probing.telling import Step

__all__ = ["Plan", "Prober", "Step", "Story"]
