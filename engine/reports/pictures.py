"""Pictures of policies and intakes, by their formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.drawing import graph_of_intake, graph_of_policy
from engine.drawing.dot import graph_dot
from engine.drawing.layout import DESK, PHONE
from engine.drawing.mermaid import graph_mermaid
from engine.drawing.outline import graph_text
from engine.drawing.svg import graph_svg
from engine.policy.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.drawing import Graph
    from engine.policy.model import Policy

    # A graph, and whether there is room for a wide picture, to its text.
    Picture = Callable[[Graph, bool], str]


def picture_of(subject: Policy | Intake) -> Graph:
    """What is drawn of a policy or an intake."""
    return graph_of_intake(subject) if isinstance(subject, Intake) else graph_of_policy(subject)


PICTURE_FORMATS: dict[str, Picture] = {
    "text": lambda graph, _wide: graph_text(graph),
    "svg": lambda graph, wide: graph_svg(graph, width=DESK if wide else PHONE),
    "dot": lambda graph, _wide: graph_dot(graph),
    "mermaid": lambda graph, _wide: graph_mermaid(graph),
}
