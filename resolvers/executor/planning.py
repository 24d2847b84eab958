"""From an operation to what is kept of it: a compiled statement, the steps that run by themselves, a live feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graphql import GraphQLSchema, OperationDefinitionNode, OperationType

from graph.compiler.compile import compile_operation, compile_payload, compile_shown
from graph.compiler.cost import NOTHING, fixed
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
from resolvers.procedures.base import Procedure
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
            changes = (collector.selected(root, key, found) for key, found in nodes.items())
            done = tuple(self._step(context, change, PROCEDURES["Mutation"]) for change in changes)
            return Kept(guards.frozen(), compile_operation(context, ()), steps=done)
        if operation.operation is OperationType.SUBSCRIPTION:
            # There is one field: validation refuses several, and @skip and @include on it.
            [(key, found)] = nodes.items()
            selected = collector.selected(root, key, found)
            live = plan_subscription(context, FEEDS[selected.name], selected)
            return Kept(guards.frozen(), compile_operation(context, ()), live=live)
        asked = [collector.selected(root, key, found) for key, found in nodes.items() if not is_introspection(found[0])]
        if len(asked) < len(nodes) and not introspects:
            raise IntrospectionError
        steps: list[Step] = []
        fields: list[Selected] = []
        for one in asked:
            if one.name in PROCEDURES["Query"]:
                steps.append(self._step(context, one, PROCEDURES["Query"]))
            elif one.name == "viewer" and (parts := _parts(one)):
                steps += (self._step(context, part, PROCEDURES["Viewer"], above=one.key) for part in parts)
                fields.append(_without(one, parts))
            else:
                fields.append(one)
        below = {f.key: tuple(p.key for p in only(f.below)) for f in asked if f.name == "viewer"}
        order = {key: below.get(key, ()) for key in nodes} if steps or len(fields) < len(nodes) else {}
        compiled = compile_operation(context, tuple(fields))
        return Kept(guards.frozen(), compiled, order, tuple(steps))

    def _step(self, context: Context, field: Selected, procedures: Mapping[str, Procedure], above: str = "") -> Step:
        mutation, procedure = self._mutations.get(field.name), procedures.get(field.name)
        fields = only(field.below) if field.below else ()
        if mutation is not None:
            return Step(field, mutation, None, compile_payload(context, mutation.type, fields))
        shown = tuple(shown_nodes(self.model, (field,)))
        cost = fixed(field.key, procedure.cost(field)) if procedure is not None else NOTHING
        return Step(field, None, procedure, compile_shown(context, shown), shown, above, cost)


def _parts(viewer: Selected) -> list[Selected]:
    """What is selected of the viewer that runs by itself."""
    return [part for part in only(viewer.below) if part.name in PROCEDURES["Viewer"]]


def _without(viewer: Selected, parts: list[Selected]) -> Selected:
    rest = tuple(part for part in only(viewer.below) if part not in parts)
    return replace(viewer, below=dict.fromkeys(viewer.below or (), rest))
