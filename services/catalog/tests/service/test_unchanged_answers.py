"""`ETag` and `If-None-Match` of every read of the catalogue, in both dialects (RFC 9110 §13.1.2)."""

import pytest
from httpx import Response

from libs.testing.clock import FakeClock
from libs.testing.horizon import all_ended
from services.catalog.tests.builders import Shop

SHOWS_PRICES = (
    "/products",
    "/products?min_price=1&limit=1",
    "/products/1",
    "/api/products/",
    "/api/products/?search=cola&ordering=-name",
    "/api/products/1/",
    "/api/products/changes/",
    "/api/products/changes/till/",
)
SHOWS_PROMOTIONS = ("/api/promotions/", "/api/promotions/1/", "/api/promotions/changes/")
FEEDS = ("/api/products/changes/", "/api/products/changes/till/", "/api/promotions/changes/")
READS = (*SHOWS_PRICES, *SHOWS_PROMOTIONS)


@pytest.fixture
async def path(shop: Shop, path_: str) -> str:
    """The path, after a product was made whose promotion begins tomorrow; of a feed, what is new since then.

    A feed from its beginning names the transaction up to which it was read: it is another answer each time.
    """
    since = f"?after={(await read(shop, path_)).json()['next']}" if path_ in FEEDS else ""
    product = await shop.product(price="100.00")
    await shop.promotion(product, start_date="2026-03-03", end_date="2026-03-04")
    return path_ + since


async def read(shop: Shop, path: str, known: str | None = None) -> Response:
    if path.startswith(FEEDS):  # they do not read beyond a transaction that has not ended
        await all_ended(shop.database)
    headers = shop.tokens.bearer(role="ADMIN")
    return await shop.client.get(path, headers=headers | ({"If-None-Match": known} if known else {}))


@pytest.mark.parametrize("path_", READS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '"x-1",W/{} , "y"', "*"])
async def test_what_the_caller_has_is_not_sent_again(shop: Shop, path: str, form: str) -> None:
    first = await read(shop, path)
    again = await read(shop, path, form.format(first.headers["ETag"]))
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path_", READS)
@pytest.mark.parametrize("known", ['"x"', 'W/"x"', '""', "x", '"*"'])
async def test_a_tag_of_something_else_gets_the_whole_answer(shop: Shop, path: str, known: str) -> None:
    first = await read(shop, path)
    again = await read(shop, path, known)
    assert (again.status_code, again.content) == (200, first.content)


@pytest.mark.parametrize("path_", READS)
async def test_a_change_is_sent(shop: Shop, path: str) -> None:
    before = (await read(shop, path)).headers["ETag"]
    of_promotion = "/promotions/" in path
    change = {"discount_percent": "7.00"} if of_promotion else {"price": "99.00"}
    changed = "promotions/1/" if of_promotion else "products/1/"
    assert (await shop.ask("PATCH", changed, role="ADMIN", json=change)).status_code == 200
    after = await read(shop, path, before)
    assert (after.status_code, after.headers["ETag"] == before) == (200, False)
    assert (await read(shop, path, f"{before}, {after.headers['ETag']}")).status_code == 304


@pytest.mark.parametrize("path_", SHOWS_PRICES)
async def test_a_price_that_a_promotion_changes_is_sent(shop: Shop, path: str, clock: FakeClock) -> None:
    before = await read(shop, path)
    clock.advance(days=1)
    during = await read(shop, path, before.headers["ETag"])
    assert (during.status_code, during.content == before.content) == (200, False)
    clock.advance(days=2)
    after = await read(shop, path, during.headers["ETag"])
    assert (after.status_code, after.content == during.content) == (200, False)
    again = await read(shop, path, after.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
