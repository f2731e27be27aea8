"""The rules of sales that tills made without a network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from libs.common.errors import DomainError
from services.sales.domain.orders import OrderTotalTooLarge
from services.sales.domain.pricing import price_lines
from services.sales.domain.stock import PricedItem, Promotion
from services.sales.domain.synced import (
    Flag,
    Sold,
    SoldAtTwoPrices,
    SoldItem,
    SyncedSale,
    flags_of_goods,
    lines_as_sold,
    ticket_number,
)
from services.sales.domain.tenders import PaymentsDoNotAddUp, Tender
from services.sales.usecases.sync.texts import hash_of, seq_in, storable

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
COLA = PricedItem(15, "Coca Cola", 2, Decimal("100.00"), "0.16", None)


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
    ("unit_total", "unit_price", "tax"),
    [
        ("116.00", "100.00", "32.00"),
        ("99.99", "86.20", "27.58"),
        ("0.01", "0.01", "0.00"),
        ("0.00", "0.00", "0.00"),
    ],
)
def test_what_was_paid_is_split_to_the_cent(unit_total: str, unit_price: str, tax: str) -> None:
    (line,) = lines_as_sold((SoldItem(15, 2, Decimal(unit_total)),), {15: COLA})
    assert (line.unit_price, line.tax_amount) == (Decimal(unit_price), Decimal(tax))
    assert line.total == Decimal(unit_total) * 2


def test_a_price_above_todays_saves_nothing() -> None:
    (line,) = lines_as_sold((SoldItem(15, 2, Decimal("232.00")),), {15: COLA})
    assert line.discount_amount == 0


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


@pytest.mark.parametrize(
    ("paid", "percent", "flags"),
    [("116.00", None, []), ("104.40", "10.00", []), ("104.40", None, ["PRICE_DIFFERS"])],
)
def test_a_discount_by_hand_explains_a_price(paid: str, percent: str | None, flags: list[str]) -> None:
    item = SoldItem(15, 2, Decimal(paid), percent and Decimal(percent))  # type: ignore[arg-type]  # None or a number
    expected = lines_as_sold((SoldItem(15, 2, Decimal("116.00")),), {15: COLA})
    assert flags_of_goods((item,), (Sold(COLA, 0, is_deleted=False),), expected) == flags


@pytest.mark.parametrize(
    ("paid", "short", "is_deleted", "flag"),
    [
        ("115.00", 0, False, "PRICE_DIFFERS"),
        ("116.00", 1, False, "OVERSOLD"),
        ("116.00", 0, True, "PRODUCT_DELETED"),
    ],
)
def test_what_is_odd_about_one_product_of_two_is_flagged(
    paid: str, short: int, flag: str, *, is_deleted: bool
) -> None:
    bread = replace(COLA, product_id=20)
    as_priced = [SoldItem(product, 2, Decimal("116.00")) for product in (15, 20)]
    expected = lines_as_sold(as_priced, {15: COLA, 20: bread})
    items = (as_priced[0], SoldItem(20, 2, Decimal(paid)))
    goods = (Sold(COLA, 0, is_deleted=False), Sold(bread, short, is_deleted=is_deleted))
    assert flags_of_goods(items, goods, expected) == [flag]


@pytest.mark.parametrize(
    ("paid", "by_hand", "named"),
    [
        ("104.40", None, ("10.00", "PROMOTION", None)),
        ("104.40", "10.00", ("10.00", "PROMOTION", None)),
        ("92.80", "20.00", ("20.00", "MANUAL", "Empaque roto")),
        ("116.00", None, (None, None, None)),
    ],
)
def test_a_line_names_the_discount_that_makes_its_price(
    paid: str, by_hand: str | None, named: tuple[str | None, ...]
) -> None:
    promoted = replace(COLA, promotion=Promotion(Decimal("10.00"), "ALL"))
    expected = price_lines([promoted], None, today=NOW.date(), birthday_percent=Decimal(0))
    discount = (Decimal(by_hand), "Empaque roto") if by_hand else ()
    (line,) = lines_as_sold([SoldItem(15, 2, Decimal(paid), *discount)], {15: promoted}, expected)
    percent = line.discount_percent and str(line.discount_percent)
    assert (percent, line.discount_source, line.discount_reason) == named


def test_a_ticket_number_has_six_digits_at_least() -> None:
    assert [ticket_number("C2", seq) for seq in (123, 1_234_567, None)] == ["C2-000123", "C2-1234567", None]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"a\0": ["b\0", 1, None, True]}, {"a\ufffd": ["b\ufffd", 1, None, True]}),
        (float("inf"), "inf"),
        ([1e30, -1e18], ["1e+30", -1e18]),
    ],
)
def test_any_json_can_be_kept(sent: object, kept: object) -> None:
    assert storable(sent) == kept


def test_what_is_nested_too_deeply_is_cut() -> None:
    nested: object = 1
    for _ in range(900):
        nested = [nested]
    assert len(str(storable(nested))) < 100


def test_the_order_of_members_does_not_matter() -> None:
    assert hash_of({"a": 1, "b": 10**30}) == hash_of({"b": 10**30, "a": 1}) != hash_of({"a": 1})


@pytest.mark.parametrize(("seq", "number"), [(7, 7), (True, None), (0, None), ("7", None), (10**10, None)])
def test_only_a_number_is_one(seq: object, number: int | None) -> None:
    assert seq_in({"seq": seq}) == number
