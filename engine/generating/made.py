"""A scenario made, not written by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.probing import Story
    from engine.probing.aims import Aim


@dataclass(frozen=True, slots=True)
class Made:
    """A scenario made for some aims. `name`: a sentence; `remark`: what a person should look at to confirm it."""

    name: str
    aims: tuple[Aim, ...]
    story: Story
    remark: str = ""
