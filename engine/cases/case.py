"""A case: a policy (or several versions of it, one after another) and a log, and everything that follows from them.

A `Case` holds the newest link of a chain, each link one entry in its effective place, and the state after it. An
event that comes in order adds a link at a cost that does not grow with the log; anything else folds the log anew.
Only every `CHECKPOINT`-th link keeps its state: an earlier reading folds forward from the one before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.cases import events as built_in
from engine.cases.changes import Change, changes_between
from engine.cases.events import Event, instant_of, london_day
from engine.cases.fold import Step, step
from engine.cases.log import Entry, Placed, entry_from_dict, foresight_over, in_order
from engine.cases.migrating import History, migrated, migration_data, version_in
from engine.cases.migration import Migration, migration_between
from engine.cases.passing import advance
from engine.cases.program import program_of
from engine.cases.refusal import Conflict, EventRefused, Refused, WhyNot
from engine.cases.state import Notice, State, initial_state, values_of
from engine.cases.view import View
from engine.cases.why import why_refused
from engine.errors import UsageError
from engine.policy.build import OPENING
from engine.policy.model import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import time

    from engine.cases.log import Known
    from engine.cases.program import Program
    from engine.cases.state import Cycle
    from engine.policy.library import PolicyLibrary

FORMAT = 1
CHECKPOINT = 16


class Case:
    """One complaint under one policy: an immutable value. `open` begins one, `apply` gives the next.

    `policy` is the version that counts now, after the last entry; `migrate` changes it from a day on.
    `changes` lists what the last `apply` added, moved or withdrew; `conflicts` the entries that no longer fit and
    change nothing; `notices` what time or a correction could not do. Equal cases have equal `to_dict()`.
    """

    __slots__ = (
        "_changes", "_last_day", "_last_instant", "_link", "_others", "_state", "count", "policy", "reference", "under",
        "versions",
    )  # fmt: skip

    policy: Policy
    reference: str | None
    count: int
    under: tuple[Notice, ...]
    versions: tuple[Policy, ...]

    def __init__(
        self, versions: tuple[Policy, ...], reference: str | None, link: Link, state: State, count: int
    ) -> None:
        self.versions = versions
        self.policy = state.program.policy
        self.reference = reference
        self.count = count
        self.under = ()
        self._link = link
        self._state = state
        self._last_day = link.day
        self._last_instant = 0
        self._others: Others = NO_OTHERS
        self._changes: tuple[Change, ...] | None = None

    @classmethod
    def open(cls, policy: Policy, reference: str | None = None) -> Case:
        """A case to which nothing has happened yet. `reference` is the host's own, and opaque."""
        return cls._begun((policy,), reference)

    @classmethod
    def _begun(cls, versions: tuple[Policy, ...], reference: str | None) -> Case:
        state = initial_state(program_of(versions[0]), OPENING)
        return cls(versions, reference, Link(None, None, 0, 0, 0, None, Seldom(state=state)), state, 0)

    # --- Adding to the log -------------------------------------------------------------------------------------

    def apply(self, *events: Event, despite: Iterable[int] = ()) -> Case:
        """The case with these events recorded, judged together; this one is unchanged.

        `despite` names entries (ids) that may stop fitting: they stay in the log, change nothing, and are listed
        in `conflicts`. Raises `EventRefused` if one of the events is not accepted at its place, or if an entry
        accepted before would no longer be and is not named.
        """
        for event in events:
            if not isinstance(event, Event):
                raise UsageError(f"`apply` takes events, each an argument of its own, not {event!r}")
        if len(events) == 1 and not despite:
            case = _next_in_order(self, events[0])
            if case is not None:
                return case
        return _fold_in(self, events, frozenset(despite))

    def knowing(self, *versions: Policy) -> Case:
        """The case with these versions of its policy at hand, for events that migrate to them.

        `versions` holds them after the one it began under. Raises `UsageError` for another policy.
        """
        for policy in versions:
            if policy.id != self.policy.id:
                raise UsageError(
                    f"a case is migrated to another version of {self.policy.id}, not to {policy.id}"
                )
        known = tuple(dict.fromkeys((*self.versions, *versions)))
        if known == self.versions:
            return self
        case = Case.__new__(Case)
        for name in Case.__slots__:
            setattr(case, name, getattr(self, name))
        case.versions = known
        return case

    def migrate(
        self,
        to: Policy,
        *,
        on: date,
        by: str | None = None,
        stage: str | None = None,
        reason: str | None = None,
        at: time | None = None,
        recorded: datetime | None = None,
        actor: str | None = None,
    ) -> Case:
        """The case under another version of its policy from `on`, a day on which that version is in force.

        Limits that have ended keep their results; open ones keep their start and are measured anew. `stage` says
        where the case stands from then on, and is needed if the new version has not the stage it is in. What the
        new version has no name for is ended or set aside, with a notice. Entries after it that no longer fit are
        never a refusal: they are listed in `conflicts`. `migration` tells all this beforehand.
        Raises `EventRefused` for a day out of force and for a stage that must be said, `UsageError` for another policy.
        """
        data = migration_data(to, stage, reason)
        event = Event(built_in.MIGRATED, on=on, by=by, data=data, at=at, recorded=recorded, actor=actor)
        return self.knowing(to).apply(event)

    def migration(
        self, to: Policy, *, on: date, by: str | None = None, stage: str | None = None
    ) -> Migration:
        """What `migrate` would change, and the event it would record; nothing is recorded.

        Raises what `migrate` raises.
        """
        after = self.migrate(to, on=on, by=by, stage=stage)
        link = next(link for link in after._links() if link.position == after.count)
        assert link.before is not None
        assert link.event is not None
        before = after._state_on(link.before, link.day)
        known = set(self.conflicts)
        conflicts = tuple(each for each in after.conflicts if each not in known)
        return migration_between(before, after._state_on(link, link.day), link.event, conflicts)

    # --- Reading -----------------------------------------------------------------------------------------------

    def at(self, as_of: date, known_at: datetime | None = None) -> View:
        """The case as it stood on the evening of `as_of`, all that time does up to and on that day included.

        `known_at` reads it as it was known then: only what was recorded up to that instant.
        """
        if isinstance(as_of, datetime) or not isinstance(as_of, date):
            raise UsageError(f"`as_of` is a date such as date(2026, 5, 19), not {as_of!r}")
        case = self if known_at is None else self.as_known(known_at)
        day = as_of.toordinal()
        link = case._link
        while link.before is not None and link.day > day:
            link = link.before
        return View(case, link, case._state_on(link, day), as_of)

    def _state_on(self, link: Link, day: int) -> State:
        """The state on `day` of the case as known, `link` being its last entry up to then."""
        latest = self._state
        if link is self._link and not latest.program.presumes_in_chains:
            return advance(latest.program, latest, day)
        foresight = self._foresight()
        state = _state_after(link, foresight)
        return advance(state.program, state, day, foresight)

    def state_of_run(self, link: Link, state: State, cycle: Cycle) -> State:
        """The state that knows the version a run was measured under: this one, or that before a later migration."""
        before: Link | None = link
        while state.program.limits.get(cycle.plan.id) is not cycle.plan and before is not None:
            if before.before is not None and before.is_migration:
                state = _state_after(before.before, self._foresight())
            before = before.before
        return state

    def as_known(self, known_at: datetime) -> Case:
        """The case as it was known then: with only what was recorded up to that instant."""
        if not isinstance(known_at, datetime) or known_at.tzinfo is None:
            raise UsageError("`known_at` is an instant: a datetime with a time zone")
        probe = Event("note", on=date.min, recorded=known_at)
        limit = instant_of(probe, 0)
        return _folded(self.versions, self.reference, [entry for entry in self.log if entry.instant <= limit])

    def _foresight(self) -> Known | None:
        oldest_first = reversed(list(self._links()))
        return foresight_over(_programs(self.versions), (link.placed() for link in oldest_first))

    @property
    def log(self) -> tuple[Entry, ...]:
        """Every entry, in the order recorded."""
        entries = [link.recorded() for link in self._links()]
        entries.extend(self._others.entries)
        return tuple(sorted(entries, key=lambda entry: entry.position))

    @property
    def latest(self) -> Entry | None:
        """The entry recorded last, `None` if there is none; found at once unless it was recorded late."""
        for link in self._links():
            if link.position == self.count:
                return link.recorded()
        return next((entry for entry in self._others.entries if entry.position == self.count), None)

    def entries_in_words(self) -> dict[str, str]:
        """What each entry is, by its id as text: the event, and whether a correction has changed it."""
        return {
            str(link.position): link.event.name + (", as corrected" if link.is_corrected else "")
            for link in self._links()
            if link.event is not None
        }

    def event_of(self, cause: str) -> Event | None:
        """The event of an entry, by its id as text, as corrected; `None` for what time did."""
        return next((link.event for link in self._links() if str(link.position) == cause), None)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the last `apply` added, moved or withdrew: stages, due dates, breaches, letters."""
        if self._changes is None:
            before, day = self._link.before, self._link.day
            self._changes = (
                ()
                if before is None
                else changes_between(self._state_on(before, day), self._state_on(self._link, day), day)
            )
        return self._changes

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The entries that stay in the log but change nothing, with the reason, in the order recorded."""
        found = [link.conflict for link in self._links() if link.conflict is not None]
        found.extend(self._others.conflicts)
        return tuple(sorted(found, key=lambda conflict: conflict.entry))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What time or a correction could not do, up to the last entry."""
        notices = values_of(self._state.notices)
        notices.extend(_standing_notice(link) for link in self._links() if link.stands is not None)
        return (*notices, *self.under)

    @property
    def last_day(self) -> date | None:
        """The effective date of the last entry in order, or `None`."""
        return date.fromordinal(self._link.day) if self._link.before is not None else None

    def _links(self) -> Iterator[Link]:
        """The links that hold an entry, newest first."""
        link: Link | None = self._link
        while link is not None and link.before is not None:
            yield link
            link = link.before

    # --- As JSON -----------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready inputs only: everything else follows from them. Equal cases give equal bytes.

        `in_force_from`, `digest` and `calendars` are those of `policy`; a case that was migrated lists under
        `versions` all that its log needs, the one it began under first.
        """
        log = self.log
        needed = _needed(self.versions, log)
        return {
            "duecourse": FORMAT,
            "reference": self.reference,
            "policy": self.policy.id,
            **_version_dict(self.policy),
            **({"versions": [_version_dict(each) for each in needed]} if len(needed) > 1 else {}),
            "log": [entry.to_dict() for entry in log],
        }

    def to_json(self) -> str:
        """`to_dict` as canonical JSON text: keys sorted, no spaces. Equal cases give equal bytes."""
        return json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_dict(
        cls, policy: Policy | PolicyLibrary, data: Mapping[str, Any], earlier: Iterable[Policy] = ()
    ) -> Case:
        """The case that `to_dict` gave. Never refuses an entry: what no longer fits is listed in `conflicts`.

        Its policy is `library.policy(data["policy"], date.fromisoformat(data["in_force_from"]))`; a case that was
        migrated needs the `earlier` versions as well, in any order. A library has them all.
        Raises `UsageError` if the data is no such case, belongs to another policy, or needs a version not given.
        """
        if (
            not hasattr(data, "get")
            or data.get("duecourse") != FORMAT
            or not isinstance(data.get("log"), list)
        ):
            raise UsageError("this is no case as `to_dict` writes it")
        versions = _versions_for(policy, data, earlier)
        entries = [entry_from_dict(entry) for entry in data["log"]]
        if [entry.position for entry in entries] != list(range(1, len(entries) + 1)):
            raise UsageError("the log's ids must run 1, 2, 3, … in the order recorded")
        _check_recording(entries)
        _check_versions(versions, entries)
        case = _folded(versions, data.get("reference"), entries)
        case.under = _other_texts(case.policy, versions, data)
        return case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.policy, self.reference, self.count))

    def __repr__(self) -> str:
        return f"Case({self.policy.id!r}, reference={self.reference!r}, {self.count} entries, in {self._state.stage})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the inputs; the chain is folded anew."""
        return Case.from_dict, (self.policy, self.to_dict(), self.versions)


