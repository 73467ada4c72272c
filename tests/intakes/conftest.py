"""An intake of the invented council Mytown, and deciding under it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine import PolicyLibrary, decide
from engine.errors import PolicyInvalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine import Decision
    from engine.policy.intake import Intake

LIBRARY = Path(__file__).parent / "library"
TEXT = (LIBRARY / "mytown" / "intake.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def library() -> PolicyLibrary:
    return PolicyLibrary([LIBRARY])


@pytest.fixture(scope="session")
def mytown(library: PolicyLibrary) -> Intake:
    return library.intake("mytown")


@pytest.fixture
def changed(library: PolicyLibrary) -> Callable[..., Intake]:
    """The intake of Mytown with texts of its file replaced by others, each old text followed by the new."""

    def change(*pairs: str) -> Intake:
        text = TEXT
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text, old
            text = text.replace(old, new)
        examined = library.examine_text(text, "mytown/intake.yaml")
        if examined.intake is None:
            raise PolicyInvalid(examined.errors)
        return examined.intake

    return change


@pytest.fixture
def deciding(mytown: Intake) -> Callable[..., Decision]:
    """The decision under the intake of Mytown on a complaint received on a day (as ISO text)."""

    def deciding(received: str, *, points: tuple[str, ...] = (), intake: Intake = mytown, **facts: Any):
        return decide(intake, facts, received=date.fromisoformat(received), points=points)

    return deciding
