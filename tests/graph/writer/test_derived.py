from graph.writer import End, Put, Relate
from graph.writer.derived import DERIVED, LOCAL, derived_values
from schema.declarations import model
from tests.support.desk import SINCE, Desk

UNTIL = "2025-01-01T00:00:00.000Z"


def test_every_derived_value_is_a_declared_derived_property() -> None:
    defined = [(d.type, d.property) for d in DERIVED] + [(d.type, d.property) for d in LOCAL]
    assert all(model().nodes[type].stored(name).derived for type, name in defined)


def test_every_declared_derived_value_is_defined_once() -> None:
    defined = [(d.type, d.property) for d in derived_values(model())] + [(d.type, d.property) for d in LOCAL]
    base = {"id", "createdAt", "updatedAt", "version", "erasedAt"}
    declared = {
        (node.name, item.key)
        for node in model().nodes.values()
        for item in node.properties
        if item.derived and item.name not in base and not (item.copy_of and item.copy_of[1] == "id")
    }
    # People belong to no organisation by themselves.
    assert sorted(defined) == sorted(declared - {("Person", "organisationId")})


async def company(desk: Desk) -> None:
    """A company with a unit below a unit, and a person."""
    await desk.write(
        desk.new("Organisation", "org:a"),
        desk.new("OrgUnit", "unit:top"),
        desk.new("OrgUnit", "unit:low"),
        desk.new("Person", "person:p"),
        Relate("PartOf", desk.key("unit:top"), desk.key("org:a"), {"since": SINCE}),
        Relate("PartOf", desk.key("unit:low"), desk.key("unit:top"), {"since": SINCE}),
    )


