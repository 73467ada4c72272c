"""Where a case stands after an entry: plain immutable values, sharing what did not change.

A `State` is never changed once a step has returned it: a step copies it, replaces what moved, and throws the copy
away when the event is refused. Days are ordinals (`date.toordinal`). Histories are linked lists, newest first,
so that adding to one costs the same however long it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from engine.deadlines import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cases.program import LimitPlan, Program
    from engine.deadlines import Extension

T = TypeVar("T")


class Node(NamedTuple, Generic[T]):
    """One link of a history: what came before, and this."""

    before: Node[T] | None
    value: T


class Record(Protocol):
    """A link of a history."""

    @property
    def before(self) -> Any:
        """The link before it, or `None`."""
        ...


R = TypeVar("R", bound=Record)


def oldest_first(newest: R | None) -> list[R]:
    """The links of a history in the order they came."""
    links: list[R] = []
    while newest is not None:
        links.append(newest)
        newest = newest.before
    links.reverse()
    return links


def values_of(newest: Node[T] | None) -> list[T]:
    """The values of a history in the order they came."""
    return [node.value for node in oldest_first(newest)]


class PauseRun(NamedTuple):
    """A pause of a limit: `end` is `None` while it is open; `cap`: the last day it can last, or `NEVER`."""

    id: str
    begin: int
    end: int | None
    cap: int
    skips: bool


class Cycle(NamedTuple):
    """One open run of a limit, named by its limit and `opened`, the cause that opened it, on the day `on`.

    `start` is the day it counts from (for a limit that counts back, the date it counts back from).
    `due` is in force, with an open pause projected to the day it was last measured; `given` is the day that due
    date was given; `tick` orders it among happenings; `fired`: the overdue rules spent on this due date; `used`:
    the limits this run has started by its due date or by being met; `hold`: the last day an open pause keeps
    it from going overdue (0: none; `NEVER`: for as long as the pause lasts).
    """

    plan: LimitPlan
    opened: str
    tick: int
    start: int
    due: int
    given: int
    case: str | None
    extension: Extension | None
    to_ceiling: bool
    pauses: tuple[PauseRun, ...]
    hold: int
    fired: tuple[str, ...]
    used: tuple[str, ...]
    on: int


class Closed(NamedTuple):
    """How a run ended: `result` is met, met_late, missed, lapsed or replaced; `by` the entry or rule that ended it.

    `before` is the run that ended before it: a link of its own history, as `Move` is, because there are many.
    """

    before: Closed | None

    cycle: Cycle
    day: int
    result: str
    by: str


class Move(NamedTuple):
    """A stage entered: on which day, by which rule, caused by which entry; and the move before it."""

    before: Move | None

    stage: str
    day: int
    rule: str
    cause: str


class Pending(NamedTuple):
    """A presumption to come: the event, its day, and the entry that triggered it.

    `settled`: the next trigger has come since, so that no real event takes its place any more.
    """

    day: int
    event: str
    cause: str
    settled: bool = False


class LetterDue(NamedTuple):
    """Why a letter that a rule sends is due, and since when."""

    rule: str
    day: int
    cause: str


class LetterOut(NamedTuple):
    """A letter sent; `due` is what it answered, or `None` if nothing called for it."""

    letter: str
    day: int
    entry: str
    due: LetterDue | None


class Notice(NamedTuple):
    """What time, a correction or a migration could not do: `kind` is short and for ever, `text` is for people."""

    kind: str
    day: int
    subject: str
    text: str


class State:
    """Everything a reading needs. See the module's docstring.

    `program` is the version of the policy it stands under; `wake` the first day on which time acts.
    """

    __slots__ = (
        "back", "closed", "entered", "facts", "holders", "last", "latest", "letters", "notices", "open", "path",
        "pending", "pinned", "points", "program", "sent", "stage", "tick", "wake",
    )  # fmt: skip

    program: Program
    stage: str
    entered: int
    back: tuple[str, ...]
    facts: dict[str, Any]
    points: tuple[str, ...]
    open: dict[str, Cycle]
    latest: dict[str, Closed]
    last: dict[str, tuple[int, int]]
    tick: int
    pending: tuple[Pending, ...]
    letters: dict[str, LetterDue]
    holders: dict[str, tuple[str, ...]]
    path: Move | None
    closed: Closed | None
    sent: Node[LetterOut] | None
    notices: Node[Notice] | None
    wake: int
    pinned: bool

    def copy(self) -> State:
        """A copy to change; its dictionaries are shared until replaced."""
        new = State.__new__(State)
        new.program = self.program
        new.stage = self.stage
        new.entered = self.entered
        new.back = self.back
        new.facts = self.facts
        new.points = self.points
        new.open = self.open
        new.latest = self.latest
        new.last = self.last
        new.tick = self.tick
        new.pending = self.pending
        new.letters = self.letters
        new.holders = self.holders
        new.path = self.path
        new.closed = self.closed
        new.sent = self.sent
        new.notices = self.notices
        new.wake = self.wake
        new.pinned = self.pinned
        return new


def initial_state(program: Program, stage: str) -> State:
    """The state of a case to which nothing has happened."""
    state = State.__new__(State)
    state.program = program
    state.stage = stage
    state.entered = 0
    state.back = ()
    state.facts = {}
    state.points = ()
    state.open = {}
    state.latest = {}
    state.last = {}
    state.tick = 0
    state.pending = ()
    state.letters = {}
    state.holders = {}
    state.path = None
    state.closed = None
    state.sent = None
    state.notices = None
    state.wake = NEVER
    state.pinned = False
    return state


def cycles_of(state: State) -> Iterator[tuple[Cycle, Closed | None]]:
    """Every run so far, closed ones first in the order they ended, each with how it ended last."""
    # A run is told by its tick: one cause, a presumed event, can open two on one day.
    ended: dict[tuple[str, int], Closed] = {}
    for closed in oldest_first(state.closed):
        ended[closed.cycle.plan.id, closed.cycle.tick] = closed
    for closed in ended.values():
        yield closed.cycle, closed
    for limit in sorted(state.open):
        yield state.open[limit], None
