"""The works that are compared: each asks for as much of the large shop as of the small one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from bench.growth.counter import Counter, counter_of
from bench.growth.past import PUBLIC, Past
from bench.load import Connection, Work
from bench.suite import (
    CUSTOMERS,
    PRODUCTS,
    Suite,
)
from bench.works import Shop

PAGE = 50
DEEP_PAGES = 20
DEEP_SECONDS = 60
MONTH = timedelta(days=29)

PRODUCT_LIST, CUSTOMER_LIST, ORDER_LIST = "/api/products/", "/api/customers/", "/api/orders/"
REPORTS = "/api/analytics/"

Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class GrownShop:
    """A shop with its past, cursors of pages deep in its lists (path → cursors), and its counter."""

    shop: Shop
    past: Past
    deep: Mapping[str, Sequence[str]]
    counter: Counter

    def works(self) -> Mapping[str, Work]:
        """Name → work."""
        usual = self.shop.works(PAGE)
        to_public = replace(self.shop, customers=[PUBLIC])
        return {
            **{name: usual[name] for name in ("sale", "checkout", "detail")},
            "sale to customer": usual["customer"],
            "sale to public": to_public.works(PAGE)["customer"],
            "products": self._list(PRODUCT_LIST, dict),
            "products deep": self._list(PRODUCT_LIST, partial(self._deep_in, PRODUCT_LIST)),
            "products by sku": self._list(PRODUCT_LIST, self._sku),
            "customers by phone": self._list(CUSTOMER_LIST, self._phone),
            "orders": self._list(ORDER_LIST, dict),
            "orders deep": self._list(ORDER_LIST, partial(self._deep_in, ORDER_LIST)),
            "orders of customer": self._list(ORDER_LIST, partial(self._buyer, "customer")),
            "orders of public": self._list(ORDER_LIST, lambda: {"customer": PUBLIC}),
            "report summary": self._report("sales-summary", dict),
            "report timeline": self._report("timeline", lambda: {"by": "day"}),
            "report ranking": self._report("product-ranking", lambda: {"criterion": "both"}),
            "report staff": self._report("staff", dict),
            "report taxes": self._report("taxes", dict),
            "report on customer": self._report("customer-sales", partial(self._buyer, "customer_id")),
            "report on public": self._report("customer-sales", lambda: {"customer_id": PUBLIC}),
            **self.counter.works(),
        }

    def _list(self, path: str, query: Callable[[], Query]) -> Work:
        """A page of a list, for an employee."""
        return Work(self.shop.connection, partial(_get, path, lambda: {"limit": PAGE, **query()}))

    def _report(self, name: str, query: Callable[[], Query]) -> Work:
        """A report of the last thirty days, for the owner."""
        last = self.past.until.date()
        days = {"start_date": str(last - MONTH), "end_date": str(last)}
        return Work(
            lambda _: Connection(self.shop.port, self.shop.owner),
            partial(_get, f"{REPORTS}{name}/", lambda: {**days, **query()}),
        )

    def _deep_in(self, path: str) -> Query:
        return {"cursor": self.shop.randomness.choice(self.deep[path])}

    def _sku(self) -> Query:
        number = self.shop.randomness.randint(PRODUCTS + 1, self.past.products)
        return {"search": f"SKU-F{number:07}"}

    def _phone(self) -> Query:
        number = self.shop.randomness.randint(CUSTOMERS + 1, self.past.customers)
        return {"search": str(6_600_000_000 + number)}

    def _buyer(self, parameter: str) -> Query:
        return {parameter: self.shop.randomness.choice(self.shop.customers)}


async def _get(path: str, query: Callable[[], Query], connection: Connection) -> None:
    await connection.call("GET", f"{path}?{urlencode(query())}", expect=200)


def grown_shop(suite: Suite, past: Past, deep: Mapping[str, Sequence[str]]) -> GrownShop:
    """The shop of a suite whose databases have this past; everybody is logged in anew."""
    shop = replace(
        suite.shop_logged_in_again(),
        products=range(1, past.products + 1),
        customers=range(PUBLIC + 1, past.customers + 1),
    )
    return GrownShop(shop, past, deep, counter_of(shop, past, suite.local.gateway_url))


def deep_in_lists(suite: Suite, past: Past) -> Mapping[str, Sequence[str]]:
    """Cursors all over the lists of products and of orders."""
    token = {"Authorization": f"Bearer {suite.shop_logged_in_again().owner}"}
    with httpx.Client(base_url=suite.local.gateway_url, headers=token, timeout=DEEP_SECONDS) as client:
        rows = {PRODUCT_LIST: past.products, ORDER_LIST: past.orders * 3 // 4}
        return {
            path: [_cursor(client, path, number * count // DEEP_PAGES) for number in range(1, DEEP_PAGES)]
            for path, count in rows.items()
        }


def _cursor(client: httpx.Client, path: str, offset: int) -> str:
    """The cursor behind so many rows of a list."""
    page = client.get(path, params={"limit": 1, "offset": offset, "count": "none"}).raise_for_status()
    return parse_qs(urlsplit(page.links["next"]["url"]).query)["cursor"][0]
