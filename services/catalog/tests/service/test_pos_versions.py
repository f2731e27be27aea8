"""A form that was read before somebody else's change does not undo it: `If-Match`, `expected_stock`."""

import asyncio
from typing import Any

import pytest
from httpx import Response

from libs.testing.answers import answered
from libs.testing.clock import FakeClock
from services.catalog.tests.builders import BLACK_FRIDAY, COLA, Shop

CHANGED = (412, {"detail": "The resource was changed meanwhile."})


def stock_is(stock: int) -> tuple[int, Any]:
    return 400, {"current_stock": [f"Stock changed meanwhile: it is {stock}."]}


class Form:
    """A detail as its reader has it."""

    def __init__(self, shop: Shop, path: str, etag: str) -> None:
        self.shop, self.path, self.etag = shop, path, etag

    async def save(self, method: str, body: Any = None, *, etag: str | None = None) -> Response:
        headers = {**self.shop.tokens.bearer(role="ADMIN"), "If-Match": etag or self.etag}
        return await self.shop.client.request(method, self.path, headers=headers, json=body)


async def read(shop: Shop, path: str) -> Form:
    response = await shop.ask("GET", path)
    return Form(shop, f"/api/{path}", response.headers["ETag"])


@pytest.fixture
async def product(shop: Shop) -> Form:
    await shop.product(sku=COLA["sku"])
    return await read(shop, "products/1/")


@pytest.fixture
async def promotion(shop: Shop, product: Form) -> Form:
    assert product
    await shop.promotion({"id": 1})
    return await read(shop, "promotions/1/")


class TestProducts:
    @pytest.mark.parametrize(
        ("method", "body"), [("PUT", COLA), ("PATCH", {"price": "19.00"}), ("DELETE", None)]
    )
    async def test_a_form_read_before_a_sale_is_refused(
        self, shop: Shop, product: Form, method: str, body: Any
    ) -> None:
        assert (await shop.allocate(({"id": 1}, 3))).status_code == 200
        assert answered(await product.save(method, body)) == CHANGED
        assert await shop.stock({"id": 1}) == 97

    @pytest.mark.parametrize(
        ("method", "body"), [("PUT", COLA), ("PATCH", {"price": "19.00"}), ("DELETE", None)]
    )
    async def test_a_form_that_is_still_true_is_saved(self, product: Form, method: str, body: Any) -> None:
        assert (await product.save(method, body)).is_success

    async def test_the_answer_of_a_change_has_the_next_etag(self, shop: Shop, product: Form) -> None:
        saved = await product.save("PATCH", {"price": "19.00", "weight": "1.5"})
        assert saved.headers["ETag"] == (await read(shop, "products/1/")).etag != product.etag
        assert (await product.save("PATCH", {"price": "20.00"}, etag=saved.headers["ETag"])).is_success
        assert (
            answered(await product.save("PATCH", {"price": "21.00"}, etag=saved.headers["ETag"])) == CHANGED
        )

    async def test_a_new_product_has_the_etag_of_its_detail(self, shop: Shop) -> None:
        made = await shop.ask("POST", "products/", json=COLA)
        assert made.headers["ETag"] == (await read(shop, "products/1/")).etag

    async def test_of_two_that_save_the_same_form_at_once_one_is_refused(self, product: Form) -> None:
        saves = [product.save("PATCH", {"price": f"{price}.00"}) for price in range(20, 25)]
        statuses = sorted(response.status_code for response in await asyncio.gather(*saves))
        assert statuses == [200, 412, 412, 412, 412]

    async def test_a_promotion_that_begins_does_not_make_a_form_stale(
        self, shop: Shop, product: Form, clock: FakeClock
    ) -> None:
        await shop.promotion({"id": 1}, start_date="2026-03-03")
        before = await read(shop, "products/1/")
        clock.advance(days=1)
        now = await read(shop, "products/1/")
        assert now.etag != before.etag  # the detail shows another price
        assert (await product.save("PATCH", {"name": "Cola"})).is_success

    async def test_a_caller_that_has_the_detail_gets_no_body(self, shop: Shop, product: Form) -> None:
        headers = {**shop.tokens.bearer(role="EMPLOYEE"), "If-None-Match": product.etag}
        response = await shop.client.get("/api/products/1/", headers=headers)
        assert (response.status_code, response.content) == (304, b"")

    async def test_a_product_that_does_not_exist_is_404_with_any_tag(self, shop: Shop) -> None:
        form = Form(shop, "/api/products/9/", "*")
        assert (await form.save("PATCH", {"price": "1.00"})).status_code == 404


