"""Returns at a till: what comes back until when; days are those of the store."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from services.sales.domain.people import Person
from services.sales.domain.pricing import Line
from services.sales.domain.refunds import Balance
from services.sales.domain.returns import Pieces, ReturnItem, TooManyReturned
from services.sales.domain.tenders import Tender
from services.sales.domain.till_returns import (
    Decision,
    ReturnPeriodOver,
    ReturnRules,
    Wanted,
    check_period,
    decide,
)

RULES = ReturnRules(days=30, timezone=ZoneInfo("America/Mexico_City"))
PAID_AT = datetime(2026, 3, 2, 5, 59, tzinfo=UTC)
"""The last minute of 1 March at the store: 31 March is the last day."""
LAST_MINUTE = datetime(2026, 4, 1, 5, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
CASHIER, ADMIN = Person(7, is_admin=False), Person(9, is_admin=True)
COLA = Line(
    product_id=15,
    product_name="Coca Cola",
    quantity=5,
    unit_price=Decimal("100.00"),
    tax_amount=Decimal("80.00"),
    discount_amount=Decimal("0.00"),
    amount=Decimal("500.00"),
    tax_rate="0.16",
)


def test_a_cashier_takes_goods_back_until_the_stores_last_day_ends() -> None:
    check_period(PAID_AT, CASHIER, rules=RULES, now=LAST_MINUTE)
    with pytest.raises(ReturnPeriodOver) as refused:
        check_period(PAID_AT, CASHIER, rules=RULES, now=NEXT_DAY)
    assert refused.value.details == {"days": 30}


def test_an_admin_takes_goods_back_later_too() -> None:
    check_period(PAID_AT, ADMIN, rules=RULES, now=NEXT_DAY)


def returned(*pieces: int) -> Decision:
    """The return of these pieces of a product, each number an item, of which 4 of 5 have not come back."""
    items = tuple(ReturnItem(15, each, "Roto", None, "restock") for each in pieces)
    return decide(
        Wanted(order_id=1, items=items, reason="Roto", refunds=None, taker=CASHIER),
        sold=[COLA],
        pieces={15: Pieces(15, bought=5, returned=1, claimed=0)},
        balances=[Balance(Tender("CASH", Decimal("580.00")), given_back=Decimal("116.00"))],
    )


def test_the_items_of_a_product_come_back_together() -> None:
    assert returned(3, 1).refund_amount == Decimal("464.00")
    with pytest.raises(TooManyReturned) as refused:
        returned(3, 2)
    assert (refused.value.details["returnable"], refused.value.details["requested"]) == (4, 5)
