"""From what was typed to policies, libraries and cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.cases import Case
    from engine.cases.written import EventFile
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Policy

YAML = (".yaml", ".yml")


def folders_of(given: Iterable[str]) -> list[Path]:
    """Where to look: the folders given, or ./policies if there is one; then the shipped ones."""
    from engine.shipped import shipped

    packaged = Path(str(shipped("policies")))
    own = [Path(folder) for folder in given] or [folder for folder in (Path("policies"),) if folder.is_dir()]
    if any(folder.is_dir() and folder.samefile(packaged) for folder in own):
        return own
    return [*own, packaged]


def library_of(given: Iterable[str]) -> PolicyLibrary:
    """The library over those folders."""
    from engine.policy.library import PolicyLibrary

    return PolicyLibrary(folders_of(given))


def library_around(file: Path, given: Iterable[str]) -> PolicyLibrary:
    """The library a lone file sees: the folder above its authority's, then the usual ones."""
    from engine.policy.library import PolicyLibrary

    above = file.resolve().parent.parent
    here = Path.cwd()
    own = above.relative_to(here) if above.is_relative_to(here) else above
    others = [folder for folder in folders_of(given) if folder.resolve() != above]
    return PolicyLibrary([own, *others] if above.is_dir() else others)


def is_file_name(text: str) -> bool:
    """Whether a policy is named by its file rather than as `authority/procedure`."""
    return text.endswith(YAML) or Path(text).is_file()


def policy_named(text: str, given: Iterable[str], on: date | None = None) -> Policy:
    """The policy of a name, in its version in force on a date; or the policy in a file.

    Raises `PolicyNotFound`, `UsageError` or `PolicyInvalid`.
    """
    from engine.errors import PolicyInvalid

    if not is_file_name(text):
        return library_of(given).policy(text, on)
    file = Path(text)
    examined = library_around(file, given).examine_file(file)
    if examined.policy is None:
        raise PolicyInvalid(examined.errors)
    return examined.policy


def case_from(text: str, given: Iterable[str], events: EventFile) -> Case:
    """The case that a file of events makes under a policy. Raises `PolicyInvalid` at the first event refused."""
    from engine.cases import Case, EventRefused
    from engine.errors import PolicyInvalid

    policy = policy_named(text, given, events.first_day)
    case = Case.open(policy)
    for recorded in events.events(policy):
        try:
            case = case.apply(recorded.event)
        except EventRefused as refused:
            first, *considered = str(refused.why).splitlines()
            notes = tuple(line.removeprefix("  ") for line in considered)
            raise PolicyInvalid([recorded.problem("event-refused", first, notes)]) from refused
    return case


def standard_input() -> str:
    """What is piped in, no more of it than a file may hold and a little, so that the reader can say so."""
    import sys

    from engine.documents import MOST_BYTES

    return sys.stdin.read(MOST_BYTES + 1)


def events_in(path: str | None) -> EventFile:
    """The events in a file; `-` is standard input, and no file is no events."""
    from engine.cases.written import EventFile, events_from_yaml, read_events

    if path is None:
        return EventFile("", ())
    return events_from_yaml(standard_input(), "<stdin>") if path == "-" else read_events(Path(path))
