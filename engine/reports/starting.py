"""Starting files for `duecourse new`: on a base, with all that it inherits as remarks, or small and whole.

A line that begins with `# ` is YAML made a remark: without these two characters it says what the base says already.
A line that begins with `## `, there or further in, explains.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.reports.layout import filled
from engine.reports.policies import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from engine.policy.model import Resolved

    # Of a section: what is said above it, what of an element is shown as YAML, and what is said of an element.
    _Told = tuple[str, Callable[["Spec", str], "Spec"], Callable[[str, "Spec"], str]]

Spec = dict[str, Any]

_WIDTH = 116
_QUOTED_LENGTH = re.compile(r'"(\d+ [a-z ]+)"')  # text for every YAML reader, quoted or not
_SOURCES = ("page", "own_page", "our_page")


# --- On a base -------------------------------------------------------------------------------------------------


def on_base(name: str, extends: str, base: Resolved, in_force: date, schema: str) -> str:
    """A policy (or intake) that adds nothing to its base but a name, a first day and a source; the rest in remarks.

    `extends` is the base as its author typed it, with or without the day of a version.
    """
    data = base.source.data
    kind = "intake" if "intake" in data else "policy"
    head = _HEAD_ON_BASE.format(
        schema=schema,
        kind=kind,
        extends=scalar(extends),
        base_title=base.title,
        source=_own_source(base),
        **_names(name, in_force),
    )
    sections = [_section(key, base, told) for key, told in _SECTIONS[kind].items() if data.get(key)]
    return "\n".join([head.rstrip("\n"), *(line for section in sections for line in section), ""])


_HEAD_ON_BASE = """\
# yaml-language-server: $schema={schema}
{kind}: {name}
title: {title}
extends: {extends}
in_force: {{from: "{in_force}"}}

## Builds on: {base_title}.
##
## All that the base says holds here already. What follows is the base, line by line, made remarks. Where your page says
## something else, take the `# ` away from that line, from the lines above it that it belongs to and from the heading of
## its section, and change what it says. Where your page says the same, leave the remark or delete it.
## Lines that begin with ## only explain.

## Where your procedure is published. `cite: {{{source}: …}}` names the heading there under which a thing stands.
## Add the address as `url: "https://…"` and the day on which you read it as `read: "{in_force}"`.
sources:
  {source}: {{title: {page}, kind: council}}
"""


def _names(name: str, in_force: date) -> dict[str, Any]:
    """What the texts say of a policy `authority/procedure`, or of the intake of an authority."""
    authority, _, procedure = name.partition("/")
    return {
        "name": scalar(name),
        "title": scalar(f"{_words(procedure or 'which complaints are considered')}, {_words(authority)}"),
        "page": scalar(f"{_words(authority)}, the page with the procedure"),
        "in_force": in_force,
    }


def _own_source(base: Resolved) -> str:
    """An id for the authority's own page that the base does not use for another."""
    return next(each for each in _SOURCES if each not in base.source.data.get("sources", {}))


def _section(key: str, base: Resolved, told: _Told) -> Iterator[str]:
    title, shown, remark = told
    source = _own_source(base)
    yield ""
    yield from filled(title, first="## ", rest="## ")
    yield f"# {key}:"
    for name, spec in base.source.data[key].items():
        yield from filled(remark(name, spec), first="#   ## ", rest="#   ## ")
        yield from (f"# {line}" for line in _yaml(name, shown(spec, source), "  "))


def _yaml(key: str, value: Any, indent: str) -> Iterator[str]:
    """An element on one line if it fits, else its parts on lines of their own."""
    line = f"{indent}{scalar(key)}: " + _QUOTED_LENGTH.sub(r"\1", flow(value))
    if not isinstance(value, dict) or len(line) <= _WIDTH:
        yield line
        return
    yield f"{indent}{scalar(key)}:"
    for part, below in value.items():
        yield from _yaml(part, below, indent + "  ")


def _only(*keys: str) -> Callable[[Spec, str], Spec]:
    def shown(spec: Spec, source: str) -> Spec:
        return {key: spec[key] for key in keys if key in spec} or {"note": "as in the base"}

    return shown


_OF_A_RULE = ("when", "overdue", "in", "if", "within", "after", "go_to", "turns_down", "send")


def _limit(spec: Spec, source: str) -> Spec:
    figures: Spec = {
        key: spec[key] for key in ("is", "cases", "due_on", "up_to", "roll", "day_one") if key in spec
    }
    figures = figures if "cases" not in figures else {**figures, "cases": _bare_cases(spec["cases"])}
    return {
        **figures,
        "force": spec.get("force", "must"),
        "basis": "local",
        "cite": {source: "the heading"},
    }


