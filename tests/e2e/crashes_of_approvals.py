"""Crash stories of approved deeds and of closes: an approval is used up with its deed, once (ADR 0078)."""

from typing import Any, LiteralString
from uuid import uuid4

from libs.common.faults import Boundary
from tests.e2e.approving import approve
from tests.e2e.books import rows_of
from tests.e2e.crash_scene import PAID, POINTS, Crashes, Figures, Outcome, Scene, Shift
from tests.e2e.tills import Till

USED: LiteralString = (
    "select count(*) from used_approvals where action = %(action)s and subject = %(subject)s"
)


def sell_at_a_discount(scene: Scene) -> Outcome:
    """Sell with a discount by hand of 10 %, which the owner approves."""
    client_id = str(uuid4())
    item = {**scene.basket["items"][0], "discount_percent": "10.00", "discount_reason": "Caja maltratada"}
    with Till(scene.shop) as till:
        approval = approve(till, "discount", client_id, "10.00")
        body = {**scene.basket, "items": [item], "client_id": client_id}
        order = till.send("/api/orders/", body, status=201, approval=approval)
        assert order["final_amount"] == "62.64"
        till.send(f"/api/orders/{order['id']}/pay/", {"payment_method": "CASH"}, status=200)
    _assert_used_once(scene, "discount", client_id)
    return Outcome()


def take_much_back_for_cash(scene: Scene) -> Outcome:
    """Sell 30 pieces, and take 25 of them back for 580.00, which the owner approves."""
    with scene.shift() as shift:
        order_id = _take_25_of_30_back(scene, shift.till, "CASH")
        figures = shift.close("616.00")
    assert figures == Figures(sales=1, tenders={"CASH": (1, "696.00", "580.00")}, expected_cash="616.00")
    _assert_used_once(scene, "refund", order_id)
    return Outcome(sold=5)


def take_much_back_for_points(scene: Scene) -> Outcome:
    """The same for points: 580 of the 696 are back."""
    with Till(scene.shop) as till:
        order_id = _take_25_of_30_back(scene, till, "POINTS")
    _assert_used_once(scene, "refund", order_id)
    return Outcome(sold=5, points=POINTS - 696 + 580 + 1)


def close_with_a_difference(scene: Scene) -> Outcome:
    """Close a shift in which 69.60 are missing, which the owner approves."""
    with scene.shift() as shift:
        shift.till.sell(scene.basket)
        subject = str(shift.shift_id)
        approval = approve(shift.till, "shift_difference", subject, "100.00")
        figures = shift.close("500.00", approval=approval)
        _assert_closed_once(shift)
    assert figures == _one_sale(difference=f"-{PAID}")
    _assert_used_once(scene, "shift_difference", subject)
    return Outcome()


def close_a_shift(scene: Scene) -> Outcome:
    """Close a shift with what should be there."""
    with scene.shift() as shift:
        shift.till.sell(scene.basket)
        figures = shift.close("569.60")
        _assert_closed_once(shift)
    assert figures == _one_sale()
    return Outcome()


def _take_25_of_30_back(scene: Scene, till: Till, method: str) -> str:
    """The id of the order."""
    order = till.sell(scene.basket_of(30), method)
    approval = approve(till, "refund", order.order_id, "580.00")
    items = [{"product_id": scene.product_id, "quantity": 25}]
    path, body = f"/api/orders/{order.order_id}/returns/", {"items": items, "reason": "Lote caducado"}
    returned: Any = till.send(path, body, status=201, approval=approval)
    assert returned["refund_amount"] == "580.00"
    return str(order.order_id)


def _one_sale(*, difference: str = "0.00") -> Figures:
    tenders = {"CASH": (1, PAID, "0.00")}
    return Figures(sales=1, tenders=tenders, expected_cash="569.60", difference=difference)


def _assert_closed_once(shift: Shift) -> None:
    """Fail unless it cannot be closed again, and the next close of its register is the second."""
    path = f"/api/shifts/{shift.shift_id}/close/"
    again = shift.till.send(path, {"counted_cash": "500.00"}, status=400)
    assert again == {"non_field_errors": ["El turno está cerrado."]}
    body = {"register": shift.register_id, "opening_cash": "500.00"}
    following = shift.till.send("/api/shifts/", body, status=201)
    path = f"/api/shifts/{following['id']}/close/"
    report = shift.till.send(path, {"counted_cash": "500.00"}, status=200)
    assert report["shift"]["z_number"] == 2


def _assert_used_once(scene: Scene, action: str, subject: str) -> None:
    assert rows_of(scene.suite, "sales", USED, action=action, subject=subject) == [(1,)]


OF_APPROVALS: Crashes = (
    (Boundary.AFTER_APPROVAL_GIVEN, sell_at_a_discount),
    (Boundary.BEFORE_ORDER, sell_at_a_discount),
    (Boundary.AFTER_ORDER, sell_at_a_discount),
    (Boundary.AFTER_USED_UP, take_much_back_for_cash),
    (Boundary.AFTER_RETURNED, take_much_back_for_cash),
    (Boundary.AFTER_RETURN_BEGUN, take_much_back_for_points),
    (Boundary.AFTER_USED_UP, close_with_a_difference),
    (Boundary.AFTER_SHIFT_CLOSED, close_with_a_difference),
    (Boundary.AFTER_SHIFT_CLOSED, close_a_shift),
)
