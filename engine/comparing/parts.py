"""Events, facts, letters and people compared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.calendars import Length
from engine.comparing.difference import Judged, of_change, together, turned
from engine.comparing.sides import difference, differences_in, gained_and_lost, listed
from engine.comparing.spans import shift_of
from engine.deadlines import due_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.comparing.difference import Difference, Effect, Group
    from engine.comparing.sides import Sides
    from engine.comparing.spans import Due
    from engine.policy.model import EventType, Fact, Letter, Need, Policy, Role

# --- Events --------------------------------------------------------------------------------------------------------


def event_differences(sides: Sides) -> Iterator[Difference]:
    """Who may record what, with what; and what is presumed."""
    judged = Judged("neither", "see the rules and limits that name it")
    return differences_in(
        "events", sides.old.events, sides.new.events, event_words,
        changes=partial(_event_changes, sides), added=lambda _: judged, removed=lambda _: judged,
    )  # fmt: skip


def event_words(event: EventType) -> str:
    """An event in one line."""
    needs = f", with {listed(map(_need_words, event.needs))}" if event.needs else ""
    return f"{event.about.title or event.id.replace('_', ' ')}, by {listed(event.by, 'or') if event.by else 'anyone'}{needs}"


def _event_changes(sides: Sides, name: str, before: EventType, after: EventType) -> Iterator[Difference]:
    path = ("events", name)
    if set(before.by) != set(after.by):
        yield difference("events", (*path, "by"), _by(before), _by(after), _judged_by(sides, before, after))
    if set(before.needs) != set(after.needs):
        gained, lost = gained_and_lost(map(_need_words, before.needs), map(_need_words, after.needs))
        ours = sides.is_ours((*before.by, *after.by))
        asked: Effect = "worse" if ours else "better" if before.by and after.by else "depends"
        way = "" if gained and lost else "more is asked of" if gained else "less is asked of"
        why = way and f"{way} {'the person who complains' if ours else 'whoever records it'}"
        was, now = (listed(map(_need_words, event.needs)) for event in (before, after))
        judged = Judged(of_change(gained, lost, asked), "" if asked == "depends" else why)
        yield difference("events", (*path, "needs"), was, now, judged)
    for key in ("appoints", "together_with"):
        was, now = getattr(before, key) or "nobody", getattr(after, key) or "nobody"
        if was != now:
            yield difference("events", (*path, key), was, now, Judged("neither"))
    if _presumption(before) != _presumption(after):
        judged = _judged_presumption(sides, before, after)
        yield difference(
            "events", (*path, "presumed_from"), _presumed(before), _presumed(after), judged, "changed"
        )


def _by(event: EventType) -> str:
    return listed(event.by, "or") if event.by else "anyone"


def _judged_by(sides: Sides, before: EventType, after: EventType) -> Judged:
    """Who acts for somebody may record what they may, named or not."""
    if not before.by or not after.by:
        return Judged("depends")
    was, now = (
        [role for role in _may_record(policy, event) if role in sides.ours]
        for policy, event in ((sides.old, before), (sides.new, after))
    )
    gained, lost = gained_and_lost(was, now)
    return Judged(of_change(gained, lost, "better") if gained or lost else "neither")


def _may_record(policy: Policy, event: EventType) -> list[str]:
    return [*event.by, *(role.id for role in policy.people.values() if role.acts_for in event.by)]


def _need_words(need: Need) -> str:
    return need.name if need.kind in ("fact", need.name) else f"{need.name} ({need.kind})"


def _presumption(event: EventType) -> tuple[object, ...]:
    return event.presumed_from, event.after, sorted(event.channels.items())


def _presumed(event: EventType) -> str:
    if event.presumed_from is None:
        return "not presumed"
    delays = [str(event.after)] if event.after is not None else []
    delays += [f"{_delay(length)} by {channel}" for channel, length in sorted(event.channels.items())]
    return f"presumed {listed(delays)} after {event.presumed_from}".replace("0 calendar days", "the same day")


def _delay(length: Length) -> str:
    return "the same day" if not length.amount else str(length)


def _judged_presumption(sides: Sides, before: EventType, after: EventType) -> Judged:
    """Sooner or later, as the limits that count from it take it."""
    if before.presumed_from != after.presumed_from:
        return Judged("depends", "what is presumed starts and meets limits")
    sooner = {
        ("sooner" if shift.sooner else "later")
        for old, new in _delays(before, after)
        if old != new
        for shift in [
            shift_of(
                _after(sides.old, old),
                _after(sides.new, new),
                sides.first_day,
                sides.new.calendars[sides.new.source.data["calendar"]],
            )
        ]
        if shift.example is not None
    }
    counting = [
        limit for limit in sides.new.limits.values() if any(start.id == after.id for start in limit.starts)
    ]
    if len(sooner) != 1 or not counting:
        return Judged("depends" if sooner else "neither")
    later = sooner == {"later"}
    effects: list[Effect] = [
        "better" if later == sides.is_opportunity(limit.owed_by) else "worse" for limit in counting
    ]
    way = "later" if later else "sooner"
    return Judged(together(*effects), f"{listed(limit.id for limit in counting)} would begin {way}")


def _delays(before: EventType, after: EventType) -> Iterator[tuple[Length | None, Length | None]]:
    yield before.after, after.after
    for channel in before.channels.keys() | after.channels.keys():
        yield before.channels.get(channel, before.after), after.channels.get(channel, after.after)


def _after(policy: Policy, delay: Length | None) -> Due:
    """The day on which something is presumed: days are counted after the day of sending, in the policy's calendar."""
    calendar = policy.calendars[policy.source.data["calendar"]]
    length = delay or Length(0, "calendar_days")
    return lambda day: due_day(calendar, length, day, same_day=False, roll="stays")


