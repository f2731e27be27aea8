"""Orders that a customer pays with points, on credit and in parts."""

import pytest

from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop
from tests.e2e.stories.counter import lay_away, pay, place_order
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BOOKED_WITHIN_SECONDS = 20
"""Also on a machine that is busy with other tests."""


def test_a_customer_pays_with_the_points_of_a_sale_and_on_credit(suite: LocalSuite, shop: Shop) -> None:
    product_id = shop.new_product(stock=100, price="100.00")
    customer_id = shop.new_customer(credit_limit="500.00")
    sold = place_order(shop, product_id, pieces=90, customer_id=customer_id)
    assert pay(shop, sold, "CASH").status_code == 200  # 10,440.00 earn 104 points
    _wait_for_balances(shop, customer_id, points=104, credit_used="0.00")

    dear = place_order(shop, product_id, pieces=1, customer_id=customer_id)
    assert pay(shop, dear, "POINTS").json() == {
        "detail": "Saldo de puntos insuficiente. Puntos disponibles: 104.00, Total a pagar: 116.00"
    }
    assert pay(shop, dear, "CREDIT").status_code == 200
    _wait_for_balances(shop, customer_id, points=105, credit_used="116.00")
    cheap = place_order(shop, shop.new_product(stock=1, price="90.00"), pieces=1, customer_id=customer_id)
    assert pay(shop, cheap, "POINTS").json()["final_amount"] == "104.40"  # takes 105 points, earns one
    _wait_for_balances(shop, customer_id, points=1, credit_used="116.00")
    shared = place_order(shop, shop.new_product(stock=1, price="10.00"), pieces=1, customer_id=customer_id)
    tenders = (("POINTS", "1.00"), ("CREDIT", "5.00"), ("CASH", "5.60"))
    payments = [{"payment_method": method, "amount": amount} for method, amount in tenders]
    paid = shop.owner.post(f"/api/orders/{shared['id']}/pay/", json={"payments": payments})
    assert (paid.status_code, paid.json()["payment_method"]) == (200, "MIXED")
    _wait_for_balances(shop, customer_id, points=0, credit_used="121.00")
    assert_books_agree(suite)


def test_goods_are_kept_for_a_customer_who_pays_in_parts(suite: LocalSuite, shop: Shop) -> None:
    customer_id, product_id = shop.new_customer(), shop.new_product(stock=3, price="100.00")
    paid, cancelled = (lay_away(shop, product_id, customer_id) for _ in range(2))
    assert shop.stock_of(product_id) == 1
    path, rest = f"/api/layaways/{paid['id']}/payments/", {"payment_method": "CARD", "amount": "66.00"}
    answer = shop.owner.post(path, json={"payments": [rest]})
    assert (answer.status_code, answer.json()["status"]) == (201, "PAID")
    _wait_for_balances(shop, customer_id, points=1, credit_used="0.00")
    answer = shop.owner.post(f"/api/layaways/{cancelled['id']}/cancel/", json={"reason": "Ya no la quiere"})
    assert (answer.status_code, answer.json()["refunds"]) == (
        200,
        [{"payment_method": "CASH", "amount": "50.00"}],
    )
    assert shop.stock_of(product_id) == 2
    assert_books_agree(suite)


def _wait_for_balances(shop: Shop, customer_id: int, *, points: int, credit_used: str) -> None:
    def are_booked() -> None:
        customer = shop.owner.get(f"/api/customers/{customer_id}/").json()
        assert (customer["current_points"], customer["credit_used"]) == (points, credit_used)

    eventually(are_booked, within_seconds=BOOKED_WITHIN_SECONDS)
