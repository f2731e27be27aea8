"""The amounts of lines and orders."""

from datetime import date
from decimal import Decimal

import pytest

from services.sales.domain.buyers import Buyer
from services.sales.domain.pricing import Line, add_up, price_line, price_lines
from services.sales.domain.stock import PricedItem
from services.sales.tests.builders import FOR_FREQUENT, a_buyer, a_promotion, an_item

A_DAY = date(2026, 3, 2)
TEN_PERCENT = Decimal(10)


def sold(item: PricedItem, buyer: Buyer | None = None, *, today: date = A_DAY) -> Line:
    (line,) = price_lines([item], buyer, today=today, birthday_percent=TEN_PERCENT)
    return line


def test_the_documents_own_line_comes_out_to_the_cent() -> None:
    line = sold(an_item("91.2069", quantity=2, promotion=a_promotion("5.48")))
    assert (line.unit_price, line.amount, line.tax_amount, line.discount_amount) == (
        Decimal("86.21"),
        Decimal("172.42"),
        Decimal("27.58"),
        Decimal("10.00"),
    )


def test_the_shelf_price_is_paid_for_any_quantity() -> None:
    totals = add_up([price_line(an_item("86.2069", quantity=1000), Decimal(0))])
    assert totals.final_amount == Decimal("100000.00")


def test_the_shelf_price_comes_from_the_unrounded_price_and_tax_is_what_is_left() -> None:
    line = sold(an_item("0.8620", quantity=3))  # 0.8620 × 1.16 = 0.99992, while 0.86 × 1.16 would be 0.9976
    assert (line.unit_price, line.tax_amount) == (Decimal("0.86"), Decimal("0.42"))


def test_halves_of_a_cent_are_rounded_up() -> None:
    line = sold(an_item("10.0050", tax_rate="0.00"))
    assert line.amount == Decimal("10.01")


def test_an_exempt_product_has_no_tax() -> None:
    line = sold(an_item("25.50", tax_rate="EXENT", quantity=2))
    assert (line.amount, line.tax_amount, line.tax_rate) == (Decimal("51.00"), Decimal("0.00"), "EXENT")


def test_a_promotion_for_all_applies_to_an_anonymous_buyer() -> None:
    line = sold(an_item("100.00", quantity=2, promotion=a_promotion("15.00")))
    assert (line.unit_price, line.discount_amount) == (Decimal("85.00"), Decimal("30.00"))


@pytest.mark.parametrize(
    ("buyer", "unit_price"),
    [
        (None, "100.00"),
        (a_buyer(is_frequent=False), "100.00"),
        (a_buyer(is_frequent=True), "80.00"),
    ],
)
def test_a_promotion_for_frequent_customers_applies_to_them_alone(
    buyer: Buyer | None, unit_price: str
) -> None:
    line = sold(an_item(promotion=a_promotion("20.00", FOR_FREQUENT)), buyer)
    assert line.unit_price == Decimal(unit_price)


def test_a_birthday_takes_ten_percent_off() -> None:
    line = sold(an_item(), a_buyer(birth_date=date(1995, 3, 2)))
    assert line.discount_amount == Decimal("10.00")


@pytest.mark.parametrize(("promotion", "unit_price"), [("4.00", "90.00"), ("15.00", "85.00")])
def test_the_best_discount_wins_and_they_do_not_stack(promotion: str, unit_price: str) -> None:
    line = sold(an_item(promotion=a_promotion(promotion)), a_buyer(birth_date=date(1995, 3, 2)))
    assert line.unit_price == Decimal(unit_price)


def test_a_discount_of_all_costs_nothing() -> None:
    line = sold(an_item(promotion=a_promotion("100.00")))
    assert (line.amount, line.tax_amount, line.discount_amount) == (
        Decimal("0.00"),
        Decimal("0.00"),
        Decimal("100.00"),
    )


def test_totals_are_the_sums_of_the_lines() -> None:
    totals = add_up(
        [
            sold(an_item("91.2069", quantity=2, promotion=a_promotion("5.48"))),
            sold(an_item("10.00", tax_rate="0.08", quantity=3)),
        ]
    )
    assert (totals.subtotal, totals.total_tax, totals.final_amount, totals.money_saved_total) == (
        Decimal("202.42"),
        Decimal("29.98"),
        Decimal("232.40"),
        Decimal("10.00"),
    )
