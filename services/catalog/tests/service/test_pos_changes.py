"""The change feeds of products and promotions, as a till keeps its copy."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from libs.common.clock import CLOCKS_DIFFER
from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.horizon import all_ended
from libs.testing.tokens import Tokens
from services.catalog.deps import Deps, build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import Shop
from services.catalog.usecases.products.price_days import mark_turning_prices
from services.catalog.usecases.products.telling import tell_promoted

FEEDS = ["products", "promotions"]


async def mark(deps: Deps) -> None:
    """Run the timed job."""
    await mark_turning_prices(database=deps.database, now=deps.now, timezone=deps.settings.store_timezone)


class Copy:
    """A till's copy of a list, kept by its feed."""

    def __init__(self, shop: Shop, feed: str = "products", limit: int = 1000) -> None:
        self.shop, self.feed, self.limit = shop, feed, limit
        self.path = f"{feed}/changes/"
        self.things: dict[int, Any] = {}
        self.after: str | None = None

    async def refresh(self) -> list[int]:
        """Read until there is no more; returns the ids that were told."""
        await all_ended(self.shop.database)
        told: list[int] = []
        more = True
        while more:
            query = f"?limit={self.limit}" + (f"&after={self.after}" if self.after else "")
            page = await self.shop.get(f"{self.path}{query}")
            self.things |= {thing["id"]: thing for thing in page["items"]}
            for gone in page["deleted"]:
                self.things.pop(gone, None)
            told += [thing["id"] for thing in page["items"]] + page["deleted"]
            self.after, more = page["next"], page["more"]
        return told

    async def refuse_difference(self) -> None:
        """Fail if the copy is not the list, or not what a new copy would be."""
        listed = await self.shop.get(f"{self.feed}/")
        assert [{**self.things[thing["id"]], **thing} for thing in listed] == list(self.things.values())
        new = Copy(self.shop, self.feed)
        await new.refresh()
        assert new.things == self.things


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("after=x", {"after": ["Invalid cursor."]}),
        ("limit=0", {"limit": ["Ensure this value is greater than or equal to 1."]}),
        (
            "limit=x&after=x",
            {"limit": ["A valid integer is required."], "after": ["Invalid cursor."]},
        ),
    ],
)
async def test_a_bad_query_is_refused(shop: Shop, feed: str, query: str, errors: Any) -> None:
    response = await shop.ask("GET", f"{feed}/changes/?{query}")
    assert (response.status_code, response.json()) == (400, errors)


@pytest.mark.parametrize("feed", FEEDS)
async def test_a_blank_after_begins_with_everything(shop: Shop, feed: str) -> None:
    await shop.promotion(await shop.product())
    assert (await shop.get(f"{feed}/changes/?after="))["items"] != []


async def test_an_after_of_another_feed_is_refused(shop: Shop) -> None:
    after = (await shop.get("products/changes/"))["next"]
    assert (await shop.ask("GET", f"promotions/changes/?after={after}")).status_code == 400


async def test_the_feed_of_tills_tells_the_same_with_less(shop: Shop) -> None:
    await shop.promotion(await shop.product(price="100.00"))
    gone = await shop.product()
    whole, of_tills = Copy(shop), Copy(shop)
    of_tills.path = "products/changes/till/"
    for copy in (whole, of_tills):
        assert await copy.refresh() == [1, 2]
    sold = of_tills.things[1]
    assert sold == {name: whole.things[1][name] for name in sold}
    assert {"id", "sku", "name", "tax_rate", "exact_price", "final_price"} < sold.keys()
    await shop.ask("DELETE", f"products/{gone['id']}/", role="ADMIN")
    assert await of_tills.refresh() == [gone["id"]]


@pytest.mark.parametrize("limit", [1, 2, 5000])
async def test_everything_is_read_page_by_page(shop: Shop, limit: int) -> None:
    for _ in range(5):
        await shop.product()
    copy = Copy(shop, limit=limit)
    assert await copy.refresh() == [1, 2, 3, 4, 5]
    await copy.refuse_difference()


async def test_each_way_in_which_a_product_changes_is_told(shop: Shop) -> None:
    await shop.product()
    other = await shop.product()
    copy = Copy(shop)
    await copy.refresh()

    new = await shop.product()
    assert await copy.refresh() == [new["id"]]
    await shop.ask("PATCH", "products/1/", json={"name": "Otro"})
    assert await copy.refresh() == [1]
    assert (await shop.allocate((other, 4))).status_code == 200
    assert await copy.refresh() == [other["id"]]
    assert copy.things[other["id"]]["current_stock"] == 96
    await shop.ask("POST", "products/1/reserve/", json={"amount": 2})
    assert await copy.refresh() == [1]
    assert copy.things[1]["available_to_sell"] == 98
    await shop.ask("DELETE", "products/1/", role="ADMIN")
    assert await copy.refresh() == [1]
    await copy.refuse_difference()
    assert await copy.refresh() == []


