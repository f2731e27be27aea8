"""Charges of points and credit, for sales: take them, settle whether they were taken, give them back."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Response

from libs.common.contracts.internal.customers import ChargeAnswer, ChargeStateAnswer, RefundAnswer
from libs.common.http.callers import called_by
from libs.common.http.described import refuses
from libs.common.http.fields import ID, Integer, MoneyField, Shape, Text, UuidField
from libs.common.http.refusals import InvalidInput
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.customers.api.internal.door import internal
from services.customers.deps import DepsDep
from services.customers.domain.charges import (
    Amounts,
    ChargeBarred,
    ChargeDiffers,
    ChargeFenced,
    RefundBarred,
    RefundDiffers,
    RefundExceedsCharge,
    RefundExceedsDebt,
    RefundFenced,
)
from services.customers.domain.credit import CreditLimitExceeded
from services.customers.domain.points import POINTS_MOVED_MAX, InsufficientPoints
from services.customers.usecases.charges.fencing import fence_charge
from services.customers.usecases.charges.fencing_refunds import fence_refund
from services.customers.usecases.charges.reading import find_refundable
from services.customers.usecases.charges.refunding import RefundCharge, refund_charge
from services.customers.usecases.charges.taking import TakeCharge, take_charge

TICKET_FOLIO_LENGTH_MAX = 64


class AmountsIn(Shape):
    """Points, credit or both, for a user."""

    points: Annotated[int, Integer(ge=0, le=POINTS_MOVED_MAX)]
    credit: Annotated[Decimal, MoneyField(ge=0)]
    user_id: Annotated[int, ID]

    @property
    def amounts(self) -> Amounts:
        """The amounts; raises `InvalidInput` if there are none."""
        amounts = Amounts(self.points, self.credit)
        if amounts.are_nothing:
            raise InvalidInput([(("points",), "Neither points nor credit.")])
        return amounts


class ChargeIn(AmountsIn):
    """What a customer pays of an order."""

    customer_id: Annotated[int, ID]
    order_uuid: Annotated[UUID, UuidField()]
    ticket_folio: Annotated[str, Text(max_length=TICKET_FOLIO_LENGTH_MAX)]


@internal.put("/charges/{charge_id}", response_model=ChargeAnswer, dependencies=[called_by("sales")])
@refuses(
    InsufficientPoints(50),
    CreditLimitExceeded(Decimal(1000), Decimal(950)),
    ChargeBarred(),
    ChargeDiffers(),
)
async def put_charge(charge_id: UUID, body: ChargeIn, deps: DepsDep) -> Response:
    """Take points or credit of a customer, or both, for an order. The same id again takes nothing.

    404 for a customer who does not exist or was deleted. A refusal has changed nothing.
    """
    command = TakeCharge(
        id=charge_id,
        customer_id=body.customer_id,
        order_uuid=body.order_uuid,
        ticket_folio=body.ticket_folio,
        amounts=body.amounts,
        user_id=body.user_id,
    )
    await take_charge(
        command,
        database=deps.database,
        default_credit_limit=deps.settings.default_credit_limit,
        clock=deps.clock,
    )
    return reply(_charged(charge_id))


@internal.get("/charges/{charge_id}", response_model=ChargeStateAnswer, dependencies=[called_by("sales")])
async def charge_state(charge_id: UUID, deps: DepsDep) -> Response:
    """Read a charge, what was given back of it, and the customer's debt now; 404 if it was not taken."""
    charge = await find_refundable(charge_id, database=deps.database)
    answer: ChargeStateAnswer = {
        "points": charge.points,
        "credit": money_text(charge.credit),
        "refunded_points": charge.refunded_points,
        "refunded_credit": money_text(charge.refunded_credit),
        "credit_used": money_text(charge.credit_used),
    }
    return reply(answer)


@internal.put("/charges/{charge_id}/fence", response_model=ChargeAnswer, dependencies=[called_by("sales")])
@refuses(ChargeFenced())
async def put_charge_fence(charge_id: UUID, deps: DepsDep) -> Response:
    """The charge, if it was taken; after 404 `charge_fenced` it never will be.

    503 while this is undecided, as when the charge's commit is in flight.
    """
    await fence_charge(charge_id, database=deps.database, clock=deps.clock)
    return reply(_charged(charge_id))


@internal.put(
    "/charges/{charge_id}/refunds/{refund_id}",
    response_model=RefundAnswer,
    dependencies=[called_by("sales")],
)
@refuses(RefundExceedsCharge(), RefundExceedsDebt(Decimal(30)), RefundDiffers(), RefundBarred())
async def put_refund(charge_id: UUID, refund_id: UUID, body: AmountsIn, deps: DepsDep) -> Response:
    """Give back points, credit or both of a charge. The same refund id again gives nothing back."""
    command = RefundCharge(id=refund_id, charge_id=charge_id, amounts=body.amounts, user_id=body.user_id)
    await refund_charge(
        command,
        database=deps.database,
        default_credit_limit=deps.settings.default_credit_limit,
        clock=deps.clock,
    )
    answer: RefundAnswer = {"refund_id": str(refund_id)}
    return reply(answer)


@internal.put(
    "/charges/{charge_id}/refunds/{refund_id}/fence",
    response_model=RefundAnswer,
    dependencies=[called_by("sales")],
)
@refuses(RefundFenced())
async def put_refund_fence(charge_id: UUID, refund_id: UUID, deps: DepsDep) -> Response:
    """The refund, if it was booked; after 404 `refund_fenced` it never will be."""
    await fence_refund(refund_id, charge_id, database=deps.database, clock=deps.clock)
    answer: RefundAnswer = {"refund_id": str(refund_id)}
    return reply(answer)


def _charged(charge_id: UUID) -> ChargeAnswer:
    return {"charge_id": str(charge_id)}
