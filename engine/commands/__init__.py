"""The command line: `duecourse`. Each command is a thin function in a module of its own, loaded when it is called."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

# Of these commands status 1 says something of a policy that can be used; one with errors cannot.
USING = frozenset({"fuzz", "generate", "mutate", "picture"})
FINE, PROBLEMS, WRONG_USAGE, OUR_FAULT, INTERRUPTED = 0, 1, 2, 3, 130

# Name: module, function, and the line of `duecourse --help`, so that no module is loaded for it.
COMMANDS = {
    "check": ("check", "check", "Say what is wrong in policies and scenario files."),
    "replay": ("replay", "replay", "Replay scenario files and compare."),
    "intake": ("intake", "intake", "Whether a complaint is considered, and why."),
    "due": ("due", "due", "One due date with its reasons."),
    "timeline": ("timeline", "timeline", "A case from a file of events."),
    "step": ("step", "step", "Go through a procedure step by step, and save it as a scenario."),
    "explain": ("explain", "explain", "How a limit of a case came to its due date."),
    "why-not": ("explain", "why_not", "Whether an event would be accepted, and why."),
    "show": ("show", "show", "The policies there are, or one of them resolved."),
    "mutate": ("mutate", "mutate", "Change one thing at a time, and see whether a scenario notices."),
    "migrate": ("migrate", "migrate", "A case under another version: what would change."),
    "picture": ("picture", "picture", "The stages of a policy and their rules, drawn."),
    "fuzz": ("fuzz", "fuzz", "What must hold of every procedure, tried over many histories."),
    "diff": ("diff", "diff", "What differs between two policies or versions, and for whom."),
    "new": ("new", "new", "Write a starting file for a procedure of your own."),
    "generate": ("generate", "generate", "Write scenarios from the model, for a person to confirm."),
    "fix": ("fix", "fix", "Write what was very likely meant; without --write only show it."),
    "help": ("help", "show_help", "What a check finds, and how to write instead."),
}


class LazyGroup(click.Group):
    """A group that loads a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its module loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"engine.commands.{module}"), function)
        return command

    def resolve_command(
        self,
        ctx: click.Context,
        args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command called; an unknown one is answered with the likely word."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f'there is no command "{args[0]}"; {_likely_command(args[0])}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their lines, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


def _likely_command(word: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(word, COMMANDS, n=1, cutoff=0.6)
    return f'did you mean "{found[0]}"?' if found else f"there are: {', '.join(COMMANDS)}"


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("duecourse")
        except PackageNotFoundError:
            number = "(not installed)"
        click.echo(f"duecourse {number}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="\b\nExample:\n  duecourse due redbridge/children-statutory stage_1 --from 2026-05-01",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
@click.option(
    "--debug", is_flag=True, envvar="DUECOURSE_DEBUG", help="Show where in the program a fault arose."
)
@click.pass_context
def group(context: click.Context, debug: bool) -> None:
    """Complaints procedures as data, deadlines with reasons.

    A policy is named authority/procedure, such as redbridge/children-statutory, or by its file.

    Exit status: 0 fine, 1 problems found or an event refused, 2 wrong usage or an unreadable file, 3 a fault of
    this program.
    """
    if context.obj is not None:
        context.obj.update(debug=debug, command=context.invoked_subcommand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (that of the process if none is given) and return its exit status."""
    settings: dict[str, Any] = {"debug": bool(os.environ.get("DUECOURSE_DEBUG"))}
    _prepare_streams()
    try:
        status = group.main(
            list(sys.argv[1:] if arguments is None else arguments),
            prog_name="duecourse",
            obj=settings,
            standalone_mode=False,
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return FINE
    except Exception as error:  # noqa: BLE001 - the outermost frame: whatever it is, it gets a message and a status
        return _failed(error, settings.get("command"), debug=settings["debug"])
    return status if isinstance(status, int) else FINE


def _prepare_streams() -> None:
    """A stream that is closed reads as empty and leads nowhere, and no character makes printing fail.

    A file or a pipe gets UTF-8, as this program reads it, unless PYTHONIOENCODING asks for something else; where a
    character cannot be written, its escape is.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as we run
        elif mode == "w" and stream.errors == "strict" and hasattr(stream, "reconfigure"):
            if name == "stdout" and not stream.isatty() and not os.environ.get("PYTHONIOENCODING"):
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def _failed(error: Exception, command: str | None, *, debug: bool) -> int:
    """Say what went wrong in a command and return the exit status."""
    from engine.cases.refusal import EventRefused
    from engine.commands.output import complain, complain_of
    from engine.errors import EngineError, PolicyInvalid

    if isinstance(error, PolicyInvalid):
        complain_of(error.problems)
        unusable = command in USING or any(problem.name == "unreadable" for problem in error.problems)
        return WRONG_USAGE if unusable else PROBLEMS
    if isinstance(error, EngineError):
        complain(f"error: {error}")
        return PROBLEMS if isinstance(error, EventRefused) else WRONG_USAGE
    if isinstance(error, OSError) and error.filename is not None:
        complain(f"error: {error.filename}: {error.strerror}")
        return WRONG_USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        _forget_output()
        complain(f"error: cannot write: {error.strerror}")
        return WRONG_USAGE
    if debug:
        traceback.print_exception(error)
    kind = f"{type(error).__name__}: {error}".splitlines()[0]
    complain(f"this is a fault of duecourse, not of yours: {kind}")
    if not debug:
        complain("please report it with what `duecourse --debug …` prints for the same command")
    return OUR_FAULT


def _forget_output() -> None:
    """The reader has gone: what is still buffered has nowhere to go, and saying so at exit helps nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
