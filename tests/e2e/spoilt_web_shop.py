"""Changes to the records of the web shop past all rules (`spoilt.py`), and the orders that they need."""

from typing import LiteralString

from tests.e2e.spoilt import Spoilt, added
from tests.e2e.web_shop import BEFORE_SHIPPING, WebShop

RETURNED_WHOLE: LiteralString = """where return_id = (
    select max(returns.id) from returns join invoices using (order_id)
    where returns.status = 'processed' and invoices.status = 'refunded'
        and (select count(*) from order_lines where order_lines.order_id = returns.order_id) = 1
        and order_id in (select id from orders where status <> 'cancelled')
)"""
REJECTED: LiteralString = "where id = (select max(id) from returns where status = 'rejected')"
RETURN: LiteralString = "where id = (select max(id) from returns)"
INVOICE: LiteralString = "where id = (select max(id) from invoices)"
LAST_INVOICE: LiteralString = "where number = (select max(number) from invoices)"
UNPAID: LiteralString = """where id = (
    select max(invoices.id) from invoices join orders on orders.id = order_id
    where orders.status = 'confirmed' and orders.paid_at is null and invoices.status = 'pending'
)"""
MARKED_AS_PAID: LiteralString = "where status = 'paid' and paid_at is null"
REFUNDED: LiteralString = f"""where order_id = (
    select order_id from returns where id = (select max(return_id) from return_lines {RETURNED_WHOLE})
)"""
CART: LiteralString = "where id = (select max(cart_id) from orders)"

IN_LEDGER = "the goods of processed returns are in catalog's ledger, once"
KNOWN_TO_ANALYTICS = "analytics knows every return, what it gave back, and when"

SPOILT_WEB_SHOP = (
    added(
        "sales",
        "return_lines",
        "quantity",
        RETURNED_WHOLE,
        "no more of an order is returned than was bought",
        IN_LEDGER,
        KNOWN_TO_ANALYTICS,
    ),
    Spoilt(
        "sales",
        f"update returns set status = 'requested' {REJECTED}",
        "update returns set status = 'rejected' where status = 'requested' "
        "and order_id in (select id from orders where status = 'cancelled')",
        frozenset({"a cancelled order that was not shipped has no open return"}),
    ),
    added(
        "sales",
        "returns",
        "total_refund",
        RETURN,
        "a return refunds the sum of its lines, at most what was paid for them",
    ),
    added(
        "sales",
        "invoices",
        "amount",
        INVOICE,
        "an order has one live invoice at most, over its total and for its buyer",
    ),
    added("sales", "invoices", "number", LAST_INVOICE, "the numbers of a series of invoices have no gap"),
    Spoilt(
        "sales",
        f"update invoices set status = 'paid' {UNPAID}",
        f"update invoices set status = 'pending' {MARKED_AS_PAID}",
        frozenset({"the status of an invoice agrees with that of its order"}),
    ),
    Spoilt(
        "sales",
        f"update invoices set status = 'pending' {REFUNDED}",
        "update invoices set status = 'refunded' where status = 'pending' and refunded_at is not null",
        frozenset({"an order of which everything has come back is owed nothing"}),
    ),
    added("sales", "carts", "user_id", CART, "a cart was checked out by its owner"),
)


def sell_on_the_web(shop: WebShop, product_ids: tuple[int, int]) -> None:
    """Sell in every way that the invariants judge: paid and sent, returned, cancelled with a return."""
    first, second = product_ids
    sent = shop.order_from_cart(product_ids, pieces=2)
    shop.pay(sent)
    shop.lead(sent, "processing", "shipped", "delivered")
    shop.take_back(sent, (first, 1, "restock"), (second, 1, "discard"))

    cancelled = shop.order(first, pieces=3)
    shop.pay(cancelled)
    shop.take_back(cancelled, (first, 1, "restock"))
    shop.ask_to_return(cancelled, (first, 1, "restock"))
    shop.cancel(cancelled)

    sent_and_cancelled = shop.order(second, pieces=2)
    shop.lead(sent_and_cancelled, *BEFORE_SHIPPING, "shipped")
    shop.cancel(sent_and_cancelled)

    returned = shop.order(first, pieces=1)
    shop.lead(returned, "confirmed")
    shop.take_back(returned, (first, 1, "restock"))

    unpaid = shop.order(second, pieces=1)
    shop.lead(unpaid, "confirmed")
    shop.ask_to_return(unpaid, (second, 1, "restock"))