class TestExpectedStock:
    @pytest.mark.parametrize(("method", "fields"), [("PUT", COLA), ("PATCH", {})])
    async def test_a_count_of_another_stock_is_refused(
        self, shop: Shop, product: Form, method: str, fields: Any
    ) -> None:
        assert product
        await shop.allocate(({"id": 1}, 3))
        body = {**fields, "current_stock": 100, "expected_stock": 100}
        assert answered(await shop.ask(method, "products/1/", json=body)) == stock_is(97)
        assert await shop.stock({"id": 1}) == 97

    async def test_a_count_of_the_expected_stock_is_saved(self, shop: Shop, product: Form) -> None:
        assert product
        await shop.allocate(({"id": 1}, 3))
        body = {"current_stock": 90, "expected_stock": 97}
        assert (await shop.ask("PATCH", "products/1/", json=body)).status_code == 200
        assert [line["change"] for line in await shop.history({"id": 1})] == [-7, -3, 100]

    async def test_another_stock_is_reported_beside_a_malformed_price(
        self, shop: Shop, product: Form
    ) -> None:
        assert product
        body = {"current_stock": 90, "expected_stock": 99, "price": "x"}
        response = await shop.ask("PATCH", "products/1/", json=body)
        assert answered(response) == (400, {"price": ["A valid number is required."], **stock_is(100)[1]})

    async def test_a_malformed_one_is_named(self, shop: Shop, product: Form) -> None:
        assert product
        response = await shop.ask("PATCH", "products/1/", json={"expected_stock": "many"})
        assert answered(response) == (400, {"expected_stock": ["A valid integer is required."]})

    async def test_of_two_counts_of_the_same_stock_at_once_one_is_refused(
        self, shop: Shop, product: Form
    ) -> None:
        assert product
        bodies = [{"current_stock": count, "expected_stock": 100} for count in (90, 95)]
        answers = await asyncio.gather(*(shop.ask("PATCH", "products/1/", json=body) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [200, 400]
        await shop.refuse_unbalanced()


class TestPromotions:
    @pytest.mark.parametrize(
        ("method", "body"),
        [("PUT", {**BLACK_FRIDAY, "product": 1}), ("PATCH", {"name": "Sale"}), ("DELETE", None)],
    )
    async def test_a_form_read_before_another_change_is_refused(
        self, promotion: Form, method: str, body: Any
    ) -> None:
        await promotion.save("PATCH", {"discount_percent": "10.00"})
        assert answered(await promotion.save(method, body)) == CHANGED

    @pytest.mark.parametrize(
        ("method", "body"),
        [("PUT", {**BLACK_FRIDAY, "product": 1}), ("PATCH", {"name": "Sale"}), ("DELETE", None)],
    )
    async def test_a_form_that_is_still_true_is_saved(self, promotion: Form, method: str, body: Any) -> None:
        assert (await promotion.save(method, body)).is_success

    async def test_the_answer_of_a_change_has_the_next_etag(self, shop: Shop, promotion: Form) -> None:
        saved = await promotion.save("PATCH", {"name": "Sale"})
        assert saved.headers["ETag"] == (await read(shop, "promotions/1/")).etag != promotion.etag
