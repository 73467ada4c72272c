"""What was only renamed: an id that is gone and a new one with the same content.

Found map by map, so that what names a renamed thing is compared in its new name. What has several likenesses, or too
little content to be known by (no title, no question, nothing it must say), is not called renamed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.comparing.difference import Judged
from engine.comparing.sides import difference
from engine.policy import conditions as c
from engine.policy.model import About, DueRef, Start, rule_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.comparing.difference import Difference, Group
    from engine.policy.conditions import Condition
    from engine.policy.model import Limit, Policy, Rule

# Old id to new id, by map; rules under `rules`, by their whole ids.
Names = dict[str, dict[str, str]]

_NO_ABOUT = About()


def in_new_names(old: Policy, new: Policy) -> tuple[Policy, Names]:
    """The old policy with what was only renamed in its new names, and those names."""
    names: Names = {}
    for group, content in _CONTENT.items():
        now = _renamed(old, names)
        found = _likenesses(_elements(now, group), _elements(new, group), content)
        if found:
            names[group] = found
    return _renamed(old, names), names


def renaming_differences(names: Names) -> Iterator[Difference]:
    """One difference for everything renamed."""
    for group, found in names.items():
        for was, now in found.items():
            path = rule_path(now) if group == "rules" else (group, now)
            yield difference(_GROUPS.get(group, group), path, was, now, Judged("neither"), "renamed")  # type: ignore[arg-type]


_GROUPS: dict[str, Group] = {"rules": "stages"}


# --- Likenesses ----------------------------------------------------------------------------------------------------


def _elements(policy: Policy, group: str) -> Mapping[str, Any]:
    if group == "rules":
        return {rule.id: rule for rule in policy.rules()}
    found: Mapping[str, Any] = getattr(policy, group)
    return found


def _likenesses(
    old: Mapping[str, Any], new: Mapping[str, Any], content: Callable[[Any], Any]
) -> dict[str, str]:
    gone = {name: content(each) for name, each in old.items() if name not in new}
    come = {name: content(each) for name, each in new.items() if name not in old}
    alone_gone, alone_come = Counter(gone.values()), Counter(come.values())
    by_content = {what: name for name, what in come.items()}
    return {
        name: by_content[what]
        for name, what in gone.items()
        if what is not None and alone_gone[what] == 1 and alone_come[what] == 1
    }


def _titled(element: Any, *content: Any) -> Any:
    """The content with its title, by which a person would know it again; `None` without one."""
    return (element.about.title, *content) if element.about.title else None


def _rule_content(rule: Rule) -> Any:
    return (
        rule.when, rule.overdue, str(rule.condition), rule.within, rule.after, rule.go_to, rule.turns_down, rule.send,
        rule.right_of, rule.reaches,
    )  # fmt: skip


def _limit_content(limit: Limit) -> Any:
    return repr(replace(limit, id="", stages=None, about=_NO_ABOUT))


# In an order in which each needs only the names of those before it.
_CONTENT: dict[str, Callable[[Any], Any]] = {
    "calendars": repr,
    "people": lambda role: _titled(role, role.never, role.not_also, role.members),
    "facts": lambda fact: (fact.ask, fact.kind, fact.answers, fact.per_point, fact.decided_by),
    "events": lambda event: _titled(event, event.by, event.needs),
    "letters": lambda letter: (letter.to, letter.sent_by, letter.must_say) if letter.must_say else None,
    "stages": lambda stage: _titled(stage, stage.owner, stage.end, stage.aside),
    "limits": _limit_content,
    "rules": _rule_content,
}


# --- Under the new names -------------------------------------------------------------------------------------------


def _renamed(policy: Policy, names: Names) -> Policy:
    """The policy with these names wherever something is named."""
    if not names:
        return policy
    to = {group: names.get(group, {}) for group in _CONTENT}
    one, many = _one(to), _many(to)

    def condition(item: Condition | None) -> Any:
        return None if item is None else _condition(item, to["facts"])

    def start(item: Start) -> Start:
        return Start(item.kind, one(_STARTS[item.kind], item.id) or item.id)

    def rule(item: Rule) -> Rule:
        group, _, last = item.id.partition(".")
        inside = f"{to['stages'].get(group, group)}.{last}"
        return replace(
            item, id=to["rules"].get(inside, inside), when=many("events", item.when),
            overdue=one("limits", item.overdue), condition=condition(item.condition),
            within=_refs(item.within, to["limits"]), after=_refs(item.after, to["limits"]),
            go_to=one("stages", item.go_to), send=many("letters", item.send),
            right_of=one("people", item.right_of), reaches=many("stages", item.reaches),
        )  # fmt: skip

    def limit(item: Limit) -> Limit:
        return replace(
            item, id=one("limits", item.id),
            cases=tuple(replace(case, condition=condition(case.condition)) for case in item.cases),
            due_on=one("facts", item.due_on), extended_by=many("events", item.extended_by),
            extend_if=condition(item.extend_if), starts=tuple(map(start, item.starts)),
            before=one("facts", item.before), met_by=many("events", item.met_by),
            restarted_by=many("events", item.restarted_by), owed_by=one("people", item.owed_by),
            pauses=tuple(
                replace(each, when=many("events", each.when), until=many("events", each.until)) for each in item.pauses
            ),
            calendar_id=one("calendars", item.calendar_id) or item.calendar_id,
            stages=None if item.stages is None else frozenset(many("stages", item.stages)),
        )  # fmt: skip

    makers: dict[str, Callable[[Any], Any]] = {
        "calendars": lambda item: item,
        "people": lambda item: replace(
            item, id=one("people", item.id), acts_for=one("people", item.acts_for),
            appointed_by=one("people", item.appointed_by), not_also=many("people", item.not_also),
            chair=one("people", item.chair),
        ),
        "facts": lambda item: replace(
            item, id=one("facts", item.id), decided_by=many("people", item.decided_by)
        ),
        "events": lambda item: replace(
            item, id=one("events", item.id), by=many("people", item.by), appoints=one("people", item.appoints),
            together_with=one("people", item.together_with), presumed_from=one("events", item.presumed_from),
            needs=tuple(replace(need, name=one("facts", need.name)) for need in item.needs),
        ),
        "letters": lambda item: replace(
            item, id=one("letters", item.id), to=many("people", item.to), sent_by=many("events", item.sent_by)
        ),
        "limits": limit,
        "stages": lambda item: replace(
            item, id=one("stages", item.id), owner=one("people", item.owner), due=many("limits", item.due),
            rules=tuple(map(rule, item.rules)),
        ),
    }  # fmt: skip
    maps: dict[str, Any] = {
        group: {to[group].get(name, name): make(each) for name, each in getattr(policy, group).items()}
        for group, make in makers.items()
    }
    return replace(policy, **maps, anywhere=tuple(map(rule, policy.anywhere)), cache={})


_STARTS = {"event": "events", "fact": "facts", "entering": "stages", "due": "limits"}


def _one(to: Mapping[str, Mapping[str, str]]) -> Callable[[str, str | None], Any]:
    return lambda group, name: None if name is None else to[group].get(name, name)


def _many(to: Mapping[str, Mapping[str, str]]) -> Callable[[str, Iterable[str]], tuple[str, ...]]:
    return lambda group, items: tuple(to[group].get(name, name) for name in items)


def _refs(refs: tuple[DueRef, ...], limits: Mapping[str, str]) -> tuple[DueRef, ...]:
    return tuple(DueRef(limits.get(ref.limit, ref.limit), ref.longest) for ref in refs)


def _condition(item: Condition, facts: Mapping[str, str]) -> Condition:
    """The condition with facts in their new names."""
    if isinstance(item, (c.AllOf, c.AnyOf)):
        return type(item)(tuple(_condition(each, facts) for each in item.items))
    if isinstance(item, (c.Not, c.SomePoint, c.EveryPoint)):
        return type(item)(_condition(item.item, facts))
    if isinstance(item, (c.Answer, c.Count)):
        return replace(item, fact=facts.get(item.fact, item.fact))
    return item
