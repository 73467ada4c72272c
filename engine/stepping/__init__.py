"""Going through a procedure step by step: a session as a value, a line typed in, what is said about it out.

Nothing here reads, writes or prints: `Session.saving` says what is to be written, `Session.finished` that it is over.
"""

from __future__ import annotations

from engine.stepping.answering import (
    answer,
    begun,
    completions,
    exists,
    greeting,
    interrupted,
    prompt,
    saved,
)
from engine.stepping.naming import NotUnderstood
from engine.stepping.session import Look, Saving, Scene, Session, Told

__all__ = [
    "Look",
    "NotUnderstood",
    "Saving",
    "Scene",
    "Session",
    "Told",
    "answer",
    "begun",
    "completions",
    "exists",
    "greeting",
    "interrupted",
    "prompt",
    "saved",
]
