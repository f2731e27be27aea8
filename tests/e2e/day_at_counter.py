"""The operations of a day that belong to the counter: discounts, returns, layaways, and the Z report."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from libs.common.money import to_cents
from tests.e2e.approving import approve
from tests.e2e.day_goods import DayGoods
from tests.e2e.day_on_web import ask
from tests.e2e.day_plan import Happening, Kind, Operation
from tests.e2e.drawers import Drawer, Payments
from tests.e2e.outbox import Outbox
from tests.e2e.tills import Office, Receipt, Till

PERCENT = "20.00"
TAKEN_FROM_BALANCE = Decimal("20.00")
"""Less than any basket costs."""
SPLIT_EVERY = 3
LEFT_OPEN_EVERY = 3
PIECES_FOR_CASH = 4
"""Of the dearest product: more than a cashier gives back alone."""

Basket = Mapping[str, Any]
"""Items, and the customer."""


@dataclass(slots=True)
class Desk:
    """A till with its drawer and its outbox, the office beside it, and what has happened there."""

    till: Till
    office: Office
    drawer: Drawer
    outbox: Outbox
    goods: DayGoods
    happened: Counter[Happening] = field(default_factory=Counter)

    @classmethod
    def open(cls, till: Till, office: Office, register_id: int, goods: DayGoods) -> "Desk":
        """Open a shift of the register."""
        drawer = Drawer.open(till, register_id)
        return cls(till, office, drawer, Outbox(register_id, drawer.cashier_id), goods)

    def place(self, operation: Operation, basket: Basket, approval: str = "") -> Any:
        """Place an order."""
        return self.do(operation, "/api/orders/", basket, status=201, approval=approval)

    def pay(self, operation: Operation, order: Mapping[str, Any], payments: Payments) -> Receipt:
        """Pay an order."""
        self.do(operation, f"/api/orders/{order['id']}/pay/", {"payments": payments}, status=200)
        self.drawer.took(payments)
        return receipt(order)

    def do(
        self, operation: Operation, path: str, body: Mapping[str, Any], *, status: int, approval: str = ""
    ) -> Any:
        """Send until answered, again if the operation says so, and return the JSON."""
        answer = ask(self.till, operation, path, body, approval)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()


def discount(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Sell at a discount by hand that the owner has approved."""
    client_id = str(uuid4())
    by_hand = {"discount_percent": PERCENT, "discount_reason": "Caja abierta"}
    items = [{**item, **by_hand} for item in basket["items"]]
    approval = approve(desk.till, "discount", client_id, PERCENT)
    order = desk.place(operation, {**basket, "items": items, "client_id": client_id}, approval)
    assert order["approved_by"] is not None
    return [desk.pay(operation, order, whole(order["final_amount"], operation.method))]


