"""Migration: from a day on, a case stands under another version of its policy.

Nothing that happened is judged again. Runs of limits that have ended keep their results and the version they ran
under. An open run keeps its start and is measured anew; a due date that changes is given on the day of the migration,
and the stage counts as entered on it, so that no overdue rule fires for a day before it. What the new version has no
name for is ended or set aside, and a notice says so; nothing starts by itself because the new version would have
started it. Only a stage may need a decision, `stage`: without it a case that stands in one the new version has not
is not migrated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.cases.measure import cap_of, due_on, is_overdue, iso, length_of, measured, stretches
from engine.cases.passing import next_happening, ripe
from engine.cases.program import program_of
from engine.cases.refusal import Refused
from engine.cases.state import Move, Node, Notice, PauseRun
from engine.cases.touching import LAPSED, MET_LATE, MISSED, close_run
from engine.deadlines import NEVER, extension_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.cases.events import Event
    from engine.cases.program import LimitPlan, Program
    from engine.cases.state import Cycle, State
    from engine.policy.model import Fact, Limit, Policy, Start

RULE = "migrated"
DATA_KEYS = frozenset({"to", "digest", "stage", "reason", "text"})

# What a migration leaves behind, by the kind of the notice that says so.
LIMIT_ENDED, PAUSE_ENDED, NOT_STARTED = "limit_ended", "pause_ended", "not_started"
OVERDUE_BY_MIGRATION, NO_LONGER_OVERDUE = "overdue_by_migration", "no_longer_overdue"
FACT_SET_ASIDE, LETTER_SET_ASIDE = "fact_set_aside", "letter_set_aside"
ROLE_SET_ASIDE, PRESUMPTION_SET_ASIDE = "role_set_aside", "presumption_set_aside"


@dataclass(slots=True)
class History:
    """What the fold of a log saw up to here that one version may not have looked at and another will.

    `seen`: when each event happened and each stage was entered or left, as in `State.last`; `aside`: the facts that
    migrations set aside, which come back under a version that has them.
    """

    seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    aside: dict[str, Any] = field(default_factory=dict)

    def note(self, before: State, after: State, event: Event) -> None:
        """Take note of an event that was accepted, and of the stages entered since `before`, time's moves included."""
        at = (event.day, after.tick)
        moves = []
        path = after.path
        while path is not None and path is not before.path:
            moves.append(path)
            path = path.before
        stage = before.stage
        for move in reversed(moves):
            self.seen[f"left {stage}"] = self.seen[f"entering {move.stage}"] = (move.day, after.tick)
            stage = move.stage
        self.seen[event.name] = at


def version_in(versions: Iterable[Policy], first_day: Any, digest: Any = None) -> Policy | None:
    """The version that starts on this day (ISO text): the one with this digest, else one that was not withdrawn."""
    found = [policy for policy in versions if policy.in_force_from.isoformat() == first_day]
    for policy in found:
        if policy.digest == digest:
            return policy
    return max(found, key=lambda policy: not policy.withdrawn, default=None)


def migrated(
    state: State, event: Event, entry: str, versions: Sequence[Policy], history: History | None = None
) -> State:
    """The state under the version that the event names. Raises `Refused`; the state given is never changed.

    `versions` are those known to the case; time must have brought the state to the event's day.
    """
    policy = _target(state, event, versions)
    target, day = program_of(policy), event.day
    history = history or History()
    new = state.copy()
    new.tick += 1
    new.program = target
    new.last = {**history.seen, **state.last}
    _place(new, state, target, event, entry)
    told = (
        *_carry_facts(new, target, history.aside),
        *_carry_people(new, target),
        *_carry_letters(new, target),
        *_carry_presumptions(new, target),
        *_carry_limits(new, state, target, day, entry),
        *_not_started(new, target),
    )
    for kind, subject, text in told:
        new.notices = Node(new.notices, Notice(kind, day, subject, text))
    new.wake = next_happening(target, new).day
    return new


# --- To which version, and into which stage ------------------------------------------------------------------------


