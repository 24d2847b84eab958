import asyncio

from graph.writer import End, Outcome, Put, Relate
from graph.writer.errors import CircleError, VersionConflictError
from tests.support.desk import SINCE, Desk

UNTIL = "2025-01-01T00:00:00.000Z"
WRITERS = 6


async def test_writers_of_the_same_key_make_one_node(desk: Desk) -> None:
    puts = [(desk.new("Person", f"person:{n}"),) for n in range(5)]
    results = await asyncio.gather(*(desk.groups(puts) for _ in range(WRITERS)))
    assert all(o.error is None for outcomes in results for o in outcomes)
    rows = await desk.rows(
        "MATCH (k:ExternalKey)-[:IDENTIFIES]->(n) WHERE k.key STARTS WITH $source + ':' "
        "RETURN count(k), count(DISTINCT n)"
    )
    assert rows == [[5, 5]]


async def test_no_accepted_change_of_a_version_is_lost(desk: Desk) -> None:
    id = (await desk.write(desk.new("Person", "person:a"))).written[0].id

    async def climb(writer: int) -> int:
        accepted = 0
        for n in range(40):
            version = (await desk.node("person:a"))["version"]
            put = Put("Person", id, {"address": f"{writer}-{n}"}, expected_version=version)
            (outcome,) = await desk.groups([(put,)])
            assert outcome.error is None or isinstance(outcome.error, VersionConflictError)
            accepted += outcome.error is None
            if accepted == 5:
                break
        return accepted

    accepted = sum(await asyncio.gather(*(climb(w) for w in range(WRITERS))))
    assert accepted > 0
    assert (await desk.node("person:a"))["version"] == 1 + accepted


async def test_lines_of_concurrent_writers_are_all_in_the_total(desk: Desk) -> None:
    await desk.write(desk.new("Person", "p"), desk.new("Organisation", "o"), desk.new("Product", "x"))
    await desk.write(desk.new("Purchase", "pur", buyer="p", seller="o"))

    async def line(n: int) -> Outcome:
        return await desk.write(desk.new("PurchaseLine", f"line:{n}", {"position": n}, purchase="pur", product="x"))

    await asyncio.gather(*(line(n) for n in range(1, 11)))
    assert (await desk.node("pur"))["gross"] == 10 * 100_000


async def test_roles_ended_together_leave_no_shortcut(desk: Desk) -> None:
    await desk.write(desk.new("Person", "p"), desk.new("Organisation", "o"))
    names = [f"cus:{n}" for n in range(WRITERS)]
    await desk.write(*(Put("Brand", desk.key(f"brand:{name}"), {"name": name}) for name in names))
    await desk.write(*(desk.new("Customer", n, party="p", seller="o", brand=f"brand:{n}") for n in names))
    await asyncio.gather(*(desk.write(End("Customer", desk.key(name), UNTIL)) for name in names))
    assert await desk.targets("p", "CUSTOMER_OF") == []


async def test_a_rename_reaches_roles_that_are_written_meanwhile(desk: Desk) -> None:
    await desk.write(desk.new("Person", "p", {"name": "Old"}))
    await desk.write(*(desk.new("Organisation", f"o:{n}") for n in range(5)))
    key = desk.model.nodes["Customer"].stored("partyName").key
    for n in range(5):
        await asyncio.gather(
            desk.write(desk.new("Customer", f"cus:{n}", party="p", seller=f"o:{n}")),
            desk.write(desk.change("Person", "p", {"name": f"New {n}"})),
        )
        assert (await desk.node(f"cus:{n}"))[key] == f"new {n}"


async def test_writers_of_a_ring_never_close_it(desk: Desk) -> None:
    names = [str(n) for n in range(WRITERS)]
    for name in names:
        await desk.write(desk.new("Person", f"p{name}"))
    ring = [
        (Relate("ReportsTo", desk.key(f"p{a}"), desk.key(f"p{b}"), {"since": SINCE}),)
        for a, b in zip(names, [*names[1:], names[0]], strict=True)
    ]
    results = await asyncio.gather(*(desk.groups([edge]) for edge in ring))
    assert sorted(outcome.status for (outcome,) in results) == ["created"] * (WRITERS - 1) + ["rejected"]


async def test_referrals_written_together_close_no_circle(desk: Desk) -> None:
    people = [f"p{n}" for n in range(WRITERS)]
    await desk.write(desk.new("Organisation", "o"), *(desk.new("Person", name) for name in people))
    await desk.write(desk.new("ReferralProgramme", "programme", owner="o"))

    async def refer(n: int) -> Outcome:
        below = people[(n + 1) % WRITERS]
        put = desk.new("Referral", f"r:{n}", programme="programme", referrer=people[n], referred=below)
        (outcome,) = await desk.groups([[put]])
        return outcome

    outcomes = await asyncio.gather(*(refer(n) for n in range(WRITERS)))
    refused = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert [type(error) for error in refused] == [CircleError]
    assert len({target for name in people for target in await desk.targets(name, "REFERRED")}) == WRITERS - 1
