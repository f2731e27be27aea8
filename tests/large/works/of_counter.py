"""Works of the counter: returns at the till, orders by their folio, layaways."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from services.sales.tests.builders import an_order
from tests.large.works.running import Work, getting

FEW = "count=none&limit=10"
"""Shorter pages: the small shop has few of these."""

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

    return {
        "a return at a till": take_back,
        "returns at tills": getting(client, f"/api/returns/?{FEW}", till),
        "an order by its folio": getting(client, "/api/orders/?folio=F47AC10B&count=none", till),
        "a layaway": keep_for_a_customer,
        "layaways": getting(client, f"/api/layaways/?{FEW}", till),
    }
