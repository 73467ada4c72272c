"""The pages of the checks: one for a terminal, the list of all, and all of them as one page of Markdown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from engine.policy.checks.pages import family_title, pages
from engine.reports.layout import columns, filled
from engine.reports.paint import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.checks.pages import Page
    from engine.reports.paint import Paint

_HEAD = """\
# What `duecourse check` looks for

Made by `make checks-page` from `engine/policy/checks/pages`; a test tries every example. `duecourse help NAME` prints one
of these. What to avoid and what to prefer is written as a file that extends
[a small procedure of two stages](../tests/policy/bad/library/lab/base.yaml), or for an intake
[that of a small town](../tests/policy/bad/library/town/intake.yaml).

A warning is silenced on its line, or on the line above it, with a reason; an error never is:

```yaml
    overdue: reply  # duecourse: ignore[two-overdue-rules] because the page says which comes first
```
"""


def page_text(page: Page, paint: Paint = plain) -> str:
    """One page at 80 columns."""
    return "\n".join(_page_lines(page, paint))


def list_text(paint: Paint = plain) -> str:
    """Every check with its title, by family."""
    blocks = [
        "\n".join(
            (paint(family_title(family), "strong"), *columns([(page.name, page.title) for page in group]))
        )
        for family, group in _by_family()
    ]
    return "\n\n".join((*blocks, "one of these: duecourse help NAME\nthe commands: duecourse --help"))


def list_markdown() -> str:
    """Every page, as the file `policies/CHECKS.md` has them."""
    families = [
        "\n".join(
            (f"## {family_title(family)}", *("\n" + "\n".join(_markdown_lines(page)) for page in group))
        )
        for family, group in _by_family()
    ]
    contents = [
        f"- **{family_title(family)}**: " + ", ".join(f"[{page.name}](#{page.name})" for page in group)
        for family, group in _by_family()
    ]
    return "\n\n".join((_HEAD.rstrip(), "\n".join(contents), *families))


def page_markdown(page: Page) -> str:
    """One page as Markdown."""
    return "\n".join(_markdown_lines(page))


def _by_family() -> list[tuple[str, list[Page]]]:
    found = groupby(pages().values(), key=lambda page: page.family)
    return [(family, sorted(group, key=lambda page: page.name)) for family, group in found]


def _page_lines(page: Page, paint: Paint) -> Iterator[str]:
    yield from filled(f"{paint(page.name, 'strong')}: {page.title}")
    yield ""
    yield from filled(page.what, first="  ")
    yield ""
    yield from filled(page.why, first="  why: ", rest="  ")
    for word, text in (("avoid", page.avoid), ("prefer", page.prefer)):
        yield ""
        yield f"  {word}:"
        yield from (f"    {line}".rstrip().replace("\t", "→") for line in text.splitlines())
    for word, text in (("source", page.source), ("looked for with", page.only_with)):
        if text:
            yield ""
            yield from filled(text, first=f"  {word}: ", rest="  ")


def _markdown_lines(page: Page) -> Iterator[str]:
    language = {"csv": "csv", "policy": "yaml", "scenarios": "yaml", "events": "yaml"}[page.kind]
    yield f"### {page.name}"
    yield ""
    option = f" Looked for with `{page.only_with}`." if page.only_with else ""
    yield f"**{page.title}.** {page.what} {page.why}{option}"
    for word, text in (("Avoid", page.avoid), ("Prefer", page.prefer)):
        yield ""
        yield f"{word}:"
        yield ""
        yield f"```{'text' if page.untried else language}"
        yield text
        yield "```"
    if page.source:
        yield ""
        yield f"Source: {page.source}"
