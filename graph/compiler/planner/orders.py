"""Order inputs become order keys; every order ends in the id, so that no two rows share a place."""

from __future__ import annotations

import orjson

from graph.compiler.inputs import Value
from graph.compiler.matching import Aggregated, Binding, Compare, Measure, OrderKey, Param, Ref
from graph.compiler.planner.context import Context, encoder, parameter, property_ref
from graph.compiler.planner.filters import plan_edge_filter, plan_filter, relation_match
from graph.compiler.planner.windows import digest
from graph.errors import InputError
from graph.model.elements import Collection, NodeType, Property, RelationshipType
from graph.model.scalars import CURRENCY


class CurrencyNeededError(InputError):
    """Amounts of several currencies have no order."""

    code = "CURRENCY_NEEDED"
    text = "An order by {measure} of {field} needs a currency."
    hint = 'Give currency, for example {{ by: {measure}, currency: "VND" }}.'


_PYTHON = {"Int": int, "Decimal": int, "Money": int, "Float": float}


def plan_order(
    ctx: Context, target: NodeType, relationship: RelationshipType | None, value: Value | None
) -> tuple[OrderKey, ...]:
    """The keys of `orderBy`, or those of the type's default order. An id comes last: the node's, or the relationship's
    where two of them may lead to one node."""
    keys: list[OrderKey] = []
    if value is not None and value.present:
        for item in ctx.items(value):
            [(name, part)] = item.members().items()
            keys.append(_edge_key(ctx, target, relationship, name, part))
    if not keys and target.default_order in target.orders:
        keys.append(_key(target.orders[target.default_order], descending=target.newest_first))
    last = Ref("id", "edge" if relationship else "node")
    if not any(key.by == last for key in keys):
        keys.append(OrderKey(last, keys[-1].descending if keys else False, nullable=False, kind=str))
    return tuple(keys)


def order_digest(ctx: Context, target: NodeType, order: tuple[OrderKey, ...], value: Value | None) -> str | Param:
    """What tells an order of these nodes from all others; cursors carry it. A figure is another one with every other
    currency, filter and time: there the whole of `orderBy` counts."""
    signature = f"{target.name}:{_signature(order)}"
    if value is None or not any(isinstance(key.by, Aggregated) for key in order):
        return digest(signature)
    read, time = value.read, ctx.time

    def whole(binding: Binding) -> str:
        given = orjson.dumps(read(binding.variables), default=str, option=orjson.OPT_SORT_KEYS)
        return digest(f"{signature} {given.decode()} {time.start.read(binding) if time else ''}")

    return Param(whole)


def _signature(order: tuple[OrderKey, ...]) -> str:
    parts = []
    for key in order:
        by = key.by
        name = f"{by.on}.{by.name}" if isinstance(by, Ref) else by if isinstance(by, str) else _figure_name(by)
        parts.append(f"{name}{'-' if key.descending else '+'}")
    return ",".join(parts)


def _figure_name(figure: Aggregated) -> str:
    over = f"{figure.match.step.type if figure.match.step else ''}{figure.match.target.name}"
    return f"{figure.measure}({over}.{figure.ref.name if figure.ref else ''})"


def _edge_key(
    ctx: Context, target: NodeType, relationship: RelationshipType | None, name: str, part: Value
) -> OrderKey:
    if relationship is None:
        return _node_key(ctx, target, name, part)
    if name == "node":
        [(inner, below)] = [(n, p) for n, p in part.members().items() if p.present]
        return _node_key(ctx, target, inner, below)
    return _key(relationship.fields[name], descending=_descending(part), on_edge=True)


def _node_key(ctx: Context, target: NodeType, name: str, part: Value) -> OrderKey:
    field = target.fields.get(name)
    if isinstance(field, Collection):
        return _figure_key(ctx, field, part)
    if name == "id":
        return OrderKey(Ref("id"), _descending(part), nullable=False, kind=str)
    return _key(target.orders[name], descending=_descending(part))


def _key(item: Property, *, descending: bool, on_edge: bool = False) -> OrderKey:
    ref = property_ref(item, "edge" if on_edge else "node", key=True)
    return OrderKey(ref, descending, nullable=item.nullable, kind=_PYTHON.get(item.scalar.name, str))


def _descending(part: Value) -> bool:
    value = part.peek()
    return bool(getattr(value, "name", value) == "DESC")


def _figure_key(ctx: Context, field: Collection, part: Value) -> OrderKey:
    """An order by a figure over a collection: `{ purchases: { by: NET_SUM, currency: "USD", direction: DESC } }`."""
    options = part.members()
    match = relation_match(ctx, field)
    condition = options.get("filter")
    if match.relationship:
        match.where.extend(plan_edge_filter(ctx, match.relationship, match.target, condition))
    else:
        match.where.extend(plan_filter(ctx, match.target, condition))
    measure, item = measured(match.target, _name(options["by"]))
    currency = options.get("currency")
    if currency is not None and currency.present:
        match.where.append(Compare(Ref("currency"), "=", parameter(currency, encoder(CURRENCY))))
    elif item is not None and item.scalar.name == "Money":
        raise CurrencyNeededError(measure=_name(options["by"]), field=field.name)
    direction = options.get("direction")
    return OrderKey(
        Aggregated(match, measure, property_ref(item, "node") if item else None),
        descending=direction is None or _descending(direction),
        nullable=measure in ("min", "max"),
        kind=int if item is None else _PYTHON.get(item.scalar.name, str),
    )


def _name(value: Value) -> str:
    found = value.peek()
    return str(getattr(found, "name", found))


def measures(target: NodeType) -> dict[str, tuple[Measure, Property | None]]:
    """Name of each figure that a collection of this type can be ordered by: `COUNT`, `NET_SUM`, `AT_MAX`."""
    found: dict[str, tuple[Measure, Property | None]] = {"COUNT": ("count", None)}
    for item in target.properties:
        if (
            item.hidden
            or not item.filterable
            or not item.scalar.ordered
            or item.scalar.name in ("String", "CountryCode")
        ):
            continue
        word = "".join(f"_{c}" if c.isupper() else c for c in item.name).upper()
        if item.scalar.summed:
            found[f"{word}_SUM"] = ("sum", item)
        found[f"{word}_MIN"] = ("min", item)
        found[f"{word}_MAX"] = ("max", item)
    return found


def measured(target: NodeType, name: str) -> tuple[Measure, Property | None]:
    """What the figure of this name measures."""
    return measures(target)[name]
