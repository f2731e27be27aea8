"""The amounts of lines and orders: cases of the contract, and properties of every price and rate."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from libs.common.money import ZERO, to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate, discounted, shelf_price
from libs.testing.properties import given, st
from services.sales.domain.buyers import Buyer
from services.sales.domain.pricing import (
    Line,
    ManualDiscount,
    add_up,
    best_discount,
    highest_by_hand,
    may_be_wanted,
    price_line,
    price_lines,
)
from services.sales.domain.stock import PricedItem, Promotion
from services.sales.tests.builders import FOR_ALL, FOR_FREQUENT, a_buyer, a_promotion, an_item

A_DAY = date(2026, 3, 2)
TEN_PERCENT = Decimal(10)

PERCENTS = st.integers(0, 10_000).map(lambda number: Decimal(number).scaleb(-2))
AUDIENCES = st.sampled_from([FOR_ALL, FOR_FREQUENT])
ITEMS = st.builds(
    PricedItem,
    product_id=st.integers(1, 1_000),
    product_name=st.just("Coca Cola"),
    quantity=st.integers(1, 1_000_000),
    price=st.integers(0, 99_999_999_999_999).map(lambda number: Decimal(number).scaleb(-4)),
    tax_rate=st.sampled_from(get_args(TaxRate)),
    promotion=st.none() | st.builds(Promotion, PERCENTS.filter(bool), AUDIENCES),
)
BUYERS = st.none() | st.builds(
    lambda is_frequent, birth_date: a_buyer(is_frequent=is_frequent, birth_date=birth_date),
    st.booleans(),
    st.sampled_from([None, A_DAY.replace(year=1995), date(1995, 8, 20)]),
)


def sold(item: PricedItem, buyer: Buyer | None = None, *, today: date = A_DAY) -> Line:
    (line,) = price_lines([item], buyer, today=today, birthday_percent=TEN_PERCENT)
    return line


def paid(line: Line) -> Decimal:
    return line.amount + line.tax_amount


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


@given(item=ITEMS, percent=PERCENTS)
def test_the_shelf_price_times_the_quantity_is_what_is_paid(item: PricedItem, percent: Decimal) -> None:
    line = price_line(item, percent)
    on_the_shelf = shelf_price(discounted(item.price, percent), TAX_FRACTIONS[item.tax_rate])
    assert paid(line) == on_the_shelf * item.quantity


@given(item=ITEMS, percent=PERCENTS)
def test_the_parts_of_a_line_belong_together(item: PricedItem, percent: Decimal) -> None:
    line = price_line(item, percent)
    assert line.amount == line.unit_price * line.quantity
    assert line.amount + line.discount_amount == to_cents(item.price) * line.quantity
    assert min(line.unit_price, line.tax_amount, line.discount_amount) >= 0
    assert (line.quantity, line.tax_rate) == (item.quantity, item.tax_rate)


@given(item=ITEMS, percent=PERCENTS)
def test_what_is_not_taxed_has_no_tax_exempt_or_not(item: PricedItem, percent: Decimal) -> None:
    line = price_line(item, percent)
    assert TAX_FRACTIONS[item.tax_rate] or line.tax_amount == ZERO


@given(item=ITEMS)
def test_a_discount_of_all_is_nothing_to_pay_at_any_price_and_rate(item: PricedItem) -> None:
    line = price_line(item, Decimal(100))
    assert (line.unit_price, line.amount, line.tax_amount) == (ZERO, ZERO, ZERO)
    assert line.discount_amount == to_cents(item.price) * item.quantity


@given(items=st.lists(ITEMS, max_size=20), buyer=BUYERS)
def test_the_totals_of_an_order_are_the_sums_of_its_lines(
    items: list[PricedItem], buyer: Buyer | None
) -> None:
    lines = price_lines(items, buyer, today=A_DAY, birthday_percent=TEN_PERCENT)
    totals = add_up(lines)
    assert totals.subtotal == sum(line.amount for line in lines)
    assert totals.total_tax == sum(line.tax_amount for line in lines)
    assert totals.money_saved_total == sum(line.discount_amount for line in lines)
    assert totals.final_amount == totals.subtotal + totals.total_tax


@given(item=ITEMS, buyer=BUYERS, birthday_percent=PERCENTS)
def test_a_line_has_the_best_of_the_discounts_that_apply_and_no_more(
    item: PricedItem, buyer: Buyer | None, birthday_percent: Decimal
) -> None:
    (line,) = price_lines([item], buyer, today=A_DAY, birthday_percent=birthday_percent)
    apply = [ZERO]
    if item.promotion and (item.promotion.target_audience == FOR_ALL or (buyer and buyer.is_frequent)):
        apply.append(item.promotion.discount_percent)
    if buyer and buyer.has_birthday_on(A_DAY):
        apply.append(birthday_percent)
    assert paid(line) == min(paid(price_line(item, percent)) for percent in apply)


@pytest.mark.parametrize("rate", get_args(TaxRate))
def test_a_birthday_on_29_february_is_celebrated_on_the_28th_in_other_years(rate: TaxRate) -> None:
    buyer = a_buyer(birth_date=date(1996, 2, 29))
    assert sold(an_item(tax_rate=rate), buyer, today=date(2026, 2, 28)).discount_amount == Decimal("10.00")
    assert sold(an_item(tax_rate=rate), buyer, today=date(2028, 2, 28)).discount_amount == ZERO


@pytest.mark.parametrize(
    ("promotion", "birthday", "by_hand", "best"),
    [
        ("0", "0", None, None),
        ("5", "0", None, ("5", "PROMOTION")),
        ("0", "10", None, ("10", "BIRTHDAY")),
        ("10", "10", "10", ("10", "PROMOTION")),
        ("5", "10", "10", ("10", "BIRTHDAY")),
        ("5", "10", "10.01", ("10.01", "MANUAL")),
        ("0", "0", "0.01", ("0.01", "MANUAL")),
    ],
)
def test_the_highest_discount_counts_and_of_equal_ones_the_promotion_then_the_birthday(
    promotion: str, birthday: str, by_hand: str | None, best: tuple[str, str] | None
) -> None:
    manual = ManualDiscount(Decimal(by_hand), "Empaque dañado") if by_hand else None
    found = best_discount(Decimal(promotion), Decimal(birthday), manual)
    assert (found and (str(found.percent), found.source)) == best
    assert (found is not None and found.reason == "Empaque dañado") == (
        best is not None and best[1] == "MANUAL"
    )


@pytest.mark.parametrize(
    ("percent", "is_same_sale"), [("9.99", True), ("10.00", True), ("10.01", False), (None, True)]
)
def test_a_sale_whose_promotion_won_may_have_wanted_as_much_by_hand(
    percent: str | None, *, is_same_sale: bool
) -> None:
    line = sold(an_item(promotion=a_promotion("10.00")))
    wanted = ManualDiscount(Decimal(percent), "Empaque dañado") if percent else None
    assert may_be_wanted(wanted, line) == is_same_sale


def test_the_highest_discount_by_hand_of_an_order_is_the_one_to_approve() -> None:
    items = [replace(an_item(), product_id=product) for product in (15, 20, 30)]
    manual = {15: ManualDiscount(Decimal(5), "Rayado"), 20: ManualDiscount(Decimal(50), "Empaque dañado")}
    lines = price_lines(items, None, today=A_DAY, birthday_percent=TEN_PERCENT, manual=manual)
    assert highest_by_hand(lines) == Decimal(50)
    assert highest_by_hand(lines[::-1]) == Decimal(50)
    assert highest_by_hand(lines[2:]) is None
