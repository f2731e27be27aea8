"""A day of sales, sent in any order, batches and repetitions by several senders, ends in the same books."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

from httpx import AsyncClient

from libs.common.clock import iso_utc
from libs.testing.clock import FakeClock
from services.sales.deps import Deps
from services.sales.tests.fakes import FakeStock, Product
from services.sales.tests.shifts import a_register, close, opened, report
from services.sales.tests.synced import send

SALES, SENDERS, DAYS = 24, 3, 3


@dataclass(frozen=True)
class Books:
    """What a day comes to; sales are known by their numbers, times by the seconds since it began."""

    orders: Any
    stock: Any
    report: Any
    numbers: Any


async def test_a_day_ends_in_the_same_books_however_it_is_sent(
    till: AsyncClient, admin: AsyncClient, deps: Deps, clock: FakeClock, stock: FakeStock
) -> None:
    expected = None
    for seed in range(DAYS):
        stock.products = {15: Product("Coca Cola", stock=10), 20: Product("Pan", Decimal("10.00"), "0.00")}
        register = await a_register(admin, f"Caja {seed}")
        shift = await opened(till, register)
        sales = a_day(clock(), seed)
        begin = clock()
        clock.advance(hours=8)
        chance = Random(seed)  # noqa: S311  # a seed, so that a failure can be repeated
        await asyncio.gather(*(sent_by(till, register, sales, chance) for _ in range(SENDERS)))
        orders = await orders_of(deps, register, begin)
        books = Books(
            orders=[order for _, order in orders],
            stock={product: stock.products[product].stock for product in (15, 20)},
            report=without_ids(await report(till, shift), {folio: order["seq"] for folio, order in orders}),
            numbers=[
                (row["last_seq"], row["gaps"])
                for row in (await till.get("/api/sync/registers/")).json()
                if row["register"] == register
            ],
        )
        await close(admin, shift, books.report["cash"]["expected"])
        expected = expected or books
        assert books == expected, f"seed {seed}"
    assert expected
    assert expected.stock[15] == 0
    assert expected.numbers == [(SALES, [[5, 5]])]


async def sent_by(till: AsyncClient, register: int, sales: list[Any], chance: Random) -> None:
    """Send all sales in an order of one's own, some of them again, in batches of any size."""
    mine = [*sales, *chance.choices(sales, k=len(sales) // 3)]
    chance.shuffle(mine)
    while mine:
        size = chance.randint(1, 9)
        batch, mine = mine[:size], mine[size:]
        answer = await send(till, register, *batch)
        assert answer.status_code == 200, answer.text


def a_day(begin: datetime, day: int) -> list[Any]:
    """The same sales every time: more cola than there is, some voided, one held, one number missing."""
    chance = Random(7)  # noqa: S311  # the same sales every time
    numbers = [seq for seq in range(1, SALES + 1) if seq != 5]
    return [a_sale_of(day, seq, begin + timedelta(minutes=seq), chance) for seq in numbers]


def a_sale_of(day: int, seq: int, sold_at: datetime, chance: Random) -> dict[str, Any]:
    cola, bread = chance.randint(1, 2), chance.randint(1, 5)
    total = cola * 116 + bread * 10
    cash = chance.randint(1, total - 1)
    return {
        "client_id": str(uuid5(UUID(int=day), str(seq))),
        "seq": seq,
        "sold_at": iso_utc(sold_at),
        "sold_by": chance.choice((1, 2)),
        "items": [
            {"product_id": 15, "quantity": cola, "unit_total": "116.00"},
            {"product_id": 20, "quantity": bread, "unit_total": "10.00"},
        ],
        "payments": [
            {"payment_method": "CASH", "amount": f"{cash}.00"},
            {"payment_method": "CARD", "amount": f"{total - cash - (seq == 9)}.00"},
        ],
        **({"voided_at": iso_utc(sold_at)} if seq % 8 == 0 else {}),
    }


async def orders_of(deps: Deps, register: int, begin: datetime) -> list[tuple[str, dict[str, Any]]]:
    """By folio, everything of the orders that must not depend on how they were sent."""
    rows = await deps.database.fetch_dicts(
        "select ticket_folio, seq, status, final_amount, total_tax, created_at - %s as created_after, "
        "paid_at - %s as paid_after, payments, ("
        "  select json_agg(json_build_array(product_id, quantity, amount::text) order by line)"
        "  from order_lines where order_id = orders.id"
        ") as lines from orders where register_id = %s order by seq",
        [begin, begin, register],
    )
    return [(row.pop("ticket_folio"), row) for row in rows]


def without_ids(shown: dict[str, Any], seq_of: dict[str, int]) -> dict[str, Any]:
    """The report without what names this very shift."""
    kept = {name: figure for name, figure in shown.items() if name != "shift"}
    users = shown["shift"]["users"]
    return {**kept, "users": users, **{name: seq_of[shown[name]] for name in ("first_folio", "last_folio")}}