def _target(state: State, event: Event, versions: Sequence[Policy]) -> Policy:
    """The version meant. Raises `Refused` for data that cannot be, a version not known, and a day it is not in force."""
    old, data = state.program.policy, event.data
    if event.by is not None and event.by not in old.people:
        raise Refused("unknown_role", f'nobody in this procedure is called "{event.by}"', word=event.by)
    for key in data:
        if key not in DATA_KEYS and not key.startswith("x_"):
            raise Refused(
                "unknown_data", f'a migration has no "{key}"; it takes `to`, `stage` and `reason`', word=key
            )
    first_day = data.get("to")
    if not isinstance(first_day, str):
        raise Refused(
            "missing_data", "it needs `to`: the first day of the version, a date such as 2026-04-01"
        )
    policy = version_in(versions, first_day, data.get("digest"))
    if policy is None:
        known = ", ".join(sorted({str(each.in_force_from) for each in versions}))
        raise Refused(
            "unknown_version",
            f"the case does not know the version of {old.id} that starts on {first_day}; it knows: {known}",
            word=first_day,
        )
    program = program_of(policy)
    if not program.from_day <= event.day <= program.until_day:
        until = f" until {policy.in_force_until}" if policy.in_force_until else ""
        raise Refused(
            "not_in_force",
            f"that version of {policy.id} is in force from {policy.in_force_from}{until}, "
            f"and a case is migrated on a day on which it is in force; {event.on} is not one",
        )
    return policy


def _place(new: State, old: State, target: Program, event: Event, entry: str) -> None:
    """Put the case into its stage under the new version. Raises `Refused` where that must be decided."""
    chosen = event.data.get("stage")
    stage = old.stage if chosen is None else chosen
    plan = target.stages.get(stage) if isinstance(stage, str) else None
    if plan is None:
        there_are = ", ".join(target.stages)
        raise Refused(
            "unknown_stage",
            f'the new version has no stage "{stage}"; say which one the case is to stand in: `stage`, one of {there_are}',
        )
    ended = old.program.stages[old.stage].end
    if plan.end != ended:
        does = "has ended" if ended else "has not ended"
        raise Refused(
            "unknown_stage",
            f"the case {does}, and a migration neither ends nor reopens one: {plan.id} "
            f"{'ends' if plan.end else 'does not end'} it in the new version; say another stage: `stage`",
        )
    if plan.aside:
        missing = [each for each in old.back if each not in target.stages]
        if missing or not old.back:
            why = (
                f'it was left for "{missing[0]}", which is no stage there'
                if missing
                else "none was left for it"
            )
            raise Refused(
                "unknown_stage",
                f"{plan.id} goes back to a stage, and {why}; say another stage: `stage`",
            )
    else:
        new.back = ()
    # Overdue rules fire after the day on which the stage was entered: none of the new version's fires for the past.
    new.entered = event.day
    if plan.id != old.stage:
        new.last = {
            **new.last,
            f"left {old.stage}": (event.day, new.tick),
            f"entering {plan.id}": (event.day, new.tick),
        }
        new.stage = plan.id
        new.path = Move(new.path, plan.id, event.day, RULE, entry)


# --- What the case carries ------------------------------------------------------------------------------------------

Told = tuple[str, str, str]


def _carry_facts(new: State, target: Program, aside: dict[str, Any]) -> Iterator[Told]:
    """Facts keep their values where the new version can read them; `aside` is changed to hold the others."""
    facts = target.policy.facts
    kept: dict[str, Any] = {}
    for name, value in sorted({**aside, **new.facts}.items()):
        fact = facts.get(name)
        if fact is not None and _readable(fact, value):
            kept[name] = value
            aside.pop(name, None)
            continue
        if name in new.facts:
            why = "this version has no such fact" if fact is None else "in this version it cannot be that"
            yield FACT_SET_ASIDE, name, f"{name}, {_in_words(value)}, is set aside: {why}"
        aside[name] = value
    new.facts = kept


def _readable(fact: Fact, value: Any) -> bool:
    if fact.per_point != hasattr(value, "items"):
        return False
    values = value.values() if fact.per_point else (value,)
    return all(_IS[fact.kind](fact, each) for each in values)


_IS: dict[str, Callable[[Fact, Any], bool]] = {
    "choice": lambda fact, value: value in fact.answers,
    "count": lambda _fact, value: isinstance(value, int),
    "date": lambda _fact, value: isinstance(value, date),
}


def _in_words(value: Any) -> str:
    if hasattr(value, "items"):
        return ", ".join(f"{point} {each}" for point, each in sorted(value.items()))
    return str(value)


def _carry_people(new: State, target: Program) -> Iterator[Told]:
    people = target.policy.people
    gone = sorted(role for role in new.holders if role not in people)
    if gone:
        new.holders = {role: held for role, held in new.holders.items() if role in people}
    for role in gone:
        yield ROLE_SET_ASIDE, role, f"who was appointed {role} is set aside: this version has no such role"


