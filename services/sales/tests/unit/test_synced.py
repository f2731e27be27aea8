"""The rules of sales that tills made without a network."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from libs.common.errors import DomainError
from services.sales.domain.orders import OrderTotalTooLarge
from services.sales.domain.synced import Flag, SoldAtTwoPrices, SoldItem, SyncedSale, ticket_number
from services.sales.domain.tenders import PaymentsDoNotAddUp, Tender

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)


def a_sale(*items: SoldItem, paid: str = "232.00", method: str = "CASH", **more: object) -> SyncedSale:
    return SyncedSale(
        **{
            "client_id": UUID(int=1),
            "seq": 1,
            "sold_at": NOW,
            "sold_by": 7,
            "customer_id": None,
            "items": items or (SoldItem(15, 2, Decimal("116.00")),),
            "tenders": (Tender(method, Decimal(paid)),),
            "cash_received": None,
            "voided_at": None,
            **more,
        }  # type: ignore[arg-type]  # one mapping for all members
    )


@pytest.mark.parametrize(
    ("sale", "refusal"),
    [
        (a_sale(paid="231.00"), PaymentsDoNotAddUp),
        (a_sale(SoldItem(15, 1, Decimal(100)), SoldItem(15, 1, Decimal(132))), SoldAtTwoPrices),
        (a_sale(SoldItem(15, 2, Decimal("500000000.00")), paid="1000000000.00"), OrderTotalTooLarge),
        (a_sale(SoldItem(15, 2, Decimal("500000000.00")), tenders=(), voided_at=NOW), OrderTotalTooLarge),
    ],
)
def test_what_cannot_be_booked_is_refused(sale: SyncedSale, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        sale.check()


def test_a_sale_that_was_undone_was_not_paid() -> None:
    a_sale(tenders=(), voided_at=NOW).check()


def test_points_and_credit_draw_on_balances_unless_the_sale_was_undone() -> None:
    assert a_sale(method="CREDIT").balances == ["CREDIT"]
    assert a_sale(method="CARD").balances == []
    assert a_sale(method="POINTS", voided_at=NOW).balances == []


def test_items_of_a_product_are_one_line() -> None:
    item = SoldItem(15, 1, Decimal("116.00"))
    assert a_sale(item, item).each == (SoldItem(15, 2, Decimal("116.00")),)


@pytest.mark.parametrize(
    ("ahead", "is_wrong"),
    [
        (timedelta(minutes=5), False),
        (timedelta(minutes=5, seconds=1), True),
        (timedelta(days=-30), False),
        (timedelta(days=-30, seconds=-1), True),
    ],
)
def test_an_impossible_moment_is_that_of_arrival(ahead: timedelta, *, is_wrong: bool) -> None:
    moment = a_sale(sold_at=NOW + ahead).moment(NOW, timedelta(days=30))
    assert moment == ((NOW, [Flag.CLOCK]) if is_wrong else (NOW + ahead, []))


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("sold", "voided", "undone"),
    [
        (-60 * MINUTE, -50 * MINUTE, (-50 * MINUTE, False)),
        (-60 * MINUTE, -60 * MINUTE, (-60 * MINUTE, False)),
        (-60 * MINUTE, -65 * MINUTE, (-60 * MINUTE, False)),
        (-60 * MINUTE, -66 * MINUTE, (timedelta(), True)),
        (-60 * MINUTE, 5 * MINUTE, (5 * MINUTE, False)),
        (-60 * MINUTE, 6 * MINUTE, (timedelta(), True)),
        (4 * MINUTE, 60 * MINUTE, (4 * MINUTE, True)),
    ],
)
def test_a_sale_is_undone_after_it_was_sold_and_not_in_the_future(
    sold: timedelta, voided: timedelta, undone: tuple[timedelta, bool]
) -> None:
    after, is_wrong = undone
    moment = a_sale(voided_at=NOW + voided).undone(NOW + sold, NOW)
    assert moment == (NOW + after, [Flag.CLOCK] if is_wrong else [])


def test_a_shop_may_let_sales_that_are_sent_later_be_older() -> None:
    quarter_ago = NOW - timedelta(days=90)
    assert a_sale(sold_at=quarter_ago).moment(NOW, timedelta(days=91)) == (quarter_ago, [])


def test_a_ticket_number_has_six_digits_at_least() -> None:
    assert [ticket_number("C2", seq) for seq in (123, 1_234_567, None)] == ["C2-000123", "C2-1234567", None]
