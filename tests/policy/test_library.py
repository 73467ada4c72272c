"""Where policies are found, and which version of one applies (the language, 9 and 11)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import PolicyInvalid, PolicyNotFound, UsageError
from engine.policy import PolicyLibrary, load_policy

BASE = (Path(__file__).parent / "bad" / "library" / "lab" / "base.yaml").read_text(encoding="utf-8")
IN_FORCE = 'in_force: {from: "2020-01-01"}'


def written(folder: Path, name: str, in_force: str = IN_FORCE, more: str = "") -> Path:
    """A whole policy in a file of this name; `more` stands at its end."""
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BASE.replace("policy: lab/base", f"policy: {name.partition('@')[0]}").replace(IN_FORCE, in_force)
    path.write_text(text + more, encoding="utf-8")
    return path


def overlay(folder: Path, name: str, extends: str, since: str, more: str = "") -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f'policy: {name}\nextends: {extends}\nin_force: {{from: "{since}"}}\n'
    path.write_text(head + more, encoding="utf-8")
    return path


@pytest.fixture
def versions(tmp_path: Path) -> PolicyLibrary:
    """Two versions with a gap between them, and a third without an end."""
    written(tmp_path, "lab/base@2020-01-01", 'in_force: {from: "2020-01-01", until: "2021-12-31"}')
    written(tmp_path, "lab/base@2023-01-01", 'in_force: {from: "2023-01-01", until: "2023-12-31"}')
    written(tmp_path, "lab/base", 'in_force: {from: "2024-01-01"}')
    return PolicyLibrary([tmp_path])


# --- Versions ------------------------------------------------------------------------------------------------


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
    assert versions.policy("lab/base", on).in_force_from == since


def test_the_versions_are_listed_the_earliest_first(versions: PolicyLibrary) -> None:
    assert [policy.in_force_from.year for policy in versions.versions("lab/base")] == [2020, 2023, 2024]


@pytest.mark.parametrize("on", [date(2019, 12, 31), date(2022, 6, 1)], ids=str)
def test_a_date_outside_every_version_is_an_error_that_names_their_dates(
    versions: PolicyLibrary, on: date
) -> None:
    dates = "2020-01-01 to 2021-12-31; 2023-01-01 to 2023-12-31; 2024-01-01 to further notice"
    with pytest.raises(PolicyNotFound, match=f"in force on {on}; there are: {dates}"):
        versions.policy("lab/base", on)


def test_a_version_that_is_withdrawn_gives_way_to_another_of_the_same_day(tmp_path: Path) -> None:
    written(tmp_path, "lab/base@2020-01-01", more="withdrawn: true\n")
    kept = written(tmp_path, "lab/base")
    library = PolicyLibrary([tmp_path])
    for on in (None, date(2020, 1, 1), date(2026, 5, 1)):
        policy = library.policy("lab/base", on)
        assert not policy.withdrawn
        assert policy.source.documents[0].path == str(kept)


def test_a_version_with_errors_is_told_when_the_policy_is_asked_for(tmp_path: Path) -> None:
    written(tmp_path, "lab/base@2020-01-01", 'in_force: {from: "2020-01-01", until: "2021-12-31"}')
    written(
        tmp_path,
        "lab/base",
        'in_force: {from: "2022-01-01"}',
        more="  late: {when: nothing, go_to: closed}\n",
    )
    library = PolicyLibrary([tmp_path])
    with pytest.raises(PolicyInvalid, match="unknown-event"):
        library.policy("lab/base", date(2020, 5, 1))
    with pytest.raises(PolicyInvalid, match="unknown-event"):
        PolicyLibrary.load(tmp_path)


# --- What a file extends ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extends", "since", "base"),
    [
        ("lab/base", "2021-12-31", 2020),
        ("lab/base", "2023-12-31", 2023),
        ("lab/base", "2024-01-01", 2024),
        ("lab/base@2020-01-01", "2026-01-01", 2020),
        ("lab/base@2023-01-01", "2026-01-01", 2023),
    ],
)
def test_a_file_extends_the_version_in_force_at_its_start_or_the_one_it_names(
    versions: PolicyLibrary, extends: str, since: str, base: int
) -> None:
    path = overlay(versions.folders[0], "lab/over", extends, since)
    policy = versions.examine_file(path).policy
    assert policy is not None
    assert policy.in_force_from == date.fromisoformat(since)
    assert policy.source.documents[1].data["in_force"]["from"] == f"{base}-01-01"


def test_of_two_versions_in_force_the_later_is_extended(tmp_path: Path) -> None:
    written(tmp_path, "lab/base@2020-01-01")
    written(tmp_path, "lab/base", 'in_force: {from: "2024-01-01"}')
    path = overlay(tmp_path, "lab/over", "lab/base", "2026-01-01")
    policy = PolicyLibrary([tmp_path]).examine_file(path).policy
    assert policy is not None
    assert policy.source.documents[1].data["in_force"]["from"] == "2024-01-01"


# --- Folders and files -----------------------------------------------------------------------------------------


def test_a_name_is_looked_up_in_the_first_folder_that_has_it(tmp_path: Path) -> None:
    own, others = tmp_path / "own", tmp_path / "others"
    first = written(own, "lab/base")
    written(others, "lab/base", 'in_force: {from: "2024-01-01"}')
    written(others, "lab/other")
    library = PolicyLibrary([own, others])
    assert library.names() == ("lab/base", "lab/other")
    assert [policy.source.documents[0].path for policy in library.versions("lab/base")] == [str(first)]


def test_an_unknown_name_is_answered_with_the_likely_one_or_with_all(versions: PolicyLibrary) -> None:
    with pytest.raises(PolicyNotFound, match='did you mean "lab/base"'):
        versions.policy("lab/bsae")
    with pytest.raises(PolicyNotFound, match="there are: lab/base"):
        versions.policy("elsewhere/grievances")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        PolicyLibrary([tmp_path / "gone"])


def test_one_file_is_loaded_with_what_it_extends_from_its_own_folder_or_those_given(tmp_path: Path) -> None:
    own, others = tmp_path / "own", tmp_path / "others"
    assert load_policy(written(own, "lab/base")).id == "lab/base"
    assert load_policy(overlay(own, "lab/over", "lab/base", "2026-01-01")).id == "lab/over"
    written(others, "council/base")
    alone = overlay(own, "lab/alone", "council/base", "2026-01-01")
    assert load_policy(alone, others).id == "lab/alone"
    with pytest.raises(PolicyInvalid, match="unknown-base"):
        load_policy(alone)


def test_a_file_with_errors_is_not_loaded(tmp_path: Path) -> None:
    path = written(tmp_path, "lab/base", more="  late: {when: nothing, go_to: closed}\n")
    with pytest.raises(PolicyInvalid, match="unknown-event"):
        load_policy(path)
