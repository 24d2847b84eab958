"""What a batch of changes concerns, by the names that it uses, before any of them is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.model.model import Model
from graph.writer.changes import Change, Delete, End, Erase, Move, Put, Redirect, Relate
from graph.writer.derived import derived_values
from graph.writer.rules import rules


class Names:
    """The names that the changes use, by what is needed of them; some are `locked` only where their node has a label: a
    unit can move to another organisation, an organisation cannot."""

    def __init__(self, model: Model, changes: Iterable[Change]) -> None:
        self.changed: set[str] = set()
        self.locked: set[tuple[str, str | None]] = set()
        self.mentioned: set[str] = set()
        self.deleted: set[str] = set()
        locks = _locks(model)
        for change in changes:
            match change:
                case Put():
                    if change.node is not None:
                        self.changed.add(change.node)
                    for reference, name in change.references.items():
                        if name is not None:
                            self.mentioned.add(name)
                            self.locked.update((name, label) for label in locks.get((change.type, reference), ()))
                case Relate():
                    self.locked.add((change.source, None))
                    self.mentioned |= {change.source, change.target}
                case End() if change.type in model.nodes:
                    self.changed.add(change.node)
                    if change.successor is not None:
                        self.mentioned.add(change.successor)
                case Move():
                    self.changed.add(change.node)
                case Delete():
                    self.changed.add(change.node)
                    self.deleted.add(change.node)
                case Erase() if change.type in model.nodes:
                    self.changed.add(change.node)
                    if model.nodes[change.type].personal:
                        self.deleted.add(change.node)
                case Redirect():
                    self.locked.add((change.to, None))
                    if change.type in model.nodes:
                        self.changed.add(change.node)
        self.every = self.changed | {name for name, _ in self.locked} | self.mentioned


def _locks(model: Model) -> Mapping[tuple[str, str], set[str | None]]:
    """Labels of the nodes behind a reference of a type that are locked while it is set; None is any label."""
    found: dict[tuple[str, str], set[str | None]] = {}
    for derived in derived_values(model):
        for reference, label in derived.locks:
            found.setdefault((derived.type, reference), set()).add(label)
    found.update({(rule.node, reference): {None} for rule in rules(model) for reference in rule.locks})
    return found
