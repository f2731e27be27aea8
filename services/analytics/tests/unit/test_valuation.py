from decimal import Decimal

from services.analytics.domain.valuation import StockValue, unit_cost


def a_value(cost: str, sale: str) -> StockValue:
    return StockValue(Decimal(cost), Decimal(sale))


def test_a_cost_that_is_not_known_is_the_price() -> None:
    assert unit_cost(cost=None, price=Decimal("50.00")) == Decimal("50.00")


def test_a_known_cost_counts_also_if_it_is_nothing() -> None:
    assert unit_cost(cost=Decimal("30.00"), price=Decimal("50.00")) == Decimal("30.00")
    assert unit_cost(cost=Decimal("0.00"), price=Decimal("50.00")) == Decimal("0.00")


def test_the_document_s_own_numbers() -> None:
    value = a_value("150.00", "174.00")
    assert (value.potential_profit, value.margin_percentage) == (Decimal("24.00"), Decimal("13.79"))


def test_fractions_of_a_cent_are_rounded_at_the_end() -> None:
    # 3 × 86.2069 = 258.6207
    value = a_value("258.6207", "300.00")
    assert (value.total_cost, value.potential_sale) == (Decimal("258.62"), Decimal("300.00"))
    assert value.potential_profit == Decimal("41.38")


def test_what_is_shown_adds_up_when_half_a_cent_is_rounded() -> None:
    value = a_value("0.005", "1.00")
    assert value.total_cost + value.potential_profit == value.potential_sale


def test_the_margin_is_that_of_the_profit_and_the_sale_that_are_shown() -> None:
    # 10 × 40.5172; of the exact cost it would be 4.21.
    value = a_value("405.1720", "423.00")
    assert (value.potential_profit, value.margin_percentage) == (Decimal("17.83"), Decimal("4.22"))


def test_a_loss_is_negative() -> None:
    value = a_value("100.00", "80.00")
    assert (value.potential_profit, value.margin_percentage) == (Decimal("-20.00"), Decimal("-25.00"))


def test_stock_that_brings_nothing_has_no_margin() -> None:
    assert a_value("10.00", "0.00").margin_percentage == Decimal("0.00")


def test_the_value_of_the_largest_stock_is_exact() -> None:
    pieces = 200_000 * 1_000_000_000
    value = StockValue(pieces * Decimal("9999999999.9999"), pieces * Decimal("9999999999.99"))
    assert value.total_cost == Decimal("1999999999999980000000000.00")
