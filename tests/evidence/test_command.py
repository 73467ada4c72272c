"""`check --sources DIR` as it is typed."""

from __future__ import annotations

import pytest

from engine.commands import main
from tests.evidence.test_evidence import POLICY, TEXT


@pytest.fixture
def folder(tmp_path):
    """A folder of policies with one."""
    town = tmp_path / "policies" / "town"
    town.mkdir(parents=True)
    cite = '{page: "Stage 1: the manager", law: regulation 14}'
    (town / "complaints.yaml").write_text(POLICY.format(length="12 working days", more="", cite=cite))
    return tmp_path / "policies"


def test_what_is_found_and_what_was_looked_at(folder, tmp_path, capsys):
    (tmp_path / "copies" / "town").mkdir(parents=True)
    (tmp_path / "copies" / "town" / "page.txt").write_text(TEXT)
    copies = tmp_path / "copies"
    status = main(
        ["check", str(folder), "--sources", str(copies), "--format", "plain", "--fail-on", "information"]
    )
    captured = capsys.readouterr()
    file = folder / "town" / "complaints.yaml"
    told = captured.out.splitlines()
    assert (
        f'{file}:13:15: information[number-not-in-source]: what "reply" cites does not say 12 working days'
        in told
    )
    assert captured.err == (
        f"1 cited figure held against 1 text in {copies}; of 1 cited source there is no copy: town/complaints: law\n"
    )
    assert status == 1


def test_without_the_option_nothing_is_held_against_anything(folder, capsys):
    main(["check", str(folder), "--format", "plain"])
    captured = capsys.readouterr()
    assert "not-in-source" not in captured.out
    assert captured.err == ""


def test_a_folder_that_is_not_there(folder, tmp_path, capsys):
    assert main(["check", str(folder), "--sources", str(tmp_path / "nowhere")]) == 2
    assert f"{tmp_path / 'nowhere'} is not a folder of source texts" in capsys.readouterr().err


def test_a_remark_silences_what_is_found(folder, tmp_path, capsys):
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "page.txt").write_text(TEXT)
    file = folder / "town" / "complaints.yaml"
    remark = "  # duecourse: ignore[number-not-in-source] because the leaflet has it\n"
    file.write_text(file.read_text().replace("  reply:", f"{remark}  reply:"))
    main(["check", str(folder), "--sources", str(tmp_path / "copies"), "--format", "plain"])
    assert "number-not-in-source" not in capsys.readouterr().out
    # Not looked for, it is not said to silence nothing.
    main(["check", str(folder), "--format", "plain"])
    assert "unused-ignore" not in capsys.readouterr().out
