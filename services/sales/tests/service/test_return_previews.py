"""POST /api/orders/{id}/returns/preview/: what a return would be; nothing is done (contract §8.3)."""

from httpx import AsyncClient

from libs.common.contracts.sales import OrderReturned
from libs.testing.answers import answered
from libs.testing.outbox import models_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import paid
from services.sales.tests.fakes import FakeStock
from services.sales.tests.returns import bringing, by, previewed, returned

COLA = 15


async def test_a_preview_shows_the_same_figures_and_does_nothing(
    till: AsyncClient, stock: FakeStock, deps: Deps
) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2), customer=1))["id"]
    before = stock.products[COLA].stock
    preview = await previewed(till, order_id)
    assert preview.status_code == 200
    assert stock.products[COLA].stock == before
    assert await models_in_outbox(deps.database, OrderReturned) == []
    made = await returned(till, order_id)
    assert preview.json() == {**made, "id": None, "created_at": None}


async def test_a_preview_of_an_exchange_shows_what_will_be_left(till: AsyncClient) -> None:
    order_id = (await paid(till, "CARD", (COLA, 2)))["id"]
    refunds = by(EXCHANGE="100.00", CARD="16.00")
    preview = await previewed(till, order_id, refunds=refunds)
    made = await returned(till, order_id, refunds=refunds)
    assert made["exchange_left"] == "100.00"
    assert preview.json() == {**made, "id": None, "created_at": None}


async def test_a_preview_with_a_key_is_that_of_the_first_request(till: AsyncClient) -> None:
    order_id = (await paid(till, "CASH", (COLA, 2)))["id"]
    path, key = f"/api/orders/{order_id}/returns/preview/", {"Idempotency-Key": "preview-1"}
    first = await till.post(path, json=bringing(), headers=key)
    await returned(till, order_id, (COLA, 2))
    again = await till.post(path, json=bringing(), headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_a_preview_refuses_what_the_return_would_but_needs_no_approval(
    till: AsyncClient,
) -> None:
    order_id = (await paid(till, "CARD", (COLA, 5)))["id"]
    assert answered(await previewed(till, order_id, (COLA, 6))) == (
        400,
        {"items": ["'Coca Cola': quedan 5 por devolver, se piden 6."]},
    )
    assert (await previewed(till, order_id, (COLA, 5), refunds=by(CASH="580.00"))).status_code == 200
