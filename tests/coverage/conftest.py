"""A small town with a procedure and an intake, and what scenarios about them cover."""

from __future__ import annotations

from datetime import date
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

import pytest

from engine.coverage import Gathering
from engine.policy import PolicyLibrary
from engine.replay import replay

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.coverage import Coverage

POLICY = """\
policy: town/complaints
title: Complaints
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts:
  grounds: {ask: "Are reasons given?", answers: [given, not_given], decided_by: officer}
  issues: {ask: "How many issues are there?", kind: count, decided_by: officer}
  risk: {ask: "How high is the risk?", answers: [low, high], decided_by: officer}
people:
  complainant: {title: Person who complains}
  officer: {title: Officer}
events:
  received: {by: complainant}
  acknowledged: {by: officer}
  answered: {by: officer}
  asked: {by: complainant}
  decided: {by: officer, needs: [grounds]}
  advocate_asked_for: {by: complainant}
  advocate_found: {by: officer}
  extended: {by: officer}
  waited: {by: officer}
  refusal_sent: {by: officer}
letters:
  refusal: {to: complainant, sent_by: refusal_sent, must_say: [why]}
limits:
  acknowledgement: {is: 3 working days, from: received, met_by: acknowledged, owed_by: officer, force: must, basis: local}
  reply:
    is: 10 working days
    cases: {risky: {if: {risk: high}, is: 5 working days}}
    up_to: 20 working days
    extended_by: extended
    from: received
    met_by: answered
    owed_by: officer
    force: must
    basis: local
    pauses: {advocate: {when: advocate_asked_for, until: advocate_found, counting: skip_working_days}}
  request: {is: 20 working days, from: answered, met_by: asked, owed_by: complainant, force: must, basis: local}
stages:
  opening: {next: {received: {when: received, go_to: first}}}
  first:
    title: First
    next:
      answered: {when: answered, go_to: waiting}
      no_reply: {when: asked, after: reply, go_to: second}
  waiting:
    title: Waiting
    due: [request]
    next:
      asked: {when: asked, within: request, go_to: second}
      not_asked: {overdue: request, go_to: closed}
  second:
    title: Second
    next:
      accepted: {when: decided, if: {grounds: given}, go_to: closed}
      turned_away: {when: decided, if: {grounds: not_given}, send: refusal, go_to: closed}
      many: {when: waited, if: {issues: {at_least: 6}}}
  closed: {title: Closed, end: closed}
"""
INTAKE = """\
intake: town
title: Who may complain
in_force: {from: "2020-01-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
facts:
  subject: {ask: "What is it about?", answers: [service, planning], decided_by: officer}
  known_from: {ask: "Since when is it known?", kind: date, decided_by: officer}
  reason: {ask: "Is there a good reason?", answers: [good, none], decided_by: officer}
people:
  complainant: {title: Person who complains}
  officer: {title: Officer}
letters:
  not_considered: {to: complainant, must_say: [why]}
limits:
  in_time: {is: 12 months, from: known_from, roll: stays, owed_by: complainant, force: must, basis: local}
routes:
  ours: {if: {subject: service}, accept_under: complaints}
  elsewhere: {if: {subject: planning}, refer_to: the planning inspectorate}
exclusions:
  too_late: {after: in_time, unless: {reason: good}, send: not_considered, basis: local}
"""


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of policies with the town's."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "town").mkdir()
    (folder / "town" / "complaints.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "town" / "intake.yaml").write_text(INTAKE, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def library(town: Path) -> PolicyLibrary:
    return PolicyLibrary([town])


@pytest.fixture
def covered(tmp_path: Path, library: PolicyLibrary) -> Callable[..., Coverage]:
    """What scenarios, given as the text below `scenarios:`, cover of the procedure or, with `intake`, of the intake."""

    def told(scenarios: str, *, intake: bool = False, **words: Any) -> Coverage:
        head = "intake_for: town" if intake else "scenarios_for: town/complaints"
        file = tmp_path / "told.scenarios.yaml"
        text = f"{head}\nscenarios:\n{indent(dedent(scenarios).strip(chr(10)), '  ')}\n"
        file.write_text(text, encoding="utf-8")
        gathering = Gathering()
        found = replay([file], library, today=date(2026, 6, 1), heard=gathering.hear, **words)
        assert found.problems == ()
        (coverage,) = gathering.coverage()
        return coverage

    return told
