"""`new`: what it writes is right as it stands and as it is uncommented, and nothing is ever overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.policy import PolicyLibrary

CHECKOUT = Path(__file__).resolve().parents[2]
LIBRARY = PolicyLibrary()
VERSIONS = [each.policy for name in LIBRARY.names() for each in LIBRARY.examine(name) if each.policy]
INTAKES = [
    each.intake
    for authority in LIBRARY.authorities()
    for each in LIBRARY.examine(f"{authority}/intake")
    if each.intake
]
POLICY = Path("policies/mytown/complaints.yaml")
STORY = Path("tests/scenarios/mytown/complaints.scenarios.yaml")


@pytest.fixture
def new(run, tmp_path, monkeypatch):
    """Type `duecourse new` in an empty folder; the other commands then find what it wrote."""
    monkeypatch.chdir(tmp_path)

    def typed(*arguments: str):
        return run("new", *arguments)

    return typed


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_without_a_base_it_writes_a_small_whole_procedure(new, run, tmp_path):
    done = new("mytown/complaints", "--in-force", "2026-05-01")
    assert (done.status, done.err) == (0, "")
    assert run("check", "policies", "tests").out == "2 files checked: no problems\n"
    assert run("replay", "tests/scenarios").status == 0
    assert [path for path in done.out.split() if path.endswith((".yaml", ".json"))][:2] == [
        str(POLICY),
        str(STORY),
    ]
    # 1 May is a Friday, 4 May a bank holiday: 5-8 = 1-4; 11-15 = 5-9; 18 = 10.
    assert 'due: {acknowledgement: "2026-05-07", stage_1: "2026-05-18"}' in STORY.read_text(encoding="utf-8")
    shown = run("show", "mytown/complaints").out
    assert 'title: "Complaints, Mytown"' in shown


@pytest.mark.parametrize("base", VERSIONS, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
def test_on_every_shipped_base_it_checks_clean_and_its_story_passes(new, run, base):
    done = new("mytown/complaints", "--from", base.id, "--in-force", str(base.in_force_from))
    assert (done.status, done.err) == (0, "")
    assert run("check", "policies", "tests").out == "2 files checked: no problems\n"
    assert run("replay", "tests/scenarios").out.endswith("1 scenario: 1 passed\n")


@pytest.mark.parametrize("base", VERSIONS, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
def test_uncommented_it_says_what_the_base_says(new, run, base):
    new("mytown/complaints", "--from", base.id, "--in-force", str(base.in_force_from))
    text = POLICY.read_text(encoding="utf-8")
    POLICY.write_text(re.sub(r"^# (?!yaml-language)", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert run("check", "policies").out == "1 file checked: no problems\n"
    (ours,) = PolicyLibrary(["policies", CHECKOUT / "policies"]).versions("mytown/complaints")
    for section in ("calendars", "facts", "people", "events", "letters", "stages", "limits"):
        assert getattr(ours, section).keys() == getattr(base, section).keys()
        assert text.count(f"\n# {section}:\n") == bool(getattr(base, section))
    assert {name: figures(limit) for name, limit in ours.limits.items()} == {
        name: figures(limit) for name, limit in base.limits.items()
    }
    assert [behaviour(rule) for rule in ours.rules()] == [behaviour(rule) for rule in base.rules()]


def figures(limit):
    return (
        limit.length,
        [case.length for case in limit.cases],
        limit.up_to,
        limit.starts,
        limit.met_by,
        limit.force,
    )


def behaviour(rule):
    return (
        rule.id,
        rule.when,
        rule.overdue,
        rule.condition,
        rule.within,
        rule.after,
        rule.go_to,
        rule.send,
        rule.reaches,
    )


def test_every_limit_of_the_base_stands_there_with_its_figure(new):
    new("mytown/complaints", "--from", "england/children-statutory", "--in-force", "2026-05-01")
    text = POLICY.read_text(encoding="utf-8")
    assert "extends: england/children-statutory\n" in text
    assert (
        "#   stage_1: {is: 10 working days, up_to: 20 working days, force: must, basis: local, cite: {page: the heading}}"
        in text.splitlines()
    )
    assert "#   ## Hold the review panel: from" in text


def test_a_version_of_the_base_can_be_pinned(new, run):
    done = new("mytown/complaints", "--from", "richmond/corporate@2024-04-01", "--in-force", "2026-05-01")
    assert done.status == 0
    assert run("check", "policies").out == "1 file checked: no problems\n"
    assert "extends: richmond/corporate@2024-04-01\n" in POLICY.read_text(encoding="utf-8")


def test_the_first_day_is_today_unless_said(new, monkeypatch):
    from datetime import date

    monkeypatch.setattr("engine.commands.clock.today", lambda: date(2026, 5, 1))
    new("mytown/complaints")
    assert 'in_force: {from: "2026-05-01"}\n' in POLICY.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["MyTown/Complaints"], 'write "mytown/complaints"'),
        (["my town/complaints"], 'write "my-town/complaints"'),
        (["../complaints"], "a name looks like mytown/corporate"),
        (["mytown/.."], "a name looks like mytown/corporate"),
        (["complaints"], "a name looks like mytown/corporate"),
        (["a/b/c"], "a name looks like mytown/corporate"),
        (["/complaints"], "a name looks like mytown/corporate"),
        (["mytown/1st"], "a name looks like mytown/corporate"),
        (["mytown/complaints@2026-01-01"], "a name looks like mytown/corporate"),
        (["mytown/nul"], '"nul" cannot be a part of a name'),
        (["schemas/complaints"], '"schemas" cannot be a part of a name'),
        (["mytown/x", "--from", "england/corprate"], 'did you mean "england/corporate"?'),
        (["mytown/x", "--from", "mytown/x"], "cannot build on itself"),
        (["mytown/x", "--from", "england/corporate@2020-01-01"], "its versions start on: 2024-04-01"),
        (
            ["mytown/x", "--from", "england/corporate", "--in-force", "2020-01-01"],
            "is in force on 2020-01-01",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_and_nothing_is_written(new, tmp_path, typed, expected):
    done = new(*typed)
    assert (done.status, done.out) == (2, "")
    assert expected in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [POLICY, STORY])
def test_what_is_there_is_never_overwritten(new, tmp_path, there):
    there.parent.mkdir(parents=True)
    there.write_text("mine\n", encoding="utf-8")
    done = new("mytown/complaints", "--in-force", "2026-05-01")
    assert (done.status, done.err) == (2, f"error: {there} is there already; nothing was written\n")
    assert files_in(tmp_path) == {there.as_posix()}
    assert there.read_text(encoding="utf-8") == "mine\n"


def test_it_writes_all_files_or_none(new, tmp_path):
    Path("tests").write_text("a file where a folder should be\n", encoding="utf-8")
    done = new("mytown/complaints", "--in-force", "2026-05-01")
    assert done.status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["tests"]


@pytest.mark.parametrize("in_a_checkout", [True, False])
def test_the_first_line_leads_the_editor_to_the_schema(new, tmp_path, in_a_checkout):
    if in_a_checkout:
        (tmp_path / "schemas").symlink_to(CHECKOUT / "schemas")
    new("mytown/complaints", "--in-force", "2026-05-01")
    for file, schema in ((POLICY, "policy"), (STORY, "scenarios")):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        path = file.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert path.read_bytes() == (CHECKOUT / f"schemas/{schema}.schema.json").read_bytes()
    assert (tmp_path / "policies/schemas").is_dir() is not in_a_checkout


# --- Intakes ---------------------------------------------------------------------------------------------------


def test_a_small_intake_leads_to_the_procedure_there_is(new, run):
    new("mytown/complaints", "--in-force", "2026-05-01")
    done = new("mytown/intake", "--in-force", "2026-05-01")
    assert (done.status, done.err) == (0, "")
    assert run("check", "policies", "tests").out == "4 files checked: no problems\n"
    assert run("replay", "tests/scenarios").out.endswith("3 scenarios: 3 passed\n")
    first = Path("policies/mytown/intake.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/intake.schema.json"


def own_procedures(new, base):
    """Write every procedure to which the base's routes lead, under the new authority."""
    under = {route.accept_under for route in base.routes.values() if route.accept_under}
    for name in sorted(under):
        authority, procedure = name.split("/")
        if authority == base.id:
            assert (
                new(f"mytown/{procedure}", "--from", name, "--in-force", str(base.in_force_from)).status == 0
            )


