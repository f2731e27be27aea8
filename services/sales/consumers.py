"""The events that sales consumes."""

from collections.abc import Sequence

from libs.common.contracts.customers import CreditPaymentReceived
from libs.common.db.database import Transaction
from libs.common.messaging.envelope import Received
from libs.common.messaging.inbox import Subscription, on
from services.sales.usecases.shifts.credit_payments import book_credit_payments


def subscriptions() -> tuple[Subscription, ...]:
    """Maps each event to sales' handler."""

    async def credit_paid(tx: Transaction, events: Sequence[Received[CreditPaymentReceived]]) -> None:
        await book_credit_payments(tx, [received.event for received in events])

    return (on(CreditPaymentReceived, credit_paid, concerns=_has_a_shift),)


def _has_a_shift(payment: CreditPaymentReceived) -> bool:
    return payment.shift_id is not None
