"""A paid order earns its customer points exactly once, and ledger and balance agree."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from httpx import AsyncClient

from libs.common.contracts.customers import PointsChanged
from libs.common.messaging.inbox import take_in
from libs.testing.clock import FakeClock
from libs.testing.links import rest_of
from libs.testing.locks import in_turn
from libs.testing.outbox import events_in_outbox, models_in_outbox
from libs.testing.pos import NOT_FOUND
from libs.testing.received import received
from services.customers.consumers import subscriptions
from services.customers.deps import Deps
from services.customers.domain.customers import CustomerNotFound
from services.customers.tests.builders import (
    NO_SUCH_ID,
    a_customer,
    a_paid_order,
    customer_path,
    pay,
    points_ledger,
    reading,
)

BALANCES = """
select current_points as balance,
  coalesce((select sum(amount) from points_ledger where customer_id = customers.id), 0)::int as ledger
from customers order by id
"""


class TestAPaidOrder:
    async def test_earns_one_percent(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await pay(deps, a_paid_order(maria["id"], final_amount="250.00"))
        assert (await reading(client, maria["id"]))["current_points"] == 3

    async def test_settles_what_is_owed_by_a_return_that_it_waits_for(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        maria = await a_customer(client)
        await in_turn(
            deps.database,
            "update customers set points_owed = 2 where id = %s",
            pay(deps, a_paid_order(maria["id"], final_amount="250.00")),
            given=[maria["id"]],
        )
        now = await reading(client, maria["id"])
        assert (now["current_points"], now["points_owed"]) == (1, 0)

    async def test_leaves_a_line_in_the_ledger(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        paid_at = datetime(2026, 3, 2, 17, 30, 59, tzinfo=UTC)
        await pay(deps, a_paid_order(maria["id"], ticket_folio="F47AC10B", paid_at=paid_at))
        assert await points_ledger(client, maria["id"]) == [
            {
                "id": 1,
                "amount": 2,
                "transaction_type": "EARN",
                "description": "Compra F47AC10B",
                "user": 7,
                "created_at": "2026-03-02T17:30:59Z",
            }
        ]

    async def test_too_small_for_a_point_leaves_no_line(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await pay(deps, a_paid_order(maria["id"], final_amount="49.99"))
        assert await points_ledger(client, maria["id"]) == []

    async def test_without_a_customer_earns_nobody_anything(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        of_nobody = a_paid_order(None)
        of_the_web_shop = {"channel": "WEB", "payment_method": "WEB", "user_id": maria["id"]}
        for order in (of_nobody, a_paid_order(None).model_copy(update=of_the_web_shop)):
            await pay(deps, order)
        assert (await reading(client, maria["id"]))["current_points"] == 0

    async def test_of_a_deleted_customer_still_earns(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await client.delete(customer_path(maria["id"]))
        await pay(deps, a_paid_order(maria["id"]))
        assert await balances(deps) == [(2, 2)]

    async def test_of_a_customer_that_never_was_is_kept_for_the_dead_letters(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        maria = await a_customer(client)
        with pytest.raises(CustomerNotFound):
            await pay(deps, a_paid_order(maria["id"]), a_paid_order(NO_SUCH_ID))
        assert await balances(deps) == [(0, 0)]

    async def test_of_any_size_is_booked(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        huge = [a_paid_order(maria["id"], final_amount="9999999999.99") for _ in range(50)]
        await pay(deps, *huge)
        assert (await reading(client, maria["id"]))["current_points"] == 50 * 100_000_000

    async def test_is_published_with_the_balance_after_it(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        order = a_paid_order(maria["id"], final_amount="250.00")
        await pay(deps, order)
        (event,) = await events_in_outbox(deps.database, "customers.points_changed.v1")
        assert event.subject == "customer/1"
        assert event.data == {
            "customer_id": 1,
            "change": 3,
            "current_points": 3,
            "transaction_type": "EARN",
            "ledger_id": 1,
            "reference": str(order.order_uuid),
            "user_id": 7,
            "changed_at": "2026-03-02T18:00:00Z",
        }


class TestTheSameOrderAgain:
    async def test_as_the_same_event_three_times_acts_once(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        events = [received(a_paid_order(maria["id"]))]
        for _ in range(3):
            await take_in(deps.database, subscriptions(deps.settings.store_timezone), events)
        assert await balances(deps) == [(2, 2)]

    async def test_as_the_same_event_to_three_workers_at_once_acts_once(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        maria = await a_customer(client)
        events = [received(a_paid_order(maria["id"]))]
        table = subscriptions(deps.settings.store_timezone)
        await asyncio.gather(*(take_in(deps.database, table, events) for _ in range(3)))
        assert await balances(deps) == [(2, 2)]

    async def test_under_another_event_id_acts_once(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        order = a_paid_order(maria["id"], order_uuid=UUID(int=1))
        await pay(deps, order)
        await pay(deps, order, order)
        assert await balances(deps) == [(2, 2)]
        assert len(await models_in_outbox(deps.database, PointsChanged)) == 1


class TestManyOrders:
    async def test_of_many_customers_in_one_batch_all_earn(self, client: AsyncClient, deps: Deps) -> None:
        ids = [(await a_customer(client, phone_number=f"55{n}", email=None))["id"] for n in range(3)]
        await pay(deps, *(a_paid_order(customer) for customer in ids * 4))
        assert await balances(deps) == [(8, 8)] * 3

    async def test_of_one_batch_are_published_each_with_the_balance_after_it(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        maria = await a_customer(client)
        other = await a_customer(client, phone_number="55", email=None)
        await pay(deps, a_paid_order(maria["id"], final_amount="1000.00"))
        await pay(
            deps,
            a_paid_order(maria["id"], final_amount="200.00"),
            a_paid_order(other["id"], final_amount="700.00"),
            a_paid_order(maria["id"], final_amount="49.99"),
            a_paid_order(maria["id"], final_amount="300.00"),
        )
        events = await models_in_outbox(deps.database, PointsChanged)
        assert [(event.customer_id, event.change, event.current_points) for event in events] == [
            (maria["id"], 10, 10),
            (maria["id"], 2, 12),
            (other["id"], 7, 7),
            (maria["id"], 3, 15),
        ]

    async def test_in_batches_at_once_lose_nothing_and_never_deadlock(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        ids = [(await a_customer(client, phone_number=f"55{n}", email=None))["id"] for n in range(4)]
        batches = [[a_paid_order(customer) for customer in order] for order in (ids, ids[::-1]) * 5]
        await asyncio.gather(*(pay(deps, *batch) for batch in batches))
        assert await balances(deps) == [(20, 20)] * 4

    async def test_paid_while_the_customer_is_changed_keep_both(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        maria = await a_customer(client)
        path = customer_path(maria["id"])
        payments = (pay(deps, a_paid_order(maria["id"])) for _ in range(5))
        changes = (client.patch(path, json={"first_name": f"Maria {n}"}) for n in range(5))
        await asyncio.gather(*payments, *changes)
        assert await balances(deps) == [(10, 10)]


class TestHistory:
    async def test_shows_the_newest_first_in_whatever_order_it_was_heard(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        maria = await a_customer(client)
        noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
        for hours, folio in [(2, "THIRD"), (0, "FIRST"), (1, "SECOND")]:
            paid_at = noon + timedelta(hours=hours)
            await pay(deps, a_paid_order(maria["id"], ticket_folio=folio, paid_at=paid_at))
        ledger = await points_ledger(client, maria["id"])
        assert [line["description"] for line in ledger] == ["Compra THIRD", "Compra SECOND", "Compra FIRST"]

    async def test_lines_of_one_second_stand_in_the_order_in_which_they_were_entered(
        self, client: AsyncClient, deps: Deps, clock: FakeClock
    ) -> None:
        maria = await a_customer(client)
        paid_at = clock()
        clock.advance(milliseconds=900)
        by_hand = {"amount": 50, "transaction_type": "EARN", "description": "Bienvenida"}
        await client.post(customer_path(maria["id"]) + "points/", json=by_hand)
        await pay(deps, a_paid_order(maria["id"], ticket_folio="LAST", paid_at=paid_at))
        ledger = await points_ledger(client, maria["id"])
        assert [line["description"] for line in ledger] == ["Compra LAST", "Bienvenida"]

    async def test_pages_and_says_how_many_lines_there_are(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        await pay(deps, *(a_paid_order(maria["id"]) for _ in range(3)))
        path = customer_path(maria["id"]) + "history/"
        response = await client.get(path, params={"limit": 2})
        assert len(response.json()) == 2
        assert response.headers["X-Total-Count"] == "3"
        await pay(deps, a_paid_order(maria["id"]))  # a newer line is no reason to show one twice
        assert await rest_of(client, response) == [1]

    async def test_of_a_customer_without_points_is_empty(self, client: AsyncClient) -> None:
        maria = await a_customer(client)
        response = await client.get(customer_path(maria["id"]) + "history/")
        assert (response.json(), response.headers["X-Total-Count"]) == ([], "0")

    async def test_shows_nobody_elses_lines(self, client: AsyncClient, deps: Deps) -> None:
        maria = await a_customer(client)
        other = await a_customer(client, phone_number="55", email=None)
        await pay(deps, a_paid_order(other["id"]))
        assert await points_ledger(client, maria["id"]) == []

    async def test_of_an_unknown_id_is_not_found(self, client: AsyncClient) -> None:
        response = await client.get(customer_path(NO_SUCH_ID) + "history/")
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


async def test_the_database_itself_refuses_a_balance_below_zero(client: AsyncClient, deps: Deps) -> None:
    await a_customer(client)
    with pytest.raises(psycopg.errors.CheckViolation):
        await deps.database.execute("update customers set current_points = current_points - 1")


async def balances(deps: Deps) -> list[tuple[int, int]]:
    """For each customer: the balance, and the sum of the ledger."""
    rows = await deps.database.fetch_dicts(BALANCES)
    return [(row["balance"], row["ledger"]) for row in rows]
