"""Stages and rules compared: what the person who complains may do, and what may be done to what they ask for.

What a rule means by being there decides what it means that it comes, goes, or is made wider or narrower: a right,
or something the person may do, is good; turning down, or ending in a refusal, is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.comparing.difference import Judged, of_change, together, turned
from engine.comparing.sides import difference, gained_and_lost, listed, matched, rules_by_id
from engine.policy.conditions import AllOf, Answer, AnyOf, Count
from engine.policy.model import rule_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.comparing.difference import Difference, Effect
    from engine.comparing.sides import Sides
    from engine.policy.conditions import Condition
    from engine.policy.model import Policy, Rule, Stage

REFUSED = "refused"


def stage_differences(sides: Sides) -> Iterator[Difference]:
    """Every difference between the stages and the rules, those of a stage after it, those of everywhere last."""
    both, added, removed = matched(sides.old.stages, sides.new.stages)
    for name, before, after in both:
        yield from _stage_changes(sides, name, before, after)
    for name, stage in added:
        judged = _presence(sides, sides.new, stage)
        yield difference("stages", ("stages", name), None, stage_words(stage), judged)
    for name, stage in removed:
        judged = _presence(sides, sides.old, stage)
        why = judged.why.replace("it can end", "it could end")
        yield difference(
            "stages", ("stages", name), stage_words(stage), None, Judged(turned(judged.effect), why)
        )
    yield from _rule_differences(sides)


def stage_words(stage: Stage) -> str:
    """A stage in words: its title or id, and where it leads."""
    title = stage.about.title or stage.id.replace("_", " ")
    if stage.end:
        return f"{title} (an end: {stage.end})"
    leads = list(dict.fromkeys(rule.go_to for rule in stage.rules if rule.go_to))
    return f"{title}, leading to {listed(leads, 'or')}" if leads else title


def rule_words(rule: Rule) -> str:
    """A rule in one line."""
    when = f"{rule.overdue} has passed" if rule.overdue else listed(rule.when, "or")
    parts = [f"when {when}"]
    if rule.condition is not None:
        parts.append(f"if {rule.condition}")
    if rule.within:
        parts.append(f"within {listed(map(str, rule.within), 'or')}")
    if rule.after:
        parts.append(f"after {listed(map(str, rule.after))}")
    parts.append("turned down" if rule.turns_down else f"go to {rule.go_to}" if rule.go_to else "recorded")
    if rule.send:
        parts.append(f"send {listed(rule.send)}")
    return ", ".join(parts)


# --- Stages --------------------------------------------------------------------------------------------------------


def _stage_changes(sides: Sides, name: str, before: Stage, after: Stage) -> Iterator[Difference]:
    path = ("stages", name)
    if before.owner != after.owner:
        was, now = before.owner or "nobody", after.owner or "nobody"
        yield difference("stages", (*path, "owner"), was, now, Judged("neither"))
    if before.end != after.end:
        effect: Effect = "worse" if after.end == REFUSED else "better" if before.end == REFUSED else "depends"
        was, now = before.end or "no end", after.end or "no end"
        yield difference("stages", (*path, "end"), was, now, Judged(effect))
    if before.aside != after.aside:
        why = "entering it now ends no limit" if after.aside else "entering it now ends limits"
        was, now = str(before.aside).lower(), str(after.aside).lower()
        yield difference("stages", (*path, "aside"), was, now, Judged("depends", why))


def _presence(sides: Sides, policy: Policy, stage: Stage) -> Judged:
    """What a stage, with the rules of its own, means by being there."""
    refusing = [
        rule.id for rule in stage.rules if _ends_refused(policy, rule) or _turns_down(sides, policy, rule)
    ]
    if refusing:
        return Judged("worse", f"it can end in a refusal ({listed(refusing)})")
    return Judged("neither", "see the rules that lead there")


# --- Rules: what one means -----------------------------------------------------------------------------------------


def _ends_refused(policy: Policy, rule: Rule) -> bool:
    target = policy.stages.get(rule.go_to or "")
    return target is not None and target.end == REFUSED


def _turns_down(sides: Sides, policy: Policy, rule: Rule) -> bool:
    return rule.turns_down and sides.does_ours(policy, rule.when)


def _worth(sides: Sides, policy: Policy, rule: Rule) -> Judged:
    """What a rule means by being there: better for a right, worse for a refusal, neither for a step of procedure."""
    if rule.right_of is not None and rule.right_of in sides.ours:
        return Judged("better", f"a right of the {rule.right_of}")
    if _turns_down(sides, policy, rule):
        return Judged("worse", "it turns down what is asked for")
    if _ends_refused(policy, rule):
        return Judged("worse", "it ends in a refusal")
    if rule.overdue is not None:
        return _worth_overdue(sides, policy, rule)
    if sides.does_ours(policy, rule.when):
        return Judged("better", "something that the person who complains may do")
    return Judged("neither")


def _worth_overdue(sides: Sides, policy: Policy, rule: Rule) -> Judged:
    limit = policy.limits.get(rule.overdue or "")
    target = policy.stages.get(rule.go_to or "")
    if limit is None or target is None:
        return Judged("neither")
    if not sides.is_opportunity(limit.owed_by):
        if target.end:
            return Judged("depends", "the case ends if a duty is not kept in time")
        return Judged("better", "the case goes on by itself if a duty is not kept in time")
    if not target.end:
        return Judged("depends", "the case goes on without the person who complains")
    if any(
        set(other.when) & set(limit.met_by) and target.id in other.reaches and not other.turns_down
        for other in policy.rules()
    ):
        return Judged("neither", f"what it closes can still be taken up from {target.id}")
    return Judged("worse", "the case ends if the person who complains lets the time pass")


# --- Rules: added and removed --------------------------------------------------------------------------------------


def _rule_differences(sides: Sides) -> Iterator[Difference]:
    """Rules in stages that both have, or of everywhere; those of a new stage are told with it."""
    both, added, removed = matched(rules_by_id(sides.old), rules_by_id(sides.new))
    for _, before, after in both:
        yield from _rule_changes(sides, before, after)
    for name, rule in added:
        if _stands_in(sides.old, name):
            judged = _coming(sides, sides.new, sides.old, rule)
            yield difference("stages", rule_path(name), None, rule_words(rule), judged)
    for name, rule in removed:
        if _stands_in(sides.new, name):
            judged = _coming(sides, sides.old, sides.new, rule)
            gone = Judged(turned(judged.effect), judged.why)
            yield difference("stages", rule_path(name), rule_words(rule), None, gone)


def _stands_in(other: Policy, rule_id: str) -> bool:
    group = rule_id.split(".", 1)[0]
    return group == "anywhere" or group in other.stages


def _coming(sides: Sides, policy: Policy, other: Policy, rule: Rule) -> Judged:
    """What it means that a policy has a rule which the other has not."""
    worth = _worth(sides, policy, rule)
    pairs = {(event, stage) for event in rule.when for stage in rule.reaches if stage in other.stages}
    is_new = policy is sides.new
    if rule.when and not pairs:
        return Judged("neither", f"only in stages that are {'new' if is_new else 'gone'}")
    plain = (
        worth
        if is_new or worth.effect not in ("better", "worse")
        else Judged(worth.effect, f"no longer: {worth.why}")
    )
    if not rule.when or worth.effect == "neither":
        return plain
    serving = [
        theirs
        for theirs in other.rules()
        if not theirs.turns_down and not _ends_refused(other, theirs)
        if set(theirs.when) & set(rule.when) and not pairs.isdisjoint(_pairs(theirs))
    ]
    if worth.effect == "worse" and not _ends_refused(policy, rule):
        silent = "it was not accepted there before" if is_new else "it is not accepted there now either"
        return plain if serving else Judged("neither", silent)
    if worth.effect == "better" and pairs <= {pair for theirs in serving for pair in _pairs(theirs)}:
        return _instead(policy, other, rule, serving, is_new=is_new)
    return plain


def _pairs(rule: Rule) -> set[tuple[str, str]]:
    return {(event, stage) for event in rule.when for stage in rule.reaches}


def _instead(policy: Policy, other: Policy, rule: Rule, serving: list[Rule], *, is_new: bool) -> Judged:
    """A rule for what the other policy takes by rules of its own: by a way with a stage more, or one less."""
    came, led = ("comes", "leads") if is_new else ("came", "led")
    if rule.go_to and rule.go_to not in other.stages:
        straight = [theirs for theirs in serving if theirs.go_to and _leads(policy, rule.go_to, theirs.go_to)]
        if straight:
            taken = _taken(straight, is_new=is_new)
            return Judged("worse", f"{rule.go_to} {came} first, and {taken} straight to {_ways(straight)}")
    if rule.go_to:
        longer = [
            theirs
            for theirs in serving
            if theirs.go_to and theirs.go_to not in policy.stages and _leads(other, theirs.go_to, rule.go_to)
        ]
        if longer:
            taken = _taken(longer, is_new=is_new)
            return Judged(
                "better", f"it {led} straight to {rule.go_to}, and {taken} by way of {_ways(longer)}"
            )
    return Judged("depends", f"{_taken(serving, is_new=is_new)}{' before' if is_new else ''}")


def _taken(serving: list[Rule], *, is_new: bool) -> str:
    took = "took it" if is_new else "now takes it" if len(serving) == 1 else "now take it"
    return f"{listed(theirs.id for theirs in serving)} {took}"


def _ways(serving: list[Rule]) -> str:
    return listed(sorted({theirs.go_to for theirs in serving if theirs.go_to}), "or")


# --- Rules: changed ------------------------------------------------------------------------------------------------


def _rule_changes(sides: Sides, before: Rule, after: Rule) -> Iterator[Difference]:
    path = rule_path(before.id)
    wider = together(_worth(sides, sides.old, before).effect, _worth(sides, sides.new, after).effect)
    for key, was, now, judged in _changed_keys(sides, before, after, wider):
        yield difference("stages", (*path, key), was, now, judged)


def _changed_keys(
    sides: Sides, before: Rule, after: Rule, wider: Effect
) -> Iterator[tuple[str, str, str, Judged]]:
    """Every key that differs: its name, both values in words, and what it means. `wider`: what wider would mean."""
    if set(before.when) != set(after.when) or before.overdue != after.overdue:
        gained, lost = gained_and_lost(before.when, after.when)
        effect = "depends" if before.overdue != after.overdue else of_change(gained, lost, wider)
        key = "overdue" if before.overdue != after.overdue else "when"
        yield key, _trigger(before), _trigger(after), Judged(effect)
    if before.condition != after.condition:
        effect, why = _judged_condition(before.condition, after.condition, wider)
        yield "if", _said(before.condition), _said(after.condition), Judged(effect, why)
    for key, was, now in (("within", before.within, after.within), ("after", before.after, after.after)):
        if set(was) != set(now):
            gained, lost = gained_and_lost(map(str, was), map(str, now))
            # `within` holds for any of its limits, `after` only past all of them.
            widens = wider if key == "within" and was and now else turned(wider)
            effect = of_change(gained, lost, widens)
            yield (
                key,
                listed(map(str, was)),
                listed(map(str, now)),
                Judged(effect, _NARROWING[bool(was), bool(now)]),
            )
    if before.go_to != after.go_to:
        yield (
            "go_to",
            before.go_to or "where it is",
            after.go_to or "where it is",
            _judged_way(sides, before, after),
        )
    if before.turns_down != after.turns_down:
        judged = Judged("worse" if after.turns_down else "better")
        yield "turns_down", str(before.turns_down).lower(), str(after.turns_down).lower(), judged
    if set(before.send) != set(after.send):
        gained, lost = gained_and_lost(before.send, after.send)
        yield "send", listed(before.send), listed(after.send), Judged(of_change(gained, lost, "better"))
    if before.right_of != after.right_of:
        now_right = after.right_of in sides.ours
        effect = (
            "neither" if now_right == (before.right_of in sides.ours) else "better" if now_right else "worse"
        )
        yield "right_of", before.right_of or "nobody", after.right_of or "nobody", Judged(effect)
    known = [stage for stage in sides.new.stages if stage in sides.old.stages]
    was_in, now_in = ([stage for stage in known if stage in rule.reaches] for rule in (before, after))
    if was_in != now_in:
        gained, lost = gained_and_lost(was_in, now_in)
        why = f"it {f'now reaches {listed(gained)}' if gained else f'no longer reaches {listed(lost)}'}"
        yield "in", listed(was_in), listed(now_in), Judged(of_change(gained, lost, wider), why)


_NARROWING = {
    (False, True): "it now depends on the date",
    (True, False): "it no longer depends on the date",
    (True, True): "",
}


def _trigger(rule: Rule) -> str:
    return f"{rule.overdue} has passed" if rule.overdue else listed(rule.when, "or")


def _said(condition: Condition | None) -> str:
    return "always" if condition is None else str(condition)


def _judged_way(sides: Sides, before: Rule, after: Rule) -> Judged:
    """Another stage to go to."""
    if _ends_refused(sides.new, after) != _ends_refused(sides.old, before):
        refused = _ends_refused(sides.new, after)
        return Judged(
            "worse" if refused else "better", f"it {'now' if refused else 'no longer'} ends in a refusal"
        )
    if before.go_to is None or after.go_to is None:
        return Judged("depends")
    if after.go_to not in sides.old.stages and _leads(sides.new, after.go_to, before.go_to):
        return Judged("worse", f"{after.go_to} now comes first")
    if before.go_to not in sides.new.stages and _leads(sides.old, before.go_to, after.go_to):
        return Judged("better", f"{before.go_to} no longer comes first")
    return Judged("depends", "it leads elsewhere")


def _leads(policy: Policy, start: str, target: str) -> bool:
    """Whether the target can be reached from a stage."""
    seen, to_visit = {start}, [start]
    while to_visit:
        stage = to_visit.pop()
        found = {rule.go_to for rule in policy.rules() if stage in rule.reaches and rule.go_to} - seen
        seen |= found
        to_visit += found
    return target in seen


# --- Conditions ----------------------------------------------------------------------------------------------------


def _judged_condition(before: Condition | None, after: Condition | None, wider: Effect) -> tuple[Effect, str]:
    if _implies(after, before):
        return turned(wider), "it holds for fewer complaints"
    if _implies(before, after):
        return wider, "it holds for more complaints"
    return ("neither" if wider == "neither" else "depends"), "it holds for other complaints"


def _implies(narrow: Condition | None, wide: Condition | None) -> bool:
    """Whether the first surely holds only where the second does; `None` always holds."""
    if wide is None or narrow == wide:
        return True
    if narrow is None:
        return False
    if isinstance(wide, AllOf):
        return all(_implies(narrow, item) for item in wide.items)
    if isinstance(narrow, AnyOf):
        return all(_implies(item, wide) for item in narrow.items)
    if isinstance(narrow, AllOf):
        return any(_implies(item, wide) for item in narrow.items)
    if isinstance(wide, AnyOf):
        return any(_implies(narrow, item) for item in wide.items)
    if isinstance(narrow, Answer) and isinstance(wide, Answer):
        return narrow.fact == wide.fact and narrow.answers <= wide.answers
    if isinstance(narrow, Count) and isinstance(wide, Count):
        return narrow.fact == wide.fact and _covers(wide, narrow)
    return False


def _covers(wide: Count, narrow: Count) -> bool:
    least = wide.at_least is None or (narrow.at_least is not None and narrow.at_least >= wide.at_least)
    most = wide.at_most is None or (narrow.at_most is not None and narrow.at_most <= wide.at_most)
    return least and most
