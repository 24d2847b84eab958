"""The one way to write: changes are plain values, and a batch of them is one transaction.

```python
await write(database, model, [[Put("Person", "crm:person:7", {"name": "Nguyễn Văn An"})]], by="import")
```

The order inside the transaction: names are resolved, locks taken and the present state read (resolve, reading); every
change is checked and applied in memory (work, take); then nodes, references and relationships are written (statements),
derived values and shortcuts follow (derive, shortcuts), then history, and the outbox last (history). All is driven by
the declarations; what a declaration cannot say about derived values stands in derived.py.
"""

from graph.writer.changes import Amend, Change, Delete, End, Erase, Group, Move, Outcome, Put, Redirect, Relate, Written
from graph.writer.domain import FACTS
from graph.writer.guard import Guard
from graph.writer.settling import settle_purchases
from graph.writer.write import BrokenByError, apply, write

__all__ = [
    "FACTS",
    "Amend",
    "BrokenByError",
    "Change",
    "Delete",
    "End",
    "Erase",
    "Group",
    "Guard",
    "Move",
    "Outcome",
    "Put",
    "Redirect",
    "Relate",
    "Written",
    "apply",
    "settle_purchases",
    "write",
]
