"""`make bench`: the figures of engine/README.md, measured as ratios or whole times in one run.

Kept out of the tests, because a timed test fails on a busy machine and passes on a fast one. Every line gives what
was measured, the target, and whether it was reached; the exit status is 1 if one was not.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from transitions import Machine

from engine.calendars import Calendar, Length
from engine.cases import Case, Event
from engine.policy import Policy, PolicyLibrary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
STATUTORY = "redbridge/children-statutory"


class Figure(NamedTuple):
    """One measured figure with its target, both in `unit`; no target: for information."""

    what: str
    measured: float
    target: float | None
    unit: str

    @property
    def reached(self) -> bool:
        """Whether the target was reached."""
        return self.target is None or self.measured <= self.target

    def __str__(self) -> str:
        target = "" if self.target is None else f"target {self.target:g} {self.unit}"
        word = "" if self.target is None else "reached" if self.reached else "NOT REACHED"
        return f"{self.what:<58} {self.measured:9.3f} {self.unit:<6} {target:<18} {word}".rstrip()


def best(run: Callable[[], object], times: int, rounds: int = 7) -> float:
    """The least time of one run, in seconds, over several rounds: the least disturbed one."""
    least = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(times):
            run()
        least = min(least, (time.perf_counter() - began) / times)
    return least


def event(name: str, month: int, day: int, **data: Any) -> Event:
    """An event of 2026."""
    return Event(name, on=date(2026, month, day), data=data)


# One case through all three stages, receipts recorded, so that no time passes unseen between two events.
LOG = (
    event("complaint_received", 5, 1),
    event("complaint_acknowledged", 5, 1),
    event("complainant_contacted", 5, 5),
    event("method_decided", 5, 5, risk="low", method="stage_1"),
    event("stage_1_response_sent", 5, 12),
    event("stage_1_response_received", 5, 13),
    event("stage_2_requested", 5, 20, grounds="given"),
    event("statement_agreed", 5, 29, points=["care_plan", "contact"]),
    event("investigation_reported", 6, 19),
    event("stage_2_response_sent", 6, 24, finding={"care_plan": "upheld", "contact": "not_upheld"}),
    event("stage_2_response_received", 6, 25),
    event("stage_3_requested", 7, 1, for_panel={"care_plan": "not_asked", "contact": "asked"}),
    event("panel_held", 7, 20),
    event("panel_report_sent", 7, 23),
    event("panel_report_received", 7, 24),
    event("stage_3_response_sent", 8, 3),
)


class Token:
    """The least a stock trigger needs."""

    state = ""


def stock_machine(policy: Policy) -> Machine:
    """The same stages and rules in a stock `transitions` machine, conditions as callables."""
    machine = Machine(
        model=None,
        states=list(policy.stages),
        initial="opening",
        auto_transitions=False,
        send_event=True,
    )
    for stage in policy.stages:
        for rule in policy.rules():
            if stage in rule.reaches:
                for name in rule.when:
                    target: Any = None if rule.go_to == "back" else rule.go_to
                    guards = [] if rule.condition is None else [guard(rule.condition)]
                    machine.add_transition(name, stage, target, conditions=guards)
    return machine


def guard(condition: Any) -> Callable[[Any], bool]:
    """A condition as `transitions` calls it."""
    return lambda data: condition.holds(data.kwargs["facts"], data.kwargs["points"]) is True


def applying(policy: Policy) -> Iterator[Figure]:
    """`Case.apply` against a stock trigger of the same transition, event by event, over one whole case."""
    machine = stock_machine(policy)
    case = Case.open(policy)
    ratios = []
    for each in LOG:
        before = case
        case = before.apply(each)
        ours = best(lambda: before.apply(each), 2_000)  # noqa: B023 - run at once
        stock = stock_trigger(machine, before, case, each)
        if stock is not None:
            ratios.append((ours / stock, each.name, ours * 1e6, stock * 1e6))
    for ratio, name, ours_us, stock_us in ratios:
        yield Figure(f"  {name}: {ours_us:.1f} us, stock {stock_us:.1f} us", ratio, None, "times")
    ratio, name, _, _ = max(ratios)
    yield Figure(f"Case.apply, dearest event ({name})", ratio, 2.0, "times")
    yield Figure("Case.apply, mean over a case", sum(each[0] for each in ratios) / len(ratios), 2.0, "times")


def stock_trigger(machine: Machine, before: Case, after: Case, each: Event) -> float | None:
    """The time of the stock trigger of the same event in the same stage; `None` where no transition carries it."""
    stage = before.at(each.on).stage
    found = machine.events.get(each.name)
    if found is None or stage not in found.transitions:
        return None
    view = after.at(each.on)
    facts, points = dict(view.facts), view.points
    token = Token()

    def trigger() -> None:
        token.state = stage
        found.trigger(token, facts=facts, points=points)

    return best(trigger, 2_000)


def growth(policy: Policy) -> Iterator[Figure]:
    """The cost of one more event in a long log against a short one."""
    costs = {}
    case = Case.open(policy)
    for each in LOG[:5]:
        case = case.apply(each)
    start = date(2026, 5, 14)
    for number in range(1, 10_001):
        case = case.apply(Event("councillor_or_mp_contacted", on=start))
        if number in (10, 10_000):
            held, one_more = case, Event("councillor_or_mp_contacted", on=start)
            costs[number] = best(lambda: held.apply(one_more), 2_000)  # noqa: B023 - run at once
    yield Figure("one more event: log of 10,000 against log of 10", costs[10_000] / costs[10], 1.3, "times")


def due_dates() -> Iterator[Figure]:
    """One due date from the table."""
    calendar = Calendar(region="england", day_one="day_after")
    start = date(2026, 5, 1).toordinal()
    for days in (1, 10, 65, 500):
        length = Length(days, "working_days")
        cost = best(lambda: calendar.unrolled(start, length, False), 20_000)  # noqa: B023 - run at once
        yield Figure(f"one due date, {length}", cost * 1e6, 1.0, "us")


def loading() -> Iterator[Figure]:
    """A policy and its base from YAML: read, schema, merged, checked, built; a fresh library each time."""
    PolicyLibrary().policy(STATUTORY)
    cost = best(lambda: PolicyLibrary().policy(STATUTORY), 1, rounds=15)
    yield Figure(f"loading {STATUTORY} and its base", cost * 1e3, 25, "ms")


def processes() -> Iterator[Figure]:
    """Whole processes, from start to exit."""
    command = [sys.executable, "cli.py"]
    for words, target in ((["--help"], 0.15), (["check", "policies"], 1.0)):
        run = [*command, *words]
        cost = best(lambda: subprocess.run(run, check=True, capture_output=True, cwd=ROOT), 1, rounds=7)  # noqa: B023
        yield Figure(f"duecourse {' '.join(words)}, whole process", cost, target, "s")


def replaying() -> Iterator[Figure]:
    """A file of 1,000 scenarios of 12 events, each with an expectation, read and replayed by the command."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.scenarios.yaml"
        path.write_text(many_scenarios(1_000), encoding="utf-8")
        command = [sys.executable, "cli.py", "replay", str(path), "--format", "json"]
        run = lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT)  # noqa: E731
        yield Figure(
            "replaying 1,000 scenarios of 12 events, whole process", best(run, 1, rounds=3), 2.0, "s"
        )


