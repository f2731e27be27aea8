"""The time from payment until the owner's summary shows the sale, measured through the gateway."""

import time

import httpx

from bench.suite import Suite, log_owner_in
from bench.works import Shop

SALES = 40
POLL_SECONDS = 0.002
GIVEN_UP_SECONDS = 10.0


def seconds_until_visible(ours: Suite) -> list[float]:
    """From the answer of `pay` to the first summary that counts the sale, one sale at a time."""
    with httpx.Client(base_url=ours.local.gateway_url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {log_owner_in(client)}"
        return [_one(client, ours.shop) for _ in range(SALES)]


def _one(client: httpx.Client, shop: Shop) -> float:
    before = _tickets(client)
    items = [{"product_id": shop.randomness.choice(shop.products), "quantity": 1}]
    order = client.post("/api/orders/", json={"items": items}).raise_for_status().json()
    client.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": "CARD"}).raise_for_status()
    paid = time.perf_counter()
    while _tickets(client) <= before:
        if time.perf_counter() - paid > GIVEN_UP_SECONDS:
            raise SystemExit(f"A sale was not in the summary after {GIVEN_UP_SECONDS:.0f} s.")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - paid


def _tickets(client: httpx.Client) -> int:
    answer = client.get("/api/analytics/sales-summary/")
    return int(answer.json()["general_summary"]["total_tickets"]) if answer.is_success else 0
