"""How often a command that makes very many values looks for cycles among them."""

from __future__ import annotations

import gc

# Replaying makes many small values that live on; looking for cycles among them every 700 would take half the time.
_VALUES_BETWEEN_COLLECTIONS = 50_000


def collect_seldom() -> None:
    """For the rest of this process."""
    gc.set_threshold(_VALUES_BETWEEN_COLLECTIONS)
