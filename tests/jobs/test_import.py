import csv
from typing import Any

import pytest

from graph.client.errors import DatabaseForbiddenError
from jobs.importer import MappingError, Step, import_folder
from jobs.importer.rows import UnreadableFileError
from tests.jobs.conftest import Importer

PEOPLE = """
source = "people"
[[file]]
path = "people.csv"

[[file.node]]
type = "Person"
key = "person:{id}"
values = { name = "{name}", city = "{city}", birthDate = "{born}" }

[[file.relationship]]
type = "ReportsTo"
when = "{boss}"
source = "person:{id}"
target = "person:{boss}"
values = { since = "2024-01-01" }
"""
HEADER = "id,name,city,born,boss"


async def test_rows_become_nodes_and_relationships(importer: Importer) -> None:
    importer.write("people.csv", HEADER, "1,Nguyễn Văn An,Huế,1990-02-03,", '2,"Trần, Bình",,,1')
    report = await importer.run(PEOPLE)
    assert (report.rows.created, report.types["Person"].created, report.types["ReportsTo"].created) == (2, 2, 1)
    assert (await importer.desk.node("person:2"))["name"] == "Trần, Bình"
    assert await importer.desk.targets("person:2", "REPORTS_TO") == ["person:1"]


async def test_a_changed_cell_is_an_update_and_an_emptied_one_takes_the_value_away(importer: Importer) -> None:
    importer.write("people.csv", HEADER, "1,An,Huế,,", "2,Bình,,,")
    await importer.run(PEOPLE)
    importer.write("people.csv", HEADER, "1,An,,,", "2,Bình,,,")
    report = await importer.run(PEOPLE)
    assert (report.rows.updated, report.rows.unchanged) == (1, 1)
    assert "city" not in await importer.desk.node("person:1")


async def test_every_bad_row_is_reported_by_line_and_reason_and_the_others_load(importer: Importer) -> None:
    importer.write(
        "people.csv",
        HEADER,
        "1,An,,,",
        "2,Too,many,,columns,here",
        "3,,,,",
        '4,"Two\nlines",,1990-13-01,',
        "5,Lan,,,99",
        ",No key,,,",
        "7,Hoa,,,",
    )
    report = await importer.run(PEOPLE)
    assert (report.rows.created, report.rows.rejected) == (2, 5)
    with importer.rejects.open(encoding="utf-8", newline="") as lines:
        rows = [(int(r["line"]), r["reason"], r["raw"]) for r in csv.DictReader(lines)]
    missing = importer.desk.key("person:99")
    assert sorted(rows) == [
        (3, "it has 6 columns, the header 5", "2,Too,many,,columns,here"),
        (4, "Person.name needs a value.", "3,,,,"),
        (5, "Person.birthDate: '1990-13-01' is not a day.", '4,"Two\nlines",,1990-13-01,'),
        (7, f"ReportsTo.target names '{missing}', which is not there.", "5,Lan,,,99"),
        (8, "'id' is empty, but part of a key.", ",No key,,,"),
    ]


async def test_a_row_is_taken_wholly_or_not_at_all(importer: Importer) -> None:
    importer.write("people.csv", HEADER, "1,An,,,99")
    await importer.run(PEOPLE)
    keys = await importer.desk.rows("MATCH (k:ExternalKey) WHERE k.key STARTS WITH $source + ':' RETURN k")
    assert keys == []


async def test_mended_rows_are_taken_and_the_rejects_file_goes(importer: Importer) -> None:
    importer.write("people.csv", HEADER, "1,An,,,", "2,Bình,,never,1")
    await importer.run(PEOPLE)
    importer.rejects.write_text(importer.rejects.read_text(encoding="utf-8").replace("never", "1990-01-02"), "utf-8")
    report = await importer.run(PEOPLE, again=True)
    assert (report.total, report.rows.created) == (1, 1)
    assert not importer.rejects.exists()
    assert await importer.desk.targets("person:2", "REPORTS_TO") == ["person:1"]


