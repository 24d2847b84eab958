"""/metrics: what the process did so far, in the text form of Prometheus; nothing of any request but its status."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from endpoint.protocol import Executor

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Answered:
    """Answers sent so far: how many, by status (None counts the clients that left before theirs), and how long whole
    answers of GraphQL took."""

    def __init__(self) -> None:
        self.by_status: Counter[int | None] = Counter()
        self.seconds = Histogram(
            "customer_graph_request_seconds",
            "Time from a GraphQL request to the end of its answer; streams are not among them.",
            buckets=_BUCKETS,
            registry=None,
        )


def metrics(executor: Executor, answered: Answered) -> Callable[[Request], Awaitable[Response]]:
    """The handler. CPU and memory of the process are there on Linux alone."""
    registry = CollectorRegistry()
    registry.register(_Figures(executor, answered))

    async def handler(_request: Request) -> Response:
        return Response(
            generate_latest(registry), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE_LATEST
        )

    return handler


class _Figures(Collector):
    """Everything that is told; counted where it happens and only read here."""

    def __init__(self, executor: Executor, answered: Answered) -> None:
        self._executor = executor
        self._answered = answered
        self._process = ProcessCollector(registry=None)
        # One scrape meets one of several workers: without a name their figures would be taken for one another's.
        self._own = {} if multiprocessing.parent_process() is None else {"worker": str(os.getpid())}

    def collect(self) -> Iterable[Metric]:
        """Each figure once, with the worker's name where there are several."""
        for metric in (*self._requests(), *self._load(), *self._kept(), *self._told(), *self._process.collect()):
            metric.samples = [sample._replace(labels={**sample.labels, **self._own}) for sample in metric.samples]
            yield metric

    def _requests(self) -> Iterable[Metric]:
        requests = CounterMetricFamily(
            "customer_graph_requests", "Requests by the status of the answer; gone: the client left.", labels=["status"]
        )
        for status, count in list(self._answered.by_status.items()):
            requests.add_metric(["gone" if status is None else str(status)], count)
        yield requests
        yield from self._answered.seconds.collect()

    def _load(self) -> Iterable[Metric]:
        load = self._executor.load_figures()
        yield CounterMetricFamily("customer_graph_operations", "Operations that were admitted.", load.operations)
        yield CounterMetricFamily("customer_graph_cost", "What they may have touched, in rows.", load.cost)
        yield GaugeMetricFamily("customer_graph_operations_running", "Operations that run.", load.running)
        yield GaugeMetricFamily("customer_graph_operations_waiting", "Operations that wait for it.", load.waiting)
        text = "Statements and transactions under way in the database; beyond the limit they wait for a connection."
        yield GaugeMetricFamily("customer_graph_database_busy", text, load.connections)
        yield GaugeMetricFamily("customer_graph_database_limit", "Connections at most.", load.connections_max)

    def _told(self) -> Iterable[Metric]:
        live = self._executor.live_figures()
        text = "Age of the events that were handed to subscribers last."
        yield GaugeMetricFamily("customer_graph_subscribers", "Subscriptions that run.", live.subscribers)
        yield GaugeMetricFamily("customer_graph_channels", "Readers of the graph that they share.", live.channels)
        yield GaugeMetricFamily("customer_graph_outbox_lag_seconds", text, live.lag)

    def _kept(self) -> Iterable[Metric]:
        entries = GaugeMetricFamily("customer_graph_cache_entries", "Entries of a cache.", labels=["cache"])
        limit = GaugeMetricFamily("customer_graph_cache_limit", "Entries of a cache at most.", labels=["cache"])
        hits = CounterMetricFamily("customer_graph_cache_hits", "What was looked for and there.", labels=["cache"])
        misses = CounterMetricFamily("customer_graph_cache_misses", "What was not there.", labels=["cache"])
        for name, figures in self._executor.caches().items():
            entries.add_metric([name], figures.entries)
            limit.add_metric([name], figures.limit)
            hits.add_metric([name], figures.hits)
            misses.add_metric([name], figures.misses)
        yield from (entries, limit, hits, misses)
