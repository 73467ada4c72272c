"""What is shipped: the wheel, installed in a fresh environment and used from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a checkout has that no build needs; and folders where others may be writing.
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "dist", "build", "*.egg-info")

pytestmark = pytest.mark.slow


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program away from the checkout, with nothing of this process' paths."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DUECOURSE", "COV"))
    }
    return subprocess.run(
        [str(each) for each in arguments], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own files and nothing else."""
    copy = tmp_path_factory.mktemp("source") / "duecourse"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    if not (copy / "README.md").exists():
        (copy / "README.md").write_text("# Duecourse\n")
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that pip builds; skipped where the build backend cannot be had."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--wheel-dir", folder, source, cwd=folder,
    )  # fmt: skip
    if done.returncode and ("hatchling" in done.stderr or "connection" in done.stderr.lower()):
        pytest.skip(
            f"the package index cannot be reached for the build backend: {done.stderr.strip().splitlines()[-1]}"
        )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("duecourse-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel installed; libraries come from the present one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    _lend_libraries(packages)
    done = run(
        sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet",
        "--disable-pip-version-check", "--no-deps", "--no-index", wheel, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def _lend_libraries(packages: Path) -> None:
    """Make the libraries of this environment importable there, without Duecourse itself and without a network."""
    import sysconfig

    for library in Path(sysconfig.get_paths()["purelib"]).iterdir():
        ours = library.name.startswith(("duecourse", "_duecourse", "__editable__", "pip", "_virtualenv"))
        if not ours and library.suffix != ".pth" and library.name != "__pycache__":
            (packages / library.name).symlink_to(library)


def test_the_wheel_holds_one_top_level_name_with_policies_and_schemas(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"engine"}
    shipped = {name for name in names if name.startswith("engine/_shipped/")}
    assert "engine/_shipped/policies/redbridge/children-statutory.yaml" in shipped
    assert "engine/_shipped/schemas/policy.schema.json" in shipped
    assert "engine/py.typed" in names
    wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / "policies").glob("*/*.yaml")}
    assert {f"engine/_shipped/{name}" for name in wanted} <= shipped


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["check"], "files checked: "),
        (["show"], "redbridge/children-statutory"),
        (["help", "bare-days"], "bare-days: Days without saying which"),
        (
            ["due", "redbridge/children-statutory", "stage_1", "--from", "2026-05-01"],
            "stage_1: due Mon 18 May 2026",
        ),
        (["--version"], "duecourse 0."),
    ],
    ids=["check", "show", "help", "due", "version"],
)
def test_the_installed_command_works_in_an_empty_folder(environment, tmp_path, typed, expected):
    done = run(environment / "duecourse", *typed, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert expected in done.stdout


def test_the_installed_command_replays_scenarios(environment, tmp_path):
    shutil.copytree(ROOT / "tests" / "scenarios", tmp_path / "scenarios")
    done = run(environment / "duecourse", "replay", tmp_path / "scenarios", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_installed_package_is_the_one_in_the_environment(environment, tmp_path):
    code = "import engine; from engine.shipped import shipped; print(engine.__file__, shipped('policies'))"
    done = run(environment / "python", "-c", code, cwd=tmp_path)
    assert all(place.startswith(str(environment.parent)) for place in done.stdout.split())


def test_pytest_finds_the_plugin_and_runs_scenarios_with_nothing_said(environment, tmp_path):
    shutil.copytree(ROOT / "tests" / "scenarios" / "redbridge", tmp_path / "redbridge")
    done = run(
        environment / "python",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "timetable",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    (tmp_path / "broken.scenarios.yaml").write_text("scenarios_for: redbridge/education\n")
    done = run(
        environment / "python",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "broken.scenarios.yaml",
        cwd=tmp_path,
    )
    assert done.returncode != 0
    assert "error[missing-key]: " in done.stdout
