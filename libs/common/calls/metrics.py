"""Metrics of the calls to other services: how long they take, how they end, what their breakers do."""

from typing import Literal, TypeAlias

from prometheus_client import Counter, Gauge, Histogram

from libs.common.metrics import BUCKETS_SECONDS

Outcome: TypeAlias = Literal["answered", "refused", "failed", "breaker_open", "cancelled"]

CANCELLED: Outcome = "cancelled"
"""Of a call that ended before it had another outcome."""

outgoing_call_duration_seconds = Histogram(
    "outgoing_call_duration_seconds",
    "Time of a call to another service with its retries, by outcome: answered (the gateway: any status), "
    "refused (4xx), failed (no usable answer), breaker_open (not called), cancelled (by the caller)",
    ["callee", "outcome"],
    buckets=BUCKETS_SECONDS,
)
outgoing_call_retries_total = Counter(
    "outgoing_call_retries_total", "Attempts at a call to another service after the first", ["callee"]
)
breakers_open = Gauge(
    "breakers_open",
    "Breakers of calls to another service that are open; a process may have several",
    ["callee"],
)
breaker_openings_total = Counter(
    "breaker_openings_total", "Times that a breaker has opened, after failures in a row", ["callee"]
)


class CallMeter:
    """Measures the calls to one callee. Children are kept, as finding them would cost more than counting."""

    def __init__(self, callee: str) -> None:
        self._callee = callee
        self._durations: dict[Outcome, Histogram] = {}
        # From 0 on: the rise to the first failures is seen only against a value before.
        outgoing_call_duration_seconds.labels(callee, "failed")
        self.retries = outgoing_call_retries_total.labels(callee)

    def observe(self, outcome: Outcome, seconds: float) -> None:
        """Count a call that has ended."""
        child = self._durations.get(outcome)
        if child is None:
            child = outgoing_call_duration_seconds.labels(self._callee, outcome)
            self._durations[outcome] = child
        child.observe(seconds)
