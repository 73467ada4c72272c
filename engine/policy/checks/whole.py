"""Elements that are not whole once the base is merged in, and figures changed without saying on whose word.

A policy that extends another may write parts of elements, so only the merged data can be held against the schema's
demands on a whole policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.documents import shape_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.overlay import Source
    from engine.problems import Problem

RESTATE = frozenset({"is", "up_to", "cases", "from", "before", "met_by"})


def unfinished(source: Source) -> Iterator[Problem]:
    """An element that neither this file nor its base makes whole. A file that extends nothing was judged when read."""
    if len(source.documents) > 1:
        yield from shape_problems(source, "intake" if "intake" in source.data else "policy")


def restated(source: Source) -> Iterator[Problem]:
    """`not-restated`: an overlay that changes what a base limit says restates its force, basis and source."""
    bases: set[str] = set()
    for document in reversed(source.documents):
        for name, spec in document.data.get("limits", {}).items():
            if name.startswith("x_"):  # another tool's, which may be anything
                continue
            changed = sorted(RESTATE.intersection(spec))
            missing = [key for key in ("force", "basis", "cite") if key not in spec]
            if name in bases and changed and missing:
                words = " and ".join(f'"{key}"' for key in missing)
                yield document.problem(
                    ("limits", name, changed[0]),
                    "not-restated",
                    f'this changes "{changed[0]}" of the base\'s limit "{name}" without restating {words}',
                    key=True,
                    notes=("the base's force, basis and source speak of what the base says, not of this",),
                )
            bases.add(name)


WHOLE_CHECKS: tuple[Callable[[Source], Iterator[Problem]], ...] = (unfinished, restated)
