"""The same graph as SVG, as an outline, in dot and in mermaid: all of it is there, and no text is anything but text."""

from __future__ import annotations

import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from engine.drawing import Mark
from engine.drawing.dot import graph_dot
from engine.drawing.edges import merged
from engine.drawing.mermaid import graph_mermaid
from engine.drawing.outline import graph_text
from engine.drawing.svg import graph_element, graph_svg

SVG = "{http://www.w3.org/2000/svg}"


def parsed(graph, **options):
    return ET.fromstring(graph_svg(graph, **options))  # noqa: S314 - our own text


# --- SVG ---------------------------------------------------------------------------------------------------------


def svg_has_a_title_a_description_and_a_role(graph):
    root = parsed(graph)
    ids = {each.get("id"): each for each in root.iter() if each.get("id")}
    named = [ids[name] for name in root.get("aria-labelledby").split()]
    assert [each.tag for each in named] == [f"{SVG}title", f"{SVG}desc"]
    assert all(each.text for each in named)
    assert (root.get("role"), root.get("lang")) == ("img", "en-GB")


def svg_shows_every_node_and_every_rule_with_its_words(graph):
    root = parsed(graph)
    nodes = {
        each.get("data-node"): each for each in root.iter(f"{SVG}g") if each.get("data-node") is not None
    }
    rules = {each.get("data-rule") for each in root.iter(f"{SVG}g")} - {None}
    assert list(nodes) == [node.id for node in graph.nodes]
    assert rules == {each.id for each in graph.exits}
    for place, node in enumerate(graph.nodes, start=1):
        shown = "".join(text.text or "" for text in nodes[node.id].iter(f"{SVG}text")).replace(" ", "")
        assert shown.startswith(f"{place}")
        if node.title.isascii() and "<" not in node.title:
            assert node.title.replace(" ", "") in shown


def svg_loads_nothing_and_runs_nothing(graph):
    root = parsed(graph)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "g", "path", "circle", "text",
    }  # fmt: skip
    names = {name for element in root.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name.endswith(("href", "src", "style")) for name in names)
    style = "".join(element.text or "" for element in root.iter(f"{SVG}style"))
    assert "@import" not in style
    assert "url(" not in style


def test_hostile_texts_are_shown_as_they_are(hostile):
    text = graph_svg(hostile)
    assert "<script" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert hostile.nodes[1].id.count("<script>") == 1
    (shown,) = [each for each in parsed(hostile).iter(f"{SVG}title") if "alert" in each.text][:1]
    assert '<script>alert("1")</script> & ' in shown.text


def two_runs_draw_the_same(graph):
    assert graph_svg(graph) == graph_svg(graph)


def an_end_has_a_double_frame_and_a_word(graph):
    for group in parsed(graph).iter(f"{SVG}g"):
        kind = (group.get("class") or "").split()
        if "node" in kind:
            frames = len(list(group.iter(f"{SVG}rect")))
            words = [text for text in group.iter(f"{SVG}text") if text.get("class") == "word"]
            assert frames == (2 if "end" in kind else 1)
            assert bool(words) is ("stage" not in kind)


def marks_stand_in_words_and_signs_and_not_in_colour_alone(graph):
    first = graph.nodes[0].id
    marks = {first: Mark("missing", "not covered by any scenario")}
    marks |= {each.id: Mark("missing", "never taken") for each in graph.exits}
    root = ET.fromstring(graph_element(graph, marks))  # noqa: S314 - our own text
    texts = " ".join(text.text or "" for text in root.iter("text"))
    assert "✗ not covered" in texts
    assert texts.count("never taken") == len(graph.exits)
    assert f'class="node {graph.nodes[0].kind} missing"' in graph_element(graph, marks)


def test_several_pictures_in_a_page_have_ids_of_their_own(hostile):
    one, other = (graph_element(hostile, key=key) for key in ("a", "b"))
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (one, other)]
    assert ids[0].isdisjoint(ids[1])


