"""The mutations of a model with their inputs and payloads, made of the shapes in graph/mutations."""

from __future__ import annotations

import strawberry
from strawberry.types.field import StrawberryField

from graph.compiler.planner.payloads import payload_nodes
from graph.model.elements import NodeType, Reference, RelationshipType
from graph.model.scalars import INSTANT
from graph.mutations.shapes import Links, Mutation, Parts, mutations, nested
from graph.writer.forms import form
from graph.writer.rules import waivable
from resolvers.procedures.known import PROCEDURES
from resolvers.types.inputs import user_error, value_fields
from resolvers.types.objects import node_by, object_type
from resolvers.types.registry import Registry, Type, argument, field, input_field, many, optional, set_fields

_VERBS = {
    "create": "Makes a new {name}, with all that the input holds, or nothing.",
    "update": "Changes a {name}: null takes a value away, what is left out stays.",
    "move": "Moves a {name} to another stage, at a time and for a reason.",
    "end": "Ends a {name}: it stays readable as history.",
    "delete": "Deletes a {name} that nothing else refers to.",
}


def mutation_type(registry: Registry) -> Type:
    """`Mutation`: create, update and end or delete for every type, and the procedures."""

    def fill(made: Type) -> None:
        fields = [_field(registry, mutation) for mutation in mutations(registry.model).values()]
        set_fields(made, [*fields, *(p.field(registry) for p in PROCEDURES["Mutation"].values())])

    return registry.output("Mutation", "Everything that can be changed, each in a transaction of its own.", fill)


def _field(registry: Registry, mutation: Mutation) -> StrawberryField:
    text = f"{_VERBS[mutation.verb].format(name=mutation.type.name)} {mutation.type.description}"
    given = argument("input", _input(registry, mutation), "What to change, and how.")
    return field(mutation.name, optional(_payload(registry, mutation)), text, [given])


def _payload(registry: Registry, mutation: Mutation) -> Type:
    def fill(made: Type) -> None:
        type, fields = mutation.type, []
        if mutation.verb == "delete":
            fields.append(field("deletedId", optional(strawberry.ID), "The id that is gone; null where it is not."))
        elif isinstance(type, RelationshipType):
            fields.append(
                field("id", optional(strawberry.ID), "The id of the relationship; null where it was refused.")
            )
        if mutation.verb != "delete":
            for name, (_, target) in payload_nodes(registry.model, type).items():
                text = "What it is now; null where the change was refused, but shown where versions conflict."
                fields.append(field(name, optional(object_type(registry, target)), text))
        fields.append(field("userErrors", many(user_error(registry)), "Why nothing was changed; empty on success."))
        set_fields(made, fields)

    return registry.output(f"{mutation.stem}Payload", f"What {mutation.name} came to.", fill)


def _input(registry: Registry, mutation: Mutation) -> Type:
    """`CreatePersonInput`: the values, how to name what is changed, and the key that makes it repeatable."""

    def fill(made: Type) -> None:
        type, verb = mutation.type, mutation.verb
        fields: list[StrawberryField] = []
        if verb == "create":
            fields += _ends(registry, type) if isinstance(type, RelationshipType) else _new_fields(registry, type)
        elif isinstance(type, NodeType):
            fields.append(input_field("by", node_by(registry), "Which one."))
        else:
            fields.append(input_field("id", strawberry.ID, "Which one: the id on an edge of a connection."))
        if verb == "create" and isinstance(type, RelationshipType):
            fields += value_fields(registry, type)
        if verb == "update":
            fields += value_fields(registry, type, all_optional=True)
            if isinstance(type, NodeType):
                fields += _references(registry, type, all_optional=True)
        if verb == "move" and isinstance(type, NodeType) and type.staged is not None:
            fields.append(input_field("to", registry.scalar(type.staged.scalar), type.staged.description))
            fields.append(input_field("at", optional(registry.scalar(INSTANT)), "When it came there; now by default."))
            fields.append(input_field("reason", optional(str), "Why."))
        if verb == "end":
            instant = optional(registry.scalar(INSTANT))
            fields.append(input_field("until", instant, "When it ends or ended; now where none is given."))
        if mutation.successor is not None:
            kind = optional(reference(registry, registry.model.type(mutation.successor)))
            fields.append(input_field("reassignTo", kind, "Who takes over what ends with it."))
        if verb != "create":
            fields.append(input_field("expectedVersion", optional(int), "Refuse if it has another version by now."))
        if verb in ("create", "update"):
            rules = registry.enum("WaivableRule", waivable(registry.model), "Rules that a change may set aside.")
            fields.append(
                input_field("allow", optional(many(rules)), "Make the change although these rules forbid it.")
            )
        key = "Sent again with the same key and input within 24 hours, the change is not made again."
        fields.append(input_field("idempotencyKey", optional(str), key))
        set_fields(made, fields)

    return registry.input(f"{mutation.stem}Input", f"What {mutation.name} takes.", fill)


