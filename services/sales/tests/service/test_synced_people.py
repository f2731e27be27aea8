"""Sales that are sent later, and their people: who bought, who sold, who sends (contract §8.6)."""

from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.outbox import events_in_outbox
from services.sales.deps import Deps
from services.sales.tests.builders import a_buyer, an_order
from services.sales.tests.fakes import FakeBuyers, FakeShoppers, FakeStock
from services.sales.tests.synced import a_sale, order_of, result

PAID = "sales.order_paid.v1"
UNKNOWN = {"customer": ['Invalid pk "404" - object does not exist.']}


@pytest.fixture
def sale(clock: FakeClock, shift: int) -> dict[str, Any]:
    """A sale of the shift to customer 404."""
    return a_sale(1, sold_at=clock(), customer=404)


@pytest.fixture
def discounted(clock: FakeClock, shift: int, shoppers: FakeShoppers) -> dict[str, Any]:
    """A sale of the shift by the OWNER with id 2, with a discount by hand. The sender `admin` has id 9."""
    shoppers.known[9] = "admin9"
    shoppers.supervisors = {2, 9}
    sale = a_sale(1, (15, 1, "92.80"), sold_at=clock(), sold_by=2)
    sale["items"][0] |= {"discount_percent": "20.00", "discount_reason": "Empaque roto"}
    return sale


async def test_a_sale_to_a_deleted_customer_is_booked_and_flagged(
    till: AsyncClient, register: int, sale: Any, buyers: FakeBuyers, deps: Deps
) -> None:
    buyers.deleted.add(404)
    told = await result(till, register, sale)
    assert (told["result"], told["flags"]) == ("created", ["CUSTOMER_DELETED"])
    order = await order_of(till, told)
    assert (order["customer"], order["customer_name"]) == (404, None)
    ((_, _, event),) = await events_in_outbox(deps.database, PAID)
    assert event["customer_id"] == 404


async def test_a_sale_to_a_customer_who_never_was_is_held_and_moves_nothing(
    till: AsyncClient, register: int, sale: Any, stock: FakeStock, deps: Deps
) -> None:
    for _ in range(2):
        told = await result(till, register, sale)
        assert (told["result"], told["order"], told["errors"]) == ("held", None, UNKNOWN)
    assert stock.products[15].stock == 1_000
    assert await events_in_outbox(deps.database, PAID) == []
    (row,) = (await till.get("/api/sync/registers/")).json()
    assert (row["last_seq"], row["gaps"]) == (1, [])


async def test_it_is_booked_once_the_customer_is_mended(
    till: AsyncClient, admin: AsyncClient, register: int, sale: Any
) -> None:
    await result(till, register, sale)
    (row,) = (await admin.get("/api/sync/held/")).json()
    path = f"/api/sync/held/{row['id']}/retry/"
    assert (await admin.post(path, json={})).json()["errors"] == UNKNOWN
    booked = (await admin.post(path, json={"sale": {**sale, "customer": 1}})).json()
    assert (booked["result"], booked["flags"]) == ("created", [])
    assert (await order_of(till, booked))["customer_name"] == "Maria González"


async def test_it_is_booked_when_the_customer_is_known_by_then(
    till: AsyncClient, admin: AsyncClient, register: int, sale: Any, buyers: FakeBuyers
) -> None:
    await result(till, register, sale)
    (row,) = (await admin.get("/api/sync/held/")).json()
    buyers.known[404] = a_buyer(404)
    booked = (await admin.post(f"/api/sync/held/{row['id']}/retry/", json={})).json()
    assert (booked["result"], booked["flags"]) == ("created", [])


async def test_the_till_may_place_it_as_an_order_instead(
    till: AsyncClient, register: int, sale: Any, stock: FakeStock
) -> None:
    await result(till, register, sale)
    placed = await till.post("/api/orders/", json={**an_order(), "client_id": sale["client_id"]})
    assert placed.status_code == 201
    assert stock.products[15].stock == 999


async def test_a_pending_order_is_not_paid_for_a_customer_who_never_was(
    till: AsyncClient, register: int, sale: Any, stock: FakeStock
) -> None:
    placed = await till.post("/api/orders/", json={**an_order((15, 3)), "client_id": sale["client_id"]})
    told = await result(till, register, sale)
    assert (told["result"], told["errors"]) == ("held", UNKNOWN)
    order = await order_of(till, {"order": placed.json()["id"]})
    assert (order["status"], order["customer"], stock.products[15].stock) == ("PENDING", None, 997)


async def test_one_that_was_undone_names_whom_the_till_named(
    till: AsyncClient, register: int, sale: Any
) -> None:
    told = await result(till, register, {**sale, "payments": [], "voided_at": sale["sold_at"]})
    assert (told["result"], (await order_of(till, told))["customer"]) == ("voided", 404)


@pytest.mark.parametrize("seller", [2, 9])
async def test_a_discount_by_hand_of_a_supervisor_that_one_has_sent_needs_no_approval(
    admin: AsyncClient, register: int, discounted: Any, seller: int
) -> None:
    told = await result(admin, register, {**discounted, "sold_by": seller})
    assert (told["result"], told["flags"]) == ("created", [])


async def test_who_sends_does_not_gain_the_rights_of_whom_they_name_as_seller(
    till: AsyncClient, register: int, discounted: Any
) -> None:
    told = await result(till, register, discounted)
    assert (told["result"], told["flags"]) == ("created", ["UNAPPROVED"])
    assert (await order_of(till, told))["user"] == 2


async def test_a_supervisor_who_sends_a_discount_of_an_employee_has_not_approved_it(
    admin: AsyncClient, register: int, discounted: Any
) -> None:
    assert (await result(admin, register, {**discounted, "sold_by": 1}))["flags"] == ["UNAPPROVED"]
