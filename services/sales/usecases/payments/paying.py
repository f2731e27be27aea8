"""Pays an order by any method, exactly once."""

from services.sales.domain.payments import NEEDS_CUSTOMER
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.payments.at_once import PayOrder, pay_at_once
from services.sales.usecases.payments.charging import PaymentDesk, pay_from_balance


async def pay_order(command: PayOrder, *, desk: PaymentDesk) -> OrderView:
    """Mark the order paid and publish it, once the customer's balance is charged if the method needs that.

    A repeat returns the order that it paid before. Raises what `pay_at_once` and `pay_from_balance` raise.
    """
    if command.method in NEEDS_CUSTOMER:
        return await pay_from_balance(command, desk=desk)
    return await pay_at_once(command, database=desk.database, clock=desk.clock)
