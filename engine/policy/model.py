"""A policy as a value: what a checked file means, with nothing of the file's form left.

Everything here is immutable. Ids are the file's own; a rule's id is `stage.rule` or `anywhere.rule`, the words
that messages, traces and scenarios use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.calendars import Calendar, Length
    from engine.policy.conditions import Condition
    from engine.policy.overlay import Source
    from engine.problems import Place

Force = Literal["must", "will", "aim", "recommended", "external"]
Basis = Literal["law", "code", "guidance", "local"]
FactKind = Literal["choice", "count", "date"]
NeedKind = Literal["fact", "text", "date", "confirmed", "points"]
StartKind = Literal["event", "fact", "entering", "due"]
StartMode = Literal["earliest", "latest"]
Counting = Literal["skip_working_days", "add_calendar_days"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure, rule or fact comes from: the source and the place in it (a heading, a regulation)."""

    source: str
    place: str
    title: str
    url: str | None
    kind: str | None

    def __str__(self) -> str:
        return f"{self.title}, {self.place}"


@dataclass(frozen=True, slots=True)
class About:
    """What any element may say about itself."""

    title: str | None = None
    note: str | None = None
    basis: Basis | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that a person answers. `answers` is empty unless the kind is `choice`."""

    id: str
    ask: str
    kind: FactKind
    answers: tuple[str, ...]
    per_point: bool
    decided_by: tuple[str, ...]
    about: About

    def takes_answers_of(self, other: Fact) -> bool:
        """Whether this can have every value that a fact of another file can have."""
        same_form = (self.kind, self.per_point) == (other.kind, other.per_point)
        return same_form and set(other.answers) <= set(self.answers)


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in the procedure. A panel has `members` and a `chair`."""

    id: str
    acts_for: str | None
    appointed_by: str | None
    never: tuple[str, ...]
    not_also: tuple[str, ...]
    members: int | None
    chair: str | None
    about: About


@dataclass(frozen=True, slots=True)
class Need:
    """What an event's data must carry: a fact of that id, or a text, date, confirmation or list of points."""

    name: str
    kind: NeedKind


@dataclass(frozen=True, slots=True)
class EventType:
    """Something that can happen. `by` lists who may record it, the usual one first; empty: any role."""

    id: str
    by: tuple[str, ...]
    needs: tuple[Need, ...]
    appoints: str | None
    together_with: str | None
    presumed_from: str | None
    after: Length | None
    channels: Mapping[str, Length]
    about: About


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter the procedure owes. `sent_by`: the events that discharge it."""

    id: str
    to: tuple[str, ...]
    sent_by: tuple[str, ...]
    must_say: tuple[str, ...]
    about: About


@dataclass(frozen=True, slots=True)
class Start:
    """One thing that starts a limit: an event, a date fact, entering a stage, or the end of another's due date."""

    kind: StartKind
    id: str

    def __str__(self) -> str:
        return {"entering": "entering ", "due": "the due date of "}.get(self.kind, "") + self.id


@dataclass(frozen=True, slots=True)
class LengthCase:
    """A length that applies instead of `is` while its condition is true."""

    id: str
    condition: Condition
    length: Length


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause: the day it begins still counts, the day it ends does not. `at_most` caps each one."""

    id: str
    when: tuple[str, ...]
    until: tuple[str, ...]
    counting: Counting
    at_most: Length | None


@dataclass(frozen=True, slots=True)
class Warn:
    """A rung of the warning ladder: `share` in percent of the run, or `offset` days after (negative: before) due.

    `text` is the rung as the policy writes it; `working`: the offset counts working days.
    """

    text: str
    share: int | None
    offset: int
    working: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit. See section 6 of the language for each key; the names are the same.

    `starts` is empty exactly when `before` names a date fact. `stages`: those that list it in `due`; `None`
    when no stage does, so that it belongs to the case. `same_day`: the start is day 1.
    """

    id: str
    length: Length
    cases: tuple[LengthCase, ...]
    due_on: str | None
    up_to: Length | None
    extended_by: tuple[str, ...]
    extend_if: Condition | None
    late_extension: bool
    starts: tuple[Start, ...]
    mode: StartMode
    before: str | None
    met_by: tuple[str, ...]
    restarted_by: tuple[str, ...]
    owed_by: str | None
    force: Force
    practicable: bool
    pauses: tuple[Pause, ...]
    ceiling_fixed: bool
    roll: str | None
    warn: tuple[Warn, ...]
    told: bool
    calendar_id: str
    calendar: Calendar
    same_day: bool
    outlives: bool
    stages: frozenset[str] | None
    about: About


