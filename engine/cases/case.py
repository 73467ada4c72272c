"""A case: a policy and a log, and everything that follows from them.

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
from engine.cases.fold import step
from engine.cases.log import Entry, Placed, entry_from_dict, foresight_over, in_order
from engine.cases.passing import advance
from engine.cases.program import Program, program_of
from engine.cases.refusal import Conflict, EventRefused, Refused, WhyNot
from engine.cases.state import Notice, State, initial_state, values_of
from engine.cases.view import View
from engine.cases.why import why_refused
from engine.errors import UsageError
from engine.policy.build import OPENING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.cases.log import Known
    from engine.policy.model import Policy

FORMAT = 1
CHECKPOINT = 16


class Case:
    """One complaint under one policy: an immutable value. `open` begins one, `apply` gives the next.

    `changes` lists what the last `apply` added, moved or withdrew; `conflicts` the entries that no longer fit and
    change nothing; `notices` what time or a correction could not do. Equal cases have equal `to_dict()`.
    """

    __slots__ = (
        "_changes", "_last_day", "_last_instant", "_link", "_others", "_state", "count", "policy", "reference", "under",
    )  # fmt: skip

    policy: Policy
    reference: str | None
    count: int
    under: tuple[Notice, ...]

    def __init__(self, policy: Policy, reference: str | None, link: Link, state: State, count: int) -> None:
        self.policy = policy
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
        state = initial_state(OPENING)
        return cls(policy, reference, Link(None, None, 0, 0, 0, None, Seldom(state=state)), state, 0)

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
        program = program_of(self.policy)
        if link is self._link and not program.presumes_in_chains:
            return advance(program, self._state, day)
        foresight = self._foresight()
        return advance(program, _state_after(program, link, foresight), day, foresight)

    def as_known(self, known_at: datetime) -> Case:
        """The case as it was known then: with only what was recorded up to that instant."""
        if not isinstance(known_at, datetime) or known_at.tzinfo is None:
            raise UsageError("`known_at` is an instant: a datetime with a time zone")
        probe = Event("note", on=date.min, recorded=known_at)
        limit = instant_of(probe, 0)
        return _folded(self.policy, self.reference, [entry for entry in self.log if entry.instant <= limit])

    def _foresight(self) -> Known | None:
        oldest_first = reversed(list(self._links()))
        return foresight_over(program_of(self.policy), (link.placed() for link in oldest_first))

    @property
    def log(self) -> tuple[Entry, ...]:
        """Every entry, in the order recorded."""
        entries = [link.recorded() for link in self._links()]
        entries.extend(self._others.entries)
        return tuple(sorted(entries, key=lambda entry: entry.position))

    def entries_in_words(self) -> dict[str, str]:
        """What each entry is, by its id as text: the event, and whether a correction has changed it."""
        return {
            str(link.position): link.event.name + (", as corrected" if link.is_corrected else "")
            for link in self._links()
            if link.event is not None
        }

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
        """JSON-ready inputs only: everything else follows from them. Equal cases give equal bytes."""
        policy = self.policy
        return {
            "duecourse": FORMAT,
            "reference": self.reference,
            "policy": policy.id,
            "in_force_from": policy.in_force_from.isoformat(),
            "digest": policy.digest,
            "calendars": {name: calendar.digest for name, calendar in sorted(policy.calendars.items())},
            "log": [entry.to_dict() for entry in self.log],
        }

    def to_json(self) -> str:
        """`to_dict` as canonical JSON text: keys sorted, no spaces. Equal cases give equal bytes."""
        return json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_dict(cls, policy: Policy, data: Mapping[str, Any]) -> Case:
        """The case that `to_dict` gave. Never refuses an entry: what no longer fits is listed in `conflicts`.

        Its policy is `library.policy(data["policy"], date.fromisoformat(data["in_force_from"]))`.
        Raises `UsageError` if the data is no such case or belongs to another policy.
        """
        if (
            not hasattr(data, "get")
            or data.get("duecourse") != FORMAT
            or not isinstance(data.get("log"), list)
        ):
            raise UsageError("this is no case as `to_dict` writes it")
        if data.get("policy") != policy.id:
            raise UsageError(f"this is a case under {data.get('policy')}, not under {policy.id}")
        entries = [entry_from_dict(entry) for entry in data["log"]]
        if [entry.position for entry in entries] != list(range(1, len(entries) + 1)):
            raise UsageError("the log's ids must run 1, 2, 3, … in the order recorded")
        _check_recording(entries)
        case = _folded(policy, data.get("reference"), entries)
        case.under = _other_texts(policy, data)
        return case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.policy, self.reference, self.count))

    def __repr__(self) -> str:
        return f"Case({self.policy.id!r}, reference={self.reference!r}, {self.count} entries, in {self._state.stage})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the inputs; the chain is folded anew."""
        return Case.from_dict, (self.policy, self.to_dict())


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


