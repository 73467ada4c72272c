"""The hooks for pre-commit call commands that there are, for the files that they are about."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load(  # noqa: TID251 - a list, which the reader of policies does not take
        (CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
}


def test_there_is_a_hook_to_check_and_one_to_replay():
    assert sorted(HOOKS) == ["duecourse-check", "duecourse-replay"]


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("policies/redbridge/corporate.yaml", True),
        ("policies/redbridge/corporate@2024-04-01.yaml", True),
        ("council/policies/mytown/intake.yml", True),
        ("tests/scenarios/redbridge/corporate.scenarios.yaml", True),
        ("policies/CHECKS.md", False),
        ("schemas/policy.schema.json", False),
        (".github/workflows/check.yaml", False),
        ("mypolicies/a.yaml", False),
    ],
)
def test_a_hook_is_run_for_policies_and_scenarios(name, file, wanted):
    assert (re.search(HOOKS[name]["files"], file) is not None) == wanted


def test_the_check_passes_for_every_shipped_file_that_it_is_run_for(run):
    program, *arguments = shlex.split(HOOKS["duecourse-check"]["entry"])
    files = [str(file.relative_to(CHECKOUT)) for file in (CHECKOUT / "policies").rglob("*.yaml")]
    assert program == "duecourse"
    assert len(files) > 20
    done = run(*arguments, *files)
    assert (done.status, f"{len(files)} files checked: " in done.out) == (0, True)


def test_the_replay_needs_no_file_names(run, tmp_path, monkeypatch):
    hook = HOOKS["duecourse-replay"]
    program, *arguments = shlex.split(hook["entry"])
    assert (program, hook["pass_filenames"], hook["args"]) == ("duecourse", False, ["tests/scenarios"])
    assert run(*arguments, "tests/scenarios/redbridge").status == 0
