"""Operations and statements reach a collector as one trace, and no value goes with them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from commands.errors import ExitCode
from graph.client import Database, DatabaseSettings
from graph.migrations import upgrade
from schema.declarations import model
from tests.support.processes import free_port, ready, start

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SECRETS = ("Hồng Nhung", "not-an-id", "top-secret")
OPERATIONS = {
    "People": 'query People { persons(filter: { name: { eq: "Hồng Nhung" } }) { totalCount } }',
    "Gone": 'mutation Gone { deletePerson(input: { by: { id: "not-an-id" } }) { deletedId userErrors { code } } }',
    "Large": "query Large { persons(first: 9999) { totalCount } }",
}


@dataclass
class Collector:
    """What was sent: its headers, and the spans by name."""

    headers: list[dict[str, str]] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)

    def named(self, name: str) -> dict[str, Any]:
        (found,) = (span for span in self.spans if span["name"] == name)
        return found

    def below(self, span: dict[str, Any]) -> list[dict[str, Any]]:
        return [other for other in self.spans if other["parent"] == span["id"]]

    def take(self, body: bytes) -> None:
        message = ExportTraceServiceRequest.FromString(body)
        for resource in message.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    values = {a.key: a.value.string_value or a.value.int_value for a in span.attributes}
                    told = {"name": span.name, "trace": span.trace_id.hex(), "id": span.span_id.hex()}
                    self.spans.append(
                        {**told, "parent": span.parent_span_id.hex(), "values": values, "events": len(span.events)}
                    )


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """A collector on loopback, and its address."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.headers.append({name.lower(): value for name, value in self.headers.items()})
            collector.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector, f"http://127.0.0.1:{server.server_port}/v1/traces"
        finally:
            server.shutdown()
            thread.join()


async def test_operations_and_statements_are_one_trace_without_a_value(
    database: Database, neo4j_settings: DatabaseSettings
) -> None:
    await upgrade(database, model())
    port = free_port()
    with collecting() as (collector, url):
        settings = {
            "CUSTOMER_GRAPH_DEMO": "never",
            "CUSTOMER_GRAPH_TRACES_URL": url,
            "CUSTOMER_GRAPH_TRACES_HEADERS": "x-key=top-secret",
            "CUSTOMER_GRAPH_LOG_LEVEL": "info",
            "CUSTOMER_GRAPH_LOG_FORMAT": "json",
        }
        process = start(neo4j_settings, port, settings, logged=True)
        try:
            await ready(port)
            async with httpx.AsyncClient(timeout=60) as client:
                for text in OPERATIONS.values():
                    headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"} if "People" in text else {}
                    await client.post(f"http://127.0.0.1:{port}/graphql", json={"query": text}, headers=headers)
            process.terminate()
            _, log = await asyncio.to_thread(process.communicate, timeout=60)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == ExitCode.OK

    people = collector.named("query People")
    assert (people["trace"], people["parent"]) == (TRACE, CALLER)
    assert people["values"]["graphql.operation.name"] == "People"
    assert people["values"]["customer_graph.cost"] > 0
    (statement,) = collector.below(people)
    assert (statement["name"], statement["trace"]) == ("statement", TRACE)
    assert "MATCH" in statement["values"]["db.query.text"]

    gone = collector.named("mutation Gone")
    assert gone["parent"] == ""
    assert gone["trace"] != TRACE
    assert collector.below(gone)

    large = collector.named("query Large")
    assert large["values"]["error.type"] == "PAGE_SIZE"
    assert collector.below(large) == []

    assert collector.headers[0]["x-key"] == "top-secret"
    assert all(span["events"] == 0 for span in collector.spans)
    shown = json.dumps(collector.spans, ensure_ascii=False) + log.decode()
    assert [secret for secret in SECRETS if secret in shown] == []

    lines = [json.loads(line) for line in log.decode().splitlines() if '"logger":"access"' in line]
    traces = {line["operation"]: line["trace_id"] for line in lines if line["path"] == "/graphql"}
    assert traces == {"People": TRACE, "Gone": gone["trace"], "Large": large["trace"]}
