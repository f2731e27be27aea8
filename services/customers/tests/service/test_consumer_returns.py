"""Goods that come back at a till take the points of their order with them (contract §8.3, §8.8)."""

import asyncio
from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from libs.common.contracts.customers import PointsChanged
from libs.common.contracts.sales import OrderPaid, OrderReturned
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox, models_in_outbox
from services.customers.deps import Deps
from services.customers.domain.customers import CustomerNotFound
from services.customers.tests.builders import (
    NO_SUCH_ID,
    a_customer,
    a_paid_order,
    a_return,
    customer_path,
    has,
    hear,
    owed,
    points_ledger,
    reading,
)
from services.customers.tests.charging import Sales

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")


pytestmark = pytest.mark.usefixtures("maria")


async def give(
    client: AsyncClient, transaction_type: str, amount: int, *, headers: dict[str, str] | None = None
) -> int:
    """Move points by hand; the balance after it."""
    body = {"amount": amount, "transaction_type": transaction_type, "description": "x"}
    response = await client.post(customer_path(1) + "points/", json=body, headers=headers)
    assert response.status_code == 201, response.text
    balance: int = response.json()["new_balance"]
    return balance


class TestAReturn:
    @pytest.mark.parametrize(
        ("kept", "points"), [("1000.00", 10), ("999.99", 10), ("949.99", 9), ("49.99", 0), ("0.00", 0)]
    )
    async def test_leaves_the_points_that_the_kept_part_would_have_earned(
        self, deps: Deps, kept: str, points: int
    ) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        await hear(deps, order)
        await hear(deps, a_return(order, kept_amount=kept))
        assert await owed(deps) == (points, 0)

    async def test_leaves_a_line_in_the_ledger(self, client: AsyncClient, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        await hear(deps, order)
        returned_at = datetime(2026, 3, 9, 16, 20, 5, tzinfo=UTC)
        await hear(deps, a_return(order, kept_amount="700.00", returned_at=returned_at))
        assert (await points_ledger(client, 1))[0] == {
            "id": 2,
            "amount": -3,
            "transaction_type": "ADJUSTMENT",
            "description": "Puntos retirados por devolución F47AC10B",
            "user": 3,
            "created_at": "2026-03-09T16:20:05Z",
        }

    async def test_is_published_with_the_balance_after_it(self, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="1000.00", order_uuid=ORDER)
        await hear(deps, order)
        await hear(deps, a_return(order, kept_amount="700.00"))
        _, event = await events_in_outbox(deps.database, "customers.points_changed.v1")
        assert event.data == {
            "customer_id": 1,
            "change": -3,
            "current_points": 7,
            "transaction_type": "ADJUSTMENT",
            "ledger_id": 2,
            "reference": str(ORDER),
            "user_id": 3,
            "changed_at": "2026-03-09T16:20:00Z",
        }

    async def test_of_an_order_without_a_customer_takes_nothing(self, deps: Deps) -> None:
        await has(deps, current_points=10)
        await hear(deps, a_return(a_paid_order(None)))
        assert await owed(deps) == (10, 0)

    async def test_of_an_order_that_earned_nothing_takes_nothing(self, deps: Deps) -> None:
        await has(deps, current_points=10)
        order = a_paid_order(1, final_amount="49.99")
        await hear(deps, order, a_return(order))
        assert await owed(deps) == (10, 0)

    async def test_of_a_deleted_customer_takes_the_points(self, client: AsyncClient, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        await hear(deps, order)
        await client.delete(customer_path(1))
        await hear(deps, a_return(order))
        assert await owed(deps) == (0, 0)

    async def test_of_a_customer_that_never_was_is_kept_for_the_dead_letters(self, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        await hear(deps, order)
        with pytest.raises(CustomerNotFound):
            await hear(deps, a_return(order), a_return(a_paid_order(NO_SUCH_ID)))
        assert await owed(deps) == (10, 0)


class TestReturnsOfAnOrder:
    async def test_heard_twice_and_by_three_workers_at_once_act_once(self, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        await hear(deps, order)
        event = a_return(order, kept_amount="500.00")
        await asyncio.gather(*(hear(deps, event, event) for _ in range(3)))
        assert await owed(deps) == (5, 0)
        assert len(await models_in_outbox(deps.database, PointsChanged)) == 2

    @pytest.mark.parametrize("heard", list(permutations(range(4))))
    async def test_heard_in_any_order_and_before_the_sale_end_in_the_same(
        self, deps: Deps, heard: tuple[int, ...]
    ) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        kept = ("800.00", "333.33", "270.00")
        events: list[OrderPaid | OrderReturned] = [
            order,
            *(a_return(order, kept_amount=amount) for amount in kept),
        ]
        for index in heard:
            await hear(deps, events[index])
        assert await owed(deps) == (3, 0)
        assert sum(event.change for event in await models_in_outbox(deps.database, PointsChanged)) == 3

    @pytest.mark.parametrize("is_one_batch", [False, True])
    @pytest.mark.parametrize("heard", list(permutations(range(2))))
    async def test_that_keep_the_same_points_took_them_with_the_first_in_whatever_order_heard(
        self, client: AsyncClient, deps: Deps, heard: tuple[int, ...], *, is_one_batch: bool
    ) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        first, later = (datetime(2026, 3, 9, hour, tzinfo=UTC) for hour in (16, 17))
        returns = [
            a_return(order, kept_amount="49.99", returned_at=first),
            a_return(order, kept_amount="0.00", returned_at=later),
        ]
        in_order = [returns[index] for index in heard]
        for batch in [in_order] if is_one_batch else [[each] for each in in_order]:
            await hear(deps, *batch)
        await hear(deps, order)
        lines = await points_ledger(client, 1)
        assert [line["created_at"] for line in lines if line["amount"] < 0] == ["2026-03-09T16:00:00Z"]

    async def test_in_one_batch_with_the_sale_end_in_the_same(self, deps: Deps) -> None:
        order, other = (a_paid_order(1, final_amount="1000.00") for _ in range(2))
        later = datetime(2026, 3, 10, tzinfo=UTC)
        kept = (
            a_return(order, kept_amount="200.00", returned_at=later),
            a_return(order, kept_amount="600.00"),
        )
        await hear(deps, *kept, order, a_return(other), other)
        assert await owed(deps) == (2, 0)
        balances = [event.current_points for event in await models_in_outbox(deps.database, PointsChanged)]
        assert (balances[:2], balances[-1]) == ([10, 20], 2)

    async def test_of_two_orders_in_one_batch_take_what_is_there_one_after_the_other(
        self, sales: Sales, deps: Deps
    ) -> None:
        first, later = (
            a_paid_order(1, final_amount="1000.00", order_uuid=UUID(int=number)) for number in (2, 1)
        )
        await hear(deps, first, later)
        assert (await sales.charge(points=8)).status_code == 200
        at_four, at_five = (datetime(2026, 3, 9, hour, tzinfo=UTC) for hour in (16, 17))
        await hear(deps, a_return(later, returned_at=at_five), a_return(first, returned_at=at_four))
        told = (await models_in_outbox(deps.database, PointsChanged))[-2:]
        assert [(event.reference, event.change, event.current_points) for event in told] == [
            (first.order_uuid, -10, 2),
            (later.order_uuid, -2, 0),
        ]

    async def test_of_many_customers_at_once_never_deadlock(self, client: AsyncClient, deps: Deps) -> None:
        ids = [1, *[(await a_customer(client, phone_number=f"55{n}", email=None))["id"] for n in range(3)]]
        orders = [a_paid_order(customer) for customer in ids for _ in range(5)]
        await hear(deps, *orders)
        returns = [a_return(order) for order in orders]
        batches = [returns[start::5] for start in range(5)]
        await asyncio.gather(*(hear(deps, *batch) for batch in (*batches, returns[::-1])))
        assert [await owed(deps, customer) for customer in ids] == [(0, 0)] * 4


class TestPointsThatWereSpentBefore:
    """Ten points were earned and eight of them spent, then everything came back."""

    @pytest.fixture(autouse=True)
    async def eight_are_owed(self, maria: dict[str, Any], sales: Sales, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="1000.00")
        await hear(deps, order)
        assert (await sales.charge(points=8)).status_code == 200
        await hear(deps, a_return(order))
        assert await owed(deps) == (0, 8)

    async def test_are_owed_and_shown(self, client: AsyncClient) -> None:
        seen = await reading(client, 1)
        assert (seen["current_points"], seen["points_owed"]) == (0, 8)
        (listed,) = (await client.get("/api/customers/")).json()
        assert listed["points_owed"] == 8

    async def test_are_taken_from_the_next_points_that_an_order_earns(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        later = datetime(2026, 3, 10, 18, tzinfo=UTC)
        first = a_paid_order(1, final_amount="300.00")
        await hear(deps, first, a_paid_order(1, final_amount="200.00", paid_at=later))
        assert await owed(deps) == (0, 3)
        settled, *_ = await points_ledger(client, 1)
        assert (settled["amount"], settled["created_at"]) == (-5, "2026-03-10T18:00:00Z")
        await hear(deps, a_paid_order(1, final_amount="400.00", paid_at=later))
        assert await owed(deps) == (1, 0)
        settled, earned, *_ = await points_ledger(client, 1)
        assert (earned["amount"], earned["transaction_type"]) == (4, "EARN")
        assert (settled["amount"], settled["transaction_type"], settled["description"]) == (
            -3,
            "ADJUSTMENT",
            "Puntos adeudados por devoluciones",
        )

    async def test_are_taken_from_the_points_of_each_customer_alone(
        self, client: AsyncClient, sales: Sales, deps: Deps
    ) -> None:
        jose, ana = [
            (await a_customer(client, phone_number=phone, email=None))["id"] for phone in ("551", "552")
        ]
        order = a_paid_order(jose, final_amount="400.00")
        await hear(deps, order)
        assert (await sales.charge(jose, points=4)).status_code == 200
        await hear(deps, a_return(order))
        earned = {1: "300.00", jose: "500.00", ana: "100.00"}
        await hear(deps, *(a_paid_order(who, final_amount=amount) for who, amount in earned.items()))
        assert [await owed(deps, who) for who in earned] == [(0, 5), (1, 0), (1, 0)]

    async def test_are_taken_once_from_points_given_by_hand_whose_answer_is_lost(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        key = {"Idempotency-Key": "gift-1"}
        assert await give(client, "EARN", 10, headers=key) == 2
        await lose_answers(deps.database)
        assert await give(client, "EARN", 10, headers=key) == 2
        assert await owed(deps) == (2, 0)

    async def test_are_taken_from_points_given_by_hand(self, client: AsyncClient, deps: Deps) -> None:
        assert await give(client, "EARN", 5) == 0
        assert await owed(deps) == (0, 3)
        assert await give(client, "EARN", 5) == 2
        assert await owed(deps) == (2, 0)
        newest = (await models_in_outbox(deps.database, PointsChanged))[-2:]
        assert [(event.change, event.current_points) for event in newest] == [(5, 5), (-3, 2)]

    async def test_are_not_taken_from_adjustments(self, client: AsyncClient, deps: Deps) -> None:
        assert await give(client, "ADJUSTMENT", 5) == 5
        assert await give(client, "REDEEM", 2) == 3
        assert await owed(deps) == (3, 8)

    async def test_are_taken_once_by_a_request_that_is_repeated(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        body = {"amount": 10, "transaction_type": "EARN", "description": "x"}
        path, key = customer_path(1) + "points/", {"Idempotency-Key": "gift-1"}
        answers = await asyncio.gather(*(client.post(path, json=body, headers=key) for _ in range(2)))
        assert [answer.json()["new_balance"] for answer in answers] == [2, 2]
        assert await owed(deps) == (2, 0)

    async def test_are_taken_once_by_gifts_at_once(self, client: AsyncClient, deps: Deps) -> None:
        await asyncio.gather(*(give(client, "EARN", 3) for _ in range(4)))
        assert await owed(deps) == (4, 0)

    async def test_are_taken_from_points_that_come_back(self, sales: Sales, deps: Deps) -> None:
        await deps.database.execute("update charges set points = 9 where points = 8")  # one more to give back
        charge_id = await deps.database.fetch_value("select id from charges")
        refunds = [await sales.refund(charge_id, points=points) for points in (5, 4)]
        assert [refund.status_code for refund in refunds] == [200, 200]
        assert await owed(deps) == (1, 0)
        newest = (await models_in_outbox(deps.database, PointsChanged))[-2:]
        assert [(event.change, event.current_points) for event in newest] == [(4, 4), (-3, 1)]

    async def test_are_settled_by_an_order_whose_return_was_heard_before_it(self, deps: Deps) -> None:
        order = a_paid_order(1, final_amount="500.00")
        await hear(deps, a_return(order, kept_amount="200.00"))
        await hear(deps, order)
        assert await owed(deps) == (0, 6)


async def test_the_ledger_of_what_is_owed_has_a_line_for_each_change(
    client: AsyncClient, sales: Sales, deps: Deps
) -> None:
    order = a_paid_order(1, final_amount="1000.00", order_uuid=ORDER)
    await hear(deps, order)
    await sales.charge(points=8)
    await hear(deps, a_return(order))
    await give(client, "EARN", 3)
    lines = await deps.database.fetch_dicts("select amount, order_uuid from points_owed_ledger order by id")
    assert lines == [{"amount": 8, "order_uuid": ORDER}, {"amount": -3, "order_uuid": None}]
