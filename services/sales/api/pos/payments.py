"""Payments of orders at the till (POS, "Order Management"; contract §4, §8.2)."""

from decimal import Decimal
from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.auth.principal import Principal
from libs.common.clock import iso_utc
from libs.common.drawers import WITHOUT_DRAWER
from libs.common.http.callers import actor_of
from libs.common.http.described import MoneyText, TimeText, example, refuses
from libs.common.http.fields import Choice, PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lookups import looks_up
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.sales.api.pos.door import POS, pos
from services.sales.api.pos.drawers import no_drawer, till_of
from services.sales.api.pos.payment_shapes import SHOWN_METHODS, PaymentIn, TenderOut, payment_out
from services.sales.deps import DepsDep
from services.sales.domain.buyers import UnknownCustomer
from services.sales.domain.layaways import OrderIsLaidAway
from services.sales.domain.lifecycles import PAY, PosStatus
from services.sales.domain.payments import (
    CreditLimitExceeded,
    InsufficientPoints,
    OnlyPendingOrdersArePaid,
    PaymentMethod,
    PaymentNeedsCustomer,
)
from services.sales.domain.tenders import (
    CardKindWithoutCard,
    CashNotPaid,
    CashShort,
    ExchangeShort,
    PaymentMethodTwice,
    PaymentNotPositive,
    PaymentsDoNotAddUp,
    PointsNotWhole,
)
from services.sales.usecases.payments import paying
from services.sales.usecases.payments.at_once import PayOrder

Payer = Annotated[Principal, actor_of(PAY)]


@example(
    {
        "id": 102,
        "status": "PAID",
        "payment_method": "CASH",
        "payments": [{"payment_method": "CASH", "amount": "232.00", "reference": None, "card_kind": None}],
        "cash_received": "500.00",
        "change": "268.00",
        "paid_at": "2023-10-27T15:35:00Z",
        "final_amount": "232.00",
    }
)
class PaymentOut(TypedDict):
    """An order that was just paid."""

    id: int
    status: Annotated[str, Choice(PosStatus.PAID)]
    payment_method: Annotated[str, Choice(*SHOWN_METHODS)]
    """`MIXED` for several."""
    payments: list[TenderOut]
    """The parts of the payment."""
    cash_received: MoneyText | None
    """What was handed over in cash; null if the till did not tell."""
    change: MoneyText | None
    """`cash_received` less the part paid in cash; null without it."""
    paid_at: TimeText
    """UTC."""
    final_amount: MoneyText
    """What was paid, tax included."""


@pos.post("/orders/{order_id}/pay/", response_model=PaymentOut)
@refuses(
    OnlyPendingOrdersArePaid(),
    OrderIsLaidAway(3),
    PaymentNeedsCustomer(),
    InsufficientPoints(available=50, total=Decimal(120)),
    CreditLimitExceeded(limit=Decimal(1000), used=Decimal(950), total=Decimal(200)),
    UnknownCustomer(9),
    PaymentsDoNotAddUp(paid=Decimal(150), total=Decimal(200)),
    PaymentNotPositive(),
    PaymentMethodTwice(PaymentMethod.POINTS),
    PointsNotWhole(),
    CardKindWithoutCard(),
    CashShort(Decimal(20)),
    CashNotPaid(),
    *WITHOUT_DRAWER,
    ExchangeShort(Decimal(40)),
)
@looks_up(no_drawer)
@idempotent
async def pay_order(
    order_id: PathId, body: PaymentIn, who: Payer, deps: DepsDep, operation: OperationDep
) -> Response:
    """Pay a PENDING order, once, by one method or by several. Points pay one peso each, rounded up.

    After a 503 a payment with POINTS or CREDIT may still succeed: repeat it with the same
    `Idempotency-Key`, or read the order: within a minute it is paid, or can be paid again.
    """
    order = await paying.pay_order(
        PayOrder(operation.id, POS, order_id, body.payment(), till_of(who, body.register_id, deps)),
        desk=deps.payments,
    )
    assert order.paid_at
    return reply(
        {
            "id": order.id,
            "status": order.status,
            **payment_out(order),
            "paid_at": iso_utc(order.paid_at),
            "final_amount": money_text(order.final_amount),
        }
    )
