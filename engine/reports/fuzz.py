"""What was tried and found over many histories, as a page for people, as JSON, and as scenario files."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.cases.events import FACT_RECORDED
from engine.reports.layout import as_json, columns, filled, place_dict
from engine.reports.paint import plain
from engine.reports.policies import flow, scalar
from engine.reports.stories import story_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.fuzzing import Finding, Fuzzed
    from engine.probing import Step
    from engine.reports.paint import Paint

TAG = "fuzz"
WIDTH = 118
MOST_NAMED = 5
OUR_FAULT = "This is a fault of duecourse, not of the policy: please report it with the scenario."
REMARKS = {
    "policy": "A case in which it happens, the shortest found; once the policy is put right it no longer replays.",
    "engine": OUR_FAULT,
}


def fuzz_text(fuzzed: Fuzzed, paint: Paint = plain) -> str:
    """Each finding with its story as a sequence of dates; then what was tried."""
    lines: list[str] = []
    for finding in fuzzed.findings:
        lines += [*_finding_lines(finding, paint), ""]
    return "\n".join([*lines, *filled(_summary(fuzzed)), *filled(_undecided(fuzzed))])


def fuzz_json(fuzzed: Fuzzed, _paint: Paint = plain) -> str:
    """The same as JSON, every invariant with whether it held, every finding with its scenario."""
    policy = fuzzed.policy
    return as_json(
        {
            "policy": policy.id,
            "in_force_from": policy.in_force_from.isoformat(),
            "seed": fuzzed.seed,
            "histories": fuzzed.histories,
            "searched": fuzzed.searched,
            "steps": fuzzed.steps,
            "refused": fuzzed.refused,
            "stages": sorted(fuzzed.stages),
            "invariants": [
                {
                    "name": each.name,
                    "sentence": each.sentence,
                    "fault": each.fault,
                    "holds": all(finding.invariant.name != each.name for finding in fuzzed.findings),
                }
                for each in fuzzed.invariants
            ],
            "undecided": [
                {"invariant": name, "subject": subject[0] if subject else None}
                for name, *subject in fuzzed.undecided
            ],
            "findings": [_finding_dict(each) for each in fuzzed.findings],
        }
    )


FUZZ_FORMATS = {"text": fuzz_text, "json": fuzz_json}


def fuzz_scenario(finding: Finding) -> str:
    """A scenario file in which the invariant is broken."""
    breach, invariant, story = finding.breach, finding.invariant, finding.story
    remarks = (f"{invariant.sentence} Broken: {breach.text}.", REMARKS[invariant.fault])
    lines = [
        *(f"# {line}" for remark in remarks for line in wrap(remark, WIDTH - 2, break_on_hyphens=False)),
        f"scenarios_for: {scalar(story.policy.id)}",
        "scenarios:",
        *story_lines(_name(finding), story, [TAG, invariant.name.replace("-", "_")], generated=True),
    ]
    return "\n".join(lines) + "\n"


def _name(finding: Finding) -> str:
    text = finding.breach.text
    return text[:1].upper() + text[1:]


def _finding_lines(finding: Finding, paint: Paint) -> Iterator[str]:
    whose = "error" if finding.invariant.fault == "policy" else "fault of duecourse"
    yield f"{finding.place}: {paint(f'{whose}[{finding.invariant.name}]', 'error')}"
    yield from filled(f"{_name(finding)}.", first="  ")
    yield from filled(finding.invariant.sentence, first="  must hold: ")
    yield from columns([(day_text(step.at), _step_text(step)) for step in finding.story.steps], indent="    ")
    if finding.invariant.fault == "engine":
        yield from filled(OUR_FAULT, first="  ")


def _step_text(step: Step) -> str:
    if step.then is not None:
        return f"then {_plain(step.then)}"
    data = f" with {_plain(step.data)}" if step.data else ""
    if step.event in (None, FACT_RECORDED):
        return f"on record: {_plain(step.data)}"
    return f"{step.event}{data}{' is refused' if step.refused is not None else ''}"


def _plain(data: Mapping[str, Any]) -> str:
    return flow({key: dict(value) if hasattr(value, "items") else value for key, value in data.items()})[1:-1]


def _summary(fuzzed: Fuzzed) -> str:
    policy, count = fuzzed.policy, len(fuzzed.findings)
    found = "nothing found" if not count else f"{count} finding{'s' if count > 1 else ''}"
    return (
        f"{policy.id}: {fuzzed.histories} histories ({fuzzed.searched} by search, "
        f"{fuzzed.histories - fuzzed.searched} by chance from seed {fuzzed.seed}), "
        f"{len(fuzzed.stages)} of {len(policy.stages)} stages, {len(fuzzed.invariants)} invariants: {found}"
    )


def _undecided(fuzzed: Fuzzed) -> str:
    """What could not be decided within the tries there are; nothing if everything was."""
    count = len(fuzzed.undecided)
    if not count:
        return ""
    named = ", ".join(
        f"{name} of {subject[0]}" if subject else name for name, *subject in fuzzed.undecided[:MOST_NAMED]
    )
    more = f" and {count - MOST_NAMED} more" if count > MOST_NAMED else ""
    return f"not decided in every case, for the search ran out of tries: {named}{more}"


def _finding_dict(finding: Finding) -> dict[str, Any]:
    return {
        "invariant": finding.invariant.name,
        "subject": finding.breach.subject,
        "text": finding.breach.text,
        "fault": finding.invariant.fault,
        "place": place_dict(finding.place),
        "history": finding.history,
        "steps": [_step_dict(step) for step in finding.story.steps],
        "scenario": fuzz_scenario(finding),
    }


def _step_dict(step: Step) -> dict[str, Any]:
    return {
        "at": step.at.isoformat(),
        "event": step.event,
        "data": _json_ready(step.data),
        "refused": step.refused,
        "then": None if step.then is None else _json_ready(step.then),
    }


def _json_ready(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _json_ready(value) if hasattr(value, "items") else value for key, value in data.items()}
