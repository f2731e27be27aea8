"""Watches a process of a suite within a block: the most requests it had in flight, and its memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.suite import LocalSuite

POLL_SECONDS = 0.1
ANSWER_SECONDS = 20
MIB = 1024 * 1024


@dataclass(slots=True)
class Watched:
    """The most that was seen of a process."""

    in_flight: float = 0.0
    grown_mib: float = 0.0
    """By how much its memory was larger than at first."""


@contextmanager
def watched(suite: LocalSuite, name: str) -> Iterator[Watched]:
    """Look at the process again and again until the block ends, and once afterwards."""
    process = next(process for process in suite.processes if process.name == name)
    memory = psutil.Process(suite.states()[name].pid)
    at_first, seen, ended = memory.memory_info().rss, Watched(), threading.Event()

    def look() -> None:
        seen.in_flight = max(seen.in_flight, _in_flight(process.health_address))
        seen.grown_mib = max(seen.grown_mib, (memory.memory_info().rss - at_first) / MIB)

    def look_on() -> None:
        while not ended.wait(POLL_SECONDS):
            look()

    looking = threading.Thread(target=look_on)
    looking.start()
    try:
        yield seen
    finally:
        ended.set()
        looking.join()
    look()


def _in_flight(address: str) -> float:
    """The requests that the process answers now, as its metrics say."""
    metrics = httpx.get(f"{address}/metrics", timeout=ANSWER_SECONDS).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(metrics)
        if family.name == "http_requests_in_flight"
        for sample in family.samples
    )
