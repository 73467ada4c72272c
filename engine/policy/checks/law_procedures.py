"""The general kinds of tests by which a procedure is held against requirements, each a function of the policy and the test.

A test names things as the base does; a policy that builds on the base has the same names, another says in `corresponds`
which of its own stand for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.calendars import Length
from engine.policy.build import OPENING
from engine.policy.checks.findings import Finding, Names
from engine.policy.model import rule_path
from engine.policy.strength import holders_of_rights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.policy.model import Limit, Policy, Rule, Start

    Test = Mapping[str, Any]

LATER = "counted-from-later"
BINDING = ("must", "will")
# The most working days that one of a unit can hold.
_WORKING_DAYS = {"working_days": 1, "weeks": 5, "months": 23, "years": 262, "end_of_next_working_day": 1}


class HeldPolicy:
    """A policy that is held against requirements."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.names = Names(policy.source)
        ours = holders_of_rights(policy)
        self._led_to: dict[str, set[str]] = {}
        self.ours = ours | {role.id for role in policy.people.values() if role.acts_for in ours}

    def ids(self, group: str, names: Iterable[str]) -> list[str]:
        """The policy's own ids of everything that a test names."""
        return [own for name in names for own in self.names.own(group, name)]

    def limits_met_by(self, events: Iterable[str]) -> list[Limit]:
        """The times that somebody else than the person with the right has to keep, and that one of the events meets."""
        events = set(events)
        return [
            limit
            for limit in self.policy.limits.values()
            if events & set(limit.met_by) and limit.force != "external" and limit.owed_by not in self.ours
        ]

    def rules_for(self, event: str, stage: str) -> list[Rule]:
        """The rules that an event meets in a stage."""
        own = [rule for rule in self.policy.stages[stage].rules if event in rule.when]
        return own or [rule for rule in self.policy.anywhere if event in rule.when and stage in rule.reaches]

    def led_to_by(self, event: str) -> set[str]:
        """The stages that an event leads to."""
        if event not in self._led_to:
            rules = [rule for rule in self.policy.rules() if event in rule.when]
            self._led_to[event] = {rule.go_to for rule in rules if rule.go_to is not None}
        return self._led_to[event]

    def letters_sent_by(self, events: Iterable[str]) -> list[str]:
        """The letters that one of the events discharges."""
        events = set(events)
        return [letter.id for letter in self.policy.letters.values() if events & set(letter.sent_by)]

    def lacks(self, letters: Iterable[str], words: Mapping[str, list[str]]) -> list[str]:
        """What none of the letters says, of what they must say in one of several words."""
        said = {word for letter in letters for word in self.policy.letters[letter].must_say}
        return [name for name, any_of in words.items() if said.isdisjoint(any_of)]


# --- Times ---------------------------------------------------------------------------------------------------------


