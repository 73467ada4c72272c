"""Small policies by chance: every key of the language that moves a case or a due date, in all combinations.

A number names a policy, the same on every machine. Those that the checker does not accept are left out.
"""

from __future__ import annotations

import json
import random
from functools import cache

from engine.policy.library import PolicyLibrary
from tests.properties.choices import Choices

ROLES = {
    "complainant": {"title": "Complainant"},
    "advocate": {"title": "Advocate", "acts_for": "complainant"},
    "officer": {"title": "Officer"},
    "panel": {
        "title": "Panel",
        "members": 2,
        "chair": "chair",
        "never": ["member"],
        "not_also": ["investigator"],
    },
    "chair": {"title": "Chair"},
    "investigator": {"title": "Investigator", "never": ["service"]},
}
FACTS = {
    "grade": {"ask": "Which grade?", "answers": ["low", "middle", "high"], "decided_by": "officer"},
    "number": {"ask": "How many?", "kind": "count", "decided_by": "officer"},
    "agreed": {"ask": "Which day is agreed?", "kind": "date", "decided_by": "officer"},
    "hearing": {"ask": "Which day is the hearing?", "kind": "date", "decided_by": "officer"},
    "finding": {
        "ask": "What is found?",
        "answers": ["right", "wrong"],
        "per": "point",
        "decided_by": "officer",
    },
}
WORKING = ["1 working day", "3 working days", "10 working days", "end of next working day"]
CALENDAR = ["7 calendar days", "2 weeks", "1 month", "0 calendar days"]
LONGER = {True: ["15 working days", "25 working days"], False: ["28 calendar days", "3 months"]}
ROLLS = ["next_working_day", "stays", "previous_working_day"]
# Pairs of which at most one holds, and mostly one does.
SPLITS = [
    ({"grade": "low"}, {"grade": ["middle", "high"]}),
    ({"number": {"at_most": 2}}, {"number": {"at_least": 3}}),
    ({"some_point": {"finding": "right"}}, {"every_point": {"finding": "wrong"}}),
    ({"grade": "high"}, {"not": {"grade": "high"}}),
    (
        {"any_of": [{"grade": "low"}, {"number": {"at_most": 1}}]},
        {"all_of": [{"not": {"grade": "low"}}, {"number": {"at_least": 2}}]},
    ),
]


@cache
def random_policy(number: int):
    """The policy of this number, or `None` if the checker refuses it."""
    text = policy_text(number)
    return PolicyLibrary().examine_text(text, f"policy-{number}.yaml").policy


def policy_text(number: int) -> str:
    """The file of the policy of this number: JSON, which is YAML."""
    return json.dumps(_Author(Choices(random.Random(number).randbytes(600))).policy(), indent=1)  # noqa: S311


@cache
def accepted_numbers(count: int) -> tuple[int, ...]:
    """The numbers of the first so many policies that the checker accepts."""
    found: list[int] = []
    number = 0
    while len(found) < count:
        if random_policy(number) is not None:
            found.append(number)
        number += 1
    return tuple(found)


