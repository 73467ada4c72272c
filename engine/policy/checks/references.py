"""Names that lead nowhere: unknown stages, limits, events, facts, answers, letters, roles, calendars and sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.documents import likely
from engine.policy.elements import cited_source
from engine.policy.overlay import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.overlay import Path, Source
    from engine.problems import Place, Problem


class Site(NamedTuple):
    """Where names stand: a path with `*` for ids, and the kind of thing they name."""

    path: str
    kind: str


class Naming(NamedTuple):
    """Where a kind of file writes names, conditions, date facts and citations.

    `each_point`: a condition is judged for one point at a time, so that it may ask what is answered on each.
    """

    sites: tuple[Site, ...]
    conditions: tuple[str, ...]
    dates: tuple[str, ...]
    citing: tuple[str, ...]
    each_point: bool


# kind -> the top-level map that declares it, and how a message calls it.
KINDS = {
    "stage": ("stages", "stage"),
    "limit": ("limits", "limit"),
    "event": ("events", "event"),
    "fact": ("facts", "fact"),
    "letter": ("letters", "letter"),
    "role": ("people", "role"),
    "calendar": ("calendars", "calendar"),
}

_RULE = (
    ("when", "event"), ("overdue", "limit"), ("within", "limit"), ("after", "limit"),
    ("go_to", "stage"), ("send", "letter"), ("right_of", "role"),
)  # fmt: skip

# What policies and intakes have in common.
_SHARED = (
    Site("calendar", "calendar"),
    Site("facts.*.decided_by", "role"),
    Site("people.*.acts_for", "role"),
    Site("people.*.appointed_by", "role"),
    Site("people.*.not_also", "role"),
    Site("people.*.chair", "role"),
    Site("letters.*.to", "role"),
    Site("limits.*.calendar", "calendar"),
    Site("limits.*.owed_by", "role"),
)
_CITING = ("facts.*", "people.*", "letters.*", "limits.*")
POLICY = Naming(
    sites=(
        *_SHARED,
        Site("events.*.by", "role"),
        Site("events.*.appoints", "role"),
        Site("events.*.together_with", "role"),
        Site("events.*.presumed_from", "event"),
        Site("letters.*.sent_by", "event"),
        Site("limits.*.met_by", "event"),
        Site("limits.*.extended_by", "event"),
        Site("limits.*.restarted_by", "event"),
        Site("limits.*.pauses.*.when", "event"),
        Site("limits.*.pauses.*.until", "event"),
        Site("limits.*.due_on", "fact"),
        Site("limits.*.before", "fact"),
        Site("stages.*.owner", "role"),
        Site("stages.*.due", "limit"),
        Site("anywhere.*.in", "stage"),
        *(Site(f"{group}.{key}", kind) for group in ("stages.*.next.*", "anywhere.*") for key, kind in _RULE),
    ),
    conditions=("stages.*.next.*.if", "anywhere.*.if", "limits.*.extend_if", "limits.*.cases.*.if"),
    dates=("limits.*.due_on", "limits.*.before"),
    citing=(*_CITING, "events.*", "stages.*", "stages.*.next.*", "anywhere.*"),
    each_point=False,
)
INTAKE = Naming(
    sites=(
        *_SHARED,
        Site("limits.*.from", "fact"),
        Site("routes.*.send", "letter"),
        Site("exclusions.*.after", "limit"),
        Site("exclusions.*.come_back", "limit"),
        Site("exclusions.*.send", "letter"),
    ),
    conditions=("routes.*.if", "exclusions.*.if", "exclusions.*.unless"),
    dates=("limits.*.from",),
    citing=(*_CITING, "routes.*", "exclusions.*"),
    each_point=True,
)
# Words that may stand where a name is wanted.
SPECIAL = {"go_to": frozenset({"back"})}


def unknown_names(source: Source, naming: Naming = POLICY) -> Iterator[Problem]:
    """`unknown-…`: a name that nothing in the file or its base declares."""
    for site in naming.sites:
        for path, value in _values(source.data, site.path):
            for way, name in _names(path, value):
                if name not in SPECIAL.get(str(path[-1]), ()):
                    yield from _unknown(source, way, site.kind, name)


def unknown_starts(source: Source) -> Iterator[Problem]:
    """`unknown-event`, `unknown-stage`, `unknown-limit`: what a limit counts from."""
    for path, value in _values(source.data, "limits.*.from"):
        for way, item in _starts(path, value):
            if isinstance(item, dict):
                key, name = next(iter(item.items()))
                yield from _unknown(source, (*way, key), "stage" if key == "entering" else "limit", name)
                continue
            facts = source.data.get("facts", {})
            if item in facts:
                yield from _not_a_date(source, way, item)
            elif item not in source.data.get("events", {}):
                known = [
                    *source.data.get("events", {}),
                    *(name for name, fact in facts.items() if fact.get("kind") == "date"),
                ]
                yield _problem(
                    source, way, "unknown-event", f'there is no event and no date fact "{item}"', item, known
                )


def unknown_needs(source: Source) -> Iterator[Problem]:
    """`unknown-fact`: what an event needs."""
    for path, value in _values(source.data, "events.*.needs"):
        if isinstance(value, dict):
            for name, kind in value.items():
                if kind == "fact":
                    yield from _unknown(source, (*path, name), "fact", name, key=True)
        else:
            for way, name in _names(path, value):
                yield from _unknown(source, way, "fact", name)


def unknown_in_conditions(source: Source, naming: Naming = POLICY) -> Iterator[Problem]:
    """`unknown-fact`, `unknown-answer` and facts asked for in a way that their kind does not answer."""
    for pattern in naming.conditions:
        for path, value in _values(source.data, pattern):
            yield from _condition(source, path, value, each_point=naming.each_point)


def not_dates(source: Source, naming: Naming = POLICY) -> Iterator[Problem]:
    """`not-a-date-fact`: a date is wanted, and the fact is no date."""
    for pattern in naming.dates:
        for path, value in _values(source.data, pattern):
            if value in source.data.get("facts", {}):
                yield from _not_a_date(source, path, value)


def unknown_sources(source: Source, naming: Naming = POLICY) -> Iterator[Problem]:
    """`unknown-source`: a cite whose source is declared neither in the file that writes it nor in its bases."""
    for pattern in naming.citing:
        for path, value in _values(source.data, f"{pattern}.cite"):
            yield from _cites(source, path, value)


def ambiguous_ids(source: Source) -> Iterator[Problem]:
    """`name-used-twice`: a limit's `from` names events and date facts, so they share their names."""
    for name in source.data.get("facts", {}):
        if name in source.data.get("events", {}):
            yield source.problem(
                ("facts", name), "name-used-twice", f'"{name}" is both a fact and an event', key=True,
                related=((source.place(("events", name), key=True), "the event"),),
            )  # fmt: skip


