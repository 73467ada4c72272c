"""Where intakes are found, what they build on, and which version of one applies (the language, 9 to 11)."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import decide
from engine.errors import PolicyInvalid, PolicyNotFound, UsageError
from engine.policy import PolicyLibrary, load_policy

if TYPE_CHECKING:
    from engine.policy.intake import Intake

LAB = Path(__file__).parent / "bad" / "library"
BASE = (LAB / "town" / "intake.yaml").read_text(encoding="utf-8")
PROCEDURE = (LAB / "lab" / "base.yaml").read_text(encoding="utf-8")
IN_FORCE = 'in_force: {from: "2020-01-01"}'
DAY = date(2026, 3, 5)


def written(
    folder: Path, authority: str, name: str = "intake", in_force: str = IN_FORCE, more: str = ""
) -> Path:
    """A whole intake in a file of this name; `more` stands at its end."""
    text = BASE.replace("intake: town", f"intake: {authority}").replace(IN_FORCE, in_force)
    return put(folder, authority, name, text + more)


def put(folder: Path, authority: str, name: str, text: str) -> Path:
    path = folder / authority / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def overlay(folder: Path, authority: str, extends: str, more: str = "", since: str = "2026-01-01") -> Path:
    head = f'intake: {authority}\nextends: {extends}\nin_force: {{from: "{since}"}}\n'
    return put(folder, authority, "intake", head + more)


def resolved(folder: Path, authority: str) -> Intake:
    return PolicyLibrary([folder]).intake(authority)


def problems(path: Path, *folders: Path) -> list[str]:
    return [problem.name for problem in PolicyLibrary(folders).examine_file(path).problems]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A folder with the procedures to which the intake of `town` leads."""
    put(tmp_path, "lab", "base", PROCEDURE)
    lawful = (LAB / "lab" / "lawful.yaml").read_text(encoding="utf-8")
    put(tmp_path, "lab", "lawful", lawful)
    return tmp_path


@pytest.fixture
def versions(lab: Path) -> PolicyLibrary:
    """Two versions with a gap between them, and a third without an end."""
    written(lab, "town", "intake@2020-01-01", 'in_force: {from: "2020-01-01", until: "2021-12-31"}')
    written(lab, "town", "intake@2023-01-01", 'in_force: {from: "2023-01-01", until: "2023-12-31"}')
    written(lab, "town", "intake", 'in_force: {from: "2024-01-01"}')
    return PolicyLibrary([lab])


# --- Versions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "since"),
    [
        (date(2020, 1, 1), date(2020, 1, 1)),
        (date(2021, 12, 31), date(2020, 1, 1)),
        (date(2023, 1, 1), date(2023, 1, 1)),
        (date(2023, 12, 31), date(2023, 1, 1)),
        (date(2024, 1, 1), date(2024, 1, 1)),
        (date(2099, 1, 1), date(2024, 1, 1)),
        (None, date(2024, 1, 1)),
    ],
    ids=str,
)
def test_a_version_is_in_force_from_its_first_day_to_its_last(
    versions: PolicyLibrary, on: date | None, since: date
) -> None:
    assert versions.intake("town", on).in_force_from == since


def test_the_versions_are_listed_the_earliest_first(versions: PolicyLibrary) -> None:
    assert [each.in_force_from.year for each in versions.intakes("town")] == [2020, 2023, 2024]
    assert [each.value.in_force_from.year for each in versions.examine("town/intake")] == [2020, 2023, 2024]


@pytest.mark.parametrize("on", [date(2019, 12, 31), date(2022, 6, 1)], ids=str)
def test_a_date_outside_every_version_is_an_error_that_names_their_dates(
    versions: PolicyLibrary, on: date
) -> None:
    dates = "2020-01-01 to 2021-12-31; 2023-01-01 to 2023-12-31; 2024-01-01 to further notice"
    told = f"no version of the intake of town is in force on {on}; there are: {dates}"
    with pytest.raises(PolicyNotFound, match=told):
        versions.intake("town", on)


def test_a_version_without_an_end_lasts_until_the_next_one_starts_and_never_comes_back(lab: Path) -> None:
    written(lab, "town", "intake@2020-01-01")
    written(lab, "town", "intake", 'in_force: {from: "2023-01-01", until: "2023-12-31"}')
    library = PolicyLibrary([lab])
    assert library.intake("town", date(2022, 12, 31)).in_force_from.year == 2020
    assert library.intake("town", date(2023, 12, 31)).in_force_from.year == 2023
    with pytest.raises(PolicyNotFound, match="in force on 2024-01-01"):
        library.intake("town", date(2024, 1, 1))


