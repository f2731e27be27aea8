"""A shop's past: how much there is of everything, and what each of its orders was.

Every service's database is filled by itself. What they must agree about is computed from the number of the
order alone, in two temporary tables that each of them makes for a batch of orders: `sold` has the orders,
`sold_lines` their lines. Nothing random: the last digits of an order's number say what became of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import LiteralString

LINES = 3
REGISTERS = 8
RECENT = 25_000
"""A month of a shop that has sold a million in three years."""
BATCH = 20_000
DAYS = 1_096
FEW_PRODUCTS, FEW_CUSTOMERS = 2_000, 1_000
PUBLIC = 1
"""The customer for whom tills sell to nobody in particular: three orders of ten are theirs."""


@dataclass(frozen=True, slots=True)
class Past:
    """How much there is of everything, and when the last order was paid.

    Products and customers that a shop has already are counted among these. Each of the `registers` had so
    many `shifts`, of which the last is open; by default one a day, or one an order if there were fewer. What
    was left to do about an order has been done, but of the `recent` ones.
    """

    orders: int
    products: int
    customers: int
    until: datetime
    days: int = DAYS
    registers: int = REGISTERS
    shifts: int = DAYS
    recent: int = RECENT

    @property
    def params(self) -> Mapping[str, object]:
        """The parameters of the statements."""
        return {
            "orders": self.orders,
            "products": self.products,
            "customers": self.customers,
            "until": self.until,
            "step": timedelta(days=self.days) / self.orders,
            "days": self.days,
            "timezone": "America/Mexico_City",
            "registers": self.registers,
            "recent": self.recent,
            "shifts": min(self.shifts, self.orders),
        }

    def open_shift(self, register: int) -> int:
        """The id of the register's open shift."""
        return (min(self.shifts, self.orders) - 1) * self.registers + register

    def batches(self) -> Iterator[tuple[int, int]]:
        """The first and the last order of each batch."""
        for first in range(1, self.orders + 1, BATCH):
            yield first, min(first + BATCH - 1, self.orders)


def small(until: datetime) -> Past:
    """A new shop."""
    return Past(1_000, FEW_PRODUCTS, FEW_CUSTOMERS, until)


def large(orders: int, products: int, until: datetime) -> Past:
    """A shop with a customer for two orders."""
    return Past(orders, max(products, FEW_PRODUCTS), max(orders // 2, FEW_CUSTOMERS), until)


def an_hour_ago() -> datetime:
    """When the last order was paid, in whole seconds as events have them."""
    return (datetime.now(UTC) - timedelta(hours=1)).replace(microsecond=0)


# Three products for an order, those with low ids most often: half of all lines are of a quarter of them. A
# piece of the second came back, of two that were sold, or was not in stock.
SOLD_LINES: LiteralString = """
create temporary table sold_lines as
select *, quantity * unit_price as amount, round(quantity * unit_price * 0.16, 2) as tax_amount,
    round(unit_price * 1.16, 2) as paid_for_one,
    (line = 1 and order_id %% 100 in (28, 36, 48, 68, 88))::int as returned,
    (line = 1 and order_id %% 100 = 22)::int as short
from (
    select *, 'Product ' || product_id as product_name, (5 + product_id %% 95)::numeric(14, 2) as unit_price
    from (
        select n as order_id, line, 1 + (n + line) %% 2 as quantity,
            (3 * floor((hashint8extended(n, line) & 1048575) ^ 2 / 1048576 ^ 2 * (%(products)s / 3)))::int
                + line + 1 as product_id
        from generate_series(%(first)s::bigint, %(last)s::bigint) as n, generate_series(0, 2) as line
    ) as chosen
) as priced
"""

# Of ten orders two are of the web shop, three of the public and three of a customer. Of a hundred, one was
# paid by credit, five by cash and card, one was cancelled at a till, of five a piece came back. Of five
# hundred, two were laid away: one is paid, the other was cancelled if it is not recent.
# Half of the tills' sales were sent later; of a hundred two have a flag, two of a thousand came after the
# close of their shift.
SOLD: LiteralString = """
create temporary table sold as
select *, not (is_cancelled or is_open) as is_paid,
    is_at_till and id %% 4 in (1, 2) and not is_cancelled as is_synced,
    case id %% 100 when 2 then 'PRICE_DIFFERS' when 22 then 'OVERSOLD' end as flag,
    id %% 1000 in (601, 602) and shift < %(shifts)s - 1 as is_late,
    shift * %(registers)s + register_id as shift_id,
    case payment_method when 'CASH' then final_amount when 'MIXED' then round(final_amount / 2, 2)
        else 0 end as cash
from (
    select n as id, md5('order ' || n)::uuid as uuid, md5('charge ' || n)::uuid as charge_id,
        md5('till ' || n)::uuid as client_id, md5('return ' || n)::uuid as return_uuid,
        upper(lpad(to_hex(n * 2654435761 %% 4294967296), 8, '0')) as folio, at, is_at_till,
        case when is_at_till then 'POS' else 'WEB' end as channel,
        case when is_at_till then 1 + n %% %(registers)s end as register_id,
        case when is_at_till then 2 + n %% %(registers)s else 1000 + n %% 5000 end as user_id,
        (n - 1) * %(shifts)s / %(orders)s as shift,
        n %% 100 = 3 as is_on_credit, n %% 500 in (56, 256) as is_layaway,
        n %% 100 = 5 or n %% 500 = 256 and not is_recent as is_cancelled,
        n %% 500 = 256 and is_recent as is_open, n %% 100 in (28, 36, 48, 68, 88) as is_returned, is_recent,
        case when n %% 10 < 3 then 1 when n %% 10 in (3, 5, 6)
            then 2 + (hashint8extended(n, 9) & 1048575) %% (%(customers)s - 1) end as customer_id,
        case when not is_at_till then 'WEB' when n %% 100 = 3 then 'CREDIT' when n %% 20 = 6 then 'MIXED'
            when n %% 2 = 0 then 'CASH' else 'CARD' end as payment_method,
        subtotal, total_tax, subtotal + total_tax as final_amount, units, refund
    from (
        select order_id as n, order_id %% 5 <> 4 as is_at_till, sum(amount) as subtotal,
            sum(tax_amount) as total_tax, sum(quantity) as units, sum(returned * paid_for_one) as refund
        from sold_lines group by order_id
    ) as added_up, lateral (
        select date_trunc('second', %(until)s::timestamptz - (%(orders)s - n) * %(step)s::interval) as at
    ) as placed, lateral (select n > %(orders)s - %(recent)s as is_recent) as seen
) as told
"""

FORGET: LiteralString = "drop table if exists pg_temp.sold, pg_temp.sold_lines"
