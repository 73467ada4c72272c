"""Graphs to look at: those of every shipped policy and intake, and random ones that no procedure would have."""

from __future__ import annotations

import random
from functools import cache

import pytest

from engine.drawing import Exit, Graph, Node, graph_of_intake, graph_of_policy
from engine.drawing.ordering import ordered
from engine.policy import PolicyLibrary

HOSTILE = '<script>alert("1")</script> & \u202e\x07]]> {{"x"}} --> |a| `b` #35; \\ %%{init}%% ;'
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
WORDS = ("stage", "a request is being considered", LONG, HOSTILE, "", "回答を待っている", "end")
KINDS = ("stage", "stage", "stage", "aside", "end", "several")


@cache
def shipped_graphs() -> dict[str, Graph]:
    library = PolicyLibrary()
    policies = [policy for name in library.names() for policy in library.versions(name)]
    intakes = [intake for name in library.authorities() for intake in library.intakes(name)]
    graphs = [*map(graph_of_policy, policies), *map(graph_of_intake, intakes)]
    return {f"{graph.name} {place}": graph for place, graph in enumerate(graphs)}


def random_graph(seed: int) -> Graph:
    """Nodes of any kind and exits from any to any, itself included, several between two, with odd words."""
    dice = random.Random(seed)  # noqa: S311 - the same graphs in every run
    count = dice.randint(1, 14)
    nodes = [Node("n0", "start", "Start", "start")]
    for place in range(1, count):
        kind = dice.choice(KINDS)
        lines = tuple(dice.choices(WORDS, k=dice.randint(0, 3)))
        nodes.append(Node(f"n{place}", kind, dice.choice(WORDS), kind, lines))
    exits = []
    for place in range(dice.randint(0, 3 * count)):
        leads = dice.choice(("to", "to", "to", "to", "back", "stays", "turns_down"))
        exits.append(
            Exit(
                f"r.{place}",
                dice.choice(nodes).id,
                leads,
                dice.choice(nodes).id if leads == "to" else None,
                dice.choice(WORDS),
                dice.choice(("", *WORDS)),
                dice.choice(("", *WORDS)),
                by_time=dice.random() < 0.2,
            )
        )
    return ordered(Graph("lab/random", dice.choice(WORDS), "a graph", tuple(nodes), tuple(exits)))


GRAPHS = {**shipped_graphs(), **{f"random {seed}": random_graph(seed) for seed in range(30)}}


@pytest.fixture(params=GRAPHS)
def graph(request: pytest.FixtureRequest) -> Graph:
    """Each of them."""
    return GRAPHS[request.param]


@pytest.fixture
def hostile() -> Graph:
    """A graph in which every text tries to be something else."""
    nodes = (Node("a", "start", HOSTILE, HOSTILE), Node(HOSTILE, "end", HOSTILE, HOSTILE, (HOSTILE,)))
    exits = (
        Exit(HOSTILE, "a", "to", HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        Exit("x", "a", "stays", None, HOSTILE),
    )
    return Graph(HOSTILE, HOSTILE, HOSTILE, nodes, exits)
