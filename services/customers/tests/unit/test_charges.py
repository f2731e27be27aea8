"""The rules of charges and refunds."""

from decimal import Decimal

import pytest

from libs.common.errors import DomainError
from services.customers.domain.charges import (
    Amounts,
    RefundExceedsCharge,
    RefundExceedsDebt,
    refund_description,
    refuse_charge,
    refuse_refund,
)
from services.customers.domain.credit import CreditLimitExceeded
from services.customers.domain.points import InsufficientPoints


def amounts(points: int = 0, credit: str = "0.00") -> Amounts:
    return Amounts(points, Decimal(credit))


@pytest.mark.parametrize(
    ("charge", "refusal"),
    [
        (amounts(points=150), None),
        (amounts(points=151), InsufficientPoints),
        (amounts(credit="50.00"), None),
        (amounts(credit="50.01"), CreditLimitExceeded),
        (amounts(150, "50.00"), None),
        (amounts(151, "50.01"), InsufficientPoints),
    ],
)
def test_a_charge_takes_the_points_that_are_there_and_credit_up_to_the_limit(
    charge: Amounts, refusal: type[DomainError] | None
) -> None:
    balances = {"credit_limit": Decimal(1000), "credit_used": Decimal(950)}
    if refusal is None:
        refuse_charge(charge, current_points=150, **balances)
    else:
        with pytest.raises(refusal):
            refuse_charge(charge, current_points=150, **balances)


def test_points_are_taken_from_a_customer_whose_limit_was_lowered_below_the_debt() -> None:
    refuse_charge(amounts(points=1), current_points=1, credit_limit=Decimal(0), credit_used=Decimal(950))


@pytest.mark.parametrize(
    ("refund", "refusal"),
    [
        (amounts(60, "20.00"), None),
        (amounts(61), RefundExceedsCharge),
        (amounts(credit="20.01"), RefundExceedsDebt),
        (amounts(credit="50.01"), RefundExceedsCharge),
    ],
)
def test_a_refund_gives_back_what_is_left_of_the_charge_and_of_the_debt(
    refund: Amounts, refusal: type[DomainError] | None
) -> None:
    charged, refunded = amounts(100, "80.00"), amounts(40, "30.00")
    if refusal is None:
        refuse_refund(refund, charged=charged, refunded=refunded, credit_used=Decimal(20))
    else:
        with pytest.raises(refusal):
            refuse_refund(refund, charged=charged, refunded=refunded, credit_used=Decimal(20))


def test_refusals_tell_amounts_with_two_decimals() -> None:
    assert CreditLimitExceeded(Decimal(1000), Decimal(950)).details == {
        "credit_limit": "1000.00",
        "credit_used": "950.00",
    }
    assert RefundExceedsDebt(Decimal(30)).details == {"credit_used": "30.00"}


def test_the_ledger_names_a_refund_by_its_ticket() -> None:
    assert refund_description("F47AC10B") == "Devolución F47AC10B"
