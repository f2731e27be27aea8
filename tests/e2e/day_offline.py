"""The operations of a day at tills without a network, and the close of a shift before its last sale comes."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.e2e.approving import approve
from tests.e2e.day_at_counter import Basket, Desk, receipt, whole
from tests.e2e.day_plan import Happening, Kind, Operation
from tests.e2e.drawers import Payments
from tests.e2e.outbox import SYNC, Results, send_at_once
from tests.e2e.tills import Receipt

RESULTS = {
    Happening.SENT_NEW: "created",
    Happening.SENT_PLACED: "paid",
    Happening.SENT_CALLED_OFF: "revived",
    Happening.SENT_UNDONE: "voided",
}
FATES = tuple(RESULTS)
ANY_DIFFERENCE = "10000000.00"
"""Debts that were paid meanwhile are in the drawer too, and not in what the till has counted."""


def sell_offline(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Sell without a network, and send what was sold when it is back."""
    fate = FATES[operation.pick % len(FATES)]
    client_id = _known_before(desk, operation, basket, fate)
    items, payments = _as_sold(desk, basket["items"], operation.method)
    is_undone = fate is Happening.SENT_UNDONE
    buyer = basket["customer"]
    desk.outbox.sell(items, payments, customer_id=buyer, client_id=client_id, is_undone=is_undone)
    for _ in range(1, operation.pieces):
        desk.outbox.sell(items, payments, customer_id=buyer)
    sold, *others = _send(desk, operation)
    assert sold["result"] in {RESULTS[fate], "duplicate"}, sold
    assert ("REVIVED" in sold["flags"]) == (fate is Happening.SENT_CALLED_OFF), sold
    desk.happened[fate] += 1
    if not is_undone:
        desk.drawer.took(payments)
    for _ in others:
        desk.drawer.took(payments)
    total = _total(payments)
    status = "CANCELLED" if is_undone else "PAID"
    return [_receipt(sold, total, status), *(_receipt(other, total) for other in others)]


def sell_short(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Sell without a network of a product that soon is sold out: what is missing is a shortfall."""
    short = [{"product_id": desk.goods.short, "quantity": operation.pieces}]
    items, payments = _as_sold(desk, short, operation.method)
    desk.outbox.sell(items, payments)
    (sold,) = _send(desk, operation)
    desk.happened[Happening.OVERSOLD] += "OVERSOLD" in sold["flags"]
    desk.drawer.took(payments)
    return [_receipt(sold, _total(payments))]


def close(desk: Desk) -> Receipt:
    """Close the shift while a sale waits to be sent, which is approved; then send it: it is late."""
    items, payments = _as_sold(desk, [{"product_id": desk.goods.dearest, "quantity": 1}], "CASH")
    desk.outbox.sell(items, payments)
    path = f"/api/shifts/{desk.drawer.shift_id}"
    counted = {"counted_cash": str(desk.drawer.cash), "unsent": len(desk.outbox.unsent)}
    desk.till.send(f"{path}/close/", counted, status=400)
    desk.happened[Happening.CLOSE_REFUSED] += 1
    approvals = (
        approve(desk.till, "close_with_unsent", desk.drawer.shift_id),
        approve(desk.till, "shift_difference", desk.drawer.shift_id, ANY_DIFFERENCE),
    )
    desk.drawer.close(desk.till, unsent=len(desk.outbox.unsent), approval=", ".join(approvals))
    (sold,) = desk.till.send(SYNC, desk.outbox.batch(), status=200)["results"]
    report = desk.till.read(f"{path}/report/")
    desk.drawer.compare(report)
    late = [(each["order"], each["amount"]) for each in report["late"] if each["kind"] == "SALE"]
    assert late == [(sold["order"], _total(payments))]
    desk.happened[Happening.SENT_AFTER_CLOSE] += 1
    return _receipt(sold, _total(payments))


def _known_before(desk: Desk, operation: Operation, basket: Basket, fate: Happening) -> str | None:
    """The `client_id` of the order that the till had placed, and called off, before the network went."""
    if fate not in {Happening.SENT_PLACED, Happening.SENT_CALLED_OFF}:
        return None
    client_id = str(uuid4())
    order = desk.place(operation, {**basket, "client_id": client_id})
    if fate is Happening.SENT_CALLED_OFF:
        desk.do(operation, f"/api/orders/{order['id']}/cancel/", {}, status=200)
    return client_id


def _as_sold(
    desk: Desk, items: Sequence[Mapping[str, Any]], method: str
) -> tuple[Sequence[Mapping[str, Any]], Payments]:
    """The items with what is paid for a piece, and the payment."""
    priced = [{**item, "unit_total": str(desk.goods.price_of(item["product_id"]))} for item in items]
    return priced, whole(str(desk.goods.total(items)), method)


def _send(desk: Desk, operation: Operation) -> Results:
    """Send what waits: at once by the office too, or once more later. A sale has one order, whoever asks."""
    batch = desk.outbox.batch()
    if operation.pick % 3 == 0:
        first, *others = send_at_once(batch, desk.till, desk.office)
        desk.happened[Happening.SENT_AT_ONCE] += 1
    else:
        first = desk.do(operation, SYNC, batch, status=200)["results"]
        others = [desk.office.send(SYNC, batch, status=200)["results"]]
        assert {sale["result"] for sale in others[0]} == {"duplicate"}
        desk.happened[Happening.SENT_TWICE] += 1
    for results in (first, *others):
        assert [sale["client_id"] for sale in results] == [sale["client_id"] for sale in batch["sales"]]
        assert [sale["order"] for sale in results] == [sale["order"] for sale in first]
    return first


def _total(payments: Payments) -> str:
    return str(sum(Decimal(payment["amount"]) for payment in payments))


def _receipt(sold: Mapping[str, Any], total: str, status: str = "PAID") -> Receipt:
    assert sold["result"] != "held", sold
    return receipt({"id": sold["order"], "final_amount": total}, status)


DOES_OFFLINE: Mapping[Kind, Callable[[Desk, Operation, Basket], Sequence[Receipt]]] = {
    Kind.SELL_OFFLINE: sell_offline,
    Kind.SELL_SHORT: sell_short,
}
