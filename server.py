"""The process: its settings (the only reader of the environment) and the entry of the command line."""

from __future__ import annotations

import difflib
import gc
import ipaddress
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from graphql import print_schema
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette

from access.api_keys import ApiKeys
from access.build import build_access, build_keys
from access.claims import ClaimNames, PartyTemplate
from access.settings import IdentitySettings, TokenSettings
from access.tokens import TokenRules
from commands import app
from commands.logs import LogFormat, LogLevel, configure_logging
from commands.services import Address, Services, keys_off
from endpoint.app import build_app
from endpoint.drain import Drain
from endpoint.health import Readiness
from endpoint.hosts import LOOPBACK
from endpoint.settings import EndpointSettings
from graph.client import Database, DatabaseSettings
from graph.compiler.planner.context import Limits
from graph.embedded import DEFAULT_VERSION, EmbeddedSettings
from graph.errors import CustomerGraphError, InputError
from graph.migrations import status
from jobs.upkeep import upkeep
from resolvers.executor.execute import Executor
from resolvers.executor.gate import Gate
from resolvers.executor.manifest import read_manifest
from resolvers.executor.meter import MEMORY, Meter
from resolvers.executor.persisted import Persisted
from resolvers.live.hub import LiveSettings
from resolvers.types.query import build_schema, core_schema
from schema.declarations import model

PREFIX = "CUSTOMER_GRAPH_"
USUAL = Limits()
USUAL_LIVE = LiveSettings()
EXAMPLES = Path(__file__).parent / "examples" / "queries"
DEMO = Path(__file__).parent / "examples" / "demo" / "mapping.toml"

_log = structlog.get_logger("server")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")

Count = Annotated[int, Field(ge=1)]
Megabytes = Annotated[int, Field(ge=16)]
Seconds = Annotated[float, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]


class SettingError(InputError):
    """A variable of the environment or of `.env` cannot be used; the message never holds its value."""

    code = "BAD_SETTING"
    text = "The setting {name} cannot be used: {reason}"
    hint = "docs/settings.md lists every setting with its default and meaning."


class OpenAddressError(SettingError):
    """The service would answer strangers."""

    code = "OPEN_ADDRESS"
    text = "{host} can be reached from other machines, and nobody would be asked who they are."
    hint = (
        "Say how callers are known: CUSTOMER_GRAPH_TOKEN_ISSUER, CUSTOMER_GRAPH_TOKEN_AUDIENCE and "
        "CUSTOMER_GRAPH_TOKEN_KEYS for tokens, CUSTOMER_GRAPH_KEY_PEPPER for API keys (docs/identity.md). Or serve on "
        "127.0.0.1 (CUSTOMER_GRAPH_HOST); or set CUSTOMER_GRAPH_ALLOW_ANONYMOUS_NETWORK=true if something in front of "
        "the service keeps strangers out."
    )


class DemoPolicy(StrEnum):
    """When an empty database is given the demo company."""

    EMBEDDED = "embedded"
    ALWAYS = "always"
    NEVER = "never"


