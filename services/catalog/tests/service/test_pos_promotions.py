"""Promotions at the POS door, and their effect on prices (POS §18-19, contract §3)."""

import asyncio
from datetime import UTC, datetime

import pytest

from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from services.catalog.tests.builders import (
    BLACK_FRIDAY,
    NO_SUCH_ID,
    Shop,
)


async def test_a_promotion_is_created_as_documented(shop: Shop) -> None:
    product = await shop.product()
    body = {
        "name": "Summer Sale",
        "description": "Valid for frequent customers only",
        "discount_percent": 15.00,
        "start_date": "2026-06-01",
        "end_date": "2026-06-30",
        "target_audience": "FREQUENT_ONLY",
        "product": product["id"],
    }
    response = await shop.ask("POST", "promotions/", role="OWNER", json=body)
    read = {"id": 1, "discount_percent": "15.00", "is_active": False, "product_name": "Coca Cola 600ml"}
    expected = {**body, **read}
    assert (response.status_code, response.json()) == (201, expected)
    assert await shop.get("promotions/1/") == expected


async def test_a_promotion_is_for_all_unless_said_otherwise(shop: Shop) -> None:
    promotion = await shop.promotion(await shop.product())
    assert (promotion["target_audience"], promotion["description"]) == ("ALL", "")


async def test_all_missing_fields_are_named_at_once(shop: Shop) -> None:
    response = await shop.ask("POST", "promotions/", role="ADMIN", json={"target_audience": "VIP"})
    required = ["This field is required."]
    assert response.json() == {
        "name": required,
        "product": required,
        "discount_percent": required,
        "start_date": required,
        "end_date": required,
        "target_audience": ['"VIP" is not a valid choice.'],
    }


@pytest.mark.parametrize("product", [NO_SUCH_ID, 2**31, 2**63])
async def test_an_unknown_product_is_refused(shop: Shop, product: int) -> None:
    response = await shop.ask("POST", "promotions/", role="ADMIN", json={**BLACK_FRIDAY, "product": product})
    assert response.status_code == 400
    assert response.json() == {"product": [f'Invalid pk "{product}" - object does not exist.']}


async def test_a_promotion_cannot_end_before_it_starts(shop: Shop) -> None:
    body = {**BLACK_FRIDAY, "product": (await shop.product())["id"], "end_date": "2026-02-28"}
    response = await shop.ask("POST", "promotions/", role="ADMIN", json=body)
    assert response.status_code == 400
    assert response.json() == {
        "end_date": ["La fecha de finalización debe ser posterior a la fecha de inicio."]
    }


async def test_a_change_cannot_make_it_end_before_it_starts(shop: Shop) -> None:
    await shop.promotion(await shop.product())
    response = await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"end_date": "2026-02-28"})
    assert (response.status_code, list(response.json())) == (400, ["end_date"])


async def test_two_promotions_of_a_product_cannot_share_a_day(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2024-01-01", end_date="2024-01-05")
    body = {
        **BLACK_FRIDAY,
        "product": product["id"],
        "start_date": "2024-01-05",
        "end_date": "2024-01-09",
        "target_audience": "FREQUENT_ONLY",
    }
    response = await shop.ask("POST", "promotions/", role="ADMIN", json=body)
    assert response.status_code == 400
    assert response.json() == {
        "non_field_errors": [
            "Ya existe una promoción activa para este producto en las fechas seleccionadas "
            "(2024-01-01 a 2024-01-05)."
        ]
    }


async def test_promotions_may_follow_one_another(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2024-01-01", end_date="2024-01-05")
    assert (await shop.promotion(product, start_date="2024-01-06", end_date="2024-01-09"))["id"] == 2


async def test_promotions_of_two_products_may_share_days(shop: Shop) -> None:
    await shop.promotion(await shop.product())
    assert (await shop.promotion(await shop.product()))["id"] == 2


async def test_a_promotion_does_not_overlap_with_itself(shop: Shop) -> None:
    await shop.promotion(await shop.product())
    response = await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"end_date": "2026-03-09"})
    assert response.status_code == 200


async def test_a_change_cannot_make_it_overlap(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, start_date="2024-01-01", end_date="2024-01-05")
    await shop.promotion(product, start_date="2024-02-01", end_date="2024-02-05")
    response = await shop.ask("PATCH", "promotions/2/", role="ADMIN", json={"start_date": "2024-01-03"})
    assert (response.status_code, list(response.json())) == (400, ["non_field_errors"])


async def test_of_overlapping_promotions_at_once_one_wins(shop: Shop) -> None:
    body = {**BLACK_FRIDAY, "product": (await shop.product())["id"]}
    responses = await asyncio.gather(
        *(shop.ask("POST", "promotions/", role="ADMIN", json=body) for _ in range(8))
    )
    assert sorted(response.status_code for response in responses) == [201] + [400] * 7
    assert len(await shop.get("promotions/")) == 1


