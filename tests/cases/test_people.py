"""Who may do what, and who may be appointed (the exact semantics, People; the language, 4 and 5)."""

from __future__ import annotations

import pytest

PEOPLE = """
people:
  advocate: {title: Advocate, acts_for: complainant}
  helper: {title: Helper, acts_for: advocate}
  deputy: {title: Deputy, acts_for: officer}
  clerk: {title: Clerk}
  investigator: {title: Investigator, appointed_by: manager, never: [colleague]}
  independent: {title: Independent person, never: [employee, councillor], not_also: [investigator, panel]}
  panel: {title: Panel, members: 3, chair: chair, never: [employee]}
  chair: {title: Chair, not_also: [investigator]}
facts:
  outcome: {answers: [upheld, rejected], decided_by: officer}
  wish: {answers: [apology, money], decided_by: complainant}
events:
  received: {title: Received, by: [complainant, manager]}
  answered: {title: Answered, by: officer}
  chased: {title: Chased}
  investigator_appointed: {title: Investigator appointed, by: [manager, clerk], appoints: investigator}
  independent_appointed: {title: Independent person appointed, by: manager, appoints: independent}
  panel_appointed: {title: Panel appointed, by: manager, appoints: panel}
stages:
  opening: {next: {received: {when: received, go_to: at_work}}}
  at_work:
    next:
      answered: {when: answered}
      chased: {when: chased}
      appointed: {when: [investigator_appointed, independent_appointed, panel_appointed]}
      closed: {when: settled, go_to: closed}
  closed: {end: closed}
"""
ANN, BEN, CAT, DAN = ("p-1", "p-2", "p-3", "p-4")


def person(*people, kinds=()):
    return {"person": people[0] if len(people) == 1 else list(people), "kinds": list(kinds)}


@pytest.fixture
def begun(lab):
    return lab.case(PEOPLE).did("1 May", "received")


# --- Roles -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [None, "complainant", "manager", "advocate", "helper"])
def test_an_event_is_recorded_by_those_it_lists_and_those_who_act_for_them(lab, by):
    assert lab.case(PEOPLE).did("1 May", "received", by=by).stage("1 May") == "at_work"


@pytest.mark.parametrize("by", ["officer", "reviewer", "deputy"])
def test_an_event_is_not_recorded_by_others(lab, by):
    assert lab.case(PEOPLE).refused("1 May", "received", by=by) == "wrong_role"


def test_acting_for_somebody_goes_one_way(begun):
    assert begun.did("5 May", "answered", by="deputy").case.count == 2
    assert begun.refused("5 May", "answered", by="complainant") == "wrong_role"


@pytest.mark.parametrize("by", ["complainant", "officer", "helper", "panel"])
def test_an_event_that_lists_nobody_is_recorded_by_any_role(begun, by):
    assert begun.did("5 May", "chased", by=by).case.count == 2


def test_a_role_the_policy_does_not_know_is_refused(begun):
    assert begun.refused("5 May", "chased", by="mayor") == "unknown_role"
    assert begun.refused("5 May", "note", by="mayor") == "unknown_role"


def test_facts_in_the_data_of_an_event_count_as_decided_by_who_decides_them(lab, begun):
    told = lab.case(PEOPLE).did(
        "1 May", "received", {"wish": "apology", "outcome": "upheld"}, by="complainant"
    )
    assert told.facts("1 May") == {"wish": "apology", "outcome": "upheld"}


@pytest.mark.parametrize(
    ("fact", "by", "accepted"),
    [
        ({"outcome": "upheld"}, "officer", True),
        ({"outcome": "upheld"}, "deputy", True),
        ({"outcome": "upheld"}, None, True),
        ({"outcome": "upheld"}, "complainant", False),
        ({"outcome": "upheld"}, "manager", False),
        ({"wish": "money"}, "complainant", True),
        ({"wish": "money"}, "advocate", True),
        ({"wish": "money"}, "officer", False),
    ],
    ids=str,
)
def test_a_fact_recorded_by_itself_comes_from_the_role_that_decides_it(begun, fact, by, accepted):
    if accepted:
        assert begun.did("5 May", "fact_recorded", fact, by=by).facts("5 May") == fact
    else:
        assert begun.refused("5 May", "fact_recorded", fact, by=by) == "wrong_role"


@pytest.mark.parametrize("by", [None, "complainant", "officer", "helper"])
def test_a_fact_that_nobody_in_particular_decides_is_recorded_by_any_role(lab, by):
    policy = PEOPLE.replace("facts:\n", "facts:\n  colour: {answers: [red, blue]}\n")
    told = lab.case(policy).did("1 May", "received").did("5 May", "fact_recorded", {"colour": "red"}, by=by)
    assert told.facts("5 May") == {"colour": "red"}


def test_those_who_act_for_somebody_who_acts_for_another_decide_facts_too(begun):
    # As for events: the helper acts for the advocate, who acts for the complainant.
    assert begun.did("5 May", "fact_recorded", {"wish": "money"}, by="helper").facts("5 May") == {
        "wish": "money"
    }


# --- Appointments ------------------------------------------------------------------------------------------


def holders(told):
    return dict(told.case.at(told.case.last_day).holders)


def test_an_appointment_carries_a_reference(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN))
    assert holders(told) == {"investigator": (ANN,)}


def test_an_appointment_is_made_by_the_role_that_appoints(begun):
    assert begun.refused("5 May", "investigator_appointed", person(ANN), by="clerk") == "wrong_role"
    told = begun.did("5 May", "investigator_appointed", person(ANN), by="manager")
    assert holders(told) == {"investigator": (ANN,)}


