"""Sales that POST /api/sync/sales/ holds, and batches that are none (contract §8.6)."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from services.sales.deps import Deps
from services.sales.tests.shifts import a_register
from services.sales.tests.synced import a_sale, result, results


@pytest.fixture
def sold(clock: FakeClock) -> Any:
    """Makes sales of now."""
    return lambda seq=1, *items, **more: a_sale(seq, *items, sold_at=clock(), **more)


async def numbers(till: AsyncClient, register: int) -> tuple[int, Any]:
    """The register's highest number, and its gaps."""
    (row,) = (await till.get("/api/sync/registers/")).json()
    assert row["register"] == register
    return row["last_seq"], row["gaps"]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        (
            {"payments": [{"payment_method": "CASH", "amount": "100.00"}]},
            {"payments": ["La suma de los pagos ($100.00) no es el total ($116.00)."]},
        ),
        (
            {"payments": [{"payment_method": "POINTS", "amount": "116.00"}]},
            {"payments": ["POINTS no se puede cobrar sin conexión."]},
        ),
        (
            {
                "items": [
                    {"product_id": 15, "quantity": 1, "unit_total": price} for price in ("100.00", "16.00")
                ]
            },
            {"items": ["El producto 15 aparece con dos precios."]},
        ),
        ({"payments": []}, {"payments": ["This field is required."]}),
        (
            {"items": [{"product_id": 99, "quantity": 1, "unit_total": "116.00"}]},
            {"items": ['Invalid pk "99" - object does not exist.']},
        ),
        ({"sold_at": "ayer"}, None),
        ({"sold_by": 2**31}, {"sold_by": ['Invalid pk "2147483648" - object does not exist.']}),
        ({"client_id": "no-uuid"}, {"client_id": ["Must be a valid UUID."]}),
        ({"client_id": None}, {"client_id": ["This field is required."]}),
    ],
)
async def test_what_cannot_be_booked_is_held_once_and_its_number_has_arrived(
    till: AsyncClient, register: int, sold: Any, deps: Deps, change: Any, errors: Any
) -> None:
    sale, good = {**sold(1), **change}, sold(2)
    for again in (False, True):
        held, booked = await results(till, register, sale, good)
        assert (held["result"], held["order"]) == ("held", None)
        assert held["client_id"] == sale["client_id"]
        assert booked["result"] == ("duplicate" if again else "created")
        assert held["errors"] == errors or errors is None
    assert await deps.database.fetch_value("select count(*) from synced_sales") == 2
    assert await numbers(till, register) == (2, [])


@pytest.mark.parametrize("sale", ["venta", None, 7, [], {}, {"note": "a\0b"}, {"seq": 10**30}])
async def test_what_is_no_sale_at_all_is_held_and_listed(
    till: AsyncClient, admin: AsyncClient, register: int, sold: Any, sale: Any
) -> None:
    assert [each["result"] for each in await results(till, register, sale, sold())] == ["held", "created"]
    listed = await admin.get("/api/sync/held/")
    assert (listed.status_code, len(listed.json())) == (200, 1)


async def test_a_text_that_was_cut_within_a_character_refuses_no_sale(
    till: AsyncClient, register: int, sold: Any
) -> None:
    cut = {**sold(1), "void_reason": "Se cayó \ud83d"}
    body = json.dumps({"register": register, "sales": [cut, sold(2)]})
    answer = await till.post("/api/sync/sales/", content=body)
    assert [each["result"] for each in answer.json()["results"]] == ["created", "created"]


async def test_sales_of_an_unknown_or_inactive_register_are_held(
    till: AsyncClient, admin: AsyncClient, register: int, sold: Any
) -> None:
    inactive = await a_register(admin, "Caja 2")
    await admin.patch(f"/api/registers/{inactive}/", json={"is_active": False})
    unknown = await result(till, 404, sold())
    assert unknown["errors"] == {"register": ['Invalid pk "404" - object does not exist.']}
    refused = await result(till, inactive, sold())
    assert refused["errors"] == {"register": ["La caja está inactiva."]}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"register": ["This field is required."], "sales": ["This field is required."]}),
        ({"register": 1, "sales": []}, {"sales": ["This list may not be empty."]}),
        (
            {"register": 1, "sales": [{}] * 101},
            {"sales": ["Ensure this field has no more than 100 elements."]},
        ),
    ],
)
async def test_a_batch_that_is_none_is_refused(till: AsyncClient, body: Any, errors: Any) -> None:
    answer = await till.post("/api/sync/sales/", json=body)
    assert (answer.status_code, answer.json()) == (400, errors)


async def test_a_batch_with_its_key_gets_the_first_answer(
    till: AsyncClient, register: int, sold: Any
) -> None:
    sale, key = sold(1), {"Idempotency-Key": "batch-1"}
    batch = {"register": register, "sales": [sale]}
    first = await till.post("/api/sync/sales/", json=batch, headers=key)
    again = await till.post("/api/sync/sales/", json=batch, headers=key)
    assert (again.status_code, again.content) == (200, first.content)
    assert (await result(till, register, sale))["result"] == "duplicate"
    other = await till.post("/api/sync/sales/", json={**batch, "sales": [sold(2)]}, headers=key)
    assert other.status_code == 422
