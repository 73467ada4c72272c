"""Where policies and intakes are found, and which version applies.

`<folder>/<authority>/<procedure>[@<in force from>].yaml` is a policy, `<folder>/<authority>/intake[@…].yaml` what
the authority takes in. A library reads files only when asked for them and keeps what it read. Several folders may be
given; a name is looked up in the first that has it, so that an authority's own folder stands before the shipped one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.documents import likely, read_file, read_text, shape_problems
from engine.errors import PolicyInvalid, PolicyNotFound, UsageError
from engine.policy.build import build
from engine.policy.checks import (
    intake_law_problems,
    intake_problems,
    intake_reference_problems,
    meaning_problems,
    policy_law_problems,
    reference_problems,
    versions_problems,
)
from engine.policy.intake import Intake, build_intake
from engine.policy.model import Policy, Resolved
from engine.policy.overlay import Source, resolve
from engine.policy.requirements import (
    ENDING,
    Requirements,
    base_of_file,
    file_of,
    read_requirements,
    requirements_problems,
)
from engine.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from engine.documents import Document
    from engine.problems import Problem

_FILE = re.compile(r"([a-z0-9-]+)(?:@(\d{4}-\d{2}-\d{2}))?\.yaml")
_NAME = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?")
INTAKE = "intake"
LONGEST_CHAIN = 8


T = TypeVar("T", bound=Resolved)


@dataclass(frozen=True, slots=True)
class Examined(Generic[T]):
    """A file and what was found in it: what it states unless there are errors, and every problem."""

    path: str
    value: T | None
    problems: tuple[Problem, ...]

    @property
    def policy(self) -> Policy | None:
        """The policy, if the file states one without errors."""
        return self.value if isinstance(self.value, Policy) else None

    @property
    def intake(self) -> Intake | None:
        """The intake, if the file states one without errors."""
        return self.value if isinstance(self.value, Intake) else None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from being used."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What the files of one kind have in common.

    `key` names the thing in its file and is the name of its schema; `called` is how messages call it; `name` is the
    name that a path gives it, from the authority and the stem of the file.
    """

    key: str
    called: str
    name: Callable[[str, str], str | None]
    checked: Callable[[Source], tuple[T | None, list[Problem]]]


