"""From what was typed to policies, libraries and cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from engine.cases import Case
    from engine.cases.written import EventFile
    from engine.policy.intake import Intake
    from engine.policy.library import PolicyLibrary
    from engine.policy.model import Policy, Resolved

V = TypeVar("V", bound="Resolved")
YAML = (".yaml", ".yml")


def folders_of(given: Iterable[str], here: Path = Path()) -> list[Path]:
    """Where to look: the folders given, or `policies` if there is one, both seen from `here`; then the shipped ones."""
    from engine.shipped import shipped

    packaged = Path(str(shipped("policies")))
    own = own_folders_of(given, here)
    if any(folder.is_dir() and folder.samefile(packaged) for folder in own):
        return own
    return [*own, packaged]


def own_folders_of(given: Iterable[str], here: Path = Path()) -> list[Path]:
    """As `folders_of`, without the shipped policies."""
    return [here / folder for folder in given] or [each for each in (here / "policies",) if each.is_dir()]


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


def library_for(text: str, given: Iterable[str]) -> PolicyLibrary:
    """The library in which something named on the command line is looked up: around its file, or the usual one."""
    return library_around(Path(text), given) if is_file_name(text) else library_of(given)


def is_file_name(text: str) -> bool:
    """Whether a policy is named by its file rather than as `authority/procedure`."""
    return text.endswith(YAML) or Path(text).is_file()


def refuse_two_versions(text: str, on: date | None) -> None:
    """Raises `UsageError` if a date is given beside a name or a file that is one version already."""
    from engine.errors import UsageError

    if on is None or not (is_file_name(text) or "@" in text):
        return
    what = "a file, which states" if is_file_name(text) else "the name of"
    raise UsageError(f"{text} is {what} one version, and --as-of {on} names one too: leave out --as-of")


def policy_named(text: str, given: Iterable[str], on: date | None = None) -> Policy:
    """The policy of a name, in its version in force on a date; or the policy in a file.

    `name@2026-04-01` is the version whose first day that is, whatever the date. Raises `PolicyNotFound`, `UsageError`
    or `PolicyInvalid`.
    """
    from engine.errors import UsageError
    from engine.policy.intake import Intake

    if not is_file_name(text):
        name, at, first_day = text.partition("@")
        library = library_of(given)
        if name.endswith("/intake") and name.removesuffix("/intake") in library.authorities():
            raise UsageError(f"{name} is an intake, not a policy")
        return version_of(library, name, first_day) if at else library.policy(name, on)
    stated = _stated_in(text, given)
    if isinstance(stated, Intake):
        raise UsageError(f"{text} states an intake, not a policy")
    return stated


def intake_named(text: str, given: Iterable[str], on: date | None = None) -> Intake:
    """The intake of an authority, in its version in force on a date; or the intake in a file.

    Raises `PolicyNotFound`, `UsageError` or `PolicyInvalid`.
    """
    from engine.errors import UsageError
    from engine.policy.model import Policy

    if not is_file_name(text):
        name, at, first_day = text.partition("@")
        library = library_of(given)
        return starting_on(library.intakes(name), name, first_day) if at else library.intake(name, on)
    stated = _stated_in(text, given)
    if isinstance(stated, Policy):
        raise UsageError(f"{text} states a policy, not an intake")
    return stated


def _stated_in(text: str, given: Iterable[str]) -> Policy | Intake:
    """What a file states. Raises `PolicyInvalid` with its errors."""
    from engine.errors import PolicyInvalid

    file = Path(text)
    examined = library_around(file, given).examine_file(file)
    stated = examined.policy or examined.intake
    if stated is None:
        raise PolicyInvalid(examined.errors)
    return stated


def version_of(library: PolicyLibrary, name: str, first_day: str) -> Policy:
    """The version of a policy that starts on a day (ISO text); of two that do, the one that was not withdrawn.

    Raises `PolicyNotFound`, naming the days on which its versions start.
    """
    return starting_on(library.versions(name), name, first_day)


def starting_on(versions: Sequence[V], name: str, first_day: str) -> V:
    """Of the versions of one thing, the earliest first, the last that starts on a day. Raises as `version_of` does."""
    from engine.errors import PolicyNotFound

    for version in reversed(versions):
        if version.in_force_from.isoformat() == first_day:
            return version
    dates = ", ".join(str(version.in_force_from) for version in versions)
    raise PolicyNotFound(f'no version of {name} starts on "{first_day}"; its versions start on: {dates}')


def is_authority(text: str) -> bool:
    """Whether a name is that of an authority alone, and no file."""
    return "/" not in text and not is_file_name(text)


def names_in(library: PolicyLibrary, authority: str | None) -> list[str]:
    """The names of the policies and intakes in a library, sorted: all, or those of an authority.

    Raises `PolicyNotFound`, naming the authorities there are.
    """
    from engine.documents import likely
    from engine.errors import PolicyNotFound

    names = sorted([*library.names(), *(f"{each}/intake" for each in library.authorities())])
    found = [name for name in names if authority in (None, name.partition("/")[0])]
    if authority is not None and not found:
        known = sorted({name.partition("/")[0] for name in names})
        meant = likely(authority, known)
        hint = f'did you mean "{meant}"?' if meant else f"there are: {', '.join(known) or 'none'}"
        raise PolicyNotFound(f'there is no authority "{authority}"; {hint}')
    return found


def policy_or_intake(text: str, given: Iterable[str], on: date | None = None) -> Resolved:
    """The policy of a name or in a file; or the intake in a file or called `authority/intake`."""
    from engine.documents import likely
    from engine.errors import PolicyNotFound

    if is_file_name(text):
        return _stated_in(text, given)
    authority, _, rest = text.partition("/")
    stem, at, first_day = rest.partition("@")
    if stem == "intake":
        return intake_named(f"{authority}{at}{first_day}", given, on)
    library = library_of(given)
    meant = likely(f"{authority}/{stem}", names_in(library, None))
    if meant is not None and meant.endswith("/intake"):
        raise PolicyNotFound(f'there is no policy "{authority}/{stem}"; did you mean "{meant}"?')
    return policy_named(text, given, on)


def case_from(text: str, given: Iterable[str], events: EventFile) -> Case:
    """The case that a file of events makes under a policy. Raises `PolicyInvalid` at the first event refused."""
    from engine.cases import Case, EventRefused
    from engine.errors import PolicyInvalid

    policy = policy_named(text, given, events.first_day)
    versions = versions_of(policy, text, given, events.migrates_to)
    case = Case.open(policy).knowing(*versions)
    for recorded in events.events(policy, *versions):
        try:
            case = case.apply(recorded.event)
        except EventRefused as refused:
            first, *considered = str(refused.why).splitlines()
            notes = tuple(line.removeprefix("  ") for line in considered)
            raise PolicyInvalid([recorded.problem("event-refused", first, notes)]) from refused
    return case


def versions_of(
    policy: Policy, text: str, given: Iterable[str], first_days: Iterable[str]
) -> tuple[Policy, ...]:
    """The versions of a policy, named `text` on the command line, that start on these days. Raises `PolicyNotFound`."""
    days = tuple(first_days)
    if not days:
        return ()
    library = library_for(text, given)
    return tuple(version_of(library, policy.id, day) for day in days)


def json_in(path: str) -> Any:
    """What a JSON file holds; `None` for one that is no JSON. Raises `OSError` if it cannot be read."""
    import json

    try:
        return json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError):
        return None


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
