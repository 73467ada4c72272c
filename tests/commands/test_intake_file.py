"""`intake` of a file that is in no library, and values that are typed at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.commands.decisions import value_of
from engine.errors import UsageError
from engine.policy.model import About, Fact

if TYPE_CHECKING:
    from pathlib import Path


def test_the_procedures_of_a_file_are_found_beside_it(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder, elsewhere = tmp_path / "policies", tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = ("--in-force", "2026-05-01", "--in", str(folder), "--scenarios", str(tmp_path / "scenarios"))
    assert run("new", "mytown/complaints", *where).status == 0
    assert run("new", "mytown/intake", "--policies", str(folder), *where).status == 0
    monkeypatch.chdir(elsewhere)
    facts = ("--fact", "subject=our_services", "--fact", "happened=2026-04-01")
    done = run("intake", str(folder / "mytown" / "intake.yaml"), "--received", "2026-05-01", *facts)
    assert done.status == 0
    assert "mytown/complaints (in force from Fri 1 May 2026)" in done.out


@pytest.mark.parametrize(
    "facts", [("subject.a=school", "subject=education"), ("subject=education", "subject.a=school")]
)
def test_one_value_and_values_by_point_are_not_mixed_in_any_order(run, facts: tuple[str, str]):
    typed = [each for fact in facts for each in ("--fact", fact)]
    done = run("intake", "redbridge", "--received", "2026-05-01", *typed)
    assert done.status == 2
    assert "subject is given as one value and by point" in done.err


@pytest.mark.parametrize("kind", ["choice", "count"])
def test_a_number_of_too_many_digits_is_no_answer(kind):
    fact = Fact("count_of_issues", "How many?", kind, ("few", "many"), False, (), About())
    with pytest.raises(UsageError, match="count_of_issues"):
        value_of(fact, "9" * 5000)
