"""A command on a terminal of its own, in a process of its own, typed at and read as a person would."""

from __future__ import annotations

import codecs
import os
import pty
import select
import signal
import sys
import time
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[2]
# In seconds: how long anything is waited for, so that a fault does not hang the tests.
LONGEST_WAIT = 20


class Terminal:
    """A command line run in the checkout, 80 columns wide; killed when the block is left before it has ended.

    `shown`: what came after all that was seen; `all`: everything that came.
    """

    def __init__(self, *line: str) -> None:
        self.process, self.screen = pty.fork()
        if self.process == 0:
            os.chdir(CHECKOUT)
            os.environ.update(TERM="xterm", COLUMNS="80", LINES="24")
            os.environ.pop("NO_COLOR", None)
            os.execv(sys.executable, [sys.executable, "cli.py", *line])  # noqa: S606
        self._decode = codecs.getincrementaldecoder(
            "utf-8"
        )().decode  # a sign may be cut in two between reads
        self.shown = ""
        self.all = ""
        self.ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if not self.ended:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.screen)

    def read(self) -> bool:
        """Take what is shown now; false at the end."""
        try:
            read = os.read(self.screen, 4096)
        except OSError:  # Linux says so when the other end is closed
            return False
        text = self._decode(read)
        self.shown += text
        self.all += text
        return bool(read)

    def see(self, text: str) -> None:
        """Wait until this is shown beyond what was seen before, and forget what came up to it."""
        until = time.monotonic() + LONGEST_WAIT
        while text not in self.shown:
            assert time.monotonic() < until, f"{text!r} was not shown: {self.shown!r}"
            if select.select([self.screen], [], [], 1)[0]:
                assert self.read(), f"{text!r} was not shown: {self.shown!r}"
        self.shown = self.shown.partition(text)[2]

    def type(self, text: str) -> None:
        """Type this."""
        os.write(self.screen, text.encode("utf-8"))

    def interrupt(self) -> None:
        """Ctrl-C, as by a hand: readline loses one that comes between its prompt and its waiting for a key."""
        time.sleep(0.3)
        self.type("\x03")

    def finish(self) -> int:
        """Read to the end; the exit status."""
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until:
            if select.select([self.screen], [], [], 1)[0] and not self.read():
                break
        else:
            os.kill(self.process, signal.SIGKILL)
        _, status = os.waitpid(self.process, 0)
        self.ended = True
        return os.waitstatus_to_exitcode(status)
