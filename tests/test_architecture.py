"""The layers and the homes of libraries, read from the imports of every file."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]

# From the top down: a module imports from lines below its own, or from its own package.
LAYERS = (
    {"cli", "engine.pytest_plugin"},
    {"engine.commands"},
    {"engine"},
    {"engine.reports"},
    {"engine.drawing"},
    {"engine.mutating", "engine.fuzzing", "engine.stepping"},
    {"engine.generating"},
    {"engine.coverage"},
    {"engine.replay"},
    {"engine.probing"},
    {"engine.comparing"},
    {"engine.intakes"},
    {"engine.cases"},
    {"engine.evidence"},
    {"engine.policy"},
    {"engine.deadlines"},
    {"engine.documents", "engine.calendars"},
    {"engine.shipped"},
    {"engine.errors"},
    {"engine.problems"},
)
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}

# Where a library may be imported; its types do not leave there.
HOMES = {
    "click": "engine.commands",
    "yaml": "engine.documents",
    "jsonschema": "engine.documents",
    "holidays": "engine.calendars.bank_holidays",
    "transitions": "engine.cases.machine",
    "pytest": "engine.pytest_plugin",
}
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
}

FILES = sorted([*ROOT.glob("engine/**/*.py"), ROOT / "cli.py"])
NAMES = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in FILES]
MODULES = dict(zip(NAMES, FILES, strict=True))


def layer_of(module: str) -> str | None:
    """The longest name in the layers that this module is or lies in; the bare package holds nothing else."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in DEPTH and (name != "engine" or module == "engine"):
            return name
    return None


def imports_of(file: Path) -> Iterator[tuple[str, int]]:
    """Every module a file imports, wherever in it, with the line; `from package import module` counts as both."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in inner if name in MODULES]
            yield from ((name, node.lineno) for name in modules or [node.module])


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_layer(module):
    assert layer_of(module) is not None, f"place {module} in LAYERS"


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module):
    own = layer_of(module)
    wrong = [
        f"line {line}: {imported}"
        for imported, line in imports_of(MODULES[module])
        if imported.split(".")[0] in ("engine", "cli")
        and (other := layer_of(imported)) != own
        and (other is None or DEPTH[other] <= DEPTH[own])
    ]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
def test_each_library_has_one_home(module):
    wrong = [
        f"line {line}: {imported}"
        for imported, line in imports_of(MODULES[module])
        for home in [HOMES.get(imported.split(".")[0])]
        if home is not None and not f"{module}.".startswith(f"{home}.")
    ]
    assert wrong == []


@pytest.mark.parametrize("module", [name for name in MODULES if name != "engine.commands.clock"])
def test_nothing_reads_a_clock_but_the_command_line(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    reads = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCKS
    ]
    assert reads == []


@pytest.mark.parametrize(
    "module", [name for name in MODULES if name not in ("cli", "engine.commands.output")]
)
def test_nothing_below_the_commands_prints_or_exits(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    calls = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls.isdisjoint({"print", "input", "eval", "exec", "compile", "breakpoint"})


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_knows(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{module} has no docstring"


def test_public_names_are_all_there():
    import engine

    assert {name for names in engine._HOMES.values() for name in names} == set(engine.__all__)
    for name in engine.__all__:
        assert getattr(engine, name).__module__.startswith("engine.")
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = engine.nothing_such
