"""Whether a policy or an intake is what the requirements of its base ask for, by meaning and not by text.

The requirements are data (`engine.policy.requirements`); the kinds of tests are in `law_procedures` and `law_intakes`.
None of what is found keeps a policy from being used: the authority's page may say so, and then its policy does too.
A finding that the base has as well is told of the base only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.documents import likely
from engine.policy.checks.law_intakes import INTAKE_TESTS, HeldIntake
from engine.policy.checks.law_procedures import POLICY_TESTS, HeldPolicy
from engine.policy.checks.loosening import base_of
from engine.policy.intake import build_intake
from engine.policy.overlay import as_list, resolve
from engine.policy.requirements import bases_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.policy.checks.findings import Finding, Path
    from engine.policy.checks.intakes import Versions
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.policy.overlay import Source
    from engine.policy.requirements import Requirement, Requirements
    from engine.problems import Problem, Severity

    Lookup = Callable[[str], Requirements | None]
    Found = tuple[Requirement, Finding]
    Told = dict[
        tuple[str, str, Path], str
    ]  # a requirement's id, the name and the path of a finding: what it says

# What says in general terms what a requirement says of the same place.
GENERAL = frozenset({"law-loosened", "right-narrowed", "past-the-gate", "extension-without-ceiling"})
# What is told only where nothing graver is told of the same element.
LESSER = "bar-not-in-law"


def policy_law_problems(policy: Policy, lookup: Lookup, known: list[Problem]) -> list[Problem]:
    """What is already known of a policy, and how it departs from the requirements of what it builds on.

    Where a requirement tells of a place, what is known of it in general terms is left out.
    """
    names, stated = bases_of(policy.source, "policy"), policy.source.data.get("conforms_to")
    found = list(_of_policy(policy, names, lookup))
    base = base_of(policy) if found else None
    told = _told_of(_of_policy(base, names, lookup, always=True)) if base else {}
    law = _problems(policy.source, found, told)
    return [
        *_one_a_cause(law, known),
        *_nothing_to_conform_to(policy.source, stated, lookup),
        *_wrong_correspondences(policy.source, names, lookup),
    ]


def intake_law_problems(intake: Intake, lookup: Lookup, versions: Versions) -> Iterator[Problem]:
    """How an intake departs from the requirements of what it builds on."""
    names, stated = bases_of(intake.source, "intake"), intake.source.data.get("conforms_to")
    held = HeldIntake(intake, versions)
    found = list(_of_intake(held, names, lookup))
    documents = intake.source.documents[1:]
    told: Told = {}
    if found and documents:
        base = build_intake(resolve(documents)[0])
        told = _told_of(_of_intake(HeldIntake(base, versions), names, lookup, always=True))
    if held.left <= 0:
        yield intake.source.problem(
            ("exclusions",), "requirements-not-tried",
            "whether everybody is let in who has a right to was not found out: there is too much to try",
            key=True, severity="information",
        )  # fmt: skip
    yield from _procedures_not_held(held, names, lookup)
    yield from _problems(intake.source, found, told)
    yield from _nothing_to_conform_to(intake.source, stated, lookup)
    yield from _wrong_correspondences(intake.source, names, lookup)


def _of_policy(
    policy: Policy, names: Iterable[str], lookup: Lookup, *, always: bool = False
) -> Iterator[Found]:
    held = HeldPolicy(policy)
    for requirement in _binding(names, lookup, None if always else policy):
        for kind, test in requirement.tests.items():
            if kind in POLICY_TESTS:
                yield from ((requirement, finding) for finding in POLICY_TESTS[kind](held, test))


def _of_intake(
    held: HeldIntake, names: Iterable[str], lookup: Lookup, *, always: bool = False
) -> Iterator[Found]:
    for requirement in _binding(names, lookup, None if always else held.intake):
        for kind, test in requirement.tests.items():
            if kind in INTAKE_TESTS:
                yield from ((requirement, finding) for finding in INTAKE_TESTS[kind](held, test))


def _binding(names: Iterable[str], lookup: Lookup, version: Policy | Intake | None) -> Iterator[Requirement]:
    """The requirements under these names that count for a version; for none, all of them."""
    for name in names:
        requirements = lookup(name)
        if requirements is not None and (version is None or requirements.bind(version.in_force_until)):
            yield from requirements.each


def _told_of(found: Iterable[Found]) -> Told:
    return {(requirement.id, finding.name, finding.path): finding.what for requirement, finding in found}


def _problems(source: Source, found: list[Found], told: Told) -> list[Problem]:
    graver = {finding.path[:2] for _, finding in found if finding.name != LESSER}
    return [
        _problem(source, requirement, finding)
        for requirement, finding in found
        if not _is_of_the_base(source, requirement, finding, told)
        and not (finding.name == LESSER and finding.path[:2] in graver)
    ]


def _is_of_the_base(source: Source, requirement: Requirement, finding: Finding, told: Told) -> bool:
    """Whether the base is told the same, in the same words or because of what the file leaves as it is there."""
    what = told.get((requirement.id, finding.name, finding.path))
    return (
        what is not None and not finding.is_own and (what == finding.what or source.inherited(finding.path))
    )


def _problem(source: Source, requirement: Requirement, finding: Finding) -> Problem:
    severity: Severity = "information"
    if requirement.weight != "information" and not finding.is_minor:
        severity = "warning"
    problem = source.documents[0].problem if finding.is_own else source.problem
    return problem(
        finding.path, finding.name, f"{finding.what} ({requirement.number})",
        key=True, severity=severity, notes=(f"{requirement.title}: {requirement.says}",),
        related=tuple((source.place(path, key=True), f'"{path[-1]}"') for path in finding.related),
        source=requirement.source, loses=requirement.loses,
    )  # fmt: skip


def _one_a_cause(law: list[Problem], known: list[Problem]) -> list[Problem]:
    places = {problem.place for problem in law}
    return [*(each for each in known if each.name not in GENERAL or each.place not in places), *law]


def _procedures_not_held(held: HeldIntake, names: Iterable[str], lookup: Lookup) -> Iterator[Problem]:
    """`requirements-not-tried`: what is asked of those who complain under a procedure, and no procedure says it is one."""
    source, routes = held.intake.source, held.intake.routes.values()
    asked = {
        base: None
        for requirement in _binding(names, lookup, held.intake)
        for test in requirement.tests.values()
        for base in (test.get("procedure"), test.get("under"))
        if base is not None
    }
    strangers = [
        route for route in routes if route.accept_under and held.is_stranger(route.accept_under, asked)
    ]
    without = [base for base in asked if not held.under(base)]
    if without and strangers:
        said = "conforms_to" in source.documents[0].data
        yield source.problem(
            ("conforms_to",) if said else ("routes", strangers[0].id, "accept_under"), "requirements-not-tried",
            f"no procedure here builds on {' or '.join(without)}, or says that it conforms to it, so what is required"
            " of who may complain under it was not tried",
            severity="information",
            notes=(f"write `conforms_to: {without[0]}` in the procedure that stands for it",),
            related=tuple(
                (source.place(("routes", route.id, "accept_under")), f'"{route.id}"') for route in strangers
            ),
        )  # fmt: skip


# A group of `corresponds`: the check by which an unknown name is told, and how a message calls what it names.
_CORRESPONDING = {
    "facts": ("unknown-fact", "fact"),
    "people": ("unknown-role", "role"),
    "events": ("unknown-event", "event"),
    "stages": ("unknown-stage", "stage"),
    "exclusions": ("unknown-exclusion", "exclusion"),
}


def _wrong_correspondences(source: Source, names: Iterable[str], lookup: Lookup) -> Iterator[Problem]:
    """`unknown-…`: a correspondence of what is not in the file, or to what no requirement asks about."""
    held_against = [found for found in map(lookup, names) if found is not None]
    theirs = {word for found in held_against for each in found.each for word in _words(each.tests)}
    for group, (check, word) in _CORRESPONDING.items():
        for own, meant in source.data.get("corresponds", {}).get(group, {}).items():
            path, there = ("corresponds", group, own), source.data.get(group, {})
            fact, _, answer = own.partition(".")
            if fact not in there:
                yield source.problem(
                    path, check, f'there is no {word} "{fact}"',
                    key=True, severity="warning", **_meant(fact, there),
                )  # fmt: skip
            elif answer and answer not in (answers := as_list(there[fact].get("answers"))):
                yield source.problem(
                    path, "unknown-answer", f'"{answer}" is no answer to "{fact}"',
                    key=True, severity="warning", **_meant(answer, map(str, answers), f"{fact}."),
                )  # fmt: skip
            if theirs and meant not in theirs:
                article = "an" if word[0] == "e" else "a"
                against = " or ".join(found.base for found in held_against)
                meaning = likely(meant, sorted(theirs))
                yield source.problem(
                    path, check, f'no requirement of {against} names {article} {word} "{meant}"',
                    severity="warning" if meaning is not None else "information", instead=meaning,
                )  # fmt: skip


def _meant(name: str, there: Iterable[str], before: str = "") -> dict[str, Any]:
    """What is told with a name that is not there: the likely one, else those that are."""
    known = sorted(there)
    instead = likely(name, known)
    if instead is not None:
        return {"instead": f"{before}{instead}"}
    return {"notes": (f"there are: {', '.join(known) or 'none'}",)}


def _words(tests: object) -> Iterator[str]:
    """Every word of the tests of a requirement, the names among them."""
    if isinstance(tests, str):
        yield tests
    elif isinstance(tests, Mapping):
        for key, value in tests.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(tests, list | tuple):
        for each in tests:
            yield from _words(each)


def _nothing_to_conform_to(source: Source, stated: str | None, lookup: Lookup) -> Iterator[Problem]:
    """`nothing-to-conform-to`: the file says that it conforms to something that has no requirements to be read."""
    if stated is not None and lookup(stated.partition("@")[0]) is None:
        yield source.problem(
            ("conforms_to",), "nothing-to-conform-to",
            f'"{stated}" has no requirements that can be read, so nothing was held against them',
            severity="warning",
        )  # fmt: skip
