"""The selection of an operation, collected from its document as the specification says.

Fragments are applied by type, fields with one response key are merged, @skip and @include are decided, and object types
on which the same is selected are grouped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLCompositeType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from graph.compiler.inputs import Guards
from graph.compiler.selection import Selected, Selection
from resolvers.executor.arguments import argument_value, field_arguments

Nodes = dict[str, list[FieldNode]]


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects one operation; looking at variables is noted in `guards`."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    guards: Guards

    def roots(self, operation: OperationDefinitionNode, root: GraphQLObjectType) -> Nodes:
        """The root fields by response key, each with all nodes that ask for it."""
        found: Nodes = {}
        self._gather(root, operation.selection_set, found, set())
        return found

    def selected(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Selected:
        """One field with its arguments and everything selected below it."""
        first = nodes[0]
        name = first.name.value
        if name == "__typename":
            return Selected(key, name, {})
        field = parent.fields[name]
        target = get_named_type(field.type)
        below = None
        if is_composite_type(target):
            below = self._selection(target, [n.selection_set for n in nodes if n.selection_set])
        return Selected(key, name, field_arguments(self.guards, field, first), below)

    def _selection(self, target: GraphQLCompositeType, sets: Iterable[SelectionSetNode]) -> Selection:
        sets = list(sets)
        possible = [target] if isinstance(target, GraphQLObjectType) else self.schema.get_possible_types(target)
        groups: dict[tuple[object, ...], tuple[list[str], GraphQLObjectType, Nodes]] = {}
        for kind in possible:
            found: Nodes = {}
            for selection_set in sets:
                self._gather(kind, selection_set, found, set())
            same = tuple((key, tuple(id(node) for node in nodes)) for key, nodes in found.items())
            if same in groups:
                groups[same][0].append(kind.name)
            else:
                groups[same] = ([kind.name], kind, found)
        return {
            tuple(names): tuple(self.selected(kind, key, nodes) for key, nodes in found.items())
            for names, kind, found in groups.values()
        }

    def _gather(self, kind: GraphQLObjectType, selections: SelectionSetNode, found: Nodes, seen: set[str]) -> None:
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, kind):
                    self._gather(kind, node.selection_set, found, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, kind):
                    self._gather(kind, fragment.selection_set, found, seen)

    def _applies(self, condition: str, kind: GraphQLObjectType) -> bool:
        if condition == kind.name:
            return True
        target = self.schema.type_map[condition]
        if isinstance(target, GraphQLUnionType) or is_abstract_type(target):
            return self.schema.is_sub_type(target, kind)
        return False

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in ("skip", "include"):
                [condition] = directive.arguments or ()
                value = argument_value(self.guards, condition.value, GraphQLBoolean)
                if bool(value.peek()) == (name == "skip"):
                    return False
        return True
