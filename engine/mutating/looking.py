"""On which days a case is looked at: when something happened, and on and after the due dates that matter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.cases import Case
    from engine.mutating.mutant import Concern

_A_DAY = timedelta(days=1)
# A due date farther off than this is not gone to.
_FAR = timedelta(days=366 * 8)


def days_of_interest(case: Case, day: date, concern: Concern, *, last: bool) -> list[date]:
    """The day itself; the due dates of the limits concerned (of all that run, if it is the last) and the days after."""
    found = {day}
    for reading in case.at(day).cycles:
        due = reading.due if reading.is_open and (last or reading.id in concern.limits) else None
        if due is not None and day - _A_DAY <= due <= day + _FAR:
            found |= {due, due + _A_DAY}
    return sorted(each for each in found if each >= day)
