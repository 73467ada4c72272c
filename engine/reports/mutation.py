"""What mutants say of the scenarios: the score, and every change that none would notice with a scenario that would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.calendars import day_text
from engine.mutating import Script
from engine.policy.intake import Intake
from engine.reports.layout import as_json, columns, filled, place_dict
from engine.reports.markdown import cell
from engine.reports.policies import flow, scalar
from engine.reports.stories import step_lines, unconfirmed_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.mutating import Mutation, Outcome
    from engine.mutating.mutant import Operator
    from engine.mutating.running import Fate
    from engine.reports.paint import Paint

FATES: tuple[tuple[Fate, str, str], ...] = (
    ("killed", "killed", "a scenario fails, as it should"),
    ("survived", "survived", "no scenario notices"),
    ("alike", "alike", "no story was found that tells them apart; not in the score"),
    ("refused", "refused", "`check` finds an error in them; not in the score"),
    ("unchanged", "unchanged", "what is resolved is the same; not in the score"),
)
# The kinds of change as the table heads them, what weighs most first: a wrong date before a missing word.
KINDS: tuple[tuple[str, tuple[Operator, ...]], ...] = (
    ("lengths", ("length",)),
    ("starts", ("start",)),
    ("ceilings, extensions", ("ceiling", "late_extension")),
    ("pauses, what ends a limit", ("pause", "event_dropped")),
    ("days that count", ("day_one", "roll", "cutoff", "calendar")),
    ("conditions, answers", ("guard_dropped", "guard_negated", "guard_part", "answer", "discretion")),
    ("where a rule leads", ("target", "procedure")),
    ("rules", ("rule_dropped", "turns_down", "route_dropped", "exclusion_dropped", "bar_dropped")),
    ("letters", ("letter",)),
    ("force", ("force", "practicable", "outlives")),
    ("who records", ("role",)),
    ("what must be said", ("need",)),
)
_WEIGHT = {operator: place for place, (_, operators) in enumerate(KINDS) for operator in operators}
# So many survivors are told with the scenario that would notice them, unless all are asked for.
MOST_IN_FULL = 20
# Of the files with scenarios that nobody signed, so many are named.
MOST_FILES = 3


def mutation_text(mutation: Mutation, paint: Paint, *, in_full: bool = False) -> str:
    """For people: a table, then what no scenario notices, the first with its place and what would notice it.

    `in_full`: all of them.
    """
    shown, others = _shown(mutation, in_full=in_full)
    lines = [
        paint(_title(mutation), "strong"),
        *filled(_tried(mutation)),
        *(line for each in _aside(mutation) for line in filled(each)),
        "",
        *_table(mutation),
        *columns([(word, f"{mutation.count(fate):>4}", says) for fate, word, says in _told_of(mutation)]),
        *_inherited(mutation),
        "",
        paint(score_line(mutation), "warning" if mutation.count("survived") else "good"),
    ]
    for number, outcome in enumerate(shown, start=1):
        lines += ["", *filled(paint(outcome.mutant.sentence, "strong"), first=f"{number}. ")]
        lines += [f"   {_place(mutation, outcome)} [{outcome.mutant.operator}]"]
        lines += [f"   {line}" for line in killer_lines(outcome)]
    if others:
        lines += ["", *filled("No scenario would notice either if:" if shown else "No scenario notices if:")]
        lines += [line for each in others for line in filled(_in_short(mutation, each), first="- ")]
    alike = mutation.of("alike")
    if alike:
        lines += ["", *filled("No story was found that tells the policy from one in which:")]
        lines += [
            line
            for each in alike
            for line in filled(f"{each.mutant.says} [{each.mutant.operator}]", first="- ")
        ]
    lines += [line for each in _not_shown(others) for line in ("", *filled(each))]
    return "\n".join(lines)


def mutation_markdown(mutation: Mutation, _paint: Paint, *, in_full: bool = False) -> str:
    """For a page or a pull request; with `in_full` with what would notice each survivor."""
    shown, others = _shown(mutation, in_full=in_full)
    lines = [f"# {_title(mutation)}", "", _tried(mutation), "", f"**{score_line(mutation)}**", ""]
    lines += [line for each in _aside(mutation) for line in (cell(each), "")]
    lines += ["| kind of change | tried | noticed | not |", "|---|---:|---:|---:|"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in _rows(mutation)]
    lines += (
        ["", "| other changes | how many | what it means |", "|---|---:|---|"] if _told_of(mutation) else []
    )
    lines += [f"| {word} | {mutation.count(fate)} | {says} |" for fate, word, says in _told_of(mutation)]
    lines += ["", " ".join(line.strip() for line in _inherited(mutation))] if mutation.inherited else []
    if mutation.count("survived"):
        lines += ["", "## What no scenario notices"]
    for number, outcome in enumerate(shown, start=1):
        lines += ["", f"{number}. {outcome.mutant.sentence}", "", f"   `{_place(mutation, outcome)}`", ""]
        remark, *scenario = killer_lines(outcome)
        lines += [f"   {cell(remark)}", "", "   ```yaml", *(f"   {line}" for line in scenario), "   ```"]
    lines += ["", *(f"- {_in_short(mutation, each)}" for each in others)] if others else []
    if mutation.count("alike"):
        lines += ["", "## What no story tells apart", ""]
        lines += [f"- {each.mutant.says}" for each in mutation.of("alike")]
    lines += [line for each in _not_shown(others) for line in ("", each)]
    return "\n".join(lines)


def by_weight(mutation: Mutation) -> list[Outcome]:
    """What no scenario notices, what weighs most first; of equal weight in the order of the policy."""
    return sorted(mutation.of("survived"), key=lambda outcome: _WEIGHT[outcome.mutant.operator])


def _shown(mutation: Mutation, *, in_full: bool) -> tuple[list[Outcome], list[Outcome]]:
    """What no scenario notices, by weight: the first with a scenario that would, which are shown in full; the others."""
    survivors = by_weight(mutation)
    found = [outcome for outcome in survivors if not outcome.is_unsought]
    shown = found if in_full else found[:MOST_IN_FULL]
    kept = set(map(id, shown))
    return shown, [outcome for outcome in survivors if id(outcome) not in kept]


def _in_short(mutation: Mutation, outcome: Outcome) -> str:
    """In one line: the change and its line, with the file if another than the policy's own writes it."""
    source = mutation.subject.source
    place = source.place(outcome.mutant.path)
    is_own = place.path == source.documents[0].path
    return f"{outcome.mutant.says} ({f'line {place.line}' if is_own else f'{place.path}:{place.line}'})"


