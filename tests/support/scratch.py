"""A database that the suite was pointed at: it must be empty, and is left empty."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import neo4j
import pytest

from graph.client import DatabaseSettings

URI = "NEO4J_TEST_URI"


@contextmanager
def given_database(environment: Mapping[str, str] = os.environ) -> Iterator[DatabaseSettings]:
    """The database at NEO4J_TEST_URI; ends the run if it holds anything, and removes at the end what the run wrote."""
    settings = DatabaseSettings(
        environment[URI],
        user=environment.get("NEO4J_TEST_USER"),
        password=environment.get("NEO4J_TEST_PASSWORD"),
        database=environment.get("NEO4J_TEST_DATABASE"),
    )
    auth = None if settings.user is None else (settings.user, settings.password or "")
    with neo4j.GraphDatabase.driver(settings.uri, auth=auth) as driver:
        with driver.session(database=settings.database) as session:
            if not is_empty(session):
                pytest.exit(
                    f"{settings.address} is not empty, and the suite empties the database that it used. "
                    f"Point {URI} at an empty one, or leave it out: the suite then starts its own.",
                    returncode=pytest.ExitCode.USAGE_ERROR,
                )
        try:
            yield settings
        finally:
            with driver.session(database=settings.database) as session:
                empty(session)


def is_empty(session: neo4j.Session) -> bool:
    """Whether there is no node; every relationship hangs on nodes."""
    return session.run("MATCH (n) RETURN n LIMIT 1").single() is None


def empty(session: neo4j.Session) -> None:
    """Remove all nodes, relationships, constraints and indexes but the two that every database has."""
    session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    for kind, listing in (
        ("CONSTRAINT", "SHOW CONSTRAINTS YIELD name RETURN name"),
        ("INDEX", "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"),
    ):
        for name in session.run(listing).value():
            session.run(f"DROP {kind} `{name}` IF EXISTS").consume()