# --- Facts ---------------------------------------------------------------------------------------------------------


def fact_differences(sides: Sides) -> Iterator[Difference]:
    """What is asked, what may be answered, and who decides."""
    judged = Judged("neither", "see what asks for it")
    return differences_in(
        "facts", sides.old.facts, sides.new.facts, fact_words,
        changes=partial(_fact_changes, sides), added=lambda _: judged, removed=lambda _: judged,
    )  # fmt: skip


def fact_words(fact: Fact) -> str:
    """A fact in one line."""
    return f"{fact.ask} ({_answers(fact)}; {listed(fact.decided_by, 'or') if fact.decided_by else 'anyone'} decides)"


def _answers(fact: Fact) -> str:
    answers = listed(fact.answers, "or") if fact.kind == "choice" else f"a {fact.kind}"
    return f"{answers}, for each point" if fact.per_point else answers


def _fact_changes(sides: Sides, name: str, before: Fact, after: Fact) -> Iterator[Difference]:
    path = ("facts", name)
    was, now = _answers(before), _answers(after)
    if (before.kind, set(before.answers), before.per_point) != (
        after.kind,
        set(after.answers),
        after.per_point,
    ):
        yield difference(
            "facts", (*path, "answers"), was, now, Judged("depends", "other answers lead elsewhere")
        )
    if set(before.decided_by) != set(after.decided_by):
        ours_before, ours_after = (sides.is_ours(fact.decided_by) for fact in (before, after))
        effect: Effect = "neither" if ours_before == ours_after else "better" if ours_after else "worse"
        was, now = (
            listed(fact.decided_by, "or") if fact.decided_by else "anyone" for fact in (before, after)
        )
        yield difference("facts", (*path, "decided_by"), was, now, Judged(effect))


# --- Letters -------------------------------------------------------------------------------------------------------


def letter_differences(sides: Sides) -> Iterator[Difference]:
    """What is written to whom, and what it must say."""
    return differences_in(
        "letters", sides.old.letters, sides.new.letters, letter_words,
        changes=partial(_letter_changes, sides),
        added=partial(_judged_letter, sides, sides.new, sides.old),
        removed=partial(_judged_lost_letter, sides),
    )  # fmt: skip


def letter_words(letter: Letter) -> str:
    """A letter in one line."""
    return f"to {listed(letter.to)}, saying {listed(letter.must_say)}"


def _judged_letter(sides: Sides, policy: Policy, other: Policy, letter: Letter) -> Judged:
    """A letter means something by itself only where what it tells of is in both policies."""
    occasions = [*letter.sent_by, *(rule.id for rule in policy.rules() if letter.id in rule.send)]
    theirs = {*other.events, *(rule.id for rule in other.rules())}
    if not theirs.intersection(occasions):
        return Judged("neither", f"it comes with {listed(occasions)}")
    return Judged("better" if sides.is_ours(letter.to) else "neither")


