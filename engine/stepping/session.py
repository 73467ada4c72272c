"""A session: what was done, scene after scene, what is being asked, and what the caller has to do for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.cases import EventRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.cases import Case, Event, View
    from engine.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Told:
    """An event that was recorded; or that was refused with these words."""

    event: Event
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at on the evening of a day, as a `then` of a scenario says it."""

    at: date
    then: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """The case and the day after something was done; `title` says what. `deeds` are those since the scene before."""

    case: Case
    day: date
    title: str
    deeds: tuple[Told | Look, ...] = ()

    @property
    def view(self) -> View:
        """The case on that day."""
        return self.case.at(self.day)


@dataclass(frozen=True, slots=True)
class Form:
    """An event being filled in. `given` is by the key of what was asked; `facts` are those to put on record."""

    event: str
    given: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saving:
    """What the caller is to write: the scenes up to now, to this file; over what is there only if `over` says so."""

    file: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """Where a session stands. Scenes after `place` were undone.

    At most one of `form` (an event is being asked for), `leaving` and `over` (a yes or no is awaited: to leave
    without saving, to write over this file) is set. The caller writes what `saving` says before the next line, and
    stops when it is `finished`. `misunderstood` counts the lines that could not be taken.
    """

    scenes: tuple[Scene, ...]
    place: int = 0
    form: Form | None = None
    leaving: bool = False
    over: str | None = None
    saving: Saving | None = None
    finished: bool = False
    misunderstood: int = 0
    kept: tuple[Scene, ...] = ()

    @property
    def scene(self) -> Scene:
        """Where the case stands now."""
        return self.scenes[self.place]

    @property
    def story(self) -> tuple[Scene, ...]:
        """The scenes up to now."""
        return self.scenes[: self.place + 1]

    @property
    def is_asking(self) -> bool:
        """Whether an answer is awaited, and not what to do next."""
        return self.form is not None or self.leaving or self.over is not None

    @property
    def policy(self) -> Policy:
        """The policy the case is under."""
        return self.scene.view.policy

    @property
    def is_kept(self) -> bool:
        """Whether nothing would be lost: all that was recorded, tried and looked at is saved, or there is nothing."""
        story = self.story
        same = len(story) == len(self.kept) and all(map(_is, story, self.kept))
        return same or not any(scene.deeds for scene in story)

    def onward(self, scene: Scene) -> Session:
        """The session with a further scene; what was undone is gone."""
        return replace(self, scenes=(*self.story, scene), place=self.place + 1, form=None)

    def noted(self, deed: Told | Look) -> Session:
        """The session with something done that changed nothing."""
        scene = replace(self.scene, deeds=(*self.scene.deeds, deed))
        return replace(self, scenes=(*self.scenes[: self.place], scene, *self.scenes[self.place + 1 :]))


# What a line comes to: the session after it, and what is said.
Reply = tuple[Session, str]


def _is(one: Scene, other: Scene) -> bool:
    return one is other


# Refusals that say something of the procedure, and not of what was typed.
OF_THE_PROCEDURE = frozenset(
    {"no_rule", "no_rule_matches", "two_rules", "wrong_role", "wrong_person", "nothing_to_mark", "cannot_extend", "not_yet"}
)  # fmt: skip


def recorded(session: Session, event: Event) -> Session:
    """The session with an event recorded; its day is that of the event, if that is later.

    Raises `EventRefused`.
    """
    scene = session.scene
    case = scene.case.apply(event)
    title = f"{event.name} on {day_text(event.on)}"
    return session.onward(Scene(case, max(scene.day, event.on), title, (Told(event),)))


def tried(session: Session, event: Event) -> Session:
    """The session in which an event was tried; what was accepted is not recorded."""
    try:
        session.scene.case.apply(event)
    except EventRefused as refused:
        return refused_in(session, refused)
    return session


def refused_in(session: Session, refused: EventRefused) -> Session:
    """The session in which an event was refused: told in a scenario where the procedure was what refused it."""
    session = replace(session, form=None)
    if refused.why.kind not in OF_THE_PROCEDURE:
        return session
    return session.noted(Told(refused.event, refused.why.reason))
