"""Proves that the graph is what the declarations say: constraints, references, copies, derived values, shortcuts."""

from graph.check.findings import Example, Finding
from graph.check.run import check

__all__ = ["Example", "Finding", "check"]
