"""The course of a scenario: what is on it, worked out by hand from a calendar, and how it is drawn."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from engine.drawing.courses import course_of
from engine.drawing.courses_svg import MOST_MARKS, WIDTH, course_element, drawn_in_words
from engine.policy import PolicyLibrary
from engine.replay import replay

STORY = """\
scenarios_for: redbridge/children-statutory
scenarios:
  - name: {name}
    steps:
      - {{at: "2026-05-01", when: complaint_received}}
      - {{at: "2026-05-06", when: method_decided, with: {{risk: low, method: stage_1}}}}
      - {{at: "2026-05-11", when: panel_held, refused: true}}
      - {{at: "2026-05-12", when: advocate_requested}}
      - {{at: "2026-05-14", when: advocate_appointed}}
      - {{at: "2026-06-11", when: stage_1_response_sent, with: {{channel: email}}}}
      - {{at: "2026-06-12", then: {{stage: awaiting_stage_2_request}}}}
  - name: A row
    limit: stage_1
    rows:
      - {{from: "2026-05-01", given: {{complexity: ordinary}}, due: "2026-05-18"}}
"""


@pytest.fixture
def told(tmp_path):
    def tell(text):
        file = tmp_path / "a.scenarios.yaml"
        file.write_text(text, encoding="utf-8")
        heard = []
        replay([file], PolicyLibrary(), today=date(2026, 7, 1), heard=heard.append)
        return heard

    return tell


@pytest.fixture
def course(told):
    return course_of(told(STORY.format(name="A story"))[0])


def test_what_happened_is_numbered_in_the_order_of_its_days(course):
    assert [each.number for each in course.occasions] == list(range(1, len(course.occasions) + 1))
    days = [each.on for each in course.occasions]
    assert days == sorted(days)
    told = [(each.on.isoformat(), each.kind, each.what) for each in course.occasions]
    assert told[0] == ("2026-05-01", "event", "complaint_received")
    assert ("2026-05-11", "refused", "panel_held") in told
    # Three working days after Friday 1 May, the bank holiday left out, are over on Thursday the 7th.
    assert ("2026-05-08", "time", "contact is past its due date") in told
    refused = next(each for each in course.occasions if each.kind == "refused")
    assert refused.result.startswith("refused: ")


def test_limits_run_from_their_start_to_their_due_date_and_beyond(course):
    runs = {run.name: run for run in course.runs}
    # Ten working days after Friday 1 May end on Monday the 18th. The pause from the request for an advocate on the
    # 12th to the appointment on the 14th keeps the 13th and the 14th from counting, by the policy: so the 20th.
    stage_1 = runs["stage_1"]
    assert (stage_1.start, stage_1.due) == (date(2026, 5, 1), date(2026, 5, 20))
    assert (stage_1.until, stage_1.standing) == (date(2026, 6, 11), "met")
    assert stage_1.late_until == date(2026, 6, 11)
    assert [(first.isoformat(), last.isoformat()) for first, last in stage_1.pauses] == [
        ("2026-05-13", "2026-05-14")
    ]


def test_days_off_are_weekends_and_bank_holidays(course):
    assert [(day.on.isoformat(), day.reason) for day in course.holidays] == [
        ("2026-05-04", "Early May bank holiday"),
        ("2026-05-25", "Spring bank holiday"),
    ]
    weekends = [day.on for day in course.days_off if day.is_weekend]
    assert weekends[:3] == [date(2026, 5, 2), date(2026, 5, 3), date(2026, 5, 9)]
    assert course.first == date(2026, 5, 1)


def test_a_due_date_long_after_everything_else_does_not_stretch_the_picture(course):
    # Asking for stage 2 is due 20 working days after 11 June, on 9 July: 27 days after the last of 43.
    assert course.last <= date(2026, 6, 30)
    request = next(run for run in course.runs if run.name == "stage_2_request")
    assert request.due == date(2026, 7, 9)
    assert 'class="on"' in course_element(course, "A story")


def test_a_row_is_a_course_of_one_limit(told):
    course = course_of(told(STORY.format(name="A story"))[1])
    (run,) = course.runs
    assert (run.name, run.start, run.due) == ("stage_1", date(2026, 5, 1), date(2026, 5, 18))
    assert (course.first, course.last) == (date(2026, 5, 1), date(2026, 5, 18))


def test_the_picture_has_a_mark_for_each_occasion_and_a_bar_for_each_run(course):
    root = ET.fromstring(course_element(course, '<b>"A"</b>'))  # noqa: S314 - our own text
    classes = [each.get("class") for each in root.iter()]
    assert root.get("role") == "img"
    assert root.get("aria-label").startswith('<b>"A"</b>: Fri 1 May 2026 to ')
    numbers = [each.text for each in root.iter("text") if each.get("class") == "mark"]
    assert sorted(map(int, numbers)) == [each.number for each in course.occasions]
    kinds = [each.kind for each in course.occasions]
    for kind in ("event", "time", "refused"):
        assert classes.count(kind) == kinds.count(kind) > 0
    assert classes.count("run") == len(course.runs)
    assert classes.count("late") == sum(run.late_until is not None for run in course.runs)
    assert "pause" in classes
    assert {"we", "bh", "peak"} <= set(classes)


def test_nothing_leaves_the_picture_and_no_marks_lie_on_each_other(course):
    root = ET.fromstring(course_element(course, "A"))  # noqa: S314 - our own text
    high = float(root.get("height"))
    for rect in root.iter("rect"):
        x, y, wide = (float(rect.get(name)) for name in ("x", "y", "width"))
        assert -0.1 <= x <= x + wide <= WIDTH + 0.1
        assert 0 <= y <= high
    marks = [
        (float(each.get("x")), float(each.get("y")))
        for each in root.iter("text")
        if each.get("class") == "mark"
    ]
    near = [
        (one, other)
        for place, one in enumerate(marks)
        for other in marks[:place]
        if abs(one[0] - other[0]) < 16 and abs(one[1] - other[1]) < 16
    ]
    assert near == []


ODD = """\
scenarios_for: redbridge/children-statutory
scenarios:
  - name: On the last day there is
    steps:
      - {at: "9999-12-31", when: complaint_received}
  - name: Over twenty-nine years
    steps:
      - {at: "2021-01-01", when: complaint_received}
      - {at: "2049-12-31", then: {stage: assessment}}
  - name: Beyond the years whose bank holidays are known
    steps:
      - {at: "2050-12-30", when: complaint_received}
      - {at: "2051-01-10", then: {stage: assessment}}
  - name: Everything on one day
    steps:
      - {at: "2026-05-01", when: complaint_received}
      - {at: "2026-05-01", when: advocate_requested}
      - {at: "2026-05-01", when: complaint_withdrawn}