@dataclass(frozen=True, slots=True)
class DueRef:
    """A due date named by `within` or `after`; `longest`: the limit's ceiling instead."""

    limit: str
    longest: bool

    def __str__(self) -> str:
        return f"the ceiling of {self.limit}" if self.longest else self.limit


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows when something happens in a stage. `id` is `stage.rule` or `anywhere.rule`.

    `when` is empty exactly for an overdue rule. `reaches`: the stages where it can apply.
    """

    id: str
    when: tuple[str, ...]
    overdue: str | None
    condition: Condition | None
    within: tuple[DueRef, ...]
    after: tuple[DueRef, ...]
    go_to: str | None
    turns_down: bool
    send: tuple[str, ...]
    right_of: str | None
    reaches: tuple[str, ...]
    about: About


def rule_path(rule_id: str) -> tuple[str, ...]:
    """The path of a rule in the merged data."""
    group, name = rule_id.split(".", 1)
    return (group, name) if group == "anywhere" else ("stages", group, "next", name)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case can stand. `end` says how it ended; `aside`: entering it ends no limit."""

    id: str
    owner: str | None
    due: tuple[str, ...]
    rules: tuple[Rule, ...]
    end: str | None
    aside: bool
    about: About


class Resolved:
    """One version of what a file and those it extends state together: a policy, or an intake.

    `in_force_from` and `in_force_until` are both included. Two are equal when they are of one kind and their ids,
    first days and digests are.
    """

    __slots__ = ()
    id: str
    about: About
    in_force_from: date
    in_force_until: date | None
    withdrawn: bool
    source: Source

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, in force from {self.in_force_from})"

    @property
    def title(self) -> str:
        """What people call it."""
        return self.about.title or self.id

    @property
    def digest(self) -> str:
        """A fingerprint of the resolved content: equal content, equal digest."""
        return self.source.digest

    def place(self, *path: str) -> Place:
        """Where the file, or the base it extends, writes the value at this path."""
        return self.source.place(path)

    def _identity(self) -> tuple[str, date, str]:
        return self.id, self.in_force_from, self.digest

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Policy(Resolved):
    """One version of one authority's procedure, resolved, checked and ready to drive cases.

    `events`, `limits`, `stages`, `facts`, `people` and `letters` are by id: the names that cases speak of.
    """

    id: str
    about: About
    in_force_from: date
    in_force_until: date | None
    withdrawn: bool
    conforms_to: str | None
    facts: Mapping[str, Fact]
    people: Mapping[str, Role]
    events: Mapping[str, EventType]
    letters: Mapping[str, Letter]
    limits: Mapping[str, Limit]
    stages: Mapping[str, Stage]
    anywhere: tuple[Rule, ...]
    calendars: Mapping[str, Calendar]
    source: Source
    cache: dict[str, Any] = field(default_factory=dict)

    def rule_place(self, rule_id: str) -> Place:
        """Where the file, or the base it extends, writes a rule."""
        return self.source.place(rule_path(rule_id))

    def rules(self) -> tuple[Rule, ...]:
        """Every rule, those of stages first."""
        return tuple(rule for stage in self.stages.values() for rule in stage.rules) + self.anywhere

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id, or `None`."""
        return next((rule for rule in self.rules() if rule.id == rule_id), None)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the source; what is compiled from it is made anew."""
        from engine.policy.build import build

        return build, (self.source,)