async def test_a_promotion_changes_the_price_of_its_product(shop: Shop) -> None:
    one, other = await shop.product(price="100.00"), await shop.product(price="100.00")
    products, promotions = Copy(shop), Copy(shop, "promotions")
    for copy in (products, promotions):
        await copy.refresh()

    promotion = await shop.promotion(one)
    assert (await products.refresh(), await promotions.refresh()) == ([1], [1])
    assert products.things[1]["final_price"] == "58.00"
    await shop.ask("PATCH", f"promotions/{promotion['id']}/", role="ADMIN", json={"product": other["id"]})
    assert (await products.refresh(), await promotions.refresh()) == ([1, 2], [1])
    assert products.things[1]["final_price"] == "116.00"
    await shop.ask("DELETE", f"promotions/{promotion['id']}/", role="ADMIN")
    assert (await products.refresh(), await promotions.refresh()) == ([2], [1])
    for copy in (products, promotions):
        await copy.refuse_difference()


async def test_a_deleted_products_promotions_are_gone_too(shop: Shop) -> None:
    await shop.promotion(await shop.product())
    copy = Copy(shop, "promotions")
    assert await copy.refresh() == [1]
    await shop.ask("DELETE", "products/1/", role="ADMIN")
    assert await copy.refresh() == [1]
    assert copy.things == {}


async def test_a_page_that_the_till_has_is_not_sent_again(shop: Shop) -> None:
    await shop.product()
    await all_ended(shop.database)
    after = (await shop.get("products/changes/"))["next"]
    path = f"products/changes/?after={after}"
    etag = (await shop.ask("GET", path)).headers["ETag"]
    headers = {**shop.tokens.bearer(role="EMPLOYEE"), "If-None-Match": etag}
    assert (await shop.client.get(f"/api/{path}", headers=headers)).status_code == 304
    await shop.ask("PATCH", "products/1/", json={"name": "Otro"})
    await all_ended(shop.database)
    changed = await shop.client.get(f"/api/{path}", headers=headers)
    assert (changed.status_code, changed.json()["items"][0]["name"]) == (200, "Otro")


async def test_a_list_is_not_sent_again_until_something_on_it_changes(shop: Shop) -> None:
    product = await shop.product()
    etag = (await shop.ask("GET", "products/")).headers["ETag"]
    headers = {**shop.tokens.bearer(role="EMPLOYEE"), "If-None-Match": etag}
    same = await shop.client.get("/api/products/", headers=headers)
    assert (same.status_code, same.content, same.headers["X-Total-Count"]) == (304, b"", "1")
    await shop.allocate((product, 1))
    assert (await shop.client.get("/api/products/", headers=headers)).status_code == 200


async def test_a_price_that_changes_by_itself_is_told(shop: Shop, deps: Deps, clock: FakeClock) -> None:
    await shop.product()
    promoted = await shop.product(price="100.00")
    await shop.promotion(promoted, start_date="2026-03-03", end_date="2026-03-03")
    copy = Copy(shop)
    await copy.refresh()
    for price in ("58.00", "116.00"):
        clock.advance(days=1)
        await tell_promoted(database=deps.database, now=deps.now)
        assert await copy.refresh() == [promoted["id"]]
        assert copy.things[promoted["id"]]["final_price"] == price
    await tell_promoted(database=deps.database, now=deps.now)
    assert await copy.refresh() == []


def prices_of(product: dict[str, Any]) -> list[str]:
    return [product["final_price"], product["frequent_price"]]


async def test_changes_of_prices_are_told_from_the_midnights_of_the_store(shop: Shop) -> None:
    product = await shop.product(price="100.00", tax_rate="0.00")
    days = {"start_date": "2026-03-02", "end_date": "2026-03-03"}
    await shop.promotion(product, **days, discount_percent="20.00", target_audience="FREQUENT_ONLY")
    await shop.promotion(product, start_date="2026-03-04", end_date="2026-03-30", discount_percent="10.00")
    copy = Copy(shop)
    await copy.refresh()
    told = copy.things[product["id"]]
    assert prices_of(told) == ["100.00", "80.00"]
    assert told["price_changes"] == [
        {"at": "2026-03-04T06:00:00Z", "final_price": "90.00", "frequent_price": "90.00"}
    ]
    only_for_tills = {name: told[name] for name in ("frequent_price", "price_changes")}
    assert told == {**await shop.get(f"products/{product['id']}/"), **only_for_tills}
    await shop.ask("PATCH", f"products/{product['id']}/", json={"is_active": False})
    await copy.refresh()
    withdrawn = copy.things[product["id"]]
    assert prices_of(withdrawn) == ["100.00", "100.00"]
    assert [each["at"] for each in withdrawn["price_changes"]] == ["2026-03-04T06:00:00Z"]


