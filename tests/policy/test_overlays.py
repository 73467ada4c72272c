"""What a file over another makes of it: merged, replaced, changed, removed; and who wrote what (the language, 9)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.documents import read_text
from engine.policy.overlay import Source, resolve

BASE = """
policy: lab/base
in_force: {from: "2020-01-01", until: "2030-12-31"}
withdrawn: true
facts:
  needs: {ask: "Needs?", answers: ["low", "high"], note: as before}
limits:
  reply: {is: 10 working days, from: {entering: stage_1}, met_by: [answered, talked], warn: [50%, due], cite: {page: "1", law: "2"}}
stages:
  stage_1:
    due: [reply]
    next:
      answered: {when: answered, if: {needs: low}, go_to: closed}
      pauses: {when: paused, if: {needs: high}, go_to: held}
  next: {title: The next one, note: as before}
  closed: {end: closed}
anywhere:
  late: {when: asked, in: [closed, next], go_to: stage_1}
"""


def over(text: str, *between: str) -> Source:
    """The source of an overlay (its `policy` left out) over BASE, with other files between them."""
    texts = [text, *between, BASE]
    documents = [read_text(each, f"lab/{number}.yaml") for number, each in enumerate(texts)]
    source, problems = resolve(documents)
    assert problems == []
    return source


def merged(text: str, *path: str | int) -> Any:
    return over(text).value(*path)


# --- Merging -------------------------------------------------------------------------------------------------


def test_maps_merge_by_id_all_the_way_down_and_scalars_replace() -> None:
    found = merged("limits: {reply: {is: 15 working days}, more: {is: 2 weeks}}", "limits")
    assert found["reply"]["is"] == "15 working days"
    assert found["reply"]["met_by"] == ["answered", "talked"]
    assert found["more"] == {"is": "2 weeks"}


def test_a_list_replaces() -> None:
    assert merged("limits: {reply: {warn: [due]}}", "limits", "reply", "warn") == ["due"]


def test_a_list_is_changed_by_add_and_drop() -> None:
    assert merged("anywhere: {late: {in: {drop: [next]}}}", "anywhere", "late", "in") == ["closed"]
    assert merged("anywhere: {late: {in: {add: [held, next]}}}", "anywhere", "late", "in") == [
        "closed",
        "next",
        "held",
    ]
    both = "limits: {reply: {warn: {add: [10%], drop: [50%]}}}"
    assert merged(both, "limits", "reply", "warn") == ["due", "10%"]


def test_a_single_value_is_a_list_of_one_that_can_be_added_to() -> None:
    path = ("stages", "stage_1", "next", "answered", "when")
    assert merged("stages: {stage_1: {next: {answered: {when: {add: [talked]}}}}}", *path) == [
        "answered",
        "talked",
    ]


def test_a_list_that_is_not_there_can_be_begun_by_adding() -> None:
    assert merged("stages: {next: {due: {add: reply}}}", "stages", "next", "due") == ["reply"]


@pytest.mark.parametrize(
    ("text", "path", "meant"),
    [
        ("limits: {reply: {from: {due: other}}}", ("limits", "reply", "from"), {"due": "other"}),
        ("limits: {reply: {cite: {page: '3'}}}", ("limits", "reply", "cite"), {"page": "3"}),
        ("limits: {reply: {met_by: talked}}", ("limits", "reply", "met_by"), "talked"),
        (
            "stages: {stage_1: {next: {answered: {if: {size: big}}}}}",
            ("stages", "stage_1", "next", "answered", "if"),
            {"size": "big"},
        ),
        # A rule may be called `pauses`: its condition is one all the same.
        (
            "stages: {stage_1: {next: {pauses: {if: {size: big}}}}}",
            ("stages", "stage_1", "next", "pauses", "if"),
            {"size": "big"},
        ),
    ],
    ids=["from", "cite", "met_by", "if", "if-of-a-rule-called-pauses"],
)
def test_half_a_condition_is_none_so_it_is_replaced_whole(
    text: str, path: tuple[str, ...], meant: Any
) -> None:
    assert merged(text, *path) == meant


def test_of_two_keys_that_exclude_each_other_the_overlay_s_takes_the_place_of_the_base_s() -> None:
    rule = merged("anywhere: {late: {overdue: reply}}", "anywhere", "late")
    assert rule == {"overdue": "reply", "in": ["closed", "next"], "go_to": "stage_1"}
    limit = merged("limits: {reply: {before: meeting}}", "limits", "reply")
    assert (limit["before"], "from" in limit) == ("meeting", False)
    assert "answers" not in merged("facts: {needs: {kind: count}}", "facts", "needs")
    # Both written is for the checker to say; and a map of ids may hold ids of these names.
    both = merged("limits: {reply: {before: meeting, from: received}}", "limits", "reply")
    assert {"before", "from"} <= both.keys()
    assert merged("facts: {kind: {ask: Which kind, kind: count}}", "facts", "needs", "answers") == [
        "low",
        "high",
    ]


def test_an_id_may_be_a_word_of_the_language() -> None:
    # A fact called `needs` and a stage called `next` merge like any other.
    assert merged("facts: {needs: {ask: 'What?'}}", "facts", "needs") == {
        "ask": "What?",
        "answers": ["low", "high"],
        "note": "as before",
    }
    assert merged("stages: {next: {title: Another}}", "stages", "next") == {
        "title": "Another",
        "note": "as before",
    }


def test_name_dates_and_withdrawal_are_never_inherited() -> None:
    source = over('policy: lab/over\nin_force: {from: "2026-01-01"}\nextends: lab/base')
    assert source.data["policy"] == "lab/over"
    assert source.data["in_force"] == {"from": "2026-01-01"}
    assert "withdrawn" not in source.data
    assert "extends" not in source.data


def test_remove_takes_out_what_it_names() -> None:
    data = over("remove: [limits.reply.warn, stages.stage_1.next.pauses, facts]").data
    assert "warn" not in data["limits"]["reply"]
    assert "is" in data["limits"]["reply"]
    assert list(data["stages"]["stage_1"]["next"]) == ["answered"]
    assert "facts" not in data
    assert "remove" not in data


def test_what_is_removed_can_be_written_anew() -> None:
    found = merged("remove: [limits.reply]\nlimits: {reply: {is: 2 weeks}}", "limits", "reply")
    assert found == {"is": "2 weeks"}


def test_removing_changes_no_other_reading_of_the_base() -> None:
    base = read_text(BASE, "lab/base.yaml")
    resolve([read_text("remove: [limits.reply.warn, stages.stage_1.next.pauses]", "lab/over.yaml"), base])
    source, _ = resolve([base])
    assert source.value("limits", "reply", "warn") == ["50%", "due"]
    assert source.value("stages", "stage_1", "next", "pauses", "go_to") == "held"


def test_the_nearest_of_three_files_prevails() -> None:
    source = over(
        "limits: {reply: {is: 5 working days}}",
        "limits: {reply: {is: 7 working days, up_to: 9 working days}}",
    )
    assert source.value("limits", "reply", "is") == "5 working days"
    assert source.value("limits", "reply", "up_to") == "9 working days"
    assert source.value("limits", "reply", "warn") == ["50%", "due"]


def test_keys_for_other_tools_are_left_out_at_every_depth() -> None:
    data = over("x_editor: {a: 1}\nlimits: {reply: {x_colour: red}}").data
    assert "x_editor" not in data
    assert "x_colour" not in data["limits"]["reply"]


def test_layout_and_order_do_not_change_the_digest_and_values_do() -> None:
    one = over("limits: {reply: {is: 15 working days, told: false}}")
    two = over("# a remark\nlimits:\n  reply:\n    told: false\n    is: 15 working days\n")
    assert one.digest == two.digest != over("limits: {reply: {is: 15 working days, told: true}}").digest


# --- Who wrote what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "file", "written"),
    [
        (("limits", "reply", "is"), 0, ("limits", "reply", "is")),
        (("limits", "reply", "warn"), 1, ("limits", "reply", "warn")),
        (("limits", "reply", "warn", 1), 1, ("limits", "reply", "warn", 1)),
        (("anywhere", "late", "in", 0), 1, ("anywhere", "late", "in", 1)),
        (("anywhere", "late", "in", 1), 0, ("anywhere", "late", "in", "add", 0)),
        (("stages", "next", "title"), 1, ("stages", "next", "title")),
        # Not written anywhere: the file that holds most of the way to it.
        (("limits", "reply", "roll"), 0, ("limits", "reply", "roll")),
        (("stages", "closed", "title"), 1, ("stages", "closed", "title")),
        (("letters", "answer"), 0, ("letters", "answer")),
    ],
    ids=str,
)
def test_a_value_is_placed_in_the_file_that_writes_it(
    path: tuple[str | int, ...], file: int, written: tuple[str | int, ...]
) -> None:
    source = over(
        "limits: {reply: {is: 5 working days}}\nanywhere: {late: {in: {add: [held], drop: [closed]}}}"
    )
    assert source.value("anywhere", "late", "in") == ["next", "held"]
    document, place = source.origin(path)
    assert (document.path, place) == (f"lab/{file}.yaml", written)
    assert source.inherited(path) is (file == 1)


def test_a_value_that_is_not_there_is_none() -> None:
    source = over("title: Another")
    assert source.value("limits", "other", "is") is None
    assert source.value("limits", "reply", "warn", 7) is None
    assert source.value("limits", "reply", "is", "more") is None


def test_an_id_may_be_called_add_or_drop() -> None:
    assert merged("letters: {add: {to: officer}}", "letters") == {"add": {"to": "officer"}}
    rules = merged("stages: {next: {next: {drop: {when: dropped, go_to: closed}}}}", "stages", "next", "next")
    assert rules == {"drop": {"when": "dropped", "go_to": "closed"}}
