"""How long one way through a policy lasts, at the slowest and at the quickest that its limits allow.

At the slowest every duty is done on its last day with every extension used to its ceiling, every request is made on
its last day, and letters arrive when they are presumed to. At the quickest everything happens at once but for what
waits until a limit is over. Pauses are left out of account. Days are ordinals.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from engine.deadlines import NEVER, due_day
from engine.policy.waiting import BACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.calendars import Calendar, Length
    from engine.policy.model import DueRef, EventType, Limit, Policy, Rule
    from engine.policy.waiting import Waiting


class Move(NamedTuple):
    """One step from a stage to the next: by a rule, on an event or, without one, because a limit is over."""

    rule: Rule
    event: str | None
    target: str


class Happening(NamedTuple):
    """Something that happens on the way: a day and an event."""

    day: int
    event: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A stage on the way. `limit` is what bounds the stay, extended or not; none if nothing does.

    `bounded` is False if nothing says when the stage must be left; the stay then counts as none.
    """

    stage: str
    entered: int
    left: int
    event: str | None
    limit: str | None
    bounded: bool


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a way lasts. `counted_to` is the day before the end if the case ends by itself, else the end.

    `runs` are the limits that ran on the way, each with its start and the length of it that was counted; `missed`
    the duties that such a way cannot but miss; `marks` what happened without moving the case, presumed events apart.
    """

    start: int
    end: int
    counted_to: int
    stays: tuple[Stay, ...]
    runs: tuple[tuple[str, int, int], ...]
    missed: tuple[str, ...]
    marks: tuple[Happening, ...]

    @property
    def unbounded(self) -> tuple[str, ...]:
        """The stages in which nothing bounds the stay."""
        return tuple(stay.stage for stay in self.stays if not stay.bounded)


class Impossible(Exception):
    """The way cannot be gone while every duty is done in time."""


class _TooLate(Exception):
    """A move had to be made by a day that was already over: those before it must come by then too."""

    def __init__(self, day: int, since: int) -> None:
        super().__init__()
        self.day = day
        self.since = since


@dataclass(slots=True)
class _Way:
    """A way being gone: the limits that run, with their start and due date, and what is still to come."""

    now: int
    stage: str = ""
    open: dict[str, tuple[int, int]] = field(default_factory=dict)
    latest: dict[str, tuple[int, int]] = field(default_factory=dict)
    come: dict[str, dict[str, int]] = field(default_factory=dict)
    pending: list[Happening] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    chained: set[tuple[str, str, int]] = field(default_factory=set)
    stays: list[Stay] = field(default_factory=list)
    runs: list[tuple[str, int, int]] = field(default_factory=list)
    missed: dict[str, None] = field(default_factory=dict)
    marks: list[Happening] = field(default_factory=list)

    def copy(self) -> _Way:
        """The way as it is now, whatever happens to this one."""
        copied = {each.name: copy(getattr(self, each.name)) for each in fields(self)}
        copied["come"] = {limit: dict(days) for limit, days in self.come.items()}
        return _Way(**copied)

    def restore(self, other: _Way) -> None:
        """Become what the other is; the other must not be used any more."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))


