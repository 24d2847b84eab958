"""A field that will go says so wherever clients meet it: types, edges, figures, and inputs that may leave it out."""

from __future__ import annotations

from graphql import GraphQLInputObjectType, GraphQLObjectType, print_type

from graph.model.build import build_model
from graph.model.declare import Connection, deprecated, node, prop, ref, related, relationship
from resolvers.types.query import build_schema, core_schema
from schema import declarations
from schema.base import Base
from schema.organisation import Organisation

REASON = "Use name. Since 2027-03-01."


@relationship("NEAR", "nea", source="Kiosk", target="Kiosk")
class Near:
    """One is near another."""

    steps: int | None = deprecated("Nobody counts.", prop("How many steps it is."))


@node("kio", default_order="name")
class Kiosk(Base):
    """A window to the street."""

    name: str = prop("What the sign says.", order=True)
    title: str | None = deprecated(REASON, prop("What the sign said.", filter=True))
    rank: int = deprecated(REASON, prop("How much it sells.", order=True))
    motto: str = deprecated(REASON, prop("What must be given."))
    owner: Organisation | None = deprecated("Nobody owns one.", ref("OWNED_BY", "Whose it is."))
    near: Connection[Kiosk] = deprecated("Look at a map.", related(Near, "out", "Those near it."))
    kin: Connection[Kiosk] = related(Near, "in", "Those it is near to.")


CLASSES = [*declarations.declared_classes(), Near, Kiosk]
TYPES = core_schema(build_schema(build_model(CLASSES))).type_map


def reasons(name: str) -> dict[str, str]:
    found = TYPES[name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    return {n: field.deprecation_reason for n, field in found.fields.items() if field.deprecation_reason}


def test_fields_of_every_kind_are_deprecated() -> None:
    own = {"title": REASON, "rank": REASON, "motto": REASON}
    assert reasons("Kiosk") == {**own, "owner": "Nobody owns one.", "near": "Look at a map."}
    assert reasons("KioskAggregate") == {"rank": REASON}
    assert reasons("NearKioskEdge") == {"steps": "Nobody counts."}
    assert f'@deprecated(reason: "{REASON}")' in print_type(TYPES["Kiosk"])


def test_inputs_are_deprecated_where_they_may_be_left_out() -> None:
    owner = {"owner": "Nobody owns one."}
    assert reasons("CreateKioskInput") == {"title": REASON, **owner}
    assert reasons("UpdateKioskInput") == {"title": REASON, "rank": REASON, "motto": REASON, **owner}
    assert reasons("KioskFilter") == {"title": REASON, **owner, "near": "Look at a map."}
    assert reasons("KioskOrder") == {"rank": REASON, "near": "Look at a map."}
