"""Which database, and the embedded one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr

from graph.client import DatabaseSettings
from graph.embedded import DEFAULT_VERSION, EmbeddedSettings
from settings.base import Count, Group, Megabytes, Port, Seconds

DEMO = Path(__file__).parent.parent / "examples" / "demo" / "mapping.toml"


class DemoPolicy(StrEnum):
    """When an empty database is given the demo company."""

    EMBEDDED = "embedded"
    ALWAYS = "always"
    NEVER = "never"


class DatabaseGroup(Group):
    """Which database, and the embedded one where none is named."""

    # Which database
    neo4j_uri: str | None = Field(
        None,
        validation_alias="NEO4J_URI",
        description="the Neo4j to use: `bolt://`, `neo4j://` or `neo4j+s://`; without it the embedded one is used",
    )
    neo4j_user: str = Field("neo4j", validation_alias="NEO4J_USER", description="user at `NEO4J_URI`")
    neo4j_password: SecretStr | None = Field(
        None,
        validation_alias="NEO4J_PASSWORD",
        description="password at `NEO4J_URI`; without it no credentials are sent",
    )
    neo4j_database: str | None = Field(
        None,
        validation_alias="NEO4J_DATABASE",
        description="database at `NEO4J_URI`; without it the user's home database",
    )
    pool_size: Count = Field(50, description="connections to the database that one process keeps at most")
    connect_seconds: Seconds = Field(5, description="wait for a connection to the database")
    acquire_seconds: Seconds = Field(10, description="wait for a free connection of the pool")
    read_seconds: Seconds = Field(15, description="the database ends a read after this time")
    write_seconds: Seconds = Field(30, description="the database ends a write after this time")
    retry_seconds: Seconds = Field(10, description="how long a transaction is tried again after failures that pass")

    # The embedded database
    data: Path = Field(Path(".customer-graph"), description="folder of the embedded database")
    cache: Path = Field(Path("~/.cache/customer-graph"), description="folder that Neo4j's jars are kept in")
    neo4j_version: str = Field(DEFAULT_VERSION, description="Neo4j version of the embedded database")
    embedded_port: Port = Field(0, description="Bolt port of the embedded database on loopback; 0 takes a free one")
    heap_mb: Megabytes = Field(512, description="Java heap of the embedded database")
    page_cache_mb: Megabytes = Field(256, description="page cache of the embedded database")
    transaction_mb: Megabytes = Field(128, description="memory of one transaction of the embedded database")
    transactions_mb: Megabytes = Field(256, description="memory of all transactions of the embedded database together")
    transaction_seconds: Count = Field(120, description="the embedded database ends any transaction after this time")
    start_seconds: Count = Field(180, description="wait for the embedded database to start")
    stop_seconds: Count = Field(30, description="wait for the embedded database to stop")
    demo: DemoPolicy = Field(
        DemoPolicy.EMBEDDED,
        description="demo company for an empty database: `embedded` (only the embedded one), `always`, `never`",
    )

    def database(self) -> DatabaseSettings:
        """The database of `NEO4J_URI`; without an address where the embedded one is meant."""
        return DatabaseSettings(
            uri=self.neo4j_uri or "",
            user=self.neo4j_user if self.neo4j_password else None,
            password=self.neo4j_password.get_secret_value() if self.neo4j_password else None,
            database=self.neo4j_database,
            pool_size=self.pool_size,
            connect_timeout=self.connect_seconds,
            acquire_timeout=self.acquire_seconds,
            read_timeout=self.read_seconds,
            write_timeout=self.write_seconds,
            retry_time=self.retry_seconds,
        )

    def embedded(self) -> EmbeddedSettings:
        """The embedded database."""
        return EmbeddedSettings(
            data=self.data.expanduser(),
            cache=self.cache.expanduser(),
            version=self.neo4j_version,
            port=self.embedded_port,
            heap_mb=self.heap_mb,
            page_cache_mb=self.page_cache_mb,
            transaction_mb=self.transaction_mb,
            transactions_mb=self.transactions_mb,
            transaction_timeout_s=self.transaction_seconds,
            start_timeout_s=self.start_seconds,
            stop_timeout_s=self.stop_seconds,
        )

    def demo_mapping(self) -> Path | None:
        """The mapping of the demo company, where an empty database shall be given it; only a clone has one."""
        wanted = self.demo is DemoPolicy.ALWAYS or (self.demo is DemoPolicy.EMBEDDED and not self.neo4j_uri)
        return DEMO if wanted and DEMO.is_file() else None
