"""Builders for the tests of customers: a customer, paid orders, answers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID, uuid4

from httpx import AsyncClient

from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.sales import OrderPaid, OrderReturned
from libs.common.messaging.inbox import take_in
from libs.testing.outbox import models_in_outbox
from libs.testing.received import received
from services.customers.consumers import subscriptions
from services.customers.deps import Deps
from services.customers.usecases.credit.ledger import ADDED_TO_DEBT

CUSTOMERS = "/api/customers/"
MARIA = {
    "first_name": "Maria",
    "last_name": "González",
    "phone_number": "5544332211",
    "email": "maria.gonzalez@email.com",
    "birth_date": "1995-08-20",
}
FISCAL: dict[str, Any] = {
    "rfc": "MAB9307148T4",
    "razon_social": "Abarrotes María",
    "regimen_fiscal": "601",
    "uso_cfdi": "G03",
    "cp_fiscal": "06000",
}
NO_SUCH_ID = 999
BALANCES = """
select current_points, points_owed, credit_used from customers where id = %(id)s
"""
# What the ledgers say. It is also the check of an operator: services/customers/README.md.
LEDGERS: LiteralString = f"""
select
  coalesce((select sum(amount) from points_ledger where customer_id = %(id)s), 0)::bigint as current_points,
  coalesce((select sum(amount) from points_owed_ledger where customer_id = %(id)s), 0)::bigint as points_owed,
  coalesce((
    select sum({ADDED_TO_DEBT}) from credit_ledger where customer_id = %(id)s
  ), 0) as credit_used
"""
NOTHING: dict[str, Any] = {
    "current_points": 0,
    "credit_used": "0.00",
    "credit_limit": None,
    "is_frequent": False,
}

UPDATE_BALANCES = """
with customer as (
  update customers set current_points = %(current_points)s, credit_used = %(credit_used)s,
    credit_limit = %(credit_limit)s, is_frequent = %(is_frequent)s
), points as (
  insert into points_ledger (customer_id, amount, transaction_type, description, created_at)
  select 1, %(current_points)s, 'EARN', '', '2026-01-01' where %(current_points)s > 0
)
insert into credit_ledger (customer_id, amount, transaction_type, description, created_at)
select 1, %(credit_used)s::numeric, 'CHARGE', '', '2026-01-01' where %(credit_used)s::numeric > 0
"""


def customer_path(customer_id: int) -> str:
    """The path of one customer."""
    return f"{CUSTOMERS}{customer_id}/"


async def a_customer(client: AsyncClient, **details: Any) -> dict[str, Any]:
    """Register a customer and return the answer; Maria, except for the given details."""
    response = await client.post(CUSTOMERS, json={**MARIA, **details})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def reading(client: AsyncClient, customer_id: int) -> dict[str, Any]:
    """Read the customer's current state."""
    answer: dict[str, Any] = (await client.get(customer_path(customer_id))).json()
    return answer


async def points_ledger(client: AsyncClient, customer_id: int) -> list[dict[str, Any]]:
    """The customer's points ledger, newest first."""
    answer: list[dict[str, Any]] = (await client.get(customer_path(customer_id) + "history/")).json()
    return answer


def a_paid_order(
    customer_id: int | None,
    *,
    final_amount: str = "200.00",
    paid_at: datetime = datetime(2026, 3, 2, 18, 0, tzinfo=UTC),
    order_uuid: UUID | None = None,
    ticket_folio: str = "F47AC10B",
) -> OrderPaid:
    """The event that sales publishes when an order is paid; user 7 sold it."""
    return OrderPaid(
        order_uuid=order_uuid or uuid4(),
        order_id=1,
        ticket_folio=ticket_folio,
        channel="POS",
        customer_id=customer_id,
        user_id=7,
        payment_method="CASH",
        subtotal=Decimal(final_amount),
        total_tax=Decimal(0),
        final_amount=Decimal(final_amount),
        money_saved_total=Decimal(0),
        lines=(),
        paid_at=paid_at,
    )


def a_return(
    order: OrderPaid,
    *,
    kept_amount: str = "0.00",
    returned_at: datetime = datetime(2026, 3, 9, 16, 20, tzinfo=UTC),
) -> OrderReturned:
    """The event that sales publishes when goods of the order come back to a till; user 3 takes them."""
    return OrderReturned(
        order_uuid=order.order_uuid,
        order_id=order.order_id,
        return_uuid=uuid4(),
        return_id=1,
        channel="POS",
        customer_id=order.customer_id,
        user_id=3,
        lines=(),
        refund_amount=Decimal(1),
        refunds=(),
        points_returned=0,
        kept_amount=Decimal(kept_amount),
        is_everything_back=Decimal(kept_amount) == 0,
        sold_at=order.paid_at,
        returned_at=returned_at,
    )


async def has(deps: Deps, **balances: Any) -> None:
    """Give the only customer these balances, with lines in the ledgers."""
    await deps.database.execute(UPDATE_BALANCES, {**NOTHING, **balances})


async def balances(deps: Deps, customer_id: int = 1) -> tuple[int, str]:
    """Points and debt of the customer, which are those that the ledgers sum up to."""
    (balance,) = await deps.database.fetch_dicts(BALANCES, {"id": customer_id})
    (ledger,) = await deps.database.fetch_dicts(LEDGERS, {"id": customer_id})
    assert balance == ledger
    return balance["current_points"], f"{balance['credit_used']:.2f}"


async def published(deps: Deps) -> list[CustomerChanged]:
    """The customer changes in the outbox, oldest first."""
    return await models_in_outbox(deps.database, CustomerChanged)


async def pay(deps: Deps, *orders: OrderPaid) -> None:
    """Let the service consume these paid orders in one batch."""
    await hear(deps, *orders)


async def hear(deps: Deps, *events: OrderPaid | OrderReturned) -> None:
    """Let the service consume these events in one batch."""
    await take_in(
        deps.database, subscriptions(deps.settings.store_timezone), [received(event) for event in events]
    )


async def owed(deps: Deps, customer_id: int = 1) -> tuple[int, int]:
    """The customer's points, and those that are owed; both are the sums of their ledgers."""
    points, _ = await balances(deps, customer_id)
    (row,) = await deps.database.fetch_dicts(BALANCES, {"id": customer_id})
    return points, row["points_owed"]
