"""Names in a scenario file that the policy does not know: each is an error with its place, never a silent pass.

What an expected refusal says in words (`refused: no rule in this stage`) may hold what is wrong on purpose, so its
data and role are left to the engine; its event is looked up all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cases import BUILT_IN
from engine.cases.data import OPEN_KEYS
from engine.cases.events import CORRECTION, LETTER_SENT, MIGRATED
from engine.cases.migrating import DATA_KEYS, version_in
from engine.cases.written import instant
from engine.documents import likely
from engine.documents.words import quoted
from engine.replay.scenario import Happens, Looks, Story, Timetable, as_texts, own

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from engine.documents import Document
    from engine.policy.model import Fact, Policy
    from engine.problems import Problem

    Path = tuple[str | int, ...]

POINTS = "points"
# Of one file, scenarios taken together: who has more unknown names than that reads no further.
MOST_PROBLEMS = 100
# A correction in a scenario says date and time as a step does: `at` and `time`.
CORRECTION_KEYS = frozenset({"target", "strike", "at", "time", "by", "actor", "data", "reason", "text"})


def whole_file_problems(document: Document) -> Iterator[Problem]:
    """Names used twice, and what belongs to an intake in a file about a policy, or the other way round."""
    first: dict[str, int] = {}
    of_intake = "intake_for" in document.data
    strange = ("steps", "limit") if of_intake else ("decision", "refused")
    goes_with = "scenarios_for" if of_intake else "intake_for"
    for number, scenario in enumerate(document.data["scenarios"]):
        for key in strange:
            if key in scenario:
                yield document.problem(
                    ("scenarios", number, key), "not-together", f"`{key}` goes with `{goes_with}`", key=True,
                )  # fmt: skip
        name = scenario["name"]
        if name in first:
            yield document.problem(
                ("scenarios", number, "name"), "name-used-twice", f'there are two scenarios "{name}"',
                related=((document.place(("scenarios", first[name], "name")), "the first one"),),
            )  # fmt: skip
        first.setdefault(name, number)


def problems_of(
    document: Document, scenario: Story | Timetable, policy: Policy, *others: Policy
) -> list[Problem]:
    """What is wrong with the names of one scenario; `others` are versions that it may be migrated to."""
    checker = Checker(document, (policy, *others), names_of_all((policy, *others)))
    check = checker.story if isinstance(scenario, Story) else checker.timetable
    return list(islice(check(scenario), MOST_PROBLEMS))  # type: ignore[arg-type]  # chosen by the type of the scenario


class Names(NamedTuple):
    """The names that a policy knows, by kind."""

    event: Collection[str]
    stage: Collection[str]
    limit: Collection[str]
    fact: Mapping[str, Fact]
    letter: Collection[str]
    role: Collection[str]
    rule: Collection[str]


def names_of(policy: Policy) -> Names:
    """The names a policy knows, gathered on first use."""
    names: Names | None = policy.cache.get("names in scenarios")
    if names is None:
        names = policy.cache["names in scenarios"] = Names(
            frozenset((*policy.events, *BUILT_IN)),
            policy.stages.keys(),
            policy.limits.keys(),
            policy.facts,
            policy.letters.keys(),
            policy.people.keys(),
            frozenset(rule.id for rule in policy.rules()),
        )
    return names


def names_of_all(versions: Sequence[Policy]) -> Names:
    """The names that some version knows; a fact has the answers of every version."""
    if len(versions) == 1:
        return names_of(versions[0])
    named = [names_of(policy) for policy in versions]
    facts: dict[str, Fact] = {}
    for each in named:
        for name, fact in each.fact.items():
            before = facts.get(name, fact)
            facts[name] = replace(fact, answers=tuple(dict.fromkeys((*before.answers, *fact.answers))))
    others = {
        kind: frozenset().union(*(getattr(each, kind) for each in named))
        for kind in Names._fields
        if kind != "fact"
    }
    return Names(**others, fact=facts)


class Recorded(NamedTuple):
    """What has happened so far: the event of each id, and the events of the steps recorded."""

    ids: dict[str, str]
    events: list[str]


# What each expectation names: a kind of name, in a text, in a list or as the keys of a map.
EXPECTED_NAMES = {
    "stage": "stage",
    "due": "limit",
    "overdue": "limit",
    "met": "limit",
    "running": "limit",
    "paused": "limit",
    "lapsed": "limit",
    "extended": "limit",
    "letters": "letter",
    "by_rule": "rule",
    "allowed": "event",
    "ledger": "limit",
}


class Lookup:
    """Looks up names in a scenario file, and says which are unknown. `names` has a collection for each kind."""

    def __init__(self, document: Document, names: Any) -> None:
        self.document = document
        self.names = names

    def answer(self, path: Path, fact: Fact, value: Any) -> Iterator[Problem]:
        """A value that a fact can have."""
        if _POSSIBLE[fact.kind](fact, value):
            return
        if fact.kind == "choice":
            yield self.unknown(path, "answer", quoted(value).strip('"'), fact.answers)
        else:
            wanted = {"count": "a whole number from 0 up", "date": "a date such as 2026-05-01"}[fact.kind]
            yield self.document.problem(
                path, "wrong-fact-value", f'"{fact.id}" is {wanted}, not {quoted(value)}'
            )

    def expected(self, path: Path, kind: str, value: Any) -> Iterator[Problem]:
        """The names in one expectation, however it is written."""
        known = getattr(self.names, kind)
        if isinstance(value, dict):
            for name in own(value):
                if name not in known:
                    yield self.unknown((*path, name), kind, name, key=True)
            return
        for place, name in enumerate(as_texts(value)):
            if name not in known:
                yield self.unknown(path if isinstance(value, str) else (*path, place), kind, name)

    def unknown(
        self,
        path: Path,
        kind: str,
        word: str,
        known: Iterable[str] | None = None,
        *,
        key: bool = False,
    ) -> Problem:
        """The problem of a name that nobody knows, with the one likely meant or the list of those there are."""
        there_are = sorted(getattr(self.names, kind) if known is None else known)
        meant = likely(word, there_are)
        notes = () if meant is not None else (f"there are: {', '.join(there_are) or 'none'}",)
        message = f'there is no {_CALLED.get(kind, kind)} "{word}"'
        return self.document.problem(path, f"unknown-{kind}", message, key=key, instead=meant, notes=notes)


class Checker(Lookup):
    """Looks up the names of one scenario about a policy."""

    def __init__(self, document: Document, versions: Sequence[Policy], names: Names) -> None:
        super().__init__(document, names)
        self.versions = versions

    def timetable(self, timetable: Timetable) -> Iterator[Problem]:
        """The names of a timetable."""
        path: Path = ("scenarios", timetable.number)
        data = self.document.data["scenarios"][timetable.number]
        if timetable.limit not in self.names.limit:
            yield self.unknown((*path, "limit"), "limit", timetable.limit)
        yield from self.given(path, data)
        for row in timetable.rows:
            yield from self.given(row.path, data["rows"][row.path[-1]])

    def story(self, story: Story) -> Iterator[Problem]:
        """The names of a story."""
        if story.given:
            path: Path = ("scenarios", story.number)
            yield from self.given(path, self.document.data["scenarios"][story.number])
        so_far = Recorded({}, [])
        for step in story.steps:
            yield from self.recorded(step)
            if isinstance(step, Looks):
                yield from self.looks(step)
                continue
            yield from self.happens(step, so_far)
            if step.id in so_far.ids:
                message = f'there are two steps "{step.id}"'
                yield self.document.problem((*step.path, "id"), "name-used-twice", message)
            if step.id is not None:
                so_far.ids[step.id] = step.event
            if step.refused is None:
                so_far.events.append(step.event)

    def recorded(self, step: Happens | Looks) -> Iterator[Problem]:
        """A moment that there is."""
        try:
            if step.recorded is not None:
                instant(step.recorded)
        except ValueError as wrong:
            yield self.document.problem((*step.path, "recorded"), "not-a-moment", str(wrong))

    def given(self, path: Path, data: Mapping[str, Any]) -> Iterator[Problem]:
        """Facts that hold from the start; a fact on points needs the points."""
        facts = own(data.get("given", {}))
        yield from self.facts((*path, "given"), facts, extra=(POINTS,))
        for fact in facts:
            known = self.names.fact.get(fact)
            if known is not None and known.per_point and POINTS not in facts:
                yield self.document.problem(
                    (*path, "given", fact), "points-missing", f'"{fact}" is asked on each point, and no points are given',
                    key=True, notes=(f"write them first: given: {{points: [point_1, point_2], {fact}: …}}",),
                )  # fmt: skip

    def happens(self, step: Happens, so_far: Recorded) -> Iterator[Problem]:
        """The names of something that happens."""
        if step.event not in self.names.event:
            yield self.unknown((*step.path, "when"), "event", step.event)
        for other in step.despite:
            if other not in so_far.ids:
                yield self.unknown((*step.path, "despite"), "step", other, so_far.ids)
        if isinstance(step.refused, str):
            return
        if step.by is not None and step.by not in self.names.role:
            yield self.unknown((*step.path, "by"), "role", step.by)
        if step.data and step.event in self.names.event:
            path = (*step.path, "with" if "with" in self._raw(step) else "record")
            check = {CORRECTION: self.correction, MIGRATED: self.migration}.get(step.event, self.data)
            yield from check(path, step, so_far)

    def data(self, path: Path, step: Happens, _so_far: Recorded) -> Iterator[Problem]:
        """The names in the data of an event."""
        letter = step.data.get("letter")
        if step.event == LETTER_SENT and isinstance(letter, str) and letter not in self.names.letter:
            yield self.unknown((*path, "letter"), "letter", letter)
        yield from self.facts(path, step.data, extra=self._other_data(step.event))

    def migration(self, path: Path, step: Happens, _so_far: Recorded) -> Iterator[Problem]:
        """The version and the stage that a migration names."""
        first_day, stage = step.data.get("to"), step.data.get("stage")
        if isinstance(first_day, str) and version_in(self.versions, first_day) is None:
            known = {str(policy.in_force_from) for policy in self.versions}
            yield self.unknown((*path, "to"), "version", first_day, known)
        if isinstance(stage, str) and stage not in self.names.stage:
            yield self.unknown((*path, "stage"), "stage", stage)
        for key in own(step.data):
            if key not in DATA_KEYS:
                yield self.unknown((*path, key), "key", key, DATA_KEYS, key=True)

    def correction(self, path: Path, step: Happens, so_far: Recorded) -> Iterator[Problem]:
        """The names in a correction, which speaks of an earlier step."""
        data, event = step.data, None
        target = data.get("target")
        if isinstance(target, str):
            event = so_far.ids.get(target)
            if event is None:
                yield self.unknown((*path, "target"), "step", target, so_far.ids)
        elif isinstance(target, int):
            if 1 <= target <= len(so_far.events):
                event = so_far.events[target - 1]
            else:
                message = (
                    f"there is no recorded step {target} before this one; there are {len(so_far.events)}"
                )
                yield self.document.problem((*path, "target"), "unknown-step", message)
        for key in own(data):
            if key not in CORRECTION_KEYS:
                yield self.unknown((*path, key), "data", key, CORRECTION_KEYS, key=True)
        if "at" in data and not _is_date(None, data["at"]):
            message = f'"{data["at"]}" is no date such as 2026-05-01; the time of day stands in `time`'
            yield self.document.problem((*path, "at"), "not-a-date", message)
        if event is not None and isinstance(data.get("data"), dict):
            yield from self.facts((*path, "data"), data["data"], extra=self._other_data(event))

    def _other_data(self, event: str) -> Collection[str]:
        """What the data of an event may hold besides facts."""
        kinds = [policy.events[event] for policy in self.versions if event in policy.events]
        needs = (need.name for kind in kinds for need in kind.needs)
        return (*OPEN_KEYS, *(DATA_KEYS if event == MIGRATED else ()), *needs)

    def facts(self, path: Path, facts: Mapping[str, Any], extra: Collection[str]) -> Iterator[Problem]:
        """Facts with values they can have; `extra` are other keys that may stand there."""
        known = self.names.fact
        for name, value in facts.items():
            fact = known.get(name)
            if fact is None:
                if name not in extra and not name.startswith("x_"):
                    yield self.unknown((*path, name), "fact", name, (*known, *extra), key=True)
            elif not fact.per_point:
                yield from self.answer((*path, name), fact, value)
            elif isinstance(value, dict):
                for point, each in value.items():
                    yield from self.answer((*path, name, point), fact, each)
            else:
                message = f'"{name}" is asked on each point: give a value for each, by point'
                yield self.document.problem((*path, name), "wrong-fact-value", message)

    def looks(self, step: Looks) -> Iterator[Problem]:
        """The names of what is expected."""
        for key, value in step.expected.items():
            kind = EXPECTED_NAMES.get(key)
            path = (*step.path, "then", key)
            if kind is not None:
                yield from self.expected(path, kind, value)
            elif key == "facts":
                yield from self.facts(path, value, extra=(POINTS,))

    def _raw(self, step: Happens) -> Any:
        return self.document.data["scenarios"][step.path[1]]["steps"][step.path[3]]


_CALLED = {
    "data": "key of a correction",
    "step": "earlier step with the id",
    "version": "version that starts on",
}


def _is_answer(fact: Fact, value: Any) -> bool:
    return value in fact.answers


def _is_count(_fact: Fact, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_date(_fact: Fact | None, value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


_POSSIBLE: dict[str, Callable[[Any, Any], bool]] = {
    "choice": _is_answer,
    "count": _is_count,
    "date": _is_date,
}
