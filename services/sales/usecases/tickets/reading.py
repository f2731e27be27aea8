"""Reads what the ticket of an order says."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from libs.common.contracts.sales import Channel
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.points import points_for
from services.sales.domain.fiscal import invoice_code
from services.sales.domain.lifecycles import PosStatus, seen_at_till
from services.sales.domain.tickets import (
    Shop,
    Ticket,
    TicketPoints,
    printable,
    sum_taxes,
    ticket_line,
)
from services.sales.usecases.orders.reading import find_order
from services.sales.usecases.orders.views import OrderView, WholeOrder
from services.sales.usecases.ports import PointsBalances

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """The dependencies of tickets. Dates are printed in `timezone`."""

    database: Database
    balances: PointsBalances
    shop: Shop
    timezone: ZoneInfo


async def read_ticket(order_id: int, channel: Channel, *, desk: TicketDesk) -> Ticket:
    """The ticket of an order in any state; raises `OrderNotFound`.

    The balance of points is missing if customers does not answer in time, and for a deleted customer.
    """
    whole = await find_order(order_id, channel, database=desk.database)
    return _ticket(whole, await _points(whole.order, desk.balances), desk)


async def _points(order: OrderView, balances: PointsBalances) -> TicketPoints | None:
    if order.customer_id is None or order.status != PosStatus.PAID:
        return None
    earned = points_for(order.final_amount)
    try:
        found = await balances.find(order.customer_id, order.uuid)
    except Unavailable:
        log.info("ticket_without_balance", order_id=order.id)
        return TicketPoints(earned, balance=None)
    if found is None:
        return TicketPoints(earned, balance=None)
    return TicketPoints(earned, found.after(earned))


def _ticket(whole: WholeOrder, points: TicketPoints | None, desk: TicketDesk) -> Ticket:
    order = whole.order
    return Ticket(
        order_id=order.id,
        ticket_number=order.ticket_number,
        ticket_folio=order.ticket_folio,
        invoice_code=invoice_code(order.uuid) if order.paid_at else None,
        status=seen_at_till(order.status),
        at=(order.paid_at or order.created_at).astimezone(desk.timezone),
        user_id=order.user_id,
        user_name=order.user_name and printable(order.user_name),
        customer_id=order.customer_id,
        customer_name=order.customer_name and printable(order.customer_name),
        lines=tuple(map(ticket_line, whole.lines)),
        final_amount=order.final_amount,
        money_saved_total=order.money_saved_total,
        taxes=sum_taxes(whole.lines),
        tenders=order.tenders,
        change=order.change,
        points=points,
        shop=desk.shop,
    )
