"""Prometheus metrics of a process. Names end in their unit; label values are few and fixed."""

from datetime import datetime

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    generate_latest,
)

from libs.common.version import VERSION

disable_created_metrics()  # type: ignore[no-untyped-call]  # saves a series per child

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

request_duration_seconds = Histogram(
    "http_request_duration_seconds",
    "Time from a request's arrival to the end of its answer.",
    ["service", "method", "route", "status"],
    buckets=BUCKETS_SECONDS,
)
requests_in_flight = Gauge("http_requests_in_flight", "Requests that are being answered now.", ["service"])
background_task_restarts_total = Counter(
    "background_task_restarts_total",
    "Background loops that crashed and were started again, and runs of timed jobs that failed.",
    ["task"],
)
# Both are asked for when the metrics are, so they are never older than a scrape.
readiness_check_ok = Gauge(
    "readiness_check_ok", "1 if this part that the process needs is ready, 0 if it is not", ["check"]
)
readiness_note = Gauge(
    "readiness_note", "1 while a part has a trouble that leaves the process ready, else 0", ["note"]
)
build = Info("mostrador_build", "The version that this process runs.")
build.info({"version": VERSION})

_durations: dict[tuple[str, str, str, int], Histogram] = {}


def observe_request(service: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count a request. Children are cached, because looking them up would cost more than counting."""
    key = (service, method, route, status)
    child = _durations.get(key)
    if child is None:
        child = _durations[key] = request_duration_seconds.labels(service, method, route, str(status))
    child.observe(seconds)


def set_age(gauge: Gauge, since: datetime | None, *, now: datetime) -> None:
    """Set the gauge to the seconds since a moment; 0 if there is none, or if it is still to come."""
    gauge.set(max((now - since).total_seconds(), 0.0) if since else 0.0)


def exposition() -> tuple[bytes, str]:
    """All metrics of this process in Prometheus' format, with the content type."""
    return generate_latest(), CONTENT_TYPE_LATEST