REFERENCE_CHECKS: tuple[Callable[[Source], Iterator[Problem]], ...] = (
    unknown_names,
    unknown_starts,
    unknown_needs,
    unknown_in_conditions,
    not_dates,
    unknown_sources,
    ambiguous_ids,
)


INTAKE_REFERENCE_CHECKS: tuple[Callable[[Source, Naming], Iterator[Problem]], ...] = (
    unknown_names,
    unknown_in_conditions,
    not_dates,
    unknown_sources,
)


def _values(data: dict[str, Any], pattern: str) -> Iterator[tuple[Path, Any]]:
    """Every value that the pattern leads to, with its path."""
    found: list[tuple[Path, Any]] = [((), data)]
    for step in pattern.split("."):
        found = [
            ((*path, key), value[key])
            for path, value in found
            if isinstance(value, dict)
            for key in (value if step == "*" else (step,))
            if key in value
        ]
    yield from found


def _names(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """The names in a value: one, a list, or `{longest: limit}`."""
    for index, item in enumerate(as_list(value)):
        way = (*path, index) if isinstance(value, list) else path
        if isinstance(item, dict):
            yield (*way, "longest"), item.get("longest", "")
        else:
            yield way, item


def _starts(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    for key in ("earliest_of", "latest_of"):
        if isinstance(value, dict) and key in value:
            for index, item in enumerate(value[key]):
                yield (*path, key, index), item
            return
    yield path, value


def _unknown(source: Source, path: Path, kind: str, name: str, *, key: bool = False) -> Iterator[Problem]:
    group, word = KINDS[kind]
    known = source.data.get(group, {})
    if name not in known:
        problem = _problem(
            source, path, f"unknown-{kind}", f'there is no {word} "{name}"', name, list(known), key=key
        )
        taken_out = tuple(_taken_out(source, group, name))
        if taken_out:
            problem = replace(problem, instead=None, notes=(), related=(*problem.related, *taken_out))
        yield replace(problem, notes=(*_another_kind(source, name), *problem.notes))


def _taken_out(source: Source, group: str, name: str) -> Iterator[tuple[Place, str]]:
    """Where a file that extends another takes the thing of this name out, though something still names it."""
    for document in source.documents:
        for number, dotted in enumerate(as_list(document.data.get("remove"))):
            if dotted == f"{group}.{name}":
                yield document.place(("remove", number)), "taken out here"


def _another_kind(source: Source, name: str) -> Iterator[str]:
    """What the name is, if it is declared as something else."""
    words = [
        f"an {word}" if word == "event" else f"a {word}"
        for group, word in KINDS.values()
        if name in source.data.get(group, {})
    ]
    if words:
        yield f'"{name}" is {" and ".join(words)}'


def _problem(
    source: Source,
    path: Path,
    name: str,
    message: str,
    word: str,
    known: list[str],
    *,
    key: bool = False,
) -> Problem:
    instead = likely(word, known)
    notes = () if instead is not None else (f"there are: {', '.join(sorted(known)) or 'none'}",)
    return source.problem(path, name, message, key=key, instead=instead, notes=notes)


def _not_a_date(source: Source, path: Path, fact: str) -> Iterator[Problem]:
    kind = source.data["facts"][fact].get("kind", "choice")
    if kind != "date":
        yield source.problem(
            path, "not-a-date-fact", f'"{fact}" is no date',
            notes=("a date is wanted here: a fact with `kind: date`",),
            related=((source.place(("facts", fact), key=True), "the fact"),),
        )  # fmt: skip


def _cites(source: Source, path: Path, cite: dict[str, Any]) -> Iterator[Problem]:
    for name in cite:
        if cited_source(source, path, name) is None:
            known = sorted({key for document in source.documents for key in document.data.get("sources", {})})
            yield _problem(
                source, (*path, name), "unknown-source", f'no source "{name}" is declared in this file or its base',
                name, known, key=True,
            )  # fmt: skip


def _condition(source: Source, path: Path, spec: dict[str, Any], *, each_point: bool) -> Iterator[Problem]:
    for key, value in spec.items():
        way = (*path, key)
        if key in ("all_of", "any_of"):
            for index, item in enumerate(value):
                yield from _condition(source, (*way, index), item, each_point=each_point)
        elif key in ("not", "some_point", "every_point"):
            yield from _condition(source, way, value, each_point=each_point or key != "not")
        else:
            yield from _fact_asked(source, way, key, value, each_point=each_point)


def _fact_asked(source: Source, path: Path, name: str, value: Any, *, each_point: bool) -> Iterator[Problem]:
    fact = source.data.get("facts", {}).get(name)
    if fact is None:
        yield from _unknown(source, path, "fact", name, key=True)
        return
    kind = fact.get("kind", "choice")
    if fact.get("per") == "point" and not each_point:
        yield source.problem(
            path, "asked-without-point", f'"{name}" is answered on each point, so a condition must say for which',
            key=True, notes=("put it inside `some_point: {…}` or `every_point: {…}`",),
        )  # fmt: skip
    elif isinstance(value, dict):
        if kind != "count":
            yield source.problem(path, "not-a-count", f'"{name}" is no count: compare it with its answers')
    elif kind != "choice":
        yield source.problem(path, "not-a-choice", f'"{name}" is a {kind}: it has no answers to compare with')
    else:
        for way, answer in _names(path, value):
            if answer not in as_list(fact.get("answers")):
                yield _problem(
                    source, way, "unknown-answer", f'"{answer}" is no answer to "{name}"', str(answer),
                    [str(each) for each in as_list(fact.get("answers"))],
                )  # fmt: skip
