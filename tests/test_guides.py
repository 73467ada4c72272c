"""The guides do what they say: their files are written, their commands run, their outputs compared to the letter.

In a guide a yaml, csv, markdown or text block that begins with a remark naming a file is that file; with `in` before the
name it is those entries of the file, each of which takes the place of the entry of its name or comes at the end of its part.
In a console block what follows a command is all it prints, `< file` being what is typed in; in a python block a remark
after a `print` is what that prints.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.commands import main
from engine.policy import PolicyLibrary

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[1]
GUIDES = [
    str(path.relative_to(CHECKOUT))
    for folder in ("", "engine", "policies", "schemas", "tests")
    for path in [CHECKOUT / folder / "README.md"]
    if path.is_file()
]
# What sets the checkout up, which the tests themselves are run from.
NOT_RUN = {
    "make demo",
    "make test",
    "make check",
    "make bench",
    "python3 -m venv .venv",
    ".venv/bin/python -m pip install --editable '.[test]'",
}
# Remarks after a `print` that say something else than what it prints.
NOT_PRINTED = {"the ledger above"}

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (in )?(\S+\.(?:yaml|csv|md|txt))")
# A key on the left of a YAML file with all that belongs to it.
PART = re.compile(r"^([a-z_]+):.*\n(?:\n* .*\n)*", re.MULTILINE)
# A key further in by two spaces with all that belongs to it.
ENTRY = re.compile(r"^  ([a-z0-9_]+):.*\n(?:   .*\n)*", re.MULTILINE)
PRINTS = re.compile(r"\s*print\(.*\)\s+# (.+)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a guide: its language, its text, and the line it begins on."""

    language: str
    text: str
    line: int


def blocks(guide: str) -> list[Block]:
    """The fenced blocks of a guide, from its first line to its last."""
    text = (CHECKOUT / guide).read_text(encoding="utf-8")
    return [Block(each[1], each[2], text.count("\n", 0, each.start()) + 1) for each in BLOCK.finditer(text)]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Every command of a console block, with what stands under it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        while command.endswith("\\"):
            more, _, printed = printed.partition("\n")
            command = f"{command}\n{more}"
        yield command, printed.rstrip("\n")


def typed(command: str) -> str:
    """What a command prints, on both streams."""
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    piped = ""
    if arguments[-2:-1] == ["<"]:
        piped = Path(arguments[-1]).read_text(encoding="utf-8")
        arguments = arguments[:-2]
    if program == "cat":
        return "".join(Path(file).read_text(encoding="utf-8") for file in arguments).rstrip("\n")
    assert program == "duecourse", f"a guide types {program}, which this test does not run"
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(printed):
        patch.setattr(sys, "stdin", io.StringIO(piped))
        main(arguments)
    return printed.getvalue().rstrip("\n")


def prints_of(text: str) -> dict[int, list[str]]:
    """What each line of a python block prints, by its number."""
    printed: dict[int, list[str]] = {}

    def noted(*values: Any) -> None:
        line = sys._getframe(1).f_lineno
        printed.setdefault(line, []).append(" ".join(map(str, values)))

    exec(compile(text, "guide", "exec"), {"print": noted})  # noqa: S102 - the guide is ours
    return printed


def run_console(block: Block) -> None:
    for command, printed in commands(block.text):
        if command not in NOT_RUN:
            assert typed(command) == printed, command


def run_python(block: Block) -> None:
    printed = prints_of(block.text)
    for number, line in enumerate(block.text.splitlines(), start=1):
        remark = PRINTS.fullmatch(line)
        if remark and remark[1] not in NOT_PRINTED:
            assert printed[number] == [remark[1]]


def write_file(block: Block) -> None:
    name = FILE.fullmatch(block.text.splitlines()[0])
    if name:
        file = Path(name[2])
        file.parent.mkdir(parents=True, exist_ok=True)
        # The remark is the guide's in CSV, which knows no remarks, and where it names a file that there is.
        rest = block.text.partition("\n")[2]
        text = rest if name[1] or file.suffix == ".csv" else block.text
        file.write_text(with_parts(file.read_text("utf-8"), text) if name[1] else text, encoding="utf-8")


def with_parts(text: str, parts: str) -> str:
    """A YAML file with these parts: entry by entry where they have entries, else in place of its own of that name."""
    for part in PART.finditer(parts):
        own = named(text, part)
        entries = list(ENTRY.finditer(part[0]))
        if own is None:
            text = f"{text}\n{part[0]}"
        else:
            text = (
                text[: own.start()]
                + (with_entries(own[0], entries) if entries else part[0])
                + text[own.end() :]
            )
    return text


def with_entries(part: str, entries: list[re.Match[str]]) -> str:
    """A part of a YAML file with these entries in place of its own of the same name, or at its end."""
    for entry in entries:
        own = named(part, entry)
        part = part[: own.start()] + entry[0] + part[own.end() :] if own else part + entry[0]
    return part


def named(text: str, key: re.Match[str]) -> re.Match[str] | None:
    """What stands in the text under the same key as this one, found by the same pattern."""
    return next((each for each in key.re.finditer(text) if each[1] == key[1]), None)


DO = {
    "console": run_console,
    "python": run_python,
    "yaml": write_file,
    "csv": write_file,
    "markdown": write_file,
    "text": write_file,
}


@pytest.fixture
def like_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the policies, scenarios and schemas of the checkout, in which a reader would type."""
    for folder in ("policies", "schemas", "tests/scenarios"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_does_what_it_says(guide: str, like_a_checkout: Path) -> None:
    for block in blocks(guide):
        DO.get(block.language, lambda _: None)(block)


def shipped_versions() -> Iterator[str]:
    """The name of every shipped policy and intake, once for each version."""
    library = PolicyLibrary()
    names = [*library.names(), *(f"{authority}/intake" for authority in library.authorities())]
    return (name for name in names for _ in library.examine(name))


def test_policies_of_ones_own_add_to_the_shipped_ones_and_stand_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path("policies/mytown/children-statutory.yaml")
    own.parent.mkdir(parents=True)
    own.write_text(
        "policy: mytown/children-statutory\ntitle: Mytown\nextends: england/children-statutory\n"
        'in_force: {from: "2026-01-01"}\n',
        encoding="utf-8",
    )
    changed = (CHECKOUT / "policies/redbridge/education.yaml").read_text(encoding="utf-8")
    own = Path("policies/redbridge/education.yaml")
    own.parent.mkdir()
    own.write_text(re.sub("^title: .*", "title: Ours", changed, flags=re.MULTILINE), encoding="utf-8")
    shown = typed("duecourse show").splitlines()
    listed = [line for line in shown if not line.startswith(" ")]
    assert listed == sorted([*shipped_versions(), "mytown/children-statutory"])
    assert shown[shown.index("redbridge/education") + 1] == "  Ours"
    assert typed("duecourse due mytown/children-statutory stage_1 --from 2026-05-01").startswith(
        "stage_1: due Mon 18 May 2026"
    )
