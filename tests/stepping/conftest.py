"""A session of the statutory procedure of Redbridge that begins on Friday 1 May 2026, before a bank holiday."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.cases import Case
from engine.policy import PolicyLibrary
from engine.stepping import answer, begun

CHECKOUT = Path(__file__).resolve().parents[2]
FRIDAY = date(2026, 5, 1)


@pytest.fixture(scope="session")
def library():
    return PolicyLibrary([CHECKOUT / "policies"])


@pytest.fixture
def session(library):
    return begun(Case.open(library.policy("redbridge/children-statutory", FRIDAY)), FRIDAY)


@pytest.fixture
def received(session):
    """The complaint has come."""
    return typed(session, "complaint_received", "")[0]


def typed(session, *lines):
    """The session after these lines, and what was said to the last."""
    text = ""
    for line in lines:
        session, text = answer(session, line)
    return session, text
