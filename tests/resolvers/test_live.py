"""Subscriptions tell what was committed, as any query would, from a position on, once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import cache
from typing import Any
from uuid import uuid4

import orjson
import pytest
import pytest_asyncio
from graphql import GraphQLSchema

from access.viewer import LOCAL, Viewer
from graph.client import Database
from graph.client.errors import QueryTimeoutError
from graph.errors import UnavailableError
from graph.events import Event, last_position, read_events
from graph.merging import merge_nodes
from graph.migrations import upgrade
from graph.writer import Delete, End, Relate
from resolvers.executor.execute import Executor
from resolvers.executor.request import Answer, Request
from resolvers.live.hub import LiveSettings
from resolvers.live.position import Position
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model
from tests.oracle.demo import left_as_found
from tests.support.desk import SINCE, Desk
from tests.support.waiting import until

PARTIES = """subscription ($ids: [ID!]!, $after: String) {
  partyChanged(ids: $ids, after: $after) { after event { kind type id } party { __typename id name } }
}"""
CUSTOMERS = """subscription ($seller: ID!, $after: String) {
  customersOf(seller: $seller, after: $after) { event { kind id } customer { lifecycle party { name } } }
}"""
PURCHASES = """subscription ($of: ID, $from: ID, $after: String) {
  purchases(of: $of, from: $from, after: $after) { event { kind id } purchase { reference } }
}"""
EVENTS = """subscription ($after: String, $kinds: [ChangeKind!], $types: [String!]) {
  events(after: $after, kinds: $kinds, types: $types) {
    after event { kind type id } node { __typename id } target { id }
  }
}"""
QUICK = LiveSettings(poll_seconds=0.02)
STAFF = frozenset({"staff"})


@cache
def whole_schema() -> GraphQLSchema:
    return core_schema(build_schema(model()))


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database) -> AsyncIterator[Desk]:
    await upgrade(database, model())
    async with left_as_found(database):
        yield Desk(database, model(), f"test{uuid4().hex}")


@pytest_asyncio.fixture(loop_scope="session")
async def start(desk: Desk) -> str:
    """The position before anything that the test writes."""
    return str(await last_position(desk.database))


def executor_of(desk: Desk, settings: LiveSettings = QUICK, database: Database | None = None) -> Executor:
    """A service of its own: it shares nothing with others but the database."""
    return Executor(whole_schema(), desk.model, database or desk.database, live=settings)


async def next_of(answers: AsyncGenerator[Answer, None]) -> dict[str, Any]:
    """What the only field of the next answer says."""
    answer = orjson.loads((await asyncio.wait_for(anext(answers), 20)).body)
    assert "errors" not in answer, answer
    (found,) = answer["data"].values()
    return dict(found)


async def error_of(answers: AsyncGenerator[Answer, None]) -> str:
    """The code of the error that the subscription ends with, after whatever comes before it."""
    async for answer in answers:
        if not answer.has_data:
            (error,) = orjson.loads(answer.body)["errors"]
            return str(error["extensions"]["code"])
    raise AssertionError("it ended without an error")


@asynccontextmanager
async def listening(
    desk: Desk, query: str, viewer: Viewer = LOCAL, executor: Executor | None = None, **variables: Any
) -> AsyncIterator[AsyncGenerator[Answer, None]]:
    executor = executor or executor_of(desk)
    async with aclosing(executor.subscribe(Request(query, variables), viewer)) as answers:
        yield answers
    assert executor.hub is None or executor.hub.subscribers == 0


async def id_of(desk: Desk, name: str) -> str:
    return str((await desk.node(name))["id"])


async def test_a_change_is_told_with_the_node_as_a_query_shows_it(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an", {"name": "An"}), desk.new("Person", "binh"))
    an = await id_of(desk, "an")
    async with listening(desk, PARTIES, ids=[an], after=start) as answers:
        told = await next_of(answers)
        assert told["event"] == {"kind": "CREATED", "type": "Person", "id": an}
        assert told["party"] == {"__typename": "Person", "id": an, "name": "An"}
        await desk.write(desk.change("Person", "an", {"name": "Anh"}))
        told = await next_of(answers)
        assert (told["event"]["kind"], told["party"]["name"]) == ("UPDATED", "Anh")


async def test_without_a_position_only_what_comes_is_told(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an", {"name": "An"}))
    executor = executor_of(desk)
    async with listening(desk, PARTIES, executor=executor, ids=[await id_of(desk, "an")]) as answers:
        listening_task = asyncio.create_task(next_of(answers))
        await until(lambda: executor.hub is not None and executor.hub.subscribers)
        await desk.write(desk.change("Person", "an", {"name": "Anh"}))
        assert (await listening_task)["event"]["kind"] == "UPDATED"
        figures = executor.live_figures()
        assert (figures.subscribers, figures.channels) == (1, 1)
        assert figures.lag > 0
    assert executor.live_figures().subscribers == 0


async def test_what_is_gone_is_told_without_its_node(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an"))
    an = await id_of(desk, "an")
    await desk.write(Delete("Person", desk.key("an")))
    async with listening(desk, PARTIES, ids=[an], after=start) as answers:
        told = await next_of(answers)
        assert (told["event"], told["party"]) == ({"kind": "DELETED", "type": "Person", "id": an}, None)


async def test_customers_are_those_of_the_seller_also_when_they_end_or_are_deleted(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an", {"name": "An"}), desk.new("Person", "binh"))
    await desk.write(desk.new("Organisation", "shop"), desk.new("Organisation", "other"))
    await desk.write(
        desk.new("Customer", "role", party="an", seller="shop"),
        desk.new("Customer", "gone", party="binh", seller="shop"),
        desk.new("Customer", "elsewhere", party="an", seller="other"),
    )
    role, gone = await id_of(desk, "role"), await id_of(desk, "gone")
    await desk.write(End("Customer", desk.key("role"), "2025-01-01T00:00:00.000Z"))
    await desk.write(Delete("Customer", desk.key("gone")))
    async with listening(desk, CUSTOMERS, seller=await id_of(desk, "shop"), after=start) as answers:
        told = [await next_of(answers) for _ in range(4)]
    assert [(t["event"]["kind"], t["event"]["id"]) for t in told] == [
        ("CREATED", role),
        ("CREATED", gone),
        ("ENDED", role),
        ("DELETED", gone),
    ]
    assert told[2]["customer"] == {"lifecycle": "CURRENT", "party": {"name": "An"}}
    assert told[3]["customer"] is None


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [({"of": "an"}, ["1", "2"]), ({"from": "shop"}, ["1", "3"]), ({"of": "an", "from": "shop"}, ["1"])],
)
async def test_purchases_are_chosen_by_buyer_and_seller(
    desk: Desk, start: str, chosen: dict[str, Any], expected: list[str]
) -> None:
    await desk.write(*(desk.new("Person", name) for name in ("an", "binh")))
    await desk.write(*(desk.new("Organisation", name) for name in ("shop", "other")))
    for number, buyer, seller in (("1", "an", "shop"), ("2", "an", "other"), ("3", "binh", "shop")):
        await desk.write(
            desk.new("Purchase", f"p{number}", {"reference": number}, buyer=buyer, seller=seller),
        )
    given: dict[str, Any] = {name: await id_of(desk, key) for name, key in chosen.items()}
    async with listening(desk, PURCHASES, after=start, **given) as answers:
        assert [(await next_of(answers))["purchase"]["reference"] for _ in expected] == expected


async def test_events_are_narrowed_by_kind_and_type(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an"), desk.new("Organisation", "shop"))
    await desk.write(desk.change("Person", "an", {"name": "An"}), desk.change("Organisation", "shop", {"name": "Shop"}))
    async with listening(desk, EVENTS, after=start, kinds=["UPDATED"], types=["Organisation"]) as answers:
        told = await next_of(answers)
        assert told["event"] == {"kind": "UPDATED", "type": "Organisation", "id": await id_of(desk, "shop")}
        assert told["node"]["__typename"] == "Organisation"


async def test_a_relationship_is_told_with_both_of_its_ends(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an"), desk.new("Person", "binh"))
    relate = Relate("ReportsTo", desk.key("an"), desk.key("binh"), {"since": SINCE})
    (made,) = (await desk.write(relate)).written
    async with listening(desk, EVENTS, after=start, types=["ReportsTo"]) as answers:
        told = await next_of(answers)
    assert told["event"] == {"kind": "CREATED", "type": "ReportsTo", "id": made.id}
    assert (told["node"]["id"], told["target"]["id"]) == (await id_of(desk, "an"), await id_of(desk, "binh"))


async def test_a_party_that_became_one_with_another_one_is_followed(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an", {"name": "An"}), desk.new("Person", "an2"))
    gone = await id_of(desk, "an2")
    await merge_nodes(
        desk.database, desk.model, "Party", desk.key("an"), desk.key("an2"), choices={}, by=desk.source, seconds=60.0
    )
    kept = await id_of(desk, "an")
    async with listening(desk, PARTIES, ids=[gone], after=start) as answers:
        while (told := await next_of(answers))["event"]["kind"] != "MERGED":
            pass
        assert told["party"] == {"__typename": "Person", "id": kept, "name": "An"}
        await desk.write(desk.change("Person", "an", {"name": "Anh"}))
        while (told := await next_of(answers))["party"]["name"] != "Anh":
            pass
        assert told["event"]["id"] == kept


async def test_customers_of_a_seller_that_became_one_with_another_one_are_those_of_that_one(desk: Desk) -> None:
    await desk.write(desk.new("Organisation", "shop"), desk.new("Organisation", "shop2"), desk.new("Person", "an"))
    gone = await id_of(desk, "shop2")
    executor = executor_of(desk)
    async with listening(desk, CUSTOMERS, executor=executor, seller=gone) as asked_before:
        told = asyncio.create_task(next_of(asked_before))
        await until(lambda: executor.hub is not None and executor.hub.subscribers)
        await merge_nodes(
            desk.database, desk.model, "Party", desk.key("shop"), desk.key("shop2"), choices={}, by="test", seconds=60.0
        )
        after = str(await last_position(desk.database))
        await desk.write(desk.new("Customer", "role", party="an", seller="shop"))
        made = {"kind": "CREATED", "id": await id_of(desk, "role")}
        assert (await told)["event"] == made
    async with listening(desk, CUSTOMERS, seller=gone, after=after) as asked_after:
        assert (await next_of(asked_after))["event"] == made


async def test_of_a_transaction_with_many_nodes_each_is_a_message_to_go_on_from(desk: Desk, start: str) -> None:
    written = (await desk.write(*(desk.new("Person", str(n)) for n in range(5)))).written
    told: list[str] = []
    after = start
    for _ in written:
        async with listening(desk, EVENTS, after=after, types=["Person"]) as answers:
            message = await next_of(answers)
        told.append(message["event"]["id"])
        after = message["after"]
    assert told == sorted(w.id for w in written)
    assert after == str(int(start) + 1)


async def test_nothing_is_missed_and_nothing_told_twice_under_writers_and_lost_connections(
    desk: Desk, start: str
) -> None:
    executors = [executor_of(desk), executor_of(desk)]
    written: list[str] = []
    told: list[tuple[Position, str]] = []

    async def writer(number: int) -> None:
        for n in range(6):
            names = [f"p{number}-{n}-{m}" for m in range(3)]
            outcome = await desk.write(*(desk.new("Person", name) for name in names))
            written.extend(w.id for w in outcome.written)

    async def reader() -> None:
        after, connection = start, 0
        while len(told) < 72:
            connection += 1
            # Every connection but the last one is lost after a few messages; the next one finds another process.
            async with listening(desk, EVENTS, executor=executors[connection % 2], after=after, types=["Person"]) as a:
                for _ in range(min(7, 72 - len(told))):
                    message = await next_of(a)
                    after = message["after"]
                    told.append((Position.parse(after), message["event"]["id"]))

    await asyncio.gather(reader(), *(writer(n) for n in range(4)))
    assert sorted(id for _, id in told) == sorted(written)
    places = [(p.read_from, -1 if p.index is None else p.index) for p, _ in told]
    assert places == sorted(places)


class Counting(Database):
    """A database that keeps the texts of what is read."""

    texts: list[str]

    @classmethod
    def of(cls, database: Database) -> Counting:
        made = cls(database._driver, database.settings)
        made.texts = []
        return made

    async def read(self, text: str, parameters: Any, **options: Any) -> list[list[Any]]:
        self.texts.append(text)
        return await super().read(text, parameters, **options)


async def test_an_event_is_read_once_for_all_who_ask_alike(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an", {"name": "An"}))
    an = await id_of(desk, "an")
    database = Counting.of(desk.database)
    executor = executor_of(desk, database=database)
    viewers = [Viewer(STAFF, subject=str(n)) for n in range(20)] + [Viewer(STAFF, organisations=("org_x",))]
    streams = [executor.subscribe(Request(PARTIES, {"ids": [an]}), viewer) for viewer in viewers]
    waiting = [asyncio.create_task(next_of(stream)) for stream in streams[:-1]]
    limited = asyncio.create_task(next_of(streams[-1]))
    await until(lambda: executor.hub is not None and executor.hub.subscribers == len(viewers))
    database.texts.clear()
    await desk.write(desk.change("Person", "an", {"name": "Anh"}))
    assert {(await task)["party"]["name"] for task in waiting} == {"Anh"}
    limited.cancel()
    await asyncio.gather(limited, return_exceptions=True)
    reads = [text for text in database.texts if "n0.name" in text]
    assert len(reads) == len(set(reads)) == 2, "one for those who see all, one for the other class"
    for stream in streams:
        await stream.aclose()
    assert executor.hub is not None
    assert executor.hub.subscribers == 0


async def test_a_viewer_is_told_of_nothing_that_it_may_not_see(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Organisation", "mine"), desk.new("Organisation", "theirs"), desk.new("Person", "an"))
    await desk.write(desk.new("Customer", "hidden", party="an", seller="theirs"))
    await desk.write(desk.change("Organisation", "theirs", {"name": "Theirs"}))
    await desk.write(desk.change("Organisation", "mine", {"name": "Mine"}))
    mine = await id_of(desk, "mine")
    limited = Viewer(STAFF, organisations=(mine,))
    everything = "subscription ($after: String) { events(after: $after) { event { id kind } } }"
    for query in (EVENTS, everything):
        async with listening(desk, query, limited, after=start) as answers:
            told = [(await next_of(answers))["event"] for _ in range(2)]
        assert [(t["id"], t["kind"]) for t in told] == [(mine, "CREATED"), (mine, "UPDATED")]


async def test_a_customer_is_told_of_itself_alone(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "binh"))
    await desk.write(desk.new("Person", "an", {"name": "An"}))
    an, binh = await id_of(desk, "an"), await id_of(desk, "binh")
    async with listening(desk, PARTIES, Viewer(frozenset({"customer"}), party=an), ids=[binh, an], after=start) as told:
        assert (await next_of(told))["party"] == {"__typename": "Person", "id": an, "name": "An"}


async def test_a_viewer_does_not_learn_what_a_node_is_to_one_that_is_hidden(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Organisation", "mine"), desk.new("Organisation", "theirs"))
    await desk.write(desk.new("Purchase", "order", {"reference": "1"}, buyer="mine", seller="theirs"))
    mine, theirs = await id_of(desk, "mine"), await id_of(desk, "theirs")
    # The events end in a gap, so that whoever is told nothing of them comes to an end, too.
    await desk.write(desk.new("Person", "an"))
    await desk.write(desk.new("Person", "binh"))
    gap = await last_position(desk.database) - 1
    await desk.database.run_implicit("MATCH (e:Event {seq: $seq}) DELETE e", {"seq": gap})

    async def told(viewer: Viewer, **chosen: Any) -> list[str]:
        async with listening(desk, PURCHASES, viewer, after=start, **chosen) as answers:
            bodies = [orjson.loads(answer.body) async for answer in answers]
        return [body["data"]["purchases"]["purchase"]["reference"] for body in bodies[:-1]]

    limited = Viewer(STAFF, organisations=(mine,))
    assert await told(limited, of=mine) == ["1"]
    seller: dict[str, Any] = {"from": theirs}
    assert await told(limited, **seller) == []
    assert await told(Viewer(STAFF), **seller) == ["1"]


async def test_a_slow_subscriber_is_dropped_with_the_reason_and_slows_nobody(desk: Desk) -> None:
    executor = executor_of(desk, LiveSettings(poll_seconds=0.02, queue=5))
    request = Request(EVENTS, {"types": ["Person"]})
    slow, quick = (executor.subscribe(request, LOCAL) for _ in range(2))
    first = [asyncio.create_task(next_of(stream)) for stream in (slow, quick)]
    await until(lambda: executor.hub is not None and executor.hub.subscribers == 2)
    written = [(await desk.write(desk.new("Person", "0"))).written[0].id]
    seen = [(await task)["event"]["id"] for task in first]
    for n in range(1, 8):
        written.append((await desk.write(desk.new("Person", str(n)))).written[0].id)
        seen.append((await next_of(quick))["event"]["id"])
    assert seen[1:] == written
    assert await error_of(slow) == "SUBSCRIBER_TOO_SLOW"
    await quick.aclose()
    assert executor.hub is not None
    assert executor.hub.subscribers == 0


async def test_many_nodes_in_one_transaction_are_too_much_for_nobody_who_reads(desk: Desk) -> None:
    executor = executor_of(desk, LiveSettings(poll_seconds=0.02, queue=4))
    async with listening(desk, EVENTS, executor=executor, types=["Person"]) as answers:
        first = asyncio.create_task(next_of(answers))
        await until(lambda: executor.hub is not None and executor.hub.subscribers)
        written = (await desk.write(*(desk.new("Person", str(n)) for n in range(30)))).written
        told = [await first, *[await next_of(answers) for _ in written[1:]]]
    assert [t["event"]["id"] for t in told] == sorted(w.id for w in written)


async def test_a_defect_leaves_nobody_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: Any, **_options: Any) -> tuple[Event, ...]:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("resolvers.live.hub.read_events", broken)
    async with listening(desk, EVENTS) as answers:
        assert await asyncio.wait_for(error_of(answers), 20) == "INTERNAL"


async def test_whoever_watches_parties_slowly_gets_their_latest_state(desk: Desk) -> None:
    await desk.write(desk.new("Person", "an"))
    executor = executor_of(desk, LiveSettings(poll_seconds=0.02, queue=2))
    async with aclosing(executor.subscribe(Request(PARTIES, {"ids": [await id_of(desk, "an")]}), LOCAL)) as slow:
        first = asyncio.create_task(next_of(slow))
        await until(lambda: executor.hub is not None and executor.hub.subscribers)
        await desk.write(desk.change("Person", "an", {"name": "0"}))
        assert (await first)["party"]["name"] == "0"
        async with aclosing(executor.subscribe(Request(PARTIES, {"ids": [await id_of(desk, "an")]}), LOCAL)) as quick:
            watching = asyncio.create_task(next_of(quick))
            await until(lambda: executor.hub is not None and executor.hub.subscribers == 2)
            for n in range(1, 6):
                await desk.write(desk.change("Person", "an", {"name": str(n)}))
                assert (await watching)["party"]["name"] == str(n)
                watching = asyncio.create_task(next_of(quick))
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        assert (await next_of(slow))["party"]["name"] == "5"


async def test_a_failure_that_passes_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.write(desk.new("Person", "an"))
    failures = iter([UnavailableError(reason="gone for lunch")])

    async def failing(*args: Any, **options: Any) -> tuple[Event, ...]:
        for failure in failures:
            raise failure
        return await read_events(*args, **options)

    monkeypatch.setattr("resolvers.live.hub.read_events", failing)
    monkeypatch.setattr("resolvers.live.hub._PAUSE", 0.01)
    executor = executor_of(desk)
    async with listening(desk, PARTIES, executor=executor, ids=[await id_of(desk, "an")]) as answers:
        task = asyncio.create_task(next_of(answers))
        await until(lambda: executor.hub is not None and executor.hub.subscribers)
        await desk.write(desk.change("Person", "an", {"name": "Anh"}))
        assert (await task)["party"]["name"] == "Anh"


async def test_a_reading_that_fails_ends_those_who_wait_for_it_with_the_reason(desk: Desk) -> None:
    class Slow(Counting):
        async def read(self, text: str, parameters: Any, **options: Any) -> list[list[Any]]:
            if "n0.name" in text:
                raise QueryTimeoutError(limit=1.0)
            return await super().read(text, parameters, **options)

    await desk.write(desk.new("Person", "an"))
    an = await id_of(desk, "an")
    executor = executor_of(desk, database=Slow.of(desk.database))
    other = "subscription ($ids: [ID!]!) { partyChanged(ids: $ids) { event { id } } }"
    failing, fine = (executor.subscribe(Request(query, {"ids": [an]}), LOCAL) for query in (PARTIES, other))
    tasks = asyncio.create_task(error_of(failing)), asyncio.create_task(next_of(fine))
    await until(lambda: executor.hub is not None and executor.hub.subscribers == 2)
    await desk.write(desk.change("Person", "an", {"name": "Anh"}))
    assert await tasks[0] == "QUERY_TIMEOUT"
    assert (await tasks[1])["event"]["id"] == an
    await fine.aclose()


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        (EVENTS, {"after": "yesterday"}, "BAD_POSITION"),
        (EVENTS, {"after": "9" * 18}, "UNKNOWN_POSITION"),
        (EVENTS, {"types": ["Perzon"]}, "UNKNOWN_EVENT_TYPE"),
        (PARTIES, {"ids": ["per_x"] * 501}, "LIST_TOO_LONG"),
        (
            "subscription ($no: Boolean! = false) { events @include(if: $no) { after } }",
            {},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { events { nonsense } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { events { after } customersOf(seller: 1) { after } }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_cannot_be_subscribed_to_says_why(
    desk: Desk, query: str, variables: dict[str, Any], code: str
) -> None:
    async with listening(desk, query, **variables) as answers:
        assert await error_of(answers) == code


async def test_events_that_are_not_kept_any_more_are_no_gap(desk: Desk, start: str) -> None:
    await desk.write(desk.new("Person", "an"))
    await desk.database.run_implicit("MATCH (e:Event {seq: $seq}) DELETE e", {"seq": int(start) + 1})
    await desk.write(desk.new("Person", "binh"))
    async with listening(desk, EVENTS, after=start) as answers:
        assert await error_of(answers) == "EVENTS_GONE"


async def test_a_subscription_without_a_stream_is_refused(desk: Desk) -> None:
    answer = await executor_of(desk).execute(Request("subscription { events { after } }"), LOCAL)
    assert orjson.loads(answer.body)["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NEEDS_STREAM"
    assert not answer.has_data


async def test_a_query_over_a_stream_has_one_answer(desk: Desk) -> None:
    async with listening(desk, "{ viewer { limited } }") as answers:
        assert [orjson.loads(answer.body) async for answer in answers] == [{"data": {"viewer": {"limited": False}}}]


async def test_a_screen_asks_where_it_stands_and_misses_nothing_after_it(desk: Desk) -> None:
    executor = executor_of(desk)
    await desk.write(desk.new("Person", "an", {"name": "An"}))
    an = await id_of(desk, "an")
    query = "query ($id: ID!) { person(by: { id: $id }) { name } eventPosition }"
    shown = orjson.loads((await executor.execute(Request(query, {"id": an}), LOCAL)).body)["data"]
    assert shown["person"] == {"name": "An"}
    await desk.write(desk.change("Person", "an", {"name": "Anh"}))
    async with listening(desk, PARTIES, executor=executor, ids=[an], after=shown["eventPosition"]) as answers:
        told = await next_of(answers)
        assert (told["event"]["kind"], told["party"]["name"]) == ("UPDATED", "Anh")
