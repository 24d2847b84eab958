"""What a backup file looks like, and what is said of one that is not as it should be."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.backup.shape import shapes
from jobs.backup.lines import BackupCutError, BackupLineError, BackupVersionError, dump, read_lines
from jobs.backup.parse import Node, thing
from jobs.backup.survey import survey
from schema.declarations import model

SHAPES = shapes(model())
FIRST: dict[str, Any] = {
    "format": "customer-graph",
    "version": 1,
    "at": "2026-01-01T00:00:00.000Z",
    "selection": None,
    "migrations": [{"number": 1, "name": "counters", "at": "2026-01-01T00:00:00.000Z"}],
}
PERSON, BUYER, SELLER = (f"per_{n:032x}" for n in range(3))
STAGED, OTHER = (f"cus_{n:032x}" for n in range(2))
AN: dict[str, Any] = {"type": "Person", "properties": {"id": PERSON, "name": "An", "version": 1}}
EVENT: dict[str, Any] = {"event": {"seq": 1, "at": "", "kind": "CREATED", "type": "Person", "nodeIds": [PERSON]}}

texts = st.text(st.characters(exclude_categories=["Cs"]))


def end(lines: int) -> dict[str, Any]:
    return {"end": {"lines": lines, "position": 1, "removed": 0, "moved": False}}


def written(folder: Path, *lines: Any) -> Path:
    file = folder / "backup.jsonl"
    file.write_bytes(b"".join(line if isinstance(line, bytes) else dump(line) for line in lines))
    return file


def customer(id: str) -> dict[str, Any]:
    return {"type": "Customer", "properties": {"id": id}, "references": {"party": BUYER, "seller": SELLER}}


def refused(file: Path, error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        survey(file, SHAPES, lambda _: None)
    return str(caught.value)


def test_every_reference_that_must_be_there_leads_up_the_file() -> None:
    for name, shape in SHAPES.nodes.items():
        assert shape.needed.isdisjoint(link.name for link in shape.late), name


def test_a_reference_to_a_node_of_its_own_type_has_a_line_of_its_own() -> None:
    late = {(name, link.name) for name, shape in SHAPES.nodes.items() for link in shape.late}
    assert ("Category", "parent") in late
    assert [link.name for link in SHAPES.nodes["Category"].links] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=texts, city=texts, version=st.integers(-(2**63), 2**63 - 1), x=st.floats(allow_nan=False, allow_infinity=False)
)
def test_a_line_says_what_was_stored(name: str, city: str, version: int, x: float, tmp_path: Path) -> None:
    stored = {"id": PERSON, "name": name, "city": city, "version": version, "title": x}
    (line,) = read_lines(written(tmp_path, {"type": "Person", "properties": stored}))
    assert thing(SHAPES, line.values) == Node("Person", PERSON, stored, {})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.booleans())
def test_a_file_that_is_cut_off_anywhere_is_refused(tmp_path: Path, data: st.DataObject, packed: bool) -> None:
    whole = written(tmp_path, FIRST, AN, EVENT, end(4)).read_bytes()
    stored = gzip.compress(whole) if packed else whole
    kept = data.draw(st.integers(0, len(stored) - 1))
    (tmp_path / "cut").write_bytes(stored[:kept])
    with pytest.raises((BackupCutError, BackupLineError)):
        survey(tmp_path / "cut", SHAPES, lambda _: None)


def test_a_file_that_is_whole_says_where_readers_of_events_go_on(tmp_path: Path) -> None:
    found = survey(written(tmp_path, FIRST, AN, EVENT, end(4)), SHAPES, lambda _: None)
    assert (found.position, found.settled) == (1, True)
    assert [t for _, t in found.things(lambda _: None)] == [Node("Person", PERSON, AN["properties"], {})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{no json\n", "is no JSON"),
        (b"[]\n", "is no object"),
        ({"something": 1}, "is of no known kind"),
        (AN | {"type": "Robot"}, "the type 'Robot' is unknown"),
        ({"type": "Person", "properties": {"id": STAGED}}, f"{STAGED!r} is no id of the type Person"),
        ({"type": "Person", "properties": {"id": PERSON, "wings": 2}}, "Person has no property 'wings'"),
        ({"type": "Person", "properties": {"id": PERSON, "name": ["An"]}}, "neither text, number nor truth"),
        ({"type": "Person"}, "has no properties"),
        (AN | {"references": {"parent": PERSON}}, "Person has no reference 'parent'"),
        ({"type": "Customer", "properties": {"id": STAGED}}, "Customer needs the reference 'party'"),
        (customer(STAGED) | {"references": {"party": "x", "seller": SELLER}}, "'x' is no id of a node"),
        ({"type": "PartOf", "properties": {"id": f"pof_{0:032x}"}, "source": 1}, "1 is no id of a node"),
        ({"type": "Person", "reference": "name", "source": PERSON, "target": PERSON}, "no reference 'name'"),
        ({"again": {"type": "Person", "gone": STAGED}}, "no id of the type Person"),
        ({"event": {"seq": "one"}}, "is no event"),
        (end(2), "does not count the lines that are there"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(line: Any, reason: str, tmp_path: Path) -> None:
    told = refused(written(tmp_path, FIRST, AN, line, end(4)), BackupLineError)
    assert told.startswith("backup.jsonl:3: ")
    assert reason in told


def test_a_line_behind_the_end_is_refused(tmp_path: Path) -> None:
    assert "stands behind the end" in refused(written(tmp_path, FIRST, end(2), AN), BackupLineError)


@pytest.mark.parametrize("first", [AN, FIRST | {"format": "another"}, FIRST | {"migrations": None}])
def test_another_kind_of_file_is_refused(first: Any, tmp_path: Path) -> None:
    assert "is not the first line of a backup" in refused(written(tmp_path, first, end(2)), BackupLineError)


@pytest.mark.parametrize(
    ("first", "needed"),
    [(FIRST | {"version": 2}, "format 2"), (FIRST | {"migrations": [{"number": 9_999}]}, "migration 9999")],
)
def test_a_file_of_a_later_version_says_what_it_needs(first: Any, needed: str, tmp_path: Path) -> None:
    assert f"it needs {needed}" in refused(written(tmp_path, first, end(2)), BackupVersionError)


def test_what_changed_meanwhile_takes_the_place_of_its_line_and_of_what_told_of_it(tmp_path: Path) -> None:
    told = {"id": f"chg_{1:032x}", "nodeId": STAGED}
    renamed = {"type": "Person", "properties": AN["properties"] | {"name": "Bình"}}
    file = written(
        tmp_path,
        FIRST,
        AN,
        customer(STAGED),
        customer(OTHER),
        {"type": "Change", "properties": told},
        {"again": {"type": "Customer", "gone": OTHER}},
        {"again": renamed},
        {"again": customer(STAGED)},
        end(9),
    )
    things = [t for _, t in survey(file, SHAPES, lambda _: None).things(lambda _: None)]
    assert things == [thing(SHAPES, renamed), thing(SHAPES, customer(STAGED))]
