"""Web orders as rows, for tests of what follows their checkout."""

from datetime import datetime
from decimal import Decimal

from libs.common.db.database import Database
from libs.testing.answers import Answer

INSERT_WEB_ORDER = """
with placed as (
    insert into orders (uuid, channel, status, ticket_folio, user_id, user_name, subtotal, total_tax,
        final_amount, money_saved_total, created_at, updated_at)
    values (gen_random_uuid(), 'WEB', %(status)s, substr(upper(md5(random()::text)), 1, 8), %(user_id)s,
        'user' || %(user_id)s::int, %(total)s, 0, %(total)s, 0, %(now)s, %(now)s)
    returning id, final_amount
), sold as (
    insert into order_lines (order_id, line, product_id, product_name, quantity, unit_price, tax_amount,
        discount_amount, amount, tax_rate)
    select id, line, 14 + line, 'Product ' || 14 + line, 2, final_amount / 4, 0, 0, final_amount / 2, '0.00'
    from placed, generate_series(1, 2) as line
)
select id from placed
"""


def no_step(current: str, wanted: str) -> Answer:
    """The refusal of a step that a web order, an invoice or a return cannot take."""
    return 400, {"error": f"Status cannot change from '{current}' to '{wanted}'"}


async def invoice_status(database: Database, order_id: int) -> str:
    """The stored status of the order's invoice."""
    status: str = await database.fetch_value("select status from invoices where order_id = %s", [order_id])
    return status


async def a_web_order(
    database: Database,
    now: datetime,
    *,
    user_id: int = 1,
    status: str = "pending",
    total: str = "100.00",
) -> int:
    """The id of a new order without an invoice: two pieces of each of the products 15 and 16, tax-free."""
    order_id: int = await database.fetch_value(
        INSERT_WEB_ORDER, {"now": now, "user_id": user_id, "status": status, "total": Decimal(total)}
    )
    return order_id
