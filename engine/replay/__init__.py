"""Scenario files: stories with their expected dates, told to the engine and compared with what it says."""

from __future__ import annotations

from engine.replay.checking import Versions, checked, problems_in
from engine.replay.run import replay, scenario_files
from engine.replay.scenario import KnownFailure
from engine.replay.trials import IntakeTrial, RowTrial, StoryTrial, Told, Trial, trials_in
from engine.replay.verdict import Failure, FileVerdicts, Replay, Verdict

__all__ = [
    "Failure",
    "FileVerdicts",
    "IntakeTrial",
    "KnownFailure",
    "Replay",
    "RowTrial",
    "StoryTrial",
    "Told",
    "Trial",
    "Verdict",
    "Versions",
    "checked",
    "problems_in",
    "replay",
    "scenario_files",
    "trials_in",
]
