"""The executor: every operation becomes one statement and one completion; only introspection runs in graphql-core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    get_variable_values,
)

from access.api_keys import ApiKeys
from access.viewer import Viewer
from graph.client import Database
from graph.compiler.compile import Compiled, compile_operation, compile_payload, compile_shown
from graph.compiler.inputs import Guards, Variables
from graph.compiler.matching import Binding
from graph.compiler.planner.context import Context, Limits
from graph.compiler.planner.payloads import shown_nodes
from graph.compiler.selection import Selected, only
from graph.errors import CustomerGraphError
from graph.merging import led_by
from graph.model.model import Model
from graph.mutations.rights import Rights
from graph.mutations.shapes import Mutation, mutations
from resolvers.executor.answers import (
    MisfitError,
    MutationByGetError,
    SubscriptionNeedsStreamError,
    VariableError,
    error_entry,
    graphql_entries,
)
from resolvers.executor.collect import Collector
from resolvers.executor.documents import (
    Document,
    Documents,
    InvalidDocumentError,
    UnknownOperationError,
    select_operation,
)
from resolvers.executor.explain import Explanation, explain
from resolvers.executor.lru import CacheFigures, Lru
from resolvers.executor.mutate import Mutator
from resolvers.executor.plans import Kept, Plans, Step
from resolvers.executor.procedures import run_procedure
from resolvers.executor.request import Answer, Request
from resolvers.live.feeds import FEEDS
from resolvers.live.hub import Hub, LiveFigures, LiveSettings
from resolvers.live.plan import plan_subscription
from resolvers.live.stream import open_stream
from resolvers.procedures.base import Call
from resolvers.procedures.known import PROCEDURES


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to run: its plan, its coerced variables, what its parameters are read from."""

    kept: Kept
    document: Document
    operation: OperationDefinitionNode
    binding: Binding
    cost: int

    @property
    def compiled(self) -> Compiled:
        """The compiled operation."""
        return self.kept.compiled


class InvalidRequestError(Exception):
    """The document or its variables cannot run; carries the answer that says why."""

    def __init__(self, errors: list[dict[str, Any]], status: int = 400) -> None:
        super().__init__("; ".join(str(entry["message"]) for entry in errors))
        self.answer = Answer(orjson.dumps({"errors": errors}), status, has_data=False)


