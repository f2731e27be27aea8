"""The client of customers: finds buyers, charges their balances, and reads their points."""

from datetime import date
from decimal import Decimal
from typing import NoReturn
from uuid import UUID

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.contracts.internal import customers as contract
from libs.common.contracts.internal.customers import (
    charge_fence_path,
    charge_path,
    customer_path,
    points_path,
    refund_fence_path,
    refund_path,
)
from libs.common.errors import Unavailable
from libs.common.money import money_text
from services.sales.domain.buyers import Buyer, UnknownCustomer
from services.sales.domain.payments import Charge, CreditLimitExceeded, InsufficientPoints
from services.sales.domain.refunds import BalanceRefund
from services.sales.domain.tickets import PointsBalance
from services.sales.domain.till_returns import CreditPaidOff

# A buyer waits for the ticket, which can do without the balance.
POINTS_WITHIN_SECONDS = 0.5


class CustomerBuyers:
    """Implements `usecases.ports.Buyers`."""

    def __init__(self, customers: ServiceClient) -> None:
        self._customers = customers

    async def find(self, customer_id: int) -> Buyer | None:
        """See `Buyers.find`."""
        try:
            answer: contract.BuyerAnswer = await self._customers.get(customer_path(customer_id))
        except RemoteRefusal as refusal:
            if refusal.code != contract.NOT_FOUND:
                raise
            told: contract.BuyerNotFoundDetails = refusal.details
            # The version before does not tell, and most who are missing were deleted.
            if told.get("deleted", True):
                return None
            raise UnknownCustomer(customer_id) from refusal
        return Buyer(
            customer_id=answer["customer_id"],
            first_name=answer["first_name"],
            last_name=answer["last_name"],
            is_frequent=answer["is_frequent"],
            birth_date=date.fromisoformat(answer["birth_date"]) if answer["birth_date"] else None,
        )


class CustomerCharges:
    """Implements `usecases.ports.Charges`."""

    def __init__(self, customers: ServiceClient) -> None:
        self._customers = customers

    async def take(self, charge_id: UUID, charge: Charge) -> None:
        """See `Charges.take`."""
        wanted: contract.ChargeRequest = {
            "customer_id": charge.customer_id,
            "user_id": charge.user_id,
            "order_uuid": str(charge.order_uuid),
            "ticket_folio": charge.ticket_folio,
            "points": charge.points,
            "credit": money_text(charge.credit),
        }
        try:
            await self._customers.put(charge_path(charge_id), json=wanted)
        except RemoteRefusal as refusal:
            _refuse(refusal, charge)

    async def was_taken(self, charge_id: UUID) -> bool:
        """See `Charges.was_taken`."""
        try:
            await self._customers.put(charge_fence_path(charge_id))
        except RemoteRefusal as refusal:
            if refusal.code == contract.Refusal.CHARGE_FENCED:
                return False
            # The version before does not know the path, and so it has fenced nothing.
            raise Unavailable("customers") from refusal
        return True


class CustomerRefunds:
    """Implements `usecases.ports.BalanceRefunds`."""

    def __init__(self, customers: ServiceClient) -> None:
        self._customers = customers

    async def give_back(self, refund: BalanceRefund) -> None:
        """See `BalanceRefunds.give_back`."""
        wanted: contract.RefundRequest = {
            "points": refund.points,
            "credit": money_text(refund.credit),
            "user_id": refund.user_id,
        }
        try:
            await self._customers.put(refund_path(refund.charge_id, refund.id), json=wanted)
        except RemoteRefusal as refusal:
            if refusal.code == contract.Refusal.REFUND_EXCEEDS_DEBT:
                raise CreditPaidOff from refusal
            if refusal.code == contract.Refusal.REFUND_FENCED:  # the job has ended the return
                raise Unavailable("customers") from refusal
            raise

    async def was_given_back(self, refund: BalanceRefund) -> bool:
        """See `BalanceRefunds.was_given_back`."""
        try:
            await self._customers.put(refund_fence_path(refund.charge_id, refund.id))
        except RemoteRefusal as refusal:
            if refusal.code == contract.Refusal.REFUND_FENCED:
                return False
            # The version before does not know the path, and so it has fenced nothing.
            raise Unavailable("customers") from refusal
        return True

    async def debt_of(self, charge_id: UUID) -> Decimal:
        """See `BalanceRefunds.debt_of`."""
        try:
            answer: contract.ChargeStateAnswer = await self._customers.get(charge_path(charge_id))
        except RemoteRefusal as refusal:
            if refusal.code == contract.NOT_FOUND:  # the version before does not know the path
                raise Unavailable("customers") from refusal
            raise
        return Decimal(answer["credit_used"])


class CustomerPoints:
    """Implements `usecases.ports.PointsBalances`."""

    def __init__(self, customers: ServiceClient) -> None:
        self._customers = customers

    async def find(self, customer_id: int, order_uuid: UUID) -> PointsBalance | None:
        """See `PointsBalances.find`."""
        path = points_path(customer_id, order_uuid)
        try:
            answer: contract.PointsAnswer = await self._customers.get(
                path, timeout_seconds=POINTS_WITHIN_SECONDS
            )
        except RemoteRefusal as refusal:
            # The customer was deleted; or the version before does not know the path.
            if refusal.code == contract.NOT_FOUND:
                return None
            raise
        # The version before tells of no points owed.
        owed = answer.get("points_owed", 0)
        return PointsBalance(answer["current_points"], has_order=answer["has_order"], owed=owed)


def _refuse(refusal: RemoteRefusal, charge: Charge) -> NoReturn:
    """Raise customers' refusal as sales' own; an unexpected code is a defect and is raised unchanged."""
    match refusal.code:
        case contract.NOT_FOUND:
            raise UnknownCustomer(charge.customer_id) from refusal
        case contract.Refusal.INSUFFICIENT_POINTS:
            points: contract.InsufficientPointsDetails = refusal.details
            raise InsufficientPoints(available=points["available"], total=charge.by_points) from refusal
        case contract.Refusal.CREDIT_LIMIT_EXCEEDED:
            credit: contract.CreditLimitExceededDetails = refusal.details
            raise CreditLimitExceeded(
                limit=Decimal(credit["credit_limit"]),
                used=Decimal(credit["credit_used"]),
                total=charge.credit,
            ) from refusal
        case contract.Refusal.CHARGE_FENCED:  # the job or a repeat of this request has ended the attempt
            raise Unavailable("customers") from refusal
    raise refusal
