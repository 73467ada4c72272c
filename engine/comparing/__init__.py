"""Two versions of a policy, or two policies: what differs, for whom it is better, and which cases would move."""

from __future__ import annotations

from engine.comparing.cases import CaseComparison, CaseDifference, compare_case
from engine.comparing.compare import compare
from engine.comparing.difference import EFFECTS, GROUPS, Comparison, Difference

__all__ = [
    "EFFECTS",
    "GROUPS",
    "CaseComparison",
    "CaseDifference",
    "Comparison",
    "Difference",
    "compare",
    "compare_case",
]
