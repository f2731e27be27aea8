"""Follows one sale through all processes, by the spans that a collector got and by the lines of the logs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.local.suite import LocalSuite
from libs.testing.traces import Collector, Seen
from tests.e2e.shop import Shop, made

SETTINGS: Mapping[str, str] = {
    "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
    "OTEL_TRACES_SAMPLER_ARG": "0",
    "OTEL_BSP_SCHEDULE_DELAY": "200",  # milliseconds
}
"""Only what a client asks for is traced, so that all other stories cost what they do without traces."""

EVENT = "sales.order_created.v1"
PAID = "sales.order_paid.v1"
CHAIN: tuple[tuple[str, str], ...] = (
    ("gateway", "POST /api/orders"),
    ("gateway", "POST sales"),
    ("sales", "POST /api/orders/"),
    ("sales", "PUT catalog"),
    ("catalog", "PUT /internal/allocations/{order_uuid}"),
)
"""Each is below the one before it."""
CONSUMERS: tuple[tuple[str, str], ...] = (
    ("catalog-worker", f"apply {EVENT}"),
    ("customers-worker", f"apply {PAID}"),
    ("analytics-worker", f"apply {PAID}"),
)


def sell(shop: Shop, traceparent: str) -> None:
    """Place an order for a customer and take its payment, both in one trace."""
    product_id, customer_id = shop.new_product(stock=5), shop.new_customer()
    headers = {"traceparent": traceparent}
    order = {"items": [{"product_id": product_id, "quantity": 1}], "customer": customer_id}
    placed = made(shop.owner.post("/api/orders/", json=order, headers=headers))
    paid = shop.owner.post(
        f"/api/orders/{placed['id']}/pay/", json={"payment_method": "CASH"}, headers=headers
    )
    assert paid.status_code == 200, paid.text


def assert_is_one_tree(spans: list[Seen], came_from: str) -> None:
    """Fail unless the spans of a sale are all there, each below the one that caused it."""
    above = {came_from, *(span.span_id for span in spans)}
    assert {span.name for span in spans if span.parent_id not in above} == set()
    named = {(span.service, span.name): span for span in spans}
    assert {*CHAIN, *CONSUMERS} <= named.keys()
    level = {came_from}
    for service, name in CHAIN:
        found = [span for span in spans if (span.service, span.name) == (service, name)]
        level = {span.span_id for span in found if span.parent_id in level}
        assert level, f"{service}: {name}"
    in_sales = {span.span_id for span in spans if span.service == "sales"}
    assert {named[each].parent_id for each in CONSUMERS} <= in_sales
    assert {"sales", "catalog"} <= {span.service for span in spans if "db.system.name" in span.attributes}


def assert_logs_name_the_spans(suite: LocalSuite, collected: Collector, trace_id: str) -> None:
    """Fail unless each process tells of the trace, requests with the ids of their spans."""
    served = {span.traceparent for span in collected.spans(trace_id) if span.kind == "SERVER"}
    lines = {name: list(_lines(suite, name, trace_id)) for name in suite.states()}
    requests = [line["traceparent"] for told in lines.values() for line in told if line["event"] == "request"]
    assert set(requests) == served
    assert len(requests) == len(served)
    telling = {name for name, told in lines.items() if told}
    assert telling >= {"gateway", "sales", "catalog", "customers", *(name for name, _ in CONSUMERS)}


def _lines(suite: LocalSuite, name: str, trace_id: str) -> Iterator[dict[str, Any]]:
    log = suite.log(name)
    for line in log.read_text(errors="replace").splitlines() if log.exists() else ():
        if trace_id in line:
            yield json.loads(line)