def take_back(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Sell for points or on credit, some of it by card; take a piece back, and sometimes everything else."""
    order = desk.place(operation, {**basket, "customer": desk.goods.regular})
    sold = desk.pay(operation, order, _from_balance(operation, Decimal(order["final_amount"])))
    first, *others = basket["items"]
    _bring_back(desk, operation, order, [{**first, "quantity": 1}])
    if operation.pick % 2:
        rest = [{**first, "quantity": first["quantity"] - 1}] if first["quantity"] > 1 else []
        _bring_back(desk, operation, order, [*rest, *others])
        desk.happened[Happening.ALL_BACK] += 1
    return [sold]


def take_back_for_cash(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Take back more than a cashier may, in cash instead of the card: two approvals, which hold once."""
    item = {"product_id": desk.goods.dearest, "quantity": PIECES_FOR_CASH}
    order = desk.place(operation, {"items": [{**item, "quantity": 2 * PIECES_FOR_CASH}]})
    sold = desk.pay(operation, order, whole(order["final_amount"], "CARD"))
    worth = str(desk.goods.total([item]))
    approvals = (
        approve(desk.till, "refund", order["id"], worth),
        approve(desk.till, "cash_refund", order["id"]),
    )
    body = {"items": [item], "reason": "No sirve", "refunds": whole(worth, "CASH")}
    path, both = f"/api/orders/{order['id']}/returns/", ", ".join(approvals)
    returned = desk.do(operation, path, body, status=201, approval=both)
    assert returned["approved_by"] is not None
    desk.drawer.gave_back(returned["refunds"])
    assert desk.do(operation, path, body, status=403, approval=both)["code"] == "approval_invalid"
    desk.happened[Happening.USED_TWICE] += 1
    return [sold]


def lay_away(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Keep goods for a customer who pays in two parts, or has not paid the second yet."""
    layaway, _ = _laid_away(desk, operation, basket)
    if operation.pick % LEFT_OPEN_EVERY == 0:
        desk.happened[Happening.LAYAWAY_LEFT_OPEN] += 1
        return [_receipt_of(layaway, "PENDING")]
    rest = whole(layaway["balance"], operation.method)
    path = f"/api/layaways/{layaway['id']}/payments/"
    paid = desk.do(operation, path, {"payments": rest}, status=201)
    assert (paid["status"], paid["balance"]) == ("PAID", "0.00")
    desk.drawer.took_for_layaway(rest, last_of=paid["total"])
    return [_receipt_of(paid, "PAID")]


def call_off_layaway(desk: Desk, operation: Operation, basket: Basket) -> Sequence[Receipt]:
    """Keep goods for a customer, to whom the office gives the deposit back out of the till's drawer."""
    layaway, deposit = _laid_away(desk, operation, basket)
    body = {"reason": "Ya no lo quiere", "register": desk.drawer.register_id}
    answer = ask(desk.office, operation, f"/api/layaways/{layaway['id']}/cancel/", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["refunds"] == deposit
    desk.drawer.gave_back_layaway(deposit)
    return [_receipt_of(layaway, "CANCELLED")]


def whole(total: str, method: str) -> Payments:
    """The total paid by one tender."""
    return [{"payment_method": method, "amount": total}]


def receipt(order: Mapping[str, Any], status: str = "PAID") -> Receipt:
    """The receipt of an order."""
    return Receipt(int(order["id"]), status, str(order["final_amount"]))


def _from_balance(operation: Operation, total: Decimal) -> Payments:
    if operation.pick % SPLIT_EVERY:
        return whole(str(total), operation.method)
    of_balance = whole(str(TAKEN_FROM_BALANCE), operation.method)
    return [*of_balance, *whole(str(total - TAKEN_FROM_BALANCE), "CARD")]


def _bring_back(
    desk: Desk, operation: Operation, order: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
) -> None:
    body = {"items": items, "reason": "No le gustó"}
    returned = desk.do(operation, f"/api/orders/{order['id']}/returns/", body, status=201)
    assert Decimal(returned["refund_amount"]) == desk.goods.total(items)
    desk.drawer.gave_back(returned["refunds"])


def _laid_away(desk: Desk, operation: Operation, basket: Basket) -> tuple[Any, Payments]:
    total = desk.goods.total(basket["items"])
    deposit = whole(str(to_cents(total / 2)), "CASH")
    body = {"customer": desk.goods.regular, "items": basket["items"], "deposit": {"payments": deposit}}
    layaway = desk.do(operation, "/api/layaways/", body, status=201)
    assert Decimal(layaway["total"]) == total
    desk.drawer.took_for_layaway(deposit)
    return layaway, deposit


def _receipt_of(layaway: Mapping[str, Any], status: str) -> Receipt:
    return Receipt(int(layaway["order"]), status, str(layaway["total"]))


DOES_AT_COUNTER: Mapping[Kind, Callable[[Desk, Operation, Basket], Sequence[Receipt]]] = {
    Kind.DISCOUNT: discount,
    Kind.TAKE_BACK: take_back,
    Kind.TAKE_BACK_FOR_CASH: take_back_for_cash,
    Kind.LAY_AWAY: lay_away,
    Kind.CALL_OFF_LAYAWAY: call_off_layaway,
}
