"""What a document may be is checked on its syntax alone, before anything that may grow faster than the document does.

Validation compares overlapping fields pair by pair, and fragments that spread fragments stand for far more than their
text. So both are counted first: each fragment is measured once, and only a document whose fragments are known to unfold
into few selections is unfolded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
)

from graph.compiler.planner.context import Limits, SelectionDepthError
from graph.errors import LimitError
from resolvers.executor.values import ValueDepthError, check_text


class DocumentLengthError(LimitError):
    """The text of the document is too long to be looked at."""

    code = "DOCUMENT_LENGTH"
    text = "The document has {actual} characters; at most {limit} are allowed."
    hint = "Pass values as variables, and send several operations one by one."


class DocumentTokensError(LimitError):
    """The document has too many words and signs."""

    code = "DOCUMENT_TOKENS"
    text = "The document has {actual} tokens or more; at most {limit} are allowed."
    hint = "Pass values as variables, and send several operations one by one."


class DocumentPartsError(LimitError):
    """There is too much of something that a document is written with."""

    code = "DOCUMENT_PARTS"
    text = "The document has {actual} {part}; at most {limit} are allowed."
    hint = "Ask for less at once: split the operation, and pass values as variables."


class UnfoldedError(LimitError):
    """With every fragment in its place there is too much to select."""

    code = "DOCUMENT_SELECTIONS"
    text = "With every fragment in its place the document has {actual} selections; at most {limit} are allowed."
    hint = "Spread fragments in fewer places, or split the operation."


class OverlapError(LimitError):
    """One field is asked for again and again in one place."""

    code = "OVERLAPPING_FIELDS"
    text = (
        "{field} is asked for {times} times in one place; comparing all such fields takes {actual} steps, "
        "at most {limit} are allowed."
    )
    hint = "Ask for a field once in one place, or give it an alias each time."


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Raises a LimitError for the first limit that the document is beyond, or GraphQLError for fragments in a circle.

    Takes time in proportion to the document and to `limits.selections`.
    """
    _Measured(document, limits).check()


_NESTED = 100
"""Fields, inline fragments and spreads within each other at most: what walks a document goes down as many levels."""


@dataclass(frozen=True, slots=True)
class _Size:
    """Levels of fields, levels of all that nests, and selections, with every spread replaced by what it stands for."""

    depth: int = 0
    nested: int = 0
    selections: int = 0


_UNDER_WAY = _Size(-1)


