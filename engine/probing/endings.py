"""How a story can end from where it stands: what is done next, accepted or refused, and what is seen then."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from engine.cases import EventRefused
from engine.cases.events import LETTER_SENT
from engine.cases.program import program_of
from engine.probing.answers import Asked, Trials, answers_for
from engine.probing.explorer import event_moves
from engine.probing.search import Story
from engine.probing.telling import Move, NotOver, Scene, Step, event_steps, moved, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.cases import View, WhyNot
    from engine.policy.conditions import Condition
    from engine.probing.answers import Answers

# Refusals that show something of the procedure, and not that the event was recorded wrongly.
TELLING = frozenset(
    {"no_rule", "no_rule_matches", "two_rules", "nothing_to_mark", "not_yet", "cannot_extend"}
)
# How many answers to a condition, and ways to record an event, are tried from one scene.
MOST_WAYS = 12


def seen(scene: Scene, then: Mapping[str, Any] | None = None, *more: Step) -> Story:
    """The story with what is seen at its end, the stage always; `more` steps come before that."""
    seen = Step(scene.day, then={"stage": scene.view.stage, **(then or {})})
    return Story(scene.case.policy, (*scene.steps, *more, seen))


def done(scene: Scene, events: Iterable[str], preferred: Mapping[str, Any] | None = None) -> Iterator[Scene]:
    """The scenes after one of these events, for each way in which it is accepted here.

    Where an extension asks for answers, also after those are recorded.
    """
    policy = scene.case.policy
    rules = program_of(policy).stages[scene.view.stage].rules
    for event in events:
        judging = rules.get(event, ())
        asked = [limit.extend_if for limit in policy.limits.values() if event in limit.extended_by]
        wanted = [condition for condition in asked if condition is not None]
        for ready in (scene, *islice(answered(scene, wanted), MOST_WAYS if wanted else 0)):
            plain = [Move(event)] if preferred is None else []
            moves = event_moves(ready.view, event, judging, Trials(), preferred) if judging else iter(plain)
            for move in islice(moves, MOST_WAYS):
                try:
                    yield moved(ready, move)
                except (EventRefused, NotOver):
                    continue


def answered(scene: Scene, wanted: Sequence[Condition], others: Sequence[Condition] = ()) -> Iterator[Scene]:
    """The scene with answers on record with which every wanted condition holds; as it is, if they do already."""
    view = scene.view
    if all(condition.holds(view.facts, view.points) is True for condition in wanted):
        yield scene
        return
    asked = Asked(view.facts, view.points, frozenset(), {})
    for answers in answers_for(scene.case.policy, wanted, others, asked, Trials()):
        try:
            yield moved(scene, Move(answers=answers))
        except EventRefused:
            continue


def tried(scene: Scene, steps: Sequence[Step]) -> tuple[Scene, WhyNot | None]:
    """The scene after these steps and `None`; or the scene before the last of them, and why that is refused.

    Raises `EventRefused` if one before the last is refused.
    """
    for step in steps[:-1]:
        scene = told(scene, step)
    try:
        return told(scene, steps[-1]), None
    except EventRefused as refused:
        return scene, refused.why


def refusal_seen(before: Scene, step: Step, why: WhyNot) -> Story:
    """The story up to a step that is refused, and what is seen then; the refusal with the words its reason begins with."""
    return seen(before, None, replace(step, refused=why.reason.partition(":")[0]))


def refused_with(
    scene: Scene, event: str, answers: Answers, wanted: Callable[[WhyNot], bool], by: str | None = None
) -> Story | None:
    """The event refused as wanted; what it needs is brought along, what is answered beside it recorded before."""
    try:
        *first, last = event_steps(scene, event, answers)
        last = replace(last, by=by)
        before, why = tried(scene, [*first, last])
    except EventRefused:
        return None
    return refusal_seen(before, last, why) if why is not None and wanted(why) else None


# --- Letters -------------------------------------------------------------------------------------------------------


def is_due(view: View, letter: str) -> bool:
    """Whether a letter waits to be sent."""
    return any(each.id == letter for each in view.letters_due)


def letter_due(scene: Scene, letter: str) -> Story | None:
    """The letter due; `None` if it is not."""
    return seen(scene, {"letters": [letter]}) if is_due(scene.view, letter) else None


def letter_sent(scene: Scene, letter: str) -> Story | None:
    """The letter sent, with the event that sends it if one can, and no longer due."""
    with_it = scene.case.policy.letters[letter].sent_by
    for each in chain(done(scene, with_it), _sent_alone(scene, letter)):
        if not is_due(each.view, letter):
            return seen(each, {"letters": [due.id for due in each.view.letters_due]})
    return None


def _sent_alone(scene: Scene, letter: str) -> Iterator[Scene]:
    try:
        yield told(scene, Step(scene.day, LETTER_SENT, {"letter": letter}))
    except EventRefused:
        return
