"""What the shipped scenarios prove of the shipped policies: every rule and limit is shown, and changes are noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands import main
from engine.policy.library import PolicyLibrary

CHECKOUT = Path(__file__).resolve().parents[2]
LIBRARY = PolicyLibrary([CHECKOUT / "policies"])
VERSIONS = [
    *(f"{policy.id}@{policy.in_force_from}" for name in LIBRARY.names() for policy in LIBRARY.versions(name)),
    *(f"{authority}/intake" for authority in LIBRARY.authorities()),
]


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch):
    monkeypatch.chdir(CHECKOUT)


def test_every_rule_and_limit_of_every_version_is_covered(capsys):
    asked = (
        "--coverage",
        "--cover",
        "rules",
        "--cover",
        "limits",
        "--fail-under",
        "100",
        "--format",
        "quiet",
    )
    status = main(["replay", "tests/scenarios", *asked])
    said = capsys.readouterr().out
    assert status == 0, said
    named = [line for line in said.splitlines() if line.endswith("100 %, all covered")]
    assert len(named) == len(VERSIONS)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_of_its_own_changes_at_least_nineteen_in_twenty_are_noticed(version, capsys):
    status = main(["mutate", version, "--scenarios", "tests/scenarios", "--fail-under", "95"])
    assert status == 0, capsys.readouterr().out
