"""Writes a new order in one statement: with its lines and event, and from the web store with its invoice.

That of a layaway has its deposit in the same transaction.

The order's uuid is a row of `operations`, beside the operation's id. That row is the fence: `fence_order`
inserts the same row, and the primary key lets only one of the two succeed (ADR 0034). With a till's own id of
the sale there is a third row: see `sale_uuid_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID, uuid5

from libs.common.approvals import Approval
from libs.common.contracts.sales import Channel, OrderCreated
from libs.common.db.database import Database, OutcomeUnknown
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import ONCE, did
from libs.common.db.statements import on_one_line
from libs.common.db.violations import suppress_violation
from libs.common.errors import Unavailable
from libs.common.messaging.publishing import published, published_together, told
from services.sales.domain.buyers import Buyer
from services.sales.domain.invoices import InvoiceRules
from services.sales.domain.lifecycles import ORDERS
from services.sales.domain.orders import goods_of
from services.sales.domain.pricing import Line, ManualDiscount, Totals
from services.sales.domain.stock import Item
from services.sales.domain.synced import flags_of_folio
from services.sales.usecases.approvals import refusing_used, used_up, used_up_params
from services.sales.usecases.carts.buying import CART_TAKEN, CART_TOLD
from services.sales.usecases.carts.views import CartView
from services.sales.usecases.invoices.making import INVOICE_CREATED, INVOICE_OF_PLACED, invoice_params
from services.sales.usecases.layaways.making import (
    LAYAWAY_OF_PLACED,
    NEXT_LAYAWAY,
    LayawayTerms,
    receive_deposit,
)
from services.sales.usecases.orders.reading import LINE_COLUMNS, ORDER_COLUMNS
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.shifts.choosing import open_drawer

FOLIO_TAKEN, CLIENT_ID_TAKEN = "uq_orders_ticket_folio", "uq_orders_client_id"

_SOLD: LiteralString = f"""sold as (
    insert into order_lines (order_id, line, {LINE_COLUMNS})
    select id, ordinality, {LINE_COLUMNS}
    from placed, json_populate_recordset(null::order_lines, %(lines)s) with ordinality
)"""

# By the operation, under the order's uuid, which is the fence, and under the till's sale, if it is one.
_DONE: LiteralString = did(
    "order.placed", of="placed", by="unnest(array_remove(array[%(operation)s, uuid, %(sale)s::uuid], null))"
)

_CREATED: Mapping[str, LiteralString] = {
    "of": "placed",
    "subject": "'order/' || uuid",
    "order_uuid": "uuid",
    "order_id": "id",
}
_ORDER_TOLD: LiteralString = published(OrderCreated, **_CREATED)

_OF_ALL: tuple[LiteralString, ...] = (
    *("uuid", "channel", "status", "ticket_folio", "user_id", "user_name"),
    *("subtotal", "total_tax", "final_amount", "money_saved_total", "created_at"),
)
_OF_BUYER: tuple[LiteralString, ...] = ("customer_id", "customer_name")
_OF_TILL: tuple[LiteralString, ...] = ("client_id", "flags")
_VALUES: Mapping[LiteralString, LiteralString] = {"flags": "%(flags)s::text[]", "layaway_id": NEXT_LAYAWAY}


def _placed(*more: LiteralString, condition: LiteralString = "") -> LiteralString:
    """The part `placed` of a `with`: the order, with the columns of every order and these.

    It is written if the statement begins in time, and the condition holds.
    """
    columns = (*_OF_ALL, *more)
    values = [_VALUES.get(column, f"%({column})s") for column in columns]
    return f"""placed as (
    insert into orders ({", ".join(columns)})
    select {", ".join(values)}
    where statement_timestamp() < %(begin_before)s {condition}
    returning {ORDER_COLUMNS}
)"""


INSERT_ORDER: LiteralString = f"""
with {_placed(*_OF_BUYER, *_OF_TILL)}, {_SOLD}, {_DONE}, {_ORDER_TOLD}
select * from placed
"""

# In the same statement the approvals are used up.
INSERT_APPROVED_ORDER: LiteralString = on_one_line(
    f"""
with {_placed(*_OF_BUYER, *_OF_TILL, "approved_by")}, {_SOLD}, {_DONE}, {used_up(of="placed")},
{_ORDER_TOLD}
select * from placed
"""
)

# In the same statement the invoice is made, and what was bought is taken out of the cart. If the cart has
# changed since it was read, nothing is written.
INSERT_WEB_ORDER: LiteralString = on_one_line(
    f"""
with {CART_TAKEN}, {
        _placed(
            "cart_id",
            "shipping_address",
            condition="and (%(cart_id)s::bigint is null or exists (select from cart))",
        )
    }, {_SOLD}, {_DONE}, {INVOICE_OF_PLACED}, {
        published_together(told(OrderCreated, **_CREATED), INVOICE_CREATED, CART_TOLD)
    }
