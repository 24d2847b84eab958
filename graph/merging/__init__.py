"""Two nodes of one type turn out to be the same: one is kept, and all that led to the other one leads to it.

The work goes in steps, each a transaction of the writer (graph/writer): whoever is interrupted begins again and goes on
where it stood. Nothing but the steps that are done is remembered, apart from which node becomes one with which.
"""

from graph.merging.keys import led_by, resolved
from graph.merging.merge import Moved, Outcome, merge_nodes
from graph.merging.values import Choices, Side

__all__ = ["Choices", "Moved", "Outcome", "Side", "led_by", "merge_nodes", "resolved"]
