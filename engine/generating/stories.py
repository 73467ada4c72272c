"""Stories made around the model of a policy: one for each aim, and three around the due date of each limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendars import day_text
from engine.generating.days import across_holidays
from engine.generating.expecting import with_expectations
from engine.generating.made import Made
from engine.generating.names import name_of, near_name
from engine.probing import Prober
from engine.probing.aims import Aim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.generating.days import Crossing
    from engine.policy.model import Limit, Policy
    from engine.probing import Plan
    from engine.probing.limit_endings import Near

NEAR: tuple[Near, ...] = ("before", "on", "after")
MOST_NAMED = 2
MOST_DAYS_TOLD = 12


def stories_around(
    policy: Policy, aims: Iterable[Aim], prober: Prober | None = None, *, around: bool = True
) -> Iterator[Made]:
    """A story for each aim of which one is found within bounds, nearest first among those told alike.

    With `around` every limit among the aims is told met on the working day before its due date, met on it, and not
    met the day after, besides what else it can do. Aims that the same moves show share a story. Names are told apart.
    The same aims under the same policy give the same stories. `prober`: one that has searched this policy before.
    """
    seeking = prober or Prober(policy)
    names: set[str] = set()
    told_around: set[str] = set()
    for turn, (together, plan) in enumerate(_together(seeking, aims)):
        aim = together[0]
        if around and aim.kind == "limit" and aim.subject not in told_around:
            told_around.add(aim.subject)
            for made in near_stories(seeking, aim.subject, turn):
                yield _named_apart(made, names)
        near = _near_showing(seeking, aim)
        if near is not None:
            if not around:
                made_near = _near(seeking, aim.subject, near, turn)
                yield from () if made_near is None else [_named_apart(made_near, names)]
            continue
        crossing = None if plan is None else across_holidays(seeking, plan, turn)
        if crossing is not None:
            yield _named_apart(_made(together, crossing, plan), names)


def _together(prober: Prober, aims: Iterable[Aim]) -> Iterator[tuple[tuple[Aim, ...], Plan | None]]:
    """The aims with their plans; a rule, the stage it leads to and the letter it sends as one, if one story shows them."""
    groups: dict[str, list[Aim]] = {}
    plans: dict[str, Plan | None] = {}
    for aim in sorted(dict.fromkeys(aims), key=lambda each: _FIRST.get(each.kind, len(_FIRST))):
        plan = prober.plan_for(aim)
        plain = plan is not None and (
            aim.kind in ("rule", "stage") or (aim.kind, aim.detail) == ("letter", "due")
        )
        key = repr(plan.node.moves) if plain and plan is not None else repr(aim)
        groups.setdefault(key, []).append(aim)
        plans.setdefault(key, plan)
    yield from ((tuple(together), plans[key]) for key, together in groups.items())


# Rules are told first: their stories name what happens.
_FIRST = {kind: place for place, kind in enumerate(("rule", "stage", "limit", "answer", "refusal", "letter"))}
# Which story around a due date shows what a limit can do.
_SHOWN_NEAR: Mapping[str, Near] = {"started": "on", "met": "on", "missed": "after"}


def _near_showing(prober: Prober, aim: Aim) -> Near | None:
    """The story around a due date that shows this, if one does."""
    near = _SHOWN_NEAR.get(aim.detail) if aim.kind == "limit" else None
    if near is None or (aim.detail == "met" and not prober.policy.limits[aim.subject].met_by):
        return None
    return near if prober.plan_near(aim.subject, near) is not None else None


def near_stories(prober: Prober, limit: str, turn: int = 0) -> Iterator[Made]:
    """The stories around the due date of a limit: met the working day before, met on it, and over the day after."""
    for near in NEAR:
        made = _near(prober, limit, near, turn)
        if made is not None:
            yield made


def story_before(prober: Prober, limit: str, turn: int = 0) -> Made | None:
    """A limit met on the working day before its due date; only looked at, if nothing meets it."""
    return _near(prober, limit, "before", turn)


def story_on(prober: Prober, limit: str, turn: int = 0) -> Made | None:
    """A limit met on its due date; only looked at, if nothing meets it."""
    return _near(prober, limit, "on", turn)


def story_after(prober: Prober, limit: str, turn: int = 0) -> Made | None:
    """A limit that was not met, on the day after its due date."""
    return _near(prober, limit, "after", turn)


def _near(prober: Prober, limit: str, near: Near, turn: int) -> Made | None:
    plan = prober.plan_near(limit, near)
    crossing = None if plan is None else across_holidays(prober, plan, turn)
    if crossing is None:
        return None
    aim = Aim("limit", limit, "missed" if near == "after" else "met")
    if near != "after" and not prober.policy.limits[limit].met_by:
        aim = aim._replace(detail="started")
    story = with_expectations(crossing.story, limit)
    name = f"{near_name(prober.policy, limit, near)}{_across(crossing)}"
    return Made(name, (aim,), story, _remark(prober.policy, limit, crossing))


def _made(aims: tuple[Aim, ...], crossing: Crossing, plan: Plan | None) -> Made:
    aim = aims[0]
    limit = plan.limit if plan is not None and aim.kind == "limit" else None
    letters = [each.subject for each in aims if (each.kind, each.detail) == ("letter", "due")]
    story = with_expectations(crossing.story, limit, letters)
    across = _across(crossing) if limit is not None else ""
    remark = _remark(story.policy, limit, crossing) if limit is not None else ""
    return Made(f"{name_of(aim, story)}{across}", aims, story, remark)


def _across(crossing: Crossing) -> str:
    """Which bank holidays fall into the run, as the end of a name."""
    named = list(dict.fromkeys(name for _, name in crossing.days_off))
    if not named:
        return ""
    told = [*named[:MOST_NAMED], *([f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else [])]
    return f" (across {', '.join(told[:-1])}{' and ' if told[:-1] else ''}{told[-1]})"


def _remark(policy: Policy, limit: str, crossing: Crossing) -> str:
    """What to count, so as to confirm a due date, and which days do not count."""
    stated = policy.limits[limit]
    cited = f"; {stated.about.citations[0]}" if stated.about.citations else ""
    days = ", ".join(f"{day_text(day)} ({name})" for day, name in crossing.days_off[:MOST_DAYS_TOLD])
    off = f" Days that are no working days: {days}." if days else ""
    return f"To confirm: {limit} is {stated.length}, {_counted_from(stated)}{cited}.{off}"


def _counted_from(limit: Limit) -> str:
    if limit.before is not None:
        return f"counted back from {limit.before}"
    joined = " and " if limit.mode == "latest" else " or "
    which = "the latest of " if limit.mode == "latest" and len(limit.starts) > 1 else ""
    return f"counted from {which}{joined.join(map(str, limit.starts))}"


def _named_apart(made: Made, names: set[str]) -> Made:
    """With a name that no other has."""
    name, number = made.name, 1
    while name in names:
        number += 1
        name = f"{made.name}, {number}"
    names.add(name)
    return made if name == made.name else Made(name, made.aims, made.story, made.remark)
