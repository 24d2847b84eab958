"""A graph goes into a file, and comes out of it as it was."""

import io
from pathlib import Path
from typing import Any

import orjson
import pytest

import server
from commands import app
from commands.errors import ExitCode
from graph.backup.reading import Reader, Row
from graph.backup.shape import EdgeShape, NodeShape
from graph.check import check
from graph.client import Database, DatabaseSettings
from graph.contents import Load, NotEmptyError, UnfinishedLoadError, begin_load, unfinished_loads
from graph.events import last_position, read_events
from graph.migrations import upgrade
from graph.writer import Delete, End, Relate
from graph.writer.errors import NotFoundError, UnknownTypeError
from jobs.backup import Progress, export, exporting, restore
from jobs.backup.lines import BackupCutError
from jobs.backup.restoring import BackupContradictionError
from schema.declarations import model
from tests.jobs.conftest import wipe
from tests.support.desk import SINCE, Desk

MODEL = model()
ODD = "Phở\u2028“Bò” \U0001f35c \\n\t\x7f'); DROP"
LATER = "2025-01-01T00:00:00.000Z"


class StoppedError(Exception):
    """Ends a restore in its midst."""


async def exported(database: Database, **wanted: Any) -> list[bytes]:
    """The lines of an export behind the first, which tells the time."""
    out = io.BytesIO()
    await export(database, MODEL, out, **wanted)
    return out.getvalue().splitlines(keepends=True)


def file(folder: Path, lines: list[bytes]) -> Path:
    path = folder / "backup.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def things(lines: list[bytes]) -> dict[str, Any]:
    """Nodes, relationships and late references by id, as the file says that they are."""
    found: dict[str, Any] = {}
    for line in map(orjson.loads, lines):
        told = line.get("again", line)
        if "gone" in told:
            found.pop(told["gone"], None)
        elif "reference" in told:
            found[f"{told['source']}.{told['reference']}"] = told
        elif "type" in told:
            found[told["properties"]["id"]] = told
    return found


def names(lines: list[bytes], type: str) -> set[str]:
    told = (t for t in things(lines).values() if t["type"] == type)
    return {t["properties"]["name"] for t in told if "properties" in t}


async def chain(database: Database) -> Desk:
    """A small chain of shops with all that is worth a backup: odd texts, keys, roles, history."""
    await upgrade(database, MODEL)
    desk = Desk(database, MODEL, "shop")
    await desk.write(
        desk.new("Category", "category:soup", {"name": "Soup"}),
        desk.new("Category", "category:pho", {"name": ODD}, parent="category:soup"),
        desk.new("Organisation", "party:pho", {"name": "Phở Hòa", "city": None}),
        desk.new("Organisation", "party:bun", {"name": "Bún Mắm"}),
        desk.new("OrgUnit", "party:kitchen", {"name": "Kitchen"}),
        desk.new("Person", "party:an", {"name": ODD, "email": None}),
        desk.new("Person", "party:binh", {"name": "Bình"}),
        desk.new("Product", "product:bowl", {"name": "Bowl"}, category="category:pho", madeBy="party:pho"),
        desk.new("Customer", "customer:an", party="party:an", seller="party:pho"),
        desk.new("Employment", "work:binh", person="party:binh", employer="party:kitchen"),
        desk.new("Purchase", "purchase:1", buyer="party:an", seller="party:pho"),
        desk.new("PurchaseLine", "line:1", {"quantity": "2"}, purchase="purchase:1", product="product:bowl"),
        Relate("PartOf", desk.key("party:kitchen"), desk.key("party:pho"), {"since": SINCE}),
        Relate("ReportsTo", desk.key("party:an"), desk.key("party:binh"), {"since": SINCE}),
    )
    await desk.write(desk.change("Person", "party:binh", {"title": "Cook"}))
    await desk.write(desk.new("Brand", "brand:gone", {"name": "Gone"}))
    await desk.write(Delete("Brand", desk.key("brand:gone")))
    return desk


async def test_history_keys_and_events_come_back_and_readers_go_on_where_they_were(
    empty: Database, tmp_path: Path
) -> None:
    await chain(empty)
    before = await exported(empty)
    position, events = await last_position(empty), await read_events(empty, 0)
    migrations = await empty.read("MATCH (m:Migration) RETURN m.number, m.name, m.at", {})
    await wipe(empty)

    await restore(empty, MODEL, file(tmp_path, before))

    assert (await exported(empty))[1:] == before[1:]
    assert await read_events(empty, 0) == events
    assert await last_position(empty) == position == len(events)
    assert await empty.read("MATCH (m:Migration) RETURN m.number, m.name, m.at", {}) == migrations
    desk = Desk(empty, MODEL, "shop")
    await desk.write(desk.change("Person", "party:binh", {"title": "Chef"}))
    assert [event.kind for event in await read_events(empty, position)] == ["UPDATED"]
    assert await check(empty, MODEL) == []