class Shelf(Generic[T]):
    """Every version of the policies, or of the intakes, in some folders."""

    def __init__(self, folders: tuple[Path, ...], kind: Kind[T], documents: dict[Path, Document]) -> None:
        self.folders = folders
        self.kind = kind
        self._documents = documents
        self._examined: dict[Path, Examined[T]] = {}
        self._shaped: dict[Path, list[Problem]] = {}
        self._files: dict[str, list[Path]] | None = None

    def names(self) -> tuple[str, ...]:
        """The names there are, sorted."""
        return tuple(sorted(self._index()))

    def files(self) -> tuple[Path, ...]:
        """Every file, sorted by name and version."""
        return tuple(path for name in self.names() for path in self._index()[name])

    def versions(self, name: str) -> tuple[T, ...]:
        """Every version, the earliest first; of those that start on one day, the withdrawn first.

        Raises `PolicyNotFound`, naming what there is, and `PolicyInvalid` if a version has errors.
        """
        found = self.examine(name)
        errors = [error for each in found for error in each.errors]
        if errors:
            raise PolicyInvalid(errors)
        values = [each.value for each in found if each.value is not None]
        return tuple(sorted(values, key=lambda value: (value.in_force_from, not value.withdrawn)))

    def in_force(self, name: str, on: date | None) -> T:
        """The version in force on a date (both ends included); the latest if no date is given.

        Raises `PolicyNotFound`, naming the versions' dates, if none is in force.
        """
        versions = self.versions(name)
        if on is None:
            return versions[-1]
        begun = [value for value in versions if value.in_force_from <= on]
        # The version that starts last counts, to its end: the one before it is over and does not come back.
        if begun and (begun[-1].in_force_until is None or on <= begun[-1].in_force_until):
            return begun[-1]
        dates = "; ".join(
            f"{value.in_force_from} to {value.in_force_until or 'further notice'}" for value in versions
        )
        called = f"the intake of {name}" if self.kind.key == INTAKE else name
        raise PolicyNotFound(f"no version of {called} is in force on {on}; there are: {dates}")

    def examine(self, name: str) -> tuple[Examined[T], ...]:
        """Every version with its problems, the earliest first. Raises `PolicyNotFound`, naming what there is."""
        files = self._index().get(name)
        if files is None:
            found = likely(name, self.names())
            hint = f'did you mean "{found}"?' if found else f"there are: {', '.join(self.names()) or 'none'}"
            raise PolicyNotFound(f'there is no {self.kind.called} "{name}"; {hint}')
        return tuple(sorted((self.examine_file(path) for path in files), key=_begins))

    def examine_file(self, path: Path) -> Examined[T]:
        """One file with its problems, whatever folder it is in; what it extends is looked up on this shelf."""
        if path not in self._examined:
            self._examined[path] = self._examine(path)
        return self._examined[path]

    def examine_document(self, document: Document) -> Examined[T]:
        """What a document that is no file of the library states; what it extends is looked up on this shelf."""
        return self._examined_document(document, shape_problems(document, self.kind.key))

    def documents(self, name: str) -> Iterator[Document]:
        """Every version as read, as far as it can be."""
        for path in self._index().get(name, ()):
            try:
                yield self.document(path)
            except PolicyInvalid:
                continue

    def keep(self, other: Shelf[T], changed: Collection[Path]) -> None:
        """Take over what another shelf of the same folders found of single files that have not changed since."""
        self._shaped.update((path, found) for path, found in other._shaped.items() if path not in changed)

    def document(self, path: Path) -> Document:
        """The document in a file, read once. Raises `PolicyInvalid` if it cannot be read."""
        if path not in self._documents:
            self._documents[path] = read_file(path)
        return self._documents[path]

    def _examine(self, path: Path) -> Examined[T]:
        try:
            document = self.document(path)
        except PolicyInvalid as invalid:
            return Examined(str(path), None, invalid.problems)
        shape = self._shape(path)
        if not shape:
            shape = [*versions_problems(document, self._beside(path))]
        return self._examined_document(document, [*shape, *self._misnamed(document, path)])

    def _examined_document(self, document: Document, problems: list[Problem]) -> Examined[T]:
        if problems:
            return Examined(document.path, None, tuple(sorted(problems)))
        try:
            documents = self._chain(document)
        except PolicyInvalid as invalid:
            return Examined(document.path, None, invalid.problems)
        source, problems = resolve(documents)
        value = None
        if not problems:
            value, problems = self.kind.checked(source)
        return Examined(document.path, value, tuple(sorted(problems)))

    def source(self, path: Path) -> Source | None:
        """What a file says together with what it extends, if that can be put together without a problem."""
        try:
            if self._shape(path):
                return None
            source, problems = resolve(self._chain(self.document(path)))
        except PolicyInvalid:
            return None
        return None if problems else source

    def unchecked(self, name: str) -> Iterator[Source]:
        """What each version says together with what it extends, as far as it can be read."""
        for path in self._index().get(name, ()):
            try:
                if not self._shape(path):
                    yield resolve(self._chain(self.document(path)))[0]
            except PolicyInvalid:
                continue

    def _index(self) -> dict[str, list[Path]]:
        if self._files is None:
            self._files = {}
            for folder in self.folders:
                found: dict[str, list[Path]] = {}
                for path in sorted(folder.glob("*/*.yaml")):
                    match = _FILE.fullmatch(path.name)
                    name = self.kind.name(path.parent.name, match[1]) if match else None
                    if name is not None:
                        found.setdefault(name, []).append(path)
                for name, files in found.items():
                    self._files.setdefault(name, files)
        return self._files

    def _beside(self, path: Path) -> list[Document]:
        """The other versions of the thing in this file, as far as they can be read."""
        match, here = _FILE.fullmatch(path.name), path.resolve()
        name = self.kind.name(here.parent.name, match[1]) if match else None
        files = self._index().get(name, []) if name is not None else []
        # However the file was named: one that is not in the library has no versions beside it.
        inside = any(here.samefile(other) for other in files)
        others = []
        for other in files if inside else ():
            try:
                if not here.samefile(other) and not self._shape(other):
                    others.append(self.document(other))
            except PolicyInvalid:
                continue
        return others

    def _shape(self, path: Path) -> list[Problem]:
        if path not in self._shaped:
            self._shaped[path] = shape_problems(self.document(path), self.kind.key)
        return self._shaped[path]

    def _misnamed(self, document: Document, path: Path) -> Iterator[Problem]:
        """The name and the first day in the file are those its path says."""
        match, said = _FILE.fullmatch(path.name), document.data.get(self.kind.key)
        if match is None or not isinstance(said, str):
            return
        meant = self.kind.name(path.resolve().parent.name, match[1])
        if meant is None:
            here, there = ("an intake", "a policy") if self.kind.key == INTAKE else ("a policy", "an intake")
            yield document.problem(
                (self.kind.key,), "name-and-path-differ",
                f"the file's name is that of {there}, but it states {here}", key=True,
            )  # fmt: skip
        elif said != meant and _NAME.fullmatch(meant):
            yield document.problem(
                (self.kind.key,), "name-and-path-differ",
                f'the file\'s path says this is "{meant}", but it calls itself "{said}"', instead=meant,
            )  # fmt: skip
        in_force = document.data.get("in_force")
        begins = in_force.get("from") if isinstance(in_force, dict) else None
        if match[2] is not None and isinstance(begins, str) and begins != match[2]:
            yield document.problem(
                ("in_force", "from"), "date-and-path-differ",
                f"the file's name says that this version starts on {match[2]}, and it says {begins}",
            )  # fmt: skip

    def _chain(self, document: Document) -> list[Document]:
        """The document and what it extends, nearest first. Raises `PolicyInvalid` where the chain breaks."""
        key = self.kind.key
        chain = [document]
        while "extends" in chain[-1].data:
            last = chain[-1]
            base = self._base(last)
            if len(chain) == LONGEST_CHAIN or any(each.data[key] == base.data[key] for each in chain):
                message = f"these {_several(self.kind.called)} extend each other in a circle"
                raise PolicyInvalid([last.problem(("extends",), "extends-in-a-circle", message)])
            chain.append(base)
        return chain

    def _base(self, document: Document) -> Document:
        name, _, pinned = str(document.data["extends"]).partition("@")
        files = self._index().get(name)
        if files is None:
            known = tuple(other for other in self.names() if other != document.data[self.kind.key])
            found = likely(name, known)
            notes = () if found else (f"there are: {', '.join(known) or 'none'}",)
            message = f'there is no {self.kind.called} "{name}" to extend'
            raise PolicyInvalid(
                [document.problem(("extends",), "unknown-base", message, instead=found, notes=notes)]
            )
        usable = [self.document(path) for path in files if not self._shape(path)]
        if not usable:
            message = f"{name}, which this extends, has problems of its own"
            problem = document.problem(("extends",), "base-has-problems", message)
            raise PolicyInvalid([problem, *(each for path in files for each in self._shape(path))])
        wanted = pinned or document.data["in_force"]["from"]
        begun = sorted((base for base in usable if _in_force_from(base) <= wanted), key=_starts)
        if begun and ((_in_force_from(begun[-1]) == pinned) if pinned else _covers(begun[-1], wanted)):
            return begun[-1]
        dates = ", ".join(_in_force_from(base) for base in usable)
        missing = f"starts on {pinned}" if pinned else f"is in force on {wanted}, when this starts"
        raise PolicyInvalid(
            [
                document.problem(
                    ("extends",), "base-not-in-force", f"no version of {name} {missing}",
                    notes=(f"its versions start on: {dates}",),
                ),
            ],
        )  # fmt: skip


