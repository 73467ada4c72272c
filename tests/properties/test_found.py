"""What the laws once found broken, each as short as it can be told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine import CalendarUnknown, Case, Event, EventRefused, PolicyLibrary, UsageError

CLEAN = """
policy: found/case
title: What was found
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts:
  agreed: {ask: "Which day is agreed?", kind: date, decided_by: officer}
people:
  complainant: {title: Complainant}
  officer: {title: Officer}
  inspector: {title: Inspector}
events:
  begun: {title: Begun}
  sent: {title: Sent}
  arrived: {title: Arrived, presumed_from: sent, after: 2 working days, channel: {email: same day}}
  answered: {title: Answered}
  extended: {title: Extended}
  named: {title: Named, appoints: inspector}
  closed_down: {title: Closed down}
letters:
  answer: {to: complainant, must_say: [why]}
limits:
  answer:
    is: 10 working days
    from: begun
    met_by: answered
    extended_by: extended
    owed_by: officer
    force: must
    basis: local
  meeting:
    is: 2 weeks
    roll: next_working_day
    due_on: agreed
    from: begun
    met_by: answered
    owed_by: officer
    force: must
    basis: local
  thought:
    is: 5 working days
    from: sent
    met_by: arrived
    owed_by: officer
    force: must
    basis: local
  reading:
    is: 5 working days
    from: arrived
    met_by: named
    owed_by: complainant
    force: must
    basis: local
  again:
    is: 5 working days
    from: arrived
    met_by: arrived
    owed_by: officer
    force: must
    basis: local
stages:
  opening:
    next: {begun: {when: begun, go_to: running}}
  running:
    title: Running
    next:
      sent: {when: sent}
      early: {when: arrived}
      closes: {when: closed_down, go_to: closed}
  closed: {title: Closed, end: closed}