@dataclass(slots=True)
class _Measured:
    """One document and what is known of it so far."""

    document: DocumentNode
    limits: Limits
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    sizes: dict[str, _Size] = field(default_factory=dict)
    aliases: int = 0
    directives: int = 0
    steps: int = 0
    worst: tuple[int, str] = (0, "")

    def check(self) -> None:
        operations = [d for d in self.document.definitions if isinstance(d, OperationDefinitionNode)]
        self.fragments = {d.name.value: d for d in self.document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._at_most("fragments", len(self.fragments), self.limits.fragments)
        sizes = [self._definition(operation, 1) for operation in operations]
        # Fragments that no operation spreads are validated like the others.
        unused = [fragment for name, fragment in self.fragments.items() if name not in self.sizes]
        sizes += [self._fragment(fragment.name.value, 1) for fragment in unused]
        self._at_most("aliases", self.aliases, self.limits.aliases)
        self._at_most("directives", self.directives, self.limits.directives)
        selections = sum(size.selections for size in sizes)
        if selections > self.limits.selections:
            raise UnfoldedError(actual=selections, limit=self.limits.selections)
        depth = max((size.depth for size in sizes), default=0)
        if depth > self.limits.depth:
            raise SelectionDepthError(actual=depth, limit=self.limits.depth)
        for definition in (*operations, *unused):
            roots = self._merge([definition.selection_set])
            if isinstance(definition, OperationDefinitionNode):
                self._at_most("root fields", roots, self.limits.root_fields)
        if self.steps > self.limits.overlaps:
            times, name = self.worst
            raise OverlapError(field=name, times=times, actual=self.steps, limit=self.limits.overlaps)

    def _at_most(self, part: str, actual: int, limit: int) -> None:
        if actual > limit:
            raise DocumentPartsError(part=part, actual=actual, limit=limit)

    def _definition(self, definition: OperationDefinitionNode | FragmentDefinitionNode, level: int) -> _Size:
        self._directives(definition.directives)
        for variable in getattr(definition, "variable_definitions", None) or ():
            self._directives(variable.directives)
            if variable.default_value:
                self._value(variable.default_value, 1)
        return self._set(definition.selection_set, level)

    def _fragment(self, name: str, level: int) -> _Size:
        """The size of a fragment, measured once; one that is not there is for validation to tell."""
        found = self.sizes.get(name)
        if found is None and name in self.fragments:
            self.sizes[name] = _UNDER_WAY
            self.sizes[name] = found = self._definition(self.fragments[name], level)
        elif found is _UNDER_WAY:
            raise GraphQLError(f"The fragment {name} spreads itself, directly or through others.", self.fragments[name])
        return found or _Size()

    def _set(self, selection_set: SelectionSetNode, level: int) -> _Size:
        self._at_most("levels of fields and fragments", level, _NESTED)
        depth = nested = selections = 0
        for node in selection_set.selections:
            self._directives(node.directives)
            below = self._below(node, level + 1)
            depth = max(depth, below.depth + isinstance(node, FieldNode))
            nested = max(nested, below.nested)
            selections += 1 + below.selections
        self._at_most("levels of fields and fragments", nested + 1, _NESTED)
        return _Size(depth, nested + 1, selections)

    def _below(self, node: SelectionNode, level: int) -> _Size:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, level)
        if isinstance(node, FieldNode):
            self.aliases += node.alias is not None
            for argument in node.arguments or ():
                self._value(argument.value, 1)
        inside: SelectionSetNode | None = getattr(node, "selection_set", None)
        return self._set(inside, level) if inside else _Size()

    def _directives(self, directives: Sequence[DirectiveNode] | None) -> None:
        for directive in directives or ():
            self.directives += 1
            for argument in directive.arguments or ():
                self._value(argument.value, 1)

    def _value(self, value: ValueNode, depth: int) -> int:
        """How many values the value is made of."""
        if isinstance(value, StringValueNode):
            check_text(value.value, self.limits)
            return 1
        if isinstance(value, ListValueNode):
            inside = value.values
        elif isinstance(value, ObjectValueNode):
            inside = tuple(part.value for part in value.fields)
        else:
            return 1
        if depth > self.limits.value_depth:
            raise ValueDepthError(actual=depth, limit=self.limits.value_depth)
        return 1 + sum(self._value(part, depth + 1) for part in inside)

    def _merge(self, sets: Iterable[SelectionSetNode]) -> int:
        """Counts what validation compares in selection sets that make one; returns how many fields they make.

        Of n fields with one name each is compared with every other, arguments included.
        """
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection_set in sets:
            self._gather(selection_set, found, spread)
        for name, nodes in found.items():
            if len(nodes) > 1:
                parts = sum(1 + sum(self._value(a.value, 1) for a in node.arguments or ()) for node in nodes)
                self.steps += parts * (len(nodes) - 1) // 2
                self.worst = max(self.worst, (len(nodes), name))
            below = [node.selection_set for node in nodes if node.selection_set]
            if below:
                self._merge(below)
        return len(found)

    def _gather(self, selection_set: SelectionSetNode, found: dict[str, list[FieldNode]], spread: set[str]) -> None:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                found.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self._gather(node.selection_set, found, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                if node.name.value in self.fragments:
                    self._gather(self.fragments[node.name.value].selection_set, found, spread)