class Settings(BaseSettings):
    """Every setting of the service. docs/settings.md shows this class as one table; a test compares the two."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

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

    # The service
    host: str = Field("127.0.0.1", description="address to serve on")
    port: Port = Field(8000, description="port to serve on")
    workers: Count = Field(1, description="processes that answer requests, each with its own caches and connections")
    allow_anonymous_network: bool = Field(
        False, description="serve on an address other than loopback although nobody is asked who they are"
    )
    event_days: Count = Field(30, description="days for which events are kept; `serve` removes older ones every hour")
    body_bytes: Count = Field(1_000_000, description="largest body of a request")
    ready_seconds: Seconds = Field(5, description="wait of `/readyz` for the database")
    origins: str | None = Field(
        None, description="origins of pages that may ask from a browser, such as `https://app.example`; none without it"
    )
    hosts: str | None = Field(
        None,
        description="names that a service on loopback is asked for by besides those of loopback, while nobody is asked "
        "who they are",
    )
    pack_bytes: Annotated[int, Field(ge=0)] = Field(
        1_400, description="answers of at least so many bytes are sent as gzip to those who take it; 0 packs none"
    )
    metrics: bool = Field(True, description="serve figures for Prometheus at `/metrics`")
    graphiql: bool | None = Field(
        None, description="serve GraphiQL at `/graphiql`; by itself only while nobody is asked who they are"
    )

    # Which documents are run, and who may look at the schema
    persisted_queries: Annotated[int, Field(ge=0)] = Field(
        1_000, description="documents that are kept by their hash for automatic persisted queries; 0 keeps none"
    )
    trusted_documents: Path | None = Field(
        None, description="manifest of documents that clients may name by id: that of relay-compiler, or Apollo's"
    )
    trusted_only: bool = Field(False, description="run the documents of the manifest and nothing else")
    introspection: str = Field(
        "admin", description="roles that may ask for the schema and are told what a misspelt name may have meant"
    )

    # How much at a time, and how much in a minute
    running_max: Count = Field(50, description="operations that run at a time in one process; more wait for their turn")
    waiting_max: Annotated[int, Field(ge=0)] = Field(
        200, description="operations that wait for their turn; more are turned away with 503"
    )
    waiting_seconds: Seconds = Field(
        10, description="how long an operation waits for its turn before it is turned away"
    )
    request_seconds: Seconds = Field(
        USUAL.request_seconds, description="what a whole request may take in the database, all its statements together"
    )
    cost_by_role: str | None = Field(
        None,
        description="roles with a `CUSTOMER_GRAPH_COST` of their own, such as `partner=50000 customer=20000`; of "
        "several roles the one with most counts",
    )
    rate_cost: Count | None = Field(
        None, description="what all operations of one identity may cost in a minute; without it nothing is counted"
    )
    rate_store: str = Field(
        MEMORY, description="where that is counted: `memory://` (each process by itself) or `redis://host:6379`"
    )

    # Live updates
    live_poll_seconds: Seconds = Field(
        USUAL_LIVE.poll_seconds, description="how often a process with subscribers looks for what others committed"
    )
    live_queue: Count = Field(
        USUAL_LIVE.queue, description="messages that may wait for a subscriber before it is dropped as too slow"
    )
    sockets_max: Count = Field(5_000, description="open WebSockets of a process, and as many event streams")
    socket_operations_max: Count = Field(100, description="operations that run on one WebSocket at a time")
    socket_init_seconds: Seconds = Field(3, description="how soon a WebSocket must send `connection_init`")
    stream_beat_seconds: Seconds = Field(12, description="how often an event stream says that it lives")

    # Limits of a request
    page_size: Count = Field(
        USUAL.page_default, description="rows of a connection when neither `first` nor `last` is given"
    )
    page_size_nested: Count = Field(USUAL.page_nested, description="the same for a connection inside another list")
    page_size_max: Count = Field(USUAL.page_max, description="rows of a connection at most")
    depth: Count = Field(USUAL.depth, description="levels of a selection")
    cost: Count = Field(USUAL.cost_max, description="rows that an operation may touch, by its page sizes")
    filter_depth: Count = Field(USUAL.filter_depth, description="relations that a filter may follow in a row")
    filter_size: Count = Field(
        USUAL.filter_size, description="conditions of all filters of an operation, those of `and` and `or` one by one"
    )
    search_window: Count = Field(USUAL.search_window, description="best matches that a search looks at")
    count_cap: Count = Field(USUAL.count_cap, description="rows that `totalCount` counts before it stops and says so")
    scan_max: Count = Field(
        USUAL.scan_max, description="rows of a whole type that a page or a count tests before it stops and says so"
    )
    set_max: Count = Field(
        USUAL.set_max, description="rows of a whole type that figures, or an order by figures, may cover"
    )
    changes_max: Count = Field(USUAL.changes_max, description="nodes and relationships that one mutation may make")
    import_max: Count = Field(USUAL.import_max, description="rows that one `importRows` may take")
    duplicates_max: Count = Field(
        USUAL.duplicates_max, description="parties that one page of `duplicateCandidates` among all looks at"
    )
    dossier_max: Count = Field(USUAL.dossier_max, description="facts that `exportParty` tells at most")
    work_seconds: Seconds = Field(
        USUAL.work_seconds, description="how long a mutation in many steps goes on before it answers as incomplete"
    )

    # Limits of a document and its variables, checked before validation
    document_length: Count = Field(USUAL.document_length, description="characters of a document")
    tokens: Count = Field(USUAL.tokens, description="words and signs of a document")
    aliases: Count = Field(USUAL.aliases, description="aliases in a document")
    directives: Count = Field(USUAL.directives, description="directives in a document")
    root_fields: Count = Field(USUAL.root_fields, description="root fields of an operation")
    fragments: Count = Field(USUAL.fragments, description="fragments of a document")
    selections: Count = Field(
        USUAL.selections, description="fields and spreads of a document with every fragment in its place"
    )
    overlaps: Count = Field(
        USUAL.overlaps, description="comparisons of fields that share a name in one place; n of them take n²/2"
    )
    list_max: Count = Field(USUAL.list_max, description="items of a list in an argument, such as `in` or `ids`")
    value_depth: Count = Field(USUAL.value_depth, description="levels of a value, in the document and in variables")
    text_length: Count = Field(USUAL.text_length, description="characters of one text in an argument")
    variable_values: Count = Field(USUAL.variable_values, description="values in the variables of a request")

    # Logging
    log_level: LogLevel = Field(LogLevel.INFO, description="least level logged: `debug`, `info`, `warning`, `error`")
    log_format: LogFormat = Field(
        LogFormat.AUTO, description="`console` for people, `json` for machines, `auto`: people on a terminal"
    )

    # Who is asked who somebody is
    token_issuer: str | None = Field(
        None, description="issuer of the tokens that are taken, as their claim `iss` names it; without it none are"
    )
    token_audience: str | None = Field(None, description="name of this service in their claim `aud`")
    token_keys: str | None = Field(
        None,
        description="where the public keys of the issuer are: the https address of its JWKS, or a JWKS or PEM file",
    )
    token_party: str = Field(
        "{party}",
        description="the party that a token belongs to: the claim that holds its id, or an external key of it with "
        "claims in braces, such as `auth0:user:{sub}`",
    )
    token_roles: str = Field("roles", description="claim of the roles; dots lead into objects: `realm_access.roles`")
    token_organisations: str = Field(
        "organisations", description="claim of the ids of the organisations that somebody is limited to"
    )
    token_scope: str = Field("scope", description="claim of the scopes")
    token_leeway_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        30, description="by how much clocks may differ when the times of a token are checked"
    )
    token_refresh_seconds: Seconds = Field(600, description="keys at an address are fetched anew after this time")
    token_pause_seconds: Seconds = Field(
        30, description="least time between two fetches, however many tokens name keys that are not known"
    )
    key_pepper: Annotated[SecretStr, Field(min_length=32)] | None = Field(
        None,
        description="secret of at least 32 characters that API keys are kept under, the same for every process; "
        "without it there are none",
    )
    identity_seconds: Seconds = Field(
        30,
        description="how long a token or API key that was verified, and the party of a caller, are taken as they were",
    )

    @classmethod
    def variable(cls, field: str) -> str:
        """Name of the environment variable that sets the field."""
        alias = cls.model_fields[field].validation_alias
        return alias if isinstance(alias, str) else f"{PREFIX}{field}".upper()

    def address(self) -> Address:
        """Where to serve.

        Raises:
            OpenAddressError: the address is not loopback, nobody is asked who they are, and nothing says that this is
                meant.
            SettingError: what says how callers are known is not whole.
        """
        if self.identity() is None and not (self.allow_anonymous_network or is_loopback(self.host)):
            raise OpenAddressError(host=self.host)
        return Address(self.host, self.port)

    def identity(self) -> IdentitySettings | None:
        """How callers are known; None where they are not asked.

        Raises:
            SettingError: a part of what tokens need is missing, or their keys would come over an open line.
            PartyTemplateError: the party of a token cannot be told.
        """
        tokens = self._tokens()
        if tokens is None and self.key_pepper is None:
            return None
        pepper = self.key_pepper.get_secret_value() if self.key_pepper else None
        return IdentitySettings(tokens, pepper, self.identity_seconds)

    def _tokens(self) -> TokenSettings | None:
        if not (self.token_issuer and self.token_audience and self.token_keys):
            named = {field: getattr(self, field) for field in ("token_issuer", "token_audience", "token_keys")}
            if not any(named.values()):
                return None
            missing = next(field for field, value in named.items() if not value)
            raise SettingError(name=self.variable(missing), reason="tokens are taken only where it is set, too.")
        party = PartyTemplate(self.token_party)
        return TokenSettings(
            TokenRules(self.token_issuer, self.token_audience, self.token_leeway_seconds),
            self._token_keys(self.token_keys),
            ClaimNames(self.token_roles, self.token_organisations, self.token_scope, party),
            refresh=self.token_refresh_seconds,
            pause=self.token_pause_seconds,
        )

    def _token_keys(self, keys: str) -> str | Path:
        if "://" not in keys:
            return Path(keys).expanduser()
        address = urlsplit(keys)
        if address.username is not None:
            raise SettingError(name=self.variable("token_keys"), reason="user names do not belong in an address.")
        if address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname or "")):
            return keys
        reason = "whoever sits on the line could put keys of their own there; use https."
        raise SettingError(name=self.variable("token_keys"), reason=reason)

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

    def limits(self) -> Limits:
        """How much one operation may ask for."""
        return Limits(
            page_default=self.page_size,
            page_nested=self.page_size_nested,
            page_max=self.page_size_max,
            filter_depth=self.filter_depth,
            filter_size=self.filter_size,
            count_cap=self.count_cap,
            scan_max=self.scan_max,
            set_max=self.set_max,
            search_window=self.search_window,
            cost_max=self.cost,
            changes_max=self.changes_max,
            import_max=self.import_max,
            work_seconds=self.work_seconds,
            duplicates_max=self.duplicates_max,
            dossier_max=self.dossier_max,
            depth=self.depth,
            document_length=self.document_length,
            tokens=self.tokens,
            aliases=self.aliases,
            directives=self.directives,
            root_fields=self.root_fields,
            fragments=self.fragments,
            selections=self.selections,
            overlaps=self.overlaps,
            list_max=self.list_max,
            value_depth=self.value_depth,
            text_length=self.text_length,
            variable_values=self.variable_values,
            request_seconds=self.request_seconds,
            cost_by_role=self._cost_by_role(),
        )

    def _cost_by_role(self) -> dict[str, int]:
        found = {}
        for entry in _names(self.cost_by_role):
            role, _, cost = entry.partition("=")
            if not role or not cost.isdecimal() or int(cost) < 1:
                reason = "each entry is a role and a cost, such as customer=20000."
                raise SettingError(name=self.variable("cost_by_role"), reason=reason)
            found[role] = int(cost)
        return found

    def gate(self) -> Gate:
        """How many operations run and wait."""
        return Gate(self.running_max, self.waiting_max, self.waiting_seconds)

    def meter(self) -> Meter | None:
        """What identities may cost in a minute, where that is counted.

        Raises:
            MeterError: the counters cannot be kept where the settings say.
        """
        return Meter(self.rate_cost, self.rate_store) if self.rate_cost else None

    def persisted(self) -> Persisted:
        """The documents that requests can name.

        Raises:
            SettingError: nothing but a manifest is trusted, and there is none.
            ManifestError: the manifest cannot be used.
        """
        if self.trusted_only and self.trusted_documents is None:
            reason = f"no document would run; name a manifest in {self.variable('trusted_documents')}."
            raise SettingError(name=self.variable("trusted_only"), reason=reason)
        trusted = read_manifest(self.trusted_documents.expanduser()) if self.trusted_documents else {}
        return Persisted(trusted, only=self.trusted_only, size=self.persisted_queries)

    def introspectors(self) -> frozenset[str]:
        """The roles that may ask for the schema."""
        return frozenset(_names(self.introspection))

    def endpoint(self) -> EndpointSettings:
        """The HTTP side."""
        return EndpointSettings(
            self.body_bytes,
            self.ready_seconds,
            self.metrics,
            self.identity() is None if self.graphiql is None else self.graphiql,
            EXAMPLES,
            pack_bytes=self.pack_bytes,
            origins=self._origins(),
            hosts=self._hosts(),
            sockets_max=self.sockets_max,
            socket_operations_max=self.socket_operations_max,
            socket_init_seconds=self.socket_init_seconds,
            stream_beat_seconds=self.stream_beat_seconds,
        )

    def _origins(self) -> tuple[str, ...]:
        found = tuple(_names(self.origins))
        for origin in found:
            if not _ORIGIN.fullmatch(origin):
                reason = "an origin is a scheme, a host and perhaps a port: https://app.example."
                raise SettingError(name=self.variable("origins"), reason=reason)
        return found

    def _hosts(self) -> frozenset[str] | None:
        """The names that the service answers to; None (any) where callers are known, or strangers are kept out."""
        if self.identity() is not None or self.allow_anonymous_network or not is_loopback(self.host):
            return None
        return LOOPBACK | {self.host} | {name.lower() for name in _names(self.hosts)}

    def live(self) -> LiveSettings:
        """Subscriptions."""
        return LiveSettings(self.live_poll_seconds, self.live_queue)

    def demo_mapping(self) -> Path | None:
        """The mapping of the demo company, where an empty database shall be given it; only a clone has one."""
        wanted = self.demo is DemoPolicy.ALWAYS or (self.demo is DemoPolicy.EMBEDDED and not self.neo4j_uri)
        return DEMO if wanted and DEMO.is_file() else None


def _names(listed: str | None) -> list[str]:
    """The names of a list with spaces or commas between them."""
    return (listed or "").replace(",", " ").split()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost counts as reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingError: a value cannot be used, or a variable with our prefix is none of the settings.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0])
        name = Settings.variable(field) if field in Settings.model_fields else field
        raise SettingError(name=name, reason=f"{first['msg']}.") from None
    known = {Settings.variable(field) for field in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            meant = f"; did you mean {close[0]}?" if close else "."
            raise SettingError(name=name, reason=f"there is no such setting{meant}")
    return settings


def build_executor(limits: Limits, keys: ApiKeys | None = None) -> Executor:
    """The executor of the whole schema, without a database yet."""
    return Executor(core_schema(build_schema(model())), model(), limits=limits, keys=keys)


def settle_memory() -> None:
    """The garbage collector leaves alone what is there now: schema and model live as long as the process.

    An answer of 2,000 rows is 4,000 young objects: it should neither walk the former nor start a collection for itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def build_application(settings: Settings, database: DatabaseSettings) -> Starlette:
    """The service over HTTP; it holds a database of its own between start-up and shut-down."""
    access = build_access(settings.identity(), lambda: executor.connected)
    executor = build_executor(settings.limits(), access.keys)
    executor.persisted = settings.persisted()
    executor.introspectors = settings.introspectors()
    executor.gate = settings.gate()
    executor.meter = settings.meter()
    executor.live = settings.live()
    drain = Drain()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        executor.database = await Database.connect(database)
        settle_memory()
        async with upkeep(executor.database, event_days=settings.event_days):
            with drain.on_signals():
                yield
        await access.close()
        await executor.database.close()

    async def ready() -> Readiness:
        try:
            missing = await status(executor.connected, model())
        except CustomerGraphError as error:
            _log.warning("not_ready", reason=str(error))
            return Readiness({"database": str(error.outside())})
        lacking = ", ".join((*missing.schema, *missing.migrations))
        return Readiness({"database": None, "migrations": f"missing: {lacking}" if lacking else None})

    return build_app(executor, access.authenticate, ready, settings.endpoint(), lifespan, drain)


