"""How a due date came about, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.reports.layout import as_json

if TYPE_CHECKING:
    from engine.calendars import Ledger
    from engine.cases import WhyNot
    from engine.policy.model import Policy


def ledger_text(_policy: Policy, ledger: Ledger) -> str:
    """The ledger, laid out in 80 columns."""
    return str(ledger)


def ledger_json(policy: Policy, ledger: Ledger) -> str:
    """The ledger with the policy and version it is counted under."""
    return as_json(
        {"policy": policy.id, "in_force_from": policy.in_force_from.isoformat(), **ledger.to_dict()}
    )


def why_text(why: WhyNot) -> str:
    """Whether an event would be accepted, and every rule considered."""
    return str(why)


def why_json(why: WhyNot) -> str:
    """The same as JSON."""
    return as_json({"accepted": why.accepted, **why.to_dict()})


LEDGER_FORMATS = {"text": ledger_text, "json": ledger_json}
WHY_FORMATS = {"text": why_text, "json": why_json}