"""


def policy():
    return PolicyLibrary().examine_text(CLEAN, "found.yaml").policy


def did(name: str, month: int, day: int, year: int = 2026, recorded: datetime | None = None, **data) -> Event:
    return Event(name, on=date(year, month, day), data=data, recorded=recorded)


def begun(month: int = 4, day: int = 16, year: int = 2026) -> Case:
    return Case.open(policy()).apply(did("begun", month, day, year))


def test_the_policy_of_these_tests_is_whole():
    assert policy() is not None


def test_a_reading_beyond_the_known_years_counts_no_days():
    reading = begun().at(date(2052, 1, 1)).limits["answer"]
    assert (reading.status, reading.due, reading.days) == ("overdue", date(2026, 4, 30), None)
    assert reading.text == "overdue by an unknown number of working days"


def test_an_agreed_date_beyond_the_known_years_refuses_nothing():
    case = begun(12, 20, 2050).apply(did("extended", 12, 20, 2050, until="2051-03-01"))
    assert case.at(date(2050, 12, 21)).limits["answer"].due_unknown


def test_an_agreed_date_before_the_run_is_refused_though_its_due_date_is_unknown():
    with pytest.raises(EventRefused, match="lies before its start"):
        begun(12, 20, 2050).apply(did("extended", 12, 30, 2050, until="2050-12-01"))


def test_explaining_an_agreed_date_whose_length_is_unknown_names_the_year():
    view = (
        begun(12, 20, 2050)
        .apply(did("fact_recorded", 12, 20, 2050, agreed="2050-12-30"))
        .at(date(2050, 12, 21))
    )
    assert view.limits["meeting"].due == date(2050, 12, 30)
    with pytest.raises(CalendarUnknown, match="2051"):
        view.explain("meeting")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("extended", {"until": 5}),
        ("extended", {"until": "soon"}),
        ("letter_sent", {"letter": {"a": "b"}}),
        ("named", {"person": 2.5, "kinds": []}),
        ("named", {"person": {"a": "b"}, "kinds": []}),
        ("correction", {"target": 1, "data": "agreed"}),
        ("correction", {"target": 1, "by": {"a": "b"}}),
        ("correction", {"target": 1, "at": "10:00+01:00"}),
        ("correction", {"target": True, "strike": True}),
    ],
    ids=str,
)
def test_data_that_makes_no_sense_is_refused(name, data):
    with pytest.raises(EventRefused) as refused:
        begun().apply(Event(name, on=date(2026, 4, 17), data=data))
    assert refused.value.why.kind in ("wrong_data", "missing_data", "unknown_letter")


def test_a_channel_that_is_no_text_is_refused():
    with pytest.raises(EventRefused) as refused:
        begun().apply(did("sent", 4, 16, channel={"a": "b"}))
    assert refused.value.why.kind == "wrong_data"


@pytest.mark.parametrize("key", ["by", "actor", "rule"])
def test_a_log_whose_texts_are_no_texts_is_damaged(key):
    data = begun().to_dict()
    data["log"][0][key] = {"a": "b"}
    with pytest.raises(UsageError, match="damaged"):
        Case.from_dict(policy(), data)


def test_a_late_entry_keeps_the_instant_at_which_it_was_recorded():
    case = begun().apply(did("fact_recorded", 4, 24, agreed="2026-05-01"))
    late = case.apply(did("note", 4, 20, recorded=datetime(2026, 4, 27, 9, tzinfo=UTC)))
    again = Case.from_dict(policy(), late.apply(did("note", 4, 30)).to_dict())
    assert [entry["recorded"][:10] for entry in again.to_dict()["log"]] == [
        "2026-04-16",
        "2026-04-24",
        "2026-04-27",
        "2026-04-30",
    ]
    assert (
        late.at(date(2026, 4, 30), datetime(2026, 4, 26, tzinfo=UTC)).to_dict()
        == case.at(date(2026, 4, 30)).to_dict()
    )


def test_an_entry_is_not_recorded_before_a_correction_that_was():
    case = begun().apply(did("note", 4, 17)).apply(
        Event("correction", on=date(2026, 4, 20), data={"target": 2, "strike": True},
              recorded=datetime(2026, 4, 20, 9, tzinfo=UTC)),
    )  # fmt: skip
    with pytest.raises(EventRefused, match="recorded before"):
        case.apply(did("note", 4, 18, recorded=datetime(2026, 4, 18, 9, tzinfo=UTC)))


def test_what_came_before_the_sending_is_not_its_arrival():
    """Both on one day: the order of the log decides, recorded one by one or read in again."""
    case = begun().apply(did("arrived", 4, 16)).apply(did("sent", 4, 16, channel="email"))
    loaded = Case.from_dict(policy(), case.to_dict())
    for each in (case, loaded):
        assert each.at(date(2026, 4, 16)).limits["thought"].status == "met"


def test_a_reading_at_an_earlier_date_knows_the_real_arrivals_recorded_since():
    case = (
        begun()
        .apply(did("sent", 4, 16))
        .apply(did("arrived", 4, 17))
        .apply(did("sent", 4, 20))
        .apply(did("arrived", 4, 21))
    )
    for day in (16, 17, 18, 20, 21, 23):
        early = [run for run in case.at(date(2026, 4, day)).cycles if run.ended and run.id == "thought"]
        assert [run.ended for run in early] == [date(2026, 4, each) for each in (17, 21) if each <= day]


def test_two_arrivals_presumed_on_one_day_open_two_runs():
    case = begun()
    for _ in range(2):
        case = case.apply(did("sent", 4, 16, channel="email"))
    view = case.apply(did("closed_down", 5, 1)).at(date(2026, 5, 1))
    assert [(run.number, run.status) for run in view.cycles if run.id == "again"] == [
        (1, "met"),
        (2, "missed"),
    ]


def test_an_arrival_is_not_allowed_before_the_sending():
    view = Case.open(policy()).at(date(2026, 4, 16))
    assert "arrived" not in {allowed.event for allowed in view.allowed()}
    assert not view.why_not("arrived").accepted
