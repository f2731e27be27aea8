"""The lines of sales that have happened."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.sales.domain.pricing import price_lines
from services.sales.domain.sold_lines import Sold, flags_of_goods, lines_as_sold
from services.sales.domain.stock import PricedItem, Promotion
from services.sales.domain.synced import SoldItem

COLA = PricedItem(15, "Coca Cola", 2, Decimal("100.00"), "0.16", None)


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
    expected = price_lines([promoted], None, today=date(2026, 3, 2), birthday_percent=Decimal(0))
    discount = (Decimal(by_hand), "Empaque roto") if by_hand else ()
    (line,) = lines_as_sold([SoldItem(15, 2, Decimal(paid), *discount)], {15: promoted}, expected)
    percent = line.discount_percent and str(line.discount_percent)
    assert (percent, line.discount_source, line.discount_reason) == named