def test_a_version_without_an_end_is_no_base_once_the_next_one_has_started(lab: Path) -> None:
    written(lab, "town", "intake@2020-01-01")
    written(lab, "town", "intake", 'in_force: {from: "2023-01-01", until: "2023-12-31"}')
    assert problems(overlay(lab, "city", "town", since="2024-01-01"), lab) == ["base-not-in-force"]
    assert problems(overlay(lab, "city", "town", since="2022-12-31"), lab) == []


def test_a_version_that_is_withdrawn_gives_way_to_another_of_the_same_day(lab: Path) -> None:
    written(lab, "town", "intake@2020-01-01", more="withdrawn: true\n")
    written(lab, "town", "intake", 'in_force: {from: "2020-01-01", until: "2020-12-31"}')
    library = PolicyLibrary([lab])
    for on in (None, date(2020, 1, 1), date(2020, 12, 31)):
        assert not library.intake("town", on).withdrawn
    assert [each.withdrawn for each in library.intakes("town")] == [True, False]
    with pytest.raises(PolicyNotFound):
        library.intake("town", date(2021, 1, 1))


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ('{from: "2020-01-01", until: "2021-12-31"}', '{from: "2022-01-01"}', []),
        ('{from: "2020-01-01", until: "2022-01-01"}', '{from: "2022-01-01"}', ["versions-overlap"]),
        ('{from: "2020-01-01"}', '{from: "2022-01-01"}', []),
        ('{from: "2022-01-01"}', '{from: "2022-01-01"}', ["versions-start-together"]),
    ],
)
def test_versions_may_touch_but_not_overlap(lab: Path, earlier: str, later: str, told: list[str]) -> None:
    first_day = earlier[8:18]
    written(lab, "town", f"intake@{first_day}", f"in_force: {earlier}")
    path = written(lab, "town", "intake", f"in_force: {later}")
    assert problems(path, lab) == told
    if told:
        with pytest.raises(PolicyInvalid, match=told[0]):
            PolicyLibrary([lab]).intake("town")
        with pytest.raises(PolicyInvalid, match=told[0]):
            PolicyLibrary.load(lab)


def test_a_version_that_is_withdrawn_overlaps_none(lab: Path) -> None:
    written(
        lab,
        "town",
        "intake@2020-01-01",
        'in_force: {from: "2020-01-01", until: "2022-12-31"}',
        "withdrawn: true\n",
    )
    text = (
        (lab / "town" / "intake@2020-01-01.yaml").read_text(encoding="utf-8").replace("withdrawn: true\n", "")
    )
    put(lab, "town", "intake", text.replace("2022-12-31", "2020-12-31"))
    later = written(lab, "town", "intake@2021-01-01", 'in_force: {from: "2021-01-01"}')
    assert problems(later, lab) == []
    library = PolicyLibrary([lab])
    assert library.intake("town", date(2020, 6, 1)).in_force_until == date(2020, 12, 31)
    assert library.intake("town", date(2021, 6, 1)).in_force_from == date(2021, 1, 1)


