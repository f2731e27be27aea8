"""The operations of shoppers and of the office in the web shop during a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.day_plan import Kind, Operation
from tests.e2e.tills import Office, Receipt, Storefront, Till

Items = Mapping[int, int]
"""Pieces by product."""


@dataclass(frozen=True, slots=True)
class WebDesk:
    """The web shop of one shopper, and the office that leads their orders on."""

    storefront: Storefront
    office: Office

    @property
    def longest_outage(self) -> float:
        """See `Till.longest_outage`."""
        return max(self.storefront.longest_outage, self.office.longest_outage)


def check_out(desk: WebDesk, operation: Operation, items: Items) -> Receipt:
    """Fill the cart and check it out: the order holds what was put in, once, and the cart nothing."""
    for product_id, pieces in items.items():
        desk.storefront.put_into_cart(product_id, pieces)
    order = _ordered(desk, operation, cart_id=desk.storefront.cart()["id"])["order"]
    assert {item["product_id"]: item["quantity"] for item in order["items"]} == items
    assert desk.storefront.cart()["items"] == []
    return _receipt(order, "pending")


def call_off(desk: WebDesk, operation: Operation, items: Items) -> Receipt:
    """Order and cancel."""
    order = _ordered(desk, operation, items=_listed(items))["order"]
    answer = ask(desk.storefront, operation, f"/sales/orders/{order['id']}/cancel", {})
    assert answer.status_code == 200, answer.text
    return _receipt(order, "cancelled")


def send(desk: WebDesk, operation: Operation, items: Items) -> Receipt:
    """Order, pay, send, and take one product back."""
    checkout = _ordered(desk, operation, items=_listed(items))
    order = checkout["order"]
    desk.office.lead(f"/sales/invoices/{checkout['invoice']['id']}", "paid")
    desk.office.lead(f"/sales/orders/{order['id']}", "processing", "shipped")
    product_id, pieces = next(iter(items.items()))
    back = {"product_id": product_id, "quantity": pieces, "reason": "No me gustó"}
    answer = ask(desk.storefront, operation, "/sales/returns", {"order_id": order["id"], "items": [back]})
    assert answer.status_code == 201, answer.text
    desk.office.lead(f"/sales/returns/{answer.json()['return']['id']}", "approved", "processed")
    return _receipt(order, "shipped")


def ask(
    till: Till, operation: Operation, path: str, body: Mapping[str, Any], approval: str = ""
) -> httpx.Response:
    """The final answer; sent again with the same key, it must be the same."""
    key = str(uuid4())
    answer = till.ask(path, body, key, approval)
    if operation.sends_again:
        again = till.ask(path, body, key, approval)
        assert (again.status_code, again.json()) == (answer.status_code, answer.json()), path
    return answer


def _ordered(desk: WebDesk, operation: Operation, **bought: object) -> Any:
    body = {"user_id": desk.storefront.shopper_id, **bought}
    answer = ask(desk.storefront, operation, "/sales/orders", body)
    assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
    checkout = answer.json()
    assert checkout["invoice"]["amount"] == checkout["order"]["total"]
    return checkout


def _listed(items: Items) -> list[dict[str, int]]:
    return [{"product_id": product_id, "quantity": pieces} for product_id, pieces in items.items()]


def _receipt(order: Mapping[str, Any], status: str) -> Receipt:
    return Receipt(int(order["id"]), status, f"{order['total']:.2f}")


DOES_ON_WEB: Mapping[Kind, Callable[[WebDesk, Operation, Items], Receipt]] = {
    Kind.CHECK_OUT: check_out,
    Kind.CALL_OFF_ON_WEB: call_off,
    Kind.SEND: send,
}