select * from placed
"""
)

# The order of a layaway is PENDING until nothing is left to pay.
INSERT_LAID_AWAY: LiteralString = f"""
with {_placed(*_OF_BUYER, "layaway_id")}, {_SOLD}, {_DONE}, {LAYAWAY_OF_PLACED}, {_ORDER_TOLD}
select * from placed
"""


@dataclass(frozen=True, slots=True)
class CheckoutTerms:
    """The parts of an order of the web shop that one of a till does not have.

    `cart` is the one that is checked out, as it was read: the order is written only if it has not changed.
    """

    status: str
    shipping_address: str | None
    cart: CartView | None
    invoices: InvoiceRules


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to insert. `uuid` identifies its stock in catalog, `operation` the request.

    `client_id` is the till's own id of the sale, if it gave one; `discounts` are those by hand that were
    wanted, by product; `approvals` are used up with the order.
    """

    uuid: UUID
    operation: UUID
    channel: Channel
    user_id: int
    user_name: str
    buyer: Buyer | None
    lines: tuple[Line, ...]
    totals: Totals
    created_at: datetime
    checkout: CheckoutTerms | None
    client_id: UUID | None
    discounts: Mapping[int, ManualDiscount]
    approvals: tuple[Approval, ...]
    layaway: LayawayTerms | None

    @property
    def items(self) -> tuple[Item, ...]:
        """The goods that are sold."""
        return goods_of(self.lines)


def sale_uuid_of(client_id: UUID) -> UUID:
    """The uuid that stands for the till's sale. The first row of `operations` with it decides the sale.

    Placing writes it with the order; a sync that finds no order writes it before it takes the goods.
    """
    return uuid5(client_id, "sale")


async def insert_order(
    order: NewOrder, *, ticket_folio: str, begin_before: datetime, database: Database
) -> OrderView | None:
    """Insert the order and return it.

    None if its folio, operation or `client_id` is taken, it is fenced or too late, or its cart has changed.
    PostgreSQL begins the statement before `begin_before` or writes nothing. Raises `OutcomeUnknown`,
    `ApprovalInvalid` if an approval was used before, and for a layaway what `open_drawer` refuses.
    """
    with suppress_violation(FOLIO_TAKEN, CLIENT_ID_TAKEN, ONCE):
        columns = _columns(order, ticket_folio, begin_before)
        if order.layaway:
            return await _insert_laid_away(order, order.layaway, columns, database)
        if order.approvals:
            with refusing_used():
                return await database.publish_one(
                    OrderView, INSERT_APPROVED_ORDER, {**columns, **_columns_of_approvals(order)}
                )
        if order.checkout is None:
            return await database.publish_one(OrderView, INSERT_ORDER, columns)
        return await database.publish_one(
            OrderView, INSERT_WEB_ORDER, {**columns, **_columns_of(order.checkout, order.created_at)}
        )
    return None


async def _insert_laid_away(
    order: NewOrder, terms: LayawayTerms, columns: dict[str, object], database: Database
) -> OrderView | None:
    """The order, as it was before its deposit was taken."""
    try:
        async with database.transaction() as tx:
            shift_id = await open_drawer(terms.till, tx=tx)
            placed = await tx.publish_one(OrderView, INSERT_LAID_AWAY, {**columns, **terms.sql})
            if placed:
                assert placed.layaway_id
                await receive_deposit(tx, placed.layaway_id, terms, shift_id=shift_id, now=order.created_at)
    except Unavailable as error:
        # It may have been the commit that was not answered.
        raise OutcomeUnknown(error.part) from error
    return placed


def _columns(order: NewOrder, ticket_folio: str, begin_before: datetime) -> dict[str, object]:
    totals = order.totals
    return {
        "uuid": order.uuid,
        "operation": order.operation,
        "channel": order.channel,
        "status": ORDERS[order.channel].first,
        "ticket_folio": ticket_folio,
        "user_id": order.user_id,
        "user_name": order.user_name,
        "customer_id": order.buyer.customer_id if order.buyer else None,
        "customer_name": order.buyer.name if order.buyer else None,
        "subtotal": totals.subtotal,
        "total_tax": totals.total_tax,
        "final_amount": totals.final_amount,
        "money_saved_total": totals.money_saved_total,
        "created_at": order.created_at,
        "client_id": order.client_id,
        "flags": [*map(str, flags_of_folio(ticket_folio, order.client_id))] or None,
        "sale": order.client_id and sale_uuid_of(order.client_id),
        "lines": json_rows(order.lines),
        "begin_before": begin_before,
    }


def _columns_of_approvals(order: NewOrder) -> dict[str, object]:
    used = used_up_params(order.approvals, clock=lambda: order.created_at)
    return {**used, "approved_by": order.approvals[0].approver_id}


def _columns_of(checkout: CheckoutTerms, created_at: datetime) -> dict[str, object]:
    cart = checkout.cart
    return {
        "status": checkout.status,
        "cart_id": cart.id if cart else None,
        "cart_version": cart.version if cart else None,
        "shipping_address": checkout.shipping_address,
        **invoice_params(checkout.invoices, now=created_at),
    }
