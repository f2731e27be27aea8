"""Stories of approvals: auth gives them, sales uses them up (contract §8.5)."""

from typing import Any

from libs.testing.answers import answered
from tests.e2e.shop import Shop, done, made, owner_login
from tests.e2e.web_stories import Story

PIN = "4831"
REQUIRED = {
    "detail": "Se requiere autorización de un supervisor.",
    "code": "approval_required",
    "action": "refund",
}
USED_UP = {"detail": "Autorización inválida o vencida.", "code": "approval_invalid"}


def an_approval_of_the_owner_lets_a_cashier_refund_once(shop: Shop) -> None:
    """Two pieces of 1,160.00 each come back, above what an EMPLOYEE refunds alone."""
    owner = owner_login()
    me = done(shop.owner.get("/api/users/me/"))
    pin = {"current_password": owner["password"], "pin": PIN}
    assert shop.owner.put("/api/users/me/pin/", json=pin).status_code == 204
    product = shop.new_product(stock=2, price="1000.00")
    bringing: dict[str, Any] = {"items": [{"product_id": product, "quantity": 1}], "reason": "No le gustó"}
    with shop.cashier() as till:
        items = [{"product_id": product, "quantity": 2}]
        order = made(till.post("/api/orders/", json={"items": items}))["id"]
        done(till.post(f"/api/orders/{order}/pay/", json={"payment_method": "CASH"}))
        path = f"/api/orders/{order}/returns/"
        assert answered(till.post(path, json=bringing)) == (403, REQUIRED)
        wanted = {
            "action": "refund",
            "subject": order,
            "approver": owner["email"],
            "pin": PIN,
            "limit": "1160.00",
        }
        key = {"Idempotency-Key": f"approval-of-{order}"}
        given, again = (made(till.post("/api/approvals/", json=wanted, headers=key)) for _ in range(2))
        assert (given["approver"], again["approval"]) == (me["id"], given["approval"])
        approved = {"X-Approval": given["approval"]}
        assert made(till.post(path, json=bringing, headers=approved))["approved_by"] == me["id"]
        assert answered(till.post(path, json=bringing, headers=approved)) == (403, USED_UP)
    assert shop.stock_of(product) == 1


def what_a_cart_holds_stays_held_while_its_sale_waits_for_an_approval(shop: Shop) -> None:
    product = shop.new_product(stock=1)
    line = {"product_id": product, "quantity": 1}
    discounted = {**line, "discount_percent": "90.00", "discount_reason": "Golpeado"}
    with shop.cashier() as till:
        done(till.post(f"/api/products/{product}/reserve/", json={"amount": 1}))
        refused = till.post("/api/orders/", json={"items": [discounted]})
        assert (refused.status_code, refused.json()["code"]) == (403, "approval_required")
        other = shop.owner.post("/api/orders/", json={"items": [line]})
        assert (other.status_code, "Disponible: 0" in other.text) == (400, True), other.text
        made(till.post("/api/orders/", json={"items": [line]}))


STORIES: tuple[Story, ...] = (
    an_approval_of_the_owner_lets_a_cashier_refund_once,
    what_a_cart_holds_stays_held_while_its_sale_waits_for_an_approval,
)
