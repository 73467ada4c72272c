"""What of a policy or an intake is drawn: stages in reading order, rules told once, limits, conditions."""

from __future__ import annotations

import pytest

from engine.drawing import graph_of_intake, graph_of_policy
from engine.drawing.policies import SEVERAL
from engine.policy import PolicyLibrary

LIBRARY = PolicyLibrary()
POLICIES = [policy for name in LIBRARY.names() for policy in LIBRARY.versions(name)]
INTAKES = [intake for name in LIBRARY.authorities() for intake in LIBRARY.intakes(name)]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: f"{policy.id}@{policy.in_force_from}")
class TestPolicies:
    def test_every_stage_is_a_node_and_every_rule_an_exit(self, policy):
        graph = graph_of_policy(policy)
        assert {node.id for node in graph.nodes} - {SEVERAL} == set(policy.stages)
        assert {each.id for each in graph.exits} == {rule.id for rule in policy.rules()}

    def test_exits_lead_where_the_rules_lead(self, policy):
        for each in graph_of_policy(policy).exits:
            rule = policy.rule(each.id)
            assert each.target == (None if rule.go_to in (None, "back") else rule.go_to)
            assert each.source in (*rule.reaches, SEVERAL)
            assert each.by_time is (rule.overdue is not None)
            assert bool(each.condition) is bool(rule.condition or rule.within or rule.after)

    def test_a_rule_of_many_stages_is_told_once(self, policy):
        graph = graph_of_policy(policy)
        for rule in policy.anywhere:
            sources = [each.source for each in graph.exits if each.id == rule.id]
            assert sources == [SEVERAL] or (len(sources) <= 3 and set(sources) == set(rule.reaches))

    def test_it_begins_with_the_opening_and_goes_forward_where_it_can(self, policy):
        graph = graph_of_policy(policy)
        assert graph.nodes[0].id == "opening"
        kinds = {node.id: node.kind for node in graph.nodes}
        back = [each for each in graph.exits if graph.is_back(each) and kinds[each.source] == "stage"]
        # Forward ways from stages are the rule; what leads back is sent back, put aside, or an unusual way round.
        assert len(back) <= len(graph.exits) // 8


def test_the_stages_of_a_procedure_are_read_in_their_order():
    graph = graph_of_policy(LIBRARY.policy("redbridge/children-statutory"))
    told = ["opening", "early_resolution", "assessment", "informal_resolution", "stage_1", "stage_2", "adjudication", "stage_3", "final_response"]  # fmt: skip
    assert [node.id for node in graph.nodes if node.id in told] == told


def test_a_stage_shows_who_it_waits_for_and_what_is_due():
    graph = graph_of_policy(LIBRARY.policy("redbridge/children-statutory"))
    node = graph.nodes[graph.places["informal_resolution"]]
    assert node.title == "Informal resolution"
    assert node.lines == (
        "waits for: Manager of the service complained about",
        "due: Respond in writing to informal resolution: 5 working days",
    )


def test_where_a_rule_of_many_stages_applies_is_said_in_few_words():
    graph = graph_of_policy(LIBRARY.policy("redbridge/children-statutory"))
    notes = {each.id: each.note for each in graph.exits if each.source == SEVERAL}
    numbers = {node: place + 1 for node, place in graph.places.items()}
    assert notes["anywhere.withdrawn"] == "at every open stage"
    assert notes["anywhere.advocate_after_the_end"] == "after every end"
    assert notes["anywhere.late_stage_1_response"] == f"at {numbers['stage_2']}, {numbers['adjudication']}"
    left_out = sorted(
        numbers[each] for each in ("stage_1", "panel_reporting", "final_response", "early_resolution")
    )
    assert notes["anywhere.settled"] == f"at every open stage but {', '.join(map(str, left_out))}"


@pytest.mark.parametrize("intake", INTAKES, ids=lambda intake: f"{intake.id}@{intake.in_force_from}")
class TestIntakes:
    def test_every_route_and_exclusion_is_an_exit(self, intake):
        graph = graph_of_intake(intake)
        assert {*intake.routes, *intake.exclusions} <= {each.id for each in graph.exits}

    def test_it_is_a_tree_read_from_top_to_bottom(self, intake):
        graph = graph_of_intake(intake)
        assert graph.nodes[0].kind == "start"
        assert not any(graph.is_back(each) for each in graph.exits)

    def test_an_exclusion_stands_under_each_procedure_it_concerns(self, intake):
        graph = graph_of_intake(intake)
        procedures = {route.accept_under for route in intake.routes.values()} - {None}
        for exclusion in intake.exclusions.values():
            sources = {each.source for each in graph.exits if each.id == exclusion.id}
            concerned = {f"under {each}" for each in procedures if exclusion.concerns(each)}
            assert sources in (concerned, {"several procedures"})
