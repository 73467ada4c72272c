"""The only place that reads a clock: what `--as-of` is when it is left out."""

from __future__ import annotations

from datetime import date


def today() -> date:
    """Today, by this machine."""
    return date.today()
