"""Works of sales with registers and shifts."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any, LiteralString

import httpx
import psycopg

from bench.growth.past import Past
from libs.common.contracts.customers import CreditPaymentReceived
from libs.common.messaging.inbox import take_in
from libs.testing.clock import START
from libs.testing.received import received
from services.sales.consumers import subscriptions
from services.sales.deps import Deps
from services.sales.tests.builders import an_order
from services.sales.usecases.shifts.measuring import measure_open_shifts
from tests.large.works.running import Work, getting, page_of

DRAWERS = 31
"""More than the runs of a work: each of the open shifts but the first two is closed by one. A prime number,
so that each register sells."""
SHIFTS = 2
"""Shifts of each register, of which the last is open: what was sold in one grows with the shop."""
SOLD_IN, CLOSED_AND_OPENED = 1, 2
"""Registers."""

# as many as there are orders: far more than any shop has
OLDER: tuple[LiteralString, ...] = (
    f"""
    insert into shifts (register_id, status, opened_by, opened_at, opening_cash, expected_cash, closed_at,
        closed_by, counted_cash, left_in_drawer, z_number)
    select 1 + n %% {DRAWERS}, 'CLOSED', 1 + n %% (%(orders)s / 10), at, 0, 0, at, 1, 0, 0,
        {SHIFTS} + n / {DRAWERS}
    from generate_series(0, %(orders)s - 1) as n, lateral (
        select %(began)s - (%(orders)s - n) * interval '1 minute' as at
    ) opened
    """,
    "insert into shift_users (shift_id, user_id) select id, opened_by from shifts on conflict do nothing",
    """
    update registers set left_in_drawer = 0, last_z_number = number
    from (
        select register_id, count(*) as number from shifts where status = 'CLOSED' group by register_id
    ) closed where registers.id = register_id
    """,
)

Ask = Callable[[str, str, object, Mapping[str, str]], Awaitable[Any]]


def add_older_shifts(database: psycopg.Connection[Any], past: Past) -> None:
    """Add closed shifts from before the shop's past, which was filled."""
    for statement in OLDER:
        database.execute(statement, {"began": past.until - timedelta(days=past.days), "orders": past.orders})
    database.execute("vacuum analyze")


def works_of_shifts(
    client: httpx.AsyncClient,
    ask: Ask,
    deps: Deps,
    past: Past,
    *,
    till: Mapping[str, str],
    admin: Mapping[str, str],
) -> Mapping[str, Work]:
    """The works by name."""
    shift = past.open_shift(SOLD_IN)
    shifts = count(past.open_shift(CLOSED_AND_OPENED) + 1)
    credit_payment = CreditPaymentReceived(
        customer_id=7,
        ledger_id=1,
        amount=Decimal(1),
        payment_method="CASH",
        shift_id=shift,
        register_id=SOLD_IN,
        user_id=7,
        paid_at=START,
    )

    async def sell() -> None:
        order = await ask("POST", "/api/orders/", an_order((15, 1), (20, 2)), till)
        paid = {"payment_method": "CASH", "register": SOLD_IN}
        await ask("POST", f"/api/orders/{order['id']}/pay/", paid, till)

    async def move_cash() -> None:
        moved = {"kind": "PAID_IN", "amount": "1.00", "reason": "Cambio"}
        await ask("POST", f"/api/shifts/{shift}/movements/", moved, admin)

    async def close(shift: int) -> None:
        await ask("POST", f"/api/shifts/{shift}/close/", {"counted_cash": "0.00"}, admin)

    async def close_and_open() -> None:
        path = f"/api/shifts/current/?register={CLOSED_AND_OPENED}"
        found = (await client.get(path, headers=admin)).json()
        await close(found["id"])
        opened = {"register": CLOSED_AND_OPENED, "opening_cash": "0.00"}
        await ask("POST", "/api/shifts/", opened, admin)

    async def hear_of_a_payment() -> None:
        await take_in(deps.database, subscriptions(), [received(credit_payment)])

    return {
        "a sale in a shift": sell,
        "a movement of cash": move_cash,
        "a payment of credit": hear_of_a_payment,
        "an X report": getting(client, f"/api/shifts/{shift}/report/", admin),
        "a close": lambda: close(next(shifts)),
        "the next shift": close_and_open,
        "shifts": page_of(client, "/api/shifts/", admin),
        "shifts of an employee": page_of(client, "/api/shifts/", till),
        "measure open shifts": partial(measure_open_shifts, database=deps.database, clock=deps.clock),
    }
