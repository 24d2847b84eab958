import re
from collections.abc import Mapping
from typing import Any

from graph.client import Transaction
from graph.writer import Change, Relate, apply
from tests.support.desk import SINCE, Desk

HOSTILE = "'}) DETACH DELETE n //"


class _Recorder(Transaction):
    __slots__ = ("inner", "texts")

    def __init__(self, inner: Transaction) -> None:
        self.inner = inner
        self.texts: list[str] = []

    async def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        self.texts.append(text)
        return await self.inner.run(text, parameters)


async def texts(desk: Desk, prefix: str, word: str) -> list[str]:
    """The statements that write a small company whose texts all contain the word."""
    names = {n: f"{prefix}:{n}" for n in ("org", "person", "role", "boss")}
    ends = desk.key(names["person"]), desk.key(names["org"])
    group: tuple[Change, ...] = (
        desk.new("Organisation", names["org"], {"name": word, "taxId": f"{desk.source}{prefix}"}),
        desk.new("Person", names["person"], {"name": word, "city": word}),
        desk.new("Person", names["boss"], {"name": word, "title": word}),
        desk.new("Customer", names["role"], party=names["person"], seller=names["org"]),
        Relate("Represents", *ends, {"role": "BUYER", "title": word, "since": SINCE}),
        Relate("ReportsTo", desk.key(names["person"]), desk.key(names["boss"]), {"since": SINCE}),
    )
    recorded: list[str] = []

    async def work(transaction: Transaction) -> None:
        recorder = _Recorder(transaction)
        (outcome,) = await apply(recorder, desk.model, [group], by=desk.source)
        assert outcome.error is None
        recorded[:] = recorder.texts

    await desk.database.write(work)
    return recorded


async def test_values_never_reach_the_text_of_a_statement(desk: Desk) -> None:
    plain = await texts(desk, "plain", "An")
    hostile = await texts(desk, f"{HOSTILE}", HOSTILE)
    assert hostile == plain
    assert (await desk.node(f"{HOSTILE}:person"))["name"] == HOSTILE


async def test_no_statement_holds_a_literal_value(desk: Desk) -> None:
    allowed = {"'events'", "'INTERNAL'", "'EXTERNAL'", "''"}
    for text in await texts(desk, "plain", "An"):
        assert set(re.findall(r"'[^']*'", text)) <= allowed


async def test_locks_and_reads_come_first_and_the_outbox_last(desk: Desk) -> None:
    found = await texts(desk, "plain", "An")
    kinds = ["write" if re.search(r"\b(CREATE|SET|MERGE \(a\))", t) and "Lock" not in t else "read" for t in found]
    assert "read" in kinds[:1]
    assert "MATCH (c:Counter" in found[-1]


async def test_what_is_made_is_told_by_the_statement_that_makes_it(desk: Desk) -> None:
    made = [text for text in await texts(desk, "plain", "An") if re.search(r"CREATE \((n:|a\)-\[r:)", text)]
    assert len(made) == 5
    for text in made:
        between = "CREATE (a)<-[:CHANGE_OF]-(c:Change)-[:CHANGE_TOWARDS]->(b)"
        assert (between if "[r:" in text else "CREATE (c:Change)-[:CHANGE_OF]->(n)") in text
