"""The small policy of this folder, and what it becomes when some of its text is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.policy.library import PolicyLibrary

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine import Policy

BASE = (Path(__file__).parent / "base.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def lab() -> Callable[..., Policy]:
    """The policy of `base.yaml` after replacements, each a text that stands there once and what takes its place."""
    library = PolicyLibrary()

    def made(*replacements: tuple[str, str]) -> Policy:
        text = BASE
        for was, now in replacements:
            assert text.count(was) == 1, f"{was!r} stands {text.count(was)} times in base.yaml"
            text = text.replace(was, now)
        examined = library.examine_text(text, "base.yaml")
        assert examined.policy is not None, [problem.message for problem in examined.errors]
        return examined.policy

    return made
