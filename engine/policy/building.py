"""Which policies and intakes build on which, and so what a changed file can change.

Policies are named `authority/procedure` here, intakes `authority/intake`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.policy.intake import procedure_named
from engine.policy.requirements import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from engine.documents import Document
    from engine.policy.library import PolicyLibrary

    # For each name, the names that it builds on.
    Links = Mapping[str, frozenset[str]]


def name_of_file(path: Path) -> str:
    """Which policy or intake a file states a version of, or has the requirements of, as its path says."""
    stem = path.name.removesuffix(ENDING).removesuffix(".yaml")
    return f"{path.parent.name}/{stem.partition('@')[0]}"


def links_of(library: PolicyLibrary) -> Links:
    """What every policy and intake of a library builds on, as far as its files can be read."""
    procedures = library.names()
    links = {name: frozenset(_bases(name, library)) for name in procedures}
    for authority in library.authorities():
        name = f"{authority}/intake"
        own = {each for each in procedures if each.startswith(f"{authority}/")}
        links[name] = frozenset({*_bases(name, library), *_led_to(name, library), *own})
    return links


def building_on(names: Collection[str], links: Links) -> frozenset[str]:
    """These names, and all that build on one of them, however far up."""
    found, more = frozenset[str](), frozenset(names)
    while more:
        found |= more
        more = frozenset(name for name, bases in links.items() if not bases.isdisjoint(more)) - found
    return found


def _bases(name: str, library: PolicyLibrary) -> Iterator[str]:
    """What the versions extend."""
    for document in library.documents(name):
        if "extends" in document.data:
            base = str(document.data["extends"]).partition("@")[0]
            yield base if "/" in base else f"{base}/intake"


def _led_to(name: str, library: PolicyLibrary) -> Iterator[str]:
    """The procedures to which the routes of an intake lead."""
    authority = name.partition("/")[0]
    for document in library.documents(name):
        for procedure in _procedures(document):
            yield procedure_named(authority, procedure)


def _procedures(document: Document) -> Iterator[str]:
    """The procedures named in the routes; of a document of another shape, those that can be found."""
    routes = document.data.get("routes")
    for route in routes.values() if isinstance(routes, dict) else ():
        if isinstance(route, dict) and isinstance(route.get("accept_under"), str):
            yield route["accept_under"]
