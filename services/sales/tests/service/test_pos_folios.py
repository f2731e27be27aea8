"""The order of a ticket is found by `folio=` (contract §8.3)."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from services.sales.deps import Deps
from services.sales.tests.builders import checked_out, placed
from services.sales.tests.fakes import Folios
from services.sales.tests.shifts import a_register

CLIENT_ID = UUID("f47ac10b-58cc-4372-a567-0e02b2c3d479")


@pytest.fixture
async def order_id(till: AsyncClient, admin: AsyncClient, deps: Deps) -> int:
    """An order that a till has sold as BAR-000123, whose printed folio another order had."""
    order: int = (await placed(till))["id"]
    register = await a_register(admin, series="bar")
    await a_register(admin, "Caja 2")
    await deps.database.execute(
        "update orders set client_id = %s, register_id = %s, seq = 123 where id = %s",
        [CLIENT_ID, register, order],
    )
    await placed(till)
    return order


async def found(till: AsyncClient, folio: str) -> list[int]:
    answer = await till.get("/api/orders/", params={"folio": folio})
    assert answer.status_code == 200, answer.text
    return [order["id"] for order in answer.json()]


@pytest.mark.parametrize(
    "folio",
    ["00000001", "F47AC10B", "f47ac10b", " f47ac10b ", str(CLIENT_ID), str(CLIENT_ID).upper(), "bar-000123"],
)
async def test_an_order_is_found_by_what_its_ticket_says(
    till: AsyncClient, order_id: int, folio: str
) -> None:
    assert await found(till, folio) == [order_id]


async def test_an_order_is_found_by_its_uuid(till: AsyncClient, order_id: int, deps: Deps) -> None:
    order_uuid = await deps.database.fetch_value("select uuid from orders where id = %s", [order_id])
    assert await found(till, str(order_uuid)) == [order_id]


@pytest.mark.parametrize(
    "folio", ["F47AC10", "0000000", "C2-000123", "BAR-000124", "BAR-00123", "nothing", "D-000123"]
)
async def test_nothing_else_is_found(till: AsyncClient, order_id: int, folio: str) -> None:
    assert await found(till, folio) == []


async def test_an_order_of_the_web_is_not_found(
    till: AsyncClient, shopper: AsyncClient, folios: Folios
) -> None:
    folios.next = ["0A0B0C0D"]
    await checked_out(shopper)
    assert await found(till, "0a0b0c0d") == []