class PolicyLibrary:
    """The policies and the intakes of some folders, every version of each."""

    def __init__(self, folders: Iterable[Path | str] = ()) -> None:
        """A library over these folders, or over the shipped policies if none is given. Reads nothing yet.

        Raises `UsageError` if one is not a folder.
        """
        self.folders = tuple(Path(folder) for folder in folders) or (Path(str(shipped("policies"))),)
        for folder in self.folders:
            if not folder.is_dir():
                raise UsageError(f"{folder} is not a folder of policies")
        self._documents: dict[Path, Document] = {}
        self._policies = Shelf(
            self.folders, Kind("policy", "policy", _policy_name, self._checked_policy), self._documents
        )
        self._intakes = Shelf(
            self.folders, Kind(INTAKE, "intake of", _intake_name, self._checked_intake), self._documents
        )
        self._requirements: dict[str, Requirements | None] = {}

    @classmethod
    def load(cls, *folders: Path | str) -> PolicyLibrary:
        """A library with everything read and checked. Raises `PolicyInvalid` with all errors of all files."""
        library = cls(folders)
        found = [*_everything(library._policies), *_everything(library._intakes)]
        errors = [error for each in found for error in each.errors]
        if errors:
            raise PolicyInvalid(errors)
        return library

    def renewed(self, changed: Collection[Path]) -> PolicyLibrary:
        """A library over the files as they now are: of those that have not changed, nothing is read again."""
        library = PolicyLibrary(self.folders)
        kept = {path: document for path, document in self._documents.items() if path not in changed}
        library._documents.update(kept)
        library._policies.keep(self._policies, changed)
        library._intakes.keep(self._intakes, changed)
        return library

    def documents(self, name: str) -> Iterator[Document]:
        """Every version of a policy, or of the intake `authority/intake`, as read, as far as it can be."""
        authority, _, stem = name.partition("/")
        return self._intakes.documents(authority) if stem == INTAKE else self._policies.documents(name)

    def names(self) -> tuple[str, ...]:
        """The policies there are, as `authority/procedure`, sorted."""
        return self._policies.names()

    def files(self) -> tuple[Path, ...]:
        """Every file of a policy or an intake: the policies first, each sorted by name and version."""
        return self._policies.files() + self._intakes.files()

    def versions(self, name: str) -> tuple[Policy, ...]:
        """Every version of a policy, the earliest first.

        Raises `PolicyNotFound`, naming what there is, and `PolicyInvalid` if a version has errors.
        """
        return self._policies.versions(name)

    def policy(self, name: str, on: date | None = None) -> Policy:
        """The version of a policy in force on a date (both ends included); the latest if no date is given.

        A version withdrawn gives way to another that starts on the same day. Raises `PolicyNotFound`, naming the
        versions' dates, if none is in force, and `PolicyInvalid` if a version has errors.
        """
        return self._policies.in_force(name, on)

    def drafts(self, name: str, despite: Collection[str]) -> tuple[Policy, ...]:
        """Every version of a policy, the earliest first, the errors of meaning in `despite` (names) overlooked.

        Raises `PolicyNotFound`, naming what there is, and `PolicyInvalid` if a version has other errors.
        """
        errors = [
            error
            for each in self._policies.examine(name)
            for error in each.errors
            if error.name not in despite
        ]
        if errors:
            raise PolicyInvalid(errors)
        built = [self.draft(Path(each.path)) for each in self._policies.examine(name)]
        found = [policy for policy in built if policy is not None]
        return tuple(sorted(found, key=lambda policy: (policy.in_force_from, not policy.withdrawn)))

    def draft(self, path: Path) -> Policy | None:
        """The policy in a file as it would be but for its errors of meaning; `None` if it has others."""
        source = self._policies.source(path)
        return None if source is None else _draft(source)

    def examine(self, name: str) -> tuple[Examined[Any], ...]:
        """Every version of a policy, or of the intake `authority/intake`, with its problems, the earliest first.

        Raises `PolicyNotFound`, naming what there is.
        """
        authority, _, stem = name.partition("/")
        shelf: Shelf[Any] = self._intakes if stem == INTAKE else self._policies
        return tuple(map(self._held, shelf.examine(authority if stem == INTAKE else name)))

    def requirements(self, base: str) -> Requirements | None:
        """What a policy, or the intake of an authority, requires of those that build on it; `None` if nothing."""
        if base not in self._requirements:
            file = file_of(self.folders, base)
            try:
                self._requirements[base] = read_requirements(file) if file is not None else None
            except PolicyInvalid:
                self._requirements[base] = None
        return self._requirements[base]

    def authorities(self) -> tuple[str, ...]:
        """The authorities whose intake there is, sorted."""
        return self._intakes.names()

    def intakes(self, authority: str) -> tuple[Intake, ...]:
        """Every version of an authority's intake, the earliest first. Raises as `versions` does."""
        return self._intakes.versions(authority)

    def intake(self, authority: str, on: date | None = None) -> Intake:
        """The version of an authority's intake in force on a date (both ends included); the latest without a date.

        Raises `PolicyNotFound`, naming what there is, and `PolicyInvalid` if a version has errors.
        """
        return self._intakes.in_force(authority, on)

    def examine_file(self, path: Path) -> Examined[Any]:
        """One file with its problems, whatever folder it is in; what it extends is looked up in this library.

        Of a file of requirements nothing but the problems is given.
        """
        match = _FILE.fullmatch(path.name)
        try:
            if path.name.endswith(ENDING):
                return Examined(str(path), None, _of_requirements(self._policies.document(path), path))
            states_intake = _is_intake(
                self._policies.document(path), match is not None and match[1] == INTAKE
            )
        except PolicyInvalid as invalid:
            return Examined(str(path), None, invalid.problems)
        shelf: Shelf[Any] = self._intakes if states_intake else self._policies
        return self._held(shelf.examine_file(path))

    def examine_text(self, text: str, path: str) -> Examined[Any]:
        """A policy or intake given as text, shown as `path`; what it extends is looked up in this library."""
        try:
            document = read_text(text, path)
        except PolicyInvalid as invalid:
            return Examined(path, None, invalid.problems)
        shelf: Shelf[Any] = self._intakes if _is_intake(document, named_so=False) else self._policies
        return self._held(shelf.examine_document(document))

    def _held(self, examined: Examined[Any]) -> Examined[Any]:
        """The same, held against the requirements of what it builds on. Only a file without errors is."""
        known = list(examined.problems)
        if examined.policy is not None:
            known = policy_law_problems(examined.policy, self.requirements, known)
        elif examined.intake is not None:
            known += intake_law_problems(examined.intake, self.requirements, self.usable_versions)
        return Examined(examined.path, examined.value, tuple(sorted(known)))

    def _checked_policy(self, source: Source) -> tuple[Policy | None, list[Problem]]:
        """As `checked`; what an intake of the authority asks has a use, for it is handed on."""
        authority = source.data["policy"].partition("/")[0]
        return checked(source, lambda: self._asked_by_intakes(authority))

    def _asked_by_intakes(self, authority: str) -> frozenset[str]:
        """The facts that the authority's intakes ask for."""
        return frozenset(
            fact for each in self._intakes.unchecked(authority) for fact in each.data.get("facts", {})
        )

    def _checked_intake(self, source: Source) -> tuple[Intake | None, list[Problem]]:
        """The intake a source states, or `None` with its errors."""
        problems = list(intake_reference_problems(source))
        if problems:
            return None, problems
        intake = build_intake(source)
        problems = list(intake_problems(intake, self.usable_versions))
        return (None if _has_errors(problems) else intake), problems

    def usable_versions(self, name: str) -> tuple[Policy, ...] | None:
        """The versions of a policy, none if one of them has errors, or `None` if there is none of that name."""
        try:
            return self.versions(name)
        except PolicyNotFound:
            return None
        except PolicyInvalid:
            return ()


