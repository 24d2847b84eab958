import asyncio
from dataclasses import replace

import pytest

from faults.relay import COMMIT, relay_to
from graph.client import Database, DatabaseSettings, Transaction
from graph.client.errors import ConstraintViolatedError, DuplicatesError, OutcomeUnknownError, QueryTimeoutError
from graph.errors import InputError


async def test_a_write_returns_what_its_work_returns(database: Database, label: str) -> None:
    async def work(transaction: Transaction) -> str:
        rows = await transaction.run(f"CREATE (n:{label} {{name: $name}}) RETURN n.name", {"name": "Phở"})
        return str(rows[0][0])

    assert await database.write(work) == "Phở"
    assert await database.read(f"MATCH (n:{label}) RETURN n.name", {}) == [["Phở"]]


async def test_an_exception_of_the_work_rolls_everything_back(database: Database, label: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(f"CREATE (:{label})")
        raise InputError(reason="no")

    with pytest.raises(InputError):
        await database.write(work)
    assert await database.read(f"MATCH (n:{label}) RETURN count(n)", {}) == [[0]]


async def test_deadlocked_writes_both_succeed(database: Database, label: str) -> None:
    await database.run_implicit(f"CREATE (:{label} {{id: 'a', n: 0}}), (:{label} {{id: 'b', n: 0}})")
    attempts = 0
    both_hold_one = asyncio.Barrier(2)
    add = f"MATCH (n:{label} {{id: $id}}) SET n.n = n.n + 1"

    async def cross(first: str, second: str) -> None:
        is_first_attempt = True

        async def work(transaction: Transaction) -> None:
            nonlocal attempts, is_first_attempt
            attempts += 1
            await transaction.run(add, {"id": first})
            if is_first_attempt:
                is_first_attempt = False
                await both_hold_one.wait()
            await transaction.run(add, {"id": second})

        await database.write(work)

    await asyncio.gather(cross("a", "b"), cross("b", "a"))

    assert attempts > 2
    assert await database.read(f"MATCH (n:{label}) RETURN n.n", {}) == [[2], [2]]


async def test_a_commit_whose_answer_is_lost_is_not_repeated(neo4j_settings: DatabaseSettings, label: str) -> None:
    attempts = 0

    async def work(transaction: Transaction) -> None:
        nonlocal attempts
        attempts += 1
        await transaction.run(f"CREATE (:{label})")

    async with relay_to(neo4j_settings.uri) as (relay, uri):
        database = await Database.connect(replace(neo4j_settings, uri=uri))
        relay.lose_at = COMMIT
        with pytest.raises(OutcomeUnknownError):
            await database.write(work)
        await database.close()

    assert attempts == 1


async def test_a_taken_value_names_label_and_property_and_not_the_value(database: Database, label: str) -> None:
    await database.run_implicit(f"CREATE CONSTRAINT {label} FOR (n:{label}) REQUIRE n.email IS UNIQUE")
    await database.run_implicit(f"CREATE (:{label} {{email: $email}})", {"email": "an@example.org"})

    with pytest.raises(ConstraintViolatedError) as caught:
        await database.run_implicit(f"CREATE (:{label} {{email: $email}})", {"email": "an@example.org"})
    assert caught.value.message() == f"Another {label} has the same email already."


async def test_a_constraint_that_the_data_breaks_names_the_doubles(database: Database, label: str) -> None:
    await database.run_implicit(f"CREATE (:{label} {{email: 'x'}}), (:{label} {{email: 'x'}})")

    with pytest.raises(DuplicatesError, match=f"Several of {label} have the same email"):
        await database.run_implicit(f"CREATE CONSTRAINT {label} FOR (n:{label}) REQUIRE n.email IS UNIQUE")


async def test_a_write_that_takes_too_long_is_rolled_back(database: Database, label: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(f"CREATE (:{label})")
        await transaction.run("UNWIND range(1, 100000000) AS a UNWIND range(1, 1000) AS b RETURN sum(a * 0 + b * 0)")

    with pytest.raises(QueryTimeoutError):
        await database.write(work, seconds=0.5)
    assert await database.read(f"MATCH (n:{label}) RETURN count(n)", {}) == [[0]]


async def test_an_implicit_statement_may_commit_in_batches(database: Database, label: str) -> None:
    text = f"UNWIND range(1, 10) AS i CALL (i) {{ CREATE (:{label}) }} IN TRANSACTIONS OF 3 ROWS"

    await database.run_implicit(text)

    assert await database.read(f"MATCH (n:{label}) RETURN count(n)", {}) == [[10]]
