"""Stories in which a process ends at a boundary between two steps of a protocol: some for each boundary.

Each story works with a product and a customer of its own, and repeats a request with its key until it is
answered, unless its client leaves.
"""

from typing import Any

import httpx

from libs.common.faults import Boundary
from tests.e2e.crash_scene import PAID, PIECES, POINTS, Crashes, Outcome, Scene, ask_and_leave
from tests.e2e.crashes_of_approvals import OF_APPROVALS
from tests.e2e.crashes_of_layaways import OF_LAYAWAYS
from tests.e2e.crashes_of_syncs import OF_SYNCS
from tests.e2e.tills import Storefront, Till
from tests.e2e.waiting import eventually
from tests.e2e.web_shop import WebShop

NOBODY = 99_999_999
ANSWERED_WITHIN_SECONDS = 60


def sell_for_cash(scene: Scene) -> Outcome:
    """Sell for cash."""
    with Till(scene.shop) as till:
        till.sell(scene.basket, "CASH")
    return Outcome()


def sell_for_points(scene: Scene) -> Outcome:
    """Sell for points: 69.60 takes 70, and earns one."""
    with Till(scene.shop) as till:
        till.sell(scene.basket, "POINTS")
    return Outcome(points=POINTS - 70 + 1)


def sell_on_credit(scene: Scene) -> Outcome:
    """Sell on credit."""
    with Till(scene.shop) as till:
        till.sell(scene.basket, "CREDIT")
    return Outcome(credit_used=PAID)


def try_to_sell_beyond_the_limit(scene: Scene) -> Outcome:
    """Try to sell on credit beyond the customer's limit: the order stays open, and is paid in cash."""
    with Till(scene.shop) as till:
        order = till.send("/api/orders/", scene.basket_of(30), status=201)
        path = f"/api/orders/{order['id']}/pay/"
        till.send(path, {"payment_method": "CREDIT"}, status=400)
        till.send(path, {"payment_method": "CASH"}, status=200)
    return Outcome(sold=30, points=POINTS + 7)


def call_off(scene: Scene) -> Outcome:
    """Place an order and cancel it."""
    with Till(scene.shop) as till:
        till.sell(scene.basket, call_off=True)
    return Outcome(sold=0, status="CANCELLED", points=POINTS)


def call_off_on_the_web(scene: Scene) -> Outcome:
    """Check out in the web shop and cancel."""
    with Storefront(scene.shop) as storefront:
        body = {"user_id": storefront.shopper_id, "items": scene.basket["items"]}
        order = storefront.send("/sales/orders", body, status=201)["order"]
        storefront.send(f"/sales/orders/{order['id']}/cancel", {}, status=200)
    return Outcome(sold=0, status="cancelled", points=POINTS)


def process_a_return(scene: Scene) -> Outcome:
    """Take back all of a web order. Whatever the answers, the return is processed once."""
    web = WebShop.of(scene.shop)
    order = web.order(scene.product_id, PIECES)
    web.lead(order, "confirmed")
    return_id = web.ask_to_return(order, (scene.product_id, PIECES, "restock"))
    path = f"/sales/returns/{return_id}"

    def is_processed() -> None:
        try:
            for status in ("approved", "processed"):
                web.owner.patch(f"{path}/status", json={"status": status})
            assert web.owner.get(path).json().get("status") == "processed"
        except httpx.TransportError as error:
            raise AssertionError(str(error)) from error

    eventually(is_processed, within_seconds=ANSWERED_WITHIN_SECONDS)
    return Outcome(sold=0, status="confirmed", points=POINTS)


def check_out_a_cart(scene: Scene) -> Outcome:
    """Check out a cart in the web shop: it is empty when the order stands."""
    with Storefront(scene.shop) as storefront:
        storefront.put_into_cart(scene.product_id, PIECES)
        body = {"user_id": storefront.shopper_id, "cart_id": storefront.cart()["id"]}
        storefront.send("/sales/orders", body, status=201)
        assert storefront.cart()["items"] == []
    return Outcome(status="pending", points=POINTS)


def order_for_nobody(scene: Scene) -> Outcome:
    """Order for a customer that does not exist: what catalog gave is released."""
    with Till(scene.shop) as till:
        till.send("/api/orders/", {**scene.basket, "customer": NOBODY}, status=400)
    return Outcome(sold=0, status=None, points=POINTS)


def order_and_leave(scene: Scene) -> Outcome:
    """Place an order at a till that never repeats: no order stands, and the stock comes back."""
    scene.faults.arm(Boundary.AFTER_ALLOCATION)
    with scene.shop.cashier() as client:
        ask_and_leave(client, "/api/orders/", scene.basket)
    return Outcome(sold=0, status=None, points=POINTS)


def pay_on_credit_and_leave(scene: Scene) -> Outcome:
    """Pay on credit at a till that never repeats: customers has charged, so the order is paid."""
    with Till(scene.shop) as till:
        order = till.send("/api/orders/", scene.basket, status=201)
    scene.faults.arm(Boundary.AFTER_CHARGE)
    with scene.shop.cashier() as client:
        ask_and_leave(client, f"/api/orders/{order['id']}/pay/", {"payment_method": "CREDIT"})
    return Outcome(credit_used=PAID)


