"""The smallest procedure that the tests of commands change in one thing or another."""

from __future__ import annotations

POLICY = """\
policy: here/complaints
title: Complaints
in_force: {from: "2024-04-01"}
calendar: office
calendars: {office: {region: england, day_one: day_after}}
people: {complainant: {title: Person who complains}, officer: {title: Officer}}
events: {complaint_received: {by: complainant}, answered: {by: officer}}
limits:
  answer:
    is: 10 working days
    from: complaint_received
    met_by: answered
    owed_by: officer
    force: must
    basis: local
stages:
  opening: {next: {received: {when: complaint_received, go_to: answering}}}
  answering: {title: Being answered, next: {answered: {when: answered, go_to: closed}}}
  closed: {title: Closed, end: closed}
"""
