"""Metrics of the pools of database connections, read from the pools when they are asked for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[Any]

MILLISECONDS = 1000


class PoolCollector(Collector):
    """Adds up the pools of this process that are `watched`: nothing is counted while statements run."""

    def __init__(self) -> None:
        self.watched: WeakSet[Pool] = WeakSet()

    def describe(self) -> Iterator[Metric]:
        """The metrics, without looking at a pool."""
        return _metrics(Counter())

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now."""
        said: Counter[str] = Counter()
        for pool in list(self.watched):
            said.update(pool.get_stats())
        return _metrics(said)


def _metrics(said: Counter[str]) -> Iterator[Metric]:
    """From the names of `psycopg_pool`'s statistics; it leaves out what is 0."""
    yield GaugeMetricFamily(
        "database_pool_size_max", "Connections that the pool may have", value=said["pool_max"]
    )
    yield GaugeMetricFamily(
        "database_pool_size", "Connections of the pool, in use or not", value=said["pool_size"]
    )
    yield GaugeMetricFamily(
        "database_pool_in_use",
        "Connections that are in use now, or are being made",
        value=said["pool_size"] - said["pool_available"],
    )
    yield GaugeMetricFamily(
        "database_pool_waiting", "Requests that wait for a connection now", value=said["requests_waiting"]
    )
    yield CounterMetricFamily(
        "database_pool_requests_total", "Requests for a connection", value=said["requests_num"]
    )
    yield CounterMetricFamily(
        "database_pool_waits_total", "Requests that waited for a connection", value=said["requests_queued"]
    )
    yield CounterMetricFamily(
        "database_pool_wait_seconds_total",
        "Time that requests waited for a connection",
        value=said["requests_wait_ms"] / MILLISECONDS,
    )
    yield CounterMetricFamily(
        "database_pool_timeouts_total",
        "Requests that got no connection: they waited too long, or too many waited",
        value=said["requests_errors"],
    )
    yield CounterMetricFamily(
        "database_connection_failures_total",
        "Connections that could not be made, or were found broken",
        value=said["connections_errors"] + said["connections_lost"],
    )


pools = PoolCollector()
REGISTRY.register(pools)