def checked(
    source: Source, handed_on: Callable[[], frozenset[str]] = frozenset
) -> tuple[Policy | None, list[Problem]]:
    """The policy a source states, or `None` with its errors; warnings come along. A broken reference silences the rest.

    `handed_on` gives the facts that an intake may hand on to its cases.
    """
    problems = list(reference_problems(source))
    if problems:
        return None, problems
    policy = build(source)
    problems = list(meaning_problems(policy, handed_on))
    return (None if _has_errors(problems) else policy), problems


def _draft(source: Source) -> Policy | None:
    return None if any(True for _ in reference_problems(source)) else build(source)


def load_policy(path: Path | str, *folders: Path | str) -> Policy:
    """The policy in one file, whatever folder it is in.

    What it extends is looked up in its own library (the folder above its authority's), then in `folders`, then in
    the shipped policies. Raises `PolicyInvalid` with every error, and `UsageError` for a file that states an intake.
    """
    file = Path(path)
    library = library_around(file, folders)
    examined = library.examine_file(file)
    if examined.intake is not None:
        raise UsageError(f"{file} states an intake, not a policy")
    if examined.policy is None:
        raise PolicyInvalid(examined.errors)
    return examined.policy


def library_around(file: Path, folders: Sequence[Path | str] = ()) -> PolicyLibrary:
    """The library a lone file sees: the folder above its own, those given, and the shipped one."""
    own = file.resolve().parent.parent
    return PolicyLibrary([*((own,) if own.is_dir() else ()), *folders, str(shipped("policies"))])


