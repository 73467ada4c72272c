"""What scenarios can cover of a policy or an intake, each thing an aim: what it is, how it is written, how it is said.

What is said here to be possible may still never come about; what is left out cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from engine.documents import likely
from engine.errors import UsageError
from engine.policy.conditions import Around, Count, Several
from engine.policy.intake import Intake
from engine.probing.possible import Possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.policy.conditions import Condition
    from engine.policy.model import Fact, Limit, Policy

AimKind = Literal["stage", "rule", "answer", "limit", "refusal", "letter", "route", "exclusion"]
KINDS: tuple[AimKind, ...] = get_args(AimKind)
CASE = "case:"


class Aim(NamedTuple):
    """One thing that a scenario can show.

    `subject` is the id of the stage, rule, fact, limit, event (of a refusal), letter, route or exclusion. `detail`:

    * of a fact: the answer; of a count `at_least_6` or `at_most_5`, either side of a number it is compared with;
    * of a limit: `started`, `met`, `missed` (its due date went by, whatever came later), `extended`, `paused`,
      `lapsed`, or `case:` and the id of a length that applies on a condition; of an intake's limit `met` and `missed`;
    * of an event refused: `out_of_turn`, `too_late`, `too_early`, `condition`, `wrong_role`;
    * of a letter: `due`, `sent`; of an exclusion: `applies`, `set_aside`.
    """

    kind: AimKind
    subject: str
    detail: str = ""


def aims_of(policy: Policy) -> tuple[Aim, ...]:
    """Everything of a policy that scenarios can cover, kind by kind, each in the order of the policy."""
    aims: tuple[Aim, ...] | None = policy.cache.get("aims")
    if aims is None:
        aims = policy.cache["aims"] = tuple(_aims(policy))
    return aims


def intake_aims_of(intake: Intake) -> tuple[Aim, ...]:
    """Everything of an intake that scenarios can cover, kind by kind, each in the order of the intake."""
    return tuple(_intake_aims(intake))


def aims_of_any(subject: Policy | Intake) -> tuple[Aim, ...]:
    """Everything that scenarios can cover of either."""
    return intake_aims_of(subject) if isinstance(subject, Intake) else aims_of(subject)


def _aims(policy: Policy) -> Iterator[Aim]:
    possible = Possible(policy)
    for stage in policy.stages:
        yield Aim("stage", stage)
    rules = [rule for rule in policy.rules() if possible.rule(rule)]
    for rule in rules:
        yield Aim("rule", rule.id)
    conditions = [rule.condition for rule in rules]
    for limit in policy.limits.values():
        conditions += [case.condition for case in limit.cases]
        conditions.append(limit.extend_if)
    yield from _answers(policy.facts, conditions)
    for limit in policy.limits.values():
        yield from (Aim("limit", limit.id, detail) for detail in _outcomes(limit, possible))
    for event in policy.events.values():
        yield from (Aim("refusal", event.id, detail) for detail in possible.refusals(event))
    called_for = {letter for rule in rules for letter in rule.send}
    meeting = {event for limit in policy.limits.values() for event in limit.met_by}
    for letter in policy.letters.values():
        if letter.id in called_for or meeting.intersection(letter.sent_by):
            yield Aim("letter", letter.id, "due")
        yield Aim("letter", letter.id, "sent")


def _outcomes(limit: Limit, possible: Possible) -> Iterator[str]:
    yield "started"
    for detail in ("met", "missed", "extended", "paused", "lapsed"):
        if getattr(possible, detail)(limit):
            yield detail
    yield from (f"{CASE}{case.id}" for case in limit.cases)


def _intake_aims(intake: Intake) -> Iterator[Aim]:
    accepting = [route.accept_under for route in intake.routes.values() if route.accept_under is not None]
    judged = [each for each in intake.exclusions.values() if any(map(each.concerns, accepting))]
    for route in intake.routes.values():
        yield Aim("route", route.id)
    for exclusion in judged:
        yield Aim("exclusion", exclusion.id, "applies")
        if exclusion.unless is not None:
            yield Aim("exclusion", exclusion.id, "set_aside")
    conditions = [route.condition for route in intake.routes.values()]
    conditions += [each for exclusion in judged for each in (exclusion.condition, exclusion.unless)]
    yield from _answers(intake.facts, conditions)
    bars = {limit for exclusion in judged for limit in exclusion.after}
    for bar in intake.limits.values():
        if bar.id in bars:
            yield Aim("limit", bar.id, "met")
            if not bar.length.is_open_ended:
                yield Aim("limit", bar.id, "missed")
    sending = [route.send for route in intake.routes.values()] + [exclusion.send for exclusion in judged]
    given = {letter for letters in sending for letter in letters}
    yield from (Aim("letter", letter, "due") for letter in intake.letters if letter in given)


def _answers(facts: Mapping[str, Fact], conditions: Iterable[Condition | None]) -> Iterator[Aim]:
    """The answers to the facts that these ask, in the order of the facts."""
    asked = [condition for condition in conditions if condition is not None]
    used = {name for condition in asked for name in condition.facts_used()}
    for fact in facts.values():
        if fact.id in used:
            yield from (Aim("answer", fact.id, answer) for answer in answers_told_apart(fact, asked))


def answers_told_apart(fact: Fact, conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The answers to a fact, or for a count each side of every number that these conditions compare it with."""
    if fact.kind == "choice":
        return fact.answers
    if fact.kind != "count":
        return ()
    firsts = {first for condition in conditions for first in _firsts(condition, fact.id)}
    return tuple(side for first in sorted(firsts) for side in (f"at_most_{first - 1}", f"at_least_{first}"))