def test_a_later_appointment_takes_the_place_of_the_one_before(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN)).did(
        "6 May", "investigator_appointed", person(BEN)
    )
    assert holders(told) == {"investigator": (BEN,)}


@pytest.mark.parametrize("data", [{}, {"person": ANN}, {"kinds": []}, {"person": "", "kinds": []}], ids=str)
def test_an_appointment_without_a_person_or_without_kinds_is_refused(begun, data):
    assert begun.refused("5 May", "investigator_appointed", data) == "missing_data"


def test_an_appointment_of_somebody_who_must_never_be_it_is_refused(begun):
    assert (
        begun.refused("5 May", "investigator_appointed", person(ANN, kinds=["colleague"])) == "wrong_person"
    )
    assert begun.did("5 May", "investigator_appointed", person(ANN, kinds=["outsider"])).case.count == 2


def test_one_person_cannot_hold_two_roles_that_exclude_each_other(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN))
    assert told.refused("6 May", "independent_appointed", person(ANN)) == "wrong_person"
    assert told.did("6 May", "independent_appointed", person(BEN)).case.count == 3


def test_not_also_is_symmetric(begun):
    # Only `independent` says that it is not also `investigator`.
    told = begun.did("5 May", "independent_appointed", person(ANN))
    assert told.refused("6 May", "investigator_appointed", person(ANN)) == "wrong_person"


def test_not_also_looks_at_current_holders_only(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN)).did(
        "6 May", "investigator_appointed", person(BEN)
    )
    assert told.did("7 May", "independent_appointed", person(ANN)).case.count == 4


def test_a_panel_has_its_number_of_members_and_the_first_takes_the_chair(begun):
    told = begun.did("5 May", "panel_appointed", person(ANN, BEN, CAT))
    assert holders(told) == {"panel": (ANN, BEN, CAT), "chair": (ANN,)}


@pytest.mark.parametrize("people", [(ANN,), (ANN, BEN), (ANN, BEN, CAT, DAN), (ANN, BEN, BEN)], ids=str)
def test_a_panel_of_another_number_or_with_one_person_twice_is_refused(begun, people):
    assert begun.refused("5 May", "panel_appointed", person(*people)) == "wrong_data"


def test_a_panel_with_a_member_who_must_never_be_one_is_refused(begun):
    assert (
        begun.refused("5 May", "panel_appointed", person(ANN, BEN, CAT, kinds=["employee"])) == "wrong_person"
    )


def test_what_each_member_of_a_panel_is_can_be_said_for_each(lab):
    people = PEOPLE.replace("chair: {title: Chair,", "chair: {title: Chair, never: [councillor],")
    begun = lab.case(people).did("1 May", "received")

    def appointing(**kinds):
        return {"person": [ANN, BEN, CAT], "kinds": {ANN: [], BEN: [], CAT: [], **kinds}}

    assert begun.did("5 May", "panel_appointed", appointing(**{BEN: ["councillor"]})).case.count == 2
    assert begun.refused("5 May", "panel_appointed", appointing(**{ANN: ["councillor"]})) == "wrong_person"
    assert begun.refused("5 May", "panel_appointed", appointing(**{CAT: ["employee"]})) == "wrong_person"
    without = {"person": [ANN, BEN, CAT], "kinds": {ANN: [], BEN: []}}
    assert begun.refused("5 May", "panel_appointed", without) == "wrong_data"
    assert begun.refused("5 May", "panel_appointed", appointing(**{DAN: []})) == "wrong_data"


def test_a_misspelt_kind_passes_no_bar(begun):
    assert begun.refused("5 May", "independent_appointed", person(BEN, kinds=["councilor"])) == "wrong_data"
    assert begun.did("5 May", "independent_appointed", person(BEN, kinds=["retired_teacher"])).case.count == 2


@pytest.mark.parametrize("data", [{"person": ANN}, {"kinds": []}], ids=str)
def test_a_person_named_where_nobody_is_appointed_is_refused(begun, data):
    assert begun.refused("5 May", "answered", data) == "unknown_data"


def test_each_member_of_a_panel_is_excluded_from_what_the_panel_excludes(begun):
    told = begun.did("5 May", "panel_appointed", person(ANN, BEN, CAT))
    for one in (ANN, BEN, CAT):
        assert told.refused("6 May", "independent_appointed", person(one)) == "wrong_person"
    assert told.did("6 May", "independent_appointed", person(DAN)).case.count == 3


def test_the_chair_is_excluded_from_what_the_chair_excludes(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN))
    assert told.refused("6 May", "panel_appointed", person(ANN, BEN, CAT)) == "wrong_person"
    assert told.did("6 May", "panel_appointed", person(BEN, ANN, CAT)).case.count == 3


def test_an_appointment_that_is_corrected_is_judged_anew(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN)).did(
        "6 May", "independent_appointed", person(BEN)
    )
    assert told.refusal_of_correction(2, "20 May", data={"person": BEN}).broken == (3,)
    assert holders(told.corrected(2, "20 May", data={"person": CAT}))["investigator"] == (CAT,)


def test_a_refused_appointment_leaves_the_holder(begun):
    told = begun.did("5 May", "investigator_appointed", person(ANN))
    assert told.refused("6 May", "investigator_appointed", person(BEN, kinds=["colleague"])) == "wrong_person"
    assert holders(told) == {"investigator": (ANN,)}
