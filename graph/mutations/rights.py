"""What a viewer may see and change of the nodes that a mutation names, asked in its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from graph.client import Transaction
from graph.compiler.compile import Compiled, compile_plan
from graph.compiler.matching import Binding
from graph.compiler.planner.context import Audience, Context, Limits
from graph.compiler.planner.payloads import plan_ids
from graph.model.elements import NodeType
from graph.model.model import Model
from graph.writer import Guard
from graph.writer.names import by_type


@dataclass(slots=True)
class Rights:
    """Makes the guards of a model; the statements that these send are compiled once for a class of viewer."""

    model: Model
    _compiled: dict[tuple[Audience, tuple[str, ...]], Compiled] = field(default_factory=dict)

    def guard(self, audience: Audience, organisations: tuple[str, ...], party: str | None) -> Guard | None:
        """The guard of a viewer; None for one who sees everything."""
        if audience.sight == "all":
            return None
        binding = Binding({}, organisations, party)
        seen, kept = (partial(self._select, replace(audience, aim=aim), binding) for aim in ("see", "change"))
        return Guard(seen, kept, is_party=audience.sight == "own")

    async def _select(
        self, audience: Audience, binding: Binding, transaction: Transaction, ids: Iterable[str]
    ) -> set[str]:
        """Those of the ids whose nodes the audience sees, or may change:

        `COLLECT { MATCH (n0:Customer) WHERE n0.id IN $p0 AND n0.organisationId IN $p1 RETURN [n0.id] }`
        """
        types, found = zip(*by_type(self.model, ids), strict=True) if ids else ((), ())
        if not types:
            return set()
        compiled = self._statement(audience, types)
        bound = replace(binding, written={type.name: some for type, some in zip(types, found, strict=True)}, memo={})
        parameters = compiled.bind(bound)
        ((row,),) = await transaction.run(compiled.text, parameters)
        data = compiled.complete(row, parameters, [])
        return {node["id"] for nodes in data.values() for node in nodes if node is not None}

    def _statement(self, audience: Audience, types: tuple[NodeType, ...]) -> Compiled:
        key = audience, tuple(type.name for type in types)
        if key not in self._compiled:
            context = Context(self.model, Limits(), audience)
            self._compiled[key] = compile_plan(context, plan_ids(types))
        return self._compiled[key]
