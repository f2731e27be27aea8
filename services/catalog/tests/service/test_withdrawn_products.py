"""The holds, promotions and orders of a product that is deleted, or not active any more."""

from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.catalog import ProductChanged
from libs.common.messaging.inbox import take_in
from libs.testing.clock import FakeClock
from libs.testing.received import received
from services.catalog.consumers import subscriptions
from services.catalog.deps import Deps
from services.catalog.tests.builders import Shop, order_cancelled, order_created

TODAY, YESTERDAY = "2026-03-02", "2026-03-01"


async def delete(shop: Shop, product: Any) -> None:
    """Delete the product."""
    response = await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
    assert response.status_code == 204, response.text


async def days_of_promotions(shop: Shop) -> list[tuple[str, str]]:
    rows = await shop.database.fetch_dicts(
        "select start_date::text, end_date::text from promotions order by id"
    )
    return [(row["start_date"], row["end_date"]) for row in rows]


async def test_its_holds_lapse_at_once(shop: Shop) -> None:
    product = await shop.product(current_stock=10)
    await shop.reserve(product, 4)
    await delete(shop, product)
    live = "select count(*) from holds where expires_at > '2026-03-02T18:00Z'"
    assert await shop.database.fetch_value(live) == 0


async def test_its_pending_orders_stand_as_they_were_priced(shop: Shop, deps: Deps, clock: FakeClock) -> None:
    product, uuid = await shop.product(current_stock=10), uuid4()
    await shop.promotion(product)
    priced = await shop.allocate((product, 4), uuid=uuid)
    await delete(shop, product)
    events = [received(order_created(uuid))]
    await take_in(deps.database, subscriptions(clock), events)
    assert await shop.status(uuid) == "CONFIRMED"
    assert (await shop.allocate((product, 4), uuid=uuid)).json() == priced.json()
    await take_in(deps.database, subscriptions(clock), [received(order_cancelled(uuid))])
    assert await shop.database.fetch_value("select current_stock from products") == 10
    await shop.refuse_unbalanced()


async def test_its_running_promotion_ends_yesterday(shop: Shop) -> None:
    product = await shop.product(price="100.00", tax_rate="0.00")
    await shop.promotion(product, start_date="2026-02-20", end_date="2026-03-05")
    await delete(shop, product)
    assert await days_of_promotions(shop) == [("2026-02-20", YESTERDAY)]
    event = (await shop.published(ProductChanged))[-1]
    assert (str(event.final_price), event.deleted) == ("100.00", True)


async def test_its_promotion_that_began_today_goes(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date=TODAY, end_date="2026-03-05")
    await delete(shop, product)
    assert await days_of_promotions(shop) == []


async def test_its_promotions_to_come_go_and_those_of_others_stay(shop: Shop) -> None:
    product, other = await shop.product(), await shop.product()
    await shop.promotion(product, start_date="2026-04-01", end_date="2026-04-05")
    await shop.promotion(other)
    await delete(shop, product)
    assert await days_of_promotions(shop) == [("2026-03-01", "2026-03-05")]


class TestDeactivated:
    """The web shop does not sell it; the tills go on as before (contract §3)."""

    @pytest.fixture
    async def product(self, shop: Shop) -> Any:
        """Ten pieces at half the price, of which a till holds four."""
        product = await shop.product(price="100.00", tax_rate="0.00", current_stock=10)
        await shop.promotion(product, discount_percent="50.00")
        assert (await shop.reserve(product, 4)).status_code == 200
        return product

    @pytest.mark.parametrize("dialect", ["POS", "STORE"])
    async def test_it_keeps_its_holds_and_its_promotion(self, shop: Shop, product: Any, dialect: str) -> None:
        body = {"is_active": False}
        if dialect == "POS":
            response = await shop.ask("PATCH", f"products/{product['id']}/", json=body)
        else:
            response = await shop.ask_store("PUT", f"/{product['id']}", json=body)
        assert response.status_code == 200, response.text
        await self.refuse_ended(shop, product)

    async def test_an_import_that_deactivates_it_leaves_both_too(self, shop: Shop, product: Any) -> None:
        content = f"sku,is_active\n{product['sku']},false\n"
        response = await shop.ask("POST", "products/import/", role="ADMIN", content=content)
        assert response.json()["updated"] == 1, response.text
        await self.refuse_ended(shop, product)

    async def refuse_ended(self, shop: Shop, product: Any) -> None:
        shown = await shop.reading(product)
        assert (shown["is_active"], shown["final_price"]) == (False, "50.00")
        assert await shop.held(product) == (4, 6)
        assert await days_of_promotions(shop) == [("2026-03-01", "2026-03-05")]
        assert (await shop.reserve(product, -4)).status_code == 200
