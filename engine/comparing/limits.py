"""Limits compared: how long, from when, how binding, what stretches and what ends them.

A limit owed by the person who complains, or somebody who acts for them, is an opportunity: longer and looser is
better for them. Every other one is a duty towards them: shorter and stricter is better. When a limit falls due is
compared as a whole (length, start, calendar, roll), since the date is what counts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.comparing.difference import Judged, of_change, together, turned
from engine.comparing.sides import difference, differences_in, gained_and_lost, listed, matched
from engine.comparing.spans import at_the_latest, common_roots, counted, judged_shift, shift_of
from engine.policy.strength import more_slack, weaker_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.calendars import Length
    from engine.comparing.difference import Difference, Effect
    from engine.comparing.sides import Sides
    from engine.comparing.spans import Shift
    from engine.policy.model import Limit, Pause, Start

    Compare = Callable[[Sides, Limit, Limit], Iterator[Difference]]

# Forces whose limits bind whoever owes them.
BINDING = ("must", "will")


def limit_differences(sides: Sides) -> Iterator[Difference]:
    """Every difference between the limits."""
    return differences_in(
        "limits", sides.old.limits, sides.new.limits, limit_words,
        changes=partial(_limit_changes, sides), added=partial(_gain, sides), removed=partial(_loss, sides),
    )  # fmt: skip


def _limit_changes(sides: Sides, _name: str, before: Limit, after: Limit) -> Iterator[Difference]:
    for compare in _COMPARED:
        yield from compare(sides, before, after)


def _loss(sides: Sides, limit: Limit) -> Judged:
    judged = _gain(sides, limit)
    return Judged(turned(judged.effect), _GONE[judged.why])


_DUTY = "a duty that was not there before"
_AIM = "a time that those who owe it set themselves"
_BAR = "a time that the person who complains must keep"
_COMPUTED = "computed, never judged"
_RECOMMENDED = "a recommended time; it binds nobody"
_INTERNAL = "internal, not told to the person who complains"
_NOBODY = "it does not say whose it is"
_GONE = {
    _DUTY: "a duty that is no longer there",
    _AIM: "a time that nobody sets themselves any more",
    _BAR: "a time that the person who complains need not keep any more",
    _COMPUTED: _COMPUTED,
    _RECOMMENDED: "a recommended time; it bound nobody",
    _INTERNAL: "internal, not told to the person who complained",
    _NOBODY: "it did not say whose it was",
}


def _gain(sides: Sides, limit: Limit) -> Judged:
    """What a limit means by being there."""
    if limit.force == "external":
        return Judged("neither", _COMPUTED)
    if limit.owed_by is None:
        return Judged("depends", _NOBODY)
    if sides.is_opportunity(limit.owed_by):
        return Judged("worse", _BAR) if limit.force in BINDING else Judged("neither", _RECOMMENDED)
    if not limit.told:
        return Judged("neither", _INTERNAL)
    return Judged("better", _DUTY if limit.force in BINDING else _AIM)


# --- In words ------------------------------------------------------------------------------------------------------


def limit_words(limit: Limit) -> str:
    """A limit in one line: its time, whose it is, and how it binds."""
    owed = f", owed by {limit.owed_by}" if limit.owed_by else ""
    ceiling = f", at most {limit.up_to}" if limit.up_to and limit.extended_by else ""
    return f"{run_words(limit)}{ceiling}{owed} ({limit.force})"


def run_words(limit: Limit) -> str:
    """Length and start of a limit."""
    if limit.before is not None:
        return f"{limit.length} before {limit.before}"
    return f"{limit.length} from {start_words(limit)}"


def start_words(limit: Limit) -> str:
    """What a limit counts from."""
    names = [str(start) for start in limit.starts]
    if len(names) < 2:
        return "".join(names)
    which = "first" if limit.mode == "earliest" else "last"
    return f"{listed(names, 'or')}, whichever comes {which}"


def _or_nothing(text: object) -> str:
    return "nothing" if text is None else str(text)


# --- When it is due ------------------------------------------------------------------------------------------------


def _time(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """Length, start, roll, calendar and day one: one difference, since together they make the date."""
    keys = _keys_of_time(before, after)
    if not keys:
        return
    path: tuple[str, ...] = ("limits", before.id)
    was, now = run_words(before), run_words(after)
    if len(keys) == 1 or keys == ["is", "roll"]:
        path += (keys[0],)
        was, now = _TIME_KEYS[keys[0]](before), _TIME_KEYS[keys[0]](after)
    else:
        was, now = (f"{words}{_besides(keys, limit)}" for words, limit in ((was, before), (now, after)))
    yield difference("limits", path, was, now, _judged_time(sides, before, after))


_TIME_KEYS: dict[str, Callable[[Limit], str]] = {
    "is": lambda limit: str(limit.length),
    "from": start_words,
    "before": lambda limit: _or_nothing(limit.before),
    "roll": lambda limit: _roll(limit).replace("_", " "),
    "calendar": lambda limit: limit.calendar_id,
    "day_one": lambda limit: "same day" if limit.same_day else "day after",
}


def _keys_of_time(before: Limit, after: Limit) -> list[str]:
    different = {
        "is": before.length != after.length,
        "from": _start_of(before) != _start_of(after),
        "before": before.before != after.before,
        "roll": _roll(before) != _roll(after),
        "calendar": before.calendar_id != after.calendar_id and before.calendar != after.calendar,
        "day_one": _own_day_one(before) != _own_day_one(after),
    }
    return [key for key, differs in different.items() if differs]


def _besides(keys: list[str], limit: Limit) -> str:
    """What changes beside length and start, in words."""
    said = [f"{key}: {_TIME_KEYS[key](limit)}" for key in ("roll", "calendar", "day_one") if key in keys]
    return f" ({', '.join(said)})" if said else ""


def _start_of(limit: Limit) -> tuple[frozenset[Start], str]:
    return frozenset(limit.starts), limit.mode if len(limit.starts) > 1 else ""


def _roll(limit: Limit) -> str:
    """What becomes of a due date that is no working day."""
    return limit.roll or "stays"


def _own_day_one(limit: Limit) -> bool | None:
    """Day one where the limit sets it against its calendar."""
    return None if limit.same_day == (limit.calendar.day_one == "same_day") else limit.same_day


def _judged_time(sides: Sides, before: Limit, after: Limit) -> Judged:
    opportunity = sides.is_opportunity(before.owed_by)
    if before.before != after.before:
        return Judged("depends", "it counts from something else")
    if _start_of(before) == _start_of(after):
        shift = shift_of(
            counted(before, before.length), counted(after, after.length), sides.first_day, after.calendar
        )
        judged = judged_shift(shift, opportunity=opportunity)
        plain = before.length.unit == after.length.unit and not shift.same and judged.effect != "depends"
        return Judged(judged.effect, "") if plain else judged
    return _judged_from_root(sides, before, after, opportunity) or _judged_start(
        sides, before, after, opportunity
    )


def _judged_from_root(sides: Sides, before: Limit, after: Limit, opportunity: bool) -> Judged | None:
    """The due dates at the latest from what bounds both limits; `None` if nothing does."""
    if opportunity and (len(before.starts) > 1 or len(after.starts) > 1):
        return None  # of several starts the first may come at any time, so that nothing is known of the least
    found: list[tuple[Shift, str]] = []
    for root in common_roots(sides.old, before, sides.new, after):
        old = at_the_latest(sides.old, before, before.length, root)
        new = at_the_latest(sides.new, after, after.length, root)
        if old is not None and new is not None:
            found.append((shift_of(old, new, sides.first_day, after.calendar), str(root)))
    if not found:
        return None
    shift, root_words = found[0]
    effect = together(*(each.effect(opportunity=opportunity) for each, _ in found))
    return Judged(effect, f"counted from {root_words}, its last day is {shift.words()}")


def _judged_start(sides: Sides, before: Limit, after: Limit, opportunity: bool) -> Judged:
    """Another start that nothing ties to the old one, unless it is one more or one less of several."""
    mode = after.mode if len(after.starts) > 1 else before.mode
    gained, lost = gained_and_lost(before.starts, after.starts)
    if (gained and lost) or before.mode != after.mode:
        return Judged("depends", "it counts from something else, which may come sooner or later")
    sooner = bool(gained) == (mode == "earliest")
    start: Effect = "better" if sooner != opportunity else "worse"
    shift = shift_of(
        counted(before, before.length), counted(after, after.length), sides.first_day, after.calendar
    )
    way = "sooner, never later" if sooner else "later, never sooner"
    length = shift.effect(opportunity=opportunity)
    said = (
        f"it may begin {way}" if length == "neither" else f"it may begin {way}; its length is {shift.words()}"
    )
    return Judged(together(start, length), said)


def _lengths_by_case(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """Lengths chosen by a condition, each against the one that applies without it."""
    both, added, removed = matched(
        {case.id: case for case in before.cases}, {case.id: case for case in after.cases}
    )
    path = ("limits", before.id, "cases")
    for name, old, new in both:
        if old.length != new.length:
            judged = _judged_lengths(sides, before, old.length, after, new.length)
            yield difference("limits", (*path, name, "is"), str(old.length), str(new.length), judged)
        if old.condition != new.condition:
            judged = Judged("depends", "it is chosen for other complaints")
            yield difference("limits", (*path, name, "if"), str(old.condition), str(new.condition), judged)
    for name, new in added:
        judged = _judged_lengths(sides, after, after.length, after, new.length)
        yield difference("limits", (*path, name), None, f"{new.length} if {new.condition}", judged)
    for name, old in removed:
        judged = _judged_lengths(sides, before, old.length, before, before.length)
        yield difference("limits", (*path, name), f"{old.length} if {old.condition}", None, judged)


def _judged_lengths(sides: Sides, before: Limit, old: Length, after: Limit, new: Length) -> Judged:
    """Two lengths of a limit from the same start."""
    shift = shift_of(counted(before, old), counted(after, new), sides.first_day, after.calendar)
    judged = judged_shift(shift, opportunity=sides.is_opportunity(after.owed_by))
    return Judged(judged.effect, "") if old.unit == new.unit and not shift.same else judged


# --- What stretches it ---------------------------------------------------------------------------------------------


def _extension(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """Whether, by what and how far it may be extended."""
    longer = _longer(sides, after)
    path = ("limits", before.id)
    if bool(before.extended_by) != bool(after.extended_by):
        gained = bool(after.extended_by)
        why = "it may be extended" if gained else "it may no longer be extended"
        yield difference(
            "limits", (*path, "extended_by"), _extension_words(before), _extension_words(after),
            Judged(longer if gained else turned(longer), why), "changed",
        )  # fmt: skip
    elif _stretches(before) and _stretches(after) and before.up_to != after.up_to:
        yield difference(
            "limits", (*path, "up_to"), _or_nothing(before.up_to), _or_nothing(after.up_to),
            _judged_ceiling(sides, before, after), "changed",
        )  # fmt: skip
    if before.extended_by and after.extended_by and set(before.extended_by) != set(after.extended_by):
        gain, loss = gained_and_lost(before.extended_by, after.extended_by)
        yield _lists(
            path, "extended_by", before.extended_by, after.extended_by, of_change(gain, loss, longer)
        )


def _extension_on_condition(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """On what condition it may be extended, where both may be."""
    if before.extend_if == after.extend_if or bool(before.extended_by) != bool(after.extended_by):
        return
    effect = of_change(after.extend_if, before.extend_if, turned(_longer(sides, after)))
    why = "" if before.extend_if and after.extend_if else "it may be extended on a condition only"
    why = why if after.extend_if else "it may be extended without that condition"
    yield difference(
        "limits", ("limits", before.id, "extend_if"), _or_nothing(before.extend_if), _or_nothing(after.extend_if),
        Judged(effect, why), "changed",
    )  # fmt: skip


def _agreed(_sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """The date that may be agreed instead."""
    if before.due_on != after.due_on:
        yield difference(
            "limits", ("limits", before.id, "due_on"), _or_nothing(before.due_on), _or_nothing(after.due_on),
            Judged("depends", "a date agreed with the person who complains may stand instead"), "changed",
        )  # fmt: skip


def _moving_ceiling(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """Whether pauses move the ceiling."""
    if before.ceiling_fixed != after.ceiling_fixed:
        longer = _longer(sides, after)
        names = {True: "fixed", False: "moved by pauses"}
        yield difference(
            "limits", ("limits", before.id, "ceiling"), names[before.ceiling_fixed], names[after.ceiling_fixed],
            Judged(
                turned(longer) if after.ceiling_fixed else longer,
                f"pauses {'no longer ' if after.ceiling_fixed else ''}move the ceiling",
            ),
        )  # fmt: skip


def _longer(sides: Sides, limit: Limit) -> Effect:
    """What more time means."""
    return "better" if sides.is_opportunity(limit.owed_by) else "worse"


def _stretches(limit: Limit) -> bool:
    """Whether a ceiling means anything: it may be extended, or a date agreed."""
    return bool(limit.extended_by or limit.due_on)


def _extension_words(limit: Limit) -> str:
    if not limit.extended_by:
        return "nothing"
    ceiling = f"up to {limit.up_to}" if limit.up_to else "without a ceiling"
    return f"{listed(limit.extended_by, 'or')}, {ceiling}"


def _judged_ceiling(sides: Sides, before: Limit, after: Limit) -> Judged:
    opportunity = sides.is_opportunity(after.owed_by)
    if before.up_to is None or after.up_to is None:
        higher = after.up_to is None
        why = "there is no ceiling any more" if higher else "there is a ceiling now"
        return Judged("better" if higher == opportunity else "worse", why)
    return _judged_lengths(sides, before, before.up_to, after, after.up_to)


def _slack(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """`practicable`, `late_extension`, and how binding it is."""
    opportunity = sides.is_opportunity(after.owed_by)
    for key, was, now, ways in (
        ("practicable", before.practicable, after.practicable, more_slack),
        ("late_extension", before.late_extension, after.late_extension, more_slack),
        ("force", before.force, after.force, weaker_force),
    ):
        if was == now:
            continue
        found = [weaker.what for weaker in ways(before, after) if weaker.key == key]
        effect: Effect = "better" if bool(found) == opportunity else "worse"
        if key == "force":
            why = "it binds less" if found else "it binds more"
            effect = "neither" if "external" in (was, now) and opportunity else effect
        else:
            why = found[0] if found else ""
        yield difference("limits", ("limits", before.id, key), _said(was), _said(now), Judged(effect, why))


def _said(value: object) -> str:
    return str(value).lower()


def _pauses(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """What stops the clock for a while."""
    longer = _longer(sides, after)
    both, added, removed = matched(
        {pause.id: pause for pause in before.pauses}, {pause.id: pause for pause in after.pauses}
    )
    path = ("limits", before.id, "pauses")
    for name, old, new in both:
        if old != new:
            effect = together(*_pause_effects(sides, before, old, after, new, longer))
            yield difference("limits", (*path, name), pause_words(old), pause_words(new), Judged(effect))
    for name, new in added:
        judged = Judged(longer, "the time stops running meanwhile")
        yield difference("limits", (*path, name), None, pause_words(new), judged)
    for name, old in removed:
        judged = Judged(turned(longer), "the time no longer stops for it")
        yield difference("limits", (*path, name), pause_words(old), None, judged)


def _pause_effects(
    sides: Sides, before: Limit, old: Pause, after: Limit, new: Pause, longer: Effect
) -> Iterator[Effect]:
    if set(old.when) != set(new.when):
        yield of_change(*gained_and_lost(old.when, new.when), longer)
    if set(old.until) != set(new.until):
        yield of_change(*gained_and_lost(old.until, new.until), turned(longer))
    if old.counting != new.counting:
        yield "depends"
    if old.at_most != new.at_most:
        if old.at_most is None or new.at_most is None:
            yield longer if new.at_most is None else turned(longer)
        else:
            yield _judged_lengths(sides, before, old.at_most, after, new.at_most).effect


def pause_words(pause: Pause) -> str:
    """A pause in words."""
    at_most = f", at most {pause.at_most}" if pause.at_most else ""
    counting = pause.counting.replace("_", " ")
    return f"from {listed(pause.when, 'or')} to {listed(pause.until, 'or')}{at_most} ({counting})"


# --- What ends it, whose it is, where it runs ----------------------------------------------------------------------


def _end(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """What meets it, and what starts it again."""
    path = ("limits", before.id)
    easier = _longer(sides, after)
    if set(before.met_by) != set(after.met_by):
        gained, lost = gained_and_lost(before.met_by, after.met_by)
        why = (
            "" if gained and lost else "more counts as keeping it" if gained else "less counts as keeping it"
        )
        yield _lists(path, "met_by", before.met_by, after.met_by, of_change(gained, lost, easier), why)
    if set(before.restarted_by) != set(after.restarted_by):
        why = "whoever owes it has its time anew"
        yield _lists(path, "restarted_by", before.restarted_by, after.restarted_by, "depends", why)


def _owner(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    if before.owed_by == after.owed_by:
        return
    crossed = sides.is_opportunity(before.owed_by) != sides.is_opportunity(after.owed_by)
    judged = Judged("depends", "it passes from one side to the other") if crossed else Judged("neither")
    was, now = _or_nothing(before.owed_by), _or_nothing(after.owed_by)
    yield difference("limits", ("limits", before.id, "owed_by"), was, now, judged)


def _where(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """The stages in which it runs, as far as both policies have them, and whether it outlives the case."""
    opportunity = sides.is_opportunity(after.owed_by)
    path = ("limits", before.id)
    was, now = (
        None if limit.stages is None else [stage for stage in sides.new.stages if stage in limit.stages]
        for limit in (before, after)
    )
    now = now if now is None or was is None else [stage for stage in now if stage in sides.old.stages]
    if was != now:
        gain: Effect = "depends" if opportunity else "better"
        if was is None or now is None:
            effect = gain if now is None else turned(gain)
        else:
            effect = of_change(*gained_and_lost(was, now), gain)
        why = "" if opportunity else "where it does not run, nothing is owed"
        yield difference(
            "limits", (*path, "runs_in"), _stages_words(was), _stages_words(now), Judged(effect, why)
        )
    if before.outlives != after.outlives:
        judged = Judged("better" if after.outlives else "worse", "")
        yield difference("limits", (*path, "outlives"), _said(before.outlives), _said(after.outlives), judged)


def _stages_words(stages: list[str] | None) -> str:
    return "the whole case" if stages is None else f"only {listed(stages)}"


def _telling(sides: Sides, before: Limit, after: Limit) -> Iterator[Difference]:
    """Whether the person is told of it, and when those who owe it are warned."""
    path = ("limits", before.id)
    if before.told != after.told:
        judged = (
            Judged("better", "") if after.told else Judged("worse", "the person who complains is not told")
        )
        yield difference("limits", (*path, "told"), _said(before.told), _said(after.told), judged)
    warned, warns = ([rung.text for rung in limit.warn] for limit in (before, after))
    if warned != warns:
        yield _lists(path, "warn", warned, warns, "neither", "a reminder to whoever owes it")


def _lists(
    path: tuple[str, ...], key: str, before: list[str] | tuple[str, ...], after: list[str] | tuple[str, ...],
    effect: Effect, why: str = "",
) -> Difference:  # fmt: skip
    return difference("limits", (*path, key), listed(before, "or"), listed(after, "or"), Judged(effect, why))


_COMPARED: tuple[Compare, ...] = (
    _time, _lengths_by_case, _extension, _extension_on_condition, _agreed, _moving_ceiling, _slack, _pauses, _end,
    _owner, _where, _telling,
)  # fmt: skip