@dataclass(slots=True)
class Executor:
    """Runs operations against one database; without one it can still prepare them."""

    schema: GraphQLSchema
    model: Model
    database: Database | None = None
    limits: Limits = field(default_factory=Limits)
    keys: ApiKeys | None = None
    live: LiveSettings = field(default_factory=LiveSettings)
    hub: Hub | None = field(init=False, default=None)
    documents: Documents = field(init=False)
    plans: Plans = field(init=False)
    _mutations: Mapping[str, Mutation] = field(init=False)
    _rights: Rights = field(init=False)

    def __post_init__(self) -> None:
        self.documents = Documents(self.schema)
        self.plans = Plans(Lru(2_000))
        self._mutations = mutations(self.model)
        self._rights = Rights(self.model)

    async def execute(self, request: Request, viewer: Viewer) -> Answer:
        """The answer to a request; failures are answers too, and only defects raise."""
        try:
            prepared = self.prepare(request, viewer)
            name = prepared.operation.name
            guard = self._rights.guard(viewer.audience, viewer.organisations or (), viewer.party)
            call = Call(self.connected, self.model, viewer, request.language, self.limits, {}, guard, self.keys)
            if prepared.operation.operation is OperationType.SUBSCRIPTION:
                raise InvalidRequestError([error_entry(SubscriptionNeedsStreamError(), request.language)])
            if prepared.operation.operation is OperationType.MUTATION:
                # A client that leaves takes its questions with it, but not what it has asked to be changed.
                body = await asyncio.shield(Mutator(call).run(prepared.kept.steps, prepared.binding))
                if self.hub is not None:
                    self.hub.wake()
            else:
                body = await self._query(request, prepared, call)
            return Answer(orjson.dumps(body), operation=name.value if name else None)
        except InvalidRequestError as refused:
            return refused.answer
        except CustomerGraphError as error:
            path = getattr(error, "path", ())
            failed = {"data": None, "errors": [error_entry(error, request.language, path)]}
            return Answer(orjson.dumps(failed), status=503 if error.retryable else 200)

    async def subscribe(self, request: Request, viewer: Viewer) -> AsyncGenerator[Answer, None]:
        """The answers to a request, as they come: those of a subscription until it ends, one of anything else.

        The last one of a subscription that ends by itself has no data and says why.
        """
        try:
            prepared = self.prepare(request, viewer)
            name = prepared.operation.name
            if prepared.kept.live is not None:
                if self.hub is None:
                    self.hub = Hub(self.connected, self.model, self.live)
                arguments = prepared.kept.live.arguments(prepared.binding.variables)
                if request.after is not None:
                    arguments["after"] = request.after
                stream = open_stream(self.hub, prepared.kept.live, prepared.binding, arguments, self.limits)
                async with aclosing(stream) as messages:
                    async for message in messages:
                        yield Answer(message.body, operation=name.value if name else None, after=message.after)
                return
        except InvalidRequestError as refused:
            yield refused.answer
            return
        except CustomerGraphError as error:
            yield InvalidRequestError([error_entry(error, request.language)]).answer
            return
        yield await self.execute(request, viewer)

    async def _query(self, request: Request, prepared: Prepared, call: Call) -> dict[str, Any]:
        notes: list[str] = []
        body: dict[str, Any] = {"data": await self._data(request, prepared, call, notes)}
        if notes:
            body["extensions"] = {"stopped": [{"path": [key], "looked": self.limits.scan_max} for key in notes]}
        if request.extensions and request.extensions.get("explain") and "admin" in call.viewer.roles:
            body.setdefault("extensions", {})["explain"] = (await self.explain(request, call.viewer)).as_json()
        return body

    async def explain(self, request: Request, viewer: Viewer) -> Explanation:
        """How the request is answered; InputError or InvalidRequestError where it cannot be."""
        prepared = self.prepare(request, viewer)
        parameters = prepared.compiled.bind(prepared.binding)
        return await explain(self.connected, prepared.compiled, parameters, prepared.cost)

    @property
    def connected(self) -> Database:
        """The database; RuntimeError before there is one."""
        if self.database is None:
            raise RuntimeError("the executor has no database yet")
        return self.database

    def live_figures(self) -> LiveFigures:
        """How subscriptions do."""
        return LiveFigures() if self.hub is None else self.hub.figures

    def caches(self) -> dict[str, CacheFigures]:
        """What is kept between requests, by name."""
        return {"documents": self.documents.figures, "plans": self.plans.figures}

    def prepare(self, request: Request, viewer: Viewer) -> Prepared:
        """Parses, coerces the variables, finds or makes the plan, and checks the cost."""
        try:
            document = self.documents.get(request.query)
            operation = select_operation(document, request.operation_name)
        except InvalidDocumentError as error:
            raise InvalidRequestError(graphql_entries(error.errors, error.kind, request.language)) from None
        except UnknownOperationError as error:
            raise InvalidRequestError([error_entry(error, request.language)]) from None
        if operation.operation is OperationType.MUTATION and not request.mutations_allowed:
            raise InvalidRequestError([error_entry(MutationByGetError(), request.language)], status=405)
        variables = self._variables(operation, request)
        kept = self.plans.find(request.query, request.operation_name, viewer.audience, variables)
        if kept is None:
            kept = self._plan(document, operation, variables, viewer)
            self.plans.keep(request.query, request.operation_name, viewer.audience, kept)
        binding = Binding(variables, viewer.organisations or (), viewer.party)
        parts = (kept.compiled, *(step.payload for step in kept.steps))
        cost = sum(part.cost.check(binding, self.limits.cost_max) for part in parts)
        return Prepared(kept, document, operation, binding, cost)

    def _variables(self, operation: OperationDefinitionNode, request: Request) -> Variables:
        if not operation.variable_definitions:
            return {}
        found = get_variable_values(
            self.schema, operation.variable_definitions, dict(request.variables or {}), max_errors=20
        )
        if isinstance(found, list):
            raise InvalidRequestError(graphql_entries(found, VariableError, request.language))
        return found.coerced

    def _plan(
        self, document: Document, operation: OperationDefinitionNode, variables: Variables, viewer: Viewer
    ) -> Kept:
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            raise TypeError(f"the schema has no {operation.operation.value} type")
        guards = Guards(variables)
        collector = Collector(self.schema, document.fragments, guards)
        nodes = collector.roots(operation, root)
        context = Context(self.model, self.limits, viewer.audience)
        if operation.operation is OperationType.MUTATION:
            steps = tuple(self._step(context, collector.selected(root, key, found)) for key, found in nodes.items())
            return Kept(guards.frozen(), compile_operation(context, ()), steps=steps)
        if operation.operation is OperationType.SUBSCRIPTION:
            # There is one field: validation refuses several, and @skip and @include on it.
            [(key, found)] = nodes.items()
            selected = collector.selected(root, key, found)
            live = plan_subscription(context, FEEDS[selected.name], selected)
            return Kept(guards.frozen(), compile_operation(context, ()), live=live)
        asked = [collector.selected(root, key, found) for key, found in nodes.items() if not _introspects(found[0])]
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

    async def _data(self, request: Request, prepared: Prepared, call: Call, notes: list[str]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for step in prepared.kept.steps:
            if step.procedure is not None:
                called = replace(call, arguments=step.arguments(prepared.binding.variables))
                data[step.field.key] = await run_procedure(step, step.procedure, called, prepared.binding)
        # Read last: a position that was asked for beside it lies before it.
        data |= await self._read(prepared.compiled, prepared.binding, notes)
        if not prepared.kept.order:
            return data
        if any(key not in data for key in prepared.kept.order):
            data |= self._introspect(request, prepared)
        return {key: data[key] for key in prepared.kept.order}

    async def _read(self, compiled: Compiled, binding: Binding, notes: list[str]) -> dict[str, Any]:
        """The data of the compiled fields; ids that are no node's any more are followed to where they lead."""
        parameters = compiled.bind(binding)
        row = (await self.connected.read(compiled.text, parameters))[0][0] if compiled.text else []
        data = compiled.complete(row, parameters, notes)
        missed = compiled.missed(data, binding) if compiled.lookups and not binding.led else ()
        if missed and (led := await led_by(self.connected, missed)):
            notes.clear()
            return await self._read(compiled, replace(binding, led=led, memo={}), notes)
        return data

    def _introspect(self, request: Request, prepared: Prepared) -> dict[str, Any]:
        root = self.schema.get_root_type(OperationType.QUERY)
        collector = Collector(self.schema, prepared.document.fragments, Guards(prepared.binding.variables))
        nodes = collector.roots(prepared.operation, root) if root else {}
        fields = tuple(node for found in nodes.values() if _introspects(found[0]) for node in found)
        operation = OperationDefinitionNode(
            operation=OperationType.QUERY,
            name=prepared.operation.name,
            variable_definitions=prepared.operation.variable_definitions,
            selection_set=SelectionSetNode(selections=fields),
        )
        document = DocumentNode(definitions=(operation, *prepared.document.fragments.values()))
        result = execute_sync(self.schema, document, variable_values=dict(request.variables or {}))
        if result.errors:
            raise InvalidRequestError(graphql_entries(result.errors, MisfitError, request.language))
        return result.data or {}


def _introspects(node: FieldNode) -> bool:
    return node.name.value in ("__schema", "__type")
