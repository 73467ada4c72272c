"""`picture` typed on the command line."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from engine.commands import main


@pytest.fixture
def run(capsys):
    def typed(*arguments):
        status = main(arguments)
        return status, *capsys.readouterr()

    return typed


def test_the_outline_is_what_is_shown_first(run):
    status, out, _ = run("picture", "southwark/corporate")
    assert status == 0
    assert "\n\n1. Nothing has happened yet\n   opening; start\n" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("form", "begins"), [("svg", "<svg "), ("dot", "digraph "), ("mermaid", "flowchart TD")]
)
@pytest.mark.parametrize("name", ["southwark/corporate", "southwark/intake"])
def test_policies_and_intakes_are_drawn_in_every_format(run, name, form, begins):
    status, out, err = run("picture", name, "--format", form)
    assert (status, err) == (0, "")
    assert out.startswith(begins)


def test_what_is_written_is_what_would_be_shown(run, tmp_path):
    file = tmp_path / "picture.svg"
    status, out, err = run("picture", "southwark/corporate", "--format", "svg", "--write", str(file))
    assert (status, out, err) == (0, "", f"wrote {file}\n")
    assert file.read_text(encoding="utf-8") == run("picture", "southwark/corporate", "--format", "svg")[1]


def test_a_wide_picture_is_wide(run):
    narrow, wide = (
        ET.fromstring(run("picture", "southwark/corporate", "--format", "svg", *more)[1])  # noqa: S314 - our own text
        for more in ([], ["--wide"])
    )
    assert (narrow.get("width"), wide.get("width")) == ("390", "760")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["southwark/corporat"], 'did you mean "southwark/corporate"?'),
        (["southwark/corporate", "--wide"], "--wide is for --format svg"),
        (["southwark/corporate", "--format", "png"], "'png' is not one of"),
        (["southwark/corporate", "--format", "mermiad"], 'did you mean "mermaid"?'),
        (
            ["richmond/corporate@2024-04-01", "--as-of", "2026-05-01"],
            "is the name of one version, and --as-of 2026-05-01 names one too",
        ),
        (
            ["policies/richmond/corporate.yaml", "--as-of", "2026-05-01"],
            "is a file, which states one version",
        ),
        (["southwark/corporate@2020-01-01"], "its versions start on"),
        (["southwark/corporate", "--write", "nowhere/at/all.svg"], "nowhere/at/all.svg"),
    ],
)
def test_what_cannot_be_drawn_is_wrong_usage(run, typed, message):
    status, out, err = run("picture", *typed)
    assert (status, out) == (2, "")
    assert message in err


def test_an_earlier_version_can_be_drawn(run):
    assert "in force from Mon 1 Apr 2024" in run("picture", "richmond/corporate@2024-04-01")[1]
    assert "in force from Mon 1 Apr 2024" in run("picture", "richmond/corporate", "--as-of", "2025-01-01")[1]


@pytest.mark.parametrize("command", [["picture", "town/complaints"], ["show", "town"]])
def test_a_title_turns_nothing_round(run, tmp_path, command):
    file = tmp_path / "town" / "complaints.yaml"
    file.parent.mkdir()
    file.write_text(
        "policy: town/complaints\ntitle: One \u202e turned\nextends: england/corporate\n"
        'in_force: {from: "2026-01-01"}\n',
        encoding="utf-8",
    )
    status, out, _ = run(*command, "--policies", str(tmp_path))
    assert (status, "\u202e" in out, "One \\u202e turned" in out) == (0, False, True)
