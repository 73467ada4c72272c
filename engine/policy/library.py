"""Where policies are found: `<folder>/<authority>/<procedure>[@<in force from>].yaml`, and which version applies.

A library reads files only when asked for them and keeps what it read. Several folders may be given; a name is
looked up in the first that has it, so that an authority's own folder stands before the shipped one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.documents import likely, read_file, shape_problems
from engine.errors import PolicyInvalid, PolicyNotFound, UsageError
from engine.policy.build import build
from engine.policy.checks import meaning_problems, reference_problems
from engine.policy.overlay import Source, resolve
from engine.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from engine.documents import Document
    from engine.policy.model import Policy
    from engine.problems import Problem

_NAME = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_FILE = re.compile(r"([a-z0-9-]+)(?:@\d{4}-\d{2}-\d{2})?\.yaml")
INTAKE = "intake"
LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Examined:
    """A file and what was found in it: the policy unless there are errors, and every problem."""

    path: str
    policy: Policy | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the policy from being used."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


class PolicyLibrary:
    """The policies of some folders, every version of each."""

    def __init__(self, folders: Iterable[Path | str] = ()) -> None:
        """A library over these folders, or over the shipped policies if none is given. Reads nothing yet.

        Raises `UsageError` if one is not a folder.
        """
        self.folders = tuple(Path(folder) for folder in folders) or (Path(str(shipped("policies"))),)
        for folder in self.folders:
            if not folder.is_dir():
                raise UsageError(f"{folder} is not a folder of policies")
        self._documents: dict[Path, Document] = {}
        self._examined: dict[Path, Examined] = {}
        self._shaped: dict[Path, list[Problem]] = {}
        self._files: dict[str, list[Path]] | None = None

    @classmethod
    def load(cls, *folders: Path | str) -> PolicyLibrary:
        """A library with every policy read and checked. Raises `PolicyInvalid` with all errors of all files."""
        library = cls(folders)
        errors = [
            error for name in library.names() for each in library.examine(name) for error in each.errors
        ]
        if errors:
            raise PolicyInvalid(errors)
        return library

    def names(self) -> tuple[str, ...]:
        """The policies there are, as `authority/procedure`, sorted."""
        return tuple(sorted(self._index()))

    def files(self) -> tuple[Path, ...]:
        """Every policy file, sorted by name and version."""
        return tuple(path for name in self.names() for path in self._index()[name])

    def versions(self, name: str) -> tuple[Policy, ...]:
        """Every version of a policy, the earliest first.

        Raises `PolicyNotFound`, naming what there is, and `PolicyInvalid` if a version has errors.
        """
        found = self.examine(name)
        errors = [error for each in found for error in each.errors]
        if errors:
            raise PolicyInvalid(errors)
        policies = [each.policy for each in found if each.policy is not None]
        return tuple(sorted(policies, key=lambda policy: (policy.in_force_from, not policy.withdrawn)))

    def policy(self, name: str, on: date | None = None) -> Policy:
        """The version of a policy in force on a date (both ends included); the latest if no date is given.

        A version withdrawn gives way to another that starts on the same day. Raises `PolicyNotFound`, naming the
        versions' dates, if none is in force, and `PolicyInvalid` if a version has errors.
        """
        versions = self.versions(name)
        if on is None:
            return versions[-1]
        for policy in reversed(versions):
            if policy.in_force_from <= on and (policy.in_force_until is None or on <= policy.in_force_until):
                return policy
        dates = "; ".join(
            f"{policy.in_force_from} to {policy.in_force_until or 'further notice'}" for policy in versions
        )
        raise PolicyNotFound(f"no version of {name} is in force on {on}; there are: {dates}")

    def examine(self, name: str) -> tuple[Examined, ...]:
        """Every version of a policy with its problems, the earliest first. Raises `PolicyNotFound`, naming what there is."""
        files = self._index().get(name)
        if files is None:
            found = likely(name, self.names())
            hint = f'did you mean "{found}"?' if found else f"there are: {', '.join(self.names()) or 'none'}"
            raise PolicyNotFound(f'there is no policy "{name}"; {hint}')
        return tuple(sorted((self.examine_file(path) for path in files), key=_begins))

    def examine_file(self, path: Path) -> Examined:
        """One file with its problems, whatever folder it is in; what it extends is looked up in this library."""
        if path not in self._examined:
            self._examined[path] = self._examine(path)
        return self._examined[path]

    def examine_text(self, text: str, path: str) -> Examined:
        """A policy given as text, shown as `path`; what it extends is looked up in this library."""
        from engine.documents import read_text

        try:
            document = read_text(text, path)
        except PolicyInvalid as invalid:
            return Examined(path, None, invalid.problems)
        return self._examined_document(document, shape_problems(document, "policy"))

    def _examine(self, path: Path) -> Examined:
        try:
            document = self._document(path)
        except PolicyInvalid as invalid:
            return Examined(str(path), None, invalid.problems)
        return self._examined_document(document, [*self._shape(path), *_misnamed(document, path)])

    def _examined_document(self, document: Document, problems: list[Problem]) -> Examined:
        if problems:
            return Examined(document.path, None, tuple(sorted(problems)))
        try:
            documents = self._chain(document)
        except PolicyInvalid as invalid:
            return Examined(document.path, None, invalid.problems)
        source, problems = resolve(documents)
        policy = None
        if not problems:
            policy, problems = checked(source)
        return Examined(document.path, policy, tuple(sorted(problems)))

    def _index(self) -> dict[str, list[Path]]:
        if self._files is None:
            self._files = {}
            for folder in self.folders:
                found: dict[str, list[Path]] = {}
                for path in sorted(folder.glob("*/*.yaml")):
                    match = _FILE.fullmatch(path.name)
                    if match and match[1] != INTAKE:
                        found.setdefault(f"{path.parent.name}/{match[1]}", []).append(path)
                for name, files in found.items():
                    self._files.setdefault(name, files)
        return self._files

    def _document(self, path: Path) -> Document:
        if path not in self._documents:
            self._documents[path] = read_file(path)
        return self._documents[path]

    def _shape(self, path: Path) -> list[Problem]:
        if path not in self._shaped:
            self._shaped[path] = shape_problems(self._document(path), "policy")
        return self._shaped[path]

    def _chain(self, document: Document) -> list[Document]:
        """The document and what it extends, nearest first. Raises `PolicyInvalid` where the chain breaks."""
        chain = [document]
        while "extends" in chain[-1].data:
            last = chain[-1]
            base = self._base(last)
            if len(chain) == LONGEST_CHAIN or any(
                each.data["policy"] == base.data["policy"] for each in chain
            ):
                raise PolicyInvalid(
                    [
                        last.problem(
                            ("extends",),
                            "extends-in-a-circle",
                            "these policies extend each other in a circle",
                        )
                    ]
                )
            chain.append(base)
        return chain

    def _base(self, document: Document) -> Document:
        name, _, pinned = str(document.data["extends"]).partition("@")
        files = self._index().get(name)
        if files is None:
            known = tuple(other for other in self.names() if other != document.data["policy"])
            found = likely(name, known)
            notes = () if found else (f"there are: {', '.join(known) or 'none'}",)
            message = f'there is no policy "{name}" to extend'
            raise PolicyInvalid(
                [document.problem(("extends",), "unknown-base", message, instead=found, notes=notes)]
            )
        usable = [self._document(path) for path in files if not self._shape(path)]
        if not usable:
            raise PolicyInvalid(
                [
                    document.problem(
                        ("extends",),
                        "base-has-problems",
                        f"{name}, which this extends, has problems of its own",
                    ),
                    *(problem for path in files for problem in self._shape(path)),
                ],
            )
        wanted = pinned or document.data["in_force"]["from"]
        for base in sorted(usable, key=_in_force_from, reverse=True):
            if (_in_force_from(base) == pinned) if pinned else _covers(base, wanted):
                return base
        dates = ", ".join(_in_force_from(base) for base in usable)
        raise PolicyInvalid(
            [
                document.problem(
                    ("extends",), "base-not-in-force",
                    f"no version of {name} " + (f"starts on {pinned}" if pinned else f"is in force on {wanted}, when this starts"),
                    notes=(f"its versions start on: {dates}",),
                ),
            ],
        )  # fmt: skip


def checked(source: Source) -> tuple[Policy | None, list[Problem]]:
    """The policy a source states, or `None` with its errors; warnings come along. A broken reference silences the rest."""
    problems = list(reference_problems(source))
    if problems:
        return None, problems
    policy = build(source)
    problems = list(meaning_problems(policy))
    broken = any(problem.severity == "error" for problem in problems)
    return (None if broken else policy), problems


def load_policy(path: Path | str, *folders: Path | str) -> Policy:
    """The policy in one file, whatever folder it is in.

    What it extends is looked up in its own library (the folder above its authority's), then in `folders`, then in
    the shipped policies. Raises `PolicyInvalid` with every error.
    """
    file = Path(path)
    library = library_around(file, folders)
    examined = library.examine_file(file)
    if examined.policy is None:
        raise PolicyInvalid(examined.errors)
    return examined.policy


def library_around(file: Path, folders: Sequence[Path | str] = ()) -> PolicyLibrary:
    """The library a lone file sees: the folder above its own, those given, and the shipped one."""
    own = file.resolve().parent.parent
    return PolicyLibrary([*((own,) if own.is_dir() else ()), *folders, str(shipped("policies"))])


def _misnamed(document: Document, path: Path) -> Iterator[Problem]:
    """The name in the file is the one its path says."""
    match = _FILE.fullmatch(path.name)
    said = document.data["policy"] if isinstance(document.data.get("policy"), str) else None
    if match is None or said is None:
        return
    meant = f"{path.resolve().parent.name}/{match[1]}"
    if said != meant and _NAME.fullmatch(meant):
        yield document.problem(
            ("policy",), "name-and-path-differ", f'the file\'s path says this is "{meant}", but it calls itself "{said}"',
            instead=meant,
        )  # fmt: skip


def _begins(examined: Examined) -> str:
    """The first day of a version as ISO text; one that cannot be used comes last."""
    return str(examined.policy.in_force_from) if examined.policy is not None else "unknown"


def _in_force_from(document: Document) -> str:
    return str(document.data["in_force"]["from"])


def _covers(document: Document, day: str) -> bool:
    in_force: dict[str, str] = document.data["in_force"]
    return in_force["from"] <= day <= in_force.get("until", "9999-12-31")
