"""The last pieces of a product, at many tills, and the feed of changed products."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop, made

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_32_orders_at_once_for_the_last_10_pieces_sell_exactly_10(suite: LocalSuite, shop: Shop) -> None:
    product_id = shop.new_product(stock=10)
    order = {"items": [{"product_id": product_id, "quantity": 1}]}

    def place(_: int) -> int:
        with shop.cashier() as cashier:
            answer = cashier.post("/api/orders/", json=order)
        assert answer.status_code == 201 or "Stock insuficiente" in answer.text, answer.text
        return answer.status_code

    with ThreadPoolExecutor(32) as tills:
        outcomes = Counter(tills.map(place, range(32)))
    assert outcomes == {201: 10, 400: 22}
    assert shop.stock_of(product_id) == 0
    assert_books_agree(suite)


def test_a_till_cancels_an_order_and_rings_its_last_piece_again_at_once(shop: Shop) -> None:
    order = {"items": [{"product_id": shop.new_product(stock=1), "quantity": 1}]}
    for _ in range(5):
        placed = made(shop.owner.post("/api/orders/", json=order))
        cancelled = shop.owner.post(f"/api/orders/{placed['id']}/cancel/", json={})
        assert cancelled.status_code == 200, cancelled.text
    made(shop.owner.post("/api/orders/", json=order))


def test_a_cart_s_hold_keeps_other_tills_away_until_it_is_emptied_or_ordered(shop: Shop) -> None:
    product_id = shop.new_product(stock=5)  # cases h01 and h03, with sales

    def hold(till: httpx.Client, amount: int) -> httpx.Response:
        return till.post(f"/api/products/{product_id}/reserve/", json={"amount": amount})

    def order(till: httpx.Client, pieces: int) -> httpx.Response:
        return till.post("/api/orders/", json={"items": [{"product_id": product_id, "quantity": pieces}]})

    with shop.cashier() as cashier:
        held = hold(cashier, 5).json()
        assert (held["reserved_quantity"], held["available_to_sell"]) == (5, 0)
        refused = order(shop.owner, 1)
        assert (refused.status_code, "Disponible: 0" in refused.text) == (400, True), refused.text
        assert hold(cashier, -3).json()["available_to_sell"] == 3
        made(order(shop.owner, 3))
        made(order(cashier, 2))
        assert hold(cashier, -1).json() == {"error": "Cannot release more items than reserved."}
    assert shop.stock_of(product_id) == 0


def test_a_change_feed_is_followed_to_its_end_gzipped_and_then_tells_what_changed(shop: Shop) -> None:
    wanted = {shop.new_product(stock=1) for _ in range(4)}

    def page(url: str, **headers: str) -> httpx.Response:
        answer = shop.owner.get(url, headers={"Accept-Encoding": "gzip", **headers})
        assert answer.status_code in {200, 304}, answer.text
        return answer

    seen: dict[int, Any] = {}
    url, more = "/api/products/changes/?limit=3", True
    while more:
        answer = page(url)
        body = answer.json()
        seen |= {product["id"]: product for product in body["items"]}
        last, url, more = url, f"/api/products/changes/?limit=3&after={body['next']}", body["more"]
    assert seen.keys() >= wanted
    assert page(last, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    everything = page("/api/products/changes/")
    assert everything.headers["Content-Encoding"] == "gzip"
    assert {product["id"] for product in everything.json()["items"]} == seen.keys()

    changed, deleted = sorted(wanted)[:2]
    assert shop.owner.patch(f"/api/products/{changed}/", json={"price": "1.00"}).status_code == 200
    assert shop.owner.delete(f"/api/products/{deleted}/").status_code == 204
    news = page(url).json()
    assert [product["price"] for product in news["items"] if product["id"] == changed] == ["1.00"]
    assert deleted in news["deleted"]
    assert not news["more"]