def test_versions_that_overlap_are_told_however_the_file_is_named(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(lab, "town", "intake@2020-01-01", 'in_force: {from: "2020-01-01", until: "2022-12-31"}')
    path = written(lab, "town", in_force='in_force: {from: "2022-12-31"}')
    monkeypatch.chdir(lab / "town")
    for named in (path, Path("intake.yaml"), Path("../town/intake.yaml")):
        for folder in (lab, Path("..")):
            assert problems(named, folder) == ["versions-overlap"]


@pytest.mark.parametrize("which", ["intake@2020-01-01", "intake"])
def test_of_two_that_start_together_either_may_be_the_one_withdrawn(lab: Path, which: str) -> None:
    for name in ("intake@2020-01-01", "intake"):
        written(lab, "town", name, more="withdrawn: true\n" if name == which else "")
    assert not PolicyLibrary([lab]).intake("town").withdrawn


def test_a_version_that_cannot_be_used_is_told_when_the_intake_is_asked_for(lab: Path) -> None:
    written(lab, "town", "intake@2020-01-01", 'in_force: {from: "2020-01-01", until: "2021-12-31"}')
    written(lab, "town", "intake", 'in_force: {from: "2022-01-01"}', "  extra: {if: {subjet: care}}\n")
    with pytest.raises(PolicyInvalid, match="unknown-fact"):
        PolicyLibrary([lab]).intake("town", date(2020, 5, 1))


# --- What an intake extends -----------------------------------------------------------------------------------------


def test_maps_merge_by_id_and_routes_lead_to_the_own_procedures(lab: Path) -> None:
    text = (
        BASE.replace("lab/base", "base")
        .replace("lab/lawful", "lawful")
        .replace("intake: town", "intake: lab")
    )
    put(lab, "lab", "intake", text)
    overlay(
        lab,
        "city",
        "lab",
        "facts:\n"
        "  subject: {answers: {add: [parks], drop: [school]}}\n"
        "remove: [routes.school]\n"
        "letters:\n"
        "  refusal: {must_say: {add: [ombudsman_right]}}\n"
        "routes:\n"
        "  parks: {if: {subject: parks}, refer_to: the park, send: refusal}\n"
        "exclusions:\n"
        "  no_reasons: {instead: another letter}\n",
    )
    put(lab, "city", "base", PROCEDURE.replace("lab/base", "city/base"))
    intake = resolved(lab, "city")
    assert intake.facts["subject"].answers == ("care", "bins", "parks")
    assert intake.letters["refusal"].must_say == ("reasons", "ombudsman_right")
    assert list(intake.routes) == ["care", "bins", "parks"]
    assert [route.accept_under for route in intake.routes.values()] == ["city/base", "city/lawful", None]
    assert intake.exclusions["too_late"].of == ("city/base",)
    assert intake.exclusions["no_reasons"].instead == "another letter"
    assert intake.exclusions["no_reasons"].send == ("refusal",)
    assert decide(intake, {"subject": "parks"}, received=DAY).answer().outcome == "redirected"
    assert intake.title == "Which complaints are considered"
    assert "city" in intake.place("routes", "parks").path
    assert "lab" in intake.place("routes", "care").path


def test_what_is_removed_is_not_judged(lab: Path) -> None:
    written(lab, "town")
    overlay(lab, "city", "town", "remove: [exclusions.too_late, limits.in_time]\n")
    intake = resolved(lab, "city")
    assert (list(intake.exclusions), list(intake.limits)) == (["no_reasons"], ["resubmission"])
    old = {"subject": "care", "arose": "2001-01-05", "grounds": "given"}
    assert decide(intake, old, received=DAY).answer().outcome == "accepted"


def test_what_others_still_name_cannot_be_removed(lab: Path) -> None:
    written(lab, "town")
    path = overlay(
        lab,
        "city",
        "town",
        "remove: [limits.in_time, facts.fair, letters.refusal]\nletters: {other: {to: manager, must_say: [reasons]}}\n",
    )
    assert sorted(set(problems(path, lab))) == ["unknown-fact", "unknown-letter", "unknown-limit"]


def test_an_exclusion_names_a_procedure_in_short_or_in_full(lab: Path) -> None:
    text = BASE.replace("intake: town", "intake: lab").replace("accept_under: lab/base", "accept_under: base")
    for of in ("base", "lab/base"):
        put(lab, "lab", "intake", text.replace("of: lab/base", f"of: {of}"))
        assert resolved(lab, "lab").exclusions["too_late"].of == ("lab/base",)


@pytest.mark.parametrize(
    ("extends", "since", "base"),
    [
        ("town", "2021-12-31", 2020),
        ("town", "2023-12-31", 2023),
        ("town", "2024-01-01", 2024),
        ("town@2020-01-01", "2026-01-01", 2020),
        ("town@2023-01-01", "2026-01-01", 2023),
    ],
)
def test_it_extends_the_version_in_force_at_its_start_or_the_one_it_names(
    versions: PolicyLibrary, extends: str, since: str, base: int
) -> None:
    path = overlay(versions.folders[0], "city", extends, since=since)
    intake = versions.examine_file(path).intake
    assert intake is not None
    assert intake.in_force_from == date.fromisoformat(since)
    assert intake.in_force_until is None
    assert intake.source.documents[1].data["in_force"]["from"] == f"{base}-01-01"


@pytest.mark.parametrize(
    ("extends", "told"),
    [("town@2021-01-01", "base-not-in-force"), ("twon", "unknown-base"), ("city", "extends-in-a-circle")],
)
def test_a_base_that_is_not_there_is_told(versions: PolicyLibrary, extends: str, told: str) -> None:
    folder = versions.folders[0]
    assert problems(overlay(folder, "city", extends), folder) == [told]


def test_a_base_out_of_force_is_told(versions: PolicyLibrary) -> None:
    folder = versions.folders[0]
    assert problems(overlay(folder, "city", "town", since="2022-06-01"), folder) == ["base-not-in-force"]


def test_a_policy_is_no_base_of_an_intake(lab: Path) -> None:
    assert problems(overlay(lab, "city", "lab"), lab) == ["unknown-base"]


def test_a_base_that_is_not_whole_is_told_in_the_file_that_extends_it(lab: Path) -> None:
    put(lab, "town", "intake", "intake: town\n")
    assert "base-has-problems" in problems(overlay(lab, "city", "town"), lab)


# --- Names and files -------------------------------------------------------------------------------------------------


def test_intakes_and_policies_are_listed_apart(versions: PolicyLibrary) -> None:
    assert versions.authorities() == ("town",)
    assert versions.names() == ("lab/base", "lab/lawful")


def test_an_unknown_authority_is_answered_with_the_likely_one_or_with_all(versions: PolicyLibrary) -> None:
    with pytest.raises(PolicyNotFound, match='there is no intake of "twon"; did you mean "town"'):
        versions.intake("twon")
    with pytest.raises(PolicyNotFound, match='there is no intake of "elsewhere"; there are: town'):
        versions.intake("elsewhere")
    with pytest.raises(PolicyNotFound, match='no intake of "lab"'):
        versions.intake("lab")


def test_an_intake_is_no_policy(versions: PolicyLibrary) -> None:
    with pytest.raises(PolicyNotFound):
        versions.policy("town/intake")
    with pytest.raises(UsageError, match="states an intake, not a policy"):
        load_policy(versions.folders[0] / "town" / "intake.yaml")


def test_the_first_folder_that_has_the_authority_counts(lab: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    written(lab, "town")
    written(other, "town", in_force='in_force: {from: "2024-01-01"}')
    assert PolicyLibrary([other, lab]).intake("town").in_force_from == date(2024, 1, 1)
    assert PolicyLibrary([lab, other]).intake("town").in_force_from == date(2020, 1, 1)


def test_the_path_says_whose_intake_it_is(lab: Path) -> None:
    path = written(lab, "town")
    path.write_text(BASE.replace("intake: town", "intake: city"), encoding="utf-8")
    assert problems(path, lab) == ["name-and-path-differ"]
    dated = put(lab, "city", "intake@2020-01-02", BASE.replace("intake: town", "intake: city"))
    assert problems(dated, lab) == ["date-and-path-differ"]


def test_a_policy_in_the_file_of_an_intake_is_told(lab: Path) -> None:
    path = put(lab, "town", "intake", PROCEDURE.replace("policy: lab/base", "policy: town/intake"))
    assert problems(path, lab) == ["name-and-path-differ"]
    with pytest.raises(PolicyInvalid):
        PolicyLibrary([lab]).intake("town")


def test_an_intake_in_the_file_of_a_policy_is_told(lab: Path) -> None:
    path = put(lab, "town", "complaints", BASE)
    assert problems(path, lab) == ["name-and-path-differ"]
    with pytest.raises(PolicyInvalid):
        PolicyLibrary([lab]).policy("town/complaints")


def test_a_text_is_examined_like_a_file(lab: Path) -> None:
    library = PolicyLibrary([lab])
    examined = library.examine_text(BASE, "typed.yaml")
    assert (examined.policy, examined.problems) == (None, ())
    assert examined.intake is not None
    assert (examined.intake.id, repr(examined.intake)) == ("town", "Intake('town', in force from 2020-01-01)")


def test_an_intake_is_a_value(lab: Path) -> None:
    path = written(lab, "town")
    first, second = resolved(lab, "town"), resolved(lab, "town")
    assert first == second
    assert hash(first) == hash(second)
    again = pickle.loads(pickle.dumps(first))
    assert again == first
    facts = {"subject": "care", "grounds": "not_given"}
    assert decide(again, facts, received=DAY) == decide(first, facts, received=DAY)
    path.write_text(BASE.replace("is: 1 year", "is: 2 years"), encoding="utf-8")
    assert resolved(lab, "town") != first


def test_warnings_do_not_keep_an_intake_from_being_used(lab: Path) -> None:
    written(lab, "town", more="  dull: {if: {subject: bins}}\n")
    (examined,) = PolicyLibrary([lab]).examine("town/intake")
    assert [problem.name for problem in examined.problems] == ["silent-refusal"]
    assert examined.intake is not None


def test_a_procedure_that_ends_before_the_intake_is_told_with_the_first_day(lab: Path) -> None:
    put(
        lab, "lab", "base", PROCEDURE.replace(IN_FORCE, 'in_force: {from: "2020-01-01", until: "2023-06-30"}')
    )
    path = written(lab, "town")
    (problem,) = PolicyLibrary([lab]).examine_file(path).problems
    assert (problem.name, "on 2023-07-01" in problem.message) == ("procedure-not-in-force", True)
    # No gap where another version follows the next day, or the intake ends first.
    put(lab, "lab", "base@2023-07-01", PROCEDURE.replace(IN_FORCE, 'in_force: {from: "2023-07-01"}'))
    assert problems(path, lab) == []
    (lab / "lab" / "base@2023-07-01.yaml").unlink()
    written(lab, "town", in_force='in_force: {from: "2020-01-01", until: "2023-06-30"}')
    assert problems(path, lab) == []