def _carry_letters(new: State, target: Program) -> Iterator[Told]:
    letters = target.policy.letters
    gone = sorted(letter for letter in new.letters if letter not in letters)
    if gone:
        new.letters = {letter: why for letter, why in new.letters.items() if letter in letters}
    for letter in gone:
        yield (
            LETTER_SET_ASIDE,
            letter,
            f"the letter {letter} is no longer due: this version has no such letter",
        )


def _carry_presumptions(new: State, target: Program) -> Iterator[Told]:
    """A presumption to come keeps its day if the new version presumes that event as well."""
    events = target.policy.events
    kept = tuple(
        each for each in new.pending if each.event in events and events[each.event].presumed_from is not None
    )
    gone = sorted({each.event for each in new.pending} - {each.event for each in kept})
    new.pending = kept
    for event in gone:
        yield PRESUMPTION_SET_ASIDE, event, f"{event} is presumed no longer: it counts when it is recorded"


# --- Limits ---------------------------------------------------------------------------------------------------------


def _carry_limits(new: State, old: State, target: Program, day: int, entry: str) -> Iterator[Told]:
    """Every open run, by the id of its limit: ended if the new version has no place for it, else measured anew."""
    for limit in sorted(old.open):
        cycle = old.open[limit]
        plan = target.limits.get(limit)
        start = None if plan is None else _start(cycle, plan.limit, new)
        was_overdue = is_overdue(cycle, old, day)
        if plan is None or start is None or not _runs_in(plan.limit, new, target):
            ended = cycle._replace(due=due_on(cycle, old, day), hold=0)
            close_run(new, ended, day, MISSED if was_overdue else LAPSED, entry)
            why = _why_ended(plan, start, new.stage)
            word = "was overdue and ends as missed" if was_overdue else "lapses"
            yield LIMIT_ENDED, limit, f"{limit} {word}: {why}"
            continue
        carried = _carried(cycle, plan, start, old, new, day)
        new.open = {**new.open, limit: carried}
        yield from _pauses_ended(limit, cycle, carried)
        yield from _overdue_or_not(limit, was_overdue, carried, new, day)


def _runs_in(limit: Limit, new: State, target: Program) -> bool:
    """Whether the run may go on in the stage of the new version, or in one that was left aside."""
    if target.stages[new.stage].end:
        return limit.outlives
    return limit.stages is None or not limit.stages.isdisjoint((new.stage, *new.back))


def _why_ended(plan: LimitPlan | None, start: int | None, stage: str) -> str:
    if plan is None:
        return "this version has no such limit"
    if start is None:
        return f"in this version it counts back from {plan.limit.before}, which is not known"
    return f"in this version it does not run in {stage}"


def _start(cycle: Cycle, limit: Limit, new: State) -> int | None:
    """The start is kept, unless one version counts from it and the other back from a date; `None` if none is known."""
    if limit.before is not None:
        agreed = new.facts.get(limit.before)
        return None if agreed is None else int(agreed.toordinal())
    return cycle.on if cycle.plan.limit.before is not None else cycle.start


def _carried(cycle: Cycle, plan: LimitPlan, start: int, old: State, new: State, day: int) -> Cycle:
    """The run under the new version; a due date that changes is given on `day`, and its overdue rules may fire again."""
    due_before = due_on(cycle, old, day)
    run = cycle._replace(plan=plan, start=start)
    if _measured_alike(cycle.plan.limit, plan.limit):
        if is_overdue(cycle, old, day):
            return _chains_passed(run, plan, new, day)  # facts that came after its due date do not move it
    else:
        pauses = tuple(_carried_pauses(cycle, plan, day))
        hold = max((pause.cap for pause in pauses if pause.end is None), default=0)
        run = _with_extension(run._replace(pauses=pauses, hold=hold), due_before, new, day)
    due, case = measured(run, new, day)
    if due != due_before:
        run = run._replace(given=day, fired=())
    return _chains_passed(run._replace(due=due, case=case), plan, new, day)


def _chains_passed(run: Cycle, plan: LimitPlan, new: State, day: int) -> Cycle:
    """A due date that was over before the migration has started what it started; it starts nothing more."""
    passed = tuple(each.id for each in plan.chained if each.id not in run.used and ripe(run, new)[1] <= day)
    return run._replace(used=(*run.used, *passed)) if passed else run


