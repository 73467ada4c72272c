"""Files that people write: strict YAML with positions, and whether its shape is that of the language.

Only this package knows `yaml` and `jsonschema`; their types do not leave it.
"""

from __future__ import annotations

from engine.documents.document import Document
from engine.documents.raw_text import hidden_characters, on_one_line, unturned
from engine.documents.reader import MOST_BYTES, read_file, read_text, text_of
from engine.documents.shape import conforms, shape_problems
from engine.documents.words import likely

__all__ = [
    "MOST_BYTES",
    "Document",
    "conforms",
    "hidden_characters",
    "likely",
    "on_one_line",
    "read_file",
    "read_text",
    "shape_problems",
    "text_of",
    "unturned",
]
