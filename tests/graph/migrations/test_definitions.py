from __future__ import annotations

import pytest

from graph.migrations import IndexDefinition, required_schema
from graph.model.build import build_model
from graph.model.declare import copy, node, prop, ref, relationship
from graph.model.types import ID, Instant
from schema.declarations import model


class Kept:
    id: ID = prop("", unique=True, derived=True)


@node("sto", default_order="name")
class Store(Kept):
    """A place with a counter."""

    name: str = prop("", order=True, search=True)
    code: str = prop("", order=True, unique=True)
    opened: Instant = prop("", order=True)


@node("vis")
class Visit(Kept):
    """Somebody came."""

    store: Store = ref("VISIT_TO", "", key=True)
    witness: Store | None = ref("SEEN_BY", "")
    at: Instant = prop("", order=True)
    store_name: str = copy("store", "name", order="name")


@relationship("NEAR", "nea", source="Store", target="Store")
class Near(Kept):
    """One store is near another."""

    since: Instant = prop("", order=True)


TOY = build_model([Store, Visit, Near])


def of(label: str) -> set[tuple[str, ...]]:
    """Kind and properties of all that the toy model asks for on a label or relationship type."""
    return {(d.kind, *d.properties) for d in required_schema(TOY) if label in d.labels}


def test_every_unique_property_has_a_constraint_and_every_order_an_index_that_ends_in_the_id() -> None:
    assert of("Store") == {
        ("unique", "id"),
        ("unique", "code"),
        ("range", "nameKey", "id"),
        ("range", "opened", "id"),
        ("fulltext", "searchText"),
    }


def test_a_copied_key_leads_an_index_for_each_order_of_its_type() -> None:
    assert of("Visit") == {
        ("unique", "id"),
        ("range", "at", "id"),
        ("range", "storeName", "id"),
        ("range", "storeId", "id"),
        ("range", "storeId", "at", "id"),
        ("range", "storeId", "storeName", "id"),
    }


def test_a_relationship_has_a_constraint_on_its_id_and_no_index() -> None:
    assert of("NEAR") == {("unique", "id")}


def test_a_new_concept_needs_no_other_module() -> None:
    labels = {label for d in required_schema(TOY) for label in d.labels}

    own = {"Lock", "Counter", "Event", "Migration", "Request", "UnfinishedMerge", "ApiKey"}
    assert labels == {"Store", "Visit", "NEAR"} | own


def test_parties_are_found_by_their_common_label_too() -> None:
    names = {d.name for d in required_schema(model())}

    assert {"cg_unique_Party_id", "cg_unique_Person_id", "cg_range_Party_nameKey_id", "search"} <= names


def test_names_tell_definitions_apart() -> None:
    found = required_schema(model())

    assert len({d.name for d in found}) == len(set(found)) == len(found)


def test_a_long_name_is_cut_and_stays_its_own() -> None:
    many = tuple(f"property{n}" for n in range(20))
    one = IndexDefinition("range", "NODE", ("Store",), many)
    other = IndexDefinition("range", "NODE", ("Store",), (*many, "id"))

    assert len(one.name) == len(other.name) == 80
    assert one.name != other.name


@pytest.mark.parametrize(
    ("definition", "command"),
    [
        (
            IndexDefinition("unique", "NODE", ("Store",), ("id",)),
            "CREATE CONSTRAINT `cg_unique_Store_id` IF NOT EXISTS FOR (x:`Store`) REQUIRE (x.`id`) IS UNIQUE",
        ),
        (
            IndexDefinition("unique", "RELATIONSHIP", ("NEAR",), ("id",)),
            "CREATE CONSTRAINT `cg_unique_NEAR_id` IF NOT EXISTS FOR ()-[x:`NEAR`]-() REQUIRE (x.`id`) IS UNIQUE",
        ),
        (
            IndexDefinition("range", "NODE", ("Store",), ("nameKey", "id")),
            "CREATE INDEX `cg_range_Store_nameKey_id` IF NOT EXISTS FOR (x:`Store`) ON (x.`nameKey`, x.`id`)",
        ),
        (
            IndexDefinition("fulltext", "NODE", ("Brand", "Store"), ("searchText",), "standard-no-stop-words"),
            (
                "CREATE FULLTEXT INDEX `search` IF NOT EXISTS FOR (x:`Brand`|`Store`) ON EACH [x.`searchText`] "
                "OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}"
            ),
        ),
    ],
)
def test_commands(definition: IndexDefinition, command: str) -> None:
    assert definition.create == command
