"""How a due date came about, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.reports.layout import as_json, filled, place_dict

if TYPE_CHECKING:
    from engine.calendars import Ledger
    from engine.cases import View, WhyNot
    from engine.policy.model import Policy


def ledger_text(_policy: Policy, ledger: Ledger) -> str:
    """The ledger, laid out in 80 columns."""
    return str(ledger)


def ledger_json(policy: Policy, ledger: Ledger) -> str:
    """The ledger with the limit, and the policy and version it is counted under."""
    return as_json({**_version(policy), "limit": ledger.title, **ledger.to_dict()})


def why_text(_view: View, why: WhyNot) -> str:
    """Whether an event would be accepted, and every rule considered, laid out in 80 columns."""
    return "\n".join(line for each in str(why).split("\n") for line in _folded(each))


def why_json(view: View, why: WhyNot) -> str:
    """The same as JSON, with the policy, its version and the day; each place apart in file, line and column."""
    considered = [
        {**each.to_dict(), "place": place_dict(each.place) if each.place else None} for each in why.considered
    ]
    return as_json(
        {
            **_version(view.policy),
            "as_of": view.as_of.isoformat(),
            "accepted": why.accepted,
            **why.to_dict(),
            "considered": considered,
        }
    )


def _folded(line: str) -> list[str]:
    """The line, what does not fit moved under it and further in."""
    text = line.lstrip()
    indent = " " * (len(line) - len(text))
    return filled(text, first=indent, rest=indent + "    ")


def _version(policy: Policy) -> dict[str, str]:
    return {"policy": policy.id, "in_force_from": policy.in_force_from.isoformat()}


LEDGER_FORMATS = {"text": ledger_text, "json": ledger_json}
WHY_FORMATS = {"text": why_text, "json": why_json}
