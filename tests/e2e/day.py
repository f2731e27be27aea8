"""A day at the shop: tills work through a plan while processes end, and note what they are answered."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.day_at_counter import DOES_AT_COUNTER, SPLIT_EVERY, Desk, whole
from tests.e2e.day_goods import DayGoods
from tests.e2e.day_offline import DOES_OFFLINE, close
from tests.e2e.day_on_web import DOES_ON_WEB, WebDesk, ask
from tests.e2e.day_plan import TILLS, Happening, Kind, Operation, Plan
from tests.e2e.drawers import Drawer
from tests.e2e.shop import Shop
from tests.e2e.tills import Office, Receipt, Storefront, Till
from tests.e2e.waiting import POLL_SECONDS

MOVES = ("PAID_IN", "PAID_OUT", "DROP")


@dataclass(slots=True)
class Told:
    """What the tills were answered."""

    receipts: list[Receipt] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    """Changes by hand that were answered 2xx, by their description."""
    refused: Counter[str] = field(default_factory=Counter)
    did: Counter[Kind] = field(default_factory=lambda: Counter(dict.fromkeys(Kind, 0)))
    happened: Counter[Happening] = field(default_factory=Counter)
    held: int = 0
    longest_outage: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> int:
        """How many operations are done."""
        return self.did.total()


class BusyDay:
    """Works through a plan: each till in a thread of its own, with a cashier and a shift of its own."""

    def __init__(self, shop: Shop, goods: DayGoods, plan: Plan) -> None:
        self._shop = shop
        self._goods = goods
        self._plan = plan
        self._stopped = threading.Event()
        self._limit = _limit_before(plan, 0)
        self.told = Told(receipts=[goods.first])
        self._places = [(shop.with_another_cashier(), shop.new_register()) for _ in range(TILLS)]
        self._desks: dict[Till, Desk] = {}

    def run(self, beside: Callable[["BusyDay"], None]) -> None:
        """Do all operations, and `beside` in this thread; raises the first failure of either."""
        with ThreadPoolExecutor(TILLS, thread_name_prefix="till") as pool:
            tills = [pool.submit(self._work, number) for number in range(TILLS)]
            try:
                beside(self)
            except BaseException:
                self._stopped.set()
                raise
            for till in tills:
                till.result()

    def wait_until_done(self, operations: int) -> bool:
        """Wait until so many operations are done; False if the tills have stopped before."""
        while self.told.done < operations and not self._stopped.is_set():
            self._stopped.wait(POLL_SECONDS)
        return not self._stopped.is_set()

    def go_on_after(self, ends: int) -> None:
        """Let the tills work until the end after the next one is due, as so many ends have happened."""
        self._limit = _limit_before(self._plan, ends)

    def _work(self, number: int) -> None:
        place, register_id = self._places[number]
        try:
            with (
                Till(place, self._stopped) as till,
                Storefront(self._shop, self._stopped) as storefront,
                Office(self._shop, self._stopped) as office,
            ):
                web = WebDesk(storefront, office)
                desk = self._desks[till] = Desk.open(till, office, register_id, self._goods)
                for operation in self._plan.of_till(number):
                    while self.told.done >= self._limit and not self._stopped.is_set():
                        self._stopped.wait(self._plan.pause_seconds)
                    if self._stopped.wait(self._plan.pause_seconds):
                        return
                    if operation.kind in DOES_ON_WEB:
                        self._do_on_web(web, operation)
                    elif operation.kind in DOES_WITH_DRAWER:
                        self._do_with_drawer(desk, operation)
                    else:
                        DOES[operation.kind](self, till, operation)
                    with self.told.lock:
                        self.told.did[operation.kind] += 1
                        outages = (self.told.longest_outage, till.longest_outage, web.longest_outage)
                        self.told.longest_outage = max(outages)
                last = close(desk)
                with self.told.lock:
                    self.told.receipts.append(last)
                    self.told.happened.update(desk.happened)
        except BaseException:
            self._stopped.set()
            raise

    def sell(self, till: Till, operation: Operation) -> None:
        """Sell, in cash if the balance does not suffice."""
        order = self._place(till, operation, self._basket(operation))
        if order is None:
            return
        path = f"/api/orders/{order['id']}/pay/"
        total, method = str(order["final_amount"]), operation.method
        if operation.kind is Kind.SELL and operation.pick % SPLIT_EVERY == 0:
            payments = Drawer.split(total)
            self._desks[till].happened[Happening.SPLIT] += 1
            answer = ask(till, operation, path, {"payments": payments})
        else:
            answer = ask(till, operation, path, {"payment_method": method})
            if answer.status_code == 400 and operation.kind is Kind.SELL_FROM_BALANCE:
                self._refuse(answer)
                method = "CASH"
                answer = ask(till, operation, path, {"payment_method": method})
            payments = whole(total, method)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        self._receive(order, "PAID")
        self._desks[till].drawer.took(payments)

    def sell_scarce(self, till: Till, operation: Operation) -> None:
        """Sell of what soon is sold out."""
        product_id = self._goods.scarce[operation.pick % len(self._goods.scarce)]
        basket = {"items": [{"product_id": product_id, "quantity": operation.pieces}]}
        if order := self._place(till, operation, basket):
            till.send(f"/api/orders/{order['id']}/pay/", {"payment_method": operation.method}, status=200)
            self._receive(order, "PAID")
            self._desks[till].drawer.took(whole(str(order["final_amount"]), operation.method))

    def call_off(self, till: Till, operation: Operation) -> None:
        """Place an order and cancel it."""
        if order := self._place(till, operation, self._basket(operation)):
            answer = ask(till, operation, f"/api/orders/{order['id']}/cancel/", {})
            assert answer.status_code == 200, answer.text
            self._receive(order, "CANCELLED")

    def leave_open(self, till: Till, operation: Operation) -> None:
        """Place an order that nobody pays."""
        if order := self._place(till, operation, self._basket(operation)):
            self._receive(order, "PENDING")

    def hold(self, till: Till, operation: Operation) -> None:
        """Hold pieces for a cart."""
        path = f"/api/products/{self._goods.held}/reserve/"
        answer = ask(till, operation, path, {"amount": operation.pieces})
        assert answer.status_code == 200, answer.text
        with self.told.lock:
            self.told.held += operation.pieces

    def count(self, till: Till, operation: Operation) -> None:
        """Take in pieces of a product."""
        product_id = self._goods.products[operation.pick % len(self._goods.products)]
        body = {"change": operation.pieces, "reason": "RECEIVED", "note": self._mark(operation)}
        answer = ask(till, operation, f"/api/products/{product_id}/stock/", body)
        self._noted(operation, answer, 200)

    def points(self, till: Till, operation: Operation) -> None:
        """Give points by hand."""
        customer_id = self._goods.customers[operation.pick % len(self._goods.customers)]
        body = {
            "amount": 5 * operation.pieces,
            "transaction_type": "EARN",
            "description": self._mark(operation),
        }
        answer = ask(till, operation, f"/api/customers/{customer_id}/points/", body)
        self._noted(operation, answer, 201)

    def pay_debt(self, till: Till, operation: Operation) -> None:
        """Pay a little of a debt."""
        body = {"amount": "1.00", "description": self._mark(operation)}
        answer = ask(till, operation, f"/api/customers/{self._goods.debtor}/pay-credit/", body)
        self._noted(operation, answer, 200)

    def move_cash(self, till: Till, operation: Operation) -> None:
        """Put cash into the drawer, or take some out."""
        kind = MOVES[operation.pick % len(MOVES)]
        self._desks[till].drawer.move(till, kind, f"{operation.pieces}.50")

    def _do_on_web(self, desk: WebDesk, operation: Operation) -> None:
        items = {item["product_id"]: item["quantity"] for item in self._basket(operation)["items"]}
        receipt = DOES_ON_WEB[operation.kind](desk, operation, items)
        with self.told.lock:
            self.told.receipts.append(receipt)

    def _do_with_drawer(self, desk: Desk, operation: Operation) -> None:
        receipts = DOES_WITH_DRAWER[operation.kind](desk, operation, self._basket(operation))
        with self.told.lock:
            self.told.receipts.extend(receipts)

    def _place(self, till: Till, operation: Operation, basket: Mapping[str, Any]) -> Any:
        """The order; None if there is too little in stock."""
        answer = ask(till, operation, "/api/orders/", basket)
        if answer.status_code == 400 and operation.kind is Kind.SELL_SCARCE:
            self._refuse(answer)
            return None
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return answer.json()

    def _basket(self, operation: Operation) -> dict[str, Any]:
        products, customers = self._goods.products, self._goods.customers
        first, second = (products[(operation.pick + offset) % len(products)] for offset in range(2))
        customer_id = customers[operation.pick // len(products) % len(customers)]
        return {
            "items": [
                {"product_id": first, "quantity": operation.pieces},
                {"product_id": second, "quantity": 1},
            ],
            "customer": customer_id if operation.has_customer else None,
        }

    def _receive(self, order: Mapping[str, Any], status: str) -> None:
        with self.told.lock:
            self.told.receipts.append(Receipt(int(order["id"]), status, str(order["final_amount"])))

    def _refuse(self, answer: httpx.Response) -> None:
        with self.told.lock:
            self.told.refused[answer.headers["X-Error-Code"]] += 1

    def _noted(self, operation: Operation, answer: httpx.Response, status: int) -> None:
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        with self.told.lock:
            self.told.marks[self._mark(operation)] += 1

    def _mark(self, operation: Operation) -> str:
        return f"day {self._plan.seed} operation {operation.number} of {self._goods.held}"


def _limit_before(plan: Plan, ends: int) -> int:
    """No till is so far ahead that a process would end when nobody works any more."""
    later = plan.ends[ends + 1 :]
    return later[0].after if later else len(plan.operations)


DOES_WITH_DRAWER = {**DOES_AT_COUNTER, **DOES_OFFLINE}
DOES: Mapping[Kind, Callable[[BusyDay, Till, Operation], None]] = {
    Kind.SELL: BusyDay.sell,
    Kind.SELL_FROM_BALANCE: BusyDay.sell,
    Kind.CALL_OFF: BusyDay.call_off,
    Kind.LEAVE_OPEN: BusyDay.leave_open,
    Kind.SELL_SCARCE: BusyDay.sell_scarce,
    Kind.HOLD: BusyDay.hold,
    Kind.COUNT: BusyDay.count,
    Kind.POINTS: BusyDay.points,
    Kind.PAY_DEBT: BusyDay.pay_debt,
    Kind.MOVE_CASH: BusyDay.move_cash,
}
