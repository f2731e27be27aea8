"""The content of a ticket."""

from decimal import Decimal

import pytest

from libs.common.prices import TaxRate
from services.sales.domain.pricing import Line, price_line
from services.sales.domain.tickets import PointsBalance, TaxSum, printable, sum_taxes, ticket_line
from services.sales.tests.builders import an_item

NO_DISCOUNT = Decimal(0)


def a_line(amount: str, tax: str, rate: TaxRate | None) -> Line:
    return Line(15, "Coca Cola", 1, Decimal(amount), Decimal(tax), Decimal(0), Decimal(amount), rate)


def test_a_piece_costs_its_shelf_price() -> None:
    line = ticket_line(price_line(an_item("86.2069", quantity=3), NO_DISCOUNT))
    assert (line.unit_total, line.total) == (Decimal("100.00"), Decimal("300.00"))


def test_a_million_pieces_of_a_price_with_rounding_cost_a_million_times_as_much() -> None:
    line = ticket_line(price_line(an_item("0.0172", quantity=1_000_000), NO_DISCOUNT))
    assert (line.unit_total, line.total) == (Decimal("0.02"), Decimal("20000.00"))


def test_taxes_are_summed_by_rate_the_highest_first() -> None:
    lines = [
        a_line("10.00", "0.00", "EXENT"),
        a_line("20.00", "1.60", "0.08"),
        a_line("100.00", "16.00", "0.16"),
        a_line("7.00", "0.00", "0.00"),
        a_line("50.00", "8.00", "0.16"),
        a_line("1.00", "0.16", None),
    ]
    assert sum_taxes(lines) == (
        TaxSum("0.16", Decimal("150.00"), Decimal("24.00")),
        TaxSum("0.08", Decimal("20.00"), Decimal("1.60")),
        TaxSum("0.00", Decimal("7.00"), Decimal("0.00")),
        TaxSum("EXENT", Decimal("10.00"), Decimal("0.00")),
        TaxSum(None, Decimal("1.00"), Decimal("0.16")),
    )
    assert sum_taxes(lines[:1]) == (TaxSum("EXENT", Decimal("10.00"), Decimal("0.00")),)


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ("Café soluble 200 g", "Café soluble 200 g"),
        ("  two\tblanks\n and a line ", "two blanks and a line"),
        ("cut\x1d\x56\x00!", "cut V !"),
        ("\x1b[31mred", "[31mred"),
        ("abc\u202edcba\u202c", "abcdcba"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("line\u2028and\u2029paragraph\x85next", "line and paragraph next"),
        ("Cafe\u0301", "Café"),
        ("\u200b\x1b", ""),
        ("", ""),
    ],
)
def test_what_controls_a_printer_or_misleads_a_reader_is_not_printed(stored: str, printed: str) -> None:
    assert printable(stored) == printed


@pytest.mark.parametrize(
    ("balance", "after"),
    [
        (PointsBalance(12, has_order=True), 12),
        (PointsBalance(12, has_order=False), 16),
        (PointsBalance(0, has_order=False, owed=3), 1),
        (PointsBalance(2, has_order=False, owed=5), 2),
        (PointsBalance(2, has_order=True, owed=5), 2),
    ],
)
def test_earned_points_settle_first_what_is_owed(balance: PointsBalance, after: int) -> None:
    assert balance.after(4) == after