class _Author:
    """Writes one policy."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        one = choices.below
        self.stages = [f"stage_{number}" for number in range(1, 2 + one(3) + 1)]
        self.ends = ["closed", "withdrawn"][: 1 + one(2)]
        self.aside = choices.percent(45)
        self.steps = [f"step_{number}" for number in range(1, 5)]
        self.marks = [f"mark_{number}" for number in range(1, 6)]
        self.limits = [f"limit_{number}" for number in range(1, 3 + one(3) + 1)]
        self.presumed = choices.percent(50)

    def policy(self) -> dict:
        calendar = {
            "region": self.choices.one(["england", "scotland", ["england", "northern_ireland"]]),
            "day_one": self.choices.one(["day_after", "day_after", "same_day"]),
        }
        if self.choices.percent(40):
            calendar["cutoff"] = "17:00"
        if self.choices.percent(30):
            calendar["non_working_start"] = "moves_to_next"
        if self.choices.percent(30):
            calendar["closed"] = [{"between": ["12-27", "12-31"], "reason": "Christmas closure"}]
        listed = self._listed()
        limits = {name: self._limit(name) for name in self.limits}
        policy = {
            "policy": "random/policy",
            "title": "A policy by chance",
            "in_force": {"from": "2020-01-01"},
            "calendar": "office",
            "calendars": {"office": calendar},
            "sources": {"page": {"title": "A page", "kind": "council"}},
            "facts": FACTS,
            "people": ROLES,
            "events": self._events(),
            "letters": self._letters(),
            "limits": limits,
            "stages": self._stages(listed),
        }
        anywhere = self._anywhere()
        if anywhere:
            policy["anywhere"] = anywhere
        return policy

    # --- Events ------------------------------------------------------------------------------------------------

    def _events(self) -> dict:
        choices = self.choices
        events: dict = {"begun": {"title": "Begun"}}
        for name in [*self.steps, *self.marks, "put_aside", "taken_up"]:
            events[name] = {"title": name}
            if choices.percent(40):
                events[name]["by"] = choices.one(["complainant", ["officer", "complainant"], "officer"])
            if choices.percent(30):
                events[name]["needs"] = choices.one(
                    [["grade"], ["number"], {"reason": "text"}, {"until": "date"}, {"told": "confirmed"}, ["hearing"],
                     {"points": "points"}, ["finding"], ["agreed"]],
                )  # fmt: skip
        events["mark_1"].pop("needs", None)
        if self.presumed:
            events["step_1"].pop("needs", None)
            arrived = {"title": "Arrived", "presumed_from": "step_1"}
            kind = choices.below(3)
            if kind != 1:
                arrived["after"] = choices.one(["2 working days", "3 calendar days", "same day"])
            if kind:
                arrived["channel"] = {"post": "2 working days", "email": "same day"}
            events["arrived"] = arrived
            if choices.percent(30):
                events["understood"] = {
                    "presumed_from": "arrived",
                    "after": choices.one(["same day", "1 working day"]),
                }
        if choices.percent(30):
            events["mark_5"]["appoints"] = choices.one(["investigator", "panel"])
        return events

    def _letters(self) -> dict:
        return {
            "answer": {
                "to": "complainant",
                "sent_by": self.choices.one([*self.steps, *self.marks]),
                "must_say": ["what"],
            },
            "refusal": {"to": ["complainant", "advocate"], "must_say": ["why"]},
        }

    def _known_presumed(self) -> list[str]:
        return ["arrived"] if self.presumed else []

    # --- Limits ------------------------------------------------------------------------------------------------

    def _listed(self) -> dict[str, list[str]]:
        """For each stage, the limits that it lists."""
        listed: dict[str, list[str]] = {stage: [] for stage in self.stages}
        for name in self.limits[1:]:
            if self.choices.percent(50):
                for stage in self.stages:
                    if self.choices.percent(60):
                        listed[stage].append(name)
        return listed

    def _limit(self, name: str) -> dict:
        choices = self.choices
        number = self.limits.index(name)
        working = not choices.percent(35)
        limit: dict = {
            "title": name,
            "is": choices.one(WORKING[1:3] + WORKING if working else CALENDAR),
            "owed_by": choices.one(["officer", "complainant"]),
            "force": choices.one(["must", "will", "aim", "recommended", "external"]),
            "basis": "local",
        }
        if not working or choices.percent(20):
            limit["roll"] = choices.one(ROLLS)
        if choices.percent(12):
            limit["before"] = "hearing"
        else:
            limit["from"] = self._from(number)
        limit["met_by"] = choices.one(
            [
                self.marks[0],
                [self.marks[1], self.steps[1]],
                self.steps[2],
                *self._known_presumed(),
                self.marks[2],
            ],
        )
        if "before" not in limit:
            self._changed_by(limit, working)
        if choices.percent(15):
            limit["restarted_by"] = choices.one([self.marks[3], self.steps[3]])
        if choices.percent(10):
            limit["outlives"] = True
        if choices.percent(10):
            limit["practicable"] = True
        if choices.percent(15):
            limit["day_one"] = choices.one(["same_day", "day_after"])
        return limit

    def _from(self, number: int):
        choices = self.choices
        simple = [
            "begun",
            {"entering": self.stages[0]},
            self.steps[0],
            "hearing",
            {"entering": self.stages[-1]},
            self.marks[1],
        ]
        simple += self._known_presumed()
        if number:
            simple += [{"due": self.limits[choices.below(number)]}] * 2
        if choices.percent(65):
            return choices.one(simple)
        items = choices.some(simple, 3)
        unlike = [item for index, item in enumerate(items) if item not in items[:index]]
        if len(unlike) < 2:
            return choices.one(simple)
        return {choices.one(["earliest_of", "latest_of"]): unlike}

    def _changed_by(self, limit: dict, working: bool) -> None:
        choices = self.choices
        if choices.percent(40):
            limit["extended_by"] = choices.one([self.marks[2], self.steps[0], [self.marks[2], self.marks[4]]])
            if choices.percent(75):
                limit["up_to"] = choices.one(LONGER[working])
            if choices.percent(30):
                limit["extend_if"] = choices.one(SPLITS)[0]
            if choices.percent(30):
                limit["late_extension"] = "allowed"
        if choices.percent(30):
            first, second = choices.one(SPLITS[:3])
            limit["cases"] = {"first": {"if": first, "is": choices.one(LONGER[working] + [limit["is"]])}}
            if choices.percent(40):
                limit["cases"]["second"] = {"if": second, "is": "5 working days" if working else "3 weeks"}
        if choices.percent(15):
            limit["due_on"] = "agreed"
        if choices.percent(40):
            limit["pauses"] = {"waiting": self._pause(working, "put_aside", "taken_up")}
            if choices.percent(40):
                limit["pauses"]["other"] = self._pause(working, self.marks[3], self.marks[4])
            if choices.percent(20) and "up_to" in limit:
                limit["ceiling"] = "fixed"

    def _pause(self, working: bool, when: str, until: str) -> dict:
        choices = self.choices
        pause = {
            "when": when,
            "until": until,
            "counting": "skip_working_days" if working else "add_calendar_days",
        }
        if working and choices.percent(35):
            pause["counting"] = "add_calendar_days"
        if choices.percent(40):
            pause["at_most"] = choices.one(["5 working days", "10 calendar days", "1 month"])
        return pause

    # --- Stages ------------------------------------------------------------------------------------------------

    def _stages(self, listed: dict[str, list[str]]) -> dict:
        stages: dict = {
            "opening": {"title": "Opening", "next": {"begun": {"when": "begun", "go_to": self.stages[0]}}}
        }
        for number, stage in enumerate(self.stages):
            later = [*self.stages[number + 1 :], *self.ends]
            stages[stage] = {"title": stage, "next": self._rules(stage, later, listed)}
            if listed[stage]:
                stages[stage]["due"] = listed[stage]
        if self.aside:
            stages["aside"] = {
                "title": "Aside",
                "aside": True,
                "next": {"back": {"when": "taken_up", "go_to": "back"}},
            }
            if self.choices.percent(40):
                stages["aside"]["next"]["gone"] = {"when": self.steps[3], "go_to": self.ends[0]}
        for end in self.ends:
            stages[end] = {"title": end, "end": end}
            if self.choices.percent(25):
                stages[end]["next"] = {
                    "again": {"when": self.steps[0], "go_to": self.choices.one(self.stages)}
                }
        return stages

    def _rules(self, stage: str, later: list[str], listed: dict[str, list[str]]) -> dict:
        choices = self.choices
        rules: dict = {"on": None}
        rules = {"moves": {"when": choices.one(self.steps), "go_to": later[0]}}
        used = {rules["moves"]["when"]}
        for number in range(1 + choices.below(3)):
            event = choices.one([step for step in self.steps if step not in used] or self.steps)
            if event in used:
                continue
            used.add(event)
            rules |= self._split(f"rule_{number}", event, stage, later)
        if self.presumed and choices.percent(40):
            rules["arrives"] = {"when": "arrived"}
            if choices.percent(50):
                rules["arrives"]["go_to"] = choices.one(later)
        if self.aside and choices.percent(60):
            rules["aside"] = {"when": "put_aside", "go_to": "aside"}
        if choices.percent(60):
            limit = choices.one(listed[stage] or self.limits)
            rules["overdue"] = {"overdue": limit, "go_to": choices.one(later)}
            if choices.percent(25):
                rules["overdue"]["if"] = choices.one(SPLITS)[0]
            if choices.percent(15):
                del rules["overdue"]["go_to"]
                rules["overdue"]["send"] = "refusal"
            if choices.percent(15):
                rules["overdue_too"] = {"overdue": choices.one(self.limits), "go_to": stage}
        return rules

    def _split(self, name: str, event: str, stage: str, later: list[str]) -> dict:
        choices = self.choices
        rule: dict = {"when": event}
        if choices.percent(70):
            rule["go_to"] = choices.one([*later, stage])
        if choices.percent(25):
            rule["send"] = "refusal"
        kind = choices.below(6)
        if kind == 0:
            return {name: rule}
        if kind > 3:
            rule[choices.one(["within", "after"])] = choices.one(self.limits)
            return {name: rule}
        other = {"when": event}
        if choices.percent(50):
            other["go_to"] = choices.one(later)
        if choices.percent(30):
            other["turns_down"] = True
        if kind == 1:
            rule["if"], other["if"] = choices.one(SPLITS)
        else:
            limit = choices.one(self.limits)
            ref = {"longest": limit} if choices.percent(30) else limit
            rule["within"], other["after"] = ref, ref
        return {name: rule, f"{name}_else": other}

    def _anywhere(self) -> dict:
        choices = self.choices
        rules: dict = {}
        if choices.percent(50):
            rules["leaves"] = {"when": choices.one(self.steps), "go_to": self.ends[-1]}
        if choices.percent(30):
            event = choices.one(["mark_4", "step_4"])
            rules["again"] = {"when": event, "in": choices.some([*self.stages, *self.ends], 3) or [self.ends[0]],
                              "go_to": self.stages[0]}  # fmt: skip
            if event == rules.get("leaves", {}).get("when"):
                del rules["leaves"]
        return rules