async def test_a_row_may_name_what_stands_later_in_its_file(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.importer.run.BATCH", 3)
    importer.write("people.csv", HEADER, *(f"{n},P{n},,,{n + 1}" for n in range(1, 10)), "10,Top,,,")
    report = await importer.run(PEOPLE)
    assert (report.rows.created, report.rows.rejected) == (10, 0)
    assert await importer.desk.targets("person:9", "REPORTS_TO") == ["person:10"]


async def test_a_dry_run_counts_everything_and_keeps_nothing(importer: Importer) -> None:
    importer.write("people.csv", HEADER, "1,An,,,", "2,Bình,,,1", "3,,,,")
    report = await importer.run(PEOPLE, dry_run=True)
    assert (report.rows.created, report.rows.rejected, report.types["ReportsTo"].created) == (2, 1, 1)
    keys = await importer.desk.rows("MATCH (k:ExternalKey) WHERE k.key STARTS WITH $source + ':' RETURN k")
    assert keys == []


async def test_json_lines_keep_their_types(importer: Importer) -> None:
    mapping = """
source = "here"
[[file]]
path = "products.jsonl"
null = "-"
[[file.node]]
type = "Product"
key = "product:{id}"
values = { name = "{name}", kind = "GOOD", discontinued = "{gone}", sku = "{sku}" }
"""
    lines = ['{"id": 1, "name": "Phở", "gone": true, "sku": "-"}', '{"id": 2, "name": "Bún", "gone": "no"}', "[]", "{"]
    importer.write("products.jsonl", *lines)
    report = await importer.run(mapping)
    node = await importer.desk.node("product:1")
    assert (node["name"], node["discontinued"], "sku" in node) == ("Phở", True, False)
    assert [r.line for r in report.rejections] == [3, 4, 2]


async def test_rows_of_the_mapping_itself_are_taken_too(importer: Importer) -> None:
    mapping = """
source = "here"
[[file]]
rows = [{ key = "a", name = "A" }, { key = "b", name = "" }]
[[file.node]]
type = "Category"
key = "category:{key}"
values = { name = "{name}" }
"""
    report = await importer.run(mapping)
    assert [(r.file, r.line) for r in report.rejections] == [("(mapping)", 2)]
    assert (await importer.desk.node("category:a"))["name"] == "A"


async def test_progress_is_told_after_each_batch(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.importer.run.BATCH", 2)
    importer.write("people.csv", HEADER, *(f"{n},P{n},,," for n in range(4)))
    importer.write("mapping.toml", PEOPLE.replace('"people"', f'"{importer.desk.source}"', 1))
    steps: list[Step] = []
    desk = importer.desk
    path = importer.folder / "mapping.toml"
    await import_folder(desk.database, desk.model, path, importer.folder, progress=steps.append, by=desk.source)
    assert [s.rows for s in steps] == [2, 4, 4]
    assert steps[-1].bytes_read < steps[-1].bytes_total == (importer.folder / "people.csv").stat().st_size


async def test_a_file_that_is_not_utf8_loses_only_its_bad_rows(importer: Importer) -> None:
    content = f"{HEADER}\n1,An,,,\n2,".encode() + b"\xff\xfe,,,\n3,Hoa,,,\n"
    (importer.folder / "people.csv").write_bytes(content)
    report = await importer.run(PEOPLE)
    assert [(r.line, r.reason) for r in report.rejections] == [(3, "it is not UTF-8")]
    assert report.rows.created == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "people.csv: there is no such file."),
        ("", "people.csv: it is empty."),
        ("id,name\n", "people.csv: it has no column born, boss, city."),
    ],
)
async def test_a_file_that_cannot_be_read_is_named(importer: Importer, content: str | None, message: str) -> None:
    if content is not None:
        (importer.folder / "people.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=message):
        await importer.run(PEOPLE)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Person"', '"Persn"', "file 1 (people.csv), node 1: 'Persn' is not a node type"),
        ('"ReportsTo"', '"Reports"', "file 1 (people.csv), relationship 1: 'Reports' is not a relationship type"),
        ("city =", "town =", "file 1 (people.csv), node 1: Person has no value 'town' that can be written"),
        ('"{city}"', '"{city"', "file 1 (people.csv), node 1, city: expected '}' before end of string"),
        ('"{city}"', '{ value = "{city}", lookup = "towns" }', "city: 'towns' is neither a transform nor a lookup"),
        ('"{city}"', '{ value = "{city}", upper = true }', "city: 'upper' is neither a transform nor a lookup"),
        ('key = "person:{id}"', "", "file 1 (people.csv), node 1, key: needs a template"),
        ("when =", "if =", "file 1 (people.csv), relationship 1: 'if' has no meaning here"),
        ('path = "people.csv"', "", "file 1: needs either path or rows"),
        ("[[file]]", "[[files]]", "mapping.toml"),
    ],
)
async def test_a_wrong_mapping_is_named_before_anything_is_written(
    importer: Importer, old: str, new: str, message: str
) -> None:
    importer.write("people.csv", HEADER, "1,An,,,")
    with pytest.raises(MappingError) as raised:
        await importer.run(PEOPLE.replace(old, new, 1))
    assert message in str(raised.value)
    assert await importer.desk.history() == []