async def test_a_till_is_told_the_exact_price_that_it_takes_discounts_off(shop: Shop) -> None:
    exact = await shop.product()
    await shop.database.execute("update products set price = 86.2069 where id = %(id)s", {"id": exact["id"]})
    whole = await shop.product(price="18.50")
    copy = Copy(shop)
    await copy.refresh()
    told = [copy.things[each["id"]] for each in (exact, whole)]
    assert [each["exact_price"] for each in told] == ["86.2069", "18.50"]
    assert [each["price"] for each in told] == ["86.21", "18.50"]


def turns(copy: Copy) -> list[str]:
    """The moments at which the price of the first product changes."""
    return [change["at"] for change in copy.things[1]["price_changes"]]


async def test_a_promotion_is_told_when_it_is_near_when_it_begins_and_when_it_ends(
    shop: Shop, deps: Deps, clock: FakeClock
) -> None:
    await shop.product()
    product = await shop.product(price="100.00", tax_rate="0.00")
    await shop.promotion(
        product, start_date="2026-03-12", end_date="2026-03-12", target_audience="FREQUENT_ONLY"
    )

    async def days_told(days: int) -> list[int]:
        """The days of March on which the product is told."""
        told = []
        for _ in range(days):
            await mark(deps)
            await mark(deps)
            if await copy.refresh():
                told.append(deps.now().day.day)
            await copy.refuse_difference()
            clock.advance(days=1)
        return told

    copy = Copy(shop)
    await copy.refresh()
    # It begins on the 12th and is over on the 13th; both are shown 8 days before.
    assert await days_told(14) == [4, 5, 12, 13]


async def test_in_another_time_zone_coming_prices_are_told_again(
    shop: Shop, settings: CatalogSettings, deps: Deps, tokens: Tokens, clock: FakeClock
) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2026-03-05", end_date="2026-03-06")
    clock.advance(hours=1)  # the next day in Kathmandu
    await mark(deps)
    copy = Copy(shop)
    await copy.refresh()
    kathmandu = settings.model_copy(update={"store_timezone": ZoneInfo("Asia/Kathmandu")})
    moved = tokens.trusted_by(build_deps(kathmandu, clock=clock, orders=deps.orders))
    async with asgi_client(create_app(moved)) as client:
        copy.shop = Shop(client, tokens, moved.database)
        await mark(moved)
        assert await copy.refresh() == [product["id"]]
        assert turns(copy) == ["2026-03-04T18:15:00Z", "2026-03-06T18:15:00Z"]
        await mark(moved)
        assert await copy.refresh() == []
    copy.shop = shop
    await mark(deps)
    await copy.refresh()
    assert turns(copy) == ["2026-03-05T06:00:00Z", "2026-03-07T06:00:00Z"]


async def test_after_a_clock_that_was_a_day_ahead_prices_are_told_again(
    shop: Shop, deps: Deps, clock: FakeClock
) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2026-03-03", end_date="2026-03-05")
    clock.advance(days=1)
    await mark(deps)
    copy = Copy(shop)
    await copy.refresh()
    for days in (-1, 1):
        clock.advance(days=days)
        await mark(deps)
        assert await copy.refresh() == [product["id"]]
        await copy.refuse_difference()


async def test_a_till_that_reads_before_midnight_of_its_server_is_told_after_it(
    shop: Shop, deps: Deps, clock: FakeClock
) -> None:
    """The clock of the job is ahead of the server's."""
    product = await shop.product()
    await shop.promotion(product, start_date="2026-03-11", end_date="2026-03-31")
    await mark(deps)
    copy = Copy(shop)
    await copy.refresh()
    for moment in ("2026-03-02T23:59:45", "2026-03-03T00:00:00"):
        clock.set(datetime.fromisoformat(moment).replace(tzinfo=deps.settings.store_timezone) + CLOCKS_DIFFER)
        await mark(deps)
        clock.advance(seconds=-CLOCKS_DIFFER.total_seconds())
        await copy.refresh()
        await copy.refuse_difference()
    assert turns(copy) == ["2026-03-11T06:00:00Z"]


async def test_days_without_a_job_are_made_up_for(shop: Shop, deps: Deps, clock: FakeClock) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2026-04-20", end_date="2026-04-20")
    await mark(deps)
    copy = Copy(shop)
    await copy.refresh()
    clock.advance(days=48)  # the 19th of April
    await mark(deps)
    assert await copy.refresh() == [product["id"]]
    await copy.refuse_difference()
