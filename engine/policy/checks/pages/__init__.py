"""The page of every check: what it finds, how not to write and how to write instead, and why.

Each file beside this one holds the pages of a family, a map from the check's name to its page. `avoid` and `prefer` are
what one would write over a small policy (`over`), or with `whole` a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.documents import likely, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# The families in the order in which a file is looked at, and what each is called.
FAMILIES = {
    "files": "Files that cannot be read",
    "syntax": "Syntax",
    "structure": "Structure: keys and values",
    "references": "Names that lead nowhere",
    "bases": "Bases and versions",
    "meaning": "Meaning",
    "gaps": "Gaps and overlaps",
    "loops": "Ways in and ways out",
    "stages": "Stages",
    "facts": "Facts",
    "letters": "Letters",
    "roles": "Roles",
    "times": "Time",
    "weaker": "Weaker than the base",
    "law": "Law",
    "intakes": "Intakes",
    "evidence": "Sources",
    "scenarios": "Scenarios",
    "events": "Files of events",
    "remarks": "Remarks that silence a finding",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to know about one check.

    `avoid` gives the problem and `prefer` does not; both are text over the policy or intake `over`, or with `whole` a
    whole file, read as `kind`. `untried` says why no test can try them. `only_with` is the option of `check` without
    which nobody looks for this.
    """

    name: str
    family: str
    title: str
    what: str
    why: str
    avoid: str
    prefer: str
    source: str = ""
    over: str = "lab/base"
    whole: bool = False
    kind: str = "policy"
    untried: str = ""
    only_with: str = ""


@cache
def pages() -> Mapping[str, Page]:
    """Every page by the name of its check, family by family."""
    found: dict[str, Page] = {}
    here = files(__name__)
    written = {
        each.name.removesuffix(".yaml"): each for each in here.iterdir() if each.name.endswith(".yaml")
    }
    for family in sorted(written, key=_order):
        document = read_text(written[family].read_text(encoding="utf-8"), f"pages/{family}.yaml")
        for name, page in document.data.items():
            found[name] = Page(name, family, **_tidied(page))
    return MappingProxyType(found)


def family_title(family: str) -> str:
    """What a family of checks is called; one that has no line here by its own name."""
    return FAMILIES.get(family, family.capitalize())


def likely_page(name: str) -> str | None:
    """The check that was very likely meant."""
    return likely(name, pages())


def _order(family: str) -> tuple[int, str]:
    known = list(FAMILIES)
    return (known.index(family) if family in FAMILIES else len(known), family)


def _tidied(page: dict[str, Any]) -> dict[str, Any]:
    """The texts without the line ends that a block of text brings along."""
    prose = {key: " ".join(page[key].split()) for key in ("title", "what", "why", "source") if key in page}
    code = {key: page[key].rstrip("\n") for key in ("avoid", "prefer")}
    return page | prose | code