@pytest.mark.parametrize("base", INTAKES, ids=lambda intake: f"{intake.id}@{intake.in_force_from}")
def test_an_intake_on_every_shipped_base_checks_clean_and_its_story_passes(new, run, base):
    own_procedures(new, base)
    done = new("mytown/intake", "--from", base.id, "--in-force", str(base.in_force_from))
    assert (done.status, done.err) == (0, "")
    intake = Path("policies/mytown/intake.yaml")
    assert run("check", str(intake), "tests/scenarios/mytown/intake.scenarios.yaml").out == (
        "2 files checked: no problems\n"
    )
    replayed = run("replay", "tests/scenarios/mytown/intake.scenarios.yaml").out
    assert "passed  What is asked first\n  passed  A complaint that is accepted\n" in replayed
    text = intake.read_text(encoding="utf-8")
    intake.write_text(re.sub(r"^# (?!yaml-language)", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert run("check", str(intake)).out == "1 file checked: no problems\n"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["mytown/intake"], "begin with `duecourse new mytown/complaints`"),
        (
            ["mytown/intake", "--from", "england", "--in-force", "2026-05-01"],
            "there is no policy mytown/corporate",
        ),
        (["mytown/intake", "--from", "engand"], 'did you mean "england"?'),
        (["england/intake", "--from", "england"], "england cannot build on itself"),
    ],
    ids=["no-procedure", "no-procedures-of-the-base", "unknown-base", "itself"],
)
def test_an_intake_that_leads_nowhere_is_refused(new, tmp_path, typed, expected):
    done = new(*typed)
    assert (done.status, done.out) == (2, "")
    assert expected in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_intake_begins_no_earlier_than_its_procedures(new):
    new("mytown/complaints", "--in-force", "2026-05-01")
    done = new("mytown/intake", "--in-force", "2026-04-30")
    assert done.status == 2
    assert "no version of mytown/complaints is in force on 2026-04-30" in done.err


