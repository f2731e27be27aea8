"""A till in a browser, as a cashier and a scanner use it."""

import time
from dataclasses import dataclass
from typing import Any

from httpx import URL
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.e2e.shop import Shop, done
from tests.web.people import OWNER, log_in

KEY_SECONDS = 0.004
"""Between two keys of a scanner."""
A_PERSONS_MS = 100
"""Until a person's next key: one that follows at once belongs to the scan."""
COLA, BREAD = "KO-600-MX", "TORT-1K"
LOOK_FOR_CHANGES = "dispatchEvent(new Event('online'))"
"""A till reads the changes of products as soon as there is a network."""

NO_ROOM = """
    () => {
      const { add, put } = IDBObjectStore.prototype;
      globalThis.makeRoom = () => void Object.assign(IDBObjectStore.prototype, { add, put });
      IDBObjectStore.prototype.add = IDBObjectStore.prototype.put = () => {
        throw new DOMException("no room", "QuotaExceededError");
      };
    }"""
"""The device's disk is full, until `makeRoom()`."""


@dataclass(frozen=True, slots=True)
class Till:
    """A tab that shows a till."""

    page: Page
    keys: CDPSession
    register: int

    def scan(self, code: str) -> None:
        """Type a code as a scanner does: the times of the keys are told, however busy the machine is."""
        at = time.time() - len(code) * KEY_SECONDS
        for place, key in enumerate([*code, "Enter"]):
            press = {"key": key, "timestamp": at + place * KEY_SECONDS}
            text = "\r" if key == "Enter" else key
            self.keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **press})

    def pieces(self) -> int:
        """The pieces of the sale on the screen."""
        return int(self.page.locator("[data-pieces]").get_attribute("data-pieces") or "")

    def fill_in_discount(self, percent: str, reason: str) -> None:
        """Choose a discount for the only line, up to the button that gives it."""
        self.page.locator(".lines .line").click()
        self.page.get_by_role("button", name="Descuento").click()
        self.page.get_by_label("Descuento en %").fill(percent)
        self.page.get_by_role("button", name=reason).click()

    def tender_exactly(self) -> None:
        """Enter the exact amount in cash, by two keys."""
        self.page.wait_for_timeout(A_PERSONS_MS)
        self.page.locator("#search").press("Enter")
        self.page.get_by_label("Importe").press("Enter")

    def pay_exactly(self) -> None:
        """Pay in cash without change; returns when the sale is confirmed."""
        self.tender_exactly()
        self.page.locator("[data-sale]").wait_for()

    def wait_until_sent(self) -> None:
        """Returns when the sale on the screen is confirmed, and nothing is unsent."""
        self.page.locator("[data-sale]").wait_for()
        self.page.locator("[data-unsent='0']").wait_for()


def open_till(page: Page, shop: Shop, login: tuple[str, str]) -> Till:
    """A till at a new register, before its shift is opened."""
    register = shop.new_register()
    log_in(page, "/till/", login)
    page.get_by_role("button", name=f"(C{register})").click()
    page.get_by_role("heading", name="Abrir turno").wait_for()
    return Till(page, page.context.new_cdp_session(page), register)


def selling_till(page: Page, shop: Shop, login: tuple[str, str] = OWNER) -> Till:
    """A till at a new register that sells, without a shift, and hears the scanner."""
    till = open_till(page, shop, login)
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("#search")).to_be_focused()
    page.get_by_text("productos al día").wait_for()
    return till


def orders_of(shop: Shop, till: Till) -> list[dict[str, Any]]:
    """All orders that the shop has of this till, by their numbers."""
    prefix = f"C{till.register}-"
    found: list[dict[str, Any]] = []
    page: URL | None = URL("/api/orders/")
    while page:
        answer = shop.owner.get(page)
        found += [order for order in done(answer) if (order["ticket_number"] or "").startswith(prefix)]
        following = answer.links.get("next")
        page = answer.url.join(following["url"]) if following else None
    return sorted(found, key=lambda order: str(order["ticket_number"]))


def take_no_sales(context: BrowserContext) -> None:
    """The shop takes no sale of this device for an hour."""
    busy = {"Retry-After": "3600"}
    context.route("**/api/sync/sales/", lambda route: route.fulfill(status=503, headers=busy))


def sell_unsent(till: Till, context: BrowserContext) -> None:
    """Sell a piece of bread, exactly paid, while the shop takes no sale for an hour."""
    take_no_sales(context)
    till.scan(BREAD)
    till.page.locator("[data-pieces='1']").wait_for()
    till.pay_exactly()
