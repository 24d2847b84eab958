"""Which documents are run, and how many at a time and in a minute."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from graph.compiler.planner.context import Limits
from resolvers.executor.gate import Gate
from resolvers.executor.manifest import read_manifest
from resolvers.executor.meter import MEMORY, Meter
from resolvers.executor.persisted import Persisted
from settings.base import Count, Group, Seconds, SettingError, names

USUAL = Limits()


class DocumentsGroup(Group):
    """Which documents are run, who may look at the schema, how much runs at a time and in a minute."""

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
        return frozenset(names(self.introspection))
