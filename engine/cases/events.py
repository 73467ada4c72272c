"""What happened, as a host records it: an `Event`, named in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, Any] = MappingProxyType({})
SECONDS_A_DAY = 86_400
DEEPEST = 20
FACT_RECORDED = "fact_recorded"
NOTE = "note"
CORRECTION = "correction"
LETTER_SENT = "letter_sent"
POINT_ADDED = "point_added"
POINT_REMOVED = "point_removed"
MIGRATED = "migrated"
BUILT_IN = (FACT_RECORDED, NOTE, CORRECTION, LETTER_SENT, POINT_ADDED, POINT_REMOVED, MIGRATED)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a case.

    `name` is an event of the policy, or one that every case knows: `fact_recorded` (data: the facts), `note`
    (`text`), `letter_sent` (`letter`), `point_added` and `point_removed` (`point`), `migrated` (`to`, the first
    day of another version of the policy: see `Case.migrate`), and `correction`, which takes the id of an earlier
    entry as `target` and either `strike: True` or what it should have been: `on`, `at`, `by`, `actor`, `data`.

    `on` is the date it took effect; `at` the local time, where the hour matters; `recorded` the instant it was
    written down (with a time zone; left out, it counts as recorded when it happened, or with the entry before
    it if that is later). `by` is a role of the policy; `actor` an opaque reference of the host's. `data` holds
    facts and whatever the event needs, as JSON values; a `date` in it is taken as its ISO text.
    Raises `UsageError` for a `datetime` where a date is meant and for values that are no JSON.
    """

    name: str
    on: date
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    at: time | None = None
    recorded: datetime | None = None
    actor: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.on, datetime) or not isinstance(self.on, date):
            raise UsageError(f"event {self.name!r}: `on` is a date such as date(2026, 5, 1), not {self.on!r}")
        if self.at is not None and (not isinstance(self.at, time) or self.at.tzinfo is not None):
            raise UsageError(
                f"event {self.name!r}: `at` is a local time such as time(15, 30), not {self.at!r}"
            )
        if self.recorded is not None and (
            not isinstance(self.recorded, datetime) or self.recorded.tzinfo is None
        ):
            raise UsageError(
                f"event {self.name!r}: `recorded` is a datetime with a time zone, not {self.recorded!r}",
            )
        frozen = _frozen(self.name, self.data) if self.data else NOTHING
        if not hasattr(frozen, "items"):
            raise UsageError(f"event {self.name!r}: `data` is a mapping, not {self.data!r}")
        object.__setattr__(self, "data", frozen)
        if isinstance(self.name, str):
            object.__setattr__(self, "name", intern(self.name))

    @property
    def day(self) -> int:
        """The effective day, as an ordinal."""
        return self.on.toordinal()

    @property
    def second(self) -> int:
        """The second of the day in local time; -1 if untimed."""
        at = self.at
        return -1 if at is None else at.hour * 3600 + at.minute * 60 + at.second

    def __hash__(self) -> int:
        return hash((self.name, self.on, self.by, self.at, self.recorded))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the arguments; a mapping proxy cannot be pickled."""
        data = plain(self.data)
        return type(self), (self.name, self.on, self.by, data, self.at, self.recorded, self.actor)


def _frozen(event: str, value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise UsageError(f"event {event!r}: data is nested more than {DEEPEST} levels deep")
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(event, item, depth + 1) for item in value)
    if isinstance(value, dict) or hasattr(value, "items"):
        return MappingProxyType(
            {intern(str(key)): _frozen(event, item, depth + 1) for key, item in value.items()}
        )
    raise UsageError(f"event {event!r}: data holds {value!r}, which is no JSON value and no date")


def plain(value: Any) -> Any:
    """The value as ordinary lists and dictionaries, keys sorted, ready for JSON."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: plain(value[key]) for key in sorted(value)}
    return value


def instant_of(event: Event, second: int) -> int:
    """Seconds on the scale of recording instants: the given one, or the start of the event's own time in UTC.

    Midnight UTC is never a later date in London, so an implied instant keeps "not dated after its recording".
    """
    recorded = event.recorded
    if recorded is None:
        return event.day * SECONDS_A_DAY + second
    moment = recorded.astimezone(UTC)
    return moment.toordinal() * SECONDS_A_DAY + moment.hour * 3600 + moment.minute * 60 + moment.second


def london_day(instant: int) -> int:
    """The date in London at this instant, as an ordinal."""
    return moment_of(instant).astimezone(_london()).toordinal()


@cache
def _london() -> ZoneInfo:
    return ZoneInfo("Europe/London")


def moment_of(instant: int) -> datetime:
    """The instant, in UTC, that `instant_of` gave."""
    day, second = divmod(instant, SECONDS_A_DAY)
    return datetime.combine(
        date.fromordinal(day),
        time(second // 3600, second // 60 % 60, second % 60),
        tzinfo=UTC,
    )
