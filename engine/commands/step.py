"""`step`: going through a procedure step by step, typed or piped. Only this reads lines, prints and writes the file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.clock import today
from engine.commands.finding import case_from, events_in, library_for, policy_named
from engine.commands.options import DATE, policies_option
from engine.commands.output import ask, say
from engine.errors import EngineError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from engine.stepping import Session

ALL_UNDERSTOOD, NOT_UNDERSTOOD = 0, 1


@click.command(
    epilog="\b\nExample:\n  duecourse step redbridge/children-statutory --on 2026-05-01",
)
@click.argument("policy", metavar="POLICY")
@click.option("--on", type=DATE, metavar="DATE", help="The day on which it begins. Left out: today.")
@click.option(
    "--events",
    metavar="FILE",
    help="Begin with these events: YAML (a list of {on, event, by, at, recorded, with}) or CSV with those columns. "
    "The day is then the last of them.",
)
@click.option(
    "--save", "file", metavar="FILE", help="Write what was done to this new scenario file when leaving."
)
@policies_option
@click.pass_context
def step(
    context: click.Context,
    policy: str,
    on: date | None,
    events: str | None,
    file: str | None,
    folders: tuple[str, ...],
) -> None:
    """Go through a procedure step by step: pick what happens, see what follows, ask why, undo, save as a scenario.

    Each line typed is a number of the list of what may happen next, the name of an event or its beginning, a day to go
    on to (+3, +5 working days, 2026-05-18, due stage_1, day after stage_1), or an order; help lists them. Lines can
    be piped in as well: they are then shown as if typed, and lines that begin with # are remarks.

    An event that is refused says why, and the session goes on. Exit status with piped lines: 0, or 1 if a line could
    not be understood.
    """
    from engine.stepping import greeting

    if events == "-":
        raise click.UsageError(
            "standard input holds the lines of the session: --events takes the name of a file"
        )
    _refuse_what_is_there(file)
    session = _begun(policy, folders, events, on)
    shell = _Shell(policy, folders, typed=sys.stdin.isatty())
    say(greeting(session))
    session = shell.run(session)
    if file is not None and not session.is_kept:
        say(shell.written(session, file))
    misunderstood = session.misunderstood and not shell.typed
    context.exit(NOT_UNDERSTOOD if misunderstood else ALL_UNDERSTOOD)


def _refuse_what_is_there(file: str | None) -> None:
    from engine.stepping.orders import SCENARIO_FILES

    if file is None:
        return
    if not file.endswith(SCENARIO_FILES):
        raise UsageError(f"{file} is no name of a scenario file: write something like story.scenarios.yaml")
    if Path(file).exists():
        raise UsageError(f"{file} is there already; nothing was written")
    if not Path(file).parent.is_dir():
        raise UsageError(f"there is no folder {Path(file).parent} to write {file} to")


def _begun(text: str, folders: tuple[str, ...], events: str | None, on: date | None) -> Session:
    """The session at its beginning; with events, after them, each a step that can be undone."""
    from engine.cases import Case
    from engine.stepping import begun
    from engine.stepping.orders import gone_on
    from engine.stepping.session import recorded

    if events is None:
        policy = policy_named(text, folders, on)
        return begun(Case.open(policy), on or _first_day(policy.in_force_from, policy.in_force_until))
    case = case_from(text, folders, events_in(events))
    first = min((entry.event.on for entry in case.log), default=on or today())
    session = begun(Case.open(case.versions[0]).knowing(*case.versions), first)
    for entry in case.log:
        session = recorded(session, entry.event)
    if on is not None and on < session.scene.day:
        raise UsageError(
            f"the last of the events is of {session.scene.day}: write --on with that day or a later one"
        )
    return session if on is None else gone_on(session, on)


def _first_day(begins: date, until: date | None) -> date:
    """Today; where the version is not in force today, its first day."""
    day = today()
    return day if begins <= day and (until is None or day <= until) else begins


class _Shell:
    """Lines in, text out: what a session says is printed, what it wants written is written."""

    def __init__(self, policy: str, folders: tuple[str, ...], *, typed: bool) -> None:
        self.policy = policy
        self.folders = folders
        self.typed = typed

    def run(self, session: Session) -> Session:
        """The session at its end: it was left, or there are no more lines."""
        from engine.stepping import answer, interrupted

        read = _TypedLines().read if self.typed else _piped_line
        if not self.typed and hasattr(sys.stdin, "reconfigure"):
            # What is no UTF-8 is not understood, and that is all that is to be said of it.
            sys.stdin.reconfigure(errors="replace")
        while not session.finished:
            try:
                line = read(session)
            except KeyboardInterrupt:
                click.echo()
                session, text = interrupted(session)
            except EOFError:
                if self.typed:
                    click.echo()
                return session
            else:
                session, text = answer(session, line)
            say(text)
            session = self._save(session)
        return session

    def _save(self, session: Session) -> Session:
        """Write what the session wants written; ask it, if the file is there."""
        from engine.stepping import exists, saved

        saving = session.saving
        if saving is None:
            return session
        try:
            said = self.written(session, saving.file, over=saving.over)
        except FileExistsError:
            session, said = exists(session)
        except OSError as error:
            session, said = _not_saved(session, f"{saving.file} was not saved: {error.strerror or error}")
        else:
            session, said = saved(session, said)
        say(said)
        return session

    def written(self, session: Session, file: str, *, over: bool = False) -> str:
        """Write the scenario, and say so. Raises `OSError`, `FileExistsError` if it is there and not `over`."""
        from engine.reports.stepped import stepped_scenario

        text = stepped_scenario(session.story, pinned=self._is_pinned(session))
        with Path(file).open("w" if over else "x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
        return f"Saved as {file}. Its dates are what the program says: check them before you rely on them."

    def _is_pinned(self, session: Session) -> bool:
        """Whether replaying needs the version named: it is not the one in force on the day of the first event."""
        from engine.stepping import Told

        case = session.scene.case
        deeds = (deed for scene in session.story for deed in scene.deeds)
        days = [deed.event.on for deed in deeds if isinstance(deed, Told)]
        if len(case.versions) > 1:
            return False
        try:
            found = library_for(self.policy, self.folders).policy(case.policy.id, min(days, default=None))
        except EngineError:
            return "@" in self.policy
        return found != case.policy


def _not_saved(session: Session, text: str) -> tuple[Session, str]:
    from dataclasses import replace

    return replace(session, saving=None), text


# --- Lines ------------------------------------------------------------------------------------------------------


def _piped_line(session: Session) -> str:
    """A line of standard input, shown after its prompt, so that what is printed reads as if it were typed.

    Raises `EOFError` where the input ends.
    """
    from engine.stepping import prompt

    while (line := sys.stdin.readline()).lstrip().startswith("#"):
        say(f"\n{line.strip()}")
    between = "" if session.is_asking else "\n"
    text = line.rstrip("\r\n")
    click.echo(f"{between}{prompt(session)}{text if line else '(end of input)'}")
    if not line:
        raise EOFError
    return text


class _TypedLines:
    """Lines typed on a terminal, with a history and the words that can be typed, where there is a library for it."""

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ()
        try:
            import readline
        except ImportError:
            return
        readline.set_completer(self._completed)
        readline.set_completer_delims(" \t\n")
        for setting in (
            "tab: complete",
            "set enable-bracketed-paste off",
            "set completion-display-width 0",
            "set page-completions off",
        ):
            readline.parse_and_bind(setting)

    def read(self, session: Session) -> str:
        """A line. Raises `EOFError` for Ctrl-D and `KeyboardInterrupt` for Ctrl-C."""
        from engine.stepping import completions, prompt

        self.words = completions(session)
        if not session.is_asking:
            click.echo()
        return ask(prompt(session))

    def _completed(self, begun: str, number: int) -> str | None:
        """The so-many-th word that begins so, from 0."""
        found = [word for word in self.words if word.startswith(begun)]
        return found[number] if number < len(found) else None