async def test_an_old_reader_is_told_of_removed_events_by_the_restored_graph_too(
    empty: Database, tmp_path: Path
) -> None:
    await chain(empty)
    await empty.run_implicit(
        "MERGE (c:Counter {id: 'removedEvents'}) SET c.seq = 3 WITH c MATCH (e:Event) WHERE e.seq <= 3 DELETE e"
    )
    before = await exported(empty)
    await wipe(empty)
    await restore(empty, MODEL, file(tmp_path, before))
    assert await empty.read("MATCH (c:Counter {id: 'removedEvents'}) RETURN c.seq", {}) == [[3]]


@pytest.mark.parametrize("few", [1, 1_000])
async def test_what_is_written_meanwhile_is_in_the_file(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Everything is changed after its page was read, or before the page that refers to it."""
    desk = await chain(empty)
    (outcome,) = await desk.groups([[desk.new("Brand", "brand:old", {"name": "Old"})]])
    assert outcome.error is None

    class Busy(Reader):
        async def nodes(self, shape: NodeShape, after: str, size: int) -> list[Row]:
            rows = await super().nodes(shape, after, size)
            if shape.type.name == "Person" and not after:
                await desk.write(
                    desk.change("Organisation", "party:pho", {"name": "Phở Mới"}),
                    desk.new("Organisation", "party:new", {"name": "New"}),
                    desk.new("Customer", "customer:new", party="party:bun", seller="party:new"),
                    desk.new("Category", "category:above", {"name": "Above"}),
                )
                await desk.write(desk.change("Category", "category:soup", parent="category:above"))
                await desk.write(Delete("Brand", desk.key("brand:old")))
            return rows

        async def edges(self, shape: EdgeShape, after: str, size: int) -> list[Row]:
            rows = await super().edges(shape, after, size)
            if shape.type.name == "PartOf" and not after:
                await desk.write(
                    desk.change("PurchaseLine", "line:1", {"quantity": "5"}),
                    End("Customer", desk.key("customer:an"), LATER),
                    Relate("Represents", desk.key("party:an"), desk.key("party:new"), {"role": "USER", "since": SINCE}),
                )
                ((part, *_),) = await empty.read("MATCH ()-[r:PART_OF]->() RETURN r.id", {})
                await desk.write(End("PartOf", part, LATER))
            return rows

    with monkeypatch.context() as patch:
        patch.setattr(exporting, "Reader", Busy)
        patch.setattr(exporting, "FEW", few)
        meanwhile = await exported(empty)
    after = await exported(empty)
    assert b'"moved":true' in meanwhile[-1]
    await wipe(empty)

    await restore(empty, MODEL, file(tmp_path, meanwhile))

    assert await check(empty, MODEL) == []
    restored = await exported(empty)
    assert things(restored) == things(after)
    assert [line for line in restored if b'"event"' in line] == [line for line in after if b'"event"' in line]


async def test_a_type_comes_with_its_parts_and_with_what_they_refer_to(empty: Database, tmp_path: Path) -> None:
    await chain(empty)
    lines = await exported(empty, wanted=["Product"])
    assert names(lines, "Product") == {"Bowl"}
    assert names(lines, "Category") == {"Soup", ODD}
    assert names(lines, "Organisation") == {"Phở Hòa"}
    assert {t["type"] for t in things(lines).values()} == {
        "Product",
        "Category",
        "Organisation",
        "ExternalKey",
        "Change",
    }
    purchases = await exported(empty, wanted=["Purchase"])
    assert "PurchaseLine" in {t["type"] for t in things(purchases).values()}
    await wipe(empty)

    await restore(empty, MODEL, file(tmp_path, purchases))

    assert await check(empty, MODEL) == []
    assert await empty.read("MATCH (n:Purchase) RETURN n.net, n.partyName", {}) == [[200_000, None]]
    assert await last_position(empty) == 0


async def test_a_party_comes_with_its_facts_and_what_they_refer_to(empty: Database, tmp_path: Path) -> None:
    desk = await chain(empty)
    out = io.BytesIO()
    done = await export(empty, MODEL, out, parties=[desk.key("party:binh")])
    lines = out.getvalue().splitlines(keepends=True)
    assert names(lines, "Person") == {"Bình", ODD}
    assert names(lines, "OrgUnit") == {"Kitchen"}
    assert {"Employment", "ReportsTo"} <= {t["type"] for t in things(lines).values()}
    assert "Purchase" not in {t["type"] for t in things(lines).values()}
    assert done.outside == 1
    await wipe(empty)

    await restore(empty, MODEL, file(tmp_path, lines))

    assert await check(empty, MODEL) == []


async def test_a_selection_of_what_is_not_there_is_refused(empty: Database) -> None:
    await upgrade(empty, MODEL)
    with pytest.raises(UnknownTypeError):
        await exported(empty, wanted=["Robot"])
    for name in ("shop:party:nobody", f"per_{0:032x}", "nobody"):
        with pytest.raises(NotFoundError):
            await exported(empty, parties=[name])


async def test_a_part_of_a_graph_is_not_exported_as_a_whole(empty: Database) -> None:
    await upgrade(empty, MODEL)
    await begin_load(empty, Load("demo", "Finish it."))
    with pytest.raises(UnfinishedLoadError):
        await exported(empty)


async def test_a_database_that_holds_anything_is_left_alone(empty: Database, tmp_path: Path) -> None:
    await chain(empty)
    backup = file(tmp_path, await exported(empty))
    with pytest.raises(NotEmptyError):
        await restore(empty, MODEL, backup)
    await empty.run_implicit("MATCH (n) WHERE NOT n:Event DETACH DELETE n")
    with pytest.raises(NotEmptyError):
        await restore(empty, MODEL, backup)


async def test_a_file_that_is_cut_off_changes_nothing(empty: Database, tmp_path: Path) -> None:
    await chain(empty)
    lines = await exported(empty)
    await wipe(empty)
    with pytest.raises(BackupCutError):
        await restore(empty, MODEL, file(tmp_path, lines[:-1]))
    assert await empty.read("MATCH (n) RETURN count(n)", {}) == [[0]]


async def test_a_restore_that_was_interrupted_is_told_and_says_what_to_do(empty: Database, tmp_path: Path) -> None:
    await chain(empty)
    backup = file(tmp_path, await exported(empty))
    await wipe(empty)

    def stop(state: Progress) -> None:
        if state.stage == "events":
            raise StoppedError

    with pytest.raises(StoppedError):
        await restore(empty, MODEL, backup, progress=stop)

    assert [load.name for load in await unfinished_loads(empty)] == ["restore"]
    with pytest.raises(UnfinishedLoadError) as caught:
        await restore(empty, MODEL, backup)
    assert "Restore again into another folder" in caught.value.advice()


async def test_lines_that_do_not_fit_together_are_refused_and_leave_their_mark(empty: Database, tmp_path: Path) -> None:
    await chain(empty)
    lines = [line for line in await exported(empty) if b'"type":"Organisation"' not in line or b'"again"' in line]
    end = orjson.loads(lines[-1])
    end["end"]["lines"] = len(lines)
    await wipe(empty)

    with pytest.raises(BackupContradictionError, match="one refers to what is not above it"):
        await restore(empty, MODEL, file(tmp_path, [*lines[:-1], orjson.dumps(end) + b"\n"]))

    assert [load.name for load in await unfinished_loads(empty)] == ["restore"]


@pytest.fixture
def pointed_at_it(neo4j_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEO4J_URI", neo4j_settings.uri)
    monkeypatch.setenv("NEO4J_USER", neo4j_settings.user or "")
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_settings.password or "")
    monkeypatch.setenv("NEO4J_DATABASE", neo4j_settings.database or "")


@pytest.mark.usefixtures("empty", "pointed_at_it")
def test_the_command_restores_a_file_and_refuses_what_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,Lan\n", encoding="utf-8")
    assert app.run(server.services, ["restore", "people.csv"]) == ExitCode.USAGE
    assert "people.csv:1: is no JSON" in capsys.readouterr().err

    assert app.run(server.services, ["migrate"]) == ExitCode.OK
    assert app.run(server.services, ["export", "nothing.jsonl.gz"]) == ExitCode.OK
    assert app.run(server.services, ["restore", "nothing.jsonl.gz"]) == ExitCode.OK
    assert "0 nodes and relationships and 0 events from nothing.jsonl.gz" in capsys.readouterr().err
