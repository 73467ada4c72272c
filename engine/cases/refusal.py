"""Why an event is not accepted: first as the fold finds it, then as callers get it, with every rule considered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.cases.events import Event
    from engine.policy.model import Rule
    from engine.problems import Place


class Refused(Exception):
    """The fold's word that an event is not accepted. `kind` is short and for ever, `text` is for people."""

    def __init__(
        self,
        kind: str,
        text: str,
        *,
        word: str | None = None,
        rules: tuple[Rule, ...] = (),
        limits: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.kind = kind
        self.text = text
        self.word = word
        self.rules = rules
        self.limits = limits
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a rule or limit that was judged: did it hold (`None`: unknown), and why, in words."""

    holds: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule (or limit) considered for an event. `here`: whether it applies in the case's stage at all."""

    id: str
    here: bool
    reasons: tuple[Reason, ...]
    place: Place | None = None

    @property
    def matches(self) -> bool:
        """Whether it applies here and all its parts hold."""
        return self.here and all(reason.holds is True for reason in self.reasons)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.id,
            "here": self.here,
            "matches": self.matches,
            "reasons": [{"holds": reason.holds, "text": reason.text} for reason in self.reasons],
            "place": str(self.place) if self.place else None,
        }


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an event is not accepted at a date, or that it is: every rule considered, and what it would take.

    `kind` is `accepted` or the short name of the refusal (such as `no_rule`, `no_rule_matches`, `two_rules`,
    `missing_data`, `wrong_role`, `nothing_to_mark`, `cannot_extend`); `reason` says it in a sentence.
    """

    event: str
    stage: str
    kind: str
    reason: str
    considered: tuple[Considered, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the event would be accepted."""
        return self.kind == "accepted"

    def __str__(self) -> str:
        verb = "is accepted" if self.accepted else "is refused"
        lines = [f"{self.event} {verb} in {self.stage}: {self.reason}"]
        for each in self.considered:
            where = "" if each.here else " (not in this stage)"
            place = f"  [{each.place}]" if each.place else ""
            lines.append(f"  {each.id}{where}{place}")
            lines.extend(f"    {_MARKS[reason.holds]} {reason.text}" for reason in each.reasons)
        lines.extend(f"  {line}" for line in self.advice)
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "event": self.event,
            "stage": self.stage,
            "kind": self.kind,
            "reason": self.reason,
            "considered": [each.to_dict() for each in self.considered],
            "advice": list(self.advice),
        }


_MARKS = {True: "holds: ", False: "fails: ", None: "unknown: "}


class EventRefused(EngineError):
    """An event was not accepted, and nothing changed. `why` lists every rule considered.

    `event` is the event refused; `broken` the ids of entries accepted before that it would undo (name them in
    `despite` to record it all the same).
    """

    def __init__(self, event: Event, why: WhyNot, broken: tuple[int, ...] = ()) -> None:
        self.event = event
        self.why = why
        self.broken = broken
        super().__init__(f"{event.on:%a} {event.on.day} {event.on:%b %Y}: {why}")

    @property
    def considered(self) -> tuple[Considered, ...]:
        """Every rule considered."""
        return self.why.considered

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the arguments, not by the message."""
        return type(self), (self.event, self.why, self.broken)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that stays in the log but changes nothing, because it is not accepted at its place."""

    entry: int
    event: Event
    kind: str
    reason: str
    refused: Refused | None = field(default=None, repr=False, compare=False)
