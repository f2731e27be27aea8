"""Works of sales with registers and shifts, and the shifts of its shop: each has a part of all sales."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any, LiteralString

import httpx
import psycopg

from libs.common.contracts.customers import CreditPaymentReceived
from libs.common.messaging.inbox import take_in
from libs.testing.clock import START
from libs.testing.received import received
from services.sales.consumers import subscriptions
from services.sales.deps import Deps
from services.sales.tests.builders import an_order
from services.sales.usecases.shifts.measuring import measure_open_shifts
from tests.large.works.running import Work, getting, page_of

DRAWERS = 30
"""More than the runs of a work: each of the shifts but the first two is closed by one."""
SOLD_IN, CLOSED_AND_OPENED = 1, 2
"""Registers, and their open shifts."""

FILL: tuple[LiteralString, ...] = (
    f"""
    insert into registers (name, series, is_active)
    select 'Caja ' || n, 'C' || n, true from generate_series(1, {DRAWERS}) as n
    """,
    f"""
    update orders set shift_id = 1 + n %% {DRAWERS}
    from (
        select id as order_id, row_number() over (order by id) as n
        from orders where channel = 'POS' and status = 'PAID'
    ) numbered where id = order_id
    """,
    """
    insert into shifts (register_id, status, opened_by, opened_at, opening_cash, expected_cash, sales_count,
        net, tax)
    select shift_id, 'OPEN', 1000 + shift_id, %(now)s, 0,
        coalesce(sum(final_amount) filter (where payment_method = 'CASH'), 0), count(*), sum(subtotal),
        sum(total_tax)
    from orders where shift_id is not null group by shift_id order by shift_id
    """,
    """
    insert into shift_tenders (shift_id, payment_method, count, amount)
    select shift_id, payment_method, count(*), sum(final_amount) from orders where shift_id is not null
    group by shift_id, payment_method
    """,
    """
    insert into shift_taxes (shift_id, kind, tax_rate, base, tax)
    select shift_id, 'SALE', tax_rate, sum(amount), sum(tax_amount)
    from orders join order_lines on order_id = id where shift_id is not null group by shift_id, tax_rate
    """,
    """
    insert into shift_users (shift_id, user_id)
    select distinct shift_id, user_id from orders where shift_id is not null
    """,
    # before them as many as there are orders: far more than any shop has
    f"""
    insert into shifts (register_id, status, opened_by, opened_at, opening_cash, expected_cash, closed_at,
        closed_by, counted_cash, left_in_drawer, z_number)
    select 1 + n %% {DRAWERS}, 'CLOSED', 1 + n %% (%(orders)s / 10), at, 0, 0, at, 1, 0, 0, 1 + n / {DRAWERS}
    from generate_series(0, %(orders)s - 1) as n, lateral (
        select %(now)s - (%(orders)s - n) * interval '1 minute' as at
    ) opened
    """,
    """
    update registers set left_in_drawer = 0, last_z_number = number
    from (
        select register_id, count(*) as number from shifts where status = 'CLOSED' group by register_id
    ) closed where registers.id = register_id
    """,
)

Ask = Callable[[str, str, object, Mapping[str, str]], Awaitable[Any]]
CREDIT_PAYMENT = CreditPaymentReceived(
    customer_id=7,
    ledger_id=1,
    amount=Decimal(1),
    payment_method="CASH",
    shift_id=SOLD_IN,
    register_id=SOLD_IN,
    user_id=7,
    paid_at=START,
)


def put_into_shifts(database: psycopg.Connection[Any], orders: int) -> None:
    """Put every sale of a till into an open shift, whose figures are as its payments have left them."""
    for statement in FILL:
        database.execute(statement, {"now": START, "orders": orders})
    database.execute("vacuum analyze")


def works_of_shifts(
    client: httpx.AsyncClient, ask: Ask, deps: Deps, *, till: Mapping[str, str], admin: Mapping[str, str]
) -> Mapping[str, Work]:
    """The works by name."""
    shifts = count(CLOSED_AND_OPENED + 1)

    async def sell() -> None:
        order = await ask("POST", "/api/orders/", an_order((15, 1), (20, 2)), till)
        paid = {"payment_method": "CASH", "register": SOLD_IN}
        await ask("POST", f"/api/orders/{order['id']}/pay/", paid, till)

    async def move_cash() -> None:
        moved = {"kind": "PAID_IN", "amount": "1.00", "reason": "Cambio"}
        await ask("POST", f"/api/shifts/{SOLD_IN}/movements/", moved, admin)

    async def close(shift: int) -> None:
        await ask("POST", f"/api/shifts/{shift}/close/", {"counted_cash": "0.00"}, admin)

    async def close_and_open() -> None:
        path = f"/api/shifts/current/?register={CLOSED_AND_OPENED}"
        found = (await client.get(path, headers=admin)).json()
        await close(found["id"])
        opened = {"register": CLOSED_AND_OPENED, "opening_cash": "0.00"}
        await ask("POST", "/api/shifts/", opened, admin)

    async def hear_of_a_payment() -> None:
        await take_in(deps.database, subscriptions(), [received(CREDIT_PAYMENT)])

    return {
        "a sale in a shift": sell,
        "a movement of cash": move_cash,
        "a payment of credit": hear_of_a_payment,
        "an X report": getting(client, f"/api/shifts/{SOLD_IN}/report/", admin),
        "a close": lambda: close(next(shifts)),
        "the next shift": close_and_open,
        "shifts": page_of(client, "/api/shifts/", admin),
        "shifts of an employee": page_of(client, "/api/shifts/", till),
        "measure open shifts": partial(measure_open_shifts, database=deps.database, clock=deps.clock),
    }