def _rows(mutation: Mutation) -> Iterator[tuple[str, int, int, int]]:
    """For each kind of change that was tried, and for all: how many can be told apart, are noticed, and are not."""
    every: tuple[tuple[str, tuple[Operator, ...]], ...] = (*KINDS, ("all", tuple(_WEIGHT)))
    for name, operators in every:
        fates = [each.fate for each in mutation.outcomes if each.mutant.operator in operators]
        killed, survived = fates.count("killed"), fates.count("survived")
        if killed + survived or name == "all":
            yield name, killed + survived, killed, survived


def _table(mutation: Mutation) -> Iterator[str]:
    yield f"  {'kind of change':<26}  tried  noticed    not"
    for name, tried, noticed, missed in _rows(mutation):
        yield f"  {name:<26}  {tried:>5}  {noticed:>7}  {missed:>5}"
    if _told_of(mutation) or mutation.inherited:
        yield ""


def _aside(mutation: Mutation) -> Iterator[str]:
    """What the figures leave out: scenarios that nobody signed, changes too many to try, tries that ran out."""
    if mutation.unsigned:
        files = [f"{count} in {file}" for file, count in mutation.unsigned]
        more = f" and {len(files) - MOST_FILES} more files" if len(files) > MOST_FILES else ""
        yield f"Generated and signed by nobody: {', '.join(files[:MOST_FILES])}{more}."
    if mutation.passed_over:
        yield (
            f"The policy is so large that {_count(mutation.passed_over, 'more change')} were not tried; those tried "
            "are spread evenly."
        )
    if mutation.unsought:
        yield f"For {_count(mutation.unsought, 'change')} no scenario was sought: the tries were used up before."


def _not_shown(rest: Sequence[Outcome]) -> Iterator[str]:
    """The last line, if there are scenarios that were found and are not shown."""
    found = sum(outcome.killer is not None for outcome in rest)
    if found:
        yield (
            f"{_count(found, 'more scenario')} that would notice {'it' if found == 1 else 'them'} "
            f"{'was' if found == 1 else 'were'} found: --all shows all, --write FILE writes them."
        )


def mutation_json(mutation: Mutation, _paint: Paint, *, in_full: bool = True) -> str:
    """For programs, always in full; see `schemas/mutation-report.schema.json`."""
    return as_json(
        {
            ("intake" if isinstance(mutation.subject, Intake) else "policy"): mutation.subject.id,
            "in_force_from": mutation.subject.in_force_from.isoformat(),
            "replayed": mutation.trials,
            "left_out": mutation.left_out,
            "files": list(mutation.files),
            "unsigned": [{"file": file, "scenarios": count} for file, count in mutation.unsigned],
            "inherited": mutation.inherited,
            "passed_over": mutation.passed_over,
            "unsought": mutation.unsought,
            "score": round(mutation.score * 100, 1),
            "counts": {fate: mutation.count(fate) for fate, _, _ in FATES},
            "changes": [_outcome(mutation, outcome) for outcome in mutation.outcomes],
        }
    )


