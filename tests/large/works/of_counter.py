"""Works of the counter: returns at the till, orders by their folio, layaways, sales that are sent later."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from libs.common.clock import iso_utc
from libs.testing.clock import START
from services.sales.tests.builders import an_order
from tests.large.works.running import Work, getting

FEW = "count=none&limit=10"
"""Shorter pages: the small shop has few of these."""

SENDS, NUMBERED_FROM = 3, 1_000_000
"""A register, and a number that it has not come to."""

Ask = Callable[[str, str, Mapping[str, Any], Mapping[str, str]], Awaitable[Any]]


def works_of_counter(ask: Ask, client: httpx.AsyncClient, till: Mapping[str, str]) -> Mapping[str, Work]:
    """The works, done by a till whose token is `till`."""

    async def take_back() -> None:
        order = await ask("POST", "/api/orders/", an_order((15, 1), (20, 2)), till)
        await ask("POST", f"/api/orders/{order['id']}/pay/", {"payment_method": "CASH"}, till)
        body = {"items": [{"product_id": 20, "quantity": 1}], "reason": "Roto"}
        await ask("POST", f"/api/orders/{order['id']}/returns/preview/", body, till)
        await ask("POST", f"/api/orders/{order['id']}/returns/", body, till)
        await ask("POST", f"/api/orders/{order['id']}/returns/", body, till)
        (await client.get(f"/api/orders/{order['id']}/returns/", headers=till)).raise_for_status()

    async def keep_for_a_customer() -> None:
        deposit = {"payments": [{"payment_method": "CASH", "amount": "100.00"}]}
        order = {**an_order((15, 1), customer=7), "deposit": deposit}
        made = await ask("POST", "/api/layaways/", order, till)
        rest = {"payments": [{"payment_method": "CASH", "amount": made["balance"]}]}
        await ask("POST", f"/api/layaways/{made['id']}/payments/", rest, till)

    async def send_later() -> None:
        sale = {
            "client_id": str(uuid4()),
            "seq": next(numbers),
            "sold_at": iso_utc(START),
            "sold_by": 1,
            "items": [{"product_id": 15, "quantity": 1, "unit_total": "116.00"}],
            "payments": [{"payment_method": "CASH", "amount": "116.00"}],
        }
        sent = await ask("POST", "/api/sync/sales/", {"register": SENDS, "sales": [sale]}, till)
        assert sent["results"][0]["result"] == "created"

    numbers = count(NUMBERED_FROM)
    return {
        "a return at a till": take_back,
        "returns at tills": getting(client, f"/api/returns/?{FEW}", till),
        "an order by its folio": getting(client, "/api/orders/?folio=F47AC10B&count=none", till),
        "a layaway": keep_for_a_customer,
        "layaways": getting(client, f"/api/layaways/?{FEW}", till),
        "a sale that is sent later": send_later,
        "numbers of registers": getting(client, "/api/sync/registers/?count=none", till),
        "orders to review": getting(client, f"/api/orders/?flag=PRICE_DIFFERS&reviewed=false&{FEW}", till),
        "where a till begins": getting(client, "/api/sync/bootstrap/", till),
    }
