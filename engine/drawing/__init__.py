"""Pictures: a policy or an intake as a graph, laid out by our own rules, and told as SVG, dot, mermaid or an outline."""

from engine.drawing.graph import Exit, Graph, Mark, Node
from engine.drawing.intakes import graph_of_intake
from engine.drawing.policies import graph_of_policy

__all__ = ["Exit", "Graph", "Mark", "Node", "graph_of_intake", "graph_of_policy"]
