"""The executor: every operation becomes one statement and one completion; only introspection runs in graphql-core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
)

from access.api_keys import ApiKeys
from access.viewer import Viewer
from graph.client import Database, within
from graph.compiler.compile import Compiled
from graph.compiler.inputs import Variables
from graph.compiler.matching import Binding
from graph.compiler.planner.context import Limits
from graph.errors import CustomerGraphError, InputError, LimitError, NotAllowedError
from graph.merging import led_by
from graph.model.model import Model
from graph.mutations.rights import Rights
from resolvers.executor.answers import (
    IntrospectionError,
    MisfitError,
    MutationByGetError,
    SubscriptionNeedsStreamError,
    VariableError,
    error_entry,
    failed,
    graphql_entries,
)
from resolvers.executor.documents import (
    Documents,
    InvalidDocumentError,
    select_operation,
)
from resolvers.executor.explain import Explanation, explain
from resolvers.executor.figures import LoadFigures
from resolvers.executor.gate import Gate
from resolvers.executor.introspect import introspect
from resolvers.executor.lru import CacheFigures, Lru
from resolvers.executor.meter import Balance, Meter
from resolvers.executor.mutate import Mutator
from resolvers.executor.persisted import Persisted
from resolvers.executor.planning import Planner
from resolvers.executor.plans import Plans, given_arguments
from resolvers.executor.prepared import InvalidRequestError, Prepared
from resolvers.executor.procedures import run_procedure
from resolvers.executor.request import Answer, Request
from resolvers.executor.tracing import told_failed, told_operation, traced
from resolvers.executor.values import check_variables
from resolvers.live.hub import Hub, LiveFigures, LiveSettings
from resolvers.live.stream import open_stream
from resolvers.procedures.base import Call

_ROOM = 10_000_000
"""Characters of the documents of all plans that are kept, once for each variant of a plan."""


@dataclass(slots=True)
class Executor:
    """Runs operations against one database; without one it can still prepare them."""

    schema: GraphQLSchema
    model: Model
    database: Database | None = None
    limits: Limits = field(default_factory=Limits)
    keys: ApiKeys | None = None
    persisted: Persisted = field(default_factory=Persisted)
    introspectors: frozenset[str] = frozenset({"admin"})
    gate: Gate = field(default_factory=Gate)
    meter: Meter | None = None
    live: LiveSettings = field(default_factory=LiveSettings)
    hub: Hub | None = field(init=False, default=None)
    operations: int = field(init=False, default=0)
    cost: int = field(init=False, default=0)
    documents: Documents = field(init=False)
    plans: Plans = field(init=False)
    _planner: Planner = field(init=False)
    _rights: Rights = field(init=False)

    def __post_init__(self) -> None:
        self.documents = Documents(self.schema, self.limits)
        self.plans = Plans(Lru(2_000, _ROOM))
        self._planner = Planner(self.schema, self.model, self.limits)
        self._rights = Rights(self.model)

    async def execute(self, request: Request, viewer: Viewer) -> Answer:
        """The answer to a request; failures are answers too, and only defects raise."""
        return await traced(self._answer(request, viewer))

    async def _answer(self, request: Request, viewer: Viewer) -> Answer:
        operation: str | None = None
        try:
            prepared, balance = await self._admitted(request, viewer)
            self._count(prepared)
            operation = prepared.operation.name.value if prepared.operation.name else None
            guard = self._rights.guard(viewer.audience, viewer.organisations or (), viewer.party)
            call = Call(self.connected, self.model, viewer, request.language, self.limits, {}, guard, self.keys)
            if prepared.operation.operation is OperationType.SUBSCRIPTION:
                raise InvalidRequestError([error_entry(SubscriptionNeedsStreamError(), request.language)])
            if prepared.operation.operation is OperationType.MUTATION:
                # A client that leaves takes its questions with it, but not what it has asked to be changed.
                body = await asyncio.shield(self._run(request, prepared, call))
                if self.hub is not None:
                    self.hub.wake()
            else:
                body = await self._run(request, prepared, call)
            if balance or (request.extensions and request.extensions.get("cost")):
                body.setdefault("extensions", {})["cost"] = self._told(prepared, balance, viewer)
            headers = balance.headers if balance else {}
            return Answer(orjson.dumps(body), headers=headers, operation=operation)
        except InvalidRequestError as refused:
            told_failed("INVALID_REQUEST")
            return replace(refused.answer, operation=operation)
        except CustomerGraphError as error:
            told_failed(error.code)
            return replace(failed(error, request.language), operation=operation)

    def _count(self, prepared: Prepared) -> None:
        self.operations += 1
        self.cost += prepared.cost
        told_operation(prepared.operation, prepared.cost)

    async def _admitted(self, request: Request, viewer: Viewer) -> tuple[Prepared, Balance | None]:
        """The request, ready to run, and what is left to the viewer after it where that is counted."""
        self.gate.must_have_room()
        if self.meter is None:
            return self.prepare(request, viewer), None
        return await self._metered(self.meter, request, viewer)

    async def _metered(self, meter: Meter, request: Request, viewer: Viewer) -> tuple[Prepared, Balance]:
        """The same with what is left; one that is refused costs 1."""
        try:
            prepared = self.prepare(request, viewer)
        except (InvalidRequestError, CustomerGraphError):
            await meter.spend(viewer.subject, 1)
            raise
        return prepared, await meter.spend(viewer.subject, prepared.cost)

    def _told(self, prepared: Prepared, balance: Balance | None, viewer: Viewer) -> dict[str, int]:
        """What an operation cost: of a minute's worth where that is counted, else of what one operation may."""
        if balance is not None:
            return {"requested": prepared.cost, "limit": balance.limit, "remaining": balance.remaining}
        limit = self.limits.cost_of(viewer.roles)
        return {"requested": prepared.cost, "limit": limit, "remaining": limit - prepared.cost}

    async def subscribe(self, request: Request, viewer: Viewer) -> AsyncGenerator[Answer, None]:
        """The answers to a request, as they come: those of a subscription until it ends, one of anything else.

        The last one of a subscription that ends by itself has no data and says why.
        """
        try:
            prepared = self.prepare(request, viewer)
            name = prepared.operation.name
            if prepared.kept.live is not None:
                if self.meter is not None:
                    await self.meter.spend(viewer.subject, max(prepared.cost, 1))
                if self.hub is None:
                    self.hub = Hub(self.connected, self.model, self.live)
                arguments = prepared.kept.live.arguments(prepared.binding.variables)
                if request.after is not None:
                    arguments["after"] = request.after
                limits = replace(self.limits, cost_max=self.limits.cost_of(viewer.roles))
                stream = open_stream(self.hub, prepared.kept.live, prepared.binding, arguments, limits)
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

    async def _run(self, request: Request, prepared: Prepared, call: Call) -> dict[str, Any]:
        """The response, when it is the request's turn."""
        async with self.gate:
            with within(self.limits.request_seconds):
                if prepared.operation.operation is OperationType.MUTATION:
                    return await Mutator(call).run(prepared.kept.steps, prepared.binding)
                return await self._query(request, prepared, call)

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

    def load_figures(self) -> LoadFigures:
        """What was done so far, and what is under way."""
        busy, most = (self.database.busy, self.database.settings.pool_size) if self.database else (0, 0)
        return LoadFigures(self.operations, self.cost, *self.gate.under_way, busy, most)

    def caches(self) -> dict[str, CacheFigures]:
        """What is kept between requests, by name."""
        return {
            "documents": self.documents.figures,
            "plans": self.plans.figures,
            "persisted": self.persisted.figures,
        }

    def prepare(self, request: Request, viewer: Viewer) -> Prepared:
        """Finds the document, parses, coerces the variables, finds or makes the plan, and checks the cost."""
        suggest = not self.introspectors.isdisjoint(viewer.roles)
        try:
            text = self.persisted.text(request)
            document = self.documents.get(text, suggest=suggest)
            operation = select_operation(document, request.operation_name)
        except InvalidDocumentError as error:
            raise InvalidRequestError(graphql_entries(error.errors, error.kind, request.language)) from None
        except (LimitError, InputError, NotAllowedError) as error:
            raise InvalidRequestError([error_entry(error, request.language)]) from None
        if request.document_id is not None:
            self.persisted.keep(request)
        if operation.operation is OperationType.MUTATION and not request.mutations_allowed:
            raise InvalidRequestError([error_entry(MutationByGetError(), request.language)], status=405)
        variables = self._variables(operation, request, suggest)
        kept = self.plans.find(text, request.operation_name, viewer.audience, variables)
        if kept is None:
            try:
                kept = self._planner.plan(document, operation, variables, viewer.audience, introspects=suggest)
            except IntrospectionError as error:
                raise InvalidRequestError([error_entry(error, request.language)]) from None
            self.plans.keep(text, request.operation_name, viewer.audience, kept)
        binding = Binding(variables, viewer.organisations or (), viewer.party)
        parts = (kept.compiled.cost, *(cost for step in kept.steps for cost in (step.payload.cost, step.cost)))
        limit = self.limits.cost_of(viewer.roles)
        cost = sum(part.check(binding, limit) for part in parts)
        return Prepared(kept, document, operation, binding, cost)

    def _variables(self, operation: OperationDefinitionNode, request: Request, suggest: bool) -> Variables:
        if not operation.variable_definitions:
            return {}
        given = request.variables or {}
        try:
            check_variables(given, self.limits)
        except LimitError as error:
            raise InvalidRequestError([error_entry(error, request.language)]) from None
        found = get_variable_values(
            self.schema, operation.variable_definitions, dict(given), max_errors=20, hide_suggestions=not suggest
        )
        if isinstance(found, list):
            raise InvalidRequestError(graphql_entries(found, VariableError, request.language))
        return found.coerced

    async def _data(self, request: Request, prepared: Prepared, call: Call, notes: list[str]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        nested: dict[str, dict[str, Any]] = {}
        for step in prepared.kept.steps:
            if step.procedure is not None:
                called = replace(call, arguments=given_arguments(step.field, prepared.binding.variables))
                target = nested.setdefault(step.above, {}) if step.above else data
                target[step.field.key] = await run_procedure(step, step.procedure, called, prepared.binding)
        # Read last: a position that was asked for beside it lies before it.
        data |= await self._read(prepared.compiled, prepared.binding, notes)
        order = prepared.kept.order
        if not order:
            return data
        if any(key not in data for key in order):
            found = introspect(
                self.schema, prepared.document, prepared.operation, prepared.binding.variables, request.variables or {}
            )
            if found.errors:
                raise InvalidRequestError(graphql_entries(found.errors, MisfitError, request.language))
            data |= found.data or {}
        for key, parts in nested.items():
            whole = data[key] | parts
            data[key] = {part: whole[part] for part in order[key]}
        return {key: data[key] for key in order}

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