def _next_in_order(case: Case, event: Event) -> Case | None:
    """The case after an event that comes after all others; `None` if the log must be folded anew."""
    before = case._link
    day, second, last_day = event.day, event.second, case._last_day
    if day < last_day or event.name == built_in.CORRECTION:
        return None
    if second < 0:
        second = before.second if day == last_day else 0
    elif day == last_day and second < before.second:
        return None
    program = program_of(case.policy)
    state = case._state
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
    folded = _folded(case.policy, case.reference, [*old, *new])
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
    """Raise `EventRefused` if a new entry is not accepted, or one accepted before no longer is and is not named."""
    before = {conflict.entry for conflict in case.conflicts}
    conflicts = {conflict.entry: conflict for conflict in folded.conflicts}
    for entry in new:
        if entry.position in conflicts:
            raise EventRefused(entry.event, _why_in(folded, conflicts[entry.position]))
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
    program = program_of(folded.policy)
    for link in folded._links():
        if link.position == conflict.entry and link.event is not None:
            state = _state_after(program, link, folded._foresight())
            refused = conflict.refused or Refused(conflict.kind, conflict.reason)
            return why_refused(program, state, link.event, link.second, refused)
    return WhyNot(conflict.event.name, folded._state.stage, conflict.kind, conflict.reason)


def _plain_why(case: Case, event: Event, refused: Refused) -> WhyNot:
    return WhyNot(event.name, case._state.stage, refused.kind, refused.text)


def _folded(policy: Policy, reference: str | None, entries: Sequence[Entry]) -> Case:
    """The case that these entries make. Entries that are not accepted become conflicts; nothing is raised."""
    program = program_of(policy)
    placed, corrections, misfits = in_order(entries)
    foresight = foresight_over(program, placed)
    begun = Case.open(policy)
    link, state = begun._link, begun._state
    for number, each in enumerate(placed, start=1):
        link, state = _placed_link(program, link, state, each, foresight, keep=number % CHECKPOINT == 0)
    case = Case(policy, reference, link, state, len(entries))
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


def _placed_link(
    program: Program,
    before: Link,
    state: State,
    placed: Placed,
    foresight: Known | None,
    *,
    keep: bool,
) -> tuple[Link, State]:
    """The link for an entry in its place, and the state after it; one that is not accepted changes nothing."""
    entry, event, second = placed.entry, placed.event, placed.second
    original = None if event is entry.event else entry.event
    state = advance(program, state, placed.day, foresight)
    rule, conflict, taken, stands = entry.rule, None, None, None
    try:
        done = step(program, state, event, second, intern(str(entry.position)), entry.rule, foresight)
    except Refused as refused:
        conflict = Conflict(entry.position, event, refused.kind, refused.text, refused)
    else:
        state, stands = done.state, done.stands
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


def _state_after(program: Program, link: Link, foresight: Known | None) -> State:
    """The state after a link, folded forward from the last checkpoint up to it."""
    to_fold = []
    while link.state is None:
        to_fold.append(link)
        assert link.before is not None  # the root keeps its state
        link = link.before
    state = link.state
    for each in reversed(to_fold):
        assert each.event is not None
        state = advance(program, state, each.day, foresight)
        if each.conflict is None:
            taken = step(
                program, state, each.event, each.second, intern(str(each.position)), each.rule, foresight
            )
            state = taken.state
    return state


def _other_texts(policy: Policy, data: Mapping[str, Any]) -> tuple[Notice, ...]:
    """What a log loaded here was recorded under, where that differs: another text of the policy, another calendar."""
    found = []
    if data.get("digest") != policy.digest:
        text = "the log was recorded under another text of this policy"
        found.append(Notice("other_policy", 0, policy.id, text))
    recorded = data.get("calendars")
    for name, calendar in sorted(policy.calendars.items()):
        if not isinstance(recorded, dict) or recorded.get(name) != calendar.digest:
            text = f"the log was recorded under another calendar {name}"
            found.append(Notice("other_calendar", 0, name, text))
    return tuple(found)


def _standing_notice(link: Link) -> Notice:
    assert link.event is not None
    text = f"{link.event.name} on {link.event.on} stands although {link.stands} would no longer take it on that date"
    return Notice("stands", link.day, link.event.name, text)
