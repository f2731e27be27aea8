"""The rules of carts: limits, totals at today's prices, problems."""

from decimal import Decimal

import pytest

from services.sales.domain.carts import (
    CART_LINE_QUANTITY_MAX,
    CART_LINES_MAX,
    CartFull,
    CartLine,
    CartLineFull,
    CartProblem,
    ProblemCode,
    Quote,
    holds,
    priced,
    refuse_unfit,
)
from services.sales.domain.stock import Item, Shortage, StockShort, UnknownProducts

DOG_FOOD, TOY, GONE = 1, 2, 3


def a_line(product_id: int, quantity: int, seen_price: str = "45.99") -> CartLine:
    return CartLine(product_id * 10, product_id, f"Product {product_id}", quantity, Decimal(seen_price))


def a_quote(
    product_id: int, price: str = "45.99", *, available: int = 100, is_active: bool = True
) -> dict[int, Quote]:
    name = f"Product {product_id}, today"
    return {product_id: Quote(product_id, name, Decimal(price), available, is_active, name, "0.16")}


def test_a_cart_costs_what_its_products_cost_today() -> None:
    shown = priced([a_line(DOG_FOOD, 2), a_line(TOY, 1, "12.50")], a_quote(DOG_FOOD) | a_quote(TOY, "12.50"))
    assert [(line.unit_price, line.amount) for line in shown.lines] == [
        (Decimal("45.99"), Decimal("91.98")),
        (Decimal("12.50"), Decimal("12.50")),
    ]
    assert (shown.total, shown.item_count, shown.problems) == (Decimal("104.48"), 3, ())


def test_an_empty_cart_costs_nothing() -> None:
    assert (priced([], {}).total, priced([], {}).item_count) == (Decimal("0.00"), 0)


def test_lines_keep_the_order_and_the_ids_in_which_they_were_added() -> None:
    shown = priced([a_line(TOY, 1), a_line(DOG_FOOD, 1)], a_quote(DOG_FOOD) | a_quote(TOY))
    assert [(line.id, line.product_id) for line in shown.lines] == [(20, TOY), (10, DOG_FOOD)]


@pytest.mark.parametrize("quotes", [{}, a_quote(GONE, is_active=False)], ids=["deleted", "deactivated"])
def test_what_is_not_sold_any_more_is_shown_as_last_seen_and_left_out_of_the_total(
    quotes: dict[int, Quote],
) -> None:
    shown = priced([a_line(GONE, 2, "7.00"), a_line(TOY, 1, "12.50")], a_quote(TOY, "12.50") | quotes)
    gone = shown.lines[0]
    assert (gone.product_name, gone.unit_price, gone.is_available) == ("Product 3", Decimal("7.00"), False)
    assert (shown.total, shown.item_count) == (Decimal("12.50"), 3)
    assert shown.problems == (CartProblem(GONE, "Product 3", ProblemCode.UNAVAILABLE),)


def test_a_price_that_changed_is_today_s_and_told_with_the_one_seen() -> None:
    shown = priced([a_line(TOY, 2, "5.00")], a_quote(TOY, "7.00"))
    assert (shown.total, shown.lines[0].is_available) == (Decimal("14.00"), True)
    assert shown.problems == (
        CartProblem(TOY, "Product 2, today", ProblemCode.PRICE_CHANGED, seen_price=Decimal("5.00")),
    )


def test_too_few_pieces_are_told_and_still_counted() -> None:
    shown = priced([a_line(TOY, 3)], a_quote(TOY, available=2))
    assert (shown.total, shown.lines[0].is_available) == (Decimal("137.97"), True)
    assert shown.problems == (
        CartProblem(TOY, "Product 2, today", ProblemCode.INSUFFICIENT_STOCK, available=2),
    )


def test_a_line_can_have_two_problems() -> None:
    shown = priced([a_line(TOY, 3, "5.00")], a_quote(TOY, "7.00", available=0))
    assert [problem.code for problem in shown.problems] == ["price_changed", "insufficient_stock"]


def test_the_fullest_cart_fits() -> None:
    items = [Item(product, CART_LINE_QUANTITY_MAX) for product in range(1, CART_LINES_MAX + 1)]
    quotes = {item.product_id: a_quote(item.product_id)[item.product_id] for item in items}
    refuse_unfit(items, quotes, lines=CART_LINES_MAX)


def test_one_product_more_does_not_fit() -> None:
    with pytest.raises(CartFull):
        refuse_unfit([Item(TOY, 1)], a_quote(TOY), lines=CART_LINES_MAX + 1)


def test_one_piece_more_does_not_fit() -> None:
    with pytest.raises(CartLineFull) as refusal:
        refuse_unfit([Item(TOY, CART_LINE_QUANTITY_MAX + 1)], a_quote(TOY), lines=1)
    assert refusal.value.details == {"product_id": TOY, "most": CART_LINE_QUANTITY_MAX}


@pytest.mark.parametrize("quotes", [{}, a_quote(GONE, is_active=False)], ids=["deleted", "deactivated"])
def test_what_is_not_sold_is_not_put_into_a_cart(quotes: dict[int, Quote]) -> None:
    with pytest.raises(UnknownProducts) as refusal:
        refuse_unfit([Item(TOY, 1), Item(GONE, 1)], a_quote(TOY) | quotes, lines=2)
    assert refusal.value.product_ids == (GONE,)


def test_more_than_is_there_is_not_put_into_a_cart() -> None:
    refuse_unfit([Item(TOY, 2)], a_quote(TOY, available=2), lines=1)
    with pytest.raises(StockShort) as refusal:
        refuse_unfit(
            [Item(TOY, 3), Item(DOG_FOOD, 1)], a_quote(TOY, available=2) | a_quote(DOG_FOOD), lines=2
        )
    assert refusal.value.shortages == (Shortage(TOY, "Product 2, today", available=2, requested=3),)


@pytest.mark.parametrize(
    ("bought", "held"),
    [((2, 1), True), ((1, 0), True), ((3, 1), False), ((2, 2), False)],
    ids=["all of it", "a part of it", "more of one", "one that is not there"],
)
def test_a_cart_holds_what_is_bought_or_not(bought: tuple[int, int], *, held: bool) -> None:
    lines = [a_line(DOG_FOOD, 2), a_line(TOY, 1)]
    wanted = [Item(product, quantity) for product, quantity in zip((DOG_FOOD, TOY), bought, strict=True)]
    assert holds(lines, [item for item in wanted if item.quantity]) is held
