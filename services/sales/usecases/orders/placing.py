"""How does an order come about? All or nothing, whatever dies (docs: README, "Placing").

Every attempt has an order uuid of its own, which names its goods in catalog: either the order with that uuid
is committed while their lease lasts, or they go back. A uuid is never used again, so that a late release hits
no other attempt. `placed_by` names the request: a repeat of one whose answer was lost finds its order.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import LiteralString
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from libs.common.clock import Clock
from libs.common.contracts.sales import Channel, OrderCreated
from libs.common.db.database import Database, OutcomeUnknown
from libs.common.db.json_rows import json_rows
from libs.common.errors import Unavailable
from libs.common.messaging.telling import told
from services.sales.domain.buyers import Buyer
from services.sales.domain.orders import Status, UnknownInOrder, merge
from services.sales.domain.pricing import Line, add_up, price_lines
from services.sales.domain.stock import Allocation, Item, StockShort, UnknownProducts
from services.sales.usecases.orders.reading import ORDER_COLUMNS, find_placed_by
from services.sales.usecases.orders.releases import Releases
from services.sales.usecases.orders.views import OrderView, WholeOrder
from services.sales.usecases.ports import Buyers, Stock

# The order must be committed before its lease ends, also if this process freezes when it has looked at that:
# PostgreSQL begins the statement within 20 s from then or not at all, and ends it within 5 (libs/common/db,
# SESSION_OPTIONS). What is left of the margin is for clocks that differ.
COMMIT_MARGIN_SECONDS = 40.0
BEGIN_WITHIN = timedelta(seconds=20)
FOLIO_TRIES_MAX = 5

INSERT_ORDER: LiteralString = f"""
with placed as (
    insert into orders (
        uuid, placed_by, channel, status, ticket_folio, user_id, customer_id, customer_name,
        subtotal, total_tax, final_amount, money_saved_total, created_at
    )
    select %(uuid)s, %(placed_by)s, %(channel)s, %(status)s, %(ticket_folio)s, %(user_id)s,
        %(customer_id)s, %(customer_name)s, %(subtotal)s, %(total_tax)s, %(final_amount)s,
        %(money_saved_total)s, %(created_at)s
    where statement_timestamp() < %(begin_before)s
    on conflict do nothing  -- with its folio, or with its own earlier attempt: the caller finds out which
    returning {ORDER_COLUMNS}
), sold as (
    insert into order_lines (
        order_id, line, product_id, product_name, quantity, unit_price, tax_amount, discount_amount, amount
    )
    select placed.id, line, product_id, product_name, quantity, unit_price, tax_amount, discount_amount,
        amount
    from placed, rows from (json_to_recordset(%(lines)s) as (
        product_id bigint, product_name text, quantity int, unit_price numeric, tax_amount numeric,
        discount_amount numeric, amount numeric
    )) with ordinality as item (
        product_id, product_name, quantity, unit_price, tax_amount, discount_amount, amount, line
    )
), {told(OrderCreated, of="placed", subject="'order/' || uuid", order_uuid="uuid", order_id="id")}
select * from placed
"""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Somebody wants to buy. `operation` is the same in every repeat of one request."""

    operation: UUID
    channel: Channel
    user_id: int
    customer_id: int | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What the shop has settled: where its day begins, and what a birthday is worth (percent)."""

    timezone: ZoneInfo
    birthday_percent: Decimal


@dataclass(slots=True)
class Attempt:
    """One try at an order. `owes_release`: catalog may hold goods for it that no order will ever claim."""

    order_uuid: UUID
    asked_at: float
    owes_release: bool = True


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Takes orders. `monotonic` counts seconds; `new_folio` gives 8 upper-case hex digits.

    `clock` dates the orders; `server_clock` shows what PostgreSQL's clock shows, give or take 15 s.
    """

    database: Database
    stock: Stock
    buyers: Buyers
    releases: Releases
    rules: HouseRules
    clock: Clock
    server_clock: Clock
    monotonic: Callable[[], float]
    new_folio: Callable[[], str]

    async def place(self, command: PlaceOrder) -> WholeOrder:
        """Take the goods and commit the order with its event, or nothing of it.

        Raises `UnknownInOrder`, `StockShort`, or `Unavailable`. A repeat answers the order that stands.
        """
        attempt = Attempt(order_uuid=uuid4(), asked_at=self.monotonic())
        try:
            allocation, buyer = await self._ask(command, attempt)
            return await self._record(command, attempt, allocation, buyer)
        except (UnknownInOrder, StockShort):
            # A repeat may find the shop changed by the very order that it is about.
            if placed := await find_placed_by(self.database, command.operation):
                return placed
            raise
        finally:
            if attempt.owes_release:
                self.releases.later(attempt.order_uuid)

    async def _ask(self, command: PlaceOrder, attempt: Attempt) -> tuple[Allocation, Buyer | None]:
        """Ask catalog and customers side by side, and hear both out: all that is wrong is told at once."""
        allocated, buyer = await asyncio.gather(
            self.stock.allocate(
                attempt.order_uuid, merge(command.items), user_id=command.user_id, channel=command.channel
            ),
            self._find_buyer(command.customer_id),
            return_exceptions=True,
        )
        attempt.owes_release = not isinstance(allocated, UnknownProducts | StockShort)
        _refuse_unknown(command, allocated, buyer)
        if isinstance(allocated, BaseException):
            raise allocated
        if isinstance(buyer, BaseException):
            raise buyer
        return allocated, buyer

    async def _find_buyer(self, customer_id: int | None) -> Buyer | None:
        return None if customer_id is None else await self.buyers.find(customer_id)

    async def _record(
        self, command: PlaceOrder, attempt: Attempt, allocation: Allocation, buyer: Buyer | None
    ) -> WholeOrder:
        now = self.clock()
        lines = price_lines(
            allocation.items,
            buyer,
            today=now.astimezone(self.rules.timezone).date(),
            birthday_percent=self.rules.birthday_percent,
        )
        new_order = _columns(command, attempt, buyer, lines, now)
        lease_ends = attempt.asked_at + allocation.lease_seconds
        for _ in range(FOLIO_TRIES_MAX):
            if self.monotonic() + COMMIT_MARGIN_SECONDS > lease_ends:
                raise Unavailable("catalog")
            if order := await self._commit(attempt, new_order):
                return WholeOrder(order, lines)
            if placed := await find_placed_by(self.database, command.operation):
                return placed
        raise Unavailable("ticket folios")

    async def _commit(self, attempt: Attempt, new_order: Mapping[str, object]) -> OrderView | None:
        """The order as it stands now; None if its folio or its operation is taken, or if it came too late."""
        new_order = {
            **new_order,
            "ticket_folio": self.new_folio(),
            "begin_before": self.server_clock() + BEGIN_WITHIN,
        }
        try:
            order = await self.database.tell_one(OrderView, INSERT_ORDER, new_order)
        except (OutcomeUnknown, asyncio.CancelledError):
            attempt.owes_release = False  # it may stand: catalog asks when the lease ends
            raise
        attempt.owes_release = order is None
        return order


def _refuse_unknown(command: PlaceOrder, allocated: object, buyer: object) -> None:
    customer_id = command.customer_id if buyer is None else None
    product_ids = allocated.product_ids if isinstance(allocated, UnknownProducts) else ()
    if customer_id is not None or product_ids:
        raise UnknownInOrder(customer_id=customer_id, product_ids=product_ids)


def _columns(
    command: PlaceOrder, attempt: Attempt, buyer: Buyer | None, lines: Sequence[Line], now: datetime
) -> dict[str, object]:
    totals = add_up(lines)
    return {
        "uuid": attempt.order_uuid,
        "placed_by": command.operation,
        "channel": command.channel,
        "status": Status.PENDING.value,
        "user_id": command.user_id,
        "customer_id": command.customer_id,
        "customer_name": buyer.name if buyer else None,
        "subtotal": totals.subtotal,
        "total_tax": totals.total_tax,
        "final_amount": totals.final_amount,
        "money_saved_total": totals.money_saved_total,
        "created_at": now,
        "lines": json_rows(lines),
    }
