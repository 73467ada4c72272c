"""What `check --longest` does: how long one procedure takes, in place of what is wrong in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.commands.finding import policy_named
from engine.commands.output import paint, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


def say_longest(paths: Sequence[str], folders: Sequence[str], start: date | None, form: str) -> None:
    """Print the longest and the shortest way to each end of the one policy that `paths` names.

    Raises `UsageError` for no policy or several, and for a format that has no such table; `PolicyInvalid` for a policy
    with errors.
    """
    from engine.errors import UsageError
    from engine.policy.longest import longest_routes
    from engine.reports.longest import LONGEST_FORMATS

    if len(paths) != 1:
        raise UsageError("--longest takes one policy, such as: duecourse check england/corporate --longest")
    if form not in LONGEST_FORMATS:
        raise UsageError(f"--longest has the formats {' and '.join(LONGEST_FORMATS)}, not {form}")
    policy = policy_named(paths[0], folders, start)
    say(LONGEST_FORMATS[form](longest_routes(policy, start), paint()))