def _new_fields(registry: Registry, type: NodeType, without: str | None = None) -> list[StrawberryField]:
    """The fields of a new node; `without` names the reference that is clear from where the node stands."""
    fields = [*value_fields(registry, type), *_references(registry, type, without=without)]
    if type.name != "ExternalKey":
        text = "The key that another system has for it: `crm:person:7`."
        fields.append(input_field("externalKey", optional(str), text))
    for item in nested(registry.model, type):
        kind = _part(registry, item) if isinstance(item, Parts) else _link(registry, item)
        fields.append(input_field(item.field.name, optional(many(kind)), f"Made with it. {item.field.description}"))
    return fields


def _part(registry: Registry, item: Parts) -> Type:
    name = item.reference.name

    def fill(made: Type) -> None:
        set_fields(made, _new_fields(registry, item.type, without=name))

    stem = f"{item.type.name}By{name[0].upper()}{name[1:]}"
    return registry.input(f"New{stem}Input", f"A new {item.type.name}; its {name} is the node around.", fill)


def _link(registry: Registry, item: Links) -> Type:
    def fill(made: Type) -> None:
        node = input_field("node", reference(registry, item.far), "The node at the other end.")
        set_fields(made, [node, *value_fields(registry, item.type)])

    return registry.input(
        f"{item.type.name}{item.far.name}Input", f"A new {item.type.name} between the node around and another.", fill
    )


def reference(registry: Registry, target: NodeType) -> Type:
    """`PartyReference`: a node that is there, by id or key, or one that is made for it."""

    def fill(made: Type) -> None:
        fields = [
            input_field("id", optional(strawberry.ID), "The id of this service."),
            input_field("externalKey", optional(str), "The key of another system: `northwind:customer:ALFKI`."),
        ]
        if target.name != "Node":
            for type in registry.model.concrete(target.name):
                text = f"A new one, made in the same transaction. {type.description}"
                fields.append(input_field(f"create{type.name}", optional(_new(registry, type)), text))
        set_fields(made, fields)

    return registry.input(
        f"{target.name}Reference", f"A {target.name} that is there or is made, in exactly one way.", fill, one_of=True
    )


def _new(registry: Registry, type: NodeType) -> Type:
    def fill(made: Type) -> None:
        set_fields(made, _new_fields(registry, type))

    return registry.input(f"New{type.name}Input", f"A new {type.name} inside another change.", fill)


def _ends(registry: Registry, type: RelationshipType) -> list[StrawberryField]:
    ends = (("source", type.source, "From where it leads."), ("target", type.target, "Where it leads."))
    return [input_field(name, reference(registry, registry.model.type(end)), text) for name, end, text in ends]


def _references(
    registry: Registry, type: NodeType, *, all_optional: bool = False, without: str | None = None
) -> list[StrawberryField]:
    found: list[StrawberryField] = []
    for item in form(type).references.values():
        if item.name != without:
            kind = reference(registry, _target(registry, item))
            kind = optional(kind) if all_optional or not item.is_needed else kind
            found.append(input_field(item.name, kind, item.description, deprecated=item.deprecated))
    return found


def _target(registry: Registry, item: Reference) -> NodeType:
    return registry.model.type(item.target)