def _bare_cases(cases: Mapping[str, Spec]) -> Spec:
    return {name: {key: case[key] for key in ("if", "is") if key in case} for name, case in cases.items()}


def _stage(spec: Spec, source: str) -> Spec:
    rules = {name: _only(*_OF_A_RULE)(rule, source) for name, rule in spec.get("next", {}).items()}
    shown: Spec = {key: spec[key] for key in ("title", "owner", "due", "aside", "end") if key in spec}
    return {**shown, "next": rules} if rules else shown


def _no_remark(name: str, spec: Spec) -> str:
    return ""


def _about_fact(name: str, spec: Spec) -> str:
    deciding = f"decided by {_either(spec['decided_by'])}" if "decided_by" in spec else "decided by anybody"
    return f"{deciding}{', for each point' if 'per' in spec else ''}"


def _about_letter(name: str, spec: Spec) -> str:
    return f"sent by {_either(spec['sent_by'])}" if "sent_by" in spec else "owed when a rule sends it"


def _about_limit(name: str, spec: Spec) -> str:
    start = f"before {spec['before']}" if "before" in spec else f"from {flow(spec.get('from', 'nothing'))}"
    parts = [
        f"{spec.get('title', name)}: {start}",
        f"met by {_either(spec['met_by'])}" if "met_by" in spec else "",
        f"extended by {_either(spec['extended_by'])}" if "extended_by" in spec else "",
        f"paused by {_either(spec['pauses'])}" if "pauses" in spec else "",
        f"owed by {spec['owed_by']}" if "owed_by" in spec else "",
        f"basis in the base: {spec['basis']}" if "basis" in spec else "",
    ]
    return "; ".join(part for part in parts if part)


def _either(names: str | Iterable[str]) -> str:
    return names if isinstance(names, str) else " or ".join(names)


_POLICY_SECTIONS: dict[str, _Told] = {
    "calendars": (
        "Which days count",
        _only("region", "day_one", "non_working_start", "cutoff", "closed", "open"),
        _no_remark,
    ),
    "facts": ("What somebody has to judge or to know", _only("ask", "answers", "kind"), _about_fact),
    "people": ("The roles, as your authority calls them", _only("title"), _no_remark),
    "events": ("What can happen", _only("title"), _no_remark),
    "letters": ("What is written to whom, and what it must say", _only("to", "must_say"), _about_letter),
    "limits": (
        "The time limits. A figure of your own stands on your own page, so `force`, `basis` and `cite` are said again",
        _limit,
        _about_limit,
    ),
    "stages": ("The stages, and the rules that lead on from each", _stage, _no_remark),
    "anywhere": ("The rules that hold in many stages", _only(*_OF_A_RULE), _no_remark),
}
_INTAKE_SECTIONS: dict[str, _Told] = {
    **{key: _POLICY_SECTIONS[key] for key in ("calendars", "facts", "people")},
    "letters": ("What is written to whom, and what it must say", _only("to", "must_say"), _no_remark),
    "limits": _POLICY_SECTIONS["limits"],
    "routes": (
        "First: which procedure a point belongs to, or which other body",
        _only("title", "if", "accept_under", "refer_to", "send"),
        _no_remark,
    ),
    "exclusions": (
        "Then: why a point is not considered",
        _only("title", "of", "if", "after", "unless", "instead", "come_back", "send"),
        _no_remark,
    ),
}
_SECTIONS = {"policy": _POLICY_SECTIONS, "intake": _INTAKE_SECTIONS}


# --- Without a base -----------------------------------------------------------------------------------


def small_policy(name: str, in_force: date, schema: str) -> str:
    """A whole procedure of two stages, to be changed into another."""
    return _SMALL_POLICY.format(schema=schema, **_names(name, in_force))


def small_intake(authority: str, procedure: str, in_force: date, schema: str) -> str:
    """A whole intake that leads to one procedure of the authority (or `other/procedure`)."""
    return _SMALL_INTAKE.format(schema=schema, procedure=scalar(procedure), **_names(authority, in_force))


def _words(name: str) -> str:
    """A part of a policy's name as a title: `east-mere` is `East mere`."""
    return name.replace("-", " ").capitalize()


