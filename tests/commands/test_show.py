"""`show`: the list, a policy resolved, and where each value comes from."""

from __future__ import annotations

import json

import pytest

from engine.documents import read_text
from engine.policy.library import PolicyLibrary

NAMES = PolicyLibrary().names()


def test_the_list_names_every_policy_and_intake(run):
    done = run("show")
    assert done.status == 0
    library = PolicyLibrary()
    versions = [policy.id for name in NAMES for policy in library.versions(name)]
    intakes = [intake.id for name in library.authorities() for intake in library.intakes(name)]
    shown = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert shown == sorted([*versions, *(f"{authority}/intake" for authority in intakes)])
    listed = json.loads(run("show", "--format", "json").out)
    assert [each["policy"] for each in listed["policies"]] == versions
    assert [each["authority"] for each in listed["intakes"]] == intakes


def test_the_list_can_be_that_of_an_authority(run):
    shown = [line for line in run("show", "southwark").out.splitlines() if not line.startswith(" ")]
    assert shown == ["southwark/children-statutory", "southwark/corporate", "southwark/intake"]


def test_one_thing_of_a_policy_is_shown_where_it_stands(run):
    shown = read_text(run("show", "redbridge/children-statutory", "stage_2_report").out, "shown.yaml").data
    assert shown.keys() == {"limits"}
    assert shown["limits"]["stage_2_report"]["is"] == "25 working days"
    rule = read_text(run("show", "redbridge/children-statutory", "stage_1.answered").out, "shown.yaml").data
    assert rule.keys() == {"stages"}
    assert rule["stages"]["stage_1"].keys() == {"next"}
    assert rule["stages"]["stage_1"]["next"]["answered"]["when"] == "stage_1_response_sent"


def test_what_is_called_alike_is_shown_together_unless_the_kind_is_named(run):
    both = json.loads(run("show", "redbridge/children-statutory", "stage_1", "--format", "json").out)
    assert set(both) == {"limits", "stages", "anywhere"}
    limit = json.loads(run("show", "redbridge/children-statutory", "limits.stage_1", "--format", "json").out)
    assert set(limit) == {"limits"}


def test_a_name_that_a_policy_has_not_is_answered_with_the_likely_one(run):
    done = run("show", "redbridge/children-statutory", "stage_2_reprot")
    assert (done.status, done.out) == (2, "")
    assert 'has nothing called "stage_2_reprot"; did you mean "stage_2_report"?' in done.err
    assert run("show", "redbridge", "stage_1").status == 2


def test_an_unknown_authority_is_answered_with_the_likely_one(run):
    done = run("show", "redbrige")
    assert (done.status, done.err) == (
        2,
        'error: there is no authority "redbrige"; did you mean "redbridge"?\n',
    )


def test_an_intake_is_shown_with_what_it_inherits(run):
    shown = run("show", "redbridge/intake", "--origin").out
    assert shown.startswith("# redbridge as resolved")
    assert "inherited: " in shown
    assert run("show", "redbridge/intake@2024-04-01").out == run("show", "redbridge/intake").out
    assert "its versions start on: 2024-04-01" in run("show", "redbridge/intake@2024-04-02").err


def test_versions_stand_in_the_order_in_which_they_come_into_force(run):
    listed = json.loads(run("show", "--format", "json").out)["policies"]
    starts = [each["in_force_from"] for each in listed if each["policy"] == "richmond/corporate"]
    assert starts == ["2024-04-01", "2026-04-01"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("origin", [[], ["--origin"]], ids=["plain", "origin"])
def test_a_resolved_policy_reads_back_as_it_is(run, name, origin):
    done = run("show", name, *origin)
    assert read_text(done.out, "shown").data == PolicyLibrary().policy(name).source.data


def test_origin_marks_what_is_inherited(run):
    shown = run("show", "redbridge/children-statutory", "--origin").out.splitlines()
    policy_line = next(line for line in shown if line.startswith("policy:"))
    assert policy_line.split("# ")[1] == "policies/redbridge/children-statutory.yaml:2"
    begin = next(
        place
        for place, line in enumerate(shown)
        if line == "  stage_2:" and shown[place + 1].startswith("    title")
    )
    length = next(line for line in shown[begin:] if line.startswith("    is:"))
    assert "# inherited: policies/england/children-statutory.yaml:" in length


def test_every_value_has_a_place_in_json(run):
    told = json.loads(run("show", "redbridge/corporate", "--origin", "--format", "json").out)
    assert told["origin"]["policy"] == {
        "path": "policies/redbridge/corporate.yaml",
        "line": 2,
        "column": 9,
        "inherited": False,
    }
    assert any(each["inherited"] for each in told["origin"].values())


def test_an_unknown_policy_is_answered_with_the_likely_one(run):
    done = run("show", "redbridge/corprate")
    assert (done.status, done.out) == (2, "")
    assert done.err == 'error: there is no policy "redbridge/corprate"; did you mean "redbridge/corporate"?\n'


def test_a_version_by_its_name_and_one_by_a_date_do_not_go_together(run):
    done = run("show", "richmond/corporate@2024-04-01", "--as-of", "2026-05-01")
    assert (done.status, done.out) == (2, "")
    assert "--as-of 2026-05-01 names one too: leave out --as-of" in done.err
