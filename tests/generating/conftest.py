"""A small policy and a small intake to generate scenarios for, and a way to replay them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.policy import PolicyLibrary
from engine.replay import replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.replay import Replay

TODAY = date(2026, 6, 1)

MILL = """\
policy: mill/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts:
  grounds: {ask: "Are reasons given?", answers: [given, not_given], decided_by: officer}
  visit_on: {ask: "When is the visit?", kind: date, decided_by: officer}
  finding: {ask: "What was found?", answers: [upheld, not_upheld], per: point, decided_by: officer}
people:
  complainant: {title: Person who complains}
  officer: {title: Officer}
  investigator: {title: Investigator, appointed_by: officer}
events:
  received: {by: complainant}
  investigator_appointed: {by: officer, appoints: investigator}
  extended: {by: officer, needs: {until: date, reason: text}}
  visit_fixed: {by: officer, needs: [visit_on]}
  answered: {by: officer, needs: [finding]}
  asked: {by: complainant, needs: [grounds]}
  withdrawn: {by: complainant}
letters:
  reply: {to: complainant, sent_by: answered, must_say: [reasons]}
  refusal: {to: complainant, must_say: [reasons]}
limits:
  reply:
    {is: 10 working days, up_to: 20 working days, extended_by: extended, from: received, met_by: answered, owed_by: officer,
     force: must, basis: local}
  request: {is: 20 working days, from: answered, met_by: asked, owed_by: complainant, force: must, basis: local}
stages:
  opening: {next: {received: {when: received, go_to: first}}}
  first:
    title: First
    next:
      appointed: {when: investigator_appointed}
      fixed: {when: visit_fixed}
      answered: {when: answered, go_to: waiting}
  waiting:
    title: Waiting
    due: [request]
    next:
      asked: {when: asked, within: request, if: {grounds: given}, go_to: second}
      turned_down: {when: asked, within: request, if: {grounds: not_given}, go_to: waiting, turns_down: true, send: refusal}
      not_asked: {overdue: request, go_to: closed}
  second: {title: Second, next: {settled: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
  gone: {title: Withdrawn, end: withdrawn}
anywhere:
  withdrawn: {when: withdrawn, go_to: gone, right_of: complainant}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of policies with one."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "mill").mkdir()
    (folder / "mill" / "complaints.yaml").write_text(MILL, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def library(folder):
    return PolicyLibrary([folder])


@pytest.fixture(scope="module")
def mill(library):
    """The small policy, checked."""
    return library.policy("mill/complaints")


@pytest.fixture
def replayed(tmp_path) -> Callable[[str, PolicyLibrary], Replay]:
    """Replay the text of a scenario file that has no problems."""

    def told(text: str, library: PolicyLibrary) -> Replay:
        file = tmp_path / "made.scenarios.yaml"
        file.write_text(text, encoding="utf-8")
        found = replay([file], library, today=TODAY)
        assert found.problems == ()
        return found

    return told