_SMALL_POLICY = """\
# yaml-language-server: $schema={schema}
policy: {name}
title: {title}
in_force: {{from: "{in_force}"}}

# Where the procedure is published. Further down, `cite: {{page: …}}` names the heading under which a thing stands.
sources:
  page: {{title: {page}, kind: council}}

# Which days count: no weekends, no bank holidays. Counting begins on the day after.
calendar: office
calendars:
  office: {{region: england, day_one: day_after}}

# Who takes part.
people:
  complainant: {{title: Person who complains}}
  complaints_manager: {{title: Complaints manager}}
  service_manager: {{title: Manager of the service complained about}}
  senior_manager: {{title: Senior manager}}

# What can happen, and who does it.
events:
  complaint_received: {{title: Complaint received, by: complainant}}
  complaint_acknowledged: {{title: Complaint acknowledged, by: complaints_manager}}
  stage_1_response_sent: {{title: Stage 1 response sent, by: service_manager}}
  stage_2_requested: {{title: Stage 2 asked for, by: complainant}}
  stage_2_response_sent: {{title: Stage 2 response sent, by: senior_manager}}
  complaint_withdrawn: {{title: Complaint withdrawn, by: complainant}}

# The time limits.
limits:
  acknowledgement:
    is: 3 working days
    from: complaint_received
    met_by: complaint_acknowledged
    owed_by: complaints_manager
    force: will
    basis: local
    cite: {{page: the heading}}
  stage_1:
    is: 10 working days
    from: complaint_received
    met_by: stage_1_response_sent
    owed_by: service_manager
    force: will
    basis: local
    cite: {{page: the heading}}
  stage_2_request:
    is: 20 working days
    from: stage_1_response_sent
    met_by: stage_2_requested
    owed_by: complainant
    force: must
    basis: local
    cite: {{page: the heading}}
  stage_2:
    is: 20 working days
    from: stage_2_requested
    met_by: stage_2_response_sent
    owed_by: senior_manager
    force: will
    basis: local
    cite: {{page: the heading}}

# The stages. Each rule says: when this happens, go there.
stages:
  opening:
    next:
      received: {{when: complaint_received, go_to: stage_1}}
  stage_1:
    title: Stage 1
    owner: service_manager
    next:
      answered: {{when: stage_1_response_sent, go_to: awaiting_stage_2_request}}
  awaiting_stage_2_request:
    title: Stage 1 answered, waiting to see whether stage 2 is asked for
    owner: complainant
    due: [stage_2_request]
    next:
      requested: {{when: stage_2_requested, within: stage_2_request, go_to: stage_2}}
      not_requested: {{overdue: stage_2_request, go_to: closed_after_stage_1}}
  stage_2:
    title: Stage 2
    owner: senior_manager
    next:
      answered: {{when: stage_2_response_sent, go_to: closed_after_stage_2}}
  closed_after_stage_1: {{title: Closed after stage 1, end: closed}}
  closed_after_stage_2: {{title: Closed after stage 2, end: closed}}
  withdrawn: {{title: Withdrawn, end: withdrawn}}

# What may happen in every stage.
anywhere:
  withdrawn: {{when: complaint_withdrawn, go_to: withdrawn}}
"""

_SMALL_INTAKE = """\
# yaml-language-server: $schema={schema}
intake: {name}
title: {title}
in_force: {{from: "{in_force}"}}

# Where it is published. Further down, `cite: {{page: …}}` names the heading under which a thing stands.
sources:
  page: {{title: {page}, kind: council}}

calendar: office
calendars:
  office: {{region: england, day_one: day_after}}

people:
  complainant: {{title: Person who complains}}
  complaints_manager: {{title: Complaints manager}}

# What has to be known, in the order in which it is asked. `per: point` asks it of each part of a complaint.
facts:
  subject:
    ask: What is it about?
    answers: [our_services, another_body]
    per: point
    decided_by: complaints_manager
  happened:
    ask: On which day did it happen?
    kind: date
    per: point
    decided_by: complaints_manager
  late_complaint:
    ask: Is it to be considered although it came late?
    answers: [allowed, refused]
    per: point
    decided_by: complaints_manager

# How long one may wait with a complaint.
limits:
  time_to_complain:
    is: 12 months
    roll: stays
    from: happened
    owed_by: complainant
    force: must
    basis: local
    cite: {{page: the heading}}

letters:
  redirected: {{to: complainant, must_say: [who_deals_with_it]}}
  not_considered: {{to: complainant, must_say: [reasons, ombudsman_right]}}

# First: which procedure a point belongs to, or which other body. At most one route may hold.
routes:
  our_services: {{title: it is about us, if: {{subject: our_services}}, accept_under: {procedure}}}
  another_body:
    title: it is about somebody else
    if: {{subject: another_body}}
    refer_to: the body that is responsible
    send: redirected

# Then: whether it is considered. `unless` is what somebody may decide all the same.
exclusions:
  too_late:
    title: it came more than 12 months after it happened
    after: time_to_complain
    unless: {{late_complaint: allowed}}
    send: not_considered
    cite: {{page: the heading}}
"""
