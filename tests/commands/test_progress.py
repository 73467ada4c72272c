"""A progress bar stands on a terminal once work takes more than a second, and nowhere else."""

from __future__ import annotations

import io
import sys
from itertools import count

import pytest

from engine.commands import output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def a_second_each(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr(output, "monotonic", lambda: next(seconds))


@pytest.mark.usefixtures("a_second_each")
def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(output.with_progress(["a", "b", "c", "d"], "replaying")) == ["a", "b", "c", "d"]
    assert "replaying" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


@pytest.mark.usefixtures("a_second_each")
def test_what_is_no_terminal_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(output.with_progress(["a", "b", "c", "d"], "replaying")) == ["a", "b", "c", "d"]
    assert stream.getvalue() == ""


def test_quick_work_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(output, "monotonic", lambda: 0.0)
    assert list(output.with_progress(["a", "b"], "replaying")) == ["a", "b"]
    assert terminal.getvalue() == ""
