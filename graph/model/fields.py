"""Declared fields become fields of the model: annotations resolved by name, inverse fields tied to their references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graph.model import scalars
from graph.model.declare import Declared, camel
from graph.model.declared import DeclarationError, Declarations, parse_annotation
from graph.model.elements import Changed, Collection, Computed, Field, Pick, Property, Reference, Stages
from graph.model.scalars import Scalar, choice_scalar
from graph.model.ways import Step

_NAMES = {
    "str": scalars.TEXT,
    "ID": scalars.ID,
    "int": scalars.INTEGER,
    "float": scalars.FLOAT,
    "bool": scalars.BOOLEAN,
    "Instant": scalars.INSTANT,
    "Day": scalars.DAY,
    "Decimal": scalars.DECIMAL,
    "Money": scalars.MONEY,
    "CurrencyCode": scalars.CURRENCY,
    "CountryCode": scalars.COUNTRY,
    "LanguageCode": scalars.LANGUAGE,
    "EmailAddress": scalars.EMAIL,
    "PhoneNumber": scalars.PHONE,
    "TaxNumber": scalars.TAX_NUMBER,
}


class Fields:
    """Resolves fields against all declarations; DeclarationError names the class and field that is wrong."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._choices = {name: choice_scalar(c) for name, c in declared.choices.items()}

    def resolve(self, cls: type, name: str, annotation: str, item: Declared) -> Iterable[Field]:
        """What one declared field stands for; a reference with a key comes with the property that holds the key."""
        options = item.options
        match item.kind:
            case "prop" | "copy":
                yield self.property(cls, name, annotation, item)
            case "computed":
                _, type_name, nullable = parse_annotation(cls, name, annotation)
                yield Computed(
                    name=camel(name),
                    scalar=self._scalar(cls, name, type_name),
                    nullable=nullable,
                    description=item.description,
                    needs=tuple(camel(n) for n in options["needs"]),
                    function=options["function"],
                    cost=options["cost"],
                )
            case "ref":
                yield from self._reference(cls, name, annotation, item)
            case "pick":
                yield Pick(
                    name=camel(name),
                    collection=camel(options["collection"]),
                    argument=camel(options["argument"]),
                    property=camel(options["by"]),
                    description=item.description,
                    argument_description=options["argument_description"],
                )
            case "matching":
                _, target, _ = parse_annotation(cls, name, annotation)
                self._known(cls, name, target)
                (key, near), *also = ((camel(far), camel(near)) for far, near in options["keys"].items())
                step = Step("", "out", None, key, near, tuple(also))
                visible_to = self._visible_to(target, item)
                yield Collection(camel(name), target, step, item.description, visible_to=visible_to)
            case "inverse":
                yield self._inverse(cls, name, annotation, item)
            case "related":
                yield self._related(cls, name, annotation, item)
            case "changed":
                yield Changed(
                    camel(name), item.description, *(camel(options[n]) for n in ("type", "before", "after", "subject"))
                )

    def property(self, cls: type, name: str, annotation: str, item: Declared) -> Property:
        """A stored property, of a node or a relationship."""
        many, type_name, nullable = parse_annotation(cls, name, annotation)
        if many:
            raise DeclarationError(f"{cls.__name__}.{name}: a property cannot be a connection")
        options = item.options
        if item.kind == "copy":
            reference, source = options["copy_of"]
            return Property(
                camel(name),
                self._scalar(cls, name, type_name),
                nullable,
                item.description,
                orderable=options["order"],
                derived=True,
                hidden=not item.description,
                copy_of=(camel(reference), camel(source)),
            )
        order = options["order"]
        if order and nullable:
            raise DeclarationError(f"{cls.__name__}.{name}: an offered order needs a value on every node")
        if options["scope"] is not None and (order or options["filter"] or not nullable):
            raise DeclarationError(
                f"{cls.__name__}.{name}: a value with a scope is nullable, and no filter or order is on it"
            )
        if options["lookup"] and not options["filter"]:
            raise DeclarationError(f"{cls.__name__}.{name}: a lookup is a filter")
        if options["search"] and options["visible_to"]:
            raise DeclarationError(f"{cls.__name__}.{name}: whoever searches finds it, so everybody must be allowed to")
        scalar = self._scalar(cls, name, type_name)
        if (scalar.settle is None) != (options["within"] is None):
            raise DeclarationError(f"{cls.__name__}.{name}: {type_name} and within belong together, or neither is said")
        return Property(
            name=camel(name),
            scalar=scalar,
            nullable=nullable,
            description=item.description,
            filterable=options["filter"],
            orderable=camel(name) if order is True else order or None,
            searchable=options["search"],
            folded=options["folded"] or options["search"],
            unique=options["unique"],
            lookup=options["lookup"],
            derived=options["derived"],
            visible_to=frozenset(options["visible_to"]),
            scope=options["scope"],
            stages=_stages(options.get("stages")),
            cost=options["cost"],
            within=options["within"] and camel(options["within"]),
            personal=options["personal"],
        )

    def _reference(self, cls: type, name: str, annotation: str, item: Declared) -> Iterable[Field]:
        _, target, nullable = parse_annotation(cls, name, annotation)
        self._known(cls, name, target)
        key = f"{camel(name)}Id" if item.options["key"] else None
        yield Reference(
            name=camel(name),
            target=target,
            step=Step(item.options["type"], "out"),
            nullable=nullable,
            description=item.description,
            key=key,
            among=item.options["among"],
            visible_to=self._visible_to(target, item),
            cost=item.options["cost"],
        )
        if key:
            yield Property(key, scalars.ID, nullable, "", derived=True, hidden=True, copy_of=(camel(name), "id"))

    def _inverse(self, cls: type, name: str, annotation: str, item: Declared) -> Field:
        _, target, _ = parse_annotation(cls, name, annotation)
        self._known(cls, name, target)
        back = {n: i for n, _, i in self._declared.node_fields(self._declared.nodes[target])}.get(
            item.options["reference"]
        )
        if back is None or back.kind != "ref":
            raise DeclarationError(f"{cls.__name__}.{name}: {target} has no reference {item.options['reference']!r}")
        key = f"{camel(item.options['reference'])}Id" if back.options["key"] else None
        return Collection(
            name=camel(name),
            target=target,
            step=Step(back.options["type"], "in", key=key),
            description=item.description,
            where=item.options["where"],
            visible_to=self._visible_to(target, item),
        )

    def _related(self, cls: type, name: str, annotation: str, item: Declared) -> Field:
        many, target, nullable = parse_annotation(cls, name, annotation)
        self._known(cls, name, target)
        relationship = item.options["relationship"].__name__
        if relationship not in self._declared.relationships:
            raise DeclarationError(f"{cls.__name__}.{name}: unknown relationship {item.options['relationship']!r}")
        found = self._declared.relationship(relationship)
        step = Step(found.type, "both" if found.symmetric else item.options["direction"], relationship)
        visible_to = self._visible_to(target, item)
        if many:
            return Collection(camel(name), target, step, item.description, {}, visible_to, item.options["cost"])
        return Reference(
            camel(name), target, step, nullable, item.description, visible_to=visible_to, cost=item.options["cost"]
        )

    def _visible_to(self, target: str, item: Declared) -> frozenset[str]:
        """The roles that may follow a field: those it names, or else those that may see what it leads to."""
        own = frozenset(item.options.get("visible_to", ()))
        return own or (frozenset() if target == "Node" else self._declared.node(target).visible_to)

    def _scalar(self, cls: type, name: str, type_name: str) -> Scalar:
        found = self._choices.get(type_name) or _NAMES.get(type_name)
        if found is None:
            raise DeclarationError(f"{cls.__name__}.{name}: {type_name} is not a kind of value")
        return found

    def _known(self, cls: type, name: str, target: str) -> None:
        if target != "Node" and target not in self._declared.nodes:
            raise DeclarationError(f"{cls.__name__}.{name}: {target} is not a declared node type")


def _stages(given: tuple[str, Mapping[Any, Iterable[Any]], Iterable[Any], Iterable[Any]] | None) -> Stages | None:
    if given is None:
        return None
    type, moves, strongest, ends = given
    following = {value.name: tuple(other.name for other in others) for value, others in moves.items()}
    return Stages(type, following, tuple(value.name for value in strongest), tuple(value.name for value in ends))
