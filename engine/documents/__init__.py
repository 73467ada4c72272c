"""Files that people write: strict YAML with positions, and whether its shape is that of the language.

Only this package knows `yaml` and `jsonschema`; their types do not leave it.
"""

from __future__ import annotations

from engine.documents.document import Document
from engine.documents.reader import read_file, read_text
from engine.documents.shape import conforms, shape_problems
from engine.documents.words import likely

__all__ = ["Document", "conforms", "likely", "read_file", "read_text", "shape_problems"]
