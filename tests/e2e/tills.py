"""Tills that repeat a request until it is answered, while processes of the suite fail.

A repeated request has the same idempotency key, so that its work is done once.
"""

import itertools
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    stop_any,
    stop_when_event_set,
    wait_fixed,
)

from tests.e2e.shop import Shop, open_door
from tests.e2e.waiting import eventually

BUSY_TILLS = 4
# Longer than any process takes to come back on a machine that is busy with other tests.
PATIENCE_SECONDS = 75
RETRY_SECONDS = 0.2
PAUSE_SECONDS = 0.05
"""Between two sales of a till: about as long as a sale. At any moment nearly always one of the tills has a
request in flight, and they leave the processes that start again some of the machine."""
NEXT_SALE_TIMEOUT_SECONDS = 60
CALLED_OFF_EVERY = 5


class NotAnswered(Exception):
    """A process is down (503), or crashed or hung during the request (502, 504): the till may repeat it."""


NOT_ANSWERED = {
    502: {"detail": "Bad gateway."},
    503: {"detail": "Service temporarily unavailable."},
    504: {"detail": "Gateway timeout."},
}
STORE_NOT_ANSWERED = {
    502: {"error": "Bad gateway"},
    503: {"error": "Service temporarily unavailable"},
    504: {"error": "Gateway timeout"},
}

Interrupted = (NotAnswered, httpx.NetworkError, httpx.RemoteProtocolError)
"""Failures after which a till repeats its request. Not a timeout, because nothing may hang."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The final answer to a till."""

    order_id: int
    status: str
    final_amount: str