def served(settings: Settings, database: DatabaseSettings) -> Starlette:
    """The service in the process that calls this; one of several workers is yet to be told where logs go."""
    configure_logging(settings.log_level, settings.log_format)
    return build_application(settings, database)


def connected(settings: Settings, database: Database) -> Executor:
    """The executor on this database."""
    executor = build_executor(settings.limits(), build_keys(settings.identity(), lambda: database))
    executor.database = database
    return executor


def api_keys(settings: Settings, database: Database) -> ApiKeys:
    """The API keys of this database.

    Raises:
        ApiKeysOffError: there are none without a pepper.
    """
    return build_keys(settings.identity(), lambda: database) or keys_off(database)


def services() -> Services:
    """What the commands work with; reads the settings when the first command asks."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    return Services(
        address=settings.address,
        database=settings.database(),
        embedded=settings.embedded(),
        demo=settings.demo_mapping(),
        executor=partial(connected, settings),
        keys=partial(api_keys, settings),
        workers=settings.workers,
        event_days=settings.event_days,
        application=partial(served, settings),
        sdl=lambda: print_schema(core_schema(build_schema(model()))),
    )


def main() -> None:
    """The command `customer-graph`; its exit code says how it went (commands/errors.py)."""
    sys.exit(app.run(cache(services)))


if __name__ == "__main__":
    main()
