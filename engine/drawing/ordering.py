"""In which order nodes are read: what leads to another comes before it, and what follows comes soon after.

Ways back are found first, by walking from the first node in the order of the exits, and left out of account. Then each
node comes once all that lead to it have come, the last one opened up first, so that a way is followed to its end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.drawing.graph import Graph, Node

    Targets = Mapping[str, Sequence[str]]


def ordered(graph: Graph) -> Graph:
    """The same graph, its nodes in the order in which they are best read; the first stays first."""
    targets = _targets(graph)
    forward = _without_ways_back(targets, {node.id for node in graph.nodes if node.kind == "end"})
    ranks = {node.id: _rank(node) for node in graph.nodes}
    by_id = {node.id: node for node in graph.nodes}
    return replace(graph, nodes=tuple(by_id[each] for each in _in_turn(forward, ranks)))


def _targets(graph: Graph) -> dict[str, list[str]]:
    """The nodes each node leads to, but for ways that begin anew where there is another way.

    Those are the ways from an end, and from what stands for several stages, to a stage that some stage leads to.
    """
    found: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    kinds = {node.id: node.kind for node in graph.nodes}
    anew = {node.id for node in graph.nodes if node.kind in ("several", "end")}
    led_to = {each.target for each in graph.exits if each.source not in anew}
    for each in graph.exits:
        if each.target is None or each.target in found[each.source]:
            continue
        if each.source not in anew or kinds[each.target] == "end" or each.target not in led_to:
            found[each.source].append(each.target)
    return found


def _rank(node: Node) -> int:
    """What comes first among nodes that could come next: an end stays beside what leads to it, the rest goes on.

    What stands for several stages waits until the way through the stages is told.
    """
    return {"end": 0, "aside": 1, "several": 3}.get(node.kind, 2)


def _without_ways_back(targets: Targets, ends: set[str]) -> dict[str, list[str]]:
    """The exits that do not lead back to a node on the way walked.

    From what the first node does not lead to, only ends are led on to: with the Ombudsman, say, all begins anew.
    """
    forward: dict[str, list[str]] = {each: [] for each in targets}
    done: set[str] = set()
    for root in targets:
        if root not in done:
            _walk(root, targets, forward, done, frozenset(done - ends))
    return forward


def _walk(
    root: str, targets: Targets, forward: dict[str, list[str]], done: set[str], told: frozenset[str]
) -> None:
    """Depth first from a node, without recursion, since a policy may be longer than the stack is deep."""
    way = [(root, iter(targets[root]))]
    on_way = {root}
    while way:
        here, rest = way[-1]
        target = next(rest, None)
        if target is None:
            way.pop()
            on_way.discard(here)
            done.add(here)
        elif target not in on_way and target not in told:
            forward[here].append(target)
            if target not in done:
                way.append((target, iter(targets[target])))
                on_way.add(target)


def _in_turn(forward: Targets, ranks: Mapping[str, int]) -> Iterable[str]:
    """The nodes, each after all that lead to it."""
    waiting = dict.fromkeys(forward, 0)
    for targets in forward.values():
        for target in targets:
            waiting[target] += 1
    numbers = {each: number for number, each in enumerate(forward)}
    # The key of a node that could come next: its rank, then the latest opened up, then its place in the policy.
    ready = {each: (ranks[each], 0, numbers[each]) for each, count in waiting.items() if not count}
    first = next(iter(forward))
    turn = 0
    while ready:
        chosen = first if first in ready else min(ready, key=ready.__getitem__)
        del ready[chosen]
        turn += 1
        yield chosen
        for target in forward[chosen]:
            waiting[target] -= 1
            if not waiting[target]:
                ready[target] = (ranks[target], -turn, numbers[target])