def searching() -> Iterator[Figure]:
    """Stories found by search: to every stage of the shipped policies, and one for everything of one policy."""
    from engine.generating import stories_around
    from engine.probing import Prober
    from engine.probing.aims import Aim, aims_of

    library = PolicyLibrary()
    versions = [policy for name in library.names() for policy in library.versions(name)]
    began = time.perf_counter()
    for policy in versions:
        prober = Prober(policy)
        for stage in policy.stages:
            prober.story_for(Aim("stage", stage))
    yield Figure(f"a story to every stage of {len(versions)} policies", time.perf_counter() - began, 10, "s")
    policy = library.policy(STATUTORY)
    began = time.perf_counter()
    number = len(list(stories_around(policy, aims_of(policy))))
    yield Figure(f"{number} stories around {STATUTORY}", time.perf_counter() - began, 4, "s")


def mutating() -> Iterator[Figure]:
    """Every change of a policy against its scenarios, beside replaying all of them for each change."""
    from engine.documents import read_file
    from engine.mutating import Trying, mutants_of
    from engine.replay import Versions, checked, trials_in

    library = PolicyLibrary()
    versions = Versions(library)
    documents = [read_file(file) for file in sorted((ROOT / "tests/scenarios").rglob("*.scenarios.yaml"))]
    trials = [trial for each in documents for trial in trials_in(each, checked(each, versions))]
    for name in ("england/corporate", STATUTORY):
        trying = Trying(library.policy(name), trials, library.usable_versions)
        mutants = mutants_of(trying.subject)
        chosen = [told.trial for told in trying.told]
        whole = best(lambda: [trial.told() for trial in chosen], 1, 3)  # noqa: B023 - run at once
        began = time.perf_counter()
        for mutant in mutants:
            trying.tried(mutant, killers=False)
        took = time.perf_counter() - began
        what = f"{name}: {len(mutants)} changes, {len(chosen)} scenarios"
        yield Figure(f"  {what}", took, None, "s")
        yield Figure(
            f"{name}: all changes, beside replaying all", took / (whole * len(mutants)), 0.7, "times"
        )


