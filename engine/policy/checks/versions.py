"""When a version is in force: never, or on a day on which another of the same procedure or intake is as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.documents import Document
    from engine.problems import Problem


def versions_problems(document: Document, others: Sequence[Document]) -> Iterator[Problem]:
    """Which version counts on a day must be beyond doubt.

    `ends-before-it-starts`: on no day. `versions-start-together` and `versions-overlap`: on a day of another one.

    A version without `until` lasts until the next one starts, so it overlaps none. Of versions that start on one
    day all but one must be withdrawn. Each clash is told once, in the file of the version that starts later.
    """
    begins, withdrawn = _begins(document), _withdrawn(document)
    if "until" in document.data["in_force"] and _until(document) < begins:
        yield document.problem(
            ("in_force", "until"), "ends-before-it-starts",
            f"this version is in force until {_until(document)}, and it starts on {begins}",
            notes=("both days are included; leave `until` out if it lasts until another version starts",),
        )  # fmt: skip
    for other in others:
        if _begins(other) == begins:
            # Told in both files: neither is the earlier one, and either may be the one to withdraw.
            if not withdrawn and not _withdrawn(other):
                yield document.problem(
                    ("in_force", "from"), "versions-start-together",
                    f"another version starts on {begins} too, and neither is withdrawn",
                    related=((other.place(("in_force", "from")), "the other version"),),
                    notes=("write `withdrawn: true` into the one that was replaced",),
                )  # fmt: skip
        elif _begins(other) < begins and not _withdrawn(other) and begins <= _until(other):
            yield document.problem(
                ("in_force", "from"), "versions-overlap",
                f"this version starts on {begins}, and the one before says it is in force until {_until(other)}",
                related=((other.place(("in_force", "until")), "the version before"),),
                notes=("end the one before a day earlier, or leave its `until` out",),
            )  # fmt: skip


def _begins(document: Document) -> str:
    return str(document.data["in_force"]["from"])


def _until(document: Document) -> str:
    return str(document.data["in_force"].get("until", ""))


def _withdrawn(document: Document) -> bool:
    return bool(document.data.get("withdrawn", False))