def _firsts(condition: Condition, fact: str) -> Iterator[int]:
    """The counts from which on a comparison of this fact says something else than below."""
    if isinstance(condition, Count) and condition.fact == fact:
        ends = (condition.at_least, None if condition.at_most is None else condition.at_most + 1)
        yield from (first for first in ends if first)
    elif isinstance(condition, Several):
        for item in condition.items:
            yield from _firsts(item, fact)
    elif isinstance(condition, Around):
        yield from _firsts(condition.item, fact)


_SIDES = ("at_least_", "at_most_")


def side_of(answer: str) -> int | None:
    """The number that a side of it ends with, the number included; `None` for an answer that is no such side."""
    side = next((side for side in _SIDES if answer.startswith(side)), None)
    number = answer.removeprefix(side or "")
    return int(number) if side is not None and number.isdecimal() else None


def answer_is(answer: str, value: Any) -> bool:
    """Whether a value on record is this answer, or lies on this side of a number."""
    number = side_of(answer) if isinstance(value, int) else None
    if number is None:
        return bool(value == answer)
    return bool(value >= number if answer.startswith("at_least_") else value <= number)


def value_of(answer: str) -> str | int:
    """The answer as it is put on record; of a side of a number that number."""
    number = side_of(answer)
    return answer if number is None else number


def answer_as_said(answer: str) -> str:
    """An answer as people say it: a side of a number in words, any other as it is written."""
    return answer if side_of(answer) is None else _spaced(answer)


# --- In words ------------------------------------------------------------------------------------------------------


def aim_in_words(aim: Aim) -> str:
    """An aim as people say it: `limit stage_1 paused`, `stage_2_requested refused as too late`."""
    return _WORDS[aim.kind](aim)


def _spaced(detail: str) -> str:
    return detail.replace("_", " ")


def _limit_in_words(aim: Aim) -> str:
    if aim.detail.startswith(CASE):
        return f"limit {aim.subject} with the length for {aim.detail.removeprefix(CASE)}"
    return f"limit {aim.subject} {aim.detail}"


def _answer_in_words(aim: Aim) -> str:
    return f"answer {answer_as_said(aim.detail)} of {aim.subject}"


# How a thing that is refused was kept out, in words.
REFUSED_AS = {
    "out_of_turn": "out of turn",
    "too_late": "too late",
    "too_early": "too early",
    "condition": "not meeting the condition",
    "wrong_role": "recorded by the wrong role",
}
_WORDS: Mapping[AimKind, Callable[[Aim], str]] = {
    "stage": lambda aim: f"stage {aim.subject}",
    "rule": lambda aim: f"rule {aim.subject}",
    "answer": _answer_in_words,
    "limit": _limit_in_words,
    "refusal": lambda aim: f"{aim.subject} refused as {REFUSED_AS[aim.detail]}",
    "letter": lambda aim: f"letter {aim.subject} {aim.detail}",
    "route": lambda aim: f"route {aim.subject}",
    "exclusion": lambda aim: f"exclusion {aim.subject} {_spaced(aim.detail)}",
}


# --- As typed ------------------------------------------------------------------------------------------------------

# What may be asked of some limit, refusal, letter or exclusion, though not of every one.
DETAILS = frozenset(
    {
        "started",
        "met",
        "missed",
        "extended",
        "paused",
        "lapsed",
        "due",
        "sent",
        "applies",
        "set_aside",
        *REFUSED_AS,
    }
)


def aim_id(aim: Aim) -> str:
    """An aim as it is typed: a rule by its id, anything else after its kind, as in `limit:stage_1.missed`."""
    if aim.kind == "rule":
        return aim.subject
    return f"{aim.kind}:{aim.subject}{f'.{aim.detail}' if aim.detail else ''}"


def aim_from(text: str, subject: Policy | Intake) -> Aim:
    """The aim of a policy or an intake that a text names as `aim_id` writes it.

    Raises `UsageError` that says what to write for a text that names none, or something that cannot be.
    """
    known = {aim_id(aim): aim for aim in aims_of_any(subject)}
    wanted = text.strip().removeprefix("rule:")
    if wanted in known:
        return known[wanted]
    inside = [name for name in known if name.startswith(f"{wanted}.") and known[name].kind != "rule"]
    if inside:
        raise UsageError(f'"{text}" does not say what of it: it is one of {", ".join(inside)}')
    thing, _, detail = wanted.rpartition(".")
    siblings = [name for name in known if name.startswith(f"{thing}.") and ":" in thing]
    if siblings and detail in DETAILS:
        raise UsageError(f'"{text}" cannot come about under {subject.id}; what can: {", ".join(siblings)}')
    fact = thing.removeprefix("answer:")
    if thing.startswith("answer:") and fact in subject.facts:
        raise UsageError(f"no condition of {subject.id} asks for {fact}, so no answer to it leads anywhere")
    found = likely(wanted, known)
    if found is not None:
        raise UsageError(f'{subject.id} has nothing called "{text}"; did you mean "{found}"?')
    raise UsageError(
        f'{subject.id} has nothing called "{text}"; name a rule by its id ({_example(known)}), or a kind and what of it: '
        f"{', '.join(dict.fromkeys(_examples(known)))}"
    )


def _example(known: Mapping[str, Aim]) -> str:
    return next((name for name, aim in known.items() if aim.kind == "rule"), "stage.rule")


def _examples(known: Mapping[str, Aim]) -> Iterator[str]:
    """The first thing of each kind that there is, but rules."""
    told: set[str] = set()
    for name, aim in known.items():
        if aim.kind != "rule" and aim.kind not in told:
            told.add(aim.kind)
            yield name
