"""Where the data folders lie: inside the package when installed, beside it in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def shipped(folder: str) -> Traversable:
    """The data folder of this name: `policies` or `schemas`."""
    packaged = files("engine") / "_shipped" / folder
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / folder