class Seldom(NamedTuple):
    """What few links hold, kept apart so that the others are small.

    `state`: after a checkpoint. `conflict`: why the entry changes nothing. `stands`: the rule by which it stands
    although late. `original`: the event as recorded, where a correction has changed it. `taken`: the rule that takes
    it now.
    """

    state: State | None = None
    conflict: Conflict | None = None
    stands: str | None = None
    original: Event | None = None
    taken: str | None = None


class Link:
    """One entry in its effective place: the event with corrections, and the rule that took it when it was recorded.

    The root has no event and no link before it, and keeps its state.
    """

    __slots__ = ("before", "event", "position", "recorded_at", "rule", "second", "seldom")

    def __init__(
        self,
        before: Link | None,
        event: Event | None,
        second: int,
        position: int,
        instant: int,
        rule: str | None,
        seldom: Seldom | None,
    ) -> None:
        self.before = before
        self.event = event
        self.second = second
        self.position = position
        # Most entries are recorded when they happen; an instant of its own is kept only for the others.
        implied = 0 if event is None else event.day * built_in.SECONDS_A_DAY + second
        self.recorded_at = None if instant == implied else instant
        self.rule = rule
        self.seldom = seldom

    @property
    def day(self) -> int:
        """The effective day, as an ordinal; 0 for the root."""
        return 0 if self.event is None else self.event.day

    @property
    def instant(self) -> int:
        """The instant of recording, on the scale of `instant_of`."""
        return (
            self.day * built_in.SECONDS_A_DAY + self.second if self.recorded_at is None else self.recorded_at
        )

    @property
    def state(self) -> State | None:
        """The state after it, at checkpoints."""
        return None if self.seldom is None else self.seldom.state

    @property
    def conflict(self) -> Conflict | None:
        """Why it changes nothing, if so."""
        return None if self.seldom is None else self.seldom.conflict

    @property
    def stands(self) -> str | None:
        """The rule by which it stands although its date no longer fits."""
        return None if self.seldom is None else self.seldom.stands

    @property
    def taken(self) -> str | None:
        """The rule that takes it in the log as known now."""
        return self.rule if self.seldom is None else self.seldom.taken

    @property
    def is_migration(self) -> bool:
        """Whether the case stands under another version after it."""
        return self.event is not None and self.event.name == built_in.MIGRATED and self.conflict is None

    @property
    def is_corrected(self) -> bool:
        """Whether a correction has changed the event."""
        return self.seldom is not None and self.seldom.original is not None

    def recorded(self) -> Entry:
        """The entry as recorded."""
        original = None if self.seldom is None else self.seldom.original
        event = original or self.event
        assert event is not None
        return Entry(self.position, event, self.rule, self.instant)

    def placed(self) -> Placed:
        """The entry with its place in the order."""
        assert self.event is not None
        return Placed(self.day, self.second, self.position, self.recorded(), self.event)


