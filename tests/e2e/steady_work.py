"""Tills, shoppers and the owner at work while nothing may fail: no request is repeated."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from libs.common.calls.client import DEFAULT_TIMEOUT_SECONDS
from tests.e2e.shop import Shop, open_door
from tests.e2e.shoppers import Shopper
from tests.e2e.tills import Goods
from tests.e2e.waiting import eventually

PAUSE_SECONDS = 0.03
"""Between two requests of a client: processes that start need the machine too."""
FIRST_ANSWERS_WITHIN_SECONDS = 60
UNAVAILABLE = 503
DEADLINE_SECONDS = DEFAULT_TIMEOUT_SECONDS
"""A refusal that comes earlier is of a process that has left; one after the deadline, of a busy machine."""


@dataclass(slots=True)
class Answers:
    """What all clients were answered."""

    given: Counter[str] = field(default_factory=Counter)
    """Expected answers, by kind of request."""
    failures: list[str] = field(default_factory=list)
    """Every other answer, and every request without one."""
    late: list[str] = field(default_factory=list)
    """Refusals of a busy machine: a service has not answered another within its deadline."""
    paid: set[int] = field(default_factory=set)
    """The orders whose payment was answered."""
    unsure: set[int] = field(default_factory=set)
    """The orders whose payment was not."""


@dataclass(slots=True)
class Client:
    """A client with a connection that it keeps."""

    http: httpx.Client
    answers: Answers

    def ask(self, kind: str, status: int, method: str, path: str, body: object = None) -> Any:
        """The JSON of the answer; None, and noted, if it is not the one expected or none at all."""
        key = {"Idempotency-Key": str(uuid4())} if method == "POST" else {}
        begun = time.monotonic()
        try:
            answer = self.http.request(method, path, json=body, headers=key)
        except httpx.HTTPError as error:
            self.answers.failures.append(_told(kind, begun, repr(error)))
            return None
        if answer.status_code != status:
            is_late = answer.status_code == UNAVAILABLE and time.monotonic() - begun > DEADLINE_SECONDS
            noted = self.answers.late if is_late else self.answers.failures
            noted.append(_told(kind, begun, f"{answer.status_code} {answer.text[:200]}"))
            return None
        self.answers.given[kind] += 1
        return answer.json()


def _told(kind: str, begun: float, said: str) -> str:
    now = time.strftime("%H:%M:%S", time.gmtime())
    return f"{now} {kind} after {time.monotonic() - begun:.2f} s: {said}"


Work = Callable[[int], None]
"""One piece of work; its number chooses products and customers."""


class SteadyWork:
    """Clients that work in threads of their own until the block ends."""

    def __init__(self, shop: Shop, goods: Goods) -> None:
        self._shop = shop
        self._goods = goods
        self._closing = threading.Event()
        self._clients = ExitStack()
        self._at_work: list[Future[None]] = []
        self.answers = Answers()

    def __enter__(self) -> Self:
        works = list(self._works())
        pool = self._clients.enter_context(ThreadPoolExecutor(len(works), thread_name_prefix="client"))
        self._at_work = [pool.submit(self._go_on, work) for work in works]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._clients.close()  # the threads end first
        for each in self._at_work:
            if (failure := each.exception()) is not None and error is None:
                raise failure

    def wait_for_answers(self) -> None:
        """Wait until one more answer to every kind of request has come."""
        before = Counter(self.answers.given)

        def answered() -> None:
            waiting = [kind for kind in KINDS if self.answers.given[kind] <= before[kind]]
            assert not waiting, f"no answers to {waiting}; failures: {self.answers.failures[-5:]}"

        eventually(answered, within_seconds=FIRST_ANSWERS_WITHIN_SECONDS)

    def _go_on(self, work: Work) -> None:
        for number in itertools.count():
            if self._closing.wait(PAUSE_SECONDS):
                return
            work(number)

    def _works(self) -> Iterator[Work]:
        for first in (0, 1, 2):
            yield self._till(first)
        yield self._web_shop()
        yield self._looks()
        yield self._owner()

    def _client(self, headers: Mapping[str, str]) -> Client:
        http = self._clients.enter_context(open_door(self._shop.url))
        http.headers.update(headers)
        return Client(http, self.answers)

    def _cashier(self) -> Client:
        return self._client({"Authorization": f"Bearer {self._shop.cashier_token}"})

    def _till(self, first: int) -> Work:
        client = self._cashier()

        def sell(number: int) -> None:
            sale = 7 * first + number
            order = client.ask("order", 201, "POST", "/api/orders/", self._goods.basket(sale))
            if order is None:
                return
            method = {"payment_method": self._goods.method(sale)}
            paid = client.ask("payment", 200, "POST", f"/api/orders/{order['id']}/pay/", method)
            (self.answers.paid if paid else self.answers.unsure).add(int(order["id"]))

        return sell

    def _web_shop(self) -> Work:
        shopper = self._clients.enter_context(Shopper.shopping(self._shop))
        client = Client(shopper.client, self.answers)
        products = self._goods.product_ids

        def check_out(number: int) -> None:
            item = f"{shopper.path}/items/{products[number % len(products)]}"
            if client.ask("into cart", 201, "POST", item, {"quantity": 1}) is None:
                return
            cart = client.ask("cart", 200, "GET", shopper.path)
            if cart is not None:
                order = {"cart_id": cart["id"], "user_id": shopper.user_id}
                client.ask("checkout", 201, "POST", "/sales/orders", order)

        return check_out

    def _looks(self) -> Work:
        client = self._cashier()
        products = self._goods.product_ids

        def look(number: int) -> None:
            client.ask("products", 200, "GET", "/api/products/")
            client.ask("product", 200, "GET", f"/api/products/{products[number % len(products)]}/")
            client.ask("orders", 200, "GET", "/api/orders/")
            client.ask("customers", 200, "GET", "/api/customers/")

        return look

    def _owner(self) -> Work:
        client = self._client({"Authorization": str(self._shop.owner.headers["Authorization"])})

        def ask(number: int) -> None:
            client.ask("report", 200, "GET", "/api/analytics/reports/low-stock/")
            client.ask("me", 200, "GET", "/api/users/me/")
            client.ask("chatbot", 200, "GET", "/api/chatbotusers/")

        return ask


KINDS = (
    *("order", "payment", "into cart", "cart", "checkout", "products", "product"),
    *("orders", "customers", "report", "me", "chatbot"),
)