async def test_an_open_role_has_its_shortcut_and_an_ended_one_has_none(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Customer", "cus:1", party="person:p", seller="org:a"))
    assert await desk.targets("person:p", "CUSTOMER_OF") == ["org:a"]
    await desk.write(End("Customer", desk.key("cus:1"), UNTIL))
    assert await desk.targets("person:p", "CUSTOMER_OF") == []
    await desk.write(desk.change("Customer", "cus:1", {"until": None}))
    assert await desk.targets("person:p", "CUSTOMER_OF") == ["org:a"]


async def test_two_open_roles_share_one_shortcut_until_both_are_ended(desk: Desk) -> None:
    await company(desk)
    await desk.write(
        Put("Brand", desk.key("brand"), {"name": "Second"}),
        desk.new("Customer", "cus:1", party="person:p", seller="org:a"),
        desk.new("Customer", "cus:2", party="person:p", seller="org:a", brand="brand"),
    )
    assert await desk.targets("person:p", "CUSTOMER_OF") == ["org:a"]
    await desk.write(End("Customer", desk.key("cus:1"), UNTIL))
    assert await desk.targets("person:p", "CUSTOMER_OF") == ["org:a"]
    await desk.write(End("Customer", desk.key("cus:2"), UNTIL))
    assert await desk.targets("person:p", "CUSTOMER_OF") == []


async def test_a_shortcut_follows_its_role_to_another_seller(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Customer", "cus:1", party="person:p", seller="org:a"))
    await desk.write(desk.change("Customer", "cus:1", seller="unit:top"))
    assert await desk.targets("person:p", "CUSTOMER_OF") == ["unit:top"]


async def test_a_role_written_as_ended_never_has_a_shortcut(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Customer", "cus:1", {"until": UNTIL}, party="person:p", seller="org:a"))
    assert await desk.targets("person:p", "CUSTOMER_OF") == []


async def test_the_party_name_of_a_role_follows_a_rename(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Customer", "cus:1", party="person:p", seller="org:a"))
    await desk.write(desk.change("Person", "person:p", {"name": "Đặng Ánh"}))
    copied = model().nodes["Customer"].stored("partyName").key
    role = await desk.node("cus:1")
    assert role[copied] == "dang anh"
    assert role["version"] == 1


async def test_units_belong_to_the_organisation_at_the_top_and_follow_a_move(desk: Desk) -> None:
    await company(desk)
    first = (await desk.node("org:a"))["id"]
    assert (await desk.node("unit:low"))["organisationId"] == first
    await desk.write(desk.new("Customer", "cus:1", party="person:p", seller="unit:low"))
    assert (await desk.node("cus:1"))["organisationId"] == first

    await desk.write(desk.new("Organisation", "org:b"))
    move = Relate("PartOf", desk.key("unit:top"), desk.key("org:b"), {"since": UNTIL})
    await desk.write(Relate("PartOf", desk.key("unit:top"), desk.key("org:a"), {"since": SINCE, "until": UNTIL}), move)
    second = (await desk.node("org:b"))["id"]
    assert (await desk.node("unit:top"))["organisationId"] == second
    assert (await desk.node("unit:low"))["organisationId"] == second
    assert (await desk.node("cus:1"))["organisationId"] == second


async def test_a_unit_that_belongs_nowhere_has_no_organisation(desk: Desk) -> None:
    await company(desk)
    ended = Relate("PartOf", desk.key("unit:top"), desk.key("org:a"), {"since": SINCE, "until": UNTIL})
    await desk.write(ended)
    assert "organisationId" not in await desk.node("unit:top")
    assert "organisationId" not in await desk.node("unit:low")


async def test_a_unit_served_by_its_own_organisation_is_an_internal_customer(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Customer", "cus:1", party="unit:low", seller="org:a"))
    assert (await desk.node("cus:1"))["scope"] == "INTERNAL"


async def test_an_employee_is_an_internal_customer_while_the_employment_is_open(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Customer", "cus:1", party="person:p", seller="org:a"))
    assert (await desk.node("cus:1"))["scope"] == "EXTERNAL"
    await desk.write(desk.new("Employment", "emp:1", person="person:p", employer="unit:low"))
    assert (await desk.node("cus:1"))["scope"] == "INTERNAL"
    await desk.write(End("Employment", desk.key("emp:1"), UNTIL))
    assert (await desk.node("cus:1"))["scope"] == "EXTERNAL"


async def test_an_employment_that_moves_to_another_person_changes_both_scopes(desk: Desk) -> None:
    await company(desk)
    await desk.write(
        desk.new("Person", "person:q"),
        desk.new("Employment", "emp:1", person="person:p", employer="org:a"),
        desk.new("Customer", "cus:p", party="person:p", seller="org:a"),
        desk.new("Customer", "cus:q", party="person:q", seller="org:a"),
    )
    await desk.write(desk.change("Employment", "emp:1", person="person:q"))
    assert [(await desk.node(n))["scope"] for n in ("cus:p", "cus:q")] == ["EXTERNAL", "INTERNAL"]


async def shop(desk: Desk) -> None:
    """A purchase of two lines: 2 x 10 less 5 % and 3 x 0.3333."""
    await company(desk)
    await desk.write(
        desk.new("Product", "product:a"),
        desk.new("Purchase", "pur:1", buyer="person:p", seller="org:a"),
        line(desk, "line:1", {"quantity": "2", "discount": "0.05"}),
        line(desk, "line:2", {"quantity": "3", "unitPrice": "0.3333"}),
    )


def line(desk: Desk, name: str, values: dict[str, str]) -> Put:
    return desk.new("PurchaseLine", name, values, purchase="pur:1", product="product:a")


async def totals(desk: Desk, name: str) -> tuple[int, int, int]:
    node = await desk.node(name)
    return node["gross"], node["refunded"], node["net"]


async def test_a_purchase_sums_its_lines_exactly(desk: Desk) -> None:
    await shop(desk)
    assert await totals(desk, "pur:1") == (199_999, 0, 199_999)


async def test_totals_follow_lines_that_change_or_come_later(desk: Desk) -> None:
    await shop(desk)
    await desk.write(desk.change("PurchaseLine", "line:1", {"quantity": "4"}))
    assert await totals(desk, "pur:1") == (389_999, 0, 389_999)
    await desk.write(line(desk, "line:3", {}))
    assert await totals(desk, "pur:1") == (489_999, 0, 489_999)


async def test_totals_of_both_purchases_follow_a_line_that_moves(desk: Desk) -> None:
    await shop(desk)
    await desk.write(desk.new("Purchase", "pur:2", buyer="person:p", seller="org:a"))
    await desk.write(desk.change("PurchaseLine", "line:1", purchase="pur:2"))
    assert [(await desk.node(n))["gross"] for n in ("pur:1", "pur:2")] == [9_999, 190_000]


async def test_a_purchase_without_lines_is_worth_nothing(desk: Desk) -> None:
    await company(desk)
    await desk.write(desk.new("Purchase", "pur:1", buyer="person:p", seller="org:a"))
    assert await totals(desk, "pur:1") == (0, 0, 0)


async def test_lines_repeat_currency_and_time_of_their_purchase(desk: Desk) -> None:
    await shop(desk)
    await desk.write(desk.change("Purchase", "pur:1", {"currency": "VND", "at": UNTIL}))
    line = await desk.node("line:1")
    assert (line["currency"], line["at"]) == ("VND", UNTIL)


async def test_who_works_for_the_programmes_organisation_refers_as_staff_and_nobody_else_does(desk: Desk) -> None:
    await company(desk)
    later = "2024-06-01T00:00:00.000Z"
    await desk.write(
        desk.new("Person", "person:q"),
        desk.new("Person", "person:r"),
        desk.new("ReferralProgramme", "programme", owner="org:a"),
        desk.new("Employment", "job", {"until": later}, person="person:p", employer="unit:low"),
        desk.new("Referral", "before", referrer="person:p", referred="person:q", programme="programme"),
        desk.new(
            "Referral", "after", {"since": later}, referrer="person:p", referred="person:r", programme="programme"
        ),
    )

    async def kinds() -> list[str]:
        return [(await desk.node(name))["kind"] for name in ("before", "after")]

    assert await kinds() == ["ADVOCACY", "CUSTOMER"]
    await desk.write(desk.change("Employment", "job", {"until": None}))
    assert await kinds() == ["ADVOCACY", "ADVOCACY"]
    await desk.write(desk.change("Employment", "job", {"since": UNTIL}))
    assert await kinds() == ["CUSTOMER", "CUSTOMER"]
