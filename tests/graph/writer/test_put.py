from typing import Any

import pytest

from graph.errors import CustomerGraphError
from graph.model.values import id_prefix, new_id
from graph.writer import Put
from graph.writer.errors import (
    BadKeyError,
    FieldValueError,
    MissingValueError,
    NotFoundError,
    PeriodError,
    UnknownFieldError,
    UnknownReferenceError,
    UnknownTypeError,
    ValueTakenError,
    VersionConflictError,
    WrongTypeError,
)
from tests.support.desk import Desk


async def test_a_new_node_is_stored_with_id_times_version_keys_and_search_text(desk: Desk) -> None:
    outcome = await desk.write(desk.new("Person", "person:duc", {"name": "  Phở  Đức ", "city": "Huế"}))
    node = await desk.node("person:duc")
    assert outcome.status == "created"
    assert node["id"] == outcome.written[0].id
    assert id_prefix(node["id"]) == "per"
    assert node["createdAt"] == node["updatedAt"]
    assert {k: node.get(k) for k in ("name", "nameKey", "searchText", "city", "cityKey", "version")} == {
        "name": "Phở  Đức",
        "nameKey": "pho duc",
        "searchText": "pho duc",
        "city": "Huế",
        "cityKey": "hue",
        "version": 1,
    }


async def test_a_node_carries_the_label_of_its_interface_and_its_own(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "org:a"))
    ((labels,),) = await desk.rows(
        "MATCH (n:Party:Organisation {id: $id}) RETURN labels(n)", id=await _id(desk, "org:a")
    )
    assert set(labels) == {"Party", "Organisation"}


async def test_search_text_is_the_words_of_all_searchable_values(desk: Desk) -> None:
    await desk.write(desk.new("Product", "product:a", {"name": "Bún Bò", "sku": "BB-1"}))
    assert (await desk.node("product:a"))["searchText"] == "bun bo bb 1"


async def test_a_name_without_words_leaves_no_search_text(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"name": "An"}))
    await desk.write(desk.change("Person", "person:a", {"name": "?!"}))
    assert "searchText" not in await desk.node("person:a")


async def test_the_same_values_again_change_nothing(desk: Desk) -> None:
    put = desk.new("Person", "person:a", {"name": "An", "email": "an@example.com"})
    await desk.write(put)
    before = (await desk.node("person:a"), await desk.history(), await desk.events())
    outcome = await desk.write(put)
    assert outcome.status == "unchanged"
    assert (await desk.node("person:a"), await desk.history(), await desk.events()) == before


async def test_other_values_make_a_new_version_and_leave_the_rest(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"name": "An", "email": "an@example.com"}))
    outcome = await desk.write(desk.change("Person", "person:a", {"name": "Ân"}))
    node = await desk.node("person:a")
    assert (outcome.status, outcome.written[0].version) == ("updated", 2)
    assert (node["name"], node["nameKey"], node["email"], node["version"]) == ("Ân", "an", "an@example.com", 2)
    assert node["updatedAt"] >= node["createdAt"]


@pytest.mark.parametrize("nothing", [None, "", "  "])
async def test_none_and_empty_text_take_a_value_and_its_key_away(desk: Desk, nothing: str | None) -> None:
    await desk.write(desk.new("Person", "person:a", {"city": "Huế"}))
    await desk.write(desk.change("Person", "person:a", {"city": nothing}))
    assert not {"city", "cityKey"} & (await desk.node("person:a")).keys()


async def test_a_node_is_changed_by_its_id(desk: Desk) -> None:
    id = (await desk.write(desk.new("Person", "person:a"))).written[0].id
    await desk.write(Put("Person", id, {"name": "By id"}))
    assert (await desk.node("person:a"))["name"] == "By id"


async def test_references_are_written_followed_and_taken_away(desk: Desk) -> None:
    await desk.write(desk.new("Category", "cat:a"), desk.new("Category", "cat:b"))
    await desk.write(desk.new("Product", "product:a", category="cat:a"))
    assert await desk.targets("product:a", "IN_CATEGORY") == ["cat:a"]
    assert (await desk.node("product:a"))["categoryId"] == await _id(desk, "cat:a")
    await desk.write(desk.change("Product", "product:a", category="cat:b"))
    assert await desk.targets("product:a", "IN_CATEGORY") == ["cat:b"]
    await desk.write(desk.change("Product", "product:a", category=None))
    assert await desk.targets("product:a", "IN_CATEGORY") == []
    assert "categoryId" not in await desk.node("product:a")


async def test_a_group_may_refer_to_what_it_makes_by_a_local_name(desk: Desk) -> None:
    inner = Put("Category", "_:inner", {"name": "Inner"}, {"parent": desk.key("cat:outer")})
    product = desk.new("Product", "product:a")
    named = Put(product.type, product.node, product.values, {"category": "_:inner"})
    outcome = await desk.write(desk.new("Category", "cat:outer"), inner, named)
    id = outcome.written[1].id
    try:
        assert (await desk.node("product:a"))["categoryId"] == id
    finally:
        await desk.database.run_implicit("MATCH (n:Category {id: $id}) DETACH DELETE n", {"id": id})


async def test_a_group_may_name_what_a_later_group_makes(desk: Desk) -> None:
    child = desk.new("Category", "cat:child", parent="cat:parent")
    outcomes = await desk.groups([(child,), (desk.new("Category", "cat:parent"),)])
    assert [o.status for o in outcomes] == ["created", "created"]
    assert await desk.targets("cat:child", "IN_CATEGORY") == ["cat:parent"]


