"""What was done in a session of `step`, as a scenario file for a person to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.cases.events import CORRECTION, FACT_RECORDED, plain
from engine.reports.policies import flow, scalar
from engine.stepping import Look, Told
from engine.stepping.standing import scene_then

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from engine.cases import Event
    from engine.stepping import Scene

TAG = "stepped"
_HEAD = """\
# Written by `duecourse step`. What is expected here is what the program said, which proves nothing by itself: count each
# date on a calendar. Then say who has, beside `generated`, such as: reviewed_by: complaints manager, 3 May 2026
"""


def stepped_scenario(story: Sequence[Scene], *, pinned: bool = False) -> str:
    """A scenario file of the scenes of a session: what was recorded, tried and seen.

    `pinned`: it names the version of the policy, for it is not the one in force on the day of the first event.
    """
    policy = story[-1].case.versions[0]
    name = f"{policy.id}@{policy.in_force_from.isoformat()}" if pinned else policy.id
    lines = [
        f"scenarios_for: {scalar(name)}",
        "scenarios:",
        f"  - name: {scalar(_name(story))}",
        f"    tags: [{TAG}]",
        "    generated: true",
        "    steps:",
        *(f"      - {flow(step)}" for step in _steps(story)),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _name(story: Sequence[Scene]) -> str:
    """From where to where the session went."""
    last = story[-1]
    began = next(
        (deed.event.on for scene in story for deed in scene.deeds if isinstance(deed, Told)), last.day
    )
    return f"Stepped through from {day_text(began)} to {last.view.stage} on {day_text(last.day)}"


def _steps(story: Sequence[Scene]) -> Iterator[dict[str, Any]]:
    """The steps, each event and each day gone on to followed by what was seen on that evening."""
    for before, scene in zip((None, *story), story, strict=False):
        seen: dict[date, dict[str, Any]] = {}
        if before is not None:
            seen[scene.day] = dict(scene_then(before.view, scene.view))
        for deed in scene.deeds:
            if isinstance(deed, Look):
                seen[deed.at] = _with(seen.get(deed.at, {}), deed.then)
            else:
                yield _told(deed.event, deed.refused)
        for day, then in seen.items():
            yield {"at": day.isoformat(), "then": plain_in_order(then)}


def _with(seen: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What was seen on a day with what else was seen then: names to values put together, lists made one."""
    found = dict(seen)
    for key, value in more.items():
        own = found.get(key)
        if hasattr(own, "items"):
            found[key] = {**found[key], **value}
        elif isinstance(own, list):
            found[key] = [*own, *(each for each in value if each not in own)]
        else:
            found[key] = value
    return found


def plain_in_order(value: Any) -> Any:
    """The value as ordinary lists and dictionaries, in its own order."""
    if isinstance(value, (list, tuple)):
        return [plain_in_order(item) for item in value]
    return {key: plain_in_order(each) for key, each in value.items()} if hasattr(value, "items") else value


def _told(event: Event, refused: str | None) -> dict[str, Any]:
    """An event as a step of a scenario."""
    step: dict[str, Any] = {"at": event.on.isoformat()}
    if event.at is not None:
        step["time"] = event.at.isoformat("minutes")
    if event.recorded is not None:
        step["recorded"] = event.recorded.isoformat().replace("+00:00", "Z")
    data = _data(event)
    if event.name == FACT_RECORDED and data and refused is None:
        step["record"] = data
    else:
        step["when"] = event.name
        if data:
            step["with"] = data
    if event.by is not None:
        step["by"] = event.by
    if refused is not None:
        step["refused"] = refused
    return step


def _data(event: Event) -> Mapping[str, Any]:
    """What an event brought, in the words of a scenario: a correction says `at` for the day and `time` for the time."""
    words = {"on": "at", "at": "time"} if event.name == CORRECTION else {}
    return {words.get(key, key): plain(value) for key, value in event.data.items()}
