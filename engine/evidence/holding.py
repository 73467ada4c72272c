"""Whether a text has the heading that a limit cites, and states the figures of that limit below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import PolicyInvalid
from engine.evidence.figures import figures_in, has_phrase, states

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.calendars import Length
    from engine.evidence.copies import Copies, Copy
    from engine.policy.model import Citation, Limit, Policy
    from engine.problems import Problem

    Path = tuple[str, ...]

_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_NUMBERED = re.compile(
    r"(?:regulations?|regs?|sections?|paragraphs?|articles?|rules?|paras?)\b(.*)", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*[a-z]?", re.IGNORECASE)


@dataclass(slots=True)
class Held:
    """What was held against what, over all policies: figures, the texts used, and the sources of which there is no copy."""

    figures: int = 0
    texts: set[str] = field(default_factory=set)
    missing: dict[str, set[str]] = field(default_factory=dict)

    def summary(self, folder: str) -> str:
        """What was done, in words: each source without a copy is named once."""
        texts = f"{len(self.texts)} text{'' if len(self.texts) == 1 else 's'}"
        figures = f"{self.figures} cited figure{'' if self.figures == 1 else 's'}"
        held = f"{figures} held against {texts} in {folder}"
        if not self.missing:
            return held
        named = "; ".join(
            f"{policy}: {', '.join(sorted(names))}" for policy, names in sorted(self.missing.items())
        )
        number = sum(map(len, self.missing.values()))
        return f"{held}; of {number} cited source{'' if number == 1 else 's'} there is no copy: {named}"


def evidence_problems(policy: Policy, copies: Copies, held: Held) -> Iterator[Problem]:
    """`heading-not-in-source`, `number-not-in-source`, `unit-not-in-source`: of what this policy's own file cites.

    What is inherited whole, figure and citation, is told of the base. A figure is told of only if none of the texts
    that its limit cites states it; of days that the text does not name, only if the limit has no note.
    Raises nothing: a copy that cannot be read is a problem.
    """
    for limit in policy.limits.values():
        path = ("limits", limit.id)
        figures = list(_figures_of(policy, limit))
        if not limit.about.citations or all(
            policy.source.inherited((*path, *each)) for each in (("cite",), *(f for f, _, _ in figures))
        ):
            continue
        try:
            yield from _limit_problems(policy, limit, copies, held)
        except PolicyInvalid as unreadable:
            yield from unreadable.problems


def _limit_problems(policy: Policy, limit: Limit, copies: Copies, held: Held) -> Iterator[Problem]:
    below: list[str] = []
    texts: list[Copy] = []
    unseen = False
    for citation in limit.about.citations:
        copy = copies.copy_of(policy.source, citation.source)
        if copy is None:
            declared, _ = policy.source.origin(("sources", citation.source))
            held.missing.setdefault(str(declared.data["policy"]), set()).add(citation.source)
            unseen = True
            continue
        held.texts.add(str(copy.path))
        texts.append(copy)
        sections = sections_of(copy, citation.place, _places(policy, citation.source))
        below.extend(sections or [copy.text])
        if not sections:
            yield _no_heading(policy, limit, citation, copy)
    if texts:
        yield from _figure_problems(policy, limit, below, texts, held, unseen=unseen)


def _places(policy: Policy, source: str) -> list[str]:
    """Every place of a source that a limit, a stage or a rule cites, each once."""
    abouts = [limit.about for limit in policy.limits.values()]
    abouts += [stage.about for stage in policy.stages.values()] + [rule.about for rule in policy.rules()]
    cited = [citation for about in abouts for citation in about.citations]
    return list(dict.fromkeys(citation.place for citation in cited if citation.source == source))


def sections_of(copy: Copy, place: str, cited: Sequence[str] = ()) -> list[str]:
    """The sections a citation may mean: its place as a heading, or parts of it, or the words of it in the text.

    "A; B" means either. "Chapter, Heading" and "Heading, item 5" are found by the part that is a heading; what stands
    in brackets at the end ("What happens next (stage 1)") only tells headings of one name apart. In plain text a
    section ends where the next place begins that is `cited`.
    """
    ends = frozenset(start for each in (place, *cited) for one in _each(each) for start in _starts(copy, one))
    found: list[str] = []
    for one in _each(place):
        sections = [copy.section(start, ends) for start in _starts(copy, one)]
        # Words of the text itself: whoever cites them means the text around them.
        found.extend(sections or ([copy.text] if has_phrase(copy.text, one) else []))
    return found


def _each(place: str) -> list[str]:
    return [place.strip(), *(one.strip() for one in place.split(";"))]


def _starts(copy: Copy, place: str) -> list[int]:
    bare = _IN_BRACKETS.sub("", place)
    for wanted in dict.fromkeys((place, bare)):
        starts = copy.starts(wanted)
        if starts:
            return starts
    parts = [start for part in bare.split(",") for start in copy.starts(part)]
    numbered = _NUMBERED.match(bare)
    numbers = _NUMBER.findall(numbered[1]) if numbered else []
    return parts + [start for number in numbers for start in copy.starts(number)]


def _figures_of(policy: Policy, limit: Limit) -> Iterator[tuple[Path, Length, Length | None]]:
    """The lengths that a limit states, with their keys; those that are no figure are left out."""
    lengths: list[tuple[Path, Length | None, Length | None]] = [(("is",), limit.length, None)]
    lengths += [(("cases", case.id, "is"), case.length, limit.length) for case in limit.cases]
    lengths.append((("up_to",), limit.up_to, limit.length))
    for path, length, less in lengths:
        if length is not None and not length.is_open_ended and length.amount:
            yield path, length, less


def _figure_problems(
    policy: Policy, limit: Limit, below: list[str], texts: list[Copy], held: Held, *, unseen: bool
) -> Iterator[Problem]:
    text = "\n".join(below)
    figures = figures_in(text)
    for path, length, less in _figures_of(policy, limit):
        held.figures += 1
        stated = states(figures, text, length, less)
        if stated == "no" or (stated == "days" and not limit.about.note):
            yield _not_stated(policy, limit, path, length, texts, days=stated == "days", unseen=unseen)


def _no_heading(policy: Policy, limit: Limit, citation: Citation, copy: Copy) -> Problem:
    return policy.source.problem(
        ("limits", limit.id, "cite", citation.source), "heading-not-in-source",
        f'{citation.source} has no heading "{citation.place}"',
        severity="warning",
        notes=(
            f"its copy is {copy.path}",
            "write a heading as the text has it; several are divided by semicolons",
        ),
    )  # fmt: skip


def _not_stated(
    policy: Policy, limit: Limit, path: Path, length: Length, texts: list[Copy], *, days: bool, unseen: bool
) -> Problem:
    """What no text says: told where the figure is written, or, of one that is inherited, where the text is cited."""
    names = " or ".join(dict.fromkeys(citation.place for citation in limit.about.citations))
    said = policy.source.value("limits", limit.id, *path)
    inherited = policy.source.inherited(("limits", limit.id, *path))
    place = ("limits", limit.id, *(("cite",) if inherited else path))
    looked = f"looked at: {', '.join(dict.fromkeys(str(copy.path) for copy in texts))}, below {names}"
    elsewhere = ("other sources that it cites were not looked at: there is no copy",) if unseen else ()
    if days:
        return policy.source.problem(
            place, "unit-not-in-source",
            f'the source says {length.amount} days and not which; "{limit.id}" says {said}',
            key=inherited, severity="information",
            notes=(looked, *elsewhere, "say in a `note` why these days were chosen"),
        )  # fmt: skip
    return policy.source.problem(
        place, "number-not-in-source",
        f'what "{limit.id}" cites does not say {said}' + (", which it inherits" if inherited else ""),
        key=inherited, severity="information" if unseen or inherited else "warning",
        notes=(looked, *elsewhere, "correct the figure or the place, or cite what says it"),
    )  # fmt: skip
