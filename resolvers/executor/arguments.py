"""Arguments as the document writes them become values that remember what was looked at."""

from __future__ import annotations

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    value_from_ast,
)

from graph.compiler.inputs import Guards, Value
from graph.errors import InputError


class OneOfVariableError(InputError):
    """A variable stands for the one field of a @oneOf input and has no value."""

    code = "ONE_OF_VARIABLE"
    text = "{type} takes exactly one field with a value; the variable given for it has none."
    hint = "Declare the variable as non-null and give it a value."


class NullVariableError(InputError):
    """A variable that may be null stands where null is not taken."""

    code = "NULL_VARIABLE"
    text = "${variable} is null where a value of type {type} is needed."
    hint = "Leave the variable out to get the default, or give it a value."


def field_arguments(guards: Guards, field: GraphQLField, node: FieldNode) -> dict[str, Value]:
    """The arguments that the document gives a field; those left out are not there."""
    found = {}
    for argument in node.arguments or ():
        name = argument.name.value
        value = argument_value(guards, argument.value, field.args[name].type)
        if not isinstance(argument.value, VariableNode) or value.given:
            found[name] = value
    return found


def argument_value(guards: Guards, node: ValueNode, kind: GraphQLInputType) -> Value:
    """The value of a literal, a variable, or a literal with variables inside; validation has seen it before."""
    if isinstance(node, VariableNode):
        value = Value.variable(guards, node.name.value)
        if isinstance(kind, GraphQLNonNull) and value.given and not value.present:
            raise NullVariableError(variable=node.name.value, type=kind)
        return value
    if isinstance(kind, GraphQLNonNull):
        return argument_value(guards, node, kind.of_type)
    if isinstance(kind, GraphQLList):
        return _list(guards, node, kind)
    if isinstance(kind, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        return _object(guards, node, kind)
    return Value.constant(guards, value_from_ast(node, kind))


def _list(guards: Guards, node: ValueNode, kind: GraphQLList[GraphQLInputType]) -> Value:
    if isinstance(node, ListValueNode):
        return Value.composed(guards, [argument_value(guards, item, kind.of_type) for item in node.values or ()])
    found = value_from_ast(node, kind)
    if found is None:
        return Value.constant(guards, None)
    return Value.composed(guards, [argument_value(guards, node, kind.of_type)])


def _object(guards: Guards, node: ObjectValueNode, kind: GraphQLInputObjectType) -> Value:
    parts = {}
    for field in node.fields or ():
        name = field.name.value
        value = argument_value(guards, field.value, kind.fields[name].type)
        if not isinstance(field.value, VariableNode) or value.given:
            parts[name] = value
    if kind.is_one_of and not any(part.present for part in parts.values()):
        raise OneOfVariableError(type=kind.name)
    return Value.composed(guards, parts)
