"""Over the shipped policies: no trial that could fail is left out, and what is said to notice a change does."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.documents import read_file, read_text
from engine.mutating import Trying, is_inherited, mutants_of
from engine.mutating.running import concerns, fails
from engine.policy import PolicyLibrary
from engine.policy.build import build
from engine.policy.checks import meaning_errors, meaning_problems, reference_problems
from engine.replay import Versions, checked, trials_in
from engine.reports.mutation import by_weight, killers_file

if TYPE_CHECKING:
    from engine.mutating import Mutant, Outcome
    from engine.policy.intake import Intake
    from engine.policy.model import Policy
    from engine.replay import Trial

CHECKOUT = Path(__file__).resolve().parents[2]
LIBRARY = PolicyLibrary([CHECKOUT / "policies"])
SUBJECTS = [policy for name in LIBRARY.names() for policy in LIBRARY.versions(name)]
INTAKES = [intake for name in LIBRARY.authorities() for intake in LIBRARY.intakes(name)]
NAMES = [f"{policy.id}@{policy.in_force_from}" for policy in SUBJECTS]
INTAKE_NAMES = [f"{intake.id}/intake@{intake.in_force_from}" for intake in INTAKES]
# Of the mutants of each policy every so many are looked at; the walk over them begins at another each time.
EVERY = 23


@cache
def trials() -> tuple[Trial, ...]:
    """Every scenario of the checkout."""
    versions = Versions(LIBRARY)
    files = sorted((CHECKOUT / "tests" / "scenarios").rglob("*.scenarios.yaml"))
    documents = [read_file(file) for file in files]
    return tuple(trial for each in documents for trial in trials_in(each, checked(each, versions)))


@cache
def trying(subject: Policy | Intake) -> Trying:
    """The scenarios about it, told."""
    return Trying(subject, trials(), LIBRARY.usable_versions)


def some_mutants(subject: Policy | Intake, begin: int, every: int = EVERY) -> list[Mutant]:
    """Some of the mutants, spread over all operators."""
    return list(islice(mutants_of(subject), begin % every, None, every))


@pytest.mark.parametrize(("number", "subject"), list(enumerate(SUBJECTS)), ids=NAMES)
def test_no_trial_that_could_fail_is_left_out(number: int, subject: Policy) -> None:
    tried = trying(subject)
    for mutant in some_mutants(subject, number):
        changed = tried.changed(mutant)
        if changed is not None:
            failing = {place for place, told in enumerate(tried.told) if fails(told.trial, changed)}
            assert failing <= set(tried.chosen(mutant)), mutant.says


@pytest.mark.parametrize(("number", "subject"), list(enumerate(SUBJECTS)), ids=NAMES)
def test_mutants_with_errors_are_those_that_the_whole_check_refuses(number: int, subject: Policy) -> None:
    for mutant in some_mutants(subject, number + 5):
        source = mutant.source(subject.source)
        if any(problem.severity == "error" for problem in reference_problems(source)):
            continue
        changed = build(source)
        errors = [each for each in meaning_problems(changed, frozenset) if each.severity == "error"]
        assert bool(errors) == any(True for _ in meaning_errors(changed)), mutant.says


@pytest.mark.parametrize(
    ("number", "subject"), list(enumerate([*SUBJECTS, *INTAKES])), ids=[*NAMES, *INTAKE_NAMES]
)
def test_what_is_said_to_notice_a_change_is_a_scenario_that_does(
    number: int, subject: Policy | Intake
) -> None:
    """Written to a file and read again, each passes under the policy and fails under the mutant.

    With one of its scenarios alone, so that there is much that none notices.
    """
    about = [trial for trial in trials() if concerns(trial, subject)]
    tried = Trying(subject, about[number % len(about) :][:1], LIBRARY.usable_versions)
    outcomes = [tried.tried(mutant) for mutant in some_mutants(subject, number + 3, 2 * EVERY)]
    mutation = tried.mutation(outcomes)
    survivors = by_weight(mutation)
    assert survivors
    text = killers_file(mutation)
    assert "overdue by 0 working days" not in text
    document = read_text(text, "killers.scenarios.yaml")
    found = checked(document, Versions(LIBRARY))
    assert not found.problems, found.problems
    written = list(trials_in(document, found))
    assert len(written) == len(survivors)
    for trial, outcome in zip(written, survivors, strict=True):
        _assert_kills(trial, outcome, tried)


def _assert_kills(trial: Trial, outcome: Outcome, tried: Trying) -> None:
    changed = tried.changed(outcome.mutant)
    assert changed is not None
    assert trial.unconfirmed
    assert not trial.told().verdict.failures, outcome.mutant.says
    assert fails(trial, changed), outcome.mutant.says


def test_what_a_base_writes_is_inherited() -> None:
    policy = LIBRARY.policy("southwark/corporate")
    own = [mutant for mutant in mutants_of(policy) if not is_inherited(policy, mutant)]
    files = {policy.source.place(mutant.path).path for mutant in own}
    assert {Path(file).parent.name for file in files} <= {"southwark"}
    alone = LIBRARY.policy("england/corporate")
    assert not any(is_inherited(alone, mutant) for mutant in mutants_of(alone))


@pytest.mark.parametrize("subject", [*SUBJECTS, *INTAKES], ids=[*NAMES, *INTAKE_NAMES])
def test_no_two_changes_are_one(subject: Policy | Intake) -> None:
    said = [mutant.says for mutant in mutants_of(subject)]
    assert len(said) == len(set(said))
