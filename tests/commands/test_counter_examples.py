"""`check --write-scenarios`: what is found becomes scenario files, which `replay` reproduces."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.commands.conftest import CHECKOUT

LAB = CHECKOUT / "tests" / "policy" / "bad" / "library" / "lab"
# Findings of which a story can be told, and the policy that has each.
SHOWN = ("dead-end", "overlapping-rules", "overlapping-points", "overlapping-after", "overlapping-anywhere")


@pytest.fixture
def folder(tmp_path):
    """A folder of policies with the small one and some that are wrong."""
    lab = tmp_path / "policies" / "lab"
    lab.mkdir(parents=True)
    for name in ("base", "lawful", *SHOWN):
        shutil.copy(LAB / f"{name}.yaml", lab)
    return tmp_path / "policies"


def test_findings_become_scenarios_that_replay(run, folder, tmp_path):
    stories = tmp_path / "stories"
    done = run("check", str(folder), "--write-scenarios", str(stories), "--format", "json")
    assert done.status == 1
    assert json.loads(done.out)["problems"], "what is written is told apart from the findings"
    written = sorted(file.name for file in stories.iterdir())
    expected = {
        f"lab-{name}-{'dead-end' if name == 'dead-end' else 'overlapping-rules'}-1.scenarios.yaml"
        for name in SHOWN
    }
    assert expected <= set(written)
    assert (
        sorted(line.rpartition("/")[2] for line in done.err.splitlines() if line.startswith("wrote"))
        == written
    )

    replayed = run("replay", str(stories), "--policies", str(folder), "--format", "json")
    assert replayed.status == 0, replayed.out + replayed.err
    told = json.loads(replayed.out)
    assert [each["outcome"] for file in told["files"] for each in file["verdicts"]] == ["passed"] * len(
        written
    )


def test_a_story_fails_once_the_policy_is_put_right(run, folder, tmp_path):
    stories = tmp_path / "stories"
    file = folder / "lab" / "overlapping-rules.yaml"
    run("check", str(file), "--write-scenarios", str(stories), "--policies", str(folder))
    shutil.copy(LAB / "base.yaml", file)
    file.write_text(file.read_text().replace("policy: lab/base", "policy: lab/overlapping-rules"))
    done = run("replay", str(stories), "--policies", str(folder))
    assert done.status == 1
    assert "1 failed" in done.out


def test_nothing_is_overwritten(run, folder, tmp_path):
    stories = tmp_path / "stories"
    arguments = ("check", str(folder / "lab" / "dead-end.yaml"), "--write-scenarios", str(stories))
    run(*arguments)
    file = stories / "lab-dead-end-dead-end-1.scenarios.yaml"
    assert run(*arguments).err.splitlines()[0] == f"{file} is there already"
    file.write_text("scenarios_for: lab/mine\n")
    assert (
        run(*arguments).err.splitlines()[0]
        == f"{file} is there already, with another text; it was left as it is"
    )
    assert file.read_text() == "scenarios_for: lab/mine\n"


def test_a_finding_without_a_story_is_named(run, folder, tmp_path):
    # Stage 2 is no end and nothing leads on; nothing leads there either.
    file = folder / "lab" / "lost.yaml"
    file.write_text(
        'policy: lab/lost\nextends: lab/base\nin_force: {from: "2020-01-01"}\n'
        "stages: {lost: {title: Lost, owner: manager}}\n"
    )
    done = run("check", str(file), "--policies", str(folder), "--write-scenarios", str(tmp_path / "stories"))
    assert f"no story was found for dead-end at {file}:4:10" in done.err.splitlines()
    assert not list((tmp_path / "stories").glob("lab-lost-dead-end-*"))


def test_nothing_to_tell(run, tmp_path):
    folder = tmp_path / "policies" / "lab"
    folder.mkdir(parents=True)
    file = folder / "whole.yaml"
    text = (LAB / "base.yaml").read_text().replace("policy: lab/base", "policy: lab/whole")
    file.write_text(text.replace("go_to: stage_1", "go_to: nowhere"))
    done = run("check", str(file), "--write-scenarios", str(tmp_path / "stories"))
    assert (done.status, done.err) == (1, "nothing was found of which a story could be told\n")
    assert not (tmp_path / "stories").exists()


def test_a_folder_that_cannot_be_written_to(run, folder, tmp_path):
    (tmp_path / "stories").write_text("a file")
    done = run("check", str(folder / "lab" / "dead-end.yaml"), "--write-scenarios", str(tmp_path / "stories"))
    assert done.status == 2
    assert f"cannot write to {tmp_path / 'stories'}" in done.err


def test_a_policy_with_other_errors_still_stops_a_replay(run, folder, tmp_path):
    stories = tmp_path / "stories"
    file = folder / "lab" / "dead-end.yaml"
    run("check", str(file), "--policies", str(folder), "--write-scenarios", str(stories))
    story = stories / "lab-dead-end-dead-end-1.scenarios.yaml"
    text = story.read_text()
    assert "despite: [dead-end]\n" in text
    story.write_text(text.replace("despite: [dead-end]", "despite: [overlapping-rules]"))
    done = run("replay", str(story), "--policies", str(folder))
    assert done.status == 2
    assert "dead-end" in done.err + done.out


def test_despite_is_nothing_for_an_intake(run, tmp_path):
    file = tmp_path / "x.scenarios.yaml"
    file.write_text(
        "intake_for: redbridge\ndespite: [dead-end]\nscenarios:\n"
        '  - {name: A, received: "2026-05-01", decision: {needs: [subject]}}\n'
    )
    done = run("check", str(file), "--format", "plain")
    assert done.out.replace(f"{file}:", "") == (
        "2:1: error[not-together]: `despite` is for scenarios about a policy\n"
    )
