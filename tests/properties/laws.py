"""How the laws are tried: over stories under the shipped policies, and under policies by chance.

`DUECOURSE_EXAMPLES=5000` tries so many stories for each law, other ones every time; otherwise they are few and the
same on every run.
"""

from __future__ import annotations

import os
import random
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine import Event
from tests.properties.random_logs import shipped_policies, tell
from tests.properties.random_policies import accepted_numbers, random_policy

ESCALATED = (
    Event("complaint_received", on=date(2026, 5, 1)),
    Event("complaint_acknowledged", on=date(2026, 5, 1)),
    Event("stage_2_requested", on=date(2026, 5, 19)),
    Event("correction", on=date(2026, 5, 21), data={"target": 2, "on": "2026-05-08"}),
)
EXAMPLES = int(os.environ.get("DUECOURSE_EXAMPLES", "0"))


def numbered_script(number: int) -> list[bytes]:
    """A script by chance, the same on every machine: longer and more varied than those that Hypothesis draws."""
    chance = random.Random(number)  # noqa: S311
    return [chance.randbytes(chance.randrange(40)) for _ in range(chance.randrange(1, 16))]


DRAWN = some.lists(some.binary(min_size=6, max_size=36), max_size=14)  # these shrink well
SCRIPTS = DRAWN | some.builds(numbered_script, some.integers(0, 10**9))


def shipped_story(number: int, script: list[bytes]):
    """A story under one of the shipped policies."""
    policies = shipped_policies()
    return tell(policies[number % len(policies)], script)


def standing_story(script: list[bytes]):
    """A story that begins with an escalation that stands although a correction moved the time it waited for."""
    policy = next(each for each in shipped_policies() if each.id == "england/corporate")
    return tell(policy, script, begun=ESCALATED)


def random_story(number: int, script: list[bytes]):
    """A story under a policy by chance."""
    return tell(random_policy(accepted_numbers(300 if EXAMPLES else 40)[number]), script)


STANDING = some.builds(standing_story, SCRIPTS)
SHIPPED = some.builds(shipped_story, some.integers(0, 4), SCRIPTS)
RANDOM = some.builds(random_story, some.integers(0, 299 if EXAMPLES else 39), SCRIPTS)


def a_law(test):
    """Try this law over stories, of which it is given one."""
    limits = settings(
        max_examples=EXAMPLES or 60,
        deadline=None,
        derandomize=not EXAMPLES,
        database=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    return limits(given(story=some.one_of(SHIPPED, RANDOM, RANDOM, STANDING))(test))
