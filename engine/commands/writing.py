"""Files that a command makes: never one that is there already."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from engine.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def create(file: Path, text: str) -> None:
    """Make a file with this text. Raises `FileExistsError` if it is there, `UsageError` if it cannot be written."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None


def write_new(file: Path, text: str) -> str:
    """Write a file that is not there yet, its folder too; what was done, as a line. Raises `UsageError`."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {file.parent}: {error.strerror}") from None
    try:
        create(file, text)
    except FileExistsError:
        same = file.is_file() and file.read_text(encoding="utf-8") == text
        return f"{file} is there already{'' if same else ', with another text; it was left as it is'}"
    return f"wrote {file}"


def refuse_unwritable(folder: Path) -> None:
    """Raises `UsageError` if no file can be made in a folder, which need not be there yet; nothing is left behind."""
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    try:
        with TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}") from None
