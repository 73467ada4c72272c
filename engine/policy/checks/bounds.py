"""How much is told of one file: no more than anybody reads, however large the file is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.problems import Problem

MOST_OF_A_NAME = 100


def bounded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first hundred problems of each name. After a hundred errors of one name no more are looked for.

    What is left out changes nothing: a file with an error is not used, and a warning more forbids nothing.
    """
    told: Counter[str] = Counter()
    for problem in problems:
        told[problem.name] += 1
        if told[problem.name] <= MOST_OF_A_NAME:
            yield problem
        elif problem.severity == "error":
            return