"""


def test_odd_days_are_drawn_as_well(told):
    courses = [course_of(each) for each in told(ODD)]
    assert [each.days for each in courses][:2] == [1, 10592]
    assert [each.shows_days_off for each in courses] == [True, False, True, True]
    # Saturday 31 December 2050 is the last day off that is known.
    assert courses[2].days_off[-1].on == date(2050, 12, 31)
    for course in courses:
        root = ET.fromstring(course_element(course, "A"))  # noqa: S314 - our own text
        assert sum(each.get("class") == "mark" for each in root.iter()) == len(course.occasions) > 0


def test_a_long_time_is_told_by_years(told):
    root = ET.fromstring(course_element(course_of(told(ODD)[1]), "A"))  # noqa: S314 - our own text
    names = [each.text for each in root.iter("text") if each.get("class") == "axis"]
    assert names[0] == "2022"
    assert all(name.isdecimal() for name in names)


def test_of_a_very_long_course_the_first_marks_are_drawn_and_that_is_said(told):
    """One complaint and 999 notes on one day, each a mark of its own, all in the table."""
    begin, received, _ = STORY.format(name="Long").partition(
        '      - {at: "2026-05-01", when: complaint_received}\n'
    )
    notes = '      - {at: "2026-05-01", when: note}\n' * 999
    course = course_of(told(begin + received + notes)[0])
    assert len(course.occasions) == 1000
    assert (
        drawn_in_words(course) == f"Drawn are the first {MOST_MARKS} of 1000 marks; the tables hold them all."
    )
    svg = ET.fromstring(course_element(course, "Long"))  # noqa: S314 - our own text
    assert len(svg.findall("text[@class='mark']")) == MOST_MARKS


def test_of_a_short_course_everything_is_drawn(course):
    assert drawn_in_words(course) == ""
    svg = ET.fromstring(course_element(course, "Short"))  # noqa: S314 - our own text
    assert len(svg.findall("text[@class='mark']")) == len(course.occasions)