@dataclass(frozen=True, slots=True)
class Goods:
    """The products and customers of a story; each sale uses the next of both."""

    product_ids: Sequence[int]
    customer_ids: Sequence[int]

    def basket(self, number: int) -> dict[str, Any]:
        """The body of the order for sale `number`: two lines; every other sale has no customer."""
        first, second = (self.product_ids[(number + offset) % len(self.product_ids)] for offset in range(2))
        return {
            "items": [
                {"product_id": first, "quantity": number % 3 + 1},
                {"product_id": second, "quantity": 1},
            ],
            "customer": self.customer_ids[number // 2 % len(self.customer_ids)] if number % 2 else None,
        }

    def method(self, number: int) -> str:
        """The payment method of sale `number`: every other sale with a customer is on credit."""
        return "CREDIT" if number % 4 == 1 else "CASH"


class Till:
    """A cashier's till. Once `giving_up` is set, requests are not repeated."""

    def __init__(self, shop: Shop, giving_up: threading.Event | None = None) -> None:
        self._client = self._log_in(shop)
        self.longest_outage = 0.0
        """The longest time in seconds from the first try of a request to its answer, if it was repeated."""
        self._sending = Retrying(
            retry=retry_if_exception_type(Interrupted),
            stop=stop_any(
                stop_after_delay(PATIENCE_SECONDS), stop_when_event_set(giving_up or threading.Event())
            ),
            wait=wait_fixed(RETRY_SECONDS),
            reraise=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def sell(self, basket: Mapping[str, Any], method: str = "CASH", *, call_off: bool = False) -> Receipt:
        """Place an order and pay it, or cancel it."""
        order = self.send("/api/orders/", basket, status=201)
        order_id, final_amount = int(order["id"]), str(order["final_amount"])
        if call_off:
            self.send(f"/api/orders/{order_id}/cancel/", {}, status=200)
            return Receipt(order_id, "CANCELLED", final_amount)
        paid = self.send(f"/api/orders/{order_id}/pay/", {"payment_method": method}, status=200)
        assert paid["final_amount"] == final_amount
        return Receipt(order_id, "PAID", final_amount)

    def _log_in(self, shop: Shop) -> httpx.Client:
        return shop.cashier()

    def send(self, path: str, body: Mapping[str, Any], *, status: int, approval: str = "") -> Any:
        """Send until answered and return the JSON; fails if an answer outside NOT_ANSWERED lacks `status`."""
        answer = self.ask(path, body, str(uuid4()), approval)
        assert answer.status_code == status, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def get(self, path: str) -> httpx.Response:
        """Ask until answered."""
        answer: httpx.Response = self._sending(self._try, "GET", path, {}, "")
        return answer

    def read(self, path: str) -> Any:
        """Read until answered and return the JSON."""
        answer = self.get(path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def change(self, path: str, body: Mapping[str, Any]) -> None:
        """Change members of a thing; sent until answered, as a repeat changes nothing more."""
        answer = self._sending(self._try, "PATCH", path, body, "")
        assert answer.status_code == 200, f"PATCH {path}: {answer.status_code} {answer.text}"

    def ask(self, path: str, body: Mapping[str, Any], key: str, approval: str = "") -> httpx.Response:
        """Send until answered, with this key and these approvals, and return the answer."""
        begun = time.monotonic()
        answer: httpx.Response = self._sending(self._try, "POST", path, body, key, approval)
        if self._sending.statistics["attempt_number"] > 1:
            self.longest_outage = max(self.longest_outage, time.monotonic() - begun)
        return answer

    def _try(
        self, method: str, path: str, body: Mapping[str, Any], key: str, approval: str = ""
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} | ({"X-Approval": approval} if approval else {})
        answer = self._client.request(method, path, json=body, headers=headers)
        if answer.status_code in NOT_ANSWERED:
            texts = NOT_ANSWERED if path.startswith("/api/") else STORE_NOT_ANSWERED
            assert answer.json() == texts[answer.status_code]
            assert int(answer.headers["Retry-After"]) > 0
            raise NotAnswered(f"{method} {path}: {answer.text}")
        return answer


class Storefront(Till):
    """The web shop in the browser of a new user, which repeats requests as a till does."""

    def _log_in(self, shop: Shop) -> httpx.Client:
        account = shop.new_shopper()
        self.shopper_id = account.user_id
        client = open_door(shop.url)
        client.headers["Authorization"] = f"Bearer {account.token}"
        return client

    def put_into_cart(self, product_id: int, pieces: int) -> None:
        """Add pieces of a product to the shopper's cart."""
        self.send(f"/sales/carts/{self.shopper_id}/items/{product_id}", {"quantity": pieces}, status=201)

    def cart(self) -> Any:
        """The shopper's cart."""
        return self.read(f"/sales/carts/{self.shopper_id}")


class Office(Till):
    """An admin's screen of the web shop. Steps have no key, so that a repeat may find its step taken."""

    def _log_in(self, shop: Shop) -> httpx.Client:
        client = open_door(shop.url)
        client.headers["Authorization"] = shop.owner.headers["Authorization"]
        return client

    def lead(self, path: str, *statuses: str) -> None:
        """Lead an order, an invoice or a return through these states."""
        for status in statuses:
            answer = self._sending(self._try, "PATCH", f"{path}/status", {"status": status}, "")
            if answer.status_code == 400 and self._sending.statistics["attempt_number"] > 1:
                answer = self._sending(self._try, "GET", path, {}, "")
                assert answer.json()["status"] == status, answer.text
            assert answer.status_code == 200, f"{path} to {status}: {answer.status_code} {answer.text}"


class BusyTills:
    """Tills that sell continuously, each in its own thread, until the block ends.

    A till stops only between two sales. Errors of a till are raised at the end.
    """

    def __init__(self, shop: Shop, goods: Goods) -> None:
        self._shop = shop
        self._goods = goods
        self._closing = threading.Event()
        self._giving_up = threading.Event()
        self._pool = ThreadPoolExecutor(BUSY_TILLS, thread_name_prefix="till")
        self._at_work: list[Future[None]] = []
        self.receipts: list[Receipt] = []

    def __enter__(self) -> Self:
        self._at_work = [self._pool.submit(self._sell_on, number) for number in range(BUSY_TILLS)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if error is not None:  # the story has failed: stop waiting for answers
            self._giving_up.set()
        self._pool.shutdown(wait=True)
        for till in self._at_work:
            failure = till.exception()
            if failure is not None and error is None:
                raise failure

    def sell_at_another(self) -> None:
        """Sell at a new till, which has no interrupted request to wait for."""
        with Till(self._shop) as till:
            sale = len(self.receipts)
            self.receipts.append(till.sell(self._goods.basket(sale), self._goods.method(sale)))

    def sell_for(self, seconds: float) -> int:
        """Let the tills sell for some seconds; returns the number of sales."""
        sold_before = len(self.receipts)
        self._closing.wait(seconds)
        return len(self.receipts) - sold_before

    def wait_for_sales(self, number: int) -> None:
        """Wait until `number` more sales are done."""
        wanted = len(self.receipts) + number

        def sold() -> None:
            assert len(self.receipts) >= wanted, "no sale goes through any more"

        eventually(sold, within_seconds=NEXT_SALE_TIMEOUT_SECONDS)

    def _sell_on(self, number: int) -> None:
        with Till(self._shop, self._giving_up) as till:
            for sale in itertools.count(number * 7):  # each till starts with other products
                if self._closing.is_set():
                    return
                basket, method = self._goods.basket(sale), self._goods.method(sale)
                self.receipts.append(till.sell(basket, method, call_off=sale % CALLED_OFF_EVERY == 0))
                self._closing.wait(PAUSE_SECONDS)
