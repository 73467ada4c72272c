"""What a policy or an intake is held against: the requirements of a base, as data.

`<folder>/<authority>/<name>.requirements.yaml` stands beside the policy (or intake) whose requirements it has. What a
requirement says of the world is text; what it asks of a policy is one or more tests of a few general kinds, which
`engine.policy.checks.law` carries out. Nothing here knows what a test means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from engine.documents import read_file, shape_problems
from engine.errors import PolicyInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.documents import Document
    from engine.policy.overlay import Source
    from engine.problems import Problem

Weight = Literal["statute", "code", "guidance", "information"]

KIND = "requirements"
ENDING = ".requirements.yaml"
TESTS = (
    "time", "extension", "right", "role", "letter", "refusals", "stages", "last_answer", "way_out", "first_stage", "start",
    "published", "lets_in", "no_other_bars", "time_bar", "proceedings", "route", "notices",
)  # fmt: skip
_SEEN = {"text": "read in the text", "paraphrase": "read in a paraphrase", "none": "no text of it was read"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that the law, a code or guidance asks for: in words, and as tests by their kind.

    `rule` is the number by which the rule is known; `source` says where it stands and how it was read.
    """

    id: str
    rule: str
    title: str
    weight: Weight
    source: str
    says: str
    loses: str
    tests: Mapping[str, Mapping[str, Any]]

    @property
    def number(self) -> str:
        """The weight and the number of the rule, as a message gives them."""
        return f"{self.weight}, {self.rule}"


@dataclass(frozen=True, slots=True)
class Requirements:
    """Everything that is asked of whatever builds on `base`, or says that it conforms to it.

    What was over before the day `since` is not held against it.
    """

    base: str
    since: date | None
    each: tuple[Requirement, ...]

    def bind(self, until: date | None) -> bool:
        """Whether they count for something whose last day is `until` (`None`: it has none)."""
        return self.since is None or until is None or until >= self.since


def read_requirements(path: Path) -> Requirements:
    """The requirements in a file. Raises `PolicyInvalid` if it cannot be read or has another shape."""
    document = read_file(path)
    problems = requirements_problems(document)
    if problems:
        raise PolicyInvalid(problems)
    data = document.data
    since = data.get("since")
    return Requirements(
        data["requirements_for"],
        date.fromisoformat(since) if since is not None else None,
        tuple(_requirement(name, spec) for name, spec in data["requirements"].items()),
    )


def requirements_problems(document: Document) -> list[Problem]:
    """What is wrong in a file of requirements."""
    problems = shape_problems(document, KIND)
    if problems:
        return problems
    return [
        document.problem(
            ("requirements", name), "requirement-without-test",
            f'"{name}" asks for nothing that can be tested', key=True, notes=(f"tests are: {', '.join(TESTS)}",),
        )
        for name, spec in document.data["requirements"].items()
        if not spec.keys() & set(TESTS)
    ]  # fmt: skip


def file_of(folders: Iterable[Path], base: str) -> Path | None:
    """The file with the requirements of a policy (`authority/procedure`) or an intake (`authority`), if there is one."""
    name = base if "/" in base else f"{base}/intake"
    files = (folder / f"{name}{ENDING}" for folder in folders)
    return next((file for file in files if file.is_file()), None)


def base_of_file(path: Path) -> str:
    """Whose requirements a file has, as its path says."""
    authority, name = path.resolve().parent.name, path.name.removesuffix(ENDING)
    return authority if name == "intake" else f"{authority}/{name}"


def bases_of(source: Source, key: str) -> tuple[str, ...]:
    """What a file is held against: its own name, everything that it builds on, and what it says it conforms to.

    `key` names the thing in its file: `policy` or `intake`.
    """
    built_on = [str(document.data[key]) for document in source.documents]
    stated = source.data.get("conforms_to")
    return tuple(dict.fromkeys([*built_on, *([_unpinned(stated)] if stated else [])]))


def _unpinned(name: str) -> str:
    return name.partition("@")[0]


def _requirement(name: str, spec: dict[str, Any]) -> Requirement:
    return Requirement(
        id=name,
        rule=spec["rule"],
        title=spec["title"],
        weight=spec["weight"],
        source=f"{spec['source']} ({_SEEN[spec['seen']]})",
        says=spec["says"],
        loses=spec["loses"],
        tests={kind: spec[kind] for kind in TESTS if kind in spec},
    )
