"""`importRows`: many rows of any type, each told what became of it."""

from __future__ import annotations

from collections import Counter

import strawberry
from strawberry.types.field import StrawberryField

from graph.errors import CustomerGraphError
from graph.model.elements import NodeType, RelationshipType
from graph.mutations.refusals import refusal
from graph.mutations.rows import RowResult, import_once, row_types
from graph.writer.forms import form
from resolvers.procedures.base import Call, Payload, Procedure
from resolvers.types.inputs import user_error, value_fields
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields


async def _run(call: Call) -> Payload:
    given = call.arguments["input"]
    results: list[RowResult] = []
    errors: list[Payload] = []
    try:
        call.viewer.must_write_rows()
        results = await import_once(
            call.database,
            call.model,
            given["rows"],
            call.repeatable("importRows"),
            by=call.viewer.subject,
            limit=call.limits.import_max,
            dry_run=bool(given.get("dryRun")),
            guard=call.guard,
        )
    except CustomerGraphError as error:
        errors = [call.error(refusal(error))]
    counts = Counter(result.status for result in results)
    return {
        "__typename": "ImportRowsPayload",
        **{status: counts[status] for status in ("created", "updated", "unchanged", "rejected")},
        "results": [_row_value(call, result) for result in results],
        "userErrors": errors,
    }


def _row_value(call: Call, result: RowResult) -> Payload:
    return {
        "__typename": "ImportRowResult",
        "index": result.index,
        "status": result.status.upper(),
        "id": result.id,
        "error": call.error(result.refusal) if result.refusal else None,
    }


_STATUSES = {
    "CREATED": "It was not there and is now.",
    "UPDATED": "It was there and holds something else now.",
    "UNCHANGED": "It was there and held all of it already.",
    "REJECTED": "Nothing of it was written; the error says why.",
}


def _field(registry: Registry) -> StrawberryField:
    text = (
        "Writes rows: what a key or id names is changed, or made where it is absent. Rows may name one another in any "
        "order; a row that is refused stops no other. Repeating it changes nothing."
    )
    return field("importRows", optional(_payload(registry)), text, [argument("input", _input(registry), "The rows.")])


def _input(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        rows = input_field("rows", many(_row(registry)), "The rows, up to a limit of the service.")
        dry = input_field("dryRun", optional(bool), "Tell what would become of the rows, and write nothing.")
        key = (
            "Sent again with the same key and input within 24 hours, rows that were written have the same result, and "
            "those that were refused are tried again."
        )
        set_fields(made, [rows, dry, input_field("idempotencyKey", optional(str), key)])

    return registry.input("ImportRowsInput", "What importRows takes.", fill)


def _row(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                input_field(name, optional(_row_of(registry, type)), f"A {type.name}. {type.description}")
                for name, type in row_types(registry.model)
            ],
        )

    return registry.input("ImportRowInput", "One row, of exactly one type.", fill, one_of=True)


def _row_of(registry: Registry, type: NodeType | RelationshipType) -> Type:
    def fill(made: Type) -> None:
        values = value_fields(registry, type, all_optional=True)
        if isinstance(type, RelationshipType):
            ends = [input_field(end, str, f"The {end}: its id, or its external key.") for end in ("source", "target")]
            set_fields(made, [*ends, *values])
            return
        key = input_field("externalKey", str, "Its key in the source, or its id here: `crm:person:7`.")
        references = [
            input_field(r.name, optional(str), f"Id or external key. {r.description}")
            for r in form(type).references.values()
        ]
        set_fields(made, [key, *values, *references])

    return registry.input(f"{type.name}Row", f"A {type.name} to write; what is left out stays as it is.", fill)


def _payload(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        set_fields(
            made,
            [
                field("created", int, "How many rows were new."),
                field("updated", int, "How many changed what was there."),
                field("unchanged", int, "How many were there already."),
                field("rejected", int, "How many were refused."),
                field("results", many(_result(registry)), "What became of each row, in their order."),
                field("userErrors", many(user_error(registry)), "Why no row was taken at all; empty otherwise."),
            ],
        )

    return registry.output("ImportRowsPayload", "What importRows came to.", fill)


def _result(registry: Registry) -> Type:
    def fill(made: Type) -> None:
        status = registry.enum("ImportStatus", _STATUSES, "What became of a row.")
        set_fields(
            made,
            [
                field("index", int, "The place of the row among those given, from 0."),
                field("status", status, "What became of it."),
                field("id", optional(strawberry.ID), "The id of what it wrote; null where it was refused."),
                field("error", optional(user_error(registry)), "Why it was refused; else null."),
            ],
        )

    return registry.output("ImportRowResult", "What became of one row.", fill)


PROCEDURE = Procedure("importRows", "Mutation", _field, _run)