def _judged_lost_letter(sides: Sides, letter: Letter) -> Judged:
    judged = _judged_letter(sides, sides.old, sides.new, letter)
    return Judged(turned(judged.effect), judged.why.replace("comes with", "goes with"))


def _letter_changes(sides: Sides, name: str, before: Letter, after: Letter) -> Iterator[Difference]:
    path = ("letters", name)
    if set(before.must_say) != set(after.must_say):
        gained, lost = gained_and_lost(before.must_say, after.must_say)
        said: Effect = "better" if sides.is_ours((*before.to, *after.to)) else "neither"
        yield _lists("letters", (*path, "must_say"), gained, lost, Judged(of_change(gained, lost, said)))
    if set(before.to) != set(after.to):
        gained, lost = (
            [role for role in roles if role in sides.ours] for roles in gained_and_lost(before.to, after.to)
        )
        effect: Effect = of_change(gained, lost, "better") if gained or lost else "neither"
        yield difference("letters", (*path, "to"), listed(before.to), listed(after.to), Judged(effect))
    if set(before.sent_by) != set(after.sent_by):
        was, now = listed(before.sent_by, "or"), listed(after.sent_by, "or")
        yield difference(
            "letters", (*path, "sent_by"), was, now, Judged("depends", "it is due at another time")
        )


# --- People --------------------------------------------------------------------------------------------------------


def people_differences(sides: Sides) -> Iterator[Difference]:
    """Who takes part, and who may not be chosen."""
    return differences_in(
        "people", sides.old.people, sides.new.people, role_words,
        changes=partial(_role_changes, sides),
        added=partial(_judged_role, sides),
        removed=partial(_judged_lost_role, sides),
    )  # fmt: skip


def role_words(role: Role) -> str:
    """A role in one line."""
    acts = f", acts for {role.acts_for}" if role.acts_for else ""
    return f"{role.about.title or role.id.replace('_', ' ')}{acts}"


def _judged_role(sides: Sides, role: Role) -> Judged:
    if role.acts_for in sides.ours:
        return Judged("better", f"somebody who may act for the {role.acts_for}")
    return Judged("neither")


def _judged_lost_role(sides: Sides, role: Role) -> Judged:
    judged = _judged_role(sides, role)
    return Judged(turned(judged.effect), judged.why)


def _role_changes(sides: Sides, name: str, before: Role, after: Role) -> Iterator[Difference]:
    path = ("people", name)
    for key in ("never", "not_also"):
        gained, lost = gained_and_lost(getattr(before, key), getattr(after, key))
        if gained or lost:
            judged = Judged(of_change(gained, lost, "better"), "fewer may be chosen" if not lost else "")
            yield _lists("people", (*path, key), gained, lost, judged)
    if before.members != after.members:
        more = (after.members or 1) > (before.members or 1)
        was, now = str(before.members or 1), str(after.members or 1)
        yield difference("people", (*path, "members"), was, now, Judged("better" if more else "worse"))
    if before.acts_for != after.acts_for:
        ours_before, ours_after = before.acts_for in sides.ours, after.acts_for in sides.ours
        effect: Effect = "neither" if ours_before == ours_after else "better" if ours_after else "worse"
        was, now = before.acts_for or "nobody", after.acts_for or "nobody"
        yield difference("people", (*path, "acts_for"), was, now, Judged(effect))
    for key in ("appointed_by", "chair"):
        was, now = getattr(before, key) or "nobody", getattr(after, key) or "nobody"
        if was != now:
            yield difference("people", (*path, key), was, now, Judged("neither"))


def _lists(
    group: Group, path: tuple[str, ...], gained: list[str], lost: list[str], judged: Judged
) -> Difference:
    """A list told by what it gained and lost, since the rest says nothing new."""
    return difference(
        group, path,
        f"with {listed(lost)}" if lost else f"without {listed(gained)}",
        f"with {listed(gained)}" if gained else f"without {listed(lost)}",
        judged,
    )  # fmt: skip