def _of_requirements(document: Document, path: Path) -> tuple[Problem, ...]:
    """What is wrong in a file of requirements, the name that its path gives it included."""
    problems = requirements_problems(document)
    meant = base_of_file(path)
    if not problems and document.data["requirements_for"] != meant:
        problems = [
            document.problem(
                ("requirements_for",), "name-and-path-differ",
                f'the file\'s path says that these are the requirements of "{meant}"', instead=meant,
            )
        ]  # fmt: skip
    return tuple(problems)


def _policy_name(authority: str, stem: str) -> str | None:
    return None if stem == INTAKE else f"{authority}/{stem}"


def _intake_name(authority: str, stem: str) -> str | None:
    return authority if stem == INTAKE else None


def _is_intake(document: Document, named_so: bool) -> bool:
    """Whether a document states an intake: by its first key, or, if it has neither, by the name of its file."""
    if "policy" in document.data:
        return False
    return INTAKE in document.data or named_so


def _everything(shelf: Shelf[Any]) -> Iterator[Examined[Any]]:
    return (each for name in shelf.names() for each in shelf.examine(name))


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _several(called: str) -> str:
    return "policies" if called == "policy" else "intakes"


def _begins(examined: Examined[Any]) -> str:
    """The first day of a version as ISO text; one that cannot be used comes last."""
    return str(examined.value.in_force_from) if examined.value is not None else "unknown"


def _starts(document: Document) -> tuple[str, bool]:
    """The first day, and whether the version stands: one withdrawn gives way to another of the same day."""
    return _in_force_from(document), not document.data.get("withdrawn", False)


def _in_force_from(document: Document) -> str:
    return str(document.data["in_force"]["from"])


def _covers(document: Document, day: str) -> bool:
    in_force: dict[str, str] = document.data["in_force"]
    return in_force["from"] <= day <= in_force.get("until", "9999-12-31")
