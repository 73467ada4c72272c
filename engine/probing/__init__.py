"""Stories found by search: how a case can come to a stage, to a rule, or to what a finding claims."""

from __future__ import annotations

from engine.probing.claims import Prober, Story
from engine.probing.telling import Step

__all__ = ["Prober", "Step", "Story"]
