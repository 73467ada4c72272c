"""Options that several commands share, and the types of what is typed after them."""

from __future__ import annotations

import re
from datetime import date, time
from math import isnan
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class DateType(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic in newer click only
    """An ISO date, strictly."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error that shows how to write one."""
        if isinstance(value, date):
            return value
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            self.fail(f'there is no day "{value}"', param, ctx)
        return self.fail(f'"{value}" is not a date: write it as 2026-05-01', param, ctx)


class TimeType(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic in newer click only
    """A time of day as hours and minutes."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:
        """The time, or a usage error that shows how to write one."""
        if isinstance(value, time):
            return value
        if _TIME.fullmatch(value):
            return time.fromisoformat(value)
        return self.fail(f'"{value}" is not a time of day: write it as 15:30', param, ctx)


class PairType(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic in newer click only
    """`name=value`."""

    name = "name=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The name and the value, or a usage error that shows how to write them."""
        if isinstance(value, tuple):
            return value
        name, equals, rest = value.partition("=")
        if not (equals and name.strip() and rest.strip()):
            self.fail(f'"{value}" is not a name and a value: write it as complexity=complex', param, ctx)
        return name.strip(), rest.strip()


class NumberType(click.FloatRange):
    """A number in a range; `nan`, which is in none and under none, is no number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or a usage error."""
        number: float = super().convert(value, param, ctx)
        return self.fail(f'"{value}" is not a number', param, ctx) if isnan(number) else number


class WordType(click.Choice):  # type: ignore[type-arg, unused-ignore]  # generic in newer click only
    """One of some words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word, or a usage error that names those there are, and the likely one."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as wrong:
            from engine.documents import likely

            meant = likely(str(value), [str(choice) for choice in self.choices])
            if meant is None:
                raise
            told = wrong.message.rstrip(".")
            return self.fail(f'{told}; did you mean "{meant}"?', param, ctx)


# What can be covered of a policy or an intake, as it is typed after --cover: each kind of aim with an "s".
AIM_KINDS = ("stages", "rules", "answers", "limits", "refusals", "letters", "routes", "exclusions")
DATE = DateType()
TIME = TimeType()
PAIR = PairType()
PERCENT = NumberType(0, 100)
SECONDS = NumberType(min=0, min_open=True)

policies_option: Decorator = click.option(
    "--policies",
    "folders",
    metavar="DIR",
    multiple=True,
    help="Look for policies in DIR first; may be repeated. Left out: ./policies if there is one. "
    "The shipped policies come last.",
)
as_of_option: Decorator = click.option(
    "--as-of",
    type=DATE,
    metavar="DATE",
    help="Read the case on the evening of DATE. Left out: today.",
)
facts_option: Decorator = click.option(
    "--fact",
    "facts",
    type=PAIR,
    metavar="NAME=VALUE",
    multiple=True,
    help="A fact, such as complexity=complex, or finding.point_1=upheld for one point; may be repeated.",
)


def events_option(*, required: bool) -> Decorator:
    """`--events FILE`."""
    return click.option(
        "--events",
        "events",
        metavar="FILE",
        required=required,
        help="What happened: YAML (a list of {on, event, by, at, recorded, with}) or CSV with those columns.",
    )


def format_option(*formats: str) -> Decorator:
    """`--format`, the first one by default."""
    return click.option(
        "--format",
        "form",
        type=WordType(formats),
        default=formats[0],
        show_default=True,
        help="How to print it.",
    )
