"""Policies: a file and what it extends, merged, checked, and built into a value that drives cases."""

from __future__ import annotations

from engine.policy.library import Examined, PolicyLibrary, library_around, load_policy
from engine.policy.model import Policy

__all__ = ["Examined", "Policy", "PolicyLibrary", "library_around", "load_policy"]
