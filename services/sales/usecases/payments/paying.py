"""Pays an order by any methods, exactly once."""

from services.sales.domain.lifecycles import PAY
from services.sales.domain.tenders import check_payment
from services.sales.usecases.orders.views import OrderView
from services.sales.usecases.payments.at_once import PayOrder, check_payable, paid_before, pay_at_once
from services.sales.usecases.payments.attempts import find_payable
from services.sales.usecases.payments.charging import pay_from_balance
from services.sales.usecases.payments.desk import PaymentDesk


async def pay_order(command: PayOrder, *, desk: PaymentDesk) -> OrderView:
    """Mark the order paid and publish it, once the customer's balances are charged if a tender needs that.

    A repeat returns the order that it paid before. Raises what `check_payment`, `pay_at_once` and
    `pay_from_balance` raise; then nothing has changed.
    """
    if command.payment.draws_on_balances:
        return await pay_from_balance(command, desk=desk)
    if command.payment.has_details:
        order = await find_payable(command.order_id, command.channel, database=desk.database)
        if order.status not in PAY.sources:
            return await paid_before(command, order, database=desk.database)
        check_payable(order)
        check_payment(command.payment, order.final_amount)  # the total of an order never changes
    return await pay_at_once(command, desk=desk)