def take_back_for_cash(scene: Scene) -> Outcome:
    """Sell ten pieces for cash, and take one back."""
    _take_back(scene, "CASH")
    return Outcome(sold=9, points=POINTS + 2)


def take_back_for_points(scene: Scene) -> Outcome:
    """Sell ten pieces for points, and take one of 23.20 back: 23 points are back."""
    _take_back(scene, "POINTS")
    return Outcome(sold=9, points=POINTS - 232 + 2 + 23)


def take_back_on_credit(scene: Scene) -> Outcome:
    """Sell ten pieces on credit, and take one back: the customer owes that much less."""
    _take_back(scene, "CREDIT")
    return Outcome(sold=9, points=POINTS + 2, credit_used="208.80")


def try_to_take_back_what_was_paid_off(scene: Scene) -> Outcome:
    """Try to give credit back that was paid off: nothing comes back."""
    with Till(scene.shop) as till:
        order = till.sell(scene.basket, "CREDIT")
        till.send(f"/api/customers/{scene.customer_id}/pay-credit/", {"amount": PAID}, status=200)
        till.send(f"/api/orders/{order.order_id}/returns/", _bringing_one(scene), status=400)
    return Outcome()


def take_back_and_leave(scene: Scene) -> Outcome:
    """Take a piece back at a till that never repeats: customers has given the points back, so it is done."""
    with Till(scene.shop) as till:
        order = till.sell(scene.basket_of(10), "POINTS")
    scene.faults.arm(Boundary.AFTER_BALANCES_GIVEN_BACK)
    with scene.shop.cashier() as client:
        ask_and_leave(client, f"/api/orders/{order.order_id}/returns/", _bringing_one(scene))
    return Outcome(sold=9, points=POINTS - 232 + 2 + 23)


def _take_back(scene: Scene, method: str) -> None:
    with Till(scene.shop) as till:
        order = till.sell(scene.basket_of(10), method)
        till.send(f"/api/orders/{order.order_id}/returns/", _bringing_one(scene), status=201)


def _bringing_one(scene: Scene) -> dict[str, Any]:
    return {"items": [{"product_id": scene.product_id, "quantity": 1}], "reason": "No le gustó"}


OF_ORDERS: Crashes = (
    (Boundary.BEFORE_ALLOCATION, sell_for_cash),
    (Boundary.AFTER_ALLOCATION, sell_for_points),
    (Boundary.BEFORE_ORDER, check_out_a_cart),
    (Boundary.AFTER_ORDER, check_out_a_cart),
    (Boundary.BEFORE_START, sell_for_points),
    (Boundary.AFTER_START, sell_on_credit),
    (Boundary.AFTER_CHARGE, sell_for_points),
    (Boundary.AFTER_FINISH, sell_on_credit),
    (Boundary.BEFORE_UNDO, try_to_sell_beyond_the_limit),
    (Boundary.AFTER_UNDO, try_to_sell_beyond_the_limit),
    (Boundary.AFTER_CANCELLED, call_off),
    (Boundary.AFTER_CALLED_OFF, call_off_on_the_web),
    (Boundary.AFTER_PROCESSED, process_a_return),
    (Boundary.AFTER_RETURN_BEGUN, take_back_for_points),
    (Boundary.AFTER_BALANCES_GIVEN_BACK, take_back_on_credit),
    (Boundary.BEFORE_RETURN_UNDONE, try_to_take_back_what_was_paid_off),
    (Boundary.AFTER_RETURNED, take_back_for_cash),
    (Boundary.FINISHING_AFTER_REFUND_FENCE, take_back_and_leave),
    (Boundary.BEFORE_ALLOCATED, sell_for_cash),
    (Boundary.AFTER_ALLOCATED, sell_on_credit),
    (Boundary.BEFORE_CONFIRMED, sell_for_cash),
    (Boundary.BEFORE_CONFIRMATION_COMMITS, sell_for_points),
    (Boundary.BEFORE_RELEASED, order_for_nobody),
    (Boundary.AFTER_RELEASED, order_for_nobody),
    (Boundary.BEFORE_CHARGED, sell_for_points),
    (Boundary.AFTER_CHARGED, sell_on_credit),
    (Boundary.BEFORE_REFUNDED, take_back_on_credit),
    (Boundary.AFTER_REFUNDED, take_back_on_credit),
    (Boundary.RELAY_AFTER_PUBLISH, sell_for_points),
    (Boundary.CONSUMER_AFTER_COMMIT, sell_for_cash),
    (Boundary.FINISHING_AFTER_FENCE, pay_on_credit_and_leave),
    (Boundary.SETTLING_AFTER_FENCE, order_and_leave),
)

STORIES: Crashes = (*OF_ORDERS, *OF_SYNCS, *OF_LAYAWAYS, *OF_APPROVALS)