async def test_two_changes_of_one_node_in_a_batch_are_one_version(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"))
    changes = [(desk.change("Person", "person:a", {n: "x"}),) for n in ("region", "address")]
    await desk.groups(changes)
    node = await desk.node("person:a")
    assert (node["region"], node["address"], node["version"]) == ("x", "x", 2)


WRONG: list[tuple[str, dict[str, Any], dict[str, str | None], type[CustomerGraphError], str]] = [
    ("Nobody", {}, {}, UnknownTypeError, "There is no type 'Nobody'"),
    ("Person", {"name": "A", "nme": "B"}, {}, UnknownFieldError, "Person has no field 'nme'"),
    ("Person", {"name": "A", "version": 9}, {}, UnknownFieldError, "Person has no field 'version'"),
    ("Person", {"name": "A"}, {"manager": None}, UnknownFieldError, "Person has no field 'manager'"),
    ("Person", {}, {}, MissingValueError, "Person.name needs a value"),
    ("Person", {"name": " "}, {}, MissingValueError, "Person.name needs a value"),
    (
        "Person",
        {"name": "A", "birthDate": "yesterday"},
        {},
        FieldValueError,
        "Person.birthDate: 'yesterday' is not a day",
    ),
    ("Organisation", {"name": "A", "kind": "SHOP"}, {}, FieldValueError, "Organisation.kind: 'SHOP' is not one of"),
    ("Employment", {"since": "2024-01-01"}, {}, MissingValueError, "Employment.person needs a value"),
]


@pytest.mark.parametrize(("type", "values", "references", "error", "message"), WRONG)
async def test_an_error_names_type_field_and_value(
    desk: Desk,
    type: str,
    values: dict[str, Any],
    references: dict[str, str | None],
    error: type[CustomerGraphError],
    message: str,
) -> None:
    with pytest.raises(error) as raised:
        await desk.write(Put(type, desk.key("x:a"), values, references))
    assert message in str(raised.value)
    assert raised.value.advice()
    assert await desk.history() == []


async def test_an_unknown_reference_is_named(desk: Desk) -> None:
    missing = desk.key("cat:none")
    with pytest.raises(UnknownReferenceError, match=f"Product.category names '{missing}'"):
        await desk.write(desk.new("Product", "product:a", category="cat:none"))


async def test_a_reference_of_the_wrong_type_is_named(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"))
    with pytest.raises(WrongTypeError, match=r"Product.madeBy asks for Organisation; .* is Person"):
        await desk.write(desk.new("Product", "product:a", madeBy="person:a"))


async def test_a_key_of_a_node_of_another_type_is_refused(desk: Desk) -> None:
    await desk.write(desk.new("Person", "party:a"))
    with pytest.raises(WrongTypeError):
        await desk.write(desk.new("Organisation", "party:a"))


async def test_a_name_without_colons_is_refused(desk: Desk) -> None:
    with pytest.raises(BadKeyError, match="'ALFKI' is neither an id nor an external key"):
        await desk.write(Put("Person", "ALFKI", {"name": "A"}))


async def test_an_id_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.write(Put("Person", new_id("per"), {"name": "A"}))


async def test_a_fact_cannot_end_before_it_begins(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a"), desk.new("Organisation", "org:a"))
    values = {"since": "2024-02-01", "until": "2024-01-01"}
    with pytest.raises(PeriodError, match="Employment would end at 2024-01-01"):
        await desk.write(desk.new("Employment", "emp:a", values, person="person:a", employer="org:a"))


async def test_an_older_version_than_expected_is_a_conflict(desk: Desk) -> None:
    id = (await desk.write(desk.new("Person", "person:a"))).written[0].id
    await desk.write(Put("Person", id, {"name": "First"}, expected_version=1))
    with pytest.raises(VersionConflictError, match="has version 2, not 1"):
        await desk.write(Put("Person", id, {"name": "Second"}, expected_version=1))
    assert (await desk.node("person:a"))["name"] == "First"


async def test_a_unique_value_belongs_to_one_node_only(desk: Desk) -> None:
    number = {"taxId": desk.source[:20]}
    await desk.write(desk.new("Organisation", "org:a", number))
    with pytest.raises(ValueTakenError, match="Another Organisation has the taxId"):
        await desk.write(desk.new("Organisation", "org:b", number))
    assert (await desk.write(desk.new("Organisation", "org:a", number))).status == "unchanged"
    free = [(desk.change("Organisation", "org:a", {"taxId": None}),), (desk.new("Organisation", "org:b", number),)]
    assert [o.status for o in await desk.groups(free)] == ["updated", "created"]


async def test_a_unique_value_twice_in_one_batch_rejects_the_second(desk: Desk) -> None:
    number = {"taxId": desk.source[:20]}
    groups = [(desk.new("Organisation", f"org:{n}", number),) for n in "ab"]
    assert [o.status for o in await desk.groups(groups)] == ["created", "rejected"]


async def test_a_rejected_group_leaves_nothing_and_the_others_are_written(desk: Desk) -> None:
    bad = (desk.new("Person", "person:a"), desk.change("Person", "person:b", {"name": ""}))
    outcomes = await desk.groups([bad, (desk.new("Person", "person:c"),)])
    assert [o.status for o in outcomes] == ["rejected", "created"]
    keys = await desk.rows("MATCH (k:ExternalKey) WHERE k.key STARTS WITH $source + ':' RETURN k.key")
    assert keys == [[desk.key("person:c")]]


async def test_a_dry_run_says_what_would_happen_and_keeps_nothing(desk: Desk) -> None:
    (outcome,) = await desk.groups([(desk.new("Person", "person:a"),)], dry_run=True)
    assert outcome.status == "created"
    assert await desk.rows("MATCH (k:ExternalKey {key: $key}) RETURN k", key=desk.key("person:a")) == []


async def _id(desk: Desk, name: str) -> str:
    return str((await desk.node(name))["id"])
