"""A day of several tills while answers are lost and browsers and servers killed, and what is left of it."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import Shop, done
from tests.web.devices import SYNC, Device, resumed
from tests.web.tills import BREAD, COLA, Till, orders_of, selling_till
from tests.web.waiting import SERVED_BY_WORKER, until

KILL_WITHIN_MS = 50
SALES_OFFLINE = 3
KEPT = """
    new Promise((resolve) => {
      const opening = indexedDB.open("till");
      opening.onsuccess = () => {
        const asked = opening.result.transaction("outbox").objectStore("outbox").getAll();
        asked.onsuccess = () => {
          opening.result.close();
          resolve(JSON.stringify(asked.result));
        };
      };
    })"""


class Trouble(Enum):
    """What happens with a sale; a process of the server is killed by its name."""

    LOST_ANSWER = "the shop has the sale, and the till does not hear it"
    OFFLINE = "the till has no network for some sales"
    KILLED = "the browser is killed after the sale was confirmed"
    ANOTHER_TAB = "the next sales are made in another tab"


SERVERS = ("sales", "gateway", "sales-worker", "catalog")


@dataclass(frozen=True, slots=True)
class Step:
    """A sale at a till."""

    till: int
    codes: Sequence[str]
    trouble: Trouble | str | None
    """A name is that of a server's process, which is killed just before the sale is paid."""


@dataclass(slots=True)
class Counter:
    """A till with its device; what it has confirmed is kept here."""

    device: Device
    till: Till
    confirmed: list[int] = field(default_factory=list)
    offline_for: int = 0

    @property
    def page(self) -> Page:
        """The tab in which is sold."""
        return self.till.page

    @property
    def context(self) -> BrowserContext:
        """The browser."""
        return self.page.context

    def sell(self, step: Step, suite: LocalSuite, chance: Random) -> None:
        """Make a sale, with its trouble."""
        self._begin(step.trouble)
        for pieces, code in enumerate(step.codes, 1):
            self.till.scan(code)
            expect(self.page.locator(f"[data-pieces='{pieces}']")).to_be_visible()
        if isinstance(step.trouble, str):
            suite.kill(step.trouble)
        self.till.pay_exactly()
        self.confirmed.append(int(self.page.locator("[data-sale]").get_attribute("data-sale") or ""))
        if step.trouble is Trouble.KILLED:
            self.page.wait_for_timeout(chance.uniform(0, KILL_WITHIN_MS))
            self.device.kill()
            self.offline_for = 0
            self.till = resumed(self.device.open().pages[0], self.till.register)

    def _begin(self, trouble: Trouble | str | None) -> None:
        if self.offline_for:
            self.offline_for -= 1
            self.context.set_offline(self.offline_for > 0)
        if trouble is Trouble.OFFLINE:
            self.offline_for = SALES_OFFLINE
            self.context.set_offline(True)
        if trouble is Trouble.LOST_ANSWER:
            self.context.route(SYNC, lose_the_answer, times=1)
        if trouble is Trouble.ANOTHER_TAB and not self.offline_for:
            others = [page for page in self.context.pages if page != self.page]
            self.till = resumed(others[0] if others else self.context.new_page(), self.till.register)

    def finish(self) -> None:
        """Let the till send everything."""
        self.context.set_offline(False)
        self.context.unroute_all(behavior="ignoreErrors")
        self.page.reload()
        self.page.locator("[data-unsent='0']").wait_for()

    def assert_shop_has_all(self, shop: Shop) -> None:
        """The shop has each sale of this till once, under its number and with its amount, and no other."""
        kept: list[dict[str, Any]] = json.loads(self.page.evaluate(KEPT))
        assert sorted(self.confirmed) == list(range(1, len(self.confirmed) + 1))
        assert sorted(entry["sale"]["seq"] for entry in kept) == sorted(self.confirmed)
        assert {entry["state"] for entry in kept} <= {"sent"}
        told = {_number(self.till, entry): (entry["result"]["order"], _paid(entry)) for entry in kept}
        orders = {
            str(order["ticket_number"]): (order["id"], order["final_amount"])
            for order in orders_of(shop, self.till)
        }
        assert orders == told
        registers = done(shop.owner.get("/api/sync/registers/"))
        own = next(row for row in registers if row["register"] == self.till.register)
        assert (own["last_seq"], own["gaps"], own["unsent"] or 0) == (len(self.confirmed), [], 0), own


def plan(seed: int, *, tills: int, sales: int, troubles: int) -> list[Step]:
    """So many sales, of which so many meet a trouble, each kind about as often; one seed, one plan."""
    chance = Random(seed)  # noqa: S311 - a plan, not secrets
    kinds: list[Trouble | str] = [*Trouble, *SERVERS]
    places = dict(
        zip(chance.sample(range(sales), troubles), kinds * (troubles // len(kinds) + 1), strict=False)
    )
    return [
        Step(chance.randrange(tills), chance.choices((BREAD, COLA), k=chance.randint(1, 3)), places.get(sale))
        for sale in range(sales)
    ]


def play(
    steps: Sequence[Step],
    counters: Sequence[Counter],
    suite: LocalSuite,
    shop: Shop,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Make all sales; then everything is sent, and the shop has what the tills have, once."""
    chance = Random(len(steps))  # noqa: S311 - moments of kills, not secrets
    for number, step in enumerate(steps, 1):
        counters[step.till].sell(step, suite, chance)
        if number % 50 == 0 or step.trouble:
            tell(f"{number} of {len(steps)} sales; {step.trouble or 'all goes on'}")
    suite.wait_ready()
    shop.log_in_again()
    for counter in counters:
        counter.finish()
    for counter in counters:
        counter.assert_shop_has_all(shop)
    assert_books_agree(suite)


def open_counter(device: Device, shop: Shop) -> Counter:
    """A till at a register of its own, which sells without a shift."""
    till = selling_till(device.open().pages[0], shop)
    until(till.page, SERVED_BY_WORKER)
    return Counter(device, till)


def lose_the_answer(route: Route) -> None:
    """Let the request arrive and its answer be lost."""
    with suppress(Error):  # the server or the browser may be gone meanwhile
        route.fetch()
    with suppress(Error):
        route.abort()


def _number(till: Till, entry: dict[str, Any]) -> str:
    return f"C{till.register}-{entry['sale']['seq']:06}"


def _paid(entry: dict[str, Any]) -> str:
    (payment,) = entry["sale"]["payments"]
    return str(payment["amount"])