# --- Elsewhere -------------------------------------------------------------------------------------------------


def test_other_folders_may_be_named(new, run, tmp_path):
    done = new("mytown/complaints", "--in", "ours", "--scenarios", "stories", "--in-force", "2026-05-01")
    assert "duecourse check ours/mytown/complaints.yaml --policies ours" in done.out
    assert run("check", "ours", "stories", "--policies", "ours").out == "2 files checked: no problems\n"
    assert {path.name for path in tmp_path.iterdir()} == {"ours", "stories"}
    # A policy there may be built on.
    assert (
        new("mytown/other", "--in", "ours", "--from", "mytown/complaints", "--in-force", "2026-05-01").status
        == 0
    )


@pytest.mark.parametrize("name", ["null", "true", "no"])
def test_a_name_that_yaml_takes_for_something_else_is_quoted(new, run, name):
    assert new(f"{name}/{name}", "--in-force", "2026-05-01").status == 0
    assert new(f"{name}/intake", "--in-force", "2026-05-01").status == 0
    assert run("check", "policies", "tests").out == "4 files checked: no problems\n"
    assert run("replay", "tests/scenarios").out.endswith("3 scenarios: 3 passed\n")
    other = new(f"{name}/other", "--from", f"{name}/{name}", "--in-force", "2026-05-01")
    assert other.status == 0


@pytest.mark.parametrize("base", ["elsewhere/intakes", "elsewhere/intakes@2026-05-01"])
def test_only_the_word_intake_is_left_out_of_the_name_of_a_base(new, base):
    done = new("mytown/intake", "--from", base)
    assert done.status == 2
    assert 'no intake of "elsewhere/intakes"' in done.err