async def test_the_list_can_be_of_one_product(shop: Shop) -> None:
    first, second = await shop.product(), await shop.product()
    of_first, of_second = await shop.promotion(first), await shop.promotion(second)
    assert await shop.get("promotions/") == [of_first, of_second]
    assert await shop.get(f"promotions/?product={second['id']}") == [of_second]
    assert await shop.get(f"promotions/?product={NO_SUCH_ID}") == []


@pytest.mark.parametrize(
    ("when", "expected"), [("OVER", ["Before"]), ("RUNNING", ["Now"]), ("COMING", ["Later"])]
)
async def test_the_list_can_be_of_those_that_run_or_come_or_are_over(
    shop: Shop, when: str, expected: list[str]
) -> None:
    product = await shop.product()
    days = {"Before": "2026-03-01", "Now": "2026-03-02", "Later": "2026-03-03"}
    for name, day in days.items():
        await shop.promotion(product, name=name, start_date=day, end_date=day)
    listed = await shop.get(f"promotions/?when={when}")
    assert [promotion["name"] for promotion in listed] == expected
    assert [promotion["is_active"] for promotion in listed] == [when == "RUNNING"]


async def test_a_promotion_tells_what_its_product_is_called_now(shop: Shop) -> None:
    product = await shop.product(name="Jabón")
    promotion = await shop.promotion(product)
    assert promotion["product_name"] == "Jabón"
    await shop.ask("PATCH", f"products/{product['id']}/", json={"name": "Champú"})
    changed = await shop.ask("PATCH", "promotions/1/", role="ADMIN", json={"name": "Verano"})
    assert changed.json()["product_name"] == "Champú"
    assert (await shop.get("promotions/"))[0] == changed.json()


async def test_a_bad_product_filter_is_refused(shop: Shop) -> None:
    response = await shop.ask("GET", "promotions/?product=abc")
    assert (response.status_code, list(response.json())) == (400, ["product"])


async def test_put_leaves_what_it_does_not_name(shop: Shop) -> None:
    product = await shop.product()
    before = await shop.promotion(product, description="Todo", target_audience="FREQUENT_ONLY")
    body = {**BLACK_FRIDAY, "product": product["id"], "name": "Cyber Monday"}
    response = await shop.ask("PUT", "promotions/1/", role="ADMIN", json=body)
    assert (response.status_code, response.json()) == (200, {**before, "name": "Cyber Monday"})


async def test_a_promotion_is_deleted_and_the_price_is_normal_again(shop: Shop) -> None:
    product, other = await shop.product(), await shop.product()
    for each in (product, other):
        await shop.promotion(each)
    response = await shop.ask("DELETE", "promotions/1/", role="ADMIN")
    assert (response.status_code, response.content) == (204, b"")
    assert await shop.reading(product) == product
    assert [promotion["id"] for promotion in await shop.get("promotions/")] == [2]


async def test_the_promotions_of_a_deleted_product_are_gone(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product)
    await shop.ask("DELETE", f"products/{product['id']}/", role="ADMIN")
    assert await shop.get("promotions/") == []
    for method in ("GET", "PATCH", "DELETE"):
        gone = await shop.ask(method, "promotions/1/", role="ADMIN", json={})
        assert (gone.status_code, gone.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_promotion_is_not_found(shop: Shop, method: str) -> None:
    response = await shop.ask(method, f"promotions/{NO_SUCH_ID}/", role="ADMIN", json={})
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("utc", "discounted_price", "final_price"),
    [
        (datetime(2026, 11, 24, 5, 59, 59, tzinfo=UTC), None, "21.46"),
        (datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC), "9.25", "10.73"),
        (datetime(2026, 11, 27, 5, 59, 59, tzinfo=UTC), "9.25", "10.73"),
        (datetime(2026, 11, 27, 6, 0, 0, tzinfo=UTC), None, "21.46"),
    ],
)
async def test_the_price_falls_from_the_first_second_to_the_last_in_the_store(
    shop: Shop, clock: FakeClock, utc: datetime, discounted_price: str | None, final_price: str
) -> None:
    product = await shop.product(price="18.50")
    await shop.promotion(product, start_date="2026-11-24", end_date="2026-11-26")
    clock.set(utc)
    now = await shop.reading(product)
    assert (now["discounted_price"], now["final_price"]) == (discounted_price, final_price)
    promotion = await shop.get("promotions/1/")
    assert promotion["is_active"] is (discounted_price is not None)


async def test_a_promotion_for_frequent_customers_leaves_the_price_alone(shop: Shop) -> None:
    product = await shop.product()
    await shop.promotion(product, target_audience="FREQUENT_ONLY")
    assert await shop.reading(product) == product