class Reckoner:
    """Reckons ways through one policy, all `latest` (at the slowest) or all not (at the quickest)."""

    def __init__(self, policy: Policy, waiting: Waiting, *, latest: bool) -> None:
        self.policy = policy
        self.waiting = waiting
        self.latest = latest
        self.calendar: Calendar = policy.calendars[policy.source.data["calendar"]]
        self._named: dict[str, list[Limit]] = {}
        for limit in policy.limits.values():
            starting = [start.id for start in limit.starts if start.kind == "event"]
            for event in dict.fromkeys((*starting, *limit.met_by, *limit.restarted_by)):
                self._named.setdefault(event, []).append(limit)
        self._entering: dict[str, list[Limit]] = {}
        self._after_due: dict[str, list[Limit]] = {}
        for limit in policy.limits.values():
            for start in limit.starts:
                if start.kind == "entering":
                    self._entering.setdefault(start.id, []).append(limit)
                elif start.kind == "due":
                    self._after_due.setdefault(start.id, []).append(limit)
        self._presumed: dict[str, list[EventType]] = {}
        for kind in policy.events.values():
            if kind.presumed_from is not None:
                self._presumed.setdefault(kind.presumed_from, []).append(kind)

    def lasts(self, moves: Sequence[Move], start: int) -> Lasting:
        """How long this way lasts, its first event on `start`. Raises `Impossible`."""
        caps: tuple[int | None, ...] = (None,) * len(moves)
        for _ in range(len(moves) + 1):
            try:
                return self._gone(moves, start, caps)
            except _TooLate as late:
                if late.day < start:
                    raise Impossible from None
                capped = [late.day if cap is None else min(cap, late.day) for cap in caps[: late.since]]
                caps = (*capped, *caps[late.since :])
        raise Impossible

    def _gone(self, moves: Sequence[Move], start: int, caps: Sequence[int | None]) -> Lasting:
        way = _Way(start)
        self._step(way, moves[0])
        ended_by_itself = False
        for place, move in enumerate(moves[1:], start=1):
            entered = way.now
            left, limit, bounded = self._stay(way, move, place, caps[place])
            way.now = left
            for name, (_, due) in way.open.items():
                if due < left and self.waiting.is_duty(self.policy.limits[name]):
                    way.missed[name] = None
            way.stays.append(Stay(way.stage, entered, left, move.event, limit, bounded))
            ended_by_itself = move.event is None
            self._step(way, move)
        return Lasting(
            start, way.now, way.now - 1 if ended_by_itself and way.now > start else way.now,
            tuple(way.stays), tuple(way.runs), tuple(way.missed), tuple(way.marks),
        )  # fmt: skip

    # --- A stay -----------------------------------------------------------------------------------------------

    def _stay(self, way: _Way, move: Move, place: int, cap: int | None) -> tuple[int, str | None, bool]:
        """The day on which the stage is left, the limit that says so, and whether anything does."""
        entered, before = way.now, way.copy()
        if not self.latest:
            self._begin_what_is_waited_for(way, move)
        while True:
            bound, limit = self._bound(way, move, entered, place)
            if cap is not None and (bound is None or cap < bound):
                bound, limit = cap, limit if bound is not None else None
            happening = self._next(way, entered)
            if happening is None or (bound is not None and happening[0] > bound):
                break
            self._happen(way, *happening)
        if bound is None:
            # Counted as none: what happens meanwhile happens in the stages after it.
            way.restore(before)
            return self._not_before(way, move, entered), None, cap is not None
        way.now = bound
        return bound, limit, True

    def _bound(self, way: _Way, move: Move, entered: int, place: int) -> tuple[int | None, str | None]:
        """The day by which, or at the quickest on which, the stage is left by this move, and the limit behind it."""
        not_before = self._not_before(way, move, entered)
        if move.event is None:
            bound = self._fires(way, move.rule, entered)
            if bound is None:
                if self._next(way, entered) is None:
                    raise Impossible
                return None, None
            limit = move.rule.overdue
        elif not self.latest:
            return (max(not_before, way.now), None) if self._next_needed(way, move) else (None, None)
        else:
            bound, limit = self._last_day(way, move, entered, place)
        if bound is not None:
            others = self._others(way, move, entered)
            if self.latest and others and min(others)[0] < bound:
                if move.event is None:
                    raise Impossible
                bound, limit = min(others)
            if bound < not_before:
                raise Impossible
        return bound, limit

    def _last_day(self, way: _Way, move: Move, entered: int, place: int) -> tuple[int | None, str | None]:
        """The last day for this event by the limits that it meets, the rule's `within` and those that end the stay."""
        bounds: list[tuple[int, str | None]] = [
            (due, name)
            for name, (_, due) in way.open.items()
            if move.event in self.policy.limits[name].met_by
            and all(ref.limit != name for ref in move.rule.after)
            and self.policy.limits[name].force != "external"
            and not move.rule.turns_down
            and entered <= due < NEVER
        ]
        bounds += self._others(way, move, entered)
        allowed = [self._of(way, ref) for ref in move.rule.within]
        if allowed and all(each is not None for each in allowed):
            latest, ref = max((each[1], ref.limit) for each, ref in zip(allowed, move.rule.within, strict=True) if each)  # fmt: skip
            if latest < entered:
                following = self._next(way, entered)
                if following is None or any(day < following[0] for day, _ in bounds):
                    raise _TooLate(latest, place)
                # That run is over; what happens next may begin another.
                return min(bounds, default=(None, None), key=lambda each: each[0])
            if latest < NEVER:
                bounds.append((latest, ref))
                began = min(each[0] for each in allowed if each)
                way.stays = [
                    Stay(stay.stage, stay.entered, stay.left, stay.event, ref, bounded=True)
                    if not stay.bounded and stay.entered >= began else stay
                    for stay in way.stays
                ]  # fmt: skip
        return min(bounds, default=(None, None), key=lambda each: each[0])

    def _others(self, way: _Way, move: Move, entered: int) -> list[tuple[int, str | None]]:
        """The days by which the stage is left whatever the move: duties that end the stay, limits that take it on."""
        stage = self.policy.stages[way.stage]
        found: list[tuple[int, str | None]] = []
        for name, (_, due) in way.open.items():
            limit = self.policy.limits[name]
            if name == move.rule.overdue or not entered <= due < NEVER or stage.owner in self.waiting.openers:
                continue
            if self.waiting.is_duty(limit) and self.waiting.ends_the_stay(limit, way.stage):
                found.append((due, name))
        for rule in self.waiting.overdue_in[way.stage]:
            if rule is not move.rule and rule.go_to is not None and rule.condition is None:
                fires = self._fires(way, rule, entered)
                if fires is not None:
                    found.append((max(fires - 1, entered), rule.overdue))
        return found

    def _fires(self, way: _Way, rule: Rule, entered: int) -> int | None:
        """The day on which an overdue rule fires."""
        run = way.open.get(rule.overdue or "")
        return None if run is None or run[1] >= NEVER else max(run[1], entered) + 1

    def _not_before(self, way: _Way, move: Move, entered: int) -> int:
        """The first day on which the rule's `after` lets it apply. Raises `Impossible` if it never does."""
        first = entered
        for ref in move.rule.after:
            run = self._of(way, ref)
            if run is None:
                if self._next(way, entered) is None:
                    raise Impossible
            elif run[1] >= NEVER:
                raise Impossible
            else:
                first = max(first, run[1] + 1)
        return first

    def _of(self, way: _Way, ref: DueRef) -> tuple[int, int] | None:
        """The start and due date of the latest run that a rule speaks of."""
        run = way.latest.get(ref.limit)
        if run is None or not ref.longest or self.latest:
            return run
        limit = self.policy.limits[ref.limit]
        return run[0], max(run[1], self._day(limit, limit.up_to, run[0])) if limit.up_to else run[1]

    # --- What happens meanwhile ---------------------------------------------------------------------------------

    def _next(self, way: _Way, entered: int) -> tuple[int, str, str] | None:
        """What happens next while the case stays: its day, its kind and what it is."""
        found = [(max(each.day, way.now), "presumed", each.event) for each in way.pending]
        for name, (start, due) in way.open.items():
            if due >= NEVER:
                continue
            limit = self.policy.limits[name]
            mark = self._mark_for(way, limit) if self.latest and due >= entered else None
            if mark is not None:
                found.append((max(due, way.now), "mark", mark))
            found += [
                (max(due + 1, way.now), "chained", f"{other.id} {name}")
                for other in self._after_due.get(name, ())
                if (other.id, name, start) not in way.chained and self._may_run(way, other)
            ]
        return min(found, default=None)

    def _mark_for(self, way: _Way, limit: Limit) -> str | None:
        """An event by which a duty is done here while the case stays."""
        if not self.waiting.is_duty(limit):
            return None
        return next(
            (
                event
                for event in limit.met_by
                if self.waiting.stays(way.stage, event) and not self.waiting.is_theirs(event)
                and self.policy.events[event].presumed_from is None
            ),
            None,
        )  # fmt: skip

    def _happen(self, way: _Way, day: int, kind: str, what: str) -> None:
        way.now = day
        if kind == "chained":
            name, _, waited = what.partition(" ")
            start, due = way.open[waited]
            way.chained.add((name, waited, start))
            self._comes(way, self.policy.limits[name], f"due {waited}", due)
            return
        if kind == "presumed":
            way.pending = [each for each in way.pending if each.event != what]
        else:
            way.marks.append(Happening(day, what))
        self._touch(way, what)
        self._start(way, what)

    def _begin_what_is_waited_for(self, way: _Way, move: Move) -> None:
        """At the quickest, what starts the limits that this move waits for is done at once."""
        for name in (move.rule.overdue, *(ref.limit for ref in move.rule.after)):
            limit = self.policy.limits.get(name or "")
            if limit is None or limit.id in way.open:
                continue
            for start in limit.starts:
                if (
                    start.kind == "event"
                    and self.policy.events[start.id].presumed_from is None
                    and self.waiting.stays(way.stage, start.id)
                ):
                    way.marks.append(Happening(way.now, start.id))
                    self._touch(way, start.id)
                    self._start(way, start.id)
                    break  # fmt: skip

    def _next_needed(self, way: _Way, move: Move) -> bool:
        """Whether nothing that the move waits for is still to come."""
        return all(ref.limit in way.latest for ref in move.rule.after)

    # --- Events and limits --------------------------------------------------------------------------------------

    def _step(self, way: _Way, move: Move) -> None:
        """The event of a move, if it has one, and the case in its next stage."""
        rule, event, target = move
        if event is not None and not rule.turns_down:
            self._touch(way, event)
        stage = self.policy.stages[target]
        if not stage.aside:
            for name in list(way.open):
                stages = self.policy.limits[name].stages
                if stages is not None and target not in stages:
                    del way.open[name]
        if rule.go_to == BACK and way.back:
            way.back.pop()
        elif stage.aside:
            way.back.append(way.stage)
        way.stage = target
        if event is not None and not rule.turns_down:
            self._start(way, event)
        for limit in self._entering.get(target, ()):
            self._comes(way, limit, f"entering {target}", way.now)

    def _touch(self, way: _Way, event: str) -> None:
        for limit in self._named.get(event, ()):
            if event in limit.met_by:
                way.open.pop(limit.id, None)
            if event in limit.restarted_by and limit.id in way.open:
                way.open.pop(limit.id)
                self._open(way, limit, way.now)

    def _start(self, way: _Way, event: str) -> None:
        for limit in self._named.get(event, ()):
            if any(start.kind == "event" and start.id == event for start in limit.starts):
                self._comes(way, limit, event, way.now)
        for kind in self._presumed.get(event, ()):
            way.pending = [each for each in way.pending if each.event != kind.id]
            way.pending.append(Happening(self._arrives(kind, way.now), kind.id))

    def _arrives(self, kind: EventType, sent: int) -> int:
        """The day on which it is presumed, by the slowest channel; at the quickest the day of sending."""
        lengths = [*([kind.after] if kind.after else []), *kind.channels.values()]
        if not self.latest or not lengths:
            return sent
        days = (due_day(self.calendar, each, sent, same_day=False, roll="stays") for each in lengths)
        return max(day if day < NEVER else sent for day in days)

    def _comes(self, way: _Way, limit: Limit, what: str, day: int) -> None:
        """Something that the limit counts from has come about."""
        if limit.id in way.open or not self._may_run(way, limit):
            return
        if limit.mode == "latest":
            come = way.come.setdefault(limit.id, {})
            come[what] = day
            if len(come) < len(limit.starts):
                return
            day = max(come.values())
        self._open(way, limit, day)

    def _open(self, way: _Way, limit: Limit, day: int) -> None:
        due = self._due(limit, day)
        way.open[limit.id] = way.latest[limit.id] = (day, due)
        way.runs.append((limit.id, day, due))

    def _may_run(self, way: _Way, limit: Limit) -> bool:
        return limit.id not in way.open and (limit.stages is None or way.stage in limit.stages)

    def _due(self, limit: Limit, start: int) -> int:
        """The last day of a run from `start`, extended as far as may be; at the quickest, the first it can be due."""
        lengths = [limit.length, *(case.length for case in limit.cases)]
        days = [self._day(limit, length, start) for length in lengths]
        if not self.latest:
            return min(days)
        if limit.extended_by or limit.due_on is not None:
            days.append(self._day(limit, limit.up_to, start) if limit.up_to else NEVER)
        return max(days)

    @staticmethod
    def _day(limit: Limit, length: Length, start: int) -> int:
        return due_day(limit.calendar, length, start, same_day=limit.same_day, roll=limit.roll)


def onward(policy: Policy, waiting: Waiting, stage: str, came_from: str | None) -> Iterator[Move]:
    """Every move on from a stage. `came_from` is where an `aside` stage goes back to."""
    for event, rules in waiting.rules_in[stage].items():
        if policy.events[event].presumed_from is not None:
            continue
        for rule in rules:
            if rule.go_to is not None:
                target = came_from if rule.go_to == BACK else rule.go_to
                if target is not None:
                    yield Move(rule, event, target)
    for rule in waiting.overdue_in[stage]:
        if rule.go_to is not None and rule.go_to != BACK:
            yield Move(rule, None, rule.go_to)


def on_the_way(lasting: Lasting, moves: Sequence[Move]) -> Iterator[tuple[date, str]]:
    """What is recorded on the way, by day: the first event, what meets duties, and what moves the case."""
    happened = [(lasting.start, 0, moves[0].event)]
    happened += [(each.day, 1, each.event) for each in lasting.marks]
    happened += [(stay.left, 2, stay.event) for stay in lasting.stays if stay.event is not None]
    for day, _, event in sorted(happened, key=lambda each: each[:2]):
        if event is not None:
            yield date.fromordinal(day), event
