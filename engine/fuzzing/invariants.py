"""What must hold of every procedure and of every case, as a table: a sentence each, and what breaks it.

`policy`: the author of the policy can mend it. `engine`: it is a fault of this program, whatever the policy says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from engine.calendars import day_text
from engine.cases import Case
from engine.cases.events import BUILT_IN, FACT_RECORDED
from engine.cases.program import program_of
from engine.cases.touching import running_or_missed
from engine.errors import CalendarUnknown
from engine.policy.model import rule_path
from engine.probing.telling import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.cases import LimitReading, View
    from engine.fuzzing.looks import Look
    from engine.fuzzing.reaching import Ways
    from engine.policy.model import Limit, Policy

    Test = Callable[["Look", "Ways"], "Iterator[Breach]"]

Fault = Literal["policy", "engine"]
DUTY = frozenset({"must", "will"})


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant broken. `subject`: the stage, limit, event or rule concerned; two breaches of one are alike.

    `path`: where the policy writes it. `before` and `then`: what a scenario sees before the last step and at the end, in
    its own words; `lasts`: it sees the like of the end a year later too. `refused`: with which word the last step is
    refused.
    """

    subject: str
    text: str
    path: tuple[str, ...]
    then: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    lasts: Mapping[str, Any] | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold: its name, the sentence, whose fault it is if it does not, and what breaks it in a look."""

    name: str
    sentence: str
    fault: Fault
    breaches: Test = field(repr=False)


# --- What an author can mend ---------------------------------------------------------------------------------------


def _way_on(look: Look, ways: Ways) -> Iterator[Breach]:
    view = look.view
    if ("way-on", view.stage) in ways.told:
        return
    if view.ended is None and view.path and ways.leads_on(Scene(look.case, look.day), view) is False:
        stage, later = view.stage, look.case.at(look.a_year_later)
        yield Breach(
            stage,
            f'in "{stage}" no rule written for it leads this case on, whatever is recorded and however long one waits',
            ("stages", stage),
            {"stage": stage, "ended": False},
            lasts={"stage": later.stage, "ended": later.ended is not None},
        )


def _duty_ends(look: Look, ways: Ways) -> Iterator[Breach]:
    view = look.view
    if not view.path:
        return
    for reading in view.limits.values():
        if not reading.is_open or reading.force not in DUTY or ("duty-ends", reading.id) in ways.told:
            continue
        scene = Scene(look.case, look.day)
        if ways.ends(scene, view, reading.id) is False:
            later = look.case.at(look.a_year_later)
            yield Breach(
                reading.id,
                f'in "{view.stage}" nothing that may still be recorded meets or ends "{reading.id}", which runs on for ever',
                ("limits", reading.id),
                {"stage": view.stage, **_standing(reading)},
                lasts={"stage": later.stage, **_standing(later.limits[reading.id])},
            )


def _ombudsman(look: Look, ways: Ways) -> Iterator[Breach]:
    view = look.view
    if (
        not ways.to_ombudsman
        or view.ended is not None
        or not view.path
        or ("ombudsman", view.stage) in ways.told
    ):
        return
    if ways.comes_to_ombudsman(Scene(look.case, look.day), view) is False:
        yield Breach(
            view.stage,
            f'from "{view.stage}" this case can never come to a stage that ends with the Ombudsman',
            ("stages", view.stage),
            {"stage": view.stage, "ended": False},
        )


def _one_rule(look: Look, _ways: Ways) -> Iterator[Breach]:
    refusal = look.refusal
    if refusal is None or refusal.why.kind != "two_rules" or look.step is None or not look.is_in_order:
        return
    matching = [each.id for each in refusal.considered if each.matches]
    rules = " and ".join(matching) or "two rules"
    first = rule_path(matching[0]) if matching else ("events", refusal.event.name)
    yield Breach(
        f"{refusal.event.name} in {refusal.why.stage}",
        f'"{refusal.event.name}" is taken by {rules} at once, so that it is refused',
        first,
        {"stage": refusal.why.stage},
        refused=refusal.why.reason.partition(":")[0],
    )


def _extension_by_answer(look: Look, _ways: Ways) -> Iterator[Breach]:
    """The event that extends brings an answer on which the limit depends."""
    yield from _shortened(look, by_answer=True)


def _extension(look: Look, _ways: Ways) -> Iterator[Breach]:
    yield from _shortened(look, by_answer=False)


def _shortened(look: Look, *, by_answer: bool) -> Iterator[Breach]:
    step, before = look.step, look.before
    if step is None or before is None or look.refusal is not None or not look.is_in_order:
        return
    for limit in _extended_by(look.policy, step.event or FACT_RECORDED):
        old, new = before.limits[limit.id], look.view.limits[limit.id]
        if not (old.is_open and new.is_open and old.number == new.number and old.due and new.due):
            continue
        moving = _moving(look.policy, limit, step.data)
        if new.due < old.due and bool(moving) == by_answer:
            said = f" with {', '.join(moving)}" if moving else ""
            yield Breach(
                limit.id,
                f'"{step.event}"{said} extends "{limit.id}" from {day_text(old.due)} to {day_text(new.due)}, which is earlier',
                ("limits", limit.id),
                {"due": {limit.id: new.due.isoformat()}},
                before={"due": {limit.id: old.due.isoformat()}},
            )


def _extended_by(policy: Policy, event: str) -> Iterator[Limit]:
    return (limit for limit in policy.limits.values() if event in limit.extended_by)


def _moving(policy: Policy, limit: Limit, data: Mapping[str, Any]) -> list[str]:
    """The facts that an event brings and on which the due date of a limit depends; a change of points counts as one."""
    moved_by = program_of(policy).limits[limit.id].moved_by
    points = {"points", "add_points"} if any(policy.facts[fact].per_point for fact in moved_by) else set()
    return sorted(set(data) & (moved_by | points))


def _standing(reading: LimitReading) -> dict[str, Any]:
    """How an open limit stands, in the words of a scenario."""
    return {"overdue" if reading.status == "over" else reading.status: [reading.id]}


# --- What only this program can get wrong ---------------------------------------------------------------------------


def _after_end(look: Look, _ways: Ways) -> Iterator[Breach]:
    """Meant are rules written for the end, marks of limits that run on or were missed, and what was presumed."""
    step, before = look.step, look.before
    if step is None or before is None or look.refusal is not None or before.ended is None:
        return
    plan = program_of(look.policy).events.get(step.event or "")
    if plan is None or plan.presumed_from is not None or not look.is_in_order:
        return
    stage = before.stage
    written = any(stage in rule.reaches and plan.id in rule.when for rule in look.policy.rules())
    marks = any(running_or_missed(before._state, touch.limit.id) for touch in plan.touches)
    if not (written or (marks and not plan.is_step)):
        yield Breach(
            plan.id,
            f'"{plan.id}" is accepted in "{stage}", which is an end, and nothing there takes it',
            ("events", plan.id),
            {"stage": look.view.stage},
        )


def _allowed(look: Look, _ways: Ways) -> Iterator[Breach]:
    step, before = look.step, look.before
    if step is None or before is None or not look.is_in_order:
        return
    plan = program_of(look.policy).events.get(step.event or "")
    if plan is None or plan.presumed_from is not None or not before.path or before.as_of != look.day:
        return
    brought = {need.name for need in plan.type.needs}
    listed = {each.event: each for each in before.allowed()}
    found = listed.get(plan.id)
    # Somebody can be barred, an extension lead too far or not say how far, and an event come without what it needs;
    # that depends on more than the facts.
    extended = [touch.limit.limit for touch in plan.touches if touch.extends]
    how_far = "until" in step.data or any(limit.up_to is None for limit in extended)
    barred = plan.type.appoints is not None or (bool(extended) and how_far)
    incomplete = look.refusal is not None and look.refusal.why.kind == "missing_data"
    path = ("events", plan.id)
    if look.refusal is not None and found is not None and found.certain and not (barred or incomplete):
        if not (set(step.data) & set(look.policy.facts)):
            text = (
                f'"{plan.id}" is called certain to be allowed, and it is refused: {look.refusal.why.reason}'
            )
            yield Breach(plan.id, text, path, {"stage": before.stage}, refused=look.refusal.why.kind)
    elif look.refusal is None and found is None and set(step.data) & set(look.policy.facts) <= brought:
        text = f'"{plan.id}" is not listed among what is allowed, and it is accepted'
        yield Breach(plan.id, text, path, {"stage": look.view.stage})


def _refusal(look: Look, _ways: Ways) -> Iterator[Breach]:
    if look.refusal is None or look.step is None or look.before is None:
        return
    # Folded anew from the log, which the event is not in: what it might have left behind is not there either.
    before = look.before
    again = Case.from_dict(look.policy, look.case.to_dict()).at(before.as_of)
    if again.cycles != before.cycles or again.path != before.path or dict(again.facts) != dict(before.facts):
        name = look.step.event or FACT_RECORDED
        yield Breach(
            name,
            f'"{name}" is refused, and the case reads otherwise than before',
            ("events", name) if name not in BUILT_IN else (),
            {"stage": again.stage},
            refused=look.refusal.why.kind,
        )


def _working_day(look: Look, _ways: Ways) -> Iterator[Breach]:
    for run in look.view.cycles:
        limit = look.policy.limits[run.id]
        if run.due is None or not _is_plain(limit):
            continue
        try:
            if limit.calendar.is_working_day(run.due):
                continue
        except CalendarUnknown:
            continue
        text = f'"{run.id}" falls due on {day_text(run.due)}, which is no working day'
        yield Breach(run.id, text, ("limits", run.id), {"due": {run.id: run.due.isoformat()}})


def _is_plain(limit: Limit) -> bool:
    """Whether every date the limit can fall due on is counted in working days."""
    lengths = [limit.length, *(case.length for case in limit.cases), *([limit.up_to] if limit.up_to else [])]
    return all(each.in_working_days for each in lengths) and limit.due_on is None and limit.roll is None


def _status(look: Look, _ways: Ways) -> Iterator[Breach]:
    for run in look.view.cycles:
        wrong = _wrong_status(run, look.view)
        if wrong:
            yield Breach(
                run.id,
                f'"{run.id}" is {run.status}, {wrong}',
                ("limits", run.id),
                {"stage": look.view.stage},
            )


def _wrong_status(run: LimitReading, view: View) -> str | None:
    """What in a reading does not agree with its status."""
    due, over = run.due, run.due is not None and run.due < view.as_of
    if run.is_open != (run.ended is None):
        return "open and ended at once" if run.is_open else "ended on no day"
    if run.status == "running" and over:
        return f"although its due date, {due}, is over"
    if run.status in ("overdue", "over") and not over:
        return f"although its due date, {due}, is not over"
    late = due is not None and run.ended is not None and run.ended > due
    if run.status in ("met", "lapsed") and late and not _can_pause(run, view):
        return f"although it ended on {run.ended}, after its due date, {due}"
    if run.status in ("met_late", "missed") and not late:
        return f"although it ended on {run.ended}, not after its due date, {due}"
    if run.days is not None and run.days < 0:
        return f"with {run.days} days"
    return None


def _can_pause(run: LimitReading, view: View) -> bool:
    """Whether the clock of a run can stand still: meanwhile nothing is late, whatever day was agreed."""
    limit = view.policy.limits.get(run.id)
    return limit is None or bool(limit.pauses)


def _reload(look: Look, _ways: Ways) -> Iterator[Breach]:
    if not look.is_last:
        return
    again = Case.from_dict(look.policy, look.case.to_dict())
    if again != look.case or again.at(look.day).to_dict() != look.view.to_dict():
        yield Breach(
            "log", "read again from its log, the case reads otherwise", (), {"stage": look.view.stage}
        )


def _ledger(look: Look, _ways: Ways) -> Iterator[Breach]:
    if not look.is_last:
        return
    for run in look.view.cycles:
        if run.due is None:
            continue
        try:
            ledger = look.view.explain(run.id, run.number)
        except CalendarUnknown:
            continue
        if ledger.due != run.due:
            text = f'"{run.id}" is due on {day_text(run.due)}, and its reasons lead to {ledger.due}'
            yield Breach(run.id, text, ("limits", run.id), {"due": {run.id: run.due.isoformat()}})


INVARIANTS = (
    Invariant("way-on", "No stage without a way on: from every stage that is no end, some event or the passing of time can lead a case on by a rule written for it.", "policy", _way_on),
    Invariant("duty-ends", "No duty without an end: every duty that runs can still be met, or ends with the stage.", "policy", _duty_ends),
    Invariant("ombudsman", "The Ombudsman can always be reached: from every stage that is no end a case can still come there.", "policy", _ombudsman),
    Invariant("extension", "An extension never makes a due date earlier, whatever is answered with it.", "policy", _extension_by_answer),
    Invariant("one-rule", "No event is taken by two rules at once.", "policy", _one_rule),
    Invariant("after-end", "After an end nothing is accepted but what is written for it, what meets a limit that outlives it or was missed, and what was presumed.", "engine", _after_end),
    Invariant("extension-itself", "An extension that brings no answers never makes a due date earlier.", "engine", _extension),
    Invariant("working-day", "What is counted in working days falls due on a working day.", "engine", _working_day),
    Invariant("status", "How a limit stands agrees with its dates.", "engine", _status),
    Invariant("allowed", "What is certain to be allowed is accepted, and what is not allowed is refused.", "engine", _allowed),
    Invariant("refusal", "A refused event changes nothing.", "engine", _refusal),
    Invariant("reload", "A case read again from its log is the same case.", "engine", _reload),
    Invariant("ledger", "The reasons of a due date lead to that date.", "engine", _ledger),
)  # fmt: skip