# --- Outline -----------------------------------------------------------------------------------------------------


def the_outline_names_everything_within_80_columns(graph):
    text = graph_text(graph)
    flat = "".join(text.split())
    assert text.endswith("\n")
    for word in [*(node.id for node in graph.nodes), *(each.id for each in graph.exits)]:
        assert "".join(word.split()) in flat
    if not graph.name.startswith("lab/"):
        assert max(map(len, text.splitlines())) <= 80


def the_outline_says_where_each_rule_leads(graph):
    flat = " ".join(graph_text(graph).split())
    for each in graph.exits:
        if each.target is not None:
            back = "back to" if graph.is_back(each) else "to"
            assert f": {back} {graph.places[each.target] + 1}," in flat


# --- dot and mermaid ---------------------------------------------------------------------------------------------


def dot_has_every_node_and_one_edge_for_each_pair(graph):
    lines = graph_dot(graph).splitlines()
    assert (lines[0][:8], lines[-1]) == ("digraph ", "}")
    assert sum(bool(re.match(r"  n\d+ \[", line)) for line in lines) == len(graph.nodes)
    edges = [line for line in lines if re.match(r"  n\d+ -> n\d+ \[", line)]
    pairs = {(each.source, each.target or each.source) for each in graph.exits}
    assert len(edges) == len(pairs) == len(merged(graph))


def dot_keeps_texts_in_their_quotes(graph):
    for line in graph_dot(graph).splitlines():
        # Outside of quoted texts stands nothing but the language itself.
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert re.fullmatch(r"[\w\s{}\[\]=,;>-]*", outside), line


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_it(graph):
    done = subprocess.run(
        ["dot", "-Tplain"], input=graph_dot(graph), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sum(line.startswith("node ") for line in done.stdout.splitlines()) == len(graph.nodes)


def mermaid_has_every_node_and_edge_and_no_sign_of_its_own_in_texts(graph):
    first, *lines = graph_mermaid(graph).splitlines()
    assert first == "flowchart TD"
    assert [line.split(":")[0].strip() for line in lines[:2]] == ["accTitle", "accDescr"]
    assert not re.search(r"[;#{}<>%]", "".join(lines[:2]))
    text = r'"(?:[^"#<>&`*_\\\[\]{}()|;~@$%]|#\d+;|<br/>)*"'
    node = rf"  n\d+(?:\(\[{text}\]\)|\[{text}\]|\[/{text}/\]|{{{{{text}}}}}|\[\[{text}\]\])"
    edge = rf"  n\d+ (?:-->|-\.->)\|{text}\| n\d+"
    shapes = [bool(re.fullmatch(node, line)) - bool(re.fullmatch(edge, line)) for line in lines[2:]]
    assert shapes == [1] * len(graph.nodes) + [-1] * len(merged(graph))


# --- Each of them, for each graph -----------------------------------------------------------------------------------

SAFE = (
    svg_loads_nothing_and_runs_nothing,
    dot_keeps_texts_in_their_quotes,
    mermaid_has_every_node_and_edge_and_no_sign_of_its_own_in_texts,
)
SHOWN = (
    svg_has_a_title_a_description_and_a_role,
    svg_shows_every_node_and_every_rule_with_its_words,
    two_runs_draw_the_same,
    an_end_has_a_double_frame_and_a_word,
    marks_stand_in_words_and_signs_and_not_in_colour_alone,
    the_outline_names_everything_within_80_columns,
    the_outline_says_where_each_rule_leads,
    dot_has_every_node_and_one_edge_for_each_pair,
)


def test_every_format_shows_all_of_a_graph_and_nothing_else(graph):
    for check in (*SHOWN, *SAFE):
        check(graph)


def test_hostile_texts_are_nothing_but_texts_in_every_format(hostile):
    for check in SAFE:
        check(hostile)
