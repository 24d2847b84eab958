"""A phone or tax number is read by the country of its party, whichever of both a change gives."""

import pytest

from graph.writer import Put
from graph.writer.errors import FieldValueError, ValueTakenError
from tests.support.desk import Desk


async def test_a_national_number_is_read_by_the_country_given_with_it(desk: Desk) -> None:
    values = {"phone": "024 3825 1234", "fax": "(024) 3825.1235", "country": "VN", "email": " An@Example.VN"}
    await desk.write(desk.new("Organisation", "org:a", values))
    node = await desk.node("org:a")
    assert (node["phone"], node["fax"], node["email"]) == ("+842438251234", "+842438251235", "An@example.vn")


async def test_a_national_number_is_read_by_the_country_that_is_stored(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"country": "DE"}))
    await desk.write(desk.change("Person", "person:a", {"phone": "030-0074321"}))
    assert (await desk.node("person:a"))["phone"] == "+49300074321"


async def test_the_same_number_written_otherwise_changes_nothing(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"country": "DE", "phone": "030-0074321"}))
    for phone in ("030-0074321", "+49 30 0074321", "+49300074321"):
        assert (await desk.write(desk.change("Person", "person:a", {"phone": phone}))).status == "unchanged"


async def test_an_international_number_needs_no_country_and_outlives_a_move(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"phone": "+84 912 345 678"}))
    await desk.write(desk.change("Person", "person:a", {"country": "DE"}))
    assert (await desk.node("person:a"))["phone"] == "+84912345678"


async def test_a_national_number_without_a_country_is_an_error_that_says_so(desk: Desk) -> None:
    with pytest.raises(FieldValueError) as caught:
        await desk.write(desk.new("Person", "person:a", {"phone": "0912 345 678"}))
    assert caught.value.message() == (
        "Person.phone: '0912 345 678' is not a phone number with + and a country's code, "
        "which is needed where no country is known."
    )
    assert caught.value.advice().startswith('For example: "+84 ')


async def test_a_tax_number_is_checked_where_the_rules_are_known_and_kept_elsewhere(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "org:vn", {"taxId": "0100 233-488", "country": "VN"}))
    await desk.write(desk.new("Organisation", "org:ae", {"taxId": " 1006 5800 ", "country": "AE"}))
    assert (await desk.node("org:vn"))["taxId"] == "0100233488"
    assert (await desk.node("org:ae"))["taxId"] == "1006 5800"
    with pytest.raises(FieldValueError, match=r"Organisation\.taxId: '0100233480' is not a tax number of VN \("):
        await desk.write(desk.change("Organisation", "org:vn", {"taxId": "0100233480"}))


async def test_a_country_in_which_the_tax_number_is_wrong_is_refused_until_both_change(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "org:a", {"taxId": "0100233488", "country": "VN"}))
    with pytest.raises(FieldValueError, match="is not a tax number of DE"):
        await desk.write(desk.change("Organisation", "org:a", {"country": "DE"}))
    await desk.write(desk.change("Organisation", "org:a", {"country": "DE", "taxId": "136 695 976"}))
    assert (await desk.node("org:a"))["taxId"] == "DE136695976"


async def test_a_tax_number_belongs_to_one_organisation_however_it_is_written(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "org:a", {"taxId": "0100233488", "country": "VN"}))
    with pytest.raises(ValueTakenError, match="Another Organisation has the taxId '0100233488'"):
        await desk.write(desk.new("Organisation", "org:b", {"taxId": "0100 233 488", "country": "VN"}))
    id = (await desk.write(desk.new("Organisation", "org:c", {"taxId": "0100 233 488"}))).written[0].id
    with pytest.raises(ValueTakenError, match="Another Organisation has the taxId '0100233488'"):
        await desk.write(Put("Organisation", id, {"country": "VN"}))


async def test_what_a_change_does_not_concern_is_not_judged_again(desk: Desk) -> None:
    await desk.write(desk.new("Person", "person:a", {"country": "VN"}))
    before = "MATCH (:ExternalKey {key: $key})-[:IDENTIFIES]->(n) SET n.phone = 'as it was before there were rules'"
    await desk.database.run_implicit(before, {"key": desk.key("person:a")})
    assert (await desk.write(desk.change("Person", "person:a", {"city": "Huế"}))).status == "updated"
