"""Trying an event in a stage, and moving a case from one stage to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cases.machine import BACK
from engine.cases.measure import due_on, is_overdue, longest
from engine.cases.state import LetterDue, Move
from engine.cases.touching import LAPSED, MISSED, close_run

if TYPE_CHECKING:
    from engine.cases.program import Program, StagePlan
    from engine.cases.state import State
    from engine.policy.model import DueRef, Rule


class Attempt:
    """One event or overdue limit being tried in a stage: the model that the machine's trigger moves."""

    __slots__ = ("back", "day", "facts", "old", "points", "state")

    def __init__(self, new: State, old: State, day: int) -> None:
        self.state = new.stage
        self.facts = new.facts
        self.points = new.points
        self.back = new.back
        self.old = old
        self.day = day

    def due(self, ref: DueRef) -> int | None:
        """The due date (or ceiling) in force before the event, of the limit's latest cycle whatever its state."""
        return due_before(self.old, ref, self.day)


def due_before(state: State, ref: DueRef, day: int) -> int | None:
    """The due date that `within` and `after` compare with; `None` if the limit never started."""
    cycle = state.open.get(ref.limit)
    if cycle is None:
        closed = state.latest.get(ref.limit)
        if closed is None:
            return None
        cycle, day = closed.cycle, closed.day
    return longest(cycle, state, day) if ref.longest else due_on(cycle, state, day)


def move(program: Program, new: State, rule: Rule, target: str, day: int, cause: str) -> bool:
    """Carry out what a rule says besides limits: close what ends, enter the stage, owe the letters."""
    if rule.send:
        new.letters = {**new.letters, **{letter: LetterDue(rule.id, day, cause) for letter in rule.send}}
    if rule.go_to is None:
        return False
    stage = program.stages[target]
    if rule.go_to == BACK:
        _leave(program, new, stage, day, cause)
        new.back = new.back[:-1]
    elif stage.aside:
        new.back = (*new.back, new.stage)
    else:
        _leave(program, new, stage, day, cause)
        new.back = ()
    if new.stage in program.tracked_stages:
        new.last = {**new.last, f"left {new.stage}": (day, new.tick)}
    if target in program.tracked_stages:
        new.last = {**new.last, f"entering {target}": (day, new.tick)}
    new.stage = target
    new.entered = day
    new.path = Move(new.path, target, day, rule.id, cause)
    return True


def _leave(program: Program, new: State, stage: StagePlan, day: int, cause: str) -> None:
    """Close the limits that the stage entered does not carry on: missed if overdue, else lapsed."""
    listed = program.listed
    for limit in sorted(new.open):
        cycle = new.open[limit]
        if stage.end:
            ends = not cycle.plan.limit.outlives
        else:
            ends = limit in listed and stage.id not in (cycle.plan.limit.stages or ())
        if ends:
            close_run(new, cycle, day, MISSED if is_overdue(cycle, new, day) else LAPSED, cause)