@dataclass(frozen=True, slots=True)
class Others:
    """What a case holds beside its links: corrections and struck entries, and the corrections that do not fit."""

    entries: tuple[Entry, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


NO_OTHERS = Others()


# --- In order: the common case ---------------------------------------------------------------------------------

# A correction changes what came before; a migration looks at all of it.
_NEVER_IN_ORDER = frozenset({built_in.CORRECTION, built_in.MIGRATED})


def _next_in_order(case: Case, event: Event) -> Case | None:
    """The case after an event that comes after all others; `None` if the log must be folded anew."""
    before = case._link
    day, second, last_day = event.day, event.second, case._last_day
    if day < last_day or event.name in _NEVER_IN_ORDER:
        return None
    if second < 0:
        second = before.second if day == last_day else 0
    elif day == last_day and second < before.second:
        return None
    state = case._state
    program = state.program
    plan = program.events.get(event.name)
    if plan is not None and plan.presumed_from is not None and not _still_pending(state, event):
        return None
    position = case.count + 1
    try:
        instant = _instant_after(case._last_instant, event, second)
        if state.wake <= day:
            state = advance(program, state, day)
        taken = step(program, state, event, second, intern(str(position)))
    except Refused as refused:
        raise EventRefused(event, why_refused(program, state, event, second, refused)) from None
    rule = taken.rule
    name = None if rule is None else rule.id
    seldom = None if position % CHECKPOINT else Seldom(state=taken.state, taken=name)
    following = Case.__new__(Case)
    following.policy = case.policy
    following.reference = case.reference
    following.count = position
    following.under = case.under
    following.versions = case.versions
    following._others = case._others
    following._changes = None
    following._state = taken.state
    following._last_day = day
    following._last_instant = instant
    following._link = Link(before, event, second, position, instant, name, seldom)
    return following


def _still_pending(state: State, event: Event) -> bool:
    return any(
        each.event == event.name and each.day > event.day and not each.settled for each in state.pending
    )


def _instant_after(before: int, event: Event, second: int) -> int:
    """The instant of recording: given, and then not before the last one nor before the event's own date; or implied."""
    instant = instant_of(event, second)
    if event.recorded is None:
        return max(before, instant)
    if instant < before:
        raise Refused(
            "recorded_backwards",
            "it was recorded before the entry before it; the log is in order of recording",
        )
    if london_day(instant) < event.day:
        raise Refused("future", f"it is dated {event.on}, after the day it was recorded")
    return instant


def _check_recording(entries: Sequence[Entry]) -> None:
    """Raise `UsageError` if a log goes back in recording, or an entry is dated after the day it was recorded."""
    last = 0
    for entry in entries:
        if entry.instant < last:
            raise UsageError(f"a damaged log: entry {entry.position} was recorded before the entry before it")
        if london_day(entry.instant) < entry.event.day:
            raise UsageError(f"a damaged log: entry {entry.position} is dated after the day it was recorded")
        last = entry.instant


# --- Out of order: fold anew -----------------------------------------------------------------------------------


def _fold_in(case: Case, events: Sequence[Event], despite: frozenset[int]) -> Case:
    """The case with these events in their places, all judged together."""
    if not events:
        return case
    old = case.log
    new: list[Entry] = []
    instant = case._last_instant
    for offset, event in enumerate(events, start=1):
        try:
            instant = _instant_after(instant, event, max(event.second, 0))
        except Refused as refused:
            raise EventRefused(event, _plain_why(case, event, refused)) from None
        new.append(Entry(case.count + offset, event, None, instant))
    folded = _folded(case.versions, case.reference, [*old, *new])
    folded.under = case.under
    _judge(case, folded, new, despite)
    before = case._link
    day = max(before.day, folded._link.day)
    folded._changes = changes_between(
        case._state_on(before, day),
        folded._state_on(folded._link, day),
        day,
    )
    return folded


def _judge(case: Case, folded: Case, new: Sequence[Entry], despite: frozenset[int]) -> None:
    """Raise `EventRefused` if a new entry is not accepted, or one accepted before no longer is and is not named.

    A migration is accepted whatever no longer fits after it.
    """
    before = {conflict.entry for conflict in case.conflicts}
    conflicts = {conflict.entry: conflict for conflict in folded.conflicts}
    for entry in new:
        if entry.position in conflicts:
            raise EventRefused(entry.event, _why_in(folded, conflicts[entry.position]))
    if any(entry.event.name == built_in.MIGRATED for entry in new):
        return
    broken = sorted(position for position in conflicts if position not in before and position not in despite)
    if broken:
        named = "; ".join(
            f"entry {position}, {conflicts[position].event.name} on {conflicts[position].event.on}: "
            f"{conflicts[position].reason}"
            for position in broken
        )
        why = WhyNot(
            new[-1].event.name,
            folded._state.stage,
            "undoes",
            f"entries accepted before would no longer be: {named}",
            advice=(f"to record it all the same: despite={broken}",),
        )
        raise EventRefused(new[-1].event, why, tuple(broken))


def _why_in(folded: Case, conflict: Conflict) -> WhyNot:
    """The full account of a refusal at the place where it happened."""
    for link in folded._links():
        if link.position == conflict.entry and link.event is not None:
            state = _state_after(link, folded._foresight())
            refused = conflict.refused or Refused(conflict.kind, conflict.reason)
            return why_refused(state.program, state, link.event, link.second, refused)
    return WhyNot(conflict.event.name, folded._state.stage, conflict.kind, conflict.reason)


def _plain_why(case: Case, event: Event, refused: Refused) -> WhyNot:
    return WhyNot(event.name, case._state.stage, refused.kind, refused.text)


def _folded(versions: tuple[Policy, ...], reference: str | None, entries: Sequence[Entry]) -> Case:
    """The case that these entries make, begun under the first version.

    Entries that are not accepted become conflicts; nothing is raised.
    """
    placed, corrections, misfits = in_order(entries)
    fold = Fold(versions, foresight_over(_programs(versions), placed), _history_of(placed))
    begun = Case._begun(versions, reference)
    link, state = begun._link, begun._state
    for number, each in enumerate(placed, start=1):
        link, state = _placed_link(fold, link, state, each, keep=number % CHECKPOINT == 0)
    case = Case(versions, reference, link, state, len(entries))
    case._last_instant = max((entry.instant for entry in entries), default=0)
    ordered = {each.position for each in placed}
    case._others = Others(
        tuple(entry for entry in entries if entry.position not in ordered),
        tuple(
            Conflict(entry.position, entry.event, misfits[entry.position].kind, misfits[entry.position].text)
            for entry in corrections
            if entry.position in misfits
        ),
    )
    return case


class Fold(NamedTuple):
    """What a fold of a whole log knows: the versions, the presumed events, and, where it migrates, what came before."""

    versions: tuple[Policy, ...]
    foresight: Known | None
    history: History | None


def _history_of(placed: Iterable[Placed]) -> History | None:
    return History() if any(each.event.name == built_in.MIGRATED for each in placed) else None


def _taken(fold: Fold, state: State, placed: Placed) -> Step:
    """The entry tried on a state that time has brought to its day. Raises `Refused`."""
    name = intern(str(placed.position))
    if placed.event.name == built_in.MIGRATED:
        return Step(migrated(state, placed.event, name, fold.versions, fold.history), None)
    return step(state.program, state, placed.event, placed.second, name, placed.entry.rule, fold.foresight)


def _placed_link(
    fold: Fold,
    before: Link,
    state: State,
    placed: Placed,
    *,
    keep: bool,
) -> tuple[Link, State]:
    """The link for an entry in its place, and the state after it; one that is not accepted changes nothing.

    A migration's link always keeps its state, so that folding forward from a link never meets one.
    """
    entry, event, second = placed.entry, placed.event, placed.second
    original = None if event is entry.event else entry.event
    keep = keep or event.name == built_in.MIGRATED
    earlier = state
    state = advance(state.program, state, placed.day, fold.foresight)
    rule, conflict, taken, stands = entry.rule, None, None, None
    try:
        done = _taken(fold, state, placed)
    except Refused as refused:
        conflict = Conflict(entry.position, event, refused.kind, refused.text, refused)
    else:
        state, stands = done.state, done.stands
        if fold.history is not None:
            fold.history.note(earlier, state, event)
        taken = None if done.rule is None else done.rule.id
        rule = rule or taken
    kept = state if keep else None
    seldom = (
        None
        if (kept, conflict, stands, original, taken) == (None, None, None, None, rule)
        else Seldom(
            kept,
            conflict,
            stands,
            original,
            taken,
        )
    )
    return Link(before, event, second, entry.position, entry.instant, rule, seldom), state


def _state_after(link: Link, foresight: Known | None) -> State:
    """The state after a link, folded forward from the last checkpoint up to it."""
    to_fold = []
    while link.state is None:
        to_fold.append(link)
        assert link.before is not None  # the root keeps its state
        link = link.before
    state = link.state
    for each in reversed(to_fold):
        assert each.event is not None
        state = advance(state.program, state, each.day, foresight)
        if each.conflict is None:
            taken = step(
                state.program,
                state,
                each.event,
                each.second,
                intern(str(each.position)),
                each.rule,
                foresight,
            )
            state = taken.state
    return state


def _other_texts(latest: Policy, versions: Sequence[Policy], data: Mapping[str, Any]) -> tuple[Notice, ...]:
    """What a log loaded here was recorded under, where that differs: another text of a version, another calendar."""
    if "versions" not in data:
        return tuple(_differing(latest, data, ""))
    return tuple(
        notice
        for policy, recorded in zip(versions, data["versions"], strict=True)
        for notice in _differing(policy, recorded, f" in its version of {policy.in_force_from}")
    )


def _differing(policy: Policy, recorded: Mapping[str, Any], which: str) -> Iterator[Notice]:
    if recorded.get("digest") != policy.digest:
        text = f"the log was recorded under another text of this policy{which}"
        yield Notice("other_policy", 0, policy.id, text)
    calendars = recorded.get("calendars")
    for name, calendar in sorted(policy.calendars.items()):
        if not isinstance(calendars, dict) or calendars.get(name) != calendar.digest:
            text = f"the log was recorded under another calendar {name}{which}"
            yield Notice("other_calendar", 0, name, text)


# --- Versions --------------------------------------------------------------------------------------------------


def _programs(versions: Sequence[Policy]) -> list[Program]:
    return [program_of(policy) for policy in versions]


def _version_dict(policy: Policy) -> dict[str, Any]:
    """A version as a stored case names it."""
    return {
        "in_force_from": policy.in_force_from.isoformat(),
        "digest": policy.digest,
        "calendars": {name: calendar.digest for name, calendar in sorted(policy.calendars.items())},
    }


def _targets(entries: Iterable[Entry]) -> Iterator[tuple[Any, Any]]:
    """The first day and the digest of each version that a log migrates to, corrections and struck entries included."""
    for entry in entries:
        data = entry.event.data
        if entry.event.name == built_in.CORRECTION:
            data = data.get("data", data) if hasattr(data.get("data"), "items") else {}
        if entry.event.name in _NEVER_IN_ORDER and isinstance(data.get("to"), str):
            yield data["to"], data.get("digest")


def _needed(versions: tuple[Policy, ...], entries: Iterable[Entry]) -> tuple[Policy, ...]:
    """The version the case began under, then those its log migrates to, in the order recorded."""
    targets = [version_in(versions, *target) for target in _targets(entries)]
    return tuple(dict.fromkeys((versions[0], *(policy for policy in targets if policy is not None))))


def _versions_for(
    policy: Policy | PolicyLibrary, data: Mapping[str, Any], earlier: Iterable[Policy]
) -> tuple[Policy, ...]:
    """The versions that a stored case needs, of those given or in the library, the one it began under first."""
    name = data.get("policy")
    if isinstance(policy, Policy):
        given = (policy, *earlier)
        other = next((each.id for each in given if each.id != name), None)
        if other is not None:
            raise UsageError(f"this is a case under {name}, not under {other}")
        if "versions" not in data:
            return tuple(dict.fromkeys(given))
    else:
        given = (*policy.versions(str(name)), *earlier)
    recorded = data.get("versions", [data])
    if not isinstance(recorded, list) or not recorded or not all(hasattr(each, "get") for each in recorded):
        raise UsageError("this is no case as `to_dict` writes it")
    return tuple(_version_given(given, str(name), each) for each in recorded)


def _version_given(given: Sequence[Policy], name: str, recorded: Mapping[str, Any]) -> Policy:
    first_day = recorded.get("in_force_from")
    found = version_in(given, first_day, recorded.get("digest"))
    if found is None:
        raise UsageError(_missing(given, name, first_day))
    return found


def _missing(given: Sequence[Policy], name: str, first_day: Any) -> str:
    dates = ", ".join(sorted({str(each.in_force_from) for each in given}))
    return (
        f"this case needs the version of {name} that starts on {first_day}; those given start on: {dates} "
        f"(`earlier` takes the others, or give a library)"
    )


def _check_versions(versions: Sequence[Policy], entries: Iterable[Entry]) -> None:
    """Raise `UsageError` for a migration to a version that was not given."""
    for first_day, digest in _targets(entries):
        if version_in(versions, first_day, digest) is None:
            raise UsageError(_missing(versions, versions[0].id, first_day))


def _standing_notice(link: Link) -> Notice:
    assert link.event is not None
    text = f"{link.event.name} on {link.event.on} stands although {link.stands} would no longer take it on that date"
    return Notice("stands", link.day, link.event.name, text)
