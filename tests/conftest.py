"""Of the scenario files below this folder, those of the shipped policies are tests; the others are what tests look at."""

from __future__ import annotations

from pathlib import Path

REPLAYED = Path(__file__).parent / "scenarios"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    stands_elsewhere = not collection_path.is_relative_to(REPLAYED)
    return True if collection_path.name.endswith(".scenarios.yaml") and stands_elsewhere else None