def time(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`longer-than-required`, `counted-from-later`, `time-not-binding`, `no-time-for-a-duty`.

    Every time that one of the events `of` meets runs from one of the starts of `from`, and no longer than it says
    there: `is` at first, `up_to` when extended or in special cases. One of them at least binds. `part` asks for the
    start, or the length, alone.
    """
    events = held.ids("events", test["of"])
    limits = [limit for limit in held.limits_met_by(events) if limit.before is None]
    kept: list[tuple[Limit, list[Finding]]] = []
    found: list[tuple[Limit, list[Finding]]] = []
    for limit in limits:
        over = list(_over(held, limit, test["from"]))
        (found if over else kept).append((limit, over))
    part = test.get("part")
    if not limits and events and part != "start":
        path = held.names.missing("limits", test["limit"])
        yield Finding(
            path, "no-time-for-a-duty", f'nothing says by when "{events[0]}" has to come', is_own=True
        )
    for limit, over in found:
        # What is promised soon, beside a time that is kept, makes nobody wait longer.
        if not (kept and limit.length.is_open_ended):
            yield from (each for each in over if part is None or (each.name == LATER) == (part == "start"))
    if part != "start" and kept and not any(limit.force in BINDING for limit, _ in kept):
        limit = kept[0][0]
        yield Finding(
            ("limits", limit.id, "force"), "time-not-binding", f'"{limit.id}" binds nobody: its force is "{limit.force}"'
        )  # fmt: skip


def _over(held: HeldPolicy, limit: Limit, allowed: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    """How a time is longer than what is allowed, from the start with which it fares best."""
    known = [(start, most) for start in limit.starts for most in [_allowed(held, start, allowed)] if most]
    if not known or (limit.mode == "latest" and len(known) < len(limit.starts)):
        starts = " or ".join(map(str, limit.starts))
        first = next(iter(allowed))
        yield Finding(
            ("limits", limit.id, "from"), LATER,
            f'"{limit.id}" counts its {limit.length} from {starts}, and not from {first}',
        )  # fmt: skip
        return
    every = [list(_longer(limit, start, most)) for start, most in known]
    if limit.mode == "latest":
        yield from max(every, key=len)
    elif all(every):
        yield from every[0]


def _allowed(
    held: HeldPolicy, start: Start, allowed: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str] | None:
    """What is allowed from this start: an event or fact that is named, or a stage that it leads straight to."""
    for name, most in allowed.items():
        ids = held.names.own("events", name) + held.names.own("facts", name)
        if start.kind in ("event", "fact") and start.id in ids:
            return most
        if start.kind == "entering" and any(held.led_to_by(each) == {start.id} for each in ids):
            return most
    return None


def _longer(limit: Limit, start: Start, most: Mapping[str, str]) -> Iterator[Finding]:
    at_first = Length.parse(most["is"])
    in_all = Length.parse(most.get("up_to", most["is"]))
    if _exceeds(limit.length, at_first):
        yield Finding(
            ("limits", limit.id, "is"), "longer-than-required",
            f'"{limit.id}" takes {limit.length} from {start}, and {at_first} are the most',
        )  # fmt: skip
    for case in limit.cases:
        if _exceeds(case.length, in_all):
            yield Finding(
                ("limits", limit.id, "cases", case.id, "is"), "longer-than-required",
                f'"{limit.id}" takes {case.length} from {start} if {case.condition}, and {in_all} are the most',
            )  # fmt: skip
    if limit.up_to is not None and (limit.extended_by or limit.due_on) and _exceeds(limit.up_to, in_all):
        yield Finding(
            ("limits", limit.id, "up_to"), "longer-than-required",
            f'"{limit.id}" can be extended to {limit.up_to} from {start}, and {in_all} are the most',
        )  # fmt: skip


def _exceeds(length: Length, most: Length) -> bool:
    """Whether a length is longer than another, from some day at least; open-ended ones are longer than any."""
    if length.is_open_ended or most.is_open_ended:
        return length.is_open_ended and not most.is_open_ended
    if length.unit == most.unit:
        return length.amount > most.amount
    return _working_days(length) > _working_days(most)


def _working_days(length: Length) -> int:
    """The most working days that a length can hold."""
    if length.unit == "calendar_days":
        weeks, rest = divmod(length.amount, 7)
        return weeks * 5 + min(rest, 5)
    return length.amount * _WORKING_DAYS[length.unit]


def extension(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`extension-unbounded`, `extension-not-told`.

    A time met by an event `of` has a ceiling, and whoever extends it gives what `needs` lists and writes what `says` has.
    """
    told: set[str] = set()
    for limit in held.limits_met_by(held.ids("events", test["of"])):
        if limit.extended_by and limit.up_to is None and test.get("ceiling", True):
            yield Finding(
                ("limits", limit.id, "extended_by"), "extension-unbounded",
                f'"{limit.id}" can be extended without a longest time',
            )  # fmt: skip
        for event in limit.extended_by:
            if event not in told:
                told.add(event)
                yield from _told(held, event, test)


def _told(held: HeldPolicy, event: str, test: Test) -> Iterator[Finding]:
    kinds = {need.kind for need in held.policy.events[event].needs}
    missing = [kind for kind in test.get("needs", ()) if kind not in kinds]
    if missing:
        yield Finding(
            ("events", event, "needs"), "extension-not-told",
            f'"{event}" is accepted without {_listed(_NEEDS[kind] for kind in missing)}',
        )  # fmt: skip
    words = test.get("says", {})
    letters = held.letters_sent_by([event])
    lacking = held.lacks(letters, words)
    if words and not letters:
        yield Finding(("events", event), "extension-not-told", f'no letter goes with "{event}"')
    elif lacking:
        yield Finding(
            ("letters", letters[0], "must_say"), "extension-not-told",
            f'the letter "{letters[0]}" need not say: {", ".join(lacking)}',
        )  # fmt: skip


_NEEDS = {
    "text": "a reason",
    "date": "a new date",
    "confirmed": "the person being told",
    "fact": "a decision",
    "points": "the points",
}


def start(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`counted-from-another-day`: a time met by an event `of` counts from one of `from`."""
    events = set(held.ids("events", test["of"]))
    known = {*held.ids("events", test["from"]), *held.ids("facts", test["from"])}
    for limit in held.policy.limits.values():
        others = [start for start in limit.starts if start.id not in known]
        if events & set(limit.met_by) and others:
            yield Finding(
                ("limits", limit.id, "from"), "counted-from-another-day",
                f'"{limit.id}" counts from {others[0]}, and not from {" or ".join(test["from"])}',
            )  # fmt: skip


# --- Ways ----------------------------------------------------------------------------------------------------------


def right(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`gate-before-a-right`: in every stage of `in` the event leads straight to the stage `to`, whatever is on record.

    `within`: the times after which it need not; `any` leaves that open. A stage that a case comes to only when such a
    time is over takes what comes late, and need not lead there.
    """
    targets = set(held.ids("stages", [test["to"]]))
    named: dict[str, Finding] = {}
    for event in held.ids("events", [test["event"]]):
        times = _times_to_ask(held, event, test.get("within", ()))
        for stage in held.ids("stages", test["in"]):
            if _is_for_the_late(held.policy, stage, times):
                continue
            rules = [rule for rule in held.rules_for(event, stage) if not rule.after]
            if not rules:
                what = f'"{event}" is not accepted in "{stage}"'
                named[stage] = Finding(("stages", stage), "gate-before-a-right", what)
                continue
            faulty = [(rule, fault) for rule in rules for fault in [_fault(rule, targets, test)] if fault]
            if faulty and not (len(rules) > 1 and all(fault[0] == "if" for _, fault in faulty)):
                # Where one rule asks for something and the other turns down what is left, the first one says it.
                (rule, (key, what)), *rest = sorted(faulty, key=lambda pair: pair[1][0] == "turns_down")
                path = (*rule_path(rule.id), key)
                related = tuple(rule_path(other.id) for other, _ in rest)
                named.setdefault(rule.id, Finding(path, "gate-before-a-right", what, related))
    yield from named.values()


def _times_to_ask(held: HeldPolicy, event: str, within: Iterable[str]) -> set[str]:
    """The limits after which the event is late: those that are named, or with `any` the time for asking, if there is one."""
    if within != "any":
        return set(held.ids("limits", within))
    limits = held.policy.limits.values()
    return {limit.id for limit in limits if event in limit.met_by and limit.force != "external"}


def _is_for_the_late(policy: Policy, stage: str, times: set[str]) -> bool:
    """Whether a case comes to the stage only when one of the times is over."""
    ways = [rule for rule in policy.rules() if rule.go_to == stage and rule.reaches != (stage,)]
    return bool(ways) and all(times & {rule.overdue, *(due.limit for due in rule.after)} for rule in ways)


def _fault(rule: Rule, targets: set[str], test: Test) -> tuple[str, str] | None:
    """The key of a rule that stands in the way of the right, and what it does."""
    allowed = test.get("within", ())
    if rule.turns_down:
        return "turns_down", f'"{rule.id}" turns "{test["event"]}" down'
    if rule.go_to not in targets:
        where = f'to "{rule.go_to}"' if rule.go_to else "nowhere"
        return "go_to", f'"{rule.id}" leads {where} and not straight to "{test["to"]}"'
    if rule.condition is not None:
        return "if", f'"{rule.id}" asks that {rule.condition}'
    late = [str(due) for due in rule.within if due.limit not in allowed]
    if late and allowed != "any":
        return "within", f'"{rule.id}" ends with {late[0]}'
    return None


def stages(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`stage-left-out`: every stage of `there` is there."""
    for name in test["there"]:
        if not held.names.own("stages", name):
            path = held.names.missing("stages", name)
            yield Finding(path, "stage-left-out", f'there is no stage "{name}"', is_own=True)


def last_answer(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`stage-after-the-last`: every event `of` leads to an end, so that no other stage follows the answer."""
    events = set(held.ids("events", test["of"]))
    for rule in held.policy.rules():
        if events & set(rule.when) and rule.go_to is not None and _end_of(held.policy, rule) is None:
            yield Finding(
                (*rule_path(rule.id), "go_to"), "stage-after-the-last",
                f'"{rule.id}" leads to "{rule.go_to}", and the answer is not the last',
            )  # fmt: skip


def way_out(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`stage-can-be-skipped`: what leads to an end of the kind `end` is recorded by `by`, or asks for one of `facts`."""
    by, facts = set(held.ids("people", test["by"])), set(held.ids("facts", test["facts"]))
    policy = held.policy
    for rule in policy.rules():
        if _end_of(policy, rule) != test["end"]:
            continue
        others = [event for event in rule.when if not by.issuperset(policy.events[event].by)]
        asked = set(rule.condition.facts_used()) if rule.condition is not None else set()
        if (others or rule.overdue) and not asked & facts:
            yield Finding(
                (*rule_path(rule.id), "go_to"), "stage-can-be-skipped",
                f'"{rule.id}" leads to "{rule.go_to}" and asks for no decision on {" or ".join(test["facts"])}',
            )  # fmt: skip


def _end_of(policy: Policy, rule: Rule) -> str | None:
    """How a case has ended that follows the rule; `None` if it has not."""
    stage = policy.stages.get(rule.go_to) if rule.go_to is not None else None
    return stage.end if stage is not None else None


def first_stage(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`step-before-first-stage`: before the stage `stage` nobody has a time of their own that no event `of` meets."""
    policy, events = held.policy, set(held.ids("events", test["of"]))
    first = set(held.ids("stages", [test["stage"]]))
    for stage in _before(policy, first) if first else ():
        own = [
            limit.id
            for limit in (policy.limits[name] for name in policy.stages[stage].due)
            if limit.owed_by not in held.ours and limit.force != "external" and not events & set(limit.met_by)
        ]
        if own:
            limit = policy.limits[own[0]]
            yield Finding(
                ("stages", stage), "step-before-first-stage",
                f'"{stage}" comes before "{test["stage"]}", with a time of its own: {limit.length}',
                related=(("limits", limit.id),),
            )  # fmt: skip


def _before(policy: Policy, first: set[str]) -> list[str]:
    """The stages that a case can come to without having been in one of `first`."""
    reached: set[str] = set()
    waiting = [OPENING]
    while waiting:
        stage = waiting.pop()
        if stage in reached or stage not in policy.stages or policy.stages[stage].end:
            continue
        reached.add(stage)
        waiting += [
            rule.go_to for rule in policy.stages[stage].rules if rule.go_to and rule.go_to not in first
        ]
    return [stage for stage in policy.stages if stage in reached and stage != OPENING]


# --- People and letters --------------------------------------------------------------------------------------------


def role(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`role-not-as-required`: who may not be appointed to a role, how many have it, and that somebody appoints it."""
    for name in held.names.own("people", test["role"]):
        spec, path = held.policy.people[name], ("people", name)
        free = [kind for kind in test.get("never", ()) if kind not in spec.never]
        if free:
            words = _listed((_WHO.get(kind) or f"be {kind.replace('_', ' ')}" for kind in free), "or")
            yield Finding((*path, "never"), "role-not-as-required", f'"{name}" may {words}')
        both = [other for other in held.ids("people", test.get("not_also", ())) if other not in spec.not_also]
        if both:
            yield Finding(
                (*path, "not_also"), "role-not-as-required",
                f'"{name}" may be the same person as: {_listed(both, "or")}',
            )  # fmt: skip
        if "members" in test and spec.members is not None and spec.members < test["members"]:
            yield Finding(
                (*path, "members"), "role-not-as-required",
                f'"{name}" has {spec.members} members, and {test["members"]} are needed',
            )  # fmt: skip
        if test.get("appointed") and not any(event.appoints == name for event in held.policy.events.values()):
            yield Finding(path, "role-not-as-required", f'nothing appoints "{name}"')
    if not held.names.own("people", test["role"]):
        where = held.names.missing("people", test["role"])
        yield Finding(where, "role-not-as-required", f'there is no "{test["role"]}"', is_own=True)


_WHO = {
    "conflict_of_interest": "have a conflict of interest",
    "member": "be a member",
    "officer": "be an officer",
    "service_complained_about": "be of the service complained about",
    "spouse_of_member": "be the spouse of a member",
    "spouse_of_officer": "be the spouse of an officer",
}


def letter(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`letter-says-too-little`: a letter goes with each event `of`, and says what `says` has, each in one of its words."""
    for event in held.ids("events", test["of"]):
        letters = held.letters_sent_by([event])
        lacking = held.lacks(letters, test["says"])
        if not letters:
            yield Finding(("events", event), "letter-says-too-little", f'no letter goes with "{event}"')
        elif lacking:
            yield _too_little(letters[0], lacking)


def refusals(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`letter-says-too-little`: whoever is turned down gets a letter that says what `says` has."""
    policy = held.policy
    for rule in policy.rules():
        if not (rule.turns_down or _end_of(policy, rule) == "refused"):
            continue
        if not rule.send:
            yield Finding(
                rule_path(rule.id), "letter-says-too-little", f'"{rule.id}" turns down without a letter'
            )
            continue
        lacking = held.lacks(rule.send, test["says"])
        if lacking:
            yield _too_little(rule.send[0], lacking)


def _too_little(letter: str, lacking: Iterable[str]) -> Finding:
    words = ", ".join(word.replace("_", " ") for word in lacking)
    return Finding(
        ("letters", letter, "must_say"),
        "letter-says-too-little",
        f'the letter "{letter}" need not say: {words}',
    )


# --- What is published ---------------------------------------------------------------------------------------------


def published(held: HeldPolicy, test: Test) -> Iterator[Finding]:
    """`not-published`: the file says that the authority publishes nothing on a value that the test names."""
    data = held.policy.source.documents[0].data
    found: list[tuple[tuple[str, ...], list[str]]] = []
    for group, elements in test.items():
        if group == "whole":
            silent = [key for key in elements if key in data.get("unpublished", ())]
            found += [(("unpublished",), silent)] if silent else []
            continue
        for name, keys in elements.items():
            for own in held.names.own(group, name):
                spec = data.get(group, {}).get(own, {})
                silent = [key for key in keys if key in spec.get("unpublished", ())]
                found += [((group, own, "unpublished"), silent)] if silent else []
    if found:
        (path, keys), *rest = found
        of = f' of "{path[1]}"' if len(path) > 1 else ""
        what = f"the authority does not say{of} {_listed((_KEYS.get(key, key) for key in keys), 'or')}"
        yield Finding(path, "not-published", what, related=tuple(other[:2] for other, _ in rest), is_own=True)


_KEYS = {
    "is": "how long it is",
    "from": "what it counts from",
    "extended_by": "what extends it",
    "practicable": 'that "as soon as reasonably practicable" will do',
    "never": "who may not be appointed",
    "together_with": "together with whom it is done",
    "limits": "by when anything has to happen",
}


def _listed(items: Iterable[str], word: str = "and") -> str:
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


POLICY_TESTS: dict[str, Callable[[HeldPolicy, Test], Iterator[Finding]]] = {
    "time": time,
    "extension": extension,
    "start": start,
    "right": right,
    "stages": stages,
    "last_answer": last_answer,
    "way_out": way_out,
    "first_stage": first_stage,
    "role": role,
    "letter": letter,
    "refusals": refusals,
    "published": published,
}
