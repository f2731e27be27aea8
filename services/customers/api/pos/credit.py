"""`/api/customers/{id}/pay-credit/` and `…/credit-history/`, for any staff role (contract §5)."""

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field
from typing_extensions import TypedDict

from libs.common.auth.principal import Principal
from libs.common.clock import iso_utc
from libs.common.db.listing import ListQuery
from libs.common.drawers import WITHOUT_DRAWER
from libs.common.errors import DomainError
from libs.common.http.callers import Staff
from libs.common.http.described import MoneyText, TimeText, example, refuses
from libs.common.http.fields import Choice, MoneyField, PathId, PrimaryKeyOrNull, Shape, TextOrNull, is_blank
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from libs.common.money import ZERO, money_text
from services.customers.api.pos.door import pos
from services.customers.deps import Deps, DepsDep
from services.customers.domain.credit import (
    PAYMENT_DESCRIPTION,
    CreditType,
    PaymentMethod,
    PaymentNotPositive,
    available_credit,
    is_payment,
)
from services.customers.domain.customers import DESCRIPTION_LENGTH_MAX
from services.customers.usecases.credit import reading
from services.customers.usecases.credit.drawers import find_no_drawer
from services.customers.usecases.credit.paying import PayCredit, pay_credit
from services.customers.usecases.credit.reading import CreditEntry


class PaidAmount(MoneyField):
    """An amount of money, where blank means nothing."""

    def parse(self, value: Any) -> Decimal:
        """The amount; raises `NotAccepted`."""
        if value is None or is_blank(value):
            return ZERO
        return MoneyField.parse(self, value)

    def json_schema(self) -> dict[str, Any]:
        """A positive amount; nothing and less are refused by a rule with its own message."""
        return MoneyField(gt=0).json_schema()


@example({"amount": 200.00, "description": "Partial payment via Bank Transfer"})
class CreditPaymentIn(Shape):
    """Money that a customer pays towards the debt."""

    amount: Annotated[Decimal, PaidAmount()] = ZERO
    """Required, and positive. What exceeds the debt is not booked."""
    description: Annotated[str, TextOrNull(max_length=DESCRIPTION_LENGTH_MAX)] | None = None
    """For those who read the history; blank or absent: `Abono`."""
    payment_method: Annotated[str, Choice(*PaymentMethod)] = PaymentMethod.CASH
    """Absent: `CASH`. What is applied to the debt in cash is expected in the drawer."""
    register_id: Annotated[int, PrimaryKeyOrNull()] | None = Field(default=None, alias="register")
    """The register whose drawer takes the money; without one that of the caller's shift, or the only open."""


@example({"status": "success", "new_credit_used": "350.50", "available_credit": "1649.50"})
class CreditPaymentOut(TypedDict):
    """The payment was booked."""

    status: str
    """Always `success`."""
    new_credit_used: MoneyText
    """What the customer owes after it."""
    available_credit: MoneyText
    """What is left of the limit; never below 0.00."""


@example(
    {
        "id": 45,
        "amount": "200.00",
        "transaction_type": "PAYMENT",
        "description": "Cash payment at register",
        "user": 4,
        "created_at": "2023-10-28T10:00:00Z",
        "payment_method": "CASH",
        "register": 2,
    }
)
class CreditEntryOut(TypedDict):
    """A movement of credit; `user` is the user who caused it, the time is UTC."""

    id: int
    amount: MoneyText
    """Positive for `CHARGE` and `PAYMENT`. `ADJUSTMENT` adds to the debt, or lowers it if negative."""
    transaction_type: Annotated[str, Choice(*CreditType)]
    """The kind of movement."""
    description: str
    user: int | None
    """The id of the user who caused it; null for the system."""
    created_at: TimeText
    """UTC."""
    payment_method: Annotated[str, Choice(*PaymentMethod)] | None
    """How it was paid; null for what is no payment."""
    register: int | None
    """The id of the register whose drawer took the payment; null if none did."""


@pos.get("/customers/{customer_id}/credit-history/", response_model=list[CreditEntryOut])
async def list_credit(
    request: Request,
    customer_id: PathId,
    who: Staff,
    query: Annotated[ListQuery, Depends(list_query(ordering=("created_at",)))],
    deps: DepsDep,
) -> Response:
    """List the movements of a customer's credit, newest first. Together they make `credit_used`."""
    page = await reading.list_credit(customer_id, query, database=deps.database)
    return reply_list(request, [_credit_entry_out(entry) for entry in page.items], page, query)


async def _refused(given: Given, sent: Collection[str], who: Principal, deps: Deps) -> list[DomainError]:
    refusals: list[DomainError] = []
    is_malformed = "amount" in sent and "amount" not in given
    if not is_malformed and not is_payment(given.get("amount", ZERO)):
        refusals.append(PaymentNotPositive())
    if given.get("register_id") is not None:
        refusals += await find_no_drawer(who.user_id, given["register_id"], drawers=deps.credit.drawers)
    return refusals


@pos.post("/customers/{customer_id}/pay-credit/", response_model=CreditPaymentOut)
@refuses(PaymentNotPositive(), *WITHOUT_DRAWER)
@looks_up(_refused)
@idempotent
async def pay_customer_credit(
    customer_id: PathId, body: CreditPaymentIn, who: Staff, deps: DepsDep, operation: OperationDep
) -> Response:
    """Book a payment towards a customer's debt. More than the debt books the debt.

    It counts in the shift whose drawer takes it. While sales does not answer it counts in none, or is 503 if
    a register was named or the shop requires a shift.
    """
    command = PayCredit(
        operation=operation,
        customer_id=customer_id,
        amount=body.amount,
        payment_method=PaymentMethod(body.payment_method),
        register_id=body.register_id,
        description=body.description or PAYMENT_DESCRIPTION,
        by=who.user_id,
    )
    debt = await pay_credit(command, desk=deps.credit)
    answer: CreditPaymentOut = {
        "status": "success",
        "new_credit_used": money_text(debt.credit_used),
        "available_credit": money_text(available_credit(debt.credit_limit, debt.credit_used)),
    }
    return reply(answer)


def _credit_entry_out(entry: CreditEntry) -> CreditEntryOut:
    return {
        "id": entry.id,
        "amount": money_text(entry.amount),
        "transaction_type": entry.transaction_type,
        "description": entry.description,
        "user": entry.user_id,
        "created_at": iso_utc(entry.created_at),
        "payment_method": entry.payment_method,
        "register": entry.register_id,
    }