def _outcome(mutation: Mutation, outcome: Outcome) -> dict[str, Any]:
    mutant, killer = outcome.mutant, outcome.killer
    return {
        "operator": mutant.operator,
        "element": mutant.element,
        "path": ".".join(map(str, mutant.path)),
        "place": place_dict(mutation.subject.source.place(mutant.path)),
        "says": mutant.says,
        "fate": outcome.fate,
        "killed_by": outcome.by,
        "would_kill": None
        if killer is None
        else {"based_on": killer.based_on, "scenario": killer.scenario(_name(outcome))},
    }


def score_line(mutation: Mutation) -> str:
    """The score in words: "score 95.1 %: 78 of 82 changes are noticed"."""
    killed = mutation.count("killed")
    told_apart = killed + mutation.count("survived")
    if not told_apart:
        return "no score: there is nothing to change that could be told apart"
    return f"score {percent(mutation.score)}: {killed} of {told_apart} changes are noticed"


def percent(share: float) -> str:
    """A share as people read it, never rounded up to the whole."""
    tenths = int(share * 1000 + 1e-9)
    return f"{tenths / 10:.1f} %"


def _title(mutation: Mutation) -> str:
    subject = mutation.subject
    name = f"{subject.id}/intake" if isinstance(subject, Intake) else subject.id
    return f"{name}, in force from {day_text(subject.in_force_from)}"


def _tried(mutation: Mutation) -> str:
    tried = len(mutation.outcomes)
    told = f"{_count(tried, 'change')} of one thing tried against {_count(mutation.trials, 'scenario')}"
    if not mutation.left_out:
        return f"{told}, rows of timetables among them."
    aside = f"{mutation.left_out} more prove nothing: they do not pass, or nobody has confirmed them."
    return f"{told}, rows of timetables among them; {aside}"


def _told_of(mutation: Mutation) -> list[tuple[Fate, str, str]]:
    """The fates that are told beside the table: those that no score counts, if there are any."""
    return [each for each in FATES if each[0] not in ("killed", "survived") and mutation.count(each[0])]


def _inherited(mutation: Mutation) -> list[str]:
    if not mutation.inherited:
        return []
    return filled(
        f"{_count(mutation.inherited, 'change')} of what a base writes not tried: its own scenarios prove it "
        "(--inherited tries them too).",
        first="  ",
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _place(mutation: Mutation, outcome: Outcome) -> str:
    place = mutation.subject.source.place(outcome.mutant.path)
    return f"{place.path}:{place.line}:{place.column}"


# --- What would notice it ------------------------------------------------------------------------------------------


def killer_lines(outcome: Outcome) -> list[str]:
    """A line that says what to do, then the steps to add to a scenario there is, or a whole one."""
    killer = outcome.killer
    assert killer is not None
    if isinstance(killer, Script) and killer.based_on is not None:
        return [*_added_to(killer, killer.based_on)]
    begins = "This would notice" if killer.based_on is None else f'This would, after "{killer.based_on}"'
    return [f"{begins}:", *scenario_lines(killer.scenario(_name(outcome)))]


def _added_to(killer: Script, name: str) -> Iterator[str]:
    """The look, and after which step of the scenario it goes."""
    *before, look = killer.steps
    last = before[-1]
    what = last.get("when", "what is recorded")
    yield f'In "{name}", after {what} on {last["at"]}:'
    yield from step_lines(look)


def scenario_lines(scenario: dict[str, Any]) -> Iterator[str]:
    """A scenario of a file, as lines."""
    yield f"  - name: {scalar(scenario['name'])}"
    for key, value in scenario.items():
        if key == "steps":
            yield "    steps:"
            for step in value:
                yield from step_lines(step)
        elif key != "name":
            yield f"    {key}: {flow(value)}"


def _name(outcome: Outcome) -> str:
    return f"Noticed if {outcome.mutant.says}"


def killers_file(mutation: Mutation) -> str:
    """A scenario file of everything that would notice a survivor, for a person to confirm."""
    subject, first_day = mutation.subject, mutation.subject.in_force_from.isoformat()
    if isinstance(subject, Intake):
        head = f"intake_for: {scalar(subject.id)}\nas_known_on: {scalar(first_day)}"
    else:
        head = f"scenarios_for: {scalar(f'{subject.id}@{first_day}')}"
    found = [(outcome, outcome.killer) for outcome in by_weight(mutation)]
    return unconfirmed_file(
        head,
        (scenario_lines(killer.scenario(_name(outcome))) for outcome, killer in found if killer is not None),
    )


MUTATION_FORMATS: dict[str, Callable[..., str]] = {
    "text": mutation_text,
    "json": mutation_json,
    "markdown": mutation_markdown,
}