def many_scenarios(number: int) -> str:
    """Stories of twelve events on different days, each checked once at the end."""
    lines = [f"scenarios_for: {STATUTORY}", "scenarios:"]
    for index in range(number):
        shift = timedelta(days=7 * (index % 100))
        lines += [f"  - name: Story {index}", "    steps:"]
        for each in LOG[:12]:
            data = "" if not each.data else f", with: {flow(each.data)}"
            lines.append(f'      - {{at: "{each.on + shift}", when: {each.name}{data}}}')
        lines.append(f'      - {{at: "{LOG[11].on + shift}", then: {{stage: stage_3}}}}')
    return "\n".join(lines) + "\n"


def flow(value: Any) -> str:
    """A value in YAML's flow style."""
    if hasattr(value, "items"):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value)


def size(policy: Policy) -> Iterator[Figure]:
    """What a case of 12 events holds beside what all cases of its policy share."""
    case = Case.open(policy)
    for each in LOG[:12]:
        case = case.apply(each)
    # The names of entries ("1", "2", …) are interned: every case has the same.
    shared = {*map(id, reachable(policy)), *(id(sys.intern(str(number))) for number in range(1, 13))}
    own = sum(sys.getsizeof(each) for each in reachable(case) if id(each) not in shared)
    yield Figure("an open case of 12 events", own / 1000, 10, "kB")


def reachable(root: object) -> list[object]:
    """Every object that hangs on this one, types and modules left out; each once."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, type | Callable_) or each is None:
            continue
        seen[id(each)] = each
        waiting.extend(parts(each))
    return list(seen.values())


Callable_ = type(lambda: None) | type(len)


def parts(each: object) -> Iterator[object]:
    """What one object holds."""
    if isinstance(each, dict | MappingProxyType):
        yield from each.keys()
        yield from each.values()
    elif isinstance(each, tuple | list | set | frozenset):
        yield from each
    else:
        yield from getattr(each, "__dict__", {}).values()
        for kind in type(each).__mro__:
            slots = getattr(kind, "__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                if hasattr(each, slot):
                    yield getattr(each, slot)


def main() -> int:
    """Measure everything, print it, and say by the exit status whether all targets were reached."""
    print(f"Python {platform.python_version()}, {platform.machine()}")
    policy = PolicyLibrary().policy(STATUTORY)
    groups = (
        lambda: applying(policy),
        lambda: growth(policy),
        due_dates,
        loading,
        lambda: size(policy),
        processes,
        replaying,
        searching,
        mutating,
    )
    figures = []
    for group in groups:
        for figure in group():
            print(figure, flush=True)
            figures.append(figure)
    return 0 if all(figure.reached for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