async def test_after_a_large_import_plans_are_made_anew_and_a_refusal_does_no_harm(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    database = importer.desk.database
    implicit = database.run_implicit

    async def watched(text: str, *values: Any, **options: Any) -> Any:
        asked.append(text)
        await implicit(text, *values, **options)
        raise DatabaseForbiddenError(address="here")

    monkeypatch.setattr(database, "run_implicit", watched)
    importer.write("people.csv", HEADER, "1,An,,,")
    await importer.run(PEOPLE)
    assert asked == []
    monkeypatch.setattr("jobs.importer.run.REPLANNED", 2)
    importer.write("people.csv", HEADER, "2,Bình,,,", "3,Hoa,,,")
    report = await importer.run(PEOPLE)
    assert report.rows.created == 2
    assert asked == ["CALL db.prepareForReplanning(60)"]
    monkeypatch.undo()


LENIENT = """
source = "here"
[[file]]
path = "people.csv"
[[file.node]]
type = "Person"
key = "person:{id}"
[file.node.values]
name = "{name}"
country = "{country}"
phone = { value = "{phone}", lenient = true }
birthDate = { value = "{born}", lenient = true, split = " " }
"""


async def test_a_lenient_value_that_its_field_refuses_is_left_out_and_reported(importer: Importer) -> None:
    importer.write("people.csv", "id,name,country,phone,born", "1,An,VN,024 3825 1234,1990-02-03 0:00", "2,Bo,VN,113,?")
    report = await importer.run(LENIENT)
    assert (report.rows.created, report.rows.rejected, report.left_out) == (2, 0, 2)
    assert [(o.line, o.reason) for o in report.omissions] == [
        (3, "Person.phone: '113' is not a whole phone number of VN."),
        (3, "Person.birthDate: '?' is not a day."),
    ]
    first, second = [await importer.desk.node(f"person:{n}") for n in (1, 2)]
    assert (first["phone"], first["birthDate"], second["name"]) == ("+842438251234", "1990-02-03", "Bo")
    assert not {"phone", "birthDate"} & second.keys()
    assert (await importer.run(LENIENT)).rows.unchanged == 2


async def test_a_lenient_value_that_becomes_one_that_its_field_refuses_is_taken_away(importer: Importer) -> None:
    importer.write("people.csv", "id,name,country,phone,born", "1,An,VN,024 3825 1234,")
    await importer.run(LENIENT)
    importer.write("people.csv", "id,name,country,phone,born", "1,An,VN,113,")
    assert (await importer.run(LENIENT)).rows.updated == 1
    assert "phone" not in await importer.desk.node("person:1")


async def test_leniency_towards_one_value_does_not_hide_that_another_is_wrong(importer: Importer) -> None:
    importer.write("people.csv", "id,name,country,phone,born", "1,An,XX,024 3825 1234,")
    report = await importer.run(LENIENT)
    assert [r.reason for r in report.rejections] == ["Person.country: 'XX' is not an ISO 3166 country code."]


async def test_a_value_that_a_node_needs_cannot_be_lenient(importer: Importer) -> None:
    mapping = LENIENT.replace('name = "{name}"', 'name = { value = "{name}", lenient = true }')
    with pytest.raises(MappingError, match="Person needs it, so it cannot be left out"):
        await importer.run(mapping)


async def test_a_value_in_the_wrong_form_rejects_its_row_with_the_field_the_value_and_the_reason(
    importer: Importer,
) -> None:
    mapping = LENIENT.replace(", lenient = true", "").replace("birthDate = {", "email = {")
    importer.write(
        "people.csv", "id,name,country,phone,born", "1,An,,024 3825 1234,", "2,Bo,VN,,bo@vn", "3,Cy,VN,,c@d.vn"
    )
    report = await importer.run(mapping)
    assert (report.rows.created, report.rows.rejected) == (1, 2)
    assert [(r.line, r.reason.partition(" is not ")[0]) for r in report.rejections] == [
        (2, "Person.phone: '024 3825 1234'"),
        (3, "Person.email: 'bo@vn'"),
    ]