def _measured_alike(old: Limit, new: Limit) -> bool:
    """Whether both limits measure every run alike, whatever they say about it."""
    return replace(
        old,
        about=new.about, force=new.force, owed_by=new.owed_by, practicable=new.practicable, warn=new.warn,
        told=new.told, stages=new.stages, outlives=new.outlives, calendar_id=new.calendar_id, met_by=new.met_by,
        restarted_by=new.restarted_by, starts=new.starts, mode=new.mode,
    ) == new  # fmt: skip


def _carried_pauses(cycle: Cycle, plan: LimitPlan, day: int) -> Iterator[PauseRun]:
    """The pauses of a run: days that were paused stay so; an open one goes on as the new version says, or ends."""
    known = {pause.id: pause for pause in plan.limit.pauses}
    for run in cycle.pauses:
        pause = known.get(run.id)
        skips = run.skips if pause is None else pause.counting == "skip_working_days"
        if run.end is not None:
            yield run._replace(skips=skips)
        elif pause is None:
            yield run._replace(end=min(day, run.cap))
        else:
            cap = max(cap_of(plan, run.id, run.begin), min(day, run.cap))
            yield run._replace(cap=cap, skips=skips)


def _with_extension(run: Cycle, due: int, new: State, day: int) -> Cycle:
    """What was agreed stays: the due date an extension gave, within the new ceiling."""
    limit = run.plan.limit
    if run.extension is None and not run.to_ceiling:
        return run
    if due >= NEVER or limit.before is not None:
        return run._replace(extension=None, to_ceiling=limit.up_to is not None)
    length, _ = length_of(limit, new.facts, new.points)
    extension = extension_until(
        limit.calendar, length, run.start, due, same_day=limit.same_day, paused=stretches(run.pauses, day)
    )
    return run._replace(extension=extension, to_ceiling=False)


def _pauses_ended(limit: str, before: Cycle, after: Cycle) -> Iterator[Told]:
    for old, new in zip(before.pauses, after.pauses, strict=True):
        if old.end is None and new.end is not None:
            yield PAUSE_ENDED, limit, f"the pause {old.id} of {limit} ends: this version has no such pause"


def _overdue_or_not(limit: str, was: bool, after: Cycle, new: State, day: int) -> Iterator[Told]:
    due = due_on(after, new, day)
    now = is_overdue(after, new, day)
    if now and not was:
        text = f"{limit} is past its due date by the migration: in this version it was due on {iso(due)}"
        yield OVERDUE_BY_MIGRATION, limit, text
    elif was and not now:
        until = f"it is due on {iso(due)}" if due < NEVER else "it has no due date that is over"
        yield (
            NO_LONGER_OVERDUE,
            limit,
            f"{limit} was past its due date and is no longer: in this version {until}",
        )


def _not_started(new: State, target: Program) -> Iterator[Told]:
    """The limits that would be running had the case begun under the new version: each starts by its event only."""
    for limit, plan in sorted(target.limits.items()):
        if limit in new.open or limit in new.latest or not _runs_in(plan.limit, new, target):
            continue
        begun = _begun(plan, new)
        if begun is None or any(new.last.get(event, (0, -1))[1] >= begun for event in plan.limit.met_by):
            continue
        starts = " or ".join(map(str, plan.limit.starts)) or str(plan.limit.before)
        yield (
            NOT_STARTED,
            limit,
            f"{limit} would be running in this version; it starts only by its event ({starts})",
        )


def _begun(plan: LimitPlan, new: State) -> int | None:
    """When what starts a limit came, as a tick; `None` if it has not come."""
    limit = plan.limit
    if limit.before is not None:
        return 0 if limit.before in new.facts else None
    ticks = [_tick_of(start, new) for start in limit.starts]
    come = [tick for tick in ticks if tick is not None]
    if not come or (limit.mode == "latest" and len(come) < len(ticks)):
        return None
    return max(come)


def _tick_of(start: Start, new: State) -> int | None:
    if start.kind == "fact":
        return 0 if start.id in new.facts else None
    if start.kind == "due":
        closed = new.latest.get(start.id)
        return 0 if closed is not None and closed.result in (MET_LATE, MISSED) else None
    last = new.last.get(start.id if start.kind == "event" else f"{start.kind} {start.id}")
    return None if last is None else last[1]


def migration_data(to: Policy, stage: str | None, reason: str | None) -> Mapping[str, Any]:
    """The data of an event that migrates to this version, its text pinned by its digest."""
    given = {"to": to.in_force_from.isoformat(), "digest": to.digest, "stage": stage, "reason": reason}
    return {key: value for key, value in given.items() if value is not None}
