"""Two policies side by side: whose side each role is on, and what is in one, in the other, or in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from engine.comparing.difference import Difference
from engine.policy.strength import holders_of_rights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from engine.comparing.difference import Group, Judged, Kind
    from engine.policy.model import Policy, Rule

T = TypeVar("T")

# Who complains, where no rule says whose right it is.
COMPLAINANT = "complainant"


@dataclass(frozen=True, slots=True)
class Sides:
    """The old policy, in the new one's names where something was only renamed, and the new one.

    `ours`: the roles of the person who complains and of those who act for them. `first_day`: the first of
    the days from which lengths are compared.
    """

    old: Policy
    new: Policy
    ours: frozenset[str]
    first_day: date

    def is_ours(self, roles: Iterable[str]) -> bool:
        """Whether one of the roles is the person's who complains, or somebody's who acts for them."""
        return not self.ours.isdisjoint(roles)

    def does_ours(self, policy: Policy, events: Iterable[str]) -> bool:
        """Whether one of the events is recorded by the side of the person who complains."""
        return any(self.is_ours(policy.events[each].by) for each in events if each in policy.events)

    def is_opportunity(self, owed_by: str | None) -> bool:
        """Whether a limit owed by this role is a time in which the person who complains may act."""
        return owed_by in self.ours


def sides_of(old: Policy, new: Policy) -> Sides:
    """The two policies; lengths are compared from the later of their first days on."""
    ours = {COMPLAINANT} | holders_of_rights(old) | holders_of_rights(new)
    people = [*old.people.values(), *new.people.values()]
    size = 0
    while size != len(ours):
        size = len(ours)
        ours |= {role.id for role in people if role.acts_for in ours}
    return Sides(old, new, frozenset(ours), max(old.in_force_from, new.in_force_from))


def matched(
    old: Mapping[str, T], new: Mapping[str, T]
) -> tuple[list[tuple[str, T, T]], list[tuple[str, T]], list[tuple[str, T]]]:
    """What is in both (id, before, after), what is only in the new one, and what only in the old one."""
    both = [(name, old[name], new[name]) for name in new if name in old]
    added = [(name, new[name]) for name in new if name not in old]
    removed = [(name, old[name]) for name in old if name not in new]
    return both, added, removed


def differences_in(
    group: Group,
    old: Mapping[str, T],
    new: Mapping[str, T],
    words: Callable[[T], str],
    *,
    changes: Callable[[str, T, T], Iterable[Difference]],
    added: Callable[[T], Judged],
    removed: Callable[[T], Judged],
) -> Iterator[Difference]:
    """What differs in the elements of a group: the `changes` of those in both, then those that came, then those gone.

    `words` is an element in one line; `added` and `removed` judge one that came, and one that is gone.
    """
    both, come, gone = matched(old, new)
    for name, before, after in both:
        yield from changes(name, before, after)
    for name, each in come:
        yield difference(group, (group, name), None, words(each), added(each))
    for name, each in gone:
        yield difference(group, (group, name), words(each), None, removed(each))


def rules_by_id(policy: Policy) -> dict[str, Rule]:
    """Every rule of a policy by its id."""
    return {rule.id: rule for rule in policy.rules()}


def difference(
    group: Group,
    path: Iterable[str],
    before: str | None,
    after: str | None,
    judged: Judged,
    kind: Kind | None = None,
) -> Difference:
    """A difference; its kind, unless given, follows from which of `before` and `after` there is."""
    kind = kind or ("added" if before is None else "removed" if after is None else "changed")
    return Difference(group, tuple(path), kind, before, after, judged.effect, judged.why)


def listed(items: Iterable[str], word: str = "and") -> str:
    """The items as a person reads them; nothing if there are none."""
    items = list(items)
    if len(items) < 2:
        return "".join(items) or "nothing"
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def gained_and_lost(before: Iterable[T], after: Iterable[T]) -> tuple[list[T], list[T]]:
    """What the second has and the first has not, and the other way round, each in its order."""
    before, after = list(before), list(after)
    return [item for item in after if item not in before], [item for item in before if item not in after]
