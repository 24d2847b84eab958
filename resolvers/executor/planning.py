"""From an operation to what is kept of it: a compiled statement, the steps that run by themselves, a live feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema, OperationDefinitionNode, OperationType

from graph.compiler.compile import compile_operation, compile_payload, compile_shown
from graph.compiler.inputs import Guards, Variables
from graph.compiler.planner.context import Audience, Context, Limits
from graph.compiler.planner.payloads import shown_nodes
from graph.compiler.selection import Selected, only
from graph.model.model import Model
from graph.mutations.shapes import Mutation, mutations
from resolvers.executor.answers import IntrospectionError
from resolvers.executor.collect import Collector
from resolvers.executor.documents import Document
from resolvers.executor.introspect import introspects as is_introspection
from resolvers.executor.plans import Kept, Step
from resolvers.live.feeds import FEEDS
from resolvers.live.plan import plan_subscription
from resolvers.procedures.known import PROCEDURES


@dataclass(slots=True)
class Planner:
    """Makes the plans of one schema."""

    schema: GraphQLSchema
    model: Model
    limits: Limits
    _mutations: Mapping[str, Mutation] = field(init=False)

    def __post_init__(self) -> None:
        self._mutations = mutations(self.model)

    def plan(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        variables: Variables,
        audience: Audience,
        *,
        introspects: bool,
    ) -> Kept:
        """The plan of an operation for a class of viewer, which may ask for the schema where it `introspects`.

        Raises IntrospectionError, and an InputError where the selection asks the impossible.
        """
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            raise TypeError(f"the schema has no {operation.operation.value} type")
        guards = Guards(variables)
        collector = Collector(self.schema, document.fragments, guards)
        nodes = collector.roots(operation, root)
        context = Context(self.model, self.limits, audience)
        if operation.operation is OperationType.MUTATION:
            steps = tuple(self._step(context, collector.selected(root, key, found)) for key, found in nodes.items())
            return Kept(guards.frozen(), compile_operation(context, ()), steps=steps)
        if operation.operation is OperationType.SUBSCRIPTION:
            # There is one field: validation refuses several, and @skip and @include on it.
            [(key, found)] = nodes.items()
            selected = collector.selected(root, key, found)
            live = plan_subscription(context, FEEDS[selected.name], selected)
            return Kept(guards.frozen(), compile_operation(context, ()), live=live)
        asked = [collector.selected(root, key, found) for key, found in nodes.items() if not is_introspection(found[0])]
        if len(asked) < len(nodes) and not introspects:
            raise IntrospectionError
        steps = tuple(self._step(context, field) for field in asked if field.name in PROCEDURES)
        fields = tuple(field for field in asked if field.name not in PROCEDURES)
        order = tuple(nodes) if len(fields) < len(nodes) else ()
        compiled = compile_operation(context, fields)
        return Kept(guards.frozen(), compiled, order, steps)

    def _step(self, context: Context, field: Selected) -> Step:
        mutation, procedure = self._mutations.get(field.name), PROCEDURES.get(field.name)
        fields = only(field.below) if field.below else ()
        if mutation is not None:
            return Step(field, mutation, None, compile_payload(context, mutation.type, fields))
        shown = tuple(shown_nodes(self.model, (field,)))
        return Step(field, None, procedure, compile_shown(context, shown), shown)
