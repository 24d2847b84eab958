"""/metrics: figures in the text form of Prometheus."""

import multiprocessing
import os

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from endpoint.app import build_app
from endpoint.settings import EndpointSettings
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import ToyExecutor, authenticate, ready

STREAM = {"accept": "text/event-stream"}
Labels = tuple[tuple[str, str], ...]


async def scraped(client: httpx.AsyncClient) -> dict[tuple[str, Labels], float]:
    """Every figure by its name and labels."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_requests_are_counted_by_the_status_of_their_answer(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/healthz", "/nowhere"):
        await client.get(path)
    found = await scraped(client)
    assert found["customer_graph_requests_total", (("status", "200"),)] == 2
    assert found["customer_graph_requests_total", (("status", "404"),)] == 1


async def test_operations_tell_what_they_cost_and_what_is_under_way(client: httpx.AsyncClient) -> None:
    found = await scraped(client)
    names = ("operations_total", "cost_total", "operations_running", "operations_waiting")
    assert [found[f"customer_graph_{name}", ()] for name in names] == [7, 210, 2, 1]
    assert [found[f"customer_graph_database_{name}", ()] for name in ("busy", "limit")] == [3, 100]


async def test_whole_answers_are_timed_and_nothing_else(client: httpx.AsyncClient) -> None:
    await client.get("/healthz")
    await client.post("/graphql", json={"query": "{ language }"})
    async with client.stream("POST", "/graphql", json={"query": "{ language }"}, headers=STREAM) as stream:
        await stream.aread()
    found = await scraped(client)
    assert found["customer_graph_request_seconds_count", ()] == 1
    assert found["customer_graph_request_seconds_bucket", (("le", "+Inf"),)] == 1
    assert 0 < found["customer_graph_request_seconds_sum", ()] < 60


async def test_caches_tell_their_size_and_how_often_they_helped(client: httpx.AsyncClient) -> None:
    found = await scraped(client)
    documents = (("cache", "documents"),)
    assert {name: value for (name, labels), value in found.items() if labels == documents} == {
        "customer_graph_cache_entries": 3,
        "customer_graph_cache_limit": 10,
        "customer_graph_cache_hits_total": 5,
        "customer_graph_cache_misses_total": 4,
    }


async def test_subscriptions_tell_how_many_they_are_and_how_late_they_are_told(client: httpx.AsyncClient) -> None:
    found = await scraped(client)
    names = ("customer_graph_subscribers", "customer_graph_channels", "customer_graph_outbox_lag_seconds")
    assert [found[name, ()] for name in names] == [0, 1, 0.25]


async def test_the_process_tells_its_cpu_and_memory(client: httpx.AsyncClient) -> None:
    found = await scraped(client)
    assert found["process_cpu_seconds_total", ()] > 0
    assert found["process_resident_memory_bytes", ()] > 1_000_000


async def test_each_of_several_workers_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "parent_process", object)
    async with client_of(build_app(ToyExecutor(), authenticate, ready, EndpointSettings())) as client:
        found = await scraped(client)
    assert all(("worker", str(os.getpid())) in labels for _, labels in found)


async def test_nothing_on_the_way_keeps_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0")


async def test_it_can_be_taken_away() -> None:
    app = build_app(ToyExecutor(), authenticate, ready, EndpointSettings(metrics=False))
    async with client_of(app) as client:
        assert (await client.get("/metrics")).status_code == 404
